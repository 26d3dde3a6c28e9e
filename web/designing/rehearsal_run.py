"""One rehearsal: how far it is, what each step showed, what was covered, and going on with it by hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import make_response, render_template, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse

import forms
from engine.casework.cases.rules import STATUSES
from engine.foundation.errors import NotFound, Refusal
from engine.oversight.publishing.drafting import queries as drafting
from engine.oversight.publishing.drafting.asking import subject
from engine.oversight.publishing.files import Files as Given
from engine.oversight.publishing.rehearsed import pins
from engine.oversight.rehearsal import queries
from engine.oversight.rehearsal.files import Files, files_in_force, overlaid
from engine.oversight.rehearsal.forming import context_of, papers_of, without_papers
from engine.oversight.rehearsal.queries import Run
from engine.oversight.rehearsal.report import OUTCOMES, Opened, Report, report_of
from engine.oversight.rehearsal.script import ACTS, UNITS, Script, read_script, script_text
from engine.registry.identity.queries import names_of
from engine.registry.identity.reading import Reading
from engine.registry.organisation.queries import departments
from web.designing.answers import blueprint
from web.designing.rehearsal_list import MARKS, number
from web.designing.rehearsal_map import chosen, map_of
from web.failures import status_for
from web.page import is_fragment
from web.security import page
from web.sessions import actor, door


class TaskNotOpen(NotFound):
    """演练中没有这个打开的环节，可能已经往下办了。请从“打开的环节”中选择。"""

    code = "REHEARSAL_TASK_NOT_OPEN"


@dataclass(frozen=True)
class Typed:
    """A form that was sent and not taken: which task's, what was typed, what is wrong with it."""

    task: int | str
    """The number of an open task, or the word of an act beside them."""
    data: Mapping[str, Any]
    errors: Mapping[str, str]


@dataclass(frozen=True)
class Shown:
    """A rehearsal as the page shows it."""

    run: Run
    script: Script
    text: str
    report: Report | None
    by: str
    draft_title: str
    places: Mapping[str, str]
    files: Files
    changed: bool
    """Whether the files are others now than those that were rehearsed."""
    kept: bool

    @property
    def by_hand(self) -> bool:
        """Whether somebody may go on with it: it went to the end of its script, which is no kept one."""
        mine = self.run.test_id is None and self.report is not None and self.report.stuck is None
        return mine and self.report is not None and self.report.outcome in ("passed", "failed")

    @property
    def goes_back(self) -> bool:
        """Whether its last step, or the one that could not be done, may be taken back."""
        return self.run.test_id is None and self.report is not None and bool(self.script.steps)


@blueprint.get("/rehearsals/<int:id>")
@page(action="process.rehearse")
def rehearsal(id: int) -> AnyResponse:
    """Show a rehearsal; while it runs, only how far it is, for whoever looks again."""
    if is_fragment():
        return _progress(id)
    return run_page(id)


@blueprint.get("/rehearsals/<int:id>/script.json")
@page(action="process.rehearse")
def rehearsal_script(id: int) -> AnyResponse:
    """Send the script as a file."""
    with door().read(actor(), action="process.rehearse") as view:
        queries.run_by_id(view.connection, id)
        text = queries.script_of_run(view.connection, id)
    response = make_response(text)
    response.headers["Content-Type"] = "application/json; charset=utf-8"
    response.headers["Content-Disposition"] = f"attachment; filename=rehearsal-{id}.json"
    return response


def _progress(id: int) -> AnyResponse:
    with door().read(actor(), action="process.rehearse") as view:
        run = queries.run_by_id(view.connection, id)
    response = make_response(render_template("designing/rehearsal_progress.html", run=run, states=queries.STATES))
    if run.state == queries.ENDED:
        response.headers["HX-Refresh"] = "true"
    return response


def run_page(id: int, refusal: Refusal | None = None, typed: Typed | None = None) -> AnyResponse:
    """Return the page of a rehearsal, with the reason why something was refused."""
    with door().read(actor(), action="process.rehearse") as view:
        shown = shown_of(view, id)
    task = typed.task if typed else _asked()
    fields, opened = _fields(shown, task, typed)
    coverage = shown.report.coverage if shown.report else {}
    one = chosen(coverage, request.args.get("process", "")[:80])
    html = render_template(
        "designing/rehearsal.html", shown=shown, run=shown.run, report=shown.report, refusal=refusal, fields=fields,
        opened=opened, task=task, drawn=map_of(one, shown.files) if one else None, coverage=coverage, marks=MARKS,
        outcomes=OUTCOMES, states=queries.STATES, statuses=STATUSES, units=UNITS, typed=request.form,
        post=form_url(id, task), papers=papers_of(opened.form) if opened else {}, dirty=typed is not None,
        problems=getattr(refusal, "problems", ()),
    )  # fmt: skip
    return make_response(html, status_for(refusal) if refusal else 422 if typed else 200)


def shown_of(view: Reading, id: int) -> Shown:
    """Return a rehearsal with what its page needs; raise RehearsalMissing."""
    run = queries.run_by_id(view.connection, id)
    raw = queries.report_of_run(view.connection, id)
    text = queries.script_of_run(view.connection, id)
    script = read_script(text)
    draft = drafting.draft_of(view.connection, run.draft_id) if run.draft_id else None
    mine = _contents(view, run)
    files = overlaid(files_in_force(view.connection, run.as_of or view.now), mine)
    now = {one.digest for one in pins(view, Given.of(mine), [run.as_of]) if one.item_code == script.item}
    kept = {one.name: one.script for one in queries.kept_tests(view.connection)}
    return Shown(
        run, script, text, report_of(raw) if raw else None,
        names_of(view.connection, {run.asked_by}).get(run.asked_by, run.asked_by), draft.title if draft else "",
        {key: one.name for key, one in departments(view.connection).items()}, files,
        bool(run.files_digest) and run.files_digest not in now, kept.get(script.name) == script_text(script),
    )  # fmt: skip


def _contents(view: Reading, run: Run) -> Files:
    """Return the files that were walked over those in force; none where rolling back is not possible any more."""
    try:
        return subject(view, run.draft_id, run.undo).contents
    except Refusal:
        return {}


def _asked() -> int | str:
    word = request.args.get("act", "")
    return word if word in ACTS else number(request.args.get("task", ""))


def task_of(shown: Shown, task: int | str) -> Opened:
    """Return the open task with this number in the report (from 0), or the act with this word.

    Raises :class:`TaskNotOpen`.
    """
    report = shown.report
    if not shown.by_hand or report is None:
        raise TaskNotOpen
    if isinstance(task, str):
        found = next((one for one in report.acts if one.element == task), None)
    else:
        found = report.open[task] if 0 <= task < len(report.open) else None
    if found is None:
        raise TaskNotOpen
    return found


def form_url(id: int, task: int | str) -> str:
    """Return where the form of an open task, or of an act, is sent."""
    if isinstance(task, str):
        return url_for("designing.rehearsal_act", id=id, act=task)
    return url_for("designing.rehearsal_do", id=id, task=task)


def _fields(shown: Shown, task: int | str, typed: Typed | None) -> tuple[Markup | None, Opened | None]:
    """Return the form of the chosen open task as HTML, and the task; None where there is none to fill."""
    try:
        opened = task_of(shown, task)
    except TaskNotOpen:
        return None, None
    if not opened.form:
        return None, opened
    context, schema = context_of(opened.context), without_papers(opened.form)
    data = typed.data if typed else forms.initial(schema, context)
    errors = typed.errors if typed else {}
    return forms.render(schema, data, errors, context, htmx_post=form_url(shown.run.id, task)), opened
