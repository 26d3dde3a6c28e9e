"""``calendar show`` and ``clock set|advance``."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from engine.foundation.clock import CITY
from engine.registry.identity.tables import account
from tests.deadlines.law.notices import NEXT
from tests.support.house import COMPANY, House
from tests.yichuang.shell import Shell
from yichuang.house import open_house


def shown(house: House) -> str:
    """Return the house's time in the city, to the minute."""
    return house.door.now().astimezone(CITY).strftime("%Y-%m-%d %H:%M")


# Calendar --------------------------------------------------------------------------------------------------------


def test_a_published_year_is_shown_with_its_holidays_and_the_days_made_up(shell: Shell):
    ran = shell("calendar", "show", "--year", "2026", "--json")
    assert (ran.code, ran.json["year"], ran.json["covered"], ran.json["confirmed"]) == (0, 2026, True, True)
    days = {row["day"]: row for row in ran.json["days"]}
    assert "2026-10-01" in days
    assert "2026-03-02" not in days, "an ordinary Monday is not worth a line"
    plain = shell("calendar", "show", "--year", "2026")
    assert plain.out.splitlines()[0] == "2026 年：已公布"
    assert f"2026-10-01 放假 {days['2026-10-01']['name']}" in plain.out
    assert "上班" in plain.out


def test_a_year_to_come_is_provisional(shell: Shell):
    assert shell("calendar", "show", "--year", "2034", "--json").json["confirmed"] is False
    assert shell("calendar", "show", "--year", "2034").out.splitlines()[0] == "2034 年：尚未公布，暂定"


def test_a_year_that_is_not_covered_ends_with_1(shell: Shell):
    ran = shell("calendar", "show", "--year", "1999")
    assert (ran.code, ran.out.strip()) == (1, "工作日历不含 1999 年")
    ran = shell("calendar", "show", "--year", "1999", "--json")
    assert (ran.code, ran.json) == (1, {"year": 1999, "covered": False, "confirmed": False, "days": []})


# Clock -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "step, time", [("5d", "2026-03-07 09:05"), ("4h", "2026-03-02 13:05"), ("30m", "2026-03-02 09:35")]
)
def test_the_clock_is_advanced_by_days_hours_or_minutes(shell: Shell, sqlite_house: House, step: str, time: str):
    ran = shell("clock", "advance", step)
    assert (ran.code, ran.out.strip()) == (0, f"演示时间：{time}")
    assert shown(sqlite_house) == time, "the running host takes it at its next look"


def test_steps_add_up_and_survive_a_restart(shell: Shell, sqlite_house: House):
    shell("clock", "advance", "1d")
    shell("clock", "advance", "2h")
    sqlite_house.reopen()
    assert shown(sqlite_house) == "2026-03-03 11:05"


@pytest.mark.parametrize("instant", ["2026-03-10T09:00", "2026-03-10T01:00:00+00:00"])
def test_the_clock_is_set_to_a_moment_of_the_city(shell: Shell, sqlite_house: House, instant: str):
    assert shell("clock", "set", instant).out.strip() == "演示时间：2026-03-10 09:00"
    assert shown(sqlite_house) == "2026-03-10 09:00"


@pytest.mark.parametrize("fraction", [1, 300_000, 500_000, 700_000, 999_999])
def test_a_clock_between_two_seconds_never_shows_the_minute_before(shell: Shell, sqlite_house: House, fraction: int):
    sqlite_house.clock.advance(timedelta(microseconds=fraction))
    assert shell("clock", "set", "2026-03-10T09:00").out.strip() == "演示时间：2026-03-10 09:00"


def test_the_clock_never_runs_back(shell: Shell, sqlite_house: House):
    shell("clock", "advance", "5d")
    ran = shell("clock", "set", "2026-03-05T09:00")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith("CLOCK_RUNS_FORWARD：")
    assert shown(sqlite_house) == "2026-03-07 09:05"


