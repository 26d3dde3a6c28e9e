"""Whole numbers as people and programs write them into fields and addresses."""

from __future__ import annotations


def whole_number(text: str, digits: int = 9) -> int | None:
    """Return the number in ``text`` of at most so many digits, or None for anything else (², Arabic digits, signs)."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= digits else None
