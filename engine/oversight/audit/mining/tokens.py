"""The token game over one level of a drawing: which markings the completion of an element leads to.

Only completions are on record, so what is not yet known stays open in the marking: which way an exclusive gateway
has chosen, and whether a multi-instance is done, is told by the element that comes next.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import combinations
from typing import Final

from engine.oversight.audit.mining.graphs import Graph, Place, Spot

Token = tuple[str, str]
Marking = tuple[Token, ...]
"""Tokens in order, each its kind and where it is."""

ON: Final = "on"
"""On a sequence flow."""
AT: Final = "at"
"""Before an element, put there by hand or at the beginning."""
CHOOSING: Final = "choosing"
"""Behind a gateway that lets it go exactly one of its ways."""
SEVERAL: Final = "several"
"""In a multi-instance of which something is done: it may go on, or be over."""
STOPPED: Final = "stopped"
"""Taken from an activity that was interrupted: a boundary event may take it on, or nothing."""
ANYWHERE: Final = "anywhere"
"""Nobody knows where: what another release made of a token that it cannot place."""
LOOSE: Final = "loose"
"""Something was taken away by hand that is not on record: what is left over at the end says nothing."""

_ONE_WAY: Final = frozenset({"exclusiveGateway", "eventBasedGateway"})


def beginning(graph: Graph) -> Marking:
    """Return the marking of a level that is entered."""
    return _sorted((AT, id) for id in graph.starts)


def left_over(marking: Marking) -> bool:
    """Whether something is still to come in a marking: a level that is done has nothing left over."""
    kinds = {kind for kind, _ in marking}
    return LOOSE not in kinds and bool(kinds - {STOPPED})


def completed(graph: Graph, marking: Marking, id: str) -> list[Marking]:
    """Return the markings that the completion of an element may lead to; none when it is not enabled."""
    spot = graph.spots[id]
    if spot.several and (SEVERAL, id) in marking:
        # Another of its instances; it may also have been entered anew.
        return [marking]
    found = (after for taken in _arrivals(graph, marking, spot) for after in _departures(graph, taken, spot))
    return list(dict.fromkeys(found))


def interrupted(graph: Graph, marking: Marking, id: str, *, by_hand: bool) -> Marking:
    """Return the marking after an activity was taken away unfinished; the same when no token says it was open."""
    several = (SEVERAL, id)
    if several in marking and not by_hand:
        return marking
    for taken in _entered(graph, marking, graph.spots[id], waiting=False):
        return _with(taken, (STOPPED, id))
    return _with(_without(marking, several), (STOPPED, id)) if several in marking else marking


def put(marking: Marking, tokens: Iterable[Token]) -> Marking:
    """Return the marking with some tokens more."""
    return _with(marking, *tokens)


def possible(graph: Graph, marking: Marking) -> list[str]:
    """Return the elements that a marking may let complete next, in the order of the drawing."""
    near: set[str] = set()
    for kind, id in marking:
        if kind in (AT, STOPPED):
            near.add(id)
        elif kind == ON:
            near.add(_flow(graph, id).target)
        elif kind in (CHOOSING, SEVERAL):
            near |= {id, *(flow.target for flow in graph.spots[id].outgoing)}
    near |= {boundary for id in near for boundary in graph.spots[id].boundaries}
    return [id for id in graph.spots if id in near]


def _arrivals(graph: Graph, marking: Marking, spot: Spot) -> Iterator[Marking]:
    if spot.attached_to:
        yield from _happened(graph, marking, spot)
        return
    if (AT, spot.id) in marking:
        yield _without(marking, (AT, spot.id))
    elif (ANYWHERE, "") in marking:
        yield _without(marking, (ANYWHERE, ""))
    if len(spot.incoming) > 1 and spot.kind == "parallelGateway":
        taken: Marking | None = marking
        for flow in spot.incoming:
            taken = None if taken is None else _take(graph, taken, flow)
        if taken is not None:
            yield taken
    elif len(spot.incoming) > 1 and spot.kind == "inclusiveGateway":
        yield from _met(graph, marking, spot)
    else:
        yield from _entered(graph, marking, spot, at=False)


def _happened(graph: Graph, marking: Marking, spot: Spot) -> Iterator[Marking]:
    """Yield what is left when a boundary event has happened while its activity was open."""
    activity = graph.spots[spot.attached_to]
    standing = list(_entered(graph, marking, activity))
    several, stopped = (SEVERAL, activity.id), (STOPPED, activity.id)
    if not spot.interrupting:
        if standing or several in marking or (ANYWHERE, "") in marking:
            yield marking
        return
    if stopped in marking:
        yield _without(marking, stopped)
    yield from standing
    if several in marking:
        yield _without(marking, several)
    if (ANYWHERE, "") in marking:
        yield _without(marking, (ANYWHERE, ""))


def _entered(
    graph: Graph, marking: Marking, spot: Spot, *, at: bool = True, waiting: bool = True
) -> Iterator[Marking]:
    """Yield what is left when one token that stands before ``spot`` is taken.

    Without ``waiting`` a token behind an event-based gateway is left: it is at none of its events yet.
    """
    if at and (AT, spot.id) in marking:
        yield _without(marking, (AT, spot.id))
    for flow in spot.incoming:
        taken = _take(graph, marking, flow, waiting=waiting)
        if taken is not None:
            yield taken


def _met(graph: Graph, marking: Marking, spot: Spot) -> Iterator[Marking]:
    """Yield what an inclusive gateway leaves: it waits while a token elsewhere can still reach an empty way in."""
    for known in (True, False):
        taken: Marking = marking
        filled: set[str] = set()
        for flow in spot.incoming:
            after = _take_known(taken, flow) if known else _take(graph, taken, flow)
            if after is not None:
                taken = after
                filled.add(flow.id)
        ahead = graph.ahead(spot.id)
        on_their_way = (ahead[id] for id in _standing(graph, taken) if id != spot.id)
        if filled and not any(way - filled and not way & filled for way in on_their_way):
            yield taken


def _standing(graph: Graph, marking: Marking) -> Iterator[str]:
    for kind, id in marking:
        if kind in (AT, CHOOSING, SEVERAL):
            yield from (id, *graph.spots[id].boundaries)
        elif kind == ON:
            target = graph.spots[_flow(graph, id).target]
            yield from (target.id, *target.boundaries)


def _departures(graph: Graph, marking: Marking, spot: Spot) -> Iterator[Marking]:
    ways = [(ON, flow.id) for flow in spot.outgoing]
    if spot.ends_all:
        yield ()
    elif spot.several:
        yield _with(marking, (SEVERAL, spot.id)) if ways else marking
    elif len(ways) > 1 and spot.kind in _ONE_WAY:
        yield _with(marking, (CHOOSING, spot.id))
    elif len(ways) > 1 and spot.kind == "inclusiveGateway":
        for count in range(1, len(ways) + 1):
            yield from (_with(marking, *chosen) for chosen in combinations(ways, count))
    else:
        yield _with(marking, *ways)


def _take_known(marking: Marking, flow: Place) -> Marking | None:
    return _without(marking, (ON, flow.id)) if (ON, flow.id) in marking else None


def _take(graph: Graph, marking: Marking, flow: Place, *, waiting: bool = True) -> Marking | None:
    """Return the marking without a token that has come through ``flow``; None when none can have."""
    if (ON, flow.id) in marking:
        return _without(marking, (ON, flow.id))
    source = graph.spots[flow.source]
    if (CHOOSING, source.id) in marking and (waiting or source.kind != "eventBasedGateway"):
        return _without(marking, (CHOOSING, source.id))
    if (SEVERAL, source.id) in marking:
        others = [(ON, one.id) for one in source.outgoing if one.id != flow.id]
        return _with(_without(marking, (SEVERAL, source.id)), *others)
    return None


def _flow(graph: Graph, id: str) -> Place:
    return next(flow for spot in graph.spots.values() for flow in spot.outgoing if flow.id == id)


def _sorted(tokens: Iterable[Token]) -> Marking:
    return tuple(sorted(tokens))


def _with(marking: Marking, *tokens: Token) -> Marking:
    return _sorted((*marking, *tokens))


def _without(marking: Marking, token: Token) -> Marking:
    left = list(marking)
    left.remove(token)
    return tuple(left)
