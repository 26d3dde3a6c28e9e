"""演练: scripts kept as tests and how they stand with the files, rehearsals by hand, and beginning a new one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from engine.foundation.clock import CITY
from engine.foundation.errors import InvalidFields, Refusal
from engine.foundation.store.commands import Command
from engine.oversight.publishing.drafting import queries as drafting
from engine.oversight.publishing.drafting.asking import asked_by, subject, walked_for
from engine.oversight.publishing.drafting.queries import Draft
from engine.oversight.rehearsal import queries
from engine.oversight.rehearsal.commands import AskRehearsal, AskTests, DropTest
from engine.oversight.rehearsal.coverage import Covered, together
from engine.oversight.rehearsal.files import Files, files_in_force, overlaid
from engine.oversight.rehearsal.gate import Stand, stands
from engine.oversight.rehearsal.queries import Run
from engine.oversight.rehearsal.report import FAILED, OUTCOMES, PASSED, REFUSED, STOPPED, Report, report_of
from engine.oversight.rehearsal.script import START, Script, script_text
from engine.registry.identity.queries import names_of
from engine.registry.identity.reading import Reading
from engine.registry.items.queries import item_names
from processes import library
from processes.items import ItemRefused
from web.designing.answers import blueprint
from web.designing.rehearsal_map import chosen, map_of
from web.failures import status_for
from web.numbers import whole_number
from web.page import form_key
from web.security import page
from web.sessions import actor, door

MARKS = {PASSED: "✓", FAILED: "✕", REFUSED: "✕", STOPPED: "■", "": "○", "waiting": "…"}
WORDS = {**OUTCOMES, "": "没有走过", "waiting": "正在排队或演练"}
"""A shape and a word for how a script stands."""


@dataclass(frozen=True)
class Row:
    """A kept script: how it stands with the files now, and what was said against it."""

    stand: Stand
    item: str
    by: str
    waiting: bool
    run: Run | None
    """Its newest rehearsal with these files, as long as it is kept."""
    holds: bool
    """Whether the release asks for it: what its item goes by changes."""
    failures: tuple[str, ...]

    @property
    def shown(self) -> tuple[str, str]:
        """Return shape and word."""
        verdict = self.stand.verdict
        code = "waiting" if self.waiting else "" if verdict is None else verdict.outcome
        return MARKS[code], WORDS[code]


@dataclass(frozen=True)
class Shown:
    """Everything that the page shows."""

    draft: Draft | None
    undo: bool
    rows: list[Row]
    runs: list[tuple[Run, str]]
    coverage: Mapping[str, Covered]
    items: Mapping[str, str]
    files: Files


@blueprint.get("/rehearsals")
@page(action="process.rehearse")
def rehearsals() -> AnyResponse:
    """Show the kept scripts and the rehearsals of a draft (``draft``; ``undo``: of rolling it back), or of what is."""
    return list_page(request.args.get("draft", "")[:20], undo=bool(request.args.get("undo")))


@blueprint.post("/rehearsals")
@page(action="process.rehearse")
def ask_rehearsal() -> AnyResponse:
    """Begin a rehearsal: with a script that was brought, or with an empty one for an item."""
    draft = request.form.get("draft", "")[:20]
    try:
        outcome = door().execute(AskRehearsal(script=_script(), draft=_known(draft)), actor(), key=form_key())
    except Refusal as refusal:
        return list_page(draft, refusal)
    return redirect(url_for("designing.rehearsal", id=outcome["id"]), 303)


@blueprint.post("/rehearsals/tests")
@page(action="process.rehearse")
def ask_tests() -> AnyResponse:
    """Let every kept script be walked with the files of a draft, or with what is in force."""
    draft, undo = request.form.get("draft", "")[:20], bool(request.form.get("undo"))
    return _done(draft, AskTests(draft=_known(draft), undo=undo), undo=undo)


@blueprint.post("/rehearsals/tests/<int:id>/drop")
@page(action="process.rehearse")
def drop_test(id: int) -> AnyResponse:
    """Keep a script no longer."""
    return _done(request.form.get("draft", "")[:20], DropTest(id=id, reason=request.form.get("reason", "")[:1000]))


def _done(draft: str, command: Command, *, undo: bool = False) -> AnyResponse:
    try:
        door().execute(command, actor(), key=form_key())
    except Refusal as refusal:
        return list_page(draft, refusal, undo=undo)
    return redirect(url_for("designing.rehearsals", draft=draft or None, undo=1 if undo else None), 303)


def _script() -> str:
    """Return the script that was brought, else one without steps for the chosen item."""
    upload = request.files.get("upload")
    if upload is not None and upload.filename:
        return str(upload.read().decode("utf-8", "replace"))
    if request.form.get("script", "").strip():
        return str(request.form["script"])
    item = request.form.get("item", "")[:40]
    if not item:
        raise InvalidFields({"item": "请选择事项，或者带来一个脚本"})
    with door().read(actor(), action="process.rehearse") as view:
        name = item_names(view.connection).get(item, "")
    title = request.form.get("name", "").strip()[:100] or f"{item} {name}".strip()
    return script_text(Script(title, item, ()))


def _known(draft: str) -> str:
    """Return the draft's id once it is known to be there; raise DraftMissing."""
    if draft:
        with door().read(actor(), action="process.rehearse") as view:
            drafting.draft_of(view.connection, draft)
    return draft


