"""I4: clocks and deadlines are what their ledgers and the journal say, so that no date can be stretched in silence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from sqlalchemy.engine import Connection

from deadlines.law.calendar import Calendar
from deadlines.law.errors import LawError
from deadlines.law.hour_ledger import HourStart
from deadlines.law.ledger import PauseRule, Start
from engine.casework.cases.listing.queries import due_in_list, listed_due
from engine.casework.cases.queries import CaseFile
from engine.casework.cases.reporting.queries import report_of
from engine.foundation.journal.queries import Line
from engine.oversight.audit.invariants.climbing import ladder_faults
from engine.oversight.audit.invariants.yearly import calendar_of, change_faults
from engine.process.clocks.arming import effects_of
from engine.process.clocks.ledgers import FIRED, OPENED, ORDERED, OVERDUE, REMINDED
from engine.process.clocks.queries import LADDER, ClockRow, DeadlineRow, clocks_of, deadlines_of, entries_of
from engine.process.clocks.reckoning import due_moment, instants, reckon
from engine.process.clocks.rules import AnyEntry

Told = tuple[str, str]
"""The rule that does not hold, and what is wrong in words."""

FIRINGS = frozenset({FIRED, REMINDED, OVERDUE, ORDERED})

OUTLASTING = frozenset({"commit_check", "rejection_review", "stage", "order"})
"""Clocks that go on after a case was closed: what was granted on a promise is checked later (4.1.7), and a rejection
that the applicant disputes is reviewed (6.1.1); an order of supervision is still to be answered (4.1.8)."""


def clock_faults(connection: Connection, calendar: Calendar, case: CaseFile, lines: list[Line]) -> Iterator[Told]:
    """Yield rule and sentence for each clock or deadline of ``case`` that is not as it must be.

    ``lines`` is the case's journal; ``calendar`` the one in force, by which running clocks are counted again.
    """
    clocks = clocks_of(connection, case.root_id)
    running = [clock for clock in clocks if clock.state in ("running", "paused")]
    opened = {line.data["clock"]: line.data for line in lines if line.type == OPENED}
    deadlines = deadlines_of(connection, case.root_id)
    yield from _armed(clocks, deadlines)
    yield from _fired_twice(lines)
    yield from ladder_faults(connection, clocks, deadlines, lines, calendar)
    # A promise that stands for the first review alone ends when the higher authority has signed.
    yield from _commitment(case, running, report_of(connection, case.root_id) is not None)
    if due_in_list(connection, case.root_id) != listed_due(clocks):
        yield "I4.listed", "办件列表的到期日与时钟不符"
    for clock in clocks:
        entries = entries_of(connection, clock.id)
        yield from change_faults(clock, entries, lines, calendar)
        began = [entry for entry in entries if isinstance(entry, (Start, HourStart))]
        starts = [(entry.on.isoformat(), entry.quota, entry.unit) for entry in began]
        told = opened.get(clock.id, {})
        if starts != [(told.get("on"), told.get("quota"), told.get("unit"))]:
            yield "I4.start", f"时钟 {clock.id} 的起算与过程记录不符"
        elif clock.state in ("running", "paused"):
            mine = [one for one in deadlines if one.clock_id == clock.id]
            yield from _dates(clock, entries, mine, calendar_of(connection, clock, calendar))


def room_clock_faults(connection: Connection, calendar: Calendar, root_id: str, lines: list[Line]) -> Iterator[Told]:
    """Yield rule and sentence for each clock of a contact, a question or a call that its own ledger contradicts.

    Such a room arms what it wants to hear of itself, so it is only asked that something of a running clock is armed.
    ``lines`` is its journal.
    """
    clocks, deadlines = clocks_of(connection, root_id), deadlines_of(connection, root_id)
    yield from _armed(clocks, deadlines)
    for clock in clocks:
        entries, then = entries_of(connection, clock.id), calendar_of(connection, clock, calendar)
        yield from change_faults(clock, entries, lines, calendar)
        try:
            due, due_at = reckon(entries, then, PauseRule(clock.rule)).due, due_moment(entries, then)
        except LawError as error:
            yield "I4.room_ledger", f"时钟 {clock.id} 的台账无法计算：{error.sentence}"
            continue
        if (clock.due_on, clock.due_at) != (due, due_at):
            yield "I4.room_due", f"时钟 {clock.id} 登记的到期日与按台账计算的不符"
        heard = [one for one in deadlines if one.clock_id == clock.id and one.state in ("open", "fired")]
        if clock.state == "running" and not heard:
            yield "I4.room_armed", f"时钟 {clock.id} 正在计时，但没有布置任何期限"


def _fired_twice(lines: list[Line]) -> Iterator[Told]:
    """Each firing at most once: the same effect of the same clock for the same date is told in one line."""
    firings = [line for line in lines if line.type in FIRINGS]
    # A ladder has several rungs for one date, each by the number of its rule; lines of older houses name none.
    told = Counter((line.type, line.data["clock"], line.data["due"], line.data.get("rule", "")) for line in firings)
    for (_, clock, due, _), times in told.items():
        if times > 1:
            yield "I4.fired_twice", f"时钟 {clock} 到期日 {due} 的同一事项触发了 {times} 次"


def _armed(clocks: list[ClockRow], deadlines: list[DeadlineRow]) -> Iterator[Told]:
    for clock in clocks:
        waiting = [one for one in deadlines if one.clock_id == clock.id and one.state == "open"]
        if clock.state != "running" and waiting:
            yield "I4.stopped", f"时钟 {clock.id} 已停止，但仍有待触发的期限"
        boundaries = [one for one in waiting if one.effect == "boundary"]
        if clock.state == "running" and clock.boundary and len(boundaries) != 1:
            yield "I4.boundary", f"时钟 {clock.id} 正在计时，但没有恰好一个待触发的期限"


def _commitment(case: CaseFile, running: list[ClockRow], reported: bool) -> Iterator[Told]:
    counting = [clock for clock in running if clock.kind == "commitment"]
    counts = case.accepted_at and not case.result_signed_at and case.outcome is None and not reported
    wanted = 1 if counts else 0
    if len(counting) != wanted:
        yield "I4.commitment", f"承诺时钟应有 {wanted} 个在计时，实有 {len(counting)} 个"
    if case.outcome is not None and any(clock.kind not in OUTLASTING for clock in running):
        yield "I4.ended", "办件已结束，仍有时钟在计时"


def _dates(
    clock: ClockRow, entries: Sequence[AnyEntry], deadlines: list[DeadlineRow], calendar: Calendar
) -> Iterator[Told]:
    try:
        found = reckon(entries, calendar, PauseRule(clock.rule))
        due_at = due_moment(entries, calendar)
        wanted = instants(effects_of(clock), found.due, due_at)
    except LawError as error:
        yield "I4.ledger", f"时钟 {clock.id} 的台账无法计算：{error.sentence}"
        return
    if clock.due_on != found.due or clock.due_at != due_at:
        yield "I4.due", f"时钟 {clock.id} 登记的到期日与按台账计算的不符"
    for one in deadlines:
        if one.state == "open" and one.effect != LADDER and one.due_at != wanted.get(one.effect):
            yield "I4.instant", f"期限 {one.id} 的触发时间与到期日不符"
    # Exactly one row for each effect of a running clock: armed, or delivered for this very date.
    settled = {(one.effect, one.due_at) for one in deadlines if one.state in ("open", "fired")}
    if clock.state == "running":
        for effect, at in wanted.items():
            if (effect, at) not in settled:
                yield "I4.armed", f"时钟 {clock.id} 正在计时，但期限 {effect} 没有布置"
