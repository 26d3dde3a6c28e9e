"""Two forms compared field by field, and two items key by key: pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from engine.oversight.publishing.comparing.changes import ADDED, CHANGED, REMOVED, Part, json_details


def compare_forms(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[Part, ...]:
    """Return the fields that differ, each by its key within the groups and lists it lies in."""
    return tuple(_parts(dict(_fields(before)), dict(_fields(after))))


def compare_items(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[Part, ...]:
    """Return the keys of an item that differ."""
    return tuple(_parts(before, after))


def _parts(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Part]:
    for key in dict.fromkeys((*before, *after)):
        if key not in after:
            yield Part(key, _label(before[key]), REMOVED)
        elif key not in before:
            yield Part(key, _label(after[key]), ADDED)
        elif details := tuple(json_details(before[key], after[key])):
            yield Part(key, _label(after[key]), CHANGED, details)


def _label(value: Any) -> str:
    return str(value.get("label") or "") if isinstance(value, Mapping) else ""


def _fields(form: Mapping[str, Any], within: str = "") -> Iterator[tuple[str, Any]]:
    """Yield each field under its key; what holds others is a field without them, and the form itself is one, too."""
    own = {key: value for key, value in form.items() if key != "components"}
    if not within:
        yield "", own
    for one in form.get("components", ()):
        key = f"{within}{one.get('key') or one.get('path') or one.get('id', '')}"
        yield key, {name: value for name, value in one.items() if name != "components"}
        yield from _fields({"components": one.get("components", ())}, f"{key}.")
