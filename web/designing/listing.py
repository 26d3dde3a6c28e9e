"""The desk of the designers: which drafts there are, what waits for a second person, and every file in force."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask import make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from engine.foundation.errors import Refusal
from engine.oversight.publishing.drafting import queries
from engine.oversight.publishing.drafting.commands import StartDraft
from engine.oversight.publishing.drafting.queries import Draft, Glance
from engine.oversight.publishing.drafting.rules import DROPPED, EDITING, IN_REVIEW, RELEASED, STATES, is_own
from engine.oversight.publishing.files import KINDS, Key
from engine.oversight.publishing.telling import Standard, standards
from engine.registry.identity.queries import names_of
from engine.registry.identity.reading import Reading
from web.designing.answers import blueprint
from web.designing.checkout import laid_out
from web.failures import status_for
from web.page import form_key
from web.paging import Page, asked_number
from web.security import page
from web.sessions import actor, door

MARKS = {"editing": "○", "in_review": "◐", "approved": "◑", "released": "●", "dropped": "×"}
"""A shape for each state, so that states are told apart without colour."""
CHANGES = {"added": ("＋", "新增"), "changed": ("～", "修改"), "removed": ("－", "删去"), "": ("＝", "与现行相同")}
"""A shape and a word for what became of a file or a part of it."""
CLOSED = (RELEASED, DROPPED)


@dataclass(frozen=True)
class Row:
    """A draft in a list: how it stands now, whose hand was last in it, and whether the reader may decide on it."""

    draft: Draft
    state: str
    by: str
    at: datetime
    files: int
    mine: bool

    @property
    def shown(self) -> tuple[str, str]:
        """Return shape and word of the state."""
        return MARKS[self.state], STATES[self.state]


@dataclass(frozen=True)
class Shelf:
    """The files in force of one kind, and which drafts hold them."""

    kind: str
    title: str
    files: list[tuple[Standard, list[Draft]]]


@blueprint.get("", strict_slashes=False)
@page(action="process.draft")
def home() -> str:
    """Show the drafts, and what is in force with who is changing it."""
    number = asked_number(request.args.get("page"))
    with door().read(actor(), action="process.draft") as view:
        open_ones = _rows(view, queries.drafts(view.connection, (EDITING, IN_REVIEW)))
        page_of = Page(number, queries.count_drafts(view.connection, CLOSED))
        ones = queries.drafts(view.connection, CLOSED, limit=page_of.size, offset=page_of.offset)
        closed = _rows(view, ones)
        shelves = _shelves(view, queries.edited_where(view.connection))
        found = laid_out(view)
    waiting = [row for row in open_ones if row.state == IN_REVIEW and not row.mine]
    rest = [row for row in open_ones if row not in waiting]
    return render_template(
        "designing/home.html", waiting=waiting, rows=rest, closed=closed, shelves=shelves, laid_out=found,
        page=page_of, kinds=KINDS, changes=CHANGES,
    )  # fmt: skip


@blueprint.get("/drafts/new")
@page(action="process.draft")
def ask() -> AnyResponse:
    """Ask what the new draft is about; a file to begin with may come with the address."""
    return _form("", "", _asked_file())


@blueprint.post("/drafts/new")
@page(action="process.draft")
def start() -> AnyResponse:
    """Start a draft, and lead to it."""
    title, reason = request.form.get("title", "")[:200], request.form.get("reason", "")[:1000]
    try:
        outcome = door().execute(StartDraft(title=title, reason=reason), actor(), key=form_key())
    except Refusal as refusal:
        return _form(title, reason, _asked_file(), refusal)
    kind, name = _asked_file()
    return redirect(url_for("designing.show", id=outcome["draft"], kind=kind or None, name=name or None), 303)


def _asked_file() -> Key:
    kind, name = request.values.get("kind", ""), request.values.get("name", "")[:80]
    return (kind, name) if kind in KINDS else ("", "")


def _form(title: str, reason: str, file: Key, refusal: Refusal | None = None) -> AnyResponse:
    html = render_template("designing/new.html", title=title, reason=reason, file=file, kinds=KINDS, refusal=refusal)
    return make_response(html, status_for(refusal) if refusal else 200)


def _rows(view: Reading, drafts: list[Draft]) -> list[Row]:
    seen = queries.glances(view.connection, drafts)
    names = names_of(view.connection, {_last(one, seen[one.root_id])[0] for one in drafts})
    found = []
    for one in drafts:
        glance = seen[one.root_id]
        by, at = _last(one, glance)
        mine = is_own(view.actor.person, glance.hands)
        found.append(Row(one, one.stands(view.now), names.get(by, by), at, glance.files, mine))
    return found


def _last(one: Draft, glance: Glance) -> tuple[str, datetime]:
    """Return who did the last thing with a draft, and when (UTC): decided, submitted, saved or began it."""
    if one.decided_at is not None and one.state in (RELEASED, DROPPED):
        return one.decided_by or "", one.decided_at
    if one.submitted_at is not None and one.state == IN_REVIEW:
        return one.submitted_by or "", one.submitted_at
    if glance.saved_at is not None and glance.saved_at > one.created_at:
        return glance.saved_by, glance.saved_at
    return one.created_by, one.created_at


def _shelves(view: Reading, held: dict[Key, list[Draft]]) -> list[Shelf]:
    found: dict[str, list[Standard]] = {kind: [] for kind in KINDS}
    for one in standards(view):
        found[one.kind].append(one)
    return [
        Shelf(kind, KINDS[kind], [(one, held.get((kind, one.name), [])) for one in ones])
        for kind, ones in found.items()
        if ones
    ]
