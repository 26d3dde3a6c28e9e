"""Re-execution: run a case's process again from its journal alone and compare every state."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy.engine import Connection

from engine.foundation.journal.queries import Line, lines_of
from engine.foundation.journal.rules import ENVELOPE_VERSION, canonical
from engine.foundation.journal.tags import all_tags
from engine.process.bpmn import Advance, Bundle, Instance, Runtime, ServiceCall
from engine.process.bpmn.releases.bundles import Bundles
from engine.process.bpmn.releases.queries import Release, release_at, release_text
from engine.process.tasks.migrating import MIGRATED
from engine.process.tasks.modifying import MODIFIED, change_in
from engine.process.tasks.progress import ADVANCED, STARTED, told_decisions
from engine.process.tasks.returning.tags import SENT_BACK, WITHDRAWN

CHANGED = (MODIFIED, SENT_BACK, WITHDRAWN)
"""The lines of a change by hand: an administrator's, a sending back, a taking back of one's own step."""

MOVING = frozenset({STARTED, ADVANCED, MIGRATED, *CHANGED})
"""The lines that moved the process: what a re-execution does again."""

WAYS = frozenset({"complete", "clock", "timer", "cancel", "message"})
"""How a line says that a run went on: a task done, a clock or timers that rang, a run ended, a message."""

RINGS_UNTOLD = 1_000
"""So many timers rang at most in one act of which the line does not say how many might."""

HOT = 16
"""So many runs of one case are kept in memory between two lines; a case hardly ever has more that go on at once."""

BINDING: Mapping[str, str] = {STARTED: "release", MIGRATED: "to_release"}
"""The lines that bind a run to a release, and where they name it."""

LOG = logging.getLogger("yichuang.audit")


@dataclass(frozen=True)
class Replayed:
    """What re-execution found: the last advance of each run, and the first line whose state differs (its seq)."""

    last: Mapping[int, Advance]
    differs_at: int | None


def replay(connection: Connection, bundles: Bundles, root_id: str) -> Replayed:
    """Re-execute the process of a case; nothing outside is called, service results come from the journal."""
    again = Again(connection, bundles, root_id)
    for line in process_lines(connection, root_id):
        if not again.line(line):
            return Replayed(again.last, line.seq)
    return Replayed(again.last, None)


def unknown(line: Line) -> str:
    """Say why a line cannot be read by this version of the system; empty when it can."""
    if line.version > ENVELOPE_VERSION or line.type not in all_tags():
        return f"这一条是较新版本的系统写下的（{line.type}），本版本不认识。请用写下它的版本核对"
    return ""


def not_kept(connection: Connection, line: Line) -> str:
    """Say that the release to which a line binds a run is not kept; empty when it is, or the line binds none."""
    id = str(line.data.get(BINDING.get(line.type, ""), ""))
    return f"所依的发布版本（摘要 {id[:12]}）没有保存" if id and release_text(connection, id) is None else ""


class Again:
    """The runs of one root, executed once more from its lines.

    ``last`` is by run the advance that was made last, ``releases`` the release each run goes by; ``failed`` what the
    runtime said to the last line, when it could not be executed again.
    """

    def __init__(
        self, connection: Connection, bundles: Bundles, root_id: str, release_of: Callable[[str], Release] | None = None
    ) -> None:
        """Read by ``connection``; ``release_of`` gives a release that the caller has read for other cases, too."""
        self.last: dict[int, Advance] = {}
        self.releases: dict[int, str] = {}
        self.failed: Exception | None = None
        self._connection, self._bundles, self._root_id = connection, bundles, root_id
        self._release_of = release_of or partial(release_at, connection)
        self._runtime, self._turns = Runtime(cache_size=HOT), 0
        self._versions: dict[int, int] = {}
        self._using: dict[int, tuple[str | None, Bundle]] = {}

    def line(self, line: Line) -> bool:
        """Do what a line that moved the process says was done; tell whether the state is what it was then."""
        self.failed = None
        try:
            return self._line(line)
        except Exception as failure:  # whatever the line makes the runtime say, it is not what happened then
            LOG.info("line %s of %s cannot be executed again", line.seq, self._root_id, exc_info=True)
            self.failed = failure
            return False

    def bundle(self, run: int) -> Bundle:
        """Return the definitions that a run goes by."""
        return self._using[run][1]

    def _line(self, line: Line) -> bool:
        if line.type == MIGRATED:
            return all(self._migrate(line, each["run"], each["state_hash"]) for each in line.data["runs"])
        # Lines written before a case could have several runs are of run 0, the main process.
        run = line.data.get("run", 0)
        if line.type == STARTED:
            process = line.data.get("process")
            bundle = self._bundle(line.data["release"], process)
            self._using[run], self.releases[run] = (process, bundle), line.data["release"]
            call = _from_journal(line)
            self._keep(run, self._runtime.start(bundle, line.data["facts"], now=line.at, call_service=call))
        else:
            self._keep(run, _again(self._runtime, self._using[run][1], self._instance(run), line))
        return self._is_state(run, line.data["state_hash"]) and _decided_alike(self.last[run], line)

    def _migrate(self, line: Line, run: int, told: str) -> bool:
        process, old = self._using[run]
        new = self._bundle(line.data["to_release"], process)
        self._keep(run, self._runtime.migrate(old, new, self._instance(run), line.data["map"], now=line.at))
        self._using[run], self.releases[run] = (process, new), line.data["to_release"]
        return self._is_state(run, told)

    def _is_state(self, run: int, told: str) -> bool:
        last = self.last[run]
        # The line may be older than the form in which a state's hash is written now.
        return last.state_hash == told or self._runtime.is_state(self._using[run][1], last.snapshot, told)

    def _bundle(self, release: str, process: str | None) -> Bundle:
        return self._bundles.of(self._connection, self._release_of(release), process)

    def _keep(self, run: int, advance: Advance) -> None:
        """Hold what a line made of a run: its state, and the instance itself, so that the next line need not read it.

        A line that cannot be executed leaves nothing behind: then the run is read from its last state.
        """
        self._turns += 1
        self.last[run], self._versions[run] = advance, self._turns
        self._runtime.remember(str(run), self._turns, advance)

    def _instance(self, run: int) -> Instance:
        return Instance(str(run), self._versions[run], self.last[run].snapshot)


def process_lines(connection: Connection, root_id: str) -> list[Line]:
    """Return the lines that moved the process, in order."""
    found: list[Line] = []
    after = 0
    while lines := lines_of(connection, root_id, after=after):
        found += [line for line in lines if line.type in MOVING]
        after = lines[-1].seq
    return found


def _again(runtime: Runtime, bundle: Bundle, instance: Instance, line: Line) -> Advance:
    call = _from_journal(line)
    if line.type in CHANGED:
        return runtime.modify(bundle, instance, change_in(line.data), now=line.at, call_service=call)
    if line.data["how"] == "clock":
        return runtime.fire_clock(bundle, instance, line.data["clock"], now=line.at, call_service=call)
    if line.data["how"] == "timer":
        most = line.data.get("most", RINGS_UNTOLD)
        return runtime.fire_timers(bundle, instance, now=line.at, call_service=call, most=most)
    if line.data["how"] == "cancel":
        return runtime.cancel(bundle, instance, now=line.at, call_service=call)
    if line.data["how"] == "message":
        message, facts, key = line.data["message"], line.data["facts"], line.data.get("key")
        return runtime.deliver(bundle, instance, message, facts, now=line.at, call_service=call, key=key)
    return runtime.complete(bundle, instance, line.data["task_no"], line.data["facts"], now=line.at, call_service=call)


def _decided_alike(advance: Advance, line: Line) -> bool:
    """Whether the pinned tables say again what the line says they said: the same rules, on the same values."""
    told = line.data.get("decisions", [])
    if not told and not advance.decisions:
        return True  # the most of all lines: nothing was asked of any table
    return canonical(told_decisions(advance).get("decisions", [])) == canonical(told)


def _from_journal(line: Line) -> Any:
    results = iter(line.data["services"])

    def call(wanted: ServiceCall) -> Mapping[str, Any]:
        kept = next(results)
        if (kept["element"], kept["name"]) != (wanted.element_id, wanted.name):
            raise LookupError(f"{wanted.element_id} was not what the journal says was called")
        result: Mapping[str, Any] = kept["result"]
        return result

    return call
