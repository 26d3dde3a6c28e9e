"""转办、委派、抄送、催办: what is done with a task beside its form; and what came to oneself by them."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from engine.casework.cases.queries import CaseFile, cases_by_root, is_visible, kinds_of
from engine.foundation.errors import InvalidFields, Refusal
from engine.foundation.store.commands import Command
from engine.process.tasks.copying.commands import ReadCopies, SendCopies
from engine.process.tasks.copying.queries import copies_to, waiting_counts
from engine.process.tasks.copying.rules import Copy
from engine.process.tasks.handing.commands import DelegateTask, RecallDelegation, ReturnDelegation, TransferTask
from engine.process.tasks.handing.queries import delegated_to
from engine.process.tasks.handing.rules import Delegation
from engine.process.tasks.queries import BOXES, tasks_by_id
from engine.process.tasks.rules import Task, TaskMissing
from engine.process.tasks.urging.commands import UrgeTask
from engine.registry.identity.queries import names_of
from engine.registry.identity.reading import Reading
from engine.registry.identity.rules import may
from web import tasks, words
from web.failures import status_for
from web.handed import Tried
from web.page import form_key
from web.paging import Page, asked_number
from web.security import page
from web.sessions import actor, door

blueprint = Blueprint("handing", __name__)

PAGE = 50


@dataclass(frozen=True)
class Sent:
    """A copy, or an asking to prepare a task, as its receiver sees it; the case only while the reader may see it."""

    row: Copy | Delegation
    sender: str
    task: Task
    case: CaseFile | None
    applicant: str
    onward: str = ""
    """Who has the form now, when it was given on."""


@blueprint.post("/tasks/<id>/transfer")
@page(action="task.transfer")
def transfer(id: str) -> AnyResponse:
    """Give the task to somebody else for good."""
    typed = _typed("transfer_to", "transfer_reason")
    missing = _chosen(typed, "transfer_to", "请选择转办给谁。")
    command = TransferTask(task_id=id, to_account=typed["transfer_to"], reason=typed["transfer_reason"])
    return _done(id, command, Tried("transfer", typed, errors=missing), {"reason": "transfer_reason"})


@blueprint.post("/tasks/<id>/delegate")
@page(action="task.work")
def delegate(id: str) -> AnyResponse:
    """Ask somebody to prepare the task."""
    typed = _typed("delegate_to", "delegate_text")
    missing = _chosen(typed, "delegate_to", "请选择委派给谁。")
    command = DelegateTask(task_id=id, to_account=typed["delegate_to"], text=typed["delegate_text"])
    return _done(id, command, Tried("delegate", typed, errors=missing), {"text": "delegate_text"})


@blueprint.post("/tasks/<id>/delegation/return")
@page(action="task.work")
def give_back(id: str) -> AnyResponse:
    """Hand back what was kept as a draft; the form's own button hands back what stands in the form."""
    typed = _typed("return_note")
    return _done(id, ReturnDelegation(task_id=id, note=typed["return_note"]), Tried("return", typed),
                 {"note": "return_note"}, onward=True)  # fmt: skip


@blueprint.post("/tasks/<id>/delegation/recall")
@page(action="task.work")
def recall(id: str) -> AnyResponse:
    """Take the task back from whoever prepares it."""
    return _done(id, RecallDelegation(task_id=id), Tried("recall"), {})


@blueprint.post("/tasks/<id>/copies")
@page(action="copy.send")
def copy(id: str) -> AnyResponse:
    """Send copies."""
    typed, to = _typed("copy_note"), tuple(request.form.getlist("copy_to"))[:200]
    command = SendCopies(task_id=id, to_accounts=tuple(one[:40] for one in to), note=typed["copy_note"])
    return _done(id, command, Tried("copy", typed, chosen=to), {"to": "copy_to", "note": "copy_note"})


@blueprint.post("/tasks/<id>/urges")
@page(action="task.urge")
def urge(id: str) -> AnyResponse:
    """Urge whoever has the task in hand."""
    typed = _typed("urge_text")
    return _done(id, UrgeTask(task_id=id, text=typed["urge_text"]), Tried("urge", typed), {"text": "urge_text"})


