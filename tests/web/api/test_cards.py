"""监察牌 through the API: listed, read, appealed against, decided on, cancelled; the same refusals as on the pages."""

from __future__ import annotations

from tests.support.cards import carded
from tests.web.api.client import Api


def test_a_card_is_appealed_against_and_cancelled_on_its_appeal(api: Api):
    case_no = api.house.accepted_commitment()
    where = f"/cards/{carded(api.house, case_no)}"
    given = api.get("D12", where).body
    assert (given["state"], given["case_no"], given["party"]) == ("given", case_no, "market")
    assert api.post("S51", f"{where}/decide", {"decision": "cancel", "reason": "停机属实"}).code == "CARD_SETTLED"
    assert api.post("D22", f"{where}/appeal", {"reason": "当日系统停机"}).code == "CARD_MISSING"
    appealed = api.post("D12", f"{where}/appeal", {"reason": "当日系统停机"}, key="appeal")
    assert (appealed.body["state"], appealed.body["appealed_by"]) == ("appealed", "D12")
    assert api.post("D12", f"{where}/appeal", {"reason": "当日系统停机"}, key="appeal").body == appealed.body
    assert api.post("S51", f"{where}/cancel", {"reason": "误发"}).code == "CARD_SETTLED"
    decided = api.post("S51", f"{where}/decide", {"decision": "cancel", "reason": "停机属实"})
    found = (decided.body["state"], decided.body["reason"], decided.body["decided_by"])
    assert found == ("cancelled", "停机属实", "S51")
    assert decided.body["extract"] == given["extract"], "the evidence stays"
    assert [one["id"] for one in api.get("S51", "/cards?state=cancelled").body["cards"]] == [given["id"]]
    assert api.get("S51", "/cards?state=given").body["cards"] == []
    assert api.house.violations() == []


def test_a_card_given_by_mistake_is_cancelled_with_a_reason(sqlite_api: Api):
    api, case_no = sqlite_api, sqlite_api.house.accepted_commitment()
    where = f"/cards/{carded(api.house, case_no)}"
    assert api.post("S51", f"{where}/cancel", {"reason": " "}).code == "CARD_REASON_MISSING"
    assert api.post("D12", f"{where}/cancel", {"reason": "误发"}).status == 403
    assert api.post("S51", f"{where}/cancel", {"reason": "误发"}).body["state"] == "cancelled"
    assert api.post("D12", f"{where}/appeal", {"reason": "已经撤销"}).code == "CARD_SETTLED"
