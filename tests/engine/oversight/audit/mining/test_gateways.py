"""What each kind of element lets happen, on drawings of a few elements."""

from __future__ import annotations

import random

import pytest

from engine.oversight.audit.mining.conformance import deviations
from engine.oversight.audit.mining.graphs import graphs_of
from tests.engine.oversight.audit.mining.recording import record
from tests.engine.oversight.audit.mining.strolling import Trodden
from tests.engine.process.bpmn.dsl import (
    both,
    chain,
    end,
    flow,
    several,
    some,
    start,
    terminate,
    timer,
    user,
    users,
    xor,
)
from tests.engine.process.bpmn.dsl import process as drawing

LINE = drawing(start(), users("a", "b", "c"), end(), chain("s", "a", "b", "c", "e"))
FORK = drawing(
    start(), both("f"), users("a", "b"), both("j"), end(), chain("s", "f", "a", "j", "e"), chain("f", "b", "j")
)
CHOICE = drawing(
    start(), xor("f", default="f_b"), users("a", "b"), xor("j"), end(),
    flow("s", "f"), flow("f", "a", "x == 1"), flow("f", "b", id="f_b"), chain("a", "j", "e"), flow("b", "j"),
)  # fmt: skip
SOME = drawing(
    start(), some("f", default="f_b"), users("a", "b"), some("j"), end(),
    flow("s", "f"), flow("f", "a", "x == 1"), flow("f", "b", id="f_b"), chain("a", "j", "e"), flow("b", "j"),
)  # fmt: skip
LOOP = drawing(
    start(), xor("m"), users("a"), xor("g", default="g_e"), end(),
    chain("s", "m", "a", "g"), flow("g", "m", "x == 1"), flow("g", "e", id="g_e"),
)  # fmt: skip
MAYBE = drawing(
    start(), xor("f", default="f_j"), users("a", "b"), xor("j"), end(),
    flow("s", "f"), flow("f", "a", "x == 1"), chain("a", "b", "j", "e"), flow("f", "j", id="f_j"),
)  # fmt: skip
MANY = drawing(start(), user("a", several()), users("b"), end(), chain("s", "a", "b", "e"))
RING = drawing(
    start(), users("a", "b"), timer("t", "a", "P1D"), timer("n", "a", "P1D", interrupting=False), end(), end("e2"),
    chain("s", "a", "e"), chain("t", "b", "e2"), end("e3"), flow("n", "e3"),
)  # fmt: skip
STOP = drawing(
    start(), both("f"), users("a", "b"), terminate(), end("e2"), chain("s", "f", "a", "e"), chain("f", "b", "e2")
)


def found(xml: bytes, course: str, *, completed: bool = True) -> list[tuple[str, str]]:
    """The deviations of a course, its elements parted by blanks; ``-x`` is one that was taken away unfinished."""
    [id] = graphs_of(xml)
    turns = [
        [Trodden(n, id, one.lstrip("-"), "userTask", None, state="cancelled" if one.startswith("-") else "completed")]
        for n, one in enumerate(course.split(), 1)
    ]
    one = record(id, turns, completed=completed)
    return [(each.kind, each.element) for each in deviations(one, lambda _, process: graphs_of(xml))]


@pytest.mark.parametrize(
    "xml, course",
    [
        (LINE, "s a b c e"), (FORK, "s f a b j e"), (FORK, "s f b a j e"), (CHOICE, "s f a j e"), (CHOICE, "s f b j e"),
        (SOME, "s f a j e"), (SOME, "s f b j e"), (SOME, "s f a b j e"), (SOME, "s f b a j e"), (LOOP, "s m a g e"),
        (LOOP, "s m a g m a g m a g e"), (MANY, "s a b e"), (MANY, "s a a a b e"), (RING, "s a e"),
        (RING, "s n e3 a e"), (RING, "s n n e3 e3 a e"), (RING, "s -a t b e2"), (RING, "s t b e2"),
        (RING, "s n -a t e3 b e2"), (MAYBE, "s f j e"), (MAYBE, "s f a b j e"),
        (STOP, "s f a e"), (STOP, "s f b e2 a e"), (STOP, "s f a -b e"), (STOP, "s f a e -b"),
    ],
)  # fmt: skip
def test_what_may_be_is_no_deviation(xml: bytes, course: str):
    assert found(xml, course) == []


@pytest.mark.parametrize(
    "xml, course, told",
    [
        (LINE, "s a c e", [("skipped", "b")]),
        (LINE, "s a b c", [("skipped", "e")]),
        (LINE, "s b a c e", [("out_of_order", "a")]),
        (LINE, "s a b c e a", [("repeated", "a")]),
        (LINE, "s x a b c e", [("foreign", "x")]),
        (LINE, "s a e", [("skipped", "b"), ("skipped", "c")]),
        (FORK, "s f a j e", [("skipped", "b")]),
        (FORK, "s f a j b e", [("out_of_order", "b")]),
        (CHOICE, "s f a b j e", [("not_enabled", "b")]),
        (CHOICE, "s f j e", [("skipped", "a")]),
        (SOME, "s f a j b e", [("not_enabled", "b")]),
        (SOME, "s f a j b j e e", [("not_enabled", "j"), ("repeated", "e")]),
        (MAYBE, "s f b j e", [("skipped", "a")]),
        (MAYBE, "s f a j e", [("skipped", "b")]),
        (LOOP, "s m a a g e", [("repeated", "a")]),
        (MANY, "s b e", [("skipped", "a")]),
        (MANY, "s a b a e", [("repeated", "a")]),
        (RING, "s t t b e2", [("repeated", "t")]),
        (RING, "s a n e", [("not_enabled", "n")]),
        (STOP, "s f a e b", [("not_enabled", "b")]),
    ],
)
def test_what_may_not_be_is_told(xml: bytes, course: str, told: list[tuple[str, str]]):
    assert found(xml, course) == told


def test_of_a_case_that_runs_nothing_is_missing_at_the_end():
    assert found(LINE, "s a", completed=False) == []
    assert found(FORK, "s f b", completed=False) == []
    assert found(LINE, "s b", completed=False) == [("skipped", "a")]


def test_a_record_that_has_nothing_to_do_with_the_drawing_is_judged_all_the_same():
    rnd = random.Random(7)
    course = [rnd.choice("sfabje") for _ in range(200)]
    kinds = [kind for kind, _ in found(SOME, " ".join(course))]
    assert len(kinds) > 50 and set(kinds) <= {"skipped", "out_of_order", "repeated", "not_enabled"}


def test_too_much_to_explain_is_explained_as_far_as_it_goes():
    names = [[f"u{branch}_{n}" for n in range(3)] for branch in range(8)]
    ways = [chain("f", *each, "j") for each in names]
    wide = drawing(
        start(), both("f"), users(*(id for each in names for id in each)), both("j"), end(), flow("s", "f"), *ways,
        flow("j", "e"),
    )  # fmt: skip
    rnd = random.Random(1)
    course = ["s", "f", *(rnd.choice(rnd.choice(names)) for _ in range(24)), "j", "e"]
    told = found(wide, " ".join(course))
    assert len(told) > 10 and {element for _, element in told} <= {*course, *(id for each in names for id in each)}
