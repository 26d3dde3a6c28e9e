"""What is planted in a course that conforms is found, and nothing else: on strolls through the shipped drawings."""

from __future__ import annotations

import os
import random
from functools import lru_cache

import pytest

from engine.oversight.audit.mining.conformance import Deviation, deviations
from engine.oversight.audit.mining.graphs import Graph, graphs_of
from processes.library import SHIPPED
from tests.engine.oversight.audit.mining.recording import record
from tests.engine.oversight.audit.mining.strolling import Stroll, Trodden

STROLLS = 1_000 if os.environ.get("YICHUANG_FULL") == "1" else 60
FILES = {path.stem: path.read_bytes() for path in sorted(SHIPPED.glob("*.bpmn"))}
MAIN = ["one_window_main", "route_joint", "route_commitment", "special_procedure", "issue_delivery", "joint_branch"]


def drawn(_: str, process: str) -> dict[str, Graph] | None:
    return dict(graphs_of(FILES[process])) if process in FILES else None


@lru_cache(maxsize=1)
def all_strolls() -> list[tuple[str, list[Trodden]]]:
    return [(main := MAIN[seed % len(MAIN)], Stroll(FILES, main, seed).trodden) for seed in range(STROLLS)]


def strolls() -> list[tuple[str, list[Trodden], random.Random]]:
    return [(main, course, random.Random(seed)) for seed, (main, course) in enumerate(all_strolls())]


def found(main: str, course: list[Trodden]) -> tuple[Deviation, ...]:
    return deviations(record(main, [[one] for one in course]), drawn)


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


def told(all: tuple[Deviation, ...]) -> list[tuple[str, str, int]]:
    return [(one.kind, one.element, one.seq) for one in all]


def test_a_stroll_as_drawn_has_no_deviation():
    lengths = [len(course) for _, course, _ in strolls()]
    assert sum(lengths) > 25 * STROLLS
    for seed, (main, course, _) in enumerate(strolls()):
        assert found(main, course) == (), seed


def test_a_step_that_was_left_out_is_the_one_that_is_told():
    for seed, (main, course, rnd) in enumerate(strolls()):
        at, after = rnd.choice(sure(course))
        left = course[:at] + course[at + 1 :]
        assert told(found(main, left)) == [("skipped", course[at].element_id, after)], (seed, course[at])


def test_two_steps_in_the_wrong_order_are_one_deviation():
    for seed, (main, course, rnd) in enumerate(strolls()):
        at, after = rnd.choice(sure(course))
        swapped = list(course)
        swapped[at], swapped[after] = course[after], course[at]
        [one] = found(main, swapped)
        assert one.kind == "out_of_order" and one.seq in (at + 1, after + 1), seed
        assert one.element in (course[at].element_id, course[after].element_id), seed


@pytest.mark.parametrize("kind", ["foreign", "repeated"])
def test_a_step_that_was_put_in_is_the_one_that_is_told(kind: str):
    for seed, (main, course, rnd) in enumerate(strolls()):
        # With one step more on record the same element might be due again: then it was that step that was left out.
        at = rnd.choice([at for at, after in sure(course) if not leads(course[after], course[at])])
        one = course[at]
        element = "ut_foreign" if kind == "foreign" else one.element_id
        more = Trodden(10_000, one.process_id, element, "userTask", one.within)
        told_ = told(found(main, [*course[: at + 1], more, *course[at + 1 :]]))
        assert told_ == [(kind, element, at + 2)], (seed, one)


def test_several_planted_at_once_are_all_found():
    for seed, (main, course, rnd) in enumerate(strolls()):
        at, _ = rnd.choice(sure(course))
        one = course[at]
        foreign = [Trodden(10_000 + n, main, f"ut_{n}", "userTask", None) for n in range(3)]
        kinds = [each.kind for each in found(main, [*foreign, *course[:at], *course[at + 1 :]])]
        assert kinds == ["foreign"] * 3 + ["skipped"], (seed, one)
