"""Opening, pausing, extending, stopping and explaining the clocks of a case, in the case's own unit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, time
from typing import Any, cast

from sqlalchemy.engine import Connection

from deadlines.law.calendar import Calendar
from deadlines.law.errors import LawError
from deadlines.law.hour_ledger import HourExtend, HourPause, HourResume, HourStart, HourStop
from deadlines.law.hours import OfficeHours
from deadlines.law.ladder import LABELS, Standing, standing
from deadlines.law.ledger import Extend, Pause, PauseRule, Resume, Start, Stop
from deadlines.law.ledger import Unit as Counts
from deadlines.law.reckoning import Reckoning, State
from deadlines.law.wording import amount_text
from engine.foundation.clock import city_date
from engine.foundation.errors import Conflict, Invalid
from engine.foundation.journal.tags import tag
from engine.foundation.store.unit import Unit
from engine.process.clocks import queries
from engine.process.clocks.arming import arm_all, calendar_of, due_text, open_keys
from engine.process.clocks.calendars import earlier
from engine.process.clocks.ladder.rules import Rule
from engine.process.clocks.queries import ClockRow
from engine.process.clocks.reckoning import due_moment, put_off_to, reckon
from engine.process.clocks.rules import ORDER, TITLES, AnyEntry, HourTerms, Terms
from engine.process.clocks.rules import PAUSED as PAUSED_KINDS
from engine.process.clocks.yearly.recomputing import up_to_date
from engine.registry.policies.queries import figure

OPENED = tag("clock.opened", "{title}起算：自 {on} 起{amount}，到期日 {due}")
STOPPED = tag("clock.stopped", "{title}停止：{on}，到期日 {due}")
FIRED = tag("clock.fired", "{title}届满：到期日 {due}")
REMINDED = tag("clock.reminded", "{title}即将届满：到期日 {due}")
PAUSED = tag("clock.paused", "{title}停表：{explanation}")
RESUMED = tag("clock.resumed", "{title}恢复：{explanation}")
EXTENDED = tag("clock.extended", "{title}延长：{explanation}")
EXCUSED = tag("clock.excused", "{title}：到期日不变，经批准延期（{document}），不计超期")
OVERDUE = tag("clock.overdue", "{title}已超期：到期日 {due}")
ORDERED = tag("clock.order_due", "{title}超期未办结，应予督办：到期日 {due}（规则 {rule}）")


class ClockRefused(Invalid):
    """{sentence}"""

    code = "CLOCK_REFUSED"


class PauseWithoutNotice(Conflict):
    """停表须有书面告知：未将所需时间书面告知申请人的，不得停止计时（行政许可法第四十五条）。请先出具告知书。"""

    code = "PAUSE_WITHOUT_NOTICE"


class NothingToExtend(Conflict):
    """“{title}”没有在计时，不能延长。请核对本件的时限。"""

    code = "NOTHING_TO_EXTEND"


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
    entries: tuple[AnyEntry, ...]
    calendar: Calendar
    """The ledger and the calendar by which it was reckoned."""
    behind: bool = False
    """Whether the calendar has changed since: the date is that of the older one until it is counted again."""


def open_clock(unit: Unit, root_id: str, terms: Terms) -> ClockRow:
    """Open a clock and arm its deadlines; return its row.  Journals the entry and the due date.

    Raises :class:`ClockRefused` for a day that the calendar does not hold.
    """
    with _told():
        amount, start = _amount(terms), Start(terms.on, terms.quota, terms.unit)
        row = _new_row(unit, root_id, terms)
        row = replace(row, rule=str(terms.rule), acts=terms.act_when_due)
        row = _enter(unit, _kept(unit, row), start)
        arm_all(unit, row, fresh=True)
    _say_opened(unit, row, start, amount)
    return row


def open_hour_clock(unit: Unit, root_id: str, terms: HourTerms) -> ClockRow:
    """Open a clock of working hours (T026, T070): only the windows' business hours on working days count.

    The hours of business are the centre's policy, kept in the ledger as they are now.  Raises
    :class:`ClockRefused` like :func:`open_clock`.
    """
    with _told():
        start = HourStart(terms.start, terms.hours, office_hours(unit.connection))
        row = replace(_new_row(unit, root_id, terms), office=start.office, overdue=terms.overdue)
        row = replace(row, acts=terms.act_when_due)
        row = _enter(unit, _kept(unit, row), start)
        arm_all(unit, row, fresh=True)
    _say_opened(unit, row, start, f"{amount_text(terms.hours, 'wh')}内")
    return row


def stop_clock(unit: Unit, root_id: str, kind: str, on: date) -> ClockRow | None:
    """Stop the live (running or paused) clock of ``kind`` on the legal day ``on``; return its row, or None.

    A clock of working hours stops at the unit's instant.  Raises :class:`ClockRefused` for a day before its start.
    """
    up_to_date(unit, root_id)
    row = live_clock(unit.connection, root_id, kind)
    return None if row is None else stop_row(unit, row, on)


def stop_row(unit: Unit, row: ClockRow, on: date) -> ClockRow:
    """Stop this very clock, one of several of its kind, like :func:`stop_clock`."""
    entry: AnyEntry = HourStop(unit.now) if row.in_hours else Stop(on)
    at = unit.now if row.in_hours else None
    with _told():
        row = _enter(unit, replace(row, state="stopped", stopped_on=on, stopped_at=at), entry)
    queries.settle(unit, row.id, "met")
    told: dict[str, Any] = {"clock": row.id, "title": row.title, "on": on.isoformat(), "due": due_text(row)}
    unit.record(STOPPED, row.root_id, **told, calendar=calendar_of(unit).version)
    return row


def pause_clocks(
    unit: Unit,
    root_id: str,
    on: date,
    reason: str,
    document_id: str,
    kinds: Sequence[str] = PAUSED_KINDS,
    *,
    number: str = "",
) -> list[ClockRow]:
    """Pause the live clocks of ``kinds`` from the legal day ``on``; nothing of theirs fires until they go on.

    A clock of working hours stands still from the unit's instant.
    ``document_id`` is the written notice (行政许可法 45) or approval, by which the pause is also resumed;
    ``number`` is what people read of it.  Returns the paused rows.  Raises :class:`PauseWithoutNotice`
    and :class:`ClockRefused` (before the start, or paused on the same document already).
    """
    if not document_id:
        raise PauseWithoutNotice
    up_to_date(unit, root_id)
    live = _live(unit.connection, root_id, kinds)
    return [pause_row(unit, row, on, reason, document_id, number=number) for row in live]


def pause_row(
    unit: Unit, row: ClockRow, on: date, reason: str, document_id: str, *, number: str = ""
) -> ClockRow:  # fmt: skip
    """Pause this very clock, like :func:`pause_clocks`."""
    said = number or document_id
    by_day, by_hour = Pause(on, reason, said, key=document_id), HourPause(unit.now, reason, said, key=document_id)
    told = {"reason": reason, "document": document_id}
    return _change(unit, row, by_hour if row.in_hours else by_day, PAUSED, told)


def resume_clocks(unit: Unit, root_id: str, on: date, document_id: str | None = None) -> list[ClockRow]:
    """End the open pauses (or only that of ``document_id``) on the legal day ``on`` and arm the clocks anew.

    A clock that another pause still holds stays paused.  Returns the rows changed; raises :class:`ClockRefused`.
    """
    up_to_date(unit, root_id)
    rows = []
    for row in queries.clocks_of(unit.connection, root_id):
        keys = open_keys(queries.entries_of(unit.connection, row.id)) if row.state == "paused" else []
        ending = [key for key in keys if document_id in (None, key)]
        changed = row
        for key in ending:
            changed = resume_row(unit, changed, on, key)
        rows += [changed] if ending else []
    return rows


def resume_row(unit: Unit, row: ClockRow, on: date, document_id: str) -> ClockRow:
    """End the pause of this very clock by ``document_id``, like :func:`resume_clocks`."""
    entry = HourResume(unit.now, document_id) if row.in_hours else Resume(on, document_id)
    return _change(unit, row, entry, RESUMED, {"document": document_id})


def extend_clock(
    unit: Unit, root_id: str, kind: str, days: int, reason: str, document_id: str, *, number: str = ""
) -> ClockRow:
    """Add ``days`` of the clock's unit (months, working hours) to the live clock of ``kind`` (行政许可法 42) as of now.

    Its deadlines are armed anew.
    Raises :class:`NothingToExtend`, and :class:`ClockRefused` for a senseless number of days.
    """
    up_to_date(unit, root_id)
    row = live_clock(unit.connection, root_id, kind)
    if row is None:
        raise NothingToExtend(title=TITLES[kind])
    entry = _extension(unit, row, days, "，".join(part for part in (reason, number) if part))
    return _change(unit, row, entry, EXTENDED, {"days": days, "reason": reason, "document": document_id})


def due_if_extended(unit: Unit, row: ClockRow, days: int) -> date:
    """Return the date on which a running clock would fall due with ``days`` more; raise :class:`ClockRefused`."""
    entries = [*queries.entries_of(unit.connection, row.id), _extension(unit, row, days)]
    with _told():
        due = reckon(entries, calendar_of(unit), PauseRule(row.rule)).due
    if due is None:
        raise NothingToExtend(title=row.title)
    return due


def excuse_clock(unit: Unit, root_id: str, kind: str, document: str) -> ClockRow | None:
    """Mark the live clock of ``kind`` approved_extension: its date stays, but lateness is not held against it."""
    row = live_clock(unit.connection, root_id, kind)
    if row is None:
        return None
    row = replace(row, excused=document)
    queries.put_clock(unit, row)
    unit.record(EXCUSED, root_id, clock=row.id, title=TITLES[kind], document=document)
    return row


def stop_all_clocks(unit: Unit, root_id: str, on: date) -> None:
    """Stop every clock of a case that still counts or is paused: the case has ended on the legal day ``on``.

    An order of the supervisor is still to be answered (4.1.8).
    """
    up_to_date(unit, root_id)
    for row in queries.clocks_of(unit.connection, root_id):
        if row.state in ("running", "paused") and row.kind != ORDER:
            stop_row(unit, row, on)


def end_fired_clock(unit: Unit, clock_id: str) -> ClockRow:
    """Mark a clock whose boundary was delivered as fired; return its row."""
    row = clock_named(unit.connection, clock_id)
    row = replace(row, state="fired")
    queries.put_clock(unit, row)
    queries.settle(unit, clock_id, "cancelled")
    unit.record(FIRED, row.root_id, clock=clock_id, title=row.title, due=due_text(row))
    return row


def note_rung(unit: Unit, row: ClockRow, rule: Rule) -> ClockRow:
    """Journal that ``rule`` of the clock's ladder is carried out; return its row.

    One that says that the limit has passed marks the clock overdue; it runs on until its act is done.
    """
    said: dict[str, Any] = {"clock": row.id, "title": row.title, "due": due_text(row)}
    said |= {"rule": rule.rule_no, "level": rule.level}
    if rule.late and not row.lapsed:
        row = replace(row, lapsed=True)
        queries.put_clock(unit, row)
    unit.record(OVERDUE if rule.late else REMINDED, row.root_id, **said)
    if "order" in rule.actions and not row.excused:
        unit.record(ORDERED, row.root_id, **said)
    return row


def clock_named(connection: Connection, clock_id: str) -> ClockRow:
    """Return the clock ``root:kind:number``."""
    root_id = clock_id.rsplit(":", 2)[0]
    return next(row for row in queries.clocks_of(connection, root_id) if row.id == clock_id)


def explain(connection: Connection, calendar: Calendar, root_id: str, today: date) -> list[ClockView]:
    """Return every clock of a case with its explanation as of ``today`` (Asia/Shanghai)."""
    return [explain_one(connection, calendar, row, today) for row in queries.clocks_of(connection, root_id)]


def explain_one(connection: Connection, calendar: Calendar, row: ClockRow, today: date) -> ClockView:
    """Return one clock with its explanation as of ``today``.

    It is explained by the calendar it was last reckoned with, be it that it lags behind ``calendar`` or that it had
    ended before a change: so nothing contradicts the date that stands.
    """
    entries = queries.entries_of(connection, row.id)
    behind = row.state in ("running", "paused") and row.calendar_version < calendar.version
    then = earlier(connection, calendar, row.calendar_version)
    reckoning = reckon(entries, then, PauseRule(row.rule), today=today)
    return ClockView(row, row.title, reckoning, stand(row, calendar, today), tuple(entries), then, behind)


def stand(row: ClockRow, calendar: Calendar, today: date) -> Standing:
    """Return how a clock stands on ``today``; an hour clock is overdue from the minute its hours were over."""
    state = cast(State, "stopped" if row.state in ("stopped", "fired") else row.state)
    counts: Counts = "wd" if row.unit in ("wd", "wh") else "cd"
    found = standing(row.due_on, state, today, calendar, unit=counts, stopped_on=row.stopped_on)
    late = row.due_at is not None and (row.lapsed or (row.stopped_at is not None and row.stopped_at > row.due_at))
    if late and found.word != "overdue":
        found = Standing("overdue", LABELS["overdue"], 0)
    if found.word == "overdue" and row.excused:
        return Standing("excused", LABELS["excused"], 0)
    return found


def anchor_of(connection: Connection, clock_id: str) -> date:
    """Return the legal day from which a clock counts."""
    entries = queries.entries_of(connection, clock_id)
    return next(entry.on for entry in entries if isinstance(entry, (Start, HourStart)))


def live_clock(connection: Connection, root_id: str, kind: str) -> ClockRow | None:
    """Return the clock of ``kind`` that is running or paused, or None."""
    live = _live(connection, root_id, (kind,))
    return live[-1] if live else None


def _new_row(unit: Unit, root_id: str, terms: Terms | HourTerms) -> ClockRow:
    number = 1 + sum(1 for row in queries.clocks_of(unit.connection, root_id) if row.kind == terms.kind)
    id = f"{root_id}:{terms.kind}:{number}"
    row = ClockRow(id, root_id, terms.kind, number, "running", terms.boundary, None, False, None)
    return replace(
        row, calendar_version=calendar_of(unit).version, unit=terms.unit if isinstance(terms, Terms) else "wh",
        stage=terms.stage, named=terms.named,
    )  # fmt: skip


def _kept(unit: Unit, row: ClockRow) -> ClockRow:
    queries.put_clock(unit, row)
    return row


def _extension(unit: Unit, row: ClockRow, amount: int, told: str = "") -> Extend | HourExtend:
    if row.in_hours:
        return HourExtend(unit.now, amount, told)
    return Extend(city_date(unit.now), amount, told)


def office_hours(connection: Connection) -> OfficeHours:
    """Return the business hours by which limits in working hours are counted now."""
    opens, closes = (divmod(figure(connection, key), 60) for key in ("office_opens", "office_closes"))
    return OfficeHours(time(*opens), time(*closes))


def _say_opened(unit: Unit, row: ClockRow, start: Start | HourStart, amount: str) -> None:
    unit.record(OPENED, row.root_id, clock=row.id, title=row.title, on=start.on.isoformat(),
                quota=start.quota, unit=start.unit, amount=amount, due=due_text(row),
                provisional=row.provisional, calendar=calendar_of(unit).version)  # fmt: skip


def _change(unit: Unit, row: ClockRow, entry: Change, said: str, more: Mapping[str, Any]) -> ClockRow:
    """Enter a change, arm what it moves, and journal the line of the explanation that says what it did."""
    with _told():
        row = _enter(unit, row, entry)
        queries.settle(unit, row.id, "cancelled")
        if row.state == "running":
            arm_all(unit, row)
        entries = queries.entries_of(unit.connection, row.id)
        calendar = calendar_of(unit)
        ledger = reckon(entries, calendar, PauseRule(row.rule)).ledger
    explanation = [line.sentence for line in ledger if line.kind == _LINES[type(entry)] and line.date == entry.on][-1]
    # By which version the date was reckoned belongs to it: who reckons it again later must not have to guess.
    told = {"clock": row.id, "title": row.title, "on": entry.on.isoformat(), "calendar": calendar.version, **more}
    unit.record(said, row.root_id, explanation=explanation, due=due_text(row), **told)
    return row


def _enter(unit: Unit, row: ClockRow, entry: AnyEntry) -> ClockRow:
    queries.add_entry(unit, row, entry)
    entries, calendar = queries.entries_of(unit.connection, row.id), calendar_of(unit)
    found = reckon(entries, calendar, PauseRule(row.rule))
    due_at = due_moment(entries, calendar)
    state = row.state if row.state in ("stopped", "fired") else "paused" if open_keys(entries) else "running"
    late = row.lapsed and not put_off_to(row.due_on, row.due_at, found.due, due_at, unit.now)
    row = replace(row, due_on=found.due, provisional=found.provisional, due_at=due_at, state=state, lapsed=late)
    queries.put_clock(unit, row)
    return row


Change = Pause | HourPause | Resume | HourResume | Extend | HourExtend
_LINES: Mapping[type[Change], str] = {
    Pause: "pause", HourPause: "pause", Resume: "resume", HourResume: "resume", Extend: "extend", HourExtend: "extend"
}  # fmt: skip


def _live(connection: Connection, root_id: str, kinds: Sequence[str]) -> list[ClockRow]:
    rows = queries.clocks_of(connection, root_id)
    return [row for row in rows if row.kind in kinds and row.state in ("running", "paused")]


def _amount(terms: Terms) -> str:
    return f"{amount_text(terms.quota, terms.unit)}内" if terms.quota else "当日"
