"""Decisions: granted, denied with reasons and remedies, terminated, studied together, or taken off the spot."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from engine.foundation.errors import InvalidFields
from engine.process.clocks.cards.queries import cards_of
from engine.process.tasks.commands import ClaimTask
from engine.process.tasks.rules import MandateExpired, TaskHeld
from engine.registry.identity.queries import put_grant
from engine.registry.identity.rules import SYSTEM
from tests.engine.casework.cases.procedures.stretches import OPINION, REVIEW, accepted, kept, open_elements, rows
from tests.support.house import COMPANY, INSURANCE, PERSON, House

AGAINST = {"reasons": "设备设施不符合要求", "legal_basis": "《食品经营许可和备案管理办法》第十二条"}


def ready(house: House, item: str = "I02", number: int = 1) -> str:
    case_no = accepted(house, item, ())
    house.complete(f"D{number}1", case_no, "ut_substantive", REVIEW)
    house.complete(f"D{number}1", case_no, "ut_dept_opinion", OPINION)
    return case_no


def test_T080_a_denial_gives_reasons_basis_and_remedies_and_goes_the_way_of_a_result(house: House):
    case_no = ready(house)
    house.complete("D12", case_no, "ut_head_decide", {"decision": "deny", **AGAINST})
    assert (house.case(case_no).decision, house.case(case_no).status) == ("deny", "decided")
    assert open_elements(house, case_no) == ["ut_make_result"]
    [letter] = [one for one in house.documents(case_no) if one.kind == "denial_decision"]
    assert (letter.data["reasons"], bool(letter.data["remedies"])) == (AGAINST["reasons"], True)
    assert rows(house, case_no)["statutory"].state == "stopped"
    assert rows(house, case_no)["commitment"].state == "running", "it stops at the handover (6.3.1)"
    assert house.violations() == []


@pytest.mark.parametrize("decision", ["deny", "terminate"])
@pytest.mark.parametrize("left_out", ["reasons", "legal_basis", "remedies"])
def test_T080_without_reason_basis_or_remedies_it_is_refused_with_article_38_and_nothing_changes(
    decision: str, left_out: str, sqlite_house: House
):
    case_no = ready(sqlite_house)
    before = kept(sqlite_house, case_no)
    answer = {"decision": decision, **AGAINST, "remedies": "可以依法申请行政复议", left_out: ""}
    with pytest.raises(InvalidFields) as refused:
        sqlite_house.complete("D12", case_no, "ut_head_decide", answer)
    assert "行政许可法第三十八条" in refused.value.errors[left_out]
    assert kept(sqlite_house, case_no) == before


def test_T080_a_terminated_case_ends_with_its_notice_and_no_clock_runs_on(house: House):
    case_no = ready(house)
    house.complete("D12", case_no, "ut_head_decide", {"decision": "terminate", **AGAINST})
    case = house.case(case_no)
    assert (case.status, case.decision, case.outcome) == ("terminated", "terminate", "terminated")
    assert [one.kind for one in house.documents(case_no)].count("termination_notice") == 1
    assert {row.state for row in rows(house, case_no).values()} == {"stopped"}
    assert open_elements(house, case_no) == []
    assert house.violations() == []


def test_T041_I04_a_case_of_special_weight_is_studied_together_and_the_conclusion_binds(house: House):
    case_no = ready(house, "I04", 9)
    reason = {"major": True, "major_reason": "深基坑工程，涉及公共安全"}
    house.complete("D92", case_no, "ut_head_decide", reason)
    task = house.task(case_no, "ut_collective")
    assert task.name == "部门集体研究"
    assert house.case(case_no).decided_at is None
    study = {"attendance": "局长、副局长、总工", "minutes": "一致同意", "decision": "deny", **AGAINST}
    house.complete("D92", case_no, "ut_collective", study)
    assert house.case(case_no).decision == "deny"
    assert [one.kind for one in house.documents(case_no)].count("denial_decision") == 1
    assert house.violations() == []


def test_T041_I04_not_ticked_the_head_decides_directly(sqlite_house: House):
    case_no = ready(sqlite_house, "I04", 9)
    sqlite_house.complete("D92", case_no, "ut_head_decide", {"decision": "grant"})
    assert open_elements(sqlite_house, case_no) == ["ut_make_result"]


def test_T041_ticked_without_a_reason_it_is_refused(sqlite_house: House):
    case_no = ready(sqlite_house, "I04", 9)
    before = kept(sqlite_house, case_no)
    with pytest.raises(InvalidFields):
        sqlite_house.complete("D92", case_no, "ut_head_decide", {"major": True})
    assert kept(sqlite_house, case_no) == before


def test_T040_an_instant_case_is_decided_by_the_head_alone_also_against_the_applicant(sqlite_house: House):
    case_no = sqlite_house.accepted_instant()
    sqlite_house.complete(
        INSURANCE[0], case_no, "ut_receive_paper", {"signature": sqlite_house.signature(INSURANCE[0])}
    ) if "ut_receive_paper" in open_elements(sqlite_house, case_no) else None
    sqlite_house.complete("D62", case_no, "ut_head_decide", {"decision": "deny", **AGAINST})
    assert sqlite_house.case(case_no).decision == "deny"
    assert open_elements(sqlite_house, case_no) == ["ut_make_result"]


def test_T080_the_result_of_a_denial_is_proposed_under_the_name_of_its_decision(sqlite_house: House):
    case_no = sqlite_house.accepted_instant()
    sqlite_house.complete("D62", case_no, "ut_head_decide", {"decision": "deny", **AGAINST})
    proposed = sqlite_house.desk("D61", sqlite_house.task(case_no, "ut_make_result")).context.defaults
    assert (proposed["title"], proposed["reasons"]) == ("不予许可（办理）决定书", AGAINST["reasons"])


def test_T040_D12_whose_mandate_has_expired_may_not_claim_and_the_task_goes_to_the_deputy(house: House):
    case_no = house.receive("W01", "I01", PERSON)
    house.complete("W01", case_no, "ut_formal", {"formal_result": "accept"})
    house.complete("W01", case_no, "ut_accept", {})
    house.complete("D11", case_no, "ut_receive_paper", {"signature": house.signature("D11")})
    task = house.task(case_no, "ut_head_decide")
    assert (task.role, task.department) == ("dept_head", "market")
    house.execute("D12", ClaimTask(task_id=task.id))
    with house.unit("account:D12", "account:X91") as unit:
        put_grant(unit, "D12", "dept_head", "market", until=unit.now + timedelta(hours=1))
        put_grant(unit, "D12", "dept_archivist", "market")
        put_grant(unit, "X91", "dept_head", "market")
    house.wait(hours=2)
    with pytest.raises(MandateExpired) as refused:
        house.execute("D12", ClaimTask(task_id=task.id))
    assert "2026-03-02 10:05" in refused.value.sentence
    house.execute("X91", ClaimTask(task_id=task.id))
    assert house.task(case_no, "ut_head_decide").holder == "X91"


def test_T040_an_instant_case_that_cannot_be_done_on_the_spot_becomes_one_with_a_promise(house: House):
    case_no = house.receive("W01", "I01", PERSON)
    house.complete("W01", case_no, "ut_formal", {"formal_result": "accept"})
    house.complete("W01", case_no, "ut_accept", {})
    house.complete("D11", case_no, "ut_receive_paper", {"signature": house.signature("D11")})
    before = kept(house, case_no)
    with pytest.raises(InvalidFields):
        house.complete("D12", case_no, "ut_head_decide", {"decision": "downgrade"})
    assert kept(house, case_no) == before
    house.complete("D12", case_no, "ut_head_decide", {"decision": "downgrade", "reason": "场所须核实"})
    assert (house.case(case_no).case_type, open_elements(house, case_no)) == ("commitment", ["ut_substantive"])
    house.complete("D11", case_no, "ut_substantive", REVIEW)
    house.complete("D11", case_no, "ut_dept_opinion", OPINION)
    house.complete("D12", case_no, "ut_head_decide", {"decision": "grant"})
    assert open_elements(house, case_no) == ["ut_make_result"]
    assert house.violations() == []


def test_T040_whose_mandate_has_expired_may_not_claim_and_the_deputy_may(house: House):
    case_no = house.accepted_instant()
    with house.unit("account:D62", "account:X91") as unit:
        put_grant(unit, "D62", "dept_head", "hrss", until=unit.now + timedelta(hours=1))
        put_grant(unit, "D62", "dept_archivist", "hrss")
        put_grant(unit, "X91", "dept_head", "hrss")
    house.wait(hours=2)
    task = house.task(case_no, "ut_head_decide")
    with pytest.raises(MandateExpired) as refused:
        house.execute("D62", ClaimTask(task_id=task.id))
    assert "2026-03-02 10:05" in refused.value.sentence
    house.execute("X91", ClaimTask(task_id=task.id))
    assert house.task(case_no, "ut_head_decide").holder == "X91"


def test_T040_a_task_claimed_before_the_mandate_expired_goes_on_to_the_deputy(house: House):
    case_no = house.accepted_instant()
    task = house.task(case_no, "ut_head_decide")
    house.execute("D62", ClaimTask(task_id=task.id))
    with house.unit("account:D62", "account:X91") as unit:
        put_grant(unit, "D62", "dept_head", "hrss", until=unit.now + timedelta(hours=1))
        put_grant(unit, "X91", "dept_head", "hrss")
    with pytest.raises(TaskHeld):
        house.execute("X91", ClaimTask(task_id=task.id))
    house.wait(hours=2)
    house.execute("X91", ClaimTask(task_id=task.id))
    assert house.task(case_no, "ut_head_decide").holder == "X91"


def test_T079_I02_accepted_on_11_February_is_yellow_from_the_24th_and_red_from_midnight_of_the_26th(house: House):
    house.at(2026, 2, 11)
    case_no = house.receive("W01", "I02", COMPANY)
    house.complete("W01", case_no, "ut_formal", {"formal_result": "accept"})
    house.complete("W01", case_no, "ut_accept", {})
    assert rows(house, case_no)["commitment"].due_on == date(2026, 2, 25)

    def given() -> list[tuple[str, str]]:
        with house.door.read(SYSTEM) as view:
            cards = cards_of(view.connection, [f"case:{case_no}"])
        return [(card.level, card.party) for card in cards if card.clock_id.endswith("commitment:1")]

    house.at(2026, 2, 23, 23, 59)
    house.sweep()
    assert given() == []
    house.at(2026, 2, 24, 0, 0)
    house.sweep()
    assert given() == [("yellow", "market")]
    house.at(2026, 2, 25, 23, 59)
    house.sweep()
    assert given() == [("yellow", "market")]
    house.at(2026, 2, 26, 0, 0)
    house.sweep()
    assert given() == [("yellow", "market"), ("red", "market")]


def test_every_answer_of_the_head_leaves_its_reason_in_the_file(sqlite_house: House):
    case_no = ready(sqlite_house)
    answer: dict[str, Any] = {"decision": "return", "reason": "请补充现场照片"}
    sqlite_house.complete("D12", case_no, "ut_head_decide", answer)
    assert open_elements(sqlite_house, case_no) == ["ut_substantive"]
    assert sqlite_house.case(case_no).decision is None
