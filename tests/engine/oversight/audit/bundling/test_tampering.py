"""Whatever is changed in a bundle, the tool exits with 1 and names the file, or the chain and its line."""

from __future__ import annotations

import io
import json
import random
import re
import zipfile
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.foundation.journal.rules import canonical, chain_hash
from engine.foundation.journal.sealing.notes import SigningKey, read_note, sign
from tests.engine.oversight.audit.bundling.conftest import (
    Sample,
    Told,
    alone,
    archived,
    contents,
    here,
    laid,
    listed_anew,
    places_of,
)

Files = dict[str, bytes]


def said(files: Files, folder: Path, *arguments: object) -> Told:
    """Lay the files out and let the tool look at them."""
    told = here(laid(files, folder), *arguments)
    assert told.code == 0 or (told.out.startswith("不符") and "Traceback" not in told.out)
    return told


def zipped(archive: bytes, folder: Path) -> Told:
    """Lay an archive there and let the tool look at it."""
    (folder / "bundle.zip").write_bytes(archive)
    return here(folder / "bundle.zip")


def lines_of(sample: Sample, files: Files) -> list[dict[str, object]]:
    return [json.loads(one) for one in files[f"events/case-{sample.closed}.jsonl"].splitlines()]


def rechained(sample: Sample, files: Files, lines: list[dict[str, object]]) -> Files:
    """Return the files with these lines as the chain of the closed case, every hash and the list made to fit."""
    head, texts, hashes = "0" * 64, [], []
    for seq, line in enumerate(lines, 1):
        text = canonical({**line, "prev": head})
        head = chain_hash(text)
        texts.append(text)
        hashes.append(f"{seq} {head}\n")
    events = f"events/case-{sample.closed}"
    changed = {f"{events}.jsonl": "\n".join([*texts, ""]).encode(), f"{events}.sha256": "".join(hashes).encode()}
    chains = json.loads(files["manifest.json"])["chains"]
    for one in chains:
        if one["root"] == f"case:{sample.closed}":
            one["lines"] = len(lines)
    return listed_anew({**files, **changed}, chains=chains)


# A flipped byte, anywhere ------------------------------------------------------------------------------------------


def refuse_flipped(sample: Sample, folder: Path, name: str, place: int, flip: int) -> None:
    """Assert that the byte at ``place`` of the file, flipped, is found in the archive and in the folder, by name."""
    files, begin = sample.files, places_of(sample.archive)[name][0] + place
    archive = bytearray(sample.archive)
    archive[begin] ^= flip
    told = zipped(bytes(archive), folder)
    assert told.code == 1 and name in told.out, told.out
    # Unpacked by a tool that does not mind, it is found as well; the line of a chain is named too.
    files[name] = contents(sample.archive)[name][:place] + bytes([archive[begin]]) + files[name][place + 1 :]
    told = said(files, folder / "laid")
    assert told.code == 1 and (name in told.out or "manifest.json" in told.out), told.out
    if name.endswith(".jsonl"):
        seq = files[name][:place].count(b"\n") + 1
        assert re.search(rf"case:\w+：.*第 ({seq}|{seq + 1}) 条", told.out), told.out


def test_a_flipped_byte_in_each_file_names_the_file(sample: Sample, tmp_path: Path):
    chance = random.Random(8032)
    for number, (name, content) in enumerate(sorted(sample.files.items())):
        (tmp_path / str(number)).mkdir()
        place, flip = chance.randrange(len(content)), chance.randrange(1, 256)
        refuse_flipped(sample, tmp_path / str(number), name, place, flip)


@given(draw=st.data(), flip=st.integers(1, 255))
@settings(max_examples=60)
def test_a_flipped_byte_at_any_place_names_the_file(
    sample: Sample, tmp_path_factory: pytest.TempPathFactory, draw: st.DataObject, flip: int
):
    files = sample.files
    # A chain, a proof or a list is where somebody would put his hand; a definition is like any other.
    name = draw.draw(st.sampled_from([one for one in sorted(files) if not one.startswith("definitions/")]))
    place = draw.draw(st.integers(0, len(files[name]) - 1))
    refuse_flipped(sample, tmp_path_factory.mktemp("flip"), name, place, flip)


