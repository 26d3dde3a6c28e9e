"""Carrying out what ends or renews a case: withdrawal, the review of a rejection (6.1.1, 6.2.1)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import forms
from engine.casework.cases import queries
from engine.casework.cases.endings import rules
from engine.casework.cases.endings.commands import AskReview, WithdrawCase
from engine.casework.cases.figures import case_figure
from engine.casework.cases.file import queries as records
from engine.casework.cases.handing import keep_signature
from engine.casework.cases.letters import letter
from engine.casework.cases.paperwork import signature_said
from engine.casework.cases.queries import CaseFile
from engine.casework.cases.receiving import usable_refs
from engine.casework.cases.rooted import OnCase
from engine.casework.cases.rules import STATUSES
from engine.foundation.clock import city_date
from engine.foundation.errors import InvalidFields
from engine.foundation.journal.tags import tag
from engine.foundation.store.unit import Unit
from engine.process.clocks.ledgers import open_clock, stop_all_clocks, stop_clock
from engine.process.clocks.rules import Terms
from engine.process.documents.issuing import issue
from engine.process.documents.queries import documents_of
from engine.process.tasks import progress
from engine.process.tasks.queries import instances_of
from engine.process.tasks.registry import Act, Service, View
from engine.process.tasks.rules import Task, task_id
from engine.registry.identity.rules import scope_of
from engine.registry.items.queries import item_at
from forms import Context

WITHDRAWN = tag("case.withdrawn", "申请对象撤回申请：{reason}")
REVIEW_ASKED = tag("review.asked", "申请对象对不予收件（受理）申请复核")
REVIEWED = tag("review.decided", "复核不予收件（受理）：{conclusion_name}")
BEGUN_ANEW = tag("case.begun_anew", "撤销不予收件（受理），重新进行形式审查")

ENDING = "ending"
"""The message that ends intake or examination from outside."""
REVIEW_PROCESS = "rejection_review"
REVIEW_CLOCK = "rejection_review"
CONCLUSIONS = {"uphold": "维持不予收件（受理）", "overturn": "撤销，重新审查"}


# 撤回 ---------------------------------------------------------------------------------------------------------


def prepare_withdrawal(view: View, case: CaseFile) -> Context:
    """Start with today as the day on which the applicant asked."""
    return Context(
        now=view.now, defaults={"withdrawn_on": city_date(view.now).isoformat()},
        uploads=usable_refs(view, case.root_id),
    )  # fmt: skip


def withdraw(command: WithdrawCase, unit: Unit) -> Mapping[str, Any]:
    """End the case because the applicant takes the application back before a decision.

    Raises :class:`TooLateToWithdraw` afterwards, InvalidFields for the form (reason and signature are needed).
    """
    case, answer = asked(unit, command, "withdraw", prepare_withdrawal)
    rules.refuse_withdrawal(case.status, STATUSES[case.status])
    signature = keep_signature(unit, case.root_id, answer["signature"])
    told = {key: answer[key] for key in ("withdrawn_on", "reason", "materials_returned")}
    document = issue(
        unit, case.root_id, "withdrawal_notice",
        letter(unit, case, "withdrawal_notice", **told, **signature_said(signature)),
    )  # fmt: skip
    unit.record(WITHDRAWN, case.root_id, reason=answer["reason"], document=document.id)
    end_case(unit, case, "withdrawn")
    return {"case_no": case.case_no, "document_id": document.id}


def end_case(unit: Unit, case: CaseFile, status: str) -> None:
    """End a case from outside: clocks stop, small processes beside it end, its state says why."""
    stop_all_clocks(unit, case.root_id, city_date(unit.now))
    queries.set_case(unit, case.root_id, status=status)
    progress.deliver(unit, case.root_id, ENDING, {})
    progress.cancel_beside(unit, case.root_id)


# 复核 ---------------------------------------------------------------------------------------------------------


def prepare_asking(view: View, case: CaseFile) -> Context:
    """Start with an empty form; a signature may be drawn."""
    return Context(now=view.now, uploads=usable_refs(view, case.root_id))


def ask_review(command: AskReview, unit: Unit) -> Mapping[str, Any]:
    """Take the applicant's wish to have the rejection reviewed, and start the review beside the case.

    Raises :class:`NothingToReview`, :class:`ReviewedAlready`, :class:`ReviewTooLate`, InvalidFields.
    """
    case, answer = asked(unit, command, "ask_review", prepare_asking)
    days = case_figure(unit.connection, case.root_id, "rejection_review_ask")
    closed_on = city_date(case.closed_at or unit.now)
    late = city_date(unit.now) > closed_on + timedelta(days=days)
    # A rejection after an overturned one is a new conclusion, which may be reviewed again.
    reviews = [one for one in records.opinions_of(unit.connection, case.root_id) if one.kind == "rejection_review"]
    said = [one for one in reviews if one.conclusion == "uphold"]
    rules.refuse_review(case.status, STATUSES[case.status], bool(said), late, days)
    keep_signature(unit, case.root_id, answer["signature"])
    records.give_opinion(
        unit, case.root_id, kind="ask_review", department=case.department, conclusion="asked", text=answer["reason"]
    )
    unit.record(REVIEW_ASKED, case.root_id)
    advance = progress.start_beside(unit, case.root_id, REVIEW_PROCESS, {"case_no": case.case_no})
    run = len(instances_of(unit.connection, case.root_id)) - 1
    quota = case_figure(unit.connection, case.root_id, "rejection_review")
    open_clock(unit, case.root_id, Terms(REVIEW_CLOCK, city_date(unit.now), quota, "wd"))
    return {
        "case_no": case.case_no, "opened": [task_id(case.root_id, run, one.task_no) for one in advance.opened]
    }  # fmt: skip


def prepare_review(view: View, task: Task) -> Context:
    """Fill in the item's remedies: they are told with the outcome, whatever it is."""
    case = queries.case_by_root(view.connection, task.root_id)
    return Context(now=view.now, defaults={"remedies": item_at(view.connection, case.item_digest).guide.remedy})


