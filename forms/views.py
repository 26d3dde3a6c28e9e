"""The view model of a form: everything a template needs, already decided."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from forms.context import Context
from forms.fields import MAX_LINE, MAX_TEXT, options_of
from forms.model import CHOICE_KINDS, SIGNATURE, Form, Option, Part, field_id, flat
from forms.reading import KEPT, ON_PAPER, SCAN
from forms.validation import MAX_ROWS


@dataclass(frozen=True)
class Choice:
    """One option as shown."""

    id: str
    value: str
    label: str
    checked: bool


@dataclass(frozen=True)
class View:
    """One part as shown; ``kind`` chooses the template macro, the rest is what that macro needs."""

    kind: str
    name: str = ""
    id: str = ""
    label: str = ""
    hint: str = ""
    error: str = ""
    warning: str = ""
    value: Any = ""
    optional: bool = False
    described_by: str = ""
    choices: tuple[Choice, ...] = ()
    attributes: tuple[tuple[str, str], ...] = ()
    refresh: bool = False
    width: str = ""
    files: tuple[Mapping[str, Any], ...] = ()
    children: tuple[View, ...] = ()
    rows: tuple[Row, ...] = ()
    extra: Mapping[str, str] | None = None


@dataclass(frozen=True)
class Row:
    """One row of a list: its legend, its hidden row key, its fields, and how to delete it."""

    legend: str
    hidden: tuple[str, str] | None
    children: tuple[View, ...]
    delete: str


class Builder:
    """Builds the views of one form over one answer."""

    def __init__(
        self,
        form: Form,
        context: Context,
        errors: Mapping[str, str],
        warnings: Mapping[str, str],
    ) -> None:
        self.form = form
        self.context = context
        self.errors = errors
        self.warnings = warnings

    def whole(self, data: Mapping[str, Any]) -> tuple[View, ...]:
        """Return the views of the whole form."""
        scope = {**self.context.values, **_read(self.form.parts, data)}
        return self._level(self.form.parts, data, scope, "", "")

    def _level(
        self, parts: tuple[Part, ...], data: Mapping[str, Any], scope: dict[str, Any], prefix: str, path: str
    ) -> tuple[View, ...]:
        views: list[View] = []
        for part in parts:
            if part.hide is not None and part.hide.holds(scope):
                scope.update({inner.key: None for inner in flat((part,)) if inner.holds_value})
                continue
            view = self._part(part, data, scope, prefix, path)
            if view is not None:
                views.append(view)
        return tuple(views)

    def _part(self, part: Part, data: Mapping[str, Any], scope: dict[str, Any], prefix: str, path: str) -> View | None:
        if part.kind == "text":
            return _text(part)
        if part.kind in ("separator", "spacer", "button"):
            return View("separator") if part.kind == "separator" else None
        if part.kind == "group":
            return View("group", label=part.label, children=self._level(part.parts, data, scope, prefix, path))
        if part.is_list:
            return self._list(part, data.get(part.key), scope)
        if part.readonly:
            value = scope.get(part.key)
            shown = {option.value: option.label for option in part.options}.get(str(value), value)
            return None if value is None else View("readonly", label=part.label, value=shown, width=_width(part))
        if part.kind in CHOICE_KINDS and not options_of(part, self.context, path):
            # The context leaves nothing to choose: an empty question would only puzzle.
            return None
        return self._field(part, data.get(part.key), prefix, path)

    def _list(self, part: Part, raw: Any, scope: Mapping[str, Any]) -> View:
        given = [row for row in raw if isinstance(row, Mapping)] if isinstance(raw, list) else []
        truths: list[Mapping[str, Any]] = [{} for _ in given]
        if part.fixed:
            truths = list(self.context.rows.get(part.key, ()))
            by_key = {str(row.get(part.row_key)): row for row in given}
            given = [by_key.get(str(row.get(part.row_key)), {}) for row in truths]
        rows = [self._row(part, i, truth, row, scope) for i, (truth, row) in enumerate(zip(truths, given, strict=True))]
        room = not part.fixed and len(rows) < part.limit("max_rows", MAX_ROWS)
        return View(
            "list",
            name=part.key,
            id=field_id(part.key),
            label=part.label,
            hint=part.hint,
            error=self.errors.get(part.key, ""),
            value=f"add:{part.key}" if room else "",
            rows=tuple(rows),
        )

    def _row(
        self, part: Part, index: int, truth: Mapping[str, Any], given: Mapping[str, Any], scope: Mapping[str, Any]
    ) -> Row:
        prefix = f"{part.key}[{index}]."
        legend_key = part.props.get("row_legend", "")
        title = truth.get(legend_key)
        readonly = {inner.key: truth.get(inner.key) for inner in flat(part.parts) if inner.readonly}
        own = {**scope, **_read(part.parts, given), **readonly}
        children = self._level(part.parts, given, own, prefix, part.key)
        # The legend and the "no" column already say what these read-only fields would repeat.
        spoken = {
            inner.label for inner in flat(part.parts) if inner.readonly and inner.key in (legend_key, part.row_key)
        }
        if not title:
            spoken.clear()
        return Row(
            legend=f"第{part.row_number(truth, index)}项" + (f"　{title}" if title else ""),
            hidden=(prefix + part.row_key, str(truth[part.row_key])) if part.fixed else None,
            children=tuple(view for view in children if view.kind != "readonly" or view.label not in spoken),
            delete="" if part.fixed else f"del:{part.key}:{index}",
        )

    def _field(self, part: Part, raw: Any, prefix: str, path: str) -> View:
        name = prefix + part.key
        base = field_id(name)
        error, warning = self.errors.get(name, ""), self.warnings.get(name, "")
        options = options_of(part, self.context, path)
        remarks = {"hint": part.hint, "warning": warning, "error": error}
        return View(
            "suggest" if part.kind == "textfield" and options else part.kind,
            name=name,
            id=base,
            label=part.label,
            hint=part.hint,
            error=error,
            warning=warning,
            value=_shown(part, raw),
            optional=not part.required and part.kind != "checkbox",
            described_by=" ".join(f"{base}-{word}" for word, said in remarks.items() if said),
            choices=_choices(raw, options, base),
            attributes=_attributes(part, self.context),
            refresh=part.key in self.form.watched,
            width=_width(part),
            files=_files(part, raw),
            extra=_extra(part, raw, name),
        )


def _read(parts: tuple[Part, ...], data: Mapping[str, Any]) -> dict[str, Any]:
    """Raw values as conditions see them on a page being filled: whole numbers count as numbers."""
    scope: dict[str, Any] = {}
    for part in flat(parts):
        if part.holds_value and not part.readonly:
            value = data.get(part.key)
            if part.kind == "number" and isinstance(value, str):
                value = int(value) if value.strip().isdecimal() and len(value) < 10 else None
            scope[part.key] = None if value == "" else value
    return scope


def _text(part: Part) -> View:
    lines = part.text.strip().split("\n")
    heading = lines[0].startswith("#")
    paragraphs = [line for line in (lines[1:] if heading else lines) if line.strip()]
    return View("text", label=lines[0].lstrip("# ").strip() if heading else "", value=paragraphs)


def _shown(part: Part, raw: Any) -> Any:
    if part.kind == "checkbox":
        return raw is True
    return str(raw) if isinstance(raw, str | int) and not isinstance(raw, bool) else ""


def _choices(raw: Any, options: tuple[Option, ...], base: str) -> tuple[Choice, ...]:
    chosen = raw if isinstance(raw, list) else [raw]
    # The first choice carries the field's id, so that the error summary leads to it.
    return tuple(
        Choice(base if index == 0 else f"{base}-{index}", option.value, option.label, option.value in chosen)
        for index, option in enumerate(options)
    )


def _files(part: Part, raw: Any) -> tuple[Mapping[str, Any], ...]:
    if part.kind == SIGNATURE:
        raw = raw.get("files") if isinstance(raw, Mapping) else None
    elif part.kind != "filepicker":
        return ()
    return tuple(ref for ref in raw if isinstance(ref, Mapping) and "digest" in ref) if isinstance(raw, list) else ()


def _extra(part: Part, raw: Any, name: str) -> Mapping[str, str] | None:
    if part.kind == "filepicker":
        return {"kept": name + KEPT}
    if part.kind != SIGNATURE:
        return None
    mode = str(raw.get("mode", "")) if isinstance(raw, Mapping) else ""
    return {
        "mode": mode,
        "kept": (name + SCAN if mode == "paper" else name) + KEPT,
        "on_paper": name + ON_PAPER,
        "scan": name + SCAN,
        "paper_label": part.props.get("paper_label", "已在纸质单据上签字"),
        "scan_label": "纸质签字页扫描件" + ("" if part.props.get("scan") == "required" else "（选填）"),
    }


def _attributes(part: Part, context: Context) -> tuple[tuple[str, str], ...]:
    """The HTML attributes of an input: helps for the person, never the check itself."""
    pairs: list[tuple[str, str]] = []
    if part.kind in ("textfield", "textarea"):
        pairs.append(("maxlength", str(part.limit("maxLength", MAX_TEXT if part.kind == "textarea" else MAX_LINE))))
        pairs += [("autocomplete", "off")] if part.kind == "textfield" else []
        pairs += [("inputmode", "tel")] if part.props.get("check") == "phone" else []
        pairs += [("spellcheck", "false")] if "check" in part.props else []
    elif part.kind == "number":
        pairs += [("inputmode", "numeric"), ("autocomplete", "off"), ("maxlength", "9")]
    elif part.kind == "datetime":
        latest = {"now": context.minute, "today": context.today.isoformat()}.get(part.props.get("not_after", ""))
        pairs += [("max", latest)] if latest else []
        pairs.append(("type", "date" if part.subtype == "date" else "datetime-local"))
    elif part.kind == "filepicker":
        pairs += [("accept", part.accept)] if part.accept else []
        pairs += [("multiple", "")] if part.multiple else []
    return tuple(pairs)


def _width(part: Part) -> str:
    """A width class: numbers are narrow, numbers of documents medium, the rest as the form says."""
    if part.props.get("width"):
        return part.props["width"]
    if part.kind == "number":
        return "narrow"
    return "medium" if part.kind == "datetime" or "check" in part.props else ""
