"""``process diff``: a folder of drafts beside what is published; nothing is changed by looking."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import forms
from engine.oversight.publishing.commands import Deploy
from processes import library
from tests.support.decisions import TABLE, asking_route
from tests.support.house import House
from tests.yichuang.shell import Shell
from tests.yichuang.test_cli_processes import ROUTE, broken, catalogue, renamed


@pytest.fixture
def drafts(shell: Shell, tmp_path: Path) -> Path:
    """The folder that ``process export`` writes."""
    folder = tmp_path / "drafts"
    assert shell("process", "export", folder).code == 0
    return folder


def test_what_was_exported_is_the_same(shell: Shell, drafts: Path):
    ran = shell("process", "diff", drafts)
    assert (ran.code, ran.out, ran.err) == (0, "与现行发布相同\n", "")
    assert shell("process", "diff", drafts, "--json").json == {"same": True, "files": []}


def test_the_shipped_folder_is_what_a_new_house_has_published(shell: Shell):
    assert shell("process", "diff", library.SHIPPED).out == "与现行发布相同\n"


def test_a_changed_file_is_told_with_its_elements_and_nothing_is_changed_by_looking(
    shell: Shell, sqlite_house: House, drafts: Path
):
    before = catalogue(sqlite_house)
    (drafts / "route_commitment.bpmn").write_text(renamed(), "utf-8")
    ran = shell("process", "diff", drafts)
    assert ran.out.splitlines() == [
        "修改  流程 route_commitment（承诺件审批）  route_commitment.bpmn",
        "    修改  ut_dept_opinion 提出书面审查意见",
        "        名称：提出审查意见 → 提出书面审查意见",
    ]
    assert shell("process", "diff", drafts, "--json").json == {
        "same": False,
        "files": [{
            "kind": "process", "name": "route_commitment", "title": "承诺件审批", "change": "changed",
            "file": "route_commitment.bpmn",
            "parts": [{
                "id": "ut_dept_opinion", "name": "提出书面审查意见", "change": "changed",
                "details": [{"what": "名称", "before": "提出审查意见", "after": "提出书面审查意见"}],
            }],
        }],
    }  # fmt: skip
    assert catalogue(sqlite_house) == before
    assert shell("process", "deploy", drafts / "route_commitment.bpmn").code == 0
    assert shell("process", "diff", drafts).out == "与现行发布相同\n"


def test_a_file_that_only_looks_otherwise_says_so(shell: Shell, drafts: Path):
    (drafts / "route_commitment.bpmn").write_text(ROUTE + "\n", "utf-8")
    assert "只有图形位置、注释或者书写不同，办理不变" in shell("process", "diff", drafts).out


def test_files_that_are_new_and_that_are_missing_are_told(shell: Shell, drafts: Path):
    (drafts / "hearing.bpmn").unlink()
    new = ROUTE.replace("route_commitment", "route_new").encode()
    (drafts / "新的.bpmn").write_bytes(new)
    found = {(one["name"], one["change"], one["file"]) for one in
             shell("process", "diff", drafts, "--json").json["files"]}  # fmt: skip
    assert found == {("hearing", "removed", ""), ("route_new", "added", "新的.bpmn")}
    plain = shell("process", "diff", drafts).out
    assert "草稿中没有  流程 hearing" in plain
    assert "发布草稿后照旧" in plain
    assert "新增  流程 route_new" in plain


def test_a_table_is_told_rule_by_rule(shell: Shell, sqlite_house: House, tmp_path: Path):
    sqlite_house.execute(
        "P61", Deploy(processes={"route_commitment": asking_route()}, decisions={"review_depth": TABLE})
    )
    folder = tmp_path / "drafts"
    assert shell("process", "export", folder).code == 0
    assert shell("process", "diff", folder).out == "与现行发布相同\n"
    (folder / "review_depth.dmn").write_text(TABLE.replace("0.25", "0.5"), "utf-8")
    assert shell("process", "diff", folder).out.splitlines() == [
        "修改  决策表 review_depth（审查深度）  review_depth.dmn",
        "    修改  depth_of_review:rule_simple 审查深度 第 2 条",
        "        spot_share：0.25 → 0.5",
    ]


def test_an_item_is_told_key_by_key_and_other_json_is_passed_over(shell: Shell, tmp_path: Path):
    item = json.loads((library.SHIPPED / "items" / "I02.json").read_text("utf-8"))
    item["promise"]["days"] = 4
    (tmp_path / "items").mkdir()
    (tmp_path / "items" / "I02.json").write_text(json.dumps(item, ensure_ascii=False), "utf-8")
    (tmp_path / "windows.json").write_text("[]", "utf-8")
    (tmp_path / "说明.txt").write_text("草稿", "utf-8")
    lines = shell("process", "diff", tmp_path).out.splitlines()
    assert lines[0].startswith("草稿中没有  事项 I01（")
    assert lines[1:4] == [
        "修改  事项 I02（食品经营许可新办（餐饮））  items/I02.json",
        "    修改  promise",
        "        days：5 → 4",
    ]
    assert not [line for line in lines if "流程 " in line], "there is no draft of a process"


def test_forms_of_a_newer_program_are_told_field_by_field(
    shell: Shell, drafts: Path, monkeypatch: pytest.MonkeyPatch
):
    older = forms.source

    def newer(key: str) -> bytes:
        text = older(key)
        return text.replace('"档号"'.encode(), '"档案号"'.encode()) if key == "archive" else text

    monkeypatch.setattr(forms, "source", newer)
    assert shell("process", "diff", drafts).out.splitlines() == [
        "修改  表单 archive", "    修改  archive_no 档案号", "        label：档号 → 档案号",
    ]  # fmt: skip


def test_a_draft_that_cannot_be_run_is_compared_and_one_that_cannot_be_read_is_refused(shell: Shell, drafts: Path):
    path = drafts / "route_commitment.bpmn"
    path.write_text(broken(), "utf-8")
    assert "办理：cases.give_opinion → cases.give_nothing" in shell("process", "diff", drafts).out
    for content in ("<bpmn", "", '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"/>'):
        path.write_text(content, "utf-8")
        ran = shell("process", "diff", drafts)
        assert (ran.code, ran.out) == (1, "")
        assert "route_commitment.bpmn 读不懂" in ran.err
    path.unlink()
    (drafts / "I99.json").write_text("{", "utf-8")
    assert "I99.json 读不懂：不是合格的 JSON" in shell("process", "diff", drafts).err


def test_two_files_of_one_process_are_refused(shell: Shell, drafts: Path):
    (drafts / "旧的.bpmn").write_text(ROUTE, "utf-8")
    ran = shell("process", "diff", drafts)
    assert ran.code == 1
    assert "route_commitment.bpmn 和 旧的.bpmn" in ran.err


def test_a_folder_without_drafts_and_one_that_is_not_there_are_told(shell: Shell, tmp_path: Path):
    assert shell("process", "diff", tmp_path).out == "文件夹中没有流程、决策表、事项、表单或者消息文件\n"


def test_without_a_folder_the_files_lie_in_the_data_folder_and_status_tells_their_drift(
    shell: Shell, sqlite_house: House
):
    assert shell("process", "export").code == 0
    folder = sqlite_house.settings.data / "processes"
    assert shell("process", "diff").out == "与现行发布相同\n"
    assert "数据目录的 processes 文件夹：与现行的相同" in shell("process", "status").out
    route = folder / "route_commitment.bpmn"
    route.write_text(route.read_text("utf-8").replace('name="实质审查"', 'name="书面审查"'), "utf-8")
    assert "有 1 个文件与现行的不同" in shell("process", "status").out
    assert "书面审查" in shell("process", "diff").out
