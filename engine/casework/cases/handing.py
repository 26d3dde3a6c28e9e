"""Handover and receipt (6.1.5, 6.3.1): the same act for papers to the department and for results to the window."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.engine import Connection

from engine.casework.cases import paperwork
from engine.casework.cases.custody.queries import refusals_of, waiting
from engine.casework.cases.custody.rules import HandoverRefused
from engine.casework.cases.file import queries as records
from engine.casework.cases.queries import case_by_root
from engine.casework.cases.receiving import digests_in, usable_refs
from engine.foundation.blobs.queries import take_uploads
from engine.foundation.store.unit import Unit
from engine.process.documents.issuing import issue
from engine.process.tasks.registry import View
from engine.process.tasks.rules import Task
from forms import Context


def slip_context(view: View, task: Task, subject: str, rows_key: str) -> Context:
    """Give the lines of the slip of ``subject`` (materials or result) as they were sent, under ``rows_key``."""
    slip = waiting_slip(view.connection, task.root_id, subject)
    rows = [{**line, "copies_received": line["copies_sent"]} for line in slip.lines]
    return Context(now=view.now, rows={rows_key: rows}, uploads=usable_refs(view, task.root_id))


def sign_slip(
    unit: Unit, task: Task, subject: str, kind: str, rows: Sequence[Mapping[str, Any]], signature: Mapping[str, Any]
) -> tuple[int, str]:
    """Sign for the slip of ``subject`` that waits, issue it as a document of ``kind``; return number and document."""
    slip = waiting_slip(unit.connection, task.root_id, subject)
    if slip.number in refusals_of(unit.connection, task.root_id):
        raise HandoverRefused
    lines = [
        {**line, "copies_received": int(row["copies_received"])} for line, row in zip(slip.lines, rows, strict=True)
    ]
    records.set_handover(
        unit, task.root_id, slip.number, lines=lines, taken_by=unit.actor.account, taken_at=unit.now,
        signature=keep_signature(unit, task.root_id, signature),
    )  # fmt: skip
    signed = next(one for one in records.handovers_of(unit.connection, task.root_id) if one.number == slip.number)
    case = case_by_root(unit.connection, task.root_id)
    document = issue(unit, task.root_id, kind, paperwork.handover_slip(unit, case, signed))
    records.set_handover(unit, task.root_id, slip.number, document_id=document.id)
    return slip.number, document.id


def blank_slip(view: View, task: Task, subject: str, kind: str) -> tuple[str, Mapping[str, Any]]:
    """Return the paper of the slip that waits, for the pen of those who sign on paper."""
    slip = waiting_slip(view.connection, task.root_id, subject)
    return kind, paperwork.handover_slip(view, case_by_root(view.connection, task.root_id), slip)


def waiting_slip(connection: Connection, root_id: str, subject: str) -> records.Handover:
    """Return the oldest slip that nobody has signed for yet: what came later is signed for later."""
    return waiting(connection, root_id, subject) or records.handovers_of(connection, root_id, subject)[-1]


def keep_signature(unit: Unit, root_id: str, signature: Mapping[str, Any]) -> dict[str, Any]:
    """Bind a signature's image or scan to the case and return what is kept of it: mode and digests."""
    digests = digests_in(signature.get("files"))
    take_uploads(unit, digests, root_id)
    return {"mode": signature["mode"], "digests": digests}
