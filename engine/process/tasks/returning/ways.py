"""Where a task may be sent back to, and whether a step may be taken back: the page's list and the handlers' check."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from engine.foundation.errors import Refusal
from engine.foundation.journal.queries import Line, lines_of_types
from engine.process.bpmn import Bundle, Change, Duties, ModificationRefused, refuse_modification
from engine.process.bpmn.going_back import Level, done_again, is_several, levels
from engine.process.bpmn.modification import Step as Place
from engine.process.tasks import queries
from engine.process.tasks.advancing.queries import run_of
from engine.process.tasks.migrating import MIGRATED
from engine.process.tasks.modifying import MODIFIED, bundle_of, duties_of
from engine.process.tasks.progress import ADVANCED, STARTED
from engine.process.tasks.queries import Step
from engine.process.tasks.registry import Bindings, View
from engine.process.tasks.returning import queries as rows
from engine.process.tasks.returning.rules import Done, NotWithdrawable, NotYourStep, why_not_acted, why_not_once_more
from engine.process.tasks.returning.tags import SENT_BACK, WITHDRAWN
from engine.process.tasks.rules import InstanceRow, Task
from engine.registry.identity.queries import names_of

MOVES = (STARTED, ADVANCED, MIGRATED, MODIFIED, SENT_BACK, WITHDRAWN)
"""The lines that move a process."""


@dataclass(frozen=True)
class Target:
    """An earlier step: the task that was done there last, and the change that leads back to it."""

    task: Task
    change: Change
    undone: tuple[int, ...]
    """The numbers of the steps that will be done once more."""


@dataclass(frozen=True)
class Ways:
    """Where a task may be sent back to, the nearest first; and why not to the others (a task and half a sentence)."""

    targets: list[Target] = field(default_factory=list)
    barred: list[tuple[Task, str]] = field(default_factory=list)

    @property
    def why_none(self) -> str:
        """Why there is nowhere to go back to; empty when there is."""
        if self.targets:
            return ""
        if self.barred:
            return f"没有可以退回的环节：{said_of(*self.barred[0])}请在办件页面查看可以办理的事项。"
        return "没有可以退回的环节：这一环节前面没有办过的人工环节，或者它们所在的流程已经结束。"


def said_of(task: Task, reason: str) -> str:
    """Return half a sentence of why a case cannot go back to ``task``; the reason may name it already."""
    name = f"“{task.name}”"
    return reason if reason.startswith(name) else f"{name}{reason}"


def ways_back(view: View, task: Task) -> Ways:
    """Return where an open task may be sent back to: steps on the way by which this passage of the process came to it.

    What the case went back to before is no way any more, or going "back" there would jump over what was asked for.  In
    a multi-instance these are the steps of the same child alone.
    """
    row = run_of(view, task.root_id, task.run)
    bundle = bundle_of(view, row)
    around = levels(bundle, row.snapshot, task.task_no)
    steps = [one for one in queries.steps_of(view.connection, task.root_id) if one.run == task.run]
    tasks = {one.task_no: one for one in queries.tasks_of(view.connection, task.root_id) if one.run == task.run}
    duties = duties_of(view, bundle, row)
    ways, seen = Ways(), {(task.process, task.element)}
    for step in reversed(steps):
        place = (step.process, step.element)
        level = next((one for one in around if (one.process_id, one.within) == (step.process, step.within)), None)
        if step.kind != "userTask" or step.state != "completed" or step.undone or level is None or place in seen:
            continue
        seen.add(place)
        change = Change(cancel=(level.token,), begin=(place,))
        since = [one for one in steps if one.number >= step.number]
        reason = _why_not(view, bundle, level, place, since, task) or _refused(
            bundle, row, change, _duties_at(bundle, place, level, duties)
        )
        if reason:
            ways.barred.append((tasks[step.task_no], reason))
        else:
            ways.targets.append(Target(tasks[step.task_no], change, undone_by(bundle, place, step, steps)))
    return ways


def undone_by(bundle: Bundle, place: Place, since: Step, steps: list[Step]) -> tuple[int, ...]:
    """Return the numbers of the steps from ``since`` on that going back to ``place`` undoes, in its own passage."""
    again = done_again(bundle, place)
    return tuple(
        one.number
        for one in steps
        if one.number >= since.number
        and (one.process, one.element) in again
        and (one.process != place[0] or one.within == since.within)
    )


def _duties_at(bundle: Bundle, place: Place, level: Level, duties: Duties) -> Duties:
    """Return what must not be passed by on going back to ``place``.

    What was done on another branch stays done; and the task that is given back is given back by its own hand.
    """
    since = duties.been.get(place, frozenset()) & done_again(bundle, place)
    return replace(duties, been={**duties.been, place: since}, own=frozenset({level.token}))


def _why_not(view: View, bundle: Bundle, level: Level, place: Place, since: list[Step], task: Task) -> str:
    if level.inside != {task.task_no}:
        return "之后的流程中还有他人在办的环节，退回会使其落空，"
    if place[1] not in bundle.definitions[place[0]].elements:
        return "现在的办理流程已没有这一环节，"
    if is_several(bundle, place):
        return "由几个分项同时办理，不能整体重来，"
    repeated = done_again(bundle, place)
    return why_not_once_more(_done(view, bundle, (one for one in since if (one.process, one.element) in repeated)))


def _done(view: View, bundle: Bundle, steps: Iterator[Step]) -> Iterator[Done]:
    acts = view.part(Bindings).acts
    for one in steps:
        element = bundle.definitions[one.process].elements.get(one.element)
        act = acts.get(element.act) if element is not None and element.act else None
        yield Done(one, element is not None and (not element.act or (act is not None and act.again)))


def _refused(bundle: Bundle, row: InstanceRow, change: Change, duties: Duties) -> str:
    try:
        refuse_modification(bundle, row.snapshot, change, duties)
    except ModificationRefused as refusal:
        return str(refusal.fields.get("reason", ""))
    return ""


# 撤回 ----------------------------------------------------------------------------------------------------------------


def withdrawal(view: View, task: Task) -> Target:
    """Return what takes back a step which the actor has just completed.

    It has to be what moved its run last, so that nothing fired, came in or was decided since; and what it opened must
    lie untouched.  Raises :class:`NotYourStep`, :class:`NotWithdrawable`.
    """
    if task.state != "completed" or task.closed_by != view.actor.account:
        raise NotYourStep(name=task.name)
    row = run_of(view, task.root_id, task.run)
    if row.completed:
        raise NotWithdrawable(name=task.name, reason="这一流程已经办完，")
    # Everything is read before anything is judged: a page asks as many statements whatever the case has been through.
    line, bundle = _last_move(view, task), bundle_of(view, row)
    steps = [one for one in queries.steps_of(view.connection, task.root_id) if one.run == task.run]
    opened = _opened(view, task, 0 if line is None else len(line.data["opened"]))
    acted = _why_acted(view, opened)
    if line is None:
        raise NotWithdrawable(name=task.name, reason="之后流程又有推进，")
    mine = next(one for one in reversed(steps) if one.task_no == task.task_no)
    passed = [one for one in steps if one.number >= mine.number]
    reason = (
        why_not_once_more(_done(view, bundle, iter(passed)))
        or ("办完时撤销了同时进行的其他环节，" if any(one.state == "cancelled" for one in passed) else "")
        or ("它是几个分项中的一个，" if is_several(bundle, (task.process, task.element)) else "")
        or acted
    )
    if reason:
        raise NotWithdrawable(name=task.name, reason=reason)
    place = (task.process, task.element)
    return Target(task, _undoing(bundle, row, task, mine, opened), undone_by(bundle, place, mine, steps))


def withdrawable(view: View, root_id: str) -> Task | None:
    """Return the step of the case that the actor may take back now, or None: whether a page offers it."""
    id = rows.last_done(view.connection, root_id, view.actor.account)
    task = queries.task_by_id(view.connection, id) if id is not None else None
    if task is None:
        return None
    try:
        withdrawal(view, task)
    except Refusal:
        return None
    return task


def _last_move(view: View, task: Task) -> Line | None:
    """Return the line of the task's completion when it is what moved the run last, else None."""
    lines = lines_of_types(view.connection, task.root_id, MOVES)
    mine = [one for one in lines if one.type == MIGRATED or one.data.get("run", 0) == task.run]
    last = mine[-1] if mine else None
    if last is None or last.type != ADVANCED:
        return None
    return last if (last.data.get("how"), last.data.get("task_no")) == ("complete", task.task_no) else None


