"""Pausing, resuming, extending, counting hours, telling people: the ledgers of clocks at work, on both databases."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta

import pytest

from deadlines.law.ledger import PauseRule
from engine.foundation.errors import Refusal
from engine.process.clocks import ledgers, queries
from engine.process.clocks.calendars import Calendars
from engine.process.clocks.cards import queries as cards
from engine.process.clocks.ledgers import ClockRefused, NothingToExtend, PauseWithoutNotice
from engine.process.clocks.queries import ClockRow, DeadlineRow
from engine.process.clocks.rules import HourTerms, Terms
from engine.process.tasks.notifications.queries import notifications_for
from engine.registry.identity.rules import SYSTEM
from tests.deadlines.law.oracle import Case
from tests.support.house import House

ROOT = "case:1"
MONDAY = date(2026, 3, 2)
TEN = Terms("commitment", MONDAY, 10, "wd")
TWENTY = Terms("statutory", MONDAY, 20, "wd")


def opened(house: House, *terms: Terms) -> None:
    with house.unit(ROOT) as unit:
        for one in terms:
            ledgers.open_clock(unit, ROOT, one)


def pause(house: House, on: date, document: str = "doc-1", reason: str = "专家评审") -> None:
    with house.unit(ROOT) as unit:
        ledgers.pause_clocks(unit, ROOT, on, reason, document, number="安审批（特别程序）〔2026〕000001号")


def resume(house: House, on: date, document: str | None = None) -> list[ClockRow]:
    with house.unit(ROOT) as unit:
        return ledgers.resume_clocks(unit, ROOT, on, document)


def clocks(house: House) -> dict[str, ClockRow]:
    with house.door.read(SYSTEM) as view:
        return {row.kind: row for row in queries.clocks_of(view.connection, ROOT)}


def waiting(house: House) -> dict[str, datetime]:
    with house.door.read(SYSTEM) as view:
        rows: list[DeadlineRow] = queries.deadlines_of(view.connection, ROOT)
        return {one.id.removeprefix(f"{ROOT}:"): one.due_at for one in rows if one.state == "open"}


# Pausing and resuming ---------------------------------------------------------------------------------------------


def test_G9_and_G10_two_pauses_move_the_date_by_the_days_they_leave_out(house: House):
    opened(house, TEN, TWENTY)
    assert clocks(house)["commitment"].due_on == date(2026, 3, 16)
    pause(house, date(2026, 3, 6))
    assert {(row.state, row.due_on) for row in clocks(house).values()} == {("paused", None)}
    resume(house, date(2026, 3, 18))
    assert clocks(house)["commitment"].due_on == date(2026, 3, 26)
    pause(house, date(2026, 3, 20), "doc-2")
    resume(house, date(2026, 3, 24))
    assert clocks(house)["commitment"].due_on == date(2026, 3, 30)
    assert clocks(house)["commitment"].state == "running"


@pytest.mark.parametrize(
    "rule, due",
    [
        (PauseRule.AFTER_P_THROUGH_R, date(2026, 3, 26)),
        (PauseRule.FROM_P_THROUGH_R, date(2026, 3, 27)),
        (PauseRule.FROM_P_BEFORE_R, date(2026, 3, 26)),
    ],
)
def test_G9_the_counting_rule_is_pinned_with_the_clock(rule: PauseRule, due: date, sqlite_house: House):
    opened(sqlite_house, Terms("commitment", MONDAY, 10, "wd", rule=rule))
    pause(sqlite_house, date(2026, 3, 6))
    [row] = resume(sqlite_house, date(2026, 3, 18))
    assert (row.due_on, row.rule) == (due, str(rule))


def test_nothing_fires_while_paused_and_all_is_set_anew_afterwards(house: House):
    opened(house, TEN)
    assert waiting(house) == {"commitment:1:ladder": datetime(2026, 3, 12, 16, tzinfo=UTC)}
    pause(house, date(2026, 3, 6))
    assert waiting(house) == {}
    house.at(2026, 3, 18)
    assert house.sweep().fired == 0
    resume(house, date(2026, 3, 18))
    assert waiting(house) == {"commitment:1:ladder": datetime(2026, 3, 24, 16, tzinfo=UTC)}
    house.at(2026, 3, 25)
    assert house.sweep().fired == 1
    assert waiting(house) == {"commitment:1:ladder": datetime(2026, 3, 26, 16, tzinfo=UTC)}


def test_what_was_told_already_is_not_told_again_for_the_same_day(sqlite_house: House):
    opened(sqlite_house, TEN)
    sqlite_house.at(2026, 3, 13)
    assert sqlite_house.sweep().fired == 1
    pause(sqlite_house, date(2026, 3, 13))
    resume(sqlite_house, date(2026, 3, 13))
    assert waiting(sqlite_house) == {"commitment:1:ladder": datetime(2026, 3, 16, 16, tzinfo=UTC)}, "the red card's"


def test_the_journal_says_each_step_with_its_reason_document_and_new_date(house: House):
    opened(house, TEN)
    pause(house, date(2026, 3, 6))
    resume(house, date(2026, 3, 18))
    said = [line.sentence for line in house.journal(ROOT)][-2:]
    assert said[0] == (
        "承诺时限停表：2026年3月6日停表（专家评审，安审批（特别程序）〔2026〕000001号），"
        "停表期间不计入期限，到期日待恢复计时后确定。"
    )
    assert said[1] == (
        "承诺时限恢复：2026年3月18日恢复计时，2026年3月7日至3月18日停表，不计入8个工作日，到期日顺延至2026年3月26日。"
    )


def test_two_pauses_that_overlap_hold_the_clock_until_both_have_ended(house: House):
    opened(house, TEN)
    pause(house, date(2026, 3, 4), "doc-1")
    pause(house, date(2026, 3, 6), "doc-2", "不可抗力")
    [row] = resume(house, date(2026, 3, 10), "doc-1")
    assert (row.state, row.due_on) == ("paused", None)
    [row] = resume(house, date(2026, 3, 12), "doc-2")
    assert (row.state, row.due_on) == ("running", date(2026, 3, 24))


def test_a_pause_without_a_written_notice_is_refused_and_nothing_changes(house: House):
    opened(house, TEN)
    before = (house.journal(ROOT), clocks(house), waiting(house))
    with pytest.raises(PauseWithoutNotice) as refused:
        pause(house, date(2026, 3, 6), "")
    assert "行政许可法第四十五条" in refused.value.sentence
    assert (house.journal(ROOT), clocks(house), waiting(house)) == before


@pytest.mark.parametrize("document, on", [("doc-1", date(2026, 3, 9)), ("doc-2", date(2026, 3, 1))])
def test_a_pause_given_twice_or_before_the_start_is_refused(document: str, on: date, sqlite_house: House):
    opened(sqlite_house, TEN)
    pause(sqlite_house, date(2026, 3, 6))
    before = (sqlite_house.journal(ROOT), clocks(sqlite_house))
    with pytest.raises(ClockRefused):
        pause(sqlite_house, on, document)
    assert (sqlite_house.journal(ROOT), clocks(sqlite_house)) == before


def test_a_paused_clock_may_be_stopped_and_then_nothing_resumes_it(house: House):
    opened(house, TEN)
    pause(house, date(2026, 3, 6))
    with house.unit(ROOT) as unit:
        row = ledgers.stop_clock(unit, ROOT, "commitment", date(2026, 3, 10))
    assert row is not None and (row.state, row.stopped_on) == ("stopped", date(2026, 3, 10))
    assert resume(house, date(2026, 3, 18)) == []
    assert waiting(house) == {}


def test_only_the_limits_of_the_whole_case_are_paused(sqlite_house: House):
    opened(sqlite_house, TEN, Terms("delivery", MONDAY, 10, "wd"))
    pause(sqlite_house, date(2026, 3, 6))
    assert {kind: row.state for kind, row in clocks(sqlite_house).items()} == {
        "commitment": "paused", "delivery": "running"
    }  # fmt: skip


# Extending --------------------------------------------------------------------------------------------------------


def test_G8_an_extension_adds_its_days_and_arms_the_clock_anew(house: House):
    opened(house, TWENTY)
    house.at(2026, 3, 20)
    with house.unit(ROOT) as unit:
        row = ledgers.extend_clock(
            unit, ROOT, "statutory", 10, "案情复杂", "doc-9", number="安审批（延期）〔2026〕000001号"
        )
    assert row.due_on == date(2026, 4, 14)
    assert waiting(house) == {"statutory:1:ladder": datetime(2026, 4, 14, 16, tzinfo=UTC)}
    line = house.journal(ROOT)[-1]
    assert line.sentence.startswith(
        "法定时限延长：经批准延长10个工作日（案情复杂，安审批（延期）〔2026〕000001号），到期日为2026年4月14日"
    )
    assert line.data["days"] == 10


@pytest.mark.parametrize("kind, days, error", [("commitment", 10, NothingToExtend), ("statutory", 0, ClockRefused)])
def test_what_does_not_run_or_makes_no_sense_is_not_extended(
    kind: str, days: int, error: type[Refusal], sqlite_house: House
):
    opened(sqlite_house, TWENTY)
    before = (sqlite_house.journal(ROOT), clocks(sqlite_house))
    with pytest.raises(error), sqlite_house.unit(ROOT) as unit:
        ledgers.extend_clock(unit, ROOT, kind, days, "复杂", "doc")
    assert (sqlite_house.journal(ROOT), clocks(sqlite_house)) == before


def test_random_pauses_and_extensions_give_what_a_walk_day_by_day_gives(sqlite_house: House):
    chance = random.Random(20260302)
    for number in range(60):
        root = f"case:random-{number}"
        rule = chance.choice(tuple(PauseRule))
        quota, spans, days = chance.randrange(1, 30), [], []
        with sqlite_house.unit(root) as unit:
            ledgers.open_clock(unit, root, Terms("statutory", MONDAY, quota, "wd", rule=rule))
            today = MONDAY
            for step in range(chance.randrange(5)):
                begin = today + timedelta(days=chance.randrange(1, 9))
                today = begin + timedelta(days=chance.randrange(0, 20))
                ledgers.pause_clocks(unit, root, begin, "鉴定", f"doc-{step}")
                if chance.random() < 0.3:
                    more = chance.randrange(1, 11)
                    ledgers.extend_clock(unit, root, "statutory", more, "复杂", f"ext-{step}")
                    days.append(more)
                ended = chance.random() < 0.9
                if ended:
                    ledgers.resume_clocks(unit, root, today)
                spans.append((begin, today if ended else None))
                if not ended:
                    break
        expected, _ = Case(MONDAY, quota, "wd", tuple(spans), tuple(days), rule).walk()
        with sqlite_house.door.read(SYSTEM) as view:
            [row] = queries.clocks_of(view.connection, root)
            open_ones = [one for one in queries.deadlines_of(view.connection, root) if one.state == "open"]
        assert row.due_on == expected, (rule, quota, spans, days)
        if row.state == "paused":
            assert open_ones == []
        elif expected is not None:
            passed = datetime(expected.year, expected.month, expected.day, 16, tzinfo=UTC)
            assert [one.due_at for one in open_ones] == [passed]


# Hours, months, telling people ------------------------------------------------------------------------------------


def test_T026_four_working_hours_after_acceptance_at_nine_the_window_is_told_at_one(house: House):
    start = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
    with house.unit(ROOT) as unit:
        row = ledgers.open_hour_clock(unit, ROOT, HourTerms("hand_over", start, 4))
    assert row.due_at == datetime(2026, 3, 2, 5, 0, tzinfo=UTC)
    house.at(2026, 3, 2, 12, 59)
    assert house.sweep().fired == 0
    house.at(2026, 3, 2, 13, 0)
    assert house.sweep().fired == 1
    assert house.sweep().fired == 0, "once"
    with house.door.read(SYSTEM) as view:
        told = {
            account: [one.sentence for one in notifications_for(view.connection, house.actor(account))]
            for account in ("W01", "S51", "W03")
        }
        [card] = cards.cards_of(view.connection, [ROOT])
    sentence = "转办时限已于 2026-03-02 13:00 届满，尚未办结，请立即办理。"
    assert told == {"W01": [sentence], "S51": [sentence], "W03": []}
    assert (card.level, card.party, card.rule) == ("yellow", "center", "EM-OVERDUE")
    assert clocks(house)["hand_over"].lapsed
    with house.unit(ROOT) as unit:
        ledgers.stop_clock(unit, ROOT, "hand_over", date(2026, 3, 2))
    assert house.journal(ROOT)[-1].type == "clock.stopped"


def test_T026_handed_over_in_time_nobody_is_told(house: House):
    with house.unit(ROOT) as unit:
        ledgers.open_hour_clock(unit, ROOT, HourTerms("hand_over", datetime(2026, 3, 6, 8, 0, tzinfo=UTC), 4))
    assert clocks(house)["hand_over"].due_at == datetime(2026, 3, 9, 3, 0, tzinfo=UTC), "Friday 16:00 to Monday 11:00"
    house.at(2026, 3, 6, 16, 40)
    with house.unit(ROOT) as unit:
        ledgers.stop_clock(unit, ROOT, "hand_over", date(2026, 3, 6))
    house.at(2026, 3, 9, 12)
    assert house.sweep().fired == 0
    assert clocks(house)["hand_over"].stopped_at is not None


def test_a_clock_of_hours_pauses_resumes_and_is_extended_to_the_minute(house: House):
    house.at(2026, 3, 2, 9)
    with house.unit(ROOT) as unit:
        ledgers.open_hour_clock(unit, ROOT, HourTerms("hand_over", unit.now, 4))
    house.at(2026, 3, 2, 10)
    with house.unit(ROOT) as unit:
        number = "安审批（特别程序）〔2026〕000001号"
        ledgers.pause_clocks(unit, ROOT, MONDAY, "检验", "doc-1", ("hand_over",), number=number)
    held = clocks(house)["hand_over"]
    assert (held.state, held.due_at, held.due_on, waiting(house)) == ("paused", None, None, {})
    house.at(2026, 3, 4, 9, 30)
    assert house.sweep().fired == 0
    resume(house, date(2026, 3, 4), "doc-1")
    assert clocks(house)["hand_over"].due_at == datetime(2026, 3, 4, 4, 30, tzinfo=UTC), "three hours were left at 9:30"
    with house.unit(ROOT) as unit:
        ledgers.extend_clock(unit, ROOT, "hand_over", 2, "材料复杂", "doc-2")
    assert clocks(house)["hand_over"].due_at == datetime(2026, 3, 4, 6, 30, tzinfo=UTC)
    said = [line.sentence for line in house.journal(ROOT)[-3:]]
    assert said[0].startswith("转办时限停表：2026年3月2日10:00停表（检验，安审批（特别程序）〔2026〕000001号）")
    assert said[1].startswith("转办时限恢复：2026年3月4日09:30恢复计时，不计入")
    assert said[2].startswith("转办时限延长：经批准延长2个工作小时（材料复杂）")
    with house.unit(ROOT) as unit:
        ledgers.pause_clocks(unit, ROOT, date(2026, 3, 4), "检验", "doc-3", ("hand_over",))
        ledgers.stop_clock(unit, ROOT, "hand_over", date(2026, 3, 4))
    assert clocks(house)["hand_over"].state == "stopped"


def test_T030_a_limit_in_months_stays_in_months_when_it_is_paused_and_extended(house: House):
    opened(house, Terms("commit_check", MONDAY, 2, "month"))
    house.at(2026, 3, 16)
    with house.unit(ROOT) as unit:
        ledgers.pause_clocks(unit, ROOT, date(2026, 3, 6), "专家评审", "doc-1", ("commit_check",))
        ledgers.resume_clocks(unit, ROOT, date(2026, 3, 16), "doc-1")
    assert clocks(house)["commit_check"].due_on == date(2026, 5, 12), "ten calendar days after 2 May"
    with house.unit(ROOT) as unit:
        ledgers.extend_clock(unit, ROOT, "commit_check", 1, "情况复杂", "doc-2")
    assert clocks(house)["commit_check"].due_on == date(2026, 6, 12)
    assert "经批准延长1个月（情况复杂）" in house.journal(ROOT)[-1].sentence
    assert clocks(house)["commit_check"].unit == "month"


def test_a_limit_of_two_months_ends_on_the_same_day_or_the_working_day_after(sqlite_house: House):
    opened(sqlite_house, Terms("commit_check", MONDAY, 2, "month"))
    row = clocks(sqlite_house)["commit_check"]
    assert row.due_on == date(2026, 5, 6), "2 May is in the Labour Day holiday, which ends on the 5th"
    assert "2个月内" in sqlite_house.journal(ROOT)[-1].sentence


def test_an_overdue_clock_that_was_excused_gives_no_card(sqlite_house: House):
    opened(sqlite_house, TEN)
    with sqlite_house.unit(ROOT) as unit:
        ledgers.excuse_clock(unit, ROOT, "commitment", "安审批（延期）〔2026〕000001号")
    sqlite_house.at(2026, 3, 17, 0, 0)
    sqlite_house.sweep()
    with sqlite_house.door.read(SYSTEM) as view:
        assert [card.level for card in cards.cards_of(view.connection, [ROOT])] == ["yellow"]
        calendar = sqlite_house.door.part(Calendars).current(view.connection)
        assert ledgers.stand(clocks(sqlite_house)["commitment"], calendar, date(2026, 3, 17)).word == "excused"


def test_a_limit_extended_after_it_was_told_overdue_is_overdue_no_more(sqlite_house: House):
    opened(sqlite_house, TWENTY)
    sqlite_house.at(2026, 3, 31, 0, 0)
    sqlite_house.sweep()
    assert clocks(sqlite_house)["statutory"].lapsed
    with sqlite_house.unit(ROOT) as unit:
        ledgers.extend_clock(unit, ROOT, "statutory", 5, "须补充核实", "doc-9")
    row = clocks(sqlite_house)["statutory"]
    assert (row.lapsed, row.due_on) == (False, date(2026, 4, 7))
