"""A bundle of a real house is right by its own tool, run alone; and says of itself what it is and what is not in it."""

from __future__ import annotations

import ast
import hashlib
import json
import sys
from pathlib import Path

import pytest

from engine.casework.cases.queries import visible_case
from engine.casework.cases.rules import CaseMissing
from engine.foundation.blobs.storage import Blobs
from engine.foundation.journal.sealing.notes import SigningKey, read_note, sign
from engine.foundation.journal.tables import journal_private
from engine.oversight.audit.bundling.proofs import BundleUnsealed, EarlierUnlike
from tests.engine.oversight.audit.bundling.conftest import (
    VERIFIER,
    Sample,
    alone,
    bundle_in,
    checkpoint_of,
    contents,
    here,
    laid,
    packed,
)
from tests.engine.oversight.audit.conftest import Audited
from tests.support.busy_joint import busy_case
from yichuang.sealing import seal_all


def manifest(files: dict[str, bytes]) -> dict[str, object]:
    found: dict[str, object] = json.loads(files["manifest.json"])
    return found


# The tool, alone ---------------------------------------------------------------------------------------------------


def test_in_an_empty_folder_the_tool_finds_the_archive_beside_it(sample: Sample, tmp_path: Path):
    (tmp_path / "bundle.zip").write_bytes(sample.archive)
    (tmp_path / "verify.py").write_bytes(sample.files["verify.py"])
    told = alone(tmp_path)
    said = "结论：相符，但有 1 条记录尚未封存，没有检查点为其作证"
    assert (told.code, told.out.splitlines()[-1]) == (0, said), told.out
    assert f"case:{sample.closed}：51 条记录相接；第 1–51 条已封存" in told.out
    assert "尚未封存，只核对了链内相接" in told.out.split(f"case:{sample.running}：")[1].splitlines()[0]
    assert "日志是 " in told.out and "处较早检查点的延续" in told.out
    assert "注意  公钥取自包内" in told.out


def test_unpacked_with_a_key_and_a_checkpoint_from_elsewhere(sample: Sample, tmp_path: Path):
    laid(sample.files, tmp_path / "bundle")
    (tmp_path / "key").write_bytes(sample.key)
    (tmp_path / "kept").write_bytes(sample.earlier)
    told = alone(tmp_path / "bundle", "--key", tmp_path / "key", "--checkpoint", tmp_path / "kept")
    assert told.code == 0, told.out
    assert "所给公钥（--key）" in told.out and "注意" not in told.out


def test_the_tool_knows_nothing_but_the_standard_library_of_python_3_9():
    source = VERIFIER.read_text("utf-8")
    tree = ast.parse(source, feature_version=(3, 9))
    names = {one.module or "" for one in ast.walk(tree) if isinstance(one, ast.ImportFrom)}
    names |= {each.name for one in ast.walk(tree) if isinstance(one, ast.Import) for each in one.names}
    assert {name.partition(".")[0] for name in names} <= sys.stdlib_module_names
    # Unions with | stand in annotations only, which nobody evaluates.
    assert "from __future__ import annotations" in source
    newer = {"bit_count", "pairwise", "batched", "add_note", "UTC", "file_digest"}
    assert not newer & {one.attr for one in ast.walk(tree) if isinstance(one, ast.Attribute)}


# What is in it -----------------------------------------------------------------------------------------------------


def test_every_file_is_as_the_house_has_it(audited: Audited):
    house, root = audited.house, f"case:{audited.closed}"
    seal_all(house.door)
    files = contents(packed(bundle_in(house.door, [audited.closed])))
    lines = files[f"events/case-{audited.closed}.jsonl"].splitlines()
    journal = house.journal(root)
    assert [hashlib.sha256(b"yichuang.event.1\n" + one).hexdigest() for one in lines] == [one.hash for one in journal]
    rendered = {one.data["sha256"] for one in journal if one.type == "document.rendered"}
    assert len(rendered) == 3 and {f"documents/{one}.pdf" for one in rendered} <= files.keys()
    assert all(files[f"documents/{one}.pdf"].startswith(b"%PDF") for one in rendered)
    made = next(one.data["files"] for one in journal if one.type == "result.made")
    assert {f"files/{one}.pdf" for one in made} <= files.keys()
    release = next(one.data["release"] for one in journal if one.type == "process.started")
    pinned = json.loads(files[f"releases/{release}.json"])
    for part, suffix in (("processes", "bpmn"), ("forms", "json"), ("decisions", "dmn")):
        assert {f"definitions/{one}.{suffix}" for one in pinned.get(part, {}).values()} <= files.keys()
    assert f"definitions/{pinned['item']}.json" in files
    named = [name for name in files if name.startswith(("definitions/", "documents/", "files/", "releases/"))]
    for name in named:
        assert hashlib.sha256(files[name]).hexdigest() == Path(name).stem, name


def test_the_same_state_gives_the_same_bytes(audited: Audited):
    seal_all(audited.house.door)
    door, cases = audited.house.door, [audited.closed, audited.running]
    assert packed(bundle_in(door, cases)) == packed(bundle_in(door, [*reversed(cases), cases[0]]))


def test_the_readme_says_what_it_is_how_far_it_is_sealed_and_how_to_check(sample: Sample):
    text = sample.files["README.txt"].decode()
    for words in (f"case:{sample.closed}：51 条，全部已封存", "条尚未封存", "python3 verify.py", "--key",
                  hashlib.sha256(VERIFIER.read_bytes()).hexdigest()):  # fmt: skip
        assert words in text
    assert "{" not in text


# What is left out --------------------------------------------------------------------------------------------------


