"""Reading an arrangement of days off: the State Council's wording, or lines of 放假 and 上班.  Words only, no rules.

Full-width digits and marks are read like plain ones.  A sentence says what its dates are by 放假 or 上班, before or
after them; one that has dates and says neither is a problem, except the date under the notice.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal

from deadlines.law.errors import (
    ArrangementDateUnreal,
    ArrangementInverted,
    ArrangementUnclear,
    ArrangementWeekday,
    LawError,
)
from deadlines.law.wording import day_text

WEEKDAYS: Final = "一二三四五六日"
MOST_DAYS: Final = 40
"""No run of days off is longer; a larger one is a slip of the pen."""

Kind = Literal["off", "work"]

_ISO = r"(?P<iy>\d{4})-(?P<im>\d{1,2})-(?P<id>\d{1,2})"
_CHINESE = r"(?:(?P<y>\d{4})年)?(?:(?P<m>\d{1,2})月)?(?P<d>\d{1,2})日"
_DATE = rf"(?:{_ISO}|{_CHINESE})\s*(?:\((?P<note>[^()]*)\)|(?P<bare>(?:周|星期)[一二三四五六日天]))?"
_TOKEN = re.compile(
    rf"(?P<date>{_DATE})|(?P<to>至|到|~|\.\.|-+|—+)|(?P<off>放假)|(?P<work>上班)|(?P<count>(?<!\d)共?(?P<n>\d+)天)"
)
_HEADING = re.compile(
    r"^\s*(?:[一二三四五六七八九十]+、|\d+[.、]|[-*·])?\s*(?P<name>[^\d\s:,()]*?)\s*(?::|\s|(?=\d)|$)"
)
_WEEKDAY = re.compile(r"(?:周|星期)([一二三四五六日天])")
_NOTHING = frozenset({"放假", "上班", "调休", ""})
_BREAKS = re.compile(r"[。;\n/]")


@dataclass(frozen=True)
class Run:
    """Dates that one sentence gives: days off or days worked, under the heading ``name``."""

    name: str
    kind: Kind
    first: date
    last: date

    @property
    def days(self) -> list[date]:
        """The days, in order."""
        return [self.first + timedelta(days=i) for i in range((self.last - self.first).days + 1)]


@dataclass(frozen=True)
class Said:
    """What a text says: its runs, how many days off a sentence claims (name, claimed, listed), what is unreadable."""

    runs: tuple[Run, ...]
    counts: tuple[tuple[str, int, int], ...]
    problems: tuple[LawError, ...]


def read_text(text: str, year: int) -> Said:
    """Return what ``text`` says of ``year``; dates without a year are of that one, December under 元旦 of the last."""
    reader = _Reader(year)
    for sentence in _sentences(text):
        reader.read(sentence)
    return Said(tuple(reader.runs), tuple(reader.counts), tuple(reader.problems))


def plain(text: str) -> str:
    """Return the text with full-width digits, letters and marks as plain ones, and every dash alike."""
    text = unicodedata.normalize("NFKC", text.replace("。", "\n"))
    text = re.sub(r"[\u2010-\u2015\u2212\u301c]", "-", text)
    # What stands in brackets after anything but a date is an aside (“安排职工在除夕（2月9日）休息”).
    return re.sub(r"(?<![日\d])\([^()]*\)", "", text)


def _sentences(text: str) -> Iterator[str]:
    for part in _BREAKS.split(plain(text)):
        if part.strip():
            yield part.strip()


class _Reader:
    def __init__(self, year: int) -> None:
        self.year = year
        self.name = ""
        self.runs: list[Run] = []
        self.counts: list[tuple[str, int, int]] = []
        self.problems: list[LawError] = []

    def read(self, sentence: str) -> None:
        named = _HEADING.match(sentence)
        if named is not None and named["name"] not in _NOTHING and len(named["name"]) <= 12 and _is_name(named["name"]):
            self.name = named["name"]
        tokens = list(_TOKEN.finditer(sentence))
        dates = [token for token in tokens if token["date"]]
        if not dates:
            return
        if not any(token["off"] or token["work"] for token in tokens):
            if not self._is_signature(dates):
                self.problems.append(ArrangementUnclear(text=sentence[:60]))
            return
        self._take(sentence, tokens)

    def _is_signature(self, dates: list[re.Match[str]]) -> bool:
        return all(int(found["y"] or found["iy"] or self.year) < self.year for found in dates)

    def _take(self, sentence: str, tokens: list[re.Match[str]]) -> None:
        """Give each run the word that stands beside it: the one before the dates, or the one after them."""
        waiting: list[tuple[date, date]] = []
        before: Kind | None = None
        listed = 0
        spans = self._spans(sentence, tokens)
        for token in tokens:
            if token["off"] or token["work"]:
                kind: Kind = "off" if token["off"] else "work"
                if waiting:
                    listed += self._put(kind, waiting)
                    waiting, before = [], None
                else:
                    before = kind
            elif token["date"] and token.start() in spans:
                waiting.append(spans[token.start()])
                if before is not None:
                    listed += self._put(before, waiting)
                    waiting = []
            elif token["count"]:
                self.counts.append((self.name, int(token["n"]), listed))
        if waiting:
            self.problems.append(ArrangementUnclear(text=sentence[:60]))

    def _put(self, kind: Kind, spans: list[tuple[date, date]]) -> int:
        """Keep the runs and return how many days off they are."""
        runs = [Run(self.name, kind, first, last) for first, last in spans]
        self.runs += runs
        return sum(len(run.days) for run in runs) if kind == "off" else 0

    def _spans(self, sentence: str, tokens: list[re.Match[str]]) -> dict[int, tuple[date, date]]:
        """Return first and last day by where the first date stands; a date of its own is a run of one day."""
        found: dict[int, tuple[date, date]] = {}
        month: int | None = None
        place = 0
        while place < len(tokens):
            token = tokens[place]
            place += 1
            if not token["date"]:
                continue
            ranged = place + 1 < len(tokens) and tokens[place]["to"] and tokens[place + 1]["date"]
            end = tokens[place + 1] if ranged else None
            place += 2 if ranged else 0
            span = self._span(sentence, token, end, month)
            month = int((end or token)["m"] or (end or token)["im"] or token["m"] or month or 0) or None
            if span is not None:
                found[token.start()] = span
        return found

    def _span(
        self, sentence: str, begin: re.Match[str], end: re.Match[str] | None, month: int | None
    ) -> tuple[date, date] | None:
        first_month = int(begin["m"] or begin["im"] or month or 0)
        year = int(begin["y"] or begin["iy"] or self._year_of(first_month, end))
        first = self._day(begin, year, first_month)
        if end is None or first is None:
            return None if first is None else (first, first)
        last_month = int(end["m"] or end["im"] or first_month)
        crossing = 1 if last_month < first_month == 12 else 0
        last = self._day(end, int(end["y"] or end["iy"] or first.year + crossing), last_month)
        if last is None:
            return None
        if last < first or (last - first).days >= MOST_DAYS:
            words = sentence[begin.start() : end.end()]
            self.problems.append(ArrangementInverted(text=words, first=day_text(first), last=day_text(last)))
            return None
        return first, last

    def _year_of(self, month: int, end: re.Match[str] | None) -> int:
        """A run that begins in December without a year ends the year before when it is that of 元旦."""
        ends_in_january = end is not None and int(end["m"] or 0) == 1 and not end["y"]
        ends_this_year = end is not None and end["y"] == str(self.year)
        return (
            self.year - 1 if month == 12 and (ends_in_january or ends_this_year or "元旦" in self.name) else self.year
        )

    def _day(self, found: re.Match[str], year: int, month: int) -> date | None:
        try:
            day = date(year, month, int(found["d"] or found["id"]))
        except ValueError:
            self.problems.append(ArrangementDateUnreal(text=found["date"]))
            return None
        said = _WEEKDAY.search(found["note"] or found["bare"] or "")
        if said is not None and said[1].replace("天", "日") != WEEKDAYS[day.weekday()]:
            self.problems.append(
                ArrangementWeekday(day=day_text(day), found=WEEKDAYS[day.weekday()], said=said[1].replace("天", "日"))
            )
        return day


def _is_name(text: str) -> bool:
    return not any(word in text for word in ("放假", "上班", "通知", "安排", "节假日期间"))
