"""The page of one draft: its files beside what is in force, problems, remarks, and what may be done with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from engine.foundation.errors import Refusal
from engine.foundation.store.commands import Command
from engine.oversight.publishing.drafting import commands, queries
from engine.oversight.publishing.drafting.judging import (
    Difference,
    Drift,
    compare,
    contents_of,
    drifts,
    problems_by_file,
)
from engine.oversight.publishing.drafting.queries import Comment, Draft
from engine.oversight.publishing.drafting.rules import ALLOWED, STATES, DraftMissing, is_own, lets
from engine.oversight.publishing.files import KINDS, Key
from engine.oversight.publishing.rules import errors_in
from engine.oversight.publishing.telling import Standard, standards
from engine.process.bpmn import Problem
from engine.registry.identity.queries import names_of
from engine.registry.identity.reading import Reading
from web.designing.answers import blueprint
from web.designing.listing import CHANGES, MARKS
from web.failures import status_for
from web.numbers import whole_number
from web.page import form_key
from web.security import page
from web.sessions import actor, door


@dataclass(frozen=True)
class FileRow:
    """A file of the draft as the page shows it."""

    difference: Difference
    title: str
    problems: tuple[Problem, ...]
    comments: list[Comment]
    by: str
    drift: Drift | None

    @property
    def errors(self) -> int:
        """How many problems refuse a release."""
        return len(errors_in(self.problems))


@dataclass(frozen=True)
class Shown:
    """Everything that the page of a draft shows."""

    draft: Draft
    state: str
    rows: list[FileRow]
    elsewhere: Mapping[Key, tuple[Problem, ...]]
    """Problems of processes in force that could not go on with the files."""
    comments: list[Comment]
    names: Mapping[str, str]
    own: bool
    free: list[Standard]
    """What is in force and not in the draft."""

    @property
    def errors(self) -> int:
        """How many problems refuse a release."""
        there = sum(row.errors for row in self.rows)
        return there + sum(len(errors_in(one)) for one in self.elsewhere.values())

    @property
    def changed(self) -> bool:
        """Whether any file differs from what is in force."""
        return any(row.difference.change for row in self.rows)

    @property
    def drifted(self) -> list[FileRow]:
        """The files whose base is in force no more."""
        return [row for row in self.rows if row.drift is not None]

    def lets(self, act: str) -> bool:
        """Tell whether the draft's state lets an act be done; the handlers ask the same rule."""
        return lets(self.state, act)


@blueprint.get("/drafts/<id>")
@page(action="process.draft")
def show(id: str) -> AnyResponse:
    """Show a draft."""
    return draft_page(id)


@blueprint.post("/drafts/<id>/take")
@page(action="process.draft")
def take(id: str) -> AnyResponse:
    """Take a file into the draft: one in force, a new one, or one from the own computer."""
    kind, name = request.form.get("kind", "")[:20], request.form.get("name", "").strip()[:80]
    whole = request.form.get("file", "")
    if whole:
        kind, _, name = whole.partition("/")
    text: str | None = None
    upload = request.files.get("upload")
    if upload is not None and upload.filename:
        text = upload.read().decode("utf-8", "surrogateescape")
    command = commands.TakeFile(
        draft_id=id, kind=kind, name=name, text=text, copy_of=request.form.get("copy_of", "").strip()[:80]
    )
    try:
        _exists(id)
        door().execute(command, actor(), key=form_key())
    except DraftMissing:
        raise
    except Refusal as refusal:
        return draft_page(id, refusal)
    return redirect(url_for("designing.edit", id=id, kind=kind, name=name), 303)


@blueprint.post("/drafts/<id>/drop-file")
@page(action="process.draft")
def drop_file(id: str) -> AnyResponse:
    """Take a file out of the draft."""
    kind, name = request.form.get("kind", "")[:20], request.form.get("name", "")[:80]
    return done(id, commands.DropFile(draft_id=id, kind=kind, name=name))


@blueprint.post("/drafts/<id>/rename")
@page(action="process.draft")
def rename(id: str) -> AnyResponse:
    """Give the draft another title and reason."""
    title, reason = request.form.get("title", "")[:200], request.form.get("reason", "")[:1000]
    return done(id, commands.RenameDraft(draft_id=id, title=title, reason=reason))


