"""Routing facts: the small, plain data a process carries, and how branches of it come together.

A value is never changed in place, only set anew: so tasks may share what they inherit, and what comes in from
outside or goes out is copied.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, Final

import msgspec

from engine.process.bpmn.errors import FactsRefused

MAX_BYTES: Final = 4_096
"""Most that one answer may add.  Facts are meant to stay under 200 bytes; this only stops abuse."""

_SCALARS: Final = (str, int, float, bool, type(None))
_MISSING: Final = object()


def copied(value: Any) -> Any:
    """Return ``value`` with every list and dictionary in it new: for what comes from outside, or goes there."""
    if isinstance(value, dict):
        return {key: copied(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [copied(each) for each in value]
    return value


def checked(facts: object, *, flat: bool = False) -> dict[str, Any]:
    """Return a copy of ``facts`` fit for a process.

    Values are strings, numbers, booleans, None, and lists or dictionaries of these; with ``flat``
    (the result of a service) only scalars and lists of scalars, a list being the collection of a
    later multi-instance.  Raises :class:`FactsRefused`.
    """
    if facts is None:
        return {}
    if not isinstance(facts, Mapping):
        raise FactsRefused(name=type(facts).__name__, reason="应当是名字与值的对照表")
    plain: dict[str, Any] = {}
    for name, value in facts.items():
        if not isinstance(name, str) or not name.isidentifier() or name.startswith("_"):
            raise FactsRefused(name=name, reason="名字只能由字母、数字和下划线组成，且不以下划线开头")
        if not _is_plain(value, 2 if flat else 8):
            raise FactsRefused(name=name, reason="值只能是文字、数、真假和由它们组成的列表")
        plain[name] = copied(value)
    try:
        size = len(msgspec.msgpack.encode(plain))
    except (OverflowError, UnicodeEncodeError):
        raise FactsRefused(name="、".join(plain), reason="数太大，或文字里有非法字符") from None
    if size > MAX_BYTES:
        raise FactsRefused(name="、".join(plain), reason=f"共 {size} 字节，超过 {MAX_BYTES} 字节")
    return plain


def _is_plain(value: Any, depth: int) -> bool:
    if type(value) in _SCALARS:
        return not (isinstance(value, float) and math.isnan(value))  # NaN equals nothing, not even itself.
    if depth <= 1:
        return False
    if isinstance(value, list | tuple):
        return all(_is_plain(each, depth - 1) for each in value)
    if isinstance(value, dict) and depth > 2:
        return all(isinstance(key, str) and _is_plain(each, depth - 1) for key, each in value.items())
    return False


def merged(base: Mapping[str, Any], branches: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return what all ``branches`` made of ``base``, in their order.

    A fact counts for a branch only if the branch changed, added or removed it; when two branches
    changed the same fact, the later branch stands.
    """
    result = dict(base)
    for branch in branches:
        result.update({name: value for name, value in branch.items() if not _same(base.get(name, _MISSING), value)})
        for name in base:
            if name not in branch:
                result.pop(name, None)
    return result


def _same(before: Any, after: Any) -> bool:
    # True equals 1 in Python, but they are different answers.
    return type(before) is type(after) and bool(before == after)
