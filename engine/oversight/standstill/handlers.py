"""不可抗力停表 (4.1.8, T038): drafted, approved by another person, carried out case by case, ended the same way."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.casework.cases.queries import case_by_root
from engine.foundation.clock import city_date
from engine.foundation.errors import InvalidFields
from engine.foundation.journal.tags import tag
from engine.foundation.store.commands import Command, Handler
from engine.foundation.store.unit import Unit
from engine.oversight.standstill import queries, rules
from engine.oversight.standstill.commands import (
    ApproveStandstill,
    CarryOutStandstill,
    DraftStandstill,
    DropStandstill,
    EndStandstill,
    FinishStandstill,
    NoteStandstillFailure,
)
from engine.oversight.standstill.queries import Standstill
from engine.process.clocks.arming import calendar_of, open_pauses
from engine.process.clocks.ledgers import pause_row, resume_row
from engine.process.clocks.queries import clocks_of, entries_of
from engine.process.clocks.rules import LIVE, PAUSED
from engine.process.clocks.yearly.recomputing import up_to_date
from engine.process.tasks.notifications.queries import notify
from engine.registry.items.queries import item_names
from engine.registry.organisation.queries import CENTER, departments

ROOT = "standstill"
"""The chain of all standstills: who drafted and approved what."""

DRAFTED = tag("standstill.drafted", "起草停表 {id}：{reason}，依据 {document_no}，自 {on} 起")
HELD = tag("standstill.held", "停表 {id} 恢复了 {resumed} 件，{failed} 件未能办理、仍在停表，处理后再次起草恢复")
DROPPED = tag("standstill.dropped", "作废停表 {id} 的草案")
APPROVED = tag("standstill.approved", "批准停表 {id}，依据 {document_no}，自 {on} 起")
IN_FORCE = tag("standstill.in_force", "停表 {id} 办理完毕：停表 {paused} 件，不停表 {skipped} 件，未能办理 {failed} 件")
END_DRAFTED = tag("standstill.end_drafted", "起草恢复停表 {id}：{reason}，依据 {document_no}，自 {on} 起")
END_DROPPED = tag("standstill.end_dropped", "作废恢复停表 {id} 的草案")
END_APPROVED = tag("standstill.end_approved", "批准恢复停表 {id}，依据 {document_no}，自 {on} 起")
ENDED = tag("standstill.ended", "停表 {id} 恢复完毕：恢复 {resumed} 件，未能办理 {failed} 件")


def draft(command: DraftStandstill, unit: Unit) -> Mapping[str, Any]:
    """Keep a standstill as a draft; raise InvalidFields: a pause needs a document and hardly reaches back."""
    reason, document_no = rules.checked_draft(command.reason, command.document_no)
    first = rules.checked_from(command.from_day, city_date(unit.now), calendar_of(unit))
    if set(command.departments) - departments(unit.connection).keys():
        raise InvalidFields({"departments": "请从列表中选择部门"})
    if set(command.items) - item_names(unit.connection).keys():
        raise InvalidFields({"item_codes": "请从列表中选择事项"})
    unit.lock_or_create(ROOT, "standstill")
    one = Standstill(
        id=queries.next_id(unit.connection), reason=reason, document_no=document_no, from_day=first,
        departments=tuple(sorted(set(command.departments))), items=tuple(sorted(set(command.items))),
        state="drafted", drafted_by=unit.actor.account, drafted_person=unit.actor.person, drafted_at=unit.now,
    )  # fmt: skip
    queries.put_standstill(unit, one)
    unit.record(DRAFTED, ROOT, id=one.id, reason=reason, document_no=document_no, on=first.isoformat(),
                departments=list(one.departments), items=list(one.items))  # fmt: skip
    _tell_head(unit, f"停表 {one.id}（{reason}）已起草，请核对涉及的办件后批准。")
    return {"id": one.id}


def drop(command: DropStandstill, unit: Unit) -> Mapping[str, Any]:
    """Drop a draft, or the draft of an end; raise StandstillMissing, StandstillSettled."""
    one = _locked(unit, command.id, "drafted", "ending")
    if one.state == "drafted":
        queries.set_standstill(unit, one.id, state="dropped")
        unit.record(DROPPED, ROOT, id=one.id)
    else:
        queries.set_standstill(
            unit, one.id, state="in_force", end_reason="", end_document_no="", end_day=None, end_drafted_by=None,
            end_drafted_person=None, end_drafted_at=None,
        )  # fmt: skip
        unit.record(END_DROPPED, ROOT, id=one.id)
    return {"id": one.id}


def end(command: EndStandstill, unit: Unit) -> Mapping[str, Any]:
    """Draft the end of a standstill; raise StandstillMissing, StandstillSettled, InvalidFields."""
    one = _locked(unit, command.id, "in_force")
    reason, document_no = rules.checked_draft(command.reason, command.document_no)
    day = rules.checked_end(command.end_day, one.from_day, city_date(unit.now))
    queries.set_standstill(
        unit, one.id, state="ending", end_reason=reason, end_document_no=document_no, end_day=day,
        end_drafted_by=unit.actor.account, end_drafted_person=unit.actor.person, end_drafted_at=unit.now,
    )  # fmt: skip
    unit.record(END_DRAFTED, ROOT, id=one.id, reason=reason, document_no=document_no, on=day.isoformat())
    _tell_head(unit, f"停表 {one.id} 的恢复（{reason}）已起草，请核对后批准。")
    return {"id": one.id}


def approve(command: ApproveStandstill, unit: Unit) -> Mapping[str, Any]:
    """Approve a standstill or its end; the worker carries it out.

    Raises StandstillMissing, StandstillSettled, StandstillSamePerson.
    """
    one = _locked(unit, command.id, "drafted", "ending")
    drafter = one.drafted_person if one.state == "drafted" else one.end_drafted_person
    if unit.actor.person == drafter:
        raise rules.StandstillSamePerson
    if one.state == "drafted":
        values = {"state": "pausing", "approved_by": unit.actor.account, "approved_at": unit.now}
        unit.record(APPROVED, ROOT, id=one.id, document_no=one.document_no, on=one.from_day.isoformat())
    else:
        values = {"state": "resuming", "end_approved_by": unit.actor.account, "end_approved_at": unit.now}
        unit.record(END_APPROVED, ROOT, id=one.id, document_no=one.end_document_no, on=str(one.end_day))
    queries.set_standstill(unit, one.id, **values)
    return {"id": one.id}


def carry_out(command: CarryOutStandstill, unit: Unit) -> Mapping[str, Any]:
    """Pause, or resume, the clocks of one case, with its lines in the case's own journal; say what became of it.

    What was done already, or is not wanted any more, changes nothing.
    """
    one = queries.standstill_of(unit.connection, command.id)
    before = queries.outcome_of(unit.connection, one.id, command.root_id)
    if one.state == "pausing" and before is None:
        return {"state": _pause(unit, one, command.root_id)}
    if one.state == "resuming" and before is not None and before.held:
        return {"state": _resume(unit, one, command.root_id)}
    return {"state": before.state if before is not None else ""}


def note_failure(command: NoteStandstillFailure, unit: Unit) -> Mapping[str, Any]:
    """Keep why a case could not be paused or resumed, and tell the supervisor."""
    unit.lock(command.root_id)
    one = queries.standstill_of(unit.connection, command.id)
    before = queries.outcome_of(unit.connection, one.id, command.root_id)
    queries.put_outcome(
        unit, one.id, command.root_id, "failed", 0 if before is None else before.clocks, command.error[:500]
    )
    case_no = command.root_id.removeprefix("case:")
    sentence = f"停表 {one.id} 未能在办件 {case_no} 办理，请查看原因后个别处理。"
    notify(unit, command.root_id, "supervisor", CENTER, "standstill", sentence)
    return {}


def finish(command: FinishStandstill, unit: Unit) -> Mapping[str, Any]:
    """Note that the worker has been through all cases."""
    one = _locked(unit, command.id)
    counts = {"paused": 0, "skipped": 0, "failed": 0, "resumed": 0, **queries.outcome_counts(unit.connection, one.id)}
    if one.state == "pausing":
        queries.set_standstill(unit, one.id, state="in_force")
        unit.record(IN_FORCE, ROOT, id=one.id, paused=counts["paused"], skipped=counts["skipped"],
                    failed=counts["failed"])  # fmt: skip
    elif one.state == "resuming":
        # Who still stands still is not forgotten: the end may be drafted once more, and takes up what is left.
        held = queries.held_count(unit.connection, one.id)
        queries.set_standstill(unit, one.id, state="in_force" if held else "ended")
        unit.record(HELD if held else ENDED, ROOT, id=one.id, resumed=counts["resumed"], failed=counts["failed"])
    else:
        return {}
    for role in ("supervisor", "center_head"):
        notify(unit, ROOT, role, CENTER, "standstill", f"停表 {one.id} 已逐件办理完毕，请查看结果。")
    return {}


def _pause(unit: Unit, one: Standstill, root_id: str) -> str:
    """Pause the limits of a case that are not past due; each from the first day its ledger allows.

    What a special procedure holds already stands still by this, too: the pauses count once together (domain 4.3).
    """
    up_to_date(unit, root_id)
    if case_by_root(unit.connection, root_id).outcome is not None:
        return _skip(unit, one, root_id, "办件已经办结")
    paused = 0
    for row in clocks_of(unit.connection, root_id):
        if row.kind not in PAUSED or row.state not in LIVE or (row.due_on is not None and row.due_on < one.from_day):
            continue
        # A clock that began, or went on, later than the standstill stands still from then.
        on = max(one.from_day, *(entry.on for entry in entries_of(unit.connection, row.id)))
        pause_row(unit, row, on, one.reason, rules.pause_key(one.id), number=one.document_no)
        paused += 1
    if not paused:
        return _skip(unit, one, root_id, "没有可以停的时限：到期日在停表之前的，不因停表而不计超期")
    queries.put_outcome(unit, one.id, root_id, "paused", paused)
    return "paused"


def _resume(unit: Unit, one: Standstill, root_id: str) -> str:
    """Let every clock that the standstill holds go on, none before the day on which its own pause began."""
    up_to_date(unit, root_id)
    day, key, resumed = one.end_day or city_date(unit.now), rules.pause_key(one.id), 0
    for row in clocks_of(unit.connection, root_id):
        held = [pause for pause in open_pauses(entries_of(unit.connection, row.id)) if pause.key == key]
        if row.state == "paused" and held:
            resume_row(unit, row, max(day, held[0].on), key)
            resumed += 1
    sentence = "" if resumed else "办件的时限在停表期间已经停止"
    queries.put_outcome(unit, one.id, root_id, "resumed", resumed, sentence)
    return "resumed"


def _skip(unit: Unit, one: Standstill, root_id: str, sentence: str) -> str:
    queries.put_outcome(unit, one.id, root_id, "skipped", 0, sentence)
    return "skipped"


def _locked(unit: Unit, id: int, *states: str) -> Standstill:
    unit.lock_or_create(ROOT, "standstill")
    one = queries.standstill_of(unit.connection, id)
    if states and one.state not in states:
        raise rules.StandstillSettled(id=id, state=rules.STATES[one.state])
    return one


def _tell_head(unit: Unit, sentence: str) -> None:
    notify(unit, ROOT, "center_head", CENTER, "standstill", sentence)


HANDLERS: Mapping[type[Command], Handler] = {
    DraftStandstill: draft,
    DropStandstill: drop,
    EndStandstill: end,
    ApproveStandstill: approve,
    CarryOutStandstill: carry_out,
    NoteStandstillFailure: note_failure,
    FinishStandstill: finish,
}
"""The commands about standstills."""
