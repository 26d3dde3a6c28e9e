"""Typesetting by typst: layout files are code of ours, data enters as values and never as markup."""

from __future__ import annotations

import hashlib
import io
import json
from functools import lru_cache
from importlib import metadata, resources
from typing import Any, Final

import segno
import typst

from forms.notices.errors import NoticeFailed
from forms.notices.fonts import FontSet
from forms.notices.letters import LETTERS
from forms.notices.wording import Sheet

STANDARDS: Final[list[typst.PDFStandard]] = ["a-2a", "ua-1"]
AUTHOR: Final = "政务服务综合窗口"


@lru_cache(maxsize=1)
def template_files() -> dict[str, bytes]:
    """Return the template set by file name: clauses and layouts."""
    folder = resources.files("forms") / "notices" / "templates"
    return {entry.name: entry.read_bytes() for entry in sorted(folder.iterdir(), key=lambda one: one.name)}


@lru_cache(maxsize=1)
def template_digest() -> str:
    """Return the SHA-256 (hex) of the template set, the letters, and the versions of the programs that set them."""
    total = hashlib.sha256(repr(tuple(LETTERS.values())).encode())
    for name, content in template_files().items():
        total.update(name.encode() + b"\0" + hashlib.sha256(content).digest())
    for program in ("typst", "segno"):
        total.update(f"{program} {metadata.version(program)}\0".encode())
    return total.hexdigest()


def qr_svg(address: str) -> bytes:
    """Return the QR code of ``address`` (level M, quiet zone included) as SVG."""
    picture = io.BytesIO()
    segno.make(address, error="m", micro=False).save(picture, kind="svg", border=2, xmldecl=False)
    return picture.getvalue()


def typeset(page: Sheet, address: str, timestamp: int, fonts: FontSet) -> bytes:
    """Return the PDF/A-2a and PDF/UA-1 file of a sheet; the same arguments give the same bytes.

    ``timestamp`` is the moment of issue in Unix seconds. Raises NoticeFailed.
    """
    values: dict[str, Any] = {
        **page, "fonts": {"body": fonts.body, "title": fonts.title}, "author": AUTHOR,
    }  # fmt: skip
    files = {name: content for name, content in template_files().items() if name.endswith(".typ")}
    sources = {
        **{name: content for name, content in files.items() if name != f"{page['layout']}.typ"},
        "main.typ": files[f"{page['layout']}.typ"],
        "n.json": json.dumps(values, ensure_ascii=False).encode(),
        "qr.svg": qr_svg(address),
    }
    try:
        # typst takes a mapping of in-memory files, which its type stub leaves out.
        return typst.compile(  # type: ignore[call-overload,no-any-return]
            sources, font_paths=fonts.handle, ignore_system_fonts=True, pdf_standards=STANDARDS, timestamp=timestamp
        )
    except typst.TypstError as error:
        raise NoticeFailed(reason=error.message) from error
