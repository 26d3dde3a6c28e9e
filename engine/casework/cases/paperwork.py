"""What the official documents of a case say: their data, taken from its rows (appendices B and C)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from engine.casework.cases.custody.rules import again_note
from engine.casework.cases.file.queries import Handover, MaterialRow, materials_of
from engine.casework.cases.origin.rules import REGIONS
from engine.casework.cases.outcomes.queries import deficiencies_of
from engine.casework.cases.queries import CaseFile
from engine.foundation.clock import CITY
from engine.foundation.store.unit import Unit
from engine.process.documents.issuing import Centre
from engine.process.tasks.registry import View
from engine.registry.identity.queries import names_of
from engine.registry.items.queries import item_at
from engine.registry.organisation.queries import CENTER, department_named
from forms import checks
from forms.notices.kinds import SIGNATURE_MODES
from processes.items import Item

_INTAKE_WORDS = {"accept_delegated": "accept_delegated", "receive_only": "receive_only", "entrusted": "printed"}
"""The words of the notices by the item's mode of intake (T116); an entrusted item keeps the standard's printed pair."""


def count_received(materials: Sequence[MaterialRow], owed: frozenset[int] = frozenset()) -> int:
    """Return the number of materials really received or obtained by sharing (T105: 材料项数=实收数).

    What is ``owed`` after 容缺受理, or stood for by a promise (告知承诺), was not received.
    """
    return sum(
        1
        for one in materials
        if one.provided_form is not None and one.verdict not in ("not_needed", "waived") and one.no not in owed
    )


def received_count(view: View, root_id: str) -> int:
    """Return the number of materials that the notices of a case tell of."""
    owed = frozenset(one.no for one in deficiencies_of(view.connection, root_id) if one.supplied_at is None)
    return count_received(materials_of(view.connection, root_id), owed)


def commitment_words(item: Item) -> str:
    """Return the promise in words: an instant item is done on the spot (our wording, the standard has none)."""
    if item.case_type == "instant":
        return "当场办结"
    return f"{item.promise.days}个工作日" if item.promise.unit == "wd" else f"{item.promise.days}日"


def acceptance_notice(unit: Unit, case: CaseFile) -> Mapping[str, Any]:
    """Return what Appendix B says of the case."""
    item = item_at(unit.connection, case.item_digest)
    instant = item.case_type == "instant"
    return {
        **_counter(unit, case, item),
        "material_count": received_count(unit, case.root_id),
        "instant": instant,
        "working_days": None if instant else item.promise.days,
        "excluded_procedures": list(case.excluded_procedures),
    }


def correction_notice(unit: Unit, case: CaseFile, lines: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    """Return what Appendix C says: every line that is to be handed in or changed."""
    item = item_at(unit.connection, case.item_digest)
    rows = [{"name": line["name"], "copies": int(line["copies_required"]), "advice": line["advice"]} for line in lines]
    return {**_counter(unit, case, item), "defect": defect_of(lines), "materials": rows}


def defect_of(lines: Sequence[Mapping[str, Any]]) -> str:
    """Return which of Appendix C's defects is told: "missing", "bad_form", or "both" when the lines differ (T111)."""
    found = {line.get("verdict") for line in lines}
    return str(found.pop()) if len(found) == 1 and found <= {"missing", "bad_form"} else "both"


