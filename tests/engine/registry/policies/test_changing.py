"""A figure is drafted by one person and confirmed by another; what is refused, and from when on it holds (T117)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from engine.process.tasks.notifications.queries import notifications_for
from engine.registry.identity.rules import SYSTEM, NotYourAction
from engine.registry.policies import queries, rules
from engine.registry.policies.commands import ConfirmPolicy, DeclinePolicy, DraftPolicy, DropPolicy
from engine.registry.policies.queries import figure
from tests.support.figures import PAPER, change_figure, confirm_figure, draft_figure, figure_draft
from tests.support.house import House
from yichuang.worker import take_policies

SHORTER = DraftPolicy(key="session_idle", value=20, source=PAPER, reason="加强账号管理")


def holds(house: House, key: str) -> int:
    with house.door.read(SYSTEM) as view:
        return figure(view.connection, key)


def test_a_figure_holds_from_its_confirmation_on_and_its_history_names_both(house: House):
    made = draft_figure(house, "session_idle", 20)
    assert (holds(house, "session_idle"), made.state, made.base_version) == (30, "open", 1)
    with house.door.read(house.actor("C01")) as view:
        found = [one.sentence for one in notifications_for(view.connection, house.actor("C01"))]
    assert found == ["参数草案 1：“会话无操作结束的时间”由30分钟改为20分钟，请核对后确认。"]
    assert confirm_figure(house, made) == {"key": "session_idle", "version": 2, "draft": 1, "items": 0}
    assert holds(house, "session_idle") == 20
    with house.door.read(SYSTEM) as view:
        newest, first = queries.versions_of(view.connection, "session_idle")
        assert queries.policy_named(view.connection, "session_idle").source == PAPER
    assert (newest.value, newest.drafted_by, newest.confirmed_by, newest.reason) == (20, "A01", "C01", "主任办公会议定")
    assert (first.value, first.version) == (30, 1)
    assert [line.type for line in house.journal("policy")] == ["policy.drafted", "policy.confirmed", "policy.taken"]
    assert house.violations() == []


def test_whoever_drafted_does_not_confirm_not_even_by_another_account(house: House):
    made = draft_figure(house, "session_idle", 20)
    other = replace(house.actor("C01"), person=house.actor("A01").person)
    with pytest.raises(rules.PolicySamePerson):
        house.door.execute(ConfirmPolicy(draft_id=made.id, base_version=1), other, key="k")
    with pytest.raises(NotYourAction):
        confirm_figure(house, made, "A01")
    with pytest.raises(NotYourAction):
        house.execute("C01", SHORTER)
    assert figure_draft(house, made.id).state == "open"
    assert holds(house, "session_idle") == 30


def test_of_two_drafts_of_one_figure_the_second_is_refused_as_seen_too_early(house: House):
    first, second = draft_figure(house, "session_idle", 20), draft_figure(house, "session_idle", 10)
    confirm_figure(house, second)
    with pytest.raises(rules.PolicyMoved):
        confirm_figure(house, first)
    with pytest.raises(rules.PolicyMoved):
        confirm_figure(house, replace(first, base_version=2))
    assert holds(house, "session_idle") == 10
    house.execute("A01", DropPolicy(draft_id=first.id))
    for again in (DropPolicy(draft_id=first.id), DropPolicy(draft_id=second.id)):
        with pytest.raises(rules.PolicyDraftSettled):
            house.execute("A01", again)


@pytest.mark.parametrize(
    "changed, refusal, words",
    [
        ({"key": "delivery", "value": 11}, rules.PolicyOutOfBounds, "行政许可法第四十四条"),
        ({"key": "correction_notice", "value": 6}, rules.PolicyOutOfBounds, "行政许可法第三十二条"),
        ({"key": "hearing_notice", "value": 6}, rules.PolicyOutOfBounds, "行政许可法第四十八条"),
        ({"key": "hearing_ask", "value": 6}, rules.PolicyFixed, "行政许可法第四十七条"),
        ({"key": "pause_rule", "value": 4}, rules.PolicyOutOfBounds, "只有这三种"),
        ({"key": "password_length", "value": 9}, rules.PolicyOutOfBounds, "等保"),
        (
            {"value": 30, "source": "等保三级 8.1.4.1；窗口受理须留足填写时间，拟：30 分钟"},
            rules.PolicyUnchanged,
            "现在就是",
        ),
        ({"key": "nothing"}, rules.PolicyUnknown, "nothing"),
        ({"source": ""}, rules.PolicySourceMissing, "来源"),
        ({"reason": " "}, rules.PolicyReasonMissing, "理由"),
        ({"effective": "2026-03-02"}, rules.PolicyDayWrong, "2026-03-03"),
        ({"key": "office_opens", "value": 1110}, rules.PolicyTogether, "早于停止办公"),
    ],
)
def test_what_may_not_be_is_refused_with_its_reason_and_nothing_is_kept(
    sqlite_house: House, changed: dict[str, object], refusal: type[Exception], words: str
):
    with pytest.raises(refusal, match=words):
        sqlite_house.execute("A01", replace(SHORTER, **changed))  # type: ignore[arg-type]  # any field
    with sqlite_house.door.read(SYSTEM) as view:
        assert queries.drafts(view.connection) == []


def test_a_paper_for_the_same_figure_takes_the_mark_away(sqlite_house: House):
    change_figure(sqlite_house, "uncollected", 15)
    with sqlite_house.door.read(SYSTEM) as view:
        kept = queries.policy_named(view.connection, "uncollected")
    assert (kept.value, kept.source) == (15, PAPER)
    with pytest.raises(rules.PolicyUnchanged):
        draft_figure(sqlite_house, "uncollected", 15)


def test_a_figure_of_a_day_to_come_waits_for_midnight_in_the_city(house: House):
    change_figure(house, "session_idle", 20, effective="2026-03-09")
    assert holds(house, "session_idle") == 30
    house.at(2026, 3, 8, 23, 59)
    assert take_policies(house.door) == 0
    assert holds(house, "session_idle") == 30
    house.at(2026, 3, 9, 0, 0)
    assert take_policies(house.door) == 1
    assert take_policies(house.neighbour().door) == 0
    assert holds(house, "session_idle") == 20
    assert [line.type for line in house.journal("policy")][-1] == "policy.taken"
    assert house.violations() == []


def test_a_later_word_is_not_undone_by_the_day_of_an_earlier_one(house: House):
    change_figure(house, "session_idle", 20, effective="2026-03-09")
    change_figure(house, "session_idle", 10)
    house.at(2026, 3, 9, 0, 0)
    take_policies(house.door)
    assert holds(house, "session_idle") == 10
    assert house.violations() == []


def test_hours_that_are_decided_upon_are_checked_with_those_that_hold_then(sqlite_house: House):
    change_figure(sqlite_house, "office_closes", 1140, effective="2026-06-01")
    with pytest.raises(rules.PolicyTogether):
        draft_figure(sqlite_house, "office_opens", 1080)
    draft_figure(sqlite_house, "office_opens", 1080, effective="2026-06-01")
    early = draft_figure(sqlite_house, "office_closes", 720)
    change_figure(sqlite_house, "office_opens", 780)
    with pytest.raises(rules.PolicyTogether):
        confirm_figure(sqlite_house, replace(early, base_version=2))


def test_a_draft_whose_day_went_by_holds_from_its_confirmation_and_not_before(sqlite_house: House):
    made = draft_figure(sqlite_house, "session_idle", 20, effective="2026-03-09")
    sqlite_house.at(2026, 3, 11, 10, 0)
    confirm_figure(sqlite_house, made)
    with sqlite_house.door.read(SYSTEM) as view:
        newest = queries.versions_of(view.connection, "session_idle")[0]
        assert (newest.effective_at, newest.taken) == (view.now, True)


def test_the_head_sends_a_draft_back(sqlite_house: House):
    made = draft_figure(sqlite_house, "session_idle", 20)
    sqlite_house.execute("C01", DeclinePolicy(draft_id=made.id))
    assert figure_draft(sqlite_house, made.id).state == "dropped"
    with pytest.raises(rules.PolicyDraftMissing):
        sqlite_house.execute("A01", DropPolicy(draft_id=99))