@given(place=st.integers(0, 10**9), flip=st.integers(1, 255))
@settings(max_examples=80)
def test_a_flipped_byte_between_the_files_is_found_too(
    sample: Sample, tmp_path_factory: pytest.TempPathFactory, place: int, flip: int
):
    outside = between(sample.archive)
    archive = bytearray(sample.archive)
    archive[outside[place % len(outside)]] ^= flip
    told = zipped(bytes(archive), tmp_path_factory.mktemp("flip"))
    assert told.code == 1 and told.out.startswith("不符"), told.out


@cache
def between(archive: bytes) -> list[int]:
    """Return the places of an archive that belong to no file's content."""
    within = {at for begin, size in places_of(archive).values() for at in range(begin, begin + size)}
    return [at for at in range(len(archive)) if at not in within]


@given(length=st.integers(0, 10**9))
@settings(max_examples=60)
def test_a_cut_archive_is_not_taken_for_a_whole_one(
    sample: Sample, tmp_path_factory: pytest.TempPathFactory, length: int
):
    told = zipped(sample.archive[: length % len(sample.archive)], tmp_path_factory.mktemp("cut"))
    assert told.code == 1 and "压缩包不完整" in told.out and "截断" in told.out


@given(length=st.integers(1, 10**9), draw=st.data())
@settings(max_examples=60)
def test_a_cut_or_lengthened_file_names_the_file(
    sample: Sample, tmp_path_factory: pytest.TempPathFactory, length: int, draw: st.DataObject
):
    files = sample.files
    name = draw.draw(st.sampled_from(sorted(files)))
    cut = files[name][: length % len(files[name])] if length % 2 else files[name] + b"\n"
    told = said({**files, name: cut}, tmp_path_factory.mktemp("cut") / "laid")
    assert told.code == 1 and (name in told.out or (name == "manifest.sha256" and "manifest.json" in told.out))


# Files that are not there, or are too many -------------------------------------------------------------------------


def test_a_missing_file_is_named(sample: Sample, tmp_path: Path):
    for place, name in enumerate(sorted(sample.files)):
        files = sample.files
        del files[name]
        told = said(files, tmp_path / str(place))
        assert told.code == 1 and (name in told.out or "manifest.sha256" in told.out), (name, told.out)


def test_a_file_too_many_is_named_in_a_folder_and_in_an_archive(sample: Sample, tmp_path: Path):
    files = {**sample.files, "files/more.txt": b"x"}
    for told in (said(files, tmp_path / "laid"), zipped(archived(files), tmp_path)):
        assert told.code == 1 and "files/more.txt：清单中没有这个文件" in told.out


def test_a_link_is_no_file(sample: Sample, tmp_path: Path):
    folder = laid(sample.files, tmp_path / "laid")
    (folder / "README.txt").unlink()
    (folder / "README.txt").symlink_to(folder / "verify.py")
    told = here(folder)
    assert told.code == 1 and "README.txt 是链接" in told.out


def test_an_archive_in_another_order_or_compressed_is_not_the_one_that_was_sent(sample: Sample, tmp_path: Path):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in sample.files.items():
            archive.writestr(name, content)
    assert zipped(target.getvalue(), tmp_path).code == 1


# Another system, another version -----------------------------------------------------------------------------------


def test_a_bundle_of_another_system_or_of_a_newer_format_is_told_to_be_so(sample: Sample, tmp_path: Path):
    told = said(listed_anew(sample.files, format="other.bundle"), tmp_path / "a")
    assert (told.code, "manifest.json：这不是一窗通的审计包（格式标识 'other.bundle'）" in told.out) == (1, True)
    told = said(listed_anew(sample.files, version=2), tmp_path / "b")
    assert (told.code, "本工具不认识第 2 版的审计包，请换用新版 verify.py" in told.out) == (1, True)
    told = said({"README.txt": b""}, tmp_path / "c")
    assert (told.code, "缺少 manifest.json" in told.out) == (1, True)
    told = zipped(b"no archive at all", tmp_path)
    assert told.code == 1
    assert here(tmp_path / "nowhere.zip").code == 1


