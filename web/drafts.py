"""A colleague's draft, to be read: what was typed, field by field, with the form's own words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.foundation.vault import Vault
from engine.process.tasks.shift.queries import copies_for
from engine.registry.identity.queries import names_of
from engine.registry.identity.reading import Reading
from forms.model import Part, flat, read_form


@dataclass(frozen=True)
class Draft:
    """What a colleague had typed before handing the task over."""

    giver: str
    at: datetime
    lines: list[tuple[str, str]]


def drafts_of(view: Reading, task_id: str, schema: Mapping[str, Any]) -> list[Draft]:
    """Return the copies of drafts that came to the reader with the task."""
    found = copies_for(view.connection, view.part(Vault), task_id, view.actor.account)
    names = names_of(view.connection, {one.giver for one in found})
    parts = read_form(schema).parts
    return [Draft(names.get(one.giver, one.giver), one.at, list(_lines(parts, one.data))) for one in found]


def lines_of(schema: Mapping[str, Any], data: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return what stands in a form, field by field in its own words; what is empty is left out."""
    return list(_lines(read_form(schema).parts, data))


def _lines(parts: tuple[Part, ...], data: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, str]]:
    for part in flat(parts):
        value = data.get(part.key)
        if part.is_list:
            for number, row in enumerate(value if isinstance(value, list) else (), 1):
                if isinstance(row, Mapping):
                    yield from _lines(part.parts, row, f"{part.label}第{number}项 ")
        elif value not in (None, "", [], False):
            yield before + part.label, _words(part, value)


def _words(part: Part, value: Any) -> str:
    if value is True:
        return "是"
    named = {option.value: option.label for option in part.options}
    values = value if isinstance(value, list) else [value]
    return "、".join(str(one.get("name", "")) if isinstance(one, Mapping) else named.get(str(one), str(one))
                    for one in values)  # fmt: skip
