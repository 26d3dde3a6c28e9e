"""Instances made of our tasks, driven by an agenda instead of repeated searches of the tree.

Faults cured: SpiffWorkflow builds its root task and its inner processes with its own classes, finds
what is ready by walking the whole tree again and again, runs each inner process to the end before
its neighbours, and has no bound on how long a step may run by itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from SpiffWorkflow.bpmn.specs.mixins.events.intermediate_event import BoundaryEvent
from SpiffWorkflow.bpmn.util.subworkflow import BpmnBaseWorkflow, BpmnSubWorkflow
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.util.task import TaskState

from engine.process.bpmn.context import turn
from engine.process.bpmn.errors import ProcessFault
from engine.process.bpmn.overrides.task import CaseTask
from engine.process.bpmn.overrides.walk import walk

MAX_STEPS: Final = 5_000
"""Most elements one advance may run by itself before it is stopped as an endless loop."""

MAX_CALL_DEPTH: Final = 12
"""Deepest nesting of called and embedded processes."""


class CaseWorkflow(BpmnBaseWorkflow):
    """What the main process and inner processes share."""

    def plant(self) -> None:
        """Make the root task of a new process."""
        self.task_tree = CaseTask(self, self.spec.start)

    def get_tasks_iterator(self, first_task: Any = None, **kwargs: Any) -> Iterator[Any]:
        """Yield the tasks that match; see :func:`walk`."""
        return walk(first_task or self.task_tree, **kwargs)

    def update_waiting_tasks(self) -> None:
        """Ask every join that has a token waiting whether it fires now."""
        for task in list(self.tasks.values()):
            if task.state == TaskState.WAITING and not isinstance(task.task_spec, BoundaryEvent):
                task.task_spec._update(task)

    def cancel(self, success: bool = False) -> list[Any]:
        """Cancel everything open in this process and in the processes it has called."""
        self.success = success
        self.completed = True
        open_tasks = [t for t in self.tasks.values() if t.has_state(TaskState.NOT_FINISHED_MASK)]
        for task in open_tasks:
            task.cancel()
        return open_tasks

    def _mark_complete(self, task: Any) -> None:
        self.data.update(task.data)
        self.completed = True


class InnerWorkflow(CaseWorkflow, BpmnSubWorkflow):
    """A called process or an embedded subprocess that is running."""


class MainWorkflow(CaseWorkflow, BpmnWorkflow):
    """The main process of an instance, with everything that runs inside it."""

    def __init__(self, spec: Any, subprocess_specs: Any, script_engine: Any) -> None:
        super().__init__(spec, subprocess_specs, script_engine=script_engine, deserializing=True)

    def create_subprocess(self, my_task: Any, spec_name: str) -> InnerWorkflow:
        """Open the process ``spec_name`` below ``my_task``."""
        inner = self.attach(my_task.id, spec_name)
        if inner.depth > MAX_CALL_DEPTH:
            raise ProcessFault(
                element=my_task.task_spec.bpmn_name or my_task.task_spec.bpmn_id,
                reason=f"流程调用超过 {MAX_CALL_DEPTH} 层，可能在互相调用",
            )
        inner.plant()
        return inner

    def attach(self, task_id: int, spec_name: str) -> InnerWorkflow:
        """Return a new, empty inner process below the task with this number."""
        inner = InnerWorkflow(self.subprocess_specs[spec_name], task_id, self, deserializing=True)
        self.subprocesses[task_id] = inner
        return inner

    def find(self, task_id: int) -> Any:
        """Return the task with this number in the main or any inner process, or None."""
        for workflow in (self, *self.subprocesses.values()):
            if task_id in workflow.tasks:
                return workflow.tasks[task_id]
        return None

    def all_tasks(self) -> Iterator[Any]:
        """Yield the tasks of the main process and of all open inner processes."""
        yield from self.tasks.values()
        for inner in self.subprocesses.values():
            if not inner.completed:
                yield from inner.tasks.values()

    def run_agenda(self) -> None:
        """Run everything that can run by itself, in the order it became ready."""
        agenda, steps = turn().agenda, 0
        while agenda:
            task = agenda.popleft()
            if task.state != TaskState.READY:
                continue
            steps += 1
            if steps > MAX_STEPS:
                raise ProcessFault(
                    element=task.task_spec.bpmn_name or task.task_spec.name,
                    reason=f"自动执行超过 {MAX_STEPS} 步仍未停下，流程里有不经过人工环节的循环",
                )
            turn().running = task
            task.run()
