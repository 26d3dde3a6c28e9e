"""The sweep: look up due deadlines without locks, then deliver each in its own short unit, case first.

A deadline that cannot be delivered is put off and tried again; the others of the page are not held up by it.
Several hosts may sweep at once: the unit looks at the deadline again under the case's lock.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from engine.door import Door
from engine.process.clocks.queries import due_deadlines, next_wake
from engine.process.tasks.commands import FireDeadline, PutOffDeadline
from engine.registry.identity.rules import SYSTEM

LOG = logging.getLogger("yichuang.sweeper")
PAGE = 500


@dataclass(frozen=True)
class Swept:
    """What a sweep did: deadlines delivered, deadlines that failed, and when to look again (UTC, None: no row)."""

    fired: int
    failed: int
    next_wake: datetime | None


def sweep(door: Door, go_on: Callable[[], bool] = lambda: True) -> Swept:
    """Deliver every deadline that is due now, page by page; ``go_on`` is asked before each whether to stop here."""
    fired = failed = 0
    stuck: set[str] = set()
    while True:
        with door.read(SYSTEM) as view:
            page = due_deadlines(view.connection, view.now, PAGE + len(stuck))
            waking = next_wake(view.connection)
        due = [(root_id, id) for root_id, id in page if id not in stuck]
        if not due:
            return Swept(fired, failed, waking)
        for root_id, deadline_id in due:
            if not go_on():
                return Swept(fired, failed, waking)
            try:
                fired += _deliver(door, root_id, deadline_id)
            except Exception as error:  # one poisoned case must not stop the deadlines of all others
                LOG.exception("deadline %s of %s was not delivered", deadline_id, root_id)
                failed += 1
                if not _put_off(door, root_id, deadline_id, error):
                    stuck.add(deadline_id)


def _deliver(door: Door, root_id: str, deadline_id: str) -> bool:
    """Deliver the deadline; return False when another host was quicker or the case had settled it."""
    command = FireDeadline(root_id=root_id, deadline_id=deadline_id)
    return bool(door.execute(command, SYSTEM, key=f"fire:{deadline_id}:{door.now().isoformat()}")["fired"])


def _put_off(door: Door, root_id: str, deadline_id: str, error: Exception) -> bool:
    """Note why; return False when not even that was possible, and the next sweep finds it again."""
    command = PutOffDeadline(root_id=root_id, deadline_id=deadline_id, error=f"{type(error).__name__}: {error}")
    try:
        door.execute(command, SYSTEM, key=f"put-off:{deadline_id}:{uuid.uuid4().hex}")
    except Exception:
        LOG.exception("deadline %s of %s could not be put off", deadline_id, root_id)
        return False
    return True
