"""POST /messages: an outside system tells the case that waits for it, and hears nothing of the case."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.outside import FAIL, PASS, keys, publish, waiting_case, waiting_route
from tests.web.api.client import Answer, Api


def send(api: Api, key: str, facts: Any = PASS, *, account: str = "M71", idempotency: str | None = None) -> Answer:
    body = {"message": "appraisal_concluded", "key": key, "facts": facts}
    return api.post(account, "/messages", body, key=idempotency)


@pytest.fixture
def waiting(sqlite_api: Api) -> tuple[Api, str]:
    """The API over a house with a case that waits for a conclusion under 委2026-1."""
    publish(sqlite_api.house, waiting_route())
    return sqlite_api, waiting_case(sqlite_api.house, "委2026-1")


def test_a_message_moves_its_case_and_the_answer_names_none(api: Api):
    publish(api.house, waiting_route())
    case_no = waiting_case(api.house, "委2026-1")
    answer = send(api, "委2026-1", FAIL)
    assert (answer.status, answer.body) == (200, {"message": "appraisal_concluded", "delivered": True})
    assert case_no not in f"{answer.content.decode()}{answer.headers}"
    assert [one.element for one in api.house.open_tasks(case_no)] == ["ut_look_again"]
    assert api.house.violations() == []


def test_a_second_sending_under_the_same_key_is_answered_as_the_first_and_another_finds_nobody(
    waiting: tuple[Api, str]
):
    api, case_no = waiting
    first = send(api, "委2026-1", idempotency="one")
    assert first.headers["Idempotency-Key"] == "one"
    assert send(api, "委2026-1", idempotency="one").body == first.body
    assert send(api, "委2026-1", FAIL, idempotency="one").code == "IDEMPOTENCY_KEY_REUSED"
    assert send(api, "委2026-1", idempotency="two").code == "MESSAGE_UNEXPECTED"
    assert [one.element for one in api.house.open_tasks(case_no)] == ["ut_head_decide"]


def test_nobody_several_and_unfit_are_404_409_and_422_by_field(waiting: tuple[Api, str]):
    api, case_no = waiting
    assert (send(api, "委2026-9").status, send(api, "委2026-9").code) == (404, "MESSAGE_UNEXPECTED")
    unfit = send(api, "委2026-1", {**PASS, "appraisal_result": "maybe"})
    assert unfit.status == 422
    assert list(unfit.body["errors"]) == ["facts.appraisal_result"]
    other = waiting_case(api.house, "委2026-1")
    several = send(api, "委2026-1")
    assert (several.status, several.code) == (409, "MESSAGE_AMBIGUOUS")
    assert "2 件" in several.body["title"]
    assert not [one for one in (case_no, other) if one in several.content.decode()]
    assert keys(api.house, case_no) == keys(api.house, other) == ["委2026-1"]


@pytest.mark.parametrize(
    "body, field",
    [
        ({"key": "1"}, "message"),
        ({"message": "paid"}, "key"),
        ({"message": "", "key": "1"}, "message"),
        ({"message": "缴费", "key": "1"}, "message"),
        ({"message": "paid\u0000", "key": "1"}, "message"),
        ({"message": "paid", "key": ""}, "key"),
        ({"message": "paid", "key": "x" * 101}, "key"),
        ({"message": "paid", "key": 1}, "key"),
        ({"message": "paid", "key": "1", "facts": []}, "facts"),
        ({"message": "paid", "key": "1", "facts": {"a": None}}, "facts.a"),
        ({"message": "paid", "key": "1", "facts": {"a": {"b": 1}}}, "facts.a"),
        ({"message": "paid", "key": "1", "facts": {"a": "x" * 101}}, "facts.a"),
        ({"message": "paid", "key": "1", "facts": {f"a{n}": 1 for n in range(9)}}, "facts"),
        ({"message": "paid", "key": "1", "case_no": "1"}, "case_no"),
    ],
)
def test_a_malformed_message_is_told_by_its_field(sqlite_api: Api, body: dict[str, Any], field: str):
    answer = sqlite_api.post("M71", "/messages", body)
    assert answer.status == 422
    assert list(answer.body["errors"]) == [field]


@pytest.mark.parametrize("key", ["\x00", "a\nb", "\u202e", "委2026-1\x00"])
def test_a_key_nobody_can_read_is_a_wrong_one_on_either_database(api: Api, key: str):
    publish(api.house, waiting_route())
    waiting_case(api.house, "委2026-1")
    assert send(api, key).code == "MESSAGE_UNEXPECTED"


def test_facts_that_are_no_whole_numbers_are_refused_as_everywhere(sqlite_api: Api):
    options = {"data": '{"message": "paid", "key": "1", "facts": {"a": 1.5}}', "content_type": "application/json"}
    assert sqlite_api.post("M71", "/messages", **options).code == "BAD_JSON"


def test_the_case_says_what_it_waits_for_and_its_history_what_came(waiting: tuple[Api, str]):
    api, case_no = waiting
    [one] = api.get("D11", f"/cases/{case_no}").body["awaited_messages"]
    assert one == {
        "message": "appraisal_concluded", "title": "检验检测鉴定结论", "key_title": "委托编号", "key": "委2026-1",
        "since": "2026-03-02T09:05:00.000+08:00",
    }  # fmt: skip
    send(api, "委2026-1")
    assert api.get("D11", f"/cases/{case_no}").body["awaited_messages"] == []
    history = api.get("D11", f"/cases/{case_no}/history").body["lines"]
    [line] = [one for one in history if one["type"] == "message.arrived"]
    assert (line["account"], line["account_name"]) == ("M71", "系统对接")
    assert line["sentence"].startswith("收到外部消息“检验检测鉴定结论”：委托编号 委2026-1；结论：符合要求")
