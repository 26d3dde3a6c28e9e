"""The ways back from an open task: which processes lie around it, and what would be done again after a step."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from engine.process.bpmn.definition import Bundle
from engine.process.bpmn.elements import Element
from engine.process.bpmn.migrated import element_of, is_child
from engine.process.bpmn.modification import Step, entry_of
from engine.process.bpmn.overrides.loops import Several
from engine.process.bpmn.report import is_open_task
from engine.process.bpmn.snapshot import load


@dataclass(frozen=True, slots=True)
class Level:
    """A process around an open task, and the token in it that is taken away with the task.

    ``within`` is the number of the token that called this very passage through ``process_id``, None for the main
    process; ``inside`` are the numbers of all open user tasks that go with ``token``.
    """

    process_id: str
    within: int | None
    token: int
    inside: frozenset[int]


def levels(bundle: Bundle, snapshot: bytes, task_no: int, *, whole: bool = False) -> tuple[Level, ...]:
    """Return the processes around the open user task ``task_no``, the innermost first; empty when it is not open.

    They end at a multi-instance: what is done in one of its children is the child's alone.  With ``whole`` the
    multi-instance is taken away with all its children, and they go on outside of it.  Raises SnapshotMismatch.
    """
    top = load(snapshot, bundle).top
    found: list[Level] = []
    lines = {task.id: frozenset(each.id for each in _line(top, task)) for task in top.all_tasks() if is_open_task(task)}
    if task_no not in lines:
        return ()
    for token in _line(top, top.find(task_no)):
        if is_child(token):
            if not whole:
                break
            continue
        inside = frozenset(number for number, line in lines.items() if token.id in line)
        found.append(Level(token.workflow.spec.process_id, token.workflow.parent_task_id, token.id, inside))
    return tuple(found)


def _line(top: Any, task: Any) -> Iterator[Any]:
    """Yield the tokens that an open task stands for, from itself outwards; after a child its multi-instance."""
    while task is not None:
        yield task
        if is_child(task):
            task = task.parent
            yield task
        caller = task.workflow.parent_task_id
        task = None if caller is None else top.find(caller)


def is_several(bundle: Bundle, step: Step) -> bool:
    """Whether a step is a multi-instance."""
    return any(isinstance(spec.task_specs[step[1]], Several) for spec in _specs(bundle, step))


def done_again(bundle: Bundle, step: Step) -> frozenset[Step]:
    """Return the step and every step that may come after it in its process, with all that is called on the way."""
    found: set[Step] = set()
    for spec in _specs(bundle, step):
        first = entry_of(spec, step[1]).name
        seen, queue = {first, step[1]}, [first, step[1]]
        while queue:
            node = spec.task_specs[queue.pop()]
            element = element_of(node)
            if element is not None:
                found.add((step[0], element.id))
                found |= _inside(bundle, step[0], element)
            new = [name for name in node._outputs if name not in seen]
            seen.update(new)
            queue += new
    return frozenset(found)


def _specs(bundle: Bundle, step: Step) -> list[Any]:
    return [each for each in bundle.specs.values() if each.process_id == step[0] and step[1] in each.task_specs]


def _inside(bundle: Bundle, process_id: str, element: Element) -> set[Step]:
    """Return every step of what an element calls or encloses, at any depth."""
    into = element.called or process_id
    elements = bundle.definitions[into].elements.values()
    found: set[Step] = set()
    for one in elements:
        if element.called or one.scope == element.id:
            found |= {(into, one.id)} | _inside(bundle, into, one)
    return found
