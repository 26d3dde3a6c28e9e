"""What waits in the flow itself: catch events, receive tasks, and the gateway that waits for several at once.

Faults cured.  A stock event-based gateway takes the events away from the elements behind it and holds
them itself under one value, so that of two timers the second never rings; and a receive task without a
message is passed straight through.  Here the gateway opens everything behind it and the first to be
told closes the others.
"""

from __future__ import annotations

from typing import Any

from SpiffWorkflow.bpmn.specs.defaults import IntermediateCatchEvent, ReceiveTask
from SpiffWorkflow.bpmn.specs.mixins import BpmnSpecMixin

from engine.process.bpmn.overrides.growth import Arming
from engine.process.bpmn.overrides.waiting import Waiting


class Catch(Waiting, IntermediateCatchEvent):
    """An intermediate event that waits for a message or a timer."""

    def ring(self, my_task: Any) -> None:
        """Let it happen; behind an event-based gateway nothing else can any more."""
        above = my_task.parent
        if isinstance(above.task_spec, EventGateway):
            above.task_spec.interrupt(above, my_task)
        super().ring(my_task)


class Receiver(Waiting, ReceiveTask):
    """A receive task: an activity that is done when its message is there."""


class EventGateway(Arming, BpmnSpecMixin):
    """An event-based gateway: the first of the events behind it chooses the way."""

    def disarm(self, group: Any, finished: Any) -> None:
        """Do nothing: what rang has closed the others already."""

    def _run_hook(self, my_task: Any) -> bool:
        return True
