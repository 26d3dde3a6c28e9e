"""Scripts of rehearsals: what they may say, and what is told of one that says something else."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.casework.cases.rules import STATUSES
from engine.foundation.clock import CITY
from engine.oversight.rehearsal.script import (
    ACTS,
    MOST_STEPS,
    START,
    UNITS,
    Advance,
    Beside,
    Do,
    Expect,
    Script,
    ScriptRefused,
    Send,
    Step,
    day_word,
    read_script,
    script_of,
    script_text,
    with_step,
)

NAMES = st.from_regex(r"[a-z][a-z_]{0,12}", fullmatch=True)
DAYS = st.dates(date(2021, 1, 1), date(2099, 12, 31))
ANSWERS = st.dictionaries(NAMES, st.one_of(st.integers(), st.text(max_size=8), st.booleans()), max_size=3)
DOS = st.builds(
    Do, element=NAMES, answer=ANSWERS, item=st.just("") | NAMES, by=st.just("") | NAMES, each=st.booleans(),
    refused=st.sampled_from(["", "*", "INVALID_FIELDS"]),
)  # fmt: skip
ADVANCES = st.builds(Advance, unit=st.sampled_from(sorted(UNITS)), amount=st.integers(1, 400)) | st.builds(
    Advance, to=DAYS
)
SENDS = st.builds(Send, message=NAMES, key=st.just("") | NAMES, facts=ANSWERS)
ASKS = st.builds(
    Beside, word=st.sampled_from(sorted(ACTS)), answer=ANSWERS, by=st.just("") | NAMES,
    refused=st.sampled_from(["", "*", "EXTENSION_LATE"]),
)  # fmt: skip
LISTS = st.lists(NAMES, unique=True, max_size=3).map(tuple)
EXPECTS = st.builds(
    Expect, open=st.none() | LISTS.map(lambda one: tuple(sorted(one))), holds=LISTS, passed=LISTS, not_passed=LISTS,
    status=st.sampled_from(["", *STATUSES]), documents=LISTS, fired=LISTS,
    due=st.dictionaries(NAMES, DAYS.map(date.isoformat), max_size=2), ended=st.none() | st.booleans(),
).filter(lambda one: one != Expect())  # fmt: skip
STEPS: st.SearchStrategy[Step] = st.one_of(DOS, ADVANCES, SENDS, ASKS, EXPECTS)


def raw(*steps: Any, **more: Any) -> dict[str, Any]:
    return {"name": "试走", "item": "I06", "steps": list(steps), **more}


def faults(value: object) -> tuple[str, ...]:
    with pytest.raises(ScriptRefused) as refused:
        script_of(value)
    return refused.value.problems


@given(steps=st.lists(STEPS, max_size=6), start=st.sampled_from([START, datetime(2026, 9, 30, 17, 0, tzinfo=CITY)]))
def test_what_is_written_is_read_back(steps: list[Step], start: datetime) -> None:
    script = Script("试走", "I06", tuple(steps), {"phone": "1"}, "W02", start)
    assert read_script(script_text(script)) == script


def test_a_single_text_stands_for_a_list_of_one() -> None:
    script = script_of(raw({"expect": {"document": "acceptance_notice", "fired": ["a", "b"]}}))
    assert script.steps == (Expect(documents=("acceptance_notice",), fired=("a", "b")),)


def test_an_expectation_of_nothing_open_is_not_none() -> None:
    (step,) = script_of(raw({"expect": {"open": []}})).steps
    assert isinstance(step, Expect) and step.open == ()


@pytest.mark.parametrize(
    "value, told",
    [
        ([], "应为一组字段"),
        ({"name": "x", "item": "I06"}, "steps：缺少该项"),
        (raw({"do": "a", "advance": {"hours": 1}}), "steps[0]：每一步写且只写一个：do、advance、message、act、expect"),
        (raw({}), "steps[0]：每一步写且只写一个"),
        (raw({"do": ""}), "steps[0].do：应填写文字"),
        (raw({"do": "a", "anwser": {}}), "steps[0].anwser：不认识该项"),
        (raw({"do": "a", "answer": "b"}), "steps[0].answer：应为一组字段"),
        (raw({"do": "a"}, {"advance": {"working_days": 0}}), "steps[1].advance.working_days：应为不小于 1 的整数"),
        (raw({"advance": {"working_days": 401}}), "steps[0].advance.working_days：一次最多推进 400 个工作日"),
        (raw({"advance": {"working_days": 1, "hours": 1}}), "steps[0].advance：写且只写一个"),
        (raw({"advance": {}}), "steps[0].advance：写且只写一个"),
        (raw({"advance": {"to": "2026/3/9"}}), "steps[0].advance.to：应为日期"),
        (raw({"expect": {}}), "steps[0].expect：没有写明预期什么"),
        (raw({"expect": {"status": "gone"}}), "steps[0].expect.status：“gone”不在可选范围内"),
        (raw({"expect": {"due": {"commitment": "soon"}}}), "steps[0].expect.due.commitment：应为日期"),
        (raw({"expect": {"opened": ["a"]}}), "steps[0].expect.opened：不认识该项"),
        (raw({"act": "dance"}), "steps[0].act：“dance”不在可选范围内"),
        (raw({"act": "extend", "answer": 5}), "steps[0].answer：应为一组字段"),
        (raw({"act": "extend", "item": "x"}), "steps[0].item：不认识该项"),
        (raw({"message": "m", "facts": []}), "steps[0].facts：应为一组字段"),
        (raw(start="2026-03-02"), "start：应为北京时间"),
        (raw(start="1066-10-14T09:00"), "start：年份应在"),
        (raw(*[{"do": "a"}] * (MOST_STEPS + 1)), f"steps：不能超过 {MOST_STEPS} 步"),
    ],
)  # fmt: skip
def test_a_fault_is_told_by_its_place(value: object, told: str) -> None:
    assert any(told in one for one in faults(value)), faults(value)


def test_every_fault_is_told_at_once() -> None:
    found = faults(raw({"do": ""}, {"advance": {}}, {"expect": {}}, start="never", colour="red"))
    assert len(found) == 5
    assert "5 处" in str(ScriptRefused(found))


@pytest.mark.parametrize("text", [b"{", '{\n"name": x}', b"\xff\xfe{}", "[" * 100_000])
def test_what_is_no_json_is_told(text: bytes | str) -> None:
    with pytest.raises(ScriptRefused) as refused:
        read_script(text)
    assert "JSON" in refused.value.problems[0]


def test_a_script_without_end_is_not_read() -> None:
    with pytest.raises(ScriptRefused, match="KB"):
        read_script(json.dumps(raw({"do": "a", "answer": {"a": "x" * 600_000}})))


def test_a_step_is_added_until_there_are_too_many() -> None:
    script = with_step(script_of(raw({"do": "a"})), Do("b"))
    assert [step.element for step in script.steps if isinstance(step, Do)] == ["a", "b"]
    full = Script("x", "I06", (Do("a"),) * MOST_STEPS)
    with pytest.raises(ScriptRefused):
        with_step(full, Do("b"))


@pytest.mark.parametrize(
    "text, day",
    [
        ("$today", "2026-03-02"), ("$today+3", "2026-03-05"), ("$today-2", "2026-02-28"), ("今天", "今天"),
        ("$today+", "$today+"), ("$today+9999", "$today+9999"), ("$todayish", "$todayish"), ("", ""),
    ],
)  # fmt: skip
def test_days_by_the_rehearsals_own_clock(text: str, day: str) -> None:
    assert day_word(text, date(2026, 3, 2)) == day
