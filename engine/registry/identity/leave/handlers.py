"""请假代理: registering a leave with its substitute, and revoking it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.foundation.errors import InvalidFields
from engine.foundation.journal.tags import tag
from engine.foundation.store.commands import Command, Handler
from engine.foundation.store.unit import Actor, Unit
from engine.registry.identity.accounts.queries import held_by_person
from engine.registry.identity.accounts.rules import ADMINISTRATORS, INTEGRATOR
from engine.registry.identity.leave import queries
from engine.registry.identity.leave.commands import RegisterLeave, RevokeLeave
from engine.registry.identity.leave.rules import (
    Leave,
    LeaveMissing,
    LeaveNotYours,
    LeaveOver,
    LeaveOverlaps,
    NothingToSubstitute,
    SubstituteCircular,
    SubstituteDisabled,
    SubstituteElsewhere,
    SubstituteSelf,
    SubstituteUnfit,
    circle_through,
    period,
)
from engine.registry.identity.queries import AccountDisabled, actor_of
from engine.registry.identity.rules import ROLES, STOOD_IN
from engine.registry.organisation.queries import CENTER

REGISTERED = tag("leave.registered", "{name}自 {from_day} 至 {until_day} 请假，由{substitute_name}代理：{reason}")
REVOKED = tag("leave.revoked", "撤销{name}自 {from_day} 至 {until_day} 的请假，{substitute_name}不再代理")

REGISTER = "leave:register"
"""Whoever registers locks it, so that two who do it at once see each other's substitutes."""


@dataclass(frozen=True)
class _Pair:
    absent: Actor
    substitute: Actor


def register(command: RegisterLeave, unit: Unit) -> Mapping[str, Any]:
    """Register a leave, from now or from its first day to the end of the last.

    Raises AccountUnknown, LeaveNotYours, SubstituteDisabled, NothingToSubstitute, SubstituteSelf, SubstituteElsewhere,
    SubstituteUnfit, LeaveOverlaps, SubstituteCircular or InvalidFields; then nothing has changed.
    """
    reason = command.reason.strip()
    if not reason or len(reason) > 200:
        raise InvalidFields({"reason": "请填写请假事由，不超过 200 字。"})
    since, until = period(command.from_day, command.until_day, unit.now)
    unit.lock_or_create(REGISTER, "leave")
    pair = _Pair(_active(unit, command.account), _active(unit, command.substitute))
    refuse_stranger(unit.actor, pair.absent)
    _refuse_unfit(unit, pair)
    _refuse_tangled(unit, pair, since, until)
    id = queries.put_leave(
        unit, account_id=command.account, substitute=command.substitute, since=since, until=until, reason=reason
    )
    told = _told(pair.absent.name, pair.substitute.name, command.from_day, command.until_day)
    chain = unit.lock_or_create(f"account:{command.account}", "account").id
    unit.record(REGISTERED, chain, leave=id, account=command.account, substitute=command.substitute, reason=reason,
                **told)  # fmt: skip
    return {"leave_id": id, "account": command.account, **told}


def revoke(command: RevokeLeave, unit: Unit) -> Mapping[str, Any]:
    """End a leave now; raise LeaveMissing for one out of sight, or LeaveOver."""
    unit.lock_or_create(REGISTER, "leave")
    leave = seen_leave(unit, command.leave_id)
    if leave.state(unit.now) in ("over", "revoked"):
        raise LeaveOver
    queries.end_leave(unit, leave.id)
    people = queries.people_of(unit.connection, {leave.account, leave.substitute})
    told = _told(people[leave.account][1], people[leave.substitute][1], leave.first_day.isoformat(),
                 leave.last_day.isoformat())  # fmt: skip
    chain = unit.lock_or_create(f"account:{leave.account}", "account").id
    unit.record(REVOKED, chain, leave=leave.id, account=leave.account, substitute=leave.substitute, **told)
    return {"leave_id": leave.id, "account": leave.account, **told}


def seen_leave(unit: Unit, id: int) -> Leave:
    """Return a leave whose absent person the actor may speak for; raise LeaveMissing for any other."""
    leave = queries.leave_of(unit.connection, id)
    if leave is None:
        raise LeaveMissing
    if leave.account != unit.actor.account and not unit.actor.has("sec_admin"):
        places = headed(unit.actor)
        theirs = {place for id, _, place in queries.lendable(unit.connection, places, unit.now) if id == leave.account}
        if not theirs:
            raise LeaveMissing
    return leave


def headed(actor: Actor) -> frozenset[str]:
    """Return the departments (the centre is one) whose people's leaves the actor may register as their head."""
    return actor.departments("dept_head") | ({CENTER} if actor.has("center_head") else frozenset())


def refuse_stranger(actor: Actor, absent: Actor) -> None:
    """Raise LeaveNotYours unless it is the actor's own leave, or of somebody the actor may speak for."""
    if actor.person == absent.person or actor.has("sec_admin"):
        return
    if not headed(actor) & absent.departments(*STOOD_IN):
        raise LeaveNotYours


def _active(unit: Unit, account: str) -> Actor:
    try:
        return actor_of(unit.connection, account, unit.now, channel="leave")
    except AccountDisabled as disabled:
        raise SubstituteDisabled(account=account) from disabled


def _refuse_unfit(unit: Unit, pair: _Pair) -> None:
    absent, substitute = pair.absent, pair.substitute
    places = absent.departments(*STOOD_IN)
    if not places:
        raise NothingToSubstitute(name=absent.name)
    if absent.person == substitute.person:
        raise SubstituteSelf
    if not places & substitute.departments():
        raise SubstituteElsewhere(name=absent.name, substitute=substitute.name)
    apart = sorted(held_by_person(unit, substitute.person) & {*ADMINISTRATORS, INTEGRATOR})
    if apart:
        raise SubstituteUnfit(substitute=substitute.name, role=ROLES[apart[0]])


def _refuse_tangled(unit: Unit, pair: _Pair, since: datetime, until: datetime) -> None:
    absent, substitute = pair.absent, pair.substitute
    others = queries.leaves_within(unit.connection, since, until)
    mine = next((one for one in others if one.account == absent.account), None)
    if mine is not None:
        raise LeaveOverlaps(name=absent.name, since=mine.first_day.isoformat(), until=mine.last_day.isoformat())
    accounts = {who for one in others for who in (one.account, one.substitute)}
    people = queries.people_of(unit.connection, accounts | {absent.account, substitute.account})
    names = {person: name for person, name, _ in people.values()}
    pairs = [(people[one.account][0], people[one.substitute][0], one.starts_at, one.ends_at) for one in others]
    circle = circle_through((absent.person, substitute.person, since, until), pairs)
    if circle:
        raise SubstituteCircular(chain=" → ".join(names[person] for person in circle))


def _told(name: str, substitute: str, from_day: str, until_day: str) -> dict[str, Any]:
    return {"name": name, "substitute_name": substitute, "from_day": from_day, "until_day": until_day}


HANDLERS: Mapping[type[Command], Handler] = {RegisterLeave: register, RevokeLeave: revoke}
