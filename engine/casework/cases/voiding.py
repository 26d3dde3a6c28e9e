"""作废与重新出具: a document with a mistake is made void, and issued anew from the case as it is now (T110)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.casework.cases import paperwork
from engine.casework.cases.file import queries as records
from engine.casework.cases.letters import letter
from engine.casework.cases.queries import CaseFile, visible_case
from engine.foundation.clock import CITY
from engine.foundation.store.unit import Actor, Unit
from engine.process.documents import queries
from engine.process.documents.commands import VoidDocument
from engine.process.documents.issuing import VOIDED, issue, refuse_missing_glyphs
from engine.process.documents.rules import (
    Document,
    DocumentMissing,
    ReplacementNeeded,
    Void,
    checked_reason,
    needs_replacement,
    refuse_voiding,
    voider_of,
)
from engine.registry.identity.rules import scope_of
from engine.registry.items.queries import item_at
from engine.registry.organisation.queries import Department, department_named, departments
from forms.notices.letters import DEPARTMENT, LETTERS, WINDOW

_ADDED = ("number", "issued_at", "qr_url", "replaces")
"""What issuing itself adds."""


def void_document(command: VoidDocument, unit: Unit) -> Mapping[str, Any]:
    """Make a document void and, when asked, issue it anew; return both numbers.

    Raises what ``refuse_voiding`` raises, :class:`ReplacementNeeded`, ``InvalidFields`` for the reason,
    :class:`DocumentMissing`, and what ``issue`` raises.
    """
    case = visible_case(unit.connection, command.root_id.removeprefix("case:"), scope_of(unit.actor))
    document = queries.document_by_id(unit.connection, command.document_id)
    if document.root_id != case.root_id:
        raise DocumentMissing
    refuse_unless_own(document, case, unit.actor, departments(unit.connection))
    reason = checked_reason(command.reason)
    refuse_missing_glyphs(reason)
    clause = needs_replacement(document.kind, case.status)
    if clause is not None and not command.reissue:
        raise ReplacementNeeded(title=document.title, clause=clause)
    made = _reissue(unit, case, document) if command.reissue else None
    notice = None if made else _explain(unit, case, document, reason)
    void = Void(
        document_id=document.id, root_id=case.root_id, account=unit.actor.account, at=unit.now, reason=reason,
        reissued_as=made.id if made else None, notice_id=notice.id if notice else None,
    )  # fmt: skip
    queries.put_void(unit, void)
    unit.record(
        VOIDED, case.root_id, document=document.id, number=document.number, title=document.title, reason=reason,
        reissued_as=void.reissued_as or "", notice=void.notice_id or "",
    )  # fmt: skip
    successor = made or notice
    return {
        "document_id": document.id, "number": document.number, "case_no": case.case_no,
        "new_document_id": successor.id if successor else "", "new_number": successor.number if successor else "",
    }  # fmt: skip


def refuse_unless_own(
    document: Document, case: CaseFile, actor: Actor, places: Mapping[str, Department]
) -> None:  # fmt: skip
    """Raise what ``refuse_voiding`` raises unless ``actor`` may void ``document``.

    A document that a department of a joint case signed is that department's own: the lead voids none of them, as it
    overrules no denial (4.2.2c, 6.2.2).
    """
    owner = owner_of(document, case, places)
    place = "" if owner == case.department else places[owner].short_name
    refuse_voiding(document, status=case.status, department=owner, actor=actor, place=place)


def owner_of(document: Document, case: CaseFile, places: Mapping[str, Department]) -> str:
    """Return the department that answers for a document: the one that signs it, else the case's own."""
    signed = document.data.get("signatory")
    return next((key for key, one in places.items() if one.name == signed), case.department)


def rebuilt(unit: Unit, case: CaseFile, document: Document) -> Mapping[str, Any]:
    """Return a document's data taken anew: from the case's rows where they hold it, else with the common part renewed.

    A signature is not carried over: nobody signed the new paper, it has a place for the pen.
    """
    kept = {key: value for key, value in document.data.items() if key not in _ADDED}
    match document.kind:
        case "acceptance_notice":
            return paperwork.acceptance_notice(unit, case)
        case "correction_notice":
            rounds = records.corrections_of(unit.connection, case.root_id)
            asked = [one for one in rounds if one.document_id == document.id]
            return paperwork.correction_notice(unit, case, asked[0].lines) if asked else kept
        case "rejection_notice":
            return paperwork.rejection_notice(unit, case, kept)
    if "signature_digest" in kept:
        kept |= {"signature_digest": "", "signature_mode": ""}
    record = LETTERS.get(document.kind)
    if record is not None:
        fields = {one.key: kept[one.key] for one in record.fields if one.key in kept}
        # A part of a joint case keeps its department's signature, and tells of its own matter (6.2.1).
        fields |= {key: kept[key] for key in ("item", "signatory") if key in kept and _of_part(unit, case, document)}
        return letter(unit, case, document.kind, side=kept["side"], **fields)
    return {**kept, "applicant": case.applicant_name, "item": case.item_name}


def _of_part(unit: Unit, case: CaseFile, document: Document) -> bool:
    own = department_named(unit.connection, case.department).name
    item = item_at(unit.connection, case.item_digest).name
    side = document.data.get("side")
    return side == DEPARTMENT and (document.data.get("signatory"), document.data.get("item")) != (own, item)


def _reissue(unit: Unit, case: CaseFile, document: Document) -> Document:
    """Issue the document anew; whatever referred to the old one refers to the new."""
    day = document.issued_at.astimezone(CITY)
    replaces = f"{document.number}（{day.year}年{day.month}月{day.day}日出具）"
    made = issue(unit, case.root_id, document.kind, {**rebuilt(unit, case, document), "replaces": replaces})
    for round in records.corrections_of(unit.connection, case.root_id):
        if round.document_id == document.id:
            records.set_correction(unit, case.root_id, round.round, document_id=made.id)
    for slip in records.handovers_of(unit.connection, case.root_id):
        if slip.document_id == document.id:
            records.set_handover(unit, case.root_id, slip.number, document_id=made.id)
    return made


def _explain(unit: Unit, case: CaseFile, document: Document, reason: str) -> Document:
    """Tell the applicant in writing that the document is void and none stands in its place."""
    side = DEPARTMENT if (voider_of(document.kind) or "").startswith("dept_") else WINDOW
    told = letter(
        unit, case, "void_notice", side=side,
        voided_title=document.title, voided_number=document.number, reason=reason,
    )  # fmt: skip
    return issue(unit, case.root_id, "void_notice", told)
