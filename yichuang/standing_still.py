"""What the worker does about standstills: the clocks of each case are paused, or go on, in a unit of their own.

Nothing is handed over: what has no row yet is what is left to do, so whoever stopped in the middle, or another host,
goes on.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable

from sqlalchemy.engine import Connection

from engine.door import Door
from engine.foundation.errors import Refusal, Unavailable
from engine.foundation.store.unit import LostRace, RootBusy
from engine.oversight.standstill import queries
from engine.oversight.standstill.commands import CarryOutStandstill, FinishStandstill, NoteStandstillFailure
from engine.oversight.standstill.queries import Standstill
from engine.registry.identity.rules import SYSTEM

LOOK = 200
"""So many cases are looked for at once."""

LOG = logging.getLogger("yichuang.standing_still")
GoOn = Callable[[], bool]


def carry_out(door: Door, go_on: GoOn = lambda: True) -> int:
    """Carry out every approved standstill, or end of one, until nothing is left; return how many cases were done."""
    with door.read(SYSTEM) as view:
        waiting = queries.standstills(view.connection, states=("pausing", "resuming"))
    return sum(_through(door, one, go_on) for one in reversed(waiting))


def _through(door: Door, one: Standstill, go_on: GoOn) -> int:
    done = 0
    while go_on():
        with door.read(SYSTEM) as view:
            roots = _left(view.connection, one)
        if not roots:
            # A standstill may be ended twice (for the cases held the first time): each going has its own key.
            begun = one.end_approved_at or one.approved_at
            key = f"finish:{one.id}:{one.state}:{begun:%Y%m%dT%H%M%S%f}"
            door.execute(FinishStandstill(id=one.id), SYSTEM, key=key)
            break
        held = 0
        for root_id in roots:
            if not go_on():
                return done
            held += not _case(door, one, root_id)
            done += 1
        if held == len(roots):
            # Everything that is left is being worked on: the next round comes again.
            break
    return done


def _left(connection: Connection, one: Standstill) -> list[str]:
    if one.state == "pausing":
        return queries.to_pause(connection, one, LOOK)
    return queries.to_resume(connection, one, LOOK)


def _case(door: Door, one: Standstill, root_id: str) -> bool:
    """Do one case; return False when somebody else is at it right now."""
    try:
        door.execute(CarryOutStandstill(id=one.id, root_id=root_id), SYSTEM, key=f"standstill:{uuid.uuid4().hex}")
    except (RootBusy, LostRace):
        return False
    except Unavailable:
        raise
    except Exception as error:  # one case that cannot be paused must not hold up the others
        LOG.exception("standstill %s was not carried out at %s", one.id, root_id)
        told = error.sentence if isinstance(error, Refusal) else f"{type(error).__name__}: {error}"
        failure = NoteStandstillFailure(id=one.id, root_id=root_id, error=told)
        door.execute(failure, SYSTEM, key=f"standstill-failed:{uuid.uuid4().hex}")
    return True
