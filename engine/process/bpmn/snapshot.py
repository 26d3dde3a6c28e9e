"""The stored form of an instance: a few hundred bytes that mean something only with their bundle.

Faults cured: SpiffWorkflow's own serializer writes the whole definition into every instance, takes
twenty times as long to read, and loses data when the order of JSON keys changes.  A snapshot holds
open tasks only and names nodes by their place in the sorted names of the bundle, so the digest of
the bundle is one of its first fields and a different bundle is refused.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import msgspec

from engine.process.bpmn.definition import Bundle
from engine.process.bpmn.errors import SnapshotMismatch
from engine.process.bpmn.expressions import LockedEngine
from engine.process.bpmn.facts import copied
from engine.process.bpmn.overrides.task import CaseTask
from engine.process.bpmn.overrides.workflow import MainWorkflow

FORMAT: Final = 1
_SAME: Final = msgspec.Raw(b"\xc0")
"""Stands for data equal to the parent's, byte for byte."""

_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder()


@dataclass(slots=True)
class Live:
    """An instance in memory.  ``next_id`` is the number its next task will get."""

    top: Any
    next_id: int
    digest: str


def new_instance(bundle: Bundle) -> Any:
    """Return a main process of ``bundle`` without any task."""
    return MainWorkflow(bundle.specs[bundle.main.process_id], bundle.specs, LockedEngine())


def dump(live: Live, bundle: Bundle) -> bytes:
    """Return the snapshot of a pruned instance."""
    top = live.top
    workflows = [_workflow_row(workflow, bundle) for workflow in (top, *top.subprocesses.values())]
    return _encoder.encode((FORMAT, bytes.fromhex(bundle.digest), live.next_id, top.completed, top.data, workflows))


def _workflow_row(workflow: Any, bundle: Bundle) -> tuple[Any, ...]:
    name = workflow.spec.name
    places = bundle.layout.node_places[name]
    rows, written = [], {}
    for task in workflow.tasks.values():
        data = _encoder.encode(task.data)
        written[task.id] = data
        rows.append(
            (
                task.id,
                task._parent,
                places[task.task_spec.name],
                task.state,
                task.last_state_change,
                task.triggered,
                task.internal_data or None,
                _SAME if written.get(task._parent) == data else msgspec.Raw(data),
            )
        )
    return (workflow.parent_task_id, bundle.layout.process_places[name], rows)


def load(snapshot: bytes, bundle: Bundle) -> Live:
    """Return the instance stored in ``snapshot``, ready to go on.

    Raises :class:`SnapshotMismatch` when the snapshot was made with another bundle or is damaged.
    """
    try:
        form, digest, next_id, completed, data, workflows = _decoder.decode(snapshot)
        if form != FORMAT or digest != bytes.fromhex(bundle.digest):
            raise SnapshotMismatch
        top = new_instance(bundle)
        top.data, top.completed = data, completed
        for parent, place, rows in workflows:
            name = bundle.layout.processes[place]
            workflow = top if parent is None else attach(top, parent, name)
            _fill(workflow, rows, bundle.layout.nodes[name])
    except (msgspec.DecodeError, ValueError, TypeError, LookupError, AttributeError) as fault:
        raise SnapshotMismatch from fault
    return Live(top, next_id, bundle.digest)


def attach(top: Any, parent: int, name: str) -> Any:
    """Return a new, empty inner process ``name`` below the task ``parent``, which will hear of its end."""
    inner = top.attach(parent, name)
    caller = top.find(parent)
    # Without this the caller would never hear that its process has ended.
    inner.completed_event.connect(caller.task_spec._on_subworkflow_completed, caller)
    return inner


def _fill(workflow: Any, rows: list[Any], nodes: tuple[str, ...]) -> None:
    specs = workflow.spec.task_specs
    for number, parent, place, state, changed, triggered, internal, data in rows:
        task = CaseTask.restored(
            workflow, specs[nodes[place]], number=number, parent=parent, state=state, changed=changed
        )
        task.triggered = triggered
        task.internal_data = internal or {}
        # A list shared with the parent would change with it.
        task.data = copied(workflow.tasks[parent].data) if data is None else data
        if parent is None:
            workflow.task_tree = task
