"""The meter: what it says, how it stands on a day, and the corners of pauses, rolling and changed calendars."""

from __future__ import annotations

from datetime import date

import pytest

from deadlines.law.calendar import Calendar, seed_calendar
from deadlines.law.errors import CalendarNotCovered, EntryBeforeStart
from deadlines.law.ledger import CalendarChange, Entry, Extend, Pause, PauseRule, Resume, Start, Stop
from deadlines.law.meter import difference, fold
from deadlines.law.reckoning import Reckoning, State
from deadlines.law.rows import DayKind, DayRow, Status, expand, read_days, read_years, seed_rows

CALENDAR = seed_calendar()


def march(day: int) -> date:
    return date(2026, 3, day)


START = Start(march(2), 10)
HEARING = Pause(march(6), "听证", "特别程序告知书〔2026〕3号")


def said(found: Reckoning) -> list[str]:
    return [line.sentence for line in found.ledger]


def test_a_plain_clock_is_explained_in_one_line() -> None:
    found = fold([START], CALENDAR)
    assert said(found) == ["自2026年3月2日起算，当日不计入、次日起算，期限10个工作日，到期日为2026年3月16日。"]
    assert (found.due, found.used, found.left, found.state) == (march(16), 10, 0, "running")


def test_festivals_and_make_up_days_are_named_because_they_move_the_date() -> None:
    found = fold([Start(date(2026, 2, 11), 5)], CALENDAR)
    assert said(found) == [
        (
            "自2026年2月11日起算，当日不计入、次日起算，期限5个工作日，到期日为2026年2月25日"
            "；其间春节（2026年2月15日至2月23日）休息，不计入；2026年2月14日调休上班，计入。"
        )
    ]


def test_a_pause_and_its_end_are_explained_with_reason_document_and_effect() -> None:
    found = fold([START, HEARING, Resume(march(18))], CALENDAR)
    assert said(found)[1:] == [
        "2026年3月6日停表（听证，特别程序告知书〔2026〕3号），停表期间不计入期限，到期日待恢复计时后确定。",
        "2026年3月18日恢复计时，2026年3月7日至3月18日停表，不计入8个工作日，到期日顺延至2026年3月26日。",
    ]
    assert [(line.delta, line.due_after) for line in found.ledger] == [(10, march(16)), (0, None), (8, march(26))]
    assert [line.kind for line in found.ledger] == ["start", "pause", "resume"]


def test_an_open_pause_leaves_no_date_but_a_balance() -> None:
    found = fold([START, HEARING], CALENDAR)
    assert (found.due, found.used, found.left, found.state) == (None, 4, 6, "paused")
    assert found.provisional is False


def test_an_extension_while_paused_adds_to_the_balance() -> None:
    found = fold([START, HEARING, Extend(march(9), 10, "负责人批准")], CALENDAR)
    assert (found.due, found.left) == (None, 16)
    assert said(found)[2] == "经批准延长10个工作日（负责人批准），到期日待恢复计时后确定。"
    lifted = fold([START, HEARING, Extend(march(9), 10), Resume(march(18))], CALENDAR)
    assert [line.delta for line in lifted.ledger] == [10, 0, 10, 8]


def test_overlapping_pauses_are_left_out_once() -> None:
    entries: list[Entry] = [
        START,
        Pause(march(6), "听证", key="1"),
        Pause(march(10), "检验", key="2"),
        Resume(march(12), "1"),
        Resume(march(18), "2"),
    ]
    found = fold(entries, CALENDAR)
    assert found.due == march(26)
    assert (
        said(found)[3] == "2026年3月12日恢复计时，2026年3月7日至3月12日停表；另有停表尚未恢复，到期日待恢复计时后确定。"
    )
    assert [line.delta for line in found.ledger] == [10, 0, 0, 0, 8]
    assert [(e.first, e.last, e.days, e.reasons) for e in found.excluded] == [
        (march(7), march(18), 8, ("听证", "检验"))
    ]


