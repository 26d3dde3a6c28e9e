"""What differs, in one form for all kinds of files: parts with their details; and JSON compared by its keys: pure."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

ADDED, REMOVED, CHANGED = "added", "removed", "changed"

_NAMES: Final = ("key", "code", "no", "id", "value", "name")
"""By what an entry of a list is known, the first that all of its entries have, each another one."""


@dataclass(frozen=True)
class Detail:
    """One property that differs: what it is, and what it was and is now (empty: it was, or is, not there)."""

    what: str
    before: str
    after: str


@dataclass(frozen=True)
class Part:
    """An element, a rule or a field that differs; ``details`` say in what, where it stands on both sides."""

    id: str
    name: str
    change: str
    details: tuple[Detail, ...] = ()


@dataclass(frozen=True)
class Side:
    """A part as one side has it: its name, its properties in words, and the rest that has no word of its own."""

    name: str
    properties: Mapping[str, str]
    rest: str = ""


def compared(before: Mapping[str, Side], after: Mapping[str, Side]) -> tuple[Part, ...]:
    """Return the parts that differ, by id: those gone, then those that are there now in their order."""
    gone = [Part(id, side.name, REMOVED) for id, side in before.items() if id not in after]
    found = []
    for id, side in after.items():
        if id not in before:
            found.append(Part(id, side.name, ADDED))
        elif details := tuple(_details(before[id], side)):
            found.append(Part(id, side.name, CHANGED, details))
    return (*gone, *found)


def _details(before: Side, after: Side) -> Iterator[Detail]:
    words = dict.fromkeys((*before.properties, *after.properties))
    told = [
        Detail(word, before.properties.get(word, ""), after.properties.get(word, ""))
        for word in words
        if before.properties.get(word, "") != after.properties.get(word, "")
    ]
    yield from told
    if not told and before.rest != after.rest:
        yield Detail("其他设置", "", "")


def json_details(before: Any, after: Any, path: str = "") -> Iterator[Detail]:
    """Yield every value of two JSON documents that differs, with the path of keys to it."""
    if before == after:
        return
    pair = _as_mappings(before, after)
    if pair is None:
        yield Detail(path, shown(before), shown(after))
        return
    for key in dict.fromkeys((*pair[0], *pair[1])):
        where = f"{path}.{key}" if path else str(key)
        yield from json_details(pair[0].get(key), pair[1].get(key), where)


def _as_mappings(before: Any, after: Any) -> tuple[Mapping[str, Any], Mapping[str, Any]] | None:
    """Return both as mappings, a list by what its entries are known by; None when they are told as a whole."""
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        return before, after
    if isinstance(before, list) and isinstance(after, list):
        for name in _NAMES:
            first, second = _by(name, before), _by(name, after)
            if first is not None and second is not None:
                return (first, second) if _same_order(first, second) else None
    return None


def _by(name: str, entries: Sequence[Any]) -> dict[str, Any] | None:
    if not all(isinstance(one, Mapping) and isinstance(one.get(name), str | int) for one in entries):
        return None
    found = {str(one[name]): one for one in entries}
    return found if len(found) == len(entries) else None


def _same_order(before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    return [key for key in before if key in after] == [key for key in after if key in before]


def shown(value: Any) -> str:
    """Return a value as it is printed: text as it is, nothing as nothing, all else as JSON."""
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
