"""The shared definition of one process, with our own first and last nodes.

Fault cured: SpiffWorkflow adds a start, a join and an end of its own classes to every process; they
predict, and they search the tree.  The specification also tells which nodes can reach a join, worked
out once, because the definition is shared by all instances and all threads and never changes.
"""

from __future__ import annotations

from typing import Any

from SpiffWorkflow.bpmn.specs.bpmn_process_spec import BpmnProcessSpec
from SpiffWorkflow.bpmn.specs.control import BpmnStartTask, SimpleBpmnTask
from SpiffWorkflow.specs import WorkflowSpec

from engine.process.bpmn.overrides.growth import Growing
from engine.process.bpmn.overrides.joins import EndMeeting, InclusiveMeeting
from engine.process.bpmn.overrides.loops import Several


class FirstNode(Growing, BpmnStartTask):
    """SpiffWorkflow's own node before the start event."""


class LastNode(Growing, SimpleBpmnTask):
    """SpiffWorkflow's own node after everything has ended."""


class ProcessSpec(BpmnProcessSpec):
    """One process, or one embedded subprocess, ready to be run any number of times."""

    def __init__(self, name: str, description: str, process_id: str) -> None:
        """``process_id`` is the process whose drawing this belongs to."""
        # The parent's __init__ is not called: it would make its own first and last nodes.
        WorkflowSpec.__init__(self, name=name)
        self.start = FirstNode(self, "Start")
        self.end = EndMeeting(self, f"{name}.EndJoin")
        self.end.connect(LastNode(self, "End"))
        self.svg = None
        self.description = description
        self.process_id = process_id
        self.io_specification = None
        self.inputs_declared: tuple[str, ...] = ()
        self.outputs_declared: tuple[str, ...] = ()
        self.data_objects: dict[str, Any] = {}
        self.data_stores: dict[str, Any] = {}
        self.correlation_keys: dict[str, Any] = {}
        self.bpmn_start_events: list[Any] = []
        self._reach: dict[str, dict[str, frozenset[str]]] = {}

    def seal(self) -> None:
        """Finish the specification: from here on it is only read."""
        for task_spec in self.task_specs.values():
            if isinstance(task_spec, Several):
                task_spec.connect_children()
            elif isinstance(task_spec, InclusiveMeeting):
                self._reach[task_spec.name] = self._reach_of(task_spec)

    def reach(self, name: str, join: str) -> frozenset[str]:
        """Return the inputs of ``join`` that a token at node ``name`` can come through."""
        return self._reach[join].get(name, frozenset())

    def _reach_of(self, join: Any) -> dict[str, frozenset[str]]:
        reached: dict[str, set[str]] = {}
        for source in set(join._inputs):
            queue, seen = [source], {join.name}
            while queue:
                name = queue.pop()
                if name in seen:
                    continue
                seen.add(name)
                reached.setdefault(name, set()).add(source)
                queue.extend(self.task_specs[name]._inputs)
        return {name: frozenset(sources) for name, sources in reached.items()}
