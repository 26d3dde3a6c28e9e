"""The pure rules of the intake's conclusions, as tables and as properties."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deadlines.law.calendar import seed_calendar
from engine.casework.cases.outcomes.rules import (
    Owing,
    StillOwed,
    changed_outside,
    extension_error,
    lasted,
    owed,
    refuse_grant_while_owed,
    supply_by_error,
)
from engine.casework.cases.rules import Reviewed, review_errors

CALENDAR = seed_calendar()
RECEIVED = datetime(2026, 3, 2, 1, 5, tzinfo=UTC)
days = st.dates(date(2021, 1, 1), date(2034, 12, 31))


@dataclass(frozen=True)
class Promise:
    name: str
    supply_by: date
    supplied_at: datetime | None = None


def seen(verdict: str, **changes: bool) -> Reviewed:
    known = {"required": True, "shared": False, "deficiency_allowed": False, "waivable": False, **changes}
    return Reviewed(no=1, name="申请书", copies_required=1, copies=1, verdict=verdict, advice="补", **known)


# 结论 5 选 1 与告知承诺 ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "conclusion, material, field",
    [
        ("accept", seen("complete"), None),
        ("accept", seen("missing"), "materials[0].verdict"),
        ("accept_deficient", seen("missing"), "materials[0].verdict"),
        ("accept_deficient", seen("bad_form", deficiency_allowed=True), None),
        ("accept_deficient", seen("complete"), "formal_result"),
        ("accept_deficient", seen("missing", required=False), "materials[0].verdict"),
        ("accept_commitment", seen("missing"), "materials[0].verdict"),
        ("accept_commitment", seen("missing", deficiency_allowed=True), "materials[0].verdict"),
        ("accept_commitment", seen("missing", waivable=True), None),
        ("accept_commitment", seen("complete"), None),
        ("fix_on_site", seen("missing"), None),
        ("fix_on_site", seen("complete"), None),
        ("correct", seen("complete"), "formal_result"),
        ("correct", seen("missing"), None),
        ("reject", seen("missing"), None),
        ("reject", seen("not_needed"), "materials[0].verdict"),
    ],
)
def test_T063_what_the_materials_allow_to_conclude(conclusion: str, material: Reviewed, field: str | None):
    assert list(review_errors(conclusion, [material])) == ([] if field is None else [field])


@given(st.lists(st.sampled_from(["complete", "missing", "bad_form"]), max_size=6), st.booleans())
def test_deficient_acceptance_passes_exactly_when_all_that_lacks_may(verdicts: list[str], allowed: bool):
    rows = [seen(verdict, deficiency_allowed=allowed) for verdict in verdicts]
    lacking = any(row.defective for row in rows)
    assert (not review_errors("accept_deficient", rows)) == (lacking and allowed)


# 欠 ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "today, overdue", [(date(2026, 3, 8), False), (date(2026, 3, 9), False), (date(2026, 3, 10), True)]
)
def test_the_promised_day_itself_is_in_time(today: date, overdue: bool):
    assert owed([Promise("制度", date(2026, 3, 9))], today) == Owing(("制度",), date(2026, 3, 9), overdue)


def test_what_came_is_not_owed():
    came = Promise("证明", date(2026, 3, 3), RECEIVED)
    assert owed([came], date(2026, 5, 1)) == Owing((), None, False)
    assert owed([came, Promise("制度", date(2026, 3, 9))], date(2026, 3, 4)).names == ("制度",)


@pytest.mark.parametrize(
    "names, decision, reason, refused",
    [
        (("制度",), "grant", "", True),
        (("制度",), "grant", "  ", True),
        (("制度",), "grant", "已核实", False),
        (("制度",), "return", "", False),
        (("制度",), "terminate", "", False),
        ((), "grant", "", False),
    ],
)
def test_a_grant_waits_for_what_is_owed_or_says_why(names: tuple[str, ...], decision: str, reason: str, refused: bool):
    owing = Owing(names, date(2026, 3, 9) if names else None, False)
    if refused:
        with pytest.raises(StillOwed, match="4.1.7"):
            refuse_grant_while_owed(owing, decision, reason)
    else:
        refuse_grant_while_owed(owing, decision, reason)


@given(days, st.integers(0, 30), st.integers(-5, 40))
def test_T029_no_accepted_day_lies_after_the_commitment_or_on_a_day_off(today: date, promise: int, offset: int):
    latest = CALENDAR.add(today, promise).date
    wanted = today + timedelta(days=offset)
    if not supply_by_error(wanted, today, latest, CALENDAR):
        assert today <= wanted <= latest
        assert CALENDAR.is_workday(wanted)


# 其他 ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "minutes, told",
    [(13, "13分钟"), (0, "不足1分钟"), (60, "1小时"), (125, "2小时5分钟"), (1440, "1天"), (1573, "1天2小时13分钟")],
)
def test_T064_from_five_past_nine_to_eighteen_past_is_thirteen_minutes(minutes: int, told: str):
    assert lasted(RECEIVED, RECEIVED + timedelta(minutes=minutes)) == told


def test_a_limit_is_extended_once():
    assert extension_error("extend", False) == ""
    assert "6.1.3" in extension_error("extend", True)
    assert extension_error("end", True) == ""


@pytest.mark.parametrize(
    "before, after, outside",
    [
        ({1: "complete", 2: "complete"}, {1: "missing", 2: "complete"}, []),
        ({1: "complete", 2: "complete"}, {1: "complete", 2: "missing"}, [2]),
        ({1: "complete", 2: None}, {1: "complete", 2: "missing"}, []),
    ],
)
def test_T071_only_listed_materials_may_change(
    before: dict[int, str | None], after: dict[int, str], outside: list[int]
):
    assert changed_outside(frozenset({1}), before, after) == outside
