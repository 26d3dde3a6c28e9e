"""Links between cases."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.casework.cases.endings.tables import case_link
from engine.foundation.store.unit import Unit


def link_moved(unit: Unit, old_root: str, new_root: str) -> None:
    """Note that the misfiled case ``old_root`` goes on as ``new_root``."""
    unit.connection.execute(
        case_link.insert(),
        [
            {"root_id": old_root, "kind": "moved_to", "other": new_root},
            {"root_id": new_root, "kind": "moved_from", "other": old_root},
        ],
    )


def links_of(connection: Connection, root_id: str) -> list[tuple[str, str]]:
    """Return (kind, case number) of the cases that a case is linked with."""
    mine = case_link.c.root_id == root_id
    query = sa.select(case_link.c.kind, case_link.c.other).where(mine).order_by(case_link.c.other)
    return [(row.kind, row.other.removeprefix("case:")) for row in connection.execute(query)]
