"""The forms that come with the product: finding, reading, digests."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from functools import lru_cache
from importlib import resources
from typing import Any, Final

from forms.errors import FormRefused, FormUnreadable, UnknownForm
from forms.refusal import refused

MAX_BYTES: Final = 512 * 1024
MAX_DEPTH: Final = 12


def keys() -> tuple[str, ...]:
    """Return the keys of all built-in forms, sorted."""
    folder = resources.files("forms") / "schemas"
    return tuple(sorted(entry.name[:-5] for entry in folder.iterdir() if entry.name.endswith(".json")))


@lru_cache(maxsize=64)
def source(key: str) -> bytes:
    """Return the file of a built-in form as it stands; raise UnknownForm."""
    if key not in keys():
        raise UnknownForm(key=key)
    return (resources.files("forms") / "schemas" / f"{key}.json").read_bytes()


def load(key: str) -> dict[str, Any]:
    """Return a fresh copy of a built-in form's schema; raise UnknownForm."""
    schema: dict[str, Any] = json.loads(source(key))
    return schema


def parse(text: bytes) -> dict[str, Any]:
    """Return the schema in ``text`` (UTF-8 JSON, edited by anyone).

    Raises FormUnreadable when it is no form-js file, FormRefused when ``refused`` finds a problem.
    """
    if len(text) > MAX_BYTES:
        raise FormUnreadable(reason=f"超过 {MAX_BYTES // 1024} KB")
    try:
        schema = json.loads(text.decode("utf-8"))
    except (UnicodeDecodeError, ValueError, RecursionError):
        raise FormUnreadable(reason="不是 UTF-8 的 JSON") from None
    if not isinstance(schema, dict) or _depth(schema) > MAX_DEPTH:
        raise FormUnreadable(reason="不是 form-js 表单")
    problems = refused(schema)
    if problems:
        raise FormRefused(problems)
    return schema


def canonical(schema: Mapping[str, Any]) -> bytes:
    """Return the one byte form of a schema: sorted keys, no spaces, UTF-8."""
    return json.dumps(schema, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def digest(schema: bytes | Mapping[str, Any]) -> str:
    """Return the SHA-256 (hex) of the canonical form: the layout of the file does not matter."""
    value = json.loads(schema) if isinstance(schema, bytes) else schema
    return hashlib.sha256(canonical(value)).hexdigest()


def _depth(value: object) -> int:
    level, layer = 0, [value]
    while layer and level <= MAX_DEPTH:
        level += 1
        layer = [
            child
            for item in layer
            if isinstance(item, dict | list)
            for child in (item.values() if isinstance(item, dict) else item)
        ]
    return level
