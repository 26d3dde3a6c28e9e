"""No guesses about the future: a task gets its followers when it completes, not before.

Faults cured: SpiffWorkflow predicts the rest of the process below every task.  Predicted tasks make
up most of an instance, a straight chain of some hundreds of nodes ends in a RecursionError, a loop
without a gateway never stops predicting, and which numbers tasks get depends on the predictions.
"""

from __future__ import annotations

from abc import abstractmethod
from typing import Any

from SpiffWorkflow.specs.base import TaskSpec
from SpiffWorkflow.util.task import TaskState


class Growing(TaskSpec):
    """Mixed into every kind of node: grows one step at a time and leaves its boundary group."""

    def _predict(self, my_task: Any, *args: Any, **kwargs: Any) -> None:
        """Predict nothing."""

    def _on_complete(self, my_task: Any) -> None:
        self._leave_group(my_task)
        self._grow(my_task)
        super()._on_complete(my_task)

    def _grow(self, my_task: Any) -> None:
        my_task._sync_children(self.outputs, TaskState.FUTURE)

    def _leave_group(self, my_task: Any) -> None:
        # An activity with boundary events hangs below the node that armed them.
        above = my_task.parent
        if above is not None and isinstance(above.task_spec, Arming):
            above.task_spec.disarm(above, my_task)


class Arming(Growing):
    """A node that opens a group of tasks that depend on each other; see ``boundary.py`` and ``catching.py``."""

    @abstractmethod
    def disarm(self, group: Any, finished: Any) -> None:
        """Take away what ``finished``, one of the group, leaves without purpose."""

    def interrupt(self, group: Any, keep: Any) -> None:
        """Cancel everything in the group that is still open, except ``keep``."""
        for task in group.children:
            if task is not keep and task.has_state(TaskState.NOT_FINISHED_MASK):
                task.cancel()


class Choosing(Growing):
    """A gateway that has already chosen its followers when it completes."""

    def _grow(self, my_task: Any) -> None:
        """Keep what was chosen while the gateway ran."""
