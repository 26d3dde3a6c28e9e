"""Rendering of a form's fields as HTML that works without JavaScript."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from forms.context import Context
from forms.model import field_id, in_order, read_form
from forms.views import Builder


@dataclass(frozen=True)
class Htmx:
    """Where fields that others depend on post themselves when changed (htmx 4, an enhancement)."""

    post: str
    target: str


@lru_cache(maxsize=1)
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("forms", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["field_id"] = field_id
    return environment


def render(
    schema: Mapping[str, Any],
    data: Mapping[str, Any],
    errors: Mapping[str, str],
    context: Context,
    *,
    warnings: Mapping[str, str] | None = None,
    htmx_post: str | None = None,
    wrapper: bool = True,
    phones: Mapping[str, Markup] | None = None,
    blank: str = "",
) -> Markup:
    """Return the error summary and the fields of a form, filled with ``data``.

    ``data`` may be raw or typed. The <form> element, its token and its buttons belong to the page.
    With ``htmx_post`` (the URL of the page itself) the fields that conditions depend on refresh the
    fields in place; such a request gets the answer rendered with ``wrapper=False``, for the target is
    the wrapper ``<div id="yc-fields-FORMID">``. Without JavaScript the button named ``_act`` with
    value ``refresh`` does the same.

    With ``phones`` every upload field offers a telephone's camera by a button named ``_act`` with value
    ``phone:FIELD``; what it holds for a field stands in the button's place: the link that was opened.
    ``blank`` is the address of the paper to print for a signature with a pen.
    """
    form = read_form(schema)
    target = f"yc-fields-{form.id}"
    views = Builder(form, context, errors, warnings or {}).whole(data)
    template = _environment().get_template("form.html.j2")
    html = template.render(
        views=views,
        errors=in_order(form, errors),
        conditional=not form.watched.isdisjoint(form.field_keys()),
        htmx=Htmx(htmx_post, f"#{target}") if htmx_post else None,
        target=target,
        wrapper=wrapper,
        phones=phones,
        blank=blank,
    )
    return Markup(html)  # noqa: S704 - made by our templates with autoescape on
