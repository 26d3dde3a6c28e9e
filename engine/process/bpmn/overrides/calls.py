"""Called processes and embedded subprocesses: what goes in and what comes back.

Faults cured.  A stock call without declared inputs copies everything in and everything back, so
that parallel branches overwrite each other (deny, grant, grant leaves grant), and a call whose
process ends by a terminate end event crashes looking for an end that was never reached.
"""

from __future__ import annotations

from typing import Any

from SpiffWorkflow.bpmn.specs.defaults import CallActivity, SubWorkflowTask
from SpiffWorkflow.bpmn.specs.mixins.subworkflow_task import SubWorkflowTask as SubWorkflowMixin
from SpiffWorkflow.util.task import TaskState

from engine.process.bpmn.errors import ProcessFault
from engine.process.bpmn.overrides.growth import Growing


class Entering(Growing, SubWorkflowMixin):
    """What calls and embedded subprocesses share: opening the inner process and waiting for it."""

    def _update_hook(self, my_task: Any) -> bool:
        my_task._inherit_data()
        my_task._set_state(TaskState.STARTED)
        top = my_task.workflow.top_workflow
        inner = top.create_subprocess(my_task, self.spec)
        inner.completed_event.connect(self._on_subworkflow_completed, my_task)
        inner.task_tree.data = self.given(my_task, inner)
        inner.task_tree._ready()
        return False

    def _on_subworkflow_completed(self, subworkflow: Any, my_task: Any) -> None:
        my_task.data = self.kept(my_task, subworkflow)
        my_task._ready()

    def given(self, my_task: Any, inner: Any) -> dict[str, Any]:
        """Return the data the inner process starts with."""
        data: dict[str, Any] = dict(my_task.data)
        return data

    def kept(self, my_task: Any, inner: Any) -> dict[str, Any]:
        """Return the data of this task once the inner process has ended."""
        data: dict[str, Any] = dict(inner.last_task.data)
        return data

    def thrown_out(self, my_task: Any, inner: Any, facts: dict[str, Any]) -> dict[str, Any]:
        """Return the data that leaves the inner process with something thrown where it had ``facts``."""
        return facts


class Embedded(Entering, SubWorkflowTask):
    """An embedded subprocess: a part of the same drawing, with the same data."""


class Call(Entering, CallActivity):
    """A call activity: the called process gets its declared inputs and gives its declared outputs."""

    def given(self, my_task: Any, inner: Any) -> dict[str, Any]:
        """Return the declared inputs; a missing one is a fault of the drawing."""
        return {name: self._value(my_task.data, name, "输入") for name in inner.spec.inputs_declared}

    def kept(self, my_task: Any, inner: Any) -> dict[str, Any]:
        """Return this task's data with the declared outputs put in."""
        end = inner.last_task.data
        outputs = {name: self._value(end, name, "输出") for name in inner.spec.outputs_declared}
        return {**my_task.data, **outputs}

    def thrown_out(self, my_task: Any, inner: Any, facts: dict[str, Any]) -> dict[str, Any]:
        """Return this task's data with those declared outputs that have a value already."""
        return {**my_task.data, **{name: facts[name] for name in inner.spec.outputs_declared if name in facts}}

    def _value(self, data: dict[str, Any], name: str, direction: str) -> Any:
        if name not in data:
            raise ProcessFault(
                element=self.bpmn_name or self.bpmn_id,
                reason=f"被调用流程“{self.spec}”的{direction}“{name}”还没有值",
            )
        return data[name]
