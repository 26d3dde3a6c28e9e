"""Mistakes of the counter put right: a material entered wrongly, an applicant who was another (6.1.1 录入信息)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import forms
from engine.casework.cases import queries
from engine.casework.cases.file import queries as records
from engine.casework.cases.file.queries import MaterialRow
from engine.casework.cases.outcomes.commands import CorrectApplicant, CorrectMaterial
from engine.casework.cases.outcomes.rules import (
    BEFORE_ACCEPTANCE,
    BEFORE_DECISION,
    CorrectionReasonMissing,
    MaterialUnknown,
    TooLateToCorrect,
)
from engine.casework.cases.queries import CaseFile
from engine.casework.cases.receiving import refuse_kind
from engine.casework.cases.registering import applicant_from
from engine.foundation.errors import InvalidFields
from engine.foundation.journal.tags import tag
from engine.foundation.store.unit import Unit
from engine.foundation.vault import Vault
from engine.process.documents.queries import documents_of
from engine.process.tasks.registry import View
from engine.registry.identity.rules import scope_of
from engine.registry.items.queries import item_at
from forms import Context

MATERIAL_CORRECTED = tag("material.corrected", "更正材料登记：第 {no} 项 {name}，原为 {before}，现为 {after}")
APPLICANT_CORRECTED = tag("applicant.corrected", "更正申请对象的登记信息，需作废重出的文书 {reissue} 份")

_FORMS = {"original": "原件", "copy": "复印件", "electronic": "电子件", None: "未提交"}
_ELECTRONIC = frozenset({"electronic", None})


def correct_material(command: CorrectMaterial, unit: Unit) -> Mapping[str, Any]:
    """Put right what was entered of a material: freely before acceptance, for a reason until the decision.

    A material that was reviewed is reviewed afresh.  Raises CaseMissing, :class:`TooLateToCorrect`,
    :class:`CorrectionReasonMissing`, :class:`MaterialUnknown`.
    """
    case = queries.visible_case(unit.connection, command.case_no, scope_of(unit.actor))
    _refuse_late(case, command.reason)
    before = next(
        (one for one in records.materials_of(unit.connection, case.root_id) if one.no == command.no), None
    )  # fmt: skip
    if before is None:
        raise MaterialUnknown(no=command.no)
    if command.provided_form not in _FORMS:
        raise InvalidFields({"provided_form": "请选择实际提交形式（6.1.1）"})
    copies = 0 if command.provided_form in _ELECTRONIC else command.copies
    if not 0 <= copies <= 999 or (copies == 0 and command.provided_form not in _ELECTRONIC):
        raise InvalidFields({"copies": "提交份数应为 1 至 999（6.1.1）"})
    afresh: dict[str, Any] = {"verdict": None, "advice": None} if case.status in BEFORE_ACCEPTANCE else {}
    records.set_material(
        unit, case.root_id, command.no, provided_form=command.provided_form, copies=copies,
        original_checked=command.original_checked and command.provided_form not in _ELECTRONIC, **afresh,
    )  # fmt: skip
    unit.record(
        MATERIAL_CORRECTED, case.root_id, no=command.no, name=before.name, before=_words(before),
        after=f"{_FORMS[command.provided_form]}{copies}份", reason=command.reason.strip(),
    )  # fmt: skip
    return {"case_no": case.case_no, "no": command.no}


def correct_applicant(command: CorrectApplicant, unit: Unit) -> Mapping[str, Any]:
    """Replace the applicant's data before the decision; name the documents that are to be voided and reissued.

    The journal says that they changed; the values lie in an erasable row.  Raises CaseMissing,
    :class:`TooLateToCorrect`, :class:`CorrectionReasonMissing`, ApplicantKindRefused, or InvalidFields.
    """
    case = queries.visible_case(unit.connection, command.case_no, scope_of(unit.actor))
    _refuse_late(case, command.reason)
    if len(command.reason.strip()) < 4:
        raise CorrectionReasonMissing
    checked = forms.validate(forms.load("correct_applicant"), command.answer, applicant_context(unit, case))
    if checked.errors:
        raise InvalidFields(dict(checked.errors))
    refuse_kind(item_at(unit.connection, case.item_digest), checked.data["applicant_kind"])
    old = queries.applicant_of(unit.connection, unit.part(Vault), case.applicant_id)
    new = applicant_from(checked.data)
    queries.put_applicant(unit, new)
    queries.replace_applicant(unit, case, new)
    # Slips say who handed over what; they name the applicant too, and are wrong with the name.
    reissue = [one for one in documents_of(unit.connection, case.root_id) if one.state == "issued"]
    unit.record(
        APPLICANT_CORRECTED, case.root_id, reissue=len(reissue), documents=[one.id for one in reissue],
        reason=command.reason.strip(), private={"before": vars(old), "after": vars(new)},
    )  # fmt: skip
    return {
        "case_no": case.case_no,
        "reissue": [{"id": one.id, "title": one.title, "number": one.number} for one in reissue],
    }


def applicant_context(view: View, case: CaseFile) -> Context:
    """Start with what names the applicant; number, phone and address are typed anew and so never shown in clear."""
    who = queries.applicant_of(view.connection, view.part(Vault), case.applicant_id)
    return Context(
        now=view.now,
        defaults={
            "applicant_kind": who.kind, "applicant_name": who.name, "id_kind": who.id_kind,
            "contact_name": who.contact_name, "legal_representative": who.legal_representative,
        },
    )  # fmt: skip


def applicant_command(case_no: str, answer: Mapping[str, Any]) -> CorrectApplicant:
    """Return the command of a filled form."""
    return CorrectApplicant(case_no=case_no, answer=answer, reason=str(answer.get("reason") or ""))


def material_context(view: View, case: CaseFile) -> Context:
    """Offer the materials of the case."""
    materials = records.materials_of(view.connection, case.root_id)
    return Context(
        now=view.now,
        options={"no": [(str(one.no), f"第{one.no}项 {one.name}（现登记：{_words(one)}）") for one in materials]},
    )


def material_command(case_no: str, answer: Mapping[str, Any]) -> CorrectMaterial:
    """Return the command of a filled form; what is no number is refused by the handler."""
    form = str(answer.get("provided_form") or "")
    return CorrectMaterial(
        case_no=case_no,
        no=_number(answer.get("no")),
        provided_form=None if form == "none" else form,
        copies=_number(answer.get("copies")),
        original_checked=bool(answer.get("original_checked")),
        reason=str(answer.get("reason") or ""),
    )


def _number(value: Any) -> int:
    text = str(value or "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0


def _refuse_late(case: CaseFile, reason: str) -> None:
    """Refuse after the decision, and without a reason after the acceptance."""
    if case.status not in BEFORE_DECISION:
        raise TooLateToCorrect
    if case.status not in BEFORE_ACCEPTANCE and len(reason.strip()) < 4:
        raise CorrectionReasonMissing


def _words(one: MaterialRow) -> str:
    return f"{_FORMS.get(one.provided_form, '')}{one.copies}份"
