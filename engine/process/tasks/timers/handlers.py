"""Timers that have come due ring in their process."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.foundation.store.unit import Unit
from engine.process.tasks import progress
from engine.process.tasks.notifications.queries import notify
from engine.process.tasks.timers import queries
from engine.process.tasks.timers.commands import FireTimers, PutOffTimers
from engine.registry.organisation.queries import CENTER


def fire_timers(command: FireTimers, unit: Unit) -> Mapping[str, Any]:
    """Let every due timer of the run ring; when another host was quicker, nothing changes."""
    if not queries.any_due(unit, command.root_id, command.run):
        return {"fired": False}
    progress.fire_timers(unit, command.root_id, command.run)
    return {"fired": True}


def put_off_timers(command: PutOffTimers, unit: Unit) -> Mapping[str, Any]:
    """Note that timers could not ring and look again later; after many tries the administrator is told."""
    if queries.put_off(unit, command.root_id, command.run, command.error):
        sentence = f"流程定时（{command.root_id} 第 {command.run} 次流程）多次未能触发：{command.error[:200]}"
        notify(unit, command.root_id, "sys_admin", CENTER, "incident", sentence)
    return {}
