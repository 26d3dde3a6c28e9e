"""Drafting the next version of the calendar, looking ahead what it does, and putting it in force."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from deadlines.law.arrangement import closed_rows, parse_arrangement, rows_of
from deadlines.law.calendar import Calendar
from deadlines.law.errors import LawError
from deadlines.law.ledger import CalendarChange
from deadlines.law.meter import difference
from deadlines.law.rows import Status
from engine.foundation.clock import city_date
from engine.foundation.journal.rules import canonical
from engine.foundation.journal.tags import tag
from engine.foundation.store.commands import Command, Handler
from engine.foundation.store.unit import Unit
from engine.process.clocks.calendars import in_force
from engine.process.clocks.queries import ClockRow
from engine.process.clocks.rules import AnyEntry
from engine.process.clocks.yearly import queries, rules
from engine.process.clocks.yearly.commands import (
    ConfirmCalendar,
    DraftCalendar,
    DraftClosure,
    DraftUndo,
    DropDraft,
    PreviewClocks,
    RecomputeClocks,
)
from engine.process.clocks.yearly.queries import Draft, Moved, Version
from engine.process.clocks.yearly.reckoning import reckon_again
from engine.process.clocks.yearly.recomputing import recompute
from engine.process.clocks.yearly.rules import LOCAL, NOTICE, UNDO, Kept

ROOT = "calendar"
"""The chain of the calendar: every draft and every version is a line of it."""

BATCH = 500
"""So many clocks are looked at in one unit: a fraction of a second."""

DRAFTED = tag("calendar.drafted", "起草工作日历（草案 {draft}）：{what}，依据 {source}")
PREVIEWED = tag("calendar.previewed", "草案 {draft} 推算完成：{moved} 个时限改期，{settled} 个不再暂定")
DROPPED = tag("calendar.dropped", "作废工作日历草案 {draft}")
CONFIRMED = tag("calendar.confirmed", "工作日历第 {version} 版生效：{what}，依据 {source}，改动 {days} 天")


def draft_calendar(command: DraftCalendar, unit: Unit) -> Mapping[str, Any]:
    """Keep a year's arrangement as a draft, to be looked at and confirmed.

    A year that is published already is changed by what the text says and nothing else.  Raises
    :class:`CalendarRefused` with every problem of the text, :class:`CalendarTextTooLong`,
    :class:`CalendarSourceMissing`, :class:`CalendarYearFar` and :class:`CalendarUnchanged`.
    """
    text, source = rules.checked_text(command.text), rules.checked_source(command.source)
    unit.lock_or_create(ROOT, "calendar")
    days, calendar = queries.days_kept(unit.connection), in_force(unit.connection)
    first, last = city_date(unit.now).year, min(calendar.last_day.year, city_date(unit.now).year + 3)
    if not first <= command.year <= last:
        raise rules.CalendarYearFar(first=first, last=last)
    national = [kept.national for kept in days.values()]
    whole = any(row.status == Status.PROVISIONAL for row in national if row.day.year == command.year)
    arrangement = parse_arrangement(text, command.year, whole=whole)
    if arrangement.problems:
        raise rules.CalendarRefused(sentence="".join(f"{problem.sentence}\n" for problem in arrangement.problems))
    try:
        changed = rows_of(arrangement, national, source)
    except LawError as error:
        raise rules.CalendarRefused(sentence=error.sentence) from error
    after = rules.after_notice(days, changed)
    return _keep(unit, NOTICE, after, days, year=command.year, text=text, source=source)


def draft_closure(command: DraftClosure, unit: Unit) -> Mapping[str, Any]:
    """Keep a closure of the windows as a draft.

    Raises :class:`CalendarRefused` (a day that is not worked anyway, or lies back too far),
    :class:`CalendarReasonMissing` and :class:`CalendarSourceMissing`.
    """
    reason, source = rules.checked_reason(command.reason), rules.checked_source(command.document_no)
    unit.lock_or_create(ROOT, "calendar")
    days, calendar = queries.days_kept(unit.connection), in_force(unit.connection)
    try:
        closed = closed_rows(rules.read_days(command.days), calendar, city_date(unit.now), reason, source)
    except LawError as error:
        raise rules.CalendarRefused(sentence=error.sentence) from error
    return _keep(unit, LOCAL, rules.after_closure(days, closed), days, source=source, reason=reason)


def draft_undo(command: DraftUndo, unit: Unit) -> Mapping[str, Any]:
    """Keep as a draft that a version is taken back.

    Raises :class:`VersionMissing`, :class:`VersionNotUndone` and :class:`CalendarReasonMissing`.
    """
    reason = rules.checked_reason(command.reason)
    unit.lock_or_create(ROOT, "calendar")
    days = queries.days_kept(unit.connection)
    version = queries.version_row(unit.connection, command.version)
    changes = queries.changes_of(unit.connection, command.version)
    if not changes:
        raise rules.VersionNotUndone(version=command.version, why="建库时的日历没有更早的版本")
    after = rules.after_undo(days, changes, command.version)
    return _keep(unit, UNDO, after, days, source=version.source, reason=reason, of_version=command.version)


def drop_draft(command: DropDraft, unit: Unit) -> Mapping[str, Any]:
    """Drop a draft that is not in force; raise :class:`DraftMissing` or :class:`DraftSettled`."""
    unit.lock_or_create(ROOT, "calendar")
    draft = _open(unit, command.draft_id)
    queries.set_draft(unit, draft.id, state="dropped", decided_by=unit.actor.account, decided_at=unit.now)
    unit.record(DROPPED, ROOT, draft=draft.id)
    return {"draft": draft.id}


def preview_clocks(command: PreviewClocks, unit: Unit) -> Mapping[str, Any]:
    """Look at the next clocks and note which of them the draft would touch; say whether all have been looked at."""
    unit.lock_or_create(ROOT, "calendar")
    draft = queries.draft_of(unit.connection, command.draft_id)
    if draft.state != "previewing":
        return {"done": True}
    old, new = in_force(unit.connection), _as_drafted(unit, draft)
    clocks = queries.clocks_after(unit.connection, draft.cursor, BATCH)
    ledgers = queries.ledgers_of(unit.connection, [row.id for row in clocks])
    change = difference(old, new, old.first_day)
    looked = [_look(row, ledgers[row.id], (old, new, change), unit.now) for row in clocks]
    moved = [one for one in looked if one is not None]
    queries.put_moved(unit, draft.id, moved)
    done = len(clocks) < BATCH
    queries.set_draft(
        unit, draft.id, state="ready" if done else "previewing", looked_at=draft.looked_at + len(clocks),
        paused=draft.paused + sum(row.state == "paused" for row in clocks),
        cursor=clocks[-1].id if clocks else draft.cursor,
    )  # fmt: skip
    if done:
        counts = dict(queries.moved_counts(unit.connection, draft.id))
        settled = counts.pop(0, 0)
        unit.record(PREVIEWED, ROOT, draft=draft.id, moved=sum(counts.values()), settled=settled)
    return {"done": done}


def confirm_calendar(command: ConfirmCalendar, unit: Unit) -> Mapping[str, Any]:
    """Put a draft in force as the next version; the clocks are counted again by the worker.

    Raises :class:`DraftMissing`, :class:`DraftSettled`, :class:`CalendarSamePerson`, :class:`CalendarMoved` and
    :class:`CalendarPreviewMissing`.
    """
    unit.lock_or_create(ROOT, "calendar")
    draft = _open(unit, command.draft_id)
    rules.refuse_same_person(draft.drafted_person, unit.actor.person)
    current = queries.current_version(unit.connection)
    if current != draft.base_version or current != command.base_version:
        raise rules.CalendarMoved(base=draft.base_version, current=current)
    if draft.state != "ready":
        raise rules.CalendarPreviewMissing(id=draft.id)
    seed_version(unit)
    days, after = queries.days_kept(unit.connection), draft.days
    version = Version(
        version=current + 1, kind=draft.kind, year=draft.year, source=draft.source, reason=draft.reason,
        of_version=draft.of_version, drafted_by=draft.drafted_by, drafted_person=draft.drafted_person,
        confirmed_by=unit.actor.account, confirmed_person=unit.actor.person, at=unit.now,
        digest=_digest(draft.text, draft.rows),
    )  # fmt: skip
    queries.put_version(unit, version)
    queries.put_changes(unit, version.version, [(days.get(kept.row.day), kept) for kept in after])
    queries.put_days(unit, after)
    queries.set_draft(
        unit, draft.id, state="confirmed", decided_by=unit.actor.account, decided_at=unit.now, version=version.version
    )
    unit.raise_epoch("calendar")
    unit.record(CONFIRMED, ROOT, draft=draft.id, version=version.version, what=what(draft), source=draft.source,
                days=len(after), digest=version.digest, drafted_by=draft.drafted_by)  # fmt: skip
    return {"version": version.version, "draft": draft.id}


def seed_version(unit: Unit) -> None:
    """Write down the first version of the calendar, as it was set up, where that has not been done."""
    if not queries.versions(unit.connection):
        system = {"drafted_by": "system", "drafted_person": "system", "confirmed_by": "system"}
        rows = [rules.day_body(kept) for kept in queries.days_kept(unit.connection).values()]
        queries.put_version(unit, Version(
            version=queries.FIRST, kind=rules.SEED, year=None, source="国务院办公厅历年通知及放假办法", reason="建库",
            of_version=None, confirmed_person="system", at=unit.now, digest=_digest("", rows), **system,
        ))  # fmt: skip


def what(draft: Draft | Version) -> str:
    """Return what a draft or version is about, in words."""
    if draft.kind == NOTICE:
        return f"{draft.year}年放假安排"
    if draft.kind == LOCAL:
        return f"停止办公（{draft.reason}）"
    return f"撤销第{draft.of_version}版（{draft.reason}）" if draft.kind == UNDO else draft.reason


def _keep(
    unit: Unit, kind: str, after: Iterable[Kept], days: rules.Days, *, source: str, year: int | None = None,
    text: str = "", reason: str = "", of_version: int | None = None,
) -> Mapping[str, Any]:  # fmt: skip
    rows = [rules.day_body(kept) for kept in after if days.get(kept.row.day) != kept]
    if not rows:
        raise rules.CalendarUnchanged
    draft = Draft(
        id=queries.next_draft(unit.connection), kind=kind, year=year, text=text, source=source, reason=reason,
        of_version=of_version, rows=rows, base_version=queries.current_version(unit.connection), state="previewing",
        cursor="", looked_at=0, paused=0, drafted_by=unit.actor.account, drafted_person=unit.actor.person,
        drafted_name=unit.actor.name, at=unit.now,
    )  # fmt: skip
    queries.put_draft(unit, draft)
    unit.record(DRAFTED, ROOT, draft=draft.id, what=what(draft), source=source, digest=_digest(text, rows))
    return {"draft": draft.id, "base_version": draft.base_version}


def _open(unit: Unit, id: int) -> Draft:
    draft = queries.draft_of(unit.connection, id)
    if draft.state in ("confirmed", "dropped"):
        raise rules.DraftSettled(id=id, state=rules.STATES[draft.state])
    return draft


def _as_drafted(unit: Unit, draft: Draft) -> Calendar:
    days = {day: kept.row for day, kept in queries.days_kept(unit.connection).items()}
    days |= {kept.row.day: kept.row for kept in draft.days}
    return Calendar.from_rows(days.values(), draft.base_version + 1)


def _look(
    row: ClockRow, entries: Sequence[AnyEntry], change: tuple[Calendar, Calendar, CalendarChange], now: datetime
) -> Moved | None:
    """Return what a change (old, new, difference) does to a clock, or None where nothing that is known today moves."""
    try:
        again = reckon_again(row, entries, *change, now)
    except LawError:
        return None
    after = again.row
    settled = row.provisional and not after.provisional
    if row.due_on is None or after.due_on is None or not (again.moved(row) or settled):
        return None
    days = (after.due_on - row.due_on).days
    return Moved(row.id, row.root_id, row.kind, row.due_on, after.due_on, row.due_at, after.due_at, days, settled)


def _digest(text: str, rows: Sequence[Mapping[str, Any]]) -> str:
    return hashlib.sha256(canonical({"text": text, "days": list(rows)}).encode()).hexdigest()


HANDLERS: Mapping[type[Command], Handler] = {
    DraftCalendar: draft_calendar,
    DraftClosure: draft_closure,
    DraftUndo: draft_undo,
    DropDraft: drop_draft,
    ConfirmCalendar: confirm_calendar,
    PreviewClocks: preview_clocks,
    RecomputeClocks: recompute,
}
"""What the house does about its calendar."""
