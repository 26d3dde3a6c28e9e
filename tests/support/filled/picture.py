"""A page as a scanner gives it: drawn, so that previews have something to show."""

from __future__ import annotations

from io import BytesIO

from PIL import Image, ImageDraw


def scan() -> bytes:
    """Return a PNG of a page with a frame, a heading bar, lines and a round seal; always the same bytes."""
    page = Image.new("RGB", (620, 877), "white")
    draw = ImageDraw.Draw(page)
    draw.rectangle((40, 40, 580, 837), outline="#444444", width=2)
    draw.rectangle((180, 90, 440, 116), fill="#333333")
    for line in range(14):
        y = 180 + line * 36
        draw.rectangle((90, y, 530 - (line % 4) * 60, y + 9), fill="#9a9a9a")
    draw.ellipse((400, 660, 520, 780), outline="#c03028", width=5)
    kept = BytesIO()
    page.save(kept, "PNG", optimize=True)
    return kept.getvalue()


def stroke() -> bytes:
    """Return a PNG of a hand-drawn stroke, as a signature pad gives it; always the same bytes."""
    pad = Image.new("RGB", (600, 200), "white")
    draw = ImageDraw.Draw(pad)
    line = [(70, 120), (110, 60), (140, 140), (190, 70), (215, 130), (260, 80), (300, 140), (380, 90), (470, 110)]
    draw.line(line, fill="#1b1f24", width=6, joint="curve")
    draw.arc((400, 60, 520, 150), 30, 260, fill="#1b1f24", width=6)
    kept = BytesIO()
    pad.save(kept, "PNG", optimize=True)
    return kept.getvalue()
