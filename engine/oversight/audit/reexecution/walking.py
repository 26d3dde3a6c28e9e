"""重新执行核对 of one case: through its lines from the first, until one differs or cannot be executed again."""

from __future__ import annotations

import logging
from datetime import datetime
from functools import partial

from sqlalchemy.engine import Connection

from deadlines.law.calendar import Calendar
from engine.casework.cases.registering import RECEIVED
from engine.casework.cases.timing import NOTICE_BOUNDARY
from engine.foundation.journal.queries import Line, lines_of_types, untold_lines
from engine.foundation.store.failures import is_trouble
from engine.oversight.audit.reexecution.clocking import COUNTING, Clocks
from engine.oversight.audit.reexecution.commands import Found
from engine.oversight.audit.reexecution.pins import Fault, Pinned, Pins
from engine.oversight.audit.reexecution.quotas import Basis
from engine.oversight.audit.reexecution.rules import IDENTICAL, Difference, Gap, Verdict, verdict_of
from engine.oversight.audit.reexecution.then import Then
from engine.oversight.audit.reexecution.words import not_executed, other_state
from engine.oversight.audit.replay import BINDING, MOVING, WAYS, Again, not_kept, unknown
from engine.process.bpmn.releases.bundles import Bundles
from engine.process.tasks.migrating import MIGRATED
from engine.process.tasks.progress import ADVANCED, STARTED

LOG = logging.getLogger("yichuang.audit")


class Reexecution:
    """Executes cases of one house again, one after another, over one connection.

    What cases share is read once: the versions of calendar and figures, and the releases with their files.
    """

    def __init__(self, connection: Connection, bundles: Bundles, calendar: Calendar | None = None) -> None:
        """Read by ``connection``; ``bundles`` are definitions by digest, which never change.

        ``calendar`` is the one in force, where the caller has it; its days are read otherwise.
        """
        self._connection, self._bundles = connection, bundles
        self._then, self._pins = Then(connection, calendar), Pins(connection)

    def of(self, root_id: str) -> Verdict:
        """Execute one case again; nothing outside is called, service results are those of its lines."""
        walk = _Walk(self._connection, self._bundles, self._then, self._pins, root_id)
        seq = 0
        try:
            for line in untold_lines(self._connection, root_id):
                found = self._unreadable(line, seq + 1) or walk.line(line)
                if found is not None:
                    return verdict_of(root_id, seq + 1, found)
                seq = line.seq
        except Exception as error:  # one case beyond reading must not keep the others from being checked
            if is_trouble(error):
                raise
            LOG.exception("%s cannot be executed again from line %s on", root_id, seq + 1)
            return verdict_of(root_id, seq + 1, Gap(f"这一条记录残缺，读不出来（{type(error).__name__}）"))
        left = walk.left()
        return verdict_of(root_id, *left) if left else Verdict(root_id, IDENTICAL, seq)

    def _unreadable(self, line: Line, expected: int) -> Gap | None:
        if line.seq != expected:
            return Gap(f"这一条记录缺失（下一条是第 {line.seq} 条）")
        told = unknown(line)
        return Gap(told) if told else None


