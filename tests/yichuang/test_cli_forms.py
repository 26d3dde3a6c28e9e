"""Forms at the command line, and that it says of files what the pages of drafts say of them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import forms
from engine.oversight.publishing.drafting.judging import compare, contents_of, problems_by_file
from engine.oversight.publishing.drafting.queries import files_of
from engine.registry.identity.rules import SYSTEM
from tests.support.drafting import ROUTE, approve, drafted, in_force, submitted
from tests.support.house import House
from tests.yichuang.shell import Shell
from tests.yichuang.test_cli_processes import broken, renamed

KEY = "substantive_review"


@pytest.fixture
def form(tmp_path: Path) -> Path:
    """A form whose first part is called otherwise."""
    file = tmp_path / "审查.json"
    file.write_text(forms.source(KEY).decode().replace("审查", "核查", 1), "utf-8")
    return file


def test_a_form_is_checked_compared_deployed_told_and_exported(shell: Shell, tmp_path: Path, form: Path):
    assert shell("process", "check", form).code == 0
    told = shell("process", "diff", tmp_path).out.splitlines()
    assert told[0].startswith(f"修改  表单 {KEY}")
    assert any("审查" in line and "核查" in line for line in told[1:])
    assert "I02 已发布" in shell("process", "deploy", form).out
    [row] = [one for one in shell("process", "status", "--json").json if one["item"] == "I02"]
    assert set(row["forms"]) == {KEY}
    assert shell("process", "diff", tmp_path).out == "与现行发布相同\n"
    out = tmp_path / "out"
    shell("process", "export", out)
    assert (out / f"{KEY}.form.json").read_bytes() == form.read_bytes()
    assert not [file for file in out.glob("*.form.json") if file.name != f"{KEY}.form.json"]
    assert shell("process", "deploy", out / f"{KEY}.form.json").out == "内容与现行版本相同，没有新的发布\n"


def test_a_form_without_a_field_that_is_read_is_refused(shell: Shell, form: Path):
    schema = json.loads(form.read_text("utf-8"))
    schema["components"] = [{"type": "textarea", "id": "x_note", "key": "x_note", "label": "说明"}]
    form.write_text(json.dumps(schema, ensure_ascii=False), "utf-8")
    ran = shell("process", "check", form)
    assert ran.code == 1
    assert "form-field-missing" in ran.out
    ran = shell("process", "deploy", form)
    assert ran.code == 1
    assert "form-field-missing" in ran.out


def test_the_command_line_and_a_draft_find_the_same_wrong(shell: Shell, sqlite_house: House, tmp_path: Path):
    house = sqlite_house
    id = drafted(house, (*ROUTE, broken()))
    with house.door.read(SYSTEM) as view:
        found = problems_by_file(view, contents_of(files_of(view.connection, id)))[ROUTE]
    file = tmp_path / "route_commitment.bpmn"
    file.write_text(broken(), "utf-8")
    [told] = shell("process", "check", file, "--json").json["files"].values()
    assert [(one["element_id"], one["rule"], one["sentence"]) for one in told] == [
        (one.element_id, one.rule, one.sentence) for one in found
    ]


def test_the_command_line_and_a_draft_tell_the_same_difference(shell: Shell, sqlite_house: House, tmp_path: Path):
    house = sqlite_house
    id = drafted(house, (*ROUTE, renamed()))
    with house.door.read(SYSTEM) as view:
        [found] = compare(view, files_of(view.connection, id))
    (tmp_path / "route_commitment.bpmn").write_text(renamed(), "utf-8")
    told = [one for one in shell("process", "diff", tmp_path, "--json").json["files"] if one["file"]]
    assert [[part["id"] for part in one["parts"]] for one in told] == [[part.id for part in found.parts or ()]]


def test_what_a_draft_released_is_what_the_command_line_exports(shell: Shell, sqlite_house: House, tmp_path: Path):
    approve(sqlite_house, submitted(sqlite_house, (*ROUTE, renamed())))
    shell("process", "export", tmp_path)
    assert (tmp_path / "route_commitment.bpmn").read_bytes() == in_force(sqlite_house, *ROUTE) == renamed().encode()
