"""What an advance tells its caller, read off the instance after it has come to rest."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

from SpiffWorkflow.bpmn.specs.defaults import EndEvent
from SpiffWorkflow.util.task import TaskState

from engine.process.bpmn.advance import Advance, ArmedClock, ArmedTimer, AwaitedMessage, OpenTask, Passed
from engine.process.bpmn.cache import Hot
from engine.process.bpmn.context import Turn
from engine.process.bpmn.definition import Bundle
from engine.process.bpmn.elements import Element
from engine.process.bpmn.facts import copied
from engine.process.bpmn.overrides.calls import Entering
from engine.process.bpmn.overrides.catching import Receiver
from engine.process.bpmn.overrides.loops import Several
from engine.process.bpmn.overrides.nodes import Person
from engine.process.bpmn.overrides.waiting import (
    ClockEventDefinition,
    Happening,
    MessageEventDefinition,
    TimerEventDefinition,
    Waiting,
    due_at,
)
from engine.process.bpmn.prune import prune
from engine.process.bpmn.snapshot import Live, sealed, state_bytes
from engine.process.bpmn.standing import facts_in
from engine.process.bpmn.state import hash_of


@dataclass(frozen=True, slots=True)
class Before:
    """What was open before an advance: the numbers of user tasks, of timers, and of messages with a business key."""

    tasks: set[int]
    timers: set[int]
    awaited: set[int]

    @classmethod
    def of(cls, top: Any) -> Before:
        """Return what is open now."""
        waiting = waiting_tasks(top)
        return cls(
            {task.id for task in top.all_tasks() if is_open_task(task)},
            {task.id for task in waiting if isinstance(task.task_spec.event_definition, TimerEventDefinition)},
            {task.id for task in waiting if "key" in task.internal_data},
        )


def is_open_task(task: Any) -> bool:
    """Whether ``task`` is a user task that waits for a person."""
    return task._state == TaskState.READY and bool(task.task_spec.manual)


def report(bundle: Bundle, top: Any, turn: Turn, before: Before) -> Advance:
    """Return what happened in ``turn``; ``before`` is what was open before it.

    Prunes the instance: from here on it holds only what is open.
    """
    passed = tuple(_passed(turn, task) for task in turn.finished if _is_told(task))
    ends = tuple(
        task.task_spec.bpmn_id
        for task in turn.finished
        if isinstance(task.task_spec, EndEvent) and task.workflow is top and task.state == TaskState.COMPLETED
    )
    prune(top)
    waiting = [task for task in top.all_tasks() if is_open_task(task)]
    open_tasks = tuple(_told(top, task) for task in sorted(waiting, key=lambda task: task.id))
    now_open = {task.task_no for task in open_tasks}
    live = Live(top, turn.next_id, bundle.digest)
    state = state_bytes(live, bundle)
    snapshot = sealed(live, bundle, state)
    armed, awaited, timers = _waited_for(top)
    keyed = [each for each in awaited if each.key is not None]
    return Advance(
        snapshot=snapshot,
        state_hash=hash_of(state),
        completed=top.completed,
        ends=ends,
        opened=tuple(task for task in open_tasks if task.task_no not in before.tasks),
        closed=tuple(sorted(before.tasks - now_open)),
        open_tasks=open_tasks,
        passed=passed,
        armed=armed,
        awaited=awaited,
        timers=timers,
        timers_set=tuple(each for each in timers if each.task_no not in before.timers),
        timers_gone=tuple(sorted(before.timers - {each.task_no for each in timers})),
        awaited_set=tuple(each for each in keyed if each.task_no not in before.awaited),
        awaited_gone=tuple(sorted(before.awaited - {each.task_no for each in keyed})),
        services=tuple(turn.services),
        decisions=tuple(turn.decisions),
        next_id=turn.next_id,
        read_facts=partial(facts_in, bundle, snapshot),
        hot=Hot(live),
    )


def waiting_tasks(top: Any, kind: type[Happening] = Happening) -> list[Any]:
    """Return the tasks that wait for something of this ``kind`` to happen, by number."""
    waiting = [
        task
        for task in top.all_tasks()
        if task._state == TaskState.WAITING
        and isinstance(task.task_spec, Waiting)
        and isinstance(task.task_spec.event_definition, kind)
    ]
    return sorted(waiting, key=lambda task: task.id)


def _waited_for(
    top: Any,
) -> tuple[tuple[ArmedClock, ...], tuple[AwaitedMessage, ...], tuple[ArmedTimer, ...]]:
    clocks, messages, timers = [], [], []
    for task in waiting_tasks(top):
        waited, element = task.task_spec.event_definition, task.task_spec.bpmn_id
        if isinstance(waited, ClockEventDefinition):
            clocks.append(ArmedClock(waited.name, task.id, element))
        elif isinstance(waited, MessageEventDefinition):
            messages.append(AwaitedMessage(waited.name, task.id, element, task.internal_data.get("key")))
        elif isinstance(waited, TimerEventDefinition):
            timers.append(ArmedTimer(waited.name, task.id, element, due_at(task), waited.left(task)))
    return tuple(clocks), tuple(messages), tuple(timers)


def _is_told(task: Any) -> bool:
    """Whether a finished task is an element of the drawing that was really gone through."""
    spec = task.task_spec
    if spec.bpmn_id is None:
        return False
    if task.state == TaskState.CANCELLED:
        return isinstance(spec, Person | Entering | Receiver)
    # A multi-instance is told by its children; only an empty one has to speak for itself.
    return not (isinstance(spec, Several) and task.internal_data["items"])


def _passed(turn: Turn, task: Any) -> Passed:
    element: Element = task.task_spec.extensions["yc"]
    return Passed(
        task_no=task.id,
        process_id=task.workflow.spec.process_id,
        element_id=element.id,
        kind=element.kind,
        name=element.name,
        lane=element.lane,
        at=turn.now,
        state="cancelled" if task.state == TaskState.CANCELLED else "completed",
        within=task.workflow.parent_task_id,
    )


def _told(top: Any, task: Any) -> OpenTask:
    """Return what is told of an open user task; it stays the same for as long as the task is open."""
    if task.told is None:
        task.told = _open_task(top, task)
    told: OpenTask = task.told
    return told


def _open_task(top: Any, task: Any) -> OpenTask:
    element: Element = task.task_spec.extensions["yc"]
    item = _item(top, task)
    return OpenTask(
        task_no=task.id,
        process_id=task.workflow.spec.process_id,
        element_id=element.id,
        name=element.name,
        lane=element.lane,
        form=element.form,
        act=element.act,
        role=element.role,
        clauses=element.clauses,
        item=item,
        place=item.partition("/")[0] if element.place == "item" and isinstance(item, str) else "",
    )


def _item(top: Any, task: Any) -> Any:
    """Return the item of the innermost multi-instance that ``task`` is a part of, or None."""
    while task is not None:
        above = task
        while above is not None:
            if "item" in above.internal_data:
                return copied(above.internal_data["item"])
            above = above.parent
        caller = task.workflow.parent_task_id
        task = top.find(caller) if caller is not None else None
    return None
