"""Who may be told of a case: only those who may see it at that moment (4.1.6, 6.2.2)."""

from __future__ import annotations

from collections.abc import Set as AbstractSet

from engine.foundation.errors import Refusal
from engine.foundation.store.unit import Actor, Unit
from engine.registry.identity.queries import actor_of
from engine.registry.identity.rules import may, scope_of


def active_actor(unit: Unit, account: str) -> Actor | None:
    """Return an account with what it may do now, or None when it was disabled meanwhile."""
    try:
        return actor_of(unit.connection, account, unit.now, channel="system")
    except Refusal:
        return None


def sees(actor: Actor, departments: AbstractSet[str]) -> bool:
    """Tell whether the actor sees a case that ``departments`` handle or were asked about."""
    scope = scope_of(actor)
    return may(actor, "case.see") and (scope.everything or bool(scope.departments & departments))
