"""The figures of delivery that the standard leaves to the centre: policies, pinned by the case's release."""

from __future__ import annotations

from sqlalchemy.engine import Connection

from engine.casework.cases.queries import case_by_root
from engine.process.bpmn.releases.queries import release_at
from engine.registry.policies.queries import DEFAULTS


def figure(connection: Connection, root_id: str, key: str) -> int:
    """Return the figure that the case pinned with its release; a release older than the figure has its default."""
    pinned = release_at(connection, case_by_root(connection, root_id).release_id).policies
    return int(pinned.get(key, next(one.value for one in DEFAULTS if one.key == key)))