def review_rejection(unit: Unit, task: Task, answer: Mapping[str, Any]) -> Mapping[str, Any]:
    """The department reviews the rejection; whoever gave it may not (S1)."""
    case = queries.case_by_root(unit.connection, task.root_id)
    conclusion = answer["conclusion"]
    rejected = [one for one in documents_of(unit.connection, task.root_id) if one.kind == "rejection_notice"][-1]
    told = {key: answer[key] for key in ("conclusion", "reasons", "legal_basis", "remedies")}
    document = issue(
        unit, task.root_id, "rejection_review_decision",
        letter(unit, case, "rejection_review_decision", reviewed_number=rejected.number, **told),
    )  # fmt: skip
    stop_clock(unit, task.root_id, REVIEW_CLOCK, city_date(unit.now))
    records.give_opinion(
        unit, task.root_id, kind="rejection_review", department=task.department, conclusion=conclusion,
        text=answer["reasons"], basis=answer["legal_basis"],
    )  # fmt: skip
    unit.record(
        REVIEWED, task.root_id, conclusion=conclusion, conclusion_name=CONCLUSIONS[conclusion], document=document.id
    )
    return {"review_conclusion": conclusion}


def begin_anew(unit: Unit, root_id: str) -> Mapping[str, Any]:
    """Begin the intake again after an overturned rejection: a new run of the main process, a new notice clock."""
    case = queries.case_by_root(unit.connection, root_id)
    item = item_at(unit.connection, case.item_digest)
    queries.set_case(unit, root_id, status="received", outcome=None, closed_at=None)
    unit.record(BEGUN_ANEW, root_id)
    progress.start_anew(
        unit, root_id,
        {"case_no": case.case_no, "case_type": case.case_type, "site_visit_required": item.site_visit},
    )  # fmt: skip
    return {}


# ---------------------------------------------------------------------------------------------------------------


def asked(unit: Unit, command: OnCase, form: str, prepare: Any) -> tuple[CaseFile, Mapping[str, Any]]:
    """Return the case and the checked answer of a command; raise CaseMissing or InvalidFields."""
    case = queries.visible_case(unit.connection, command.case_no, scope_of(unit.actor))
    checked = forms.validate(forms.load(form), command.answer, prepare(unit, case))
    if checked.errors:
        raise InvalidFields(dict(checked.errors))
    return case, checked.data


ACTS = (
    Act(
        "cases.review_rejection", review_rejection, prepare_review, part="review_rejection",
        facts=("review_conclusion",),
    ),
)  # fmt: skip
SERVICES = (Service("cases.begin_anew", begin_anew),)
