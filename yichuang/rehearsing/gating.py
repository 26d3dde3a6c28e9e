"""Between drafts and rehearsals, which do not know each other: a draft's files, and the gate before its release."""

from __future__ import annotations

from sqlalchemy.engine import Connection

from engine.oversight.publishing.drafting import queries as drafting
from engine.oversight.publishing.drafting.judging import contents_of
from engine.oversight.publishing.drafting.queries import Draft
from engine.oversight.rehearsal.files import Files, files_in_force, overlaid
from engine.oversight.rehearsal.gate import rehearsal_gate
from engine.process.tasks.registry import View


def drafted(connection: Connection, draft: str) -> Files:
    """Return the files of a draft by its id; none for what is in force (empty)."""
    return contents_of(drafting.files_of(connection, draft)) if draft else {}


def files_of(connection: Connection, draft: str) -> Files:
    """Return what would be in force with the draft's files; what is in force when ``draft`` is empty."""
    return overlaid(files_in_force(connection), drafted(connection, draft))


def gate(view: View, draft: Draft) -> tuple[str, ...]:
    """Return why the kept scripts do not let a draft through: a sentence for each that does not."""
    return rehearsal_gate(view.connection, drafted(view.connection, draft.id))
