"""The ledger over the API: each clock with its lines, its days, its grounds, in the words of the pages."""

from __future__ import annotations

from typing import Any

from tests.engine.casework.cases.procedures import stretches
from tests.web.api.client import Api


def told(api: Api, case_no: str, account: str = "W01") -> dict[str, dict[str, Any]]:
    return {one["key"]: one for one in api.get(account, f"/cases/{case_no}/clocks").body["clocks"]}


def test_a_promise_is_told_day_by_day_with_its_grounds(api: Api) -> None:
    case_no = api.house.accepted_commitment()
    clock = told(api, case_no)["commitment.1"]
    assert (clock["words"], clock["unit"], clock["quota"], clock["amount"]) == (
        "正常 剩5个工作日", "wd", 5, "5个工作日",
    )  # fmt: skip
    assert (clock["anchor"], clock["source"], clock["calendar_version"]) == ("自受理之日起", "本市承诺", 1)
    assert "民法典第二百零一条" in clock["counting"]
    assert (clock["due_on"], clock["due_at"], clock["provisional"]) == ("2026-03-09", None, False)
    days = clock["days"]
    assert [one["date"] for one in days] == [f"2026-03-0{day}" for day in range(3, 10)]
    assert [one["number"] for one in days] == [1, 2, 3, 4, None, None, 5]
    assert [(one["first"], one["last"], one["why"]) for one in clock["excluded"]] == [
        ("2026-03-07", "2026-03-08", "周末")
    ]
    [line] = clock["lines"]
    assert line["counted"] == "计入3月3日至3月6日、3月9日（5个工作日）；不计入3月7日至3月8日（周末）"
    assert sum(one["days"] for one in line["spans"]) == len(days)


def test_the_case_tells_its_clocks_as_before_and_where_they_are_whole(sqlite_api: Api) -> None:
    case_no = sqlite_api.house.accepted_commitment()
    case = sqlite_api.get("W01", f"/cases/{case_no}").body
    whole = {one["id"]: one for one in sqlite_api.get("W01", case["links"]["clocks"]).body["clocks"]}
    for one in case["clocks"]:
        same = {key: value for key, value in one.items() if key != "lines"}
        assert same.items() <= whole[one["id"]].items()
        assert "days" not in one


def test_a_pause_names_its_document_and_leaves_its_days_out(sqlite_api: Api) -> None:
    house = sqlite_api.house
    case_no = stretches.accepted(house)
    stretches.asked(house, case_no)
    stretches.told(house, case_no)
    house.at(2026, 3, 10)
    clock = told(sqlite_api, case_no)["commitment.1"]
    assert (clock["words"], clock["due_on"], clock["state"]) == ("暂停计时", None, "paused")
    [paper] = clock["documents"]
    assert paper["title"] == "特别程序告知书"
    assert sqlite_api.get("W01", paper["links"]["self"]).body["number"] == paper["number"]
    assert {one["mark"] for one in clock["days"]} == {"paused"}
    assert "停表当日已用" in clock["pausing"]


def test_a_clock_is_called_by_kind_and_number_or_by_its_id(sqlite_api: Api) -> None:
    case_no = sqlite_api.house.accepted_commitment()
    by_key = sqlite_api.get("W01", f"/cases/{case_no}/clocks/commitment.1")
    assert sqlite_api.get("W01", f"/cases/{case_no}/clocks/{by_key.body['id']}").body == by_key.body
    for other in ("commitment.2", "nothing", "delivery.1"):
        answer = sqlite_api.get("W01", f"/cases/{case_no}/clocks/{other}")
        assert (answer.status, answer.code) == (404, "CLOCK_MISSING")


def test_a_clock_of_hours_is_told_in_minutes(sqlite_api: Api) -> None:
    house = sqlite_api.house
    case_no = house.accepted_commitment()
    clock = told(sqlite_api, case_no)["hand_over.1"]
    assert (clock["unit"], clock["quota"], clock["amount"]) == ("wh", 4, "4个工作小时")
    assert clock["due_at"] is not None
    assert sum(one["minutes"] for one in clock["days"]) == 240


def test_looking_at_the_clocks_stands_in_the_readers_journal(sqlite_api: Api) -> None:
    case_no = sqlite_api.house.accepted_commitment()
    told(sqlite_api, case_no, "U81")
    lines = sqlite_api.house.journal("access:U81")
    assert [line.type for line in lines] == ["access.viewed"]
    assert "时限依据" in lines[0].sentence
