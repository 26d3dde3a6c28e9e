"""What a case has gone through in one process, element by element and flow by flow: pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from engine.process.bpmn.picture import Edge, Picture
from engine.process.bpmn.standing import Standing
from engine.process.tasks.queries import Step
from engine.process.tasks.rules import Task

PASSED, STANDING, CANCELLED, PLAIN = "passed", "standing", "cancelled", "plain"
MARKS = {PASSED: "✓", STANDING: "▶", CANCELLED: "×", PLAIN: ""}
WORDS = {PASSED: "已办", STANDING: "正在办理", CANCELLED: "已取消", PLAIN: "未到"}
_JOINS = frozenset({"parallelGateway"})
_QUIET = frozenset({"boundaryEvent"})


@dataclass(frozen=True)
class Mark:
    """How an element stands in a case: its state, when and by whom it was last passed, how often, since when it waits.

    ``holder`` is the account that has taken the open task; ``armed`` tells a boundary event that listens.
    """

    state: str = PLAIN
    at: datetime | None = None
    account: str = ""
    times: int = 0
    since: datetime | None = None
    holder: str = ""
    task_id: str = ""
    armed: bool = False
    on_behalf: str = ""
    """For whom, on leave, it was last passed (请假代理)."""
    number: int = 0
    """The number of the step by which it was last passed: what came after what at the same instant."""
    heat: int = 0
    """How much there is of what a map of many cases shows, from 1 to 5; 0 paints nothing."""
    told: str = ""
    """The number of a map, which stands inside an activity."""


@dataclass(frozen=True)
class Trail:
    """The marks of one process by element id, and the flows that were taken."""

    marks: Mapping[str, Mark] = field(default_factory=dict)
    taken: Collection[str] = frozenset()

    def of(self, element: str) -> Mark:
        """Return the mark of an element; one that was never reached is plain."""
        return self.marks.get(element, Mark())


def trail(picture: Picture, steps: Iterable[Step], standing: Iterable[Standing], tasks: Iterable[Task]) -> Trail:
    """Return what a case's ``steps`` and the places where it stands now mean in the process of ``picture``.

    ``tasks`` are the case's open tasks: they know who holds them.
    """
    mine = [step for step in steps if step.process == picture.process_id]
    kinds = {shape.id: shape.kind for shape in picture.shapes}
    open_tasks = {task.task_no: task for task in tasks}
    marks = _passed(mine)
    for one in standing:
        if one.process_id == picture.process_id:
            before = marks.get(one.element_id, Mark())
            marks[one.element_id] = _standing(before, one, open_tasks.get(one.task_no), kinds.get(one.element_id, ""))
    return Trail(marks, _taken(picture, mine, marks, kinds))


def _passed(steps: Iterable[Step]) -> dict[str, Mark]:
    marks: dict[str, Mark] = {}
    for step in steps:
        times = marks.get(step.element, Mark()).times
        if step.state == "completed":
            marks[step.element] = Mark(
                PASSED, step.at, step.account, times + 1, on_behalf=step.on_behalf or "", number=step.number
            )  # fmt: skip
        else:
            marks[step.element] = Mark(CANCELLED, step.at, step.account, times, number=step.number)
    return marks


def _standing(before: Mark, one: Standing, task: Task | None, kind: str) -> Mark:
    if kind in _QUIET:
        # A boundary event listens as long as its activity is open: nobody has come to it yet.
        return Mark(before.state, before.at, before.account, before.times, one.since, armed=True,
                    on_behalf=before.on_behalf)  # fmt: skip
    return Mark(
        state=STANDING, at=before.at, account=before.account, on_behalf=before.on_behalf, times=before.times,
        since=one.since if task is None else task.opened_at,
        holder="" if task is None else task.holder or "", task_id="" if task is None else task.id,
    )  # fmt: skip


def _taken(picture: Picture, steps: list[Step], marks: Mapping[str, Mark], kinds: Mapping[str, str]) -> frozenset[str]:
    """Return the flows that were taken.

    The steps say which elements were passed, not by which flow.  Into each element the flow came from the source
    that was passed last before it; only a parallel join waits for all of its flows.
    """
    into: dict[str, list[Edge]] = {}
    for edge in picture.edges:
        if edge.kind == "sequence":
            into.setdefault(edge.target, []).append(edge)
    arrivals = [(step.number, step.element) for step in steps]
    end = len(steps) and steps[-1].number + 1
    arrivals += [(end, id) for id, mark in marks.items() if mark.state == STANDING]
    passed: dict[str, list[int]] = {}
    for step in steps:
        if step.state == "completed":
            passed.setdefault(step.element, []).append(step.number)
    taken: set[str] = set()
    for number, element in arrivals:
        before = [(last, edge) for edge in into.get(element, ()) if (last := _last(passed, edge.source, number))]
        if kinds.get(element) in _JOINS:
            taken.update(edge.id for _, edge in before)
        elif before:
            taken.add(max(before, key=lambda one: one[0])[1].id)
    return frozenset(taken)


def _last(passed: Mapping[str, list[int]], element: str, before: int) -> int:
    return max((number for number in passed.get(element, ()) if number < before), default=0)
