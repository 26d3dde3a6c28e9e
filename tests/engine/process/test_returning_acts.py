"""Every act that may be carried out again, carried out again after going back; and the ways back among branches."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from engine.casework.archive.queries import archive_of
from engine.casework.cases.file import queries as records
from engine.process.clocks.queries import clocks_of
from engine.process.clocks.rules import STAGE
from engine.process.tasks.commands import ClaimTask
from engine.process.tasks.notifications.queries import notifications_for
from engine.process.tasks.returning.rules import NotWithdrawable
from engine.registry.identity.rules import SYSTEM
from tests.engine.casework.cases import test_reporting as reporting
from tests.engine.casework.cases.procedures import stretches
from tests.engine.process.test_returning import OPINION, elements, names, reviewed, send_back, ways, withdraw
from tests.support import joint, outside
from tests.support.house import COMPANY, MARKET, House
from yichuang.compose import ACTS

CORRECT = {"formal_result": "correct"}


def opinions(house: House, case_no: str, kind: str) -> list[str]:
    with house.door.read(SYSTEM) as view:
        return [one.text for one in records.opinions_of(view.connection, f"case:{case_no}") if one.kind == kind]


def a_review(house: House) -> str:
    case_no = reviewed(house)
    send_back(house, "D12", case_no, "ut_head_decide", "ut_substantive")
    house.complete("D11", case_no, "ut_substantive", {"findings": "再审", "site_visit": "no"})
    assert opinions(house, case_no, "substantive_review") == ["材料真实有效", "再审"]
    return case_no


def a_visit(house: House) -> str:
    case_no = house.accepted_commitment()
    house.visit(case_no)
    assert names(house, case_no, "ut_dept_opinion") == ["ut_substantive"], "the visit's own process has ended"
    send_back(house, "D11", case_no, "ut_dept_opinion", "ut_substantive")
    house.visit(case_no)
    with house.door.read(SYSTEM) as view:
        made = [one.conclusion for one in records.visits_of(view.connection, f"case:{case_no}")]
    assert made == ["pass", "pass"]
    return case_no


def a_branch(house: House) -> str:
    """A representative sends the branch back to the department's own reviewer; the other branches go on meanwhile."""
    case_no = joint.asked(house)
    task = joint.reviewed(house, case_no, "fire")
    house.execute(joint.head_of("fire"), ClaimTask(task_id=task.id))
    send_back(house, joint.head_of("fire"), case_no, "ut_branch_opinion", "ut_branch_review")
    assert joint.states(house, case_no)["fire"] == "open"
    joint.opine(house, case_no, "sign")
    joint.opine(house, case_no, "fire")
    with house.door.read(SYSTEM) as view:
        said = records.opinions_of(view.connection, f"case:{case_no}")
    assert [one.department for one in said if one.kind == "branch_review"].count("fire") == 2
    assert joint.states(house, case_no)["fire"] == "agreed"
    return case_no


def an_opinion(house: House) -> str:
    case_no = reviewed(house)
    send_back(house, "D12", case_no, "ut_head_decide", "ut_dept_opinion")
    house.complete("D11", case_no, "ut_dept_opinion", {**OPINION, "opinion": "补正依据后建议准予"})
    assert opinions(house, case_no, "opinion") == ["建议准予", "补正依据后建议准予"]
    return case_no


def a_list_of_defects(house: House) -> str:
    """The department has not confirmed what is to be corrected: the window reviews anew, and nobody was told."""
    case_no = house.receive("W01", "I02", {**COMPANY})
    first = _one_missing(house, case_no)
    house.complete("W01", case_no, "ut_formal", {**first, **CORRECT})
    assert names(house, case_no, "ut_confirm_correction") == ["ut_formal"]
    send_back(house, "D12", case_no, "ut_confirm_correction", "ut_formal")
    assert house.task(case_no, "ut_formal").holder == "W01"
    house.complete("W01", case_no, "ut_formal", {"formal_result": "accept", "materials": _all_there(house, case_no)})
    assert elements(house, case_no) == ["ut_accept"]
    with house.door.read(SYSTEM) as view:
        assert [one.state for one in records.corrections_of(view.connection, f"case:{case_no}")] == ["taken_back"]
        clocks = {one.kind: one.state for one in clocks_of(view.connection, f"case:{case_no}")}
    assert (clocks["confirm_correction"], clocks["correction_notice"]) == ("stopped", "running")
    assert house.case(case_no).status == "received"
    withdraw(house, "W01", case_no, "ut_formal")
    house.complete("W01", case_no, "ut_formal", {**_one_missing(house, case_no), **CORRECT})
    house.complete("D12", case_no, "ut_confirm_correction", {"confirmed": "agree"})
    house.complete("W01", case_no, "ut_issue_correction", {"checked": True})
    return case_no


