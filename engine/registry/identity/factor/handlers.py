"""Enrolling, renewing, removing and resetting second factors, and proving one at sign-in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.foundation.journal.tags import tag
from engine.foundation.store.commands import Command, Handler
from engine.foundation.store.unit import Unit
from engine.registry.identity.accounts.rules import OwnAccount
from engine.registry.identity.factor import queries
from engine.registry.identity.factor.commands import EnrolFactor, RemoveFactor, RenewCodes, ResetFactor
from engine.registry.identity.factor.rules import FactorMissing, FactorRequired, SecondFactorNeeded, WrongCode
from engine.registry.identity.queries import is_demo, person_behind
from engine.registry.identity.sessions.queries import end_some, known_account
from engine.registry.identity.sessions.rules import needs_factor

ENROLLED = tag("account.factor_enrolled", "启用第二因素")
RENEWED = tag("account.factor_renewed", "更换第二因素")
REMOVED = tag("account.factor_removed", "停用第二因素")
RESET = tag("account.factor_reset", "重置账号 {account} 的第二因素")
CODES = tag("account.codes_renewed", "换发恢复码")
CODE_USED = tag("account.code_used", "用恢复码登录，剩余 {left} 个")


def enrol(command: EnrolFactor, unit: Unit) -> Mapping[str, Any]:
    """Set the second factor; every other session ends."""
    me = unit.actor.account
    before = queries.factor_of(unit.connection, me)
    queries.put_factor(unit, me, command.sealed, command.counter, command.codes)
    ended = end_some(unit, me, keep=command.keep)
    unit.record(RENEWED if before else ENROLLED, _chain(unit, me), account=me, ended=ended)
    return {"ended": ended}


def remove(command: RemoveFactor, unit: Unit) -> Mapping[str, Any]:
    """Remove the second factor; raise FactorRequired or FactorMissing."""
    me = unit.actor.account
    if needs_factor(unit.actor.grants, demo=is_demo(unit.connection, me)):
        raise FactorRequired
    if not queries.drop_factor(unit, me):
        raise FactorMissing
    ended = end_some(unit, me, keep=command.keep)
    unit.record(REMOVED, _chain(unit, me), account=me, ended=ended)
    return {"ended": ended}


def renew_codes(command: RenewCodes, unit: Unit) -> Mapping[str, Any]:
    """Set new recovery codes; raise FactorMissing."""
    me = unit.actor.account
    if queries.factor_of(unit.connection, me) is None:
        raise FactorMissing
    queries.put_codes(unit, me, command.codes)
    unit.record(CODES, _chain(unit, me), account=me)
    return {}


def reset(command: ResetFactor, unit: Unit) -> Mapping[str, Any]:
    """Remove another person's second factor, who lost it; raise AccountUnknown, OwnAccount or FactorMissing."""
    known_account(unit.connection, command.account)
    if person_behind(unit.connection, command.account) == unit.actor.person:
        raise OwnAccount
    if not queries.drop_factor(unit, command.account):
        raise FactorMissing
    ended = end_some(unit, command.account)
    unit.record(RESET, _chain(unit, command.account), account=command.account, ended=ended)
    return {"account": command.account, "ended": ended}


def prove(unit: Unit, *, counter: int, recovery: str) -> str:
    """Use up what proves the actor's second factor; return how the actor came in: password, totp or recovery.

    ``counter`` is the time step of the code that was shown (0: none), ``recovery`` a recovery code's digest.  Raises
    SecondFactorNeeded when neither is given though the account has a factor, WrongCode when it was used before.
    """
    me = unit.actor.account
    factor = queries.factor_of(unit.connection, me)
    if factor is None:
        return "password"
    if recovery:
        if not queries.use_code(unit, me, recovery):
            raise WrongCode
        unit.record(CODE_USED, _chain(unit, me), account=me, left=factor.codes_left - 1)
        return "recovery"
    if not counter:
        raise SecondFactorNeeded
    if not queries.use_counter(unit, me, counter):
        raise WrongCode
    return "totp"


def _chain(unit: Unit, account: str) -> str:
    return unit.lock_or_create(f"account:{account}", "account").id


HANDLERS: Mapping[type[Command], Handler] = {
    EnrolFactor: enrol,
    RemoveFactor: remove,
    RenewCodes: renew_codes,
    ResetFactor: reset,
}
