"""What the person at a task concludes, kept as an opinion of the case."""

from __future__ import annotations

from engine.casework.cases.file.queries import give_opinion
from engine.foundation.store.unit import Unit
from engine.process.tasks.rules import Task


def say(unit: Unit, task: Task, kind: str, conclusion: str, text: str, basis: str | None = None) -> None:
    """Append the actor's opinion to the case of ``task``, in the name of the place where the task is done."""
    give_opinion(
        unit, task.root_id, kind=kind, department=task.department, conclusion=conclusion, text=text, basis=basis
    )
