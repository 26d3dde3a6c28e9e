"""联审: the lead's desk, the board of one case, chasing a branch, deciding on a proposed one, dropping one (6.2.2)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from engine.casework.cases.queries import visible_case
from engine.casework.joint.board import Board, Line
from engine.casework.joint.changing.commands import DecideBranch, DropBranch
from engine.casework.joint.changing.rules import why_not_dropped
from engine.casework.joint.chasing.commands import ChaseBranch
from engine.casework.joint.chasing.rules import may_chase
from engine.casework.joint.desk.queries import reviews_for
from engine.casework.joint.desk.rules import PARTS, STATES, Wanted, read_wanted
from engine.foundation.clock import city_date
from engine.foundation.errors import InvalidFields, NotFound, Refusal
from engine.foundation.store.commands import Command
from engine.process.clocks.calendars import Calendars
from engine.registry.identity.queries import people_behind
from engine.registry.identity.reading import Reading
from engine.registry.identity.rules import may, may_take
from web import jointview
from web.failures import status_for
from web.page import form_key, is_fragment
from web.paging import Page, asked_number
from web.security import page
from web.sessions import actor, door
from web.standing import Due, due_of_clock

blueprint = Blueprint("joint", __name__)


@dataclass(frozen=True)
class Row:
    """A branch on the page: its line, its light, and what may be done with it by whoever looks."""

    line: Line
    due: Due | None
    chaseable: bool
    decidable: bool
    droppable: bool

    @property
    def mark(self) -> str:
        """The sign of its state."""
        return jointview.MARKS[self.line.row.state]


@dataclass(frozen=True)
class Shown:
    """A board on the page."""

    board: Board
    due: Due | None
    rows: list[Row]
    proposable: bool = False
    waits_for_me: bool = False

    @property
    def chased(self) -> list[tuple[Line, int]]:
        """Which branches were chased, and which of their chases: newest first."""
        told = [(row.line, place) for row in self.rows for place in range(len(row.line.chases))]
        return sorted(told, key=lambda one: one[0].chases[one[1]].at, reverse=True)


@blueprint.get("/joint")
@page(action="joint.see")
def listing() -> AnyResponse:
    """List the reviews that the reader's departments lead, the most urgent first; htmx asks for the list alone."""
    wanted, number = read_wanted(request.args), asked_number(request.args.get("page"))
    with door().read(actor(), action="joint.see") as view:
        where = Page(number, 0)
        roots, total = reviews_for(
            view.connection, view.actor, view.scope, wanted, city_date(view.now), view.now, offset=where.offset,
            limit=where.size,
        )  # fmt: skip
        rows = [_shown(view, board, {}) for board in jointview.boards_of(view, roots)]
        everything = view.scope.everything
    html = render_template(
        "joint_list.html" if is_fragment() else "joint_desk.html", rows=rows, page=Page(number, total), wanted=wanted,
        states=STATES, parts=PARTS, everything=everything, say=jointview, switched=_switched,
    )  # fmt: skip
    return make_response(html)


@blueprint.get("/cases/<case_no>/joint")
@page(action="case.see")
def show(case_no: str) -> AnyResponse:
    """Show the board; that it was looked at stands in the reader's own journal, not again at each refreshing."""
    shown = _page(case_no)
    if not is_fragment():
        door().note_view(actor(), f"办件 {case_no[:43]} 的联审看板")
    return shown


@blueprint.post("/cases/<case_no>/joint/<key>/chase")
@page(action="branch.chase")
def chase(case_no: str, key: str) -> AnyResponse:
    """Chase a branch."""
    typed = {"text": request.form.get("text", "")[:500]}
    return _done(case_no, ChaseBranch(case_no=case_no, key=key, **typed), f"chase-{key}", typed)


@blueprint.post("/cases/<case_no>/joint/<key>/decide")
@page(action="branch.decide")
def decide(case_no: str, key: str) -> AnyResponse:
    """Approve or decline a branch that was proposed."""
    typed = {"reason": request.form.get("reason", "")[:1000]}
    approved = request.form.get("approved") == "1"
    return _done(case_no, DecideBranch(case_no=case_no, key=key, approved=approved, **typed), f"decide-{key}", typed)


@blueprint.post("/cases/<case_no>/joint/<key>/drop")
@page(action="branch.decide")
def drop(case_no: str, key: str) -> AnyResponse:
    """Leave a branch out."""
    typed = {"reason": request.form.get("reason", "")[:1000]}
    return _done(case_no, DropBranch(case_no=case_no, key=key, **typed), f"drop-{key}", typed)


