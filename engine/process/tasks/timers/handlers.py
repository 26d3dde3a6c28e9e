"""Timers that have come due ring in their process."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.foundation.store.unit import Unit
from engine.process.tasks import progress
from engine.process.tasks.incidents.queries import raise_incident
from engine.process.tasks.incidents.rules import timer_id
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
    """Note that timers could not ring and look again later; after many tries each of them is an incident.

    The administrator is told once; the incidents count every further try.
    """
    root_id, run = command.root_id, command.run
    sentence = f"流程定时（{root_id} 第 {run + 1} 次流程）多次未能触发：{command.error[:200]}"
    if queries.put_off(unit, root_id, run, command.error):
        notify(unit, root_id, "sys_admin", CENTER, "incident", sentence)
    for one in queries.failing(unit.connection, root_id, run, unit.now):
        id = timer_id(root_id, run, one.task_no)
        raise_incident(unit, id, root_id, one.element, sentence, one.attempts)
    return {}
