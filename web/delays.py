"""临期和超期的待办: what I hold up; for heads, what the people of the department hold up (4.1.8, 6.2.1)."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, render_template, request

from engine.casework.cases.queries import CaseFile, cases_by_root, kinds_of
from engine.foundation.clock import city_date
from engine.oversight.supervision.delaying.queries import Delayed, department_delays, my_delays
from engine.process.clocks.calendars import Calendars
from engine.registry.identity.queries import names_of
from engine.registry.identity.reading import Reading
from engine.registry.organisation.queries import departments
from web import words
from web.paging import Page, asked_number
from web.security import page
from web.sessions import actor, door
from web.standing import Due, due_of_clock

blueprint = Blueprint("delays", __name__)


@dataclass(frozen=True)
class Row:
    """A task as shown: its case, the limit it is measured by, and whether it is the reader's."""

    delayed: Delayed
    case: CaseFile
    applicant: str
    due: Due
    mine: bool


@blueprint.get("/me/delays")
@page(action="session.own")
def show() -> str:
    """Show the reader's tasks whose case or stage is near or past due, and a head the people of the department."""
    number = asked_number(request.args.get("page"))
    with door().read(actor()) as view:
        where = Page(number, 0)
        found, total = my_delays(view, offset=where.offset, limit=where.size)
        rows = _rows(view, found)
        people = department_delays(view, view.actor.departments("dept_head"))
        names = names_of(view.connection, {one.holder for one in people if one.holder})
        named = {key: one.short_name for key, one in departments(view.connection).items()}
    return render_template(
        "delays.html", rows=rows, page=Page(number, total), people=people, names=names, named=named,
        head=bool(actor().departments("dept_head")),
    )  # fmt: skip


def _rows(view: Reading, found: list[Delayed]) -> list[Row]:
    cases = cases_by_root(view.connection, {one.task.root_id for one in found})
    kinds = kinds_of(view.connection, {case.applicant_id for case in cases.values()})
    calendar, today = view.part(Calendars).current(view.connection), city_date(view.now)
    rows = []
    for one in found:
        case = cases[one.task.root_id]
        rows.append(
            Row(
                delayed=one,
                case=case,
                applicant=words.person_or_firm(kinds[case.applicant_id], case.applicant_name),
                due=due_of_clock(one.clock, calendar, today, view.now),
                mine=one.task.holder == view.actor.account,
            )
        )
    return rows
