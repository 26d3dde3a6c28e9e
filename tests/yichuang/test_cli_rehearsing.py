"""``process rehearse``: a draft is walked through by a script; the house it is asked from stays as it is."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from engine.process.bpmn.releases.queries import releases_of
from engine.registry.identity.rules import SYSTEM
from processes import library
from tests.support.house import House
from tests.support.rehearsing import kept
from tests.support.rehearsing import script as text_of
from tests.yichuang.shell import Shell, in_chinese, real

STEPS: list[dict[str, Any]] = [{"do": "ut_formal", "answer": {"formal_result": "accept"}}, {"do": "ut_accept"}]


@pytest.fixture
def script(tmp_path: Path) -> Path:
    return written(tmp_path / "s.json", *STEPS)


def written(path: Path, *steps: dict[str, Any]) -> Path:
    path.write_text(json.dumps({"name": "试走", "item": "I06", "steps": list(steps)}), "utf-8")
    return path


def test_a_script_that_passes_ends_with_0_and_tells_steps_and_coverage(shell: Shell, script: Path) -> None:
    ran = shell("process", "rehearse", "--script", script)
    assert ran.code == 0, ran.err
    assert "试走（I06）：通过" in ran.out
    assert "办理 ut_accept  W01" in ran.out and "收件（受理）通知书" in ran.out
    assert "覆盖 intake" in ran.out and "没有走到" in ran.out


def test_a_draft_is_rehearsed_and_not_published(
    shell: Shell, sqlite_house: House, tmp_path: Path, route: Path
) -> None:
    with sqlite_house.door.read(SYSTEM) as view:
        before = releases_of(view.connection)
    text = library.processes()["route_instant"].xml.decode("utf-8")
    route.write_text(text.replace('id="ut_head_decide"', 'id="ut_head"').replace(
        "ut_head_decide<", "ut_head<").replace('"ut_head_decide"', '"ut_head"'), "utf-8")  # fmt: skip
    want = written(tmp_path / "w.json", *STEPS, {"expect": {"open": ["ut_head"]}})
    assert shell("process", "rehearse", route, "--script", want).code == 0
    ran = shell("process", "rehearse", "--script", want)
    assert ran.code == 1, "what is in force has the old element"
    assert "预期打开的环节是“ut_head”，实际是“ut_head_decide”" in ran.out
    with sqlite_house.door.read(SYSTEM) as view:
        assert releases_of(view.connection) == before


def test_a_script_that_cannot_be_read_is_told_fault_by_fault(shell: Shell, tmp_path: Path) -> None:
    ran = shell("process", "rehearse", "--script", written(tmp_path / "w.json", {"do": ""}, {"advance": {}}))
    assert ran.code == 1
    assert "steps[0].do" in ran.err and "steps[1].advance" in ran.err and in_chinese(ran.err)


def test_files_that_cannot_be_released_are_told_by_element(shell: Shell, script: Path, route: Path) -> None:
    text = library.processes()["route_commitment"].xml.decode("utf-8")
    route.write_text(text.replace('act="cases.give_opinion"', 'act="cases.give_nothing"'), "utf-8")
    ran = shell("process", "rehearse", route, "--script", script, "--json")
    assert ran.code == 1
    (report,) = ran.json["reports"]
    assert (ran.json["passed"], report["outcome"]) == (False, "refused")
    assert report["faults"][0]["element"] == "ut_dept_opinion"


def test_two_files_of_one_name_are_refused(shell: Shell, script: Path, tmp_path: Path, route: Path) -> None:
    route.write_bytes(library.processes()["route_commitment"].xml)
    other = tmp_path / "other.bpmn"
    other.write_bytes(route.read_bytes())
    ran = shell("process", "rehearse", route, other, "--script", script)
    assert ran.code == 1 and "FILE_TWICE" in ran.err


def test_a_path_that_is_not_there_is_told(shell: Shell, script: Path, tmp_path: Path) -> None:
    with pytest.raises(SystemExit) as ended:
        shell("process", "rehearse", "--script", tmp_path / "no.json")
    assert ended.value.code == 2


def test_without_any_house_the_shipped_files_are_rehearsed(tmp_path: Path, script: Path) -> None:
    ran = real(tmp_path, "process", "rehearse", "--script", str(script))
    assert ran.code == 0, ran.err
    assert "随系统提供" in ran.err
    assert not (tmp_path / "data").exists()
    named = real(tmp_path, "--data", "gone", "process", "rehearse", "--script", str(script))
    assert named.code == 1 and "DATA_MISSING" in named.err


# Before a deployment -----------------------------------------------------------------------------------------------


def relabelled(route: Path, element: str) -> None:
    """Write the 即办 route whose head's decision has another id: a script that names the old one cannot pass."""
    text = library.processes()["route_instant"].xml.decode("utf-8")
    route.write_text(text.replace('"ut_head_decide"', f'"{element}"').replace(
        ">ut_head_decide<", f">{element}<"), "utf-8")  # fmt: skip


