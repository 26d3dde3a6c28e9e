"""领取方式 (6.3.2, 6.3.3): asked with the application, proposed at the signature, changeable in between."""

from __future__ import annotations

import pytest

from engine.casework.issuance.delivering.commands import ChangeDelivery
from engine.casework.issuance.delivering.queries import choices_of
from engine.casework.issuance.delivering.rules import ModeUnchanged, NoDeliveryWaiting
from engine.registry.identity.rules import SYSTEM
from tests.support.house import INSURANCE, PERSON, House


def handed_over(house: House, **given: object) -> str:
    """Return an I06 case whose result waits for the window's signature."""
    case_no = received(house, **given)
    house.complete("W01", case_no, "ut_formal", {"formal_result": "accept"})
    house.complete("W01", case_no, "ut_accept", {})
    house.complete("D62", case_no, "ut_head_decide", {"decision": "grant"})
    house.hand_over(case_no, INSURANCE)
    return case_no


def received(house: House, **given: object) -> str:
    return house.receive("W01", "I06", {**PERSON, **given})


def proposed(house: House, case_no: str) -> object:
    return house.desk("W03", house.task(case_no, "ut_result_receipt")).context.defaults["delivery_mode"]


def modes(house: House, case_no: str) -> list[tuple[str, str | None]]:
    with house.door.read(SYSTEM) as view:
        return [(one.mode, one.reason) for one in choices_of(view.connection, f"case:{case_no}")]


def change(house: House, case_no: str, mode: str) -> None:
    house.execute("W03", ChangeDelivery(case_no=case_no, mode=mode, reason="申请人来电要求"))


def test_the_way_asked_for_with_the_application_is_proposed_at_the_signature(house: House):
    case_no = handed_over(house, delivery_mode="mail")
    assert proposed(house, case_no) == "mail"
    house.complete("W03", case_no, "ut_result_receipt", {"signature": house.signature("W03")})
    assert [one.element for one in house.open_tasks(case_no)] == ["ut_ship"]
    assert modes(house, case_no) == [("mail", "申请时选择"), ("mail", None)]
    assert "申请时选择的领取方式：邮寄" in [line.sentence for line in house.journal(f"case:{case_no}")]
    assert house.violations() == []


def test_who_says_nothing_collects_at_the_window(sqlite_house: House):
    case_no = handed_over(sqlite_house)
    assert proposed(sqlite_house, case_no) == "pickup"


def test_the_wish_is_changed_before_the_result_is_there(house: House):
    case_no = received(house, delivery_mode="mail")
    with pytest.raises(ModeUnchanged):
        change(house, case_no, "mail")
    change(house, case_no, "pickup")
    assert modes(house, case_no) == [("mail", "申请时选择"), ("pickup", "申请人来电要求")]
    assert house.case(case_no).status == "received"
    assert house.violations() == []


def test_a_case_that_has_ended_has_no_way_to_change(sqlite_house: House):
    case_no = handed_over(sqlite_house)
    sqlite_house.complete("W03", case_no, "ut_result_receipt", {"signature": sqlite_house.signature("W03")})
    sqlite_house.pick_up(case_no, "王建国", "410502199003070010")
    with pytest.raises(NoDeliveryWaiting):
        change(sqlite_house, case_no, "mail")


def test_a_way_the_result_cannot_go_is_not_proposed(sqlite_house: House):
    case_no = received(sqlite_house, delivery_mode="electronic")
    sqlite_house.complete("W01", case_no, "ut_formal", {"formal_result": "accept"})
    sqlite_house.complete("W01", case_no, "ut_accept", {})
    against = {"reasons": "查无此人参保", "legal_basis": "社会保障卡管理规定"}
    sqlite_house.complete("D62", case_no, "ut_head_decide", {"decision": "deny", **against})
    sqlite_house.complete("D61", case_no, "ut_make_result", {})
    sqlite_house.complete("D62", case_no, "ut_result_handover", {})
    assert proposed(sqlite_house, case_no) == "pickup"
