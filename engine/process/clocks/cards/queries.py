"""Rows of cards."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.foundation.errors import NotFound
from engine.foundation.store.portable import insert_if_missing
from engine.foundation.store.unit import Unit
from engine.process.clocks.cards.tables import alert_card
from engine.process.clocks.rules import TITLES
from engine.process.clocks.tables import clock


class CardMissing(NotFound):
    """没有编号为 {id} 的监察牌，或者它不在您的部门。请核对编号。"""

    code = "CARD_MISSING"


@dataclass(frozen=True)
class Card:
    """A mark of electronic supervision: what was given, on what evidence, and what became of it."""

    root_id: str
    clock_id: str
    level: str
    party: str
    rule: str
    sentence: str
    at: datetime
    rule_version: int = 0
    ladder: str = ""
    due_on: date | None = None
    extract: tuple[Mapping[str, Any], ...] = ()
    responsible: tuple[str, ...] = ()
    state: str = "given"
    appeal: str | None = None
    appealed_by: str | None = None
    appealed_person: str | None = None
    appealed_at: datetime | None = None
    reason: str | None = None
    decided_by: str | None = None
    decided_at: datetime | None = None
    id: int = field(default=0, compare=False)
    named: str | None = field(default=None, compare=False)
    """What people call its clock, where the kind does not say enough."""

    @property
    def kind(self) -> str:
        """The kind of its clock."""
        return self.clock_id.rsplit(":", 2)[1]

    @property
    def title(self) -> str:
        """What people call its clock."""
        return self.named or TITLES.get(self.kind, self.kind)


@dataclass(frozen=True)
class CardFilters:
    """Which cards are wanted; an empty text for any."""

    level: str = ""
    party: str = ""
    state: str = ""
    parties: frozenset[str] | None = None
    """Only the cards of these departments; None for whoever sees them all."""


_CARDS = sa.select(alert_card, clock.c.named).join(clock, clock.c.id == alert_card.c.clock_id)


def give_card(unit: Unit, card: Card) -> bool:
    """Insert a card once; the same level of the same rule on the same clock is not given twice for a due date."""
    values = {name: value for name, value in vars(card).items() if name not in ("id", "named")}
    kept = {**values, "extract": list(card.extract), "responsible": list(card.responsible)}
    return insert_if_missing(unit.connection, alert_card, kept)


def card_of(connection: Connection, id: int) -> Card:
    """Return a card, whoever asks; raise :class:`CardMissing`."""
    row = connection.execute(_CARDS.where(alert_card.c.id == id)).one_or_none()
    if row is None:
        raise CardMissing(id=id)
    return _card(row)


def set_card(unit: Unit, id: int, **values: Any) -> None:
    """Note what became of a card."""
    unit.connection.execute(alert_card.update().where(alert_card.c.id == id).values(**values))


def cards_of(connection: Connection, root_ids: Iterable[str]) -> list[Card]:
    """Return the cards given in the cases, oldest first."""
    query = _CARDS.where(alert_card.c.root_id.in_(list(root_ids)))
    return [_card(row) for row in connection.execute(query.order_by(alert_card.c.at, alert_card.c.id))]


def recent_cards(
    connection: Connection, filters: CardFilters = CardFilters(), *, offset: int = 0, limit: int = 200
) -> list[Card]:
    """Return a page of the cards as filtered, newest first."""
    query = _CARDS.where(*_chosen(filters))
    query = query.order_by(alert_card.c.at.desc(), alert_card.c.id.desc()).offset(offset).limit(limit)
    return [_card(row) for row in connection.execute(query)]


def count_cards(connection: Connection, filters: CardFilters, most: int) -> int:
    """Return how many cards there are as filtered, counted up to ``most``."""
    found = sa.select(alert_card.c.id).where(*_chosen(filters)).limit(most).subquery()
    return int(connection.execute(sa.select(sa.func.count()).select_from(found)).scalar_one())


def _chosen(filters: CardFilters) -> list[sa.ColumnElement[bool]]:
    named = {"level": filters.level, "party": filters.party, "state": filters.state}
    chosen = [alert_card.c[name] == value for name, value in named.items() if value]
    return chosen if filters.parties is None else [*chosen, alert_card.c.party.in_(sorted(filters.parties))]


def _card(row: Any) -> Card:
    values = dict(row._mapping)
    return Card(**{**values, "extract": tuple(values["extract"]), "responsible": tuple(values["responsible"])})
