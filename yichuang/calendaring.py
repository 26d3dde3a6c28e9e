"""What the worker does about the calendar: drafts are looked ahead, clocks that lag behind are counted again.

Nothing is handed over: a draft that waits and a clock that lags are found where they lie, so that whoever stopped in
the middle, or another host, goes on.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable, Sequence

from engine.door import Door
from engine.foundation.clock import city_date
from engine.foundation.errors import Unavailable
from engine.process.clocks.yearly import queries
from engine.process.clocks.yearly.commands import PreviewClocks, RecomputeClocks
from engine.process.tasks.yearly import WarnMissingYear, missing
from engine.registry.identity.rules import SYSTEM

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
                failed |= _recompute(door, those)
                done += len(those)
    return done


def _recompute(door: Door, roots: Sequence[str]) -> set[str]:
    """Count the clocks of ``roots`` again in one unit; where that fails, one by one; return what failed."""
    try:
        door.execute(RecomputeClocks(root_ids=tuple(roots)), SYSTEM, key=f"recompute:{uuid.uuid4().hex}")
    except Unavailable:
        raise
    except Exception:  # one root that cannot be written must not hold up the others
        LOG.exception("the clocks of %s roots were not counted again, %s first", len(roots), roots[0])
        if len(roots) == 1:
            return {roots[0]}
        return {root for one in roots for root in _recompute(door, [one])}
    return set()


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
