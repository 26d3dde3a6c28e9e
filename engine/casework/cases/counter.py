"""What the counter does beside the process: approving back-records, noting visits to the hall."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.casework.cases import queries
from engine.casework.cases.commands import DecideBackRecord, RecordVisit
from engine.casework.cases.origin import queries as origins
from engine.casework.cases.origin.rules import (
    NotAwaitingApproval,
    OwnBackRecord,
    VerdictReasonMissing,
    VisitReasonMissing,
)
from engine.casework.cases.registering import start_process
from engine.foundation.journal.tags import tag
from engine.foundation.store.unit import Unit
from engine.process.tasks.notifications.queries import notify
from engine.registry.identity.rules import scope_of
from engine.registry.organisation.queries import CENTER

APPROVED = tag("case.back_record_approved", "批准补录，自真实收件时间起办理")
REFUSED = tag("case.back_record_refused", "不批准补录：{note}")
VISITED_HALL = tag("visit.at_hall", "申请对象到场（第 {visits} 次）：{reason}")


def decide_back_record(command: DecideBackRecord, unit: Unit) -> Mapping[str, Any]:
    """Approve or refuse paper that was taken while the system was down and recorded afterwards (4.1.5).

    Approved, the process starts and its clocks count from the true receipt: when the five days of one-time notice
    have passed meanwhile, the sweeper delivers the deemed acceptance as the law says (行政许可法 32.4).
    Raises CaseMissing, :class:`NotAwaitingApproval`, :class:`OwnBackRecord`, :class:`VerdictReasonMissing`.
    """
    case = queries.visible_case(unit.connection, command.case_no, scope_of(unit.actor))
    origin = origins.origin_of(unit.connection, case.root_id)
    if origin is None or origin.offline_state != "waiting":
        raise NotAwaitingApproval(case_no=case.case_no)
    if origin.recorded_by_person == unit.actor.person:
        raise OwnBackRecord
    note = command.note.strip()[:300]
    if not command.approve and not note:
        raise VerdictReasonMissing
    state = "approved" if command.approve else "refused"
    origins.set_origin(
        unit, case.root_id, offline_state=state, decided_by=unit.actor.account, decided_at=unit.now,
        decided_note=note or None,
    )  # fmt: skip
    unit.record(APPROVED if command.approve else REFUSED, case.root_id, note=note)
    queries.set_case(unit, case.root_id, status="received" if command.approve else "registration_refused")
    told = "已获批准，请办理" if command.approve else f"未获批准：{note}"
    notify(unit, case.root_id, "window_clerk", CENTER, "back_record", f"补录的“{case.item_name}”{told}。")
    return {"case_no": case.case_no, "opened": list(start_process(unit, case.root_id)) if command.approve else []}


def record_visit(command: RecordVisit, unit: Unit) -> Mapping[str, Any]:
    """Count a visit to the hall with its reason; raise CaseMissing or :class:`VisitReasonMissing`."""
    reason = command.reason.strip()[:200]
    if not reason:
        raise VisitReasonMissing
    case = queries.visible_case(unit.connection, command.case_no, scope_of(unit.actor))
    origins.add_visit(unit, case.root_id, reason)
    queries.set_case(unit, case.root_id, visits=case.visits + 1)
    unit.record(VISITED_HALL, case.root_id, visits=case.visits + 1, reason=reason)
    return {"case_no": case.case_no, "visits": case.visits + 1}
