"""A script walked through a throw-away house: what is told of it, and what it leaves alone."""

from __future__ import annotations

import tempfile
import threading
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from engine.foundation.clock import CITY
from engine.oversight.rehearsal.files import Files
from engine.oversight.rehearsal.report import FAILED, PASSED, REFUSED, Report, report_json
from engine.oversight.rehearsal.script import script_of
from processes import library
from tests.support.house import House
from yichuang.rehearsing.house import Workshop
from yichuang.rehearsing.running import rehearse

FORMAL: dict[str, Any] = {"do": "ut_formal", "answer": {"formal_result": "accept"}}
ACCEPTED: list[dict[str, Any]] = [FORMAL, {"do": "ut_accept"}]


def walk(workshop: Workshop, files: Files, *steps: dict[str, Any], item: str = "I06", **more: Any) -> Report:
    return rehearse(workshop, files, script_of({"name": "试走", "item": item, "steps": list(steps), **more}))


def ticking(every: str) -> bytes:
    """Return the 即办 route with a timer beside the head's decision that rings again and again."""
    text = library.processes()["route_instant"].xml.decode("utf-8")
    ring = f"""<bpmn:boundaryEvent id="bt_ring" name="提醒" attachedToRef="ut_head_decide" cancelActivity="false">
      <bpmn:extensionElements><yc:clause ref="6.2.1"/></bpmn:extensionElements>
      <bpmn:outgoing>f_ring</bpmn:outgoing>
      <bpmn:timerEventDefinition id="td_ring"><bpmn:timeCycle>{every}</bpmn:timeCycle></bpmn:timerEventDefinition>
    </bpmn:boundaryEvent>
    <bpmn:endEvent id="end_ring" name="已提醒"><bpmn:incoming>f_ring</bpmn:incoming></bpmn:endEvent>
    <bpmn:sequenceFlow id="f_ring" sourceRef="bt_ring" targetRef="end_ring"/>
    <bpmn:userTask id="ut_head_decide\""""
    return text.replace('<bpmn:userTask id="ut_head_decide"', ring, 1).encode("utf-8")


def test_each_step_tells_tasks_documents_and_who_did_it(workshop: Workshop, shipped: Files) -> None:
    report = walk(workshop, shipped, *ACCEPTED)
    assert report.outcome == PASSED
    received, formal, accepted = report.steps
    assert (received.number, received.open, received.status) == (0, ("ut_formal",), "received")
    assert (formal.account, formal.open) == ("W01", ("ut_accept",))
    assert accepted.open == ("ut_head_decide",)
    assert [(one.what, one.kind) for one in accepted.events] == [("document", "acceptance_notice")]
    assert any("受理" in sentence for sentence in accepted.happened)
    (left,) = report.open
    assert (left.element, left.role, left.department, left.account) == ("ut_head_decide", "dept_head", "hrss", "D62")
    assert left.form["components"], "the real form comes along, for whoever goes on by hand"


def test_the_clock_goes_by_working_days_and_what_comes_due_fires_at_its_instant(
    workshop: Workshop, shipped: Files
) -> None:
    report = walk(
        workshop, shipped, {"advance": {"working_days": 4}}, {"advance": {"working_days": 3}}, item="I10",
        start="2026-03-05T14:30",
    )  # fmt: skip
    assert [one.at for one in report.steps] == ["2026-03-05 14:30", "2026-03-11 14:30", "2026-03-16 14:30"]
    fired = {one.kind: one.at for one in report.steps[2].events if one.what == "clock" and "届满" in one.sentence}
    assert fired["correction_notice"] == "2026-03-13 00:00", "the fifth working day after Thursday the 5th has passed"
    assert not any(one.kind == "correction_notice" for one in report.steps[1].events)


def test_a_holiday_is_no_working_day(workshop: Workshop, shipped: Files) -> None:
    report = walk(workshop, shipped, {"advance": {"working_days": 1}}, start="2026-04-30T10:00")
    assert report.at == "2026-05-06 10:00"


def test_a_step_that_is_not_open_is_told_with_its_element_and_what_is(workshop: Workshop, shipped: Files) -> None:
    report = walk(workshop, shipped, FORMAL, {"do": "ut_head_decide"}, {"do": "ut_accept"})
    assert report.outcome == FAILED
    assert [one.ok for one in report.steps] == [True, True, False], "what comes after cannot mean anything"
    assert report.steps[-1].element == "ut_head_decide"
    (told,) = report.failures
    assert "第 2 步" in told and "“ut_head_decide”" in told and "“ut_accept”（" in told


def test_a_refused_answer_names_step_element_and_field(workshop: Workshop, shipped: Files) -> None:
    report = walk(workshop, shipped, {"do": "ut_formal", "answer": {"formal_result": "perhaps"}})
    (told,) = report.failures
    assert "第 1 步" in told and "“ut_formal”" in told and "formal_result" in told


def test_a_refusal_may_be_what_is_expected(workshop: Workshop, shipped: Files) -> None:
    bad = {"do": "ut_formal", "answer": {"formal_result": "perhaps"}}
    assert walk(workshop, shipped, {**bad, "refused": "INVALID_FIELDS"}, *ACCEPTED).outcome == PASSED
    assert walk(workshop, shipped, {**bad, "refused": "*"}).outcome == PASSED
    assert "应以 TASK_HELD 拒绝" in walk(workshop, shipped, {**bad, "refused": "TASK_HELD"}).failures[0]
    assert "实际办成了" in walk(workshop, shipped, {**FORMAL, "refused": "*"}).failures[0]


