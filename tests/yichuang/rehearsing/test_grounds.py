"""A rehearsal counts as the centre does that it is rehearsed for: its published calendar, its figures."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from deadlines.law.rows import DayKind, seed_rows
from engine.foundation.clock import city_date
from engine.oversight.rehearsal.files import Files, files_in_force
from engine.oversight.rehearsal.grounds import SHIPPED, Grounds, grounds_at, read_days, written_days
from engine.oversight.rehearsal.script import script_of
from engine.process.clocks.yearly.commands import DraftClosure
from engine.registry.identity.rules import SYSTEM
from tests.support.calendars import change
from tests.support.figures import change_figure
from tests.support.house import COMPANY, House
from tests.support.rehearsing import ACCEPTING, asked, report, script, walked
from tests.yichuang.shell import Shell
from yichuang.rehearsing.apart import Apart
from yichuang.rehearsing.house import Workshop
from yichuang.rehearsing.running import rehearse

STEPS: list[dict[str, Any]] = [*ACCEPTING, {"do": "ut_receive_paper", "answer": {"signature": "$signature"}}]
CLOSED = DraftClosure(days="2026-03-04至2026-03-06", reason="暴雨停止办公", document_no="安政服〔2026〕9号")


def dues(house: House, case_no: str) -> dict[str, str]:
    """Return the days on which the clocks of a real case come due, by kind."""
    return {kind: one.row.due_on.isoformat() for kind, one in house.clocks(case_no).items() if one.row.due_on}


def expected(days: dict[str, str]) -> str:
    """Return the script of an I02 case whose clocks are to come due on these days."""
    return script(*STEPS, {"expect": {"due": days}}, item="I02")


def test_after_a_local_closure_a_rehearsed_case_comes_due_on_the_day_of_the_real_one(
    sqlite_house: House, workshop: Workshop
) -> None:
    house = sqlite_house
    before = dues(house, house.accepted_commitment())
    change(house, CLOSED)
    after = dues(house, house.accepted_commitment())
    assert after["commitment"] > before["commitment"], "three days more are not worked"
    good, old = asked(house, expected(after)), asked(house, expected(before))
    assert walked(house, workshop) == 2
    assert report(house, good).failures == ()
    (told,) = report(house, old).failures
    assert before["commitment"] in told and after["commitment"] in told


def test_the_rehearsals_clock_goes_by_the_centres_working_days(sqlite_house: House, workshop: Workshop) -> None:
    change(sqlite_house, CLOSED)
    id = asked(sqlite_house, script({"advance": {"working_days": 2}}))
    walked(sqlite_house, workshop)
    assert report(sqlite_house, id).at == "2026-03-09 09:05", "Tuesday, then Monday: Wednesday to Friday are closed"


def test_figures_that_were_set_are_those_of_the_rehearsal(sqlite_house: House, workshop: Workshop) -> None:
    house = sqlite_house
    change_figure(house, "correction_notice", 3)
    case_no = house.receive("W01", "I10", COMPANY)
    real = dues(house, case_no)["correction_notice"]
    id = asked(house, script({"expect": {"due": {"correction_notice": real}}}, item="I10"))
    shipped = asked(house, script({"expect": {"due": {"correction_notice": "2026-03-09"}}}, item="I10"))
    walked(house, workshop)
    assert report(house, id).failures == ()
    assert real in report(house, shipped).failures[0]


def test_a_figure_of_a_day_to_come_counts_for_files_of_that_day(sqlite_house: House) -> None:
    house = sqlite_house
    change_figure(house, "correction_notice", 4, effective="2026-03-20")
    with house.door.read(SYSTEM) as view:
        now = grounds_at(view.connection, view.now)
        later = grounds_at(view.connection, view.now.replace(day=25))
    assert (now.figures["correction_notice"], later.figures["correction_notice"]) == (5, 4)
    assert now.digest != later.digest and now.calendar == later.calendar


def test_the_shipped_grounds_are_those_of_a_new_house(sqlite_house: House) -> None:
    with sqlite_house.door.read(SYSTEM) as view:
        found = grounds_at(view.connection, view.now)
    assert read_days(found.calendar) == seed_rows()
    assert written_days(seed_rows()) == found.calendar
    assert Grounds().digest == SHIPPED.digest != found.digest


@pytest.mark.parametrize("text", ["[[", "[[1, 2]]", '[["2026-13-01", true, "workday", "", "confirmed", ""]]'])
def test_days_that_are_none_are_not_read(text: str) -> None:
    with pytest.raises((ValueError, TypeError)):
        read_days(text)


def test_houses_that_count_otherwise_do_not_take_each_others_place(shipped: Files) -> None:
    closed = [one if one.day != date(2026, 3, 3) else _off(one) for one in seed_rows()]
    one = script_of({"name": "试走", "item": "I06", "steps": [{"advance": {"working_days": 1}}]})
    with Workshop() as made:
        at = [
            rehearse(made, shipped, one, grounds=grounds).at
            for grounds in (SHIPPED, Grounds(written_days(closed)), SHIPPED, Grounds("", {"correction_notice": 3}))
        ]
    assert at == ["2026-03-03 09:05", "2026-03-04 09:05", "2026-03-03 09:05", "2026-03-03 09:05"]


def _off(row: Any) -> Any:
    return replace(row, is_workday=False, kind=DayKind.LOCAL)


def test_another_process_counts_by_the_same_grounds(sqlite_house: House) -> None:
    change(sqlite_house, CLOSED)
    with sqlite_house.door.read(SYSTEM) as view:
        files, grounds = files_in_force(view.connection, view.now), grounds_at(view.connection, view.now)
    one = script_of({"name": "试走", "item": "I06", "steps": [{"advance": {"working_days": 2}}]})
    with Apart() as apart:
        assert apart.rehearse(files, one, lambda step, steps, label: None, grounds).at == "2026-03-09 09:05"


def test_the_command_line_rehearses_by_the_calendar_of_the_house(
    shell: Shell, sqlite_house: House, tmp_path: Path
) -> None:
    change(sqlite_house, CLOSED)
    days = dues(sqlite_house, sqlite_house.accepted_commitment())
    path = tmp_path / "s.json"
    path.write_text(expected(days), "utf-8")
    ran = shell("process", "rehearse", "--script", path)
    assert ran.code == 0, ran.out
    assert json.loads(expected(days))["steps"][-1]["expect"]["due"] == days
    assert city_date(sqlite_house.clock.now()) == date(2026, 3, 2), "the house's own clock has not moved"
