"""工作日历: the days of a year, its versions, drafts of the next one, what they do, and confirming them."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from deadlines.law.rows import DayKind, DayRow
from engine.foundation.clock import city_date
from engine.foundation.errors import Refusal
from engine.foundation.store.commands import Command
from engine.oversight.supervision.yearly.queries import Line, lines, shares
from engine.process.clocks.queries import calendar_rows
from engine.process.clocks.rules import TITLES
from engine.process.clocks.yearly import queries
from engine.process.clocks.yearly.commands import ConfirmCalendar, DraftCalendar, DraftClosure, DraftUndo, DropDraft
from engine.process.clocks.yearly.handlers import what
from engine.process.clocks.yearly.queries import Draft
from engine.process.clocks.yearly.rules import NOTICE, STATES, DraftMissing
from engine.process.tasks.yearly import missing, missing_sentence
from engine.registry.identity.queries import names_of
from engine.registry.identity.reading import Reading
from engine.registry.identity.rules import may
from engine.registry.organisation.queries import departments
from web.failures import status_for
from web.numbers import whole_number
from web.page import form_key
from web.paging import MOST, Page, asked_number
from web.security import page
from web.sessions import actor, door

blueprint = Blueprint("calendar", __name__)

WAYS = (("notice", "年度放假安排"), ("closure", "停止办公"))
FIELDS = ("way", "year", "text", "source", "days", "reason", "document_no")
MARKS: Mapping[DayKind, str] = {DayKind.HOLIDAY: "休", DayKind.MAKEUP: "班", DayKind.LOCAL: "停"}


@dataclass(frozen=True)
class Cell:
    """A day of a month as shown: its number, the mark (休 班 停), the festival, and whether it is worked."""

    day: int
    mark: str
    name: str
    worked: bool
    today: bool


@dataclass(frozen=True)
class Month:
    """A month: how many empty cells come before its first day (Monday first), and its days."""

    number: int
    before: int
    cells: list[Cell]
    worked: int


@dataclass(frozen=True)
class Shown:
    """A line of a draft as shown; the case is a link only for whoever may see it."""

    line: Line
    title: str
    number: str
    department: str
    link: str


@blueprint.get("/calendar")
@page(action="calendar.see")
def show() -> AnyResponse:
    """Show the months of a year, the versions of the calendar and the drafts that wait."""
    with door().read(actor(), action="calendar.see") as view:
        today = city_date(view.now)
        rows = calendar_rows(view.connection)
        years = sorted({row.day.year for row in rows})
        asked = request.args.get("year", "")
        asked_year = whole_number(asked, 4)
        year = asked_year if asked_year in years else today.year
        mine = [row for row in rows if row.day.year == year]
        found = queries.versions(view.connection)
        waiting = queries.drafts(view.connection, states=("previewing", "ready")) if _drafts_seen(view) else []
        names = names_of(view.connection, {name for one in found for name in (one.drafted_by, one.confirmed_by)})
        lagging = queries.stale_count(view.connection, queries.current_version(view.connection), MOST)
        absent = missing(view)
    html = render_template(
        "calendar.html", year=year, years=years, months=_months(mine, today), days=[row for row in mine if row.name],
        provisional=any(row.status == "provisional" for row in mine), versions=found, names=names, waiting=waiting,
        what=what, states=STATES, lagging=lagging, absent=missing_sentence(absent) if absent else "",
        worked=sum(row.is_workday for row in mine), runs=_runs(mine),
        newest=queries.FIRST if not found else found[0].version,
    )  # fmt: skip
    return make_response(html)


@blueprint.get("/calendar/drafts/new")
@page(action="calendar.draft")
def ask() -> AnyResponse:
    """Ask for a notice or a closure."""
    return _form({"way": request.args.get("way", "notice")})


@blueprint.post("/calendar/drafts/new")
@page(action="calendar.draft")
def draft() -> AnyResponse:
    """Keep it as a draft, and show what it would do."""
    typed = {name: request.form.get(name, "")[:30_000] for name in FIELDS}
    try:
        outcome = door().execute(_command(typed), actor(), key=form_key())
    except Refusal as refusal:
        return _form(typed, status=status_for(refusal), refusal=refusal)
    return redirect(url_for("calendar.look", id=outcome["draft"]), 303)


@blueprint.post("/calendar/versions/<int:version>/undo")
@page(action="calendar.draft")
def undo(version: int) -> AnyResponse:
    """Draft that a version is taken back."""
    reason = request.form.get("reason", "")[:200]
    outcome = door().execute(DraftUndo(version=version, reason=reason), actor(), key=form_key())
    return redirect(url_for("calendar.look", id=outcome["draft"]), 303)


@blueprint.get("/calendar/drafts/<int:id>")
@page(action="calendar.see")
def look(id: int) -> AnyResponse:
    """Show a draft: which days it changes, which dates move and by how much, and who may put it in force."""
    return _draft_page(id)


@blueprint.post("/calendar/drafts/<int:id>/confirm")
@page(action="calendar.confirm")
def confirm(id: int) -> AnyResponse:
    """Put a draft in force, as another person than its drafter."""
    base = request.form.get("base_version", "0")
    command = ConfirmCalendar(draft_id=id, base_version=whole_number(base) or 0)
    return _done(id, command)


@blueprint.post("/calendar/drafts/<int:id>/drop")
@page(action="calendar.draft")
def drop(id: int) -> AnyResponse:
    """Drop a draft."""
    return _done(id, DropDraft(draft_id=id))


def _done(id: int, command: Command) -> AnyResponse:
    try:
        door().execute(command, actor(), key=form_key())
    except DraftMissing:
        raise
    except Refusal as refusal:
        return _draft_page(id, refusal)
    return redirect(url_for("calendar.look", id=id), 303)


def _draft_page(id: int, refusal: Refusal | None = None) -> AnyResponse:
    number = asked_number(request.args.get("page"))
    with door().read(actor(), action="calendar.see") as view:
        found = queries.draft_of(view.connection, id)
        if not _drafts_seen(view) and found.state != "confirmed":
            raise DraftMissing(id=id)
        counts = queries.moved_counts(view.connection, id)
        total = sum(count for _, count in counts)
        where = Page(number, total)
        rows = _shown(view, lines(view.connection, id, found.version, offset=where.offset, limit=where.size))
        parts = shares(view.connection, id)
        named = {key: one.short_name for key, one in departments(view.connection).items()}
        lagging = 0
        if found.version is not None:
            lagging = queries.stale_count(view.connection, found.version, MOST)
        names = names_of(view.connection, {found.drafted_by, found.decided_by or ""})
        mine = found.drafted_person == view.actor.person
        current = queries.current_version(view.connection)
    html = render_template(
        "calendar_draft.html", draft=found, what=what(found), state=STATES[found.state], counts=counts, rows=rows,
        most=max((count for _, count in counts), default=1),
        page=where, parts=[(named.get(one.department, one.department), one) for one in parts], days=_changed(found),
        moved=sum(count for days, count in counts if days), settled=dict(counts).get(0, 0), lagging=lagging,
        names=names, mine=mine, current=current, refusal=refusal,
        confirmable=_confirmable(found, mine=mine, current=current),
    )  # fmt: skip
    return make_response(html, status_for(refusal) if refusal else 200)


def _confirmable(draft: Draft, *, mine: bool, current: int) -> bool:
    return draft.state == "ready" and not mine and draft.base_version == current and may(actor(), "calendar.confirm")


def _drafts_seen(view: Reading) -> bool:
    return may(view.actor, "calendar.draft") or may(view.actor, "calendar.confirm")


def _shown(view: Reading, found: list[Line]) -> list[Shown]:
    named = departments(view.connection)
    seen = []
    for line in found:
        case = line.case
        number = case.case_no if case is not None else line.moved.root_id.partition(":")[2]
        open_to = case is not None and may(view.actor, "case.see") and view.scope.covers(case.department)
        seen.append(
            Shown(
                line=line,
                title=TITLES[line.moved.kind],
                number=number,
                department=named[case.department].short_name if case is not None else "中心",
                link=url_for("cases.show", case_no=number) if open_to else "",
            )
        )
    return seen


def _changed(draft: Draft) -> list[tuple[str, str, str, str]]:
    """Return the days that a draft makes different in a way people see: day, mark, name, what lies beneath."""
    found = []
    for kept in draft.days:
        row = kept.row
        if draft.kind == NOTICE and row.kind == DayKind.LOCAL:
            continue  # What the centre has closed stays closed; only what lies beneath it changes.
        if row.name or row.kind in MARKS:
            found.append((row.day.isoformat(), "上班" if row.is_workday else "休息", row.name, str(row.kind)))
    return found


def _command(typed: Mapping[str, str]) -> Command:
    if typed["way"] == "closure":
        return DraftClosure(days=typed["days"], reason=typed["reason"], document_no=typed["document_no"])
    year = typed["year"]
    return DraftCalendar(
        year=whole_number(year, 4) or 0, text=typed["text"], source=typed["source"]
    )


def _form(typed: Mapping[str, str], *, status: int = 200, refusal: Refusal | None = None) -> AnyResponse:
    with door().read(actor(), action="calendar.draft") as view:
        today = city_date(view.now)
        absent = missing(view)
    way = "closure" if typed.get("way") == "closure" else "notice"
    html = render_template(
        "calendar_new.html", way=way,
        typed={"year": str(absent or today.year), **{key: said for key, said in typed.items() if said}},
        refusal=refusal,
        problems=refusal.sentence.splitlines() if refusal else [], today=today,
    )  # fmt: skip
    return make_response(html, status)


def _months(rows: list[DayRow], today: date) -> list[Month]:
    by_day = {row.day: row for row in rows}
    year = rows[0].day.year if rows else today.year
    months = []
    for number in range(1, 13):
        first, length = monthrange(year, number)
        days = [by_day[date(year, number, day)] for day in range(1, length + 1) if date(year, number, day) in by_day]
        cells = [Cell(row.day.day, MARKS.get(row.kind, ""), row.name, row.is_workday, row.day == today) for row in days]
        months.append(Month(number, first, cells, sum(cell.worked for cell in cells)))
    return months


def _runs(rows: list[DayRow]) -> list[tuple[str, str, str, str]]:
    """Return the special days as runs: name, first to last, 放假 or 上班, on whose word."""
    runs: list[list[DayRow]] = []
    for row in rows:
        if row.kind not in MARKS:
            continue
        last = runs[-1][-1] if runs else None
        same = last is not None and (last.name, last.kind, last.source) == (row.name, row.kind, row.source)
        if same and last is not None and (row.day - last.day).days == 1:
            runs[-1].append(row)
        else:
            runs.append([row])
    words = {DayKind.HOLIDAY: "放假", DayKind.MAKEUP: "上班", DayKind.LOCAL: "停止办公"}
    return [
        (
            run[0].name, f"{run[0].day:%m-%d}" + (f" 至 {run[-1].day:%m-%d}" if len(run) > 1 else ""),
            words[run[0].kind], run[0].source,
        )
        for run in runs
    ]  # fmt: skip
