"""The extension of the limit: in time, once, approved by another, told with reasons; the promise is excused."""

from __future__ import annotations

from datetime import date

import pytest

from engine.casework.cases.procedures.commands import RequestExtension
from engine.casework.cases.procedures.queries import extensions_of
from engine.casework.cases.procedures.rules import (
    ExtendedAlready,
    ExtensionLate,
    ExtensionPaused,
    ExtensionReasonMissing,
    ExtensionTooLong,
    NotExtendable,
)
from engine.foundation.errors import Forbidden, Refusal
from engine.registry.identity.queries import put_grant
from engine.registry.identity.rules import SYSTEM
from tests.engine.casework.cases.procedures.stretches import accepted, asked, decided, kept, open_elements, rows, told
from tests.support.house import House


def ask(house: House, case_no: str, days: int = 10, reason: str = "案情复杂，需要核实", account: str = "D31") -> None:
    house.execute(account, RequestExtension(case_no=case_no, days=days, reason=reason))


def extended(house: House) -> str:
    case_no = accepted(house)
    house.at(2026, 3, 11)
    ask(house, case_no)
    house.complete("D32", case_no, "ut_ext_approve", {"approved": "yes"})
    house.complete("D31", case_no, "ut_ext_notice", {"checked": True})
    return case_no


def test_G8_ten_days_are_added_to_the_statutory_limit_and_the_promise_is_excused(house: House):
    case_no = extended(house)
    clocks = rows(house, case_no)
    assert clocks["statutory"].due_on == date(2026, 4, 14)
    assert clocks["commitment"].due_on == date(2026, 3, 12), "the promise stays"
    [notice] = [one for one in house.documents(case_no) if one.kind == "extension_notice"]
    assert clocks["commitment"].excused == notice.number
    assert (notice.data["days"], notice.data["new_due"]) == (10, "2026-04-14")
    assert notice.data["counting"] == (
        "法定时限：自2026年3月2日起，20个工作日，经批准延长10个工作日，至2026年4月14日止。"
    )
    assert open_elements(house, case_no) == ["ut_substantive"]
    house.at(2026, 3, 20)
    house.sweep()
    assert house.clocks(case_no)["commitment"].standing.word == "excused"
    assert house.violations() == []


def refused(house: House, case_no: str, error: type[Refusal], clause: str, **given: object) -> None:
    before = kept(house, case_no)
    with pytest.raises(error) as told_why:
        ask(house, case_no, **given)  # type: ignore[arg-type]  # wrong values on purpose
    assert clause in told_why.value.sentence
    assert kept(house, case_no) == before


def test_a_second_extension_is_refused_with_article_42_and_nothing_changes(house: House):
    case_no = extended(house)
    refused(house, case_no, ExtendedAlready, "行政许可法第四十二条")


@pytest.mark.parametrize(
    "given, error",
    [({"days": 11}, ExtensionTooLong), ({"days": 0}, ExtensionTooLong), ({"reason": " "}, ExtensionReasonMissing)],
)
def test_too_long_or_without_a_reason_it_is_refused(
    given: dict[str, object], error: type[Refusal], sqlite_house: House
):
    refused(sqlite_house, accepted(sqlite_house), error, "行政许可法第四十二条", **given)


def test_after_the_last_day_it_is_refused(sqlite_house: House):
    case_no = accepted(sqlite_house)
    sqlite_house.at(2026, 3, 31)
    refused(sqlite_house, case_no, ExtensionLate, "2026-03-30")


def test_while_a_special_procedure_runs_it_is_refused(sqlite_house: House):
    case_no = accepted(sqlite_house)
    asked(sqlite_house, case_no)
    told(sqlite_house, case_no)
    refused(sqlite_house, case_no, ExtensionPaused, "行政许可法第四十二条")


def test_an_item_without_an_extension_has_none(sqlite_house: House):
    case_no = accepted(sqlite_house, "I04", ())
    refused(sqlite_house, case_no, NotExtendable, "行政许可法第四十二条", account="D91", days=5)


def test_one_that_was_not_approved_changes_nothing_and_may_be_asked_again(sqlite_house: House):
    case_no = accepted(sqlite_house)
    ask(sqlite_house, case_no)
    sqlite_house.complete("D32", case_no, "ut_ext_approve", {"approved": "no", "opinion": "可以按期办结"})
    assert rows(sqlite_house, case_no)["statutory"].due_on == date(2026, 3, 30)
    ask(sqlite_house, case_no, days=5)
    assert "ut_ext_approve" in open_elements(sqlite_house, case_no)


def test_S2_who_asked_may_not_approve(sqlite_house: House):
    with sqlite_house.unit("account:X91") as unit:
        put_grant(unit, "X91", "dept_reviewer", "urban")
        put_grant(unit, "X91", "dept_head", "urban")
    case_no = accepted(sqlite_house)
    ask(sqlite_house, case_no, account="X91")
    before = kept(sqlite_house, case_no)
    with pytest.raises(Forbidden) as refusal:
        sqlite_house.complete("X91", case_no, "ut_ext_approve", {"approved": "yes"})
    assert "S2" in refusal.value.sentence
    assert kept(sqlite_house, case_no) == before


@pytest.mark.parametrize("account", ["W01", "D32", "S51"])
def test_only_a_reviewer_may_ask(account: str, sqlite_house: House):
    refused(sqlite_house, accepted(sqlite_house), Forbidden, "申请延长办理期限", account=account)


@pytest.mark.parametrize("approved", [False, True])
def test_an_extension_that_was_not_told_before_the_decision_ends_with_it(approved: bool, house: House):
    case_no = accepted(house)
    ask(house, case_no)
    if approved:
        house.complete("D32", case_no, "ut_ext_approve", {"approved": "yes"})
    decided(house, case_no, {"decision": "grant"})
    assert open_elements(house, case_no) == ["ut_make_result"]
    with house.door.read(SYSTEM) as view:
        assert [one.state for one in extensions_of(view.connection, f"case:{case_no}")] == ["needless"]
    assert rows(house, case_no)["statutory"].due_on == date(2026, 3, 30), "nothing was extended"
    assert [line.type for line in house.journal(f"case:{case_no}")].count("extension.needless") == 1
    assert house.violations() == []
