"""The other ways of the intake: corrected on the spot, reviewed from afar, corrected again, not corrected at all."""

from __future__ import annotations

from datetime import date

import pytest

from engine.casework.cases.file.queries import corrections_of, materials_of
from engine.casework.cases.outcomes.queries import fixes_of, terms_of
from engine.foundation.errors import InvalidFields
from engine.process.documents.rules import DocumentIncomplete
from engine.registry.identity.rules import SYSTEM
from tests.support.house import COMPANY, PERSON, House

THREE = [
    {"no": "1", "verdict": "bad_form", "advice": "请加盖公章"},
    {"no": "3", "verdict": "bad_form", "advice": "布局图应标明比例"},
    {"no": "4", "verdict": "missing", "advice": "请提交食品安全规章制度"},
]
GOOD = [{"no": one["no"], "verdict": "complete"} for one in THREE]


def noticed(house: House, lines: list[dict[str, str]] = THREE) -> str:
    """Return an I02 case that waits for corrected materials."""
    case_no = house.receive("W01", "I02", COMPANY)
    house.complete("W01", case_no, "ut_formal", {"formal_result": "correct", "materials": lines})
    house.complete("D12", case_no, "ut_confirm_correction", {"confirmed": "agree"})
    house.complete("W01", case_no, "ut_issue_correction", {"checked": True})
    return case_no


def reviewed_again(house: House) -> str:
    case_no = noticed(house)
    house.complete("W01", case_no, "ut_receive_correction", {})
    return case_no


# 当场更正 --------------------------------------------------------------------------------


def fix(house: House, case_no: str) -> None:
    house.complete("W01", case_no, "ut_formal", {"formal_result": "fix_on_site"})
    fixes = [{"subject": "application", "wrong": "申请表漏填联系电话", "fixed": "当场补填 13800001234"}]
    house.complete(
        "W01", case_no, "ut_fix_on_site", {"fixes": fixes, "confirmation": "named", "confirmed_by": "王建国"}
    )


def test_T069_a_missing_telephone_is_filled_in_at_the_counter_without_any_notice(house: House):
    case_no = house.receive("W01", "I06", PERSON)
    fix(house, case_no)
    house.complete("W01", case_no, "ut_formal", {"formal_result": "accept"})
    house.complete("W01", case_no, "ut_accept", {})
    with house.door.read(SYSTEM) as view:
        [one] = fixes_of(view.connection, f"case:{case_no}")
    assert (one.confirmation, one.account, len(one.fixes)) == ("named", "W01", 1)
    assert one.confirmed_by_sealed is not None
    assert "王建国" not in one.confirmed_by_sealed
    assert [document.kind for document in house.documents(case_no)] == ["acceptance_notice"]
    assert house.case(case_no).accepted_on is not None
    assert house.violations() == []


def test_a_signed_confirmation_keeps_the_signature(sqlite_house: House):
    case_no = sqlite_house.receive("W01", "I06", PERSON)
    sqlite_house.complete("W01", case_no, "ut_formal", {"formal_result": "fix_on_site"})
    fixes = [{"subject": "1", "wrong": "未签名", "fixed": "已补签"}]
    signed = {"fixes": fixes, "confirmation": "signed", "signature": sqlite_house.signature("W01")}
    sqlite_house.complete("W01", case_no, "ut_fix_on_site", signed)
    with sqlite_house.door.read(SYSTEM) as view:
        [one] = fixes_of(view.connection, f"case:{case_no}")
    assert one.signature is not None
    assert one.signature["digests"]
    assert one.fixes[0]["name"] == "居民身份证"