def _rows(house: House, case_no: str) -> list[dict[str, Any]]:
    return [dict(row) for row in house.desk("W01", house.task(case_no, "ut_formal")).context.rows["materials"]]


def _one_missing(house: House, case_no: str) -> dict[str, Any]:
    rows = _rows(house, case_no)
    rows[0] |= {"verdict": "bad_form", "advice": "请加盖公章"}
    return {"materials": rows}


def _all_there(house: House, case_no: str) -> list[dict[str, Any]]:
    return [{**row, "verdict": "complete", "advice": ""} for row in _rows(house, case_no)]


def a_first_review(house: House) -> str:
    case_no, people = reporting.accepted(house)
    first = {"findings": "材料真实有效", "opinion": "建议上报", "basis": "《出版物市场管理规定》"}
    house.complete(people[0], case_no, "ut_first_review", first)
    send_back(house, people[1], case_no, "ut_first_decide", "ut_first_review")
    reporting.reviewed(house, case_no, people)
    assert len(opinions(house, case_no, "first_review")) == 2
    return case_no


def the_work_of_a_procedure(house: House) -> str:
    case_no = stretches.accepted(house)
    reviewer = stretches.people(house, case_no)[0]
    stretches.asked(house, case_no)
    stretches.told(house, case_no)
    stretches.worked(house, case_no)
    assert names(house, case_no, "ut_sp_result") == ["ut_sp_work"], "the notice and the pause stay"
    send_back(house, reviewer, case_no, "ut_sp_result", "ut_sp_work")
    assert house.clocks(case_no)["commitment"].row.state == "paused"
    stretches.worked(house, case_no)
    house.complete(reviewer, case_no, "ut_sp_result", stretches.RESULT)
    return case_no


def a_collation(house: House) -> str:
    case_no = house.decided_commitment()
    house.make_and_sign(case_no, MARKET)
    house.pick_up(case_no, "李秀兰", "41050219850612002X")
    pages = {"application_pages": 3, "process_pages": 4, "result_pages": 1}
    checks = {"collation_checks": ["ordered", "named", "complete"]}
    house.complete("W01", case_no, "ut_collate", {**pages, **checks})
    send_back(house, "D13", case_no, "ut_archive", "ut_collate")
    house.complete("W01", case_no, "ut_collate", {**pages, **checks, "process_pages": 5})
    with house.door.read(SYSTEM) as view:
        kept = archive_of(view.connection, f"case:{case_no}")
    assert kept is not None
    assert dict(kept.pages or {})["process_pages"] == 5
    filed = {"retention_period": "10", "archive_no": "AY-2026-0001", "conclusion": "齐全完整"}
    house.complete("D13", case_no, "ut_archive", filed)
    return case_no


def a_number(house: House) -> str:
    """A wrong number is put right before any message came; after it came nobody goes back before it."""
    outside.publish(house, outside.waiting_route())
    case_no = outside.waiting_case(house)
    with pytest.raises(NotWithdrawable, match="没有引出新的人工环节"):
        withdraw(house, "D11", case_no, "ut_reference")
    outside.deliver(house, "委2026-17", outside.FAIL)
    barred = {task.element: why for task, why in ways(house, case_no, "ut_look_again").barred}
    assert "外部消息" in barred["ut_reference"]
    once = house.accepted_commitment()
    _noted_and_sent_on(house, once)
    return case_no


