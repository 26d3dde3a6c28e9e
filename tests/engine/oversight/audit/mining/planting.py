"""Strolls through the shipped drawings, and what may be planted in one so that only one explanation of it is left."""

from __future__ import annotations

import random
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from engine.oversight.audit.mining.graphs import Graph, graphs_of
from processes.library import SHIPPED
from tests.engine.oversight.audit.mining.strolling import Stroll, Trodden
from tests.support.size import FULL

STROLLS = 1_000 if FULL else 60
FILES = {path.stem: path.read_bytes() for path in sorted(SHIPPED.glob("*.bpmn"))}
MAIN = ["one_window_main", "route_joint", "route_commitment", "special_procedure", "issue_delivery", "joint_branch"]


def drawn(_: str, process: str) -> dict[str, Graph] | None:
    return dict(graphs_of(FILES[process])) if process in FILES else None


@lru_cache(maxsize=2)
def all_strolls(count: int) -> list[tuple[str, list[Trodden]]]:
    return [(main := MAIN[seed % len(MAIN)], Stroll(FILES, main, seed).trodden) for seed in range(count)]


def strolls(count: int = STROLLS) -> list[tuple[str, list[Trodden], random.Random]]:
    return [(main, course, random.Random(seed)) for seed, (main, course) in enumerate(all_strolls(count))]


def follower(course: list[Trodden], at: int) -> int | None:
    """The place of what comes after an element and only from there, on the same level; None when it is not sure."""
    one = course[at]
    spots = next(graph.spots for graph in graphs_of(FILES[one.process_id]).values() if one.element_id in graph.spots)
    spot = spots[one.element_id]
    if len(spot.outgoing) != 1 or spot.several or spot.kind == "startEvent":
        return None
    after = spots[spot.outgoing[0].target]
    if len(after.incoming) != 1 or after.several:
        return None
    later = range(at + 1, len(course))
    here = {after.id, *after.boundaries}
    return next((n for n in later if course[n].within == one.within and course[n].element_id in here), None)


def sure(course: list[Trodden]) -> list[tuple[int, int]]:
    return [(at, after) for at in range(len(course)) if (after := follower(course, at)) is not None]


def leads(one: Trodden, to: Trodden) -> bool:
    """Whether a flow goes from one element to another."""
    graph = next(each for each in graphs_of(FILES[one.process_id]).values() if one.element_id in each.spots)
    return to.element_id in {flow.target for flow in graph.spots[one.element_id].outgoing}


KINDS: Final = ("none", "skipped", "repeated", "foreign", "out_of_order")


@dataclass(frozen=True)
class Planted:
    """A course in which one deviation was planted: its kind, and the elements of which one must be told."""

    main: str
    course: list[Trodden]
    kind: str
    elements: frozenset[str]


def planted(kind: str, main: str, course: list[Trodden], rnd: random.Random) -> Planted:
    """Return the course with a deviation of the kind ``kind`` in it, at a place of chance; ``none`` leaves it."""
    if kind == "none":
        return Planted(main, course, kind, frozenset())
    if kind in ("skipped", "out_of_order"):
        at, after = rnd.choice(sure(course))
        changed = course[:at] + course[at + 1 :]
        if kind == "out_of_order":
            changed = list(course)
            changed[at], changed[after] = course[after], course[at]
            return Planted(main, changed, kind, frozenset({course[at].element_id, course[after].element_id}))
        return Planted(main, changed, kind, frozenset({course[at].element_id}))
    # With one step more on record the same element might be due again: then it was that step that was left out.
    at = rnd.choice([at for at, after in sure(course) if not leads(course[after], course[at])])
    one = course[at]
    element = "ut_foreign" if kind == "foreign" else one.element_id
    more = Trodden(10_000, one.process_id, element, "userTask", one.within)
    return Planted(main, [*course[: at + 1], more, *course[at + 1 :]], kind, frozenset({element}))
