"""Going on with a rehearsal by hand: each act is one step more (or less) of its script, walked again from the start.

A rehearsal has no house between two requests: the script says everything, so a step can be taken back, and a restart
loses nothing.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from flask import make_response, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

import forms
from engine.foundation.errors import Invalid, Refusal
from engine.oversight.rehearsal.commands import AskRehearsal, KeepTest
from engine.oversight.rehearsal.forming import context_of, read_filled, without_papers
from engine.oversight.rehearsal.report import Report
from engine.oversight.rehearsal.script import (
    Beside,
    Do,
    Expect,
    Script,
    script_json,
    script_of,
    script_text,
    with_step,
)
from forms import AnswerUnreadable
from web.designing.answers import blueprint
from web.designing.rehearsal_list import number
from web.designing.rehearsal_run import Shown, Typed, form_url, run_page, shown_of, task_of
from web.page import form_key, is_fragment
from web.security import page
from web.sessions import actor, door


class NothingToTakeBack(Invalid):
    """这次演练还没有办过一步，没有可以退回的。请先办理一步。"""

    code = "NOTHING_TO_TAKE_BACK"


class FactsUnreadable(Invalid):
    """消息的内容应为 JSON 对象：花括号中写名称与值，文字加双引号。请改正后再送。"""

    code = "FACTS_UNREADABLE"


@blueprint.post("/rehearsals/<int:id>/do")
@page(action="process.rehearse")
def rehearsal_do(id: int) -> AnyResponse:
    """Complete an open task: what was typed becomes a step, once it fits the form."""
    return _filled(id, number(request.args.get("task", "")))


@blueprint.post("/rehearsals/<int:id>/act")
@page(action="process.rehearse")
def rehearsal_act(id: int) -> AnyResponse:
    """Ask for something beside the tasks, like the case's own page: an extension, a withdrawal."""
    return _filled(id, request.args.get("act", "")[:20])


def _filled(id: int, task: int | str) -> AnyResponse:
    """Take the form of an open task or of an act: a step more, the form again with what is wrong, or refreshed."""
    shown = _shown(id)
    opened = task_of(shown, task)
    context = context_of(opened.context)
    pairs = [(name, value) for name, value in request.form.items(multi=True) if not name.startswith("_")]
    act = request.form.get("_act", "")
    try:
        filled = read_filled(opened.form, pairs, context)
    except AnswerUnreadable as unreadable:
        raise Invalid(str(unreadable)) from unreadable
    if is_fragment():
        schema = without_papers(opened.form)
        data = forms.with_first_values(schema, forms.row_act(schema, filled.data, act), request.form.keys(), context)
        return make_response(forms.render(schema, data, {}, context, htmx_post=form_url(id, task), wrapper=False))
    if act != "submit":
        schema = without_papers(opened.form)
        data = forms.row_act(schema, filled.data, act)
        return run_page(id, typed=Typed(task, forms.with_first_values(schema, data, request.form.keys(), context), {}))
    if filled.errors:
        return run_page(id, typed=Typed(task, filled.data, filled.errors))
    if isinstance(task, str):
        return _asked(id, with_step(shown.script, Beside(opened.element, filled.answer)))
    many = sum(one.element == opened.element for one in shown.report.open) > 1 if shown.report else False
    return _asked(id, with_step(shown.script, Do(opened.element, filled.answer, item=opened.item if many else "")))


@blueprint.post("/rehearsals/<int:id>/advance")
@page(action="process.rehearse")
def rehearsal_advance(id: int) -> AnyResponse:
    """Let the rehearsal's clock go on."""
    unit = request.form.get("unit", "")[:20]
    day = request.form.get("to", "").strip()[:10]
    wanted = {"to": day} if unit == "to" else {unit: number(request.form.get("amount", ""))}
    return _with(id, {"advance": wanted})


@blueprint.post("/rehearsals/<int:id>/message")
@page(action="process.rehearse")
def rehearsal_message(id: int) -> AnyResponse:
    """Let a message from outside arrive."""
    try:
        facts = json.loads(request.form.get("facts", "") or "{}")
    except ValueError:
        return run_page(id, FactsUnreadable())
    return _with(id, {"message": request.form.get("message", "")[:80], "facts": facts})


@blueprint.post("/rehearsals/<int:id>/expect")
@page(action="process.rehearse")
def rehearsal_expect(id: int) -> AnyResponse:
    """Write down how the case stands now as what the script expects at this place."""
    shown = _shown(id)
    if shown.report is None:
        return run_page(id)
    return _asked(id, with_step(shown.script, _as_it_is(shown.report)))


@blueprint.post("/rehearsals/<int:id>/back")
@page(action="process.rehearse")
def rehearsal_back(id: int) -> AnyResponse:
    """Take the last step back; where one could not be done, that one and what stands behind it."""
    shown = _shown(id)
    if not shown.goes_back:
        return run_page(id, NothingToTakeBack())
    stuck = shown.report.stuck if shown.report else None
    left = (stuck or len(shown.script.steps)) - 1
    return _asked(id, replace(shown.script, steps=shown.script.steps[:left]))


@blueprint.post("/rehearsals/<int:id>/again")
@page(action="process.rehearse")
def rehearsal_again(id: int) -> AnyResponse:
    """Walk the script once more: as it is, or as it was changed by hand."""
    text = request.form.get("script", "")
    if text.strip():
        return _ask(id, text)
    return _asked(id, _shown(id).script)


@blueprint.post("/rehearsals/<int:id>/keep")
@page(action="process.rehearse")
def rehearsal_keep(id: int) -> AnyResponse:
    """Keep the script as a test that must pass at every later release."""
    shown = _shown(id)
    name = request.form.get("name", "").strip()[:120] or shown.script.name
    try:
        command = KeepTest(script=script_text(replace(shown.script, name=name)), run=id)
        door().execute(command, actor(), key=form_key())
    except Refusal as refusal:
        return run_page(id, refusal)
    return redirect(url_for("designing.rehearsals", draft=shown.run.draft_id or None), 303)


def _with(id: int, raw: dict[str, Any]) -> AnyResponse:
    """Go on with one step more, given as a script would write it."""
    script = _shown(id).script
    written = script_json(script)
    try:
        return _asked(id, script_of({**written, "steps": [*written["steps"], raw]}))
    except Refusal as refusal:
        return run_page(id, refusal)


def _as_it_is(report: Report) -> Expect:
    made = {event.kind for step in report.steps for event in step.events if event.what == "document"}
    return Expect(
        open=tuple(sorted({one.element for one in report.open})), status=report.status, documents=tuple(sorted(made))
    )  # fmt: skip


def _shown(id: int) -> Shown:
    with door().read(actor(), action="process.rehearse") as view:
        return shown_of(view, id)


def _asked(id: int, script: Script) -> AnyResponse:
    return _ask(id, script_text(script))


def _ask(id: int, text: str) -> AnyResponse:
    """Ask for the script in the place of this rehearsal, with the same draft."""
    draft = _shown(id).run.draft_id
    try:
        outcome = door().execute(AskRehearsal(script=text, draft=draft, instead=id), actor(), key=form_key())
    except Refusal as refusal:
        return run_page(id, refusal)
    return redirect(url_for("designing.rehearsal", id=outcome["id"]), 303)
