"""The envelope of an event and its chain: pure rules, fixed from the first commit.

An envelope holds only strings, integers, booleans, and lists and objects of these; keys are ASCII.
Integers lie within ±(2**53 - 1), which every reader of JSON reads as themselves; text is made of whole
characters.  Under these restrictions sorted compact JSON equals RFC 8785 byte for byte, so any program can check
a chain.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec

from engine.foundation.clock import utc_text

ENVELOPE_VERSION = 1
PREFIX = b"yichuang.event.1\n"
"""What stands before the text of an event when it is hashed."""
_LARGEST = 2**53 - 1


def envelope(
    *,
    root: str,
    seq: int,
    previous: str,
    type: str,
    at: datetime,
    actor: Mapping[str, str],
    command: str,
    key: str,
    data: Mapping[str, Any],
) -> str:
    """Return the canonical text of one event.

    ``at`` is the unit's clock reading (UTC); ``actor`` has account, person, channel; ``data`` is what
    happened and every value that entered.  Raises ``TypeError`` for a value that may not enter a line.
    """
    return _text(
        {
            "v": ENVELOPE_VERSION,
            "root": root,
            "seq": seq,
            "prev": previous,
            "type": type,
            "at": utc_text(at),
            "actor": actor,
            "command": command,
            "key": key,
            # Of all the rest the kinds are known.
            "data": _admitted(data),
        }
    )


def chain_hash(text: str) -> str:
    """Return the hash (hex SHA-256) of an envelope's canonical text; it contains the previous hash."""
    return hashlib.sha256(PREFIX + text.encode("utf-8")).hexdigest()


def canonical(value: Any) -> str:
    """Return the canonical JSON text; drops keys whose value is None; raises TypeError on other kinds.

    Keys in ascending order, no blanks, nothing escaped that need not be: letter by letter what ``json.dumps`` gives so.
    """
    return _text(_admitted(value))


_WRITER = msgspec.json.Encoder(order="deterministic")


def _text(value: Any) -> str:
    try:
        return _WRITER.encode(value).decode()
    except UnicodeEncodeError as error:
        raise TypeError("text with half a character may not enter a journal line") from error


def _admitted(value: Any) -> Any:
    kind = type(value)
    if kind is str or kind is bool:
        return value
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, int):
        if not -_LARGEST <= value <= _LARGEST:
            raise TypeError("an integer that other readers would round may not enter a journal line")
        return int(value)
    if isinstance(value, Mapping):
        for key in value:
            if not isinstance(key, str) or not key.isascii():
                raise TypeError(f"journal keys are ASCII text, not {key!r}")
        return {key: _admitted(item) for key, item in value.items() if item is not None}
    if isinstance(value, (list, tuple)):
        return [_admitted(item) for item in value]
    raise TypeError(f"{kind.__name__} may not enter a journal line")

