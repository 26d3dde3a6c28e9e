"""The invariants that hold after every command and every fault (reliability I1-I8), checked from the rows.

Read-only; an operator may run it any time.  Each finding names the invariant, the root and what is wrong.
I9, that nobody waits for ever, is no matter of rows: it is held by whoever asks under load, in tests/faults.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy.engine import Connection

from deadlines.law.calendar import Calendar
from engine.casework.cases.endings.handlers import BEGUN_ANEW
from engine.casework.cases.queries import CaseFile, case_by_root
from engine.foundation.blobs.storage import Blobs
from engine.foundation.journal.queries import (
    Break,
    Line,
    commands_without_their_lines,
    lines_of,
    lines_unlike_their_command,
    lines_without_command,
    roots_with_prefix,
    strange_lines,
)
from engine.foundation.journal.sealing.outside import Outside
from engine.foundation.journal.sealing.proving import LOG as SEALED_LOG
from engine.foundation.journal.sealing.proving import broken_chains, check_chain, leaf_faults, log_faults
from engine.oversight.audit.invariants.counting import HOUSE, counting_faults
from engine.oversight.audit.invariants.figures import policy_faults
from engine.oversight.audit.invariants.files import file_faults
from engine.oversight.audit.invariants.orders import order_faults
from engine.oversight.audit.invariants.rolled import rollup_faults
from engine.oversight.audit.invariants.signing import signing_faults
from engine.oversight.audit.invariants.timing import clock_faults, room_clock_faults
from engine.oversight.audit.invariants.yearly import version_faults
from engine.oversight.audit.legible import gap_in
from engine.oversight.audit.replay import Replayed, replay
from engine.process.bpmn import Runtime, SnapshotMismatch
from engine.process.bpmn.releases.bundles import Bundles
from engine.process.bpmn.releases.queries import release_at
from engine.process.clocks.calendars import in_force
from engine.process.clocks.yearly.handlers import ROOT as CALENDAR
from engine.process.documents.issuing import ISSUED, RENDERED, VOIDED
from engine.process.documents.queries import documents_of
from engine.process.documents.rules import VOID
from engine.process.tasks.awaited.queries import awaited_by
from engine.process.tasks.progress import STARTED
from engine.process.tasks.queries import everybodys_parts, instances_of, main_run, tasks_of
from engine.process.tasks.rules import InstanceRow
from engine.process.tasks.timers.queries import timers_of
from engine.registry.identity.rules import SEPARATIONS

LOG = logging.getLogger("yichuang.audit")


@dataclass(frozen=True)
class Violation:
    """One broken invariant: the ``rule`` that found it is its number and a word, I5.order."""

    rule: str
    root: str
    sentence: str

    @property
    def invariant(self) -> str:
        """The number alone: I5."""
        return self.rule.partition(".")[0]


ORDER = ("case.received", "case.accepted", "case.decided", "result.signed", "result.delivered", "archive.decided")
"""收件 → 受理 → 决定 → 移交 → 送达 → 办结: the order in which a case's history must show them."""


NOT_STARTED = frozenset({"awaiting_approval", "registration_refused"})
"""States of a case whose process has not been started, because its back-recording is not approved."""


