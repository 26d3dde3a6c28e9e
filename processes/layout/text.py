"""How wide a label is and where its lines break; measured in the type size the viewer uses for outside labels."""

from __future__ import annotations

import unicodedata
from math import ceil

CHARACTER = 11
"""Width in pixels of a Chinese character in an outside label; other characters take a little over half."""
LINE = 14
SLACK = 8
"""Room to spare: bpmn-js breaks a line where its estimate says, which comes out up to half a character short."""


def width_in_characters(text: str) -> float:
    """Return the width of ``text`` in Chinese characters."""
    return sum(1.0 if unicodedata.east_asian_width(character) in "WFA" else 0.6 for character in text)


def label_size(text: str, most: int = 8) -> tuple[int, int]:
    """Return width and height in pixels of a label that breaks into even lines of at most ``most`` characters."""
    width = width_in_characters(text)
    lines = max(ceil(width / most), 1)
    return ceil(ceil(width / lines) * CHARACTER) + SLACK, lines * LINE
