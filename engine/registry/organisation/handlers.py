"""Sitting down at a window."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.foundation.journal.tags import tag
from engine.foundation.store.unit import Unit
from engine.registry.organisation.commands import TakeSeat
from engine.registry.organisation.queries import take_seat

SAT_DOWN = tag("window.sat_down", "到岗：{window}")


def sit_down(command: TakeSeat, unit: Unit) -> Mapping[str, Any]:
    """Note at which window the actor sits, in the account's own chain; raise WindowUnknown."""
    found = take_seat(unit, command.window)
    chain = unit.lock_or_create(f"account:{unit.actor.account}", "account").id
    unit.record(SAT_DOWN, chain, window=found.name, id=found.id)
    return {"window": found.id}
