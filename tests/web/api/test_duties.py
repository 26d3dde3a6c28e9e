"""Who may do what through the API: separation of duties by person, scope, and what only one side may do."""

from __future__ import annotations

from typing import Any

import pytest

from tests.web.api.client import Api
from tests.web.api.walks import COMPANY, DRAWN, MARKET_CREW, PERSON, Walk


def reviewed_by(api: Api, clerk: str) -> Walk:
    """Return an I02 case that ``clerk`` accepted and that waits for its substantive review."""
    walk = Walk(api, (clerk, "D11"), {"item": "I02", "applicant": COMPANY}, clerk=clerk)
    walk.do("ut_formal", {"formal_result": "accept"}, by=clerk)
    walk.do("ut_accept", by=clerk)
    walk.do("ut_receive_paper", {"signature": DRAWN}, by="D11")
    return walk


def test_T025_who_accepted_may_not_review_not_even_by_a_second_account(api: Api) -> None:
    walk = reviewed_by(api, "X91")
    task = walk.task("ut_substantive")
    answer = {"answer": {"findings": "审查", "site_visit": "no"}}
    for account in ("X91", "X92"):
        desk = walk.open(account, task)
        assert desk["may_complete"] is False
        assert desk["refusal"]["code"] == "SOD_VIOLATION"
        for address, body in (("claim", None), ("complete", answer), ("draft", answer)):
            refused = api.post(account, task["links"][address], body)
            assert (refused.status, refused.code) == (403, "SOD_VIOLATION")
            assert refused.body["params"]["rule"] == "S1"
            assert "S1" in refused.body["title"]
    assert walk.open("D11", task)["may_complete"] is True
    walk.do("ut_substantive", answer["answer"], by="D11")


def test_another_departments_case_is_not_there_and_the_look_is_journalled(api: Api) -> None:
    walk = Walk(api, MARKET_CREW, {"item": "I02", "applicant": COMPANY})
    task = walk.task("ut_formal")
    before = len(api.house.journal("account:D22"))
    addresses = [walk.links[name] for name in ("self", "history", "documents", "steps", "tasks")]
    for address in [*addresses, task["links"]["self"]]:
        assert api.get("D22", address).status == 404
    assert api.post("D22", task["links"]["claim"]).code == "TASK_MISSING"
    assert api.get("D22", "/cases?q=" + walk.case_no).body["cases"] == []
    lines = api.house.journal("access:D22")
    assert [line.type for line in lines] == ["access.missed"] * 7
    assert all(line.data["command"] for line in lines)
    assert walk.case_no in lines[0].sentence
    assert len(api.house.journal("account:D22")) <= before + 1, "only the token was issued there"


def test_an_unknown_case_and_one_out_of_sight_are_told_alike(sqlite_api: Api) -> None:
    walk = Walk(sqlite_api, MARKET_CREW, {"item": "I02", "applicant": COMPANY})
    unknown = walk.case_no[:-4] + "9999"
    hidden, absent = (sqlite_api.get("D22", f"/cases/{number}") for number in (walk.case_no, unknown))
    assert hidden.body["code"] == absent.body["code"] == "CASE_MISSING"
    assert hidden.body["title"].replace(walk.case_no, "") == absent.body["title"].replace(unknown, "")


@pytest.mark.parametrize("address", ["claim", "release", "draft", "complete"])
def test_an_unknown_task_and_one_out_of_sight_are_told_alike(sqlite_api: Api, address: str) -> None:
    walk = Walk(sqlite_api, MARKET_CREW, {"item": "I02", "applicant": COMPANY})
    body: dict[str, Any] | None = {"answer": {}} if address in ("draft", "complete") else None
    hidden = walk.task("ut_formal")["id"]
    for id in (hidden, walk.case_no[:-4] + "9999-7", "x", "a-b-c"):
        refused = sqlite_api.post("D22", f"/tasks/{id}/{address}", body)
        assert (refused.status, refused.code, refused.body["params"]) == (404, "TASK_MISSING", {"id": id})


@pytest.mark.parametrize("account", ["D11", "D12", "D13", "W01"])
def test_T092_only_the_issuing_window_gives_a_result_out(sqlite_api: Api, account: str) -> None:
    api = sqlite_api
    case_no = api.house.decided_commitment()
    api.house.make_and_sign(case_no, ("D11", "D12", "D13"))
    refused = api.post(account, f"/cases/{case_no}/deliveries", {"answer": {"receiver_name": "李秀兰"}})
    assert (refused.status, refused.code) == (403, "NOT_YOUR_ACTION")
    assert "6.3.3" in refused.body["title"]
    assert [line.type for line in api.house.journal(f"access:{account}")][-1] == "access.refused"


