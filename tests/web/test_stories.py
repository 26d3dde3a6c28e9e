"""Who did something, and for whom: the story of a case, its diagram and its words name both (请假代理)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from engine.foundation.journal.queries import Line
from engine.process.tasks.queries import Step
from web.diagram.trail import Mark, _passed
from web.timeline import people_in, story
from web.words import acting

NOW = datetime(2026, 3, 2, 1, 5, tzinfo=UTC)
LINE = Line("case:1", 1, "task.claimed", NOW, "D13", {}, "h", "g", "签收“实质审查”", "ClaimTask", "k")
NAMES = {"D13": "钱二", "D11": "赵一"}


def test_the_substitute_is_named_first_and_then_the_absent_person():
    assert (acting("钱二", "赵一"), acting("钱二", "")) == ("钱二 代 赵一", "钱二")


def test_a_story_names_both_and_keeps_what_was_done_for_oneself_apart():
    lines = [LINE, replace(LINE, seq=2, on_behalf="D11"), replace(LINE, seq=3, on_behalf="D11")]
    assert people_in(lines) == {"D13", "D11"}
    told = story(lines, NAMES)
    assert [(one.who, len(one.sentences)) for one in told] == [("钱二", 1), ("钱二 代 赵一", 2)]
    assert [one.who for one in story([replace(LINE, on_behalf="D99")], NAMES)] == ["钱二 代 D99"]


def test_a_passed_element_remembers_for_whom_it_was_passed():
    step = Step(1, 0, 1, "p", "ut", "userTask", "实质审查", "l", "completed", NOW, "D13", "D11")
    marks = _passed([step, replace(step, number=2, element="other", on_behalf=None)])
    assert (marks["ut"].account, marks["ut"].on_behalf) == ("D13", "D11")
    assert marks["other"].on_behalf == Mark().on_behalf == ""