@pytest.mark.parametrize(
    "answer, field",
    [
        ({"fixes": [], "confirmation": "named", "confirmed_by": "王建国"}, "fixes"),
        ({"fixes": [{"subject": "application", "wrong": "", "fixed": "x"}], "confirmation": "named",
          "confirmed_by": "王建国"}, "fixes[0].wrong"),
        ({"fixes": [{"subject": "99", "wrong": "x", "fixed": "x"}], "confirmation": "named",
          "confirmed_by": "王建国"}, "fixes[0].subject"),
        ({"fixes": [{"subject": "application", "wrong": "x", "fixed": "x"}], "confirmation": "named"}, "confirmed_by"),
        ({"fixes": [{"subject": "application", "wrong": "x", "fixed": "x"}], "confirmation": "signed"}, "signature"),
    ],
)  # fmt: skip
def test_a_fix_without_content_or_confirmation_is_refused(sqlite_house: House, answer: dict[str, object], field: str):
    case_no = sqlite_house.receive("W01", "I06", PERSON)
    sqlite_house.complete("W01", case_no, "ut_formal", {"formal_result": "fix_on_site"})
    with pytest.raises(InvalidFields) as refused:
        sqlite_house.complete("W01", case_no, "ut_fix_on_site", answer)
    assert field in refused.value.errors


# 网上申请与预审 --------------------------------------------------------------------------------


def test_T067_feedback_on_an_application_of_friday_afternoon_is_due_on_the_make_up_working_day(house: House):
    house.at(2026, 2, 27, 16)
    case_no = house.receive("W01", "I09", {**COMPANY, "channel": "2"})
    assert [task.element for task in house.open_tasks(case_no)] == ["ut_prereview"]
    assert house.clocks(case_no)["online_feedback"].row.due_on == date(2026, 2, 28)


@pytest.mark.parametrize("channel", ["2", "3"])
def test_T068_the_feedback_tells_state_next_step_originals_and_address(house: House, channel: str):
    rows = [{"no": "1", "provided_form": "electronic"}]
    case_no = house.receive("W01", "I09", {**COMPANY, "channel": channel, "materials": rows})
    house.complete("W01", case_no, "ut_prereview", {"formal_result": "accept", "materials": [
        {"no": "1", "verdict": "complete", "copies": 1}]})  # fmt: skip
    [letter] = house.documents(case_no)
    assert letter.kind == "next_steps"
    assert letter.data["status"] == "已预审：符合要求"
    assert letter.data["originals"] == "出版物经营许可申请表"
    assert letter.data["window_address"] == "安阳市政务服务中心"
    assert letter.data["next_step"]
    assert house.clocks(case_no)["online_feedback"].row.state == "stopped"
    assert [task.element for task in house.open_tasks(case_no)] == ["ut_accept"]


@pytest.mark.parametrize("gone", ["next_step", "bring"])
def test_T068_feedback_with_a_gap_is_refused(sqlite_house: House, gone: str):
    case_no = sqlite_house.receive("W01", "I09", {**COMPANY, "channel": "2"})
    with pytest.raises((InvalidFields, DocumentIncomplete)):
        sqlite_house.complete("W01", case_no, "ut_prereview", {"formal_result": "accept", gone: ""})
    assert sqlite_house.documents(case_no) == []


def test_who_is_not_at_the_counter_cannot_put_anything_right_on_the_spot(sqlite_house: House):
    case_no = sqlite_house.receive("W01", "I09", {**COMPANY, "channel": "2"})
    with pytest.raises(InvalidFields) as refused:
        sqlite_house.complete("W01", case_no, "ut_prereview", {"formal_result": "fix_on_site"})
    assert "formal_result" in refused.value.errors


# 当场受理与出具文书 --------------------------------------------------------------------------------


def test_T064_acceptance_of_another_day_needs_its_reason_only_at_the_counter(sqlite_house: House):
    sqlite_house.at(2026, 3, 2, 9, 5)
    case_no = sqlite_house.receive("W01", "I02", COMPANY)
    sqlite_house.complete("W01", case_no, "ut_formal", {"formal_result": "accept"})
    sqlite_house.at(2026, 3, 3, 9, 18)
    with pytest.raises(InvalidFields) as refused:
        sqlite_house.complete("W01", case_no, "ut_accept", {})
    assert "delay_reason" in refused.value.errors
    sqlite_house.complete("W01", case_no, "ut_accept", {"delay_reason": "系统停机"})
    assert sqlite_house.case(case_no).delay_reason == "系统停机"


