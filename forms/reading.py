"""Reading answers: name/value pairs of an HTML form, JSON of the API, and acts on rows."""

from __future__ import annotations

import copy
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, Final

from forms.context import Context, Data, UploadRef
from forms.errors import AnswerUnreadable, RowActUnknown
from forms.fields import empty
from forms.model import SIGNATURE, Form, Part, flat, read_form
from forms.validation import MAX_ROWS

MAX_PAIRS: Final = 5000
KEPT: Final = ".kept"
ON_PAPER: Final = ".on_paper"
SCAN: Final = ".scan"
_SILENT: Final = frozenset({"checkbox", "checklist", "filepicker", SIGNATURE})


def initial(schema: Mapping[str, Any], context: Context) -> Data:
    """Return the first values of a form: those of the context, else the schema's defaults."""
    return _initial(read_form(schema), context)


def _initial(form: Form, context: Context) -> Data:
    data: Data = {}
    for part in flat(form.parts):
        if part.is_list:
            rows = context.rows.get(part.key, context.defaults.get(part.key, ()))
            blank = part.limit("first_rows", max(part.limit("min_rows", 0), 1))
            shown = list(rows) if rows or part.fixed else [{}] * blank
            data[part.key] = [_first_row(part, row, context) for row in shown]
        elif part.holds_value:
            _first_value(part, context.values if part.readonly else context.defaults, context, data)
    return data


def with_first_values(
    schema: Mapping[str, Any], data: Mapping[str, Any], names: Collection[str], context: Context
) -> Data:
    """Return ``data`` with first values in the fields that the page did not show: a choice may bring them on it now.

    ``names`` are the names that were posted.  A field on the page posts its name, an emptied one too; only boxes, files
    and signatures may stand there and post nothing, so those are left as they are.
    """
    form, result = read_form(schema), copy.deepcopy(dict(data))
    first = _initial(form, context)
    for part in flat(form.parts):
        shown = part.key in names or part.kind in _SILENT
        if part.holds_value and not part.readonly and not shown:
            result[part.key] = first[part.key]
    return result


def _first_row(part: Part, row: Mapping[str, Any], context: Context) -> Data:
    data: Data = {}
    for inner in flat(part.parts):
        if inner.holds_value:
            _first_value(inner, row, context, data)
    return data


def _first_value(part: Part, source: Mapping[str, Any], context: Context, data: Data) -> None:
    word = part.props.get("default")
    stamps = {"now": context.minute, "today": context.today.isoformat()}
    otherwise = stamps.get(word) if word else copy.deepcopy(part.default)
    value = source.get(part.key, otherwise)
    if part.readonly and value is None:
        return
    data[part.key] = empty(part) if value is None else copy.deepcopy(value)


def read_html(
    schema: Mapping[str, Any],
    pairs: Iterable[tuple[str, str]],
    uploads: Mapping[str, Sequence[UploadRef]] | None = None,
    known: Mapping[str, UploadRef] | None = None,
) -> Data:
    """Return the raw answer in the pairs of an HTML form; other names (token, buttons) are passed over.

    ``uploads`` are the files stored for this request by field name; ``known`` the person's earlier
    uploads by digest, for files kept over an error page. Raises AnswerUnreadable when there are too
    many pairs or rows.
    """
    values: dict[str, list[str]] = {}
    for count, (name, value) in enumerate(pairs):
        if count >= MAX_PAIRS:
            raise AnswerUnreadable(reason="填写项过多")
        values.setdefault(name, []).append(value)
    reader = _Reader(values, uploads or {}, known or {})
    form = read_form(schema)
    data: Data = {}
    for part in flat(form.parts):
        if part.is_list:
            data[part.key] = reader.rows(part)
        elif part.holds_value:
            reader.field(part, "", data)
    return data


