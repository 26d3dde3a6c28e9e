"""The calendar by the API: the year, a draft and what it does, confirmed by another person."""

from __future__ import annotations

from tests.deadlines.law.notices import NEXT
from tests.support.calendars import draft_of
from tests.web.api.client import Api
from yichuang.calendaring import keep_up

NOTICE = {"kind": "notice", "year": 2027, "text": NEXT, "source": "国办发明电〔2026〕5号"}


def test_a_notice_is_drafted_looked_at_and_confirmed(api: Api) -> None:
    house = api.house
    house.at(2027, 1, 28)
    case_no = house.accepted_commitment()
    year = api.get("W01", "/calendar?year=2027").body
    assert (year["confirmed"], year["missing"], year["version"]) == (False, 2027, 1)
    made = api.post("A01", "/calendar/drafts", NOTICE)
    assert (made.status, made.body["state"]) == (201, "previewing")
    links = made.body["links"]
    early = api.post("C01", links["self"] + "/confirm", {"base_version": 1})
    assert early.code == "CALENDAR_PREVIEW_MISSING"
    keep_up(house.door)
    seen = api.get("C01", links["self"]).body
    assert seen["state"] == "ready"
    assert seen["moved"] == sum(one["clocks"] for one in seen["counts"] if one["days"])
    assert seen["moved"] > 0
    assert [one["department"] for one in seen["departments"]] == ["market"]
    clocks = api.get("C01", links["clocks"]).body["clocks"]
    assert {one["root"] for one in clocks} == {case_no}
    assert api.post("A01", links["self"] + "/confirm", {"base_version": 1}).status == 403
    assert api.post("C01", links["self"] + "/confirm", {"base_version": 9}).code == "CALENDAR_MOVED"
    assert api.post("C01", links["self"] + "/confirm", {"base_version": 1}).body["version"] == 2
    keep_up(house.door)
    assert all(one["recomputed"] for one in api.get("W01", links["clocks"]).body["clocks"])
    assert api.get("W01", "/calendar?year=2027").body["confirmed"] is True
    assert [one["id"] for one in api.get("W01", "/calendar/drafts").body["drafts"]] == [1]


def test_what_is_refused_says_why(sqlite_api: Api) -> None:
    api = sqlite_api
    wrong = api.post("A01", "/calendar/drafts", {**NOTICE, "text": NEXT.replace("02-20", "02-22")})
    assert (wrong.status, wrong.code) == (422, "CALENDAR_REFUSED")
    assert api.post("W01", "/calendar/drafts", NOTICE).status == 403
    assert api.get("A01", "/calendar/drafts/1").code == "CALENDAR_DRAFT_MISSING"
    closed = {"kind": "closure", "days": "2026-03-12", "reason": "设备检修", "source": "安政服〔2026〕9号"}
    made = api.post("A01", "/calendar/drafts", closed).body
    assert api.post("A01", made["links"]["self"] + "/drop").body["state"] == "dropped"
    assert draft_of(api.house, made["id"]).state == "dropped"
    assert api.post("A01", "/calendar/drafts", {"kind": "undo", "version": 7, "reason": "照常"}).status == 404
