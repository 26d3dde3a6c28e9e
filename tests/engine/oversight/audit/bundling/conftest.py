"""A bundle of a closed and of a running case, packed once, and ways to unpack, change and check one."""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import shutil
import struct
import subprocess
import sys
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from engine.door import Door
from engine.foundation.journal.sealing.queries import last_checkpoint
from engine.foundation.store.unit import Actor
from engine.oversight.audit.bundling import verify
from engine.oversight.audit.bundling.gathering import chosen, gathered
from engine.oversight.audit.bundling.rules import MANIFEST, STAMP, Bundle, pack, piece
from engine.registry.identity.rules import SYSTEM
from tests.support.house import House
from yichuang.sealing import seal_all
from yichuang.settings import read_settings

VERIFIER = Path(verify.__file__)


@dataclass(frozen=True)
class Told:
    """What the tool said, and its exit code."""

    code: int
    out: str


def alone(folder: Path, *arguments: object) -> Told:
    """Run the tool in ``folder`` by a bare interpreter: no path of ours, no package but the standard library."""
    ended = subprocess.run(
        [sys.executable, "-I", "-S", "verify.py", *map(str, arguments)], cwd=folder, capture_output=True, timeout=120,
        check=False, env={"LC_ALL": "C.UTF-8"},
    )  # fmt: skip
    assert not ended.stderr, ended.stderr.decode()
    return Told(ended.returncode, ended.stdout.decode())


def here(path: Path, *arguments: object) -> Told:
    """Run the tool in this process, which is quicker."""
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        code = verify.main([str(path), *map(str, arguments)])
    return Told(code, said.getvalue())


def bundle_in(door: Door, cases: Iterable[str], actor: Actor = SYSTEM, **given: Any) -> Bundle:
    """Gather a bundle as ``actor``."""
    with door.read(actor) as view:
        return gathered(view, chosen(view, cases), **given)


def packed(bundle: Bundle) -> bytes:
    """Return the archive of a bundle."""
    target = io.BytesIO()
    pack(bundle, target)
    return target.getvalue()


def contents(archive: bytes) -> dict[str, bytes]:
    """Return the files of an archive by their names."""
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


def laid(files: Mapping[str, bytes], folder: Path) -> Path:
    """Unpack files into a new folder."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return folder


def listed_anew(files: Mapping[str, bytes], **changed: Any) -> dict[str, bytes]:
    """Return the files with a list that fits them again: somebody careful has changed something."""
    body = {**json.loads(files[MANIFEST]), **changed}
    rest = {name: content for name, content in files.items() if name not in {MANIFEST, STAMP}}
    body["files"] = [
        {"name": name, "size": len(content), "sha256": hashlib.sha256(content).hexdigest()}
        for name, content in sorted(rest.items())
    ]
    text = json.dumps(body, ensure_ascii=False).encode()
    return {**rest, MANIFEST: text, STAMP: f"{hashlib.sha256(text).hexdigest()}  {MANIFEST}\n".encode()}


def archived(files: Mapping[str, bytes]) -> bytes:
    """Return an archive of these files, as the house packs them."""
    return packed(Bundle(tuple(piece(name, body) for name, body in sorted(files.items())), "", (), ()))


def places_of(archive: bytes) -> dict[str, tuple[int, int]]:
    """Return begin and size of the content of each file in an archive."""
    found = {}
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        for one in opened.infolist():
            name, extra = struct.unpack("<HH", archive[one.header_offset + 26 : one.header_offset + 30])
            found[one.filename] = (one.header_offset + 30 + name + extra, one.file_size)
    return found


@dataclass(frozen=True)
class Sample:
    """A bundle of two cases as it was sent; the closed one is sealed whole, the other one but for its last line."""

    archive: bytes
    closed: str
    running: str
    earlier: bytes
    key: bytes

    @property
    def files(self) -> dict[str, bytes]:
        """Its files."""
        return contents(self.archive)


@pytest.fixture(scope="session")
def sample(audited_template: tuple[Path, list[str]], tmp_path_factory: pytest.TempPathFactory) -> Sample:
    """The bundle, its checkpoint of before, and the public key."""
    template, cases = audited_template
    data = tmp_path_factory.mktemp("bundled") / "data"
    shutil.copytree(template, data)
    house = House(read_settings(data, None))
    seal_all(house.door)
    earlier = checkpoint_of(house.door)
    house.receive("W01", "I06", {"applicant_kind": "person", "applicant_name": "李四"} | _PERSON)
    seal_all(house.door)
    with house.unit(f"case:{cases[1]}") as unit:
        unit.record("log.sealed_again", f"case:{cases[1]}")
    whole = bundle_in(house.door, cases[:2], earlier=earlier)
    found = Sample(packed(whole), cases[0], cases[1], earlier.encode(), contents(packed(whole))["log/keys.txt"])
    house.close()
    return found


_PERSON = {
    "id_kind": "resident_id", "id_no": "41050219850612002X", "phone": "13800001111", "address": "安阳市测试路3号"
}  # fmt: skip


def checkpoint_of(door: Door) -> str:
    """Return the newest checkpoint's note."""
    with door.read(SYSTEM) as view:
        kept = last_checkpoint(view.connection)
    assert kept is not None
    return kept.note

