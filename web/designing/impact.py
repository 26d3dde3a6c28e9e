"""影响和改用: where running cases stand, which can go on with another release, and moving them one by one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from engine.foundation.errors import Invalid, Refusal
from engine.oversight.publishing.migrating import queries
from engine.oversight.publishing.migrating.commands import ChooseCases, Ids
from engine.oversight.publishing.migrating.handlers import elements_of
from engine.oversight.publishing.migrating.looking import MOST
from engine.oversight.publishing.migrating.rules import read_ids, refuse_unknown
from engine.oversight.publishing.migrating.working import work_on
from engine.process.bpmn.releases.queries import Release, issued_releases, release_at, release_numbered
from engine.registry.identity.queries import names_of
from engine.registry.identity.reading import Reading
from engine.registry.identity.rules import may
from web.designing.releases import ACTION, SYSTEM_NAMES
from web.designing.standings import HEADER, Impact, impact_of, rows_of
from web.designing.tables import spreadsheet
from web.diagram.flags import LOOKS
from web.failures import status_for
from web.page import form_key, is_fragment
from web.paging import Page, asked_number
from web.security import page
from web.sessions import actor, door

blueprint = Blueprint("impact", __name__, url_prefix="/designer/releases")

SLICE = 50
"""So many cases are moved by one press: some seconds."""

ROWS = 50
"""Lines on a page, which are also so many as can be chosen by hand at once."""

STATES: Mapping[str, str] = {"chosen": "尚未处理", "done": "已改用新版", "refused": "没有改动"}
SIGNS: Mapping[str, str] = {"chosen": "○", "done": "✓", "refused": "×"}
SCOPES = ("movable", "here", "picked", "all")


class NobodyChosen(Invalid):
    """没有选定办件：请在列表左侧勾选，或者选择“全部可以改用的”。"""

    code = "NO_CASES_CHOSEN"


@dataclass(frozen=True)
class Asked:
    """What is asked of a release's cases: the other release, renamed elements, and which cases are listed."""

    before: Release
    after: Release
    ids: Ids
    map: str
    element: str
    can: str

    @property
    def pairs(self) -> dict[str, str]:
        """The address of the same question."""
        told = {"to": str(self.after.number), "map": self.map, "element": self.element, "can": self.can}
        return {name: value for name, value in told.items() if value}


@blueprint.get("/<code>/<int:number>/impact")
@page(action=ACTION)
def show(code: str, number: int) -> AnyResponse:
    """Show where the cases of a release stand and which can go on with another one; nothing is changed."""
    return _page(code, number)


@blueprint.get("/<code>/<int:number>/impact.xlsx")
@page(action=ACTION)
def take(code: str, number: int) -> Response:
    """Send the cases with where they stand and what keeps them as a spreadsheet."""
    with door().read(actor(), action=ACTION) as view:
        asked = _asked(view, code, number)
        found = impact_of(view, asked.before, asked.after, asked.ids)
    title = f"事项{code}第{number}版在办件改用第{asked.after.number}版"
    notes = [f"元素对照：{asked.map or '无'}"] + ([f"只核对了前 {MOST} 件。"] if found.more else [])
    return spreadsheet(title, notes, HEADER, rows_of(found))


@blueprint.post("/<code>/<int:number>/migrate")
@page(action=ACTION)
def choose(code: str, number: int) -> AnyResponse:
    """Choose cases for another release; they are moved from the batch's own page, after one more look."""
    typed = {"reason": request.form.get("reason", "")[:1000], "scope": request.form.get("scope", "")}
    try:
        with door().read(actor(), action=ACTION) as view:
            asked = _asked(view, code, number)
            found = impact_of(view, asked.before, asked.after, asked.ids)
        case_nos = _scope(found, asked, typed["scope"])
        command = ChooseCases(
            item_code=code, number=asked.after.number, case_nos=case_nos, ids=asked.ids, reason=typed["reason"]
        )
        outcome = door().execute(command, actor(), key=form_key())
    except Refusal as refusal:
        return _page(code, number, typed=typed, refusal=refusal)
    return redirect(url_for("impact.batch", batch=str(outcome["batch"]).partition(":")[2]), 303)


