"""会签: the page where the holder asks others about a task and where they sign; the box of what waits for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

import forms
from engine.casework.cases.queries import case_by_root, cases_by_root, kinds_of
from engine.casework.cases.sharing.sight import sight_of
from engine.foundation.errors import Refusal
from engine.foundation.vault import Vault
from engine.process.tasks.countersigning import rules
from engine.process.tasks.countersigning.commands import (
    AddSigners,
    AskCountersigning,
    CallOffCountersigning,
    RemoveSigner,
    SignTask,
)
from engine.process.tasks.countersigning.handlers import holds, signing_refusal
from engine.process.tasks.countersigning.queries import draft_shown, rounds_of, waiting_for
from engine.process.tasks.countersigning.rules import Round
from engine.process.tasks.desk import Desk, find_task, open_desk
from engine.process.tasks.queries import departments_at, tasks_by_id
from engine.process.tasks.rules import Task, TaskMissing
from engine.registry.identity.queries import names_of, staff_of, staff_with
from engine.registry.identity.reading import Reading
from engine.registry.identity.rules import may
from engine.registry.organisation.queries import CENTER
from web import casefile, words
from web.drafts import lines_of
from web.failures import status_for
from web.page import form_key
from web.security import page
from web.sessions import actor, door

blueprint = Blueprint("countersigning", __name__)

MOST_SIGNERS = 50
CENTRE_ROLES = ("window_clerk", "issue_clerk", "center_head")


@dataclass(frozen=True)
class Asked:
    """What a task's own page says of its countersigning."""

    state: str = ""
    """The state of the last one; empty without one."""
    who: str = ""
    """Whose signature it waits for."""
    may_ask: bool = False
    may_sign: bool = False
    any: bool = False


@dataclass(frozen=True)
class Waiting:
    """One line of the box of what waits to be signed."""

    task: Task
    item_name: str
    case_no: str
    applicant: str
    asked_by: str
    round: Round


def asked_of(view: Reading, task: Task) -> Asked:
    """Return what the page of a task says of its countersigning to this reader."""
    rounds = rounds_of(view.connection, task.id)
    works = holds(view, task) and may(view.actor, "task.work")
    if not rounds:
        return Asked(may_ask=works)
    signs = may(view.actor, "countersigning.sign") and signing_refusal(view, task) is None
    who = "、".join(one.name for one in rules.whose_turn(rounds[-1]))
    return Asked(rounds[-1].state, who, may_ask=works, may_sign=signs, any=True)


@blueprint.get("/countersignings")
@page(action="countersigning.sign")
def listing() -> str:
    """List the tasks that wait for the reader's signature."""
    with door().read(actor(), action="countersigning.sign") as view:
        rows = _rows(view)
    return render_template("countersignings.html", rows=rows, modes=rules.MODES)


@blueprint.get("/tasks/<id>/countersigning")
@page(action="case.see")
def show(id: str) -> AnyResponse:
    """Show a task's countersignings, and what this reader may do about them."""
    shown = _page(id, {}, None)
    door().note_view(actor(), f"待办 {id} 的会签")
    return shown


@blueprint.post("/tasks/<id>/countersigning")
@page(action="task.work")
def change(id: str) -> AnyResponse:
    """Do what the holder's pressed button says: ask, ask more people, take one back, or call it off."""
    _seen(id, "task.work")
    typed = _typed()
    act = request.form.get("_act", "")
    if act == "ask":
        return _done(id, AskCountersigning(task_id=id, signers=_signers(typed), **_asking(typed)), typed)
    if act == "add":
        return _done(id, AddSigners(task_id=id, signers=_signers(typed)), typed)
    if act.startswith("remove:"):
        return _done(id, RemoveSigner(task_id=id, signer=act.removeprefix("remove:")[:40]), typed)
    return _done(id, CallOffCountersigning(task_id=id, reason=typed["reason"]), typed)


@blueprint.post("/tasks/<id>/signature")
@page(action="countersigning.sign")
def sign(id: str) -> AnyResponse:
    """Sign."""
    _seen(id, "countersigning.sign")
    said = {name: request.form.get(name, "")[: rules.LONGEST + 1] for name in ("opinion", "basis", "conditions")}
    verdict = request.form.get("verdict", "")[:10]
    return _done(id, SignTask(task_id=id, verdict=verdict, **said), {**said, "verdict": verdict})


def _seen(id: str, action: str) -> None:
    """Let a task out of sight and one that never was be told alike."""
    with door().read(actor(), action=action) as view:
        find_task(view, id)


def _typed() -> dict[str, Any]:
    form = request.form
    return {
        "mode": form.get("mode", "")[:10],
        "percent": form.get("percent", "").strip()[:3],
        "chosen": form.getlist("signer")[:MOST_SIGNERS],
        "order": {name.removeprefix("order:"): form[name].strip()[:2] for name in form if name.startswith("order:")},
        "others": form.get("others", "")[:400],
        "question": form.get("question", "")[: rules.LONGEST + 1],
        "with_draft": form.get("with_draft") == "1",
        "reason": form.get("reason", "")[:600],
    }


