"""Making the result: a licence or document as made by the department, or the written decision of a denial (6.2.1).

That of a joint case gathers what its departments made out.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from engine.casework.cases.file.queries import Opinion, opinions_of
from engine.casework.cases.letters import letter
from engine.casework.cases.queries import case_by_root, set_case
from engine.casework.cases.receiving import digests_in, usable_refs
from engine.casework.issuance import branch_results, queries
from engine.casework.issuance.queries import BranchResult
from engine.foundation.blobs.queries import take_uploads
from engine.foundation.clock import city_date
from engine.foundation.journal.tags import tag
from engine.foundation.store.unit import Unit
from engine.process.documents.issuing import issue
from engine.process.documents.rules import KINDS
from engine.process.tasks.registry import Act, View
from engine.process.tasks.rules import Task
from engine.registry.items.queries import item_at
from forms import Context

MADE = tag("result.made", "制作结果文书或证照《{title}》{result_no}")

DENIAL = "denial_decision"


def prepare_result(view: View, task: Task) -> Context:
    """Propose the result's name: the item's, or for a denial that of the decision with its reasons, basis, remedies.

    Of a joint case only the list of what its departments made out is left to make.
    """
    case = case_by_root(view.connection, task.root_id)
    item = item_at(view.connection, case.item_digest)
    parts = branch_results.gathered(view, task.root_id)
    if parts:
        values = {"denial": False, "joint": True}
        title = branch_results.gathered_title(item.name, parts)
        return Context(now=view.now, values=values, defaults={"title": title})
    denied = case.decision == "deny"
    decided = _decision(view, task.root_id) if denied else None
    return Context(
        now=view.now,
        values={"denial": denied, "joint": False},
        defaults={
            "title": KINDS[DENIAL].title if denied else item.result.name,
            "reasons": decided.text if decided else "",
            "legal_basis": (decided.basis if decided else None) or "",
            "remedies": getattr(decided, "remedies", None) or item.guide.remedy,
        },
        uploads=usable_refs(view, task.root_id),
    )


def make_result(unit: Unit, task: Task, answer: Mapping[str, Any]) -> Mapping[str, Any]:
    """Keep number, validity and files of the result; a denial is issued as a document with both leaves."""
    denied = case_by_root(unit.connection, task.root_id).decision == "deny"
    parts = branch_results.gathered(unit, task.root_id)
    if parts:
        branch_results.refuse_outstanding(unit, task.root_id)
        values = _together(unit, task, parts, answer)
    else:
        values = _denial(unit, task, answer) if denied else _licence(unit, task, answer)
    queries.put_result(unit, task.root_id, {"title": answer["title"], **values})
    set_case(unit, task.root_id, status="making_result")
    unit.record(MADE, task.root_id, title=answer["title"], result_no=values["result_no"], files=values["files"])
    return {}


def _together(
    unit: Unit, task: Task, parts: list[BranchResult], answer: Mapping[str, Any]
) -> dict[str, Any]:  # fmt: skip
    """The results of a joint case go out together, under one list (6.2.2, 6.3.1)."""
    id, number = branch_results.issue_list(unit, task.root_id, parts, answer.get("note") or "")
    return {
        "result_no": number,
        "valid_from": city_date(unit.now),
        "files": [digest for one in parts for digest in one.files],
        "document_id": id,
    }


def _licence(unit: Unit, task: Task, answer: Mapping[str, Any]) -> dict[str, Any]:
    files = take_uploads(unit, digests_in(answer.get("files")), task.root_id)
    return {
        "result_no": answer["result_no"],
        "valid_from": date.fromisoformat(answer["valid_from"]),
        "valid_until": None if answer.get("long_term") else date.fromisoformat(answer["valid_until"]),
        "files": [one.digest for one in files],
    }


def _denial(unit: Unit, task: Task, answer: Mapping[str, Any]) -> dict[str, Any]:
    case = case_by_root(unit.connection, task.root_id)
    body = letter(
        unit, case, DENIAL,
        reasons=answer["reasons"], legal_basis=answer["legal_basis"], remedies=answer["remedies"],
    )  # fmt: skip
    document = issue(unit, task.root_id, DENIAL, body)
    return {
        "result_no": document.number,
        "valid_from": city_date(case.decided_at or unit.now),
        "files": [],
        "document_id": document.id,
    }


def _decision(view: View, root_id: str) -> Opinion | None:
    found = [one for one in opinions_of(view.connection, root_id) if one.kind == "decision"]
    return found[-1] if found else None


ACTS = (Act("issuance.make_result", make_result, prepare_result), *branch_results.ACTS)
