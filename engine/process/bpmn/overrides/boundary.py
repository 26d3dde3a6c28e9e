"""Boundary events: an activity, and what may happen while it is open.

Faults cured.  A stock timer belongs to its element, asks the machine's clock and starts anew when a
rework loop comes back to it, so it cannot be a legal deadline; a stock non-interrupting message is
caught once only; and the stock join of a boundary group looks for its split up the tree, where the
groups of earlier rounds are too.  Here a clock has no time of its own (its row in the deadline table
is its only time and ``fire_clock`` delivers it), a plain timer keeps its due instant in its own task,
what may happen again waits again, and a group ends the moment one of its tasks decides it, looking at
its own split only.
"""

from __future__ import annotations

from typing import Any

from SpiffWorkflow.bpmn.specs.control import BoundaryEventSplit
from SpiffWorkflow.bpmn.specs.defaults import BoundaryEvent
from SpiffWorkflow.util.task import TaskState

from engine.process.bpmn.overrides.growth import Arming
from engine.process.bpmn.overrides.waiting import Waiting


class DeliveredBoundary(Waiting, BoundaryEvent):
    """A boundary event that waits, while its activity is open, to be told that it has happened."""

    def ring(self, my_task: Any) -> None:
        """Let it happen: an interrupting one closes its activity first, another may wait once more."""
        if self.cancel_activity:
            my_task.parent.task_spec.interrupt(my_task.parent, my_task)
        else:
            self._wait_again(my_task)
        my_task._ready()

    def _wait_again(self, my_task: Any) -> None:
        written = self.event_definition.again(my_task)
        if written is not None:
            again = my_task.parent._add_child(self, TaskState.FUTURE)
            again.internal_data = written
            again._inherit_data()
            again._set_state(TaskState.WAITING)


class ArmingSplit(Arming, BoundaryEventSplit):
    """Opens an activity together with its boundaries and closes what the first to finish makes void."""

    def disarm(self, group: Any, finished: Any) -> None:
        """When the activity is done, its boundaries wait no longer."""
        if not isinstance(finished.task_spec, BoundaryEvent):
            self.interrupt(group, finished)

    def _run_hook(self, my_task: Any) -> bool:
        return True
