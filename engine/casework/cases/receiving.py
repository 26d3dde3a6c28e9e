"""收件: registering an application, its applicant, its materials, and starting the case's process."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import forms
from engine.casework.cases import queries
from engine.casework.cases.commands import ReceiveApplication
from engine.casework.cases.file import queries as records
from engine.casework.cases.file.queries import MaterialRow
from engine.casework.cases.queries import Applicant
from engine.casework.cases.rules import ApplicantKindRefused, NotOneWindow
from engine.foundation.blobs.queries import take_uploads, usable_uploads
from engine.foundation.clock import CITY, city_date
from engine.foundation.errors import InvalidFields
from engine.foundation.journal.tags import tag
from engine.foundation.store.unit import Unit
from engine.process.bpmn.releases.bundles import Bundles
from engine.process.bpmn.releases.queries import Release, current_release
from engine.process.tasks import progress
from engine.process.tasks.registry import View
from engine.registry.items.queries import current_item
from forms import Context, UploadRef
from processes.items import Item, Material

RECEIVED = tag("case.received", "收到“{item_name}”的申请材料，办件编号 {case_no}")

PROVIDED_FREE = ("共享",)
"""Sources from which the centre obtains a material itself, so that the applicant hands in nothing (免予提交)."""

_PERSON = "1"


def receive(command: ReceiveApplication, unit: Unit) -> Mapping[str, Any]:
    """Register the application and start the process of the item's current release.

    Raises ItemUnknown, NoRelease, NotOneWindow, ApplicantKindRefused, or InvalidFields for the form.
    Clauses 6.1.1, 6.1.2, 6.1.4; the receipt time is when the materials really came.
    """
    digest, item = current_item(unit.connection, command.item_code)
    if item.entry_mode != "one_window":
        raise NotOneWindow(name=item.name)
    release = current_release(unit.connection, item.code, unit.now)
    answer = _checked(unit, item, release, command)
    _refuse_kind(item, answer["applicant_kind"])
    case_no, root_id = _register(unit, item, digest, release, answer)
    _take_materials(unit, root_id, item, answer["materials"])
    facts = {"case_no": case_no, "case_type": item.case_type, "site_visit_required": item.site_visit}
    advance = progress.start(unit, root_id, release, item.department, facts)
    return {"case_no": case_no, "opened": [f"{case_no}-{one.task_no}" for one in advance.opened]}


def application_context(view: View, item: Item) -> Context:
    """Return what the application form starts with: the item's materials and the counter's channel."""
    return Context(
        now=view.now,
        rows={"materials": [_first_row(one) for one in item.materials]},
        defaults={
            "channel": "1",
            "applicant_kind": "person" if _PERSON in item.apply_object else "organisation",
            "id_kind": "resident_id" if _PERSON in item.apply_object else "uscc",
        },
        uploads=usable_refs(view, None),
    )


def application_form(view: View, release: Release) -> Mapping[str, Any]:
    """Return the application form that a release pins."""
    return view.part(Bundles).form(view.connection, release.forms["application"])


def usable_refs(view: View, root_id: str | None) -> dict[str, UploadRef]:
    """Return the files the actor may use in a form, by digest."""
    return {
        digest: UploadRef(digest, one.file_name, one.size, one.media_type)
        for digest, one in usable_uploads(view.connection, view.actor.account, root_id).items()
    }


def digests_in(files: Any) -> list[str]:
    """Return the digests of a form's file references."""
    return [file["digest"] for file in files or ()]


def local_instant(minute: str) -> datetime:
    """Return the aware instant of a form's local minute (``2026-03-02T09:05``, Asia/Shanghai)."""
    return datetime.fromisoformat(minute).replace(tzinfo=CITY)


def _first_row(one: Material) -> dict[str, Any]:
    free = one.source in PROVIDED_FREE
    expected = one.required and not free
    return {
        "no": str(one.no),
        "name": one.name,
        "copies_required": one.copies,
        "provided_form": one.form if expected else "electronic" if free else "none",
        "copies": one.copies if expected else 0,
        "original_checked": False,
    }


