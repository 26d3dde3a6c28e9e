"""What the supervisor looks at: cases near or past due, and cards."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

from deadlines.law.ladder import Standing
from engine.casework.cases.queries import CaseFile, cases_by_root
from engine.foundation.clock import city_date
from engine.process.clocks.calendars import Calendars
from engine.process.clocks.cards.queries import Card, CardFilters, count_cards, recent_cards
from engine.process.clocks.ledgers import stand
from engine.process.clocks.queries import ClockRow, live_clocks
from engine.registry.identity.reading import Reading

MOST_URGENT = 300
"""How many clocks are looked at, the most urgent first: the list of cases has the rest (overdue, by due date)."""

HORIZON_DAYS = 14
"""How many calendar days ahead running clocks are looked at; only those near or past due are shown."""


@dataclass(frozen=True)
class Urgent:
    """A running clock that is near or past due."""

    case: CaseFile
    clock: ClockRow
    title: str
    standing: Standing


@dataclass(frozen=True)
class GivenCard:
    """A card and its case."""

    case: CaseFile
    card: Card


def urgent_clocks(view: Reading, today: date | None = None) -> list[Urgent]:
    """Return running clocks near, at or past their due date in the reader's scope, the most urgent first."""
    day = today or city_date(view.now)
    rows = live_clocks(view.connection, until=day + timedelta(days=HORIZON_DAYS), limit=MOST_URGENT)
    cases = cases_by_root(view.connection, {row.root_id for row in rows})
    calendar = view.part(Calendars).current(view.connection)
    found = [
        Urgent(cases[row.root_id], row, row.title, stand(row, calendar, day))
        for row in rows
        if row.root_id in cases and view.scope.covers(cases[row.root_id].department)
    ]
    return [one for one in found if one.standing.word in ("near", "due_today", "overdue")]


def listed_cards(
    view: Reading, filters: CardFilters, *, offset: int = 0, limit: int = 20, most: int = 10_001
) -> tuple[list[GivenCard], int]:
    """Return a page of the cards that the reader sees, newest first, and how many there are (up to ``most``).

    Who sees all cases sees every card; a department sees those that were given to it.
    """
    chosen = filters if view.scope.everything else replace(filters, parties=view.scope.departments)
    found = recent_cards(view.connection, chosen, offset=offset, limit=limit)
    cases = cases_by_root(view.connection, {card.root_id for card in found})
    given = [GivenCard(cases[card.root_id], card) for card in found]
    return given, count_cards(view.connection, chosen, most)


def cards(view: Reading) -> list[GivenCard]:
    """Return the cards given last, in the reader's scope, newest first."""
    found = recent_cards(view.connection)
    cases = cases_by_root(view.connection, {card.root_id for card in found})
    return [GivenCard(cases[card.root_id], card) for card in found if view.scope.covers(cases[card.root_id].department)]
