"""What is kept of the log apart from the database: the key that signs, the keys one trusts, every checkpoint.

Whoever may write the database may write all of it; what lies here, or at a witness, contradicts him.
"""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from engine.foundation.errors import Unavailable
from engine.foundation.errors import why as why_of
from engine.foundation.journal.sealing.algorithms import ALGORITHMS, USUAL
from engine.foundation.journal.sealing.notes import (
    CheckpointUnreadable,
    Note,
    PublicKey,
    SigningKey,
    read_note,
    read_public_key,
)
from engine.foundation.vault import write_once

BETWEEN = "--\n"
TAIL = 8192
"""More than two notes are long."""


class SealKeyDamaged(Unavailable):
    """封存密钥文件 {file} 读不出来，没有封存。请从备份恢复该文件；找不回来的，运行 audit seal --new-key 换一把新的。"""

    code = "SEAL_KEY_DAMAGED"


class CheckpointsUnwritable(Unavailable):
    """检查点写不进 {file}：{why}。封存照常进行；请核对目录的权限和空间，下次封存时自动补写。"""

    code = "CHECKPOINTS_UNWRITABLE"


@dataclass(frozen=True)
class Outside:
    """Where these files lie."""

    key_file: Path
    folder: Path
    algorithm: str = USUAL
    """By which a new key signs; one that there is goes on signing by its own."""

    @property
    def checkpoints(self) -> Path:
        """Every checkpoint, one after the other."""
        return self.folder / "checkpoints.txt"

    @property
    def keys(self) -> Path:
        """The public keys, a line each, whose signatures count here."""
        return self.folder / "keys.txt"

    # Keys --------------------------------------------------------------------------------------------------------

    def signing_key(self) -> SigningKey | None:
        """Return the key that signs, or None when this host has none; raise :class:`SealKeyDamaged`."""
        try:
            body = json.loads(self.key_file.read_bytes())
            if body["algorithm"] not in ALGORITHMS:
                raise SealKeyDamaged(file=self.key_file)
            return SigningKey.of(body["name"], body["algorithm"], base64.b64decode(body["private"], validate=True))
        except FileNotFoundError:
            return None
        except (ValueError, KeyError, TypeError) as error:
            raise SealKeyDamaged(file=self.key_file) from error

    def make_key(self, name: str) -> SigningKey:
        """Return the key that signs for the log ``name``; it is made (mode 0600) when there is none yet."""
        found = self.signing_key()
        if found is None:
            made = SigningKey.new(name, self.algorithm)
            private = base64.b64encode(made.private).decode()
            told = {"name": name, "algorithm": made.public.algorithm, "private": private, "public": made.public.text}
            write_once(self.key_file, told)
            found = self.signing_key()
        if found is None:
            raise SealKeyDamaged(file=self.key_file)
        return found

    def put_key_aside(self) -> None:
        """Give the key file another name, so that a new key can be made; its public key stays trusted."""
        try:
            found = self.signing_key()
        except SealKeyDamaged:
            found = None
        ending = "damaged" if found is None else found.public.id.hex()
        with suppress(FileNotFoundError):
            self.key_file.rename(self.key_file.with_name(f"{self.key_file.name}.{ending}"))

    def trusted(self) -> tuple[PublicKey, ...]:
        """Return the public keys whose signatures count on this host."""
        found: list[PublicKey] = []
        with suppress(FileNotFoundError):
            found += [read_public_key(line) for line in self.keys.read_text("utf-8").splitlines() if line.strip()]
        own = self.signing_key()
        if own is not None and own.public not in found:
            found.append(own.public)
        return tuple(found)

    def trust(self, key: PublicKey) -> None:
        """Let the signatures of ``key`` count from now on; it stays in the list when another takes its place."""
        lines = self.keys.read_text("utf-8").splitlines() if self.keys.exists() else []
        if key.text not in lines:
            _append(self.keys, f"{key.text}\n")

    # Checkpoints -------------------------------------------------------------------------------------------------

    def append(self, note: str) -> None:
        """Add a checkpoint at the end, for good; raise :class:`CheckpointsUnwritable`, and nothing was added."""
        _append(self.checkpoints, f"{BETWEEN}{note}")

    def last(self) -> Note | None:
        """Return the newest checkpoint, or None when there is none to be had; raise :class:`CheckpointUnreadable`."""
        with suppress(OSError), self.checkpoints.open("rb") as file:
            file.seek(max(0, file.seek(0, os.SEEK_END) - TAIL))
            _, between, note = file.read().decode("utf-8", "replace").rpartition(BETWEEN)
            if between or note:
                return read_note(note)
        return None

    def notes(self) -> Iterator[Note | None]:
        """Yield every checkpoint in order; None for a piece that cannot be read."""
        with suppress(FileNotFoundError):
            for piece in self.checkpoints.read_text("utf-8", "replace").split(BETWEEN)[1:]:
                try:
                    yield read_note(piece)
                except CheckpointUnreadable:
                    yield None


def _append(file: Path, text: str) -> None:
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            before = os.fstat(handle).st_size
            try:
                wanted = text.encode()
                if os.write(handle, wanted) != len(wanted):
                    raise OSError("no room")
                os.fsync(handle)
            except OSError:
                os.ftruncate(handle, before)
                raise
        finally:
            os.close(handle)
    except OSError as error:
        raise CheckpointsUnwritable(file=file, why=why_of(error)) from error
