"""重新执行核对: one case at once, many as a run that the worker carries out batch by batch."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from engine.casework.cases.queries import visible_case
from engine.foundation.clock import start_of_city_day
from engine.foundation.errors import InvalidFields
from engine.foundation.journal.tags import tag
from engine.foundation.store.commands import Command, Handler
from engine.foundation.store.unit import Unit
from engine.oversight.audit.reexecution import queries, rules
from engine.oversight.audit.reexecution.commands import (
    AskNightlyReexecution,
    AskReexecution,
    KeepReexecution,
    NoteReexecuted,
    StopReexecution,
)
from engine.oversight.audit.reexecution.queries import Selection
from engine.process.tasks.notifications.queries import notify
from engine.registry.identity.rules import scope_of
from engine.registry.items.queries import item_names
from engine.registry.organisation.queries import CENTER, departments

ROOT = "reexecution"
"""The chain of all re-executions."""

CHECKED = tag("reexecution.checked", "重新执行核对办件 {case_no}：{told}")
ASKED = tag("reexecution.asked", "要求重新执行核对 {id}：{what}")
STOPPED = tag("reexecution.stopped", "停止重新执行核对 {id}")
FOUND = tag("reexecution.found", "重新执行核对 {id} 发现办件 {case_no}：{told}")
ENDED = tag(
    "reexecution.ended", "重新执行核对 {id} 完成：{identical} 件逐条一致，{differing} 件不一致，{unknown} 件无法核对"
)


def keep(command: KeepReexecution, unit: Unit) -> Mapping[str, Any]:
    """Keep what was found of one case; raise CaseMissing."""
    found = command.found
    visible_case(unit.connection, found.case_no, scope_of(unit.actor))
    unit.lock_or_create(ROOT, "audit")
    queries.put_findings(unit, None, [found])
    unit.record(CHECKED, ROOT, case_no=found.case_no, outcome=found.outcome, told=found.sentence)
    if found.outcome == rules.DIFFERS:
        _tell(unit, f"重新执行核对，办件 {found.case_no} 与过程记录不一致：{found.sentence}")
    return {"outcome": found.outcome}


def ask(command: AskReexecution, unit: Unit) -> Mapping[str, Any]:
    """Let a run wait for the worker; raise InvalidFields, ReexecutionsWaiting."""
    chosen = _checked(command, unit)
    unit.lock_or_create(ROOT, "audit")
    count = queries.waiting(unit.connection)
    if count >= rules.MOST_WAITING:
        raise rules.ReexecutionsWaiting(count=count)
    id = queries.put_run(unit, chosen)
    unit.record(
        ASKED, ROOT, id=id, what="全部办件" if chosen == Selection() else "选定的办件", item=command.item,
        department=command.department, since=command.since, until=command.until,
    )  # fmt: skip
    return {"id": id}


def ask_nightly(command: AskNightlyReexecution, unit: Unit) -> Mapping[str, Any]:
    """Let the cases wait that were changed since the house last asked by itself; nothing while that still goes on."""
    unit.lock_or_create(ROOT, "audit")
    last = queries.last_nightly(unit.connection)
    if last is not None and last.open:
        return {"id": last.id}
    # One that was stopped in the middle is done again from its beginning.
    whole = last is None or last.state != rules.ENDED
    since = (last.chosen.changed_since if whole else last.asked_at) if last is not None else None
    id = queries.put_run(unit, Selection(changed_since=since), nightly=True)
    unit.record(ASKED, ROOT, id=id, what="有变动的办件" if since else "全部办件")
    return {"id": id}


def stop(command: StopReexecution, unit: Unit) -> Mapping[str, Any]:
    """Stop a run; raise ReexecutionMissing, ReexecutionSettled."""
    unit.lock_or_create(ROOT, "audit")
    run = queries.run_by_id(unit.connection, command.id, scope_of(unit.actor))
    if not run.open:
        raise rules.ReexecutionSettled(id=run.id, state=rules.STATES[run.state])
    queries.end_run(unit, run.id, rules.STOPPED)
    unit.record(STOPPED, ROOT, id=run.id, done=run.done)
    return {"id": run.id}


def note(command: NoteReexecuted, unit: Unit) -> Mapping[str, Any]:
    """Keep what a batch of a run found; say whether it is kept: a run that was stopped, or is elsewhere, takes none."""
    unit.lock_or_create(ROOT, "audit")
    kept = queries.note_batch(
        unit, command.id, command.after, cursor=command.cursor, total=command.total, identical=command.identical,
        lines=command.lines, **queries.counted(command.found),
    )  # fmt: skip
    if not kept:
        return {"kept": False}
    queries.put_findings(unit, command.id, command.found)
    for one in command.found:
        unit.record(FOUND, ROOT, id=command.id, case_no=one.case_no, outcome=one.outcome, told=one.sentence)
    if command.done:
        _end(unit, command.id)
    return {"kept": True}


def _end(unit: Unit, id: int) -> None:
    queries.end_run(unit, id, rules.ENDED)
    run = queries.run_by_id(unit.connection, id)
    unit.record(
        ENDED, ROOT, id=id, identical=run.identical, differing=run.differing, unknown=run.unknown, lines=run.lines
    )
    if run.differing or run.unknown:
        _tell(unit, f"重新执行核对 {id} 完成：{run.differing} 件不一致，{run.unknown} 件无法核对，请查看。")


def _tell(unit: Unit, said: str) -> None:
    notify(unit, ROOT, "auditor", CENTER, "incident", said)


def _checked(command: AskReexecution, unit: Unit) -> Selection:
    errors = {}
    scope = scope_of(unit.actor)
    if command.item and command.item not in item_names(unit.connection):
        errors["item"] = "请从列表中选择事项"
    if command.department and command.department not in departments(unit.connection):
        errors["department"] = "请从列表中选择部门"
    elif not scope.everything and not scope.covers(command.department):
        errors["department"] = "请选择本部门"
    days = {}
    for name, text in (("since", command.since), ("until", command.until)):
        try:
            days[name] = rules.checked_day(text)
        except ValueError:
            errors[name] = "请填写日期，如 2026-07-01"
    since, until = days.get("since"), days.get("until")
    if since is not None and until is not None and until < since:
        errors["until"] = "截止日早于起始日，请核对"
    if errors:
        raise InvalidFields(errors)
    return Selection(
        command.item, command.department, None if since is None else start_of_city_day(since),
        None if until is None else start_of_city_day(until + timedelta(days=1)),
    )  # fmt: skip


HANDLERS: Mapping[type[Command], Handler] = {
    KeepReexecution: keep,
    AskReexecution: ask,
    AskNightlyReexecution: ask_nightly,
    StopReexecution: stop,
    NoteReexecuted: note,
}
"""What auditors may ask of re-executions, and what the worker tells of them."""
