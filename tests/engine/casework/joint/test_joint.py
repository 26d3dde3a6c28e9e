"""联办件: each branch begins when it may, a denial does what the plan says, the lead overrules nobody, one issue."""

from __future__ import annotations

import pytest

from engine.casework.cases.queries import visible_case
from engine.casework.cases.rules import CaseMissing
from engine.casework.cases.sharing.sight import file_in_sight, numbers_in_sight
from engine.casework.issuance.queries import branch_results_of, result_of
from engine.casework.joint.queries import review_of
from engine.foundation.blobs.queries import UploadMissing
from engine.process.clocks.queries import ClockRow, clocks_of
from engine.process.tasks.commands import CompleteTask
from engine.process.tasks.rules import TaskMissing, TaskNotYours
from engine.registry.identity.rules import SYSTEM, scope_of
from tests.support.house import House
from tests.support.joint import (
    AGREE,
    DENY,
    SUMMARY,
    accepted,
    account_of,
    again,
    asked,
    branch_task,
    head_of,
    make_results,
    open_branches,
    opine,
    reviewed,
    rows,
    states,
)


def test_T042_only_the_mandated_representative_speaks_for_a_department(house: House) -> None:
    case_no = asked(house)
    assert states(house, case_no) == {"verify": "agreed", "food": "open", "sign": "open", "fire": "open"}
    assert rows(house, case_no)["verify"].opinion == "系统核验：营业执照"
    task = reviewed(house, case_no, "fire")
    assert (task.department, task.role, task.element) == ("fire", "dept_head", "ut_branch_opinion")

    with pytest.raises(TaskNotYours):
        house.execute(account_of("fire", 1), CompleteTask(task_id=task.id, answer={**AGREE, "conditions": ""}))
    with pytest.raises(TaskMissing):
        house.execute(head_of("tax"), CompleteTask(task_id=task.id, answer={**AGREE, "conditions": ""}))
    opine(house, case_no, "fire", {**AGREE, "conditions": "开业前更换灭火器"})

    said = rows(house, case_no)["fire"]
    head = head_of("fire")
    assert (said.department, said.account, said.representative) == ("fire", head, house.actor(head).name)
    assert (said.opinion, said.basis, said.conditions) == ("符合条件", "有关规定", "开业前更换灭火器")
    assert (said.at, said.number) == (house.clock.now(), f"{case_no}-04")
    assert house.violations() == []


def test_a_chain_begins_link_by_link_and_all_results_go_out_at_once(house: House) -> None:
    case_no = asked(house, "I11")
    assert open_branches(house, case_no) == ["birth_cert", "vaccine"]
    opine(house, case_no, "birth_cert")
    assert open_branches(house, case_no) == ["household", "vaccine"]
    opine(house, case_no, "household")
    assert open_branches(house, case_no) == ["medical", "ss_card", "vaccine"]
    for branch in ("medical", "vaccine", "ss_card"):
        opine(house, case_no, branch)
    assert [one.element for one in house.open_tasks(case_no)] == ["ut_lead_conclude"]

    house.complete(head_of("health"), case_no, "ut_lead_conclude", SUMMARY)

    table = house.documents(case_no)[-1]
    assert (table.kind, len(table.data["rows"])) == ("joint_opinions", 5)
    make_results(house, case_no)
    health = account_of("health", 1)
    house.complete(health, case_no, "ut_make_result", {})
    root = f"case:{case_no}"
    with house.door.read(SYSTEM) as view:
        made, parts = result_of(view.connection, root), branch_results_of(view.connection, root)
        review = review_of(view.connection, root)
    assert review is not None
    assert (review.state, review.conclusion, review.round) == ("concluded", "grant", 1)
    assert {one.part for one in parts} == {"birth_cert", "vaccine", "household", "ss_card", "medical"}
    assert made is not None
    assert sorted(made.files) == sorted(digest for one in parts for digest in one.files)
    assert house.documents(case_no)[-1].kind == "joint_results"
    assert house.violations() == []


def test_one_then_five_at_once(sqlite_house: House) -> None:
    house = sqlite_house
    case_no = asked(house, "I12", ("bank",))
    assert open_branches(house, case_no) == ["license"]
    opine(house, case_no, "license")
    assert open_branches(house, case_no) == ["bank", "fund", "insured", "seal", "tax"]
    limits = house.clocks(case_no)
    assert limits["branch"].row.in_hours


def test_a_partial_grant_is_each_departments_own_document(house: House) -> None:
    case_no = asked(house)
    opine(house, case_no, "sign", DENY)
    opine(house, case_no, "food")
    opine(house, case_no, "fire")
    house.complete("D12", case_no, "ut_lead_conclude", SUMMARY)
    make_results(house, case_no)

    denial = next(one for one in house.documents(case_no) if one.kind == "denial_decision")
    assert denial.data["signatory"].endswith("城市管理局")
    house.complete("D11", case_no, "ut_make_result", {})
    assert [row["outcome"] for row in house.documents(case_no)[-1].data["rows"]].count("不予") == 1
    house.complete("D12", case_no, "ut_result_handover", {})
    house.complete("W03", case_no, "ut_result_receipt", {"signature": house.signature("W03")})
    house.pick_up(case_no, "李秀兰", "41050219850612002X")
    assert house.case(case_no).status == "delivered"
    assert house.violations() == []


