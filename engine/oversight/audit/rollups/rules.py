"""What one ended case adds to the roll-ups: the same that :mod:`mining.figures` counts of it.  Pure.

A case counts in the month (Asia/Shanghai) in which it was closed, with everything that happened in it, so that the
elements, ways, handovers and deviations of a period are those of the same cases.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from engine.foundation.clock import CITY
from engine.foundation.store.unit import Actor
from engine.oversight.audit.mining.conformance import Deviation
from engine.oversight.audit.mining.figures import done_in_order, handed_on, open_for
from engine.oversight.audit.mining.records import Record
from engine.oversight.audit.rollups.buckets import MICRO, UNTIMED, bucket_of
from engine.registry.identity.rules import ACTIONS, Scope
from engine.registry.organisation.queries import CENTER

ELEMENT, HANDOVER, VARIANT, DEVIATION = "element", "handover", "variant", "deviation"

Key = tuple[str | int, ...]
"""Which roll-up, then its key without item, month and department, which a case has but once."""
Sums = tuple[int, int]
"""How many, and their microseconds together; of deviations: how many, and in how many cases."""
Place = tuple[str, str, str]
"""Release, process and element."""


@dataclass(frozen=True)
class Ended:
    """When a case that has ended was received and closed (UTC)."""

    received_at: datetime
    closed_at: datetime

    @property
    def month(self) -> str:
        """The month of the city in which it was closed: 2026-03."""
        return self.closed_at.astimezone(CITY).strftime("%Y-%m")


@dataclass(frozen=True)
class Share:
    """What a case adds: under which item, month and department (key), and to which sums how much."""

    item: str
    month: str
    department: str
    way: str
    facts: Mapping[Key, Sums]
    tasks: tuple[str, ...] = ()
    """The names of the way; not kept with the case."""
    names: Mapping[Place, tuple[str, str]] = field(default_factory=dict)
    """Kind and name of its elements; not kept with the case."""


def share_of(record: Record, ended: Ended, found: Iterable[Deviation]) -> Share:
    """Return what a case adds; ``found`` are its deviations from the releases it went by."""
    releases = {one.run: one.release for one in record.runs}
    facts, names = Counter[Key](), dict[Place, tuple[str, str]]()
    spent = Counter[Key]()

    def add(key: Key, micros: int = 0) -> None:
        facts[key] += 1
        spent[key] += micros

    done = done_in_order(record)
    for stay in done:
        place = (releases.get(stay.run, ""), stay.process, stay.element)
        names[place] = ("userTask", stay.name or stay.element)
        micros = _micros(open_for(stay))
        add((ELEMENT, *place, bucket_of(micros)), micros)
    for one in record.passed:
        step = one.step
        if step.state == "completed" and step.kind != "userTask":
            place = (releases.get(step.run, ""), step.process, step.element)
            names[place] = (step.kind, step.name or step.element)
            add((ELEMENT, *place, UNTIMED))
    for giver, taker, wait in handed_on(done):
        micros = _micros(wait)
        add((HANDOVER, giver, taker, bucket_of(micros)), micros)
    tasks = tuple(one.name or one.element for one in done)
    way, lasted = way_of(tasks), _micros(ended.closed_at - ended.received_at)
    add((VARIANT, way, bucket_of(lasted)), lasted)
    for key, count in _deviating(found, releases).items():
        facts[key], spent[key] = count, 1
    sums = {key: (count, spent[key]) for key, count in facts.items()}
    return Share(record.item_code, ended.month, record.department, way, sums, tasks, names)


def _deviating(found: Iterable[Deviation], releases: Mapping[int, str]) -> Counter[Key]:
    return Counter((DEVIATION, one.kind, releases.get(one.run, ""), one.process, one.element) for one in found)


def _micros(span: timedelta) -> int:
    return span // MICRO


def way_of(tasks: Iterable[str]) -> str:
    """Return the digest of a way: the names of the user tasks that were completed, in order."""
    return hashlib.sha256(json.dumps(list(tasks), ensure_ascii=False).encode()).hexdigest()


# Kept with the case -----------------------------------------------------------------------------------------------


def packed(share: Share) -> bytes:
    """Return what a case adds as it is kept, to be taken off again when the case is counted anew."""
    rows = sorted([*key, *sums] for key, sums in share.facts.items())
    told = [share.item, share.month, share.department, share.way, rows]
    return zlib.compress(json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode(), 6)


def unpacked(content: bytes) -> Share:
    """Return what :func:`packed` kept."""
    item, month, department, way, rows = json.loads(zlib.decompress(content))
    return Share(item, month, department, way, {tuple(row[:-2]): (row[-2], row[-1]) for row in rows})


Row = tuple[str, str, str, str, Key]
"""Which roll-up, then item, month, department, and what else its key has."""


def rows_of(share: Share | None) -> Iterator[tuple[Row, Sums]]:
    """Yield the sums to which a case adds, each with what it adds."""
    if share is not None:
        for (kind, *rest), sums in share.facts.items():
            yield (str(kind), share.item, share.month, share.department, tuple(rest)), sums


def difference(changes: Iterable[tuple[Share | None, Share | None]]) -> dict[Row, Sums]:
    """Return by how much each sum changes when cases that added one thing add another; what stays is left out."""
    count, spent = Counter[Row](), Counter[Row]()
    for before, after in changes:
        for sign, share in ((-1, before), (1, after)):
            for row, (more, longer) in rows_of(share):
                count[row] += sign * more
                spent[row] += sign * longer
    return {row: (count[row], spent[row]) for row in count if count[row] or spent[row]}


# Whose figures -----------------------------------------------------------------------------------------------------

SEE: Final = "figures.see"


def figures_scope(actor: Actor) -> Scope:
    """Return whose figures an actor sees: a post at the centre all of them, one in a department that department's."""
    places = actor.departments("system", *ACTIONS[SEE])
    return Scope(True, frozenset()) if CENTER in places else Scope(False, places)
