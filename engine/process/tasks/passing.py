"""A draft goes along when a task goes into other hands: as a copy, for it stays its writer's."""

from __future__ import annotations

from engine.foundation.store.unit import Unit
from engine.foundation.vault import Vault
from engine.process.tasks.queries import draft_of
from engine.process.tasks.rules import Task
from engine.process.tasks.shift.queries import copy_draft


def pass_draft(unit: Unit, task: Task, giver: str, receiver: str) -> bool:
    """Give ``receiver`` a copy of what ``giver`` has typed into the task's form; tell whether there was anything."""
    draft = draft_of(unit.connection, unit.part(Vault), task.id, giver)
    if draft is not None:
        copy_draft(unit, task.root_id, task.id, receiver, draft, giver=giver)
    return draft is not None
