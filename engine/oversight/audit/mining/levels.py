"""The record of a case taken apart: one passage through one process or embedded subprocess is one level."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from engine.foundation.journal.queries import Line
from engine.oversight.audit.mining.aligning import Completion, Event, Handed, Moved
from engine.oversight.audit.mining.graphs import Graph
from engine.oversight.audit.mining.records import Passed, Record, Run
from engine.oversight.audit.mining.tokens import ANYWHERE, AT, CHOOSING, LOOSE, ON, Marking, Token
from engine.oversight.audit.replay import CHANGED
from engine.process.bpmn.names import SUBPROCESS_KINDS
from engine.process.tasks.migrating import MIGRATED
from engine.process.tasks.progress import STARTED

Drawn = Callable[[str, str], Mapping[str, Graph] | None]
"""By release and process the graphs of its levels, the process itself first; None when the release has it not."""

_CALLS: Final = SUBPROCESS_KINDS | {"callActivity"}


@dataclass
class Level:
    """One passage: its graph at first, what happened in it, and whether it came to its end.

    ``shown`` is by event the step and line behind it, None for what is none.
    """

    run: int
    process: str
    graph: Graph
    whole: bool = False
    events: list[Event] = field(default_factory=list)
    shown: list[Passed | None] = field(default_factory=list)
    last_seq: int = 0

    @property
    def acts(self) -> list[tuple[int, Handed]]:
        """The acts in it that began before one of its elements, with their places among the events."""
        found = [(at, one) for at, one in enumerate(self.events) if isinstance(one, Handed)]
        return [(at, one) for at, one in found if any(kind == AT for kind, _ in one.tokens)]

    def graph_at(self, at: int) -> Graph:
        """Return the graph by which the event ``at`` is judged."""
        moved = [one.graph for one in self.events[:at] if isinstance(one, Moved)]
        return moved[-1] if moved else self.graph

    def passed_at(self, at: int) -> Passed | None:
        """Return the step behind the event ``at``, or the next one there is behind a later event."""
        return next((one for one in self.shown[at:] if one is not None), None)

    def add(self, event: Event, passed: Passed | None, seq: int) -> None:
        """Let something happen in it."""
        self.events.append(event)
        self.shown.append(passed)
        self.last_seq = seq


def levels_of(record: Record, drawn: Drawn, against: str | None = None) -> list[Level]:
    """Return every level of every run of a case, in the order in which they were entered."""
    by_line: dict[int, list[Passed]] = {}
    for one in record.passed:
        by_line.setdefault(one.seq, []).append(one)
    found: list[Level] = []
    for run in record.runs:
        found += _Taking(run, record, drawn, against).levels(by_line)
    return found


class _Taking:
    """One run taken apart."""

    def __init__(self, run: Run, record: Record, drawn: Drawn, against: str | None) -> None:
        self.run, self.lines, self.against, self._drawn = run, record.lines, against, drawn
        self.called = {
            one.step.task_no: one.step
            for one in record.passed
            if one.step.run == run.run and one.step.kind in _CALLS
        }
        self.release = against or run.release
        self.open: dict[Any, Level] = {}
        self.ended_otherwise = False
        self.last_seq = 0

    def levels(self, by_line: Mapping[int, list[Passed]]) -> list[Level]:
        for line in self.lines:
            if line.type == MIGRATED:
                if any(one["run"] == self.run.run for one in line.data["runs"]):
                    self._migrated(line)
            elif line.data.get("run", 0) == self.run.run:
                self._moved(line, by_line.get(line.seq, []))
        for within, level in self.open.items():
            level.whole = self._is_whole(within)
        return [*self.open.values(), *self._left_out()]

    def _moved(self, line: Line, passed: list[Passed]) -> None:
        self.last_seq = line.seq
        if line.type == STARTED and self.against is None:
            self.release = line.data["release"]
        self.ended_otherwise |= line.data.get("how") == "cancel"
        by_hand = line.type in CHANGED
        taken_away = 0
        if by_hand:
            taken_away = next((at for at, one in enumerate(passed) if one.step.state != "cancelled"), len(passed))
        if line.type == STARTED:
            self._level(None, self.run.process, self.run.process)
        for one in passed[:taken_away]:
            self._add(one, by_hand=True)
        if by_hand:
            self._handed(line, passed[:taken_away])
        for one in passed[taken_away:]:
            self._add(one, by_hand=False)

    def _add(self, one: Passed, *, by_hand: bool) -> None:
        level = self._level_of(one)
        if level is not None:
            event = Completion(one.step.element, one.step.state == "cancelled", by_hand)
            level.add(event, one, one.seq)

    def _level_of(self, one: Passed) -> Level | None:
        step = one.step
        key = step.within if step.within is not None or step.process == self.run.process else step.process
        if key in self.open:
            return self.open[key]
        graphs = self._drawn(self.release, step.process)
        scope = next((id for id, graph in (graphs or {}).items() if step.element in graph.spots), step.process)
        return self._level(key, step.process, scope)

    def _level(self, key: Any, process: str, scope: str) -> Level | None:
        if key not in self.open:
            graphs = self._drawn(self.release, process)
            graph = (graphs or {}).get(scope) or Graph(scope, {})
            self.open[key] = Level(self.run.run, process, graph)
        return self.open[key]

    def _handed(self, line: Line, taken_away: list[Passed]) -> None:
        """Put the tokens of an act where it was: in the level that something was taken from, else the newest."""
        told = {one.step.task_no for one in taken_away}
        untold = [number for number in line.data.get("cancel", ()) if number not in told]
        near = [self._level_of(one) for one in reversed(taken_away)]
        for process, element in line.data.get("begin", ()):
            rest = [one for one in (*near, *reversed(self.open.values())) if one is not None and one.process == process]
            mine = (one for one in rest if element in one.graph_at(len(one.events)).spots)
            level = next(mine, None)
            if level is not None:
                level.add(Handed(((AT, element),)), None, line.seq)
            elif rest:
                # The drawing it is held against has no such step: nobody can say where the token is in it.
                rest[0].add(Handed(((ANYWHERE, ""),)), None, line.seq)
        if untold:
            for level in self.open.values():
                level.add(Handed(((LOOSE, ""),)), None, line.seq)

    def _migrated(self, line: Line) -> None:
        self.last_seq = line.seq
        if self.against is not None:
            return
        self.release = line.data["to_release"]
        for level in self.open.values():
            graphs = self._drawn(self.release, level.process) or {}
            ids = dict(line.data.get("map", {}).get(level.process, {}))
            old = level.graph_at(len(level.events))
            new = graphs.get(ids.get(old.id, old.id))
            if new is not None and new is not old:
                level.add(Moved(new, _becoming(old, new, ids)), None, line.seq)

    def _is_whole(self, within: Any) -> bool:
        if within is None:
            return self.run.completed and not self.ended_otherwise
        call = self.called.get(within)
        return call is not None and call.state == "completed"

    def _left_out(self) -> Iterator[Level]:
        """Yield a level for each call that is done though nothing in it is on record."""
        if any(isinstance(key, str) for key in self.open):
            return  # steps from before it was kept which passage they belong to
        for level in list(self.open.values()):
            for at, event in enumerate(level.events):
                passed = level.shown[at]
                spot = level.graph_at(at).spots.get(event.element) if isinstance(event, Completion) else None
                if passed is None or spot is None or not spot.inside or spot.several:
                    continue
                if passed.step.task_no not in self.called or passed.step.task_no in self.open:
                    continue
                if passed.step.state != "completed":
                    continue
                process = level.process if spot.inside == spot.id else spot.inside
                graph = (self._drawn(self.release, process) or {}).get(spot.inside)
                if graph is not None:
                    yield Level(self.run.run, process, graph, whole=True, last_seq=passed.seq)


def _becoming(old: Graph, new: Graph, ids: Mapping[str, str]) -> Callable[[Marking], Marking]:
    """Return what a marking of the old graph is in the new one."""
    flows = {flow.id: flow for spot in old.spots.values() for flow in spot.outgoing}
    ways = {(flow.source, flow.target): flow.id for spot in new.spots.values() for flow in spot.outgoing}

    def one(token: Token) -> Token:
        kind, id = token
        if kind == ON:
            flow = flows[id]
            source, target = ids.get(flow.source, flow.source), ids.get(flow.target, flow.target)
            if (source, target) in ways:
                return ON, ways[source, target]
            return (AT, target) if target in new.spots else (ANYWHERE, "")
        if kind in (ANYWHERE, LOOSE):
            return token
        if kind == CHOOSING and [ids.get(flow.target, flow.target) for flow in old.spots[id].outgoing] != [
            flow.target for flow in new.spots[ids.get(id, id)].outgoing
        ]:
            return ANYWHERE, ""
        return (kind, ids.get(id, id)) if ids.get(id, id) in new.spots else (ANYWHERE, "")

    return lambda marking: tuple(sorted(one(token) for token in marking))