def _checked(unit: Unit, item: Item, release: Release, command: ReceiveApplication) -> Mapping[str, Any]:
    form, context = application_form(unit, release), application_context(unit, item)
    answer = forms.read_json(form, command.answer, context) if command.partial else command.answer
    checked = forms.validate(form, answer, context)
    if checked.errors:
        raise InvalidFields(dict(checked.errors))
    return checked.data


def _refuse_kind(item: Item, kind: str) -> None:
    wanted = _PERSON in item.apply_object if kind == "person" else bool(set(item.apply_object) - {_PERSON})
    if not wanted:
        raise ApplicantKindRefused(name=item.name, kind="自然人" if kind == "person" else "法人或其他组织")


def _register(unit: Unit, item: Item, item_digest: str, release: Release, answer: Mapping[str, Any]) -> tuple[str, str]:
    received_at = local_instant(answer["received_at"])
    who = _applicant(answer)
    application_id = queries.new_id()
    case_no = queries.next_case_number(unit, item.implement_code, city_date(unit.now))
    root_id = unit.create_root(f"case:{case_no}", "case").id
    queries.put_applicant(unit, who)
    origin = {
        "channel": answer["channel"], "received_at": received_at, "first_responder": unit.actor.account,
        "receive_region": item.handle_region,
    }  # fmt: skip
    queries.put_application(
        unit, {"id": application_id, "applicant_id": who.id, "note": answer.get("note") or None, **origin}
    )
    queries.put_case(
        unit,
        {
            "root_id": root_id,
            "case_no": case_no,
            "application_id": application_id,
            "applicant_id": who.id,
            "applicant_name": who.name,
            "item_code": item.code,
            "item_name": item.name,
            "item_digest": item_digest,
            "release_id": release.id,
            "case_type": item.case_type,
            "department": item.department,
            "status": "received",
            "handle_region": item.handle_region,
            "deemed": False,
            "visits": 1 if answer["channel"] == "1" else 0,
            "excluded_procedures": [],
            **origin,
        },
    )
    unit.record(
        RECEIVED, root_id, case_no=case_no, item=item.code, item_name=item.name, item_digest=item_digest,
        release=release.id, channel=answer["channel"], received_at=answer["received_at"],
        private={"application": dict(answer)},
    )  # fmt: skip
    return case_no, root_id


def _applicant(answer: Mapping[str, Any]) -> Applicant:
    return Applicant(
        id=queries.new_id(),
        kind=answer["applicant_kind"],
        name=answer["applicant_name"],
        id_kind=answer["id_kind"],
        id_no=answer["id_no"],
        phone=answer["phone"],
        address=answer.get("address") or "",
        contact_name=answer.get("contact_name") or "",
        legal_representative=answer.get("legal_representative") or "",
    )


def _take_materials(unit: Unit, root_id: str, item: Item, rows: list[Mapping[str, Any]]) -> None:
    given = {row["no"]: row for row in rows}
    records.put_materials(unit, root_id, [_material(one, given[str(one.no)]) for one in item.materials])
    for one in item.materials:
        uploads = take_uploads(unit, digests_in(given[str(one.no)].get("files")), root_id)
        records.add_files(unit, root_id, one.no, uploads)


def _material(one: Material, given: Mapping[str, Any]) -> MaterialRow:
    nothing = given["provided_form"] == "none"
    return MaterialRow(
        no=one.no,
        name=one.name,
        form=one.form,
        copies_required=one.copies,
        required=one.required,
        deficiency_allowed=one.deficiency_allowed,
        source=one.source,
        provided_form=None if nothing else given["provided_form"],
        copies=0 if nothing else int(given.get("copies") or 0),
        original_checked=bool(given.get("original_checked")),
        shared=one.source in PROVIDED_FREE and given["provided_form"] == "electronic",
        returned=one.returned,
        verdict=None,
        advice=None,
    )