def verify(
    connection: Connection, bundles: Bundles, blobs: Blobs, *, root_prefix: str = "", outside: Outside | None = None,
    calendar: Calendar | None = None,
) -> list[Violation]:  # fmt: skip
    """Return every violation found; an empty list means that the house is in order.

    ``calendar`` is the one in force, where the caller has it; its days are read otherwise.  With ``outside``, where
    keys and checkpoints lie apart from the database, signatures are checked, too.
    Rows that somebody has spoiled beyond reading are a finding too: the check goes on with the next case.
    """
    calendar = calendar or in_force(connection)
    chains = _chains(connection, root_prefix)
    found = [
        *chains.pop("", []),
        *_log(connection, root_prefix, outside),
        *_commands(connection, root_prefix),
        *(Violation(*one) for one in file_faults(connection, blobs, root_prefix)),
    ]
    try:
        found += [Violation(*one) for one in counting_faults(connection, root_prefix)]
        # The figures are the house's, not a case's.
        found += [] if root_prefix else [Violation(*one) for one in policy_faults(connection)]
        found += [Violation(*one) for one in rollup_faults(connection, bundles, root_prefix)]
    except Exception as error:
        LOG.exception("what is counted cannot be checked")
        found.append(Violation("I7.unreadable", HOUSE, f"登记残缺，无法清点（{type(error).__name__}）"))
    for root_id in roots_with_prefix(connection, root_prefix):
        found += chains.pop(root_id, [])
        try:
            found += _of_root(connection, bundles, root_id, calendar)
        except Exception as error:
            LOG.exception("%s cannot be checked", root_id)
            found.append(Violation("I6.unreadable", root_id, f"记录残缺，无法核对（{type(error).__name__}）"))
    return found


def _of_root(connection: Connection, bundles: Bundles, root_id: str, calendar: Calendar) -> list[Violation]:
    if root_id.startswith("case:"):
        return verify_case(connection, bundles, root_id, calendar)
    lines = lines_of(connection, root_id, limit=100_000)
    if root_id == CALENDAR:
        return [Violation(rule, root_id, told) for rule, told in version_faults(connection, lines)]
    # A contact, a question, a call: they have clocks of their own, and no process.
    return [Violation(rule, root_id, told) for rule, told in room_clock_faults(connection, calendar, root_id, lines)]


def _legible(connection: Connection, root_id: str, lines: list[Line]) -> Iterator[Violation]:
    """What this program cannot read it has not checked: that is no house in order."""
    strange = strange_lines(connection, [root_id]).get(root_id)
    if strange is not None and strange.newer:
        yield Violation("I3.strange", root_id, f"第 {strange.seq} 条记录{strange.why}，所说的内容没有核对")
    gap = gap_in(lines)
    if gap is not None:
        yield Violation("I3.gap", root_id, gap)


def verify_case(connection: Connection, bundles: Bundles, root_id: str, calendar: Calendar) -> list[Violation]:
    """Return the violations of one case; ``calendar`` is the one in force."""
    case = case_by_root(connection, root_id)
    lines = lines_of(connection, root_id, limit=100_000)
    if case.status in NOT_STARTED and all(line.type != STARTED for line in lines):
        # Paper that was taken while the system was down and is not approved: it has no process yet.
        return [*_documents(connection, case, lines)]
    replayed = replay(connection, bundles, root_id)
    return [
        *_reexecution(connection, bundles, case, replayed),
        *_tasks(connection, case, replayed),
        *_timers(connection, case, replayed),
        *_awaited(connection, case, replayed),
        *(Violation(rule, root_id, told) for rule, told in clock_faults(connection, calendar, case, lines)),
        *(Violation(rule, root_id, told) for rule, told in order_faults(connection, root_id, lines)),
        *(Violation(rule, root_id, told) for rule, told in signing_faults(connection, root_id, lines)),
        *_history(connection, case, lines),
        *_documents(connection, case, lines),
        *_duties(connection, case),
        *_legible(connection, root_id, lines),
    ]


def _commands(connection: Connection, root_prefix: str) -> Iterator[Violation]:
    """I1: what a journal line says was commanded is kept exactly once under its key."""
    for root_id, seq in lines_without_command(connection):
        if not root_id.startswith(root_prefix):
            continue
        yield Violation("I1.key", root_id, f"第 {seq} 条记录的办理没有对应的提交编号")
    for root_id, seq in lines_unlike_their_command(connection):
        if root_id.startswith(root_prefix):
            yield Violation("I1.command", root_id, f"第 {seq} 条记录与其提交编号登记的办理不符")
    # Whose lines they were, a key does not say: this is asked of the whole house only.
    for account, command, left, found in [] if root_prefix else commands_without_their_lines(connection):
        yield Violation("I1.lines", f"account:{account}", f"{command} 当时记录了 {left} 条，现有 {found} 条")


