"""The form-js schema as a small typed tree: what reading, validation and rendering work on."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from forms import feel

STATIC_KINDS: Final = frozenset({"text", "separator", "spacer", "button"})
VALUE_KINDS: Final = frozenset(
    {"textfield", "textarea", "number", "radio", "select", "checkbox", "checklist", "datetime", "filepicker"}
)
CHOICE_KINDS: Final = frozenset({"radio", "select", "checklist"})
SIGNATURE: Final = "signature"


@dataclass(frozen=True)
class Option:
    """One choice of a radio, select or checklist."""

    value: str
    label: str


@dataclass(frozen=True)
class Part:
    """One component. ``key`` is the field key, for a dynamiclist its path, "" for static parts."""

    id: str
    kind: str
    key: str
    label: str
    hint: str
    text: str
    required: bool
    readonly: bool
    hide: feel.Expression | None
    options: tuple[Option, ...]
    default: Any
    rules: Mapping[str, Any]
    props: Mapping[str, str]
    subtype: str
    accept: str
    multiple: bool
    parts: tuple[Part, ...]

    @property
    def is_list(self) -> bool:
        """True for a dynamiclist."""
        return self.kind == "dynamiclist"

    @property
    def fixed(self) -> bool:
        """True for a list whose rows are given by the context and cannot be added or deleted."""
        return self.is_list and self.props.get("rows") == "fixed"

    @property
    def row_key(self) -> str:
        """The read-only key that tells the rows of a fixed list apart."""
        return self.props.get("row_key", "no")

    @property
    def holds_value(self) -> bool:
        """True for a component that has a value of its own (neither static, group nor list)."""
        return self.kind in VALUE_KINDS or self.kind == SIGNATURE

    def row_number(self, truth: Mapping[str, Any], index: int) -> str:
        """Return the number by which a row is called: its own in the list it comes from, else its place here."""
        own = str(truth.get(self.row_key, "")) if self.fixed else ""
        return own if own.isdigit() else str(index + 1)

    def limit(self, name: str, otherwise: int) -> int:
        """Return the integer rule ``name`` (validate first, then properties), else ``otherwise``."""
        value = self.rules.get(name, self.props.get(name))
        return otherwise if value is None else int(value)


@dataclass(frozen=True)
class Form:
    """A form: its id, its top-level parts, and the names that its conditions read."""

    id: str
    parts: tuple[Part, ...]
    watched: frozenset[str]

    def field_keys(self) -> frozenset[str]:
        """Return the keys of all fields, those in lists too."""
        inner = [child for part in flat(self.parts) for child in (flat(part.parts) if part.is_list else (part,))]
        return frozenset(part.key for part in inner if part.holds_value)

    def lists(self) -> dict[str, Part]:
        """Return the dynamic lists by path."""
        return {part.key: part for part in flat(self.parts) if part.is_list}


def in_order(form: Form, errors: Mapping[str, str]) -> dict[str, str]:
    """Return errors (by field name, ``materials[0].copies``) in the order of the form; what is no field comes first."""
    places: dict[tuple[str, str], int] = {}
    for part in flat(form.parts):
        for key in ("", *(inner.key for inner in flat(part.parts) if part.is_list)):
            places.setdefault((part.key, key), len(places))

    def place(name: str) -> tuple[int, int, int]:
        key, _, rest = name.partition("[")
        row, _, inner = rest.partition("].")
        return places.get((key, ""), -1), int(row) if row.isdecimal() else -1, places.get((key, inner), -1)

    return dict(sorted(errors.items(), key=lambda one: place(one[0])))


def flat(parts: tuple[Part, ...]) -> Iterator[Part]:
    """Yield the parts of one level: groups are entered, lists are not."""
    for part in parts:
        if part.kind == "group":
            yield from flat(part.parts)
        else:
            yield part


def read_form(schema: Mapping[str, Any]) -> Form:
    """Return the form of a schema that ``refused`` has let through."""
    parts = tuple(_part(component) for component in schema["components"])
    return Form(str(schema["id"]), parts, frozenset(_watched(parts)))


def _watched(parts: tuple[Part, ...]) -> Iterator[str]:
    for part in parts:
        if part.hide:
            yield from part.hide.names
        yield from _watched(part.parts)


def _part(component: Mapping[str, Any]) -> Part:
    kind = str(component["type"])
    props = {str(key): str(value) for key, value in (component.get("properties") or {}).items()}
    rules = component.get("validate") or {}
    condition = (component.get("conditional") or {}).get("hide")
    return Part(
        id=str(component.get("id", "")),
        kind=SIGNATURE if props.get("control") == SIGNATURE else kind,
        key=str(component.get("path") or "") if kind == "dynamiclist" else str(component.get("key") or ""),
        label=str(component.get("label") or component.get("dateLabel") or ""),
        hint=str(component.get("description") or ""),
        text=str(component.get("text") or ""),
        required=rules.get("required") is True,
        readonly=component.get("readonly") is True,
        hide=feel.parse(condition) if condition else None,
        options=tuple(Option(str(o["value"]), str(o["label"])) for o in component.get("values") or ()),
        default=component.get("defaultValue"),
        rules=rules,
        props=props,
        subtype=str(component.get("subtype") or "date"),
        accept=str(component.get("accept") or ""),
        multiple=component.get("multiple") is True,
        parts=tuple(_part(child) for child in component.get("components") or ()),
    )


def field_id(name: str) -> str:
    """Return the HTML id of a field name: ``materials[0].copies`` -> ``f-materials-0-copies``."""
    return "f-" + re.sub(r"[^A-Za-z0-9_]+", "-", name).strip("-")
