"""预览: a form of a draft as the clerk will see it: the same rendering, with examples for what the system fills in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Response, request
from markupsafe import Markup

import forms
from engine.oversight.publishing.drafting import queries
from engine.oversight.publishing.drafting.editing import readable
from engine.oversight.publishing.files import FORM
from engine.process.bpmn import Problem
from forms import Context, FormError, FormRefused
from web.designing.answers import answer, blueprint, body, problems_told, scripted
from web.errors import BadRequest
from web.security import page
from web.sessions import actor, door

FILLED = "（由系统填写）"
CHOICES = (("example_1", "示例选项一"), ("example_2", "示例选项二"))
"""What stands where the case, when there is one, gives the choices."""
ROWS = 2
"""How many rows a list shows whose rows the case gives."""


@dataclass(frozen=True)
class Preview:
    """The fields as the clerk sees them, or else what keeps the server from showing them."""

    html: Markup | None
    problems: tuple[Problem, ...] = ()


@blueprint.post("/drafts/<id>/files/form/<name>/preview")
@page(action="process.draft")
@scripted
def preview(id: str, name: str) -> Response:
    """Say how a text would look as the form ``name``, answered with ``pairs`` and after ``act``; nothing is kept.

    ``pairs`` are the names and values in the preview so far (none for a fresh form); ``act`` is empty, refresh, or one
    on the rows of a list.
    """
    given = body(text=str, pairs=list, act=str)
    with door().read(actor(), action="process.draft") as view:
        queries.draft_of(view.connection, id)
        queries.file_of(view.connection, id, FORM, name)
        now = view.now
    shown = shown_as(given["text"], now, tuple(_pairs(given["pairs"])), given["act"])
    return answer({"html": shown.html, "problems": problems_told(shown.problems)})


def shown_as(text: str, now: datetime, pairs: tuple[tuple[str, str], ...] = (), act: str = "") -> Preview:
    """Return a form as the clerk sees it at ``now``; raise TextUnreadable, or BadRequest for an act it has not."""
    try:
        schema = forms.parse(readable(FORM, text))
    except FormRefused as refused:
        return Preview(None, tuple(Problem(p.where, f"form-{p.rule}", "error", p.sentence) for p in refused.problems))
    except FormError as error:
        return Preview(None, (Problem("", "form-file", "error", error.sentence),))
    context = example(schema, now)
    try:
        data = _answered(schema, context, pairs, act)
    except FormError as error:
        raise BadRequest(error.sentence) from error
    return Preview(forms.render(schema, data, {}, context, phones={}))


def example(schema: Mapping[str, Any], now: datetime) -> Context:
    """Return a context in which everything that a case would give stands as an example."""
    rows: dict[str, list[dict[str, Any]]] = {}
    options: dict[str, Any] = {}
    values: dict[str, Any] = {}
    for one in _entered(schema["components"]):
        if one["type"] == "dynamiclist":
            path, inner = one["path"], list(_entered(one.get("components") or []))
            options |= _options(inner, f"{path}.")
            if (one.get("properties") or {}).get("rows") == "fixed":
                rows[path] = [_row(inner, number + 1) for number in range(ROWS)]
        elif one.get("readonly") is True:
            values[one["key"]] = _value(one)
    options |= _options(_entered(schema["components"]), "")
    return Context(now=now, rows=rows, options=options, values=values)


def pressed() -> bool:
    """Tell whether the button that was pressed on a page without a script asks for the preview."""
    return request.form.get("_act") == "preview"


def _answered(
    schema: Mapping[str, Any], context: Context, pairs: tuple[tuple[str, str], ...], act: str
) -> Mapping[str, Any]:
    if not pairs and not act:
        return forms.initial(schema, context)
    data = forms.read_html(schema, pairs)
    data = forms.with_first_values(schema, data, {name for name, _ in pairs}, context)
    return forms.row_act(schema, data, act or "refresh")


def _pairs(given: list[Any]) -> Iterator[tuple[str, str]]:
    for pair in given:
        if not (isinstance(pair, list) and len(pair) == 2 and all(isinstance(text, str) for text in pair)):
            raise BadRequest("请求内容“pairs”应为名称和值，请刷新页面后再试。")
        yield pair[0], pair[1]


def _entered(components: list[Any]) -> Iterator[Mapping[str, Any]]:
    """Yield the components of one level, those of its groups too: a group does not nest data."""
    for one in components:
        if one["type"] == "group":
            yield from _entered(one.get("components") or [])
        else:
            yield one


def _options(components: Any, within: str) -> dict[str, Any]:
    found = {}
    for one in components:
        if (one.get("properties") or {}).get("options") == "context":
            own = [option["value"] for option in one.get("values") or ()]
            found[f"{within}{one['key']}"] = own or list(CHOICES)
    return found


def _row(components: list[Mapping[str, Any]], number: int) -> dict[str, Any]:
    return {
        one["key"]: number if one["type"] == "number" else _value(one, f"示例{number}")
        for one in components
        if one.get("readonly") is True
    }


def _value(component: Mapping[str, Any], text: str = FILLED) -> Any:
    kind, values = component["type"], component.get("values") or ()
    if values:
        return values[0]["value"]
    return {"number": 1, "checkbox": True}.get(kind, text)
