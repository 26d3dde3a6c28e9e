"""The sweep: look up due deadlines and timers without locks, then deliver each in its own short unit, case first.

A deadline is a legal one and stands in the ledger; a timer is drawn in a process, and all that are due in
one run ring in one unit, in their order.  What cannot be delivered is put off and tried again; the rest of
the page is not held up by it.  Several hosts may sweep at once: the unit looks again under the case's lock.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from engine.door import Door
from engine.foundation.store.commands import Command
from engine.process.clocks.queries import due_deadlines, next_wake
from engine.process.tasks.commands import FireDeadline, PutOffDeadline
from engine.process.tasks.timers.commands import FireTimers, PutOffTimers
from engine.process.tasks.timers.queries import due_runs, next_timer
from engine.registry.identity.reading import Reading
from engine.registry.identity.rules import SYSTEM

LOG = logging.getLogger("yichuang.sweeper")
PAGE = 500


@dataclass(frozen=True)
class Swept:
    """What a sweep did: how much it delivered, how much failed, and when to look again (UTC, None: no row)."""

    fired: int
    failed: int
    next_wake: datetime | None


@dataclass(frozen=True)
class Due:
    """Something to be delivered: its name, which is new for each try, and the commands to do it and to put it off."""

    name: str
    fire: Command
    put_off: Callable[[str], Command]


def sweep(door: Door, go_on: Callable[[], bool] = lambda: True) -> Swept:
    """Deliver everything that is due now, page by page; ``go_on`` is asked before each whether to stop here."""
    fired = failed = 0
    while True:
        with door.read(SYSTEM) as view:
            due = [*_deadlines(view), *_timers(view)]
            waking = min(filter(None, (next_wake(view.connection), next_timer(view.connection))), default=None)
        if not due:
            return Swept(fired, failed, waking)
        for one in due:
            if not go_on():
                return Swept(fired, failed, waking)
            try:
                fired += _deliver(door, one)
            except Exception as error:  # one poisoned case must not stop the deadlines of all others
                LOG.exception("%s was not delivered", one.name)
                _put_off(door, one, error)
                failed += 1


def _deadlines(view: Reading) -> list[Due]:
    return [
        Due(
            deadline_id,
            FireDeadline(root_id=root_id, deadline_id=deadline_id),
            partial(_deadline_put_off, root_id, deadline_id),
        )
        for root_id, deadline_id in due_deadlines(view.connection, view.now, PAGE)
    ]


def _deadline_put_off(root_id: str, deadline_id: str, error: str) -> Command:
    return PutOffDeadline(root_id=root_id, deadline_id=deadline_id, error=error)


def _timers(view: Reading) -> list[Due]:
    # Named by the instant too: a long cycle that is late rings in several goes.
    return [
        Due(
            f"{one.root_id}#{one.run}:{one.since.timestamp():.6f}",
            FireTimers(root_id=one.root_id, run=one.run),
            partial(_timers_put_off, one.root_id, one.run),
        )
        for one in due_runs(view.connection, view.now, PAGE)
    ]


def _timers_put_off(root_id: str, run: int, error: str) -> Command:
    return PutOffTimers(root_id=root_id, run=run, error=error)


def _deliver(door: Door, one: Due) -> bool:
    """Deliver it; return False when another host was quicker or the case had settled it."""
    return bool(door.execute(one.fire, SYSTEM, key=f"fire:{one.name}:{door.now().isoformat()}")["fired"])


def _put_off(door: Door, one: Due, error: Exception) -> None:
    command = one.put_off(f"{type(error).__name__}: {error}")
    door.execute(command, SYSTEM, key=f"put-off:{one.name}:{uuid.uuid4().hex}")
