"""The extension of the statutory limit (行政许可法 42): asked in time, once, approved, told with reasons."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from deadlines.law.ledger import Extend
from engine.casework.cases.file.queries import give_opinion
from engine.casework.cases.letters import letter
from engine.casework.cases.procedures import queries
from engine.casework.cases.procedures.commands import RequestExtension
from engine.casework.cases.procedures.queries import Extension
from engine.casework.cases.procedures.rules import (
    ExtendedAlready,
    ExtensionLate,
    ExtensionPaused,
    ExtensionReasonMissing,
    ExtensionTooLong,
    NotExtendable,
)
from engine.casework.cases.queries import CaseFile, case_by_root, visible_case
from engine.foundation.clock import city_date
from engine.foundation.journal.tags import tag
from engine.foundation.store.unit import Unit
from engine.process.clocks.arming import due_text
from engine.process.clocks.daybooks import notice_words
from engine.process.clocks.ledgers import due_if_extended, excuse_clock, extend_clock, live_clock
from engine.process.clocks.queries import ClockRow
from engine.process.documents.issuing import issue
from engine.process.tasks import progress
from engine.process.tasks.queries import parts_played, play_part
from engine.process.tasks.registry import Act, Service, View
from engine.process.tasks.rules import Task
from engine.registry.identity.rules import refuse_double_part, scope_of
from engine.registry.items.queries import item_at
from forms import Context

ASKED = tag("extension.asked", "申请延长办理期限{days}个工作日：{reason}")
ANSWERED = tag("extension.answered", "延长办理期限{days}个工作日：{answer}")
TOLD = tag("extension.told", "延长办理期限的理由已书面告知，延长后的期限 {new_due}")

NEEDLESS = tag("extension.needless", "办件已作出决定，延长办理期限的申请不再办理")

PROCESS = "extension"
_LIVE = ("asked", "approved", "told")


def request_extension(command: RequestExtension, unit: Unit) -> Mapping[str, Any]:
    """Ask for an extension and start the small process beside the case.

    Raises NotExtendable, ExtendedAlready, ExtensionTooLong, ExtensionReasonMissing, ExtensionLate, ExtensionPaused.
    """
    case = visible_case(unit.connection, command.case_no, scope_of(unit.actor))
    allowed = item_at(unit.connection, case.item_digest).extension
    if allowed is None:
        raise NotExtendable(name=case.item_name)
    earlier = [one for one in queries.extensions_of(unit.connection, case.root_id) if one.state in _LIVE]
    if len(earlier) >= allowed.times:
        raise ExtendedAlready(times=allowed.times)
    if not 1 <= command.days <= allowed.days:
        raise ExtensionTooLong(most=allowed.days, days=command.days)
    if not command.reason.strip() or len(command.reason) > 500:
        raise ExtensionReasonMissing
    _running(unit, case.root_id)
    refuse_double_part(parts_played(unit.connection, case.root_id, unit.actor.person), "ask_time")
    play_part(unit, case.root_id, "ask_time")
    number = queries.add_extension(unit, case.root_id, command.days, command.reason.strip())
    unit.record(ASKED, case.root_id, extension=number, days=command.days, reason=command.reason.strip())
    progress.start_beside(unit, case.root_id, PROCESS, {})
    return {"case_no": case.case_no, "extension": number}


def prepare_request(view: View, case: CaseFile) -> Context:
    """Propose the most days that the item allows."""
    allowed = item_at(view.connection, case.item_digest).extension
    return Context(now=view.now, defaults={"days": allowed.days} if allowed else {})


def approve_extension(unit: Unit, task: Task, answer: Mapping[str, Any]) -> Mapping[str, Any]:
    """The head approves or not (S2: never who asked)."""
    one, agreed = _last(unit, task.root_id), answer["approved"] == "yes"
    state = "approved" if agreed else "refused"
    queries.set_extension(unit, one, state=state, approved_by=unit.actor.account)
    give_opinion(unit, task.root_id, kind="extension_approval", department=task.department,
                 conclusion="agree" if agreed else "disagree", text=answer.get("opinion") or one.reason)  # fmt: skip
    unit.record(ANSWERED, task.root_id, extension=one.number, days=one.days, answer="批准" if agreed else "不批准")
    return {"extension_approved": agreed}


def notify_extension(unit: Unit, task: Task, answer: Mapping[str, Any]) -> Mapping[str, Any]:
    """Tell the applicant the reason and the new limit in writing (行政许可法 42)."""
    one = _last(unit, task.root_id)
    row = _running(unit, task.root_id, late=False)
    new_due = due_if_extended(unit, row, one.days)
    case = case_by_root(unit.connection, task.root_id)
    document = issue(
        unit, task.root_id, "extension_notice",
        letter(unit, case, "extension_notice", days=one.days, reason=one.reason, new_due=new_due,
               approved_by="本机关负责人",
               counting=notice_words(unit, row, Extend(city_date(unit.now), one.days))),
    )  # fmt: skip
    queries.set_extension(unit, one, state="told", document_id=document.id, document_no=document.number)
    unit.record(TOLD, task.root_id, extension=one.number, document=document.id, new_due=new_due.isoformat())
    return {}


def recalculate(unit: Unit, root_id: str) -> Mapping[str, Any]:
    """重新计算期限: the statutory limit grows; the promise stays, but is not held against the department."""
    one = _last(unit, root_id)
    number = one.document_no or ""
    extend_clock(unit, root_id, "statutory", one.days, one.reason, one.document_id or "", number=number)
    excuse_clock(unit, root_id, "commitment", number)
    return {}


def end_unanswered(unit: Unit, root_id: str) -> None:
    """End an extension that nobody has told the applicant of: the case is decided, nothing is left to extend."""
    for one in queries.extensions_of(unit.connection, root_id):
        if one.state in ("asked", "approved"):
            queries.set_extension(unit, one, state="needless")
            unit.record(NEEDLESS, root_id, extension=one.number)
            progress.cancel_beside(unit, root_id, PROCESS)


def _running(unit: Unit, root_id: str, *, late: bool = True) -> ClockRow:
    """Return the statutory clock when it can be extended; ``late``: also refuse one whose last day is over."""
    row = live_clock(unit.connection, root_id, "statutory")
    if row is not None and row.state == "paused":
        raise ExtensionPaused
    if row is None or row.due_on is None or (late and city_date(unit.now) > row.due_on):
        raise ExtensionLate(due=due_text(row) if row else "此前")
    return row


def _last(unit: Unit, root_id: str) -> Extension:
    return queries.extensions_of(unit.connection, root_id)[-1]


ACTS = (
    Act("cases.approve_extension", approve_extension, part="approve_time",
        facts=("extension_approved",)),
    Act("cases.notify_extension", notify_extension),
)  # fmt: skip
"""Who asks for an extension never approves it (S2)."""

SERVICES = (Service("cases.recalculate", recalculate),)
