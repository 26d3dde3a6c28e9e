"""办理: one task, its form, and what follows from sending it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import quote

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

import forms
from engine.casework.cases.outcomes.pledging import PROCESS as POST_CHECK
from engine.casework.cases.queries import case_by_root
from engine.foundation.errors import InvalidFields, Refusal
from engine.process.documents.issuing import blank
from engine.process.documents.rules import KINDS, Document, DocumentMissing
from engine.process.tasks.commands import ClaimTask, CompleteTask, ReleaseTask, SaveDraft
from engine.process.tasks.desk import Desk, find_task, open_desk, refuse_taking
from engine.process.tasks.handing.commands import ReturnDelegation
from engine.process.tasks.queries import task_by_id, tasks_of
from engine.process.tasks.registry import Bindings
from engine.process.tasks.rules import StaleForm, Task
from engine.registry.identity.reading import Reading
from engine.registry.identity.rules import may
from forms import Context
from web import casefile
from web.answers import Posted, Receiver
from web.countersigning import asked_of
from web.drafts import drafts_of
from web.failures import status_for
from web.handed import Tried, handed
from web.page import form_key, is_fragment, new_key
from web.photos import Photos, Place
from web.security import DOCUMENT_POLICY, page
from web.sessions import actor, door

blueprint = Blueprint("tasks", __name__)


@dataclass(frozen=True)
class Filled:
    """The form as it is shown: what is in it, what is wrong with it, and why the sending was refused."""

    data: Mapping[str, Any]
    errors: Mapping[str, str] = field(default_factory=dict)
    refusal: Refusal | None = None
    unsaved: bool = False


@dataclass(frozen=True)
class JustDone:
    """The task that was completed just before this page, and the documents it issued."""

    name: str
    documents: list[Document]


@blueprint.get("/tasks/<id>")
@page(action="case.see")
def show(id: str) -> AnyResponse:
    """Show a task; that it was looked at stands in the reader's own journal."""
    shown = _page(id, None, 200)
    door().note_view(actor(), f"待办 {id}")
    return shown


@blueprint.post("/tasks/<id>")
@page(action="task.work")
def work(id: str) -> AnyResponse:
    """Do what the pressed button says."""
    act = request.form.get("_act", "")
    if act == "claim":
        door().execute(ClaimTask(task_id=id), actor(), key=form_key())
        return redirect(url_for("tasks.show", id=id), 303)
    if act == "release":
        return _release(id)
    return _with_form(id, act)


@blueprint.get("/tasks/<id>/blank.pdf")
@page(action="task.work")
def blank_paper(id: str) -> AnyResponse:
    """Send the paper that is signed with a pen before the form can be sent; raise DocumentMissing where none is."""
    with door().read(actor(), action="task.work") as view:
        task = find_task(view, id)
        draw = view.part(Bindings).act_of(task).blank
        if draw is None or task.state != "open":
            raise DocumentMissing
        kind, data = draw(view, task)
        now = view.now
    door().note_view(actor(), f"待办 {id} 的签字用草稿")
    response = make_response(blank(kind, data, now))
    response.headers["Content-Type"] = "application/pdf"
    response.headers["Content-Disposition"] = (
        f"inline; filename*=UTF-8''{quote(f'{KINDS[kind].title}（签字用草稿）.pdf')}"
    )
    response.headers["Content-Security-Policy"] = DOCUMENT_POLICY
    return response


def _release(id: str) -> AnyResponse:
    outcome = door().execute(ReleaseTask(task_id=id), actor(), key=form_key())
    return redirect(url_for("inbox.show", box="role", released=outcome["task_id"]), 303)


def _with_form(id: str, act: str) -> AnyResponse:
    """Read the form, then keep it as a draft, refresh it, or send it."""
    part = is_fragment()
    with door().read(actor()) as view:
        desk = open_desk(view, id)
        item = case_by_root(view.connection, desk.task.root_id).item_name
    photos = _photos(desk, item)
    posted = Receiver(door(), actor(), form_key()).read(desk.schema, desk.context, with_files=not part)
    if part:
        changed = forms.row_act(desk.schema, posted.data, act)
        return make_response(_fields(desk, posted.context, Filled(changed), photos, wrapper=False))
    posted = photos.take(posted, act, form_key())
    try:
        if photos.press(act, posted.data):
            return _page(id, Filled(posted.data, posted.errors, unsaved=True), 200, photos)
        if act == "draft":
            door().execute(SaveDraft(task_id=id, data=posted.data), actor(), key=form_key())
            return redirect(url_for("tasks.show", id=id, saved="1"), 303)
        if act == "return":
            note = request.form.get("_return_note", "")[:2000]
            door().execute(ReturnDelegation(task_id=id, note=note, data=posted.data), actor(), key=form_key())
            return redirect(url_for("handing.delegated", done="returned"), 303)
        if act == "submit":
            photos.refuse_unseen()
            return _send(id, desk, posted)
        changed = forms.row_act(desk.schema, posted.data, act)
        return _page(id, Filled(changed, posted.errors, unsaved=True), 200, photos)
    except InvalidFields as wrong:
        return _page(id, Filled(posted.data, {**wrong.errors, **posted.errors}, unsaved=True), 422, photos)
    except Refusal as refusal:
        return _page(id, Filled(posted.data, posted.errors, refusal, unsaved=True), status_for(refusal), photos)


