"""Clock boundaries: an activity, and the legal clocks that may ring while it is open.

Faults cured.  A stock timer belongs to its element, asks the machine's clock and starts anew when a
rework loop comes back to it, so it cannot be a legal deadline; and the stock join of a boundary
group looks for its split up the tree, where the groups of earlier rounds are too.  Here a clock has
no time of its own (its row in the deadline table is its only time and ``fire_clock`` delivers it),
and a group ends the moment one of its tasks decides it, looking at its own split only.
"""

from __future__ import annotations

from typing import Any

from SpiffWorkflow.bpmn.specs.control import BoundaryEventSplit
from SpiffWorkflow.bpmn.specs.defaults import BoundaryEvent
from SpiffWorkflow.bpmn.specs.event_definitions.base import EventDefinition
from SpiffWorkflow.util.task import TaskState

from engine.process.bpmn.overrides.growth import Arming, Growing


class ClockEventDefinition(EventDefinition):
    """A named legal clock: it fires when it is told to, and never by looking at the time."""


class MessageEventDefinition(EventDefinition):
    """A named message to the case: it is delivered by a command, and never by another process."""


class DeliveredBoundary(Growing, BoundaryEvent):
    """A boundary event that waits, while its activity is open, to be told that it has happened."""

    def _update_hook(self, my_task: Any) -> bool:
        if my_task.state != TaskState.WAITING:
            my_task._inherit_data()
            my_task._set_state(TaskState.WAITING)
        return False

    def ring(self, my_task: Any) -> None:
        """Let it happen: an interrupting one closes its activity first."""
        if self.cancel_activity:
            my_task.parent.task_spec.interrupt(my_task.parent, my_task)
        my_task._ready()

    def _run_hook(self, my_task: Any) -> bool:
        return True

    def _on_ready_hook(self, my_task: Any) -> None:
        """Do nothing: what is delivered is not kept in SpiffWorkflow's list of waiting events."""


class ClockBoundary(DeliveredBoundary):
    """Waits for its clock."""


class MessageBoundary(DeliveredBoundary):
    """Waits for a message: the applicant withdraws, the case turns out to be filed wrongly."""


class ArmingSplit(Arming, BoundaryEventSplit):
    """Opens an activity together with its boundaries and closes what the first to finish makes void."""

    def disarm(self, group: Any, finished: Any) -> None:
        """When the activity is done, its boundaries wait no longer."""
        if not isinstance(finished.task_spec, BoundaryEvent):
            self.interrupt(group, finished)

    def interrupt(self, group: Any, keep: Any) -> None:
        """Cancel everything in the group that is still open, except ``keep``."""
        for task in group.children:
            if task is not keep and task.has_state(TaskState.NOT_FINISHED_MASK):
                task.cancel()

    def _run_hook(self, my_task: Any) -> bool:
        return True
