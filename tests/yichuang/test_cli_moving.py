"""``process migrate|modify``: running cases that go on with another release, and a case that is mended."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.oversight.publishing.migrating.commands import ChooseCases
from engine.oversight.publishing.migrating.working import work_through
from tests.support.house import House
from tests.yichuang.shell import Ran, Shell
from tests.yichuang.test_cli_processes import with_legal_check

# Moving running cases ---------------------------------------------------------------------------------------------


def migrate(shell: Shell, *more: str, to: int = 2) -> Ran:
    return shell("process", "migrate", "--item", "I02", "--to", to, "--reason", "按新办法", *more)


def in_the_middle(house: House, shell: Shell, route: Path) -> tuple[str, str]:
    """Return a case that can go the way with a 法制审核 and one that cannot, the opinion having another id."""
    early = house.accepted_commitment()
    late = house.accepted_commitment()
    house.complete("D11", late, "ut_substantive", {"findings": "审查", "site_visit": "no"})
    route.write_text(with_legal_check().replace("ut_dept_opinion", "ut_written_opinion"), encoding="utf-8")
    assert shell("process", "deploy", route).code == 0
    return early, late


def test_a_dry_run_tells_of_each_case_whether_and_why_not_and_changes_nothing(
    sqlite_house: House, shell: Shell, route: Path
):
    early, late = in_the_middle(sqlite_house, shell, route)
    looked = migrate(shell, "--dry-run", "--json")
    assert looked.code == 1
    assert {one["case"]: one["state"] for one in looked.json["cases"]} == {early: "movable", late: "stuck"}
    told = migrate(shell, "--dry-run")
    assert f"{early}  可以改用" in told.out
    assert "（ut_dept_opinion）：新版中没有这个元素" in told.out
    assert migrate(shell, "--dry-run", "--map", "route_commitment:ut_dept_opinion=ut_written_opinion").code == 0
    assert "没有元素" in migrate(shell, "--dry-run", "--map", "route_commitment:ut_dept_opinion=x").err
    assert [sqlite_house.case(one).release_id for one in (early, late)] == [sqlite_house.case(early).release_id] * 2


def test_running_cases_are_moved_and_the_exit_code_says_whether_all_were(
    sqlite_house: House, shell: Shell, route: Path
):
    early, late = in_the_middle(sqlite_house, shell, route)
    moved = migrate(shell, "--from", "1")
    assert moved.code == 1
    assert f"{early}  已改用新版" in moved.out
    assert f"{late}  没有改动" in moved.out
    again = migrate(shell, "--map", "route_commitment:ut_dept_opinion=ut_written_opinion", "--json")
    assert (again.code, [one["case"] for one in again.json["cases"]]) == (0, [late])
    assert [task.element for task in sqlite_house.open_tasks(late)] == ["ut_written_opinion"]
    nothing = migrate(shell)
    assert (nothing.code, "没有需要迁移的办件" in nothing.err) == (1, True)
    assert sqlite_house.violations() == []


def test_a_batch_that_was_not_finished_is_taken_up_again(sqlite_house: House, shell: Shell, route: Path):
    early, late = in_the_middle(sqlite_house, shell, route)
    command = ChooseCases(item_code="I02", number=2, case_nos=(early, late), reason="按新办法")
    batch = sqlite_house.execute("P61", command)["batch"]
    work_through(sqlite_house.door, sqlite_house.actor("P61"), batch, iter([True, False]).__next__)
    taken_up = migrate(shell)
    assert "还有 1 件" in taken_up.out
    assert f"{early}  已改用新版" in taken_up.out
    assert f"{late}  没有改动" in taken_up.out


def test_a_reason_of_blanks_and_a_map_of_nothing_are_refused(shell: Shell):
    assert shell("process", "migrate", "--item", "I02", "--to", "2", "--reason", " ").code == 1
    assert "元素对照" in migrate(shell, "--map", "nonsense").err
    assert "没有第 9 版" in migrate(shell, to=9).err


# Mending a case ---------------------------------------------------------------------------------------------------


def modify(shell: Shell, case_no: str, *more: str) -> Ran:
    return shell("process", "modify", "--case", case_no, *more)


def test_a_case_is_shown_where_it_stands_and_mended_from_there(sqlite_house: House, shell: Shell):
    case_no = sqlite_house.accepted_commitment()
    sqlite_house.complete("D11", case_no, "ut_substantive", {"findings": "审查", "site_visit": "no"})
    shown = modify(shell, case_no)
    assert (shown.code, "route_commitment:ut_dept_opinion  提出审查意见" in shown.out) == (0, True)
    opinion, review = "route_commitment:ut_dept_opinion", "route_commitment:ut_substantive"
    unreasoned = modify(shell, case_no, "--cancel", opinion, "--before", review)
    assert (unreasoned.code, "请写明理由" in unreasoned.err) == (1, True)
    refused = modify(shell, case_no, "--cancel", opinion, "--reason", "误点")
    assert (refused.code, "不能撤销了事" in refused.err) == (1, True)
    mended = modify(shell, case_no, "--cancel", opinion, "--before", review, "--reason", "误点", "--json")
    assert mended.code == 0
    assert "ut_substantive" in [one["element_id"] for one in mended.json["standing"]]
    assert sqlite_house.violations() == []


@pytest.mark.parametrize(
    "words, told",
    [
        (("--cancel", "nowhere"), "应写成 流程:元素"),
        (("--cancel", "route_commitment:nowhere"), "办件不在这一环节"),
        (("--before", "nowhere"), "应写成 流程:元素"),
        (("--set", "case_type"), "应写成 名=值"),
        (("--set", "case_type=joint"), "文字要加引号"),
        (("--set", 'decision="grant"'), "不能代为填写"),
    ],
)
def test_what_cannot_be_read_or_done_is_told(sqlite_house: House, shell: Shell, words: tuple[str, ...], told: str):
    case_no = sqlite_house.accepted_commitment()
    ran = modify(shell, case_no, *words, "--reason", "试")
    assert (ran.code, told in ran.err) == (1, True), ran.err


def test_a_fact_is_set_by_its_json(sqlite_house: House, shell: Shell):
    case_no = sqlite_house.accepted_commitment()
    assert modify(shell, case_no, "--set", "site_visit_required=true", "--reason", "按清单更正").code == 0
    assert sqlite_house.violations() == []
