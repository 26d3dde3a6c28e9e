"""The official documents: wording of the standard, frozen data, the same PDF whenever asked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from forms.notices.errors import (
    FontsMissing,
    MissingGlyph,
    NoticeFailed,
    NoticeIncomplete,
    NoticeUnknown,
    TemplateChanged,
)
from forms.notices.fixed import template_faults
from forms.notices.fonts import FontSet, font_set
from forms.notices.kinds import KINDS, as_data, read_notice
from forms.notices.typesetting import template_digest, typeset
from forms.notices.wording import BLANK_NUMBER, VoidMark, blank_mark, sheet, void_mark, words
from forms.notices.wording import body_text as _body_text

__all__ = [
    "KINDS",
    "FontSet",
    "FontsMissing",
    "Frozen",
    "MissingGlyph",
    "NoticeFailed",
    "NoticeIncomplete",
    "NoticeUnknown",
    "TemplateChanged",
    "VoidMark",
    "body_text",
    "font_set",
    "freeze",
    "refuse_missing",
    "render",
    "render_blank",
    "template_digest",
    "template_faults",
]


@dataclass(frozen=True)
class Frozen:
    """What is kept of a document: its complete data, and the digests of templates and fonts (hex SHA-256)."""

    data: dict[str, Any]
    template_digest: str
    font_digest: str


def freeze(kind: str, data: Mapping[str, Any], *, fonts: Path | None = None) -> Frozen:
    """Check ``data`` and return it complete, as it is kept; ``fonts`` is the office's font folder.

    Freezing frozen data again changes nothing. Touches no database and writes no file.
    Raises NoticeUnknown, NoticeIncomplete (all problems at once), MissingGlyph, FontsMissing.
    """
    notice = read_notice(kind, data)
    available = font_set(fonts)
    _refuse_missing(words(sheet(kind, notice)), available)
    return Frozen(as_data(notice), template_digest(), available.digest)


def refuse_missing(*texts: str, fonts: Path | None = None) -> None:
    """Raise MissingGlyph when a character of ``texts`` cannot be printed."""
    _refuse_missing(texts, font_set(fonts))


def _refuse_missing(texts: Iterable[str], available: FontSet) -> None:
    missing = available.missing(texts)
    if missing:
        raise MissingGlyph(missing)


def render(kind: str, data: Mapping[str, Any], *, fonts: Path | None = None, void: VoidMark | None = None) -> bytes:
    """Return the document as PDF/A-2a and PDF/UA-1; the same data gives the same bytes.

    With ``void`` every page bears 作废 and the first says since when, why, and what stands in its place.
    Raises what ``freeze`` raises, and NoticeFailed when typst refuses the sheet.
    """
    notice = read_notice(kind, data)
    seconds = int(notice.moment.timestamp())
    page = {**sheet(kind, notice), "mark": void_mark(void)}
    return typeset(page, notice.qr_url, seconds, font_set(fonts))


def render_blank(kind: str, data: Mapping[str, Any], *, fonts: Path | None = None) -> bytes:
    """Return the paper that is signed before the document can be issued: its words, no number, no QR code, 草稿.

    ``data`` is what ``freeze`` asks for but number and address.  Raises what ``freeze`` raises.
    """
    notice = read_notice(kind, {**data, "number": BLANK_NUMBER, "qr_url": BLANK_NUMBER})
    page = sheet(kind, notice)
    page |= {"code": "", "qr_alt": "", "mark": blank_mark(page["title"])}
    available = font_set(fonts)
    _refuse_missing(words(page), available)
    return typeset(page, notice.qr_url, int(notice.moment.timestamp()), available)


def body_text(kind: str, data: Mapping[str, Any]) -> list[str]:
    """Return the paragraphs of the first copy, for a web page or a message; raises as ``freeze`` does."""
    return _body_text(sheet(kind, read_notice(kind, data)))
