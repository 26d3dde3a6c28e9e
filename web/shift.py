"""交班与日终清单: handing one's tasks over, where one sits, and what the day was."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from engine.casework.cases.file.queries import Handover, unsigned_handovers
from engine.casework.cases.queries import CaseFile, cases_accepted_by, cases_by_root, cases_in_state, cases_received_by
from engine.casework.cases.queries import kinds_of as kinds_in
from engine.foundation.clock import city_date, start_of_city_day
from engine.foundation.errors import InvalidFields, Refusal
from engine.process.clocks.calendars import Calendars
from engine.process.clocks.queries import ClockRow, live_clocks
from engine.process.clocks.rules import TITLES
from engine.process.documents.queries import documents_by
from engine.process.documents.rules import Document
from engine.process.tasks.queries import held_by
from engine.process.tasks.shift.commands import HandOverTasks
from engine.registry.identity.queries import staff_with
from engine.registry.identity.reading import Reading
from engine.registry.identity.rules import ACTIONS, may
from engine.registry.organisation.commands import TakeSeat
from engine.registry.organisation.queries import seat_of, windows
from web import words
from web.failures import status_for
from web.page import form_key
from web.security import page
from web.sessions import actor, door

blueprint = Blueprint("shift", __name__)


@dataclass(frozen=True)
class Day:
    """What one person's day was (a legal day of the city)."""

    on: date
    received: list[CaseFile]
    accepted: list[CaseFile]
    issued: list[tuple[Document, CaseFile]]
    unsigned: list[tuple[Handover, CaseFile]]
    waiting: list[CaseFile]
    due: list[tuple[ClockRow, CaseFile]]
    due_on: date
    applicants: Mapping[str, str]


@blueprint.get("/shift")
@page(action="task.work")
def show() -> AnyResponse:
    """Show what one holds, to be handed over, and where one sits."""
    return _page({}, {}, 200, None)


@blueprint.post("/shift")
@page(action="task.work")
def hand_over() -> AnyResponse:
    """Hand the ticked tasks over, or all."""
    typed = {"to_account": request.form.get("to_account", "")[:40], "note": request.form.get("note", "")[:500]}
    ids = () if request.form.get("_act") == "all" else tuple(request.form.getlist("task"))[:500]
    try:
        if not typed["to_account"]:
            raise InvalidFields({"to_account": "请选择接班的同事"})
        if not ids and request.form.get("_act") != "all":
            raise InvalidFields({"task": "请勾选要交接的待办，或按“全部交接”"})
        outcome = door().execute(HandOverTasks(task_ids=ids, **typed), actor(), key=form_key())
    except InvalidFields as wrong:
        return _page(typed, wrong.errors, 422, None)
    except Refusal as refusal:
        return _page(typed, {}, status_for(refusal), refusal)
    return _page({}, {}, 200, None, outcome=outcome)


@blueprint.post("/shift/seat")
@page(action="window.sit")
def sit() -> AnyResponse:
    """Note at which window one sits."""
    door().execute(TakeSeat(window=request.form.get("window", "")[:20]), actor(), key=form_key())
    return redirect(url_for("shift.show"), 303)


@blueprint.get("/shift/day")
@page(action="task.work")
def day() -> str:
    """Show the list of the day's end, to be printed."""
    with door().read(actor(), action="case.see") as view:
        return render_template("shift_day.html", day=_day(view), titles=TITLES)


def _page(
    typed: Mapping[str, str], errors: Mapping[str, str], status: int, refusal: Refusal | None,
    outcome: Mapping[str, object] | None = None,
) -> AnyResponse:  # fmt: skip
    with door().read(actor(), action="task.work") as view:
        held = held_by(view.connection, actor().account)
        cases = cases_by_root(view.connection, {task.root_id for task in held})
        roles = {role for role, _ in actor().grants} & set(ACTIONS["task.work"])
        colleagues = [one for one in staff_with(view.connection, roles, view.now) if one[0] != actor().account]
        seat, places = seat_of(view.connection, actor().account), windows(view.connection)
        kinds = kinds_in(view.connection, {case.applicant_id for case in cases.values()})
    html = render_template(
        "shift.html", held=held, cases=cases, colleagues=colleagues, seat=seat,
        windows=[(one["id"], one["name"]) for one in places], typed=typed, errors=errors, refusal=refusal,
        outcome=outcome, names={root: words.person_or_firm(kinds[case.applicant_id], case.applicant_name)
                                for root, case in cases.items()},
    )  # fmt: skip
    return make_response(html, status)


def _day(view: Reading) -> Day:
    me, connection = view.actor.account, view.connection
    on = city_date(view.now)
    since, until = start_of_city_day(on), start_of_city_day(on + timedelta(days=1))
    calendar = view.part(Calendars).current(connection)
    tomorrow = calendar.add(on, 1).date
    papers = documents_by(connection, me, since=since, until=until)
    slips = unsigned_handovers(connection, me)
    clocks = [row for row in live_clocks(connection, until=tomorrow) if row.due_on == tomorrow]
    cases = cases_by_root(
        connection,
        {one.root_id for one in papers} | {root for root, _ in slips} | {row.root_id for row in clocks},
    )
    received = cases_received_by(connection, me, since=since, until=until)
    accepted = cases_accepted_by(connection, me, since=since, until=until)
    waiting = cases_in_state(connection, "awaiting_pickup", view.scope) if may(view.actor, "delivery.create") else []
    listed = [*received, *accepted, *waiting, *cases.values()]
    kinds = kinds_in(connection, {case.applicant_id for case in listed})
    return Day(
        on=on, received=received, accepted=accepted,
        issued=[(one, cases[one.root_id]) for one in papers if one.root_id in cases],
        unsigned=[(slip, cases[root]) for root, slip in slips if root in cases],
        waiting=waiting,
        due=[(row, cases[row.root_id]) for row in clocks if row.root_id in cases and _mine(cases[row.root_id], me)],
        due_on=tomorrow,
        applicants={case.root_id: words.person_or_firm(kinds[case.applicant_id], case.applicant_name)
                    for case in listed},
    )  # fmt: skip


def _mine(case: CaseFile, account: str) -> bool:
    return account in (case.first_responder, case.accepted_by)
