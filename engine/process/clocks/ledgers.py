"""Opening, stopping and explaining the clocks of a case, in the case's own unit."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy.engine import Connection

from deadlines.law.calendar import Calendar
from deadlines.law.errors import LawError
from deadlines.law.instants import legal_due_at, reminder_day
from deadlines.law.ladder import Standing, standing
from deadlines.law.ledger import Entry, Start, Stop
from deadlines.law.ledger import Unit as DayUnit
from deadlines.law.meter import fold
from deadlines.law.reckoning import Reckoning
from deadlines.law.wording import amount_text
from engine.foundation.clock import start_of_city_day
from engine.foundation.errors import Invalid
from engine.foundation.journal.tags import tag
from engine.foundation.store.unit import Unit
from engine.process.clocks import queries
from engine.process.clocks.calendars import Calendars
from engine.process.clocks.queries import ClockRow
from engine.process.clocks.rules import TITLES, Terms

OPENED = tag("clock.opened", "{title}起算：自 {on} 起{amount}，到期日 {due}")
STOPPED = tag("clock.stopped", "{title}停止：{on}，到期日 {due}")
FIRED = tag("clock.fired", "{title}届满：到期日 {due}")
REMINDED = tag("clock.reminded", "{title}即将届满：到期日 {due}")


class ClockRefused(Invalid):
    """{sentence}"""

    code = "CLOCK_REFUSED"


@contextmanager
def _told() -> Iterator[None]:
    """Let what the law refuses (a day outside the calendar, an entry out of order) be a refusal like any other."""
    try:
        yield
    except LawError as error:
        raise ClockRefused(sentence=error.sentence) from error


@dataclass(frozen=True)
class ClockView:
    """A clock as people see it: the due date, its standing, and the explanation line by line."""

    row: ClockRow
    title: str
    reckoning: Reckoning
    standing: Standing


def open_clock(unit: Unit, root_id: str, terms: Terms) -> ClockRow:
    """Open a clock and arm its deadlines; return its row.  Journals the entry and the due date.

    Raises :class:`ClockRefused` for a day that the calendar does not hold.
    """
    number = 1 + sum(1 for row in queries.clocks_of(unit.connection, root_id) if row.kind == terms.kind)
    id = f"{root_id}:{terms.kind}:{number}"
    row = ClockRow(id, root_id, terms.kind, number, "running", terms.boundary, None, False, None)
    queries.put_clock(unit, row)
    with _told():
        row = _enter(unit, row, Start(terms.on, terms.quota, _day_unit(terms.unit)))
        _arm(unit, row, terms)
    unit.record(OPENED, root_id, clock=id, title=TITLES[terms.kind], on=terms.on.isoformat(), quota=terms.quota,
                unit=terms.unit, amount=_amount(terms), due=_text(row.due_on),
                provisional=row.provisional)  # fmt: skip
    return row


def stop_clock(unit: Unit, root_id: str, kind: str, on: date) -> ClockRow | None:
    """Stop the running clock of ``kind`` on the legal day ``on``; return its row, or None when none runs.

    Raises :class:`ClockRefused` for a day before its start.
    """
    row = _running(unit.connection, root_id, kind)
    if row is None:
        return None
    with _told():
        row = _enter(unit, replace(row, state="stopped", stopped_on=on), Stop(on))
    queries.settle(unit, row.id, "met")
    unit.record(STOPPED, root_id, clock=row.id, title=TITLES[kind], on=on.isoformat(), due=_text(row.due_on))
    return row


def stop_all_clocks(unit: Unit, root_id: str, on: date) -> None:
    """Stop every clock of a case that still counts or is paused: the case has ended on the legal day ``on``."""
    for row in queries.clocks_of(unit.connection, root_id):
        if row.state in ("running", "paused"):
            stop_clock(unit, root_id, row.kind, on)


def end_fired_clock(unit: Unit, clock_id: str) -> ClockRow:
    """Mark a clock whose boundary was delivered as fired; return its row."""
    row = _row(unit.connection, clock_id)
    row = replace(row, state="fired")
    queries.put_clock(unit, row)
    queries.settle(unit, clock_id, "cancelled")
    unit.record(FIRED, row.root_id, clock=clock_id, title=TITLES[row.kind], due=_text(row.due_on))
    return row


def note_reminder(unit: Unit, clock_id: str) -> ClockRow:
    """Journal that the reminder of a clock went out; return its row."""
    row = _row(unit.connection, clock_id)
    unit.record(REMINDED, row.root_id, clock=clock_id, title=TITLES[row.kind], due=_text(row.due_on))
    return row


def explain(connection: Connection, calendar: Calendar, root_id: str, today: date) -> list[ClockView]:
    """Return every clock of a case with its explanation as of ``today`` (Asia/Shanghai)."""
    return [explain_one(connection, calendar, row, today) for row in queries.clocks_of(connection, root_id)]


def explain_one(connection: Connection, calendar: Calendar, row: ClockRow, today: date) -> ClockView:
    """Return one clock with its explanation as of ``today``."""
    reckoning = fold(queries.entries_of(connection, row.id), calendar, today=today)
    return ClockView(row, TITLES[row.kind], reckoning, stand(row, calendar, today))


def stand(row: ClockRow, calendar: Calendar, today: date) -> Standing:
    """Return how a clock stands on ``today``."""
    state = "stopped" if row.state in ("stopped", "fired") else row.state
    return standing(row.due_on, state, today, calendar, stopped_on=row.stopped_on)  # type: ignore[arg-type]  # rows hold the law's states as text


def anchor_of(connection: Connection, clock_id: str) -> date:
    """Return the legal day from which a clock counts."""
    starts = [entry for entry in queries.entries_of(connection, clock_id) if isinstance(entry, Start)]
    return starts[0].on


def _enter(unit: Unit, row: ClockRow, entry: Entry) -> ClockRow:
    queries.add_entry(unit, row, entry)
    calendar = unit.part(Calendars).current(unit.connection)
    reckoning = fold(queries.entries_of(unit.connection, row.id), calendar)
    row = replace(row, due_on=reckoning.due, provisional=reckoning.provisional)
    queries.put_clock(unit, row)
    return row


def _arm(unit: Unit, row: ClockRow, terms: Terms) -> None:
    if row.due_on is None:
        return
    if terms.boundary is not None:
        queries.arm(unit, row, "boundary", legal_due_at(row.due_on))
    if terms.act_when_due:
        queries.arm(unit, row, "due", legal_due_at(row.due_on))
    if terms.reminder_days and terms.quota > terms.reminder_days:
        calendar = unit.part(Calendars).current(unit.connection)
        queries.arm(unit, row, "reminder", start_of_city_day(reminder_day(row.due_on, calendar)))


def _running(connection: Connection, root_id: str, kind: str) -> ClockRow | None:
    live = [row for row in queries.clocks_of(connection, root_id) if row.kind == kind and row.state == "running"]
    return live[-1] if live else None


def _row(connection: Connection, clock_id: str) -> ClockRow:
    root_id = clock_id.rsplit(":", 2)[0]
    return next(row for row in queries.clocks_of(connection, root_id) if row.id == clock_id)


def _day_unit(text: str) -> DayUnit:
    return "cd" if text == "cd" else "wd"


def _amount(terms: Terms) -> str:
    return f"{amount_text(terms.quota, terms.unit)}内" if terms.quota else "当日"


def _text(day: date | None) -> str:
    return "" if day is None else day.isoformat()
