"""A joint visit is cancelled, moved, joined by others; and all that is wrong with one is told at once (6.2.2)."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.casework.joint.changing.commands import DecideBranch, DropBranch, ProposeBranch
from engine.casework.joint.seats import NotLeading, ReviewOver
from engine.casework.joint.visiting import rules
from engine.casework.joint.visiting.commands import (
    CancelJointVisit,
    JoinJointVisit,
    MoveJointVisit,
    NameVisitors,
    PlanJointVisit,
)
from engine.foundation.errors import InvalidFields, Refusal
from engine.process.clocks.queries import clocks_of, entries_of
from engine.process.documents.commands import VoidDocument
from engine.process.documents.queries import voids_of
from engine.registry.identity.rules import SYSTEM, NotYourAction
from tests.support.gathering import found, lines, plan, told, visit, visit_answer
from tests.support.house import House
from tests.support.joint import DENY, SUMMARY, account_of, asked, branch_task, head_of, opine, rows, states

WHY = "申请人停业装修"


def cancel(house: House, case_no: str, number: int = 1, by: str = "D11", reason: str = WHY) -> None:
    command = CancelJointVisit(case_no=case_no, number=number, answer={"reason": reason}, partial=True)
    house.execute(by, command)


def join(house: House, case_no: str, *keys: str, number: int = 1, by: str = "D11", **changes: Any) -> None:
    shown = visit_answer(house, case_no, *keys)
    answer = {"branches": shown["branches"], "visitors": shown["visitors"][: len(keys)], **changes}
    house.execute(by, JoinJointVisit(case_no=case_no, number=number, answer=answer, partial=True))


def move(house: House, case_no: str, day: str, number: int = 1) -> None:
    answer = {"visit_on": day, "reason": "申请人当日停电"}
    house.execute("D11", MoveJointVisit(case_no=case_no, number=number, answer=answer, partial=True))


def added(house: House, case_no: str, department: str = "cdc", depends_on: tuple[str, ...] = ()) -> str:
    """Add one more branch to a running review: proposed by the lead's reviewer, approved by its head."""
    answer = {
        "department": department, "name": "油烟排放核查", "days": "1", "depends_on": list(depends_on),
        "materials": ["1"], "veto": "none", "result": "", "reason": "临近居民楼",
    }  # fmt: skip
    key = str(house.execute("D11", ProposeBranch(case_no=case_no, answer=answer))["key"])
    house.execute("D12", DecideBranch(case_no=case_no, key=key, approved=True))
    return key


def papers(house: House, case_no: str) -> list[tuple[str, str]]:
    """Return the documents about visits with their states."""
    return [(one.kind, one.state) for one in house.documents(case_no) if one.kind.startswith("joint_visit")]


def clocks(house: House, case_no: str) -> list[Any]:
    """Return every clock of a case with its ledger: what counts, and since when."""
    with house.door.read(SYSTEM) as view:
        found = clocks_of(view.connection, f"case:{case_no}")
        return [(one.kind, one.state, one.due_on, entries_of(view.connection, one.id)) for one in found]


def words(house: House, case_no: str, branch: str) -> str:
    task = branch_task(house, case_no, branch)
    return str(house.desk(account_of(task.department, 1), task).context.values["visit"])


# Cancelled -----------------------------------------------------------------------------------------------------------


def test_cancelled_the_applicant_is_told_in_writing_and_nobody_owes_findings(house: House) -> None:
    case_no = asked(house)
    before = clocks(house, case_no)
    plan(house, case_no)
    [planned] = [one for one in house.documents(case_no) if one.kind == "joint_visit_notice"]
    tasks = [one.id for one in house.open_tasks(case_no)]
    cancel(house, case_no)

    assert papers(house, case_no) == [("joint_visit_notice", "void"), ("joint_visit_cancel_notice", "issued")]
    notice = house.documents(case_no)[-1]
    assert (notice.data["notice_number"], notice.data["reason"]) == (planned.number, WHY)
    assert (notice.data["visit_on"], notice.data["time"]) == ("2026-03-04", "09:30")
    with house.door.read(SYSTEM) as view:
        void = voids_of(view.connection, f"case:{case_no}")[planned.id]
    assert (void.notice_id, void.reissued_as) == (notice.id, None)
    for department in ("market", "urban", "fire"):
        assert f"已取消：{WHY}" in told(house, account_of(department, 1))[0]
    assert lines(house, case_no) == ["joint.visit_planned", "joint.visit_cancelled"]
    assert clocks(house, case_no) == before, "no clock had stood still, and none is moved (附录B)"
    assert [one.id for one in house.open_tasks(case_no)] == tasks, "the work of the branches goes on where it was"

    assert f"第 1 次联合踏勘已取消（{WHY}）" in words(house, case_no, "fire")
    opine(house, case_no, "fire")
    assert states(house, case_no)["fire"] == "agreed"
    assert plan(house, case_no, "food", "sign", visit_on="2026-03-05") == 2
    with pytest.raises(rules.NotVisited, match="第 2 次"):
        opine(house, case_no, "food")
    assert "2026-03-05" in words(house, case_no, "sign")
    assert "取消" not in words(house, case_no, "sign"), "what was planned since counts"
    assert house.violations() == []


