"""A clock's ladder is climbed: what its rules say is done when their time has come, and only to those who may see.

Reminders go to whoever has the case in hand, so they survive a sending back (退回); a clock that has stopped or is
paused has no deadline, so they end with it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from deadlines.law.ledger import PauseRule
from engine.foundation.clock import city_date
from engine.foundation.journal.tags import tag
from engine.foundation.store.unit import Unit
from engine.process.clocks.arming import arm_ladder, calendar_of, due_text
from engine.process.clocks.cards.queries import Card, give_card
from engine.process.clocks.ladder.ladders import Ladders, next_step, rules_due
from engine.process.clocks.ladder.queries import Told, keep_told, told_of
from engine.process.clocks.ladder.rules import HOLDER, TELLING, Rule, place_of, sees_cases
from engine.process.clocks.ledgers import clock_named, note_rung
from engine.process.clocks.queries import ClockRow, entries_of
from engine.process.clocks.reckoning import reckon, span_of
from engine.process.clocks.rules import BRANCH
from engine.process.tasks import queries
from engine.process.tasks.notifications.queries import notify, notify_account
from engine.process.tasks.rules import Task
from engine.process.tasks.telling import active_actor, sees
from engine.registry.identity.queries import names_of
from engine.registry.organisation.queries import CENTER

AGAIN = timedelta(hours=24)
"""Within this time nobody is told the same of the same clock twice, be its date moved or not (24 小时去重)."""

REASSIGNED = tag("task.reassigned", "“{name}”已从 {holder} 手中退回待签收（{title}，规则 {rule}）")


@dataclass(frozen=True, order=True)
class Receiver:
    """Who is told: an account, or everybody with ``role`` in ``place``."""

    role: str
    place: str
    account: str = ""

    @property
    def key(self) -> str:
        """The name under which the house remembers that they were told."""
        return self.account or f"{self.role}@{self.place}"


def climb(unit: Unit, clock_id: str) -> None:
    """Carry out every rule of a running clock that is due and was not carried out for its date; arm the next look."""
    row = clock_named(unit.connection, clock_id)
    if row.state != "running":
        return
    rules = unit.part(Ladders).of(unit.connection, row.root_id, row.kind)
    told = told_of(unit.connection, [row.id]).get(row.id, [])
    calendar = calendar_of(unit)
    span = span_of(reckon(entries_of(unit.connection, row.id), calendar, PauseRule(row.rule)), row.due_at)
    for rule in rules_due(rules, told, span, calendar, unit.now):
        row = note_rung(unit, row, rule)
        said = _carry_out(unit, row, rule, told)
        keep_told(unit, row, rule, said)
        told.append(Told(row.id, rule.rule_no, rule.level, span.due_on or city_date(unit.now), unit.now, tuple(said)))
    arm_ladder(unit, row, next_step(rules, told, span, calendar))


@dataclass(frozen=True)
class Place:
    """Where a case is: the department that handles it, and all that handle it or were asked (6.2.2)."""

    department: str
    all: frozenset[str]

    @classmethod
    def of(cls, unit: Unit, root_id: str) -> Place:
        """Return it as it is now."""
        handling = queries.handling(unit.connection, root_id)
        return cls(handling or CENTER, queries.departments_at(unit.connection, root_id))

    def named(self, place: str) -> str:
        """Return the department that handles the case for ``department``, or the place itself."""
        return self.department if place == "department" else place


def _carry_out(unit: Unit, row: ClockRow, rule: Rule, told: list[Told]) -> list[str]:
    """Do what ``rule`` says; return who was told.

    What is excused by an approved extension is told when it is late, but no lateness is held against anybody (6.2.1,
    T079).
    """
    excused = bool(row.excused) and rule.late
    if excused and rule.when.n > 0:
        return []
    tasks, place = _tasks_under(unit, row), Place.of(unit, row.root_id)
    sentence, kind = _sentence(row, rule), "overdue" if rule.late else "reminder"
    receivers = set(_receivers(rule, tasks, place)) if set(rule.actions) & TELLING else set()
    if "card" in rule.actions and not excused:
        _give(unit, row, rule, tasks, _party(row, place.named(str(rule.card_party))), sentence)
    if "reassign" in rule.actions and not excused:
        _take_back(unit, row, rule, tasks)
        receivers |= {Receiver("dept_head", place.department)}
    if "order" in rule.actions:
        receivers |= {Receiver("supervisor", CENTER)}
        kind = "order"
    elif "copy" in rule.actions:
        kind = "copy"
    lately = {who for one in told if one.rule_no == rule.rule_no and one.at > unit.now - AGAIN for who in one.told}
    said = [one for one in sorted(receivers) if one.key not in lately and _may_be_told(unit, one, place)]
    for one in said:
        if one.account:
            notify_account(unit, row.root_id, one.account, one.role, one.place, kind, sentence)
        else:
            notify(unit, row.root_id, one.role, one.place, kind, sentence)
    return [one.key for one in said]


def _tasks_under(unit: Unit, row: ClockRow) -> list[Task]:
    """Return the open tasks that a clock is about: all of the case, or those of the one branch whose limit it is."""
    tasks = queries.tasks_of(unit.connection, row.root_id, state="open")
    return [task for task in tasks if row.kind != BRANCH or task.item == row.stage]


def _sentence(row: ClockRow, rule: Rule) -> str:
    if not rule.late:
        return f"{row.title}将于 {due_text(row)} 届满，请及时办理。"
    late = f"{row.title}已于 {due_text(row)} 届满"
    if row.excused:
        return f"{late}，已批准延期（{row.excused}），不计超期。"
    if "order" in rule.actions:
        return f"{late}，超期{rule.when.n}个工作日仍未办结，应予督办。"
    days = f"，超期{rule.when.n}个工作日" if rule.when.n else ""
    return f"{late}{days}，尚未办结，请立即办理。"


def _party(row: ClockRow, named: str) -> str:
    """Return who gets a card: a branch that is late is its own department's, not the lead's (6.2.2)."""
    return str(row.stage).partition("/")[0] if row.kind == BRANCH and named != CENTER else named


def _receivers(rule: Rule, tasks: list[Task], place: Place) -> Iterator[Receiver]:
    for who in rule.who:
        if who == HOLDER:
            yield from (Receiver(task.role, task.department, task.holder or "") for task in tasks)
        else:
            yield Receiver(who, place.named(place_of(who)))


def _may_be_told(unit: Unit, one: Receiver, place: Place) -> bool:
    """Tell whether who would be told may see the case now: by post and department, or as a person (4.1.6, 6.2.2)."""
    if not one.account:
        return sees_cases(one.role) and (place_of(one.role) == "center" or one.place in place.all)
    actor = active_actor(unit, one.account)
    return actor is not None and sees(actor, place.all)


def _give(unit: Unit, row: ClockRow, rule: Rule, tasks: list[Task], party: str, sentence: str) -> None:
    """Give the card with its evidence: the rule, the ledger line by line, and who had, or should have had, the case."""
    today = city_date(unit.now)
    found = reckon(entries_of(unit.connection, row.id), calendar_of(unit), PauseRule(row.rule), today=today)
    extract = tuple(
        {"on": line.date.isoformat(), "sentence": line.sentence, "delta": line.delta,
         "due": "" if line.due_after is None else line.due_after.isoformat()}
        for line in found.ledger
    )  # fmt: skip
    mine = [task for task in tasks if task.department == party] or tasks
    responsible = sorted({Receiver(task.role, task.department, task.holder or "").key for task in mine})
    give_card(unit, Card(
        row.root_id, row.id, rule.level, party, rule.rule_no, sentence, unit.now, rule.version, rule.ladder,
        row.due_on, extract, tuple(responsible),
    ))  # fmt: skip


def _take_back(unit: Unit, row: ClockRow, rule: Rule, tasks: list[Task]) -> None:
    """Put every open task that somebody holds back into its list, each with a line; drafts stay."""
    names = names_of(unit.connection, {task.holder for task in tasks if task.holder})
    for task in tasks:
        if task.holder is None:
            continue
        queries.hold(unit, task, None)
        holder = names.get(task.holder, task.holder)
        unit.record(REASSIGNED, task.root_id, task=task.id, name=task.name, element=task.element, holder=holder,
                    title=row.title, rule=rule.rule_no)  # fmt: skip
        sentence = f"“{task.name}”因{row.title}超期从{holder}手中退回待签收，请及时签收办理。"
        notify(unit, task.root_id, task.role, task.department, "taken_back", sentence)
