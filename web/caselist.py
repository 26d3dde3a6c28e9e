"""办件列表: filters, chips, order, pages; and what the day brought, each count a link to its list."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from urllib.parse import urlencode

from flask import make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from engine.casework.cases.finding.queries import applicants_of
from engine.casework.cases.listing.queries import listed
from engine.casework.cases.listing.rules import (
    SORTS,
    STANDINGS,
    TITLES,
    Filters,
    as_pairs,
    chosen,
    read_filters,
    without,
)
from engine.casework.cases.queries import CaseFile, cases_in_order, kinds_of
from engine.casework.cases.rules import CASE_TYPES, CHANNELS, STATUSES
from engine.foundation.clock import city_date
from engine.process.clocks.calendars import Calendars
from engine.process.clocks.queries import clocks_of_many
from engine.registry.identity.queries import accounts_called, names_of
from engine.registry.identity.reading import Reading
from engine.registry.items.queries import item_names
from engine.registry.organisation.queries import departments
from web import words
from web.paging import Page, asked_number
from web.sessions import actor, door
from web.standing import Due, due_of
from web.views import default_address, tabs_of


@dataclass(frozen=True)
class Row:
    """One line of the list."""

    case: CaseFile
    applicant: str
    department: str
    due: Due | None


@dataclass(frozen=True)
class Chip:
    """One filter that narrows the list, and the address of the list without it."""

    title: str
    text: str
    address: str


@dataclass(frozen=True)
class Choices:
    """What the form's selects offer."""

    statuses: Mapping[str, str]
    items: Mapping[str, str]
    departments: Mapping[str, str]
    case_types: Mapping[str, str]
    channels: Mapping[str, str]
    sorts: Mapping[str, str]
    standings: Mapping[str, str]


@dataclass(frozen=True)
class CaseList:
    """The list as shown."""

    filters: Filters
    pairs: Mapping[str, str]
    rows: list[Row]
    page: Page
    chips: list[Chip]
    choices: Choices
    day: list[tuple[str, str, int]]
    people: Mapping[str, str]


def show() -> AnyResponse:
    """Show the list that the address asks for; an address that asks for nothing opens the reader's default view."""
    with door().read(actor(), action="case.see") as view:
        first = None if request.args else default_address(view, "cases")
        if first is not None:
            return redirect(first)
        shown = gather(view, asked(view, request.args), asked_number(request.args.get("page")))
        views = tabs_of(view, "cases", shown.pairs)
    return make_response(render_template("cases.html", list=shown, views=views))


def asked(view: Reading, pairs: Mapping[str, str]) -> Filters:
    """Return the question in an address; a colleague may be named there instead of numbered."""
    filters = read_filters(pairs)
    return replace(filters, holder=_account(view, filters.holder), responder=_account(view, filters.responder))


def gather(view: Reading, filters: Filters, number: int) -> CaseList:
    """Return a page of the list with everything around it."""
    today = city_date(view.now)
    page = Page(number, 0)
    found = listed(view.connection, view.scope, filters, today, offset=page.offset, limit=page.size)
    people = {one for one in (filters.holder, filters.responder) if one}
    names = names_of(view.connection, people)
    return CaseList(
        filters=filters,
        pairs=as_pairs(filters),
        rows=rows_of(view, cases_in_order(view.connection, found.ids)),
        page=Page(number, found.total),
        chips=chips_of(view, filters),
        choices=choices_of(view),
        day=_day(view, today),
        people=names,
    )


def rows_of(view: Reading, found: list[CaseFile]) -> list[Row]:
    """Return the lines of cases: names of persons masked, the clock as it stands today."""
    kinds = kinds_of(view.connection, {case.applicant_id for case in found})
    clocks = clocks_of_many(view.connection, {case.root_id for case in found})
    named = departments(view.connection)
    calendar, today = view.part(Calendars).current(view.connection), city_date(view.now)
    return [
        Row(
            case=case,
            applicant=words.person_or_firm(kinds[case.applicant_id], case.applicant_name),
            department=named[case.department].short_name,
            due=due_of(case, clocks, calendar, today, view.now),
        )
        for case in found
    ]


def address_of(filters: Filters) -> str:
    """Return the address of the list that ``filters`` asks for."""
    pairs = urlencode(as_pairs(filters))
    # An address without any question would open the default view.
    return f"{url_for('cases.listing')}?{pairs or 'all=1'}"


def chips_of(view: Reading, filters: Filters, others: Mapping[str, str] | None = None) -> list[Chip]:
    """Return what narrows a list, each with the address without it; ``others`` are pairs of an inbox's address."""
    choices = choices_of(view)
    names = names_of(view.connection, {one for one in (filters.holder, filters.responder) if one})
    return [_chip(view, filters, name, choices, names, others) for name in chosen(filters)]


def _account(view: Reading, called: str) -> str:
    found = accounts_called(view.connection, called) if called else []
    return found[0] if found else called


def choices_of(view: Reading) -> Choices:
    """Return what the selects of a list's form offer: only departments in the reader's scope."""
    seen = {key: one.short_name for key, one in departments(view.connection).items() if one.kind != "regulator"}
    return Choices(
        statuses=STATUSES,
        items=item_names(view.connection),
        departments={key: name for key, name in seen.items() if view.scope.covers(key)},
        case_types=CASE_TYPES,
        channels=CHANNELS,
        sorts=SORTS,
        standings=STANDINGS,
    )


def _chip(
    view: Reading, filters: Filters, name: str, choices: Choices, names: Mapping[str, str],
    others: Mapping[str, str] | None,
) -> Chip:  # fmt: skip
    value = as_pairs(filters)[name]
    known: Mapping[str, Mapping[str, str]] = {
        "status": choices.statuses, "item": choices.items, "department": choices.departments,
        "case_type": choices.case_types, "channel": choices.channels, "holder": names, "responder": names,
        "standing": choices.standings,
    }  # fmt: skip
    text = "" if name == "overdue" else known.get(name, {}).get(value, value)
    if name == "applicant":
        # Within the scope: nobody learns a name from an address that somebody else's list had.
        found = applicants_of(view.connection, view.scope, [value])
        text = "、".join(words.person_or_firm(one.kind, one.name) for one in found[:3]) or "没有这样的申请对象"
    rest = without(filters, name)
    address = (
        address_of(rest) if others is None else url_for("inbox.show") + f"?{urlencode({**others, **as_pairs(rest)})}"
    )
    return Chip(TITLES[name], text, address)


def _day(view: Reading, today: date) -> list[tuple[str, str, int]]:
    """Return what a day is begun with: each count and the address of its list."""
    questions = (
        ("今日收件", Filters(received_from=today, received_to=today)),
        ("今日到期", Filters(due_from=today, due_before=today)),
        ("已超期", Filters(overdue=True)),
    )
    counts = [listed(view.connection, view.scope, one, today, limit=0).total for _, one in questions]
    addresses = [address_of(one) for _, one in questions]
    return list(zip((title for title, _ in questions), addresses, counts, strict=True))
