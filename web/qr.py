"""QR codes as SVG inside a page: no file, no script, no style."""

from __future__ import annotations

import io

import segno
from markupsafe import Markup


def qr_svg(address: str, *, title: str, pixels: int = 4) -> Markup:
    """Return the QR code of ``address``; ``title`` says to assistive tech what it holds."""
    written = io.BytesIO()
    segno.make(address, error="m", micro=False).save(
        written, kind="svg", scale=pixels, border=3, xmldecl=False, title=title, light="#fff", svgclass="yc-qr",
        lineclass=None, unit="px",
    )  # fmt: skip
    return Markup(written.getvalue().decode("utf-8"))  # noqa: S704 - segno writes it, and escapes the title