def _chains(connection: Connection, root_prefix: str) -> dict[str, list[Violation]]:
    """I3: no hash chain has a gap, every hash recomputes, and what was sealed is what is there; by root.

    Under no name stands what has no root any more.
    """
    known, found = set(roots_with_prefix(connection, root_prefix)), dict[str, list[Violation]]()
    for one in _breaks(connection, root_prefix, known):
        told = Violation("I3.chain", one.root, f"第 {one.seq} 条记录：{one.reason}")
        found.setdefault(one.root if one.root in known else "", []).append(told)
    return found


def _breaks(connection: Connection, root_prefix: str, known: set[str]) -> list[Break]:
    try:
        return list(broken_chains(connection, prefix=root_prefix))
    except Exception:
        # One row beyond reading stops the whole stream; asked one by one, the others are still checked.
        LOG.exception("the chains cannot be read in one go")
        return [one for root_id in sorted(known) if (one := _checked(connection, root_id)) is not None]


def _checked(connection: Connection, root_id: str) -> Break | None:
    try:
        return check_chain(connection, root_id)
    except Exception as error:
        LOG.exception("the chain of %s cannot be read", root_id)
        return Break(root_id, 1, f"这条链中有记录读不出来（{type(error).__name__}）")


def _log(connection: Connection, root_prefix: str, outside: Outside | None) -> Iterator[Violation]:
    """I3: the log over all chains is what was signed, here and apart from the database."""
    faults = leaf_faults(connection, root_prefix) if root_prefix else log_faults(connection, outside)
    try:
        for told in faults:
            yield Violation("I3.log", SEALED_LOG, told)
    except Exception as error:
        LOG.exception("the log cannot be read")
        yield Violation("I3.log_unreadable", SEALED_LOG, f"封存日志残缺，无法核对（{type(error).__name__}）")


def _reexecution(connection: Connection, bundles: Bundles, case: CaseFile, replayed: Replayed) -> Iterator[Violation]:
    """I6: re-executing the history from nothing gives the stored state, as its hash and as its snapshot tell it."""
    runs = instances_of(connection, case.root_id)
    main = main_run(runs)
    if main is not None and main.release_id != case.release_id:
        yield Violation("I6.release", case.root_id, "办件固定的发布版本与其流程运行的版本不一致")
    if replayed.differs_at is not None:
        yield Violation("I6.line", case.root_id, f"按第 {replayed.differs_at} 条记录重新执行，流程状态与当时不一致")
    elif not runs or {row.run for row in runs} != set(replayed.last):
        yield Violation("I6.runs", case.root_id, "按过程记录重新执行，流程的各次运行与保存的不一致")
    else:
        for row in runs:
            last = replayed.last[row.run]
            if not _is_state(connection, bundles, row, last.snapshot):
                yield Violation("I6.state", case.root_id, "按过程记录重新执行，流程状态与保存的不一致")
            elif not _is_state(connection, bundles, row, row.snapshot):
                yield Violation("I6.snapshot", case.root_id, "保存的流程快照已损坏或与其摘要不符")


def _is_state(connection: Connection, bundles: Bundles, row: InstanceRow, snapshot: bytes) -> bool:
    """Whether ``snapshot`` is the state whose hash the row holds."""
    try:
        bundle = bundles.of(connection, release_at(connection, row.release_id), row.process)
        return Runtime(cache_size=0).is_state(bundle, snapshot, row.state_hash)
    except SnapshotMismatch:
        return False