def _noted_and_sent_on(house: House, case_no: str) -> None:
    """Let the number be followed by a person's step alone, and be noted again."""
    route = outside.waiting_route()
    head, _, rest = route.partition('<bpmn:intermediateCatchEvent id="cm_appraisal"')
    _, _, tail = rest.partition("</bpmn:intermediateCatchEvent>")
    step = (
        '<bpmn:userTask id="cm_appraisal" name="核对编号"><bpmn:extensionElements>'
        '<yc:task form="dept_opinion" role="dept_reviewer"/><yc:clause ref="6.2.1"/></bpmn:extensionElements>'
        "<bpmn:incoming>f_noted</bpmn:incoming><bpmn:outgoing>f_arrived</bpmn:outgoing></bpmn:userTask>"
    )
    outside.publish(house, (head + step + tail).replace("appraisal_result == 'pass'", "reference_no != ''"))
    fresh = house.accepted_commitment()
    house.complete("D11", fresh, "ut_substantive", {"findings": "审查", "site_visit": "no"})
    house.complete("D11", fresh, "ut_dept_opinion", OPINION)
    house.complete("D11", fresh, "ut_reference", {"kind": "entrust", "number": "委2026-18"})
    # A task without an act always may, and so may the number.
    assert names(house, fresh, "cm_appraisal") == ["ut_reference", "ut_dept_opinion", "ut_substantive"]
    send_back(house, "D11", fresh, "cm_appraisal", "ut_reference")
    house.complete("D11", fresh, "ut_reference", {"kind": "entrust", "number": "委2026-19"})
    house.complete("D11", fresh, "cm_appraisal", OPINION)
    assert elements(house, fresh) == ["ut_head_decide"]
    assert names(house, fresh, "ut_head_decide")[0] == "cm_appraisal"


PROVEN: dict[str, Callable[[House], str]] = {
    "cases.substantive_review": a_review,
    "cases.plan_visit": a_visit,
    "cases.record_visit": a_visit,
    "cases.give_opinion": an_opinion,
    "cases.formal_review": a_list_of_defects,
    "cases.first_review": a_first_review,
    "cases.work_special": the_work_of_a_procedure,
    "archive.collate": a_collation,
    "tasks.note_reference": a_number,
    "joint.review_branch": a_branch,
}


def test_only_acts_that_are_proven_here_may_be_carried_out_again():
    assert {act.name for act in ACTS if act.again} == set(PROVEN)


PROOFS = dict.fromkeys(PROVEN.values())
"""Each once: two acts may be proven by one walk."""


@pytest.mark.parametrize("proof", PROOFS)
def test_carried_out_sent_back_and_carried_out_again_it_is_right(sqlite_house: House, proof: Callable[[House], str]):
    proof(sqlite_house)
    sqlite_house.reopen()
    assert sqlite_house.violations() == []


# Clocks and reminders ------------------------------------------------------------------------------------------------


def test_the_clocks_of_stages_and_the_reminders_survive_a_sending_back(house: House):
    case_no = stretches.accepted(house, "I10", ())
    house.at(2026, 3, 4)
    house.complete("D31", case_no, "ut_substantive", stretches.REVIEW)
    house.complete("D31", case_no, "ut_dept_opinion", stretches.OPINION)
    house.at(2026, 3, 5)
    send_back(house, "D32", case_no, "ut_head_decide", "ut_substantive")
    with house.door.read(SYSTEM) as view:
        stages = [one for one in clocks_of(view.connection, f"case:{case_no}") if one.kind == STAGE]
    assert (stages[-1].title, stages[-1].state) == ("实质审查环节时限", "running")
    assert stages[-1].due_on == date(2026, 3, 9), "two of four days were used: 6 and 9 March are left"
    assert house.clocks(case_no)["commitment"].row.state == "running"
    # The case is reminded of in the hands where it is now.
    house.at(2026, 3, 10, 0, 1)
    house.sweep()
    with house.door.read(house.actor("D31")) as view:
        told = [one.sentence for one in notifications_for(view.connection, view.actor) if one.kind != "sent_back"]
    assert any("实质审查环节时限" in one for one in told)
    house.at(2026, 3, 10)
    house.complete("D31", case_no, "ut_substantive", stretches.REVIEW)
    house.complete("D31", case_no, "ut_dept_opinion", stretches.OPINION)
    withdraw(house, "D31", case_no, "ut_dept_opinion")
    assert house.violations() == []
