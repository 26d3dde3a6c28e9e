"""过程记录: the chained journal of a case, line by line, and whether the chain holds."""

from __future__ import annotations

import json
from dataclasses import dataclass

from flask import Blueprint, Response, make_response, render_template, request

from engine.foundation.errors import NotFound
from engine.foundation.journal.queries import Line, count_lines, line_bodies, lines_of
from engine.foundation.journal.sealing.proving import check_chain
from engine.foundation.journal.sealing.queries import newest_sealed
from engine.oversight.audit.legible import whole_case
from engine.registry.identity.queries import names_of
from web import words
from web.paging import Page, asked_number
from web.security import page
from web.sessions import actor, door
from web.timeline import people_in

blueprint = Blueprint("audit", __name__)

LINES = 50


class LineMissing(NotFound):
    """过程记录中没有第 {seq} 条，请核对序号。"""

    code = "JOURNAL_LINE_MISSING"


@dataclass(frozen=True)
class Shown:
    """A journal line with its text as it was chained, indented for reading."""

    line: Line
    who: str
    text: str


@blueprint.get("/cases/<case_no>/journal")
@page(action="journal.see")
def show(case_no: str) -> str:
    """Show a page of the journal and check the whole chain now."""
    number = asked_number(request.args.get("page"))
    with door().read(actor(), action="journal.see") as view:
        case = whole_case(view, case_no)
        where = Page(number, count_lines(view.connection, case.root_id), LINES)
        lines = lines_of(view.connection, case.root_id, after=where.offset, limit=LINES)
        bodies = line_bodies(view.connection, case.root_id, [line.seq for line in lines])
        names = names_of(view.connection, people_in(lines))
        broken = check_chain(view.connection, case.root_id)
        sealed = newest_sealed(view.connection, [case.root_id]).get(case.root_id)
    door().note_view(actor(), f"办件 {case.case_no} 的过程记录")
    shown = [
        Shown(line, words.acting(names.get(line.account, "系统"), names.get(line.on_behalf, line.on_behalf)),
              _indented(bodies[line.seq]))
        for line in lines
    ]  # fmt: skip
    return render_template("journal.html", case=case, lines=shown, page=where, broken=broken, sealed=sealed)


@blueprint.get("/cases/<case_no>/journal/<int:seq>.json")
@page(action="journal.see")
def line(case_no: str, seq: int) -> Response:
    """Send the canonical text of one line: its hash is the SHA-256 of the prefix and this text."""
    with door().read(actor(), action="journal.see") as view:
        case = whole_case(view, case_no)
        found = line_bodies(view.connection, case.root_id, [seq]).get(seq)
    if found is None:
        raise LineMissing(seq=seq)
    response = make_response(found)
    response.headers["Content-Type"] = "application/json"
    return response


def _indented(body: str) -> str:
    return json.dumps(json.loads(body), ensure_ascii=False, indent=2)
