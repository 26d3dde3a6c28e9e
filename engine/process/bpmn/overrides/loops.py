"""Multi-instance activities: one child for each item, and nothing comes back.

Faults cured.  A stock multi-instance merges every child's data into the process, so parallel
branches overwrite each other, leaves its item variable behind and refuses to be entered again while
it is there; and its merge callback is connected on the shared node by whichever thread comes first.
Here a child's data ends with the child: opinions and results are rows, and the conclusion is a pure
rule over rows.  The callback is connected once, when the definition is built.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import Any

from SpiffWorkflow.bpmn.specs.defaults import (
    ParallelMultiInstanceTask,
    SequentialMultiInstanceTask,
)
from SpiffWorkflow.bpmn.specs.mixins.multiinstance_task import MultiInstanceTask
from SpiffWorkflow.util.task import TaskState

from engine.process.bpmn.errors import ProcessFault
from engine.process.bpmn.expressions import evaluate
from engine.process.bpmn.overrides.growth import Growing

MAX_INSTANCES = 500
"""Most children of one multi-instance: a joint review has a dozen departments."""


class Several(Growing, MultiInstanceTask):
    """What the parallel and the sequential form share."""

    def connect_children(self) -> None:
        """Have the children's completion reported to this node; called once for each node."""
        child = self._wf_spec.task_specs[self.task_spec]
        if not child.completed_event.is_connected(self.merge_child):
            child.completed_event.connect(self.merge_child)

    def _update_hook(self, my_task: Any) -> bool:
        my_task._inherit_data()
        my_task.internal_data["items"] = self._items(my_task)
        my_task.internal_data["done"] = 0
        my_task._set_state(TaskState.STARTED)
        self._open_more(my_task, 0)
        return not my_task.internal_data["items"]

    def _items(self, my_task: Any) -> list[Any]:
        if self.cardinality is not None:
            count = evaluate(self.cardinality, my_task.data)
            items: Any = list(range(count)) if type(count) is int else None
        else:
            items = my_task.data.get(self.data_input.bpmn_id)
        if not isinstance(items, Sequence) or isinstance(items, str) or len(items) > MAX_INSTANCES:
            raise ProcessFault(
                element=self.bpmn_name or self.bpmn_id,
                reason=f"多实例需要一个不超过 {MAX_INSTANCES} 项的列表",
            )
        return list(items)

    @abstractmethod
    def _open_more(self, my_task: Any, done: int) -> None:
        """Open the children that may be open once ``done`` are done."""

    def _open(self, my_task: Any, index: int) -> None:
        child = my_task._add_child(self._wf_spec.task_specs[self.task_spec], TaskState.FUTURE)
        child.triggered = True
        child.internal_data["index"] = index
        if self.input_item is not None:
            child.internal_data["item"] = my_task.internal_data["items"][index]
            child.internal_data["variable"] = self.input_item.bpmn_id
        child.task_spec._update(child)

    def merge_child(self, workflow: Any, child: Any) -> None:
        """Count a completed child; nothing of its data is kept."""
        my_task = child.parent
        my_task.internal_data["done"] += 1
        done = my_task.internal_data["done"]
        if self.condition is not None and evaluate(self.condition, child.data):
            for other in my_task.children:
                other.cancel()
            done = len(my_task.internal_data["items"])
        if done == len(my_task.internal_data["items"]):
            my_task._ready()
        else:
            self._open_more(my_task, done)


class ParallelSeveral(Several, ParallelMultiInstanceTask):
    """All children open at once."""

    def _open_more(self, my_task: Any, done: int) -> None:
        if done == 0:
            for index in range(len(my_task.internal_data["items"])):
                self._open(my_task, index)


class SequentialSeveral(Several, SequentialMultiInstanceTask):
    """The next child opens when the one before is done."""

    def _open_more(self, my_task: Any, done: int) -> None:
        if done < len(my_task.internal_data["items"]):
            self._open(my_task, done)
