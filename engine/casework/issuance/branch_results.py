"""What each department of a joint case makes out for its own part: a licence, or its own written denial (6.2.1, 6.2.2).

The case's result gathers them: the window hands all of them over at once (6.3.1).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from engine.casework.cases.file.queries import Opinion, opinions_of
from engine.casework.cases.letters import letter
from engine.casework.cases.queries import case_by_root
from engine.casework.cases.receiving import digests_in, usable_refs
from engine.casework.issuance.queries import BranchResult, branch_results_of, put_branch_result
from engine.foundation.blobs.queries import take_uploads
from engine.foundation.clock import CITY, city_date
from engine.foundation.errors import Conflict
from engine.foundation.journal.tags import tag
from engine.foundation.store.unit import Unit
from engine.process.documents.issuing import VOIDED, issue
from engine.process.documents.queries import document_by_id, put_void
from engine.process.documents.rules import KINDS, Document, Void
from engine.process.tasks.queries import tasks_of
from engine.process.tasks.registry import Act, View
from engine.process.tasks.rules import Task
from engine.registry.items.queries import item_at
from engine.registry.organisation.queries import department_named, departments
from forms import Context
from processes.joint_plan import Branch

BRANCH_MADE = tag("result.branch_made", "{department}制作《{title}》{result_no}")

DENIAL = "denial_decision"
REMADE = "归档前重办，由本部门重新出具"
"""Why a department's former denial is void when it makes its part anew."""
LIST = "joint_results"
"""The document by which all results of a joint case are handed out together."""


ACT = "issuance.make_branch_result"


class PartsOutstanding(Conflict):
    """{names}还没有重新制作本部门的结果，不能制作结果清单（6.2.1、6.3.1）。请等待其办结，可以催办。"""

    code = "PARTS_OUTSTANDING"


@dataclass(frozen=True)
class Wanted:
    """What a task is to make out: ``department/branch/grant``, or ``…/deny``."""

    department: str
    key: str
    granted: bool

    @classmethod
    def of(cls, task: Task) -> Wanted:
        """Return what a task's item says."""
        department, key, outcome = (task.item or "").split("/")
        return cls(department, key, outcome == "grant")


def prepare_branch_result(view: View, task: Task) -> Context:
    """Propose the name of what the plan says the branch makes out, or the reasons of its denial."""
    wanted = Wanted.of(task)
    branch, said = _planned(view, task, wanted), _said(view, task, wanted)
    item = item_at(view.connection, case_by_root(view.connection, task.root_id).item_digest)
    proposed = branch.result if branch and branch.result else "办理结果"
    return Context(
        now=view.now,
        values={"denial": not wanted.granted, "joint": False},
        defaults={
            "title": proposed if wanted.granted else KINDS[DENIAL].title,
            "reasons": said.text if said else "",
            "legal_basis": (said.basis if said else None) or "",
            "remedies": item.guide.remedy,
        },
        uploads=usable_refs(view, task.root_id),
    )


def make_branch_result(unit: Unit, task: Task, answer: Mapping[str, Any]) -> Mapping[str, Any]:
    """Keep number, validity and files of a branch's result; a denial is issued as a document of its department."""
    wanted = Wanted.of(task)
    values = _licence(unit, task, answer) if wanted.granted else _denial(unit, task, wanted, answer)
    made = {"department": wanted.department, "granted": wanted.granted, "title": answer["title"], **values}
    put_branch_result(unit, task.root_id, wanted.key, made)
    unit.record(
        BRANCH_MADE, task.root_id, branch=wanted.key, title=answer["title"], result_no=values["result_no"],
        department=department_named(unit.connection, wanted.department).short_name, files=values["files"],
    )  # fmt: skip
    return {}


def refuse_outstanding(view: View, root_id: str) -> None:
    """Raise :class:`PartsOutstanding` while a department is still to make its part."""
    places = departments(view.connection)
    owing = [one for one in tasks_of(view.connection, root_id, state="open") if one.act == ACT]
    if owing:
        names = "、".join(dict.fromkeys(places[one.department].short_name for one in owing))
        raise PartsOutstanding(names=names)


