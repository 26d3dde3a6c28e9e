"""``audit export``: the bundle of some cases as a file, journalled as the operator's, never over another file."""

from __future__ import annotations

from pathlib import Path

from tests.engine.oversight.audit.bundling.conftest import alone, contents, here, laid
from tests.support.house import House
from tests.yichuang.shell import Shell


def exports(house: House) -> list[dict[str, object]]:
    return [one.data for one in house.journal("access:operator") if one.type == "access.bundle_exported"]


def test_a_bundle_with_a_proof_from_an_older_checkpoint_is_right_by_its_own_tool(
    shell: Shell, sqlite_house: House, tmp_path: Path
):
    case_no, kept, out = sqlite_house.accepted_instant(), tmp_path / "kept.txt", tmp_path / "bundle.zip"
    shell("audit", "seal")
    shell("audit", "checkpoint", "--to", kept)
    sqlite_house.accepted_instant()
    shell("audit", "seal")
    ran = shell("audit", "export", "--case", case_no, "--checkpoint", kept, "--out", out, "--purpose", "交审计局")
    assert ran.code == 0, ran.err
    assert f"case:{case_no}：15 条记录，全部已封存" in ran.out
    assert "没有放入：个人信息" in ran.err
    empty = laid({"verify.py": contents(out.read_bytes())["verify.py"]}, tmp_path / "empty")
    told = alone(empty, out, "--key", f"{kept}.pub", "--checkpoint", kept)
    assert told.code == 0, told.out
    [line] = exports(sqlite_house)
    assert (line["cases"], line["purpose"]) == ([case_no], "交审计局")
    assert str(line["digest"]) in ran.out
    assert list(tmp_path.glob("*.part")) == []


def test_several_cases_named_one_by_one_and_from_a_file(shell: Shell, sqlite_house: House, tmp_path: Path):
    cases = [sqlite_house.accepted_instant() for _ in range(3)]
    shell("audit", "seal")
    (tmp_path / "cases").write_text(f"\ufeff{cases[1]}\n\n {cases[2]} \r\n{cases[0]}\n", "utf-8")
    out = tmp_path / "bundle.zip"
    ran = shell("audit", "export", "--case", cases[0], "--cases-from", tmp_path / "cases", "--out", out)
    assert (ran.code, ran.out.startswith(f"{out}：3 件办件，")) == (0, True)
    told = here(out)
    assert told.code == 0 and all(f"case:{one}：" in told.out for one in cases)
    assert exports(sqlite_house)[0]["count"] == 3


def test_personal_values_are_in_it_when_the_operator_says_so(shell: Shell, sqlite_house: House, tmp_path: Path):
    case_no, out = sqlite_house.accepted_instant(), tmp_path / "bundle.zip"
    shell("audit", "seal")
    assert shell("audit", "export", "--case", case_no, "--personal", "--out", out).code == 0
    assert f"private/case-{case_no}.json" in contents(out.read_bytes())
    assert here(out).code == 0
    assert exports(sqlite_house)[0]["personal"] is True


def test_what_is_not_sealed_yet_is_told_to_be_so(shell: Shell, sqlite_house: House, tmp_path: Path):
    sqlite_house.accepted_instant()
    shell("audit", "seal")
    case_no = sqlite_house.accepted_instant()
    ran = shell("audit", "export", "--case", case_no, "--out", tmp_path / "bundle.zip")
    assert ran.code == 0 and "已封存到第 0 条，其后尚未封存" in ran.out


def test_refused_nothing_is_written_and_nothing_journalled(shell: Shell, sqlite_house: House, tmp_path: Path):
    case_no, out = sqlite_house.accepted_instant(), tmp_path / "bundle.zip"
    assert shell("audit", "export", "--case", case_no, "--out", out).err.startswith("BUNDLE_UNSEALED")
    shell("audit", "seal")
    assert shell("audit", "export", "--out", out).err.startswith("CASES_UNNAMED")
    assert shell("audit", "export", "--case", case_no[:-1], "--out", out).err.startswith("CASE_MISSING")
    (tmp_path / "odd").write_bytes(b"\xff")
    odd = shell("audit", "export", "--case", case_no, "--checkpoint", tmp_path / "odd", "--out", out)
    assert odd.err.startswith("CHECKPOINT_UNREADABLE")
    short = shell("audit", "export", "--case", case_no, "--purpose", "看", "--out", out)
    assert short.err.startswith("BUNDLE_PURPOSE_MISSING")
    nowhere = shell("audit", "export", "--case", case_no, "--out", tmp_path / "no" / "bundle.zip")
    assert nowhere.err.startswith("PATH_UNUSABLE")
    assert list(tmp_path.iterdir()) == [tmp_path / "odd"]
    out.write_bytes(b"kept")
    there = shell("audit", "export", "--case", case_no, "--out", out)
    assert (there.code, there.err.startswith("PATH_UNUSABLE"), out.read_bytes()) == (1, True, b"kept")
    assert exports(sqlite_house) == []
