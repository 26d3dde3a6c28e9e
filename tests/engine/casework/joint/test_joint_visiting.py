"""联合踏勘: one day, one place, one notice; each department looks for itself, and no clock stands still (6.2.2)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from engine.casework.joint import rules as joint_rules
from engine.casework.joint.queries import BranchRow
from engine.casework.joint.seats import NotLeading, ReviewOver
from engine.casework.joint.visiting import rules
from engine.casework.joint.visiting.commands import MoveJointVisit, NameVisitors, PlanJointVisit
from engine.casework.joint.visiting.preparing import visits_of
from engine.foundation.errors import InvalidFields
from engine.process.clocks.queries import clocks_of
from engine.process.documents.commands import VoidDocument
from engine.process.documents.rules import Document
from engine.registry.identity.accounts.commands import GrantRole
from engine.registry.identity.queries import Staff
from engine.registry.identity.rules import SYSTEM, NotYourAction, SodViolation
from tests.support.counting import statements
from tests.support.gathering import SITE, found, lines, plan, told, visit, visit_answer
from tests.support.house import House
from tests.support.joint import DENY, SUMMARY, account_of, asked, branch_task, head_of, opine, reviewed, rows, states


def move(house: House, case_no: str, number: int = 1, by: str = "D11", **changes: Any) -> None:
    answer = {"visit_on": "2026-03-05", "reason": "申请人当日停电", **changes}
    house.execute(by, MoveJointVisit(case_no=case_no, number=number, answer=answer, partial=True))


def send(house: House, case_no: str, department: str, branch: str, *people: str) -> None:
    answer = {"branch": branch, "people": list(people)}
    house.execute(head_of(department), NameVisitors(case_no=case_no, number=1, answer=answer, partial=True))


def notices(house: House, case_no: str) -> list[Document]:
    return [one for one in house.documents(case_no) if one.kind == "joint_visit_notice"]


def errors_of(house: House, case_no: str, *keys: str, **changes: Any) -> dict[str, str]:
    before = house.journal(f"case:{case_no}")
    with pytest.raises(InvalidFields) as refused:
        plan(house, case_no, *keys, **changes)
    assert house.journal(f"case:{case_no}") == before
    return refused.value.errors


def test_one_visit_of_three_departments_by_one_notice_and_each_agrees_after_it_has_looked(house: House) -> None:
    case_no = asked(house)
    with house.door.read(SYSTEM) as view:
        before = [(row.kind, row.state, row.due_on) for row in clocks_of(view.connection, f"case:{case_no}")]
    assert plan(house, case_no) == 1
    [notice] = notices(house, case_no)
    assert (notice.title, notice.data["visit_on"], notice.data["time"]) == ("联合踏勘告知书", "2026-03-04", "09:30")
    assert [row["looks_at"] for row in notice.data["rows"]] == [
        "查看食品经营许可", "查看户外招牌设置", "查看公众聚集场所投入使用、营业前消防安全检查"
    ]  # fmt: skip
    assert (notice.data["place"], notice.data["prepare"]) == (SITE, "打开全部经营场所")
    for department in ("market", "urban", "fire"):
        assert "2026-03-04 09:30" in told(house, account_of(department, 1))[0]
    with house.door.read(SYSTEM) as view:
        after = [(row.kind, row.state, row.due_on) for row in clocks_of(view.connection, f"case:{case_no}")]
    assert after == before, "a visit stops no clock (附录B)"

    shown = house.desk(account_of("fire", 1), branch_task(house, case_no, "fire")).context.values["visit"]
    assert "2026-03-04 09:30" in shown
    assert "还没有记录" in shown
    with pytest.raises(rules.NotVisited):
        opine(house, case_no, "fire")
    assert states(house, case_no)["fire"] == "open"
    with pytest.raises(rules.VisitNotYet):
        found(house, case_no, "fire")
    house.at(2026, 3, 4, 10, 0)
    file = house.upload(account_of("fire", 1), "现场.pdf")
    found(house, case_no, "fire", files=[file])
    found(house, case_no, "urban", conclusion="improve", improvement="招牌缩小", again=True)
    assert "要求整改后再次踏勘" in told(house, "L31")[0]
    looked = visit(house, case_no).of("fire")
    assert looked is not None
    assert (looked.conclusion, looked.account, looked.files[0]["name"]) == ("pass", account_of("fire", 1), "现场.pdf")
    desk = house.desk(head_of("fire"), reviewed(house, case_no, "fire"))
    assert "符合要求：现场整洁" in desk.context.values["visit"]
    opine(house, case_no, "fire")
    with pytest.raises(rules.NotVisited):
        opine(house, case_no, "food")
    assert states(house, case_no) == {"verify": "agreed", "food": "open", "sign": "open", "fire": "agreed"}
    assert lines(house, case_no) == ["joint.visit_planned", "joint.visit_found", "joint.visit_found"]
    assert len(notices(house, case_no)) == 1
    assert house.violations() == []


def test_moved_the_notice_is_void_and_another_takes_its_place(house: House) -> None:
    case_no = asked(house)
    plan(house, case_no)
    move(house, case_no)
    first, second = notices(house, case_no)
    assert (first.state, second.state, second.data["visit_on"]) == ("void", "issued", "2026-03-05")
    assert first.number in second.data["replaces"]
    assert (visit(house, case_no).document_id, visit(house, case_no).visit_on) == (second.id, date(2026, 3, 5))
    assert "改为 2026-03-05 09:30" in told(house, head_of("urban"))[0]
    with pytest.raises(InvalidFields, match="没有改变"):
        move(house, case_no)
    void = VoidDocument(root_id=f"case:{case_no}", document_id=second.id, reason="印章模糊不清", reissue=True)
    third = house.execute("D12", void)["new_document_id"]
    move(house, case_no, visit_on="2026-03-06")
    papers = {one.id: one.state for one in notices(house, case_no)}
    assert (papers[third], list(papers.values()).count("issued")) == ("void", 1), (
        "one notice holds, whatever was voided"
    )
    house.at(2026, 3, 6, 10, 0)
    found(house, case_no, "fire")
    with pytest.raises(rules.VisitBegun):
        move(house, case_no, visit_on="2026-03-09")
    assert house.violations() == []


def test_what_may_not_be_planned(sqlite_house: House) -> None:
    house = sqlite_house
    case_no = asked(house, wanted=("tobacco",))
    assert "visit_on" in errors_of(house, case_no, visit_on="2026-03-01")
    before = house.journal(f"case:{case_no}")
    assert "两个部门" in errors_of(house, case_no, "food")["branches"]
    with pytest.raises(NotLeading):
        house.execute(head_of("fire"), PlanJointVisit(case_no=case_no, answer={}, partial=True))
    with pytest.raises(NotYourAction):
        house.execute("W01", PlanJointVisit(case_no=case_no, answer={}, partial=True))
    for key, why in (("tobacco", "不在联办计划"), ("verify", "不在联办计划"), ("moon", "不在联办计划")):
        answer = visit_answer(house, case_no, "food", "sign")
        answer["branches"].append({"key": key, "wanted": True, "looks_at": "柜台"})
        with pytest.raises(rules.BranchNotVisitable, match=why):
            house.execute("D11", PlanJointVisit(case_no=case_no, answer=answer, partial=True))
    assert house.journal(f"case:{case_no}") == before
    food, sign = (
        {"branch": "food", "account": "D11"}, {"branch": "sign", "account": account_of("urban", 1)},
    )  # fmt: skip
    pair = ("food", "sign")
    assert (
        "所在部门的人员"
        in errors_of(house, case_no, *pair, visitors=[food, {**sign, "account": "D11"}])["visitors[1].account"]
    )
    assert "户外招牌设置" in errors_of(house, case_no, *pair, visitors=[food, {**food, "account": "D12"}])["visitors"]
    assert (
        "没有勾选"
        in errors_of(
            house, case_no, *pair, visitors=[food, sign, {"branch": "fire", "account": account_of("fire", 1)}]
        )["visitors[2].branch"]
    )
    assert "branches[0].looks_at" in errors_of(
        house,
        case_no,
        *pair,
        branches=[{**one, "looks_at": ""} for one in visit_answer(house, case_no, *pair)["branches"]],
    )
    opine(house, case_no, "sign", DENY)
    answer = visit_answer(house, case_no, "food", "fire")
    answer["branches"].append({"key": "sign", "wanted": True, "looks_at": "招牌"})
    with pytest.raises(rules.BranchNotVisitable, match="已经有结果"):
        house.execute("D11", PlanJointVisit(case_no=case_no, answer=answer, partial=True))
    plan(house, case_no, "food", "fire")
    answer["branches"] = answer["branches"][:-1]
    with pytest.raises(rules.BranchNotVisitable, match="还有没有完成的联合踏勘"):
        house.execute("D11", PlanJointVisit(case_no=case_no, answer=answer, partial=True))
    assert len(notices(house, case_no)) == 1


def test_only_who_was_named_looks_once_and_the_department_may_name_others(sqlite_house: House) -> None:
    house = sqlite_house
    case_no = asked(house)
    plan(house, case_no)
    house.at(2026, 3, 4, 10, 0)
    with pytest.raises(rules.NotVisitor):
        found(house, case_no, "fire", by=head_of("fire"))
    with pytest.raises(NotYourAction):
        found(house, case_no, "fire", by="L31")
    with pytest.raises(InvalidFields):
        found(house, case_no, "fire", branch="sign")
    with pytest.raises(InvalidFields):
        send(house, case_no, "fire", "fire", account_of("urban", 2))
    with pytest.raises(InvalidFields):
        send(house, case_no, "fire", "sign", head_of("fire"))
    send(house, case_no, "fire", "fire", head_of("fire"))
    with pytest.raises(rules.NotVisitor):
        found(house, case_no, "fire")
    found(house, case_no, "fire", by=head_of("fire"), conclusion="fail")
    with pytest.raises(rules.FindingsThere):
        found(house, case_no, "fire", by=head_of("fire"), branch="fire")
    with pytest.raises(InvalidFields, match="improvement"):
        found(house, case_no, "urban", conclusion="improve")
    opine(house, case_no, "sign", DENY)
    with pytest.raises(rules.BranchSettled):
        found(house, case_no, "urban")
    with pytest.raises(rules.VisitMissing):
        found(house, case_no, "market", 2)
    assert house.violations() == []


def test_whoever_accepted_the_case_does_not_look_for_a_department(sqlite_house: House) -> None:
    house = sqlite_house
    case_no = asked(house)
    house.execute("A02", GrantRole(account="W01", role="dept_reviewer", department="fire"))
    answer = visit_answer(house, case_no, "food", "fire")
    answer["visitors"][1]["account"] = "W01"
    house.execute("D11", PlanJointVisit(case_no=case_no, answer=answer, partial=True))
    house.at(2026, 3, 4, 10, 0)
    with pytest.raises(SodViolation):
        found(house, case_no, "fire", by="W01")


def test_after_putting_right_one_department_may_look_again_alone_by_two_people(sqlite_house: House) -> None:
    house = sqlite_house
    case_no = asked(house)
    plan(house, case_no)
    house.at(2026, 3, 4, 10, 0)
    for department in ("market", "urban"):
        found(house, case_no, department)
    found(house, case_no, "fire", conclusion="improve", improvement="更换灭火器", again=True)
    assert "两个部门" in errors_of(house, case_no, "food", visit_on="2026-03-06")["branches"]
    one = [{"branch": "fire", "account": account_of("fire", 1)}] * 2
    assert "两人" in errors_of(house, case_no, "fire", visit_on="2026-03-06", visitors=one)["visitors"]
    assert plan(house, case_no, "fire", visit_on="2026-03-06") == 2
    with pytest.raises(rules.NotVisited, match="第 2 次"):
        opine(house, case_no, "fire")
    opine(house, case_no, "food")
    house.at(2026, 3, 6, 10, 0)
    found(house, case_no, "fire", 2)
    opine(house, case_no, "fire")
    assert [one.state for one in notices(house, case_no)] == ["issued", "issued"]
    opine(house, case_no, "sign")
    house.complete("D12", case_no, "ut_lead_conclude", SUMMARY)
    with pytest.raises(ReviewOver):
        plan(house, case_no, "fire", visit_on="2026-03-09")
    assert house.violations() == []


def test_two_accounts_of_one_person_are_one_visitor() -> None:
    """The rule by itself, with a branch of one department."""
    branch = BranchRow("fire", 1, "1-01", "fire", "消防检查", "none", state="open")
    sent = [{"branch": "fire", "account": "X91"}, {"branch": "fire", "account": "X92"}]
    people = [Staff("X91", "p9", "双岗", "fire"), Staff("X92", "p9", "双岗", "fire")]
    assert "合计至少两人" in rules.people_errors(sent, [branch], people)["visitors"]
    people[1] = Staff("X92", "p8", "另一人", "fire")
    assert rules.people_errors(sent, [branch], people) == {}


def test_a_denial_needs_no_visit_and_a_branch_that_ended_owes_none(sqlite_house: House) -> None:
    house = sqlite_house
    case_no = asked(house)
    plan(house, case_no)
    opine(house, case_no, "fire", DENY)
    assert states(house, case_no)["fire"] == "denied"
    with house.door.read(SYSTEM) as view, statements(view.connection) as asked_of:
        visits = visits_of(view, f"case:{case_no}")
    assert len(asked_of) == 2
    row = rows(house, case_no)["fire"]
    assert rules.open_visit("fire", [row], visits) is None
    assert joint_rules.STATES[row.state] == "不同意"
