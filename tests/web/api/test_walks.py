"""Whole cases through the API, by discovery alone, on both databases."""

from __future__ import annotations

from tests.web.api.client import Api
from tests.web.api.walks import COMPANY, MARKET_CREW, PERSON, Walk, corrected_walk, instant_walk
from web.api import OPERATIONS


def test_T040_an_instant_item_is_carried_from_application_to_its_closed_file(api: Api) -> None:
    walk = instant_walk(api)
    case = walk.case()
    assert (case["outcome"], case["status"]) == ("closed", "archived")
    assert case["open_tasks"] == []
    assert walk.passed == [
        "ut_formal", "ut_accept", "ut_head_decide", "ut_make_result", "ut_result_handover", "ut_result_receipt",
        "ut_pickup", "ut_collate", "ut_archive",
    ]  # fmt: skip
    steps = ("received_at", "accepted_at", "decided_at", "handed_over_at", "signed_at", "delivered_at", "closed_at")
    times = [case[name] for name in steps]
    assert None not in times
    assert times == sorted(times)
    assert api.house.violations() == []


def test_T070_T043_a_commitment_item_is_carried_by_a_correction_and_a_site_visit_to_its_end(
    api: Api,
) -> None:
    walk = corrected_walk(api)
    case = walk.case()
    assert case["outcome"] == "closed"
    assert [one["state"] for one in case["corrections"]] == ["received"]
    assert [one["conclusion"] for one in case["site_visits"]] == ["pass"]
    assert [one["subject"] for one in case["handovers"]] == ["materials", "result"]
    assert case["hall_visits"] == 2
    kinds = [one["kind"] for one in case["documents"]]
    assert kinds == ["correction_notice", "acceptance_notice", "handover_slip", "result_slip", "delivery_receipt"]
    clocks = {one["kind"]: one for one in case["clocks"]}
    assert clocks["commitment"]["state"] == "stopped"
    assert clocks["commitment"]["lines"][0]["due_after"] == clocks["commitment"]["due_on"] == "2026-03-09"
    assert api.house.violations() == []


def test_T066_a_refused_application_ends_with_its_evidence_kept(api: Api) -> None:
    walk = Walk(api, MARKET_CREW, {"item": "I02", "applicant": COMPANY})
    walk.do("ut_formal", {"formal_result": "reject"})
    reasons = {"reasons": "依法不需要取得行政许可", "legal_basis": "行政许可法第三十二条"}
    walk.do("ut_reject", {"ground": "not_required", **reasons})
    case = walk.case()
    assert (case["outcome"], case["status"]) == ("rejected", "rejected")
    assert [one["kind"] for one in case["documents"]] == ["rejection_notice"]
    assert case["archive"]["decided_at"] is not None
    assert api.house.violations() == []


ELSEWHERE = {
    *("hand_in_together", "record_visit", "decide_back_record", "list_consultations", "ask_department"),
    *("answer_consultation", "call_department", "answer_call", "hand_over_tasks", "list_decisions"),
    *("void_document", "list_shipments", "create_shipment"),
    *("list_countersignings", "read_countersigning", "ask_countersigning", "add_signers", "remove_signer", "sign_task"),
    *("call_off_countersigning", "read_ways_back", "send_back_task", "withdraw_step"),
    *("list_barrings", "read_barring", "bar_applicant", "lift_barring", "unmask", "request_extension"),
    *(one.id for one in OPERATIONS if one.path.startswith(("/v1/calendar", "/v1/polic"))),
    *("decide_extension", "read_diagram", "follow_progress", "read_notifications"),
    *("list_cards", "read_card", "appeal_card", "decide_card", "cancel_card"),
    *("list_incidents", "read_incident", "retry_incident", "resolve_incident", "deliver_message"),
    *("transfer_task", "delegate_task", "return_delegation", "recall_delegation", "send_copies", "urge_task"),
    *(one.id for one in OPERATIONS if one.path.startswith("/v1/me/")),
    "read_handing",
    *(one.id for one in OPERATIONS if "/joint/" in one.path),
    *(one.id for one in OPERATIONS if one.path.startswith("/v1/orders")),
    *(one.id for one in OPERATIONS if one.tag == "joint"),
}
"""Operations whose answers are judged where their rooms are told of: the counter's day, voiding, shipments,
who is barred, the calendar, the figures, cards, orders, joint reviews, how a case goes, what failed for good, outside
messages, what departments do together, tasks in other hands, leaves.
"""


def test_every_operation_answers_as_the_document_says(sqlite_api: Api) -> None:
    """Each answer of this test is judged by the document; none of the operations is left out."""
    api = sqlite_api
    walk = corrected_walk(api)
    crew = walk.crew[0]
    for path in ("/items", "/items/I02", "/items/I05", "/cases", "/notifications", "/inbox/counts", "/me"):
        assert api.get(crew, path).status == 200
    for name in ("self", "history", "steps", "documents", "clocks", "tasks"):
        assert api.get(crew, walk.links[name]).status == 200
    for clock in api.get(crew, walk.links["clocks"]).body["clocks"]:
        assert api.get(crew, clock["links"]["self"]).body == clock
    for document in walk.case()["documents"]:
        assert api.get(crew, document["links"]["self"]).status == 200
    assert api.get(crew, walk.case()["documents"][0]["links"]["pdf"]).content.startswith(b"%PDF-")
    for path in ("/guides", "/guides/I02", "/compliance", "/api/openapi.json"):
        assert api.get(None, path).status == 200
    assert api.get("S51", "/supervision").status == 200
    other = Walk(api, ("W01", "W03"), {"item": "I06", "applicant": PERSON})
    links = other.task("ut_formal")["links"]
    assert api.post("W01", links["claim"]).status == 200
    assert api.post("W01", links["draft"], {"answer": {"opinion": "待核对"}}).status == 200
    assert api.post("W01", links["release"]).status == 200
    _deliver(api)
    missing = {one.id for one in OPERATIONS} - ELSEWHERE - {id for id, status in api.seen if status < 300}
    assert missing == set()


def _deliver(api: Api) -> None:
    """A result can be given out by its own address as well as by its task."""
    house = api.house
    case_no = house.decided_commitment()
    house.make_and_sign(case_no, ("D11", "D12", "D13"))
    letter = api.upload("W03", "签字页.pdf", b"%PDF-1.4 1 0 obj<<>>endobj signed %%EOF").body
    answer = {
        "receiver_name": "李秀兰", "receiver_id_no": "41050219850612002X", "identity_checked": True,
        "signature": {"mode": "paper", "files": [{"digest": letter["digest"]}]},
    }  # fmt: skip
    done = api.post("W03", f"/cases/{case_no}/deliveries", {"answer": answer})
    assert done.status == 201, done.body
    assert done.body["delivery"]["told_department_at"] is not None
    assert [one["element"] for one in done.body["opened"]] == ["ut_collate"]
