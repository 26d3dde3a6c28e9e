"""I4, the ladders: a running clock is looked at no later than its next rung, and what was told is what was done."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy.engine import Connection

from deadlines.law.calendar import Calendar
from deadlines.law.errors import LawError
from deadlines.law.ledger import PauseRule
from engine.casework.cases.queries import pinned_release
from engine.foundation.journal.queries import Line
from engine.oversight.audit.invariants.yearly import calendar_of
from engine.process.clocks.ladder.ladders import Ladders, next_step
from engine.process.clocks.ladder.queries import changing, told_of
from engine.process.clocks.ledgers import OVERDUE, REMINDED
from engine.process.clocks.queries import LADDER, ClockRow, DeadlineRow, entries_of
from engine.process.clocks.reckoning import reckon, span_of

Told = tuple[str, str]

INHERITED = frozenset({"EM-NEAR", "EM-OVERDUE"})
"""The rules as which an older house's reminders were taken over."""


def ladder_faults(
    connection: Connection,
    clocks: Sequence[ClockRow],
    deadlines: Sequence[DeadlineRow],
    lines: Sequence[Line],
    calendar: Calendar,
) -> Iterator[Told]:
    """Yield rule and sentence where the ladder of a case's clocks is not armed, or says what was not done.

    An older house's lines name no rule: of them nothing is asked.
    """
    told = told_of(connection, [clock.id for clock in clocks])
    for clock in clocks:
        mine = told.get(clock.id, [])
        said = {
            (line.data["rule"], line.data["due"][:10])
            for line in lines
            if line.type in (REMINDED, OVERDUE) and line.data["clock"] == clock.id and "rule" in line.data
        }
        # Of what an older house had delivered the lines name no rule: it was taken over with nobody's name.
        kept = {(one.rule_no, one.due_on.isoformat()) for one in mine if one.told or one.rule_no not in INHERITED}
        if said - {(one.rule_no, one.due_on.isoformat()) for one in mine} or kept - said:
            yield "I4.told", f"时钟 {clock.id} 升级规则的执行登记与过程记录不符"
    running = [clock for clock in clocks if clock.state == "running"]
    if running:
        ladders, moving = Ladders(pinned_release), changing(connection)
        for clock in running:
            if clock.kind not in moving:
                yield from _armed(connection, clock, deadlines, ladders, calendar)


def _armed(
    connection: Connection, clock: ClockRow, deadlines: Sequence[DeadlineRow], ladders: Ladders, calendar: Calendar
) -> Iterator[Told]:
    rules = ladders.of(connection, clock.root_id, clock.kind)
    then = calendar_of(connection, clock, calendar)
    try:
        found = reckon(entries_of(connection, clock.id), then, PauseRule(clock.rule))
    except LawError:
        return  # said elsewhere
    step = next_step(rules, told_of(connection, [clock.id]).get(clock.id, []), span_of(found, clock.due_at), then)
    looks = [
        one.due_at for one in deadlines if one.clock_id == clock.id and (one.effect, one.state) == (LADDER, "open")
    ]
    # A look that comes too early does nothing; one that comes too late, or never, is a rung that is passed over.
    if step is not None and not any(at <= step.at for at in looks):
        yield "I4.ladder", f"时钟 {clock.id} 的下一条升级规则（{step.rung.rule}）没有按时布置"
