"""A due date of twenty working days with three pauses, against one search of the calendar for the twentieth day.

The search is a bisection of the array of working days, which is what the date would cost without any pause.
"""

from __future__ import annotations

import timeit
from datetime import date
from statistics import median
from typing import Any

from deadlines.law.calendar import seed_calendar
from deadlines.law.landing import hole, land
from deadlines.law.ledger import Entry, Pause, PauseRule, Resume, Start
from deadlines.law.meter import fold

ANCHOR = date(2026, 3, 2)
QUOTA = 20
PAUSES = (
    (date(2026, 3, 5), date(2026, 3, 10)), (date(2026, 3, 16), date(2026, 3, 20)), (date(2026, 4, 1), date(2026, 4, 9)),
)  # fmt: skip
RULE = PauseRule.AFTER_P_THROUGH_R


def measure(*, quick: bool) -> dict[str, Any]:
    """Return the ratio, and what the same date costs with its whole explanation."""
    calendar, anchor = seed_calendar(), ANCHOR.toordinal()
    entries: list[Entry] = [Start(ANCHOR, QUOTA)]
    for number, (paused, resumed) in enumerate(PAUSES):
        entries += [Pause(paused, key=str(number)), Resume(resumed, key=str(number))]

    def due() -> int | None:
        return land(anchor, QUOTA, "wd", [hole(*pause, RULE) for pause in PAUSES], calendar).due

    told = fold(entries, calendar, RULE).due
    found = due()
    assert told is not None and found == told.toordinal(), "both ways must give the same date"
    times: dict[str, list[float]] = {"due": [], "search": [], "explained": []}
    for _ in range(3 if quick else 15):
        times["due"].append(timeit.timeit(due, number=2_000) / 2_000)
        times["search"].append(timeit.timeit(lambda: calendar.nth_after(anchor, QUOTA), number=2_000) / 2_000)
        times["explained"].append(timeit.timeit(lambda: fold(entries, calendar, RULE), number=50) / 50)
    best = {name: median(each) for name, each in times.items()}
    return {
        **{f"{name}_us": round(value * 1e6, 2) for name, value in best.items()},
        "ratio": round(best["due"] / best["search"], 1),
        "explained_ratio": round(best["explained"] / best["search"], 1),
    }
