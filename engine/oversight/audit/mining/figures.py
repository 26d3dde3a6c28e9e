"""Figures of how cases ran: the ways they went, how long what took, who waited for whom, and where time was lost.

Times are by the calendar, not in working hours: they tell how long people waited.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from engine.oversight.audit.mining.records import Record, Stay

Place = tuple[str, str]
"""A process and an element of it."""


@dataclass(frozen=True, slots=True)
class Variant:
    """A way that cases went: the user tasks that were completed, in order, by name; and how many cases went it."""

    tasks: tuple[str, ...]
    count: int


@dataclass(frozen=True, slots=True)
class Spent:
    """How long a user task was open when it was completed, and all its times together."""

    process: str
    element: str
    name: str
    count: int
    median: timedelta
    ninetieth: timedelta
    total: timedelta


@dataclass(frozen=True, slots=True)
class Handover:
    """A case went from one department to another; ``median`` is how long the next task of the latter took."""

    giver: str
    taker: str
    count: int
    median: timedelta


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of some cases; the longest first, and what is most frequent."""

    cases: int
    variants: tuple[Variant, ...]
    times: tuple[Spent, ...]
    handovers: tuple[Handover, ...]

    @property
    def bottlenecks(self) -> tuple[Spent, ...]:
        """The user tasks by the time that cases waited at them, all cases together."""
        return tuple(sorted(self.times, key=lambda one: (-one.total, one.process, one.element)))


def figures(cases: Iterable[Record]) -> Figures:
    """Return the figures of some cases, of which only names and durations are kept in memory."""
    variants = Counter[tuple[str, ...]]()
    names, durations = dict[Place, str](), defaultdict[Place, list[timedelta]](list)
    waits = defaultdict[tuple[str, str], list[timedelta]](list)
    count = 0
    for case in cases:
        count += 1
        done = done_in_order(case)
        variants[tuple(one.name or one.element for one in done)] += 1
        for one in done:
            place = (one.process, one.element)
            names[place] = one.name or one.element
            durations[place].append(open_for(one))
        for giver, taker, wait in handed_on(done):
            waits[giver, taker].append(wait)
    times = [_spent(place, names[place], of) for place, of in durations.items()]
    between = [Handover(*ends, len(of), quantile(of, 0.5)) for ends, of in waits.items()]
    return Figures(
        cases=count,
        variants=tuple(Variant(*one) for one in sorted(variants.items(), key=lambda one: (-one[1], one[0]))),
        times=tuple(sorted(times, key=lambda one: (-one.count, one.process, one.element))),
        handovers=tuple(sorted(between, key=lambda one: (-one.count, one.giver, one.taker))),
    )


def quantile(of: Sequence[timedelta], share: float) -> timedelta:
    """Return the shortest of some durations that ``share`` of them do not exceed; there must be one."""
    return sorted(of)[max(ceil(share * len(of)), 1) - 1]


def done_in_order(case: Record) -> list[Stay]:
    """Return the user tasks of a case that were completed, in the order in which they were."""
    done = [one for one in case.stays if one.state == "completed" and one.closed_at is not None]
    return sorted(done, key=lambda one: (one.closed_at, one.run, one.task_no))


def handed_on(done: Sequence[Stay]) -> Iterable[tuple[str, str, timedelta]]:
    """Yield giver, taker, and how long the taker's next task was open, for each time a case changed departments."""
    closing = defaultdict[tuple[int, datetime | None], list[Stay]](list)
    for one in done:
        closing[one.run, one.closed_at].append(one)
    for after in done:
        for before in closing[after.run, after.opened_at]:
            # What was closed with the same act that opened the next: its department handed the case over.
            if before.task_no < after.task_no and before.department != after.department:
                yield before.department, after.department, open_for(after)


def open_for(stay: Stay) -> timedelta:
    """Return how long a user task was open, by the calendar; nothing for one that still is."""
    return timedelta() if stay.closed_at is None else stay.closed_at - stay.opened_at


def _spent(place: Place, name: str, of: Sequence[timedelta]) -> Spent:
    total = sum(of, timedelta())
    return Spent(*place, name, len(of), quantile(of, 0.5), quantile(of, 0.9), total)
