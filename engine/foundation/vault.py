"""Keys, and what is done with them: encryption at rest, blind index, salted digests, one-way tokens.

Sensitive personal data (identity number, phone, address, drafts, answers) never lies in a row in clear
text.  A blind index (HMAC) lets an exact number be found without decrypting a table.  Every ciphertext
begins with the name of its key, so that keys can be rotated.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import secrets
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from engine.foundation.errors import Unavailable

KEY_BYTES = 32


class VaultLocked(Unavailable):
    """密钥文件与数据不符，无法读取敏感信息。请系统管理员恢复与数据同一备份中的密钥文件 {file}。"""

    code = "VAULT_LOCKED"


class KeysMissing(Unavailable):
    """没有密钥文件 {file}，而数据是用它封存的；没有另建新密钥，也没有改动任何内容。请把与这份数据同一时期的 keys.json
    放回该处（权限 600），再重试。"""

    code = "KEYS_MISSING"


class Vault:
    """The keys of one installation."""

    def __init__(self, keys: dict[str, bytes], current: str, index_key: bytes, *, file: str = "") -> None:
        """``keys`` are 32-byte data keys by name; ``current`` names the one used for new values."""
        self._keys = {name: AESGCM(key) for name, key in keys.items()}
        self._current = current
        self._index_key = index_key
        self._file = file

    @classmethod
    def open(cls, path: Path, *, new: bool = False) -> Vault:
        """Read the key file at ``path``; for a ``new`` house it is made (mode 0600) when it is not there yet.

        New keys open nothing that was sealed before: whoever says ``new`` knows that nothing was.  Raises
        :class:`KeysMissing`, and :class:`VaultLocked` for a damaged file, which is never written over.
        """
        if not path.exists():
            if not new:
                raise KeysMissing(file=path)
            write_once(path, {"current": "k1", "keys": {"k1": _key()}, "index": _key()})
        try:
            body = json.loads(path.read_bytes())
            keys = {name: base64.b64decode(key) for name, key in body["keys"].items()}
            index = base64.b64decode(body["index"])
            if body["current"] not in keys or {len(index), *map(len, keys.values())} != {KEY_BYTES}:
                raise VaultLocked(file=path.name)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise VaultLocked(file=path.name) from error
        return cls(keys, body["current"], index, file=path.name)

    def seal(self, value: str) -> str:
        """Return the ciphertext of ``value`` as text: ``key name:base64(nonce + ciphertext)``."""
        nonce = os.urandom(12)
        sealed = self._keys[self._current].encrypt(nonce, value.encode("utf-8"), None)
        return f"{self._current}:{base64.b64encode(nonce + sealed).decode('ascii')}"

    def unseal(self, sealed: str) -> str:
        """Return the clear text; raise :class:`VaultLocked` when the key does not fit."""
        name, _, body = sealed.partition(":")
        try:
            raw = base64.b64decode(body, validate=True)
            return self._keys[name].decrypt(raw[:12], raw[12:], None).decode("utf-8")
        except (KeyError, ValueError, InvalidTag) as error:
            raise VaultLocked(file=self._file) from error

    def seal_json(self, value: Any) -> str:
        """Seal a JSON value."""
        return self.seal(json.dumps(value, ensure_ascii=False, sort_keys=True))

    def unseal_json(self, sealed: str) -> Any:
        """Return the JSON value sealed by :meth:`seal_json`."""
        return json.loads(self.unseal(sealed))

    def probe(self) -> str:
        """Return a sealed value by which these keys are known again, the one for finding included."""
        return self.seal(self.blind_index("probe", ""))

    def is_of(self, probe: str) -> bool:
        """Tell whether these keys made ``probe``, or hold those that did."""
        try:
            return self.unseal(probe) == self.blind_index("probe", "")
        except VaultLocked:
            return False

    def opens(self, sealed: str) -> bool:
        """Tell whether these keys open ``sealed``."""
        try:
            self.unseal(sealed)
        except VaultLocked:
            return False
        return True

    def blind_index(self, kind: str, value: str) -> str:
        """Return the keyed digest under which an exact ``value`` of ``kind`` can be found again."""
        return hmac.new(self._index_key, f"{kind}\0{value}".encode(), hashlib.sha256).hexdigest()


def salted_digest(value: str) -> tuple[str, str]:
    """Return (salt, digest) of ``value``: what a journal line may keep of a personal value for ever."""
    salt = secrets.token_hex(16)
    return salt, digest_with(salt, value)


def digest_with(salt: str, value: str) -> str:
    """Return the digest of ``value`` under ``salt`` (hex)."""
    return hashlib.sha256(f"{salt}\0{value}".encode()).hexdigest()


def token_hash(token: str) -> str:
    """Return what is stored of a bearer token or session id: never the token itself."""
    return hashlib.sha256(token.encode("ascii", "replace")).hexdigest()


def _key() -> str:
    return base64.b64encode(os.urandom(KEY_BYTES)).decode("ascii")


def write_once(path: Path, body: dict[str, Any]) -> None:
    """Write ``body`` as JSON into the new file ``path`` (mode 0600), for good; one that is there already stays."""
    path.parent.mkdir(parents=True, exist_ok=True)
    # A name nobody else has: another thread may be at it too, and one that was killed may have left its draft.
    draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}.tmp")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(body, file)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    """Make the name durable too: what is sealed from now on can never be read without this file."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
