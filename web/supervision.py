"""时限监察: what is near or past its date, and the cards given (4.1.8)."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, render_template

from engine.casework.cases.queries import kinds_of
from engine.foundation.clock import city_date
from engine.oversight.supervision.queries import MOST_URGENT, Urgent, listed_cards, urgent_clocks
from engine.process.clocks.calendars import Calendars
from engine.process.clocks.cards.queries import CardFilters
from engine.process.tasks.queries import open_tasks_of
from engine.process.tasks.rules import Task
from engine.process.tasks.yearly import missing, missing_sentence
from engine.registry.identity.queries import names_of
from engine.registry.identity.reading import Reading
from engine.registry.organisation.queries import departments
from web import words
from web.cards import told_of
from web.paging import counted
from web.security import page
from web.sessions import actor, door
from web.standing import Due, due_of_clock

blueprint = Blueprint("supervision", __name__)

LATEST = 20
"""So many cards are shown here; the list of cards has the rest."""


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
    """Show the urgent clocks, the most urgent first, and the cards, the newest first."""
    with door().read(actor(), action="supervision.see") as view:
        lines, absent = _lines(view), missing(view)
        found, total = listed_cards(view, CardFilters(), limit=LATEST)
        named = {key: one.short_name for key, one in departments(view.connection).items()}
        given = [told_of(one, named) for one in found]
    late = sum(1 for line in lines if line.due.tone == "late")
    soon = len(lines) - late
    said = missing_sentence(absent) if absent else ""
    return render_template(
        "supervision.html",
        lines=lines,
        cards=given,
        total=counted(total),
        late=late,
        soon=soon,
        most=MOST_URGENT,
        absent=said,
    )


def _lines(view: Reading) -> list[Line]:
    urgent = urgent_clocks(view)
    kinds = kinds_of(view.connection, {one.case.applicant_id for one in urgent})
    named, calendar = departments(view.connection), view.part(Calendars).current(view.connection)
    open_tasks = open_tasks_of(view.connection, {one.case.root_id for one in urgent})
    holders = {task.holder for tasks in open_tasks.values() for task in tasks if task.holder}
    names = names_of(view.connection, holders)
    lines = []
    for one in urgent:
        waiting = open_tasks.get(one.case.root_id, [])
        lines.append(
            Line(
                urgent=one,
                due=due_of_clock(one.clock, calendar, city_date(view.now), view.now),
                applicant=words.person_or_firm(kinds[one.case.applicant_id], one.case.applicant_name),
                department=named[one.case.department].short_name,
                waiting=waiting,
                names=names,
            )
        )
    return lines
