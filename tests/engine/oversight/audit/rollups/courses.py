"""Courses of cases that are made up, from which everything that figures count can be drawn."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from engine.oversight.audit.mining.conformance import Deviation
from engine.oversight.audit.mining.records import Passed, Record, Run, Stay
from engine.oversight.audit.rollups.rules import Ended
from engine.process.tasks.queries import Step

BEGIN = datetime(2026, 1, 31, 12, tzinfo=UTC)


@dataclass(frozen=True)
class Course:
    """A case that has ended: its record, when, and its deviations."""

    record: Record
    ended: Ended
    deviations: tuple[Deviation, ...]


_PLACES = st.sampled_from(["market", "health", "center"])
_ELEMENTS = st.sampled_from(["ut_a", "ut_b", "ut_c"])
_SPANS = st.integers(0, 40 * 86_400 * 10**6).map(lambda one: timedelta(microseconds=one))
_KINDS = st.sampled_from(["skipped", "redone", "migrated"])


@st.composite
def _stays(draw: st.DrawFn) -> list[Stay]:
    found: list[Stay] = []
    for number in range(draw(st.integers(0, 6))):
        opened = BEGIN
        earlier = [one.closed_at for one in found if one.closed_at is not None]
        if earlier:
            opened = draw(st.sampled_from([BEGIN, *earlier]))
        state = draw(st.sampled_from(["completed", "completed", "cancelled", "open"]))
        closed = None if state == "open" else opened + draw(_SPANS)
        element = draw(_ELEMENTS)
        found.append(
            Stay(f"t{number}", draw(st.integers(0, 1)), number, "main", element, f"办{element}", draw(_PLACES), opened,
                 closed, "W01", state)
        )  # fmt: skip
    return found


@st.composite
def _passed(draw: st.DrawFn) -> list[Passed]:
    return [
        Passed(1, Step(number, 0, 100 + number, "main", draw(st.sampled_from(["gw", "st"])), "exclusiveGateway", "",
                       "", draw(st.sampled_from(["completed", "cancelled"])), BEGIN, "W01"))
        for number in range(draw(st.integers(0, 3)))
    ]  # fmt: skip


@st.composite
def courses(draw: st.DrawFn, root: str = "case:1") -> Course:
    """One course: tasks of two runs and two releases, some open, some at the same instant, closed in some month."""
    item, place = draw(st.sampled_from(["I01", "I02"])), draw(_PLACES)
    runs = (Run(0, "main", draw(st.sampled_from(["r1", "r2"])), True), Run(1, "main", "r2", True))
    record = Record(
        root, root, item, "事项", place, runs, (), tuple(draw(_passed())), tuple(draw(_stays())),
    )  # fmt: skip
    found = draw(st.lists(st.builds(Deviation, _KINDS, st.integers(0, 1), st.just("main"), _ELEMENTS, st.just(1),
                                    st.just("")), max_size=3))  # fmt: skip
    return Course(record, Ended(BEGIN, BEGIN + draw(_SPANS)), tuple(found))
