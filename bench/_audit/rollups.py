"""A year's figures from the roll-ups against one index lookup of the same rows, side by side in one run.

The rows are made in bulk: courses of ended cases are drawn (ways by how frequent they are, durations log-normal) and
each goes through the same rule as a real case, ``share_of``; what they add goes into the tables as the keeper writes
it.  What is not made are the lines and the rows of the cases themselves, which the measured statements never read.

*figures* are the statements of the page (:mod:`rollups.queries`), with everything that it does with their rows; *rows*
is the same rows read as they are, by the same keys, one SELECT for each of the four tables.
"""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.door import Door
from engine.oversight.audit.mining.conformance import Deviation
from engine.oversight.audit.mining.records import Passed, Record, Run, Stay
from engine.oversight.audit.rollups import queries
from engine.oversight.audit.rollups.keeping.queries import add
from engine.oversight.audit.rollups.queries import Asked
from engine.oversight.audit.rollups.rules import Ended, Share, difference, share_of
from engine.oversight.audit.rollups.tables import SUMS, rollup_way
from engine.process.tasks.queries import Step

EVENTS_OF_A_CASE = 20
ITEMS = tuple(f"I{number:02}" for number in range(1, 15))
DEPARTMENTS = ("market", "health", "transport", "police", "culture", "fire", "civil", "bank")
PAGE = 20
"""So many ways a page shows by name."""
Task = tuple[str, str, str]
"""Element, process and department."""
_WAYS, _TASKS, _BEGIN = 60, 10, datetime(2026, 1, 1, tzinfo=UTC)


def fill(door: Door, events: int) -> dict[str, int]:
    """Write what so many events of ended cases of a year add; return how many events, cases and rows there are."""
    rnd, cases = random.Random(7), events // EVENTS_OF_A_CASE
    ways = {item: _ways(rnd) for item in ITEMS}
    counted, batch, told = 0, list[tuple[Share | None, Share | None]](), set[str]()
    with door.database.writing() as connection:
        for number in range(cases):
            record, ended, found = _case(rnd, number, ways)
            counted += len(record.stays) + len(record.passed)
            share = share_of(record, ended, found)
            if share.way not in told:
                told.add(share.way)
                connection.execute(rollup_way.insert().values(digest=share.way, tasks=list(share.tasks)))
            batch.append((None, share))
            if len(batch) == 5000 or number == cases - 1:
                names = {place: one for _, each in batch if each is not None for place, one in each.names.items()}
                add(connection, difference(batch), names)
                batch.clear()
    if door.database.dialect == "postgresql":
        with door.database.writing() as connection:
            connection.exec_driver_sql("ANALYZE")
    with door.database.reading() as connection:
        rows = sum(
            int(connection.execute(sa.select(sa.func.count()).select_from(one)).scalar_one()) for one in SUMS.values()
        )
    return {"events": counted, "cases": cases, "rows": rows}


def measured(door: Door, rounds: int) -> dict[str, Any]:
    """Return what a year costs of the whole house, and of one item; medians of rounds that take turns."""
    wholes = {"house": Asked(ITEMS, "2026-01", "2026-12"), "item": Asked(ITEMS[:1], "2026-01", "2026-12"),
              "department": Asked(ITEMS, "2026-01", "2026-12", frozenset(DEPARTMENTS[:1]))}  # fmt: skip
    found: dict[str, Any] = {}
    with door.database.reading() as connection:
        for name, asked in wholes.items():
            spent: dict[str, list[float]] = {"figures": [], "rows": []}
            for _ in range(rounds + 1):
                for kind, work in (("figures", figures), ("rows", lookup)):
                    spent[kind].append(_timed(work, connection, asked))
            # The first round has warmed both.
            median = {kind: statistics.median(each[1:]) for kind, each in spent.items()}
            found[name] = {
                "rows": lookup(connection, asked),
                **{f"{kind}_ms": round(value * 1e3, 2) for kind, value in median.items()},
                "ratio": round(median["figures"] / median["rows"], 2),
            }
    found["ratio"] = max(each["ratio"] for each in found.values())
    return found


def figures(connection: Connection, asked: Asked) -> int:
    """Read what the page of figures reads of a year; return how many cases there are."""
    queries.known(connection)
    queries.unreadable(connection)
    slowest = queries.elements(connection, asked)
    ways = queries.ways(connection, asked)
    queries.tasks_of_ways(connection, [one.digest for one in ways[:PAGE]])
    between = queries.handovers(connection, asked)
    queries.deviating(connection, asked)
    if len(asked.items) > 1:
        queries.by_item(connection, asked)
    if asked.departments is None:
        queries.by_department(connection, asked)
    # What it shows of each is worked out, too.
    for tally in [one.tally for one in slowest] + [one.tally for one in ways] + [one.tally for one in between]:
        assert tally.median <= tally.ninetieth
    return sum(one.tally.count for one in ways)


def lookup(connection: Connection, asked: Asked) -> int:
    """Read the same rows as they are, by their keys; return how many."""
    return sum(
        len(connection.execute(sa.select(table).where(*queries.chosen(table, asked))).all()) for table in SUMS.values()
    )


def _timed(work: Callable[[Connection, Asked], int], connection: Connection, asked: Asked) -> float:
    begin = time.perf_counter()
    assert work(connection, asked) > 0
    return time.perf_counter() - begin


# Courses ----------------------------------------------------------------------------------------------------------


def _ways(rnd: random.Random) -> list[list[Task]]:
    """Return the ways of an item: each through some of its user tasks, which belong to three departments."""
    places = rnd.sample(DEPARTMENTS, 3)
    tasks = [(f"ut_{place:02}", f"process_{place % 6}", rnd.choice(places)) for place in range(30)]
    return [rnd.choices(tasks, k=_TASKS) for _ in range(_WAYS)]


def _case(
    rnd: random.Random, number: int, ways: Mapping[str, Sequence[Sequence[Task]]]
) -> tuple[Record, Ended, tuple[Deviation, ...]]:
    item = ITEMS[min(int(rnd.expovariate(0.3)), len(ITEMS) - 1)]
    way = ways[item][min(int(rnd.expovariate(0.15)), _WAYS - 1)]
    begun = _BEGIN + timedelta(seconds=rnd.randrange(360 * 86_400))
    stays = list(_stays(rnd, way, begun))
    ended = min(stays[-1].closed_at or begun, _BEGIN + timedelta(days=364))
    passed = tuple(
        Passed(1, Step(place, 0, 100 + place, process, f"gw_{element[3:]}", "exclusiveGateway", "判断", "", "completed",
                       begun, "system"))
        for place, (element, process, _) in enumerate(way)
    )  # fmt: skip
    runs = (Run(0, "main", f"{item}-{'ab'[begun.month > 6]}".ljust(64, "0"), True),)
    root = f"case:F{number:08}"
    deviating = rnd.random() < 0.05
    found = (Deviation("redone", 0, way[0][1], way[0][0], 1, ""),) if deviating else ()
    place = DEPARTMENTS[(int(item[1:]) + number % 3) % 3]
    record = Record(root, root, item, item, place, runs, (), passed, tuple(stays))
    return record, Ended(begun, ended), found


def _stays(rnd: random.Random, way: Sequence[Task], begun: datetime) -> Iterator[Stay]:
    opened = begun
    for place, (element, process, department) in enumerate(way):
        closed = opened + timedelta(seconds=min(rnd.lognormvariate(9.5, 1.5), 20 * 86_400))
        yield Stay(f"t{place}", 0, place, process, element, f"环节{element}", department, opened, closed, "D11",
                   "completed")  # fmt: skip
        opened = closed
