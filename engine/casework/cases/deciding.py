"""Decisions (4.2.2, 6.2.1; 行政许可法 38): grant, deny, terminate, return, study together, or leave the spot."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.casework.cases import queries
from engine.casework.cases.file import queries as records
from engine.casework.cases.letters import letter
from engine.casework.cases.outcomes.promising import check_before_decision, owing_of
from engine.casework.cases.outcomes.queries import commitment_of
from engine.casework.cases.procedures.extension import end_unanswered
from engine.casework.cases.receiving import digests_in, usable_refs
from engine.casework.cases.timing import start_delivery_clock
from engine.foundation.blobs.queries import take_uploads
from engine.foundation.clock import city_date
from engine.foundation.journal.tags import tag
from engine.foundation.store.unit import Unit
from engine.process.clocks.ledgers import stop_clock
from engine.process.clocks.queries import clocks_of
from engine.process.documents.issuing import issue
from engine.process.tasks import progress
from engine.process.tasks.registry import Act, View
from engine.process.tasks.rules import Task
from engine.registry.items.queries import item_at
from forms import Context

DECIDED = tag("case.decided", "作出处理决定：{decision_name}")
RETURNED = tag("case.returned", "退回审查人员")
ESCALATED = tag("case.escalated", "属于特别重大、疑难、复杂事项，提交部门集体研究（4.2.2）：{reason}")
DOWNGRADED = tag("case.downgraded", "不能当场办结，转为承诺件办理：{reason}")
STUDIED = tag("case.studied", "部门集体研究（{held_on}）：{decision_name}")

DECISIONS = {"grant": "准予", "deny": "不予", "terminate": "终止办理", "return": "退回审查人员"}
LETTERS = {"deny": "denial_decision", "terminate": "termination_notice"}
"""Decisions against the applicant are told with reasons, basis and remedies (行政许可法 38)."""


def prepare_decision(view: View, task: Task) -> Context:
    """Fill in the item's remedies, which a decision against the applicant must name; the head may correct them.

    Say what is still owed after 容缺受理: a grant without it needs a reason; and which materials a signed promise
    stands for: on it the decision is made the same day, without substantive review (告知承诺, 4.1.7).
    """
    case = queries.case_by_root(view.connection, task.root_id)
    owing = owing_of(view, task.root_id)
    told = f"{'、'.join(owing.names)}（承诺 {owing.supply_by} 前补齐）"
    values = {"owed_materials": told} if owing.anything else {}
    return Context(
        now=view.now, defaults={"remedies": item_at(view.connection, case.item_digest).guide.remedy},
        values=values | _promised(view, task), uploads=usable_refs(view, task.root_id),
    )  # fmt: skip


def _promised(view: View, task: Task) -> dict[str, Any]:
    known = commitment_of(view.connection, task.root_id)
    if known is None:
        return {}
    names = "、".join(str(row["name"]) for row in known.waived)
    signed = city_date(known.signed_at).isoformat()
    return {"promised": f"申请人已于 {signed} 书面承诺，免予提交：{names}；作出准予决定后进行后续核查"}


def decide(unit: Unit, task: Task, answer: Mapping[str, Any]) -> Mapping[str, Any]:
    """The head decides alone, unless the case is of special weight or difficulty: then it is studied together.

    Returning the case, taking it to the department's study or turning an instant case into one with a promise
    decides nothing; each has its reason in the file.
    """
    if answer.get("major"):
        return _pass_on(unit, task, "escalate", ESCALATED, answer["major_reason"])
    decision = answer["decision"]
    if decision == "downgrade":
        queries.set_case(unit, task.root_id, case_type="commitment")
        # What cannot be decided on the spot is reviewed, whatever was promised.
        return {**_pass_on(unit, task, decision, DOWNGRADED, answer["reason"]), "notice_commitment": False}
    if decision == "return":
        return _pass_on(unit, task, decision, RETURNED, answer["reason"])
    check_before_decision(unit, task.root_id, decision, answer.get("owed_reason") or "")
    return _settle(unit, task, decision, answer, answer.get("opinion") or "")


def decide_collectively(unit: Unit, task: Task, answer: Mapping[str, Any]) -> Mapping[str, Any]:
    """Record the department's joint study: who was there, what was said; its conclusion is the decision (4.2.2)."""
    decision = answer["decision"]
    check_before_decision(unit, task.root_id, decision, answer["minutes"])
    files = take_uploads(unit, digests_in(answer.get("files")), task.root_id)
    unit.record(STUDIED, task.root_id, held_on=answer["held_on"], decision=decision, attendance=answer["attendance"],
                decision_name=DECISIONS[decision], files=[one.digest for one in files])  # fmt: skip
    text = f"出席：{answer['attendance']}\n{answer['minutes']}"
    records.give_opinion(unit, task.root_id, kind="collective", department=task.department, conclusion=decision,
                         text=text)  # fmt: skip
    return _settle(unit, task, decision, answer, "按照部门集体研究的结论")


def _pass_on(unit: Unit, task: Task, decision: str, said: str, reason: str) -> Mapping[str, Any]:
    records.give_opinion(
        unit, task.root_id, kind="decision", department=task.department, conclusion=decision, text=reason
    )
    unit.record(said, task.root_id, decision=decision, reason=reason)
    return {"decision": decision}


def _settle(unit: Unit, task: Task, decision: str, answer: Mapping[str, Any], opinion: str) -> Mapping[str, Any]:
    today = city_date(unit.now)
    told = {key: answer[key] for key in ("reasons", "legal_basis", "remedies")} if decision in LETTERS else {}
    records.give_opinion(
        unit, task.root_id, kind="decision", department=task.department, conclusion=decision,
        text=told.get("reasons") or opinion, basis=told.get("legal_basis"),
    )  # fmt: skip
    queries.set_case(
        unit, task.root_id, status="terminated" if decision == "terminate" else "decided", decision=decision,
        decided_at=unit.now, decided_by=unit.actor.account,
    )  # fmt: skip
    document = None
    if told:
        case = queries.case_by_root(unit.connection, task.root_id)
        document = issue(unit, task.root_id, LETTERS[decision], letter(unit, case, LETTERS[decision], **told)).id
    unit.record(DECIDED, task.root_id, decision=decision, decision_name=DECISIONS[decision], document=document)
    end_unanswered(unit, task.root_id)
    if decision == "terminate":
        for row in clocks_of(unit.connection, task.root_id):
            stop_clock(unit, task.root_id, row.kind, today)
        progress.cancel_beside(unit, task.root_id)
    else:
        stop_clock(unit, task.root_id, "statutory", today)
        if decision == "deny":
            # What was promised for a grant is no longer awaited.
            stop_clock(unit, task.root_id, "deficiency", today)
        start_delivery_clock(unit, task.root_id, today)
    return {"decision": decision}


ACTS = (
    Act("cases.decide", decide, prepare_decision, part="decide", facts=("decision", "notice_commitment")),
    Act("cases.decide_collectively", decide_collectively, prepare_decision, part="decide", facts=("decision",)),
)
"""Deciding is a part that neither accepter nor reviewer may play (S1)."""
