"""The sentence a notice prints about its deadline."""

from __future__ import annotations

from datetime import date

from deadlines.law.calendar import seed_calendar
from deadlines.law.ledger import Entry, Extend, Pause, Resume, Start
from deadlines.law.meter import fold
from deadlines.law.notice import notice_pieces, notice_sentence

CALENDAR = seed_calendar()
START = Start(date(2026, 3, 2), 10)
HEARING = Pause(date(2026, 3, 6), "听证")
LIFTED = Resume(date(2026, 3, 18))


def test_a_plain_deadline() -> None:
    assert notice_sentence(fold([START], CALENDAR)) == "自2026年3月2日起，10个工作日，至2026年3月16日止。"


def test_a_deadline_with_a_pause_and_an_extension() -> None:
    found = fold([START, HEARING, LIFTED, Extend(date(2026, 3, 20), 5)], CALENDAR)
    assert notice_pieces(found) == (
        "自2026年3月2日起",
        "10个工作日",
        "经批准延长5个工作日",
        "扣除2026年3月7日至3月18日停表（听证）8个工作日",
        "至2026年4月2日止",
    )


def test_a_deadline_that_is_paused_says_what_remains() -> None:
    assert notice_sentence(fold([START, HEARING], CALENDAR)) == (
        "自2026年3月2日起，10个工作日，2026年3月7日起停表（听证），剩余6个工作日自恢复计时的次日起继续计算。"
    )


def test_a_provisional_deadline_says_so() -> None:
    assert notice_pieces(fold([Start(date(2026, 12, 28), 10)], CALENDAR))[-1] == (
        "至2027年1月12日止（暂定，待相应年度放假安排公布后重新计算）"
    )


def test_an_instant_case_and_calendar_days() -> None:
    assert (
        notice_sentence(fold([Start(date(2026, 3, 2), 0)], CALENDAR))
        == "自2026年3月2日起，当日办结，至2026年3月2日止。"
    )
    assert notice_pieces(fold([Start(date(2026, 3, 2), 30, "cd")], CALENDAR))[1] == "30日（自然日）"


def test_a_pause_without_a_reason_and_one_across_the_year() -> None:
    entries: list[Entry] = [Start(date(2025, 12, 15), 10), Pause(date(2025, 12, 25)), Resume(date(2026, 1, 6))]
    assert notice_pieces(fold(entries, CALENDAR))[2] == "扣除2025年12月26日至2026年1月6日停表7个工作日"
    one_day: list[Entry] = [START, Pause(date(2026, 3, 5)), Resume(date(2026, 3, 6))]
    assert notice_pieces(fold(one_day, CALENDAR))[2] == "扣除2026年3月6日停表1个工作日"
