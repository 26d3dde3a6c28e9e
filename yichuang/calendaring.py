"""What the worker does about the calendar: drafts are looked ahead, clocks that lag behind are counted again.

Nothing is handed over: a draft that waits and a clock that lags are found where they lie, so that whoever stopped in
the middle, or another host, goes on.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable

from engine.door import Door
from engine.foundation.clock import city_date
from engine.process.clocks.yearly import queries
from engine.process.clocks.yearly.commands import PreviewClocks, RecomputeClocks
from engine.process.tasks.yearly import WarnMissingYear, missing
from engine.registry.identity.rules import SYSTEM
from yichuang.together import together

LOOK = 200
"""So many roots are looked for at once."""

TOGETHER = 50
"""So many roots are counted again in one unit: the database is never held for seconds."""

LOG = logging.getLogger("yichuang.calendaring")
GoOn = Callable[[], bool]


def keep_up(door: Door, go_on: GoOn = lambda: True) -> int:
    """Look ahead for drafts and count lagging clocks again until nothing is left; return how many roots there were."""
    look_ahead(door, go_on)
    return recompute(door, go_on)


def look_ahead(door: Door, go_on: GoOn = lambda: True) -> None:
    """Work out what every waiting draft would do."""
    with door.read(SYSTEM) as view:
        waiting = [draft.id for draft in queries.drafts(view.connection, states=("previewing",))]
    for id in waiting:
        while go_on():
            outcome = door.execute(PreviewClocks(draft_id=id), SYSTEM, key=f"preview:{uuid.uuid4().hex}")
            if outcome["done"]:
                break


def recompute(door: Door, go_on: GoOn = lambda: True) -> int:
    """Count every clock again that lags behind the calendar; return how many roots there were."""
    done = 0
    failed: set[str] = set()
    while go_on():
        with door.read(SYSTEM) as view:
            version = queries.current_version(view.connection)
            found = queries.stale_roots(view.connection, version, LOOK + len(failed))
        roots = [root for root in found if root not in failed]
        if not roots:
            break
        for place in range(0, len(roots), TOGETHER):
            if go_on():
                those = roots[place : place + TOGETHER]
                failed |= together(door, those, _recompute)
                done += len(those)
    return done


def _recompute(roots: tuple[str, ...]) -> RecomputeClocks:
    return RecomputeClocks(root_ids=roots)


def warn_of_missing_year(door: Door) -> bool:
    """Tell the administrator once a week that the notice of a year is missing; return whether it is."""
    with door.read(SYSTEM) as view:
        year, today = missing(view), city_date(view.now)
    if year is None:
        return False
    week = today.isocalendar()
    # The key is the lease: whichever host asks first tells them, the others get its answer.
    door.execute(WarnMissingYear(year=year), SYSTEM, key=f"calendar-missing:{year}:{week.year}-{week.week:02d}")
    return True
