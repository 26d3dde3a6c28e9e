"""The forms of a rehearsal's open tasks: carried in its report, filled on a page, turned into a step of its script.

Papers and signatures are made up by the rehearsal itself, so a page does not ask for them.  Pure.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import forms
from forms import Context

FILE, SIGNATURE = "$file", "$signature"
"""What stands in a script for a made-up scan and for a drawn signature."""

_SCAN = {"digest": "0" * 64, "name": "扫描件.pdf", "size": 1, "media_type": "application/pdf"}
_DRAWN = {"mode": "drawn", "files": [{**_SCAN, "name": "签名.png", "media_type": "image/png"}]}


@dataclass(frozen=True)
class Filled:
    """What was typed into a form: as it is shown again, what is wrong with it, and the answer for the script."""

    data: Mapping[str, Any]
    errors: Mapping[str, str]
    answer: Mapping[str, Any]


def context_json(context: Context) -> dict[str, Any]:
    """Return what a form is filled from as JSON values; :func:`context_of` makes it again, without uploads."""
    values = {**asdict(context), "now": context.now.isoformat(), "uploads": None}
    return dict(json.loads(json.dumps(values, ensure_ascii=False, default=str)))


def context_of(raw: Mapping[str, Any]) -> Context:
    """Return the context that :func:`context_json` wrote."""
    options = {
        key: [one if isinstance(one, str) else (str(one[0]), str(one[1])) for one in ones]
        for key, ones in raw["options"].items()
    }
    return Context(
        now=datetime.fromisoformat(raw["now"]), rows=raw["rows"], options=options, values=raw["values"],
        defaults=raw["defaults"],
    )  # fmt: skip


def without_papers(schema: Mapping[str, Any]) -> dict[str, Any]:
    """Return the schema without the fields that the rehearsal fills by itself."""
    return {**schema, "components": _kept(schema.get("components") or ())}


def papers_of(schema: Mapping[str, Any]) -> dict[str, str]:
    """Return the fields that the rehearsal fills by itself, outside of lists: key to their label."""
    found: dict[str, str] = {}
    for one in schema.get("components") or ():
        if one.get("type") == "group":
            found |= papers_of(one)
        elif _is_paper(one):
            found[str(one.get("key"))] = str(one.get("label") or "")
    return found


def read_filled(schema: Mapping[str, Any], pairs: list[tuple[str, str]], context: Context) -> Filled:
    """Return what was typed into the page of a form; raise forms.AnswerUnreadable.

    The answer holds what differs from the form's first values: a script shall say what is meant, not everything.
    """
    shown = without_papers(schema)
    typed = forms.read_html(shown, pairs)
    checked = forms.validate(schema, {**typed, **_made_up(schema)}, context)
    # What the page shows at first, read in the same way: so that only what somebody changed is told.
    first = forms.validate(schema, {**forms.initial(shown, context), **_made_up(schema)}, context).data
    kinds = _kinds(schema)
    answer: dict[str, Any] = {}
    for key, value in checked.data.items():
        if key in kinds:
            answer[key] = kinds[key]
        elif value != first.get(key):
            answer[key] = _by_day(value, context)
    return Filled(typed, checked.errors, answer)


def _made_up(schema: Mapping[str, Any]) -> dict[str, Any]:
    return {key: [_SCAN] if word == FILE else _DRAWN for key, word in _kinds(schema).items()}


def _kinds(schema: Mapping[str, Any]) -> dict[str, str]:
    """Return the word for each field that the rehearsal fills by itself."""
    found: dict[str, str] = {}
    for one in schema.get("components") or ():
        if one.get("type") == "group":
            found |= _kinds(one)
        elif _is_paper(one):
            found[str(one.get("key"))] = FILE if one.get("type") == "filepicker" else SIGNATURE
    return found


def _is_paper(component: Mapping[str, Any]) -> bool:
    return component.get("type") == "filepicker" or (component.get("properties") or {}).get("control") == "signature"


def _kept(components: Any) -> list[dict[str, Any]]:
    return [
        {**one, "components": _kept(one["components"])} if "components" in one else one
        for one in components
        if not _is_paper(one)
    ]


def _by_day(value: Any, context: Context) -> Any:
    """Let the rehearsal's own day stand as such, so that the script means the same on another day."""
    return "$today" if value == context.today.isoformat() else value
