"""What a room beside the process wants to be told when one of its clocks falls due.

A clock of a case wakes the process or reminds people; a clock of a contact or a consultation has no process.  Its
room listens here by the kind of clock; compose registers the listeners.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from engine.foundation.store.unit import Unit
from engine.process.clocks.queries import DeadlineRow

Listener = Callable[[Unit, DeadlineRow], None]
"""Is given the unit, which holds the deadline's root, and the deadline just taken."""


class Alarms:
    """The listeners of this house by kind of clock."""

    def __init__(self, listeners: Mapping[str, Listener]) -> None:
        self._listeners = dict(listeners)

    def of(self, clock_id: str) -> Listener | None:
        """Return who listens to the kind of the clock ``clock_id`` (``root:kind:number``), or None."""
        return self._listeners.get(clock_id.rsplit(":", 2)[1])
