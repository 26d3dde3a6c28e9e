"""Limits in months: the same day of the month, or its last (民法典 202)."""

from __future__ import annotations

from calendar import monthrange
from datetime import date

from deadlines.law.errors import BadMonths

MOST_MONTHS = 120
"""Ten years: no limit is longer, a larger number is a slip of the pen."""


def add_months(day: date, months: int) -> date:
    """Return the day that many ``months`` after ``day``: the corresponding day, or the month's last day.

    Raises ``BadMonths`` for fewer than one month or more than ten years.
    """
    if not 1 <= months <= MOST_MONTHS:
        raise BadMonths(text=months, least=1, most=MOST_MONTHS)
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))