def test_of_a_line_of_a_newer_version_nothing_is_half_checked(sample: Sample, tmp_path: Path):
    lines = lines_of(sample, sample.files)
    files = rechained(sample, sample.files, [{**one, "v": 3} if one["seq"] == 7 else one for one in lines])
    # Something else is wrong as well, and is not looked at.
    told = said({**files, "README.txt": b"changed"}, tmp_path / "laid")
    assert told.code == 1
    assert told.out.splitlines() == [
        f"不符  manifest.json：case:{sample.closed} 第 7 条：本工具不认识第 3 版的记录，请换用新版 verify.py",
        "结论：不符",
    ]  # fmt: skip


# Somebody careful --------------------------------------------------------------------------------------------------


def test_a_changed_line_with_a_list_that_fits_is_named(sample: Sample, tmp_path: Path):
    name = f"events/case-{sample.closed}.jsonl"
    changed = sample.files[name].replace(b'"decision":"grant"', b'"decision":"refuse"', 1)
    assert changed != sample.files[name]
    told = said(listed_anew({**sample.files, name: changed}), tmp_path / "laid")
    assert told.code == 1 and re.search(rf"case:{sample.closed}：第 \d+ 条的内容与摘要不符", told.out)


def test_a_changed_line_with_its_own_hash_made_to_fit_is_not_what_the_next_line_goes_on_from(
    sample: Sample, tmp_path: Path
):
    # The sealed head is untouched: only the link from the next line tells.
    name = f"events/case-{sample.closed}"
    lines = sample.files[f"{name}.jsonl"].decode().splitlines()
    lines[16] = lines[16].replace('"decision":"grant"', '"decision":"refuse"')
    hashes = sample.files[f"{name}.sha256"].decode().splitlines()
    hashes[16] = f"17 {chain_hash(lines[16])}"
    changed = {f"{name}.jsonl": lines, f"{name}.sha256": hashes}
    files = {**sample.files, **{one: "\n".join([*text, ""]).encode() for one, text in changed.items()}}
    told = said(listed_anew(files), tmp_path / "laid")
    assert told.code == 1 and f"case:{sample.closed}：第 18 条与上一条不相接" in told.out


def test_a_chain_made_to_fit_again_contradicts_what_was_sealed(sample: Sample, tmp_path: Path):
    lines = lines_of(sample, sample.files)
    lines[16]["data"] = {"decision": "refuse", "decision_name": "不予"}
    told = said(rechained(sample, sample.files, lines), tmp_path / "laid")
    assert told.code == 1
    assert f"case:{sample.closed} 的封存证明：第 51 条的摘要与封存的不符" in told.out


def test_a_proof_made_to_fit_the_chain_does_not_lead_to_the_signed_root(sample: Sample, tmp_path: Path):
    lines = lines_of(sample, sample.files)
    lines[16]["data"] = {"decision": "refuse", "decision_name": "不予"}
    files = rechained(sample, sample.files, lines)
    proofs = json.loads(files["log/proofs.json"])
    head = files[f"events/case-{sample.closed}.sha256"].split()[-1].decode()
    for one in proofs["chains"]:
        if one["root"] == f"case:{sample.closed}":
            one["head"] = head
    told = said(listed_anew({**files, "log/proofs.json": json.dumps(proofs).encode()}), tmp_path / "laid")
    assert told.code == 1
    assert f"case:{sample.closed} 的封存证明：第 51 条的包含证明（RFC 9162）不成立" in told.out