def _opened(view: View, task: Task, count: int) -> list[Task]:
    """Return the ``count`` tasks that the last move of a run has opened: later ones have higher numbers."""
    found = queries.tasks_of(view.connection, task.root_id, state="open")
    return [one for one in found if one.run == task.run][-count or len(found) :]


def _why_acted(view: View, opened: list[Task]) -> str:
    ids = [one.id for one in opened]
    drafted = rows.drafted_by_others(view.connection, ids, view.actor.account)
    asked = rows.asked_about(view.connection, ids)
    names = names_of(view.connection, {one.holder for one in opened if one.holder})
    for one in opened:
        # Whoever works on the page gets the next task at once: one's own claim is nobody else's act.
        holder = None if one.holder in (None, view.actor.account) else names.get(str(one.holder), one.holder)
        reason = why_not_acted(one.name, holder, one.id in drafted, one.id in asked)
        if reason:
            return reason
    return "" if opened else "它没有引出新的人工环节，其结果正等待其他分支或者外部消息，"


def _undoing(bundle: Bundle, row: InstanceRow, task: Task, mine: Step, opened: list[Task]) -> Change:
    numbers = {one.task_no for one in opened}
    tokens: set[int] = set()
    for number in sorted(numbers):
        around = levels(bundle, row.snapshot, number, whole=True)
        level = next((one for one in around if (one.process_id, one.within) == (mine.process, mine.within)), None)
        if level is None:
            raise NotWithdrawable(name=task.name, reason="它所在的流程已经办完，")
        if not level.inside <= numbers:
            raise NotWithdrawable(name=task.name, reason="同一流程中还有他人在办的环节，")
        tokens.add(level.token)
    place = (task.process, task.element)
    change = Change(cancel=tuple(sorted(tokens)), begin=(place,))
    # The marking is what it was before the step: what it opened goes, and nothing was done since.
    reason = _refused(bundle, row, change, Duties(been={place: frozenset()}))
    if reason:
        raise NotWithdrawable(name=task.name, reason=reason)
    return change
