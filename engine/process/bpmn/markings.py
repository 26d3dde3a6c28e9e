"""Where the tokens of one process may stand together: the token game on a parsed specification.

The rule of joins is the runtime's own (see ``overrides/joins.py``); conditions are not looked at, so every way a
gateway could decide is taken.  A marking is told at rest: what runs by itself has run, and every token is at an
activity, at a boundary event that waits, or at a join.  Tokens at the end of the process are left out, for nothing
follows from them any more.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import combinations
from typing import Any, Final, Literal

from SpiffWorkflow.bpmn.specs.event_definitions.simple import TerminateEventDefinition
from SpiffWorkflow.bpmn.specs.mixins.events.intermediate_event import BoundaryEvent

from engine.process.bpmn.decision_task import AskedDecision
from engine.process.bpmn.overrides.growth import Arming
from engine.process.bpmn.overrides.joins import EndMeeting, InclusiveMeeting, Meeting, ParallelMeeting
from engine.process.bpmn.overrides.nodes import Begin, Exclusive, Finish, Milestone
from engine.process.bpmn.overrides.spec import FirstNode
from engine.process.bpmn.overrides.throwing import ErrorEnd, EscalationEnd, EscalationThrow
from engine.process.bpmn.service_task import CalledService

MAX_MARKINGS: Final = 20_000
"""Most markings looked at in one process; a drawing with more is not judged."""

MAX_TOKENS: Final = 40
"""Most tokens in one marking."""

Place = tuple[str, str]
"""A node, and for a token that waits at a join the node it came from (empty for any other)."""

Marking = tuple[Place, ...]
"""The places that hold a token, sorted; a place that holds two is there twice."""

_RUNS_BY_ITSELF: Final = (
    FirstNode, Begin, Exclusive, InclusiveMeeting, ParallelMeeting, Milestone, CalledService, AskedDecision, Arming,
    Finish, EscalationEnd, EscalationThrow,
)  # fmt: skip
"""Nodes that no token rests at.  Whatever is not named here is taken for a place of rest."""


class TooManyMarkings(Exception):
    """The process has more markings than are looked at."""


def marking(places: Iterable[Place]) -> Marking:
    """Return the marking with a token in each of ``places``."""
    return tuple(sorted(places))


@lru_cache(maxsize=4096)
def standing_in(spec: Any, wanted: Marking) -> Literal["yes", "no", "unknown"]:
    """Tell whether the process, begun from its start, can come to stand exactly as ``wanted``."""
    try:
        return "yes" if not wanted or any(each == wanted for each in _on_the_way(spec, wanted)) else "no"
    except TooManyMarkings:
        return "unknown"


def _on_the_way(spec: Any, wanted: Marking) -> Iterator[Marking]:
    """Yield the markings on the ways to ``wanted``; raise :class:`TooManyMarkings`.

    A token where none is wanted has to move some time, and what it does is nobody else's business but of the boundaries
    of the same activity.  So it is moved at once and alone, and the number of ways stays small.
    """
    game = _Game(spec)
    queue = list(game.begin())
    seen = set(queue)
    while queue:
        each = queue.pop()
        yield each
        waiting = [place for place in each if not place[1]]
        surplus = [place for place in (Counter(each) - Counter(wanted)) if not place[1]]
        moving = game.group(surplus[0]) & set(waiting) if surplus else set(waiting)
        for following in game.following(each, moving) - seen:
            seen.add(following)
            queue.append(following)
        if len(seen) > MAX_MARKINGS:
            raise TooManyMarkings


def coming_to_rest(spec: Any, first: Marking, begun: Iterable[str] = ()) -> set[Marking]:
    """Return where tokens at ``first``, and one more that comes to each of the nodes ``begun``, may come to rest.

    Raises :class:`TooManyMarkings`.
    """
    return _Game(spec).settle(first, tuple((name, "") for name in begun))


def starving(spec: Any, first: Marking, begun: Iterable[str] = ()) -> frozenset[str]:
    """Return the joins that some way on from there leaves waiting for ever, by name; see :func:`coming_to_rest`.

    Raises :class:`TooManyMarkings`.  One order of moving the tokens is enough: it does not change what is reached.
    """
    game, stuck = _Game(spec), set[str]()
    queue = list(coming_to_rest(spec, first, begun))
    seen = set(queue)
    while queue:
        each = queue.pop()
        waiting = [place for place in each if not place[1]]
        boundaries = {place for place in waiting if game.is_boundary(place[0])}
        moving = boundaries | set([place for place in waiting if place not in boundaries][:1])
        following = game.following(each, moving)
        if not following:
            stuck |= {name for name, _ in each}
        queue += following - seen
        seen |= following
        if len(seen) > MAX_MARKINGS:
            raise TooManyMarkings
    return frozenset(stuck)


class _Game:
    """The token game on one specification."""

    def __init__(self, spec: Any) -> None:
        self._spec = spec
        self._nodes: dict[str, Any] = spec.task_specs

    def begin(self) -> set[Marking]:
        """Return the markings in which the process may stand once it has been started."""
        return self.settle((), ((self._spec.start.name, ""),))

    def is_boundary(self, name: str) -> bool:
        """Tell whether the node is a boundary event."""
        return isinstance(self._nodes[name], BoundaryEvent)

    def following(self, here: Marking, moving: set[Place]) -> set[Marking]:
        """Return where the process may stand after one of the tokens ``moving`` has been moved on."""
        found: set[Marking] = set()
        for name, source in moving:
            if not source:
                left = self._without(here, name)
                found |= self.settle(left, tuple((after, name) for after in self._nodes[name]._outputs))
        return found

    def _without(self, here: Marking, name: str) -> Marking:
        """Take the token at ``name`` away, and what goes with it: its boundaries, or the activity it interrupts."""
        left, node = Counter(here), self._nodes[name]
        gentle = isinstance(node, BoundaryEvent) and not node.cancel_activity
        for place in {(name, "")} if gentle else self.group((name, "")):
            left[place] -= 1
        return marking((+left).elements())

    def group(self, place: Place) -> set[Place]:
        """Return the places of an activity and of its boundaries, ``place`` being one of them."""
        node = self._nodes[place[0]]
        above = self._nodes[node._inputs[0]] if len(node._inputs) == 1 else None
        return {(each, "") for each in above._outputs} if isinstance(above, Arming) else {place}

    def settle(self, places: Marking, moving: tuple[Place, ...]) -> set[Marking]:
        """Let everything run that runs by itself; return the markings in which it may come to rest."""
        found: set[Marking] = set()
        queue, seen = [(places, moving)], {(places, moving)}
        while queue:
            here, going = queue.pop()
            for each in self._stepped(here, going):
                if not each[1] and each[0] == here and not going:
                    found.add(here)
                elif each not in seen and len(each[0]) + len(each[1]) <= MAX_TOKENS:
                    seen.add(each)
                    queue.append(each)
            if len(seen) > MAX_MARKINGS:
                raise TooManyMarkings
        return found

    def _stepped(self, here: Marking, going: tuple[Place, ...]) -> Iterator[tuple[Marking, tuple[Place, ...]]]:
        if not going:
            yield from self._joined(here)
            return
        (name, source), rest = going[0], going[1:]
        node = self._nodes[name]
        if isinstance(node, ErrorEnd) or _terminates(node):
            # Whatever else is open in the process goes, too.
            yield (), ()
        elif isinstance(node, EndMeeting):
            yield here, rest
        elif isinstance(node, Meeting) and not node.opens_at_once:
            yield marking([*here, (name, source)]), rest
        elif isinstance(node, _RUNS_BY_ITSELF):
            for chosen in _ways(node):
                yield here, (*((after, name) for after in chosen), *rest)
        else:
            yield marking([*here, (name, "")]), rest

    def _joined(self, here: Marking) -> Iterator[tuple[Marking, tuple[Place, ...]]]:
        """Fire the first join that has what it waits for, each way it may decide; change nothing when none has."""
        for name in dict.fromkeys(name for name, source in here if source):
            node = self._nodes[name]
            taken = self._taken(node, here)
            if taken:
                left = Counter(here)
                left.subtract(taken)
                for chosen in _ways(node):
                    yield marking((+left).elements()), tuple((after, name) for after in chosen)
                return
        yield here, ()

    def _taken(self, node: Any, here: Marking) -> list[Place]:
        filled = dict.fromkeys(source for name, source in here if name == node.name)
        if isinstance(node, ParallelMeeting):
            wanted: Counter[str] = Counter(node._inputs)
            have = Counter(source for name, source in here if name == node.name)
            return [(node.name, source) for source in wanted.elements()] if have >= wanted else []
        for name, _ in here:
            if name != node.name:
                ahead = self._spec.reach(name, node.name)
                if ahead - filled.keys() and not ahead & filled.keys():
                    return []
        return [(node.name, source) for source in filled]


def _terminates(node: Any) -> bool:
    return isinstance(node, Finish) and isinstance(node.event_definition, TerminateEventDefinition)


def _ways(node: Any) -> list[list[str]]:
    """Return what may follow a node that runs by itself: one list of nodes for each way it may decide."""
    out = list(node._outputs)
    if isinstance(node, Exclusive):
        return [[each] for each in dict.fromkeys(out)]
    if isinstance(node, InclusiveMeeting) and len(out) > 1:
        conditional = [name for condition, name in node.cond_task_specs if condition is not None]
        others = [name for condition, name in node.cond_task_specs if condition is None]
        chosen = [list(some) for size in range(1, len(conditional) + 1) for some in combinations(conditional[:6], size)]
        return [*chosen, others] if others else chosen
    return [out]

