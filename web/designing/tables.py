"""Lists of the designer as spreadsheets: what it is, when and by whom it was taken, and a digest of its rows."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from urllib.parse import quote

from flask import Response, make_response

from web import words
from web.security import FILE_POLICY
from web.sessions import actor, door
from web.spreadsheet import sheet

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def spreadsheet(title: str, notes: Sequence[str], header: Sequence[str], rows: Sequence[Sequence[str]]) -> Response:
    """Return the rows as a file named after ``title``; that it was taken stands in the person's own access journal."""
    digest = hashlib.sha256("\n".join("\t".join(row) for row in rows).encode()).hexdigest()
    now = door().now()
    door().note_view(actor(), f"导出 {title}（{len(rows)} 行，内容摘要 {digest[:16]}）")
    lines = (
        title, *notes, f"共 {len(rows)} 行。内容摘要（SHA-256）：{digest}",
        f"{actor().name}（{actor().account}）{words.local(now)} 导出",
    )  # fmt: skip
    response = make_response(sheet(title, lines, header, rows))
    response.headers["Content-Type"] = _XLSX
    name = quote(f"{title}-{words.local(now).replace(':', '').replace(' ', '-')}.xlsx")
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}"
    response.headers["Content-Security-Policy"] = FILE_POLICY
    return response
