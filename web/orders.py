"""督办单 (4.1.8): the list, one order with its story and its forms, the printed sheet, and issuing one on a case."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from engine.casework.cases.queries import CaseFile, cases_by_root, visible_case
from engine.foundation.clock import city_date
from engine.foundation.errors import InvalidFields, Refusal
from engine.foundation.journal.queries import Line, lines_of_types
from engine.foundation.store.commands import Command
from engine.oversight.orders.commands import AnswerOrder, CloseOrder, IssueOrder, SendBackAnswer, WithdrawOrder
from engine.oversight.orders.handlers import LINES, known_order, parties_of
from engine.oversight.orders.queries import Answer, Order, answers_of, orders_for, orders_of
from engine.oversight.orders.rules import LEVELS, OPEN, STATES, OrderMissing, may_answer_for, seen_departments
from engine.process.clocks.calendars import Calendars
from engine.process.clocks.queries import ClockRow, clocks_of
from engine.process.documents.issuing import Centre
from engine.registry.identity.queries import names_of
from engine.registry.identity.reading import Reading
from engine.registry.identity.rules import may
from engine.registry.organisation.queries import CENTER, departments
from web.failures import status_for
from web.page import form_key
from web.paging import Page, asked_number
from web.security import page
from web.sessions import actor, door
from web.standing import Due, due_of_clock
from web.timeline import story

blueprint = Blueprint("orders", __name__)

WINDOWS = "综合窗口"


@dataclass(frozen=True)
class Told:
    """An order as it is shown; the case is a link only for whoever may see it."""

    order: Order
    case: CaseFile
    department: str
    state: str
    level: str
    due: Due | None
    """How the days of the answer stand; None once it was answered."""
    link: str


@blueprint.get("/orders")
@page(action="order.see")
def listing() -> AnyResponse:
    """List the orders, newest first, by state and by department."""
    number, state = asked_number(request.args.get("page")), request.args.get("state", "")
    state = state if state in STATES else ""
    with door().read(actor(), action="order.see") as view:
        places = _places(view)
        department = request.args.get("department", "")
        department = department if department in places else ""
        where = Page(number, 0)
        found, total = orders_for(
            view.connection, view.actor, state=state, department=department, offset=where.offset, limit=where.size
        )
        rows = told_of(view, found)
    html = render_template(
        "orders.html", rows=rows, page=Page(number, total), states=STATES, state=state, places=places,
        department=department,
    )  # fmt: skip
    return make_response(html)


@blueprint.get("/orders/new")
@page(action="order.issue")
def ask() -> AnyResponse:
    """Ask what is ordered, of whom, and about which limit of the case."""
    return _form(request.args.get("case", ""), {"clock": request.args.get("clock", "")[:120]}, {})


@blueprint.post("/orders/new")
@page(action="order.issue")
def issue() -> AnyResponse:
    """Issue the order."""
    case_no = request.form.get("case", "")[:43]
    typed = {name: request.form.get(name, "")[:2000] for name in ("content", "department", "clock")}
    try:
        outcome = door().execute(IssueOrder(case_no=case_no, **typed), actor(), key=form_key())
    except InvalidFields as wrong:
        return _form(case_no, typed, wrong.errors, status=422)
    except Refusal as refusal:
        return _form(case_no, typed, {}, status=status_for(refusal), refusal=refusal)
    return redirect(url_for("orders.show", number=outcome["id"]), 303)


@blueprint.get("/orders/<number>")
@page(action="order.see")
def show(number: str) -> AnyResponse:
    """Show one order, its answers and its story; that it was looked at stands in the reader's own journal."""
    shown = _page(number)
    door().note_view(actor(), f"督办单 {number[:20]}")
    return shown


@blueprint.get("/orders/<number>/print")
@page(action="order.see")
def sheet(number: str) -> AnyResponse:
    """Show the order as a sheet to be printed, with the fields of GB/T 39046 table 11."""
    with door().read(actor(), action="order.see") as view:
        order = known_order(view, number)
        [told] = told_of(view, [order])
        answers = answers_of(view.connection, order.id)
        names = _names(view, order, answers)
        centre = view.part(Centre).name
    door().note_view(actor(), f"督办单 {number[:20]}（打印）")
    return make_response(
        render_template("order_sheet.html", told=told, order=order, answers=answers, names=names, centre=centre)
    )


@blueprint.post("/orders/<number>/answer")
@page(action="order.answer")
def answer(number: str) -> AnyResponse:
    """Answer the order."""
    typed = {name: request.form.get(name, "")[:2000] for name in ("text", "promised_on")}
    return _done(number, AnswerOrder(id=number, **typed), typed)


@blueprint.post("/orders/<number>/close")
@page(action="order.close")
def close(number: str) -> AnyResponse:
    """Close the order with its result."""
    typed = {"result": request.form.get("result", "")[:2000]}
    return _done(number, CloseOrder(id=number, **typed), typed)


@blueprint.post("/orders/<number>/send-back")
@page(action="order.close")
def send_back(number: str) -> AnyResponse:
    """Ask for another answer."""
    reason = request.form.get("reason", "")[:2000]
    return _done(number, SendBackAnswer(id=number, reason=reason), {"reason": reason})


@blueprint.post("/orders/<number>/withdraw")
@page(action="order.close")
def withdraw(number: str) -> AnyResponse:
    """Take the order back."""
    typed = {"withdraw_reason": request.form.get("withdraw_reason", "")[:2000]}
    command = WithdrawOrder(id=number, reason=typed["withdraw_reason"])
    return _done(number, command, typed, {"reason": "withdraw_reason"})


