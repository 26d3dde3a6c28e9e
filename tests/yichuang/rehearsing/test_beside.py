"""Acts beside the tasks in a rehearsal: the case's own page offers the same, and refuses the same."""

from __future__ import annotations

from typing import Any

import pytest

import forms
from engine.oversight.rehearsal import script
from engine.oversight.rehearsal.files import Files
from engine.oversight.rehearsal.forming import context_of, read_filled, without_papers
from engine.oversight.rehearsal.report import FAILED, PASSED, Report, report_json, report_of
from engine.oversight.rehearsal.script import script_of
from web.acts import ACTS
from yichuang.rehearsing.house import Workshop
from yichuang.rehearsing.running import rehearse

FORMAL: dict[str, Any] = {"do": "ut_formal", "answer": {"formal_result": "accept"}}
ACCEPTED: list[dict[str, Any]] = [FORMAL, {"do": "ut_accept"}]
IN_REVIEW = [*ACCEPTED, {"do": "ut_receive_paper", "answer": {"signature": "$signature"}}]
EXTEND = {"act": "extend", "answer": {"days": 5, "reason": "须核实场地权属"}}
WITHDRAW = {
    "act": "withdraw",
    "answer": {"reason": "不再需要", "materials_returned": "当面退回", "signature": "$signature"},
}  # fmt: skip


def walk(workshop: Workshop, files: Files, *steps: dict[str, Any], item: str = "I10") -> Report:
    return rehearse(workshop, files, script_of({"name": "试走", "item": item, "steps": list(steps)}))


def due(workshop: Workshop, files: Files, *steps: dict[str, Any]) -> str:
    """Return the day on which the statutory limit comes due after the steps, as an expectation tells it."""
    report = walk(workshop, files, *steps, {"expect": {"due": {"statutory": "2020-01-01"}}})
    return report.failures[-1].rpartition("实际是 ")[2]


def test_the_words_are_those_of_the_cases_page() -> None:
    assert {word: ACTS[word].title for word in script.ACTS} == dict(script.ACTS)


def test_an_extension_is_asked_approved_told_and_moves_the_statutory_limit(workshop: Workshop, shipped: Files) -> None:
    approved: list[dict[str, Any]] = [
        {"do": "ut_ext_approve", "answer": {"approved": "yes"}}, {"do": "ut_ext_notice", "answer": {"checked": True}}
    ]  # fmt: skip
    report = walk(workshop, shipped, *IN_REVIEW, EXTEND, *approved)
    assert report.outcome == PASSED, report.failures
    asked, approval, told = report.steps[4:7]
    assert (asked.label, asked.open) == ("申请延长办理期限", ("ut_ext_approve", "ut_substantive"))
    assert asked.account.startswith("D3"), "a reviewer of the department that handles the case asks"
    assert approval.account != asked.account and [one.kind for one in told.events] == ["extension_notice"]
    before, after = due(workshop, shipped, *IN_REVIEW), due(workshop, shipped, *IN_REVIEW, EXTEND, *approved)
    assert before < after
    assert report.coverage["extension"].reached > 3, "the small process is painted, too"


def test_a_withdrawal_ends_the_case(workshop: Workshop, shipped: Files) -> None:
    report = walk(workshop, shipped, *ACCEPTED, WITHDRAW, item="I06")
    assert (report.outcome, report.status, report.open, report.acts) == (PASSED, "withdrawn", (), ())
    assert report.steps[-1].account == "W01"
    assert [one.kind for one in report.steps[-1].events] == ["withdrawal_notice"]


@pytest.mark.parametrize(
    "step, told",
    [
        ({**EXTEND, "answer": {"days": 11, "reason": "x"}}, "被拒绝"),
        ({**EXTEND, "answer": {"days": 5, "reason": ""}}, "被拒绝"),
        ({**WITHDRAW, "answer": {}}, "signature"),
        ({**EXTEND, "by": "W01"}, "被拒绝"),
        ({**EXTEND, "by": "W99"}, "W99"),
        ({**EXTEND, "refused": "*"}, "应被拒绝（*），实际办成了"),
        ({"act": "review", "refused": "NOTHING_OWED"}, "应以 NOTHING_OWED 拒绝"),
        ({"act": "reopen"}, "被拒绝"),
        ({"act": "supply"}, "被拒绝"),
    ],
)  # fmt: skip
def test_what_the_house_refuses_is_told_with_its_step(
    workshop: Workshop, shipped: Files, step: dict[str, Any], told: str
) -> None:
    report = walk(workshop, shipped, *IN_REVIEW, step, {"advance": {"hours": 1}})
    assert report.outcome == FAILED
    assert report.stuck == 4 and told in report.failures[0], report.failures


def test_a_refusal_of_an_act_may_be_what_is_expected(workshop: Workshop, shipped: Files) -> None:
    late = {"act": "withdraw", "refused": "*"}
    assert walk(workshop, shipped, *ACCEPTED, {**EXTEND, "refused": "*"}, item="I06").outcome == PASSED
    assert walk(workshop, shipped, *IN_REVIEW, late).outcome == PASSED, "the form is not filled in"


def test_nobody_but_who_may_see_the_case_is_found_for_it(workshop: Workshop, shipped: Files) -> None:
    report = walk(workshop, shipped, *IN_REVIEW, {**EXTEND, "by": "D11"})
    assert report.outcome == FAILED and report.stuck == 4


def test_what_the_page_offers_is_told_with_its_form_and_read_back(workshop: Workshop, shipped: Files) -> None:
    report = report_of(report_json(walk(workshop, shipped, *IN_REVIEW)))
    assert [one.element for one in report.acts] == ["extend", "withdraw"], "nothing is owed, nothing was made yet"
    extend, withdraw = report.acts
    context = context_of(extend.context)
    assert forms.initial(without_papers(extend.form), context)["days"] == 10, "the most that the item allows"
    filled = read_filled(extend.form, [("days", "5"), ("reason", "核实")], context)
    assert (filled.errors, filled.answer) == ({}, {"days": 5, "reason": "核实"})
    pairs = [("withdrawn_on", "2026-03-02"), ("reason", "不办了"), ("materials_returned", "退回")]
    signed = read_filled(withdraw.form, pairs, context_of(withdraw.context))
    assert signed.errors == {} and signed.answer["signature"] == "$signature"
    assert signed.answer.get("withdrawn_on") is None, "today is what it begins with"


def test_a_report_of_an_older_program_is_read(workshop: Workshop, shipped: Files) -> None:
    raw = report_json(walk(workshop, shipped, *ACCEPTED, item="I06"))
    del raw["acts"], raw["files"]
    assert report_of(raw).acts == () and report_of(raw).files == ""
