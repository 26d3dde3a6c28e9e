"""Tasks in other hands and leaves for programs: transfer, delegation, copies, urging, substitution."""

from __future__ import annotations

from engine.process.tasks.commands import ClaimTask
from tests.support.house import House
from tests.web.api.client import Api


def held(house: House) -> str:
    id = house.task(house.accepted_commitment(), "ut_substantive").id
    house.execute("D11", ClaimTask(task_id=id))
    return id


def test_a_task_is_delegated_drafted_returned_and_transferred(sqlite_api: Api) -> None:
    api, id = sqlite_api, held(sqlite_api.house)
    asked = api.post("D11", f"/tasks/{id}/delegate", {"to": "D13", "text": "先核对材料"})
    assert asked.status == 200 and asked.body["links"]["task"] == f"/api/v1/tasks/{id}"
    task = api.get("D11", f"/tasks/{id}").body
    assert (task["task"]["delegate"], task["task"]["delegate_name"]) == ("D13", "市监档案员")
    assert (task["may_complete"], task["may_prepare"]) == (False, False)
    desk = api.get("D13", f"/tasks/{id}").body
    assert (desk["may_prepare"], desk["refusal"]["code"]) == (True, "TASK_PREPARES_ONLY")
    (mine,) = api.get("D13", "/me/delegations").body["delegations"]
    assert (mine["task_id"], mine["delegator"], mine["state_name"]) == (id, "D11", "准备中")
    assert api.post("D13", f"/tasks/{id}/draft", {"answer": {"findings": "缺一页"}}).status == 200
    assert api.post("D13", f"/tasks/{id}/delegate", {"to": "D11"}).code == "DELEGATION_CIRCLE"
    assert api.post("D11", f"/tasks/{id}/complete", {"answer": {}}).code == "TASK_DELEGATED_OUT"
    assert api.post("D13", f"/tasks/{id}/delegation/return", {"note": "请核对"}).status == 200
    api.post("D11", f"/tasks/{id}/delegate", {"to": "D13"})
    assert api.post("D11", f"/tasks/{id}/delegation/recall").status == 200
    assert api.post("D11", f"/tasks/{id}/delegation/recall").code == "NOTHING_DELEGATED"
    given = api.post("D12", f"/tasks/{id}/transfer", {"to": "X92", "reason": "均衡工作量"})
    assert given.status == 200
    assert api.get("X92", f"/tasks/{id}").body["task"]["holder"] == "X92"
    told = api.get("S51", f"/tasks/{id}/handing").body
    assert [(one["state"], one["note"]) for one in told["delegations"]] == [("returned", "请核对"), ("recalled", "")]


def test_the_same_request_twice_transfers_once(sqlite_api: Api) -> None:
    id = held(sqlite_api.house)
    body = {"to": "X92", "reason": "参加培训"}
    first = sqlite_api.post("D11", f"/tasks/{id}/transfer", body, key="once")
    assert sqlite_api.post("D11", f"/tasks/{id}/transfer", body, key="once").body == first.body
    lines = sqlite_api.house.journal(f"case:{id.rpartition('-')[0]}")
    assert sum(line.type == "task.transferred" for line in lines) == 1


def test_T081_urged_and_copied(sqlite_api: Api) -> None:
    api, id = sqlite_api, held(sqlite_api.house)
    told = [api.post("L31", f"/tasks/{id}/urges", {"text": "今日内出具意见"}).body["told"] for _ in range(2)]
    assert told == [True, False]
    assert api.post("L31", f"/tasks/{id}/urges").code == "URGED_ENOUGH"
    sent = api.post("L31", f"/tasks/{id}/copies", {"to": ["D12", "W01"], "note": "请先看材料"})
    assert (sent.status, sent.body["sent"]) == (201, ["D12", "W01"])
    assert api.post("L31", f"/tasks/{id}/copies", {"to": ["D21"]}).code == "COPY_OUT_OF_SIGHT"
    page = api.get("D12", "/me/copies").body
    (copy,) = page["copies"]
    assert (copy["sender_name"], copy["note"], copy["read_at"], page["page"]["total"]) == (
        "牵头协调员", "请先看材料", None, 1
    )  # fmt: skip
    assert api.post("D12", "/me/copies/read", {"ids": [copy["id"]]}).body == {"read": [copy["id"]]}
    assert api.get("D12", "/me/copies").body["copies"][0]["read_at"] is not None
    assert api.post("D13", "/me/copies/read", {"ids": [copy["id"]]}).code == "COPY_MISSING"
    handing = api.get("D12", f"/tasks/{id}/handing").body
    assert [one["number"] for one in handing["urges"]] == [1, 2]
    assert {one["receiver"] for one in handing["copies"]} == {"D12", "W01"}


def test_a_leave_lends_the_post_and_both_are_named(sqlite_api: Api) -> None:
    api, id = sqlite_api, held(sqlite_api.house)
    body = {"substitute": "D13", "from": "2026-03-02", "until": "2026-03-03", "reason": "病假"}
    made = api.post("D11", "/me/substitutions", body)
    assert (made.status, made.body["account"], made.body["state"]) == (201, "D11", "on")
    (post,) = api.get("D13", "/me").body["stands_in"]
    assert (post["account"], post["role"], post["department"]) == ("D11", "dept_reviewer", "market")
    case_no = id.rpartition("-")[0]
    answer = {"findings": "真实有效", "site_visit": "yes"}
    assert api.post("D13", f"/tasks/{id}/complete", {"answer": answer}).status == 200
    step = next(one for one in api.get("D12", f"/cases/{case_no}/steps").body["steps"]
                if one["element"] == "ut_substantive")  # fmt: skip
    assert (step["account"], step["on_behalf"], step["on_behalf_name"]) == ("D13", "D11", "市监审查员")
    line = api.get("D12", f"/cases/{case_no}/history").body["lines"][-1]
    assert (line["account"], line["on_behalf"]) == ("D13", "D11")
    done = api.get("D12", f"/tasks/{id}").body["task"]
    assert (done["closed_by"], done["on_behalf"]) == ("D13", "D11")
    assert api.post("D11", "/me/substitutions", body).code == "LEAVE_OVERLAPS"
    circle = {**body, "account": "D13", "substitute": "D11"}
    assert api.post("D12", "/me/substitutions", circle).code == "SUBSTITUTE_CIRCULAR"
    assert [one["id"] for one in api.get("D12", "/me/substitutions").body["substitutions"]] == [made.body["id"]]
    gone = api.post("D12", f"/me/substitutions/{made.body['id']}/revoke")
    assert (gone.status, gone.body["state"]) == (200, "revoked")
    assert api.get("D13", "/me").body["stands_in"] == []
    for wrong in ("0", "x", "９"):
        assert api.post("D12", f"/me/substitutions/{wrong}/revoke").code == "LEAVE_MISSING"