def test_a_pause_lifted_the_same_day_changes_nothing() -> None:
    found = fold([START, HEARING, Resume(march(6))], CALENDAR)
    assert found.due == march(16)
    assert said(found)[2] == "2026年3月6日恢复计时，不另增加不计入的日数，到期日为2026年3月16日。"
    assert found.excluded == ()


def test_a_pause_that_begins_when_the_time_is_up_changes_nothing() -> None:
    found = fold([START, Pause(march(16)), Resume(march(20))], CALENDAR)
    assert found.due == march(16)
    assert said(found)[1] == "2026年3月16日停表，期限已满，到期日不变。"
    assert found.excluded == ()


def test_under_the_rule_that_counts_no_pause_day_a_pause_on_the_last_day_moves_it() -> None:
    found = fold([START, Pause(march(16)), Resume(march(20))], CALENDAR, PauseRule.FROM_P_THROUGH_R)
    assert found.due == march(23)


def test_calendar_days_count_every_day_and_a_last_day_off_moves_on() -> None:
    found = fold([Start(date(2026, 4, 20), 12, "cd")], CALENDAR)
    assert found.due == date(2026, 5, 6)
    assert said(found)[1] == "期限的最后一日2026年5月2日不是可办理的工作日（劳动节），顺延至2026年5月6日。"
    assert [line.delta for line in found.ledger] == [12, 4]
    assert "休息" not in said(found)[0]


def test_T114_thirty_calendar_days_to_complete_an_application_end_on_a_working_day() -> None:
    found = fold([Start(date(2026, 1, 23), 30, "cd")], CALENDAR)
    # The 30th day, 22 February, lies in the Spring Festival.
    assert found.due == date(2026, 2, 24)


def test_a_last_day_does_not_roll_into_a_paused_day() -> None:
    saturday = Start(march(2), 5, "cd")
    found = fold([saturday, Pause(march(8)), Resume(march(11))], CALENDAR)
    assert found.due == march(12)
    assert fold([saturday, Pause(march(8))], CALENDAR).due is None
    assert fold([saturday, Pause(march(8))], CALENDAR).left == 0


@pytest.mark.parametrize(
    "anchor, due", [(march(2), march(2)), (march(1), march(2)), (date(2026, 10, 1), date(2026, 10, 8))]
)
def test_an_instant_case_is_due_the_same_working_day(anchor: date, due: date) -> None:
    found = fold([Start(anchor, 0)], CALENDAR)
    assert found.due == due
    assert said(found)[0].startswith(f"自{anchor.year}年{anchor.month}月{anchor.day}日起算，当日业务结束前办结")


def test_T079_a_commitment_of_five_days_across_the_spring_festival() -> None:
    assert fold([Start(date(2026, 2, 11), 5)], CALENDAR).due == date(2026, 2, 25)


def test_T067_an_application_of_friday_is_answered_on_the_worked_saturday() -> None:
    assert fold([Start(date(2026, 2, 27), 1)], CALENDAR).due == date(2026, 2, 28)


def test_T087_the_commitment_clock_stops_at_the_handover_the_statutory_one_at_the_decision() -> None:
    start = Start(date(2026, 2, 11), 5)
    commitment = fold([start, Stop(date(2026, 2, 26), "结果移交签收")], CALENDAR)
    statutory = fold([start, Stop(date(2026, 2, 24), "作出决定")], CALENDAR)
    assert (commitment.state, commitment.left, commitment.stopped_on) == ("stopped", -1, date(2026, 2, 26))
    assert said(commitment)[-1] == "2026年2月26日终止计时（结果移交签收），超期1个工作日。"
    assert (statutory.left, said(statutory)[-1]) == (1, "2026年2月24日终止计时（作出决定），剩余1个工作日。")


def test_a_stopped_clock_no_longer_ages() -> None:
    entries: list[Entry] = [START, Stop(march(10))]
    then, later = fold(entries, CALENDAR, today=march(10)), fold(entries, CALENDAR, today=date(2026, 9, 1))
    assert (then.used, then.left) == (later.used, later.left) == (6, 4)
    before = fold(entries, CALENDAR, today=march(9))
    assert (before.state, before.left) == ("running", 5)
    assert before.ledger[-1].sentence == "2026年3月10日终止计时，剩余4个工作日。"


