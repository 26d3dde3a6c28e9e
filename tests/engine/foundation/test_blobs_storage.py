"""The store of files: what is there is whole and is what its name says, whatever was cut off halfway."""

from __future__ import annotations

import hashlib
import os
import resource
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from engine.foundation.blobs.storage import BlobMissing, Blobs, FilesUnwritable
from tests.support.processes import in_process, kill_me
from tests.support.threads import in_threads

CONTENT = "申请书扫描件".encode() * 1000
DIGEST = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture
def blobs(quick_path: Path) -> Blobs:
    return Blobs(quick_path / "files")


def files_in(folder: Path) -> list[str]:
    """The names of all files below ``folder`` but its locks."""
    return sorted(one.name for one in folder.rglob("*") if one.is_file() and one.name != ".lock")


def test_a_file_is_kept_under_its_digest_and_read_again(blobs: Blobs, quick_path: Path):
    assert blobs.put(CONTENT) == DIGEST
    assert blobs.get(DIGEST) == CONTENT
    assert blobs.has(DIGEST)
    assert files_in(quick_path) == [DIGEST]


def test_the_same_file_twice_is_one_file_that_is_not_written_again(blobs: Blobs, quick_path: Path):
    blobs.put(CONTENT)
    before = (quick_path / "files" / DIGEST[:2] / DIGEST).stat()
    assert blobs.put(CONTENT) == DIGEST
    after = (quick_path / "files" / DIGEST[:2] / DIGEST).stat()
    assert before.st_ino == after.st_ino
    assert files_in(quick_path) == [DIGEST]


def test_the_same_file_from_many_at_once_is_one_whole_file(blobs: Blobs, quick_path: Path):
    assert in_threads(8, lambda _: blobs.put(CONTENT)) == [DIGEST] * 8
    assert files_in(quick_path) == [DIGEST]
    assert blobs.get(DIGEST) == CONTENT


def test_different_files_of_the_same_folder_stay_apart(blobs: Blobs, quick_path: Path):
    contents = [str(number).encode() for number in range(300)]
    digests = {blobs.put(one): one for one in contents}
    assert files_in(quick_path) == sorted(digests)
    assert all(blobs.get(digest) == one for digest, one in digests.items())


@pytest.mark.parametrize(
    "name",
    ["", "../../etc/passwd", "a" * 63, "a" * 65, "A" * 64, "/" + "a" * 63, "..", "a" * 63 + "\n", "g" * 64, "é" * 64],
)
def test_a_name_that_is_no_digest_leads_nowhere(name: str, blobs: Blobs):
    for look in (blobs.get, blobs.has):
        with pytest.raises(BlobMissing):
            look(name)


# Sweeping -------------------------------------------------------------------------------------------------------


def make_old(folder: Path, seconds: float = 100) -> None:
    """Make all files look as if they were put ``seconds`` ago."""
    for one in folder.rglob("*"):
        if one.is_file():
            then = one.stat().st_mtime - seconds
            os.utime(one, (then, then))


def test_an_old_file_that_nothing_refers_to_is_swept(blobs: Blobs, quick_path: Path):
    other = blobs.put(b"other")
    blobs.put(CONTENT)
    make_old(quick_path)
    assert blobs.sweep({other}, older_than_seconds=10) == 1
    assert files_in(quick_path) == [other]
    with pytest.raises(BlobMissing):
        blobs.get(DIGEST)


def test_a_young_file_stays_for_its_row_may_be_on_its_way(blobs: Blobs):
    blobs.put(CONTENT)
    assert blobs.sweep(set(), older_than_seconds=10) == 0
    assert blobs.has(DIGEST)


def test_an_old_file_that_is_put_again_is_young_again(blobs: Blobs, quick_path: Path):
    blobs.put(CONTENT)
    make_old(quick_path)
    blobs.put(CONTENT)
    assert blobs.sweep(set(), older_than_seconds=10) == 0
    assert blobs.has(DIGEST)


def test_sweeping_while_others_put_takes_nothing_that_was_just_put(blobs: Blobs, quick_path: Path):
    contents = [str(number).encode() for number in range(60)]
    for one in contents:
        blobs.put(one)
    make_old(quick_path)

    def put_or_sweep(number: int) -> list[str]:
        if number == 0:
            blobs.sweep(set(), older_than_seconds=10)
            return []
        return [blobs.put(one) for one in contents]

    _, found = in_threads(2, put_or_sweep)
    assert [blobs.get(one) for one in found] == contents


# Cut off halfway ------------------------------------------------------------------------------------------------


def put_killed_at(folder: Path, wanted: int) -> int:
    """Put the content, and die at step ``wanted``; return how many steps there were."""
    seen = 0

    def step(work: Callable[..., Any]) -> Callable[..., None]:
        def around(*arguments: Any) -> None:
            tick()
            work(*arguments)
            tick()

        return around

    def tick() -> None:
        nonlocal seen
        seen += 1
        if seen == wanted:
            kill_me()

    # This process ends here, so what is put in the place of the system's calls harms nobody.
    os.fsync, Path.replace = step(os.fsync), step(Path.replace)  # type: ignore[assignment]  # see above
    Blobs(folder).put(CONTENT)
    return seen


def test_killed_at_any_step_the_store_has_the_whole_file_or_none(quick_path: Path):
    assert in_process(put_killed_at, quick_path / "0", 0).value == 6
    for step in range(1, 7):
        folder = quick_path / f"{step}"
        assert in_process(put_killed_at, folder, step).killed
        blobs = Blobs(folder)
        assert blobs.has(DIGEST) == (step > 3)
        assert not blobs.has(DIGEST) or blobs.get(DIGEST) == CONTENT
        assert blobs.put(CONTENT) == DIGEST
        assert blobs.get(DIGEST) == CONTENT
        make_old(folder)
        blobs.sweep({DIGEST}, older_than_seconds=10)
        assert files_in(folder) == [DIGEST], "what the cut left behind is swept"


def put_with_a_full_disk(folder: Path) -> str:
    """Put five thousand bytes where a file may have a thousand; return what was raised."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
    try:
        Blobs(folder).put(b"x" * 5000)
    except FilesUnwritable as refusal:
        return refusal.code
    return ""


def test_a_disk_that_is_full_is_told_and_there_is_no_half_file(quick_path: Path):
    assert in_process(put_with_a_full_disk, quick_path).value == "FILES_UNWRITABLE"
    assert files_in(quick_path) == [], "nor the beginning of one"
