"""The statutory days off of a year: 《全国年节及纪念日放假办法》 article 2 (order 795; before 2025 order 644).

The days that follow the moon are taken from the checked-in calendar, where they are sourced; a year beyond it has
only the fixed ones, and every festival must still be named in its notice.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from functools import cache
from typing import Final

from deadlines.law.rows import read_days

FESTIVALS: Final = ("元旦", "春节", "清明节", "劳动节", "端午节", "中秋节", "国庆节")
"""What every yearly notice arranges."""

ARTICLE_TWO: Final = "放假办法第二条"
REVISED: Final = 2025
"""From this year on 除夕 and 2 May are days off, too (order 795)."""

_FIXED: Mapping[str, tuple[tuple[int, int], ...]] = {
    "元旦": ((1, 1),), "劳动节": ((5, 1), (5, 2)), "国庆节": ((10, 1), (10, 2), (10, 3)),
}  # fmt: skip

_MOON: Mapping[int, tuple[str, str, str, str]] = {
    2020: ("01-25", "04-04", "06-25", "10-01"), 2021: ("02-12", "04-04", "06-14", "09-21"),
    2022: ("02-01", "04-05", "06-03", "09-10"), 2023: ("01-22", "04-05", "06-22", "09-29"),
    2024: ("02-10", "04-04", "06-10", "09-17"), 2025: ("01-29", "04-04", "05-31", "10-06"),
    2026: ("02-17", "04-05", "06-19", "09-25"),
}  # fmt: skip
"""The first day of the lunar year, 清明, 端午 and 中秋 of the years whose rows name a notice instead of the article."""


@cache
def statutory_days(year: int) -> Mapping[str, tuple[date, ...]]:
    """Return the days of each festival that the law itself gives in ``year``, as far as they are known."""
    found: dict[str, list[date]] = {
        name: [date(year, month, day) for month, day in days if year >= REVISED or (month, day) != (5, 2)]
        for name, days in _FIXED.items()
    }
    for name, day in (*_published(year), *_derived(year)):
        found.setdefault(name, []).append(day)
    return {name: tuple(sorted(set(days))) for name, days in found.items()}


def festival_of(day: date) -> str:
    """Return the festival that gives ``day`` off by law, or an empty text."""
    return next((name for name, days in statutory_days(day.year).items() if day in days), "")


def _published(year: int) -> list[tuple[str, date]]:
    if year not in _MOON:
        return []
    spring, *others = (date.fromisoformat(f"{year}-{text}") for text in _MOON[year])
    spring_days = range(-1 if year >= REVISED else 0, 3)
    named = [("春节", spring + timedelta(days=ahead)) for ahead in spring_days]
    return named + list(zip(("清明节", "端午节", "中秋节"), others, strict=True))


def _derived(year: int) -> list[tuple[str, date]]:
    rows = [row for row in _article_two() if row[1].year == year]
    return [(name, day) for name, day in rows if name not in _FIXED]


@cache
def _article_two() -> tuple[tuple[str, date], ...]:
    return tuple((row.name, row.day) for row in read_days() if row.source == ARTICLE_TWO)
