"""The figures by the API: read, drafted by one, confirmed by another, and what is refused."""

from __future__ import annotations

from tests.support.figures import PAPER
from tests.support.house import COMPANY
from tests.web.api.client import Api

SHORTER = {"key": "correction_notice", "value": 3, "source": PAPER, "reason": "主任办公会议定"}


def test_a_figure_is_read_changed_by_two_people_and_holds_for_the_next_case(api: Api) -> None:
    running = api.house.receive("W01", "I02", COMPANY)
    found = {one["key"]: one for one in api.get("W01", "/policies").body["figures"]}
    assert (found["correction_notice"]["value"], found["correction_notice"]["class"]) == (5, "law")
    assert found["uncollected"]["made_up"]
    assert found["office_opens"]["said"] == "8:30"
    made = api.post("A01", "/policy-drafts", SHORTER)
    assert (made.status, made.body["state"], made.body["running"], len(made.body["items"])) == (201, "open", 1, 14)
    address = made.body["links"]["self"]
    assert api.post("A01", address + "/confirm", {"base_version": 1}).status == 403
    assert api.post("C01", address + "/confirm", {"base_version": 9}).code == "POLICY_MOVED"
    done = api.post("C01", address + "/confirm", {"base_version": 1}).body
    assert (done["state"], done["version"]) == ("confirmed", 2)
    history = api.get("W01", "/policies/correction_notice").body
    assert (history["figure"]["value"], history["figure"]["version"]) == (3, 2)
    assert [(one["value"], one["drafted_by_name"]) for one in history["versions"]] == [(3, "系统管理员"), (5, "系统")]
    after = api.house.receive("W01", "I02", COMPANY)
    quotas = [api.house.clocks(no)["correction_notice"].reckoning.start.quota for no in (running, after)]
    assert quotas == [5, 3]
    assert [one["id"] for one in api.get("W01", "/policy-drafts").body["drafts"]] == [done["id"]]
    assert api.get("W01", address).body["items"] == []


def test_what_is_refused_says_why(sqlite_api: Api) -> None:
    api = sqlite_api
    longer = api.post("A01", "/policy-drafts", {**SHORTER, "value": 6})
    assert (longer.status, longer.code) == (422, "POLICY_OUT_OF_BOUNDS")
    assert "行政许可法第三十二条" in longer.body["title"]
    fixed = {**SHORTER, "key": "hearing_ask", "value": 4}
    assert api.post("A01", "/policy-drafts", fixed).code == "POLICY_FIXED"
    assert api.post("A01", "/policy-drafts", {**SHORTER, "effective": "昨天"}).code == "POLICY_DAY_WRONG"
    assert api.post("A01", "/policy-drafts", {**SHORTER, "key": "nothing"}).status == 404
    assert api.post("W01", "/policy-drafts", SHORTER).status == 403
    for account, how in (("A01", "drop"), ("C01", "decline")):
        address = api.post("A01", "/policy-drafts", SHORTER).body["links"]["self"]
        assert api.post(account, f"{address}/{how}").body["state"] == "dropped"
        assert api.post(account, f"{address}/{how}").code == "POLICY_DRAFT_SETTLED"
    assert api.get("W01", "/policy-drafts/1").code == "POLICY_DRAFT_MISSING"
    assert api.get("W01", "/policy-drafts/x").code == "POLICY_DRAFT_MISSING"