def test_who_may_cancel_and_until_when(sqlite_house: House) -> None:
    house = sqlite_house
    case_no = asked(house)
    plan(house, case_no)
    with pytest.raises(NotLeading):
        cancel(house, case_no, by=head_of("fire"))
    with pytest.raises(NotYourAction):
        cancel(house, case_no, by="W01")
    with pytest.raises(rules.VisitMissing):
        cancel(house, case_no, 2)
    before = house.journal(f"case:{case_no}")
    for reason in ("", "停业", "长" * 111):
        with pytest.raises(InvalidFields, match="reason"):
            cancel(house, case_no, reason=reason)
    assert house.journal(f"case:{case_no}") == before
    house.at(2026, 3, 4, 10, 0)
    found(house, case_no, "fire")
    with pytest.raises(rules.VisitBegun, match="不能再取消"):
        cancel(house, case_no)
    found(house, case_no, "market")
    found(house, case_no, "urban")
    plan_again = visit_answer(house, case_no, "food", "sign", visit_on="2026-03-05")
    house.execute("D11", PlanJointVisit(case_no=case_no, answer=plan_again, partial=True))
    cancel(house, case_no, 2)
    for act in (
        lambda: cancel(house, case_no, 2), lambda: move(house, case_no, "2026-03-06", 2),
        lambda: join(house, case_no, number=2), lambda: found(house, case_no, "market", 2),
        lambda: house.execute(
            head_of("urban"), NameVisitors(case_no=case_no, number=2, answer={"branch": "sign"}, partial=True)
        ),
    ):  # fmt: skip
        with pytest.raises(rules.VisitCancelled):
            act()
    assert "符合要求" in words(house, case_no, "sign"), "what was found before counts still"
    for branch in ("food", "sign", "fire"):
        opine(house, case_no, branch)
    house.complete("D12", case_no, "ut_lead_conclude", SUMMARY)
    with pytest.raises(ReviewOver):
        cancel(house, case_no)
    assert house.violations() == []


def test_a_second_look_that_was_cancelled_may_be_planned_again_by_one_department_alone(sqlite_house: House) -> None:
    house = sqlite_house
    case_no = asked(house)
    plan(house, case_no)
    house.at(2026, 3, 4, 10, 0)
    found(house, case_no, "fire", conclusion="improve", improvement="更换灭火器", again=True)
    assert plan(house, case_no, "fire", visit_on="2026-03-06") == 2
    cancel(house, case_no, 2)
    assert plan(house, case_no, "fire", visit_on="2026-03-09") == 3


def test_a_notice_made_void_by_hand_is_not_made_void_twice(sqlite_house: House) -> None:
    house = sqlite_house
    case_no = asked(house)
    plan(house, case_no)
    [first] = [one for one in house.documents(case_no) if one.kind == "joint_visit_notice"]
    house.execute("D12", VoidDocument(
        root_id=f"case:{case_no}", document_id=first.id, reason="印章模糊不清", reissue=False
    ))  # fmt: skip
    cancel(house, case_no)
    with house.door.read(SYSTEM) as view:
        void = voids_of(view.connection, f"case:{case_no}")[first.id]
    assert void.reason == "印章模糊不清"
    assert house.documents(case_no)[-1].data["notice_number"] == first.number
    assert house.violations() == []


def test_moved_the_new_notice_says_from_when_and_why(sqlite_house: House) -> None:
    house = sqlite_house
    case_no = asked(house)
    before = clocks(house, case_no)
    plan(house, case_no)
    move(house, case_no, "2026-03-05")
    notice = house.documents(case_no)[-1]
    assert notice.data["change"] == "原定于2026年3月4日09:30的踏勘改期，原因：申请人当日停电"
    assert clocks(house, case_no) == before
    cancel(house, case_no)
    assert house.documents(case_no)[-1].data["notice_number"] == notice.number
    assert [state for _, state in papers(house, case_no)] == ["void", "void", "issued"]