def test_T064_corrected_materials_accepted_the_day_they_came_need_no_reason(sqlite_house: House):
    sqlite_house.at(2026, 3, 2)
    case_no = noticed(sqlite_house)
    sqlite_house.at(2026, 3, 9)
    sqlite_house.complete("W01", case_no, "ut_receive_correction", {})
    sqlite_house.complete("W01", case_no, "ut_formal", {"formal_result": "accept", "materials": GOOD})
    sqlite_house.complete("W01", case_no, "ut_accept", {})
    assert sqlite_house.case(case_no).delay_reason is None


def test_T065_acceptance_makes_exactly_one_notice_B_before_anything_goes_on(house: House):
    case_no = house.receive("W01", "I02", COMPANY)
    house.complete("W01", case_no, "ut_formal", {"formal_result": "accept"})
    assert [task.element for task in house.open_tasks(case_no)] == ["ut_accept"]
    assert house.case(case_no).status == "received", "nothing is dispatched before the notice"
    house.complete("W01", case_no, "ut_accept", {})
    [notice] = house.documents(case_no)
    assert (notice.kind, notice.data["material_count"]) == ("acceptance_notice", 6)
    assert house.case(case_no).status == "under_review"


def test_T066_an_item_of_another_authority_names_where_to_apply(house: House):
    case_no = house.receive("W01", "I09", COMPANY)
    house.complete("W01", case_no, "ut_formal", {"formal_result": "reject"})
    why = {"ground": "not_competent", "reasons": "申请的是批发业务，不属于本市职权", "legal_basis": "《出版管理条例》"}
    with pytest.raises(InvalidFields) as refused:
        house.complete("W01", case_no, "ut_reject", why)
    assert "competent_authority" in refused.value.errors
    house.complete("W01", case_no, "ut_reject", {**why, "competent_authority": "省新闻出版局"})
    [notice] = house.documents(case_no)
    assert notice.data["competent_authority"] == "省新闻出版局"
    from forms import notices

    assert any("向省新闻出版局申请" in line for line in notices.body_text("rejection_notice", dict(notice.data)))


# 补齐补正 --------------------------------------------------------------------------------


def test_T071_T112_three_defects_are_three_lines_with_their_copies(house: House):
    case_no = noticed(house)
    [notice] = house.documents(case_no)
    assert [(one["name"], one["copies"]) for one in notice.data["materials"]] == [
        ("食品经营许可申请书", 1), ("主要设备设施布局、操作流程文件", 1), ("食品安全规章制度", 1),
    ]  # fmt: skip


@pytest.mark.parametrize("lines, words", [(THREE, "both"), (THREE[:2], "bad_form"), (THREE[2:], "missing")])
def test_T111_the_notice_says_which_of_the_two_defects_there_are(
    sqlite_house: House, lines: list[dict[str, str]], words: str
):
    case_no = noticed(sqlite_house, lines)
    assert sqlite_house.documents(case_no)[0].data["defect"] == words


def test_T071_after_a_correction_only_the_listed_materials_are_reviewed(house: House):
    case_no = reviewed_again(house)
    rows = house.desk("W01", house.task(case_no, "ut_formal")).context.rows["materials"]
    assert [row["no"] for row in rows if row["again"] == "需要审查"] == ["1", "3", "4"]
    house.complete("W01", case_no, "ut_formal", {"formal_result": "accept", "materials": GOOD})
    with house.door.read(SYSTEM) as view:
        verdicts = {one.no: one.verdict for one in materials_of(view.connection, f"case:{case_no}")}
    assert set(verdicts.values()) == {"complete"}


