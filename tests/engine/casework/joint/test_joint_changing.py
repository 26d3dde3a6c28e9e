"""A branch is added with reason and approval while others decide, or left out; limits are looked at again (6.2.2)."""

from __future__ import annotations

from typing import Any

import pytest

from engine.casework.cases.endings.commands import WithdrawCase
from engine.casework.joint.changing import rules as own
from engine.casework.joint.changing.commands import DecideBranch, DropBranch, ProposeBranch
from engine.casework.joint.queries import review_of
from engine.casework.joint.rules import LimitTooLong
from engine.foundation.errors import InvalidFields
from engine.registry.identity.rules import SYSTEM
from tests.support.house import House
from tests.support.joint import SUMMARY, account_of, asked, head_of, make_results, open_branches, opine, rows, states


def proposed(house: House, case_no: str, by: str = "D11", **changes: Any) -> str:
    answer = {"department": "cdc", "name": "油烟排放核查", "days": "2", "reason": "临近居民楼", **changes}
    return str(house.execute(by, ProposeBranch(case_no=case_no, answer=answer, partial=True))["key"])


def approve(house: House, case_no: str, key: str, by: str = "D12") -> None:
    house.execute(by, DecideBranch(case_no=case_no, key=key, approved=True))


def test_an_added_branch_is_a_part_with_its_own_number_and_limit_and_the_lead_waits_for_it(house: House) -> None:
    case_no = asked(house)
    key = proposed(house, case_no, result="油烟核查意见")
    assert states(house, case_no)[key] == "proposed"
    assert key not in open_branches(house, case_no)
    approve(house, case_no, key)
    row = rows(house, case_no)[key]
    assert (row.state, row.number, row.added_by, row.approved_by) == ("open", f"{case_no}-05", "D11", "D12")
    for branch in ("food", "sign", "fire"):
        opine(house, case_no, branch)
    assert open_branches(house, case_no) == [key]
    opine(house, case_no, key)
    assert [one.element for one in house.open_tasks(case_no)] == ["ut_lead_conclude"]
    house.complete("D12", case_no, "ut_lead_conclude", SUMMARY)
    make_results(house, case_no)
    assert [one.element for one in house.open_tasks(case_no)] == ["ut_make_result"]
    assert house.violations() == []


def test_a_branch_added_behind_another_waits_for_it(sqlite_house: House) -> None:
    house = sqlite_house
    case_no = asked(house)
    key = proposed(house, case_no, depends_on=["food"])
    approve(house, case_no, key)
    assert states(house, case_no)[key] == "waiting"
    opine(house, case_no, "food")
    assert states(house, case_no)[key] == "open"
    house.execute("D12", DropBranch(case_no=case_no, key=key, reason="已由其他部门核查"))
    assert key not in open_branches(house, case_no)
    for branch in ("sign", "fire"):
        opine(house, case_no, branch)
    house.complete("D12", case_no, "ut_lead_conclude", SUMMARY)
    assert house.violations() == []


def test_the_last_outstanding_branch_is_left_out_and_the_lead_concludes(sqlite_house: House) -> None:
    house = sqlite_house
    case_no = asked(house, "I13", ("tobacco",))
    key = proposed(house, case_no)
    approve(house, case_no, key)
    for branch in ("food", "sign", "fire", "tobacco"):
        opine(house, case_no, branch)
    house.execute("D12", DropBranch(case_no=case_no, key=key, reason="不再需要"))
    assert [one.element for one in house.open_tasks(case_no)] == ["ut_lead_conclude"]
    assert house.violations() == []


@pytest.mark.parametrize(
    "changes, field",
    [
        ({"department": "nowhere"}, "department"),
        ({"department": "fire", "name": "公众聚集场所投入使用、营业前消防安全检查"}, "name"),
        ({"depends_on": ["moon"]}, "depends_on"),
        ({"materials": ["99"]}, "materials"),
        ({"days": "0.3"}, "days"),
        ({"reason": ""}, "reason"),
    ],
)
def test_a_branch_that_fits_nothing_is_refused_by_field(
    sqlite_house: House, changes: dict[str, Any], field: str
) -> None:
    house = sqlite_house
    case_no = asked(house)
    before = house.journal(f"case:{case_no}")
    with pytest.raises(InvalidFields) as refused:
        proposed(house, case_no, **changes)
    assert field in refused.value.errors
    assert house.journal(f"case:{case_no}") == before


def test_who_may_not_and_what_may_not_be(sqlite_house: House) -> None:
    house = sqlite_house
    case_no = asked(house)
    with pytest.raises(own.NotLead):
        proposed(house, case_no, by=account_of("fire", 1))
    with pytest.raises(LimitTooLong):
        proposed(house, case_no, days="13")
    with pytest.raises(LimitTooLong):
        proposed(house, case_no, days="3", depends_on=["fire"])
    key = proposed(house, case_no, by="D12")
    with pytest.raises(own.OwnProposal):
        approve(house, case_no, key)
    with pytest.raises(own.NotDroppable):
        house.execute("D12", DropBranch(case_no=case_no, key="fire", reason="不需要"))
    other = proposed(house, case_no)
    house.execute("D12", DecideBranch(case_no=case_no, key=other, approved=False, reason="已由消防一并核查"))
    assert states(house, case_no)[other] == "dropped"
    with pytest.raises(own.NotProposed):
        approve(house, case_no, other)
    for branch in ("food", "sign", "fire"):
        opine(house, case_no, branch)
    with pytest.raises(own.NotRunning):
        proposed(house, case_no)
    assert head_of("market") == "D12"


def test_a_case_that_is_withdrawn_takes_its_review_off_the_desk(sqlite_house: House) -> None:
    house = sqlite_house
    case_no = asked(house)
    proposed(house, case_no)
    answer = {"reason": "改变经营计划", "withdrawn_on": "2026-03-02", "materials_returned": "全部退还"}
    signed = {**answer, "signature": house.signature("W01")}
    house.execute("W01", WithdrawCase(case_no=case_no, answer=signed))
    assert set(states(house, case_no).values()) == {"agreed", "stopped", "dropped"}
    with house.door.read(SYSTEM) as view:
        review = review_of(view.connection, f"case:{case_no}")
    assert review is not None
    assert review.state == "ended"
    assert house.violations() == []
