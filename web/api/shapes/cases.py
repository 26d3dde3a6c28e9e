"""A case: as a list shows it, whole, its documents, steps and journal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.casework.archive.queries import ArchiveFile, archive_of
from engine.casework.cases.file import queries as records
from engine.casework.cases.queries import CaseFile, applicant_of
from engine.casework.cases.rules import CASE_TYPES, CHANNELS, STATUSES
from engine.casework.cases.sharing.sight import (
    corrections_in_sight,
    documents_in_sight,
    handovers_in_sight,
    materials_in_sight,
    opinions_in_sight,
    sight_of,
    tasks_in_sight,
)
from engine.casework.issuance.queries import Delivery, Result, delivery_of, result_of
from engine.foundation.clock import city_date
from engine.foundation.journal.queries import Line
from engine.foundation.vault import Vault
from engine.process.clocks.calendars import Calendars
from engine.process.clocks.ledgers import explain
from engine.process.documents.queries import voids_of
from engine.process.documents.rules import Document, Void
from engine.process.tasks.awaited.handlers import waits
from engine.process.tasks.queries import Step, tasks_of
from engine.registry.identity.reading import Reading
from forms import checks
from web.api.shapes.clocks import clock_json
from web.api.shapes.common import day_text, links, moment_text, named, people, places
from web.api.shapes.tasks import shown_name, tasks_json

OUTCOMES = {"closed": "办结", "rejected": "不予受理"}
DECISIONS = {"grant": "准予", "deny": "不予", "terminate": "终止办理", "return": "退回"}


def case_summary(case: CaseFile, where: Mapping[str, str], kind: str) -> dict[str, Any]:
    """Return a case as a list shows it; ``kind`` is the applicant's."""
    return {
        "case_no": case.case_no,
        "item_code": case.item_code,
        "item_name": case.item_name,
        **named("case_type", case.case_type, CASE_TYPES),
        **named("department", case.department, where),
        **named("status", case.status, STATUSES),
        **named("outcome", case.outcome, OUTCOMES),
        **named("channel", case.channel, CHANNELS),
        "applicant_name": shown_name(case.applicant_name, kind),
        "received_at": moment_text(case.received_at),
        "accepted_on": day_text(case.accepted_on),
        "closed_at": moment_text(case.closed_at),
        "links": case_links(case.case_no),
    }


def case_links(case_no: str) -> dict[str, str]:
    """Return where the parts of a case are."""
    path = f"/cases/{case_no}"
    return links(
        self=path, history=f"{path}/history", documents=f"{path}/documents", steps=f"{path}/steps",
        clocks=f"{path}/clocks", tasks=f"/tasks?case={case_no}", deliveries=f"{path}/deliveries",
    )  # fmt: skip


def case_json(view: Reading, case: CaseFile) -> dict[str, Any]:
    """Return a case whole, the applicant masked: full values are shown only for a reason, on the case's page."""
    root, connection = case.root_id, view.connection
    who = applicant_of(connection, view.part(Vault), case.applicant_id)
    where = places(view)
    calendar = view.part(Calendars).current(connection)
    return {
        **case_summary(case, where, who.kind),
        "applicant": {
            "kind": who.kind,
            "name": shown_name(who.name, who.kind),
            "id_kind": who.id_kind,
            "id_kind_name": checks.IDENTITY_KINDS[who.id_kind].label,
            # The code of an organisation is published; the number of a person is not.
            "id_no": who.id_no if who.id_kind == "uscc" else checks.mask_resident_id(who.id_no),
            "phone": checks.mask_phone(who.phone),
            "address": checks.mask_address(who.address),
            "contact_name": checks.mask_name(who.contact_name),
            "legal_representative": checks.mask_name(who.legal_representative),
        },
        **_course(case, people(view, (case.first_responder, case.accepted_by, case.decided_by))),
        "clocks": [clock_json(one) for one in explain(connection, calendar, root, city_date(view.now))],
        "materials": _materials(view, case),
        **_gathered(view, case, where),
        "result": _result(view, result_of(connection, root)),
        "delivery": _delivery(view, delivery_of(connection, root)),
        "archive": _archive(view, archive_of(connection, root)),
        "documents": documents_json(view, case),
        "open_tasks": tasks_json(view, tasks_in_sight(view, case, tasks_of(connection, root, state="open"))),
        "awaited_messages": [{**vars(one), "since": moment_text(one.since)} for one in waits(view, root)],
    }


