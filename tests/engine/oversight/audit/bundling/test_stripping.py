"""A bundle that somebody rewrote without the key: what he took out is found, or is plainly said to be unproved."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import pytest

from engine.foundation.journal.rules import canonical, chain_hash
from tests.engine.oversight.audit.bundling.conftest import (
    Sample,
    bundle_in,
    checkpoint_of,
    contents,
    here,
    laid,
    listed_anew,
    packed,
    places_of,
)
from tests.engine.oversight.audit.conftest import Audited
from tests.support.house import COMPANY
from yichuang.sealing import seal_all

Files = dict[str, bytes]


@dataclass(frozen=True)
class Taken:
    """A bundle of a case that was sealed a day after its last act, and the checkpoint of then."""

    files: Files
    root: str
    kept: Path


@pytest.fixture
def taken(audited: Audited, tmp_path: Path) -> Taken:
    house = audited.house
    house.wait(days=1)
    seal_all(house.door)
    kept = tmp_path / "kept.txt"
    kept.write_text(checkpoint_of(house.door))
    house.wait(days=1)
    house.receive("W01", "I02", COMPANY)
    seal_all(house.door)
    bundle = bundle_in(house.door, [audited.closed], earlier=kept.read_text())
    return Taken(contents(packed(bundle)), f"case:{audited.closed}", kept)


def without_proofs(files: Files) -> Files:
    """Return the files without any proof of a sealing."""
    proofs = {**json.loads(files["log/proofs.json"]), "chains": []}
    return {**files, "log/proofs.json": json.dumps(proofs).encode()}


def stripped(files: Files) -> Files:
    """Return the files without proofs, and a list that says that nothing is sealed."""
    chains = [{**one, "sealed": 0} for one in json.loads(files["manifest.json"])["chains"]]
    return listed_anew(without_proofs(files), chains=chains)


def test_the_list_tells_how_far_each_case_is_sealed_and_the_proof_must_be_as_it_says(taken: Taken, tmp_path: Path):
    [chain] = json.loads(taken.files["manifest.json"])["chains"]
    assert chain["sealed"] == chain["lines"] > 40
    told = here(laid(listed_anew(without_proofs(taken.files)), tmp_path / "a"))
    assert told.code == 1
    assert f"{taken.root} 的封存证明：清单说封存到第 {chain['sealed']} 条，包内的证明到第 0 条" in told.out


def test_proofs_taken_out_with_the_list_made_to_fit_are_found_by_ones_own_checkpoint(taken: Taken, tmp_path: Path):
    folder = laid(stripped(taken.files), tmp_path / "a")
    told = here(folder, "--checkpoint", taken.kept)
    assert told.code == 1
    assert f"不符  {taken.root} 的封存证明：第 1 条写于 2026-03-02T01:05:00.000000Z，早于所给检查点" in told.out
    assert "应当已经封存，包内却没有它的封存证明" in told.out


def test_without_a_checkpoint_it_is_plainly_said_that_nothing_is_proved(taken: Taken, tmp_path: Path):
    told = here(laid(stripped(taken.files), tmp_path / "a"))
    assert told.code == 0
    [chain] = json.loads(taken.files["manifest.json"])["chains"]
    assert f"注意  {taken.root} 第 1 条早于包内检查点" in told.out and "不要当作只是还没有封存" in told.out
    assert f"注意  {chain['lines']} 条记录没有封存证明：没有密钥的人也能写成这样" in told.out
    assert "但有" in told.out.splitlines()[-1]


def test_a_case_whose_times_were_moved_as_well_is_only_ever_said_to_be_unproved(taken: Taken, tmp_path: Path):
    # What no checkpoint can tell: a course made up whole, dated after it.  It never passes for a sealed one.
    files, name = stripped(taken.files), f"events/{taken.root.replace(':', '-')}"
    head, texts, hashes = "0" * 64, list[str](), list[str]()
    for seq, line in enumerate(map(json.loads, files[f"{name}.jsonl"].splitlines()), 1):
        texts.append(canonical({**line, "prev": head, "at": "2026-03-20T01:05:00.000000Z"}))
        head = chain_hash(texts[-1])
        hashes.append(f"{seq} {head}\n")
    chains = json.loads(files["manifest.json"])["chains"]
    changed = {f"{name}.jsonl": "\n".join([*texts, ""]).encode(), f"{name}.sha256": "".join(hashes).encode()}
    told = here(laid(listed_anew({**files, **changed}, chains=chains), tmp_path / "a"), "--checkpoint", taken.kept)
    assert told.code == 0 and "全部" not in told.out
    assert f"有 {len(texts)} 条记录尚未封存，没有检查点为其作证" in told.out.splitlines()[-1]


def test_what_is_honestly_not_sealed_yet_passes_with_ones_own_checkpoint(audited: Audited, tmp_path: Path):
    house = audited.house
    house.wait(days=1)
    seal_all(house.door)
    kept = tmp_path / "kept.txt"
    kept.write_text(checkpoint_of(house.door))
    case_no = house.receive("W01", "I02", COMPANY)
    told = here(laid(contents(packed(bundle_in(house.door, [case_no]))), tmp_path / "a"), "--checkpoint", kept)
    assert told.code == 0 and "注意  case:" not in told.out, told.out
    assert "尚未封存，没有检查点为其作证" in told.out


# Of another system, and cut --------------------------------------------------------------------------------------


def test_a_bundle_of_another_installation_is_told_by_the_names_of_the_logs(
    taken: Taken, audited_template: tuple[Path, list[str]], sample_key: tuple[bytes, bytes], tmp_path: Path
):
    folder, (key, kept) = laid(taken.files, tmp_path / "a"), sample_key
    (tmp_path / "other.pub").write_bytes(key)
    (tmp_path / "other.txt").write_bytes(kept)
    mine = taken.files["log/checkpoint.txt"].decode().split("\n")[0]
    theirs = kept.decode().split("\n")[0]
    assert mine != theirs
    told = here(folder, "--key", tmp_path / "other.pub")
    assert told.code == 1
    assert f"属于另一套系统的日志 {mine}，所给公钥（--key）是 {theirs} 的" in told.out
    told = here(folder, "--checkpoint", tmp_path / "other.txt")
    assert told.code == 1
    assert f"所给检查点（--checkpoint）属于另一套系统的日志 {theirs}，包内的属于 {mine}" in told.out


@pytest.fixture
def sample_key(sample: Sample) -> tuple[bytes, bytes]:
    """Key and checkpoint of another installation."""
    return sample.key, sample.earlier


@pytest.mark.parametrize(
    "content, said",
    [
        (b"%PDF-1.7 \n", "这不是压缩包，也不是一窗通的审计包（开头是 b'%PDF'）"),
        (b"", "压缩包不完整"),
    ],
)
def test_what_is_no_archive_is_told_by_what_it_begins_with(content: bytes, said: str, tmp_path: Path):
    (tmp_path / "bundle.zip").write_bytes(content)
    told = here(tmp_path / "bundle.zip")
    assert told.code == 1 and said in told.out


def test_the_files_of_something_else_are_named(tmp_path: Path):
    told = here(laid({"META-INF/MANIFEST.MF": b"x", "a.class": b"y"}, tmp_path / "a"))
    assert told.code == 1
    assert "这不是一窗通的审计包，或者不完整（里面是 META-INF/MANIFEST.MF、a.class 等 2 个文件）" in told.out


def test_of_a_cut_archive_the_file_in_which_it_ends_is_named(taken: Taken, audited: Audited, tmp_path: Path):
    archive = packed(bundle_in(audited.house.door, [audited.closed]))
    for name, (begin, size) in places_of(archive).items():
        if size:
            (tmp_path / "cut.zip").write_bytes(archive[: begin + size // 2])
            told = here(tmp_path / "cut.zip")
            assert told.code == 1 and f"压缩包不完整：在 {name} 处被截断" in told.out
