"""The list of cases, as tests keep it true that write a clock's row themselves."""

from __future__ import annotations

from engine.casework.cases.listing.queries import refresh_due
from engine.foundation.store.unit import Recorded, Unit


def follow(unit: Unit, root: str) -> None:
    """Tell the list, as the house does at every event about a clock."""
    refresh_due(unit, Recorded(root=root, type="clock.paused", data={}))