def test_a_line_taken_out_is_named_by_its_number(sample: Sample, tmp_path: Path):
    lines = [one for one in lines_of(sample, sample.files) if one["seq"] != 9]
    told = said(rechained(sample, sample.files, lines), tmp_path / "laid")
    assert told.code == 1 and f"case:{sample.closed}：缺少第 9 条，这里是第 10 条" in told.out


def test_two_lines_swapped_or_the_tail_cut_are_found(sample: Sample, tmp_path: Path):
    name = f"events/case-{sample.closed}.jsonl"
    lines = sample.files[name].splitlines(keepends=True)
    swapped = b"".join([*lines[:4], lines[5], lines[4], *lines[6:]])
    told = said(listed_anew({**sample.files, name: swapped}), tmp_path / "a")
    assert told.code == 1 and "缺少第 5 条，这里是第 6 条" in told.out
    told = said(rechained(sample, sample.files, lines_of(sample, sample.files)[:-1]), tmp_path / "b")
    assert told.code == 1 and "第 51 条的摘要与封存的不符" in told.out


def test_a_line_of_another_case_belongs_to_no_chain_here(sample: Sample, tmp_path: Path):
    lines = lines_of(sample, sample.files)
    lines[4]["root"] = f"case:{sample.running}"
    told = said(rechained(sample, sample.files, lines), tmp_path / "laid")
    assert told.code == 1 and "第 5 条不是这条链的过程记录" in told.out


@pytest.mark.parametrize("what", ["chains", "none"])
def test_a_chain_that_is_not_given_leaves_its_proof_without_lines(sample: Sample, tmp_path: Path, what: str):
    chains = json.loads(sample.files["manifest.json"])["chains"]
    left = [one for one in chains if sample.closed not in one["root"]] if what == "chains" else []
    told = said(listed_anew(sample.files, chains=left), tmp_path / "laid")
    assert told.code == 1
    assert ("却没有它的过程记录" if left else "其中没有过程记录") in told.out


# Definitions, files, values ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("room", ["definitions/", "documents/", "files/", "releases/"])
def test_what_the_lines_name_can_be_neither_exchanged_nor_left_out_in_silence(
    sample: Sample, tmp_path: Path, room: str
):
    own = json.loads(sample.files["manifest.json"])["left_out"]
    made = next(one for one in lines_of(sample, sample.files) if one["type"] == "result.made")
    named = str(made["data"]["files"][0]) if room == "files/" else ""  # type: ignore[index]  # it is a list in JSON
    name = next(one for one in sorted(sample.files) if one.startswith(f"{room}{named}"))
    told = said(listed_anew({**sample.files, name: b'{"item":"x"}'}), tmp_path / "a")
    assert told.code == 1 and name in told.out
    files = sample.files
    del files[name]
    told = said(listed_anew(files), tmp_path / "b")
    assert told.code == 1 and f"点名的 {name.rpartition('/')[2][:16]}… 包内没有，也没有说明为什么" in told.out
    why = {"what": "文件", "name": name.rpartition("/")[2].partition(".")[0], "reason": "不便提供"}
    if room != "releases/":
        told = said(listed_anew(files, left_out=[*own, why]), tmp_path / "c")
        assert told.code == 0 and "没有放入：文件 1 项，不便提供" in told.out


def test_a_value_that_is_neither_given_nor_explained_is_named(sample: Sample, tmp_path: Path):
    told = said(listed_anew(sample.files, left_out=[]), tmp_path / "laid")
    assert told.code == 1 and "第 1 条：个人信息" in told.out


def test_a_value_that_is_not_what_the_line_keeps_is_named(sample: Sample, tmp_path: Path):
    name = f"private/case-{sample.closed}.json"
    digest = lines_of(sample, sample.files)[0]["data"]["application"]["digest"]  # type: ignore[index]  # JSON
    value = json.dumps([{"digest": digest, "salt": "00", "text": '"王建国"'}]).encode()
    told = said(listed_anew({**sample.files, name: value}), tmp_path / "laid")
    assert told.code == 1 and name in told.out