def test_a_clock_stopped_while_paused_keeps_its_balance() -> None:
    found = fold([START, HEARING, Stop(march(20), "申请人撤回")], CALENDAR)
    assert (found.state, found.due, found.left) == ("stopped", None, 6)
    assert said(found)[-1] == "2026年3月20日终止计时（申请人撤回），剩余6个工作日。"


@pytest.mark.parametrize(
    "today, used, left, state",
    [
        (march(1), 0, 10, "running"),
        (march(2), 0, 10, "running"),
        (march(5), 3, 7, "running"),
        (march(6), 4, 6, "paused"),
        (march(17), 4, 6, "paused"),
        (march(18), 4, 6, "running"),
        (march(25), 9, 1, "running"),
        (march(26), 10, 0, "running"),
        (march(27), 11, -1, "running"),
    ],
)
def test_what_is_used_and_left_on_a_day(today: date, used: int, left: int, state: State) -> None:
    found = fold([START, HEARING, Resume(march(18))], CALENDAR, today=today)
    assert (found.used, found.left, found.state) == (used, left, state)


def test_T043_a_site_visit_is_no_ledger_entry_so_the_days_go_on_counting() -> None:
    before, after = (fold([START], CALENDAR, today=march(day)).left for day in (3, 6))
    assert before - after == 3


def test_pauses_that_touch_are_told_as_one() -> None:
    touching: list[Entry] = [Pause(march(6)), Resume(march(10)), Pause(march(10)), Resume(march(12))]
    found = fold([START, *touching], CALENDAR)
    assert [(days.first, days.last, days.days) for days in found.excluded] == [(march(7), march(12), 4)]


def test_a_pause_of_the_first_day_alone_leaves_nothing_out_under_any_rule() -> None:
    for rule in PauseRule:
        found = fold([START, Pause(march(2)), Resume(march(2))], CALENDAR, rule)
        assert (found.due, found.excluded) == (march(16), ())


def test_a_resumption_ends_the_pause_of_its_own_key() -> None:
    outer, inner = Pause(march(6), "听证", key="outer"), Pause(march(9), "检验", key="inner")
    found = fold([START, outer, inner, Resume(march(11), "inner"), Resume(march(18), "outer")], CALENDAR)
    assert "2026年3月10日至3月11日停表" in said(found)[3]
    assert "2026年3月7日至3月18日停表" in said(found)[4]


def test_an_extension_names_only_the_special_days_it_adds() -> None:
    found = fold([Start(date(2026, 2, 11), 5), Extend(date(2026, 2, 12), 10)], CALENDAR)
    assert said(found)[1] == "经批准延长10个工作日，到期日为2026年3月10日；2026年2月28日调休上班，计入。"


def test_a_pause_that_has_not_begun_leaves_the_clock_running() -> None:
    entries: list[Entry] = [START, HEARING]
    assert [fold(entries, CALENDAR, today=march(day)).state for day in (5, 6, 7)] == ["running", "paused", "paused"]


def test_a_clock_is_stopped_from_the_day_of_its_stop() -> None:
    entries: list[Entry] = [START, Stop(march(10))]
    assert [fold(entries, CALENDAR, today=march(day)).state for day in (9, 10, 11)] == ["running", "stopped", "stopped"]


def stormy() -> Calendar:
    closure = DayRow(date(2026, 7, 20), False, DayKind.LOCAL, "暴雨停业", Status.CONFIRMED, "停业批准单〔2026〕1号")
    return Calendar.from_rows(expand(read_years(), [*read_days(), closure]), version=2)