class _Reader:
    """Looks field names up in the pairs and uploads of one request."""

    def __init__(
        self,
        values: Mapping[str, list[str]],
        uploads: Mapping[str, Sequence[UploadRef]],
        known: Mapping[str, UploadRef],
    ) -> None:
        self.values = values
        self.uploads = uploads
        self.known = known

    def rows(self, part: Part) -> list[Data]:
        pattern = re.compile(re.escape(part.key) + r"\[(\d{1,4})\]\.")
        names = [*self.values, *self.uploads]
        indexes = sorted({int(found.group(1)) for name in names if (found := pattern.match(name))})
        if len(indexes) > MAX_ROWS:
            raise AnswerUnreadable(reason=f"{part.label}超过{MAX_ROWS}项")
        rows: list[Data] = []
        for index in indexes:
            row: Data = {}
            for inner in flat(part.parts):
                if inner.holds_value:
                    self.field(inner, f"{part.key}[{index}].", row, row_key=part.row_key if part.fixed else "")
            rows.append(row)
        return rows

    def field(self, part: Part, prefix: str, out: Data, row_key: str = "") -> None:
        name = prefix + part.key
        if part.readonly and part.key != row_key:
            return
        if part.kind == "checkbox":
            out[part.key] = name in self.values
        elif part.kind == "checklist":
            out[part.key] = [value for value in self.values.get(name, []) if value]
        elif part.kind == "filepicker":
            out[part.key] = self._files(name)
        elif part.kind == SIGNATURE:
            out[part.key] = self._signature(name)
        else:
            out[part.key] = self.values.get(name, [""])[-1]

    def _files(self, name: str) -> list[Data]:
        refs = [self.known[digest] for digest in self.values.get(name + KEPT, []) if digest in self.known]
        return [ref.as_data() for ref in [*refs, *self.uploads.get(name, [])]]

    def _signature(self, name: str) -> Any:
        """The raw data URL of a fresh drawing, a stored drawing, or a signature on paper."""
        fresh = self.values.get(name, [""])[-1]
        if fresh:
            return fresh
        kept = self._files(name)
        if kept:
            return {"mode": "drawn", "files": kept[-1:]}
        if name + ON_PAPER in self.values:
            return {"mode": "paper", "files": self._files(name + SCAN)[-1:]}
        return None


def read_json(schema: Mapping[str, Any], answer: object, context: Context) -> Data:
    """Return the raw answer of an API call: keys left out take the first values a page would show.

    Unknown keys and wrong types stay in the answer, so that ``validate`` reports them by name.
    Raises AnswerUnreadable when the body is no JSON object.
    """
    if not isinstance(answer, Mapping) or not all(isinstance(key, str) for key in answer):
        raise AnswerUnreadable(reason="应为 JSON 对象")
    form = read_form(schema)
    first = _initial(form, context)
    data = {**first, **copy.deepcopy(dict(answer))}
    for path, part in form.lists().items():
        if path not in answer and not part.fixed:
            data[path] = copy.deepcopy(context.defaults.get(path, []))
        elif part.fixed and isinstance(data[path], list):
            data[path] = _merged(part, first[path], data[path])
    return data


def _merged(part: Part, first: list[Data], given: list[Any]) -> list[Any]:
    """Fixed rows may be answered in part: a row or a key that is left out keeps its first value.

    What names no row of the list stays in the answer, at its end, for ``validate`` to report.
    """
    named = {str(row.get(part.row_key)): row for row in given if isinstance(row, Mapping)}
    keys = [str(row.get(part.row_key)) for row in first]
    merged: list[Any] = [{**row, **named.get(key, {})} for key, row in zip(keys, first, strict=True)]
    return merged + [row for row in given if not isinstance(row, Mapping) or str(row.get(part.row_key)) not in keys]


def row_act(schema: Mapping[str, Any], data: Mapping[str, Any], act: str) -> Data:
    """Return ``data`` after ``refresh``, ``add:PATH`` or ``del:PATH:INDEX``; raise RowActUnknown."""
    result = copy.deepcopy(dict(data))
    if act == "refresh":
        return result
    found = re.fullmatch(r"(add|del):([a-z0-9_]+)(?::(\d{1,4}))?", act)
    part = read_form(schema).lists().get(found.group(2)) if found else None
    if found is None or part is None or part.fixed:
        raise RowActUnknown(act=act[:40])
    rows = result.setdefault(part.key, [])
    index = int(found.group(3) or -1)
    if found.group(1) == "add" and found.group(3) is None and len(rows) < part.limit("max_rows", MAX_ROWS):
        rows.append({})
    elif found.group(1) == "del" and 0 <= index < len(rows):
        rows.pop(index)
    else:
        raise RowActUnknown(act=act[:40])
    return result
