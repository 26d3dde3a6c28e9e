"""办件: the list of cases, one case with its whole history, and its files."""

from __future__ import annotations

from flask import Blueprint, make_response, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from engine.casework.cases.commands import Unmask
from engine.casework.cases.endings.queries import links_of
from engine.casework.cases.handlers import ReasonMissing
from engine.casework.cases.queries import visible_case
from engine.casework.cases.sharing.sight import sight_of
from engine.foundation.errors import Refusal
from engine.foundation.journal.queries import Line, count_lines, lines_of
from engine.process.tasks.queries import steps_of
from engine.process.tasks.returning.ways import withdrawable
from engine.registry.identity.queries import names_of
from engine.registry.identity.reading import Reading
from engine.registry.identity.rules import may
from web import acts, casefile, caselist, jointview
from web.diagram import view as diagrams
from web.failures import status_for
from web.jointforms import together_of
from web.orders import on_case
from web.page import form_key
from web.paging import Page, asked_number
from web.security import page
from web.sessions import actor, door
from web.tasks import just_done
from web.timeline import MACHINERY, people_in, story

blueprint = Blueprint("cases", __name__)

STORY_LINES = 200
"""How many journal lines the story tells at once; few cases have as many."""


@blueprint.get("/cases")
@page(action="case.see")
def listing() -> AnyResponse:
    """List the cases in the reader's scope."""
    return caselist.show()


@blueprint.get("/cases/<case_no>")
@page(action="case.see")
def show(case_no: str) -> AnyResponse:
    """Show one case; that it was looked at stands in the reader's own journal."""
    return _case_page(case_no)


@blueprint.post("/cases/<case_no>/unmask")
@page(action="case.unmask")
def unmask(case_no: str) -> AnyResponse:
    """Show the applicant's data in clear once, for a reason that is journalled (个人信息保护法)."""
    reason = request.form.get("reason", "")[:200]
    try:
        door().execute(Unmask(case_no=case_no, reason=reason), actor(), key=form_key())
    except ReasonMissing as refusal:
        return _case_page(case_no, refusal=refusal, reason=reason)
    return _case_page(case_no, clear=True)


def _case_page(case_no: str, *, clear: bool = False, refusal: Refusal | None = None, reason: str = "") -> AnyResponse:
    with door().read(actor(), action="case.see") as view:
        case = visible_case(view.connection, case_no, view.scope)
        shown = casefile.gather(view, case, clear=clear)
        told = _story_page(view, case.root_id)
        lines = sight_of(view, case).told(
            lines_of(view.connection, case.root_id, after=told.offset, limit=told.size)
        )
        entries = story(lines, names_of(view.connection, people_in(lines)))
        steps = steps_of(view.connection, case.root_id)
        diagram = diagrams.of_case(view, case, request.args.get("process", ""), request.args.get("run", type=int))
        done = just_done(view, case.root_id, request.args.get("done", ""))
        links = links_of(view.connection, case.root_id)
        noted = _just_noted(lines, told)
        orders = on_case(view, case.root_id)
        last = withdrawable(view, case.root_id) if may(view.actor, "task.work") else None
        together = together_of(view, case)
    door().note_view(actor(), f"办件 {case.case_no}")
    html = render_template(
        "case.html", shown=shown, case=case, entries=entries, steps=steps, diagram=diagram, done=done, told=told,
        refusal=refusal, reason=reason, offered=acts.offered(case, shown), links=links, noted=noted,
        orders=orders, withdrawable=last, together=together, say=jointview,
    )  # fmt: skip
    return make_response(html, status_for(refusal) if refusal else 200)


def _just_noted(lines: list[Line], told: Page) -> list[str]:
    """Return what the act that led here did: believed only when the case's last act is the viewer's."""
    last = lines[-1] if lines and told.number == told.last else None
    if not request.args.get("noted") or last is None or last.account != actor().account:
        return []
    act = [line for line in lines if (line.account, line.command, line.key) == (last.account, last.command, last.key)]
    return [line.sentence for line in act if line.type not in MACHINERY]


def _story_page(view: Reading, root_id: str) -> Page:
    """Return which part of the journal the page tells: the part asked for, else the last one, where the case stands."""
    total = count_lines(view.connection, root_id)
    page = Page(1, total, STORY_LINES)
    asked = request.args.get("page")
    return Page(asked_number(asked) if asked else page.last, total, STORY_LINES)
