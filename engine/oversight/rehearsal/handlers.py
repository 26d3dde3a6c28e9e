"""Rehearsals asked for, scripts kept as tests, and what the worker found."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.foundation.journal.reasons import written_reason
from engine.foundation.journal.tags import tag
from engine.foundation.store.commands import Command, Handler
from engine.foundation.store.unit import Unit
from engine.oversight.rehearsal import queries, rules
from engine.oversight.rehearsal.commands import AskRehearsal, AskTests, DropTest, KeepTest, RecordRehearsal
from engine.oversight.rehearsal.report import OUTCOMES
from engine.oversight.rehearsal.script import read_script, script_text
from engine.registry.items.queries import current_item

ROOT = "rehearsal"
"""The chain of all rehearsals: what was kept as a test and dropped, and how each rehearsal ended."""

ASKED = tag("rehearsal.asked", "要求演练 {id}：{name}（{item}）")
KEPT = tag("rehearsal.kept", "保留演练脚本 {id} 为测试：{name}（{item}）")
DROPPED = tag("rehearsal.dropped", "不再保留演练脚本 {id}“{name}”，理由：{reason}")
ENDED = tag("rehearsal.ended", "演练 {id} 结束：{told}")


def ask(command: AskRehearsal, unit: Unit) -> Mapping[str, Any]:
    """Let a script wait for the worker.

    Raises ScriptRefused, RehearsalMissing and RehearsalRunning for what it goes on from, RehearsalsWaiting.
    """
    script = read_script(command.script)
    unit.lock_or_create(ROOT, "rehearsal")
    if command.instead:
        before = queries.run_by_id(unit.connection, command.instead)
        if before.state != queries.ENDED:
            raise rules.RehearsalRunning(id=before.id)
        if before.test_id is None and before.draft_id == command.draft:
            queries.forget_run(unit, before.id)
    _refuse_waiting(unit, 1)
    id = _number(unit)
    queries.put_run(unit, id, script_text(script), command.draft, None)
    unit.record(ASKED, ROOT, id=id, name=script.name, item=script.item, draft=command.draft)
    return {"id": id}


def ask_tests(command: AskTests, unit: Unit) -> Mapping[str, Any]:
    """Let every kept script wait that does not yet; raise NoTests, RehearsalsWaiting."""
    unit.lock_or_create(ROOT, "rehearsal")
    tests = queries.kept_tests(unit.connection)
    if not tests:
        raise rules.NoTests
    there = queries.waiting_tests(unit.connection, command.draft)
    asked = [one for one in tests if one.id not in there]
    # Kept scripts are walked one after the other: they wait together, however many there are.
    _refuse_waiting(unit, 0)
    for one in asked:
        id = _number(unit)
        queries.put_run(unit, id, one.script, command.draft, one.id)
        unit.record(ASKED, ROOT, id=id, name=one.name, item=one.item_code, draft=command.draft)
    return {"asked": len(asked)}


def keep(command: KeepTest, unit: Unit) -> Mapping[str, Any]:
    """Keep a script; raise ScriptRefused, ItemUnknown, NameOfTestTaken, TooManyTests."""
    script = read_script(command.script)
    unit.lock_or_create(ROOT, "rehearsal")
    current_item(unit.connection, script.item)
    there = queries.kept_tests(unit.connection)
    if len(there) >= rules.MOST_TESTS:
        raise rules.TooManyTests(count=len(there))
    if any(one.name == script.name for one in there):
        raise rules.NameOfTestTaken(name=script.name)
    id = queries.put_test(unit, script.name, script.item, script_text(script))
    unit.record(KEPT, ROOT, id=id, name=script.name, item=script.item, steps=len(script.steps))
    return {"id": id}


def drop(command: DropTest, unit: Unit) -> Mapping[str, Any]:
    """Drop a kept script; raise RehearsalTestMissing, DropReasonUnwritten."""
    unit.lock_or_create(ROOT, "rehearsal")
    one = queries.test_by_id(unit.connection, command.id)
    reason = written_reason(command.reason, rules.DropReasonUnwritten)
    queries.drop_test(unit, one.id, reason)
    unit.record(DROPPED, ROOT, id=one.id, name=one.name, reason=reason)
    return {"id": one.id}


def record(command: RecordRehearsal, unit: Unit) -> Mapping[str, Any]:
    """Keep what a rehearsal showed, once; the same script's earlier rehearsals of the same draft are forgotten."""
    unit.lock_or_create(ROOT, "rehearsal")
    kept = queries.end_run(unit, command.id, command.outcome, command.digest, command.report)
    if kept:
        one = queries.run_by_id(unit.connection, command.id)
        if one.test_id is not None:
            queries.forget_older(unit, one)
        unit.record(
            ENDED, ROOT, id=one.id, outcome=command.outcome, told=OUTCOMES[command.outcome], files=command.digest
        )  # fmt: skip
    return {"kept": kept}


def _number(unit: Unit) -> int:
    """Return the number of the line that asks for a rehearsal: rows are forgotten, numbers never come again."""
    return unit.roots[ROOT].seq + sum(event.root == ROOT for event in unit.events) + 1


def _refuse_waiting(unit: Unit, more: int) -> None:
    count = queries.waiting(unit.connection)
    if count + more > rules.MOST_WAITING:
        raise rules.RehearsalsWaiting(count=count)


HANDLERS: Mapping[type[Command], Handler] = {
    AskRehearsal: ask, AskTests: ask_tests, KeepTest: keep, DropTest: drop, RecordRehearsal: record
}  # fmt: skip
