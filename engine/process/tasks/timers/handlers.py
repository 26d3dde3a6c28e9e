"""Timers that have come due ring in their process."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.foundation.store.unit import Unit
from engine.process.tasks import progress
from engine.process.tasks.incidents.queries import raise_incident
from engine.process.tasks.incidents.rules import never_came, timer_id
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

    The administrator is told of each once; the incidents count every further try.
    """
    root_id, run = command.root_id, command.run
    first = queries.put_off(unit, root_id, run, command.error)
    for one in queries.failing(unit.connection, root_id, run, unit.now):
        sentence = never_came(root_id, f"流程定时（{one.element}）", command.error)
        raise_incident(unit, timer_id(root_id, run, one.task_no), root_id, one.element, sentence, one.attempts)
        if first:
            notify(unit, root_id, "sys_admin", CENTER, "incident", sentence)
    return {}
