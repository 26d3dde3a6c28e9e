"""A journal that cannot be read whole, at the command line: said with the line, nothing printed, nothing written."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.house import House
from tests.support.unlike import STRANGE, closed_case, forge, with_gap
from tests.yichuang.shell import Shell

CANNOT = "的过程记录不能完整读出："


@pytest.mark.parametrize("what", STRANGE)
def test_a_line_of_a_newer_program_is_in_no_export_of_the_command_line(
    shell: Shell, sqlite_house: House, tmp_path: Path, what: str
):
    change, why = STRANGE[what]
    case_no = closed_case(sqlite_house)
    forge(sqlite_house, case_no, change)
    shell("audit", "seal")
    out = tmp_path / "out"
    for words in (
        *(("events", "--format", each, "--to", out) for each in ("xes", "ocel", "csv", "xlsx")),
        ("conformance",), ("figures",), ("export", "--case", case_no, "--out", out),
    ):  # fmt: skip
        ran = shell("audit", *words)
        assert (ran.code, ran.out) == (1, ""), words
        assert f"JOURNAL_ILLEGIBLE：办件 {case_no} {CANNOT}{why}" in ran.err, words
    assert list(tmp_path.glob("out*")) == []
    told = shell("audit", "verify", "--case", case_no)
    assert told.code == 1 and f"I3 case:{case_no}：{why}，所说的内容没有核对" in told.out


def test_a_migration_gap_is_told_by_the_command_line_and_nothing_is_written(
    shell: Shell, sqlite_house: House, tmp_path: Path
):
    case_no, why = with_gap(sqlite_house)
    told = shell("audit", "verify", "--case", case_no)
    assert told.code == 1 and f"I3 case:{case_no}：{why}" in told.out
    for words in (("events", "--format", "xes", "--to", tmp_path / "out"), ("conformance",), ("figures",)):
        ran = shell("audit", *words)
        assert (ran.code, ran.out) == (1, "") and why in ran.err
    assert list(tmp_path.glob("out*")) == []