def test_T034_T071_a_fourth_defect_after_the_notice_needs_a_new_fact(house: House):
    case_no = reviewed_again(house)
    fourth = [*GOOD, {"no": "6", "verdict": "missing", "advice": "请提交食品安全管理员证明", "copies": 0}]
    for answer in (
        {"formal_result": "correct", "materials": fourth},
        {"formal_result": "correct", "materials": fourth, "wider": True},
    ):
        with pytest.raises(InvalidFields):
            house.complete("W01", case_no, "ut_formal", answer)
    fact = {"wider": True, "new_fact": "管理员于告知后离职，原证明失效"}
    house.complete("W01", case_no, "ut_formal", {"formal_result": "correct", "materials": fourth, **fact})
    with house.door.read(SYSTEM) as view:
        rounds = corrections_of(view.connection, f"case:{case_no}")
        terms = terms_of(view.connection, f"case:{case_no}")
    assert [[line["no"] for line in one.lines] for one in rounds] == [["1", "3", "4"], ["6"]]
    assert terms[2].new_fact == fact["new_fact"]
    assert "case.review_widened" in [line.type for line in house.journal(f"case:{case_no}")]


def test_T034_a_second_correction_of_the_same_list_needs_its_reason(sqlite_house: House):
    case_no = reviewed_again(sqlite_house)
    with pytest.raises(InvalidFields) as refused:
        sqlite_house.complete("W01", case_no, "ut_formal", {"formal_result": "correct", "materials": THREE})
    assert "new_fact" in refused.value.errors


# 逾期未补正 --------------------------------------------------------------------------------


def test_T114_thirty_days_without_correction_stand_for_the_window_and_nothing_is_deleted(house: House):
    house.at(2026, 3, 2)
    case_no = noticed(house)
    assert house.clocks(case_no)["correction_limit"].row.due_on == date(2026, 4, 1)
    house.at(2026, 4, 1, 23, 59)
    house.sweep()
    assert [task.element for task in house.open_tasks(case_no)] == ["ut_receive_correction"]
    house.at(2026, 4, 2, 0, 0)
    house.sweep()
    assert [task.element for task in house.open_tasks(case_no)] == ["ut_close_uncorrected"]
    desk = house.desk("W01", house.task(case_no, "ut_close_uncorrected"))
    assert desk.context.values["limit_on"] == "2026-04-01"
    house.complete("W01", case_no, "ut_close_uncorrected", {"lapse_decision": "end", "reason": "电话联系三次未补正"})
    case = house.case(case_no)
    assert (case.status, case.outcome) == ("lapsed", "lapsed")
    assert case.accepted_on is None
    assert house.open_tasks(case_no) == []
    assert house.documents(case_no)[-1].kind == "lapse_notice"
    with house.door.read(SYSTEM) as view:
        assert len(materials_of(view.connection, f"case:{case_no}")) == 6
    assert house.violations() == []


def test_T114_the_limit_is_extended_once_and_the_materials_may_still_come(house: House):
    house.at(2026, 3, 2)
    case_no = noticed(house)
    house.at(2026, 4, 2)
    house.sweep()
    more = {"lapse_decision": "extend", "more_days": 10, "reason": "申请人住院"}
    house.complete("W01", case_no, "ut_close_uncorrected", more)
    assert house.clocks(case_no)["correction_limit"].row.due_on == date(2026, 4, 13), "2026-04-12 is a Sunday"
    house.at(2026, 4, 14)
    house.sweep()
    with pytest.raises(InvalidFields) as refused:
        house.complete("W01", case_no, "ut_close_uncorrected", more)
    assert "6.1.3" in refused.value.errors["lapse_decision"]


def test_materials_that_come_in_the_extended_time_stop_the_limit(sqlite_house: House):
    sqlite_house.at(2026, 3, 2)
    case_no = noticed(sqlite_house)
    sqlite_house.at(2026, 4, 2)
    sqlite_house.sweep()
    more = {"lapse_decision": "extend", "more_days": 10, "reason": "申请人住院"}
    sqlite_house.complete("W01", case_no, "ut_close_uncorrected", more)
    sqlite_house.at(2026, 4, 8)
    sqlite_house.complete("W01", case_no, "ut_receive_correction", {})
    assert sqlite_house.clocks(case_no)["correction_limit"].row.state == "stopped"
    assert [task.element for task in sqlite_house.open_tasks(case_no)] == ["ut_formal"]