def _signers(typed: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the accounts as they were chosen: by their number where one was given, then as they stand, then others."""
    order = typed["order"]
    ticked = sorted(typed["chosen"], key=lambda one: int(order[one]) if order.get(one, "").isdecimal() else 99)
    others = typed["others"].replace("，", " ").replace("、", " ").replace(",", " ").split()
    return tuple(one[:40] for one in [*ticked, *others])[:MOST_SIGNERS]


def _asking(typed: Mapping[str, Any]) -> dict[str, Any]:
    percent = typed["percent"]
    number = int(percent) if percent.isascii() and percent.isdecimal() else None
    return {
        "mode": typed["mode"], "percent": number if typed["mode"] == "ratio" else None, "question": typed["question"],
        "with_draft": typed["with_draft"],
    }  # fmt: skip


def _done(id: str, command: Any, typed: Mapping[str, Any]) -> AnyResponse:
    try:
        door().execute(command, actor(), key=form_key())
    except TaskMissing:
        raise
    except Refusal as refusal:
        return _page(id, typed, refusal)
    return redirect(url_for("countersigning.show", id=id, noted=1), 303)


def _page(id: str, typed: Mapping[str, Any], refusal: Refusal | None) -> AnyResponse:
    with door().read(actor()) as view:
        desk = open_desk(view, id)
        task = desk.task
        case = case_by_root(view.connection, task.root_id)
        works = holds(view, task) and may(view.actor, "task.work")
        signs = may(view.actor, "countersigning.sign") and signing_refusal(view, task) is None
        rounds = rounds_of(view.connection, task.id)
        shown = casefile.gather(view, case, named=works or signs)
        people = {one.asked_by for one in rounds} | {str(one.ended_by) for one in rounds if one.ended_by}
        names = names_of(view.connection, people)
        candidates = _candidates(view, task) if works else []
        shows_draft = bool(rounds) and rounds[-1].shown
        lines = _form(view, desk, rounds) if signs or (works and shows_draft) else []
    now = rounds[-1] if rounds and rounds[-1].state == "pending" else None
    html = render_template(
        "countersigning.html", task=task, shown=shown, rounds=rounds, now=now, works=works, signs=signs, names=names,
        candidates=candidates, lines=lines, typed=typed, refusal=refusal, modes=rules.MODES, states=rules.STATES,
        verdicts=rules.VERDICTS, noted=request.args.get("noted") == "1" and refusal is None,
    )  # fmt: skip
    return make_response(html, status_for(refusal) if refusal is not None else 200)


def _form(view: Reading, desk: Desk, rounds: list[Round]) -> list[tuple[str, str]]:
    """Return the form as the signers read it: the draft that they were shown, else what the form starts with."""
    open_now = rounds[-1] if rounds else None
    draft = None
    if open_now is not None and open_now.shown:
        draft = draft_shown(view.connection, view.part(Vault), desk.task.id, open_now.round)
    told = lines_of(desk.schema, draft if draft is not None else forms.initial(desk.schema, desk.context))
    veil = sight_of(view, case_by_root(view.connection, desk.task.root_id)).veil
    return [(veil.over(title), veil.over(text)) for title, text in told]


def _candidates(view: Reading, task: Task) -> list[tuple[str, str]]:
    """Return whom the holder may tick: the people of the departments in the case, then those of the counter."""
    places = sorted(departments_at(view.connection, task.root_id) - {CENTER})
    found = [(account, f"{name}（{account}）") for place in places
             for account, name in staff_of(view.connection, place, view.now)]  # fmt: skip
    found += staff_with(view.connection, CENTRE_ROLES, view.now)
    return [(account, title) for account, title in dict(found).items() if account != view.actor.account]


def _rows(view: Reading) -> list[Waiting]:
    tasks = tasks_by_id(view.connection, waiting_for(view.connection, view.actor.account))
    cases = cases_by_root(view.connection, {one.root_id for one in tasks})
    kinds = kinds_of(view.connection, {case.applicant_id for case in cases.values()})
    rounds = {one.id: rounds_of(view.connection, one.id)[-1] for one in tasks}
    names = names_of(view.connection, {one.asked_by for one in rounds.values()})
    return [
        Waiting(
            task=one,
            item_name=cases[one.root_id].item_name,
            case_no=one.case_no,
            applicant=words.person_or_firm(
                kinds[cases[one.root_id].applicant_id], cases[one.root_id].applicant_name
            ),
            asked_by=names.get(rounds[one.id].asked_by, rounds[one.id].asked_by),
            round=rounds[one.id],
        )
        for one in tasks
    ]
