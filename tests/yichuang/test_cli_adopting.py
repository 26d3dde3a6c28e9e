"""``process adopt``: a file of another tool is explained and made executable; the file itself is never touched."""

from __future__ import annotations

from pathlib import Path

import pytest

from processes import library
from tests.engine.process.bpmn.foreign.tools import FLOWABLE, TOOLS, Tool, file
from tests.yichuang.shell import Shell, real


@pytest.fixture
def theirs(tmp_path: Path) -> Path:
    path = tmp_path / "theirs.bpmn"
    path.write_bytes(file(FLOWABLE))
    return path


@pytest.mark.parametrize("tool", TOOLS, ids=lambda tool: tool.name)
def test_every_tool_s_file_is_explained_line_by_line(shell: Shell, tmp_path: Path, tool: Tool):
    path = tmp_path / "theirs.bpmn"
    path.write_bytes(file(tool))
    ran = shell("process", "adopt", path)
    assert ran.code == 1
    assert ran.out.startswith(f"来自 {tool.name}：")
    assert "已改 " in ran.out
    assert "待办 " in ran.out
    assert ran.out.endswith("请在流程设计器里补全以后用 process check 检查\n")


def test_the_changed_file_is_another_and_the_original_stays(shell: Shell, theirs: Path, tmp_path: Path):
    output = tmp_path / "ours.bpmn"
    assert shell("process", "adopt", theirs, "-o", output).code == 1
    assert theirs.read_bytes() == file(FLOWABLE)
    assert b'role="window_clerk"' in output.read_bytes()
    again = shell("process", "adopt", theirs, "-o", output)
    assert again.code == 1
    assert "ADOPTED_EXISTS" in again.err
    assert shell("process", "adopt", theirs, "-o", theirs).err.startswith("ADOPTED_EXISTS")
    assert theirs.read_bytes() == file(FLOWABLE)


def test_what_json_says_is_what_the_lines_say(shell: Shell, theirs: Path):
    told = shell("process", "adopt", theirs, "--json").json
    lines = shell("process", "adopt", theirs).out
    assert (told["origin"], told["runs"]) == ("Flowable", False)
    for one in told["findings"]:
        assert f"{one['element_id']} [{one['rule']}] {one['sentence']}：{one['proposal'] or one['todo']}" in lines


def test_our_own_file_has_nothing_to_change(shell: Shell):
    ran = shell("process", "adopt", library.SHIPPED / "archive.bpmn")
    assert ran.out.splitlines()[0] == "来自 一窗通：0 处与本平台不同"


def test_a_path_that_cannot_be_used_is_told(shell: Shell, theirs: Path, tmp_path: Path):
    missing = real(tmp_path, "process", "adopt", "none.bpmn")
    assert (missing.code, "读不到" in missing.err) == (2, True)
    nowhere = shell("process", "adopt", theirs, "-o", tmp_path / "no" / "where.bpmn")
    assert (nowhere.code, "不能写" in nowhere.err) == (2, True)


def test_a_file_that_may_not_come_in_is_refused_with_its_reason(shell: Shell, tmp_path: Path):
    path = tmp_path / "bad.bpmn"
    path.write_bytes(b"<!DOCTYPE x><x/>")
    ran = shell("process", "adopt", path)
    assert ran.code == 1
    assert "DOCTYPE" in ran.err
