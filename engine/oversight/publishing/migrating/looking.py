"""Where the running cases of an item stand, and which of them may go on with another release: looked at together.

A few statements however many cases there are, and one look for each shape of their states (see
:mod:`engine.process.bpmn.shapes`): of ten thousand cases there are some dozens.  The same rules as for one case alone.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from typing import Final

from engine.casework.cases.queries import Running, running_on
from engine.foundation.errors import Refusal
from engine.oversight.publishing.migrating.commands import Ids
from engine.oversight.publishing.migrating.rules import CaseIdle, CaseNotStarted, SameRelease
from engine.process.bpmn.releases.bundles import Bundles
from engine.process.bpmn.releases.queries import Release
from engine.process.bpmn.shapes import shape_of
from engine.process.bpmn.standing import standing
from engine.process.tasks.migrating import obstacles_of_run
from engine.process.tasks.queries import open_runs, releases_of_runs
from engine.process.tasks.registry import View
from engine.process.tasks.rules import InstanceRow

MOST: Final = 10_000
"""So many cases are looked at together; a page says when there are more."""

_CHUNK: Final = 500

Place = tuple[str, str]
"""A process and one of its elements."""


@dataclass(frozen=True)
class Looked:
    """A running case: its number, the release it has pinned, where it stands, and why it cannot move (empty: it can).

    ``places`` are open tasks, calls and what is waited for; an armed boundary event is no place of its own.
    """

    case_no: str
    release_id: str
    places: frozenset[Place]
    reasons: tuple[str, ...] = ()


def look(
    view: View, item_code: str, *, on: Release | None = None, to: Release | None = None, ids: Ids | None = None,
    limit: int | None = MOST,
) -> list[Looked]:  # fmt: skip
    """Return the running cases of an item, by number, at most ``limit``; those on the release ``on`` when given.

    With ``to`` each says why it cannot go on with that release; ``ids`` are the elements that got another id.
    """
    cases = running_on(view.connection, item_code, on.id if on is not None else None, limit=limit)
    eyes = _Eyes(view, to, ids or {})
    wanted = {case.root_id for case in cases}
    found: dict[str, _Found] = {}
    for row in open_runs(view.connection, {case.release_id for case in cases}):
        if row.root_id in wanted:
            found[row.root_id] = found.get(row.root_id, _Found()) + eyes.at(row)
    started = _started(view, [case.root_id for case in cases if case.root_id not in found])
    return [_looked(case, found.get(case.root_id), to, started) for case in cases]


@dataclass(frozen=True)
class _Found:
    """What is found of one run, or of all runs of a case together."""

    places: frozenset[Place] = frozenset()
    reasons: tuple[str, ...] = ()

    def __add__(self, other: _Found) -> _Found:
        return _Found(self.places | other.places, (*self.reasons, *other.reasons))


@dataclass
class _Eyes:
    """One look at many runs; what was found of a shape is kept."""

    view: View
    to: Release | None
    ids: Ids
    _known: dict[Hashable, _Found] = field(default_factory=dict)

    def at(self, row: InstanceRow) -> _Found:
        """Return what is found of a run; a spoiled one is told by its refusal, as it would be alone."""
        try:
            key = (row.release_id, row.process, shape_of(row.snapshot))
            if key not in self._known:
                self._known[key] = self._look(row)
            return self._known[key]
        except Refusal as refusal:
            return _Found(reasons=(refusal.sentence,))

    def _look(self, row: InstanceRow) -> _Found:
        bundles, connection = self.view.part(Bundles), self.view.connection
        bundle = bundles.of(connection, bundles.release(connection, row.release_id), row.process)
        here = {(one.process_id, one.element_id) for one in standing(bundle, row.snapshot)}
        places = {
            (process, element) for process, element in here
            if bundle.definitions[process].elements[element].kind != "boundaryEvent"
        }  # fmt: skip
        told = () if self.to is None else obstacles_of_run(self.view, row, self.to, self.ids)
        return _Found(frozenset(places), tuple(one.sentence for one in told))


def _looked(case: Running, found: _Found | None, to: Release | None, started: frozenset[str]) -> Looked:
    reasons = found.reasons if found is not None else ()
    if to is not None:
        refusal = _refused(case, to, has_runs=found is not None, started=case.root_id in started)
        reasons = (refusal.sentence,) if refusal is not None else reasons
    return Looked(case.case_no, case.release_id, found.places if found is not None else frozenset(), reasons)


def _refused(case: Running, to: Release, *, has_runs: bool, started: bool) -> Refusal | None:
    """Return why the case is not moved wherever it stands, in the order in which one case alone is told it."""
    if not has_runs and not started:
        return CaseNotStarted(case_no=case.case_no)
    if case.release_id == to.id:
        return SameRelease(case_no=case.case_no, number=to.number)
    return None if has_runs else CaseIdle(case_no=case.case_no)


def _started(view: View, roots: list[str]) -> frozenset[str]:
    """Return which of these cases without an open run have had one: a few that wait for something outside a process."""
    found: set[str] = set()
    for begin in range(0, len(roots), _CHUNK):
        found |= {root for root, _ in releases_of_runs(view.connection, roots[begin : begin + _CHUNK])}
    return frozenset(found)


def counted(looked: list[Looked]) -> Mapping[Place, tuple[int, int]]:
    """Return how many cases stand on each element, and how many of these can move."""
    counts: dict[Place, tuple[int, int]] = {}
    for one in looked:
        for place in one.places:
            here, can = counts.get(place, (0, 0))
            counts[place] = (here + 1, can + (not one.reasons))
    return counts
