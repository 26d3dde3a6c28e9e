"""What failed for good, for programs: listed, read, tried again, settled by hand, by the system administrator."""

from __future__ import annotations

from tests.support.failing import ERROR, give_up
from tests.web.api.client import Api
from yichuang.worker import work_once


def test_it_is_listed_and_read_with_everything_that_the_desk_shows(sqlite_api: Api) -> None:
    assert sqlite_api.get("A01", "/incidents").body == {
        "incidents": [], "page": {"total": 0, "offset": 0, "limit": 50, "next": None}
    }  # fmt: skip
    case_no = sqlite_api.house.accepted_instant()
    id = give_up(sqlite_api.house, case_no)
    [one] = sqlite_api.get("A01", "/incidents?state=open").body["incidents"]
    assert (one["id"], one["case_no"], one["kind_name"], one["title"]) == (id, case_no, "待发事项", "生成文书的文件")
    assert (one["state_name"], one["attempts"], one["next_try"]) == ("待处理", 8, None)
    assert ERROR in one["sentence"]
    assert sqlite_api.get("A01", one["links"]["self"]).body == one
    assert sqlite_api.house.journal("access:A01")[-1].data["target"] == f"异常 {id}"
    assert sqlite_api.get("A01", f"/incidents?q={case_no[-12:]}").body["page"]["total"] == 1
    assert sqlite_api.get("A01", "/incidents?state=healed").body["incidents"] == []


def test_it_is_retried_once_and_healed_when_it_comes_through(sqlite_api: Api) -> None:
    case_no = sqlite_api.house.accepted_instant()
    links = sqlite_api.get("A01", f"/incidents/{give_up(sqlite_api.house, case_no)}").body["links"]
    retried = sqlite_api.post("A01", links["retry"], key="again")
    assert (retried.status, retried.body["state"], retried.body["settled_by"]) == (200, "retried", "A01")
    assert retried.body["next_try"] is not None
    assert sqlite_api.post("A01", links["retry"], key="again").body == retried.body
    assert sqlite_api.post("A01", links["retry"]).code == "INCIDENT_SETTLED"
    work_once(sqlite_api.house.door)
    assert sqlite_api.get("A01", links["self"]).body["state"] == "healed"
    assert sqlite_api.house.violations() == []


def test_it_is_settled_by_hand_with_a_reason(sqlite_api: Api) -> None:
    id = give_up(sqlite_api.house, sqlite_api.house.accepted_instant())
    path = f"/incidents/{id}/resolve"
    assert sqlite_api.post("A01", path, {"reason": " "}).code == "RESOLUTION_UNWRITTEN"
    assert sqlite_api.post("A01", path, {"reason": "字" * 501}).code == "RESOLUTION_UNWRITTEN"
    assert sqlite_api.post("A01", path, {}).status == 422
    settled = sqlite_api.post("A01", path, {"reason": "窗口已手工出具"})
    assert (settled.status, settled.body["state"], settled.body["reason"]) == (200, "resolved", "窗口已手工出具")
    assert settled.body["settled_by_name"] == "系统管理员"
    assert sqlite_api.post("A01", path, {"reason": "再来一次"}).code == "INCIDENT_SETTLED"
    assert sqlite_api.get("A01", "/incidents/outbox:99999999").code == "INCIDENT_MISSING"
