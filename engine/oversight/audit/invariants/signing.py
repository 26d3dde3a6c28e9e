"""I7: a countersigning is as its case's journal tells it, comes to what its rows say, and never outlives its task."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy.engine import Connection

from engine.foundation.journal.queries import Line
from engine.process.tasks.countersigning.handlers import SIGNED
from engine.process.tasks.countersigning.queries import rounds_of_case
from engine.process.tasks.countersigning.rules import COUNTED, outcome_of_round, whose_turn
from engine.process.tasks.queries import tasks_of

Told = tuple[str, str]
"""The rule that does not hold, and what is wrong in words."""


def signing_faults(connection: Connection, root_id: str, lines: list[Line]) -> Iterator[Told]:
    """Yield rule and sentence for each countersigning of a case that its journal, its rows or its task contradict."""
    rounds = rounds_of_case(connection, root_id)
    said = {
        (line.data["task"], line.data["round"], line.data["number"]): line.data["verdict"]
        for line in lines
        if line.type == SIGNED
    }
    kept = {
        (one.task_id, one.round, signer.number): signer.verdict
        for one in rounds
        for signer in one.signers
        if signer.verdict is not None
    }
    if said != kept:
        yield "I7.signature", "会签的意见与过程记录不符"
    if not rounds:
        return
    open_now = {task.id for task in tasks_of(connection, root_id, state="open")}
    for one in rounds:
        if one.state in COUNTED and one.state != outcome_of_round(one):
            yield "I7.countersigning", f"待办 {one.task_id} 第 {one.round} 次会签的结果与签署的意见不符"
        if one.state == "pending" and one.task_id not in open_now:
            yield "I7.countersigning_left", f"待办 {one.task_id} 已经办结，第 {one.round} 次会签仍在进行"
        waiting = {signer.number for signer in one.signers if signer.waits}
        if waiting != ({signer.number for signer in whose_turn(one)} if one.state == "pending" else set()):
            yield "I7.signer", f"待办 {one.task_id} 第 {one.round} 次会签在等谁签署，与签署的意见不符"
