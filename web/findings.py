"""本人的审计记录和审计发现: on a case, on one's own list, on paper; written, revised, settled, withdrawn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from engine.casework.cases.queries import CaseFile, cases_by_root, visible_case
from engine.foundation.errors import InvalidFields, Refusal
from engine.foundation.journal.queries import count_lines, lines_of_types, private_values
from engine.foundation.store.commands import Command
from engine.foundation.vault import Vault
from engine.oversight.audit.findings.commands import ReviseFinding, SettleFinding, WithdrawFinding, WriteFinding
from engine.oversight.audit.findings.handlers import LINES, chain_of
from engine.oversight.audit.findings.queries import Finding, own_finding, own_findings, own_on_case
from engine.oversight.audit.findings.rules import KINDS, SEVERITIES, STATES
from engine.registry.identity.reading import Reading
from web.failures import status_for
from web.numbers import whole_number
from web.page import form_key
from web.paging import Page, asked_number
from web.security import page
from web.sessions import actor, door

blueprint = Blueprint("findings", __name__)

LONGEST_SHEET = 1_000
WORDS: Mapping[str, Mapping[str, str]] = {"kinds": KINDS, "severities": SEVERITIES, "states": STATES}


@dataclass(frozen=True)
class Written:
    """An act about a finding: when (UTC), what it was, and the text that came with it (None when it was erased)."""

    at: datetime
    sentence: str
    text: str | None


@blueprint.get("/cases/<case_no>/findings")
@page(action="finding.write")
def on_case(case_no: str) -> AnyResponse:
    """Show what one wrote on a case, and the form to write more."""
    return _on_case(case_no, {"kind": "finding", "seq": request.args.get("at", "")[:9]}, {})


@blueprint.post("/cases/<case_no>/findings")
@page(action="finding.write")
def write(case_no: str) -> AnyResponse:
    """Write a note or a finding; back to the moment it is about."""
    typed = {name: request.form.get(name, "")[:4000] for name in ("kind", "severity", "basis", "text", "seq")}
    seq = whole_number(typed["seq"].strip())
    if typed["seq"].strip() and seq is None:
        return _on_case(case_no, typed, {"seq": "请填写过程记录的序号，如 12；不写则指整件办件"}, status=422)
    command = WriteFinding(
        case_no=case_no[:43], kind=typed["kind"], severity=typed["severity"], basis=typed["basis"],
        text=typed["text"], seq=seq,
    )  # fmt: skip
    try:
        door().execute(command, actor(), key=form_key())
    except InvalidFields as wrong:
        return _on_case(case_no, typed, wrong.errors, status=422)
    return redirect(url_for("replay.show", case_no=case_no, at=seq, _anchor="findings"), 303)


@blueprint.get("/audit/findings")
@page(action="finding.write")
def listing() -> str:
    """List what one wrote, the open ones first."""
    kind, state = _asked("kind", KINDS), _asked("state", STATES)
    number = asked_number(request.args.get("page"))
    with door().read(actor(), action="finding.write") as view:
        where = Page(number, 0)
        rows, total = own_findings(
            view.connection, view.actor.account, kind=kind, state=state, offset=where.offset, limit=where.size
        )
        cases = _cases(view, rows)
    return render_template(
        "findings.html", rows=rows, cases=cases, page=Page(number, total), kind=kind, state=state, **WORDS
    )


@blueprint.get("/audit/findings/print")
@page(action="finding.write")
def sheet() -> str:
    """Show what one wrote in full, to be printed."""
    kind, state = _asked("kind", KINDS), _asked("state", STATES)
    with door().read(actor(), action="finding.write") as view:
        rows, total = own_findings(
            view.connection, view.actor.account, kind=kind, state=state, limit=LONGEST_SHEET
        )
        cases = _cases(view, rows)
    door().note_view(actor(), "本人的审计记录（打印）")
    return render_template(
        "findings_sheet.html", rows=rows, cases=cases, total=total, kind=kind, state=state, most=LONGEST_SHEET, **WORDS
    )


@blueprint.get("/audit/findings/<int:id>")
@page(action="finding.write")
def show(id: int) -> AnyResponse:
    """Show one with its story, and what may be done with it while it is open."""
    return _one(id, {}, {})


@blueprint.post("/audit/findings/<int:id>/revise")
@page(action="finding.write")
def revise(id: int) -> AnyResponse:
    """Change what it says."""
    typed = {name: request.form.get(name, "")[:4000] for name in ("severity", "basis", "text")}
    revision = whole_number(request.form.get("revision", ""))
    return _done(id, ReviseFinding(id=id, revision=-1 if revision is None else revision, **typed), typed)


@blueprint.post("/audit/findings/<int:id>/settle")
@page(action="finding.write")
def settle(id: int) -> AnyResponse:
    """Settle it."""
    reason = request.form.get("reason", "")[:4000]
    return _done(id, SettleFinding(id=id, reason=reason), {"reason": reason, "way": "settle"})


@blueprint.post("/audit/findings/<int:id>/withdraw")
@page(action="finding.write")
def withdraw(id: int) -> AnyResponse:
    """Withdraw it."""
    reason = request.form.get("reason", "")[:4000]
    return _done(id, WithdrawFinding(id=id, reason=reason), {"reason": reason, "way": "withdraw"})


def _done(id: int, command: Command, typed: Mapping[str, str]) -> AnyResponse:
    try:
        door().execute(command, actor(), key=form_key())
    except InvalidFields as wrong:
        return _one(id, typed, wrong.errors, status=422)
    except Refusal as refusal:
        return _one(id, typed, {}, status=status_for(refusal), refusal=refusal)
    return redirect(url_for("findings.show", id=id), 303)


def _one(
    id: int, typed: Mapping[str, str], errors: Mapping[str, str], *, status: int = 200, refusal: Refusal | None = None
) -> AnyResponse:
    with door().read(actor(), action="finding.write") as view:
        one = own_finding(view.connection, view.actor.account, id)
        case = _cases(view, [one]).get(one.root_id)
        story = _story(view, one)
    html = render_template(
        "finding.html", one=one, case=case, story=story, errors=errors, refusal=refusal,
        typed={**vars(one.content), "reason": "", "way": "", **typed}, **WORDS,
    )  # fmt: skip
    return make_response(html, status)


def _on_case(
    case_no: str, typed: Mapping[str, str], errors: Mapping[str, str], *, status: int = 200
) -> AnyResponse:  # fmt: skip
    with door().read(actor(), action="finding.write") as view:
        case = visible_case(view.connection, case_no, view.scope)
        rows = own_on_case(view.connection, view.actor.account, case.root_id)
        last = count_lines(view.connection, case.root_id)
    html = render_template("case_findings.html", case=case, rows=rows, last=last, typed=typed, errors=errors, **WORDS)
    return make_response(html, status)


def _cases(view: Reading, rows: list[Finding]) -> dict[str, CaseFile]:
    """Return the cases of findings by root: those that one may still see."""
    found = cases_by_root(view.connection, {one.root_id for one in rows})
    return {root: case for root, case in found.items() if view.scope.covers(case.department)}


def _story(view: Reading, one: Finding) -> list[Written]:
    """Return every act about a finding with the text that came with it, the first one first."""
    chain = chain_of(one.account)
    lines = [line for line in lines_of_types(view.connection, chain, LINES) if line.data["finding"] == one.id]
    digests = [line.data["text"]["digest"] for line in lines]
    texts = private_values(view.connection, view.part(Vault), chain, digests)
    return [Written(line.at, line.sentence, texts.get(digest)) for line, digest in zip(lines, digests, strict=True)]


def _asked(name: str, known: Mapping[str, str]) -> str:
    value = request.args.get(name, "")
    return value if value in known else ""
