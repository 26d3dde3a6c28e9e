"""The figures that the standard leaves to the centre, as a case's release pins them (T117)."""

from __future__ import annotations

from sqlalchemy.engine import Connection

from engine.casework.cases.queries import case_by_root
from engine.process.bpmn.releases.queries import release_at
from engine.registry.policies.queries import pinned_figure


def case_figure(connection: Connection, root_id: str, key: str) -> int:
    """Return the figure that the case pinned with its release: a later change does not touch a running case.

    A release older than the figure has the figure's first value.
    """
    return pinned_figure(release_at(connection, case_by_root(connection, root_id).release_id).policies, key)
