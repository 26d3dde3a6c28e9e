"""办理统计: the page, one way with its cases, and the tables to take away."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice
from typing import Any
from urllib.parse import quote

from flask import Blueprint, make_response, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from engine.casework.cases.queries import CaseFile, cases_by_root
from engine.foundation.errors import NotFound
from engine.foundation.journal.sealing.queries import head_of_log
from engine.oversight.audit.rollups import queries
from engine.oversight.audit.rollups.buckets import ERROR
from engine.oversight.audit.rollups.keeping.queries import Head, head
from engine.oversight.audit.rollups.queries import Deviating, Element, Handover, Tally, Way
from engine.process.bpmn.releases.queries import current_processes
from engine.registry.identity.reading import Reading
from web import words
from web.diagram.heat import swatch
from web.figuring.asking import Choice, choice
from web.figuring.mapping import BY, map_of, titles_of
from web.figuring.saying import BY_HAND, DEVIATIONS, brief, per_cent
from web.figuring.tables import TABLES
from web.paging import Page, asked_number
from web.security import FILE_POLICY, page
from web.sessions import actor, door
from web.spreadsheet import MOST_ROWS, comma_separated, sheet

blueprint = Blueprint("figures", __name__)

MOST_SHOWN = 15
"""So many bottlenecks and deviations are shown at once; the rest follows in a fold."""
_ERROR = (
    f"中位数和九成值由分段计数推得，误差不超过 {100 * ERROR:.1f}%（一分钟以内的不超过半分钟）；次数和合计是准确的。"
)
FORMATS = ("csv", "xlsx")
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class FiguresInTheMaking(NotFound):
    """办理统计正在重新统计，还不能查看这一项，请稍后再试。"""

    code = "FIGURES_IN_THE_MAKING"


class WayMissing(NotFound):
    """没有办件走过这一种走法，请从办理统计中选择。"""

    code = "WAY_MISSING"


class FiguresTableMissing(NotFound):
    """办理统计没有这一张表，请从页面上下载。"""

    code = "FIGURES_TABLE_MISSING"


@dataclass(frozen=True)
class State:
    """How far the figures are: ``making`` says that they are not whole, ``behind`` how many heads wait."""

    head: Head | None
    making: bool
    behind: int
    left_out: int


@dataclass(frozen=True)
class Matrix:
    """Who handed cases to whom: departments with most of it first, and a cell for each pair that has any."""

    keys: list[str]
    cells: dict[tuple[str, str], Handover]
    taken: dict[str, tuple[int, timedelta]]
    """By who took over: how often, and how long all together."""
    most: timedelta


@blueprint.get("/audit/figures")
@page(action="figures.see")
def show() -> str:
    """Show the figures of what is chosen; without an item those of all items, and no drawing."""
    with door().read(actor(), action="figures.see") as view:
        state, chosen = _state(view), choice(view)
        context = {} if state.making else _figures(view, chosen)
    door().note_view(actor(), f"办理统计（{chosen.said}）")
    return render_template("figures.html", state=state, choice=chosen, **context, **_words())


def _figures(view: Reading, chosen: Choice) -> dict[str, Any]:
    connection, asked = view.connection, chosen.asked
    found, ways = queries.elements(connection, asked), queries.ways(connection, asked)
    where = Page(asked_number(request.args.get("page")), len(ways))
    shown = ways[where.offset : where.offset + where.size]
    by = request.args.get("by", "")
    by = by if by in BY else "count"
    mapped = map_of(view, chosen, found, request.args.get("process", "")[:60], by) if chosen.item else None
    timed = [one for one in found if one.tally.timed]
    return {
        "whole": _together(ways), "ways": shown, "page": where, "tasks": _tasks(view, shown),
        "map": mapped, "by": by, "titles": titles_of(view, current_processes(connection, view.now)),
        "timed": timed, "waited": sum((one.tally.spent for one in timed), timedelta()),
        "matrix": _matrix(queries.handovers(connection, asked)),
        "deviations": _told(queries.deviating(connection, asked), found),
        "items": [] if chosen.item else queries.by_item(connection, asked),
        "by_department": [] if chosen.department else queries.by_department(connection, asked),
    }  # fmt: skip


@blueprint.get("/audit/figures/ways/<digest>")
@page(action="figures.see")
def way(digest: str) -> str:
    """Show one way and the cases that went it, of what is chosen."""
    with door().read(actor(), action="figures.see") as view:
        _whole(view)
        chosen = choice(view)
        found = next((one for one in queries.ways(view.connection, chosen.asked) if one.digest == digest), None)
        if found is None:
            raise WayMissing
        where = Page(asked_number(request.args.get("page")), found.tally.count)
        roots = queries.cases_of_way(view.connection, chosen.asked, digest, offset=where.offset, limit=where.size)
        cases = cases_by_root(view.connection, roots)
        tasks = _tasks(view, [found])[digest]
    door().note_view(actor(), f"办理统计的一种走法（{chosen.said}）")
    shown: list[CaseFile] = [cases[one] for one in roots if one in cases]
    return render_template(
        "figures_way.html", way=found, tasks=tasks, cases=shown, page=where, choice=chosen, **_words()
    )  # fmt: skip


@blueprint.get("/audit/figures/<table>.<format>")
@page(action="figures.see")
def take(table: str, format: str) -> AnyResponse:
    """Send a table of what is chosen; there is no personal data in it."""
    if table not in TABLES or format not in FORMATS:
        raise FiguresTableMissing
    one = TABLES[table]
    with door().read(actor(), action="figures.see") as view:
        _whole(view)
        chosen, now = choice(view), view.now
        rows = list(islice(one.rows(view, chosen), MOST_ROWS))
    title = f"办理统计-{one.title}"
    door().note_view(actor(), f"{title}（{chosen.said}）的 {format.upper()} 文件")
    if format == "csv":
        out = io.StringIO(newline="")
        comma_separated(out, one.header, rows)
        # With a mark at the beginning, by which spreadsheet programs know that it is UTF-8.
        response = make_response(out.getvalue().encode("utf-8-sig"))
        response.headers["Content-Type"] = "text/csv; charset=utf-8"
    else:
        notes = [f"{title}：{chosen.said}", f"共 {len(rows)} 行。{_ERROR}",
                 f"{actor().name}（{actor().account}）{words.local(now)} 导出"]  # fmt: skip
        response = make_response(sheet(title, notes, one.header, rows))
        response.headers["Content-Type"] = _XLSX
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(f'{title}.{format}')}"
    response.headers["Content-Security-Policy"] = FILE_POLICY
    return response


def _state(view: Reading) -> State:
    now, log = head(view.connection), head_of_log(view.connection)
    behind = (0 if log is None else log.size) - (0 if now is None else now.position)
    return State(now, now is not None and now.making, behind, queries.unreadable(view.connection))


def _whole(view: Reading) -> None:
    if _state(view).making:
        raise FiguresInTheMaking


def _words() -> dict[str, Any]:
    return {
        "brief": brief, "per_cent": per_cent, "BY": BY, "DEVIATIONS": DEVIATIONS, "BY_HAND": BY_HAND, "swatch": swatch,
        "most": MOST_SHOWN,
        "error": _ERROR,
    }  # fmt: skip


def _together(ways: Sequence[Way]) -> Tally:
    buckets: dict[int, int] = {}
    for one in ways:
        for bucket, count in one.tally.buckets.items():
            buckets[bucket] = buckets.get(bucket, 0) + count
    spent = sum((one.tally.spent for one in ways), timedelta())
    return Tally(sum(one.tally.count for one in ways), spent, buckets)


def _tasks(view: Reading, ways: Sequence[Way]) -> dict[str, tuple[str, ...]]:
    return queries.tasks_of_ways(view.connection, [one.digest for one in ways])


def _matrix(found: Sequence[Handover]) -> Matrix:
    often: dict[str, int] = {}
    taken: dict[str, tuple[int, timedelta]] = {}
    for one in found:
        for key in (one.giver, one.taker):
            often[key] = often.get(key, 0) + one.tally.count
        count, spent = taken.get(one.taker, (0, timedelta()))
        taken[one.taker] = (count + one.tally.count, spent + one.tally.spent)
    return Matrix(
        sorted(often, key=lambda key: (-often[key], key)), {(one.giver, one.taker): one for one in found}, taken,
        max((one.tally.spent for one in found), default=timedelta()),
    )  # fmt: skip


def _told(found: Sequence[Deviating], known: Sequence[Element]) -> list[tuple[Deviating, str]]:
    """Return the deviations, faults first, each with what its element is called."""
    names = {(one.process, one.element): one.name for one in known}
    order = list(DEVIATIONS)
    shown = sorted(found, key=lambda one: (one.kind in BY_HAND, -one.count, order.index(one.kind)))
    return [(one, names.get((one.process, one.element), one.element)) for one in shown]