def test_whoever_has_not_the_post_is_refused(workshop: Workshop, shipped: Files) -> None:
    report = walk(workshop, shipped, {**FORMAL, "by": "W03"})
    assert "受理员" in report.failures[0]
    assert "W99" in walk(workshop, shipped, {**FORMAL, "by": "W99"}).failures[0]


@pytest.mark.parametrize(
    "expected, told",
    [
        ({"open": ["ut_head_decide"]}, "预期打开的环节是“ut_head_decide”，实际是“ut_accept”"),
        ({"holds": ["ut_x"]}, "预期环节“ut_x”打开"),
        ({"passed": ["ut_accept"]}, "预期已经过“ut_accept”"),
        ({"not_passed": ["ut_formal"]}, "预期不经过“ut_formal”"),
        ({"status": "archived"}, "预期办件状态是“已归档”，实际是“已收件”"),
        ({"document": "acceptance_notice"}, "预期已出具文书“acceptance_notice”"),
        ({"fired": "commitment"}, "预期“commitment”到期触发"),
        ({"due": {"commitment": "2026-03-09"}}, "没有这个时限"),
        ({"ended": True}, "预期流程已经结束"),
    ],
)  # fmt: skip
def test_an_expectation_that_does_not_hold_is_told_and_the_case_goes_on(
    workshop: Workshop, shipped: Files, expected: dict[str, Any], told: str
) -> None:
    report = walk(workshop, shipped, FORMAL, {"expect": expected}, {"do": "ut_accept"})
    assert report.outcome == FAILED
    assert [one.ok for one in report.steps] == [True, True, False, True]
    assert told in report.failures[0] and "第 2 步" in report.failures[0]


def test_files_that_cannot_be_released_are_told_by_element(workshop: Workshop, shipped: Files) -> None:
    text = shipped["process", "route_instant"].decode("utf-8")
    broken = text.replace('act="cases.decide"', 'act="cases.dream"').encode("utf-8")
    assert broken != shipped["process", "route_instant"]
    report = walk(workshop, {**shipped, ("process", "route_instant"): broken}, FORMAL)
    assert (report.outcome, report.steps) == (REFUSED, ())
    assert report.faults[0].element == "ut_head_decide"
    assert "cases.dream" in report.failures[0]


def test_an_item_nobody_knows_is_told_at_the_application(workshop: Workshop, shipped: Files) -> None:
    report = walk(workshop, shipped, FORMAL, item="I99")
    assert report.outcome == FAILED
    assert "I99" in report.failures[0]


def test_a_draft_is_rehearsed_and_its_timer_rings(workshop: Workshop, shipped: Files) -> None:
    draft = {**shipped, ("process", "route_instant"): ticking("R3/PT1H")}
    report = walk(workshop, draft, *ACCEPTED, {"advance": {"hours": 5}}, {"expect": {"fired": "bt_ring"}})
    assert report.outcome == PASSED, report.failures
    assert report.coverage["route_instant"].elements["end_ring"] == 3
    assert report.coverage["route_instant"].flows["f_ring"] == 3


def test_a_rehearsal_without_end_is_stopped_and_told(workshop: Workshop, shipped: Files) -> None:
    draft = {**shipped, ("process", "route_instant"): ticking("R/PT1M")}
    report = walk(workshop, draft, *ACCEPTED, {"advance": {"calendar_days": 20}})
    assert report.outcome == FAILED
    assert "仍没有停下" in report.failures[0] and "第 3 步" in report.failures[0]


def test_two_rehearsals_at_once_do_not_disturb_each_other_or_the_house(
    workshop: Workshop, shipped: Files, sqlite_house: House
) -> None:
    case_no = sqlite_house.accepted_instant()
    before = sqlite_house.journal(f"case:{case_no}")
    wanted = {
        start: walk(workshop, shipped, *ACCEPTED, {"advance": {"working_days": 2}}, start=start)
        for start in ("2026-03-02T09:05", "2026-06-01T15:00")
    }
    found: dict[str, Report] = {}

    def run(start: str) -> None:
        found[start] = walk(workshop, shipped, *ACCEPTED, {"advance": {"working_days": 2}}, start=start)

    threads = [threading.Thread(target=run, args=(start,)) for start in wanted]
    for one in threads:
        one.start()
    sqlite_house.complete("D62", case_no, "ut_head_decide", {"decision": "grant"})
    for one in threads:
        one.join()
    assert {start: report_json(one) for start, one in found.items()} == {
        start: report_json(one) for start, one in wanted.items()
    }
    assert sqlite_house.journal(f"case:{case_no}")[: len(before)] == before
    assert sqlite_house.case(case_no).decided_at == datetime(2026, 3, 2, 9, 5, tzinfo=CITY)
    assert sqlite_house.violations() == []


def test_nothing_is_left_behind(shipped: Files, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with Workshop() as made:
        assert walk(made, shipped, *ACCEPTED).outcome == PASSED
        assert list(tmp_path.iterdir()), "it is here that it lay"
    assert list(tmp_path.iterdir()) == []


def test_progress_is_told_before_each_step(workshop: Workshop, shipped: Files) -> None:
    told: list[tuple[int, int, str]] = []
    script = script_of({"name": "试走", "item": "I06", "steps": ACCEPTED})
    rehearse(workshop, shipped, script, lambda number, count, label: told.append((number, count, label)))
    assert told == [(0, 2, "准备演练环境"), (0, 2, "收件"), (1, 2, "办理 ut_formal"), (2, 2, "办理 ut_accept")]