class _Walk:
    """One case, as far as its lines have been executed again."""

    def __init__(self, connection: Connection, bundles: Bundles, then: Then, pins: Pins, root_id: str) -> None:
        self._again = Again(connection, bundles, root_id, pins.release)
        self._clocks, self._then, self._pins = Clocks(then), then, pins
        self._connection, self._bundles, self._root_id = connection, bundles, root_id
        self._pinned: Pinned | None = None
        self._received = ""
        """The release that the receipt names: what is counted before the first start goes by it."""
        self._late: dict[str, tuple[int, Fault]] = {}
        """Altered files that no line has used yet, by digest, with the line by which the case was bound to them."""

    def line(self, line: Line) -> Difference | Gap | None:
        """Do a line again; return how it differs, or why it cannot be done, None when it is just what was recorded."""
        if line.type in MOVING:
            return self._moved(line)
        if line.type in COUNTING and "clock" in line.data:
            return self._counted(line)
        if line.type == RECEIVED:
            self._received = str(line.data.get("release", "")) or self._received
        return None

    def left(self) -> tuple[int, Difference | Gap] | None:
        """Return what is still to be told when all lines were done: an altered file that none of them used."""
        first = min(self._late.values(), key=lambda one: one[0], default=None)
        return None if first is None else (first[0], first[1].told())

    def _moved(self, line: Line) -> Difference | Gap | None:
        found = self._bound(line) or self._runs_known(line) or self._used(line)
        if found is not None or self._again.line(line):
            return found
        if self._again.failed is not None:
            left = self.left()
            return left[1] if line.type in BINDING and left is not None else not_executed(self._again.failed)
        runs = [one["run"] for one in line.data["runs"]] if line.type == MIGRATED else [line.data.get("run", 0)]
        run = next(one for one in runs if one in self._again.last)
        return other_state(self._again.bundle(run), self._again.last[run], line)

    def _bound(self, line: Line) -> Difference | Gap | None:
        """Take in by which release the case goes from a line on; return what is wrong with it."""
        if line.type not in BINDING:
            return None
        id = line.data[BINDING[line.type]]
        pinned = self._pins.of(id)
        if pinned is None:
            return Gap(not_kept(self._connection, line))
        self._pinned = pinned
        for fault in pinned.faults:
            self._late.setdefault(fault.digest, (line.seq, fault))
        return pinned.at_once()

    def _runs_known(self, line: Line) -> Gap | None:
        if line.type == STARTED:
            return None
        runs = [one["run"] for one in line.data["runs"]] if line.type == MIGRATED else [line.data.get("run", 0)]
        missing = [run for run in runs if run not in self._again.last]
        if missing:
            return Gap(f"第 {missing[0]} 次流程没有启动的记录")
        if line.type == ADVANCED and line.data["how"] not in WAYS:
            return Gap(f"流程推进的方式“{line.data['how']}”本版本不认识。请用写下它的版本核对")
        return None

    def _used(self, line: Line) -> Difference | Gap | None:
        """Return what was altered of the tables, the form or the message that a line went by."""
        if not self._late:
            return None
        release = self._pinned.release if self._pinned else None
        used = [one["digest"] for one in line.data.get("decisions", [])]
        last = self._again.last.get(line.data.get("run", 0))
        if release is not None and last is not None:
            done = [one.form for one in last.open_tasks if one.task_no == line.data.get("task_no")]
            used += [release.forms[form] for form in done if form in release.forms]
            used += [digest for name, digest in release.messages.items() if name == line.data.get("message")]
        return next((self._late[digest][1].told() for digest in used if digest in self._late), None)

    def _counted(self, line: Line) -> Difference | Gap | None:
        pinned = self._pinned or self._first(line)
        if pinned is None:
            return Gap("本件所依的发布版本没有保存")
        release = pinned.release
        basis = Basis(
            release.policies, release.number, pinned.item, self._drawn(pinned), partial(self._figures, line.at)
        )
        return self._clocks.line(line, basis)

    def _figures(self, at: datetime, key: str) -> list[int]:
        return self._then.figures_at(key, at)

    def _drawn(self, pinned: Pinned) -> tuple[int, str] | None:
        """Return the limit that the drawing gives the notice; None where it gives none, or cannot be read."""
        if pinned.at_once() is not None:
            return None
        return self._bundles.of(self._connection, pinned.release).quota_of(NOTICE_BOUNDARY)

    def _first(self, line: Line) -> Pinned | None:
        """Return the release of the receipt or the first start: what a process does at first is told before it."""
        if self._received:
            return self._pins.of(self._received)
        started = next(iter(lines_of_types(self._connection, self._root_id, [STARTED])), None)
        return None if started is None else self._pins.of(started.data["release"])


def found_of(case_no: str, verdict: Verdict) -> Found:
    """Return what is kept of a verdict."""
    return Found(
        case_no=case_no, outcome=verdict.outcome, lines=verdict.lines, seq=verdict.seq or 0, ground=verdict.ground,
        sentence=verdict.sentence,
    )  # fmt: skip
