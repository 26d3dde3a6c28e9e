"""The lead department concludes within the opinions, or asks again (4.2.2c, 6.2.2)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from engine.casework.cases import queries
from engine.casework.cases.file import queries as records
from engine.casework.cases.letters import letter
from engine.casework.cases.procedures.extension import end_unanswered
from engine.casework.cases.timing import start_delivery_clock
from engine.casework.joint import rules
from engine.casework.joint.queries import BranchRow, branches_of, review_of, set_branch, set_review
from engine.foundation.clock import CITY, city_date
from engine.foundation.errors import InvalidFields
from engine.foundation.journal.tags import tag
from engine.foundation.store.unit import Unit
from engine.process.clocks.ledgers import stop_clock
from engine.process.documents.issuing import issue
from engine.process.tasks.registry import Act, View
from engine.process.tasks.rules import Task
from engine.registry.organisation.queries import departments
from forms import Context

CONCLUDED = tag("joint.concluded", "牵头部门汇总联审意见：{decision_name}")
ASKED_AGAIN = tag("joint.asked_again", "牵头部门退回重新研究（第 {round} 轮）：{names}。理由：{reason}")

SAID = ("conclusion", "opinion", "basis", "conditions", "representative", "account", "at")
"""The columns that hold what was said for a branch."""


def prepare_conclusion(view: View, task: Task) -> Context:
    """Show every opinion and the conclusion that follows from them; offer what may be asked again."""
    named = departments(view.connection)
    rows = [one for one in branches_of(view.connection, task.root_id) if one.state not in rules.OUTSIDE]
    found = rules.conclusion([one.part for one in rows])
    told = [
        {
            "key": one.key, "name": one.name, "department_name": named[one.department].name,
            "state": rules.STATES[one.state], "opinion": _opinion(one), "again": False,
        }
        for one in rows
    ]  # fmt: skip
    values = {"conclusion_name": rules.OUTCOMES[found]}
    return Context(now=view.now, rows={"branches": told}, values=values, defaults={"next": "conclude"})


def conclude(unit: Unit, task: Task, answer: Mapping[str, Any]) -> Mapping[str, Any]:
    """Conclude as the opinions say (nobody overrules a denial) and issue their table; or ask some departments again.

    Raises CannotOverrule for an answer to the first kind of form, which let the lead choose; InvalidFields for a
    second round without anybody to ask.
    """
    if answer.get("next") == "again":
        return _ask_again(unit, task, answer)
    rows = [one for one in branches_of(unit.connection, task.root_id) if one.state not in rules.OUTSIDE]
    named = departments(unit.connection)
    found = rules.conclusion([one.part for one in rows])
    if "decision" in answer:
        said = [rules.Said(named[one.department].name, one.name, one.veto, one.conclusion) for one in rows]
        rules.refuse_overruling(answer["decision"], said)
        found = answer["decision"]
    document = _issue_table(unit, task, answer["summary"], rows)
    decision = "deny" if found == "deny" else "grant"
    records.give_opinion(
        unit, task.root_id, kind="decision", department=task.department, conclusion=decision,
        text=answer["summary"], basis=answer["basis"],
    )  # fmt: skip
    queries.set_case(
        unit, task.root_id, status="decided", decision=decision, decided_at=unit.now, decided_by=unit.actor.account
    )
    set_review(unit, task.root_id, state="concluded", conclusion=found, concluded_at=unit.now)
    for one in branches_of(unit.connection, task.root_id):
        if one.state == "proposed":
            set_branch(unit, task.root_id, one.key, state="dropped", dropped_reason="联审已作出汇总结论")
    today = city_date(unit.now)
    end_unanswered(unit, task.root_id)
    stop_clock(unit, task.root_id, "statutory", today)
    start_delivery_clock(unit, task.root_id, today)
    unit.record(CONCLUDED, task.root_id, decision=found, decision_name=rules.OUTCOMES[found], document=document)
    return {"decision": decision, "joint_next": "decided", "results": _results(rows, found)}


def _ask_again(unit: Unit, task: Task, answer: Mapping[str, Any]) -> Mapping[str, Any]:
    rows = branches_of(unit.connection, task.root_id)
    keys = [row["key"] for row in answer["branches"] if row.get("again")]
    if not keys:
        raise InvalidFields({"branches": "请至少勾选一个要退回重新研究的分支"})
    again = rules.asked_again([one.part for one in rows], keys)
    review = review_of(unit.connection, task.root_id)
    number = review.round + 1 if review else 2
    back = [one for one in rows if one.key in again]
    unsaid = dict.fromkeys(("clock_id", "opened_at", *SAID))
    for one in back:
        set_branch(unit, task.root_id, one.key, state="waiting", round=number, **unsaid)
    set_review(unit, task.root_id, state="running", round=number)
    unit.record(
        ASKED_AGAIN, task.root_id, round=number, names="、".join(one.name for one in back), reason=answer["reason"],
        branches=[one.key for one in back],
    )  # fmt: skip
    return {"joint_next": "again", "branches": [one.item for one in back]}


def _results(rows: Sequence[BranchRow], found: str) -> list[str]:
    """Return what is made out: ``department/branch/grant`` or ``…/deny``, each by its own department (6.2.1)."""
    made = [f"{one.item}/grant" for one in rows if one.state == "agreed" and one.result and found != "deny"]
    return made + [f"{one.item}/deny" for one in rows if one.state == "denied"]


def _issue_table(unit: Unit, task: Task, summary: str, rows: Sequence[BranchRow]) -> str:
    named = departments(unit.connection)
    case = queries.case_by_root(unit.connection, task.root_id)
    lines = [_line(named[one.department].short_name, one) for one in rows]
    return issue(
        unit, task.root_id, "joint_opinions", letter(unit, case, "joint_opinions", summary=summary, rows=lines)
    ).id


def _line(department: str, one: BranchRow) -> dict[str, Any]:
    at = one.at.astimezone(CITY).strftime("%Y-%m-%d %H:%M") if one.at else "—"
    return {
        "department": department, "representative": one.representative or "—",
        "conclusion": rules.STATES[one.state], "opinion": f"{one.name}：{_opinion(one)}",
        "basis": one.basis or "—", "at": at,
    }  # fmt: skip


def _opinion(one: BranchRow) -> str:
    """Return what was said for a branch, with its conditions."""
    return "；".join(part for part in (one.opinion, f"条件：{one.conditions}" if one.conditions else "") if part) or "—"


ACTS = (
    Act(
        "joint.conclude", conclude, prepare_conclusion, part="decide",
        facts=("decision", "joint_next", "branches", "results"),
    ),
)  # fmt: skip
"""Nobody who accepted or reviewed the case concludes it (S1)."""