def rejection_notice(unit: Unit, case: CaseFile, answer: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return what the written refusal says: ground, reasons, basis, where to apply, remedies."""
    item = item_at(unit.connection, case.item_digest)
    return {
        **_counter(unit, case, item),
        "ground": answer["ground"],
        "reasons": answer["reasons"],
        "legal_basis": answer["legal_basis"],
        "competent_authority": answer.get("competent_authority") or "",
        "remedies": answer["remedies"],
    }


def difference_slip(
    unit: Unit, case: CaseFile, slip: Handover, short: Sequence[Mapping[str, Any]], note: str
) -> Mapping[str, Any]:
    """Return what the slip of a difference says: the lines that are short, and that the giver answers for them."""
    return {
        # Who signed for the papers has not signed for what is missing: that is settled by both sides later.
        **handover_slip(unit, case, replace(slip, lines=tuple(short), signature=None)),
        "subject": "difference",
        "note": f"第{slip.number}号移交单清点时发现。{note}"[:500],
    }


def return_slip(unit: Unit, case: CaseFile, slip: Handover, receiver: str) -> Mapping[str, Any]:
    """Return what the slip of returned originals says: from the department to the window, or to the applicant."""
    body = dict(handover_slip(unit, case, slip))
    if slip.subject == "give_back":
        names = names_of(unit.connection, {slip.given_by})
        centre = department_named(unit.connection, CENTER).name
        body |= {"from_unit": centre, "from_person": names.get(slip.given_by, "系统"), "to_unit": case.applicant_name}
    return {**body, "subject": "return", "to_person": receiver}


def handover_slip(view: View, case: CaseFile, slip: Handover) -> Mapping[str, Any]:
    """Return what the slip of a handover says: who gave and took what, and how it was signed for."""
    department = department_named(view.connection, case.department).name
    centre = department_named(view.connection, CENTER).name
    names = names_of(view.connection, {slip.given_by, slip.taken_by or ""})
    to_department = slip.subject == "materials"
    return {
        "case_no": case.case_no,
        "subject": slip.subject,
        "applicant": case.applicant_name,
        "item": case.item_name,
        "from_unit": centre if to_department else department,
        "from_person": names.get(slip.given_by, "系统"),
        "to_unit": department if to_department else centre,
        "to_person": names.get(slip.taken_by or "", ""),
        "rows": [
            {
                "name": line["name"],
                "copies": int(line["copies_sent"]),
                "copies_received": int(line["copies_received"]) if "copies_received" in line else None,
                "reference": line.get("result_no", ""),
            }
            for line in slip.lines
        ],
        "received_at": "" if slip.taken_at is None else _local(slip.taken_at),
        **signature_said(slip.signature or {}),
        "note": "；".join(part for part in (_across_regions(case), _again(slip)) if part),
    }


def signature_said(signature: Mapping[str, Any]) -> dict[str, str]:
    """Return what a document says of a kept signature: how it was given, and the digest of its image or scan."""
    mode = signature.get("mode", "")
    return {
        "signature_mode": mode if mode in SIGNATURE_MODES else "",
        "signature_digest": next(iter(signature.get("digests", ())), ""),
    }


def blank_receipt(view: View, case: CaseFile, title: str, result_no: str) -> Mapping[str, Any]:
    """Return what the receiver signs on paper before the receipt can be issued: who receives is left to the pen."""
    return {
        **_receipt(view, case, title, result_no),
        "receiver_name": "_" * 16,
        "note": f"领取人证件类型及号码：{'_' * 20}　受托人与申请人的关系：{'_' * 8}",
    }


def _receipt(view: View, case: CaseFile, title: str, result_no: str) -> dict[str, Any]:
    return {
        "case_no": case.case_no,
        "applicant": case.applicant_name,
        "item": case.item_name,
        "window": "综合窗口（统一出件）",
        "handler": view.actor.name,
        "method": "pick_up",
        "rows": [{"name": title, "copies": 1, "copies_received": 1, "reference": result_no}],
    }


def delivery_receipt(
    unit: Unit, case: CaseFile, title: str, result_no: str, answer: Mapping[str, Any], signature: Mapping[str, Any]
) -> Mapping[str, Any]:
    """Return what the delivery receipt says; the receiver's number is masked on it."""
    return {
        **_receipt(unit, case, title, result_no),
        "receiver_name": answer["receiver_name"],
        "receiver_id_kind": checks.IDENTITY_KINDS[answer["receiver_id_kind"]].label,
        "receiver_id_masked": checks.mask_resident_id(answer["receiver_id_no"]),
        "delivered_at": _local(unit.now),
        **signature_said(signature),
        "note": "",
    }


def _counter(unit: Unit, case: CaseFile, item: Item) -> dict[str, Any]:
    centre = unit.part(Centre)
    return {
        "case_no": case.case_no,
        "window": f"{centre.name}综合窗口",
        "handler": unit.actor.name,
        "phone": item.channels.consult_phone,
        "complaint_phone": centre.complaint_phone,
        "intake_mode": _INTAKE_WORDS[item.intake_mode],
        "applicant": case.applicant_name,
        "item": item.name,
    }


def _again(slip: Handover) -> str:
    """Say of papers handed over again which refused slip this one stands for, and what differs (6.1.5)."""
    replaced = {int(line["replaces"]) for line in slip.lines if "replaces" in line}
    lines = [
        (str(line["name"]), int(line["copies_before"]), int(line["copies_sent"]))
        for line in slip.lines
        if "replaces" in line
    ]
    return again_note(min(replaced), lines) if replaced else ""


def _across_regions(case: CaseFile) -> str:
    """Say that papers change the region: they are signed for there, too (4.1.7 异地代办)."""
    if case.receive_region == case.handle_region:
        return ""
    taken, handled = (REGIONS.get(code, code) for code in (case.receive_region, case.handle_region))
    return f"跨区域移交：{taken}收件，{handled}办理"


def _local(instant: datetime) -> str:
    return instant.astimezone(CITY).isoformat(timespec="seconds")