def verdicts(house: House) -> int:
    with house.door.read(SYSTEM) as view:
        return int(view.connection.exec_driver_sql("select count(*) from rehearsal_verdict").scalar_one())


def test_a_deployment_walks_the_kept_rehearsals_first_and_one_that_fails_stops_it(
    shell: Shell, sqlite_house: House, route: Path
) -> None:
    kept(sqlite_house, text_of(*STEPS, {"expect": {"open": ["ut_head_decide"]}}, name="补领"))
    with sqlite_house.door.read(SYSTEM) as view:
        before = releases_of(view.connection)
    relabelled(route, "ut_head")
    ran = shell("process", "deploy", route)
    assert ran.code == 1
    assert "演练 补领（I06）……未通过" in ran.out
    assert "REHEARSAL_FAILED" in ran.err and "第 3 步（核对预期）" in ran.err and "“ut_head”" in ran.err
    assert "紧急发布" in ran.err and in_chinese(ran.err)
    with sqlite_house.door.read(SYSTEM) as view:
        assert releases_of(view.connection) == before
    assert sqlite_house.violations() == []


def test_a_deployment_that_passes_is_made_and_nothing_is_walked_twice(
    shell: Shell, sqlite_house: House, route: Path
) -> None:
    kept(sqlite_house, text_of(*STEPS, name="补领"))
    relabelled(route, "ut_head")
    ran = shell("process", "deploy", route)
    assert ran.code == 0, ran.err
    assert "演练 补领（I06）……通过" in ran.out and "I06 已发布" in ran.out
    assert verdicts(sqlite_house) == 1
    again = shell("process", "deploy", route)
    assert (again.code, "演练" in again.out) == (0, False), "it is in force already"
    route.write_bytes(library.processes()["route_instant"].xml)
    assert shell("process", "deploy", route).code == 0
    relabelled(route, "ut_head")
    back = shell("process", "deploy", route)
    assert (back.code, "演练" in back.out) == (0, False), "what it showed with these files is known"
    assert verdicts(sqlite_house) == 2


def test_files_that_cannot_be_released_are_not_walked(shell: Shell, sqlite_house: House, route: Path) -> None:
    kept(sqlite_house, text_of(*STEPS, name="补领"))
    text = library.processes()["route_commitment"].xml.decode("utf-8")
    route.write_text(text.replace('act="cases.give_opinion"', 'act="cases.give_nothing"'), "utf-8")
    ran = shell("process", "deploy", route)
    assert ran.code == 1 and "PROCESS_REFUSED" in ran.err and "演练" not in ran.out
    assert verdicts(sqlite_house) == 0


def test_without_kept_rehearsals_a_deployment_sets_no_house_up(
    shell: Shell, route: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "none"))
    relabelled(route, "ut_head")
    assert shell("process", "deploy", route).code == 0, "there is no folder for one"
