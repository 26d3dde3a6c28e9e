"""Issuing a document in the unit of its act, and rendering its file after the commit."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.foundation.blobs.storage import Blobs
from engine.foundation.clock import CITY
from engine.foundation.journal.tags import tag
from engine.foundation.outbox.queries import put
from engine.foundation.store.unit import Unit
from engine.process.documents import queries
from engine.process.documents.rules import KINDS, Document, DocumentIncomplete, GlyphMissing, Void, number_text
from forms import notices
from forms.notices.letters import LETTERS

ISSUED = tag("document.issued", "出具《{title}》{number}")
VOIDED = tag("document.voided", "《{title}》{number} 作废，文书号保留，理由：{reason}")
RENDERED = tag("document.rendered", "《{title}》{number} 已生成文件")

RENDER_TOPIC = "document.render"


@dataclass(frozen=True)
class Centre:
    """What every document says of the centre: where it is verified, who answers the phone, where the counter is."""

    name: str
    public_url: str
    complaint_phone: str
    address: str = ""


def issue(unit: Unit, root_id: str, kind: str, data: Mapping[str, Any]) -> Document:
    """Take the running number, freeze data, template and font digests; the file is rendered after the commit.

    ``data`` is what forms.notices asks of ``kind`` without number, QR address and time, which are added
    here.  Raises :class:`GlyphMissing` when no font can show a character, :class:`DocumentIncomplete`.
    """
    local = unit.now.astimezone(CITY)
    number = number_text(KINDS[kind].series, local.year, queries.next_number(unit, KINDS[kind].series, local.year))
    code = secrets.token_hex(8)
    complete = {
        **data,
        "number": number,
        "issued_at": local.isoformat(timespec="seconds"),
        "qr_url": f"{unit.part(Centre).public_url}/verify/{code}",
    }
    frozen = _frozen(_layout(kind), complete)
    made = Document(
        id=secrets.token_hex(13), root_id=root_id, position=1 + len(queries.documents_of(unit.connection, root_id)),
        kind=kind, number=number, title=KINDS[kind].title,
        data=frozen.data, template_digest=frozen.template_digest, font_digest=frozen.font_digest,
        verify_code=code, state="issued", issued_at=unit.now, issued_by=unit.actor.account,
        sha256=None, rendered_at=None,
    )  # fmt: skip
    queries.put_document(unit, made)
    put(unit, RENDER_TOPIC, root_id, {"document": made.id})
    unit.record(
        ISSUED, root_id, document=made.id, kind=kind, number=number, title=made.title,
        template=made.template_digest, fonts=made.font_digest, private={"data": dict(frozen.data)},
    )  # fmt: skip
    return made


def blank(kind: str, data: Mapping[str, Any], now: datetime) -> bytes:
    """Return the paper of a document that is not issued yet, for the pen: marked 草稿, without number, kept nowhere."""
    complete = {**data, "issued_at": now.astimezone(CITY).isoformat(timespec="seconds")}
    try:
        return notices.render_blank(_layout(kind), complete)
    except notices.MissingGlyph as error:
        raise GlyphMissing(sentence=str(error)) from error


def render(document: Document) -> bytes:
    """Return the PDF of a document: the same bytes whenever asked, from its frozen data."""
    return notices.render(_layout(document.kind), dict(document.data))


def file_of(document: Document, blobs: Blobs) -> bytes:
    """Return the file of a document: as it was kept when it was first rendered, else rendered now and kept.

    What people hold on paper must stay what we show, also when a later release of this program lays
    documents out anew; so the first rendering is kept for good.
    """
    if document.sha256 is not None and blobs.has(document.sha256):
        return blobs.get(document.sha256)
    content = render(document)
    blobs.put(content)
    return content


def shown_file(document: Document, void: Void | None, original: bytes) -> bytes:
    """Return what is shown or downloaded of a document: ``original``, or for a void one a copy that says so.

    The bytes of the original stay as they are.  The copy bears 作废 on every page, since when, why, and the number
    in its place; the same document gives the same bytes.
    """
    if void is None:
        return original
    local = void.at.astimezone(CITY)
    mark = notices.VoidMark(f"{local.year}年{local.month}月{local.day}日", void.reason, void.new_number)
    return notices.render(_layout(document.kind), dict(document.data), void=mark)


def refuse_missing_glyphs(*texts: str) -> None:
    """Raise :class:`GlyphMissing` when no font can show a character of ``texts``."""
    try:
        notices.refuse_missing(*texts)
    except notices.MissingGlyph as error:
        raise GlyphMissing(sentence=str(error)) from error


def digest_of(content: bytes) -> str:
    """Return the hex SHA-256 of a rendered file."""
    return hashlib.sha256(content).hexdigest()


def _frozen(layout: str, data: Mapping[str, Any]) -> notices.Frozen:
    try:
        return notices.freeze(layout, dict(data))
    except notices.MissingGlyph as error:
        raise GlyphMissing(sentence=str(error)) from error
    except notices.NoticeIncomplete as error:
        raise DocumentIncomplete(sentence=str(error)) from error


def _layout(kind: str) -> str:
    """All slips share one layout; the kind only decides series and title."""
    return "handover_slip" if kind.endswith("_slip") and kind not in LETTERS else kind
