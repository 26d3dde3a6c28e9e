"""What the worker does about re-executions: the cases of a run, batch by batch, from where it stands.

Nothing is handed over: how far a run is stands in its row, so that whoever stopped in the middle, or another host,
goes on.  One run is carried out at a time, and no batch holds up the worker for long.
"""

from __future__ import annotations

import os
import socket
import time
import uuid
from collections.abc import Callable
from datetime import timedelta

from engine.door import Door
from engine.foundation.clock import SystemClock
from engine.oversight.audit.reexecution import queries
from engine.oversight.audit.reexecution.commands import AskNightlyReexecution, Found, NoteReexecuted
from engine.oversight.audit.reexecution.rules import IDENTICAL
from engine.oversight.audit.reexecution.walking import Reexecution, found_of
from engine.process.bpmn.releases.bundles import Bundles
from engine.registry.identity.rules import SYSTEM

BATCH = 50
"""So many cases are looked for at once."""

SECONDS = 2.0
"""A batch ends with the case at hand when it has taken so long: the worker has other work."""

STALE = timedelta(minutes=10)
"""A host that has said nothing for so long is gone: another goes on with its run."""

GoOn = Callable[[], bool]


def carry_out(door: Door, go_on: GoOn = lambda: True, *, host: str = "") -> int:
    """Do one batch of the run that is to be gone on with; return how many cases were done."""
    now = SystemClock().now()
    with door.read(SYSTEM) as view:
        if not queries.any_to_do(view.connection):
            return 0
    with door.housekeeping() as connection:
        id = queries.claim(connection, host or f"{socket.gethostname()[:100]}:{os.getpid()}", now, now - STALE)
    return 0 if id is None else _batch(door, id, go_on)


def _batch(door: Door, id: int, go_on: GoOn) -> int:
    begun = time.monotonic()
    with door.read(SYSTEM) as view:
        run = queries.run_by_id(view.connection, id)
        total = queries.count_cases(view.connection, run.chosen) if run.total is None else run.total
        again, last = Reexecution(view.connection, view.part(Bundles)), run.cursor
        found: list[Found] = []
        waiting = queries.cases_after(view.connection, run.chosen, run.cursor, BATCH)
        for root_id, case_no in waiting:
            if found and (not go_on() or time.monotonic() - begun > SECONDS):
                break
            found.append(found_of(case_no, again.of(root_id)))
            last = case_no
    wrong = tuple(one for one in found if one.outcome != IDENTICAL)
    command = NoteReexecuted(
        id=id, after=run.cursor, cursor=last, total=total, identical=len(found) - len(wrong),
        lines=sum(one.lines for one in found), found=wrong, done=len(found) == len(waiting) < BATCH,
    )  # fmt: skip
    door.execute(command, SYSTEM, key=f"reexecuted:{uuid.uuid4().hex}")
    return len(found)


def ask_nightly(door: Door) -> int:
    """Let the cases be executed again that were changed since the house last asked; return the number of the run."""
    return int(door.execute(AskNightlyReexecution(), SYSTEM, key=f"reexecute:{uuid.uuid4().hex}")["id"])