def gathered(view: View, root_id: str) -> list[BranchResult]:
    """Return the results of the departments of a joint case; empty for any other case."""
    return branch_results_of(view.connection, root_id)


def gathered_title(name: str, results: list[BranchResult]) -> str:
    """Return what people call the results of a joint case together."""
    granted = [one.title for one in results if one.granted] or [one.title for one in results]
    return f"{name[:60]}办理结果（{granted[0][:30]}等{len(results)}份）" if len(results) > 1 else granted[0]


def issue_list(unit: Unit, root_id: str, results: list[BranchResult], note: str) -> tuple[str, str]:
    """Issue the list of all results; return (its id, its number)."""
    case = case_by_root(unit.connection, root_id)
    rows = [
        {
            "department": department_named(unit.connection, one.department).short_name,
            "title": one.title, "reference": one.result_no, "outcome": "准予" if one.granted else "不予",
            "valid": _validity(one),
        }
        for one in results
    ]  # fmt: skip
    document = issue(unit, root_id, LIST, letter(unit, case, LIST, rows=rows, note=note))
    return document.id, document.number


def _validity(one: BranchResult) -> str:
    if not one.granted:
        return "—"
    return "长期有效" if one.valid_until is None else f"至{one.valid_until:%Y-%m-%d}"


def _licence(unit: Unit, task: Task, answer: Mapping[str, Any]) -> dict[str, Any]:
    files = take_uploads(unit, digests_in(answer.get("files")), task.root_id)
    return {
        "result_no": answer["result_no"],
        "valid_from": date.fromisoformat(answer["valid_from"]),
        "valid_until": None if answer.get("long_term") else date.fromisoformat(answer["valid_until"]),
        "files": [one.digest for one in files],
    }


def _denial(unit: Unit, task: Task, wanted: Wanted, answer: Mapping[str, Any]) -> dict[str, Any]:
    branch, case = _planned(unit, task, wanted), case_by_root(unit.connection, task.root_id)
    body = letter(
        unit, case, DENIAL,
        reasons=answer["reasons"], legal_basis=answer["legal_basis"], remedies=answer["remedies"],
        signatory=department_named(unit.connection, wanted.department).name,
        item=f"{case.item_name}中的{branch.name}" if branch else case.item_name,
    )  # fmt: skip
    before = next((one for one in gathered(unit, task.root_id) if one.part == wanted.key), None)
    if before is None or before.document_id is None:
        document = issue(unit, task.root_id, DENIAL, body)
    else:
        document = _in_place_of(unit, before.document_id, body)
    return {"result_no": document.number, "valid_from": city_date(unit.now), "files": [], "document_id": document.id}


def _in_place_of(unit: Unit, id: str, body: Mapping[str, Any]) -> Document:
    """Issue the denial anew: its department's former one is void from now on, its number stays taken."""
    old = document_by_id(unit.connection, id)
    day = old.issued_at.astimezone(CITY)
    replaces = f"{old.number}（{day.year}年{day.month}月{day.day}日出具）"
    made = issue(unit, old.root_id, old.kind, {**body, "replaces": replaces})
    put_void(unit, Void(
        document_id=old.id, root_id=old.root_id, account=unit.actor.account, at=unit.now, reason=REMADE,
        reissued_as=made.id, notice_id=None,
    ))  # fmt: skip
    unit.record(
        VOIDED, old.root_id, document=old.id, number=old.number, title=old.title, reason=REMADE, reissued_as=made.id,
        notice="",
    )  # fmt: skip
    return made


def _planned(view: View, task: Task, wanted: Wanted) -> Branch | None:
    """Return the branch as the item's plan has it; None for one that was added to this case."""
    plan = item_at(view.connection, case_by_root(view.connection, task.root_id).item_digest).joint_plan
    return next((one for one in plan.branches if one.key == wanted.key), None) if plan else None


def _said(view: View, task: Task, wanted: Wanted) -> Opinion | None:
    found = [
        one
        for one in opinions_of(view.connection, task.root_id)
        if one.kind == "branch_opinion" and one.department == wanted.department
    ]
    return found[-1] if found else None


ACTS = (Act(ACT, make_branch_result, prepare_branch_result),)
