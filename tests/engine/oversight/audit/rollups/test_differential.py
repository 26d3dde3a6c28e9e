"""The sums against ``mining.figures`` over the same cases, whatever their courses, whatever changes meanwhile."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.engine import Connection

from engine.oversight.audit.mining.figures import Figures, figures
from engine.oversight.audit.rollups import queries
from engine.oversight.audit.rollups.buckets import ERROR
from engine.oversight.audit.rollups.keeping.queries import add, sums
from engine.oversight.audit.rollups.queries import Asked
from engine.oversight.audit.rollups.rules import Share, difference, packed, rows_of, share_of, unpacked
from engine.oversight.audit.rollups.tables import SUMS, rollup_way
from tests.engine.oversight.audit.rollups.courses import Course, courses
from tests.support.house import House

YEAR = Asked(("I01", "I02"), "2026-01", "2026-12")


class Undone(Exception):
    """Ends a transaction whose rows are not to stay."""


@pytest.fixture
def rolled_back(house: House) -> Iterator[Connection]:
    """A connection of a house in which nothing stays: examples empty it by themselves."""
    try:
        with house.door.database.writing() as connection:
            yield connection
            raise Undone
    except Undone:
        pass


def share(course: Course) -> Share:
    return share_of(course.record, course.ended, course.deviations)


@contextmanager
def empty(connection: Connection) -> Iterator[None]:
    for table in (*SUMS.values(), rollup_way):
        connection.execute(table.delete())
    yield


def write(connection: Connection, before: Sequence[Course | None], after: Sequence[Course | None]) -> None:
    """Let cases that went as ``before`` go as ``after``; None is a case that has not ended."""
    old = [None if one is None else share(one) for one in before]
    new = [None if one is None else share(one) for one in after]
    names = {place: told for one in new if one is not None for place, told in one.names.items()}
    # What was kept comes back packed and unpacked, without its names.
    kept = [None if one is None else unpacked(packed(one)) for one in old]
    add(connection, difference(zip(kept, new, strict=True)), names)
    for one in new:
        if one is not None:
            found = {"digest": one.way, "tasks": list(one.tasks)}
            if not connection.execute(sa.select(rollup_way).where(rollup_way.c.digest == one.way)).first():
                connection.execute(rollup_way.insert().values(found))


def near(told: timedelta, true: timedelta) -> bool:
    return abs(told - true) <= max(true * ERROR + timedelta(microseconds=2), timedelta(seconds=30))


def same_as(connection: Connection, asked: Asked, wanted: Figures) -> None:
    ways = queries.ways(connection, asked)
    tasks = queries.tasks_of_ways(connection, [one.digest for one in ways])
    assert {tasks[one.digest]: one.tally.count for one in ways} == {one.tasks: one.count for one in wanted.variants}
    timed = {(one.process, one.element): one for one in queries.elements(connection, asked) if one.kind == "userTask"}
    assert timed.keys() == {(one.process, one.element) for one in wanted.times}
    for spent in wanted.times:
        one = timed[spent.process, spent.element]
        assert (one.name, one.tally.count, one.tally.spent) == (spent.name, spent.count, spent.total)
        assert near(one.tally.median, spent.median) and near(one.tally.ninetieth, spent.ninetieth)
    between = {(one.giver, one.taker): one.tally for one in queries.handovers(connection, asked)}
    assert {ends: tally.count for ends, tally in between.items()} == {
        (one.giver, one.taker): one.count for one in wanted.handovers
    }  # fmt: skip
    assert all(near(between[one.giver, one.taker].median, one.median) for one in wanted.handovers)


@given(st.lists(courses(), max_size=6), st.sampled_from([None, "market", "health"]), st.sampled_from(["I01", "I02"]))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
def test_the_figures_are_those_counted_from_the_lines_of_the_same_cases(
    rolled_back: Connection, some: list[Course], place: str | None, item: str
):
    with empty(rolled_back):
        write(rolled_back, [None] * len(some), some)
        same_as(rolled_back, YEAR, figures(one.record for one in some))
        february = [one for one in some if one.ended.month == "2026-02"]
        same_as(rolled_back, Asked(YEAR.items, "2026-02", "2026-02"), figures(one.record for one in february))
        mine = [one.record for one in some if place in (None, one.record.department) and one.record.item_code == item]
        asked = Asked((item,), "2026-01", "2026-12", None if place is None else frozenset({place}))
        same_as(rolled_back, asked, figures(mine))


@given(st.lists(st.tuples(st.none() | courses(), st.none() | courses()), max_size=6))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
def test_what_is_counted_anew_leaves_the_sums_of_how_it_is_now(
    rolled_back: Connection, some: list[tuple[Course | None, Course | None]]
):
    before, after = [one for one, _ in some], [one for _, one in some]
    with empty(rolled_back):
        write(rolled_back, [None] * len(some), after)
        at_once = dict(sums(rolled_back))
    with empty(rolled_back):
        write(rolled_back, [None] * len(some), before)
        write(rolled_back, before, after)
        write(rolled_back, after, after)
        assert dict(sums(rolled_back)) == at_once
        assert all(count > 0 for count, _ in at_once.values())


@given(st.lists(courses(), max_size=6))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=30)
def test_deviations_are_counted_by_kind_and_element_and_by_case(rolled_back: Connection, some: list[Course]):
    with empty(rolled_back):
        write(rolled_back, [None] * len(some), some)
        found = queries.deviating(rolled_back, YEAR)
    all = Counter((one.kind, one.process, one.element) for each in some for one in each.deviations)
    assert {(one.kind, one.process, one.element): one.count for one in found} == all
    assert [one.count for one in found] == sorted(all.values(), reverse=True)
    for one in found:
        # In two runs by two releases a case counts with each of them.
        assert 0 < one.cases <= one.count


@given(courses())
def test_what_is_kept_of_a_case_is_what_it_adds(course: Course):
    one = share(course)
    assert dict(rows_of(unpacked(packed(one)))) == dict(rows_of(one))
    assert packed(unpacked(packed(one))) == packed(one)
    assert not dict(difference([(one, unpacked(packed(one)))]))
