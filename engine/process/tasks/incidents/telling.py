"""An incident in words: what it is about, to what it belongs, and when the house tries again by itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from engine.foundation.errors import Refusal
from engine.foundation.outbox import queries as outbox
from engine.process.bpmn.releases.bundles import Bundles
from engine.process.clocks import queries as clocks
from engine.process.tasks.incidents.queries import Incident
from engine.process.tasks.incidents.rules import (
    DEADLINE,
    KINDS,
    OUTBOX,
    TIMER,
    WORK,
    belongs_to,
    deadline_of,
    kind_of,
    limit_title,
    message_of,
    timer_of,
    why_not_tried,
)
from engine.process.tasks.queries import releases_of_runs
from engine.process.tasks.registry import View
from engine.process.tasks.timers import queries as timers


@dataclass(frozen=True)
class Told:
    """An incident as it is shown.

    ``title`` says what failed (一次告知期限届满), ``root`` and ``number`` in what; ``next_try`` is when the house tries
    again by itself (UTC), None when it does not; ``why_not`` says why it must not be tried again, or is empty.
    """

    incident: Incident
    kind: str
    title: str
    root: str
    number: str
    next_try: datetime | None
    why_not: str

    @property
    def of_case(self) -> bool:
        """Whether it is a case that something failed in."""
        return self.incident.root_id.startswith("case:")


def told_of(view: View, found: Sequence[Incident]) -> list[Told]:
    """Return incidents as they are shown, in the same order."""
    titles, tries = _titles(view, found), _tries(view, found)
    shown = []
    for one in found:
        root, number = belongs_to(one.root_id)
        shown.append(
            Told(
                incident=one, kind=KINDS[kind_of(one.id)], title=titles[one.id], root=root,
                number=number, next_try=tries.get(one.id), why_not=why_not_tried(one.element),
            )
        )  # fmt: skip
    return shown


def title_of(view: View, one: Incident) -> str:
    """Return what failed, in words."""
    return _titles(view, [one])[one.id]


def _titles(view: View, found: Sequence[Incident]) -> dict[str, str]:
    ringing = {one.root_id for one in found if kind_of(one.id) == TIMER}
    releases = releases_of_runs(view.connection, ringing) if ringing else {}
    titles = {}
    for one in found:
        kind = kind_of(one.id)
        if kind == TIMER:
            titles[one.id] = _element(view, releases, one)
        elif kind == DEADLINE:
            titles[one.id] = limit_title(deadline_of(one.id))
        else:
            titles[one.id] = WORK.get(one.element, one.element)
    return titles


def _element(view: View, releases: Mapping[tuple[str, int], str], one: Incident) -> str:
    """Return the name of a timer's element in the release by which its run goes, or its id."""
    run, _ = timer_of(one.id)
    bundles = view.part(Bundles)
    release = bundles.release(view.connection, releases[one.root_id, run])
    for digest in release.processes.values():
        try:
            element = bundles.definition(view.connection, digest).elements.get(one.element)
        except Refusal:  # a file that is spoiled may be the very reason: it must not hide what failed
            continue
        if element is not None and element.name:
            return element.name
    return one.element


def _tries(view: View, found: Sequence[Incident]) -> dict[str, datetime]:
    """Return when the house tries again, by incident; what it does not try by itself is left out."""
    of = {kind: [one for one in found if kind_of(one.id) == kind] for kind in KINDS}
    limits = clocks.waking(view.connection, [deadline_of(one.id) for one in of[DEADLINE]])
    ringing = timers.waking(view.connection, {one.root_id for one in of[TIMER]})
    work = outbox.waking(view.connection, [message_of(one.id) for one in of[OUTBOX]])
    return {
        **{one.id: limits[deadline_of(one.id)] for one in of[DEADLINE] if deadline_of(one.id) in limits},
        **{one.id: ringing[key] for one in of[TIMER] if (key := (one.root_id, *timer_of(one.id))) in ringing},
        **{one.id: work[message_of(one.id)] for one in of[OUTBOX] if message_of(one.id) in work},
    }
