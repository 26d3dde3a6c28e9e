"""导出: the list as it is shown, masked, to a spreadsheet; taken for a purpose that is journalled (个人信息保护法)."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from urllib.parse import quote, urlencode

from flask import Blueprint, make_response, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from engine.casework.cases.listing.commands import ExportList
from engine.casework.cases.listing.handlers import PurposeMissing
from engine.casework.cases.listing.queries import listed
from engine.casework.cases.listing.rules import MOST, Filters, as_pairs
from engine.casework.cases.queries import cases_in_order
from engine.foundation.clock import city_date
from engine.foundation.errors import Refusal
from engine.registry.identity.reading import Reading
from web import words
from web.caselist import Chip, Row, asked, chips_of, rows_of
from web.failures import status_for
from web.page import form_key
from web.security import FILE_POLICY, page
from web.sessions import actor, door
from web.spreadsheet import sheet

blueprint = Blueprint("export", __name__)

HEADER = ("办件编号", "事项", "办件类型", "申请对象", "办理部门", "状态", "时限", "到期日", "办理形式", "收件时间")
_CHUNK = 500
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@blueprint.get("/cases/export")
@page(action="case.export")
def ask() -> AnyResponse:
    """Ask what the list is taken for, and say how many rows it will have."""
    return _page(None)


@blueprint.post("/cases/export")
@page(action="case.export")
def take() -> AnyResponse:
    """Send the list as a file; filter, purpose and count stand in the person's access journal."""
    purpose = request.form.get("purpose", "")[:100]
    with door().read(actor(), action="case.see") as view:
        filters = asked(view, request.form)
        rows, total = _rows(view, filters)
        said = "；".join(_said(chip, typed=chip.text == filters.q) for chip in chips_of(view, filters))
        now = view.now
    pairs = {name: value for name, value in as_pairs(filters).items() if name != "q"}
    lines = [_cells(row) for row in rows]
    digest = _digest(lines)
    command = ExportList(filters=pairs, words=bool(filters.q), purpose=purpose, rows=len(rows), digest=digest)
    try:
        door().execute(command, actor(), key=form_key())
    except PurposeMissing as refusal:
        return _page(refusal, purpose)
    cut = f"符合条件的办件超过 {MOST} 件，本表只有前 {MOST} 件。" if total > MOST else ""
    notes = [
        f"办件列表：{said or '全部'}",
        f"共 {len(rows)} 件。{cut}个人姓名已脱敏；本表不得用于所写用途以外的目的。用途：{purpose}",
        f"内容摘要（SHA-256）：{digest}",
        f"{actor().name}（{actor().account}）{words.local(now)} 导出",
    ]  # fmt: skip
    response = make_response(sheet("办件列表", notes, HEADER, lines))
    response.headers["Content-Type"] = _XLSX
    name = quote(f"办件列表-{words.local(now).replace(':', '').replace(' ', '-')}.xlsx")
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}"
    response.headers["Content-Security-Policy"] = FILE_POLICY
    return response


def _digest(lines: Sequence[Sequence[str]]) -> str:
    """Return the digest of what is taken: a sheet that turns up can be found in the journal of who took it."""
    return hashlib.sha256("\n".join("\t".join(line) for line in lines).encode()).hexdigest()


def _said(chip: Chip, *, typed: bool) -> str:
    """Return a filter in words; what was typed may be a name, so the file does not repeat it."""
    text = "（所填内容略）" if typed else f"：{chip.text}" if chip.text else ""
    return f"{chip.title}{text}"


def _page(refusal: Refusal | None, purpose: str = "") -> AnyResponse:
    with door().read(actor(), action="case.see") as view:
        filters = asked(view, request.values)
        total = listed(view.connection, view.scope, filters, city_date(view.now), limit=0).total
        chips = chips_of(view, filters)
    html = render_template(
        "export.html", pairs=as_pairs(filters), query=urlencode(as_pairs(filters)), chips=chips, total=total, most=MOST,
        refusal=refusal, purpose=purpose,
    )  # fmt: skip
    return make_response(html, status_for(refusal) if refusal else 200)


def _rows(view: Reading, filters: Filters) -> tuple[list[Row], int]:
    """Return every row of the list as far as it goes, and how many there are."""
    found = listed(view.connection, view.scope, filters, city_date(view.now), limit=MOST)
    rows: list[Row] = []
    for start in range(0, len(found.ids), _CHUNK):
        rows += rows_of(view, cases_in_order(view.connection, found.ids[start : start + _CHUNK]))
    return rows, found.total


def _cells(row: Row) -> tuple[str, ...]:
    case, due = row.case, row.due
    return (
        case.case_no, case.item_name, words.case_type(case.case_type), row.applicant, row.department,
        words.status(case.status), due.word if due else "未计时",
        due.due_on.isoformat() + ("（暂定）" if due.provisional else "") if due and due.due_on else "",
        words.channel(case.channel), words.local(case.received_at),
    )  # fmt: skip