def _send(id: str, desk: Desk, posted: Posted) -> AnyResponse:
    if posted.errors:
        # The refused files and the form's own errors are told together, not one after the other.
        found = forms.validate(desk.schema, posted.data, posted.context).errors
        raise InvalidFields({**found, **posted.errors})
    command = CompleteTask(task_id=id, answer=posted.data, revision=_revision())
    return _onward(door().execute(command, actor(), key=form_key()))


def _onward(outcome: Mapping[str, Any]) -> AnyResponse:
    """Go on to the case's next task that this person may take, claimed at once; else to the case."""
    done = outcome["task_id"]
    for next in _takeable(outcome["case_no"]):
        try:
            door().execute(ClaimTask(task_id=next.id), actor(), key=f"{form_key()}:next")
        except Refusal:
            # Somebody was quicker: the case page says who.
            continue
        return redirect(url_for("tasks.show", id=next.id, done=done), 303)
    return redirect(url_for("cases.show", case_no=outcome["case_no"], done=done), 303)


def _takeable(case_no: str) -> list[Task]:
    """Return the tasks of the case's own way; a later check has months of its own and waits in the box."""
    with door().read(actor()) as view:
        waiting = tasks_of(view.connection, f"case:{case_no}", state="open")
        return [task for task in waiting if task.process != POST_CHECK and _refusal(view, task) is None]


def _refusal(view: Reading, task: Task) -> Refusal | None:
    try:
        refuse_taking(view, task)
    except Refusal as refusal:
        return refusal
    return None


def _revision() -> int | None:
    given = request.form.get("_revision", "")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 9 else None


def _photos(desk: Desk, item: str) -> Photos:
    url = url_for("tasks.work", id=desk.task.id)
    return Photos(Place(url, item, desk.task.root_id, desk.task.id), desk.schema, desk.context)


def again(id: str, tried: Tried, status: int) -> AnyResponse:
    """Show the task with an act beside its form that was refused."""
    return _page(id, None, status, tried=tried)


def _page(
    id: str, filled: Filled | None, status: int, photos: Photos | None = None, *, tried: Tried | None = None
) -> AnyResponse:  # fmt: skip
    with door().read(actor()) as view:
        desk = open_desk(view, id)
        case = case_by_root(view.connection, desk.task.root_id)
        works = desk.refusal is None and may(view.actor, "task.work")
        prepares = desk.prepares and may(view.actor, "task.work")
        shown = casefile.gather(view, case, named=works or prepares)
        done = just_done(view, case.root_id, request.args.get("done", ""))
        mine = desk.task.holder == actor().account
        drafts = drafts_of(view, desk.task.id, desk.schema) if works or prepares or mine else []
        acts = handed(view, desk, tried or Tried())
        asked = asked_of(view, desk.task)
    filled = filled or Filled(desk.draft if desk.draft is not None else forms.initial(desk.schema, desk.context))
    keep = works or prepares or filled.unsaved
    photos = (photos or _photos(desk, case.item_name)) if works else None
    html = render_template(
        "task.html", desk=desk, task=desk.task, shown=shown, done=done, works=works, filled=filled,
        mine=mine, prepares=prepares, handed=acts, key=new_key(), stale=isinstance(filled.refusal, StaleForm),
        drafts=drafts, asked=asked,
        fields=_fields(desk, desk.context, filled, photos) if keep else "", saved=request.args.get("saved") == "1",
    )  # fmt: skip
    return make_response(html, status)


def _fields(
    desk: Desk, context: Context, filled: Filled, photos: Photos | None, *, wrapper: bool = True
) -> str:  # fmt: skip
    return forms.render(
        desk.schema, filled.data, filled.errors, context, htmx_post=url_for("tasks.work", id=desk.task.id),
        wrapper=wrapper, phones=None if photos is None else photos.shown(),
        blank=url_for("tasks.blank_paper", id=desk.task.id) if desk.blank and photos is not None else "",
    )  # fmt: skip


def just_done(view: Reading, root_id: str, id: str) -> JustDone | None:
    """Return what was completed just before: named in the address, believed only when it is true of this case."""
    from engine.process.documents.queries import documents_of

    task = task_by_id(view.connection, id) if id else None
    if task is None or task.root_id != root_id or task.state != "completed":
        return None
    closed: datetime | None = task.closed_at
    return JustDone(task.name, [one for one in documents_of(view.connection, root_id) if one.issued_at == closed])
