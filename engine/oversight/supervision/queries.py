"""What the supervisor looks at: how many cases stand where, limits near or past due, and cards.

Scope and filters stand in each statement, before its limit: whatever is counted is what a list of the same shows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import sqlalchemy as sa

from deadlines.law.ladder import Standing
from engine.casework.cases.listing.tables import case_listing
from engine.casework.cases.queries import CaseFile, cases_by_root
from engine.foundation.clock import city_date
from engine.foundation.store.portable import keep_to_indexes
from engine.process.clocks.calendars import Calendars
from engine.process.clocks.cards.queries import Card, CardFilters, count_cards, recent_cards
from engine.process.clocks.ledgers import stand
from engine.process.clocks.queries import ClockRow, clock_row
from engine.process.clocks.tables import clock
from engine.registry.identity.reading import Reading

MOST_URGENT = 300
"""How many clocks the API tells at once, the most urgent first."""

MOST = 10_000
"""A list is counted as far as this."""

LIGHTS: Mapping[str, str] = {
    "overdue": "超期", "today": "今日到期", "near": "临期", "paused": "停表", "excused": "经批准延期", "normal": "正常"
}  # fmt: skip
"""How a clock stands on a day, the most urgent first."""

URGENT = ("overdue", "today", "near")


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


@dataclass(frozen=True)
class Asked:
    """Which limits are asked for; what is empty does not narrow them."""

    light: str = ""
    kind: str = ""
    department: str = ""
    item: str = ""


@dataclass(frozen=True)
class Wall:
    """How many cases stand under each light, by (department, item); each case once, by the clock it is measured by."""

    cells: Mapping[tuple[str, str, str], int]
    """By (department, item code, light)."""

    def of(self, light: str, *, department: str = "", item: str = "") -> int:
        """Return how many cases stand under ``light``, of all departments and items or of one."""
        return sum(
            count
            for (place, code, found), count in self.cells.items()
            if found == light and department in ("", place) and item in ("", code)
        )

    @property
    def departments(self) -> list[str]:
        """The departments that have cases here."""
        return sorted({place for place, _, _ in self.cells})

    @property
    def items(self) -> list[str]:
        """The items that have cases here."""
        return sorted({code for _, code, _ in self.cells})


def near_until(view: Reading, today: date) -> date:
    """Return the last day on which what falls due is near on ``today``: the next working day (提示 T-1)."""
    return view.part(Calendars).current(view.connection).add(today, 1).date


def wall(view: Reading) -> Wall:
    """Count the cases in the reader's scope under each light, in one statement along one index."""
    today = city_date(view.now)
    row = case_listing.c
    light = sa.case(
        (row.standing == "paused", "paused"),
        (sa.and_(row.standing == "excused", row.due_on < today), "excused"),
        *_by_day(row.due_on, today, near_until(view, today)),
        else_="normal",
    )
    # Written out, not bound: only then can both databases see that the partial index fits.
    counted = sa.text("case_listing.standing <> ''")
    query = sa.select(row.department, row.item_code, light, sa.func.count()).where(counted)
    if not view.scope.everything:
        query = query.where(row.department.in_(sorted(view.scope.departments)))
    keep_to_indexes(view.connection)
    found = view.connection.execute(query.group_by(row.department, row.item_code, light))
    return Wall({(place, code, word): int(count) for place, code, word, count in found})


def limits_by_kind(view: Reading) -> Mapping[tuple[str, str], int]:
    """Count the limits of every kind that are near or past due in the reader's scope, by (kind, light)."""
    today = city_date(view.now)
    near = near_until(view, today)
    light = _light(today, near)
    query = sa.select(clock.c.kind, light, sa.func.count()).select_from(_JOINED).where(*_chosen(view, Asked(), near))
    found = view.connection.execute(query.group_by(clock.c.kind, light))
    return {(kind, word): int(count) for kind, word, count in found}


def limits(view: Reading, asked: Asked, *, offset: int = 0, limit: int = 20) -> tuple[list[Urgent], int]:
    """Return a page of the running limits near or past due that are asked for, the most urgent first, and their number.

    The number is at most ``MOST + 1``, which means more.
    """
    today = city_date(view.now)
    near = near_until(view, today)
    chosen = _chosen(view, asked, near)
    if asked.light:
        chosen.append(_light(today, near) == asked.light)
    every = sa.select(clock.c.id).select_from(_JOINED).where(*chosen).limit(MOST + 1)
    total = int(view.connection.execute(sa.select(sa.func.count()).select_from(every.subquery())).scalar_one())
    page = sa.select(clock).select_from(_JOINED).where(*chosen).order_by(clock.c.due_on, clock.c.root_id, clock.c.id)
    rows = [clock_row(row) for row in view.connection.execute(page.offset(offset).limit(limit))]
    cases = cases_by_root(view.connection, {row.root_id for row in rows})
    calendar = view.part(Calendars).current(view.connection)
    return [Urgent(cases[row.root_id], row, row.title, stand(row, calendar, today)) for row in rows], total


def urgent_clocks(view: Reading) -> list[Urgent]:
    """Return the most urgent running limits near, at or past their due date in the reader's scope."""
    return limits(view, Asked(), limit=MOST_URGENT)[0]


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


_JOINED = clock.join(case_listing, case_listing.c.root_id == clock.c.root_id)


def _chosen(view: Reading, asked: Asked, near: date) -> list[sa.ColumnElement[bool]]:
    """Return the conditions of limits that are near or past due, but not those past due by approval (6.2.1)."""
    today = city_date(view.now)
    # The state is written out, not bound: only then can both databases see that the partial index fits.
    chosen: list[sa.ColumnElement[bool]] = [
        clock.c.state == sa.literal_column("'running'"), clock.c.due_on <= near,
        sa.or_(clock.c.excused.is_(None), clock.c.due_on >= today),
    ]  # fmt: skip
    if not view.scope.everything:
        chosen.append(case_listing.c.department.in_(sorted(view.scope.departments)))
    if asked.kind:
        chosen.append(clock.c.kind == asked.kind)
    if asked.department:
        chosen.append(case_listing.c.department == asked.department)
    if asked.item:
        chosen.append(case_listing.c.item_code == asked.item)
    return chosen


def _light(today: date, near: date) -> sa.Case[str]:
    """Return under which light a running clock stands; one of working hours is overdue once they were over."""
    return sa.case((clock.c.lapsed, "overdue"), *_by_day(clock.c.due_on, today, near), else_="normal")


def _by_day(due_on: sa.ColumnElement[Any], today: date, near: date) -> list[tuple[sa.ColumnElement[bool], str]]:
    return [(due_on < today, "overdue"), (due_on == today, "today"), (due_on <= near, "near")]
