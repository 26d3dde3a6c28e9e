"""Tasks that take their number and their time from the turn being played.

Faults cured: SpiffWorkflow numbers tasks with random UUIDs and reads the machine's clock from
module globals, so a run cannot be repeated and threads cannot each have their own; it deep-merges
inherited data, which truncates lists and drops what occurs twice in them; and it builds log records
nobody reads.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from engine.process.bpmn.context import turn
from engine.process.bpmn.overrides.walk import walk

ACTIVE = TaskState.WAITING | TaskState.READY | TaskState.STARTED
"""States of a task that holds a token."""


class CaseTask(Task):
    """A task of an instance: numbered, timed and data-separated by our rules."""

    def __init__(
        self, workflow: Any, task_spec: Any, parent: CaseTask | None = None, state: int = TaskState.FUTURE
    ) -> None:
        current = turn()
        above = parent.id if parent is not None else None
        self._fill(workflow, task_spec, current.take_id(), above, state, current.now.timestamp())

    @classmethod
    def restored(
        cls, workflow: Any, task_spec: Any, *, number: int, parent: int | None, state: int, changed: float
    ) -> CaseTask:
        """Return a task as it was stored; nothing is asked and nothing is announced."""
        task = cls.__new__(cls)
        task._fill(workflow, task_spec, number, parent, state, changed)
        return task

    def _fill(self, workflow: Any, task_spec: Any, number: int, parent: int | None, state: int, changed: float) -> None:
        # The parent class's __init__ is not called: it draws a UUID and reads the machine's clock.
        self.id = number
        self.workflow = workflow
        self._parent = parent
        self._children: list[int] = []
        self._state = state
        self.triggered = False
        self.task_spec = task_spec
        self.thread_id = 0
        self.data: dict[str, Any] = {}
        self.internal_data: dict[str, Any] = {}
        self.last_state_change = changed
        self.told: Any = None
        """What is told of it while it is an open user task; see report.py."""
        workflow.tasks[number] = self
        if parent is not None:
            workflow.tasks[parent]._children.append(number)

    def _add_child(self, task_spec: Any, state: int = TaskState.FUTURE) -> CaseTask:
        return CaseTask(self.workflow, task_spec, self, state=state)

    def _set_state(self, value: int) -> None:
        if value == self._state:
            return
        current = turn()
        self._state = value
        self.last_state_change = current.now.timestamp()
        if value == TaskState.READY and not self.task_spec.manual:
            current.agenda.append(self)
        elif value & TaskState.FINISHED_MASK:
            current.finished.append(self)

    def _inherit_data(self) -> None:
        self.data = {**self.data, **self.parent.data}
        if "variable" in self.internal_data:
            # The item of a multi-instance child belongs to this child alone.
            self.data[self.internal_data["variable"]] = self.internal_data["item"]

    def cancel(self) -> None:
        """Cancel this task and, first, the children of a multi-instance that are still open.

        Stock drops the children without cancelling them, so that the processes they called run on.
        """
        if self.has_state(TaskState.FINISHED_MASK):
            return
        for child in self.children:
            child.cancel()
        self._set_state(TaskState.CANCELLED)
        self.task_spec._on_cancel(self)

    def __iter__(self) -> Iterator[Any]:
        return walk(self)
