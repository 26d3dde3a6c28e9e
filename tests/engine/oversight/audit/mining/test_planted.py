"""What is planted in a course that conforms is found, and nothing else: on strolls through the shipped drawings."""

from __future__ import annotations

import pytest

from engine.oversight.audit.mining.conformance import Deviation, deviations
from tests.engine.oversight.audit.mining.planting import STROLLS, drawn, leads, strolls, sure
from tests.engine.oversight.audit.mining.recording import record
from tests.engine.oversight.audit.mining.strolling import Trodden


def found(main: str, course: list[Trodden]) -> tuple[Deviation, ...]:
    return deviations(record(main, [[one] for one in course]), drawn)


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