# Keys and checkpoints ----------------------------------------------------------------------------------------------


def test_a_signature_by_another_key_does_not_stand_against_the_key_got_elsewhere(sample: Sample, tmp_path: Path):
    mine = SigningKey.new(read_note(sample.earlier.decode()).checkpoint.origin)
    forged = sign(read_note(sample.files["log/checkpoint.txt"].decode()).checkpoint, mine).encode()
    files = {**sample.files, "log/checkpoint.txt": forged, "log/keys.txt": f"{mine.public.text}\n".encode()}
    del files["log/earlier.txt"]
    files = listed_anew(files)
    # By its own key it holds: that is why one brings a key.
    assert said(files, tmp_path / "laid").code == 0
    (tmp_path / "key").write_bytes(sample.key)
    told = here(tmp_path / "laid", "--key", tmp_path / "key")
    assert told.code == 1 and "log/checkpoint.txt：没有所给公钥（--key）的签名" in told.out


def test_a_false_signature_in_the_name_of_the_right_key_is_found(sample: Sample, tmp_path: Path):
    name = "log/checkpoint.txt"
    changed = sample.files[name].replace(b"time 2026-03", b"time 2027-03")
    assert changed != sample.files[name]
    told = said(listed_anew({**sample.files, name: changed}), tmp_path / "laid")
    assert told.code == 1 and f"{name}：签名不成立" in told.out


def test_a_key_file_that_is_none_and_a_checkpoint_that_is_none_are_named(sample: Sample, tmp_path: Path):
    (tmp_path / "bundle.zip").write_bytes(sample.archive)
    for option, name in (("--key", "odd.pub"), ("--checkpoint", "odd.txt")):
        for content in (b"", b"\xff\xfe", b"a+b+c\n", b"a\n1\n\n"):
            (tmp_path / name).write_bytes(content)
            told = here(tmp_path / "bundle.zip", option, tmp_path / name)
            assert told.code == 1 and told.out.startswith(f"不符  {name}："), told.out
        assert here(tmp_path / "bundle.zip", option, tmp_path / "nowhere").code == 1


def test_a_consistency_proof_that_does_not_fit_is_found(sample: Sample, tmp_path: Path):
    proofs = json.loads(sample.files["log/proofs.json"])
    proofs["consistency"] = proofs["consistency"][1:]
    files = listed_anew({**sample.files, "log/proofs.json": json.dumps(proofs).encode()})
    told = said(files, tmp_path / "laid")
    assert told.code == 1 and "到 log/earlier.txt 的一致性证明（RFC 9162）不成立" in told.out


def test_ones_own_checkpoint_must_be_the_one_that_the_bundle_goes_on_from(sample: Sample, tmp_path: Path):
    (tmp_path / "bundle.zip").write_bytes(sample.archive)
    for name, good in (("log/earlier.txt", True), ("log/checkpoint.txt", True), ("other", False)):
        one = read_note(sample.earlier.decode()).checkpoint
        other = sign(type(one)(one.origin, one.size, b"x" * 32, one.at), SigningKey.new(one.origin)).encode()
        (tmp_path / "kept").write_bytes(contents(sample.archive).get(name, other))
        told = here(tmp_path / "bundle.zip", "--checkpoint", tmp_path / "kept")
        assert (told.code == 0) is good, told.out
        assert good or "不在包内，也没有到它的一致性证明" in told.out


def test_run_alone_it_ends_with_one_and_names_the_line(sample: Sample, tmp_path: Path):
    name = f"events/case-{sample.closed}.jsonl"
    files = {**sample.files, name: sample.files[name].replace(b"W01", b"W02", 1)}
    told = alone(laid(files, tmp_path / "laid"))
    assert told.code == 1
    assert f"不符  {name}：内容与清单中的 SHA-256 不符" in told.out
    assert f"不符  case:{sample.closed}：第 1 条的内容与摘要不符" in told.out
    assert told.out.splitlines()[-1] == "结论：有 3 处不符"
