"""Where branches come together: parallel, inclusive, and the end of a process.

Faults cured.  Stock joins keep one waiting task and recognise arrivals by finished tasks in the
tree.  In a rework loop the finished tasks of the last round are still there, so a parallel join
fires with a branch still open (whenever the other branch is first in the next round) and an
inclusive join fires after the first branch always; instances then die with TaskNotFoundException.
Over inclusive blocks nested in each other a stock inclusive join may fire early even without a loop.
Stock also gives the last branch's value to every fact, even to one the branch never touched.

Here every arrival is a waiting task of its own, which is a token on that incoming flow, no more and
no less.  A join looks at the tokens there are, only after the step that moved one is over.
"""

from __future__ import annotations

from abc import abstractmethod
from collections import Counter
from typing import Any

from SpiffWorkflow.bpmn.specs.bpmn_task_spec import BpmnTaskSpec
from SpiffWorkflow.bpmn.specs.defaults import InclusiveGateway, ParallelGateway
from SpiffWorkflow.bpmn.specs.mixins.unstructured_join import UnstructuredJoin
from SpiffWorkflow.util.task import TaskState

from engine.process.bpmn.facts import merged
from engine.process.bpmn.overrides.catching import EventGateway
from engine.process.bpmn.overrides.growth import Choosing, Growing
from engine.process.bpmn.overrides.task import ACTIVE


class Meeting(Growing):
    """A node where tokens wait for each other."""

    def _update_hook(self, my_task: Any) -> bool:
        if my_task.state != TaskState.WAITING:
            my_task._inherit_data()
            if self.opens_at_once:
                return True
            my_task._set_state(TaskState.WAITING)
            # The other followers of the same step may not have been placed yet: the workflow asks
            # again when the step is over.
            return False
        taken = self.taken(my_task)
        if not taken:
            return False
        my_task.data = merged(common_data(taken), [task.data for task in taken])
        for task in taken:
            if task is not my_task:
                task.cancel()
        return True

    @property
    def opens_at_once(self) -> bool:
        """Whether there is only one way in, so that there is nothing to wait for."""
        return len(self._inputs) == 1

    @abstractmethod
    def taken(self, my_task: Any) -> list[Any]:
        """Return the arrivals the join would consume now, ``my_task`` among them; empty to wait."""

    def arrivals(self, my_task: Any) -> list[Any]:
        """Return the tokens waiting at this node, in the order they came."""
        return [
            task
            for task in my_task.workflow.tasks.values()
            if task.task_spec is self and task.state == TaskState.WAITING
        ]


def common_data(tasks: list[Any]) -> dict[str, Any]:
    """Return the data of the nearest task all of ``tasks`` come from."""
    shared = _line(tasks[0])
    for task in tasks[1:]:
        line = set(map(id, _line(task)))
        shared = [above for above in shared if id(above) in line]
    return dict(shared[0].data) if shared else {}


def _line(task: Any) -> list[Any]:
    line, above = [], task
    while above is not None:
        line.append(above)
        above = above.parent
    return line


class ParallelMeeting(Meeting, ParallelGateway):
    """A parallel gateway: waits for one token on every incoming flow."""

    def taken(self, my_task: Any) -> list[Any]:
        """Return the oldest token of every incoming flow once there is one on each."""
        missing: Counter[str] = Counter(self._inputs)
        taken = []
        for task in self.arrivals(my_task):
            source = task.parent.task_spec.name
            if missing[source] > 0:
                missing[source] -= 1
                taken.append(task)
        complete = not any(missing.values())
        # Should a second token wait on some flow, the older one goes first.
        return taken if complete and my_task in taken else []

    def _run_hook(self, my_task: Any) -> bool:
        return True


class InclusiveMeeting(Meeting, Choosing, InclusiveGateway):
    """An inclusive gateway: waits while a token elsewhere can still reach an empty incoming flow.

    The rule is that of BPMN 2.0, 13.4.3: a token elsewhere is waited for if it can reach an incoming
    flow without a token and cannot reach one that has a token, never passing this gateway.
    """

    def taken(self, my_task: Any) -> list[Any]:
        """Return the oldest token of every flow that has one, unless another is on its way."""
        oldest: dict[str, Any] = {}
        for task in self.arrivals(my_task):
            oldest.setdefault(task.parent.task_spec.name, task)
        if my_task not in oldest.values():
            return []
        filled = set(oldest)
        for task in my_task.workflow.tasks.values():
            if task.task_spec is not self and task.has_state(ACTIVE):
                ahead = self._ahead(_place(task))
                if ahead - filled and not ahead & filled:
                    return []
        return list(oldest.values())

    def _ahead(self, name: str) -> frozenset[str]:
        """Return the inputs of this gateway a token at the node ``name`` can come through."""
        inputs: frozenset[str] = self._wf_spec.reach(name, self.name)
        return inputs

    def _run_hook(self, my_task: Any) -> bool:
        matches, defaults = self._get_matching_outputs(my_task)
        my_task._sync_children(matches or defaults, TaskState.FUTURE)
        return True


def _place(task: Any) -> str:
    """Return the node a token stands at: behind an event-based gateway it can still go every way."""
    above = task.parent
    waits = above is not None and isinstance(above.task_spec, EventGateway)
    return str(above.task_spec.name if waits else task.task_spec.name)


class EndMeeting(Meeting, UnstructuredJoin, BpmnTaskSpec):
    """The end of a process: waits until there is no other token in it."""

    @property
    def opens_at_once(self) -> bool:
        """Never: other tokens may be anywhere, even when there is one end event."""
        return False

    def taken(self, my_task: Any) -> list[Any]:
        """Return every token at the end once there is none elsewhere."""
        for task in my_task.workflow.tasks.values():
            if task.task_spec is not self and task.has_state(TaskState.NOT_FINISHED_MASK):
                return []
        arrivals = self.arrivals(my_task)
        return arrivals if my_task is arrivals[-1] else []

    def _run_hook(self, my_task: Any) -> bool:
        my_task.workflow.data.update(my_task.data)
        return True
