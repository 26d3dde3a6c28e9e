"""``deadlines compute``: what was promised, word for word, and no folder is touched."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.yichuang.shell import Ran, in_chinese, real
from yichuang.cli import main

START = ("--start", "2026-03-02")


@pytest.fixture
def compute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str) -> Ran:
        code = main(["deadlines", "compute", *arguments])
        assert list(tmp_path.iterdir()) == [], "a computation leaves nothing behind"
        return Ran(code, *capsys.readouterr())

    return run


def test_a_pause_moves_the_due_date_and_every_line_says_why(compute):
    ran = compute(*START, "--days", "10", "--pause", "2026-03-06..2026-03-18", "--json")
    assert (ran.code, ran.err) == (0, "")
    assert set(ran.json) == {"due", "provisional", "left", "ledger"}
    assert (ran.json["due"], ran.json["provisional"], ran.json["left"]) == ("2026-03-26", False, 0)
    ledger = ran.json["ledger"]
    assert [(line["date"], line["delta"], line["due_after"]) for line in ledger] == [
        ("2026-03-02", 10, "2026-03-16"),
        ("2026-03-06", 0, None),
        ("2026-03-18", 8, "2026-03-26"),
    ]
    assert all(in_chinese(line["sentence"]) for line in ledger)


def test_an_open_pause_has_no_due_date_and_says_what_is_left(compute):
    ran = compute(*START, "--days", "10", "--pause", "2026-03-06..", "--json")
    assert (ran.code, ran.json["due"], ran.json["left"]) == (0, None, 6)
    plain = compute(*START, "--days", "10", "--pause", "2026-03-06..")
    assert "停表中，剩余6日" in plain.out


def test_several_pauses_add_up(compute):
    pauses = ("--pause", "2026-03-04..2026-03-06", "--pause", "2026-03-09..2026-03-10")
    ran = compute(*START, "--days", "10", *pauses, "--json")
    assert (ran.code, ran.json["due"], len(ran.json["ledger"])) == (0, "2026-03-19", 5)
    other_way_round = compute(*START, "--days", "10", *pauses[2:], *pauses[:2], "--json")
    assert other_way_round.json == ran.json


@pytest.mark.parametrize(
    "arguments, due",
    [
        (("--days", "5"), "2026-03-09"),
        (("--days", "5", "--unit", "wd"), "2026-03-09"),
        (("--days", "5", "--extend", "5"), "2026-03-16"),
        (("--days", "5", "--extend", "2", "--extend", "3"), "2026-03-16"),
        (("--days", "10", "--unit", "cd"), "2026-03-12"),
        (("--days", "10", "--unit", "cd", "--extend", "4"), "2026-03-16"),
    ],
)
def test_units_and_extensions(compute, arguments: tuple[str, ...], due: str):
    ran = compute(*START, *arguments, "--json")
    assert (ran.code, ran.json["due"]) == (0, due)
    assert f"到期日：{due}" in compute(*START, *arguments).out


def test_T079_the_working_days_made_up_around_a_holiday_count(compute):
    ran = compute("--start", "2026-02-11", "--days", "5", "--json")
    assert (ran.code, ran.json["due"], ran.json["provisional"]) == (0, "2026-02-25", False)


def test_a_year_whose_holidays_are_not_published_gives_a_provisional_date(compute):
    ran = compute("--start", "2034-03-01", "--days", "5", "--json")
    assert (ran.code, ran.json["provisional"]) == (0, True)
    assert "暂定" in compute("--start", "2034-03-01", "--days", "5").out


@pytest.mark.parametrize(
    "arguments, code",
    [
        (("--start", "2026-02-30", "--days", "5"), "BAD_DATE"),
        (("--start", "3月2日", "--days", "5"), "BAD_DATE"),
        ((*START, "--days", "五"), "BAD_DAYS"),
        ((*START, "--days=-5"), "BAD_DAYS"),
        ((*START, "--days", "5", "--extend", "many"), "BAD_DAYS"),
        ((*START, "--days", "5", "--unit", "weeks"), "BAD_UNIT"),
        ((*START, "--days", "5", "--pause", "2026-03-06"), "BAD_PAUSE"),
        ((*START, "--days", "5", "--pause", "..2026-03-06"), "BAD_PAUSE"),
        ((*START, "--days", "5", "--pause", "2026-03-06..2026-03-05"), "PAUSE_ENDS_EARLY"),
        ((*START, "--days", "5", "--pause", "2026-02-26..2026-03-05"), "ENTRY_BEFORE_START"),
        (("--start", "2050-01-01", "--days", "5"), "CALENDAR_NOT_COVERED"),
    ],
)
def test_a_slip_is_answered_with_a_sentence_and_exit_code_1(compute, arguments: tuple[str, ...], code: str):
    ran = compute(*arguments, "--json")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith(f"{code}：")
    assert in_chinese(ran.err)
    assert "Traceback" not in ran.err


@pytest.mark.parametrize("arguments", [(), START, ("--days", "5"), (*START, "--days", "5", "--colour", "red")])
def test_misuse_ends_with_exit_code_2(compute, arguments: tuple[str, ...], capsys: pytest.CaptureFixture[str]):
    with pytest.raises(SystemExit) as ended:
        compute(*arguments)
    assert ended.value.code == 2
    assert "用法" in capsys.readouterr().err


def test_the_real_program_says_the_same_and_leaves_nothing_behind(tmp_path: Path, compute):
    words = (*START, "--days", "10", "--pause", "2026-03-06..2026-03-18", "--json")
    ran = real(tmp_path, "deadlines", "compute", *words)
    assert ran == compute(*words)
    assert real(tmp_path, "deadlines", "compute", *START, "--days", "x").code == 1
