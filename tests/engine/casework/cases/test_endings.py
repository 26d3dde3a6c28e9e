"""How a case leaves its way: withdrawn, moved to the right item, begun anew after the review of a rejection."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from engine.casework.cases.endings import rules
from engine.casework.cases.endings.commands import AskReview, MoveToItem, WithdrawCase
from engine.casework.cases.endings.queries import links_of
from engine.casework.cases.file import queries as records
from engine.casework.cases.rules import STATUSES
from engine.foundation.errors import InvalidFields, NotFound, Refusal
from engine.process.tasks.queries import instances_of
from engine.process.tasks.rules import TaskCancelled
from engine.registry.identity.rules import SYSTEM, NotYourAction, SodViolation
from tests.support.house import COMPANY, PERSON, House

REASONS = {"reason": "申请人改变经营计划", "withdrawn_on": "2026-03-02", "materials_returned": "原件当场退还"}


def withdrawal(house: House, case_no: str, account: str = "W01", **changed: Any) -> WithdrawCase:
    answer = {**REASONS, "signature": house.signature(account), **changed}
    return WithdrawCase(case_no=case_no, answer=answer)


def received(house: House, item: str = "I02") -> str:
    return house.receive("W01", item, COMPANY)


def rejected(house: House) -> str:
    case_no = received(house)
    house.complete("W01", case_no, "ut_formal", {"formal_result": "reject"})
    told = {"ground": "conditions", "reasons": "经营场所不在本市", "legal_basis": "《行政许可法》第三十二条"}
    house.complete("W01", case_no, "ut_reject", told)
    return case_no


def asking(house: House, case_no: str) -> AskReview:
    return AskReview(case_no=case_no, answer={"reason": "场所在本市北关区", "signature": house.signature("W01")})


def unchanged_by(house: House, case_no: str, account: str, command: Any, refusal: type[Refusal]) -> Refusal:
    before = (house.case(case_no), house.journal(f"case:{case_no}"), house.documents(case_no))
    with pytest.raises(refusal) as refused:
        house.execute(account, command)
    assert (house.case(case_no), house.journal(f"case:{case_no}"), house.documents(case_no)) == before
    return refused.value


def processes(house: House, case_no: str) -> list[tuple[str, bool]]:
    with house.door.read(SYSTEM) as view:
        return [(one.process, one.completed) for one in instances_of(view.connection, f"case:{case_no}")]


# 撤回 ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("stage", ["received", "awaiting_correction", "under_review", "in_visit"])
def test_an_application_is_withdrawn_wherever_it_stands_before_the_decision(house: House, stage: str) -> None:
    case_no = house.accepted_commitment() if stage in ("under_review", "in_visit") else received(house)
    if stage == "awaiting_correction":
        house.complete("W01", case_no, "ut_formal", correction(house, case_no))
        house.complete("D12", case_no, "ut_confirm_correction", {"confirmed": "agree"})
        house.complete("W01", case_no, "ut_issue_correction", {"checked": True})
    if stage == "in_visit":
        house.complete("D11", case_no, "ut_substantive", {"findings": "需现场核查", "site_visit": "yes"})
    waiting = house.open_tasks(case_no)

    outcome = house.execute("W01", withdrawal(house, case_no))

    case = house.case(case_no)
    assert (case.status, case.outcome, case.closed_at) == ("withdrawn", "withdrawn", house.clock.now())
    assert house.open_tasks(case_no) == []
    assert {clock.row.state for clock in house.clocks(case_no).values()} <= {"stopped"}
    notice = next(one for one in house.documents(case_no) if one.id == outcome["document_id"])
    assert (notice.kind, notice.data["reason"]) == ("withdrawal_notice", REASONS["reason"])
    with pytest.raises(TaskCancelled):
        house.complete_again("W01" if waiting[0].role == "window_clerk" else "D11", waiting[0])
    assert house.violations() == []


def correction(house: House, case_no: str) -> Mapping[str, Any]:
    task = house.task(case_no, "ut_formal")
    rows = [dict(row) for row in house.desk("W01", task).context.rows["materials"]]
    rows[0] |= {"verdict": "missing", "advice": "请补交申请书"}
    return {"formal_result": "correct", "materials": rows}


def test_a_decided_case_cannot_be_withdrawn_and_nothing_changes(house: House) -> None:
    case_no = house.decided_commitment()

    refusal = unchanged_by(house, case_no, "W01", withdrawal(house, case_no), rules.TooLateToWithdraw)

    assert "6.2.1" in refusal.sentence
    assert "已决定" in refusal.sentence


@pytest.mark.parametrize("missing", ["reason", "withdrawn_on", "materials_returned", "signature"])
def test_a_withdrawal_names_its_reason_and_is_signed(sqlite_house: House, missing: str) -> None:
    case_no = received(sqlite_house)
    command = withdrawal(sqlite_house, case_no)
    answer = {key: value for key, value in command.answer.items() if key != missing}

    refusal = unchanged_by(sqlite_house, case_no, "W01", WithdrawCase(case_no=case_no, answer=answer), InvalidFields)

    assert set(refusal.errors) == {missing}  # type: ignore[attr-defined]  # the refusal of a form


@pytest.mark.parametrize("account", ["D11", "D12", "W03", "S51", "U81"])
def test_only_the_window_takes_a_withdrawal(sqlite_house: House, account: str) -> None:
    case_no = received(sqlite_house)
    command = WithdrawCase(case_no=case_no, answer=REASONS)

    unchanged_by(sqlite_house, case_no, account, command, NotYourAction)


def test_a_withdrawal_of_a_case_that_is_not_there_is_not_found(sqlite_house: House) -> None:
    with pytest.raises(NotFound):
        sqlite_house.execute("W01", WithdrawCase(case_no="0" * 43, answer=REASONS))


def test_a_withdrawal_sent_twice_is_one(sqlite_house: House) -> None:
    case_no = received(sqlite_house)
    command = withdrawal(sqlite_house, case_no)

    first = sqlite_house.execute("W01", command, key="same-key")
    assert sqlite_house.execute("W01", command, key="same-key") == first
    unchanged_by(sqlite_house, case_no, "W01", withdrawal(sqlite_house, case_no), rules.TooLateToWithdraw)


# 转到正确的事项 --------------------------------------------------------------------------------------------------


def moving(case_no: str, item: str = "I09") -> MoveToItem:
    return MoveToItem(case_no=case_no, answer={"item": item, "reason": "应为出版物零售单位设立"})


def test_a_misfiled_case_goes_on_under_the_right_item_with_its_own_number_and_the_same_receipt_time(
    house: House,
) -> None:
    old = received(house)
    received_at = house.case(old).received_at
    house.wait(hours=26)

    outcome = house.execute("W01", moving(old))

    new = house.case(str(outcome["case_no"]))
    assert (house.case(old).status, house.case(old).outcome) == ("misfiled", "misfiled")
    assert (new.item_code, new.status, new.received_at) == ("I09", "received", received_at)
    assert (new.applicant_id, new.application_id) == (house.case(old).applicant_id, house.case(old).application_id)
    assert [one.element for one in house.open_tasks(new.case_no)] == ["ut_formal"]
    assert (
        house.clocks(new.case_no)["correction_notice"].reckoning.due
        == house.clocks(old)["correction_notice"].reckoning.due
    )
    with house.door.read(SYSTEM) as view:
        assert links_of(view.connection, f"case:{old}") == [("moved_to", new.case_no)]
        assert links_of(view.connection, f"case:{new.case_no}") == [("moved_from", old)]
        taken = {one.name: one.provided_form for one in records.materials_of(view.connection, f"case:{new.case_no}")}
    assert taken["营业执照"] == "electronic"
    assert house.violations() == []


def test_files_of_a_material_of_the_same_name_come_along(sqlite_house: House) -> None:
    house = sqlite_house
    schema_rows = [{"no": "2", "files": [house.upload("W01", "营业执照.pdf")]}]
    old = house.receive("W01", "I02", {**COMPANY, "materials": with_files(house, schema_rows)})

    new = str(house.execute("W01", moving(old))["case_no"])

    with house.door.read(SYSTEM) as view:
        files = records.files_of(view.connection, f"case:{new}")
    assert [(one.no, one.file_name) for one in files] == [(2, "营业执照.pdf")]


def with_files(house: House, wanted: list[dict[str, Any]]) -> list[dict[str, Any]]:
    from engine.casework.cases.receiving import application_context
    from engine.registry.items.queries import current_item

    with house.door.read(house.actor("W01")) as view:
        _, item = current_item(view.connection, "I02")
        rows = [dict(row) for row in application_context(view, item).rows["materials"]]
    for row in rows:
        row.update(*(one for one in wanted if one["no"] == row["no"]))
    return rows


def test_an_accepted_case_is_moved_only_when_its_notice_is_void(sqlite_house: House) -> None:
    case_no = sqlite_house.accepted_commitment()

    refusal = unchanged_by(sqlite_house, case_no, "W01", moving(case_no), rules.NoticeStandsInTheWay)

    assert "收件（受理）通知书" in refusal.sentence


@pytest.mark.parametrize("item, refusal", [("I02", InvalidFields), ("I99", InvalidFields), ("", InvalidFields)])
def test_an_item_that_is_not_offered_is_refused(sqlite_house: House, item: str, refusal: type[Refusal]) -> None:
    case_no = received(sqlite_house)

    unchanged_by(sqlite_house, case_no, "W01", moving(case_no, item), refusal)


# 复核 ---------------------------------------------------------------------------------------------------------


def reviewed(house: House, case_no: str, conclusion: str, account: str = "D12") -> None:
    answer = {"conclusion": conclusion, "reasons": "经核对场所地址", "legal_basis": "《行政许可法》第三十二条"}
    house.complete(account, case_no, "ut_review_rejection", answer)


def test_an_overturned_rejection_begins_the_intake_anew_with_a_new_notice_clock(house: House) -> None:
    case_no = rejected(house)
    house.at(2026, 3, 9)
    opened = house.execute("W01", asking(house, case_no))["opened"]
    assert opened == [f"{case_no}-1.{opened[0].rpartition('.')[2]}"]
    assert house.clocks(case_no)["rejection_review"].reckoning.due is not None

    reviewed(house, case_no, "overturn")

    case = house.case(case_no)
    assert (case.status, case.outcome, case.closed_at) == ("received", None, None)
    assert processes(house, case_no) == [
        ("one_window_main", True), ("rejection_review", True), ("one_window_main", False),
    ]  # fmt: skip
    clock = house.clocks(case_no)["correction_notice"]
    assert (clock.row.number, str(clock.reckoning.due)) == (2, "2026-03-16")
    house.complete("W02", case_no, "ut_formal", {"formal_result": "accept"})
    house.complete("W02", case_no, "ut_accept", {"delay_reason": "复核后重新审查"})
    assert house.case(case_no).status == "under_review"
    assert house.violations() == []


def test_an_upheld_rejection_stays_and_is_reviewed_only_once(house: House) -> None:
    case_no = rejected(house)
    house.execute("W01", asking(house, case_no))

    reviewed(house, case_no, "uphold")

    assert (house.case(case_no).status, house.case(case_no).outcome) == ("rejected", "rejected")
    assert [one.kind for one in house.documents(case_no)] == ["rejection_notice", "rejection_review_decision"]
    unchanged_by(house, case_no, "W01", asking(house, case_no), rules.ReviewedAlready)
    assert house.violations() == []


def test_whoever_rejected_may_not_review(sqlite_house: House) -> None:
    house = sqlite_house
    case_no = house.receive("X91", "I02", COMPANY)
    house.complete("X91", case_no, "ut_formal", {"formal_result": "reject"})
    told = {"ground": "conditions", "reasons": "不符合条件", "legal_basis": "《行政许可法》第三十二条"}
    house.complete("X91", case_no, "ut_reject", told)
    house.execute("W01", asking(house, case_no))
    with house.unit(f"case:{case_no}") as unit:
        from engine.process.tasks.queries import play_part

        unit.actor = house.actor("D12")
        play_part(unit, f"case:{case_no}", "accept")

    with pytest.raises(SodViolation):
        reviewed(house, case_no, "overturn")


def test_a_review_asked_too_late_or_of_no_rejection_is_refused(sqlite_house: House) -> None:
    house = sqlite_house
    open_case = received(house)
    unchanged_by(house, open_case, "W01", asking(house, open_case), rules.NothingToReview)
    case_no = rejected(house)
    house.wait(days=61)
    refusal = unchanged_by(house, case_no, "W01", asking(house, case_no), rules.ReviewTooLate)
    assert "60" in refusal.sentence


def test_every_state_is_either_before_the_decision_or_not() -> None:
    assert rules.BEFORE_ACCEPTANCE < rules.BEFORE_DECISION < set(STATUSES)
    assert not rules.BEFORE_DECISION & {"decided", "rejected", "withdrawn", "archived", "delivered"}


def test_a_person_withdraws_an_instant_case_too(sqlite_house: House) -> None:
    case_no = sqlite_house.receive("W01", "I06", PERSON)

    sqlite_house.execute("W01", withdrawal(sqlite_house, case_no))

    assert sqlite_house.case(case_no).status == "withdrawn"
    assert sqlite_house.violations() == []