@pytest.mark.parametrize("order", [("fire", "food", "sign"), ("food", "fire", "sign"), ("food", "sign", "fire")])
def test_a_denial_by_the_first_the_middle_or_the_last_gives_the_same_conclusion(
    sqlite_house: House, order: tuple[str, ...]
) -> None:
    house = sqlite_house
    case_no = asked(house)
    for branch in order:
        opine(house, case_no, branch, DENY if branch == "fire" else AGREE)
    house.complete("D12", case_no, "ut_lead_conclude", SUMMARY)
    with house.door.read(SYSTEM) as view:
        review = review_of(view.connection, f"case:{case_no}")
    assert review is not None
    assert review.conclusion == "partial"
    assert house.violations() == []


def test_a_denial_that_ends_everything_stops_the_others_and_what_follows(house: House) -> None:
    case_no = asked(house, "I11")
    reviewed(house, case_no, "vaccine")
    opine(house, case_no, "birth_cert", DENY)
    assert states(house, case_no) == {
        "birth_cert": "denied", "vaccine": "stopped", "household": "stopped", "ss_card": "stopped",
        "medical": "stopped",
    }  # fmt: skip
    assert [one.element for one in house.open_tasks(case_no)] == ["ut_lead_conclude"]
    assert all(one.state == "stopped" for one in _branch_clocks(house, case_no))
    house.complete(head_of("health"), case_no, "ut_lead_conclude", SUMMARY)
    assert house.case(case_no).decision == "deny"
    assert house.violations() == []


def test_a_denial_that_stops_what_follows_leaves_the_rest(sqlite_house: House) -> None:
    house = sqlite_house
    case_no = asked(house, "I11")
    opine(house, case_no, "birth_cert")
    opine(house, case_no, "household", DENY)
    assert open_branches(house, case_no) == ["vaccine"]
    opine(house, case_no, "vaccine")
    house.complete(head_of("health"), case_no, "ut_lead_conclude", SUMMARY)
    with house.door.read(SYSTEM) as view:
        review = review_of(view.connection, f"case:{case_no}")
    assert review is not None
    assert review.conclusion == "partial"


def test_a_second_round_asks_the_branch_and_all_that_follow_it(house: House) -> None:
    case_no = asked(house, "I11")
    opine(house, case_no, "birth_cert")
    opine(house, case_no, "vaccine")
    opine(house, case_no, "household", DENY)
    house.complete(head_of("health"), case_no, "ut_lead_conclude", again(house, case_no, "household"))
    assert open_branches(house, case_no) == ["household"]
    assert states(house, case_no)["ss_card"] == "waiting"
    opine(house, case_no, "household")
    opine(house, case_no, "ss_card")
    opine(house, case_no, "medical")
    house.complete(head_of("health"), case_no, "ut_lead_conclude", SUMMARY)
    with house.door.read(SYSTEM) as view:
        review = review_of(view.connection, f"case:{case_no}")
    assert review is not None
    assert (review.conclusion, review.round) == ("grant", 2)
    assert house.violations() == []


def test_a_department_sees_the_case_only_once_it_is_asked(sqlite_house: House) -> None:
    house = sqlite_house
    case_no = accepted(house)
    fire, tax = house.actor(head_of("fire")), house.actor(head_of("tax"))
    for actor in (fire, tax):
        with house.door.read(actor) as view, pytest.raises(CaseMissing):
            visible_case(view.connection, case_no, scope_of(actor))
    case_no = asked(house)

    with house.door.read(fire) as view:
        assert visible_case(view.connection, case_no, scope_of(fire)).case_no == case_no
    with house.door.read(tax) as view, pytest.raises(CaseMissing):
        visible_case(view.connection, case_no, scope_of(tax))


def _branch_clocks(house: House, case_no: str) -> list[ClockRow]:
    with house.door.read(SYSTEM) as view:
        return [one for one in clocks_of(view.connection, f"case:{case_no}") if one.kind == "branch"]


def test_T077_a_department_sees_what_its_part_needs_and_what_others_have_verified(sqlite_house: House) -> None:
    house = sqlite_house
    case_no = asked(house)
    fire, urban = account_of("fire", 1), account_of("urban", 1)
    with house.door.read(house.actor(fire)) as view:
        case = visible_case(view.connection, case_no, view.scope)
        assert numbers_in_sight(view, case) == frozenset({1, 6, 7})
        with pytest.raises(UploadMissing):
            file_in_sight(view, case, "0" * 64)
    with house.door.read(house.actor("D11")) as view:
        assert numbers_in_sight(view, case) is None

    told = house.desk(fire, branch_task(house, case_no, "fire")).context.rows["materials"]
    assert [row["no"] for row in told] == ["1", "6", "7"]
    answer = {"findings": "符合", "materials": [{**row, "verified": row["no"] == "7"} for row in told]}
    task = branch_task(house, case_no, "fire")
    house.execute(fire, CompleteTask(task_id=task.id, answer=answer, partial=True))
    theirs = house.desk(urban, branch_task(house, case_no, "sign")).context.rows["materials"]
    seen = {row["no"]: row["source"] for row in theirs}
    assert seen["7"] == "综合窗口形式审查齐全；消防已核验（2026-03-02 09:05）"
    assert "消防" not in seen["1"]
