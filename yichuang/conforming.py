"""Holding closed cases against drawings in the background, some at a time; what was found lies in its rows.

Nothing is handed over: what is to be held is found by the log, from where it was followed to, so whoever stopped in the
middle, or another host, goes on; and a case that is held twice gives the same rows.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta

from engine.door import Door
from engine.foundation.clock import SystemClock
from engine.foundation.hosts.queries import lease_fact
from engine.oversight.audit.conforming.keeping.queries import Due, Held, begin_anew, keep_all, look
from engine.oversight.audit.legible import JournalIllegible
from engine.oversight.audit.mining.conformance import deviations
from engine.oversight.audit.mining.queries import Selection, drawn_by, records
from engine.process.bpmn.releases.bundles import Bundles
from engine.registry.identity.reading import Reading
from engine.registry.identity.rules import SYSTEM

TOGETHER = 25
"""So many cases are read in one state and kept in one transaction: the database is never held for seconds."""
LEASE = "conforming"
LEASED = timedelta(seconds=15)
"""Another host waits so long after this one began before it takes its turn."""
TURN = 8
"""So many batches are held in one turn: the worker has other things to do."""
NOT_HELD = "没有流程记录，不能对照"
UNREADABLE = "流程图或者过程记录读不出来，不能对照"

LOG = logging.getLogger("yichuang.conforming")


def hold_some(door: Door, go_on: Callable[[], bool] = lambda: True) -> int:
    """Hold some batches of the closed cases that are to be held, and keep what was found; return how many there were.

    Returns 0 when nothing is left, or when another host is at it.
    """
    with door.read(SYSTEM) as view:
        if look(view.connection, view.now, 1).nothing:
            return 0
    now, count = SystemClock().now(), 0
    with door.housekeeping() as connection:
        if not lease_fact(connection, LEASE, now, now - LEASED):
            return 0
    for _ in range(TURN):
        held = _hold(door, go_on)
        count += held or 0
        if held is None or not go_on():
            break
    return count


def hold_all(door: Door, go_on: Callable[[], bool] = lambda: True) -> int:
    """Hold everything that is to be held now, whoever else is at it; return how many cases there were."""
    count = 0
    while go_on() and (held := _hold(door, go_on)) is not None:
        count += held
    return count


def hold_anew(door: Door) -> int:
    """Forget what was found and hold every closed case once more; return how many there were."""
    with door.housekeeping() as connection:
        begin_anew(connection)
    return hold_all(door)


def _hold(door: Door, go_on: Callable[[], bool]) -> int | None:
    """Hold a batch; return how many cases it had (a stretch of the log may have none), None when nothing is left."""
    with door.read(SYSTEM) as view:
        seen, now = look(view.connection, view.now, TOGETHER), view.now
        if seen.nothing:
            return None
        done = []
        for case in seen.due:
            if not go_on():
                break
            done.append((case, _held(view, case)))
    with door.housekeeping() as connection:
        keep_all(connection, seen, done, now)
    return len(done)


def _held(view: Reading, case: Due) -> Held:
    try:
        record = next(records(view.connection, Selection(numbers=(case.case_no,))), None)
        if record is None:
            return Held(None, None, NOT_HELD)
        drawn = drawn_by(view.connection, view.part(Bundles))
        own = deviations(record, drawn)
        published = None if case.release_id is None else deviations(record, drawn, against=case.release_id)
        return Held(own, published, "" if published is not None else "事项没有现行的一版")
    except JournalIllegible as refusal:
        return Held(None, None, str(refusal.fields["why"]))
    except Exception:  # one case that cannot be held must not hold up the others; the page says that it was not
        LOG.exception("%s cannot be held against its drawings", case.root_id)
        return Held(None, None, UNREADABLE)
