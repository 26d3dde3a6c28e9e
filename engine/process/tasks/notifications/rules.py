"""Many reminders of one day are told as one: a digest, made when they are read.  Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from engine.foundation.clock import city_date

DIGESTED: Mapping[str, str] = {"reminder": "临期提示", "overdue": "超期提示", "copy": "抄送", "order": "督办"}
"""What the ladders of many cases say on one day, by kind; everything else is told one by one."""

FEW = 3
"""So many of a kind and a day are still told one by one (拟)."""


class Told(Protocol):
    """A message: what kind it is of, when it was told (UTC), and whether it was read."""

    @property
    def kind(self) -> str:
        """Its kind."""

    @property
    def at(self) -> datetime:
        """When it was told."""

    @property
    def read(self) -> bool:
        """Whether the reader has read it."""


@dataclass(frozen=True)
class Group:
    """Messages that are shown together: one alone, or many of a ``kind`` and a legal ``day`` (Asia/Shanghai)."""

    kind: str
    day: date
    places: tuple[int, ...]
    """Where they stand in the list that was asked about."""

    @property
    def many(self) -> bool:
        """Whether it is a digest."""
        return len(self.places) > 1


def digested(told: Sequence[Told], few: int = FEW) -> list[Group]:
    """Return the messages as they are shown, each group where its first one stands; no message is lost or repeated.

    More than ``few`` of a digested kind, of one day and read or not alike, become one.
    """
    keys = [(one.kind, city_date(one.at), one.read) if one.kind in DIGESTED else None for one in told]
    counts = {key: keys.count(key) for key in set(keys)}
    found: dict[object, list[int]] = {}
    for place, key in enumerate(keys):
        found.setdefault(key if key is not None and counts[key] > few else place, []).append(place)
    return [Group(told[places[0]].kind, city_date(told[places[0]].at), tuple(places)) for places in found.values()]