def _tasks(connection: Connection, case: CaseFile, replayed: Replayed) -> Iterator[Violation]:
    """I2: open task rows and the process's waiting tasks are the same; closed and open never both."""
    waiting = {(run, one.task_no) for run, last in replayed.last.items() for one in last.open_tasks}
    rows = {(one.run, one.task_no) for one in tasks_of(connection, case.root_id, state="open")}
    for run, task_no in sorted(waiting ^ rows):
        yield Violation("I2.tasks", case.root_id, f"任务 {task_no}（第 {run} 次流程）在流程与待办列表中不一致")


def _timers(connection: Connection, case: CaseFile, replayed: Replayed) -> Iterator[Violation]:
    """I4: every timer that waits in the process has its row with the same instant, and no row stands for nothing."""
    waiting = {(run, one.task_no, one.due) for run, last in replayed.last.items() for one in last.timers}
    rows = {(one.run, one.task_no, one.due_at) for one in timers_of(connection, case.root_id)}
    for run, task_no, _ in sorted(waiting ^ rows):
        yield Violation("I4.timers", case.root_id, f"定时 {task_no}（第 {run} 次流程）的到时时刻在流程与登记中不一致")


def _awaited(connection: Connection, case: CaseFile, replayed: Replayed) -> Iterator[Violation]:
    """I4: every message that the process waits for by a key has its row, and no row stands for nothing."""
    waiting = {
        (run, one.task_no, one.name, one.key)
        for run, last in replayed.last.items()
        for one in last.awaited
        if one.key is not None
    }
    rows = {(one.run, one.task_no, one.name, one.key) for one in awaited_by(connection, case.root_id)}
    for run, task_no, name, _ in sorted(waiting ^ rows):
        sentence = f"等待的消息 {name}（{task_no}，第 {run} 次流程）在流程与登记中不一致"
        yield Violation("I4.awaited", case.root_id, sentence)


def _history(connection: Connection, case: CaseFile, lines: list[Line]) -> Iterator[Violation]:
    """I5: ended and completed go together, and the great steps stand in their order."""
    instance = main_run(instances_of(connection, case.root_id))
    if instance is not None and instance.completed != (case.outcome is not None):
        yield Violation("I5.ended", case.root_id, "流程是否结束与办件是否办结不一致")
    # A case begun anew goes its way once more: what counts is the last time.
    begun = max((place for place, line in enumerate(lines) if line.type == BEGUN_ANEW), default=0)
    seen = [line.type for line in lines[begun:]]
    places = [seen.index(step) for step in ORDER if step in seen]
    if places != sorted(places):
        yield Violation("I5.order", case.root_id, "收件、受理、决定、移交、送达、办结的先后次序不对")


def _documents(connection: Connection, case: CaseFile, lines: list[Line]) -> Iterator[Violation]:
    """I8: the documents are those that were issued, and their files those that were rendered first."""
    rows = {one.id: one for one in documents_of(connection, case.root_id)}
    issued = {line.data["document"]: line.data["number"] for line in lines if line.type == ISSUED}
    rendered = {line.data["document"]: line.data["sha256"] for line in lines if line.type == RENDERED}
    voided = {line.data["document"] for line in lines if line.type == VOIDED}
    for id in sorted(rows.keys() | issued.keys()):
        one = rows.get(id)
        if one is None or (one.number, one.sha256) != (issued.get(id), rendered.get(id)):
            yield Violation("I8.document", case.root_id, f"文书 {issued.get(id) or id} 与过程记录不符")
        elif (one.state == VOID) != (id in voided):
            yield Violation("I8.void", case.root_id, f"文书 {one.number} 是否作废与过程记录不符")


def _duties(connection: Connection, case: CaseFile) -> Iterator[Violation]:
    """I5: 受审分离 and its kin, by natural person."""
    for person, parts in everybodys_parts(connection, case.root_id).items():
        for separation in SEPARATIONS:
            if len(parts & separation.parts) > 1:
                yield Violation("I5.duties", case.root_id, f"{person} 在同一办件中违反职责分离规则 {separation.rule}")
