"""The report of a rehearsal: written, read back, and what it says of the first step that differs."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.oversight.rehearsal.coverage import Covered
from engine.oversight.rehearsal.report import (
    FAILED,
    OUTCOMES,
    PASSED,
    REFUSED,
    STOPPED,
    Event,
    Fault,
    Opened,
    Report,
    StepTold,
    differing,
    report_json,
    report_of,
)

TEXTS = st.text(max_size=6)
STEPS = st.builds(
    StepTold, number=st.integers(0, 9), label=TEXTS, at=TEXTS, ok=st.booleans(), sentence=TEXTS, stops=st.booleans(),
    happened=st.lists(TEXTS, max_size=2).map(tuple), open=st.lists(TEXTS, max_size=2).map(tuple),
    events=st.lists(st.builds(Event, TEXTS, TEXTS, TEXTS, TEXTS), max_size=2).map(tuple),
)  # fmt: skip
OPENED = st.builds(Opened, TEXTS, TEXTS, TEXTS, TEXTS, TEXTS, account=TEXTS)
REPORTS = st.builds(
    Report, TEXTS, TEXTS, st.sampled_from(sorted(OUTCOMES)), st.lists(STEPS, max_size=3).map(tuple),
    faults=st.lists(st.builds(Fault, TEXTS, TEXTS, TEXTS), max_size=2).map(tuple),
    coverage=st.just({"p": Covered("p", "流程", {"a": 1}, {"f": 0}, ("a",))}) | st.just({}),
    open=st.lists(OPENED, max_size=2).map(tuple), acts=st.lists(OPENED, max_size=2).map(tuple),
    awaited=st.lists(st.tuples(TEXTS, TEXTS), max_size=2).map(tuple), status=TEXTS, at=TEXTS, files=TEXTS,
)  # fmt: skip


def step(number: int, ok: bool, **more: Any) -> StepTold:
    """Return a step that was done, or not."""
    return StepTold(number, f"办理 ut_{number}", "2026-03-02 09:05", ok, "" if ok else "没有打开", **more)


@given(report=REPORTS)
def test_what_is_written_is_read_back(report: Report) -> None:
    assert report_of(report_json(report)) == report


def test_the_first_step_that_differs_is_the_one_that_is_told() -> None:
    report = Report("试走", "I06", FAILED, (step(0, True), step(1, False), step(2, False)))
    assert differing(report) == "第 1 步（办理 ut_1）：没有打开"
    assert report.failures == ("第 1 步（办理 ut_1）：没有打开", "第 2 步（办理 ut_2）：没有打开")


@pytest.mark.parametrize(
    "report, told",
    [
        (Report("试走", "I06", PASSED, (step(0, True),)), ""),
        (Report("试走", "I06", REFUSED, faults=(Fault("ut_x", "act", "没有这个动作"),)), "ut_x：没有这个动作"),
        (Report("试走", "I06", REFUSED, faults=(Fault("", "xml", "读不懂"),)), "读不懂"),
        (Report("试走", "I06", STOPPED), OUTCOMES[STOPPED]),
        (Report("试走", "I06", FAILED, (step(3, False), step(1, False))), "第 3 步（办理 ut_3）：没有打开"),
    ],
)  # fmt: skip
def test_whatever_did_not_pass_says_why(report: Report, told: str) -> None:
    assert differing(report) == told


def test_a_script_is_stuck_at_the_step_behind_which_nothing_could_follow() -> None:
    assert Report("试走", "I06", FAILED, (step(0, True), step(1, False))).stuck is None
    assert Report("试走", "I06", FAILED, (step(0, False), step(1, False, stops=True))).stuck == 1


def test_a_report_from_before_there_were_acts_and_digests_is_read() -> None:
    raw = report_json(Report("试走", "I06", PASSED))
    del raw["acts"], raw["files"]
    assert report_of(raw) == Report("试走", "I06", PASSED)


@pytest.mark.parametrize("missing", ["name", "item", "outcome", "steps", "faults", "coverage", "open", "awaited"])
def test_a_report_that_is_none_is_not_read(missing: str) -> None:
    raw = report_json(Report("试走", "I06", PASSED))
    del raw[missing]
    with pytest.raises(KeyError):
        report_of(raw)