@blueprint.get("/inbox/copies")
@page(action="case.see")
def copies() -> str:
    """Show what was sent to this person as copies, newest first."""
    number = asked_number(request.args.get("page"))
    with door().read(actor(), action="case.see") as view:
        found, total = copies_to(view.connection, actor().account, limit=PAGE, offset=(number - 1) * PAGE)
        rows = _sent(view, found)
        counts = waiting_counts(view.connection, actor().account)
    return render_template("inbox_copies.html", rows=rows, page=Page(number, total, PAGE), counts=counts, boxes=BOXES)


@blueprint.post("/inbox/copies/read")
@page(action="session.own")
def read() -> AnyResponse:
    """Note that the person has read the copies named in the form."""
    ids = tuple(int(id) for id in request.form.getlist("id") if id.isascii() and id.isdigit() and len(id) < 15)
    door().execute(ReadCopies(ids=ids), actor(), key=form_key())
    return redirect(url_for("handing.copies"), 303)


@blueprint.get("/inbox/delegated")
@page(action="task.work")
def delegated() -> str:
    """Show what this person was asked to prepare, oldest first."""
    with door().read(actor(), action="task.work") as view:
        rows = _sent(view, delegated_to(view.connection, actor().account))
        counts = waiting_counts(view.connection, actor().account)
    return render_template("inbox_delegated.html", rows=rows, counts=counts, boxes=BOXES)


def _typed(*names: str) -> dict[str, str]:
    return {name: request.form.get(name, "")[:2000] for name in names}


def _chosen(typed: dict[str, str], name: str, sentence: str) -> dict[str, str]:
    return {} if typed[name] else {name: sentence}


def _done(id: str, command: Command, tried: Tried, places: dict[str, str], *, onward: bool = False) -> AnyResponse:
    """Carry out ``command`` and show the task anew; what is wrong stands at its field, which ``places`` may rename.

    After ``onward`` the task is no longer the reader's to see to: the list of what else is asked comes next.
    """
    try:
        if tried.errors:
            raise InvalidFields(dict(tried.errors))
        door().execute(command, actor(), key=form_key())
    except InvalidFields as wrong:
        errors = {places.get(name, name): sentence for name, sentence in wrong.errors.items()}
        return tasks.again(id, Tried(tried.act, tried.typed, tried.chosen, errors), 422)
    except Refusal as refusal:
        if isinstance(refusal, TaskMissing):
            raise
        return tasks.again(id, Tried(tried.act, tried.typed, tried.chosen, {}, refusal), status_for(refusal))
    if onward:
        return redirect(url_for("handing.delegated", done="returned"), 303)
    return redirect(url_for("tasks.show", id=id, handed=tried.act, _anchor="handing"), 303)


def _sent(view: Reading, rows: list[Copy] | list[Delegation]) -> list[Sent]:
    found = {one.id: one for one in tasks_by_id(view.connection, {one.task_id for one in rows})}
    cases = cases_by_root(view.connection, {one.root_id for one in rows})
    kinds = kinds_of(view.connection, {case.applicant_id for case in cases.values()})
    senders = {one.sender if isinstance(one, Copy) else one.delegator for one in rows}
    holders = {str(one.delegate) for one in found.values() if one.delegate}
    names = names_of(view.connection, senders | holders)
    seen = {
        root: case for root, case in cases.items()
        if may(view.actor, "case.see") and is_visible(view.connection, root, case.department, view.scope)
    }  # fmt: skip
    told = []
    for one in rows:
        case, task = seen.get(one.root_id), found[one.task_id]
        sender = one.sender if isinstance(one, Copy) else one.delegator
        who = words.person_or_firm(kinds[case.applicant_id], case.applicant_name) if case else ""
        away = isinstance(one, Delegation) and task.delegate != view.actor.account
        onward = names.get(str(task.delegate), "") if away else ""
        told.append(Sent(one, names.get(sender, sender), task, case, who, onward))
    return told