def test_a_withdrawn_application_leaves_no_visit_to_be_made(sqlite_house: House) -> None:
    house = sqlite_house
    case_no = asked(house)
    plan(house, case_no)
    opine(house, case_no, "sign", DENY)
    table = list(rows(house, case_no).values())
    assert rules.owed(visit(house, case_no), table) == ("food", "fire")
    for branch in ("food", "fire"):
        opine(house, case_no, branch, DENY)
    assert rules.state_of(visit(house, case_no), list(rows(house, case_no).values())) == "lapsed"
    cancel(house, case_no)
    assert rules.state_of(visit(house, case_no), list(rows(house, case_no).values())) == "cancelled"


# Added ---------------------------------------------------------------------------------------------------------------


def test_a_branch_added_after_the_start_is_planned_like_any_other(sqlite_house: House) -> None:
    house = sqlite_house
    case_no = asked(house)
    key = added(house, case_no)
    plan(house, case_no, "food", key)
    assert [one.branch for one in visit(house, case_no).branches] == ["food", key]
    assert "第 1 次联合踏勘定于" in told(house, account_of("cdc", 1))[0]
    with pytest.raises(rules.NotVisited):
        opine(house, case_no, key)
    house.at(2026, 3, 4, 10, 0)
    found(house, case_no, "cdc")
    opine(house, case_no, key)
    assert states(house, case_no)[key] == "agreed"
    assert house.violations() == []


def test_an_added_branch_joins_the_visit_that_is_planned_by_the_same_one_notice(house: House) -> None:
    case_no = asked(house)
    before = clocks(house, case_no)
    plan(house, case_no)
    key = added(house, case_no, depends_on=("food",))
    join(house, case_no, key)
    assert [one.branch for one in visit(house, case_no).branches] == ["food", "sign", "fire", key]
    first, second = [one for one in house.documents(case_no) if one.kind == "joint_visit_notice"]
    assert (first.state, second.state) == ("void", "issued")
    assert [row["matter"] for row in second.data["rows"]][-1] == "油烟排放核查"
    assert second.data["visit_on"] == first.data["visit_on"] == "2026-03-04"
    assert "增加" in second.data["change"]
    assert "第 1 次联合踏勘定于" in told(house, account_of("cdc", 1))[0], "who waits for another is told as well"
    assert "加入第 1 次联合踏勘" in told(house, account_of("fire", 1))[0]
    assert lines(house, case_no) == ["joint.visit_planned", "joint.visit_joined"]
    with pytest.raises(rules.BranchNotVisitable, match="还有没有完成"):
        join(house, case_no, key, branches=[{"key": key, "wanted": True, "looks_at": "油烟"}])
    assert clocks(house, case_no)[: len(before)] == before
    house.at(2026, 3, 4, 10, 0)
    for department in ("market", "urban", "fire", "cdc"):
        found(house, case_no, department)
    with pytest.raises(rules.VisitBegun, match="不能再增加分支"):
        join(house, case_no)
    assert house.violations() == []


def test_who_may_join_and_with_whom(sqlite_house: House) -> None:
    house = sqlite_house
    case_no = asked(house)
    plan(house, case_no, "food", "sign")
    before = house.journal(f"case:{case_no}")
    with pytest.raises(NotLeading):
        join(house, case_no, "fire", by=head_of("fire"))
    with pytest.raises(InvalidFields, match="至少勾选一个"):
        join(house, case_no, visitors=[])
    with pytest.raises(InvalidFields, match="选择人员"):
        join(house, case_no, "fire", visitors=[{"branch": "fire", "account": account_of("urban", 1)}])
    with pytest.raises(rules.BranchNotVisitable, match="不在联办计划"):
        join(house, case_no, "fire", branches=[{"key": "verify", "wanted": True, "looks_at": "执照"}])
    assert house.journal(f"case:{case_no}") == before
    house.at(2026, 3, 5, 10, 0)
    with pytest.raises(rules.VisitPast, match="请先改期"):
        join(house, case_no, "fire")
    move(house, case_no, "2026-03-06")
    join(house, case_no, "fire")
    assert [one.branch for one in visit(house, case_no).branches] == ["food", "sign", "fire"]


