"""督办单 through the API: issued, answered, sent back, closed, withdrawn; the same refusals as on the pages."""

from __future__ import annotations

from tests.web.api.client import Api

CONTENT = "实质审查已超过三个工作日，请说明原因。"


def test_an_order_goes_its_way(api: Api):
    case_no = api.house.accepted_commitment()
    made = api.post("S51", "/orders", {"case_no": case_no, "content": CONTENT}, key="order")
    assert (made.status, made.body["number"], made.body["respond_by"]) == (201, "安政监〔2026〕000001号", "2026-03-04")
    assert api.post("S51", "/orders", {"case_no": case_no, "content": CONTENT}, key="order").body == made.body
    where = f"/orders/{made.body['id']}"
    assert api.post("S51", f"{where}/close", {"result": "已完成"}).code == "ORDER_SETTLED"
    assert api.post("D22", f"{where}/answer", {"text": "已安排核查"}).code == "ORDER_MISSING"
    assert api.post("C01", f"{where}/answer", {"text": "已安排核查"}).code == "ORDER_OF_OTHER_PLACE"
    answered = api.post("D12", f"{where}/answer", {"text": "已安排核查", "promised_on": "2026-03-06"})
    assert (answered.body["state"], answered.body["respond_by"]) == ("answered", None)
    back = api.post("S51", f"{where}/send-back", {"reason": "没有说明原因"})
    assert [one["sent_back"] for one in back.body["answers"]] == ["没有说明原因"]
    api.post("D12", f"{where}/answer", {"text": "人员不足，已调配"})
    closed = api.post("S51", f"{where}/close", {"result": "已按要求完成"})
    assert (closed.body["state"], closed.body["result"], closed.body["ended_by"]) == ("closed", "已按要求完成", "S51")
    assert api.get("D12", where).body == closed.body
    assert [one["id"] for one in api.get("D12", "/orders?state=closed").body["orders"]] == [made.body["id"]]
    assert api.get("D22", "/orders").body["orders"] == []
    assert api.house.violations() == []


def test_an_order_is_withdrawn_with_a_reason(sqlite_api: Api):
    api, case_no = sqlite_api, sqlite_api.house.accepted_commitment()
    where = f"/orders/{api.post('S51', '/orders', {'case_no': case_no, 'content': CONTENT}).body['id']}"
    assert api.post("S51", f"{where}/withdraw", {"reason": "错"}).status == 422
    assert api.post("S51", f"{where}/withdraw", {"reason": "该环节已经办结"}).body["state"] == "withdrawn"
    assert api.post("D12", f"{where}/answer", {"text": "已安排核查"}).code == "ORDER_SETTLED"


def test_a_closed_case_is_not_ordered_about(sqlite_api: Api):
    case_no = sqlite_api.house.decided_commitment()
    sqlite_api.house.finish(case_no, ("D11", "D12", "D13"), ("李秀兰", "41050219850612002X"))
    answer = sqlite_api.post("S51", "/orders", {"case_no": case_no, "content": CONTENT})
    assert (answer.status, answer.code) == (409, "ORDER_OF_CLOSED_CASE")
