"""The sweep: look up due deadlines and timers without locks, then deliver each in its own short unit, case first.

A deadline is a legal one and stands in the ledger; a timer is drawn in a process, and all that are due in
one run ring in one unit, in their order.  What cannot be delivered is put off and tried again; the rest of
the page is not held up by it.  Several hosts may sweep at once: the unit looks again under the case's lock, and
nobody waits for a case that another has in hand.
"""

from __future__ import annotations

import logging
import random
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import groupby

from engine.door import Door
from engine.foundation.store.commands import Command
from engine.foundation.store.unit import RootBusy
from engine.process.clocks.queries import due_deadlines, next_wake
from engine.process.tasks.commands import FireDeadline, PutOffDeadline
from engine.process.tasks.timers.commands import FireTimers, PutOffTimers
from engine.process.tasks.timers.queries import due_runs, next_timer
from engine.registry.identity.reading import Reading
from engine.registry.identity.rules import SYSTEM

LOG = logging.getLogger("yichuang.sweeper")
PAGE = 500
SHARE, WIDE = 100, 4
"""Where others sweep too, a host takes so many of so many pages and then looks again what is left: two of them meet at
one case in twenty."""
_CHANCE = random.SystemRandom()
"""Of the system: processes that were forked from one have no chance in common."""


@dataclass(frozen=True)
class Swept:
    """What a sweep did: how much it delivered, how much failed, and when to look again (UTC, None: no row)."""

    fired: int
    failed: int
    next_wake: datetime | None
    left: int = 0
    """Due still: another unit has its case in hand, or it could not even be put off."""


@dataclass(frozen=True)
class Due:
    """Something to be delivered: its root, its name, and the commands to do it and to put it off."""

    root_id: str
    name: str
    fire: Command
    put_off: Callable[[str], Command]


def sweep(door: Door, go_on: Callable[[], bool] = lambda: True) -> Swept:
    """Deliver everything that is due now, page by page; ``go_on`` is asked before each whether to stop here.

    A host's clock that jumps between the page and the delivery lets nothing be due that was not: ``go_on`` is asked
    after the page was read, and who looks after the clock answers it.
    """
    fired = failed = 0
    left: set[str] = set()
    beside_others = door.database.dialect == "postgresql"
    while True:
        most = (PAGE * WIDE if beside_others else PAGE) + len(left)
        with door.read(SYSTEM) as view:
            now = view.now
            page = [*_deadlines(view, most), *_timers(view, most)]
            waking = min(filter(None, (next_wake(view.connection), next_timer(view.connection))), default=None)
        due = [one for one in page if one.name not in left]
        if not due:
            return Swept(fired, failed, waking, len(left))
        for one in _share(due) if beside_others else due:
            if not go_on():
                return Swept(fired, failed, waking, len(left))
            try:
                fired += _deliver(door, one, now)
            except RootBusy:  # somebody acts on the case, or another host delivers this very thing
                left.add(one.name)
            except Exception as error:  # one poisoned case must not stop the deadlines of all others
                LOG.exception("%s was not delivered", one.name)
                failed += 1
                if not _put_off(door, one, error):
                    left.add(one.name)


def _share(page: list[Due]) -> list[Due]:
    """Return a part of the page by chance, so that hosts that read the same one take different cases.

    What belongs to one case stays together and in its order.
    """
    cases = [list(of_case) for _, of_case in groupby(sorted(page, key=_root), key=_root)]
    _CHANCE.shuffle(cases)
    taken: list[Due] = []
    for case in cases:
        if len(taken) >= SHARE:
            break
        taken += case
    return taken


def _root(one: Due) -> str:
    return one.root_id


def _deadlines(view: Reading, most: int) -> list[Due]:
    return [
        Due(
            root_id,
            deadline_id,
            FireDeadline(root_id=root_id, deadline_id=deadline_id),
            partial(_deadline_put_off, root_id, deadline_id),
        )
        for root_id, deadline_id in due_deadlines(view.connection, view.now, most)
    ]


def _deadline_put_off(root_id: str, deadline_id: str, error: str) -> Command:
    return PutOffDeadline(root_id=root_id, deadline_id=deadline_id, error=error)


def _timers(view: Reading, most: int) -> list[Due]:
    # Named by the instant too: a long cycle that is late rings in several goes.
    return [
        Due(
            one.root_id,
            f"{one.root_id}#{one.run}:{one.since.timestamp():.6f}",
            FireTimers(root_id=one.root_id, run=one.run),
            partial(_timers_put_off, one.root_id, one.run),
        )
        for one in due_runs(view.connection, view.now, most)
    ]


def _timers_put_off(root_id: str, run: int, error: str) -> Command:
    return PutOffTimers(root_id=root_id, run=run, error=error)


def _deliver(door: Door, one: Due, now: datetime) -> bool:
    """Deliver it, found on the page of ``now``; return False when another host was quicker or the case settled it."""
    return bool(door.execute(one.fire, SYSTEM, key=f"fire:{one.name}:{now.isoformat()}")["fired"])


def _put_off(door: Door, one: Due, error: Exception) -> bool:
    """Note why; return False when not even that was possible, and the next sweep finds it again."""
    command = one.put_off(f"{type(error).__name__}: {error}")
    try:
        door.execute(command, SYSTEM, key=f"put-off:{one.name}:{uuid.uuid4().hex}")
    except Exception:
        LOG.exception("%s could not be put off", one.name)
        return False
    return True
