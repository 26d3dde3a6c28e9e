"""纸质材料: who holds which paper, differences, refused handovers, and originals on their way back (6.1.5)."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from engine.casework.cases.custody.commands import (
    ConfirmResolution,
    GiveBack,
    HandOverAgain,
    ProposeResolution,
    RefuseHandover,
    ReturnOriginals,
    TakeOriginals,
)
from engine.casework.cases.custody.rules import RESOLUTIONS
from engine.casework.cases.queries import visible_case
from engine.casework.cases.rooted import CaseCommand
from engine.foundation.errors import Refusal
from web import casefile
from web.errors import BadRequest
from web.failures import status_for
from web.numbers import whole_number
from web.page import form_key
from web.security import page
from web.sessions import actor, door

blueprint = Blueprint("papers", __name__)


@blueprint.get("/cases/<case_no>/papers")
@page(action="case.see")
def show(case_no: str) -> AnyResponse:
    """Show the custody of the case's papers and what may be done with them."""
    return _shown(case_no, None)


@blueprint.post("/cases/<case_no>/papers")
@page(action="case.see")
def work(case_no: str) -> AnyResponse:
    """Do what the pressed button says; the door asks once more who may."""
    make = _ACTS.get(request.form.get("_act", ""))
    try:
        if make is None:
            raise BadRequest
        door().execute(make(case_no), actor(), key=form_key())
    except Refusal as refusal:
        return _shown(case_no, refusal)
    return redirect(url_for("papers.show", case_no=case_no, done="1"), 303)


def _shown(case_no: str, refusal: Refusal | None) -> AnyResponse:
    with door().read(actor(), action="case.see") as view:
        case = visible_case(view.connection, case_no, view.scope)
        shown = casefile.gather(view, case)
    if refusal is None:
        door().note_view(actor(), f"办件 {case.case_no} 的纸质材料")
    slips = {one.subject: one for one in shown.handovers}
    refused = shown.issuing.refusals
    waiting = {subject: one for subject, one in slips.items() if one.taken_at is None and one.number not in refused}
    html = render_template(
        "papers.html", shown=shown, case=case, refusal=refusal, waiting=waiting, resolutions=RESOLUTIONS,
        sent_back={subject: one for subject, one in slips.items() if one.number in refused},
        done=request.args.get("done") == "1",
    )  # fmt: skip
    return make_response(html, status_for(refusal) if refusal else 200)


def _text(name: str) -> str:
    return request.form.get(name, "")[:500]


def _counts() -> tuple[tuple[int, int], ...]:
    """Return (material number, copies) of the fields ``copies-1`` and so on; what is no number counts as none."""
    return tuple((number, count) for no, count in _numbered() if (number := whole_number(no)) is not None)


def _numbered() -> list[tuple[str, int]]:
    found = []
    for key, value in request.form.items():
        if key.startswith("copies-") and value.isascii() and value.isdigit() and len(value) < 4:
            found.append((key.removeprefix("copies-")[:4], int(value)))
    return found


def _number() -> int:
    value = request.form.get("number", "")
    return int(value) if value.isascii() and value.isdigit() and len(value) < 6 else 0


_ACTS: Mapping[str, Callable[[str], CaseCommand]] = {
    "refuse": lambda case_no: RefuseHandover(case_no=case_no, subject=_text("subject"), reason=_text("reason")),
    "again": lambda case_no: HandOverAgain(case_no=case_no, subject=_text("subject"), copies=tuple(_numbered())),
    "propose": lambda case_no: ProposeResolution(
        case_no=case_no, number=_number(), resolution=_text("resolution"), explanation=_text("explanation")
    ),
    "agree": lambda case_no: ConfirmResolution(case_no=case_no, number=_number(), agreed=True),
    "decline": lambda case_no: ConfirmResolution(case_no=case_no, number=_number(), agreed=False),
    "return": lambda case_no: ReturnOriginals(case_no=case_no, copies=_counts()),
    "take": lambda case_no: TakeOriginals(case_no=case_no),
    "give_back": lambda case_no: GiveBack(
        case_no=case_no, copies=_counts(), receiver=_text("receiver"), signed=request.form.get("signed") == "yes"
    ),
}