def _course(case: CaseFile, names: Mapping[str, str]) -> dict[str, Any]:
    """When each great step of the case was taken, and by whom."""
    return {
        "registered_at": moment_text(case.created_at),
        **named("first_responder", case.first_responder, names),
        "hall_visits": case.visits,
        "accepted_at": moment_text(case.accepted_at),
        **named("accepted_by", case.accepted_by, names),
        "deemed": case.deemed,
        "delay_reason": case.delay_reason,
        "excluded_procedures": list(case.excluded_procedures),
        **named("decision", case.decision, DECISIONS),
        "decided_at": moment_text(case.decided_at),
        **named("decided_by", case.decided_by, names),
        "handed_over_at": moment_text(case.result_handed_over_at),
        "signed_at": moment_text(case.result_signed_at),
        "delivered_at": moment_text(case.delivered_at),
    }


def _materials(view: Reading, case: CaseFile) -> list[dict[str, Any]]:
    files: dict[int, list[dict[str, Any]]] = {}
    for one in records.files_of(view.connection, case.root_id):
        files.setdefault(one.no, []).append(
            {"digest": one.digest, "name": one.file_name, "size": one.size, "media_type": one.media_type}
        )
    return [
        {**vars(one), "files": files.get(one.no, [])}
        for one in materials_in_sight(view, case)
    ]


def _gathered(view: Reading, case: CaseFile, where: Mapping[str, str]) -> dict[str, Any]:
    """What the case has gathered on its way."""
    root = case.root_id
    sight = sight_of(view, case)
    corrections, handovers = corrections_in_sight(view, case, sight), handovers_in_sight(view, case, sight)
    names = people(
        view,
        [who for one in corrections for who in (one.proposed_by, one.confirmed_by)]
        + [who for slip in handovers for who in (slip.given_by, slip.taken_by)],
    )
    return {
        "corrections": [_correction(one, names) for one in corrections],
        "opinions": [_opinion(one, where) for one in opinions_in_sight(view, case)],
        "handovers": [_handover(one, names) for one in handovers],
        "site_visits": [_visit(sight.covered(one)) for one in records.visits_of(view.connection, root)],
    }


def _correction(one: records.Correction, names: Mapping[str, str]) -> dict[str, Any]:
    return {
        "round": one.round,
        "state": one.state,
        "lines": [dict(line) for line in one.lines],
        **named("proposed_by", one.proposed_by, names),
        "proposed_at": moment_text(one.proposed_at),
        **named("confirmed_by", one.confirmed_by, names),
        "confirmed_at": moment_text(one.confirmed_at),
        "document_id": one.document_id,
        "issued_at": moment_text(one.issued_at),
        "received_at": moment_text(one.received_at),
    }


def _opinion(one: records.Opinion, where: Mapping[str, str]) -> dict[str, Any]:
    return {
        "number": one.number,
        "kind": one.kind,
        **named("department", one.department, where),
        "account": one.account,
        "name": one.name,
        "conclusion": one.conclusion,
        "text": one.text,
        "basis": one.basis,
        "at": moment_text(one.at),
    }


def _handover(one: records.Handover, names: Mapping[str, str]) -> dict[str, Any]:
    return {
        "number": one.number,
        "subject": one.subject,
        "lines": [dict(line) for line in one.lines],
        **named("given_by", one.given_by, names),
        "given_at": moment_text(one.given_at),
        **named("taken_by", one.taken_by, names),
        "taken_at": moment_text(one.taken_at),
        "signature": one.signature and str(one.signature["mode"]),
        "document_id": one.document_id,
    }