def list_page(draft: str, refusal: Refusal | None = None, *, undo: bool = False) -> AnyResponse:
    """Return the page, with the reason why something was refused."""
    with door().read(actor(), action="process.rehearse") as view:
        shown = _shown(view, draft, undo and bool(draft))
        one = chosen(shown.coverage, request.args.get("process", "")[:80])
        drawn = map_of(one, shown.files) if one is not None else None
    html = render_template(
        "designing/rehearsals.html", shown=shown, draft=shown.draft, refusal=refusal, drawn=drawn,
        errors=getattr(refusal, "errors", {}), problems=getattr(refusal, "problems", ()), start=START.astimezone(CITY),
        states=queries.STATES, outcomes=OUTCOMES, marks=MARKS, typed=request.form if refusal else {},
        passed=sum(row.stand.passed for row in shown.rows), waiting=any(row.waiting for row in shown.rows),
    )  # fmt: skip
    return make_response(html, status_for(refusal) if refusal else 200)


def _shown(view: Reading, id: str, undo: bool) -> Shown:
    draft = drafting.draft_of(view.connection, id) if id else None
    of = subject(view, id, undo)
    asked = asked_by(view, of)
    standing = stands(view.connection, asked if undo else walked_for(view, of))
    waiting = queries.waiting_tests(view.connection, id, undo)
    ended = {(one.test_id, one.files_digest): one for one in queries.ended_tests(view.connection, id, undo)}
    with_runs = [(one, ended.get((one.test.id, one.asked.digest))) for one in standing]
    reports = {
        run.id: report_of(raw)
        for _, run in with_runs
        if run is not None and (raw := queries.report_of_run(view.connection, run.id)) is not None
    }
    runs = [one for one in queries.runs_of_draft(view.connection, id) if one.test_id is None]
    names = names_of(view.connection, {one.test.kept_by for one in standing} | {one.asked_by for one in runs})
    items = {**item_names(view.connection), **_drafted_items(of.contents)}
    rows = [
        Row(
            one, items.get(one.test.item_code, ""), names.get(one.test.kept_by, one.test.kept_by),
            (one.test.id, one.asked.as_of) in waiting, run, one.asked in asked, _failures(one, run, reports),
        )
        for one, run in with_runs
    ]  # fmt: skip
    scripts = [(one, names.get(one.asked_by, one.asked_by)) for one in runs]
    coverage = together(one.coverage for one in reports.values() if one.coverage)
    files = overlaid(files_in_force(view.connection, view.now), of.contents)
    return Shown(draft, undo, rows, scripts, coverage, items, files)


def _failures(one: Stand, run: Run | None, reports: Mapping[int, Report]) -> tuple[str, ...]:
    """Return why a script did not pass: all of it as long as its rehearsal is kept, else its first step."""
    if run is not None and run.id in reports:
        return reports[run.id].failures
    return (one.verdict.told,) if one.verdict is not None and one.verdict.told else ()


def _drafted_items(changed: Files) -> dict[str, str]:
    """Return the items that a draft brings, by code; one that is unfit says so when it is rehearsed."""
    found: dict[str, str] = {}
    for (kind, name), content in changed.items():
        if kind == "item":
            try:
                found[name] = library.item_of(content).name
            except ItemRefused:
                found[name] = "（文件有误）"
    return found


def number(text: str) -> int:
    """Return a whole number that was typed, or 0."""
    return whole_number(text, 4) or 0
