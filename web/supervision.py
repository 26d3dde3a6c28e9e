"""时限监察 (4.1.8): how many cases stand where, limits near or past their date, orders, and the cards given."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from flask import Blueprint, render_template, request, url_for

from engine.casework.cases.listing.rules import Filters
from engine.casework.cases.queries import kinds_of
from engine.foundation.clock import city_date
from engine.oversight.orders.queries import count_orders
from engine.oversight.supervision.queries import (
    LIGHTS,
    URGENT,
    Asked,
    Urgent,
    Wall,
    limits,
    limits_by_kind,
    listed_cards,
    near_until,
    wall,
)
from engine.process.clocks.calendars import Calendars
from engine.process.clocks.cards.queries import CardFilters
from engine.process.clocks.rules import TITLES
from engine.process.tasks.queries import open_tasks_of
from engine.process.tasks.rules import Task
from engine.process.tasks.yearly import missing, missing_sentence
from engine.registry.identity.queries import names_of
from engine.registry.identity.reading import Reading
from engine.registry.identity.rules import may
from engine.registry.items.queries import item_names
from engine.registry.organisation.queries import departments
from web import words
from web.cards import told_of
from web.caselist import address_of
from web.page import is_fragment
from web.paging import Page, asked_number, counted
from web.security import page
from web.sessions import actor, door
from web.standing import Due, due_of_clock

blueprint = Blueprint("supervision", __name__)

LATEST = 20
"""So many cards are shown here; the list of cards has the rest."""

SHAPES: Mapping[str, tuple[str, str]] = {
    "overdue": ("●", "late"), "today": ("▲", "soon"), "near": ("△", "soon"), "paused": ("‖", "paused"),
    "excused": ("◇", "soon"), "normal": ("○", "normal"),
}  # fmt: skip
"""The shape and the tone of each light: never a colour alone."""


@dataclass(frozen=True)
class Light:
    """A light: its word, shape and tone, how many stand under it, and the list of them."""

    word: str
    mark: str
    tone: str
    count: int
    address: str


@dataclass(frozen=True)
class Row:
    """A line of a matrix: whose it is, and its lights."""

    title: str
    lights: list[Light]


@dataclass(frozen=True)
class Line:
    """A running clock that is near or past due, and where its case stands."""

    urgent: Urgent
    due: Due
    applicant: str
    department: str
    waiting: list[Task]
    names: dict[str, str]


@blueprint.get("/supervision")
@page(action="supervision.see")
def show() -> str:
    """Show the wall: lights, matrices, orders, the most urgent limits and the cards; htmx asks again for it alone."""
    with door().read(actor(), action="supervision.see") as view:
        found, today = wall(view), city_date(view.now)
        shown = [light for light in LIGHTS if light != "excused" or found.of(light)]
        day = (today, near_until(view, today))
        places = {key: one.short_name for key, one in departments(view.connection).items()}
        items = item_names(view.connection)
        first, total = limits(view, Asked())
        given, cards_total = listed_cards(view, CardFilters(), limit=LATEST)
        context = {
            "lights": [_light(found, light, day) for light in shown],
            "by_department": _rows(found, shown, day, "department", {key: places[key] for key in found.departments}),
            "by_item": _rows(found, shown, day, "item", {key: items.get(key, key) for key in found.items}),
            "kinds": _kinds(limits_by_kind(view)), "lines": lines_of(view, first), "total": total,
            "orders": count_orders(view.connection, view.actor) if may(view.actor, "order.see") else None,
            "cards": [told_of(one, places) for one in given], "cards_total": counted(cards_total), "now": view.now,
        }  # fmt: skip
        absent = missing(view)
    said = missing_sentence(absent) if absent else ""
    return render_template("supervision_wall.html" if is_fragment() else "supervision.html", absent=said, **context)


@blueprint.get("/supervision/limits")
@page(action="supervision.see")
def listing() -> str:
    """List the limits near or past their date by light, kind, department and item, the most urgent first."""
    number = asked_number(request.args.get("page"))
    with door().read(actor(), action="supervision.see") as view:
        named = {key: one.short_name for key, one in departments(view.connection).items() if one.kind != "regulator"}
        items = item_names(view.connection)
        choices = {"light": {one: LIGHTS[one] for one in URGENT}, "kind": TITLES, "department": named, "item": items}
        pairs = {
            name: request.args[name] for name, known in choices.items() if request.args.get(name, "") in known
        }  # fmt: skip
        where = Page(number, 0)
        found, total = limits(view, Asked(**pairs), offset=where.offset, limit=where.size)
        lines = lines_of(view, found)
    return render_template(
        "supervision_limits.html", lines=lines, page=Page(number, total), pairs=pairs, choices=choices
    )


def lines_of(view: Reading, urgent: list[Urgent]) -> list[Line]:
    """Return limits as they are shown: where each case waits, and for whom."""
    kinds = kinds_of(view.connection, {one.case.applicant_id for one in urgent})
    named, calendar = departments(view.connection), view.part(Calendars).current(view.connection)
    open_tasks = open_tasks_of(view.connection, {one.case.root_id for one in urgent})
    holders = {task.holder for tasks in open_tasks.values() for task in tasks if task.holder}
    names = names_of(view.connection, holders)
    return [
        Line(
            urgent=one,
            due=due_of_clock(one.clock, calendar, city_date(view.now), view.now),
            applicant=words.person_or_firm(kinds[one.case.applicant_id], one.case.applicant_name),
            department=named[one.case.department].short_name,
            waiting=open_tasks.get(one.case.root_id, []),
            names=names,
        )
        for one in urgent
    ]


def _light(found: Wall, light: str, day: tuple[date, date], department: str = "", item: str = "") -> Light:
    """Return a light of the whole wall, or of one department or item, with the address of the list of the same."""
    mark, tone = SHAPES[light]
    count = found.of(light, department=department, item=item)
    return Light(LIGHTS[light], mark, tone, count, address_of(filters_of(light, day, department, item)))


def filters_of(light: str, day: tuple[date, date], department: str = "", item: str = "") -> Filters:
    """Return the question to the list of cases that has exactly what is counted under ``light``.

    ``day`` is today and the last day that is near.
    """
    one, (today, near) = timedelta(days=1), day
    if light == "overdue":
        return Filters(department=department, item=item, overdue=True)
    if light in ("paused", "excused"):
        past = today - one if light == "excused" else None
        return Filters(department=department, item=item, standing=light, due_before=past)
    first = {"today": today, "near": today + one, "normal": near + one}[light]
    last = {"today": today, "near": near, "normal": None}[light]
    return Filters(department=department, item=item, due_from=first, due_before=last)


def _rows(
    found: Wall, shown: list[str], day: tuple[date, date], by: str, titles: Mapping[str, str]
) -> list[Row]:
    """Return a line for each department or item, whoever has most past due first."""
    order = sorted(titles, key=lambda key: (*(-found.of(light, **{by: key}) for light in URGENT), titles[key]))
    return [Row(titles[key], [_light(found, light, day, **{by: key}) for light in shown]) for key in order]


def _kinds(counts: Mapping[tuple[str, str], int]) -> list[Row]:
    """Return a line for each kind of limit that is near or past due somewhere."""
    kinds = [kind for kind in TITLES if any(kind == found for found, _ in counts)]
    return [
        Row(
            TITLES[kind],
            [
                Light(
                    LIGHTS[light], *SHAPES[light], counts.get((kind, light), 0),
                    url_for("supervision.listing", kind=kind, light=light),
                )
                for light in URGENT
            ],
        )
        for kind in kinds
    ]  # fmt: skip
