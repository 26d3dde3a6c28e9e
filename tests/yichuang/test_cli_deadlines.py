"""``deadlines compute``: what was promised, word for word, and no folder is touched."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.engine.casework.cases.procedures import stretches
from tests.support.house import House
from tests.web.api.client import Api
from tests.yichuang.shell import Ran, Shell, in_chinese, real
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
    assert "停表中，剩余6个工作日" in plain.out


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
        ((*START, "--days", "5", "--pause", "2026-03-04..2026-03-06", "--pause", "2026-03-05.."), "PAUSES_OVERLAP"),
        ((*START, "--days", "5", "--extend", "2", "--extend", "3"), "EXTENDED_TWICE"),
        ((*START, "--days", "5", "--pause", "2036-03-04..2036-03-06"), "CALENDAR_NOT_COVERED"),
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


def test_the_days_are_listed_when_asked_for(compute):
    ran = compute("--start", "2026-02-11", "--days", "5", "--days-table", "--json")
    days = {one["date"]: one for one in ran.json["days"]}
    assert (days["2026-02-14"]["number"], days["2026-02-14"]["why"]) == (3, "调休上班")
    assert (days["2026-02-17"]["counted"], days["2026-02-17"]["why"]) == (False, "春节")
    plain = compute("--start", "2026-02-11", "--days", "5", "--days-table").out
    assert all(one["said"] in plain for one in days.values())


def test_the_real_program_says_the_same_and_leaves_nothing_behind(tmp_path: Path, compute):
    words = (*START, "--days", "10", "--pause", "2026-03-06..2026-03-18", "--json")
    ran = real(tmp_path, "deadlines", "compute", *words)
    assert ran == compute(*words)
    assert real(tmp_path, "deadlines", "compute", *START, "--days", "x").code == 1


# deadlines show ----------------------------------------------------------------------------------------------------


def test_the_clocks_of_a_case_are_shown_in_the_words_of_the_api(sqlite_house: House, shell: Shell):
    case_no = sqlite_house.accepted_commitment()
    told = Api(sqlite_house).get("U81", f"/cases/{case_no}/clocks").body
    ran = shell("deadlines", "show", case_no, "--days", "--json")
    assert (ran.code, ran.json) == (0, told)
    brief = shell("deadlines", "show", case_no, "--json").json
    assert brief["clocks"] == [{key: value for key, value in one.items() if key != "days"} for one in told["clocks"]]
    plain = shell("deadlines", "show", case_no).out
    for one in told["clocks"]:
        assert f"{one['title']}（{one['key']}）：{one['words']}，到期日 {one['due_on']}" in plain
        assert all(line["sentence"] in plain and line["counted"] in plain for line in one["lines"])
    assert "2026-03-07 星期六" not in plain
    assert "2026-03-07 星期六 休息 周末" in shell("deadlines", "show", case_no, "--days").out


def test_a_paused_clock_names_the_notice_it_rests_on(sqlite_house: House, shell: Shell):
    case_no = stretches.accepted(sqlite_house)
    stretches.asked(sqlite_house, case_no)
    stretches.told(sqlite_house, case_no)
    plain = shell("deadlines", "show", case_no).out
    [notice] = [one for one in sqlite_house.documents(case_no) if one.kind == "special_procedure_notice"]
    assert "承诺时限（commitment.1）：暂停计时，到期日 待恢复计时后确定" in plain
    assert f"依据的文书 《特别程序告知书》{notice.number}" in plain


def test_looking_from_the_shell_is_journalled_and_a_case_that_is_not_there_is_refused(
    sqlite_house: House, shell: Shell
):
    case_no = sqlite_house.accepted_commitment()
    assert shell("deadlines", "show", case_no).code == 0
    assert "时限依据" in sqlite_house.journal("access:operator")[-1].sentence
    ran = shell("deadlines", "show", "1141")
    assert (ran.code, "没有找到办件 1141" in ran.err, ran.out) == (1, True, "")
