"""The calendar as rows that people may read and edit.

A row is the same whether it comes from the files beside this module or from a table: a day, whether it is
worked, why, on whose word, and whether that word is final.  Only special days need be listed; the ordinary
days of a year follow from the week.  Sources: the State Council's yearly notice for confirmed years, 《全国年节
及纪念日放假办法》 (order 795, articles 2 and 6) for provisional ones.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from pathlib import Path

from deadlines.law.errors import BadDate, CalendarBroken

HERE = Path(__file__).parent
DAYS_FILE = HERE / "calendar_days.csv"
YEARS_FILE = HERE / "calendar_years.csv"
ONE_DAY = timedelta(days=1)


class DayKind(StrEnum):
    """Why a day is worked or not; ``local`` is the city's own day and may be either."""

    WORKDAY = "workday"
    WEEKEND = "weekend"
    HOLIDAY = "holiday"
    MAKEUP = "makeup"
    LOCAL = "local"


class Status(StrEnum):
    """Whether the State Council has published the year (``confirmed``) or it is derived (``provisional``)."""

    CONFIRMED = "confirmed"
    PROVISIONAL = "provisional"


_WORKED: Mapping[DayKind, bool | None] = {
    DayKind.WORKDAY: True,
    DayKind.WEEKEND: False,
    DayKind.HOLIDAY: False,
    DayKind.MAKEUP: True,
    DayKind.LOCAL: None,
}


@dataclass(frozen=True, slots=True)
class DayRow:
    """One day: worked or not, its kind, the festival's or closure's name, and the document it rests on."""

    day: date
    is_workday: bool
    kind: DayKind
    name: str
    status: Status
    source: str


@dataclass(frozen=True, slots=True)
class YearRow:
    """One covered year and whether its arrangement is final."""

    year: int
    status: Status
    source: str


def parse_day(text: str) -> date:
    """Return the date written ``YYYY-MM-DD``; raise :class:`BadDate` for any other form or an unreal day."""
    # Python also reads 20260302 and 2026-W10-1, which people never mean.
    parts = text.split("-")
    if [len(part) for part in parts] != [4, 2, 2] or not text.isascii() or not all(p.isdigit() for p in parts):
        raise BadDate(text=text)
    try:
        return date(int(parts[0]), int(parts[1]), int(parts[2]))
    except ValueError as error:
        raise BadDate(text=text) from error


def expand(years: Iterable[YearRow], special: Iterable[DayRow]) -> list[DayRow]:
    """Return every day of ``years`` in order: the special rows where given, else Monday to Friday worked.

    A ``local`` row wins over the national row of the same day.  Raises :class:`CalendarBroken` when a day is
    given twice, lies outside the years, contradicts its kind, or is less certain than its confirmed year.
    """
    listed = {row.year: row for row in years}
    chosen: dict[date, DayRow] = {}
    for row in sorted(special, key=lambda row: (row.day, row.kind == DayKind.LOCAL)):
        _check(row, listed, chosen.get(row.day))
        chosen[row.day] = row
    return [
        chosen.get(day) or _ordinary(day, year)
        for year in sorted(listed.values(), key=_by_year)
        for day in _days_of(year.year)
    ]


def _by_year(row: YearRow) -> int:
    return row.year


def _check(row: DayRow, years: Mapping[int, YearRow], before: DayRow | None) -> None:
    year = years.get(row.day.year)
    if year is None:
        raise CalendarBroken(problem=f"{row.day}不在所列年度内")
    if before is not None and (before.kind == DayKind.LOCAL) == (row.kind == DayKind.LOCAL):
        raise CalendarBroken(problem=f"{row.day}重复")
    if _WORKED[row.kind] not in (None, row.is_workday):
        raise CalendarBroken(problem=f"{row.day}的类别“{row.kind}”与是否上班不一致")
    if year.status == Status.CONFIRMED and row.status == Status.PROVISIONAL:
        raise CalendarBroken(problem=f"{row.day.year}年已确认，{row.day}却仍为暂定")


def _ordinary(day: date, year: YearRow) -> DayRow:
    worked = day.weekday() < 5
    kind = DayKind.WORKDAY if worked else DayKind.WEEKEND
    return DayRow(day, worked, kind, "", year.status, year.source)


def _days_of(year: int) -> list[date]:
    first = date(year, 1, 1)
    return [first + ONE_DAY * i for i in range((date(year, 12, 31) - first).days + 1)]


def read_days(path: Path = DAYS_FILE) -> list[DayRow]:
    """Return the special days of the file ``path`` (columns date, is_workday 0/1, kind, name, status, source)."""
    return [
        DayRow(
            parse_day(row["date"]),
            row["is_workday"] == "1",
            DayKind(row["kind"]),
            row["name"],
            Status(row["status"]),
            row["source"],
        )
        for row in _read(path)
    ]


def read_years(path: Path = YEARS_FILE) -> list[YearRow]:
    """Return the covered years of the file ``path`` (columns year, status, source)."""
    return [YearRow(int(row["year"]), Status(row["status"]), row["source"]) for row in _read(path)]


def _read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def seed_rows() -> list[DayRow]:
    """Return every day of the checked-in calendar, 2020 to 2035, to fill an empty calendar table."""
    return expand(read_years(), read_days())
