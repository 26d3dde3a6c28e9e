"""Joint cases in tests: asked, answered, concluded, in few words."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from engine.casework.joint.queries import BranchRow, branches_of
from engine.process.tasks.commands import CompleteTask
from engine.process.tasks.rules import Task
from engine.registry.identity.rules import SYSTEM
from processes import library
from tests.support.house import COMPANY, PERSON, House

AGREE = {"conclusion": "agree", "opinion": "符合条件", "basis": "有关规定"}
DENY = {"conclusion": "deny", "opinion": "疏散通道不符合规定", "basis": "《消防法》第十五条"}
SUMMARY = {"next": "conclude", "summary": "各部门意见如上", "basis": "联合办理规定"}


def account_of(department: str, number: int) -> str:
    """Return the demonstration's reviewer (1), head (2) or archivist (3) of a department."""
    return f"D{library.departments()[department].account_number}{number}"


def head_of(department: str) -> str:
    return account_of(department, 2)


def accepted(house: House, item: str = "I13") -> str:
    """Return an accepted joint case that lies with the lead."""
    applicant = PERSON if item == "I11" else COMPANY
    case_no = house.receive("W01", item, {**applicant, "materials": _materials(house, item)})
    house.complete("W01", case_no, "ut_formal", {"formal_result": "accept"})
    house.complete("W01", case_no, "ut_accept", {})
    if any(one.element == "ut_receive_paper" for one in house.open_tasks(case_no)):
        lead = house.case(case_no).department
        account = account_of(lead, 1)
        house.complete(account, case_no, "ut_receive_paper", {"signature": house.signature(account)})
    return case_no


def _materials(house: House, item: str) -> list[dict[str, Any]]:
    """Return rows for what is to be handed in as a file."""
    wanted = [one for one in library.items()[item].materials if one.form == "electronic" and one.copies]
    return [
        {"no": str(one.no), "provided_form": "electronic", "copies": one.copies,
         "files": [house.upload("W01", f"{one.no}.pdf")]}
        for one in wanted
    ]  # fmt: skip


def again(house: House, case_no: str, *keys: str) -> dict[str, Any]:
    """Return the lead's answer by which ``keys`` are asked again."""
    lead = head_of(house.case(case_no).department)
    told = house.desk(lead, house.task(case_no, "ut_lead_conclude")).context.rows["branches"]
    asked_for = [{**row, "again": row["key"] in keys} for row in told]
    return {"next": "again", "branches": asked_for, "reason": "材料已更正，请重新研究"}


def asked(house: House, item: str = "I13", wanted: Collection[str] = (), days: Mapping[str, str] | None = None) -> str:
    """Return an accepted joint case whose departments have been asked; ``days`` are shorter limits."""
    case_no = accepted(house, item)
    lead = account_of(house.case(case_no).department, 1)
    rows = [dict(row) for row in house.desk(lead, house.task(case_no, "ut_lead_plan")).context.rows["branches"]]
    for row in rows:
        row["wanted"] = row["wanted"] or row["key"] in wanted
        row["days"] = (days or {}).get(row["key"], row["days"])
    house.complete(lead, case_no, "ut_lead_plan", {"branches": rows, "note": "请就本部门职责提出意见"})
    return case_no


def branch_task(house: House, case_no: str, branch: str) -> Task:
    """Return the open task of a branch."""
    open_ones = house.open_tasks(case_no)
    found = [one for one in open_ones if (one.item or "").partition("/")[2] == branch]
    assert found, f"{branch} has no task, but {[one.item for one in open_ones]}"
    return found[0]


def reviewed(house: House, case_no: str, branch: str) -> Task:
    """Let a department's reviewer review its branch; return the task of the representative."""
    task = branch_task(house, case_no, branch)
    if task.element == "ut_branch_review":
        answer = {"findings": "材料齐全，符合要求", "basis": "", "files": []}
        house.execute(account_of(task.department, 1), CompleteTask(task_id=task.id, answer=answer, partial=True))
    return branch_task(house, case_no, branch)


def opine(house: House, case_no: str, branch: str, said: Mapping[str, Any] = AGREE, account: str | None = None) -> None:
    """Review a branch and let its representative say ``said``."""
    task = reviewed(house, case_no, branch)
    answer = {"conditions": "", **said} if said["conclusion"] == "agree" else dict(said)
    house.execute(account or head_of(task.department), CompleteTask(task_id=task.id, answer=answer))


def open_branches(house: House, case_no: str) -> list[str]:
    """Return the keys of the branches that have an open task, in order."""
    return sorted({(one.item or "").partition("/")[2] for one in house.open_tasks(case_no) if one.item})


def states(house: House, case_no: str) -> dict[str, str]:
    """Return how each branch stands."""
    return {key: one.state for key, one in rows(house, case_no).items()}


def rows(house: House, case_no: str) -> dict[str, BranchRow]:
    with house.door.read(SYSTEM) as view:
        return {one.key: one for one in branches_of(view.connection, f"case:{case_no}")}


def make_results(house: House, case_no: str) -> None:
    """Let every department make out its own result."""
    wanted = [one for one in house.open_tasks(case_no) if one.element == "ut_branch_result"]
    for number, task in enumerate(wanted, 1):
        account, granted = account_of(task.department, 1), str(task.item).endswith("/grant")
        desk = house.desk(account, task)
        told: dict[str, Any] = {**desk.context.defaults, "note": ""}
        if granted:
            made = {"result_no": f"AY-{number:04d}", "long_term": True, "files": [house.upload(account, "证照.pdf")]}
            told = {"title": told["title"], "valid_from": "2026-03-02", **made, "note": ""}
        else:
            told = {key: told[key] for key in ("title", "reasons", "legal_basis", "remedies", "note")}
        house.execute(account, CompleteTask(task_id=task.id, answer=told))
