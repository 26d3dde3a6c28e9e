"""The stored form of an instance: a few hundred bytes that mean something only with their bundle.

Faults cured: SpiffWorkflow's own serializer writes the whole definition into every instance, takes
twenty times as long to read, and loses data when the order of JSON keys changes.  A snapshot holds
open tasks only and names nodes by their place in the sorted names of the bundle, so the digest of
the bundle is one of its first fields and a different bundle is refused.

What a task carries is written as its difference to what it got it from: the parent, or the caller of
an inner process.  Whole, the five hundred children of a multi-instance would each write the list
they were made from.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby, repeat
from typing import Any, Final

import msgspec

from engine.process.bpmn.definition import Bundle
from engine.process.bpmn.errors import SnapshotMismatch
from engine.process.bpmn.expressions import LockedEngine
from engine.process.bpmn.overrides.task import CaseTask
from engine.process.bpmn.overrides.workflow import MainWorkflow

FORMAT: Final = 2
"""Since 2 the logical state is a part of its own, without the times, and data are differences; 1 can be read."""

_MISSING: Final = object()

# Sorted: the same state is the same bytes, whatever the order in which its facts were set.
_encoder = msgspec.msgpack.Encoder(order="sorted")
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
    return sealed(live, bundle, state_bytes(live, bundle))


def sealed(live: Live, bundle: Bundle, state: bytes) -> bytes:
    """Return the snapshot of an instance whose :func:`state_bytes` are ``state``."""
    # Children that opened together have the same time: it is written once, with their number.
    times = [
        [(time, len(list(equal))) for time, equal in groupby(task.last_state_change for task in each.tasks.values())]
        for each in _workflows(live.top)
    ]
    return _encoder.encode((FORMAT, bytes.fromhex(bundle.digest), msgspec.Raw(state), times))


def state_bytes(live: Live, bundle: Bundle) -> bytes:
    """Return the logical state of a pruned instance: where its tokens are and what they carry, not since when."""
    top = live.top
    callers = {task.id: task for each in _workflows(top) for task in each.tasks.values()} if top.subprocesses else {}
    workflows = [_workflow_row(each, bundle, callers) for each in _workflows(top)]
    return _encoder.encode((live.next_id, top.completed, top.data, workflows))


def _workflows(top: Any) -> tuple[Any, ...]:
    return (top, *top.subprocesses.values())


def _workflow_row(workflow: Any, bundle: Bundle, callers: Mapping[int, Any]) -> tuple[Any, ...]:
    name, tasks = workflow.spec.name, workflow.tasks
    places = bundle.layout.node_places[name]
    rows = []
    for task in tasks.values():
        # The first task of an inner process got its data from the task that calls it.
        above = tasks[task._parent] if task._parent is not None else callers.get(workflow.parent_task_id)
        rows.append(
            (
                task.id,
                task._parent,
                places[task.task_spec.name],
                task._state,
                task.triggered,
                *(_difference(task, above) if above is not None else (task.internal_data or None, task.data)),
            )
        )
    return (workflow.parent_task_id, bundle.layout.process_places[name], rows)


def _difference(task: Any, above: Any) -> tuple[Any, Any]:
    """Return what makes the internal data and the data of ``task`` out of those of the task it got them from.

    Internal data that are one of a multi-instance's items are written as its index.  Of data there is None for
    nothing, True for the item, else what is set and what is gone.
    """
    internal, data, inherited = task.internal_data, task.data, above.data
    changed = {}
    for name, value in data.items():
        old = inherited.get(name, _MISSING)
        # What was inherited is the very same value; see facts.py.
        if old is not value and (old is _MISSING or not _equal(old, value)):
            changed[name] = value
    gone = () if inherited.keys() <= data.keys() else sorted(inherited.keys() - data.keys())
    difference = (changed, gone) if changed or gone else None
    if "variable" not in internal:
        return internal or None, difference
    item = internal["item"]
    only = len(changed) == 1 and not gone and _equal(changed.get(internal["variable"], _MISSING), item)
    return internal["index"] if _is_item(above, internal) else internal, True if only else difference


def _is_item(above: Any, internal: dict[str, Any]) -> bool:
    # A migration may have brought the child below a node that calls its items otherwise.
    items, named = above.internal_data.get("items"), getattr(above.task_spec, "input_item", None)
    if items is None or named is None or named.bpmn_id != internal["variable"]:
        return False
    return _equal(items[internal["index"]], internal["item"])


def _item(above: Any, index: int) -> dict[str, Any]:
    """Return the internal data of a child of the multi-instance ``above``."""
    variable = above.task_spec.input_item.bpmn_id
    return {"index": index, "item": above.internal_data["items"][index], "variable": variable}


def _equal(one: Any, other: Any) -> bool:
    """Whether two values are written alike: True is not 1, and 1 is not 1.0."""
    return one is other or (type(one) is type(other) and _encoder.encode(one) == _encoder.encode(other))


def load(snapshot: bytes, bundle: Bundle) -> Live:
    """Return the instance stored in ``snapshot``, ready to go on.

    Raises :class:`SnapshotMismatch` when the snapshot was made with another bundle or is damaged.
    """
    try:
        digest, next_id, completed, data, workflows = decoded(snapshot)
        if digest != bytes.fromhex(bundle.digest):
            raise SnapshotMismatch
        top = new_instance(bundle)
        top.data, top.completed = data, completed
        callers: dict[int, Any] = {}
        for parent, place, rows in workflows:
            name = bundle.layout.processes[place]
            caller = None if parent is None else callers[parent]
            workflow = top if caller is None else attach(top, caller, name)
            _fill(workflow, rows, bundle.layout.nodes[name], caller)
            callers.update(workflow.tasks)
    except (msgspec.DecodeError, ValueError, TypeError, LookupError, AttributeError) as fault:
        raise SnapshotMismatch from fault
    return Live(top, next_id, bundle.digest)


def decoded(snapshot: bytes) -> tuple[Any, ...]:
    """Return the digest of the bundle, the next number, whether it has ended, its data and its processes.

    Each process is its caller's number, its place in the bundle and the rows of its tasks: number, parent, node, state,
    triggered, internal data, data (see :func:`_difference`) and time.  Raises what a damaged snapshot makes of it.
    """
    form, digest, *rest = _decoder.decode(snapshot)
    return (digest, *_FORMS[form](*rest))


def _second(state: Any, times: Any) -> tuple[Any, ...]:
    next_id, completed, data, workflows = state
    timed = [
        (parent, place, [(*row, time) for row, time in zip(rows, _each(changed), strict=True)])
        for (parent, place, rows), changed in zip(workflows, times, strict=True)
    ]
    return next_id, completed, data, timed


def _each(times: Any) -> Iterator[float]:
    for time, count in times:
        yield from repeat(time, count)


def _first(next_id: Any, completed: Any, data: Any, workflows: Any) -> tuple[Any, ...]:
    # The time stood in the middle of the row; data were None when equal to the parent's, else whole.
    timed = [
        (parent, place, [(*row[:4], *row[5:], row[4]) for row in rows]) for parent, place, rows in workflows
    ]
    return next_id, completed, data, timed


_FORMS: Final[Mapping[int, Callable[..., tuple[Any, ...]]]] = {1: _first, 2: _second}


def attach(top: Any, caller: Any, name: str) -> Any:
    """Return a new, empty inner process ``name`` below the task ``caller``, which will hear of its end."""
    inner = top.attach(caller.id, name)
    # Without this the caller would never hear that its process has ended.
    inner.completed_event.connect(caller.task_spec._on_subworkflow_completed, caller)
    return inner


def _fill(workflow: Any, rows: list[Any], nodes: tuple[str, ...], caller: Any) -> None:
    specs = workflow.spec.task_specs
    for number, parent, place, state, triggered, internal, data, changed in rows:
        task = CaseTask.restored(
            workflow, specs[nodes[place]], number=number, parent=parent, state=state, changed=changed
        )
        task.triggered = triggered
        above = caller if parent is None else workflow.tasks[parent]
        task.internal_data = _item(above, internal) if isinstance(internal, int) else internal or {}
        task.data = data if isinstance(data, dict) else _made_of(above.data, data, task.internal_data)
        if parent is None:
            workflow.task_tree = task


def _made_of(inherited: dict[str, Any], difference: Any, internal: dict[str, Any]) -> dict[str, Any]:
    if difference is None:
        return dict(inherited)
    if difference is True:
        return {**inherited, internal["variable"]: internal["item"]}
    changed, gone = difference
    made = {**inherited, **changed}
    for name in gone:
        del made[name]
    return made
