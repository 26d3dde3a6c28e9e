"""Which releases of an item follow each other: the one in force, and those that figures decided upon already will make.

A release pins the counting policies, so a figure that is to hold from a day to come is a release of its own from that
day on.  Whatever is published meanwhile is published for that day too, or it would be undone by it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.foundation.store.unit import Unit
from engine.process.bpmn.releases.queries import Planned, add_release, planned_releases, release_moments
from engine.registry.policies.queries import figures_at, moments_after
from engine.registry.policies.rules import counting
from engine.registry.policies.shipped import PINNED

Manifest = Mapping[str, Any]


@dataclass(frozen=True)
class Made:
    """A release that was made, from when on it is in force (UTC), and what it pins."""

    id: str
    manifest: Manifest
    effective_from: datetime


@dataclass(frozen=True)
class Stretch:
    """The counting policies as they are from an instant (UTC) until the next one."""

    begins: datetime
    policies: Mapping[str, int]


def stretches(unit: Unit, begins: datetime | None = None) -> list[Stretch]:
    """Return the counting policies from ``begins`` (UTC; now, unless told) on, one stretch after the other.

    A stretch ends where a figure changes, and where a release begins that is made already.
    """
    first = unit.now if begins is None else begins
    later = {*moments_after(unit.connection, first), *release_moments(unit.connection, first)}
    moments = [first, *sorted(later)]
    return [Stretch(moment, counting(figures_at(unit.connection, moment))) for moment in moments]


ManifestAt = Callable[[datetime], Manifest | None]
"""Gives what an item's release is to pin, but for the policies, at an instant (UTC); None where it has no process."""


def follow(unit: Unit, item_code: str, manifest_at: ManifestAt, ahead: Sequence[Stretch]) -> list[Made]:
    """Make the releases of an item that ``manifest_at`` and the policies ``ahead`` want and that are not there yet.

    Nothing is made where what is planned says the same.  Returns what was made, in order; the catalogue is locked.
    """
    begins = ahead[0].begins
    wanted = list(_wanted(manifest_at, ahead))
    if not wanted:
        return []
    there = planned_releases(unit.connection, item_code, begins)
    pairs = zip(there, wanted, strict=False)
    same = len(there) <= len(wanted) and all(_alike(one, other, begins) for one, other in pairs)
    # One that is planned and not wanted any more is overruled by those that come after it.
    missing = wanted[len(there) :] if same else wanted
    return [
        Made(add_release(unit, item_code, one.manifest, one.effective_from), one.manifest, one.effective_from)
        for one in missing
    ]


def pinned_at(planned: Sequence[Planned], moment: datetime) -> Manifest | None:
    """Return what the release pins that is in force at ``moment`` (UTC) of those ``planned``, or None."""
    begun = [one for one in planned if one.effective_from <= moment]
    return begun[-1].manifest if begun else None


def _wanted(manifest_at: ManifestAt, ahead: Sequence[Stretch]) -> Iterator[Planned]:
    last: Manifest | None = None
    for one in ahead:
        found = manifest_at(one.begins)
        if not found:
            continue
        manifest = {**found, "policies": dict(one.policies)}
        if manifest != last:
            yield Planned(manifest, one.begins)
        last = manifest


def _alike(there: Planned, wanted: Planned, now: datetime) -> bool:
    """Tell whether a release means what is wanted, from when it is wanted."""
    begins = max(there.effective_from, now)
    return begins == wanted.effective_from and _meaning(there.manifest) == _meaning(wanted.manifest)


def _meaning(manifest: Manifest) -> dict[str, Any]:
    """Return what a release says to a case: other figures than the counting ones mean nothing there."""
    return {**manifest, "policies": counting(manifest["policies"])}


def changed_figures(before: Manifest, after: Manifest) -> list[str]:
    """Return the keys of the counting policies in which two releases differ."""
    old, new = counting(before["policies"]), counting(after["policies"])
    return sorted(key for key in PINNED if old[key] != new[key])
