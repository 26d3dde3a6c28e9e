"""Kinds of documents, their titles and how their numbers are written: pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.foundation.errors import Conflict, Forbidden, Invalid, InvalidFields, NotFound
from engine.foundation.store.unit import Actor
from engine.registry.identity.rules import ROLES, may_take
from engine.registry.organisation.queries import CENTER
from forms.notices.letters import LETTERS, WINDOW
from forms.text import one_line


class DocumentMissing(NotFound):
    """没有找到该文书，请核对文书编号或核验码。"""

    code = "DOCUMENT_MISSING"


class GlyphMissing(Invalid):
    """{sentence}"""

    code = "GLYPH_MISSING"


class DocumentIncomplete(Invalid):
    """文书内容不完整，不能出具，请补全后再办理：{sentence}"""

    code = "DOCUMENT_INCOMPLETE"


class RenderingChanged(Conflict):
    """文书 {number} 再次生成的内容与首次不一致，请立即通知系统管理员核对模板与字体。"""

    code = "RENDERING_CHANGED"


class AlreadyVoid(Conflict):
    """文书 {number} 已经作废，不能再次作废。请查看重新出具的文书。"""

    code = "DOCUMENT_ALREADY_VOID"


class VoidOfArchived(Conflict):
    """办件已归档，文书 {number} 不能作废或者重新出具（6.4.1）。确有错误的，请由业务主管部门档案员按归档规定更正。"""

    code = "DOCUMENT_ARCHIVED"


class NotVoidable(Conflict):
    """《{title}》说明的是作废本身，不能再作废。请查看它所说明的原文书。"""

    code = "DOCUMENT_NOT_VOIDABLE"


class NotYourDocument(Forbidden):
    """《{title}》由{role}出具，只能由{role}作废。请转交{role}办理。"""

    code = "DOCUMENT_NOT_YOURS"


class ReplacementNeeded(Conflict):
    """办件现在的状态须以《{title}》为凭，作废时必须同时重新出具（{clause}）。请勾选“同时重新出具”。"""

    code = "DOCUMENT_REPLACEMENT_NEEDED"


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
    "difference_slip": Kind("交接差异", "材料交接差异单"),
    "return_slip": Kind("退还", "原件退还签收单"),
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


ISSUED, VOID = "issued", "void"
"""The states of a document."""

STATES: Mapping[str, str] = {ISSUED: "有效", VOID: "已作废"}


def number_text(series: str, year: int, number: int) -> str:
    """Return a document number, e.g. 安审批（受理）〔2026〕000123号 (the rule is the centre's own, 拟)."""
    return f"安审批（{series}）〔{year}〕{number:06d}号"


# Void and reissue -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Void:
    """That a document is void: who said so, when and why; the number stays taken (T110).

    ``reissued_as`` is the document that stands in its place, ``notice_id`` what tells the applicant when there is none:
    the 文书作废说明, or the notice that what it announced will not be;
    ``new_number`` the number of the former, or "".
    """

    document_id: str
    root_id: str
    account: str
    at: datetime
    reason: str
    reissued_as: str | None
    notice_id: str | None
    new_number: str = ""


_VOIDERS: Mapping[str, str | None] = {
    "acceptance_notice": "window_clerk",
    "correction_notice": "window_clerk",
    "rejection_notice": "window_clerk",
    "handover_slip": "dept_reviewer",
    "result_slip": "issue_clerk",
    "difference_slip": "dept_reviewer",
    "return_slip": "window_clerk",
    "delivery_receipt": "issue_clerk",
    "courier_order": "issue_clerk",
    "e_delivery_receipt": "issue_clerk",
    "commitment_notice": "window_clerk",
    "void_notice": None,
}
"""The role whose act issues a kind, where the side that signs does not tell."""

_ENDED_OTHERWISE = ("withdrawn", "terminated", "misfiled", "rejected", "lapsed")
_DECIDED = (
    "decided", "making_result", "handed_over", "awaiting_pickup", "awaiting_shipment", "in_transit",
    "awaiting_reading", "kept", "delivered", "collated",
)  # fmt: skip
_STANDS_ON: Mapping[str, tuple[str, tuple[str, ...] | None]] = {
    "acceptance_notice": ("6.1.1、行政许可法第三十二条", _DECIDED),
    "rejection_notice": ("6.1.1", ("rejected",)),
    "special_procedure_notice": ("行政许可法第四十五条", None),
    "denial_decision": ("行政许可法第三十八条", None),
    "grant_decision": ("行政许可法第三十八条", None),
    "termination_notice": ("行政许可法第三十八条", ("terminated",)),
    "revocation_decision": ("行政许可法第六十九条", None),
}
"""What proves a case's state: the clause, and the states in which it does (None: in all that did not end otherwise).

A decision that is itself wrong is not mended by voiding its paper: it is reviewed or revoked.  Before the decision a
notice of acceptance may go without another: an application registered under the wrong item is then moved to the right.
"""

SHORTEST_REASON, LONGEST_REASON = 4, 120


def voider_of(kind: str) -> str | None:
    """Return the role that may void a document of ``kind``, or None when nobody may."""
    if kind in _VOIDERS:
        return _VOIDERS[kind]
    letter = LETTERS.get(kind)
    return "window_clerk" if letter is not None and letter.side == WINDOW else "dept_head"


def needs_replacement(kind: str, status: str) -> str | None:
    """Return the clause for which a case in ``status`` may not be left without a document of ``kind``, or None."""
    if kind not in _STANDS_ON:
        return None
    clause, states = _STANDS_ON[kind]
    holds = status not in _ENDED_OTHERWISE if states is None else status in states
    return clause if holds else None


def refuse_voiding(document: Document, *, status: str, department: str, actor: Actor, place: str = "") -> None:
    """Raise unless ``actor`` may void ``document``, which ``department`` answers for, of a case in ``status``.

    ``place`` is the department's name where the refusal should say it: that of a part of a joint case (6.2.2).
    Raises :class:`NotVoidable`, :class:`NotYourDocument`, :class:`AlreadyVoid`, :class:`VoidOfArchived`.
    """
    role = voider_of(document.kind)
    if role is None:
        raise NotVoidable(title=document.title)
    if not may_take(actor, role, CENTER if role.endswith("_clerk") else department):
        raise NotYourDocument(title=document.title, role=f"{place}{ROLES[role]}")
    if document.state == VOID:
        raise AlreadyVoid(number=document.number)
    if status == "archived":
        raise VoidOfArchived(number=document.number)


def checked_reason(reason: str) -> str:
    """Return the reason trimmed; raise ``InvalidFields`` for one that says nothing."""
    cleaned = one_line(reason)
    if not SHORTEST_REASON <= len(cleaned) <= LONGEST_REASON:
        raise InvalidFields({"reason": f"请写明作废的理由（{SHORTEST_REASON}至{LONGEST_REASON}字），它会写入过程记录"})
    return cleaned
