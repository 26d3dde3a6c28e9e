"""时限依据: the ledger of a case on a page of its own, day by day, to be read and printed."""

from __future__ import annotations

from flask import Blueprint, render_template

from engine.casework.cases.queries import visible_case
from web.clockview import shown_clocks
from web.security import page
from web.sessions import actor, door

blueprint = Blueprint("clocks", __name__)


@blueprint.get("/cases/<case_no>/clocks")
@page(action="case.see")
def show(case_no: str) -> str:
    """Show every clock of a case: on what it rests, line by line, each day; that it was looked at is journalled."""
    with door().read(actor(), action="case.see") as view:
        case = visible_case(view.connection, case_no, view.scope)
        clocks = shown_clocks(view, case)
    door().note_view(actor(), f"办件 {case.case_no} 的时限依据")
    return render_template("case_clocks.html", case=case, clocks=clocks)
