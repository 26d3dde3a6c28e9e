"""Breaking Chinese labels into lines that fit their shapes: pure."""

from __future__ import annotations

import unicodedata
from math import ceil

_NEVER_FIRST = "，。、；：？！）》”’〉】）,.;:?!)]}％%"
_NEVER_LAST = "（《“‘〈【（([{"
_NARROW = 0.56
"""Width of a Latin letter or digit against a Chinese character."""


def width_of(text: str) -> float:
    """Return the width of ``text`` in Chinese characters."""
    return sum(1.0 if unicodedata.east_asian_width(letter) in "WFA" else _NARROW for letter in text)


def lines_of(text: str, most: float) -> list[str]:
    """Break ``text`` into even lines of about ``most`` Chinese characters at most; words and numbers stay whole."""
    if not text:
        return []
    total = width_of(text)
    even = total / max(1, ceil(total / most))
    lines, line = [], ""
    for piece in _pieces(text):
        full = width_of(line) + width_of(piece) > most
        enough = width_of(line) >= even - 0.45
        # A comma that has no room hangs over the edge: half of it is empty anyway.
        if line and (full or enough) and piece[0] not in _NEVER_FIRST and line[-1] not in _NEVER_LAST:
            lines.append(line)
            line = ""
        line += piece
    return [one.strip() for one in (*lines, line) if one.strip()]


def fitted(text: str, width: float, height: float, sizes: tuple[int, ...] = (14, 13, 12, 11)) -> tuple[int, list[str]]:
    """Return the largest type size in which ``text`` fits a box in pixels, and its lines; cut off when none does."""
    for size in sizes:
        lines = lines_of(text, width / size)
        if len(lines) * leading(size) <= height and all(width_of(line) * size <= width + size for line in lines):
            return size, lines
    size = sizes[-1]
    room = max(1, int(height // leading(size)))
    lines = lines_of(text, width / size)
    return size, lines if len(lines) <= room else [*lines[: room - 1], lines[room - 1][:-1] + "…"]


def leading(size: int) -> int:
    """Return the distance between lines in pixels."""
    return size + 4


def _pieces(text: str) -> list[str]:
    """Split into what may not be broken: runs of Latin letters and digits, else single characters."""
    pieces: list[str] = []
    for letter in text:
        narrow = letter.isascii() and not letter.isspace()
        if narrow and pieces and pieces[-1][-1].isascii() and not pieces[-1][-1].isspace():
            pieces[-1] += letter
        else:
            pieces.append(letter)
    return pieces
