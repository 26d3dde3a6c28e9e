"""Rehearsals asked for, scripts kept as tests, and what the worker found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from engine.foundation.journal.reasons import written_reason
from engine.foundation.journal.tags import tag
from engine.foundation.store.commands import Command, Handler
from engine.foundation.store.unit import Unit
from engine.oversight.rehearsal import queries, rules
from engine.oversight.rehearsal.commands import AskRehearsal, DropTest, KeepTest, RecordRehearsal, RecordVerdict
from engine.oversight.rehearsal.queries import KeptTest
from engine.oversight.rehearsal.report import OUTCOMES, Report, differing, report_of
from engine.oversight.rehearsal.script import read_script, script_text
from engine.registry.items.queries import current_item

ROOT = "rehearsal"
"""The chain of all rehearsals: what was kept as a test and dropped, and how each rehearsal ended."""

ASKED = tag("rehearsal.asked", "要求演练 {id}：{name}（{item}）")
KEPT = tag("rehearsal.kept", "保留演练脚本 {id} 为测试：{name}（{item}）")
DROPPED = tag("rehearsal.dropped", "不再保留演练脚本 {id}“{name}”，理由：{reason}")
ENDED = tag("rehearsal.ended", "演练 {id} 结束：{told}")
JUDGED = tag("rehearsal.judged", "发布之前用将要生效的文件走保留的脚本 {id}“{name}”：{told}")


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
    refuse_waiting(unit, 1)
    id = _number(unit)
    queries.put_run(unit, id, script_text(script), command.draft, None)
    unit.record(ASKED, ROOT, id=id, name=script.name, item=script.item, draft=command.draft)
    return {"id": id}


def let_wait(unit: Unit, one: KeptTest, draft: str, undo: bool, as_of: datetime | None) -> None:
    """Let a kept script wait, with the files of a draft (``undo``: those before it) over what is in force at a time."""
    id = _number(unit)
    queries.put_run(unit, id, one.script, draft, one.id, undo=undo, as_of=as_of)
    unit.record(ASKED, ROOT, id=id, name=one.name, item=one.item_code, draft=draft)


def keep(command: KeepTest, unit: Unit) -> Mapping[str, Any]:
    """Keep a script; raise ScriptRefused, ItemUnknown, NameOfTestTaken, TooManyTests, RehearsalMissing."""
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
    if command.run:
        walked = read_script(queries.script_of_run(unit.connection, queries.run_by_id(unit.connection, command.run).id))
        raw = queries.report_of_run(unit.connection, command.run)
        if raw is not None and replace(walked, name=script.name) == script:
            _judge(unit, id, report_of(raw))
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
    report = report_of(command.report)
    kept = queries.end_run(unit, command.id, report.outcome, report.files, command.report)
    if kept:
        one = queries.run_by_id(unit.connection, command.id)
        if one.test_id is not None:
            queries.forget_older(unit, one)
            _judge(unit, one.test_id, report)
        told = OUTCOMES[report.outcome]
        unit.record(ENDED, ROOT, id=one.id, outcome=report.outcome, told=told, files=report.files)
    return {"kept": kept}


def judge(command: RecordVerdict, unit: Unit) -> Mapping[str, Any]:
    """Keep what a kept script showed ahead of a release; raise RehearsalTestMissing."""
    unit.lock_or_create(ROOT, "rehearsal")
    one, report = queries.test_by_id(unit.connection, command.test), report_of(command.report)
    _judge(unit, one.id, report)
    told = OUTCOMES[report.outcome]
    unit.record(JUDGED, ROOT, id=one.id, name=one.name, outcome=report.outcome, told=told, files=report.files)
    return {}


def _judge(unit: Unit, test_id: int, report: Report) -> None:
    """Keep the verdict on the files by which the rehearsed case went; where there was no case, there is none."""
    if report.files:
        queries.put_verdict(unit, test_id, report.files, report.outcome, differing(report))


def _number(unit: Unit) -> int:
    """Return the number of the line that asks for a rehearsal: rows are forgotten, numbers never come again."""
    return unit.roots[ROOT].seq + sum(event.root == ROOT for event in unit.events) + 1


def refuse_waiting(unit: Unit, more: int) -> None:
    """Raise RehearsalsWaiting when with ``more`` too many would wait."""
    count = queries.waiting(unit.connection)
    if count + more > rules.MOST_WAITING:
        raise rules.RehearsalsWaiting(count=count)


HANDLERS: Mapping[type[Command], Handler] = {
    AskRehearsal: ask, KeepTest: keep, DropTest: drop, RecordRehearsal: record, RecordVerdict: judge
}  # fmt: skip
