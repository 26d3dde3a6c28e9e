"""Conformance: what is on record of a case, held against a drawing, with every deviation in words.

The processes called are levels of their own: each passage through one is replayed by itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from engine.foundation.journal.queries import Line
from engine.oversight.audit.mining.aligning import Step, align
from engine.oversight.audit.mining.levels import Drawn, Level, levels_of
from engine.oversight.audit.mining.records import Record
from engine.process.bpmn.names import ACTIVITY_KINDS
from engine.process.tasks.migrating import MIGRATED
from engine.process.tasks.modifying import MODIFIED
from engine.process.tasks.returning.tags import SENT_BACK, WITHDRAWN

SENTENCES: Final[Mapping[str, str]] = {
    "skipped": "流程图上应当经过的“{name}”没有经过",
    "out_of_order": "“{name}”没有按流程图的顺序经过，它后面的环节先经过了",
    "not_enabled": "按流程图，这时还不能经过“{name}”",
    "repeated": "“{name}”又经过一遍，流程图上没有回到这里的路",
    "foreign": "“{name}”不在这一版流程图上",
    "redone": "“{name}”退回、撤回或者调整以后重新办理",
}
ACTS: Final[Mapping[str, str]] = {
    SENT_BACK: "sent_back", WITHDRAWN: "withdrawn", MODIFIED: "modified", MIGRATED: "migrated",
}  # fmt: skip
"""What was done to a case by hand, by the type of its line; the line's own sentence tells it."""


@dataclass(frozen=True, slots=True)
class Deviation:
    """Where a case is not as drawn: the kind, the element (empty for a migration), the line that shows it, in words."""

    kind: str
    run: int
    process: str
    element: str
    seq: int
    sentence: str

    @property
    def by_hand(self) -> bool:
        """Whether it is an act that the house allows, or what follows from one: on record, and no fault by itself."""
        return self.kind == "redone" or self.kind in ACTS.values()


def deviations(record: Record, drawn: Drawn, *, against: str | None = None) -> tuple[Deviation, ...]:
    """Return every deviation of a case, by line.

    It is held against the releases it went by itself, or as a whole against the release ``against``.
    """
    found = [one for level in levels_of(record, drawn, against) for one in _of_level(level)]
    found += [_of_act(line) for line in record.lines if line.type in ACTS]
    return tuple(sorted(found, key=lambda one: (one.seq, one.run, one.kind in SENTENCES, one.element)))


def _of_act(line: Line) -> Deviation:
    """Return what an act is told as; of several steps that it began before, the first one is named."""
    process, element = next(iter(line.data.get("begin", ())), (line.data.get("process", ""), ""))
    return Deviation(ACTS[line.type], line.data.get("run", 0), process, element, line.seq, line.sentence)


def _of_level(level: Level) -> Iterator[Deviation]:
    steps = align(level.graph, level.events, whole=level.whole)
    missing = [one for one in steps if one.kind == "missing"]
    late: set[int] = set()
    for step in steps:
        if step.kind == "added":
            earlier = next((one for one in missing if one.element == step.element), None)
            if earlier is not None:
                missing.remove(earlier)
                late.add(step.at)
    for one in missing:
        yield _told(level, "skipped", one)
    for step in steps:
        if step.kind == "added":
            yield _told(level, _added(level, steps, step, late), step)
    yield from _redone(level, steps)


def _added(level: Level, steps: Sequence[Step], step: Step, late: set[int]) -> str:
    if step.at in late:
        return "out_of_order"
    if step.element not in level.graph_at(step.at).spots:
        return "foreign"
    before = any(one.kind == "drawn" and one.element == step.element and one.at < step.at for one in steps)
    return "repeated" if before else "not_enabled"


def _redone(level: Level, steps: Sequence[Step]) -> Iterator[Deviation]:
    """Yield, for each act that began before an element, what was done a second time because of it."""
    drawn = [one for one in steps if one.kind == "drawn"]
    acts = [at for at, one in level.acts]
    for act, until in pairwise([*acts, len(level.events)]):
        done, told = {one.element for one in drawn if one.at < act}, set()
        for one in drawn:
            spot = level.graph_at(one.at).spots[one.element]
            again = one.element in done and one.element not in told and spot.kind in ACTIVITY_KINDS
            if act < one.at < until and again:
                told.add(one.element)
                yield _told(level, "redone", one)


def _told(level: Level, kind: str, step: Step) -> Deviation:
    graph = level.graph_at(step.at)
    passed = level.passed_at(step.at)
    spot = graph.spots.get(step.element)
    name = spot.label if spot is not None else (passed.step.name or step.element if passed else step.element)
    seq = passed.seq if passed is not None else level.last_seq
    return Deviation(kind, level.run, level.process, step.element, seq, SENTENCES[kind].format(name=name))
