"""What may become of a figure: bounds by its class, days, sources, and figures that must agree; pure."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.foundation.clock import start_of_city_day
from engine.registry.policies import rules
from engine.registry.policies.shipped import BY_KEY, DEFAULTS, GROUPS, PINNED

NOW = datetime(2026, 3, 2, 1, 5, tzinfo=UTC)
KEYS = st.sampled_from([one.key for one in DEFAULTS])


@given(KEYS, st.integers(-10, 200_000))
def test_a_figure_is_taken_just_within_its_bounds_and_the_refusal_names_the_law(key: str, value: int):
    figure = BY_KEY[key]
    refusal = rules.PolicyFixed if figure.least == figure.most else rules.PolicyOutOfBounds
    if figure.least < figure.most and figure.least <= value <= figure.most:
        rules.refuse_out_of_bounds(figure, value)
    else:
        with pytest.raises(refusal) as told:
            rules.refuse_out_of_bounds(figure, value)
        assert figure.why in told.value.sentence


def test_T117_a_figure_of_the_law_is_never_looser_than_as_it_is_shipped():
    longest = {"correction_notice", "delivery", "hearing_hold", "password_days", "wrong_passwords", "sessions_most",
               "session_idle"}  # fmt: skip
    shortest = {"hearing_notice", "password_length", "password_past", "sign_in_pause"}
    fixed = {"hearing_ask"}
    assert {one.key for one in DEFAULTS if one.kind == "law"} == longest | shortest | fixed
    for one in DEFAULTS:
        assert one.least <= one.value <= one.most
        if one.key in longest:
            assert one.most == one.value, one.key
        if one.key in shortest:
            assert one.least == one.value, one.key


def test_a_new_house_agrees_with_itself_and_every_figure_lies_in_a_group_of_the_page():
    shipped = {one.key: one.value for one in DEFAULTS}
    rules.refuse_apart([shipped])
    assert {one.group for one in DEFAULTS} == set(GROUPS)
    assert all(one.why and one.source for one in DEFAULTS)
    assert {"correction_notice", "archive", "hearing_hold", "pause_rule"} < PINNED
    assert not PINNED & {"session_idle", "office_opens", "first_contact"}
    clocked = [one for one in DEFAULTS if one.start or one.stop or one.after]
    assert all(one.start and one.stop and one.after for one in clocked)


@pytest.mark.parametrize(
    "key, value, words",
    [
        ("office_opens", 1050, "早于停止办公"),
        ("office_closes", 510, "早于停止办公"),
        ("hearing_hold", 8, ""),
        ("barring_longest", 364, "不能超过最长期间"),
        ("password_warn", 90, "短于口令的有效期"),
        ("wrong_anywhere", 4, "不能低于同一地址"),
        ("session_longest", 0, "不能超过会话最长时间"),
    ],
)
def test_figures_that_must_agree_are_checked_together_at_every_moment(key: str, value: int, words: str):
    later = {key: value}
    if not words:
        rules.refuse_apart([{}, later])
        return
    with pytest.raises(rules.PolicyTogether, match=words):
        rules.refuse_apart([{}, later])


@given(st.text(max_size=12))
def test_whatever_is_typed_is_a_figure_or_refused(text: str):
    for figure in (BY_KEY["uncollected"], BY_KEY["office_opens"]):
        try:
            assert rules.read_value(figure, text) >= 0
        except rules.PolicyUnread:
            assert not text.strip().isascii() or not text.strip().isdigit() or len(text.strip()) > 6


@pytest.mark.parametrize(
    "key, typed, value",
    [("uncollected", " 12 ", 12), ("office_opens", "8:30", 510), ("office_opens", "08：30", 510),
     ("office_opens", "9", 540), ("office_opens", "510", 510)],
)  # fmt: skip
def test_a_figure_is_read_as_people_write_it(key: str, typed: str, value: int):
    assert rules.read_value(BY_KEY[key], typed) == value


@pytest.mark.parametrize("key, typed", [("uncollected", "1:30"), ("office_opens", "24:00"), ("office_opens", "8:3"),
                                        ("uncollected", "五"), ("uncollected", "-1"), ("uncollected", "")])  # fmt: skip
def test_what_is_no_figure_is_refused(key: str, typed: str):
    with pytest.raises(rules.PolicyUnread):
        rules.read_value(BY_KEY[key], typed)


def test_every_shipped_figure_is_read_back_as_it_is_said():
    for one in DEFAULTS:
        typed = rules.said(one.value, "min") if one.unit == "min" else str(one.value)
        assert rules.read_value(one, typed) == one.value


@given(st.integers(-400, 800))
def test_a_day_to_come_is_taken_for_a_year_and_begins_at_midnight_in_the_city(days: int):
    day = date(2026, 3, 2) + timedelta(days=days)
    if 1 <= days <= rules.FARTHEST.days:
        assert rules.read_effective(day.isoformat(), NOW) == day
        assert rules.effective_instant(day, NOW) == start_of_city_day(day)
    else:
        with pytest.raises(rules.PolicyDayWrong):
            rules.read_effective(day.isoformat(), NOW)
        assert rules.effective_instant(day, NOW) >= NOW


@pytest.mark.parametrize("typed", ["明天", "2026-13-01", "2026-3-9", "x" * 50])
def test_what_is_no_day_is_refused(typed: str):
    with pytest.raises(rules.PolicyDayWrong):
        rules.read_effective(typed, NOW)
    assert rules.read_effective("  ", NOW) is None


def test_only_the_centres_own_figure_may_do_without_a_paper_and_is_then_marked():
    ours, law, clause = BY_KEY["uncollected"], BY_KEY["delivery"], BY_KEY["call_hours"]
    assert rules.checked_source(ours, " ", "先试行") == "拟：先试行"
    assert rules.is_made_up(rules.checked_source(ours, "", "先试行"), 2)
    for figure in (law, clause):
        with pytest.raises(rules.PolicySourceMissing):
            rules.checked_source(figure, "", "先试行")
    assert rules.checked_source(law, " 安政服〔2026〕12号 ", "提速") == "安政服〔2026〕12号"
    assert not rules.is_made_up("关于拟定时限的通知", 2)
    assert rules.is_made_up(ours.source, 1)
    assert not rules.is_made_up(law.source, 1)
    with pytest.raises(rules.PolicySourceMissing):
        rules.checked_source(law, "号" * 201, "提速")
    for reason in ("", "急", "长" * 201):
        with pytest.raises(rules.PolicyReasonMissing):
            rules.checked_reason(reason)


def test_a_fixed_figure_says_so():
    assert rules.bounds_said(BY_KEY["hearing_ask"]) == "法律固定，不能调整"
    assert rules.bounds_said(BY_KEY["office_opens"]) == "5:00至20:00"
    with pytest.raises(rules.PolicyUnknown):
        rules.figure_named("nothing")