@blueprint.post("/drafts/<id>/comment")
@page(action="process.draft")
def comment(id: str) -> AnyResponse:
    """Add a remark on the draft or on one of its files."""
    kind, _, name = request.form.get("file", "")[:120].partition("/")
    text, element = request.form.get("text", "")[:2000], request.form.get("element_id", "")[:120]
    return done(id, commands.CommentDraft(draft_id=id, kind=kind, name=name, element_id=element, text=text))


@blueprint.post("/drafts/<id>/settle")
@page(action="process.draft")
def settle(id: str) -> AnyResponse:
    """Note that a remark is seen to."""
    number = whole_number(request.form.get("number", "")) or 0
    return done(id, commands.SettleComment(draft_id=id, number=number))


@blueprint.post("/drafts/<id>/copy")
@page(action="process.draft")
def copy(id: str) -> AnyResponse:
    """Start another draft with the same files."""
    title, reason = request.form.get("title", "")[:200], request.form.get("reason", "")[:1000]
    try:
        _exists(id)
        outcome = door().execute(commands.CopyDraft(draft_id=id, title=title, reason=reason), actor(), key=form_key())
    except DraftMissing:
        raise
    except Refusal as refusal:
        return draft_page(id, refusal)
    return redirect(url_for("designing.show", id=outcome["draft"]), 303)


def done(id: str, command: Command) -> AnyResponse:
    """Carry out what a form of the page asks, and show the page again: with the reason where it was refused."""
    try:
        _exists(id)
        door().execute(command, actor(), key=form_key())
    except DraftMissing:
        raise
    except Refusal as refusal:
        return draft_page(id, refusal)
    return redirect(url_for("designing.show", id=id), 303)


def _exists(id: str) -> None:
    """Raise DraftMissing for a draft that is not there."""
    with door().read(actor(), action="process.draft") as view:
        queries.draft_of(view.connection, id)


def draft_page(id: str, refusal: Refusal | None = None) -> AnyResponse:
    """Return the page of a draft, with the reason why something was refused."""
    with door().read(actor(), action="process.draft") as view:
        shown = _shown(view, id)
    html = render_template(
        "designing/draft.html", shown=shown, draft=shown.draft, refusal=refusal, marks=MARKS, states=STATES,
        kinds=KINDS, changes=CHANGES, problems=getattr(refusal, "problems", ()), typed=_typed(refusal),
        wanted=(request.args.get("kind", ""), request.args.get("name", "")), acts=ALLOWED,
    )  # fmt: skip
    return make_response(html, status_for(refusal) if refusal else 200)


def _typed(refusal: Refusal | None) -> Mapping[str, Any]:
    """Return what was typed into a form that was refused, so that nobody types it twice."""
    return {name: value[:2000] for name, value in request.form.items()} if refusal else {}


def _shown(view: Reading, id: str) -> Shown:
    draft = queries.draft_of(view.connection, id)
    files = queries.files_of(view.connection, id)
    contents = contents_of(files)
    state = draft.stands(view.now)
    live = state in ("editing", "in_review")
    problems = problems_by_file(view, contents) if live and contents else {}
    drifted = {one.file.key: one for one in drifts(view, files)} if live else {}
    all = standards(view)
    titles = {(one.kind, one.name): one.title for one in all}
    remarks = queries.comments_of(view.connection, id)
    people = {draft.created_by, draft.submitted_by, draft.decided_by, draft.rolled_back_by}
    people |= {one.saved_by for one in files}
    people |= {one.by for one in remarks} | {one.settled_by for one in remarks}
    names = names_of(view.connection, {one for one in people if one})
    rows = [
        FileRow(
            one, titles.get(one.file.key, ""), problems.get(one.file.key, ()),
            [each for each in remarks if (each.kind, each.name) == one.file.key],
            names.get(one.file.saved_by, one.file.saved_by), drifted.get(one.file.key),
        )
        for one in compare(view, files)
    ]  # fmt: skip
    return Shown(
        draft, state, rows, {key: ones for key, ones in problems.items() if key not in contents}, remarks, names,
        is_own(view.actor.person, queries.hands(view.connection, draft)),
        [one for one in all if (one.kind, one.name) not in contents],
    )  # fmt: skip
