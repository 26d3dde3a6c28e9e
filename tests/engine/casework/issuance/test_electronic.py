"""Electronic delivery: nothing is delivered before it was read, and nobody guesses a code (6.3.4)."""

from __future__ import annotations

import re

import pytest

from engine.casework.issuance.delivering.commands import ChangeDelivery
from engine.casework.issuance.delivering.rules import (
    ChangeReasonMissing,
    ModeUnchanged,
    ModeUnknown,
    NoDeliveryWaiting,
    mode_error,
)
from engine.casework.issuance.electronic.commands import OpenElectronic
from engine.casework.issuance.electronic.queries import links_of, set_link
from engine.casework.issuance.electronic.rules import LinkUsed, LinkWithdrawn, tail_matches
from engine.casework.issuance.queries import delivery_of
from engine.casework.issuance.sms.queries import recent_messages
from engine.foundation.vault import Vault
from engine.process.tasks.notifications.queries import notifications_for
from engine.registry.identity.rules import SYSTEM, NotYourAction
from tests.support.courier import ready_to_ship
from tests.support.house import House
from yichuang.worker import work_once

WANG = "0010"


def message(house: House) -> tuple[str, str]:
    """Return token and code of the newest message."""
    with house.door.read(SYSTEM) as view:
        text = recent_messages(view.connection, view.part(Vault))[0].text
    link, code = re.search(r"/e/(\S+) ", text), re.search(r"查询码 (\d{6})", text)
    assert link is not None
    assert code is not None
    return link[1], code[1]


def answer(house: House, case_no: str, code: str, tail: str, key: str = "") -> dict[str, object]:
    with house.door.read(SYSTEM) as view:
        link = links_of(view.connection, f"case:{case_no}")[-1]
    command = OpenElectronic(root_id=link.root_id, link_id=link.id, code=code, tail=tail, reader="192.0.2.7")
    return dict(house.door.execute(command, SYSTEM, key=key or f"e:{code}:{tail}:{house.clock.now()}"))


def elements(house: House, case_no: str) -> list[str]:
    return [task.element for task in house.open_tasks(case_no)]


def test_an_electronic_result_is_delivered_when_it_is_read_and_not_before(house: House):
    case_no = ready_to_ship(house, "electronic")
    assert (house.case(case_no).status, elements(house, case_no)) == ("awaiting_reading", ["ut_await_reading"])
    _, code = message(house)
    house.wait(hours=3)
    assert answer(house, case_no, code, WANG)["opened"] is True
    with house.door.read(SYSTEM) as view:
        delivery, [link] = delivery_of(view.connection, f"case:{case_no}"), links_of(view.connection, f"case:{case_no}")
    assert delivery is not None
    assert (delivery.mode, delivery.told_department_at) == ("electronic", house.clock.now())
    assert (link.state, link.read_at) == ("read", house.clock.now())
    assert house.documents(case_no)[-1].kind == "e_delivery_receipt"
    assert house.case(case_no).status == "delivered"
    assert house.violations() == []


def test_neither_code_nor_link_nor_address_lies_in_clear_anywhere(sqlite_house: House):
    case_no = ready_to_ship(sqlite_house, "electronic")
    token, code = message(sqlite_house)
    answer(sqlite_house, case_no, code, WANG)
    with sqlite_house.door.read(SYSTEM) as view:
        for table in ("e_delivery", "applicant_message", "outbox", "journal_line", "idempotency"):
            rows = repr(view.connection.exec_driver_sql(f"SELECT * FROM {table}").all())
            assert token not in rows
            assert f"{code}，" not in rows
            assert "192.0.2.7" not in rows
    work_once(sqlite_house.door)


@pytest.mark.parametrize("tail", ["0011", "", "010", "00100", "001０"])
def test_the_code_alone_opens_nothing(sqlite_house: House, tail: str):
    case_no = ready_to_ship(sqlite_house, "electronic")
    _, code = message(sqlite_house)
    assert answer(sqlite_house, case_no, code, tail) == {"opened": False, "left": 4}
    assert elements(sqlite_house, case_no) == ["ut_await_reading"]


def test_five_wrong_answers_lock_the_link_for_half_an_hour(sqlite_house: House):
    case_no = ready_to_ship(sqlite_house, "electronic")
    _, code = message(sqlite_house)
    wrong = "000000" if code != "000000" else "000001"
    left = [answer(sqlite_house, case_no, wrong, WANG, key=f"try{n}").get("left") for n in range(5)]
    assert left == [4, 3, 2, 1, None]
    assert "locked_until" in answer(sqlite_house, case_no, code, WANG, key="right but locked")
    sqlite_house.wait(minutes=30)
    assert answer(sqlite_house, case_no, code, WANG)["opened"] is True
    tried = [line for line in sqlite_house.journal(f"case:{case_no}") if line.type == "edelivery.tried"]
    assert len(tried) == 5


