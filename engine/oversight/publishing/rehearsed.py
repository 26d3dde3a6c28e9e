"""Kept rehearsals before a release: which of them hold it, and with what exactly each must have passed.

One rule for every way by which files come into force: a kept script must have passed with exactly the files that the
next cases of its item will go by.  It is asked only where those files change.  What was walked is looked up by their
digest, so nothing is rehearsed in a unit, and what changes between rehearsal and release is refused.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from engine.oversight.publishing.checking import standing
from engine.oversight.publishing.files import Files
from engine.oversight.publishing.pinning import items_with, manifest_of, pinnable
from engine.oversight.publishing.rules import RehearsalFailed
from engine.oversight.rehearsal.gate import Asked, held
from engine.process.bpmn.releases.queries import files_digest, planned_releases, release_moments
from engine.process.tasks.registry import View


@dataclass(frozen=True)
class Rehearsed:
    """Which kept scripts a release must have passed.

    ``waived`` says none: an urgent release, by two persons.  ``before`` gives by item the instant (UTC) before which a
    script must have been kept to be asked: rolling back asks for what the older release itself was asked for.
    """

    waived: bool = False
    before: Mapping[str, datetime] | None = None


ALL, NONE = Rehearsed(), Rehearsed(waived=True)


def refuse_unrehearsed(view: View, asked: Iterable[Asked], rehearsed: Rehearsed = ALL) -> None:
    """Raise :class:`RehearsalFailed` with the first kept script that did not pass with what is asked."""
    if rehearsed.waived:
        return
    found = held(view.connection, narrowed(asked, rehearsed))
    if found:
        raise RehearsalFailed(first=found[0])


def narrowed(asked: Iterable[Asked], rehearsed: Rehearsed) -> list[Asked]:
    """Return what is asked of those scripts alone that ``rehearsed`` names."""
    before = rehearsed.before or {}
    return [replace(one, before=before.get(one.item_code)) for one in asked]


def walked_already(view: View, item_code: str) -> frozenset[str]:
    """Return the digests of the files by which cases of the item go already, now or from a day on: nothing new."""
    planned = planned_releases(view.connection, item_code, view.now)
    return frozenset(files_digest(one.manifest) for one in planned)


def moments_of(view: View, begins: datetime | None = None) -> list[datetime | None]:
    """Return the instants (UTC) from which a release pins other files: None for now, then those planned already."""
    first = view.now if begins is None else max(begins, view.now)
    later: list[datetime | None] = list(release_moments(view.connection, first))
    return [None if first == view.now else first, *later]


def pins(view: View, files: Files, moments: Sequence[datetime | None]) -> list[Asked]:
    """Return what each item's releases would pin with ``files`` at each of ``moments`` (None: now)."""
    items, found = items_with(view, files), []
    for moment in moments:
        at = moment or view.now
        there = pinnable(view, files, standing(view, at), at)
        for digest, item in items:
            manifest = manifest_of(item, digest, there)
            if manifest:
                found.append(Asked(item.code, files_digest(manifest), moment))
    return found


def coming(view: View, files: Files, begins: datetime | None = None) -> list[Asked]:
    """Return what a release of ``files`` from ``begins`` (UTC) on would newly pin, once for each item and digest."""
    return _new(view, pins(view, files, moments_of(view, begins)))


def coming_last(view: View, files: Files) -> list[Asked]:
    """Return what the files would newly pin once everything that is planned is in force, too."""
    return _new(view, pins(view, files, moments_of(view)[-1:]))


def _new(view: View, all: Iterable[Asked]) -> list[Asked]:
    known: dict[str, frozenset[str]] = {}
    found: dict[tuple[str, str], Asked] = {}
    for one in all:
        if one.item_code not in known:
            known[one.item_code] = walked_already(view, one.item_code)
        if one.digest not in known[one.item_code]:
            found.setdefault((one.item_code, one.digest), one)
    return list(found.values())
