"""发布: the releases of each item, what they pin, how two of them differ, and how many cases run by each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, Response, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from engine.casework.cases.queries import count_running_by_release
from engine.foundation.errors import NotFound
from engine.oversight.publishing.comparing.releases import compare_releases
from engine.oversight.publishing.migrating.queries import begun_batches
from engine.process.bpmn.releases.queries import Issued, Release, issued_releases
from engine.registry.identity.queries import names_of
from engine.registry.identity.reading import Reading
from engine.registry.items.queries import item_names
from web.designing import differences
from web.designing.differences import HEADER, Pair, Told
from web.designing.tables import spreadsheet
from web.diagram.flags import LOOKS
from web.security import page
from web.sessions import actor, door

blueprint = Blueprint("releases", __name__, url_prefix="/designer/releases")

ACTION = "process.migrate"
SYSTEM_NAMES = {"system": "系统", "operator": "命令行操作员"}
"""Whoever released without being a person with an account."""


class ItemUnreleased(NotFound):
    """事项 {code} 没有发布过。请从发布列表中选择事项。"""

    code = "ITEM_UNRELEASED"


@dataclass(frozen=True)
class Row:
    """An item in the list: how many releases it has, which is in force and which comes, and what runs by which."""

    code: str
    name: str
    count: int
    current: Issued | None
    coming: Issued | None
    running: int
    older: int


@blueprint.get("")
@page(action=ACTION)
def listing() -> str:
    """List the items with their releases and the cases that run by them."""
    with door().read(actor(), action=ACTION) as view:
        counts = count_running_by_release(view.connection)
        by_item: dict[str, list[Issued]] = {}
        for one in issued_releases(view.connection):
            by_item.setdefault(one.release.item_code, []).append(one)
        names = item_names(view.connection)
        rows = [_row(code, names.get(code, ""), found, counts, view.now) for code, found in sorted(by_item.items())]
    return render_template("releases/list.html", rows=rows)


@blueprint.get("/<code>")
@page(action=ACTION)
def item(code: str) -> str:
    """Show all releases of an item, newest first, and the batches of cases that were moved."""
    with door().read(actor(), action=ACTION) as view:
        found = issued_of(view, code)
        counts = count_running_by_release(view.connection)
        batches = begun_batches(view.connection, code)
        people = {one.deployed_by for one in found} | {one.started_by for one in batches}
        names = {**SYSTEM_NAMES, **names_of(view.connection, people)}
        title, current = item_names(view.connection).get(code, ""), in_force(found, view.now)
        now = view.now
    numbers = {one.release.id: one.release.number for one in found}
    running = {one.release.number: counts.get((code, one.release.id), 0) for one in found}
    return render_template(
        "releases/item.html", code=code, title=title, found=found, running=running, names=names, now=now,
        current=current, batches=[(one, numbers.get(one.batch.release_id)) for one in batches],
    )  # fmt: skip


@blueprint.get("/<code>/compare")
@page(action=ACTION)
def compare(code: str) -> AnyResponse | str:
    """Show how two releases differ, in words and painted on both drawings of one process."""
    with door().read(actor(), action=ACTION) as view:
        found = issued_of(view, code)
        before, after = _asked_pair(found)
        told = differences.told(compare_releases(view, before, after))
        drawn = [one for one in told if one.change.kind == "process"]
        pair = _painted(view, drawn, before, after)
        title = item_names(view.connection).get(code, "")
    return render_template(
        "releases/compare.html", code=code, title=title, found=found, before=before, after=after, told=told,
        drawn=drawn, pair=pair, marks=LOOKS, only_picture=differences.ONLY_PICTURE,
    )  # fmt: skip


@blueprint.get("/<code>/compare.xlsx")
@page(action=ACTION)
def take(code: str) -> Response:
    """Send the same as a spreadsheet."""
    with door().read(actor(), action=ACTION) as view:
        before, after = _asked_pair(issued_of(view, code))
        rows = list(differences.rows_of(compare_releases(view, before, after)))
        name = item_names(view.connection).get(code, "")
    title = f"事项{code}第{before.number}版与第{after.number}版的不同"
    return spreadsheet(title, [f"{code} {name}"], HEADER, rows)


def issued_of(view: Reading, code: str) -> list[Issued]:
    """Return the releases of an item, newest first; raise :class:`ItemUnreleased`."""
    found = issued_releases(view.connection, code)
    if not found:
        raise ItemUnreleased(code=code[:40])
    return found


def in_force(found: list[Issued], now: datetime) -> Issued | None:
    """Return the release that the next case takes, of an item's releases newest first; None when all are to come."""
    return next((one for one in found if one.release.effective_from <= now), None)


def _row(code: str, name: str, found: list[Issued], counts: dict[tuple[str, str], int], now: datetime) -> Row:
    current = in_force(found, now)
    running = {one.release.id: counts.get((code, one.release.id), 0) for one in found}
    total, newest = sum(running.values()), running[current.release.id] if current else 0
    coming = found[0] if found[0].release.effective_from > now else None
    return Row(code, name, len(found), current, coming, total, total - newest)


def _asked_pair(found: list[Issued]) -> tuple[Release, Release]:
    """Return the two releases that the address names, the older first; without names the newest and the one before."""
    by_number = {str(one.release.number): one.release for one in found}
    newest = found[0].release
    after = by_number.get(request.args.get("to", ""), newest)
    before = by_number.get(request.args.get("from", ""), by_number.get(str(after.number - 1), after))
    return (before, after) if before.number <= after.number else (after, before)


def _painted(view: Reading, drawn: list[Told], before: Release, after: Release) -> Pair | None:
    """Return both drawings of the process that the address names, else of the first that differs."""
    asked = request.args.get("process", "")
    chosen = next((one for one in drawn if one.change.name == asked), drawn[0] if drawn else None)
    return None if chosen is None else differences.painted(view, chosen, before, after)
