"""容缺受理 (4.1.7, T029): promised, owed, supplied, and what the decision makes of it."""

from __future__ import annotations

from datetime import date

import pytest

from engine.casework.cases.custody.rules import SupplyOnTheWay
from engine.casework.cases.endings.commands import WithdrawCase
from engine.casework.cases.file.queries import handovers_of, materials_of
from engine.casework.cases.outcomes.commands import SupplyDeficient
from engine.casework.cases.outcomes.promising import owing_of
from engine.casework.cases.outcomes.queries import cases_owing, deficiencies_of
from engine.casework.cases.outcomes.rules import NothingOwed, StillOwed, TooLateToSupply
from engine.foundation.errors import InvalidFields
from engine.process.tasks.notifications.queries import notifications_for
from engine.registry.identity.rules import SYSTEM, NotYourAction
from tests.support.house import COMPANY, MARKET, House

RULES = {"no": "4", "verdict": "missing", "advice": "请提交食品安全规章制度", "copies": 0}
COLLATED = {
    "application_pages": 3, "process_pages": 4, "result_pages": 1, "collation_checks": ["ordered", "named", "complete"],
}  # fmt: skip
FORM = {"no": "1", "verdict": "missing", "advice": "请提交申请书", "copies": 0}


def lacking(house: House, *numbers: str) -> str:
    """Return a fresh I02 case without some of its materials."""
    rows = [{"no": no, "provided_form": "none"} for no in numbers]
    return house.receive("W01", "I02", {**COMPANY, "materials": rows})


def promised(house: House, **answer: object) -> str:
    """Return an I02 case whose material 4 is promised."""
    case_no = lacking(house, "4")
    house.complete("W01", case_no, "ut_formal", {"formal_result": "accept_deficient", "materials": [RULES]})
    told = {"consequence_told": True, "signature": house.signature("W01"), **answer}
    house.complete("W01", case_no, "ut_deficient_promise", told)
    return case_no


def accepted(house: House) -> str:
    """Return an accepted I02 case that owes material 4, whose papers the department has."""
    case_no = promised(house)
    house.complete("W01", case_no, "ut_accept", {})
    house.complete("D11", case_no, "ut_receive_paper", {"signature": house.signature("D11")})
    return case_no


def supply(house: House, case_no: str, **row: object) -> dict[str, object]:
    given = {"no": "4", "provided_form": "original", "copies": 1, "original_checked": True, **row}
    return dict(house.execute("W01", SupplyDeficient(case_no=case_no, answer={"materials": [given]}, partial=True)))


def to_the_decision(house: House, case_no: str) -> None:
    house.visit(case_no)
    house.complete("D11", case_no, "ut_dept_opinion", {"opinion": "建议准予", "basis": "办法"})


def owes(house: House, case_no: str) -> tuple[str, ...]:
    with house.door.read(SYSTEM) as view:
        return owing_of(view, f"case:{case_no}").names


def test_T029_what_may_be_lacking_is_promised_by_the_commitments_due_date_and_accepted(house: House):
    house.at(2026, 3, 2)
    case_no = promised(house)
    house.complete("W01", case_no, "ut_accept", {})
    clocks = house.clocks(case_no)
    assert clocks["deficiency"].row.due_on == clocks["commitment"].row.due_on == date(2026, 3, 9)
    kinds = [one.kind for one in house.documents(case_no)]
    assert kinds == ["deficiency_promise", "deficiency_notice", "acceptance_notice"]
    assert house.documents(case_no)[2].data["material_count"] == 5, "six are asked for, one is owed"
    assert owes(house, case_no) == ("食品安全规章制度",)
    with house.door.read(SYSTEM) as view:
        assert cases_owing(view.connection, [f"case:{case_no}", "case:other"]) == {f"case:{case_no}"}
    assert house.violations() == []


def test_T029_a_main_document_may_not_be_lacking_and_nothing_changes(house: House):
    case_no = lacking(house, "1", "4")
    before = len(house.journal(f"case:{case_no}"))
    wanted = {"formal_result": "accept_deficient", "materials": [FORM, RULES]}
    with pytest.raises(InvalidFields) as refused:
        house.complete("W01", case_no, "ut_formal", wanted)
    sentence = refused.value.errors["materials[0].verdict"]
    assert "食品经营许可申请书" in sentence
    assert "4.1.7" in sentence
    assert len(house.journal(f"case:{case_no}")) == before
    assert [task.element for task in house.open_tasks(case_no)] == ["ut_formal"]


