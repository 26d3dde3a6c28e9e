"""退回 to an earlier step, and 撤回 of the step one has just done: a page each, with what it leads to."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from engine.casework.cases.queries import case_by_root
from engine.foundation.errors import Refusal
from engine.process.tasks.desk import find_task
from engine.process.tasks.returning.commands import SendBack, WithdrawStep
from engine.process.tasks.returning.ways import ways_back, withdrawal
from engine.process.tasks.rules import TaskMissing
from engine.registry.identity.queries import names_of
from web.failures import status_for
from web.page import form_key
from web.security import page
from web.sessions import actor, door

blueprint = Blueprint("goingback", __name__)


@blueprint.get("/tasks/<id>/send-back")
@page(action="task.work")
def ask(id: str) -> AnyResponse:
    """Ask to which step and why."""
    return _page(id, {}, None)


@blueprint.post("/tasks/<id>/send-back")
@page(action="task.work")
def send_back(id: str) -> AnyResponse:
    """Send the task back."""
    typed = {"to": request.form.get("to", "")[:60], "reason": request.form.get("reason", "")[:600]}
    with door().read(actor(), action="task.work") as view:
        find_task(view, id)
    try:
        outcome = door().execute(SendBack(task_id=id, **typed), actor(), key=form_key())
    except TaskMissing:
        raise
    except Refusal as refusal:
        return _page(id, typed, refusal)
    return redirect(url_for("cases.show", case_no=outcome["case_no"], noted=1), 303)


@blueprint.get("/tasks/<id>/withdraw")
@page(action="task.work")
def confirm(id: str) -> AnyResponse:
    """Say what taking a step back leads to, or why it cannot be."""
    return _confirm(id, None)


@blueprint.post("/tasks/<id>/withdraw")
@page(action="task.work")
def withdraw(id: str) -> AnyResponse:
    """Take the step back and open it again."""
    with door().read(actor(), action="task.work") as view:
        find_task(view, id)
    try:
        outcome = door().execute(WithdrawStep(task_id=id), actor(), key=form_key())
    except TaskMissing:
        raise
    except Refusal as refusal:
        return _confirm(id, refusal)
    return redirect(url_for("tasks.show", id=outcome["opened"][0]), 303)


def _page(id: str, typed: Mapping[str, str], refusal: Refusal | None) -> AnyResponse:
    with door().read(actor(), action="task.work") as view:
        task = find_task(view, id)
        case = case_by_root(view.connection, task.root_id)
        ways = ways_back(view, task)
        people = {str(one.task.closed_by) for one in ways.targets}
        names = names_of(view.connection, people)
        mine = task.holder == view.actor.account and task.state == "open"
    html = render_template(
        "send_back.html", task=task, case=case, ways=ways, names=names, typed=typed, refusal=refusal, mine=mine
    )
    return make_response(html, status_for(refusal) if refusal is not None else 200)


def _confirm(id: str, refusal: Refusal | None) -> AnyResponse:
    with door().read(actor(), action="task.work") as view:
        task = find_task(view, id)
        case = case_by_root(view.connection, task.root_id)
        why: Refusal | None = None
        try:
            withdrawal(view, task)
        except Refusal as found:
            why = found
    html = render_template("withdraw_step.html", task=task, case=case, refusal=refusal, why=why)
    return make_response(html, status_for(refusal) if refusal is not None else 200)
