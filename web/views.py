"""常用视图: keeping the question of a list under a name, perhaps for one's whole role."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from engine.casework.cases.listing.rules import as_pairs, read_filters
from engine.casework.cases.views.commands import DropView, SaveView
from engine.casework.cases.views.queries import views_for
from engine.casework.cases.views.rules import View
from engine.process.tasks.queries import BOXES
from engine.registry.identity.reading import Reading
from web.page import form_key
from web.security import page
from web.sessions import actor, door

blueprint = Blueprint("views", __name__)

_ENDPOINTS = {"cases": "cases.listing", "inbox": "inbox.show"}
_ALL = {"cases": {"all": "1"}, "inbox": {"box": "mine"}}
"""The address of a list without its default view."""


@dataclass(frozen=True)
class Tab:
    """A saved view as shown above its list."""

    view: View
    address: str
    current: bool
    own: bool


def tabs_of(view: Reading, list: str, pairs: Mapping[str, str]) -> list[Tab]:
    """Return the reader's views of a list; the one whose question ``pairs`` is, is the current one."""
    return [
        Tab(one, address(list, one.filters), dict(one.filters) == dict(pairs), one.owner == view.actor.account)
        for one in views_for(view.connection, view.actor, list)
    ]


def default_address(view: Reading, list: str) -> str | None:
    """Return the address of the reader's default view, or None."""
    own = [one for one in views_for(view.connection, view.actor, list) if one.owner == view.actor.account]
    return next((address(list, one.filters) for one in own if one.is_default), None)


def address(list: str, pairs: Mapping[str, str]) -> str:
    """Return the address of a list with the question ``pairs``; never one that leads back to the default view."""
    return f"{url_for(_ENDPOINTS[list])}?{urlencode(dict(pairs) or _ALL[list])}"


@blueprint.post("/views")
@page(action="session.own")
def save() -> AnyResponse:
    """Keep the question that the form carries."""
    list = "inbox" if request.form.get("list") == "inbox" else "cases"
    box = request.form.get("box", "")
    asked = as_pairs(read_filters(request.form)) | ({"box": box} if list == "inbox" and box in BOXES else {})
    role, _, place = request.form.get("share", "").partition("|")
    command = SaveView(
        name=request.form.get("view_name", ""), list=list, filters=asked, shared_role=role, shared_place=place,
        is_default=request.form.get("is_default") == "1",
    )  # fmt: skip
    door().execute(command, actor(), key=form_key())
    return redirect(address(list, asked), 303)


@blueprint.post("/views/<id>/drop")
@page(action="session.own")
def drop(id: str) -> AnyResponse:
    """Delete one's own view."""
    done = door().execute(DropView(id=id[:26]), actor(), key=form_key())
    return redirect(address(str(done["list"]), {}), 303)
