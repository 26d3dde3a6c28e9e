"""An item file as the fields of a form (``forms/schemas/item.json``), and back: pure.

Whatever the form does not show (code, department, ladders …) stays as it is in the file.  A mark of where a value comes
from (``value_sources``) goes along with its value: to its new place when rows were moved, away when it was deleted.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

Raw = Mapping[str, Any]

PLAIN = (
    "name", "domain", "item_type", "case_type", "intake_mode", "entry_mode", "apply_object", "visits_limit",
    "cross_region", "use_level", "home_service", "main_process", "clock_anchor", "correction_limit_days",
    "special_procedures", "site_visit", "notice_commitment", "post_check_months",
)  # fmt: skip
"""Fields that are called the same and hold the same in both."""

INSIDE: Mapping[str, tuple[str, ...]] = {
    "promise": ("days", "unit", "source"),
    "statutory": ("days", "unit", "source"),
    "extension": ("days", "times", "source"),
    "fee": ("charged", "text"),
    "result": ("name", "validity"),
}
"""Objects of the file whose fields stand in the form as ``object_field``."""
MAY_LACK = frozenset({"statutory", "extension"})

MATERIAL = (
    "no", "name", "form", "copies", "required", "deficiency_allowed", "source", "returned", "waived_by_commitment",
    "note",
)  # fmt: skip
STAGE = ("name", "kind", "days", "procedure", "key")
BRANCH = ("key", "department", "name", "depends_on", "days", "veto", "optional", "automatic", "materials", "result")
LEFT_OUT_WHEN_EMPTY = frozenset({"returned", "waived_by_commitment", "key", "automatic", "materials"})
"""Fields of rows that a file writes only when they say something."""

WHOLE = frozenset({"visits_limit", "correction_limit_days", "post_check_months", "days", "times", "no", "copies"})
"""Fields that hold whole numbers; an answer that was not checked has them as they were typed."""

CHANNELS = ("consult_phone", "complaint_phone", "hotline")
GUIDE = ("quantity_limit", "prohibitions", "remedy")
TOLD = ("delivery", "questions")
"""Lists of the guide."""
_BETWEEN = re.compile(r"[、，,\s]+")


def answer_of(raw: Raw) -> dict[str, Any]:
    """Return the form's answer that says what an item file says; ``raw`` is the file's JSON object, right or wrong."""
    answer: dict[str, Any] = {key: raw.get(key) for key in PLAIN}
    answer["online_depth"] = _text(raw.get("online_depth"))
    for name, fields in INSIDE.items():
        inner = _part(raw, name)
        answer |= {f"{name}_{field}": inner.get(field) for field in fields}
    for name, fields in (("channels", CHANNELS), ("guide", GUIDE)):
        answer |= {field: _part(raw, name).get(field) for field in fields}
    answer["materials"] = [{key: row.get(key) for key in MATERIAL} for row in _rows(raw.get("materials"))]
    answer["stages"] = [
        {**{key: row.get(key) for key in STAGE}, "days": _text(row.get("days"))} for row in _rows(raw.get("stages"))
    ]
    for key, texts in (
        ("conditions", raw.get("conditions")), ("basis", raw.get("basis")),
        ("delivery", _part(raw, "guide").get("delivery")), ("questions", _part(raw, "guide").get("questions")),
    ):  # fmt: skip
        answer[key] = [{"text": text} for text in texts or () if isinstance(text, str)]
    plan = _part(raw, "joint_plan")
    answer["lead_department"] = plan.get("lead_department")
    together = plan.get("joint_site_visit") or ()
    answer["branches"] = [_branch_of(row, row.get("key") in together) for row in _rows(plan.get("branches"))]
    return answer


def written(raw: Raw, answer: Mapping[str, Any]) -> str:
    """Return the text of the item file ``raw`` with what the ``answer`` says.

    An answer with mistakes is written down too, for nothing that was typed is to be lost; the item's rules name them.
    """
    new: dict[str, Any] = dict(raw)
    new |= {key: _plain(key, answer.get(key)) for key in PLAIN}
    new["online_depth"] = _plain("no", answer.get("online_depth"))
    for name, fields in INSIDE.items():
        inner = {field: _plain(field, answer.get(f"{name}_{field}")) for field in fields}
        new[name] = None if name in MAY_LACK and inner["days"] is None else inner
    new["channels"] = {field: answer.get(field) for field in CHANNELS}
    told = {**{field: answer.get(field) for field in GUIDE}, **{key: _texts(answer, key) for key in TOLD}}
    new["guide"] = {**dict.fromkeys(_part(raw, "guide")), **told}
    new["conditions"], new["basis"] = _texts(answer, "conditions"), _texts(answer, "basis")
    new["materials"] = [_row(row, MATERIAL) for row in _rows(answer.get("materials"))]
    new["stages"] = [{**_row(row, STAGE), "days": _number(row.get("days"))} for row in _rows(answer.get("stages"))]
    new["joint_plan"] = _plan_of(answer)
    new["value_sources"] = carried_marks(raw, new)
    return dump(new)


def carried_marks(old: Raw, new: Raw) -> dict[str, str]:
    """Return the marks of where values come from, at the places where these values stand in ``new``.

    A value in a list is the same one when it is equal, or when its row has the same name; the nearest row counts.
    """
    marks = _part(old, "value_sources")
    found: dict[str, str] = {}
    for place, mark in marks.items():
        moved = _moved(str(place).split("."), old, new)
        if moved is not None:
            found[moved] = str(mark)
    return found


def dump(raw: Raw) -> str:
    """Return the JSON text of an item as people edit it: a line for each field, and for each row of a list."""
    lines = [f"  {json.dumps(key)}: {_value(value)}" for key, value in raw.items()]
    return "{\n" + ",\n".join(lines) + "\n}\n"


def _moved(parts: list[str], old: Any, new: Any) -> str | None:
    """Return where the value at ``parts`` of ``old`` stands in ``new``, or None when it is gone."""
    path: list[str] = []
    for part in parts:
        if isinstance(old, list) and part.isdigit() and int(part) < len(old) and isinstance(new, list):
            at = _same_row(old[int(part)], int(part), new)
            if at is None:
                return None
            old, new = old[int(part)], new[at]
            path.append(str(at))
        elif isinstance(old, Mapping) and isinstance(new, Mapping) and new.get(part) is not None:
            old, new = old.get(part), new[part]
            path.append(part)
        else:
            return None
    return ".".join(path)


def _same_row(row: Any, at: int, rows: list[Any]) -> int | None:
    def named(one: Any) -> Any:
        return (one.get("key") or one.get("name")) if isinstance(one, Mapping) else one

    alike = [place for place, one in enumerate(rows) if named(one) == named(row)]
    return min(alike, key=lambda place: abs(place - at), default=None)


def _branch_of(row: Raw, together: bool) -> dict[str, Any]:
    return {
        **{key: row.get(key) for key in BRANCH},
        "days": _text(row.get("days")),
        "depends_on": "、".join(map(str, row.get("depends_on") or ())),
        "materials": "、".join(map(str, row.get("materials") or ())),
        "site_visit": together,
    }


def _plan_of(answer: Mapping[str, Any]) -> dict[str, Any] | None:
    rows = _rows(answer.get("branches"))
    if not rows and not answer.get("lead_department"):
        return None
    branches = []
    for row in rows:
        branch = {**row, "depends_on": _several(row.get("depends_on")), "days": _number(row.get("days"))}
        branch["materials"] = [int(one) if one.isdigit() else one for one in _several(row.get("materials"))]
        branches.append(_row(branch, BRANCH))
    together = [row.get("key") for row in rows if row.get("site_visit")]
    return {"lead_department": answer.get("lead_department"), "branches": branches, "joint_site_visit": together}


def _row(row: Raw, keys: Iterable[str]) -> dict[str, Any]:
    full = {key: _plain("" if key == "days" else key, row.get(key)) for key in keys}
    return {key: value for key, value in full.items() if not (key in LEFT_OUT_WHEN_EMPTY and not value)}


def _several(text: Any) -> list[str]:
    return [one for one in _BETWEEN.split(str(text or "")) if one]


def _texts(answer: Mapping[str, Any], key: str) -> list[str]:
    return [row["text"] for row in _rows(answer.get(key)) if row.get("text")]


def _rows(value: Any) -> list[Mapping[str, Any]]:
    return [row for row in value if isinstance(row, Mapping)] if isinstance(value, list | tuple) else []


def _part(raw: Raw, key: str) -> Mapping[str, Any]:
    inner = raw.get(key)
    return inner if isinstance(inner, Mapping) else {}


def _plain(key: str, value: Any) -> Any:
    if value == "":
        return None
    return int(value) if key in WHOLE and isinstance(value, str) and value.isdecimal() else value


def _text(value: Any) -> str | None:
    return None if value is None else f"{value:f}" if isinstance(value, Decimal) else str(value)


def _number(text: Any) -> Any:
    """Return days as a number, halves exact; what is no number stays a text, and the item's rules say so."""
    try:
        value = Decimal(str(text))
    except ArithmeticError:
        return text
    return int(value) if value == value.to_integral_value() else value


def _value(value: Any) -> str:
    if isinstance(value, list) and value and all(isinstance(row, Mapping) for row in value):
        return "[\n" + ",\n".join(f"    {_line(row)}" for row in value) + "\n  ]"
    if isinstance(value, Mapping) and any(isinstance(inner, list) and inner and isinstance(inner[0], Mapping)
                                          for inner in value.values()):  # fmt: skip
        inner = [f"    {json.dumps(key)}: {_value(one)}" for key, one in value.items()]
        return "{\n" + ",\n".join(inner) + "\n  }"
    return _line(value)


def _line(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=_decimal)


def _decimal(value: Any) -> float:
    if isinstance(value, Decimal):
        return float(value)
    raise TypeError(type(value).__name__)