def test_T038_a_closure_moves_the_date_and_the_ledger_says_from_when_to_when() -> None:
    start = Start(date(2026, 7, 15), 5)
    change = difference(CALENDAR, stormy(), date(2026, 7, 21), "暴雨停业")
    assert change == CalendarChange(date(2026, 7, 21), 2, "暴雨停业", closed=(date(2026, 7, 20),))
    found = fold([start, change], stormy())
    assert said(found) == [
        "自2026年7月15日起算，当日不计入、次日起算，期限5个工作日，到期日为2026年7月22日。",
        "2026年7月21日工作日历调整为第2版（暴雨停业），2026年7月20日改为休息，到期日由2026年7月22日改为2026年7月23日。",
    ]
    assert (found.due, found.calendar_version) == (date(2026, 7, 23), 2)


def test_a_change_of_calendar_outside_the_count_leaves_the_date() -> None:
    change = difference(CALENDAR, stormy(), march(5), "暴雨停业")
    assert said(fold([START, change], stormy()))[1] == (
        "2026年3月5日工作日历调整为第2版（暴雨停业），到期日仍为2026年3月16日。"
    )
    paused = fold([START, HEARING, CalendarChange(march(9), 2)], stormy())
    assert said(paused)[2] == "2026年3月9日工作日历调整为第2版，到期日待恢复计时后确定。"


def test_only_days_that_both_calendars_cover_can_have_changed() -> None:
    shorter = Calendar.from_rows([row for row in seed_rows() if row.day.year < 2035])
    for old, new in ((shorter, CALENDAR), (CALENDAR, shorter)):
        change = difference(old, new, march(5))
        assert (change.closed, change.opened) == ((), ())


def test_the_publication_of_a_year_makes_its_deadlines_final() -> None:
    years = [y if y.year != 2027 else type(y)(2027, Status.CONFIRMED, "测试通知") for y in read_years()]
    days = [row for row in read_days() if row.day.year != 2027]
    days += [
        DayRow(date(2027, 1, day), False, DayKind.HOLIDAY, "元旦", Status.CONFIRMED, "测试通知") for day in (1, 2, 3, 4)
    ]
    published = Calendar.from_rows(expand(years, days), version=7)
    start = Start(date(2026, 12, 28), 10)
    assert fold([start], CALENDAR).provisional is True
    change = difference(CALENDAR, published, date(2026, 12, 29), "2027年放假安排公布")
    assert change.confirmed == (2027,)
    found = fold([start, change], published)
    assert (found.due, found.provisional) == (date(2027, 1, 13), False)
    assert said(found) == [
        (
            "自2026年12月28日起算，当日不计入、次日起算，期限10个工作日，到期日为2027年1月12日（暂定）"
            "；其间元旦（2027年1月1日至1月3日）休息，不计入。"
        ),
        (
            "2026年12月29日工作日历调整为第7版（2027年放假安排公布），2027年1月4日改为休息，"
            "到期日由2027年1月12日改为2027年1月13日。"
        ),
    ]


def test_a_clock_paused_into_an_unpublished_year_is_provisional() -> None:
    start = Start(date(2026, 12, 1), 60)
    assert fold([start, Pause(date(2026, 12, 30))], CALENDAR).provisional is False
    assert fold([start, Pause(date(2027, 1, 6))], CALENDAR).provisional is True


def test_what_lies_outside_the_calendar_is_refused() -> None:
    ledgers: list[list[Entry]] = [
        [Start(date(2019, 12, 31), 5)],
        [Start(date(2019, 12, 31), 5, "cd")],
        [Start(date(2035, 12, 20), 30)],
        [Start(date(2035, 12, 20), 30, "cd")],
        [Start(date(2035, 12, 20), 30), Pause(date(2036, 1, 10))],
        [Start(date(2035, 12, 20), 5), Pause(date(2035, 12, 21)), Resume(date(2036, 1, 10))],
    ]
    for entries in ledgers:
        with pytest.raises(CalendarNotCovered, match="请先导入相应年度的放假安排"):
            fold(entries, CALENDAR)


def test_a_pause_far_beyond_a_date_already_reached_does_no_harm() -> None:
    assert fold([START, Pause(date(2036, 1, 10))], CALENDAR).due == march(16)


def test_the_meter_refuses_what_the_ledger_refuses() -> None:
    with pytest.raises(EntryBeforeStart):
        fold([START, Pause(date(2026, 2, 27))], CALENDAR)
