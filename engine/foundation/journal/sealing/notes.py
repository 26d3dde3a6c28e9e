"""The checkpoint of the log and its signatures: pure text.

A checkpoint is written as C2SP's tlog-checkpoint says: origin, size, root hash in Base64, and as an extension line the
time; a blank line; then a line for each signature, as C2SP's signed-note says (an em dash, the key's name, Base64 of
the key's four-byte id and the signature).  Programs that know these read it, and a few lines of any language check it.

How is signed is told by the mark with which a key begins (:mod:`algorithms`); the text is the same for each.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from engine.foundation.clock import from_utc_text, utc_text
from engine.foundation.errors import Invalid
from engine.foundation.journal.sealing.algorithms import ALGORITHMS, USUAL

DASH = "— "
TIME = "time "


class CheckpointUnreadable(Invalid):
    """这不是一窗通的检查点：{why}。请给出 audit checkpoint 或者“存证”页面导出的文件。"""

    code = "CHECKPOINT_UNREADABLE"


class PublicKeyUnreadable(Invalid):
    """这不是检查点的公钥。公钥是一行文字：名称+编号+内容，随检查点一起导出，请原样给出。"""

    code = "PUBLIC_KEY_UNREADABLE"


@dataclass(frozen=True)
class PublicKey:
    """The public half of a key that signs checkpoints, by the name of the log it signs for."""

    name: str
    algorithm: str
    raw: bytes

    @property
    def id(self) -> bytes:
        """The four bytes by which a signature names its key."""
        return hashlib.sha256(f"{self.name}\n".encode() + self._typed).digest()[:4]

    @property
    def text(self) -> str:
        """The key in one line: name+id+content."""
        return f"{self.name}+{self.id.hex()}+{base64.b64encode(self._typed).decode()}"

    @property
    def _typed(self) -> bytes:
        return ALGORITHMS[self.algorithm].mark + self.raw

    def signed(self, text: bytes, signature: bytes) -> bool:
        """Tell whether ``signature`` is this key's of ``text``."""
        return ALGORITHMS[self.algorithm].check(self.raw, signature, text)


@dataclass(frozen=True)
class SigningKey:
    """A key that signs checkpoints."""

    public: PublicKey
    private: bytes

    @classmethod
    def new(cls, name: str, algorithm: str = USUAL) -> SigningKey:
        """Make a key for the log called ``name``."""
        return cls.of(name, algorithm, ALGORITHMS[algorithm].generate())

    @classmethod
    def of(cls, name: str, algorithm: str, private: bytes) -> SigningKey:
        """Return the key with these private bytes."""
        return cls(PublicKey(name, algorithm, ALGORITHMS[algorithm].public(private)), private)


@dataclass(frozen=True)
class Checkpoint:
    """The log at one moment: how many leaves, and the root over them."""

    origin: str
    size: int
    root: bytes
    at: datetime

    @property
    def text(self) -> str:
        """What is signed."""
        root = base64.b64encode(self.root).decode()
        return f"{self.origin}\n{self.size}\n{root}\n{TIME}{utc_text(self.at)}\n"


@dataclass(frozen=True)
class Note:
    """A checkpoint as it was read, with its signatures: (name, key id, signature)."""

    checkpoint: Checkpoint
    signatures: tuple[tuple[str, bytes, bytes], ...]
    text: str

    def signed_by(self, keys: Iterable[PublicKey]) -> bool:
        """Tell whether one of ``keys`` signed it; a false signature of one of them is none."""
        known = {(one.name, one.id): one for one in keys}
        text = self.checkpoint.text.encode()
        return any(
            (name, id) in known and known[name, id].signed(text, signature) for name, id, signature in self.signatures
        )


def sign(checkpoint: Checkpoint, key: SigningKey) -> str:
    """Return the signed note of ``checkpoint``."""
    signature = ALGORITHMS[key.public.algorithm].sign(key.private, checkpoint.text.encode())
    told = base64.b64encode(key.public.id + signature).decode()
    return f"{checkpoint.text}\n{DASH}{key.public.name} {told}\n"


def read_note(text: str) -> Note:
    """Return what a note says; raise :class:`CheckpointUnreadable`.  Whether it is true, a key tells."""
    body, blank, signatures = text.partition("\n\n")
    lines = body.split("\n")
    if not blank or len(lines) != 4 or not lines[3].startswith(TIME):
        raise CheckpointUnreadable(why="应有名称、链头数、根摘要、时间四行和签名")
    origin, size, root, time = lines
    try:
        found = Checkpoint(origin, _size(size), base64.b64decode(root, validate=True), from_utc_text(time[len(TIME) :]))
        signed = tuple(_signature(line) for line in signatures.rstrip("\n").split("\n"))
    except (ValueError, binascii.Error) as error:
        raise CheckpointUnreadable(why="有一行读不出来") from error
    if f"{found.text}\n" != f"{body}\n\n" or len(found.root) != 32:
        raise CheckpointUnreadable(why="写法不合规范")
    return Note(found, signed, text)


def _size(text: str) -> int:
    if not (text.isascii() and text.isdigit()):
        raise ValueError("no size")
    return int(text)


def _signature(line: str) -> tuple[str, bytes, bytes]:
    name, _, told = line.removeprefix(DASH).rpartition(" ")
    raw = base64.b64decode(told, validate=True)
    if not line.startswith(DASH) or not name or len(raw) < 5:
        raise ValueError("no signature")
    return name, raw[:4], raw[4:]


def read_public_key(text: str) -> PublicKey:
    """Return the key that :attr:`PublicKey.text` wrote; raise :class:`PublicKeyUnreadable`."""
    name, _, rest = text.strip().partition("+")
    id, _, content = rest.partition("+")
    try:
        raw = base64.b64decode(content, validate=True)
    except (ValueError, binascii.Error) as error:
        raise PublicKeyUnreadable from error
    algorithm = next((key for key, one in ALGORITHMS.items() if raw.startswith(one.mark)), None)
    if algorithm is None:
        raise PublicKeyUnreadable
    found = PublicKey(name, algorithm, raw.removeprefix(ALGORITHMS[algorithm].mark))
    if found.id.hex() != id:
        raise PublicKeyUnreadable
    return found
