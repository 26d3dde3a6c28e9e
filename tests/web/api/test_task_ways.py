"""会签, 退回 and 撤回 through the API; every answer is judged by the document."""

from __future__ import annotations

from tests.engine.process.test_returning import OPINION, done, elements, reviewed
from tests.web.api.client import Api

CASE = "ut_head_decide"


def test_a_countersigning_is_asked_for_signed_and_read(sqlite_api: Api) -> None:
    api, house = sqlite_api, sqlite_api.house
    task = house.task(reviewed(house), CASE).id
    at = f"/tasks/{task}/countersigning"
    assert api.post("D12", at, {"mode": "all", "signers": ["D11"]}).code == "TASK_NOT_IN_HAND"
    api.post("D12", f"/tasks/{task}/claim")
    empty = api.get("D12", at).body
    assert (empty["outcome"], empty["rounds"], empty["may_ask"]) == (None, [], True)
    body = {"mode": "ratio", "percent": 50, "signers": ["D11", "D13"], "question": "是否符合", "with_draft": False}
    asked = api.post("D12", at, body, key="asked-once")
    assert (asked.status, asked.body["state"]) == (200, "pending")
    # A lost answer is asked for again: nothing happens twice.
    assert api.post("D12", at, body, key="asked-once").body == asked.body
    assert api.post("D12", at, body).code == "COUNTERSIGNING_OPEN"
    assert [one["id"] for one in api.get("D13", "/countersignings").body["tasks"]] == [task]
    assert api.post("D12", f"{at}/signers", {"signers": ["W02"]}).status == 200
    assert api.post("D12", f"{at}/signers", {"signers": ["D22"]}).code == "SIGNER_UNFIT"
    assert api.post("D12", f"{at}/signers/remove", {"signer": "W02"}).status == 200
    grant = {"answer": {"decision": "grant"}}
    assert api.post("D12", f"/tasks/{task}/complete", grant).code == "COUNTERSIGNING_PENDING"
    assert api.get("D13", at).body["may_sign"] is True
    signed = api.post("D13", f"{at}/signature", {"verdict": "agree", "opinion": "符合", "conditions": "补交平面图"})
    assert signed.body["state"] == "agreed"
    told = api.get("D11", at).body
    assert (told["outcome"], told["may_sign"], told["refusal"]["code"]) == ("agreed", False, "COUNTERSIGNING_MISSING")
    assert [(one["account"], one["verdict"], one["conditions"]) for one in told["rounds"][0]["signers"]] == [
        ("D11", None, None), ("D13", "agree", "补交平面图"), ("W02", None, None),
    ]  # fmt: skip
    assert told["rounds"][0]["signers"][2]["removed_at"] is not None
    assert api.post("D12", at, {"mode": "any", "signers": ["D11"]}).status == 200
    assert api.post("D12", f"{at}/call_off", {"reason": "不再需要"}).body["state"] == "called_off"
    assert api.get("D12", at).body["outcome"] == "agreed"
    assert api.get("C01", at).status == 200
    assert api.get("D22", at).code == "TASK_MISSING"
    assert api.post("D12", f"/tasks/{task}/complete", grant).status == 200


def test_a_task_is_sent_back_and_a_step_taken_back(sqlite_api: Api) -> None:
    api, house = sqlite_api, sqlite_api.house
    case_no = reviewed(house)
    task = house.task(case_no, CASE).id
    at = f"/tasks/{task}/send_back"
    api.post("D12", f"/tasks/{task}/claim")
    ways = api.get("D12", at).body
    assert [one["element"] for one in ways["targets"]] == ["ut_dept_opinion", "ut_substantive"]
    assert (ways["why_none"], ways["targets"][0]["closed_by"]) == ("", "D11")
    assert "不能重来" in ways["barred"][0]["reason"]
    to = ways["targets"][0]["task_id"]
    assert api.post("D12", at, {"to": to, "reason": " "}).code == "SEND_BACK_UNWRITTEN"
    assert api.post("D12", at, {"to": task, "reason": "不足"}).code == "NO_WAY_BACK"
    sent = api.post("D12", at, {"to": to, "reason": "依据不足"}, key="sent-once")
    assert (sent.status, sent.body["holder"]) == (200, "D11")
    assert [one["element"] for one in sent.body["opened"]] == ["ut_dept_opinion"]
    assert api.post("D12", at, {"to": to, "reason": "依据不足"}, key="sent-once").body == sent.body
    house.complete("D11", case_no, "ut_dept_opinion", OPINION)
    mine = done(house, case_no, "ut_dept_opinion").id
    assert api.post("D12", f"/tasks/{mine}/withdraw_step").code == "NOT_YOUR_STEP"
    back = api.post("D11", f"/tasks/{mine}/withdraw_step")
    assert (back.status, back.body["holder"], elements(house, case_no)) == (200, "D11", ["ut_dept_opinion"])
    draft = api.get("D11", f"/tasks/{back.body['opened'][0]['id']}").body["draft"]
    assert draft["opinion"] == OPINION["opinion"]
    assert api.post("D11", f"/tasks/{mine}/withdraw_step").code == "NOT_WITHDRAWABLE"
    assert house.violations() == []