def test_a_moved_clock_is_journalled_and_lets_deadlines_come(shell: Shell, sqlite_house: House):
    case_no = sqlite_house.receive("W01", "I09", COMPANY)
    assert sqlite_house.sweep().fired == 0
    shell("clock", "set", "2026-03-10T00:00")
    assert sqlite_house.sweep().fired == 1
    assert sqlite_house.case(case_no).deemed
    [line] = sqlite_house.journal("account:clock")
    assert (line.account, line.type) == ("operator", "clock.moved")
    assert sqlite_house.violations() == []


@pytest.mark.parametrize(
    "words, code",
    [
        (("advance", "5"), "BAD_STEP"),
        (("advance", "5w"), "BAD_STEP"),
        (("advance", "1.5d"), "BAD_STEP"),
        (("advance", "999999d"), "BAD_STEP"),
        (("set", "tomorrow"), "BAD_INSTANT"),
        (("set", "2026-13-01T09:00"), "BAD_INSTANT"),
    ],
)
def test_a_slip_is_answered_with_a_sentence(shell: Shell, sqlite_house: House, words: tuple[str, ...], code: str):
    ran = shell("clock", *words)
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith(f"{code}：")
    assert shown(sqlite_house) == "2026-03-02 09:05"


def test_a_house_without_demonstration_accounts_keeps_the_time_of_the_machine(shell: Shell, sqlite_house: House):
    with sqlite_house.door.database.writing() as connection:
        connection.execute(account.update().where(account.c.demo).values(demo=sa.false()))
    production = replace(sqlite_house.settings, production=True)
    open_house(production, clock=sqlite_house.clock).database.close()
    for words in (("advance", "1d"), ("set", "2026-03-10T09:00")):
        ran = shell("clock", *words)
        assert (ran.code, ran.out) == (1, "")
        assert ran.err.startswith("DEMO_ONLY：")
    assert shown(sqlite_house) == "2026-03-02 09:05"


# A year is published ----------------------------------------------------------------------------------------------


def test_a_notice_is_imported_looked_at_and_confirmed_by_another_account(shell: Shell, sqlite_house: House, tmp_path):
    sqlite_house.at(2027, 1, 28)
    case_no = sqlite_house.accepted_commitment()
    file = tmp_path / "notice.txt"
    file.write_text(NEXT, "utf-8")
    ran = shell("calendar", "import", str(file), "--source", "国办发明电〔2026〕5号", "--account", "A01")
    assert ran.code == 0, ran.err
    assert "草案 1：2027年放假安排" in ran.out
    assert case_no in ran.out
    same = shell("calendar", "confirm", "1", "--account", "A01")
    assert (same.code, "NOT_YOUR_ACTION" in same.err) == (1, True)
    assert "草案 1 待确认" in shell("calendar", "show", "--year", "2027").out
    done = shell("calendar", "confirm", "1", "--account", "C01", "--json")
    assert (done.code, done.json) == (0, {"draft": 1, "version": 2, "recomputed": 1})
    assert shell("calendar", "show", "--year", "2027").out.splitlines()[0] == "2027 年：已公布"
    assert sqlite_house.violations() == []


def test_a_wrong_notice_ends_with_1_and_a_line_for_each_problem(shell: Shell, sqlite_house: House, tmp_path):
    file = tmp_path / "notice.txt"
    file.write_text(NEXT.replace("02-20", "02-22").replace("端午节 放假 2027-06-09\n", ""), "utf-8")
    ran = shell("calendar", "import", str(file), "--year", "2027", "--source", "国办发明电〔2026〕5号")
    assert ran.code == 1
    assert "2027年2月22日" in ran.err
    assert "端午节" in ran.err
    assert shell("calendar", "import", str(tmp_path / "none"), "--source", "国办").code == 1


def test_a_closure_is_drafted_taken_back_and_dropped(shell: Shell, sqlite_house: House):
    closed = ("calendar", "close", "2026-03-12", "--reason", "设备检修", "--document", "安政服〔2026〕9号", "--json")
    assert shell(*closed).json["draft"] == 1
    assert shell("calendar", "confirm", "1", "--account", "C01").code == 0
    assert shell("calendar", "undo", "2", "--reason", "检修取消", "--account", "A01", "--json").json["draft"] == 2
    assert shell("calendar", "drop", "2", "--account", "A01").out.strip() == "已作废草案 2"
