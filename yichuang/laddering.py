"""What the worker does after a change of a ladder: every running clock of the kind is looked at by the new rules.

Nothing is handed over: a confirmed draft says how far it has come, so that whoever stopped, or another host, goes on.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from functools import partial

from engine.door import Door
from engine.process.clocks.ladder import queries
from engine.process.clocks.ladder.commands import NoteRearmed, RearmClocks
from engine.registry.identity.rules import SYSTEM
from yichuang.together import together

TOGETHER = 50
"""So many clocks are looked at in one unit: the database is never held for seconds."""


def rearm(door: Door, go_on: Callable[[], bool] = lambda: True) -> int:
    """Look at the clocks of every ladder that was changed until none is left; return how many there were."""
    with door.read(SYSTEM) as view:
        changed = queries.drafts(view.connection, states=("confirmed",))
    return sum(_rearm(door, draft.id, draft.clock_kind, draft.cursor, go_on) for draft in reversed(changed))


def _rearm(door: Door, id: int, kind: str, cursor: str, go_on: Callable[[], bool]) -> int:
    looked = 0
    while go_on():
        with door.read(SYSTEM) as view:
            rows = queries.live_after(view.connection, kind, cursor, TOGETHER)
        if rows:
            roots = tuple(sorted({row.root_id for row in rows}))
            # A clock whose ledger cannot be reckoned keeps the look it has; the administrator knows of it.
            together(door, roots, partial(_rearm_of, kind))
            cursor, looked = rows[-1].id, looked + len(rows)
        done = len(rows) < TOGETHER
        note = NoteRearmed(draft_id=id, cursor=cursor, done=done)
        door.execute(note, SYSTEM, key=f"rearmed:{uuid.uuid4().hex}")
        if done:
            break
    return looked


def _rearm_of(kind: str, roots: tuple[str, ...]) -> RearmClocks:
    return RearmClocks(clock_kind=kind, root_ids=roots)
