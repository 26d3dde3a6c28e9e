"""The page on which a file of a draft is edited as text: without a script, and without losing what was typed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from engine.foundation.errors import Refusal
from engine.oversight.publishing.comparing.changes import Part
from engine.oversight.publishing.comparing.contents import differences
from engine.oversight.publishing.drafting import queries
from engine.oversight.publishing.drafting.commands import SaveFile
from engine.oversight.publishing.drafting.editing import readable
from engine.oversight.publishing.drafting.judging import Drift, contents_of, drifts, problems_by_file
from engine.oversight.publishing.drafting.queries import Comment, Draft, DraftFile, Saving
from engine.oversight.publishing.drafting.rules import DraftMissing, DraftMoved, TextUnreadable, lets
from engine.oversight.publishing.files import FORM, ITEM, KINDS, content_of
from engine.oversight.publishing.telling import standards
from engine.process.bpmn import Problem
from engine.registry.identity.queries import names_of
from engine.registry.identity.reading import Reading
from web.designing import editor, preview
from web.designing.adopting import foreign_notice
from web.designing.answers import blueprint
from web.designing.listing import CHANGES
from web.designing.scripted import note_presence, others
from web.failures import status_for
from web.numbers import whole_number
from web.page import form_key
from web.security import page
from web.sessions import actor, door

DONE = {
    "saved": "已保存为第 {version} 版。",
    "same": "内容与第 {version} 版相同，没有另存。",
    "checked": "已检查，没有保存。",
}


@dataclass(frozen=True)
class Aside:
    """One element on both sides of a conflict: what mine and theirs changed of the version both began with."""

    id: str
    name: str
    mine: Part | None
    theirs: Part | None

    @property
    def clashes(self) -> bool:
        """Whether both changed it: only there somebody has to choose."""
        return self.mine is not None and self.theirs is not None and self.mine != self.theirs


@dataclass(frozen=True)
class Conflict:
    """Two texts that began as one: by whom the other is, and every element that one of them changed.

    ``asides`` is None when one of the texts cannot be read: then only the texts stand side by side.
    """

    title: str
    theirs: str
    asides: list[Aside] | None


@dataclass(frozen=True)
class Opened:
    """Everything that the page of a file shows."""

    draft: Draft
    file: DraftFile
    title: str
    text: str
    version: int
    """The version that the text in the page goes by: that which is written over when it is saved."""
    problems: tuple[Problem, ...]
    elsewhere: tuple[Problem, ...]
    comments: list[Comment]
    history: list[Saving]
    names: Mapping[str, str]
    drift: Drift | None
    conflict: Conflict | None
    editable: bool


@blueprint.get("/drafts/<id>/files/<kind>/<name>")
@page(action="process.draft")
def edit(id: str, kind: str, name: str) -> AnyResponse:
    """Show a file of a draft to be edited, with its problems, its remarks and its earlier versions.

    An item has a form of its own; ``text=1`` asks for the file itself.
    """
    if kind == ITEM and not request.args.get("text"):
        return redirect(url_for("designing.edit_item", id=id, name=name), 303)
    note_presence(id, kind, name)
    if kind not in editor.EDITORS or request.args.get("text"):
        return _page(id, kind, name)
    if not editor.is_built(kind):
        return _page(id, kind, name, why=editor.EDITORS[kind].without)
    return _drawn(id, kind, name)


@blueprint.post("/drafts/<id>/files/<kind>/<name>")
@page(action="process.draft")
def keep(id: str, kind: str, name: str) -> AnyResponse:
    """Save, check or preview what is in the page, as its button says."""
    text = request.form.get("text", "").replace("\r\n", "\n")
    version = whole_number(request.form.get("version", "")) or 0
    if request.form.get("_act") == "check" or preview.pressed():
        return _page(id, kind, name, text=text, version=version, done="checked")
    merged = request.form.get("merged_with", "")[:64] if request.form.get("merged") else ""
    command = SaveFile(draft_id=id, kind=kind, name=name, version=version, text=text, merged_with=merged)
    try:
        with door().read(actor(), action="process.draft") as view:
            queries.draft_of(view.connection, id)
        outcome = door().execute(command, actor(), key=form_key())
    except DraftMissing:
        raise
    except Refusal as refusal:
        return _page(id, kind, name, text=text, version=version, refusal=refusal)
    return _page(id, kind, name, done="saved" if outcome["changed"] else "same")


def beside(id: str, kind: str, name: str, text: str, version: int, moved: DraftMoved) -> AnyResponse:
    """Show a text that was refused because somebody else saved meanwhile beside what stands there now, to be merged."""
    return _page(id, kind, name, text=text, version=version, refusal=moved)


def _drawn(id: str, kind: str, name: str) -> AnyResponse:
    """Return the page on which a file is drawn."""
    with door().read(actor(), action="process.draft") as view:
        draft = queries.draft_of(view.connection, id)
        one = queries.file_of(view.connection, id, kind, name)
        titles = {(each.kind, each.name): each.title for each in standards(view)}
        may_write, may_comment = (lets(draft.stands(view.now), act) for act in ("修改", "批注"))
    title = titles.get(one.key, "")
    desk = editor.desk_for(draft, one, title, may_write=may_write, may_comment=may_comment)
    return editor.show(desk, foreign_notice(one), url_for("designing.look_at_foreign", id=id, name=name))


def _page(
    id: str, kind: str, name: str, *, text: str | None = None, version: int = 0, done: str = "",
    refusal: Refusal | None = None, why: str = "",
) -> AnyResponse:  # fmt: skip
    with door().read(actor(), action="process.draft") as view:
        opened = _opened(view, id, kind, name, text, version, refusal)
        shown = _preview(opened, view) if kind == FORM and preview.pressed() else None
    html = render_template(
        "designing/file.html", opened=opened, draft=opened.draft, file=opened.file, kinds=KINDS, changes=CHANGES,
        refusal=refusal, done=DONE[done].format(version=opened.file.version) if done else "",
        others=others(id, kind, name), why=why,
        foreign=foreign_notice(opened.file), preview=shown,
    )  # fmt: skip
    return make_response(html, status_for(refusal) if refusal else 200)


def _preview(opened: Opened, view: Reading) -> preview.Preview:
    try:
        return preview.shown_as(opened.text, view.now)
    except TextUnreadable as unreadable:
        return preview.Preview(None, unreadable.problems)


def _opened(
    view: Reading, id: str, kind: str, name: str, typed: str | None, version: int, refusal: Refusal | None
) -> Opened:
    draft = queries.draft_of(view.connection, id)
    one = queries.file_of(view.connection, id, kind, name)
    text = one.content.decode("utf-8") if typed is None else typed
    contents = contents_of(queries.files_of(view.connection, id))
    problems, elsewhere = _problems(view, contents, one, text)
    remarks = queries.comments_of(view.connection, id, kind, name)
    history = queries.history(view.connection, id, kind, name)
    names = names_of(view.connection, {each.saved_by for each in history} | {each.by for each in remarks})
    drift = next(iter(drifts(view, [one])), None)
    titles = {(each.kind, each.name): each.title for each in standards(view)}
    conflict = None
    if isinstance(refusal, DraftMoved):
        conflict = _moved(view, draft, one, text, version, refusal)
        # What is saved next is meant to go over what stands there now, for both were just seen side by side.
        version = one.version
    elif drift is not None and drift.content is not None:
        conflict = _drifted(view, one, text, drift)
    editable = lets(draft.stands(view.now), "修改")
    return Opened(
        draft, one, titles.get(one.key, ""), text, version or one.version, problems, elsewhere, remarks, history,
        names, drift, conflict, editable,
    )  # fmt: skip


def _problems(
    view: Reading, contents: Mapping[tuple[str, str], bytes], one: DraftFile, text: str
) -> tuple[tuple[Problem, ...], tuple[Problem, ...]]:
    """Return the problems of the text in the page, and those that it brings to what is in force."""
    try:
        mine = {**contents, one.key: readable(one.kind, text)}
    except TextUnreadable as unreadable:
        return unreadable.problems, ()
    except Refusal:
        return (), ()
    found = problems_by_file(view, mine)
    return found.get(one.key, ()), tuple(each for key, ones in found.items() if key not in mine for each in ones)


def _moved(view: Reading, draft: Draft, one: DraftFile, text: str, version: int, refusal: DraftMoved) -> Conflict:
    base = queries.content_at(view.connection, draft.id, one.kind, one.name, version)
    title = f"{refusal.by}保存的第 {one.version} 版"
    return Conflict(title, one.content.decode("utf-8"), _asides(one.kind, base, text.encode("utf-8"), one.content))


def _drifted(view: Reading, one: DraftFile, text: str, drift: Drift) -> Conflict:
    base = content_of(view.connection, one.kind, one.name, one.base_digest) if one.base_digest else None
    now = drift.content or b""
    return Conflict("现在的现行版本", now.decode("utf-8"), _asides(one.kind, base, text.encode("utf-8"), now))


def _asides(kind: str, base: bytes | None, mine: bytes, theirs: bytes) -> list[Aside] | None:
    """Return each element that mine or theirs changed of what both began with, those that both did first."""
    if base is None:
        return None
    found = [differences(kind, base, one) for one in (mine, theirs)]
    if found[0] is None or found[1] is None:
        return None
    left, right = ({part.id: part for part in parts or ()} for parts in found)
    ids = dict.fromkeys((*left, *right))
    asides = [Aside(id, (left.get(id) or right[id]).name, left.get(id), right.get(id)) for id in ids]
    return sorted(asides, key=lambda one: not one.clashes)