def told_of(view: Reading, found: list[Order]) -> list[Told]:
    """Return orders as they are shown."""
    cases = cases_by_root(view.connection, {one.root_id for one in found})
    named = departments(view.connection)
    clocks: dict[str, ClockRow] = {}
    for root in {one.root_id for one in found if one.state == "issued"}:
        clocks |= {row.id: row for row in clocks_of(view.connection, root)}
    return [
        Told(
            order=one,
            case=cases[one.root_id],
            department=WINDOWS if one.department == CENTER else named[one.department].short_name,
            state=STATES[one.state],
            level=LEVELS[one.level],
            due=_due(view, one, clocks),
            link=_link(view, cases[one.root_id]),
        )
        for one in found
    ]  # fmt: skip


def lines_of_order(view: Reading, order: Order) -> list[Line]:
    """Return what the journal of the case tells of the order."""
    told = lines_of_types(view.connection, order.root_id, LINES)
    return [line for line in told if line.data["order"] == order.id]


def on_case(view: Reading, root_id: str) -> list[Told]:
    """Return the orders on a case that the reader sees, oldest first."""
    seen = seen_departments(view.actor) if may(view.actor, "order.see") else frozenset()
    found = orders_of(view.connection, root_id)
    return told_of(view, [one for one in found if seen is None or one.department in seen])


def _due(view: Reading, order: Order, clocks: Mapping[str, ClockRow]) -> Due | None:
    """Return how the days of the answer stand; None for what was answered, or whose clock ended with its case."""
    row = clocks.get(order.response_clock)
    if order.state != "issued" or row is None or row.state != "running":
        return None
    return due_of_clock(row, view.part(Calendars).current(view.connection), city_date(view.now), view.now)


def _link(view: Reading, case: CaseFile) -> str:
    open_to = may(view.actor, "case.see") and view.scope.covers(case.department)
    return url_for("cases.show", case_no=case.case_no) if open_to else ""


def _places(view: Reading) -> dict[str, str]:
    seen = seen_departments(view.actor)
    named = {key: one.short_name for key, one in departments(view.connection).items() if one.kind != "regulator"}
    return {
        key: WINDOWS if key == CENTER else name for key, name in named.items() if seen is None or key in seen
    }  # fmt: skip


def _names(view: Reading, order: Order, answers: list[Answer], more: set[str] | None = None) -> dict[str, str]:
    people = {order.issued_by, order.ended_by, *(one.account for one in answers)}
    people |= {one.sent_back_by for one in answers} | (more or set())
    return {"system": "系统", **names_of(view.connection, {one for one in people if one and one != "system"})}


def _done(
    id: str, command: Command, typed: Mapping[str, str], places: Mapping[str, str] | None = None
) -> AnyResponse:
    """Carry out ``command``; what is wrong with a field stands at the field, which ``places`` may call otherwise."""
    try:
        door().execute(command, actor(), key=form_key())
    except OrderMissing:
        raise
    except InvalidFields as wrong:
        errors = {(places or {}).get(name, name): sentence for name, sentence in wrong.errors.items()}
        return _page(id, typed=typed, errors=errors, status=422)
    except Refusal as refusal:
        return _page(id, typed=typed, refusal=refusal, status=status_for(refusal))
    return redirect(url_for("orders.show", number=id), 303)


def _page(
    id: str, *, typed: Mapping[str, str] | None = None, errors: Mapping[str, str] | None = None,
    refusal: Refusal | None = None, status: int = 200,
) -> AnyResponse:  # fmt: skip
    with door().read(actor(), action="order.see") as view:
        order = known_order(view, id)
        [told] = told_of(view, [order])
        answers = answers_of(view.connection, order.id)
        lines = lines_of_order(view, order)
        names = _names(view, order, answers, {line.account for line in lines})
        about = next((one.title for one in clocks_of(view.connection, order.root_id) if one.id == order.clock_id), "")
        own = any(one.person == view.actor.person for one in answers)
        today = city_date(view.now)
    judging = may(actor(), "order.close") and order.state == "answered"
    html = render_template(
        "order.html", told=told, order=order, answers=answers, entries=story(lines, names), names=names, about=about,
        typed=typed or {}, errors=errors or {}, refusal=refusal, today=today, own=own and judging,
        answerable=order.state == "issued" and may(actor(), "order.answer")
        and may_answer_for(actor(), order.department),
        judging=judging and not own, withdrawable=order.state in OPEN and may(actor(), "order.close"),
    )  # fmt: skip
    return make_response(html, status)


def _form(
    case_no: str, typed: Mapping[str, str], errors: Mapping[str, str], *, status: int = 200,
    refusal: Refusal | None = None,
) -> AnyResponse:  # fmt: skip
    with door().read(actor(), action="order.issue") as view:
        case = visible_case(view.connection, case_no[:43], view.scope)
        named, calendar = departments(view.connection), view.part(Calendars).current(view.connection)
        parties = [
            (key, WINDOWS if key == CENTER else named[key].name)
            for key in parties_of(view, case.root_id, case.department)
        ]
        rows = [one for one in clocks_of(view.connection, case.root_id) if one.state in ("running", "paused")]
        today = city_date(view.now)
        dues = [(one, due_of_clock(one, calendar, today, view.now)) for one in rows if one.kind != "order"]
        clocks = [(one.id, f"{one.title}（{due.word}）") for one, due in dues]
    html = render_template(
        "order_new.html", case=case, typed={"department": case.department, **typed}, errors=errors, refusal=refusal,
        parties=parties, clocks=clocks,
    )  # fmt: skip
    return make_response(html, status)
