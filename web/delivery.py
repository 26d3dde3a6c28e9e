"""送达: changing the way of delivery, and the list of results that nobody collects (6.3.2, 6.3.3)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flask import Blueprint, current_app, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from engine.casework.cases.figures import case_figure
from engine.casework.cases.queries import CaseFile, kinds_of, visible_case
from engine.casework.issuance.collecting.commands import NoteChase, ReturnUncollected
from engine.casework.issuance.collecting.queries import Chase, chases_of, waiting_cases
from engine.casework.issuance.collecting.rules import ChaseNoteMissing, ReturnReasonMissing
from engine.casework.issuance.delivering.commands import ChangeDelivery
from engine.casework.issuance.delivering.rules import MODES, ChangeReasonMissing, ModeUnknown
from engine.casework.issuance.sms.queries import recent_messages
from engine.door import KeyReused
from engine.foundation.clock import city_date
from engine.foundation.errors import InvalidFields, NotFound, Refusal
from engine.foundation.vault import Vault
from engine.process.clocks.calendars import Calendars
from engine.process.clocks.queries import clocks_of_many
from engine.registry.identity.reading import Reading
from web import casefile, words
from web.failures import status_for
from web.page import FormSentBefore, form_key, kept_key
from web.security import page
from web.sessions import actor, door
from web.standing import Due, due_of_clock

blueprint = Blueprint("delivery", __name__)


class OnlyInDemonstration(NotFound):
    """只有演示环境显示发往申请对象的短信。正式运行中，请在办件的过程记录中查看短信是否发出。"""

    code = "ONLY_IN_DEMONSTRATION"


@dataclass(frozen=True)
class Waiting:
    """A result that waits at the window."""

    case: CaseFile
    applicant: str
    since: date | None
    due: Due | None
    chases: list[Chase]
    returnable: bool
    """Whether it was chased often enough for the department to be asked to keep it."""


@blueprint.get("/cases/<case_no>/delivery")
@page(action="delivery.change")
def ask(case_no: str) -> AnyResponse:
    """Show the way a result goes, and ask for another."""
    return _change_page(case_no, {}, None)


@blueprint.post("/cases/<case_no>/delivery")
@page(action="delivery.change")
def change(case_no: str) -> AnyResponse:
    """Change the way of delivery."""
    mode, reason = request.form.get("mode", "")[:20], request.form.get("reason", "")[:500]
    try:
        door().execute(ChangeDelivery(case_no=case_no, mode=mode, reason=reason), actor(), key=form_key())
    except (ModeUnknown, ChangeReasonMissing, InvalidFields) as refusal:
        field = "reason" if isinstance(refusal, ChangeReasonMissing) else "mode"
        sentence = refusal.errors["delivery_mode"] if isinstance(refusal, InvalidFields) else refusal.sentence
        return _change_page(case_no, {field: sentence}, None, mode, reason)
    except KeyReused:
        return _change_page(case_no, {}, FormSentBefore(), mode, reason)
    except Refusal as refusal:
        return _change_page(case_no, {}, refusal, mode, reason)
    return redirect(url_for("cases.show", case_no=case_no, _anchor="delivery-title"), 303)


@blueprint.get("/uncollected")
@page(action="delivery.chase")
def uncollected() -> AnyResponse:
    """List the results that wait at the window, the longest waiting first."""
    return _list_page("", None)


@blueprint.post("/uncollected")
@page(action="delivery.chase")
def note() -> AnyResponse:
    """Keep how a reminder went."""
    case_no = request.form.get("case_no", "")[:43]
    try:
        command = NoteChase(case_no=case_no, note=request.form.get("note", "")[:500])
        door().execute(command, actor(), key=form_key())
    except ChaseNoteMissing as refusal:
        return _list_page(case_no, refusal)
    except Refusal as refusal:
        return _list_page("", refusal)
    return redirect(url_for("delivery.uncollected", done=case_no), 303)


@blueprint.post("/uncollected/return")
@page(action="delivery.return")
def send_back() -> AnyResponse:
    """Ask the department to keep a result that nobody collects."""
    case_no = request.form.get("case_no", "")[:43]
    try:
        command = ReturnUncollected(case_no=case_no, reason=request.form.get("reason", "")[:500])
        door().execute(command, actor(), key=form_key())
    except ReturnReasonMissing as refusal:
        return _list_page(case_no, refusal)
    except Refusal as refusal:
        return _list_page("", refusal)
    return redirect(url_for("delivery.uncollected", returned=case_no), 303)


@blueprint.get("/demo/messages")
@page(action="case.see")
def messages() -> AnyResponse:
    """Show the demonstration's staff what applicants would have been told by short message."""
    if not current_app.config["DEMO"]:
        raise OnlyInDemonstration
    with door().read(actor(), action="case.see") as view:
        found = recent_messages(view.connection, view.part(Vault))
    door().note_view(actor(), "演示短信")
    return make_response(render_template("sms.html", messages=found))


def _change_page(
    case_no: str, errors: dict[str, str], refusal: Refusal | None, mode: str = "", reason: str = ""
) -> AnyResponse:
    with door().read(actor(), action="case.see") as view:
        case = visible_case(view.connection, case_no, view.scope)
        shown = casefile.gather(view, case)
    status = 422 if errors else status_for(refusal) if refusal else 200
    html = render_template(
        "delivery.html", shown=shown, case=case, modes=MODES, errors=errors, refusal=refusal, mode=mode, reason=reason,
        key=kept_key(),
    )  # fmt: skip
    return make_response(html, status)


def _list_page(case_no: str, refusal: Refusal | None) -> AnyResponse:
    with door().read(actor(), action="delivery.chase") as view:
        rows = _rows(view)
    html = render_template(
        "uncollected.html", rows=rows, refusal=refusal, wrong=case_no, done=request.args.get("done", ""),
        returned=request.args.get("returned", ""), no_reason=isinstance(refusal, ReturnReasonMissing),
    )  # fmt: skip
    return make_response(html, status_for(refusal) if refusal else 200)


def _rows(view: Reading) -> list[Waiting]:
    connection, today = view.connection, city_date(view.now)
    found = waiting_cases(connection, view.scope, today)
    roots = [case.root_id for case in found]
    kinds = kinds_of(connection, {case.applicant_id for case in found})
    clocks = {row.root_id: row for row in clocks_of_many(connection, roots) if row.kind == "uncollected"}
    calendar, chases = view.part(Calendars).current(connection), chases_of(connection, roots)
    return [
        Waiting(
            case=case,
            applicant=words.person_or_firm(kinds[case.applicant_id], case.applicant_name),
            since=city_date(case.result_signed_at) if case.result_signed_at else None,
            due=due_of_clock(clocks[case.root_id], calendar, today) if case.root_id in clocks else None,
            chases=(mine := [one for one in chases if one.root_id == case.root_id]),
            returnable=len(mine) >= case_figure(connection, case.root_id, "uncollected_times"),
        )
        for case in found
    ]