def test_nothing_lacking_is_plainly_accepted(sqlite_house: House):
    case_no = sqlite_house.receive("W01", "I02", COMPANY)
    with pytest.raises(InvalidFields) as refused:
        sqlite_house.complete("W01", case_no, "ut_formal", {"formal_result": "accept_deficient"})
    assert "4.1.7" in refused.value.errors["formal_result"]


def test_an_item_that_lets_nothing_be_lacking_does_not_offer_it(sqlite_house: House):
    case_no = sqlite_house.receive("W01", "I04", {**COMPANY})
    options = sqlite_house.desk("W01", sqlite_house.task(case_no, "ut_formal")).context.options["formal_result"]
    assert "accept_commitment" not in options
    assert "fix_on_site" in options


@pytest.mark.parametrize(
    "day, told",
    [("2026-03-10", "承诺办结期限 2026-03-09"), ("2026-03-07", "不是工作日"), ("2026-03-01", "不能早于")],
)
def test_T029_the_promised_day_lies_within_the_commitment_on_a_working_day(sqlite_house: House, day: str, told: str):
    sqlite_house.at(2026, 3, 2)
    with pytest.raises(InvalidFields) as refused:
        promised(sqlite_house, supply_by=day)
    assert told in refused.value.errors["supply_by"]


def test_the_promise_needs_the_applicants_signature(sqlite_house: House):
    with pytest.raises(InvalidFields) as refused:
        promised(sqlite_house, signature=None)
    assert "signature" in refused.value.errors


def test_what_was_owed_comes_with_its_paper_and_a_slip_for_the_department(house: House):
    case_no = accepted(house)
    assert supply(house, case_no, files=[house.upload("W01")])["left"] == 0
    assert owes(house, case_no) == ()
    assert house.clocks(case_no)["deficiency"].row.state == "stopped"
    with house.door.read(SYSTEM) as view:
        material = next(one for one in materials_of(view.connection, f"case:{case_no}") if one.no == 4)
        slips = handovers_of(view.connection, f"case:{case_no}", "materials")
    assert (material.provided_form, material.copies, material.verdict) == ("original", 1, "complete")
    assert [line["no"] for line in slips[-1].lines] == ["4"]
    house.complete("D11", case_no, "ut_receive_supply", {"signature": house.signature("D11")})
    assert [one.kind for one in house.documents(case_no)].count("handover_slip") == 2
    with house.door.read(SYSTEM) as view:
        assert all(one.taken_by == "D11" for one in handovers_of(view.connection, f"case:{case_no}", "materials"))
    assert house.violations() == []


def test_two_slips_are_signed_for_in_the_order_they_were_sent(sqlite_house: House):
    case_no = promised(sqlite_house)
    sqlite_house.complete("W01", case_no, "ut_accept", {})
    supply(sqlite_house, case_no)
    first = sqlite_house.desk("D11", sqlite_house.task(case_no, "ut_receive_paper")).context.rows["materials"]
    assert "4" not in [row["no"] for row in first]
    sqlite_house.complete("D11", case_no, "ut_receive_paper", {"signature": sqlite_house.signature("D11")})
    second = sqlite_house.desk("D11", sqlite_house.task(case_no, "ut_receive_supply")).context.rows["materials"]
    assert [row["no"] for row in second] == ["4"]


def test_an_electronic_supply_needs_no_slip(sqlite_house: House):
    case_no = accepted(sqlite_house)
    supply(sqlite_house, case_no, provided_form="electronic", copies=None, original_checked=None,
           files=[sqlite_house.upload("W01")])  # fmt: skip
    with sqlite_house.door.read(SYSTEM) as view:
        assert len(handovers_of(view.connection, f"case:{case_no}", "materials")) == 1
    assert "ut_receive_supply" not in [task.element for task in sqlite_house.open_tasks(case_no)]


def test_too_few_copies_nothing_at_all_and_a_second_time_are_refused(sqlite_house: House):
    case_no = accepted(sqlite_house)
    with pytest.raises(InvalidFields) as none:
        supply(sqlite_house, case_no, provided_form="none", copies=None, original_checked=None)
    assert "4.1.7" in none.value.errors["materials"]
    supply(sqlite_house, case_no)
    with pytest.raises(NothingOwed) as again:
        supply(sqlite_house, case_no)
    assert "4.1.7" in again.value.sentence


def test_only_the_window_takes_what_was_owed(sqlite_house: House):
    case_no = accepted(sqlite_house)
    with pytest.raises(NotYourAction):
        sqlite_house.execute("D11", SupplyDeficient(case_no=case_no, answer={}, partial=True))


