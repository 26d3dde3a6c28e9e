"""办件进度: an applicant follows a case with its number and query code; nobody signs in, nothing is given away."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import quote

from flask import Blueprint, current_app, make_response, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from deadlines.law.ledger import Pause
from engine.casework.cases.file.queries import corrections_of
from engine.casework.cases.queries import CaseFile, applicant_of, case_by_root
from engine.casework.issuance.queries import delivery_of
from engine.casework.joint.queries import branches_of
from engine.casework.tracking.queries import root_for
from engine.casework.tracking.rules import ProgressUnknown, read_case_no, read_code
from engine.foundation.clock import city_date
from engine.foundation.errors import Refusal
from engine.foundation.vault import Vault
from engine.process.clocks.calendars import Calendars
from engine.process.clocks.ledgers import ClockView, explain
from engine.process.clocks.queries import entries_of
from engine.process.documents.queries import document_by_id, documents_of
from engine.process.documents.rules import Document, DocumentMissing
from engine.registry.identity.reading import Reading
from engine.registry.identity.rules import SYSTEM
from engine.registry.organisation.queries import department_named
from forms import checks
from web.documents import rendered
from web.failures import status_for
from web.progress_story import COUNTS, DELIVERY_MODES, WHERE, Milestone, Share, Told, milestones, shares
from web.security import DOCUMENT_POLICY, public
from web.sessions import door, machine_clock
from web.standing import Due, due_of_clock
from web.throttle import Throttle

blueprint = Blueprint("progress", __name__)

OPEN_WITH_CODE = frozenset({"acceptance_notice", "correction_notice"})
"""Documents that the query code opens (附录B、附录C); the others are handed over against identity (6.3.2)."""

_NOTICE_STATES = frozenset({"received", "awaiting_confirmation"})
_DELIVERY_STATES = frozenset({"awaiting_pickup", "awaiting_shipment", "in_transit", "awaiting_reading", "kept"})


@dataclass(frozen=True)
class Until:
    """A due date with what it promises and how it came about."""

    due: Due
    counts: str
    lines: list[str]


@dataclass(frozen=True)
class Paused:
    """A stopped clock: since when and why."""

    since: date
    reason: str
    document: str


@dataclass(frozen=True)
class Progress:
    """Everything that the applicant may see; personal data is masked already."""

    case: CaseFile
    department: str
    applicant: str
    id_no: str
    told: Told
    milestones: list[Milestone]
    until: Until | None
    paused: Paused | None
    wanted: list[Any]
    wanted_since: date | None
    documents: list[Document]
    delivery: str
    delivered_on: date | None
    parts: list[Share]
    """The parts of a theme; empty for any other case."""

    @property
    def parts_done(self) -> int:
        """How many parts their departments have finished."""
        return sum(1 for one in self.parts if one.done)

    def opens(self, document: Document) -> bool:
        """Tell whether the code opens this document."""
        return document.kind in OPEN_WITH_CODE


@blueprint.get("/progress")
@public
def ask() -> str:
    """Ask for number and code; a QR code brings the number along, never the code."""
    return _asked(read_case_no(request.args.get("case", "")), None)


@blueprint.post("/progress")
@public
def show() -> AnyResponse:
    """Show how the case stands; a wrong number and a wrong code get one and the same answer."""
    case_no, code = _typed()
    try:
        with door().read(SYSTEM) as view:
            progress = gather(view, opened(view, case_no, code))
    except Refusal as refusal:
        return make_response(_asked(case_no, refusal), status_for(refusal))
    return make_response(render_template("progress.html", progress=progress, case_no=case_no, code=code))


@blueprint.post("/progress/document")
@public
def document() -> AnyResponse:
    """Send notice B or C to whoever has the code; any other document is not found."""
    case_no, code = _typed()
    try:
        with door().read(SYSTEM) as view:
            root = opened(view, case_no, code)
            found = document_by_id(view.connection, request.form.get("document", "")[:26])
            if found.root_id != root or found.kind not in OPEN_WITH_CODE:
                raise DocumentMissing
    except Refusal as refusal:
        return make_response(_asked(case_no, refusal), status_for(refusal))
    response = make_response(rendered(found))
    response.headers["Content-Type"] = "application/pdf"
    name = quote(f"{found.title} {found.number}.pdf")
    response.headers["Content-Disposition"] = f"inline; filename*=UTF-8''{name}"
    response.headers["Content-Security-Policy"] = DOCUMENT_POLICY
    return response


def opened(view: Reading, case_no: str, code: str) -> str:
    """Return the root that number and code open; raise ProgressUnknown or TooManyTries.

    Every question counts against its address, every wrong one against the number asked for, whether there is such
    a case or not.
    """
    asked: Throttle = current_app.config["PROGRESS_TRIES"]
    wrong: Throttle = current_app.config["PROGRESS_WRONG"]
    address, now = str(request.remote_addr), machine_clock().now()
    asked.refuse_if_full(address, now)
    wrong.refuse_if_full(case_no, now)
    asked.note(address, now)
    try:
        root = root_for(view.connection, view.part(Vault), case_no, code)
    except ProgressUnknown:
        wrong.note(case_no, now)
        raise
    wrong.forget(case_no)
    return root


def gather(view: Reading, root: str) -> Progress:
    """Return what the applicant is told of the case."""
    connection = view.connection
    case = case_by_root(connection, root)
    who = applicant_of(connection, view.part(Vault), case.applicant_id)
    person, ended = who.kind == "person", case.outcome is not None
    clocks = explain(connection, view.part(Calendars).current(connection), root, city_date(view.now))
    wanted = [one for one in corrections_of(connection, root) if one.state == "issued"]
    delivery = delivery_of(connection, root)
    return Progress(
        case=case,
        department=department_named(connection, case.department).name,
        applicant=checks.mask_name(who.name) if person else who.name,
        id_no=checks.mask_resident_id(who.id_no, public=True) if person else "",
        told=WHERE[case.status],
        milestones=_milestones(case, ended=ended),
        until=None if ended else _until(view, case, clocks),
        paused=None if ended else _paused(view, clocks),
        wanted=list(wanted[-1].lines) if wanted and case.status == "awaiting_correction" else [],
        wanted_since=city_date(wanted[-1].issued_at) if wanted and wanted[-1].issued_at else None,
        documents=documents_of(connection, root),
        delivery="" if delivery is None else DELIVERY_MODES.get(delivery.mode, delivery.mode),
        delivered_on=None if case.delivered_at is None else city_date(case.delivered_at),
        parts=_parts(view, case),
    )


def _milestones(case: CaseFile, *, ended: bool) -> list[Milestone]:
    moments = {
        "received": case.received_at, "decided": case.decided_at, "signed": case.result_signed_at,
        "delivered": case.delivered_at, "closed": case.closed_at,
    }  # fmt: skip
    dates = {key: None if moment is None else city_date(moment) for key, moment in moments.items()}
    return milestones({**dates, "accepted": case.accepted_on}, rejected=case.status == "rejected", ended=ended)


def _parts(view: Reading, case: CaseFile) -> list[Share]:
    if case.case_type != "joint":
        return []
    rows = branches_of(view.connection, case.root_id)
    return shares([(one.name, one.state) for one in rows], decided=case.decided_at is not None)


def _until(view: Reading, case: CaseFile, clocks: list[ClockView]) -> Until | None:
    """Return the date that matters now: of the notice before acceptance, of the promise after it, then of delivery."""
    kind = "correction_notice" if case.status in _NOTICE_STATES else "commitment"
    kind = "delivery" if case.status in _DELIVERY_STATES else kind
    live = [one for one in clocks if one.row.kind == kind and one.row.state in ("running", "paused")]
    if not live:
        return None
    row, calendar = live[-1].row, view.part(Calendars).current(view.connection)
    lines = [line.sentence for line in live[-1].reckoning.ledger]
    return Until(due_of_clock(row, calendar, city_date(view.now), view.now), COUNTS.get(kind, ""), lines)


def _paused(view: Reading, clocks: list[ClockView]) -> Paused | None:
    for one in clocks:
        if one.row.state == "paused":
            pauses = [entry for entry in entries_of(view.connection, one.row.id) if isinstance(entry, Pause)]
            if pauses:
                last = max(pauses, key=lambda entry: entry.on)
                return Paused(last.on, last.reason, last.document)
    return None


def _typed() -> tuple[str, str]:
    return read_case_no(request.form.get("case", "")), read_code(request.form.get("code", ""))


def _asked(case_no: str, refusal: Refusal | None) -> str:
    return render_template("progress_ask.html", case_no=case_no, refusal=refusal)