def test_a_link_opens_once(sqlite_house: House):
    case_no = ready_to_ship(sqlite_house, "electronic")
    _, code = message(sqlite_house)
    answer(sqlite_house, case_no, code, WANG, key="first")
    assert answer(sqlite_house, case_no, code, WANG, key="first")["opened"] is True
    with pytest.raises(LinkUsed):
        answer(sqlite_house, case_no, code, WANG, key="second")


def test_a_link_delivers_nothing_when_no_step_of_the_case_waits_for_it(sqlite_house: House):
    case_no = ready_to_ship(sqlite_house, "electronic")
    _, code = message(sqlite_house)
    sqlite_house.execute("W03", ChangeDelivery(case_no=case_no, mode="pickup", reason="申请对象电话提出"))
    with sqlite_house.unit(f"case:{case_no}") as unit:
        set_link(unit, links_of(unit.connection, f"case:{case_no}")[-1].id, state="published")
    with pytest.raises(LinkWithdrawn):
        answer(sqlite_house, case_no, code, WANG)
    assert sqlite_house.case(case_no).status == "awaiting_pickup"


def test_an_unread_result_is_reminded_of_twice_and_then_goes_another_way(house: House):
    case_no = ready_to_ship(house, "electronic")
    first = message(house)
    for days in (5, 5, 7):
        house.wait(days=days)
        house.sweep()
    assert message(house) != first
    assert elements(house, case_no) == ["ut_redeliver"]
    with house.door.read(SYSTEM) as view:
        assert [one.state for one in links_of(view.connection, f"case:{case_no}")] == ["withdrawn"] * 3
        told = [one.kind for one in notifications_for(view.connection, house.actor("W03"))]
    assert "e_delivery_unread" in told
    with pytest.raises(LinkWithdrawn):
        answer(house, case_no, message(house)[1], WANG)
    house.complete("W03", case_no, "ut_redeliver", {"delivery_mode": "pickup", "reason": "多次提醒未查收"})
    house.pick_up(case_no, "王建国", "410502199003070010")
    assert house.violations() == []


# Changing one's mind ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("first, then, waits", [
    ("pickup", "mail", "ut_ship"), ("mail", "electronic", "ut_await_reading"), ("electronic", "pickup", "ut_pickup"),
])  # fmt: skip
def test_the_way_may_be_changed_while_the_result_is_at_the_window(house: House, first: str, then: str, waits: str):
    case_no = ready_to_ship(house, first)
    house.execute("W03", ChangeDelivery(case_no=case_no, mode=then, reason="申请对象电话提出"))
    assert elements(house, case_no) == [waits]
    assert "delivery.changed" in [line.type for line in house.journal(f"case:{case_no}")]
    assert house.violations() == []


def test_a_change_wants_a_reason_another_way_and_the_right_person(sqlite_house: House):
    case_no = ready_to_ship(sqlite_house, "pickup")
    before = len(sqlite_house.journal(f"case:{case_no}"))
    for changed, refusal in (
        ({"reason": "要"}, ChangeReasonMissing), ({"mode": "pigeon"}, ModeUnknown), ({"mode": "pickup"}, ModeUnchanged),
    ):  # fmt: skip
        fields = {"mode": "mail", "reason": "申请对象电话提出", **changed}
        with pytest.raises(refusal):
            sqlite_house.execute("W03", ChangeDelivery(case_no=case_no, **fields))
    with pytest.raises(NotYourAction):
        sqlite_house.execute("D62", ChangeDelivery(case_no=case_no, mode="mail", reason="部门自己寄"))
    assert len(sqlite_house.journal(f"case:{case_no}")) == before


def test_what_is_on_its_way_is_not_called_back(sqlite_house: House):
    case_no = ready_to_ship(sqlite_house)
    sqlite_house.complete("W03", case_no, "ut_ship", {"courier_name": "测试物流", "tracking_no": "YZ1"})
    with pytest.raises(NoDeliveryWaiting):
        sqlite_house.execute("W03", ChangeDelivery(case_no=case_no, mode="pickup", reason="申请对象电话提出"))


@pytest.mark.parametrize("mode, copies, files, possible", [
    ("pickup", 0, 0, True), ("mail", 1, 0, True), ("mail", 0, 1, False), ("electronic", 0, 1, True),
    ("electronic", 1, 0, False),
])  # fmt: skip
def test_a_result_goes_only_the_way_its_form_allows(mode: str, copies: int, files: int, possible: bool):
    assert (mode_error(mode, copies, files) is None) is possible


@pytest.mark.parametrize("number, tail, right", [
    ("41050219850612002X", "002x", True), ("41050219850612002X", "002X", True), ("91410500MA9TEXT01Y", " T01Y", True),
    ("91410500MA9TEXT01Y", " 01Y ", False), ("410502199003070010", "0010", True), ("410502199003070010", "10", False),
])  # fmt: skip
def test_the_end_of_a_number(number: str, tail: str, right: bool):
    assert tail_matches(number, tail) is right
