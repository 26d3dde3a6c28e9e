"""Documents of what departments do together: which one holds now, and one that takes another's place."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.foundation.clock import CITY
from engine.foundation.store.unit import Unit
from engine.process.documents import queries
from engine.process.documents.issuing import VOIDED, issue
from engine.process.documents.rules import VOID, Document, Void


def standing_of(id: str, number: str, voids: Mapping[str, Void]) -> tuple[str, str] | None:
    """Return id and number of the document that stands for ``id`` now: itself, or what it was reissued as.

    None when it, or the last that took its place, was made void without another.
    """
    while id in voids:
        void = voids[id]
        if void.reissued_as is None:
            return None
        id, number = void.reissued_as, void.new_number
    return id, number


def withdraw_paper(unit: Unit, root_id: str, id: str, reason: str, notice: Document) -> None:
    """Make a document void for ``reason`` without another in its place; ``notice`` is what tells the applicant so.

    One that is void already stays as it is.
    """
    old = queries.document_by_id(unit.connection, id)
    if old.state == VOID:
        return
    queries.put_void(unit, Void(
        document_id=old.id, root_id=root_id, account=unit.actor.account, at=unit.now, reason=reason,
        reissued_as=None, notice_id=notice.id,
    ))  # fmt: skip
    unit.record(
        VOIDED, root_id, document=old.id, number=old.number, title=old.title, reason=reason, reissued_as="",
        notice=notice.id,
    )  # fmt: skip


def replace_paper(unit: Unit, root_id: str, id: str, data: Mapping[str, Any], reason: str) -> Document:
    """Issue a document in the place of ``id``, which is void from now on for ``reason``; its number stays taken.

    Raises GlyphMissing, DocumentIncomplete.
    """
    old = queries.document_by_id(unit.connection, id)
    if old.state == VOID:
        return issue(unit, root_id, old.kind, data)
    day = old.issued_at.astimezone(CITY)
    made = issue(
        unit, root_id, old.kind, {**data, "replaces": f"{old.number}（{day.year}年{day.month}月{day.day}日出具）"}
    )
    queries.put_void(unit, Void(
        document_id=old.id, root_id=root_id, account=unit.actor.account, at=unit.now, reason=reason,
        reissued_as=made.id, notice_id=None,
    ))  # fmt: skip
    unit.record(
        VOIDED, root_id, document=old.id, number=old.number, title=old.title, reason=reason, reissued_as=made.id,
        notice="",
    )  # fmt: skip
    return made