@pytest.mark.parametrize("account", ["D11", "D12", "D13", "W01"])
def test_T092_only_the_issuing_window_sends_a_result_by_post(sqlite_api: Api, account: str) -> None:
    api = sqlite_api
    case_no = api.house.decided_commitment()
    api.house.hand_over(case_no, ("D11", "D12", "D13"))
    receipt = {"signature": api.house.signature("W03"), "delivery_mode": "mail"}
    api.house.complete("W03", case_no, "ut_result_receipt", receipt)
    by_hand = {"way": "by_hand", "courier_name": "测试物流", "tracking_no": "YZ1"}
    refused = api.post(account, f"/cases/{case_no}/shipments", {"answer": by_hand})
    assert (refused.status, refused.code) == (403, "NOT_YOUR_ACTION")
    assert "6.3.3" in refused.body["title"]
    assert [line.type for line in api.house.journal(f"access:{account}")][-1] == "access.refused"
    paid = api.post("W03", f"/cases/{case_no}/shipments", {"answer": {**by_hand, "fee_to_applicant": 12}})
    assert (paid.status, "6.3.3" in str(paid.body)) == (422, True)
    made = api.post("W03", f"/cases/{case_no}/shipments", {"answer": by_hand})
    assert (made.status, made.body["shipment"]["fee_to_applicant"]) == (201, 0)
    assert [one["id"] for one in api.get("D11", f"/cases/{case_no}/shipments").body["shipments"]] == [f"{case_no}-S1"]


def test_a_result_that_the_window_has_not_signed_for_cannot_be_given_out(sqlite_api: Api) -> None:
    case_no = sqlite_api.house.decided_commitment()
    early = sqlite_api.post("W03", f"/cases/{case_no}/deliveries", {"answer": {}})
    assert (early.status, early.code) == (409, "NOT_READY_FOR_DELIVERY")


def test_T070_notice_C_waits_for_the_departments_confirmation(api: Api) -> None:
    walk = Walk(api, MARKET_CREW, {"item": "I02", "applicant": COMPANY})
    order = {"kind": "correction_notice", "answer": {"checked": True}}
    assert api.post("W01", walk.links["documents"], order).code == "CORRECTION_NOT_CONFIRMED"
    rows = [{"no": 4, "verdict": "bad_form", "advice": "请加盖公章"}]
    walk.do("ut_formal", {"materials": rows, "formal_result": "correct"})
    refused = api.post("W01", walk.links["documents"], order)
    assert (refused.status, refused.code) == (409, "CORRECTION_NOT_CONFIRMED")
    assert "6.1.3" in refused.body["title"]
    walk.do("ut_confirm_correction", {"confirmed": "agree"}, by="D12")
    issued = api.post("W01", walk.links["documents"], order)
    assert issued.status == 201
    pdf = api.get("W01", issued.headers["Location"])
    assert pdf.headers["Content-Type"] == "application/pdf"
    assert issued.body["document"]["kind"] == "correction_notice"


def test_the_department_does_not_issue_notice_C_itself(sqlite_api: Api) -> None:
    walk = Walk(sqlite_api, MARKET_CREW, {"item": "I02", "applicant": COMPANY})
    order = {"kind": "correction_notice", "answer": {}}
    assert sqlite_api.post("D12", walk.links["documents"], order).code == "NOT_YOUR_ACTION"


def test_a_department_cannot_receive_applications(sqlite_api: Api) -> None:
    assert sqlite_api.post("D11", "/applications", {"item": "I02", "applicant": COMPANY}).code == "NOT_YOUR_ACTION"


@pytest.mark.parametrize("account", ["A01", "A02", "A03", "P61"])
def test_the_systems_own_administrators_see_no_cases(sqlite_api: Api, account: str) -> None:
    for path in ("/cases", "/tasks?box=department", "/inbox/counts"):
        assert sqlite_api.get(account, path).code == "NOT_YOUR_ACTION"


def test_who_does_no_tasks_does_not_see_what_a_form_is_filled_with(sqlite_api: Api) -> None:
    walk = Walk(sqlite_api, ("W01", "U81"), {"item": "I06", "applicant": PERSON})
    seen = walk.open("U81", walk.task("ut_formal"))
    assert (seen["initial"], seen["context"], seen["may_complete"]) == (None, None, False)
    assert seen["refusal"]["code"] == "TASK_NOT_YOURS"