def test_nothing_is_granted_while_something_is_owed_unless_a_reason_is_given(house: House):
    case_no = accepted(house)
    to_the_decision(house, case_no)
    with pytest.raises(StillOwed) as refused:
        house.complete("D12", case_no, "ut_head_decide", {"decision": "grant"})
    assert "食品安全规章制度" in refused.value.sentence
    assert "4.1.7" in refused.value.sentence
    assert house.case(case_no).decision is None
    house.complete("D12", case_no, "ut_head_decide", {"decision": "grant", "owed_reason": "已当面核实制度上墙"})
    assert house.case(case_no).decision == "grant"
    assert "deficiency.decided_without" in [line.type for line in house.journal(f"case:{case_no}")]
    assert house.violations() == []


def test_what_was_supplied_lets_the_grant_through_without_a_word(sqlite_house: House):
    case_no = accepted(sqlite_house)
    supply(sqlite_house, case_no)
    to_the_decision(sqlite_house, case_no)
    sqlite_house.complete("D12", case_no, "ut_head_decide", {"decision": "grant"})
    assert sqlite_house.case(case_no).decision == "grant"


def test_a_reminder_goes_out_before_the_promised_day(sqlite_house: House):
    sqlite_house.at(2026, 3, 2)
    case_no = accepted(sqlite_house)
    sqlite_house.at(2026, 3, 6)
    sqlite_house.sweep()
    clerk = sqlite_house.actor("D11")
    with sqlite_house.door.read(clerk) as view:
        told = [one.sentence for one in notifications_for(view.connection, clerk)]
    assert any("容缺材料补齐期限将于 2026-03-09 届满" in sentence for sentence in told)
    assert sqlite_house.case(case_no).status == "under_review"


def test_a_late_acceptance_moves_the_promised_day_to_the_day_of_acceptance(sqlite_house: House):
    sqlite_house.at(2026, 3, 2)
    case_no = promised(sqlite_house, supply_by="2026-03-03")
    sqlite_house.at(2026, 3, 5)
    sqlite_house.complete("W01", case_no, "ut_accept", {"delay_reason": "核对材料"})
    with sqlite_house.door.read(SYSTEM) as view:
        [row] = deficiencies_of(view.connection, f"case:{case_no}")
    assert row.supply_by == date(2026, 3, 5)


def test_nothing_is_taken_for_a_case_that_has_ended(house: House):
    case_no = accepted(house)
    told = {"reason": "改变计划", "withdrawn_on": "2026-03-02", "materials_returned": "退还"}
    house.execute("W01", WithdrawCase(case_no=case_no, answer={**told, "signature": house.signature("W01")}))
    before = len(house.journal(f"case:{case_no}"))
    with pytest.raises(TooLateToSupply) as refused:
        supply(house, case_no)
    assert "已撤回" in refused.value.sentence
    assert len(house.journal(f"case:{case_no}")) == before
    assert house.open_tasks(case_no) == []


def test_T098_the_file_is_not_collated_while_a_supplied_material_is_on_its_way(house: House):
    case_no = accepted(house)
    to_the_decision(house, case_no)
    house.complete("D12", case_no, "ut_head_decide", {"decision": "grant", "owed_reason": "制度已口头核实"})
    house.make_and_sign(case_no, MARKET)
    house.pick_up(case_no, "李秀兰", "41050219850612002X")
    supply(house, case_no)
    with pytest.raises(SupplyOnTheWay) as refused:
        house.complete("W01", case_no, "ut_collate", COLLATED)
    assert "6.4.1" in refused.value.sentence
    house.complete("D11", case_no, "ut_receive_supply", {"signature": house.signature("D11")})
    house.complete("W01", case_no, "ut_collate", COLLATED)
    assert house.case(case_no).status == "collated"
    assert house.violations() == []


def test_a_termination_ends_what_waits_beside_the_case(house: House):
    case_no = accepted(house)
    supply(house, case_no)
    to_the_decision(house, case_no)
    against = {"reasons": "申请对象已注销", "legal_basis": "《行政许可法》", "remedies": "可以依法申请行政复议"}
    house.complete("D12", case_no, "ut_head_decide", {"decision": "terminate", **against})
    assert (house.open_tasks(case_no), house.case(case_no).status) == ([], "terminated")
    assert house.violations() == []


def test_what_was_promised_for_a_grant_is_not_awaited_after_a_denial(house: House):
    case_no = accepted(house)
    to_the_decision(house, case_no)
    against = {"reasons": "不符合条件", "legal_basis": "《食品安全法》", "remedies": "可以依法申请行政复议"}
    house.complete("D12", case_no, "ut_head_decide", {"decision": "deny", **against})
    assert house.clocks(case_no)["deficiency"].row.state == "stopped"
    with pytest.raises(NothingOwed):
        supply(house, case_no)
    assert house.violations() == []
