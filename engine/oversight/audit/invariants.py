"""The invariants that hold after every command and every fault (reliability I1-I6, I8), checked from the rows.

Read-only; an operator may run it any time.  Each finding names the invariant, the root and what is wrong.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy.engine import Connection

from engine.casework.cases.queries import CaseFile, case_by_root
from engine.foundation.blobs.queries import referenced_digests
from engine.foundation.blobs.storage import Blobs
from engine.foundation.journal.queries import check_chain, lines_of, lines_without_command, roots_with_prefix
from engine.oversight.audit.replay import Replayed, replay
from engine.process.bpmn.releases.bundles import Bundles
from engine.process.clocks.queries import ClockRow, clocks_of, deadlines_of
from engine.process.tasks.queries import everybodys_parts, instance_of, tasks_of
from engine.registry.identity.rules import SEPARATIONS


@dataclass(frozen=True)
class Violation:
    """One broken invariant."""

    invariant: str
    root: str
    sentence: str


ORDER = ("case.received", "case.accepted", "case.decided", "result.signed", "result.delivered", "archive.decided")
"""收件 → 受理 → 决定 → 移交 → 送达 → 办结: the order in which a case's history must show them."""


def verify(connection: Connection, bundles: Bundles, blobs: Blobs, *, root_prefix: str = "") -> list[Violation]:
    """Return every violation found; an empty list means that the house is in order."""
    found = [*_commands(connection, root_prefix), *_files(connection, blobs, root_prefix)]
    for root_id in roots_with_prefix(connection, root_prefix):
        found += _chain(connection, root_id)
        if root_id.startswith("case:"):
            found += verify_case(connection, bundles, root_id)
    return found


def verify_case(connection: Connection, bundles: Bundles, root_id: str) -> list[Violation]:
    """Return the violations of one case."""
    case = case_by_root(connection, root_id)
    replayed = replay(connection, bundles, root_id)
    return [
        *_reexecution(connection, case, replayed),
        *_tasks(connection, case, replayed),
        *_clocks(connection, case),
        *_history(connection, case),
        *_duties(connection, case),
    ]


def _commands(connection: Connection, root_prefix: str) -> Iterator[Violation]:
    """I1: what a journal line says was commanded is kept exactly once under its key."""
    for root_id, seq in lines_without_command(connection):
        if not root_id.startswith(root_prefix):
            continue
        yield Violation("I1", root_id, f"第 {seq} 条记录的办理没有对应的提交编号")


def _chain(connection: Connection, root_id: str) -> Iterator[Violation]:
    """I3: the hash chain has no gap and every hash recomputes."""
    broken = check_chain(connection, root_id)
    if broken is not None:
        yield Violation("I3", root_id, f"第 {broken.seq} 条记录：{broken.reason}")


def _reexecution(connection: Connection, case: CaseFile, replayed: Replayed) -> Iterator[Violation]:
    """I6: re-executing the history from nothing gives the stored state."""
    instance = instance_of(connection, case.root_id)
    if replayed.differs_at is not None:
        yield Violation("I6", case.root_id, f"按第 {replayed.differs_at} 条记录重新执行，流程状态与当时不一致")
    elif instance is None or replayed.last is None or instance.state_hash != replayed.last.state_hash:
        yield Violation("I6", case.root_id, "按过程记录重新执行，流程状态与保存的不一致")


def _tasks(connection: Connection, case: CaseFile, replayed: Replayed) -> Iterator[Violation]:
    """I2: open task rows and the process's waiting tasks are the same; closed and open never both."""
    if replayed.last is None:
        return
    waiting = {one.task_no for one in replayed.last.open_tasks}
    rows = {one.task_no for one in tasks_of(connection, case.root_id, state="open")}
    for task_no in sorted(waiting ^ rows):
        yield Violation("I2", case.root_id, f"任务 {task_no} 在流程与待办列表中不一致")


def _clocks(connection: Connection, case: CaseFile) -> Iterator[Violation]:
    """I4: a running commitment is armed as it must be, a stopped one is not; nothing runs after the end."""
    clocks = clocks_of(connection, case.root_id)
    open_deadlines: dict[str, int] = {}
    for row in deadlines_of(connection, case.root_id):
        if row.state == "open":
            open_deadlines[row.clock_id] = open_deadlines.get(row.clock_id, 0) + 1
    running = [clock for clock in clocks if clock.state == "running"]
    for clock in clocks:
        if clock.state != "running" and open_deadlines.get(clock.id):
            yield Violation("I4", case.root_id, f"时钟 {clock.id} 已停止，但仍有待触发的期限")
        if clock.state == "running" and clock.boundary and open_deadlines.get(clock.id) != 1:
            yield Violation("I4", case.root_id, f"时钟 {clock.id} 正在计时，但没有恰好一个待触发的期限")
    yield from _commitment(case, running)


def _commitment(case: CaseFile, running: list[ClockRow]) -> Iterator[Violation]:
    counting = [clock for clock in running if clock.kind == "commitment"]
    wanted = 1 if case.accepted_at and not case.result_signed_at and case.outcome is None else 0
    if len(counting) != wanted:
        yield Violation("I4", case.root_id, f"承诺时钟应有 {wanted} 个在计时，实有 {len(counting)} 个")
    if case.outcome is not None and running:
        yield Violation("I4", case.root_id, "办件已结束，仍有时钟在计时")


def _history(connection: Connection, case: CaseFile) -> Iterator[Violation]:
    """I5: ended and completed go together, and the great steps stand in their order."""
    instance = instance_of(connection, case.root_id)
    if instance is not None and instance.completed != (case.outcome is not None):
        yield Violation("I5", case.root_id, "流程是否结束与办件是否办结不一致")
    seen = [line.type for line in lines_of(connection, case.root_id, limit=100_000)]
    places = [seen.index(step) for step in ORDER if step in seen]
    if places != sorted(places):
        yield Violation("I5", case.root_id, "收件、受理、决定、移交、送达、办结的先后次序不对")


def _duties(connection: Connection, case: CaseFile) -> Iterator[Violation]:
    """I5: 受审分离 and its kin, by natural person."""
    for person, parts in everybodys_parts(connection, case.root_id).items():
        for separation in SEPARATIONS:
            if len(parts & separation.parts) > 1:
                yield Violation("I5", case.root_id, f"{person} 在同一办件中违反职责分离规则 {separation.rule}")


def _files(connection: Connection, blobs: Blobs, root_prefix: str) -> Iterator[Violation]:
    """I8: every uploaded file is there and is what its row says."""
    for digest in sorted(referenced_digests(connection, root_prefix)):
        if not blobs.has(digest):
            yield Violation("I8", digest, "文件不在存储中")
        elif hashlib.sha256(blobs.get(digest)).hexdigest() != digest:
            yield Violation("I8", digest, "文件内容与其摘要不符")
