"""What may be done with a task besides working it, and what was done: transfer, delegation, copies, urgings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.foundation.errors import Refusal
from engine.process.tasks.copying.queries import copies_of_task
from engine.process.tasks.copying.rules import Copy
from engine.process.tasks.desk import Desk
from engine.process.tasks.handing.queries import delegations_of
from engine.process.tasks.handing.rules import PREPARING, Delegation, heads
from engine.process.tasks.queries import departments_at
from engine.process.tasks.urging.handlers import pace_of, refuse_to_urge
from engine.process.tasks.urging.queries import urges_of
from engine.process.tasks.urging.rules import Urge, UrgeNotYours
from engine.registry.identity.leave.queries import on_leave
from engine.registry.identity.queries import names_of, staff_at
from engine.registry.identity.reading import Reading
from engine.registry.identity.rules import ACTIONS, may
from engine.registry.organisation.queries import CENTER

Options = list[tuple[str, str]]


@dataclass(frozen=True)
class Tried:
    """One of these acts as it was asked for and refused: what was typed, what is wrong with it."""

    act: str = ""
    typed: Mapping[str, str] = field(default_factory=dict)
    chosen: tuple[str, ...] = ()
    errors: Mapping[str, str] = field(default_factory=dict)
    refusal: Refusal | None = None


@dataclass(frozen=True)
class Handed:
    """What the reader may do with the task (an act without options is not offered), and what was done with it."""

    transfer: Options
    delegate: Options
    recall: bool
    copy: Options
    urge: bool
    pace: int
    """Working hours after which whoever is urged is told again."""
    asked: Delegation | None
    """What the reader was asked to prepare."""
    delegations: list[Delegation]
    urges: list[Urge]
    copies: list[Copy]
    names: Mapping[str, str]
    tried: Tried

    @property
    def offered(self) -> bool:
        """Whether there is anything to do."""
        return bool(self.transfer or self.delegate or self.recall or self.copy or self.urge)

    @property
    def told(self) -> bool:
        """Whether anything was done."""
        return bool(self.delegations or self.urges or self.copies)


def handed(view: Reading, desk: Desk, tried: Tried) -> Handed:
    """Return the acts that the reader may do with an opened task, with their choices."""
    task, me, connection = desk.task, view.actor, view.connection
    rows, urges, copies = (
        delegations_of(connection, task.id), urges_of(connection, task.root_id, task.id),
        copies_of_task(connection, task.id),
    )  # fmt: skip
    is_open, mine = task.state == "open", task.holder == me.account
    waiting = [one for one in rows if one.state == "open"]
    places = {task.department}
    gives = is_open and may(me, "task.transfer") and (mine or heads(me, task.department))
    asks = is_open and may(me, "task.work") and (desk.prepares or (mine and task.delegate is None))
    sends = may(me, "copy.send")
    people = {one.delegator for one in rows} | {one.delegate for one in rows}
    people |= {one.account for one in urges} | {one.holder for one in urges if one.holder}
    people |= {who for one in copies for who in (one.sender, one.receiver)}
    chain = {str(task.holder), *(one.delegate for one in waiting)}
    return Handed(
        transfer=_staff(view, places, (task.role,), {str(task.holder)}) if gives else [],
        delegate=_staff(view, places, PREPARING, chain | {me.account}) if asks else [],
        recall=is_open and any(one.delegator == me.account for one in waiting),
        copy=_staff(view, departments_at(connection, task.root_id) | {CENTER}, ACTIONS["case.see"], {me.account})
        if sends else [],
        urge=is_open and may(me, "task.urge") and _may_urge(view, desk), pace=pace_of(view, task),
        asked=next((one for one in waiting if desk.prepares and one.delegate == me.account), None),
        delegations=rows, urges=urges, copies=copies,
        names=names_of(connection, people) if people else {}, tried=tried,
    )  # fmt: skip


def _staff(view: Reading, places: set[str] | frozenset[str], roles: tuple[str, ...], without: set[str]) -> Options:
    found = [one for one in staff_at(view.connection, places, roles, view.now) if one[0] not in without]
    away = on_leave(view.connection, {account for account, _ in found}, view.now) if found else {}
    return [(account, f"{label}（请假中）" if account in away else label) for account, label in found]


def _may_urge(view: Reading, desk: Desk) -> bool:
    try:
        refuse_to_urge(view, desk.task)
    except UrgeNotYours:
        return False
    return True