def _visit(one: records.Visit) -> dict[str, Any]:
    return {
        "number": one.number,
        "planned_on": day_text(one.planned_on),
        "place": one.place,
        "visitors": [dict(visitor) for visitor in one.visitors],
        "visited_on": day_text(one.visited_on),
        "findings": one.findings,
        "conclusion": one.conclusion,
    }


def _result(view: Reading, made: Result | None) -> dict[str, Any] | None:
    if made is None:
        return None
    return {
        "title": made.title,
        "result_no": made.result_no,
        "valid_from": day_text(made.valid_from),
        "valid_until": day_text(made.valid_until),
        "files": list(made.files),
        **named("made_by", made.made_by, people(view, (made.made_by,))),
        "made_at": moment_text(made.made_at),
    }


def _delivery(view: Reading, done: Delivery | None) -> dict[str, Any] | None:
    if done is None:
        return None
    return {
        "mode": done.mode,
        "receiver_kind": done.receiver_kind,
        "receiver_name": checks.mask_name(done.receiver_name),
        "id_kind": done.id_kind,
        "delivered_at": moment_text(done.delivered_at),
        **named("delivered_by", done.delivered_by, people(view, (done.delivered_by,))),
        "document_id": done.document_id,
        "told_department_at": moment_text(done.told_department_at),
    }


def _archive(view: Reading, filed: ArchiveFile | None) -> dict[str, Any] | None:
    if filed is None:
        return None
    names = people(view, (filed.collated_by, filed.archived_by))
    return {
        **named("collated_by", filed.collated_by, names),
        "collated_at": moment_text(filed.collated_at),
        "retention": filed.retention,
        "archive_no": filed.archive_no,
        "conclusion": filed.conclusion,
        **named("archived_by", filed.archived_by, names),
        "archived_at": moment_text(filed.archived_at),
        "decided_at": moment_text(filed.decided_at),
    }


def document_json(one: Document, void: Void | None = None) -> dict[str, Any]:
    """Return what is known of a document besides its file; ``void`` tells how it became void."""
    case_no = one.root_id.removeprefix("case:")
    return {
        "id": one.id,
        "case_no": case_no,
        "kind": one.kind,
        "title": one.title,
        "number": one.number,
        "state": one.state,
        "issued_at": moment_text(one.issued_at),
        "issued_by": one.issued_by,
        "template_digest": one.template_digest,
        "font_digest": one.font_digest,
        "sha256": one.sha256,
        "rendered_at": moment_text(one.rendered_at),
        "void": None
        if void is None
        else {
            "at": moment_text(void.at),
            "by": void.account,
            "reason": void.reason,
            "reissued_as": void.reissued_as,
            "new_number": void.new_number or None,
        },
        "links": links(
            self=f"/cases/{case_no}/documents/{one.id}?format=json", pdf=f"/cases/{case_no}/documents/{one.id}"
        ),
    }


def documents_json(view: Reading, case: CaseFile) -> list[dict[str, Any]]:
    """Return the documents of a case that the reader may read, in the order they were issued."""
    voids = voids_of(view.connection, case.root_id)
    return [document_json(one, voids.get(one.id)) for one in documents_in_sight(view, case)]


def step_json(one: Step, names: Mapping[str, str]) -> dict[str, Any]:
    """Return an element that the case passed."""
    return {
        "number": one.number,
        "run": one.run,
        "task_no": one.task_no,
        "process": one.process,
        "element": one.element,
        "kind": one.kind,
        "name": one.name,
        "lane": one.lane,
        "state": one.state,
        "at": moment_text(one.at),
        **named("account", one.account, names),
        **named("on_behalf", one.on_behalf, names),
    }


def line_json(one: Line, names: Mapping[str, str], *, whole: bool) -> dict[str, Any]:
    """Return a journal line as a sentence; ``whole`` (auditors) also what its hash is made of."""
    told: dict[str, Any] = {
        "seq": one.seq,
        "type": one.type,
        "at": moment_text(one.at),
        **named("account", one.account, names),
        **named("on_behalf", one.on_behalf or None, names),
        "sentence": one.sentence,
    }
    if whole:
        told |= {"data": one.data, "command": one.command, "key": one.key, "hash": one.hash, "previous": one.previous}
    return told
