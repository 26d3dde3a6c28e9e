"""The backup as one file: a zip with a manifest that tells the digest of every member."""

from __future__ import annotations

import hashlib
import json
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from engine.foundation.errors import Invalid, NotFound

MANIFEST = "manifest.json"
SQLITE_MEMBER = "database.sqlite"
POSTGRESQL_MEMBER = "database.dump"
KEYS_MEMBER = "keys.json"
SEAL_KEY_MEMBER = "seal-key.json"
PUBLIC_KEYS_MEMBER = "checkpoints/keys.txt"
CHUNK = 1024 * 1024


class BackupDamaged(Invalid):
    """备份 {file} 不完整或被改动过：{reason}。请改用另一份备份。"""

    code = "BACKUP_DAMAGED"


class BackupMissing(NotFound):
    """没有备份文件 {file}。请核对文件名；./run yichuang --data 数据目录 backup list 列出已有的备份。"""

    code = "BACKUP_MISSING"


@dataclass(frozen=True)
class Manifest:
    """What a backup is of, and what is in it."""

    made_at: str
    """Machine time, UTC."""
    product: str
    dialect: str
    revision: str
    roots: int
    heads: str
    """One digest over the heads of all chains."""
    keys: bool
    members: Mapping[str, str]
    """The SHA-256 of every member by its name."""
    format: int = 1

    def packed(self) -> bytes:
        """Return it as JSON."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=1, sort_keys=True).encode()


class Writer:
    """Writes a backup; members are digested on their way."""

    def __init__(self, path: Path) -> None:
        """Write the new file ``path``."""
        self._zip = zipfile.ZipFile(path, "x", zipfile.ZIP_DEFLATED, compresslevel=1)
        self.members: dict[str, str] = {}

    def add(self, name: str, path: Path) -> None:
        """Add a file."""
        digest = hashlib.sha256()
        with path.open("rb") as source, self._zip.open(name, "w", force_zip64=True) as member:
            while chunk := source.read(CHUNK):
                digest.update(chunk)
                member.write(chunk)
        self.members[name] = digest.hexdigest()

    def add_bytes(self, name: str, content: bytes) -> None:
        """Add a member that is in memory."""
        self._zip.writestr(name, content)
        self.members[name] = hashlib.sha256(content).hexdigest()

    def finish(self, manifest: Manifest) -> None:
        """Add the manifest and close the file."""
        self._zip.writestr(MANIFEST, manifest.packed())
        self._zip.close()

    def close(self) -> None:
        """Close what may be half written."""
        self._zip.close()


def read_manifest(path: Path) -> Manifest:
    """Return the manifest of the backup at ``path``; raise :class:`BackupMissing` and :class:`BackupDamaged`."""
    if not path.is_file():
        raise BackupMissing(file=path)
    try:
        with zipfile.ZipFile(path) as file:
            return Manifest(**json.loads(file.read(MANIFEST)))
    except (OSError, zipfile.BadZipFile, KeyError, ValueError, TypeError) as error:
        raise BackupDamaged(file=path.name, reason="打不开，或没有清单") from error


def extract(path: Path, folder: Path) -> Manifest:
    """Put every member below ``folder`` and return the manifest.

    Raises :class:`BackupDamaged` when a member is missing, was changed, or is not in the manifest.
    """
    manifest = read_manifest(path)
    try:
        with zipfile.ZipFile(path) as file:
            names = set(file.namelist()) - {MANIFEST}
            if names != set(manifest.members):
                raise BackupDamaged(file=path.name, reason="内容与清单不一致")
            for name in sorted(names):
                if _extracted(file, name, folder) != manifest.members[name]:
                    raise BackupDamaged(file=path.name, reason=f"{name} 的摘要不符")
    except (zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise BackupDamaged(file=path.name, reason="有成员读不出来") from error
    return manifest


def _extracted(file: zipfile.ZipFile, name: str, folder: Path) -> str:
    target = (folder / name).resolve()
    if not target.is_relative_to(folder.resolve()):
        raise zipfile.BadZipFile(f"{name} lies outside")
    target.parent.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256()
    with file.open(name) as member, target.open("xb") as out:
        while chunk := member.read(CHUNK):
            digest.update(chunk)
            out.write(chunk)
    return digest.hexdigest()


def as_json(path: Path, manifest: Manifest) -> dict[str, Any]:
    """Return a backup as ``backup list --json`` shows it."""
    return {**asdict(manifest), "members": len(manifest.members), "file": str(path), "bytes": path.stat().st_size}
