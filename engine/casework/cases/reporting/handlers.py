"""Acts of a case that a higher authority decides: first review, report, reply, relay (行政许可法 43; T054)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from engine.casework.cases import queries
from engine.casework.cases.file import queries as records
from engine.casework.cases.letters import letter
from engine.casework.cases.receiving import digests_in, usable_refs
from engine.casework.cases.reporting import queries as reports
from engine.casework.cases.timing import start_delivery_clock, start_policy_clock
from engine.foundation.blobs.queries import take_uploads
from engine.foundation.clock import city_date
from engine.foundation.errors import InvalidFields
from engine.foundation.journal.tags import tag
from engine.foundation.store.unit import Unit
from engine.process.clocks.ledgers import stop_clock
from engine.process.documents.issuing import issue
from engine.process.tasks.registry import Act, View
from engine.process.tasks.rules import Task
from engine.registry.items.queries import item_at
from forms import Context

FIRST_REVIEWED = tag("report.reviewed", "本级初审")
FIRST_DECIDED = tag("report.approved", "初审结论：{decision_name}")
REPORTED = tag("report.signed", "上报{to_authority}，{signed_on} 签收：本级初审时限到此终止")
REPLIED = tag("report.replied", "收到{to_authority}批复 {reply_number}：{decision_name}")
RELAYED = tag("report.relayed", "向申请对象反馈上级批复")

FIRST_DECISIONS = {"report": "同意上报", "return": "退回初审人员"}
REPLIES = {"grant": "准予", "deny": "不予"}


def prepare_with_files(view: View, task: Task) -> Context:
    """Let files be attached."""
    return Context(now=view.now, uploads=usable_refs(view, task.root_id))


def first_review(unit: Unit, task: Task, answer: Mapping[str, Any]) -> Mapping[str, Any]:
    """Keep the findings and the opinion of the first review."""
    take_uploads(unit, digests_in(answer.get("files")), task.root_id)
    _say(unit, task, "first_review", "proposed", f"{answer['findings']}\n{answer['opinion']}", answer["basis"])
    unit.record(FIRST_REVIEWED, task.root_id)
    return {}


def first_decide(unit: Unit, task: Task, answer: Mapping[str, Any]) -> Mapping[str, Any]:
    """The head lets the case be reported, or returns it; from here the papers must be on their way in time."""
    decision = answer["first_decision"]
    _say(unit, task, "first_decision", decision, answer.get("reason") or answer.get("opinion") or "")
    if decision == "report":
        start_policy_clock(unit, task.root_id, "report_up", city_date(unit.now))
    unit.record(FIRST_DECIDED, task.root_id, decision=decision, decision_name=FIRST_DECISIONS[decision])
    return {"first_decision": decision}


def report_up(unit: Unit, task: Task, answer: Mapping[str, Any]) -> Mapping[str, Any]:
    """The papers go up and are signed for: the limits of the first review end there (they are not paused).

    A day of signing in the future is refused; so is one before the case was accepted.
    """
    case = queries.case_by_root(unit.connection, task.root_id)
    signed_on = date.fromisoformat(answer["signed_on"])
    _refuse_days(unit, {"signed_on": signed_on, "sent_on": date.fromisoformat(answer["sent_on"])}, case.accepted_on)
    said = [one for one in records.opinions_of(unit.connection, task.root_id) if one.kind == "first_review"][-1]
    rows = [
        {"name": one.name, "copies": one.copies, "note": ""}
        for one in records.materials_of(unit.connection, task.root_id)
        if one.provided_form is not None
    ]
    slip = letter(
        unit, case, "report_up_slip", to_authority=answer["to_authority"], opinion=said.text, rows=rows
    )  # fmt: skip
    document = issue(unit, task.root_id, "report_up_slip", slip)
    take_uploads(unit, digests_in(answer["files"]), task.root_id)
    reports.put_report(
        unit, task.root_id, to_authority=answer["to_authority"], sent_on=date.fromisoformat(answer["sent_on"]),
        signed_by=answer["signed_by"], signed_on=signed_on, document_id=document.id,
    )  # fmt: skip
    for kind in ("report_up", "first_review", "commitment"):
        stop_clock(unit, task.root_id, kind, signed_on)
    queries.set_case(unit, task.root_id, status="reported_up")
    unit.record(REPORTED, task.root_id, to_authority=answer["to_authority"], signed_on=signed_on.isoformat(),
                document=document.id)  # fmt: skip
    return {}


def take_reply(unit: Unit, task: Task, answer: Mapping[str, Any]) -> Mapping[str, Any]:
    """The higher authority has decided: its reply opens the limit for telling the applicant."""
    report = reports.report_of(unit.connection, task.root_id)
    if report is None:
        raise LookupError(f"{task.root_id} was not reported")
    received_on, replied_on = (date.fromisoformat(answer[key]) for key in ("received_on", "replied_on"))
    _refuse_days(unit, {"received_on": received_on, "replied_on": replied_on}, report.signed_on)
    take_uploads(unit, digests_in(answer["files"]), task.root_id)
    decision = answer["decision"]
    reports.set_report(
        unit, task.root_id, reply_number=answer["reply_number"], replied_on=replied_on, reply_received_on=received_on,
        decision=decision, content=answer["content"],
    )  # fmt: skip
    queries.set_case(
        unit, task.root_id, status="decided", decision=decision, decided_at=unit.now, decided_by=unit.actor.account
    )
    _say(unit, task, "decision", decision, answer["content"], answer["reply_number"])
    start_policy_clock(unit, task.root_id, "relay", received_on)
    start_delivery_clock(unit, task.root_id, received_on)
    unit.record(REPLIED, task.root_id, to_authority=report.to_authority, reply_number=answer["reply_number"],
                decision=decision, decision_name=REPLIES[decision])  # fmt: skip
    return {"decision": decision}


def prepare_relay(view: View, task: Task) -> Context:
    """Start with what the reply says; a refusal must name the remedies (行政许可法 38)."""
    report = reports.report_of(view.connection, task.root_id)
    case = queries.case_by_root(view.connection, task.root_id)
    remedies = item_at(view.connection, case.item_digest).guide.remedy
    return Context(
        now=view.now, values={"decision": report.decision if report else ""},
        defaults={"content": (report.content if report else None) or "", "remedies": remedies},
    )  # fmt: skip


def relay(unit: Unit, task: Task, answer: Mapping[str, Any]) -> Mapping[str, Any]:
    """Tell the applicant what the higher authority decided."""
    report = reports.report_of(unit.connection, task.root_id)
    if report is None or report.replied_on is None:
        raise LookupError(f"{task.root_id} has no reply")
    case = queries.case_by_root(unit.connection, task.root_id)
    told = letter(
        unit, case, "upper_reply_notice", authority=report.to_authority, reply_number=report.reply_number,
        replied_on=report.replied_on, conclusion=report.decision, content=answer["content"],
        remedies=answer.get("remedies") or "",
    )  # fmt: skip
    document = issue(unit, task.root_id, "upper_reply_notice", told)
    reports.set_report(unit, task.root_id, relayed_at=unit.now)
    stop_clock(unit, task.root_id, "relay", city_date(unit.now))
    unit.record(RELAYED, task.root_id, document=document.id)
    return {}


def _refuse_days(unit: Unit, days: Mapping[str, date], not_before: date | None) -> None:
    today = city_date(unit.now)
    errors = {key: "日期不能晚于今天" for key, day in days.items() if day > today}
    if not_before is not None:
        errors |= {key: f"日期不能早于 {not_before.isoformat()}" for key, day in days.items() if day < not_before}
    if errors:
        raise InvalidFields(errors)


def _say(unit: Unit, task: Task, kind: str, conclusion: str, text: str, basis: str | None = None) -> None:
    records.give_opinion(
        unit, task.root_id, kind=kind, department=task.department, conclusion=conclusion, text=text, basis=basis
    )


ACTS = (
    Act("cases.first_review", first_review, prepare_with_files, part="review", again=True),
    Act("cases.first_decide", first_decide, part="decide", facts=("first_decision",)),
    Act("cases.report_up", report_up, prepare_with_files),
    Act("cases.take_reply", take_reply, prepare_with_files, facts=("decision",)),
    Act("cases.relay_reply", relay, prepare_relay),
)
