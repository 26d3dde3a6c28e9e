"""Validation of a whole answer: the same for pages, for the API, and again inside the unit of work.

``validate`` is idempotent: checking a checked answer again, with the same context, changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from forms.context import Checked, Context, Data
from forms.fields import convert, empty, options_of, required_sentence
from forms.model import Form, Part, flat, read_form
from forms.relations import related

MAX_ROWS: Final = 100


def validate(schema: Mapping[str, Any], data: Mapping[str, Any], context: Context) -> Checked:
    """Check ``data`` against ``schema`` in ``context``.

    Takes raw answers (texts from a page) and typed ones (from JSON). Returns typed data in which
    every visible field is present, hidden ones are absent, and read-only values are the context's;
    errors and warnings are Chinese sentences by field name. Never raises for a wrong answer.
    """
    form = read_form(schema)
    job = _Job(form, context, {part.key: part.label for part in flat(form.parts)})
    _unknown_keys(job, form.parts, data, "")
    scope = {**context.values, **_first_scope(form.parts, data, context, "")}
    _walk(job, form.parts, data, job.data, _Place("", "", "", scope))
    return Checked(job.data, job.errors, job.warnings)


@dataclass
class _Job:
    """The state of one validation."""

    form: Form
    context: Context
    labels: dict[str, str]
    data: Data = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    warnings: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class _Place:
    """Where the walk is: name prefix, sentence prefix, list path, and the values in reach."""

    prefix: str
    words: str
    path: str
    scope: dict[str, Any]


def _unknown_keys(job: _Job, parts: tuple[Part, ...], data: Mapping[str, Any], prefix: str) -> None:
    known = {part.key for part in flat(parts) if part.holds_value or part.is_list}
    for key in data:
        if key not in known:
            job.errors[f"{prefix}{key}"[:80]] = f"表单中没有“{str(key)[:40]}”这一项，请删去"


def _first_scope(parts: tuple[Part, ...], data: Mapping[str, Any], context: Context, path: str) -> Data:
    """The values conditions may read before anything is checked; what cannot be read is None."""
    scope: Data = {}
    for part in flat(parts):
        if part.holds_value and not part.readonly:
            value = convert(part, data.get(part.key), options_of(part, context, path), context)
            scope[part.key] = None if value.error or value.data == "" else value.data
    return scope


def _walk(job: _Job, parts: tuple[Part, ...], given: Mapping[str, Any], out: Data, place: _Place) -> None:
    for part in parts:
        if part.hide is not None and part.hide.holds(place.scope):
            # A hidden value must not steer other conditions or reach the case.
            place.scope.update({inner.key: None for inner in flat((part,)) if inner.holds_value})
        elif part.kind == "group":
            _walk(job, part.parts, given, out, place)
        elif part.is_list:
            out[part.key] = _rows(job, part, given.get(part.key), place)
        elif part.holds_value and part.readonly:
            _readonly(job, part, given, out, place)
        elif part.holds_value:
            out[part.key] = _field(job, part, given.get(part.key), place)


def _readonly(job: _Job, part: Part, given: Mapping[str, Any], out: Data, place: _Place) -> None:
    """A read-only value is the context's; an answer may repeat it, but not change it."""
    truth = place.scope.get(part.key)
    said = given.get(part.key)
    if truth is None:
        return
    if said not in (None, "") and str(said) != str(truth):
        job.errors[place.prefix + part.key] = f"{place.words}{part.label}由系统给出，不能修改，请刷新后再填"
    out[part.key] = truth


def _field(job: _Job, part: Part, raw: Any, place: _Place) -> Any:
    name = place.prefix + part.key
    value = convert(part, raw, options_of(part, job.context, place.path), job.context)
    result, sentence = value.data, value.error
    if not sentence and result == empty(part):
        sentence = required_sentence(part) if part.required else ""
    elif not sentence:
        checkup = related(part, result, place.scope, job.labels, job.context)
        if checkup.normal and isinstance(result, str):
            result = checkup.normal
        if checkup.level == "warning":
            job.warnings[name] = place.words + checkup.sentence
        sentence = checkup.sentence if checkup.level == "error" else ""
    if sentence:
        job.errors[name] = place.words + sentence
    place.scope[part.key] = result
    return result


def _rows(job: _Job, part: Part, raw: Any, place: _Place) -> list[Data]:
    given = [] if raw is None else raw
    if not isinstance(given, list) or not all(isinstance(row, Mapping) for row in given):
        job.errors[part.key] = f"{part.label}应为列表"
        return []
    if len(given) > MAX_ROWS:
        job.errors[part.key] = f"{part.label}不能超过{MAX_ROWS}项"
        return []
    paired = _fixed_rows(job, part, given) if part.fixed else [({}, row) for row in given]
    rows = [_row(job, part, truth, row, index, place) for index, (truth, row) in enumerate(paired)]
    if part.key not in job.errors:
        sentence = _list_sentence(part, rows)
        if sentence:
            job.errors[part.key] = sentence
    return rows


def _fixed_rows(job: _Job, part: Part, given: list[Any]) -> list[tuple[Mapping[str, Any], Mapping[str, Any]]]:
    """Pair the context's rows with the answer's by row key; refuse strange or repeated rows."""
    truth = list(job.context.rows.get(part.key, ()))
    answered: dict[str, Mapping[str, Any]] = {}
    known = {str(row.get(part.row_key)) for row in truth}
    for row in given:
        key = str(row.get(part.row_key))
        if key not in known or key in answered:
            job.errors[part.key] = f"{part.label}已有变化，请刷新页面后重新填写"
        answered[key] = row
    return [(row, answered.get(str(row.get(part.row_key)), {})) for row in truth]


def _row(job: _Job, part: Part, truth: Mapping[str, Any], given: Mapping[str, Any], index: int, place: _Place) -> Data:
    prefix = f"{part.key}[{index}]."
    _unknown_keys(job, part.parts, given, prefix)
    readonly = {inner.key: truth.get(inner.key) for inner in flat(part.parts) if inner.readonly}
    first = _first_scope(part.parts, given, job.context, part.key)
    name = truth.get(part.props.get("row_legend", ""))
    number = part.row_number(truth, index)
    words = f"第{number}项“{name}”：" if name else f"第{number}项："
    out: Data = {}
    _walk(job, part.parts, given, out, _Place(prefix, words, part.key, {**place.scope, **first, **readonly}))
    return out


def _list_sentence(part: Part, rows: list[Data]) -> str:
    low, high = part.limit("min_rows", 0), part.limit("max_rows", MAX_ROWS)
    if len(rows) < low and not part.fixed:
        return f"{part.label}不能少于{low}项"
    if len(rows) > high:
        return f"{part.label}不能超过{high}项"
    unique = part.props.get("unique")
    values = [row.get(unique) for row in rows if unique and row.get(unique)]
    if len(set(values)) < len(values):
        return f"{part.label}中有重复的内容，请删去重复项"
    wanted, key = part.limit("at_least", 0), part.props.get("at_least_key", "")
    if wanted and sum(row.get(key) is True for row in rows) < wanted:
        label = next(inner.label for inner in flat(part.parts) if inner.key == key)
        return f"{part.label}中至少{wanted}项应勾选“{label}”"
    return ""