def reasons(files: dict[str, bytes]) -> dict[str, str]:
    return {one["name"]: f"{one['what']}：{one['reason']}" for one in json.loads(files["manifest.json"])["left_out"]}


def test_personal_values_are_left_out_unless_asked_for_and_then_prove_what_the_lines_keep(
    audited: Audited, tmp_path: Path
):
    house = audited.house
    seal_all(house.door)
    bare = packed(bundle_in(house.door, [audited.closed]))
    assert "王建国".encode() not in bare
    digest = house.journal(f"case:{audited.closed}")[0].data["application"]["digest"]
    assert reasons(contents(bare))[digest] == "个人信息：没有要求提供原值，或者岗位不能查看"
    whole = packed(bundle_in(house.door, [audited.closed], personal=True))
    assert "王建国".encode() in contents(whole)[f"private/case-{audited.closed}.json"]
    (tmp_path / "whole.zip").write_bytes(whole)
    told = here(tmp_path / "whole.zip")
    assert told.code == 0 and "没有放入" not in told.out
    assert told.out.splitlines()[-1] == "结论：相符"


def test_an_erased_value_a_lost_file_and_a_changed_one_are_said_to_be_so(audited: Audited, tmp_path: Path):
    house, root = audited.house, f"case:{audited.closed}"
    seal_all(house.door)
    journal = house.journal(root)
    digest = journal[0].data["application"]["digest"]
    with house.door.database.writing() as connection:
        connection.execute(journal_private.delete().where(journal_private.c.digest == digest))
    made = next(one.data["files"][0] for one in journal if one.type == "result.made")
    paper, other = [one.data["sha256"] for one in journal if one.type == "document.rendered"][:2]
    blobs = house.door.part(Blobs)
    blobs._path(made).unlink()
    blobs._path(paper).unlink()
    blobs._path(other).write_bytes(b"%PDF-1.7 of somebody else")
    archive = packed(bundle_in(house.door, [audited.closed], personal=True))
    told = reasons(contents(archive))
    assert told == {
        digest: "个人信息：已依法删除", made: "文件：存储中没有这个文件", paper: "文书：存储中没有这个文件",
        other: "文书：存储中的内容与摘要不符",
    }  # fmt: skip
    (tmp_path / "bundle.zip").write_bytes(archive)
    said = here(tmp_path / "bundle.zip")
    assert said.code == 0
    assert "没有放入：个人信息 1 项，已依法删除" in said.out


def test_a_file_with_a_virus_stays_where_it_is(audited: Audited):
    house = audited.house
    seal_all(house.door)
    made = next(one.data["files"][0] for one in house.journal(f"case:{audited.closed}") if one.type == "result.made")
    with house.door.database.writing() as connection:
        connection.exec_driver_sql(f"UPDATE file_check SET scan = 'infected' WHERE digest = '{made}'")
    files = contents(packed(bundle_in(house.door, [audited.closed])))
    assert f"files/{made}.pdf" not in files
    assert reasons(files)[made] == "文件：发现病毒，已隔离"


def test_a_document_that_is_not_rendered_yet_is_named(audited: Audited):
    seal_all(audited.house.door)
    case_no = audited.house.accepted_instant()
    files = contents(packed(bundle_in(audited.house.door, [case_no])))
    [number] = [one.number for one in audited.house.documents(case_no)]
    assert reasons(files)[number] == "文书：文件还没有生成"


# Who may, and when -------------------------------------------------------------------------------------------------


def test_a_department_takes_its_own_cases_only(audited: Audited):
    seal_all(audited.house.door)
    head = audited.house.actor("D62")
    assert bundle_in(audited.house.door, [audited.closed], head).pieces
    for absent in (audited.running, "114105"):
        with pytest.raises(CaseMissing):
            bundle_in(audited.house.door, [audited.closed, absent], head)


def test_a_department_that_was_merely_asked_sees_the_case_and_takes_no_bundle_of_it(audited: Audited):
    case_no = busy_case(audited.house)
    seal_all(audited.house.door)
    asked = audited.house.actor("D31")
    with audited.house.door.read(asked) as view:
        case = visible_case(view.connection, case_no, view.scope)
        assert not view.scope.covers(case.department)
    with pytest.raises(CaseMissing):
        bundle_in(audited.house.door, [case_no], asked)


def test_before_anything_is_sealed_there_is_nothing_to_lean_on(audited: Audited):
    with pytest.raises(BundleUnsealed):
        bundle_in(audited.house.door, [audited.closed])


def test_a_case_that_is_not_sealed_at_all_is_told_to_be_so(audited: Audited, tmp_path: Path):
    seal_all(audited.house.door)
    case_no = audited.house.receive("W01", "I06", _PERSON)
    (tmp_path / "new.zip").write_bytes(packed(bundle_in(audited.house.door, [case_no])))
    told = here(tmp_path / "new.zip")
    assert told.code == 0 and f"case:{case_no}：5 条记录相接；尚无封存" in told.out


def test_a_checkpoint_of_another_log_or_of_another_key_is_refused(audited: Audited, sample: Sample):
    seal_all(audited.house.door)
    note = checkpoint_of(audited.house.door)
    with pytest.raises(EarlierUnlike, match="另一份日志"):
        bundle_in(audited.house.door, [audited.closed], earlier=sample.earlier.decode())
    read = read_note(note).checkpoint
    with pytest.raises(EarlierUnlike, match="没有本机信任的公钥的签名"):
        bundle_in(audited.house.door, [audited.closed], earlier=sign(read, SigningKey.new(read.origin)))


_PERSON = {
    "applicant_kind": "person", "applicant_name": "李四", "id_kind": "resident_id", "id_no": "41050219850612002X",
    "phone": "13800001111", "address": "安阳市测试路3号",
}  # fmt: skip
