"""联办件 in the plain parallel form: departments asked together, one opinion each, a lead that overrules nobody."""

from __future__ import annotations

from typing import Any

import pytest

from engine.casework.cases.queries import visible_case
from engine.casework.cases.rules import CaseMissing
from engine.casework.joint import rules
from engine.casework.joint.queries import branches_of
from engine.process.tasks.commands import CompleteTask
from engine.process.tasks.rules import Task, TaskMissing, TaskNotYours
from engine.registry.identity.rules import SYSTEM, scope_of
from processes import library
from tests.support.house import COMPANY, MARKET, House

AGREE = {"conclusion": "agree", "opinion": "符合条件", "basis": "有关规定"}
DENY = {"conclusion": "deny", "opinion": "疏散通道不符合规定", "basis": "《消防法》第十五条"}
SUMMARY = {"summary": "各部门意见如上", "basis": "联合办理规定"}


def head_of(department: str) -> str:
    return f"D{library.departments()[department].account_number}2"


def asked(house: House, wanted: tuple[str, ...] = ()) -> str:
    """Return an accepted I13 case whose departments have been asked."""
    case_no = house.receive("W01", "I13", COMPANY)
    house.complete("W01", case_no, "ut_formal", {"formal_result": "accept"})
    house.complete("W01", case_no, "ut_accept", {})
    house.complete("D11", case_no, "ut_receive_paper", {"signature": house.signature("D11")})
    rows = [dict(row) for row in house.desk("D11", house.task(case_no, "ut_lead_plan")).context.rows["branches"]]
    for row in rows:
        row["wanted"] = row["wanted"] or row["key"] in wanted
    house.complete("D11", case_no, "ut_lead_plan", {"branches": rows, "note": "请就本部门职责提出意见"})
    return case_no


def answer(house: House, case_no: str, branch: str, said: dict[str, Any], account: str | None = None) -> None:
    task = branch_task(house, case_no, branch)
    house.execute(account or head_of(task.department), CompleteTask(task_id=task.id, answer=said))


def branch_task(house: House, case_no: str, branch: str) -> Task:
    return next(one for one in house.open_tasks(case_no) if (one.item or "").endswith(f"/{branch}"))


def test_T042_every_department_of_the_plan_is_asked_at_once_and_only_its_head_speaks_for_it(house: House) -> None:
    case_no = asked(house)
    waiting = house.open_tasks(case_no)
    assert [(one.department, one.item, one.role) for one in waiting] == [
        ("market", "market/verify", "dept_head"), ("market", "market/food", "dept_head"),
        ("urban", "urban/sign", "dept_head"), ("fire", "fire/fire", "dept_head"),
    ]  # fmt: skip

    with pytest.raises(TaskNotYours):
        answer(house, case_no, "fire", AGREE, head_of("fire").replace("2", "1"))
    with pytest.raises(TaskMissing):
        answer(house, case_no, "fire", AGREE, head_of("tax"))
    answer(house, case_no, "fire", AGREE)

    with house.door.read(SYSTEM) as view:
        said = {one.key: one for one in branches_of(view.connection, f"case:{case_no}")}
    assert (said["fire"].department, said["fire"].account) == ("fire", head_of("fire"))
    assert (said["fire"].opinion, said["fire"].basis, said["fire"].at) == ("符合条件", "有关规定", house.clock.now())
    assert len(house.open_tasks(case_no)) == 3
    assert house.violations() == []


def test_a_joint_case_is_concluded_with_the_table_of_opinions_and_goes_to_its_end(house: House) -> None:
    case_no = asked(house, ("tobacco",))
    for branch in ("verify", "food", "sign", "fire", "tobacco"):
        answer(house, case_no, branch, AGREE)
    house.complete("D12", case_no, "ut_lead_conclude", {"decision": "grant", **SUMMARY})

    table = house.documents(case_no)[-1]
    assert (table.kind, [row["department"] for row in table.data["rows"]]) == (
        "joint_opinions", ["市监", "市监", "城管", "消防", "烟草"],
    )  # fmt: skip
    assert (house.case(case_no).status, house.case(case_no).decision) == ("decided", "grant")
    house.finish(case_no, MARKET, ("李秀兰", "41050219850612002X"))
    assert house.case(case_no).outcome == "closed"
    assert house.violations() == []


def test_the_lead_cannot_grant_what_a_department_has_denied(house: House) -> None:
    case_no = asked(house)
    for branch in ("verify", "food", "sign"):
        answer(house, case_no, branch, AGREE)
    answer(house, case_no, "fire", DENY)
    before = house.journal(f"case:{case_no}")

    with pytest.raises(rules.CannotOverrule) as refused:
        house.complete("D12", case_no, "ut_lead_conclude", {"decision": "grant", **SUMMARY})

    assert "消防" in refused.value.sentence
    assert "6.2.2" in refused.value.sentence
    assert house.journal(f"case:{case_no}") == before
    house.complete("D12", case_no, "ut_lead_conclude", {"decision": "deny", **SUMMARY})
    assert house.case(case_no).decision == "deny"


def test_a_department_sees_the_case_only_once_it_is_asked(sqlite_house: House) -> None:
    house = sqlite_house
    case_no = house.receive("W01", "I13", COMPANY)
    fire, tax = house.actor(head_of("fire")), house.actor(head_of("tax"))
    for actor in (fire, tax):
        with house.door.read(actor) as view, pytest.raises(CaseMissing):
            visible_case(view.connection, case_no, scope_of(actor))
    case_no = asked(house)

    with house.door.read(fire) as view:
        assert visible_case(view.connection, case_no, scope_of(fire)).case_no == case_no
    with house.door.read(tax) as view, pytest.raises(CaseMissing):
        visible_case(view.connection, case_no, scope_of(tax))


@pytest.mark.parametrize(
    "required, wanted, found",
    [
        (["a", "b"], [], ["a", "b"]),
        (["a", "b"], ["c"], ["a", "b", "c"]),
        (["a"], ["c"], ["a", "c"]),
        ([], ["c", "b"], ["b", "c"]),
    ],
)
def test_required_branches_are_always_asked_in_the_order_of_the_plan(
    required: list[str], wanted: list[str], found: list[str]
) -> None:
    assert rules.chosen(required, ["a", "b", "c"], wanted) == found


@pytest.mark.parametrize("wanted", [[], ["x"]])
def test_asking_one_department_is_no_joint_review(wanted: list[str]) -> None:
    with pytest.raises(rules.NobodyAsked):
        rules.chosen(["a"], ["a", "b"], wanted)


@pytest.mark.parametrize("veto, refused", [(one, True) for one in sorted(rules.BINDING)] + [("none", False)])
def test_a_denial_binds_the_lead_as_the_plan_says(veto: str, refused: bool) -> None:
    said = [rules.Said("消防", "检查", veto, "deny"), rules.Said("市监", "许可", "terminate_all", "agree")]
    rules.refuse_overruling("deny", said)
    if not refused:
        rules.refuse_overruling("grant", said)
        return
    with pytest.raises(rules.CannotOverrule):
        rules.refuse_overruling("grant", said)
