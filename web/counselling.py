"""咨询与呼叫: what the window asks of the departments (4.2.4, 6.1.7), and what they answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from engine.casework.cases.queries import cases_by_root
from engine.casework.counselling.commands import AnswerCall, AnswerConsultation, AskDepartment, CallDepartment
from engine.casework.counselling.consultations import days_overdue
from engine.casework.counselling.queries import call_by_root, calls_for, consultation_by_root, consultations_for
from engine.casework.counselling.rules import PURPOSES, WAYS, CallMissing, ConsultationMissing
from engine.foundation.errors import InvalidFields, Refusal
from engine.foundation.journal.queries import lines_of
from engine.foundation.store.commands import Command
from engine.registry.identity.queries import names_of
from engine.registry.identity.reading import Reading
from engine.registry.items.queries import current_items
from engine.registry.organisation.queries import departments
from web.failures import status_for
from web.page import form_key
from web.security import page
from web.sessions import actor, door
from web.timeline import story

blueprint = Blueprint("counselling", __name__)

Show = Callable[[Mapping[str, str], Mapping[str, str], int, Refusal | None], AnyResponse]


@blueprint.get("/consultations")
@page(action="consultation.see")
def listing() -> AnyResponse:
    """List consultations and calls in the reader's scope, unanswered first."""
    return _list({}, {}, 200, None)


@blueprint.post("/consultations")
@page(action="consultation.ask")
def ask() -> AnyResponse:
    """Ask a department."""
    typed = _typed("department", "title", "content", "case_no")
    return _do(AskDepartment(**typed), typed, _list, "counselling.show")


@blueprint.get("/consultations/<number>")
@page(action="consultation.see")
def show(number: str) -> AnyResponse:
    """Show one consultation with its history."""
    return _consultation(number)({}, {}, 200, None)


@blueprint.post("/consultations/<number>")
@page(action="consultation.answer")
def answer(number: str) -> AnyResponse:
    """Answer a consultation."""
    typed = _typed("answer")
    return _do(AnswerConsultation(number=number, **typed), typed, _consultation(number), "counselling.show")


@blueprint.post("/calls")
@page(action="department.call")
def make_call() -> AnyResponse:
    """Call a department, from the intake page or from a case."""
    typed = _typed("item_code", "purpose", "request", "case_no")
    typed["purpose"] = typed["purpose"] or "entrusted"
    return _do(CallDepartment(**typed), typed, _list, "counselling.call")


@blueprint.get("/calls/<number>")
@page(action="consultation.see")
def call(number: str) -> AnyResponse:
    """Show one call with its history."""
    return _call(number)({}, {}, 200, None)


@blueprint.post("/calls/<number>")
@page(action="department.answer_call")
def answer_call(number: str) -> AnyResponse:
    """Answer a call by one of the three ways."""
    typed = _typed("way", "conclusion")
    return _do(AnswerCall(number=number, **typed), typed, _call(number), "counselling.call")


def _typed(*names: str) -> dict[str, str]:
    return {name: request.form.get(name, "").strip()[:3000] for name in names}


def _do(command: Command, typed: Mapping[str, str], again: Show, onward: str) -> AnyResponse:
    try:
        outcome = door().execute(command, actor(), key=form_key())
    except InvalidFields as wrong:
        return again(typed, wrong.errors, 422, None)
    except Refusal as refusal:
        return again(typed, {}, status_for(refusal), refusal)
    return redirect(url_for(onward, number=outcome["number"]), 303)


def _list(typed: Mapping[str, str], errors: Mapping[str, str], status: int, refusal: Refusal | None) -> AnyResponse:
    with door().read(actor(), action="consultation.see") as view:
        asked, called = consultations_for(view.connection, view.scope), calls_for(view.connection, view.scope)
        late = {one.number: days_overdue(view, one) for one in asked}
        named = departments(view.connection)
        items = [(item.code, item.name) for _, item in current_items(view.connection)]
        names = names_of(view.connection, {one.asked_by for one in asked} | {one.called_by for one in called})
    html = render_template(
        "consultations.html", asked=asked, called=called, late=late, named=named, names=names, items=items,
        item_names=dict(items), ways=WAYS, purposes=PURPOSES, typed=typed, errors=errors, refusal=refusal,
        case_no=request.values.get("case_no", "")[:43],
        places=[(key, one.name) for key, one in named.items() if one.kind not in ("center", "regulator")],
    )  # fmt: skip
    return make_response(html, status)


def _consultation(number: str) -> Show:
    def show(typed: Mapping[str, str], errors: Mapping[str, str], status: int, refusal: Refusal | None) -> AnyResponse:
        with door().read(actor(), action="consultation.see") as view:
            found = consultation_by_root(view.connection, f"consultation:{number[:20]}")
            if found is None or not view.scope.covers(found.department):
                raise ConsultationMissing(number=number[:20])
            told = _told(view, found.root_id, found.case_root, found.department)
            late = days_overdue(view, found)
        html = render_template(
            "consultation.html", one=found, late=late, typed=typed, errors=errors, refusal=refusal,
            mine=_answers_for(found.department), **told,
        )  # fmt: skip
        door().note_view(actor(), f"咨询单 {found.number}")
        return make_response(html, status)

    return show


def _call(number: str) -> Show:
    def show(typed: Mapping[str, str], errors: Mapping[str, str], status: int, refusal: Refusal | None) -> AnyResponse:
        with door().read(actor(), action="consultation.see") as view:
            found = call_by_root(view.connection, f"call:{number[:20]}")
            if found is None or not view.scope.covers(found.department):
                raise CallMissing(number=number[:20])
            told = _told(view, found.root_id, found.case_root, found.department)
            items = {item.code: item.name for _, item in current_items(view.connection)}
        html = render_template(
            "call.html", one=found, item=items.get(found.item_code, found.item_code), ways=WAYS, purposes=PURPOSES,
            typed=typed, errors=errors, refusal=refusal, mine=_answers_for(found.department), **told,
        )  # fmt: skip
        return make_response(html, status)

    return show


def _answers_for(department: str) -> bool:
    return department in actor().departments("dept_reviewer", "dept_head")


def _told(view: Reading, root_id: str, case_root: str | None, department: str) -> dict[str, Any]:
    """What both kinds of page say: the history, the names, the department, the case it hangs on."""
    lines = lines_of(view.connection, root_id)
    names = names_of(view.connection, {line.account for line in lines})
    cases = cases_by_root(view.connection, {case_root} if case_root else set())
    return {
        "entries": story(lines, names), "names": names, "department": departments(view.connection)[department].name,
        "case": cases.get(case_root or ""),
    }  # fmt: skip
