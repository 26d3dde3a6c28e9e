"""Errors and escalations: thrown where the drawing says so, caught by the nearest boundary around it.

Faults cured.  A stock error event is offered to the whole instance, reads its code from an attribute that
BPMN does not have, and when nobody catches it the process just ends as if all were well; what a stock
error end leaves open inside the activity goes on.  Here the search goes outwards from the element that
throws, one activity at a time, through calls and out of multi-instances; an error nobody catches is a
fault and the advance has not happened.
"""

from __future__ import annotations

from typing import Any

from SpiffWorkflow.bpmn.specs.defaults import EndEvent, IntermediateThrowEvent
from SpiffWorkflow.util.task import TaskState

from engine.process.bpmn.errors import ProcessFault
from engine.process.bpmn.overrides.boundary import ArmingSplit
from engine.process.bpmn.overrides.growth import Growing
from engine.process.bpmn.overrides.loops import Several
from engine.process.bpmn.overrides.waiting import Happening


class Throwing(Growing):
    """A node that throws before it passes its token on."""

    event_definition: Any

    def _on_complete(self, my_task: Any) -> None:
        self.throw(my_task)
        # An interrupting boundary has closed everything here, this token included.
        if not my_task.workflow.completed:
            super()._on_complete(my_task)

    def throw(self, my_task: Any) -> bool:
        """Tell the nearest boundary that catches it, with the facts that come out; return whether there is one."""
        caught = _catcher(my_task, self.event_definition)
        if caught is None:
            return False
        boundary, facts = caught
        boundary.data = {**boundary.data, **facts}
        boundary.task_spec.ring(boundary)
        return True

    def _run_hook(self, my_task: Any) -> bool:
        return True


class ErrorEnd(Throwing, EndEvent):
    """An end event that throws an error."""

    def throw(self, my_task: Any) -> bool:
        """Tell the nearest boundary; a process cannot end normally with an error nobody has caught."""
        if not super().throw(my_task):
            code = self.event_definition.name
            raise ProcessFault(element=self.bpmn_name or self.bpmn_id, reason=f"错误“{code}”没有边界事件接住")
        return True


class EscalationEnd(Throwing, EndEvent):
    """An end event that throws an escalation."""


class EscalationThrow(Throwing, IntermediateThrowEvent):
    """An intermediate event that throws an escalation and goes on."""


def _catcher(my_task: Any, thrown: Happening) -> tuple[Any, dict[str, Any]] | None:
    """Return the innermost boundary that catches what is ``thrown`` at ``my_task``, and the facts it gets."""
    top, inner, facts = my_task.workflow.top_workflow, my_task.workflow, dict(my_task.data)
    while (caller := inner.parent_task_id) is not None:
        host = top.find(caller)
        facts = host.task_spec.thrown_out(host, inner, facts)
        if isinstance(host.parent.task_spec, Several):
            host = host.parent
            facts = dict(host.data)  # Nothing comes back out of a multi-instance.
        if isinstance(host.parent.task_spec, ArmingSplit):
            fitting = [task for task in host.parent.children if _catches(task, thrown)]
            if fitting:
                # One that names the code goes before one that catches every code.
                return max(fitting, key=lambda task: bool(task.task_spec.event_definition.name)), facts
        inner = host.workflow
    return None


def _catches(task: Any, thrown: Happening) -> bool:
    if task.state != TaskState.WAITING:
        return False
    waited = task.task_spec.event_definition
    return type(waited) is type(thrown) and waited.name in ("", thrown.name)
