"""The ledger of a case readable: each clock with its days, its grounds and the documents it rests on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from deadlines.law.hour_ledger import HourExtend, HourPause
from deadlines.law.ledger import Extend, Pause
from deadlines.law.wording import amount_text
from engine.casework.cases.grounds import COUNTING, PAUSING, Ground, grounds_of
from engine.casework.cases.queries import CaseFile
from engine.foundation.clock import city_date
from engine.foundation.errors import NotFound
from engine.process.clocks.calendars import Calendars
from engine.process.clocks.daybooks import ClockBook, book_of
from engine.process.clocks.ledgers import ClockView, explain
from engine.process.documents.queries import documents_of
from engine.process.documents.rules import Document
from engine.registry.identity.reading import Reading


class ClockMissing(NotFound):
    """本件没有编号为“{id}”的时限。请从本件的时限列表中选择。"""

    code = "CLOCK_MISSING"


_ORDER = (
    *("commitment", "statutory", "deficiency", "correction_notice", "online_feedback", "correction_limit"),
    *("delivery", "uncollected", "shipping", "unread", "commit_check", "rejection_review"),
)
"""The clocks as a person asks for them: first what was promised."""


@dataclass(frozen=True)
class CaseClock:
    """A clock of a case as people read it whole."""

    book: ClockBook
    ground: Ground
    documents: tuple[Document, ...]

    @property
    def key(self) -> str:
        """What the clock is called in addresses: its kind and number, ``commitment.1``."""
        row = self.book.view.row
        return f"{row.kind}.{row.number}"

    @property
    def amount(self) -> str:
        """The quota in words, with what was added: ``10个工作日，经批准延长5个工作日``."""
        found = self.book.view.reckoning
        quota, unit = found.start.quota, found.start.unit
        said = amount_text(quota, unit) if quota else "当日办结"
        return f"{said}，经批准延长{amount_text(found.extended, unit)}" if found.extended else said

    @property
    def counting(self) -> str:
        """How its days are counted, with the clause."""
        return COUNTING.get(self.book.view.reckoning.start.unit, COUNTING["cd"])

    @property
    def pausing(self) -> str:
        """How the edge days of its pauses are counted; empty for a clock that was never paused."""
        row, entries = self.book.view.row, self.book.view.entries
        return PAUSING.get(row.rule, "") if any(isinstance(one, Pause) for one in entries) else ""


def clocks_of_case(view: Reading, case: CaseFile) -> list[CaseClock]:
    """Return the clocks of a case with all that explains them: first what was promised, then in order of kind."""
    connection = view.connection
    calendar, today = view.part(Calendars).current(connection), city_date(view.now)
    views = sorted(explain(connection, calendar, case.root_id, today), key=_place_of)
    grounds, documents = grounds_of(connection, case), documents_of(connection, case.root_id)
    return [
        CaseClock(
            book=book_of(one, calendar, today, view.now),
            ground=grounds.get(one.row.kind, Ground("", "")),
            documents=_resting_on(one, documents),
        )
        for one in views
    ]


def clock_of_case(clocks: Iterable[CaseClock], id: str) -> CaseClock:
    """Return the clock called ``id``, its kind and number or its whole id; raise :class:`ClockMissing`."""
    for one in clocks:
        if id in (one.key, one.book.view.row.id):
            return one
    raise ClockMissing(id=id)


def _resting_on(view: ClockView, documents: Sequence[Document]) -> tuple[Document, ...]:
    """Return the documents by which a clock was paused or extended (行政许可法 42, 45: told in writing)."""
    keys = {one.key for one in view.entries if isinstance(one, (Pause, HourPause))}
    said = [one.reason for one in view.entries if isinstance(one, (Extend, HourExtend))]
    told = [one for one in documents if one.id in keys or any(reason.endswith(one.number) for reason in said)]
    return tuple(told)


def _place_of(one: ClockView) -> tuple[int, str, int]:
    """Put the clocks of the whole case first, all others after them by name and number."""
    kind = one.row.kind
    return (_ORDER.index(kind) if kind in _ORDER else len(_ORDER), kind, one.row.number)