@blueprint.get("/batches/<batch>")
@page(action=ACTION)
def batch(batch: str) -> str:
    """Show how far a batch is and what became of each case; with ``go`` the next ones are moved by themselves."""
    state = request.args.get("state", "")
    state = state if state in STATES else ""
    with door().read(actor(), action=ACTION) as view:
        begun = queries.begun_batch(view.connection, f"migration:{batch}")
        where = Page(asked_number(request.args.get("page")), begun.counts.get(state, 0) if state else begun.total, ROWS)
        rows = queries.rows_of(
            view.connection, begun.batch.id, state=state or None, offset=where.offset, limit=where.size
        )
        release = release_at(view.connection, begun.batch.release_id)
        names = {**SYSTEM_NAMES, **names_of(view.connection, {begun.started_by})}
    going = request.args.get("go") == "1" and begun.left > 0
    return render_template(
        "releases/batch_part.html" if is_fragment() else "releases/batch.html", id=batch, begun=begun, rows=rows,
        page=where, release=release, states=STATES, signs=SIGNS, state=state, going=going, slice=SLICE,
        who=names.get(begun.started_by, begun.started_by), open_cases=may(actor(), "case.see"),
    )  # fmt: skip


@blueprint.post("/batches/<batch>/go")
@page(action=ACTION)
def go(batch: str) -> AnyResponse:
    """Move the next cases of a batch, each in a transaction of its own."""
    with door().read(actor(), action=ACTION) as view:
        queries.begun_batch(view.connection, f"migration:{batch}")
    work_on(door(), actor(), f"migration:{batch}", most=SLICE)
    return redirect(url_for("impact.batch", batch=batch, go="1"), 303)


@blueprint.get("/batches/<batch>.xlsx")
@page(action=ACTION)
def take_batch(batch: str) -> Response:
    """Send what became of each case of a batch as a spreadsheet."""
    with door().read(actor(), action=ACTION) as view:
        begun = queries.begun_batch(view.connection, f"migration:{batch}")
        found = queries.rows_of(view.connection, begun.batch.id)
        release = release_at(view.connection, begun.batch.release_id)
    rows = [(str(one.number), one.case_no, STATES[one.state], one.sentence or "") for one in found]
    title = f"事项{release.item_code}在办件改用第{release.number}版的结果"
    notes = [f"批次 {batch}", f"理由：{begun.batch.reason}"]
    return spreadsheet(title, notes, ("序号", "办件编号", "结果", "原因"), rows)


def _scope(found: Impact, asked: Asked, scope: str) -> tuple[str, ...]:
    """Return the numbers of the cases that are chosen; raise :class:`NobodyChosen`."""
    if scope == "picked":
        known = {one.case_no for one in found.looked}
        chosen = [one for one in request.form.getlist("case")[:ROWS] if one in known]
    else:
        here = found.chosen(asked.element, "") if scope == "here" else found.looked
        chosen = [one.case_no for one in here if scope == "all" or not one.reasons] if scope in SCOPES else []
    if not chosen:
        raise NobodyChosen
    return tuple(chosen)


def _asked(view: Reading, code: str, number: int) -> Asked:
    """Return what the address or the form asks; raise ReleaseMissing and MapUnreadable."""
    before = release_numbered(view.connection, code, number)
    to = request.values.get("to", "")
    after = release_numbered(view.connection, code, int(to)) if to.isdecimal() and len(to) < 7 else _newest(view, code)
    written = request.values.get("map", "")[:4000]
    ids = read_ids(written.split())
    refuse_unknown(ids, elements_of(view, after))
    element, can = request.values.get("element", "")[:160], request.values.get("can", "")
    return Asked(before, after, ids, written, element, can if can in ("yes", "no") else "")


def _newest(view: Reading, code: str) -> Release:
    """Return the release that the next case takes, or the newest of all when none is in force yet."""
    found = [one.release for one in issued_releases(view.connection, code)]
    return next((one for one in found if one.effective_from <= view.now), found[0])


def _page(
    code: str, number: int, *, typed: Mapping[str, str] | None = None, refusal: Refusal | None = None
) -> AnyResponse:
    with door().read(actor(), action=ACTION) as view:
        unread: Refusal | None = None
        try:
            asked = _asked(view, code, number)
        except Invalid as wrong:
            unread = wrong
            before = release_numbered(view.connection, code, number)
            asked = Asked(before, _newest(view, code), {}, request.values.get("map", "")[:4000], "", "")
        found = impact_of(view, asked.before, asked.after, asked.ids)
        others: Sequence[Release] = [
            one.release for one in issued_releases(view.connection, code) if one.release.number != number
        ]
    listed = found.chosen(asked.element, asked.can)
    where = Page(asked_number(request.args.get("page")), len(listed), ROWS)
    told = refusal or unread
    html = render_template(
        "releases/impact.html", code=code, asked=asked, found=found, others=others, marks=LOOKS, page=where, most=MOST,
        rows=listed[where.offset : where.offset + where.size], typed=typed or {}, refusal=told,
        here=next((one for one in found.lines if one.key == asked.element), None),
        open_cases=may(actor(), "case.see"),
    )  # fmt: skip
    return make_response(html, status_for(told) if told else 200)
