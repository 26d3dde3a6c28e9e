"""流程相符: closed cases held against their own releases and the published one, by item and department."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import quote

from flask import Blueprint, make_response, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from engine.casework.cases.queries import CaseFile
from engine.oversight.audit.conforming.keeping.queries import progress
from engine.oversight.audit.conforming.queries import Count, Row, all_listed, counts, kinds, listed
from engine.oversight.audit.conforming.rules import (
    AGAINST,
    FAULTS,
    KINDS,
    OWN,
    VERDICTS,
    Asked,
    as_pairs,
    read_asked,
)
from engine.oversight.audit.mining.conformance import deviations
from engine.oversight.audit.mining.queries import Selection, drawn_by, records
from engine.process.bpmn.releases.bundles import Bundles
from engine.registry.identity.reading import Reading
from engine.registry.items.queries import item_names
from engine.registry.organisation.queries import departments
from web import words
from web.paging import MOST, Page, asked_number
from web.security import FILE_POLICY, page
from web.sessions import actor, door
from web.spreadsheet import comma_separated, sheet

blueprint = Blueprint("conformance", __name__)

TITLE = "流程相符"
HEADER = ("办件编号", "事项", "办理部门", "办结时间", "对照", "结果", "种类", "过程记录", "图元", "说明")
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True)
class Kind:
    """A kind of deviation: in how many cases and places it was found, and whether it is a fault by itself."""

    code: str
    title: str
    cases: int
    places: int
    fault: bool


@dataclass(frozen=True)
class Told:
    """A deviation of one case: the line, the kind and what is told in words, and whether it is a fault by itself."""

    seq: int
    kind: str
    sentence: str
    fault: bool


@dataclass(frozen=True)
class Names:
    """Names of items and departments by their codes."""

    items: Mapping[str, str]
    departments: Mapping[str, str]

    def item(self, code: str) -> str:
        """Return the name of an item."""
        return self.items.get(code, code)

    def department(self, key: str) -> str:
        """Return the short name of a department."""
        return self.departments.get(key, key)


@blueprint.get("/audit/conformance")
@page(action="conformance.see")
def show() -> str:
    """Show how many closed cases are as drawn, the kinds of what is not, and the cases that the address asks for."""
    number = asked_number(request.args.get("page"))
    with door().read(actor(), action="conformance.see") as view:
        asked = read_asked(request.args)
        where = Page(number, 0)
        table = counts(view.connection, view.scope, asked)
        found = kinds(view.connection, view.scope, asked)
        rows, total = listed(view.connection, view.scope, asked, offset=where.offset, limit=where.size)
        names, far = _names(view), progress(view.connection, view.scope, view.now)
        seen = {key: name for key, name in names.departments.items() if view.scope.covers(key)}
    door().note_view(actor(), TITLE)
    told = [Kind(code, title, *found.get(code, (0, 0)), code in FAULTS) for code, title in KINDS.items()]
    return render_template(
        "conformance.html", asked=asked, pairs=as_pairs(asked), table=table, kinds=told, rows=rows,
        page=Page(number, total), names=names, progress=far, sums=_sums(table),
        choices=Choices(names.items, seen, AGAINST, KINDS, VERDICTS), result=_result,
    )  # fmt: skip


@dataclass(frozen=True)
class Choices:
    """What the selects of the form offer: only departments in the reader's scope."""

    items: Mapping[str, str]
    departments: Mapping[str, str]
    against: Mapping[str, str]
    kinds: Mapping[str, str]
    verdicts: Mapping[str, str]


@blueprint.get("/audit/conformance/export.csv")
@page(action="conformance.see")
def take_csv() -> AnyResponse:
    """Send the cases that the address asks for as CSV, a line for each deviation."""
    return _taken("csv")


@blueprint.get("/audit/conformance/export.xlsx")
@page(action="conformance.see")
def take_xlsx() -> AnyResponse:
    """Send the same as XLSX."""
    return _taken("xlsx")


def _taken(format: str) -> AnyResponse:
    with door().read(actor(), action="conformance.see") as view:
        asked, names = read_asked(request.args), _names(view)
        _, total = listed(view.connection, view.scope, asked, limit=0)
        rows = [line for row in all_listed(view.connection, view.scope, asked, most=MOST) for line in _cells(
            row, asked, names)]  # fmt: skip
        far, now = progress(view.connection, view.scope, view.now), view.now
    door().note_view(actor(), f"{TITLE}的导出（{format}，{len(rows)} 行）")
    cut = f"符合条件的超过 {MOST} 件，只有前 {MOST} 件。" if total > MOST else ""
    said = f"对照{AGAINST[asked.against]}；{min(total, MOST)} 件，{len(rows)} 行。{cut}"
    notes = [
        f"{TITLE}：{said}", f"办结 {far.closed} 件，已对照 {far.held} 件，待对照 {far.waiting} 件。",
        f"{actor().name}（{actor().account}）{words.local(now)} 导出",
    ]  # fmt: skip
    if format == "xlsx":
        response = make_response(sheet(TITLE, notes, HEADER, rows))
        response.headers["Content-Type"] = _XLSX
    else:
        out = io.StringIO(newline="")
        comma_separated(out, HEADER, rows)
        # With a mark at the beginning, by which spreadsheet programs know that it is UTF-8.
        response = make_response(out.getvalue().encode("utf-8-sig"))
        response.headers["Content-Type"] = "text/csv; charset=utf-8"
    name = quote(f"{TITLE}-{words.local(now).replace(':', '').replace(' ', '-')}.{format}")
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}"
    response.headers["Content-Security-Policy"] = FILE_POLICY
    return response


def deviations_of(view: Reading, case: CaseFile) -> tuple[Told, ...] | None:
    """Return how one case differs from its own releases, now; None where no process of it is on record.

    Raises JournalIllegible.
    """
    record = next(records(view.connection, Selection(numbers=(case.case_no,))), None)
    if record is None:
        return None
    found = deviations(record, drawn_by(view.connection, view.part(Bundles)))
    return tuple(Told(one.seq, KINDS.get(one.kind, one.kind), one.sentence, not one.by_hand) for one in found)


def _names(view: Reading) -> Names:
    named = {key: one.short_name for key, one in departments(view.connection).items()}
    return Names(item_names(view.connection), named)


def _sums(table: list[Count]) -> Count:
    """Return the sums of the table, as a line of it."""
    numbers = ("cases", "own", "published", "unknown", "unpublished")
    return Count("", "", *(sum(getattr(one, name) for one in table) for name in numbers))


def _result(row: Row, asked: Asked) -> str:
    faults = row.own if asked.against == OWN else row.published
    if faults is None:
        return f"不能对照：{row.why or '没有结果'}"
    return f"不相符 {faults} 处" if faults else "相符"


def _cells(row: Row, asked: Asked, names: Names) -> Iterator[tuple[str, ...]]:
    about = (
        row.case_no, names.item(row.item_code), names.department(row.department), words.local(row.closed_at),
        AGAINST[asked.against], _result(row, asked),
    )  # fmt: skip
    if not row.places:
        yield (*about, "", "", "", "")
    for one in row.places:
        yield (*about, KINDS.get(one.kind, one.kind), f"第 {one.seq} 条", one.element, one.sentence)
