"""不可抗力停表 (4.1.8, T038, domain 4.3): by a document and two people, case by case, and on again the same way."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from engine.foundation.errors import InvalidFields
from engine.oversight.standstill import queries
from engine.oversight.standstill.commands import (
    ApproveStandstill,
    CarryOutStandstill,
    DraftStandstill,
    DropStandstill,
    EndStandstill,
)
from engine.oversight.standstill.queries import Outcome, Standstill
from engine.oversight.standstill.rules import StandstillSamePerson, StandstillSettled
from engine.process.clocks.ledgers import open_clock, pause_clocks, resume_clocks
from engine.process.clocks.queries import clocks_of
from engine.process.clocks.rules import Terms
from engine.registry.identity.accounts.commands import GrantRole
from engine.registry.identity.rules import SYSTEM, NotYourAction
from tests.support.house import House
from yichuang.standing_still import carry_out

STORM = DraftStandstill(reason="特大暴雨，全市停止办公", document_no="安政办〔2026〕18号", from_day="2026-03-02")
END = {"reason": "预警解除，恢复办公", "document_no": "安政办〔2026〕19号"}


def draft(house: House, account: str = "S51", **values: Any) -> int:
    return int(house.execute(account, replace(STORM, **values))["id"])


def approve(house: House, id: int, account: str = "C01") -> None:
    house.execute(account, ApproveStandstill(id=id))


def stand_still(house: House, **values: Any) -> int:
    """Draft, approve and carry out a standstill; return its number."""
    id = draft(house, **values)
    approve(house, id)
    carry_out(house.door)
    return id


def go_on(house: House, id: int, day: str) -> None:
    house.execute("S51", EndStandstill(id=id, end_day=day, **END))
    approve(house, id)
    carry_out(house.door)


def kept(house: House, id: int) -> Standstill:
    with house.door.read(SYSTEM) as view:
        return queries.standstill_of(view.connection, id)


def outcomes(house: House, id: int) -> dict[str, Outcome]:
    with house.door.read(SYSTEM) as view:
        return {one.root_id.removeprefix("case:"): one for one in queries.outcomes(view.connection, id, limit=1000)}


def promise(house: House, case_no: str) -> tuple[str, str | None]:
    row = house.clocks(case_no)["commitment"].row
    return row.state, None if row.due_on is None else row.due_on.isoformat()


def test_T038_the_clocks_of_all_cases_stand_still_and_go_on_each_with_its_own_lines(house: House):
    """承诺 5 working days from Monday, 2 March; three days stand still (P,R]: due on the 12th instead of the 9th."""
    cases = [house.accepted_commitment(), house.accepted_instant()]
    house.at(2026, 3, 4)
    id = stand_still(house, from_day="2026-03-04")
    assert kept(house, id).state == "in_force"
    assert promise(house, cases[0]) == ("paused", None)
    assert outcomes(house, id)[cases[0]].state == "paused"
    paused = [line for line in house.journal(f"case:{cases[0]}") if line.type == "clock.paused"]
    assert paused
    assert {line.data["document"] for line in paused} == {f"standstill:{id}"}
    assert all("安政办〔2026〕18号" in line.data["explanation"] for line in paused)
    house.at(2026, 3, 9)
    go_on(house, id, "2026-03-09")
    assert kept(house, id).state == "ended"
    assert promise(house, cases[0]) == ("running", "2026-03-12")
    assert outcomes(house, id)[cases[0]].state == "resumed"
    assert [one.type for one in house.journal("standstill")] == [
        "standstill.drafted", "standstill.approved", "standstill.in_force", "standstill.end_drafted",
        "standstill.end_approved", "standstill.ended",
    ]  # fmt: skip
    assert house.violations() == []


def test_nothing_falls_due_while_it_stands_still(sqlite_house: House):
    case_no = sqlite_house.accepted_commitment()
    stand_still(sqlite_house)
    sqlite_house.at(2026, 4, 1)
    sqlite_house.sweep()
    lines = [one.type for one in sqlite_house.journal(f"case:{case_no}")]
    assert "clock.overdue" not in lines
    assert sqlite_house.violations() == []


@pytest.mark.parametrize("values, field", [
    ({"document_no": ""}, "document_no"), ({"reason": "雨"}, "reason"), ({"from_day": "2026-02-26"}, "from_day"),
    ({"from_day": "2026-03-03"}, "from_day"), ({"from_day": "soon"}, "from_day"),
    ({"departments": ("nowhere",)}, "departments"), ({"items": ("I99",)}, "item_codes"),
])  # fmt: skip
def test_a_pause_needs_a_document_and_reaches_back_one_working_day(
    sqlite_house: House, values: dict[str, Any], field: str
):
    """Monday, 2 March: the last working day is Saturday, 28 February, on which people worked before the 2026 feast."""
    with pytest.raises(InvalidFields) as refused:
        draft(sqlite_house, **values)
    assert list(refused.value.errors) == [field]
    with sqlite_house.door.read(SYSTEM) as view:
        assert queries.standstills(view.connection) == [] == sqlite_house.journal("standstill")


def test_it_may_begin_on_the_last_working_day(sqlite_house: House):
    sqlite_house.at(2026, 3, 5)
    assert draft(sqlite_house, from_day="2026-03-04") == 1


def test_who_drafted_does_not_approve_under_any_account(sqlite_house: House):
    sqlite_house.execute("A02", GrantRole(account="S51", role="center_head", department="center"))
    id = draft(sqlite_house)
    with pytest.raises(StandstillSamePerson):
        approve(sqlite_house, id, "S51")
    for account in ("A01", "K61", "W01"):
        with pytest.raises(NotYourAction):
            approve(sqlite_house, id, account)
    approve(sqlite_house, id)
    with pytest.raises(StandstillSettled):
        approve(sqlite_house, id)


def test_before_the_approval_nothing_stands_still(sqlite_house: House):
    case_no = sqlite_house.accepted_commitment()
    id = draft(sqlite_house, "A01")
    assert carry_out(sqlite_house.door) == 0
    assert promise(sqlite_house, case_no)[0] == "running"
    sqlite_house.execute("A01", DropStandstill(id=id))
    with pytest.raises(StandstillSettled, match="已作废"):
        approve(sqlite_house, id)


def test_only_the_cases_of_the_scope_stand_still(sqlite_house: House):
    market, social = sqlite_house.accepted_commitment(), sqlite_house.accepted_commitment()
    instant = sqlite_house.accepted_instant()
    id = stand_still(sqlite_house, departments=("market",))
    assert outcomes(sqlite_house, id).keys() == {market, social}
    assert promise(sqlite_house, instant)[0] == "running"


def test_what_was_past_due_already_is_not_paused_and_it_is_said_why(sqlite_house: House):
    sqlite_house.at(2026, 2, 11)
    late = sqlite_house.accepted_commitment()
    sqlite_house.at(2026, 4, 20)
    id = stand_still(sqlite_house, from_day="2026-04-20")
    found = outcomes(sqlite_house, id)[late]
    assert (found.state, found.clocks) == ("skipped", 0)
    assert "超期" in found.sentence
    assert sqlite_house.violations() == []


def test_cases_taken_in_meanwhile_are_not_paused_but_counted(sqlite_house: House):
    sqlite_house.accepted_commitment()
    id = stand_still(sqlite_house)
    sqlite_house.wait(hours=1)
    later = sqlite_house.accepted_commitment()
    carry_out(sqlite_house.door)
    assert promise(sqlite_house, later)[0] == "running"
    with sqlite_house.door.read(SYSTEM) as view:
        assert queries.received_since(view.connection, kept(sqlite_house, id)) == 1


def test_a_second_way_through_changes_nothing(sqlite_house: House):
    case_no = sqlite_house.accepted_commitment()
    id = draft(sqlite_house)
    approve(sqlite_house, id)
    for _ in range(2):
        again = CarryOutStandstill(id=id, root_id=f"case:{case_no}")
        sqlite_house.door.execute(again, SYSTEM, key=uuid.uuid4().hex)
    pauses = [one for one in sqlite_house.journal(f"case:{case_no}") if one.type == "clock.paused"]
    assert pauses
    assert len({line.data["clock"] for line in pauses}) == len(pauses)


def test_a_case_that_cannot_be_paused_is_noted_and_holds_up_no_other(sqlite_house: House):
    first, second = sqlite_house.accepted_commitment(), sqlite_house.accepted_commitment()
    with sqlite_house.door.database.writing() as connection:
        connection.exec_driver_sql(
            "UPDATE clock_entry SET body = '{}' WHERE kind = 'start' AND root_id = ?", (f"case:{first}",)
        )
    id = stand_still(sqlite_house)
    found = outcomes(sqlite_house, id)
    assert (found[first].state, found[second].state) == ("failed", "paused")
    assert found[first].sentence
    assert kept(sqlite_house, id).state == "in_force"


def test_stopped_in_the_middle_another_host_goes_on_where_it_was(house: House):
    cases = [house.accepted_commitment() for _ in range(4)]
    id = draft(house)
    approve(house, id)
    left = iter([True, True, True, False])
    carry_out(house.door, lambda: next(left))
    assert 0 < len(outcomes(house, id)) < len(cases)
    assert kept(house, id).state == "pausing"
    carry_out(house.neighbour().door)
    assert {one.state for one in outcomes(house, id).values()} == {"paused"}
    assert outcomes(house, id).keys() == set(cases)
    assert kept(house, id).state == "in_force"
    assert house.violations() == []


def test_a_special_procedure_that_ends_meanwhile_does_not_end_the_standstill(sqlite_house: House):
    case_no = sqlite_house.accepted_commitment()
    root, today = f"case:{case_no}", sqlite_house.clock.now().date()
    with sqlite_house.unit(root) as unit:
        pause_clocks(unit, root, today, "鉴定", "告知书")
    sqlite_house.at(2026, 3, 3)
    id = stand_still(sqlite_house, from_day="2026-03-03")
    sqlite_house.at(2026, 3, 4)
    with sqlite_house.unit(root) as unit:
        resume_clocks(unit, root, sqlite_house.clock.now().date(), "告知书")
    assert promise(sqlite_house, case_no)[0] == "paused"
    sqlite_house.at(2026, 3, 5)
    go_on(sqlite_house, id, "2026-03-05")
    assert promise(sqlite_house, case_no) == ("running", "2026-03-12")


def test_a_case_that_was_paused_later_than_the_rest_goes_on_no_earlier_than_it_was_paused(sqlite_house: House):
    """The end may lie before the day on which a case came under the standstill: it loses nothing, and is not lost."""
    house = sqlite_house
    early = house.accepted_commitment()
    house.at(2026, 3, 3)
    late = house.accepted_commitment()
    id = stand_still(house, from_day="2026-03-02")
    assert (promise(house, early)[0], promise(house, late)[0]) == ("paused", "paused")
    house.at(2026, 3, 5)
    go_on(house, id, "2026-03-02")
    assert kept(house, id).state == "ended"
    assert promise(house, early) == ("running", "2026-03-09")
    assert promise(house, late) == ("running", "2026-03-10"), "five days from the 3rd, on which it stood still"
    assert house.violations() == []


def test_a_case_that_could_not_go_on_is_held_and_taken_up_when_the_end_is_drafted_again(sqlite_house: House):
    house = sqlite_house
    case_no = house.accepted_commitment()
    id = stand_still(house)
    broken = "UPDATE clock_entry SET body = {} WHERE kind = 'start' AND root_id = 'case:" + case_no + "'"
    with house.door.database.writing() as connection:
        kept_body = connection.exec_driver_sql(
            f"SELECT body FROM clock_entry WHERE kind = 'start' AND root_id = 'case:{case_no}'"
            " AND clock_id LIKE '%commitment%'"
        ).scalar_one()
        connection.exec_driver_sql(broken.format("'{}'") + " AND clock_id LIKE '%commitment%'")
    house.at(2026, 3, 4)
    go_on(house, id, "2026-03-04")
    assert (kept(house, id).state, outcomes(house, id)[case_no].state) == ("in_force", "failed")
    assert [one.type for one in house.journal("standstill")][-1] == "standstill.held"
    with house.door.database.writing() as connection:
        connection.exec_driver_sql(broken.format(f"'{kept_body}'") + " AND clock_id LIKE '%commitment%'")
    house.at(2026, 3, 5)
    go_on(house, id, "2026-03-04")
    assert (kept(house, id).state, outcomes(house, id)[case_no].state) == ("ended", "resumed")
    assert promise(house, case_no)[0] == "running"


def test_a_dropped_end_leaves_nothing_of_itself_and_the_standstill_in_force(sqlite_house: House):
    house = sqlite_house
    house.accepted_commitment()
    id = stand_still(house)
    house.execute("S51", EndStandstill(id=id, end_day="2026-03-02", **END))
    house.execute("S51", DropStandstill(id=id))
    one = kept(house, id)
    assert (one.state, one.end_reason, one.end_day, one.end_drafted_by) == ("in_force", "", None, None)
    assert house.journal("standstill")[-1].sentence == f"作废恢复停表 {id} 的草案"


def test_each_stage_stands_still_by_itself(sqlite_house: House):
    """One stage that is over already keeps no other from standing still."""
    house = sqlite_house
    root = f"case:{house.accepted_commitment()}"
    house.at(2026, 3, 9)
    with house.unit(root) as unit:
        open_clock(unit, root, Terms("stage", date(2026, 3, 9), 5, "wd", stage="0:p:late", named="复核环节时限"))
    stand_still(house, from_day="2026-03-09")
    with house.door.read(SYSTEM) as view:
        found = {row.stage: row.state for row in clocks_of(view.connection, root) if row.kind == "stage"}
    assert found == {"0:route_commitment:review": "running", "0:p:late": "paused"}
