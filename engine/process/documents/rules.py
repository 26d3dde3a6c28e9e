"""Kinds of documents, their titles and how their numbers are written: pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.foundation.errors import Conflict, Invalid, NotFound
from forms.notices.letters import LETTERS


class DocumentMissing(NotFound):
    """没有找到该文书，请核对文书编号或核验码。"""

    code = "DOCUMENT_MISSING"


class GlyphMissing(Invalid):
    """{sentence}"""

    code = "GLYPH_MISSING"


class DocumentIncomplete(Invalid):
    """文书内容不完整，不能出具：{sentence}"""

    code = "DOCUMENT_INCOMPLETE"


class RenderingChanged(Conflict):
    """文书 {number} 再次生成的内容与首次不一致，请立即通知系统管理员核对模板与字体。"""

    code = "RENDERING_CHANGED"


@dataclass(frozen=True)
class Kind:
    """A kind of document: its series (the word in its number) and its title."""

    series: str
    title: str


KINDS: Mapping[str, Kind] = {
    "acceptance_notice": Kind("受理", "收件（受理）通知书"),
    "correction_notice": Kind("补正", "补齐补正通知书"),
    "rejection_notice": Kind("不予受理", "不予收件（受理）通知书"),
    "handover_slip": Kind("交接", "材料交接签收单"),
    "result_slip": Kind("移交", "结果移交单"),
    "delivery_receipt": Kind("送达", "送达回执"),
    **{one.kind: Kind(one.series, one.title) for one in LETTERS.values()},
}
"""Every kind of document; each has a running number of its own a year."""


@dataclass(frozen=True)
class Document:
    """A document as kept."""

    id: str
    root_id: str
    position: int
    kind: str
    number: str
    title: str
    data: Mapping[str, Any]
    template_digest: str
    font_digest: str
    verify_code: str
    state: str
    issued_at: datetime
    issued_by: str
    sha256: str | None
    rendered_at: datetime | None


def number_text(series: str, year: int, number: int) -> str:
    """Return a document number, e.g. 安审批（受理）〔2026〕000123号 (the rule is the centre's own, 拟)."""
    return f"安审批（{series}）〔{year}〕{number:06d}号"
