"""How wide a label is and where its lines break; measured in the type size the viewer uses for outside labels."""

from __future__ import annotations

import unicodedata
from math import ceil

CHARACTER = 11
"""Width in pixels of a Chinese character in an outside label; other characters take a little over half."""
LINE = 14
"""Height of a line as bpmn-js measures it, so that an editor finds nothing to correct."""
TASK_CHARACTER, TASK_PADDING = 12, 5
"""Width of a character inside a task, and what the task leaves free on both sides."""
TASK_WIDTHS = (130, 118, 142)
NEVER_FIRST = "，。、；：？！）"
"""Marks that belong to the line before."""
SLACK = 8
"""Room to spare: bpmn-js breaks a line where its estimate says, which comes out up to half a character short."""


def width_in_characters(text: str) -> float:
    """Return the width of ``text`` in Chinese characters."""
    return sum(1.0 if unicodedata.east_asian_width(character) in "WFA" else 0.6 for character in text)


def label_size(text: str, most: int = 8) -> tuple[int, int]:
    """Return width and height in pixels of a label that breaks into even lines of at most ``most`` characters.

    Where even lines would tear the text, they may be up to two characters longer.
    """
    width = width_in_characters(text)
    even = ceil(width / max(ceil(width / most), 1))
    longest = next((long for long in range(even, max(even, most) + 3) if not is_torn(text, long)), even)
    return longest * CHARACTER + SLACK, max(len(lines(text, longest)), 1) * LINE


def task_width(name: str) -> int:
    """Return the width of a task: the usual one, unless its name breaks well only at another."""
    return next((width for width in TASK_WIDTHS if not is_torn(name, _room(width))), TASK_WIDTHS[0])


def _room(width: int) -> int:
    return (width - 2 * TASK_PADDING - 1) // TASK_CHARACTER


def lines(text: str, most: int) -> list[str]:
    """Break the text where a line of ``most`` characters is full, as bpmn-js does."""
    broken: list[str] = []
    for character in text:
        if broken and width_in_characters(broken[-1] + character) <= most:
            broken[-1] += character
        else:
            broken.append(character)
    return broken


def is_torn(text: str, most: int) -> bool:
    """Tell whether a bracket with room on one line is cut, a line begins with a mark, or the last is one sign."""
    begun = ""
    broken = lines(text, most)
    if len(broken) > 1 and len(broken[-1]) == 1:
        return True
    for line in broken[:-1]:
        begun += line
        opened = begun.count("（") > begun.count("）")
        inside = begun.rpartition("（")[2] + text[len(begun) :].partition("）")[0]
        if text[len(begun)] in NEVER_FIRST or (opened and width_in_characters(inside) + 2 <= most):
            return True
    return False
