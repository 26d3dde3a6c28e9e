"""One step of keeping the roll-ups: the next cases that the sealed log says have moved are counted anew.

What is slow (reading a case, holding it against its drawing) is done while reading; then one short transaction takes
off what these cases added before, adds what they add now and moves the position.  Where another host has counted
meanwhile, its position is not the one that was read from, and nothing is written: whatever is done twice changes
nothing.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.engine import Connection

from engine.oversight.audit.mining.conformance import deviations
from engine.oversight.audit.mining.queries import drawn_by, records_of
from engine.oversight.audit.rollups.keeping import queries
from engine.oversight.audit.rollups.rules import Ended, Share, difference, share_of
from engine.process.bpmn.releases.bundles import Bundles

BATCH = 100
"""So many leaves of the log are looked at in one step."""

LOG = logging.getLogger("yichuang.rollups")


@dataclass(frozen=True)
class Counted:
    """What the cases add that moved between two positions: lines of the chain, and the share if it can be read.

    ``gone`` are those that have not ended (any more).
    """

    round: int
    position: int
    behind: int
    cases: Mapping[str, tuple[int, Share | None]]
    gone: tuple[str, ...]


def count_next(connection: Connection, bundles: Bundles, *, limit: int = BATCH) -> Counted | None:
    """Return what the next cases of the log add, while reading; None when all of it is counted."""
    head = queries.head(connection)
    round, position = (1, 0) if head is None else (head.round, head.position)
    moved, behind = queries.moved_cases(connection, position, limit)
    if behind == position and not (head is not None and head.making):
        return None
    ended = queries.ended_cases(connection, moved)
    cases = {id: (seq, share_now(connection, bundles, id, when)) for id, (when, seq) in ended.items()}
    return Counted(round, position, behind, cases, tuple(one for one in moved if one not in ended))


def share_now(connection: Connection, bundles: Bundles, root_id: str, ended: Ended) -> Share | None:
    """Return what an ended case adds by its lines; None, with a word in the log, when they cannot be read."""
    try:
        record = next(records_of(connection, [root_id]), None)
        if record is None:
            return None
        return share_of(record, ended, deviations(record, drawn_by(connection, bundles)))
    except Exception:
        LOG.exception("%s cannot be counted", root_id)
        return None


def keep(connection: Connection, counted: Counted, now: datetime) -> bool:
    """Write what was counted, in the caller's transaction; return False when another counts, or has counted it."""
    queries.begin(connection, now)
    head = queries.locked_head(connection)
    if head is None or (head.round, head.position) != (counted.round, counted.position):
        return False
    before = queries.counted(connection, [*counted.cases, *counted.gone])
    changes = [(before.get(id), share) for id, (_, share) in counted.cases.items()]
    changes += [(before.get(id), None) for id in counted.gone]
    names = {
        place: told for _, share in counted.cases.values() if share is not None for place, told in share.names.items()
    }  # fmt: skip
    queries.add(connection, difference(changes), names)
    for id, (seq, share) in counted.cases.items():
        queries.keep(connection, id, seq, share)
    for id in counted.gone:
        if id in before:
            queries.forget(connection, id)
    making = head.making and counted.behind != counted.position
    queries.change_head(connection, position=counted.behind, making=making, at=now)
    return True
