"""Unified issuance (6.3): identity, signature, and telling the department."""

from __future__ import annotations

from datetime import date

import pytest

from engine.casework.cases.queries import Applicant
from engine.casework.issuance.queries import delivery_of, result_of
from engine.casework.issuance.rules import identity_errors
from engine.foundation.errors import InvalidFields
from engine.process.tasks.notifications.queries import notifications_for
from engine.registry.identity.rules import SYSTEM
from tests.support.house import INSURANCE, MARKET, PERSON, House

WANG = Applicant("1", "person", "王建国", "resident_id", "410502199003070010", "13800001234", "", "", "")
COMPANY = Applicant("2", "organisation", "安阳测试餐饮有限公司", "uscc", "91410500MA9TEXT01Y", "1", "", "", "李秀兰")


def test_T088_a_receiver_with_another_number_gets_nothing(sqlite_house: House):
    case_no = sqlite_house.accepted_instant()
    sqlite_house.complete("D62", case_no, "ut_head_decide", {"decision": "grant"})
    sqlite_house.make_and_sign(case_no, INSURANCE)
    with pytest.raises(InvalidFields) as refused:
        sqlite_house.pick_up(case_no, "王建国", "41050219850612002X")
    assert "不得发放" in refused.value.errors["receiver_id_no"]
    assert sqlite_house.case(case_no).delivered_at is None


def test_T089_without_a_signature_nothing_is_delivered(sqlite_house: House):
    case_no = sqlite_house.accepted_instant()
    sqlite_house.complete("D62", case_no, "ut_head_decide", {"decision": "grant"})
    sqlite_house.make_and_sign(case_no, INSURANCE)
    answer = {"receiver_name": "王建国", "receiver_id_no": PERSON["id_no"], "identity_checked": True}
    with pytest.raises(InvalidFields) as refused:
        sqlite_house.complete("W03", case_no, "ut_pickup", answer)
    assert "signature" in refused.value.errors


def test_T093_the_department_is_told_of_the_delivery(sqlite_house: House):
    case_no = sqlite_house.accepted_instant()
    sqlite_house.complete("D62", case_no, "ut_head_decide", {"decision": "grant"})
    sqlite_house.make_and_sign(case_no, INSURANCE)
    sqlite_house.pick_up(case_no, "王建国", PERSON["id_no"])
    head = sqlite_house.actor("D62")
    with sqlite_house.door.read(head) as view:
        told = notifications_for(view.connection, head)
    assert [one.kind for one in told] == ["delivered"]


@pytest.mark.parametrize(
    "who, kind, name, number, wrong",
    [
        (WANG, "self", "王建国", "410502199003070010", None),
        (WANG, "self", "王建国", "41050219850612002X", "receiver_id_no"),
        (WANG, "self", "王建", "410502199003070010", "receiver_name"),
        (COMPANY, "self", "李秀兰", "41050219850612002X", None),
        (COMPANY, "self", "王建国", "410502199003070010", "receiver_name"),
        (WANG, "agent", "李秀兰", "41050219850612002X", None),
    ],
)
def test_T088_who_may_pick_up(who: Applicant, kind: str, name: str, number: str, wrong: str | None):
    assert list(identity_errors(who, kind, name, number)) == ([] if wrong is None else [wrong])


def test_a_proxy_needs_the_letter_of_authorisation(sqlite_house: House):
    case_no = sqlite_house.accepted_instant()
    sqlite_house.complete("D62", case_no, "ut_head_decide", {"decision": "grant"})
    sqlite_house.make_and_sign(case_no, INSURANCE)
    answer = {
        "receiver_kind": "agent", "receiver_name": "李秀兰", "receiver_id_no": "41050219850612002X",
        "relation": "同事",
        "identity_checked": True, "signature": sqlite_house.signature("W03"),
    }  # fmt: skip
    with pytest.raises(InvalidFields) as refused:
        sqlite_house.complete("W03", case_no, "ut_pickup", answer)
    assert "authorisation" in refused.value.errors
    letter = [sqlite_house.upload("W03", "授权委托书.pdf")]
    sqlite_house.complete("W03", case_no, "ut_pickup", {**answer, "authorisation": letter})
    with sqlite_house.door.read(SYSTEM) as view:
        delivery = delivery_of(view.connection, f"case:{case_no}")
    assert delivery is not None
    assert (delivery.receiver_kind, delivery.receiver_name) == ("agent", "李秀兰")


def test_a_result_with_an_end_of_validity_is_kept_as_made(sqlite_house: House):
    case_no = sqlite_house.decided_commitment()
    made = {
        "result_no": "JY14105020000001", "valid_from": "2026-03-02", "valid_until": "2031-03-01",
        "files": [sqlite_house.upload("D11", "许可证.pdf")],
    }  # fmt: skip
    sqlite_house.complete("D11", case_no, "ut_make_result", made)
    with sqlite_house.door.read(SYSTEM) as view:
        result = result_of(view.connection, f"case:{case_no}")
    assert result is not None
    assert (result.title, result.valid_until) == ("食品经营许可证", date(2031, 3, 1))
    assert sqlite_house.case(case_no).status == "making_result"


def test_fewer_copies_than_handed_over_are_not_signed_for(sqlite_house: House):
    case_no = sqlite_house.decided_commitment()
    made = {"result_no": "1", "long_term": True, "files": [sqlite_house.upload("D11")]}
    sqlite_house.complete("D11", case_no, "ut_make_result", made)
    sqlite_house.complete("D12", case_no, "ut_result_handover", {"items": [{"no": "1", "copies": 2}]})
    short = {"items": [{"no": "1", "copies_received": 1}], "signature": sqlite_house.signature("W03")}
    with pytest.raises(InvalidFields):
        sqlite_house.complete("W03", case_no, "ut_result_receipt", short)
    assert sqlite_house.clocks(case_no)["commitment"].row.state == "running"


def test_T087_the_handover_keeps_both_times_and_the_signature(sqlite_house: House):
    from engine.casework.cases.file.queries import handovers_of

    case_no = sqlite_house.decided_commitment()
    made = {"result_no": "1", "long_term": True, "files": [sqlite_house.upload("D11")]}
    sqlite_house.complete("D11", case_no, "ut_make_result", made)
    sqlite_house.complete("D12", case_no, "ut_result_handover", {})
    sqlite_house.wait(hours=3)
    sqlite_house.complete("W03", case_no, "ut_result_receipt", {"signature": sqlite_house.signature("W03")})
    with sqlite_house.door.read(SYSTEM) as view:
        [slip] = handovers_of(view.connection, f"case:{case_no}", "result")
    assert (slip.given_by, slip.taken_by) == ("D12", "W03")
    assert slip.taken_at is not None
    assert (slip.taken_at - slip.given_at).total_seconds() == 3 * 3600
    assert slip.signature is not None
    assert slip.signature["mode"] == "drawn"
    assert MARKET[1] == "D12"
