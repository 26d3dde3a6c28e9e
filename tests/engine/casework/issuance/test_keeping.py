"""A result that nobody collects (6.3.2): kept by the department by its head's decision, and still to be had."""

from __future__ import annotations

import pytest

from engine.casework.issuance.collecting.commands import NoteChase, ReturnUncollected
from engine.casework.issuance.collecting.rules import NotUncollected, ReturnReasonMissing, TooEarlyToReturn
from engine.process.tasks.notifications.queries import notifications_for
from engine.registry.identity.rules import NotYourAction
from tests.support.courier import ready_to_ship
from tests.support.house import House

RECEIVER = ("王建国", "410502199003070010")


def chased(house: House, times: int = 3) -> str:
    """Return an I06 case whose result waits at the window and was chased ``times`` times."""
    case_no = ready_to_ship(house, "pickup")
    for _ in range(times):
        house.execute("W03", NoteChase(case_no=case_no, note="电话无人接听"))
    return case_no


def give_back(house: House, case_no: str, account: str = "W03") -> None:
    house.execute(account, ReturnUncollected(case_no=case_no, reason="三次电话均无人接听"))


def keep(house: House, case_no: str) -> None:
    answer = {"keep": "yes", "place": "三楼档案柜", "signature": house.signature("D62")}
    house.complete("D62", case_no, "ut_keep_result", answer)


def fetch(house: House, case_no: str, **answer: object) -> None:
    asked = {"asked": "申请人来电要求领取", "handed_by": "人社负责人", "signature": house.signature("W03"), **answer}
    house.complete("W03", case_no, "ut_fetch_kept", asked)


def told(house: House, account: str) -> list[str]:
    with house.door.read(house.actor(account)) as view:
        return [one.sentence for one in notifications_for(view.connection, view.actor)]


def test_chased_three_times_it_is_kept_by_the_departments_decision_and_collected_later(house: House):
    case_no = chased(house)
    give_back(house, case_no)
    assert house.clocks(case_no)["uncollected"].row.state == "stopped"
    assert any("催领 3 次无人领取" in one for one in told(house, "D62"))
    task = house.task(case_no, "ut_keep_result")
    assert (task.role, task.department) == ("dept_head", "hrss")
    assert "已催领 3 次" in str(house.desk("D62", task).context.values["returned"])
    keep(house, case_no)
    assert house.case(case_no).status == "kept"
    house.wait(days=200)
    house.sweep()
    assert [one.element for one in house.open_tasks(case_no)] == ["ut_fetch_kept"]
    fetch(house, case_no)
    assert house.case(case_no).status == "awaiting_pickup"
    assert house.clocks(case_no)["uncollected"].row.state == "running"
    house.pick_up(case_no, *RECEIVER)
    assert house.case(case_no).status == "delivered"
    assert house.violations() == []


def test_a_head_who_does_not_agree_lets_the_window_chase_on(house: House):
    case_no = chased(house)
    give_back(house, case_no)
    house.complete("D62", case_no, "ut_keep_result", {"keep": "no", "reason": "申请人住院，下周来领"})
    assert house.case(case_no).status == "awaiting_pickup"
    assert house.clocks(case_no)["uncollected"].row.state == "running"
    assert any("不同意退回保管" in one for one in told(house, "W03"))
    house.pick_up(case_no, *RECEIVER)
    assert house.violations() == []


def test_what_is_kept_may_be_sent_by_mail_when_the_applicant_asks(sqlite_house: House):
    case_no = chased(sqlite_house)
    give_back(sqlite_house, case_no)
    keep(sqlite_house, case_no)
    fetch(sqlite_house, case_no, delivery_mode="mail")
    assert sqlite_house.case(case_no).status == "awaiting_shipment"
    assert [one.element for one in sqlite_house.open_tasks(case_no)] == ["ut_ship"]
    assert sqlite_house.violations() == []


def test_before_three_reminders_or_without_a_reason_nothing_goes_back(sqlite_house: House):
    case_no = chased(sqlite_house, 2)
    before = len(sqlite_house.journal(f"case:{case_no}"))
    with pytest.raises(TooEarlyToReturn) as early:
        give_back(sqlite_house, case_no)
    assert "6.3.2" in early.value.sentence
    with pytest.raises(NotYourAction):
        give_back(sqlite_house, case_no, "D62")
    assert len(sqlite_house.journal(f"case:{case_no}")) == before
    sqlite_house.execute("W03", NoteChase(case_no=case_no, note="短信已送达"))
    with pytest.raises(ReturnReasonMissing):
        sqlite_house.execute("W03", ReturnUncollected(case_no=case_no, reason=" 无 "))
    give_back(sqlite_house, case_no)
    with pytest.raises(NotUncollected):
        give_back(sqlite_house, case_no)


def test_a_result_that_goes_another_way_does_not_go_back(sqlite_house: House):
    case_no = ready_to_ship(sqlite_house, "mail")
    with pytest.raises(NotUncollected):
        give_back(sqlite_house, case_no)