def _done(case_no: str, command: Command, form: str, typed: Mapping[str, str]) -> AnyResponse:
    """Carry out ``command``; what is wrong with a field stands at the field of its ``form``."""
    try:
        door().execute(command, actor(), key=form_key())
    except InvalidFields as wrong:
        errors = {f"{form}-{name}": sentence for name, sentence in wrong.errors.items()}
        return _page(case_no, {f"{form}-{name}": text for name, text in typed.items()}, errors, status=422)
    except NotFound:
        raise
    except Refusal as refusal:
        return _page(case_no, refusal=refusal, status=status_for(refusal))
    return redirect(url_for("joint.show", case_no=case_no, done=form), 303)


def _page(
    case_no: str, typed: Mapping[str, str] | None = None, errors: Mapping[str, str] | None = None, *,
    refusal: Refusal | None = None, status: int = 200,
) -> AnyResponse:  # fmt: skip
    with door().read(actor(), action="case.see") as view:
        case = visible_case(view.connection, case_no, view.scope)
        board = jointview.board_of(view, case)
        shown = _shown(view, board, _people(view, board))
    html = render_template(
        "joint_board.html" if is_fragment() else "joint.html", shown=shown, board=board, case=case, say=jointview,
        picture=jointview.plan_of_board(board), typed=typed or {}, errors=errors or {}, refusal=refusal,
        done=_said(shown, request.args.get("done", "")),
    )  # fmt: skip
    return make_response(html, status)


def _shown(view: Reading, board: Board, people: Mapping[str, str]) -> Shown:
    calendar, today = view.part(Calendars).current(view.connection), city_date(view.now)
    who, review = view.actor, board.review
    running, leads = review.state == "running", review.lead in view.scope.departments
    deciding = running and leads and may(who, "branch.decide")
    every = [one.row for one in board.lines]

    def due(line: Line) -> Due | None:
        if line.limit is None or line.row.state != "open":
            return None
        return due_of_clock(line.limit.row, calendar, today, view.now)

    rows = [
        Row(
            one,
            due(one),
            chaseable=running and one.row.state == "open" and one.again_at is None and may(who, "branch.chase")
            and may_chase(who, review.lead),
            decidable=deciding and one.row.state == "proposed" and people.get(one.row.added_by or "") != who.person,
            droppable=deciding and not why_not_dropped(one.row, every),
        )
        for one in board.lines
    ]  # fmt: skip
    tasks = [one.hand.task for one in board.lines if one.hand] + ([board.concluding.task] if board.concluding else [])
    promise = None if board.promise is None else due_of_clock(board.promise.row, calendar, today, view.now)
    return Shown(
        board, promise, rows,
        proposable=jointview.may_add(who, board),
        waits_for_me=any(
            one.holder == who.account or (one.holder is None and may_take(who, one.role, one.department))
            for one in tasks
        ),
    )  # fmt: skip


def _people(view: Reading, board: Board) -> dict[str, str]:
    """Return the natural person behind each account that has proposed a branch which waits for approval."""
    proposed = {one.row.added_by for one in board.lines if one.row.state == "proposed" and one.row.added_by}
    return people_behind(view.connection, proposed)


def _said(shown: Shown, done: str) -> str:
    """Return what the act that led here did, when the page shows that it was done."""
    word, _, key = done.partition("-")
    row = next((one for one in shown.rows if one.line.row.key == key), None)
    if row is None:
        return ""
    name, state = row.line.row.name, row.line.row.state
    if word == "chase" and row.line.chases:
        said = "已通知经办人，并记入过程记录" if row.line.chases[-1].told else "此前不久已通知过，这次只记入过程记录"
        return f"已催办“{name}”（第 {len(row.line.chases)} 次），{said}。"
    if word == "decide":
        return f"不批准加入“{name}”。" if state == "dropped" else f"已批准加入“{name}”。" if state != "proposed" else ""
    return f"不再征求“{name}”。" if (word, state) == ("drop", "dropped") else ""


def _switched(wanted: Wanted, **changes: str) -> str:
    """Return the address of the desk with some of what is asked changed; an empty value takes it away."""
    pairs = {name: value for name, value in {**wanted.pairs, **changes}.items() if value}
    where = url_for("joint.listing")
    return f"{where}?{urlencode(pairs)}" if pairs else where
