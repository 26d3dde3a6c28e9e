"""The remaining kinds of node, which only have to grow the way all nodes here grow."""

from __future__ import annotations

from typing import Any

from SpiffWorkflow.bpmn.specs.defaults import (
    EndEvent,
    ExclusiveGateway,
    IntermediateThrowEvent,
    StartEvent,
    UserTask,
)

from engine.process.bpmn.overrides.growth import Choosing, Growing


class Person(Growing, UserTask):
    """A user task."""


class Exclusive(Choosing, ExclusiveGateway):
    """An exclusive gateway: the first flow in the file whose condition holds, else the default."""


class Begin(Growing, StartEvent):
    """A start event without a trigger."""

    def _update_hook(self, my_task: Any) -> bool:
        my_task._inherit_data()
        return True

    def _run_hook(self, my_task: Any) -> bool:
        return True

    def _on_ready_hook(self, my_task: Any) -> None:
        """Do nothing: there is no event to wait for."""


class Finish(Growing, EndEvent):
    """An end event, plain or terminating."""

    def _run_hook(self, my_task: Any) -> bool:
        return True


class Milestone(Growing, IntermediateThrowEvent):
    """An intermediate event without a trigger: a named point in the flow."""
