"""The cheapest explanation of what is on record of one level by its drawing: what to leave out, what to add.

What the drawing has but the record has not costs something, and the other way round a little more: what is on record
is believed before what is drawn.  What simply ran costs nothing, and is walked once without looking left or right.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Final, Literal

from engine.oversight.audit.mining.graphs import Graph
from engine.oversight.audit.mining.tokens import (
    Marking,
    beginning,
    completed,
    interrupted,
    left_over,
    possible,
    put,
)

MOST: Final = 20_000
"""So many states are looked at for a piece of a record; then it is taken as it is explained so far."""


_MISSING, _ADDED = 10, 11


@dataclass(frozen=True, slots=True)
class Completion:
    """An element of the record: it was completed, or taken away unfinished (``cancelled``); ``by_hand`` in an act."""

    element: str
    cancelled: bool = False
    by_hand: bool = False


@dataclass(frozen=True, slots=True)
class Handed:
    """An act that put tokens into the level; each is a kind of token and where."""

    tokens: Marking


@dataclass(frozen=True, slots=True)
class Moved:
    """From here on the level goes by another drawing; ``become`` says what a marking is in it."""

    graph: Graph
    become: Callable[[Marking], Marking]


Event = Completion | Handed | Moved


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the explanation at the event ``at``: as drawn, in the record only (added), or missing in it."""

    kind: Literal["drawn", "added", "missing"]
    at: int
    element: str


@dataclass(frozen=True, slots=True)
class _Known:
    """How a state was come to."""

    step: Step | None
    before: _Known | None


_State = tuple[int, Marking]


def align(graph: Graph, events: Sequence[Event], *, whole: bool) -> list[Step]:
    """Return the explanation of ``events``; ``whole`` says that the level is done, so that nothing may be missing."""
    return _Search(graph, events, whole).run()


class _Search:
    def __init__(self, graph: Graph, events: Sequence[Event], whole: bool) -> None:
        self.events, self.whole = events, whole
        self.graphs = list(_graphs(graph, events))
        self.numbers, self.queue = count(), list[tuple[int, int, int, bool, _State, _Known]]()
        self.seen: set[tuple[bool, _State]] = set()

    def run(self) -> list[Step]:
        self._push(0, (0, beginning(self.graphs[0])), _Known(None, None))
        farthest: tuple[_State, _Known] = ((0, ()), _Known(None, None))
        looked_at = 0
        while self.queue:
            cost, _, _, deviating, state, known = heapq.heappop(self.queue)
            if (deviating, state) in self.seen:
                continue
            self.seen.add((deviating, state))
            if self._is_done(state):
                return _told(known)
            if state[0] > farthest[0][0] or farthest[1].step is None:
                farthest = (state, known)
            looked_at += 1
            if looked_at > MOST:
                if farthest[0][0] >= len(self.events):
                    return _told(farthest[1])
                looked_at = 0
                self._give_up(*farthest)
            elif deviating:
                self._deviate(cost, state, known)
            else:
                self._go_on(cost, state, known)
        return _told(farthest[1])

    def _push(self, cost: int, state: _State, known: _Known, *, deviating: bool = False) -> None:
        if (deviating, state) not in self.seen:
            heapq.heappush(self.queue, (cost, -state[0], next(self.numbers), deviating, state, known))

    def _is_done(self, state: _State) -> bool:
        return state[0] == len(self.events) and not (self.whole and left_over(state[1]))

    def _go_on(self, cost: int, state: _State, known: _Known) -> None:
        at, marking = state
        graph = self.graphs[at]
        event = self.events[at] if at < len(self.events) else None
        if isinstance(event, Completion) and event.element not in graph.spots:
            self._push(cost, (at + 1, marking), _Known(Step("added", at, event.element), known))
            return
        if isinstance(event, Handed):
            self._push(cost, (at + 1, put(marking, event.tokens)), known)
            return
        if isinstance(event, Moved):
            self._push(cost, (at + 1, event.become(marking)), known)
            return
        if event is not None and event.cancelled:
            after = interrupted(graph, marking, event.element, by_hand=event.by_hand)
            self._push(cost, (at + 1, after), known)
            return
        if event is not None:
            for after in completed(graph, marking, event.element):
                self._push(cost, (at + 1, after), _Known(Step("drawn", at, event.element), known))
        self._push(cost + _MISSING, state, known, deviating=True)

    def _deviate(self, cost: int, state: _State, known: _Known) -> None:
        at, marking = state
        graph = self.graphs[at]
        for id in possible(graph, marking):
            for after in completed(graph, marking, id):
                if after != marking:
                    self._push(cost, (at, after), _Known(Step("missing", at, id), known))
        event = self.events[at] if at < len(self.events) else None
        if isinstance(event, Completion):
            extra = _ADDED - _MISSING
            self._push(cost + extra, (at + 1, marking), _Known(Step("added", at, event.element), known))

    def _give_up(self, state: _State, known: _Known) -> None:
        """Leave every other explanation: the farthest one stands, and the next event of the record is left out."""
        self.queue.clear()
        at, marking = state
        event = self.events[at]
        step = Step("added", at, event.element) if isinstance(event, Completion) else None
        self._push(0, (at + 1, marking), known if step is None else _Known(step, known))


def _graphs(graph: Graph, events: Sequence[Event]) -> Iterator[Graph]:
    for event in events:
        yield graph
        graph = event.graph if isinstance(event, Moved) else graph
    yield graph


def _told(known: _Known) -> list[Step]:
    found: list[Step] = []
    last: _Known | None = known
    while last is not None:
        if last.step is not None:
            found.append(last.step)
        last = last.before
    return found[::-1]
