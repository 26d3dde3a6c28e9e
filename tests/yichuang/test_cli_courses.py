"""``audit events``, ``audit conformance`` and ``audit figures`` over real cases."""

from __future__ import annotations

import csv
import json
import zipfile
from pathlib import Path

import pytest
import sqlalchemy as sa
from lxml import etree

from engine.oversight.audit.conforming.keeping.queries import look
from engine.oversight.audit.conforming.tables import held_case
from engine.oversight.audit.mining.listing import HEADER
from engine.process.tasks.tables import step
from engine.registry.identity.rules import SYSTEM
from tests.engine.oversight.audit.test_past import WALKS
from tests.support.house import House
from tests.yichuang.shell import Ran, Shell
from yichuang.cli import courses
from yichuang.conforming import hold_all


def events(shell: Shell, to: Path, format: str, *more: object) -> Ran:
    return shell("audit", "events", "--format", format, "--to", to, *more)


@pytest.mark.parametrize("format", ["xes", "ocel", "csv", "xlsx"])
def test_each_format_is_written_whole_and_says_how_many(shell: Shell, sqlite_house: House, tmp_path: Path, format: str):
    WALKS["instant"](sqlite_house)
    file = tmp_path / f"out.{format}"
    ran = events(shell, file, format)
    assert ran.code == 0, ran.err
    count = {
        "xes": lambda: len(etree.parse(str(file)).findall(".//{*}event")),
        "ocel": lambda: len(json.loads(file.read_text("utf-8"))["events"]),
        "csv": lambda: len(list(csv.reader(file.read_text("utf-8-sig").splitlines()))) - 1,
        "xlsx": lambda: zipfile.ZipFile(file).read("xl/worksheets/sheet1.xml").count(b"<row ") - 3,
    }[format]()
    assert ran.out == f"{file}：{count} 个事件\n" and count > 10
    assert [one.name for one in tmp_path.iterdir() if one.is_file() and "out" in one.name] == [file.name]
    if format == "csv":
        assert file.read_text("utf-8-sig").splitlines()[0] == ",".join(HEADER)


def test_the_cases_are_chosen_by_item_department_day_and_number(shell: Shell, sqlite_house: House, tmp_path: Path):
    one, other = sqlite_house.accepted_instant(), sqlite_house.accepted_commitment()

    def chosen(*words: object) -> set[str]:
        file = tmp_path / "out.csv"
        assert events(shell, file, "csv", *words).code == 0
        return {row[0] for row in list(csv.reader(file.read_text("utf-8-sig").splitlines()))[1:]}

    day = sqlite_house.clock.now().date()
    item = sqlite_house.case(one).item_code
    assert chosen() == {one, other} == chosen("--from", day, "--until", day)
    assert chosen("--item", item) == {one}
    assert chosen("--case", other) == {other}
    assert chosen("--from", "2099-01-01") == chosen("--until", "2001-01-01") == chosen("--department", "none") == set()


def test_a_slip_in_a_number_or_a_day_and_no_folder_are_told(shell: Shell, sqlite_house: House, tmp_path: Path):
    sqlite_house.accepted_instant()
    ran = events(shell, tmp_path / "out", "xes", "--case", "1")
    assert ran.code == 1 and "没有找到" in ran.err
    ran = events(shell, tmp_path / "none" / "out", "xes")
    assert ran.code == 2 and ran.err.startswith("PATH_UNUSABLE：")
    with pytest.raises(SystemExit):
        events(shell, tmp_path / "out", "xes", "--from", "x")
    assert not (tmp_path / "out").exists() and not (tmp_path / "out.part").exists()