def test_what_was_only_proposed_or_was_left_out_takes_no_part(sqlite_house: House) -> None:
    house = sqlite_house
    case_no = asked(house)
    answer = {
        "department": "cdc", "name": "油烟排放核查", "days": "1", "depends_on": [], "materials": ["1"], "veto": "none",
        "result": "", "reason": "临近居民楼",
    }  # fmt: skip
    key = str(house.execute("D11", ProposeBranch(case_no=case_no, answer=answer))["key"])
    wanted = visit_answer(house, case_no, "food", "sign")
    wanted["branches"].append({"key": key, "wanted": True, "looks_at": "油烟"})
    with pytest.raises(rules.BranchNotVisitable):
        house.execute("D11", PlanJointVisit(case_no=case_no, answer=wanted, partial=True))
    house.execute("D12", DecideBranch(case_no=case_no, key=key, approved=True))
    plan(house, case_no, "food", "sign", key)
    house.execute("D12", DropBranch(case_no=case_no, key=key, reason="居民楼已拆除"))
    assert rules.owed(visit(house, case_no), list(rows(house, case_no).values())) == ("food", "sign")


# Told at once --------------------------------------------------------------------------------------------------------


def errors_of(house: House, command: Any, by: str = "D11") -> dict[str, str]:
    with pytest.raises(InvalidFields) as refused:
        house.execute(by, command)
    return refused.value.errors


def test_a_rest_day_is_told_with_everything_else_that_is_wrong(sqlite_house: House) -> None:
    house = sqlite_house
    case_no = asked(house)
    for day, said in (("2026-03-07", "不是工作日"), ("2026-05-01", "不是工作日"), ("2099-03-04", "还没有排到")):
        answer = visit_answer(house, case_no, "food", "sign", visit_on=day, time="25:00", place="", contact_phone="")
        answer["visitors"][1]["account"] = "D11"
        errors = errors_of(house, PlanJointVisit(case_no=case_no, answer=answer, partial=True))
        assert said in errors["visit_on"]
        assert errors.keys() == {"visit_on", "time", "place", "contact_phone", "visitors[1].account"}
    answer = visit_answer(house, case_no, "food", visit_on="2026-03-07", place="", visitors=[])
    errors = errors_of(house, PlanJointVisit(case_no=case_no, answer=answer, partial=True))
    assert errors.keys() == {"visit_on", "place", "branches", "visitors"}
    assert errors_of(
        house, PlanJointVisit(case_no=case_no, answer={**answer, "visit_on": "明天"}, partial=True)
    )["visit_on"] == "踏勘日期应为有效的日期"  # fmt: skip
    plan(house, case_no)
    moved = MoveJointVisit(case_no=case_no, number=1, answer={"visit_on": "2026-03-08", "time": ""}, partial=True)
    assert errors_of(house, moved).keys() == {"visit_on", "time", "reason"}
    assert lines(house, case_no) == ["joint.visit_planned"]


JUNK = st.one_of(
    st.none(), st.booleans(), st.integers(-9, 9), st.sampled_from(["food", "fire", "verify", "D11", "D41", ""]),
    st.text(max_size=6), st.lists(st.integers(), max_size=2),
)  # fmt: skip
ROWS = st.lists(
    st.dictionaries(st.sampled_from(["key", "wanted", "looks_at", "branch", "account", "x"]), JUNK, max_size=4),
    max_size=4,
)
ANSWERS = st.fixed_dictionaries(
    {},
    optional={
        "branches": st.one_of(ROWS, JUNK), "visitors": st.one_of(ROWS, JUNK), "time": JUNK, "place": JUNK,
        "visit_on": st.one_of(JUNK, st.dates().map(str)), "reason": JUNK,
    },
)  # fmt: skip


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(answer=ANSWERS, kind=st.sampled_from([PlanJointVisit, MoveJointVisit, CancelJointVisit, JoinJointVisit]))
def test_whatever_is_answered_is_refused_in_words_and_changes_nothing(
    visited: tuple[House, str], answer: dict[str, Any], kind: Any
) -> None:
    house, case_no = visited
    about = {} if kind is PlanJointVisit else {"number": 1}
    before = house.journal(f"case:{case_no}")
    try:
        house.execute("D11", kind(case_no=case_no, answer={**answer, "contact": ""}, partial=True, **about))
    except Refusal:
        assert house.journal(f"case:{case_no}") == before
    else:
        pytest.fail("there is no contact in these forms, or it is left out")


@pytest.fixture
def visited(sqlite_house: House) -> tuple[House, str]:
    """A case whose food and sign are to be visited, and whose fire is not yet."""
    case_no = asked(sqlite_house)
    plan(sqlite_house, case_no, "food", "sign")
    return sqlite_house, case_no
