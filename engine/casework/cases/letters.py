"""The letters of a case: the common part from its rows, the rest from the act (forms.notices.letters)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from engine.casework.cases.queries import CaseFile
from engine.foundation.clock import CITY
from engine.foundation.store.unit import Unit
from engine.process.documents.issuing import Centre
from engine.registry.items.queries import item_at
from engine.registry.organisation.queries import department_named
from forms.notices.letters import LETTERS, WINDOW


def letter(unit: Unit, case: CaseFile, kind: str, *, side: str = "", **fields: Any) -> Mapping[str, Any]:
    """Return the data of a letter of ``case`` for ``issue(unit, root_id, kind, …)``.

    ``fields`` are those of the letter's record; days and moments may be given as ``date`` and aware ``datetime``.
    ``side`` ("window" or "department") overrides who signs.  Remedies that the act does not name are those of the
    item's guide.  Raises KeyError for an unknown kind; what is missing is refused when the letter is issued.
    """
    record = LETTERS[kind]
    item = item_at(unit.connection, case.item_digest)
    centre = unit.part(Centre)
    signed_by = side or record.side
    window = f"{centre.name}综合窗口"
    data = {
        "case_no": case.case_no,
        "side": signed_by,
        "signatory": window if signed_by == WINDOW else department_named(unit.connection, case.department).name,
        "handler": unit.actor.name,
        "phone": item.channels.consult_phone,
        "complaint_phone": centre.complaint_phone,
        "applicant": case.applicant_name,
        "item": item.name,
    }
    if any(one.key == "remedies" and one.needed for one in record.fields):
        data["remedies"] = item.guide.remedy
    return {**data, **{key: _plain(value) for key, value in fields.items()}}


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(CITY).isoformat(timespec="seconds")
    return value.isoformat() if isinstance(value, date) else value