def test_more_than_a_sheet_holds_is_refused_and_nothing_is_left(
    shell: Shell, sqlite_house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    sqlite_house.accepted_instant()
    monkeypatch.setattr(courses, "MOST_ROWS", 3)
    ran = events(shell, tmp_path / "out.xlsx", "xlsx")
    assert ran.code == 1 and ran.err.startswith("TOO_MANY_EVENTS：") and "3 条" in ran.err
    assert not any("out" in one.name for one in tmp_path.iterdir() if one.is_file())
    assert events(shell, tmp_path / "out.csv", "csv").code == 0


def test_cases_that_ran_conform_and_what_was_done_by_hand_is_told_without_fault(shell: Shell, sqlite_house: House):
    WALKS["sent back"](sqlite_house)
    ran = shell("audit", "conformance")
    assert ran.code == 0
    sent, redone, told = ran.out.splitlines()
    assert "退回“提出审查意见”" in sent and "重新办理" in redone
    assert told == "对照 1 件，0 件完全相符，不符 0 处"
    assert [one["kind"] for one in shell("audit", "conformance", "--json").json] == ["sent_back", "redone"]


def test_a_step_that_is_not_on_record_is_a_fault(shell: Shell, sqlite_house: House):
    WALKS["instant"](sqlite_house)
    assert shell("audit", "conformance", "--current").code == 0
    with sqlite_house.door.database.writing() as connection:
        mine = step.c.element == "ut_head_decide"
        # Another element stands where the step was: a list that is shorter would be read one line off.
        assert connection.execute(step.update().where(mine).values(element="ut_unknown")).rowcount == 1
        assert connection.execute(sa.select(sa.func.count()).select_from(step).where(mine)).scalar_one() == 0
    ran = shell("audit", "conformance")
    assert ran.code == 1 and "“业务负责人直接审核”没有经过" in ran.out
    assert {one["kind"] for one in shell("audit", "conformance", "--json").json} == {"skipped", "foreign"}


def test_all_closed_cases_are_held_anew(shell: Shell, sqlite_house: House):
    WALKS["instant"](sqlite_house)
    assert hold_all(sqlite_house.door) == 1
    with sqlite_house.door.housekeeping() as connection:
        # Whoever has a hand in the table is outvoted by the journal.
        assert connection.execute(held_case.update().values(own=7)).rowcount == 1
    ran = shell("audit", "conformance", "--rebuild")
    assert (ran.code, ran.out) == (0, "已重新对照：1 件办结的办件\n")
    with sqlite_house.door.read(SYSTEM) as view:
        assert view.connection.execute(sa.select(held_case.c.own, held_case.c.published)).all() == [(0, 0)]
        assert look(view.connection, view.now, 1).due == ()


@pytest.mark.parametrize("more", [("--json",), ("--current",), ("--item", "I01"), ("--until", "2026-01-01")])
def test_all_closed_cases_or_none_are_held_anew(shell: Shell, more: tuple[str, ...]):
    ran = shell("audit", "conformance", "--rebuild", *more)
    assert ran.code == 2 and "不能与其他选项合用" in ran.err


def test_figures_are_told_in_words_and_as_json(shell: Shell, sqlite_house: House):
    WALKS["joint"](sqlite_house)
    ran = shell("audit", "figures")
    assert ran.code == 0 and ran.out.startswith("共 1 件，1 种走法\n")
    assert "最费时的环节" in ran.out and "部门之间的移交" in ran.out and " → " in ran.out
    told = shell("audit", "figures", "--json").json
    assert told["cases"] == 1 and told["bottlenecks"] and told["variants"][0]["count"] == 1
    assert shell("audit", "figures", "--item", "none").out.startswith("共 0 件，0 种走法\n")


def test_all_figures_are_counted_anew(shell: Shell, sqlite_house: House):
    WALKS["instant"](sqlite_house)
    ran = shell("audit", "figures", "--rebuild")
    assert ran.code == 0 and ran.out.startswith("已重新统计：0 件办结的办件\n还有 "), ran.err
    assert shell("audit", "seal").code == 0
    ran = shell("audit", "figures", "--rebuild")
    assert (ran.code, ran.out) == (0, "已重新统计：1 件办结的办件\n")
    assert sqlite_house.violations() == []


@pytest.mark.parametrize("more", [("--json",), ("--item", "I01"), ("--from", "2026-01-01"), ("--case", "1")])
def test_all_figures_or_none_are_counted_anew(shell: Shell, more: tuple[str, ...]):
    ran = shell("audit", "figures", "--rebuild", *more)
    assert ran.code == 2 and "不能与其他选项合用" in ran.err
