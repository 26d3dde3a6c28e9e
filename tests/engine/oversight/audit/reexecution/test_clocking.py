"""A clock's lines reckoned again: whatever befell it, what its ledger gave is identical, and nothing else is."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any, cast

from hypothesis import given
from hypothesis import strategies as st

from deadlines.law.calendar import Calendar
from deadlines.law.ledger import Entry, Extend, Pause, PauseRule, Resume, Start, Stop, Unit
from deadlines.law.meter import fold
from deadlines.law.rows import seed_rows
from engine.foundation.journal.queries import Line
from engine.oversight.audit.reexecution.clocking import Clocks
from engine.oversight.audit.reexecution.quotas import LIVE, PINNED, Basis
from engine.oversight.audit.reexecution.rules import Difference, Gap
from engine.oversight.audit.reexecution.then import Then
from engine.process.clocks.ledgers import EXTENDED, FIRED, OPENED, PAUSED, RESUMED, STOPPED
from engine.process.clocks.rules import KINDS
from engine.registry.policies.shipped import BY_KEY

CALENDAR = Calendar.from_rows(seed_rows(), 1)
FIRST = date(2026, 1, 5)
ROOT = "case:1"
CLOCK = f"{ROOT}:commitment:1"


class Still:
    """A house whose calendar and figures have never been changed."""

    def versions_at(self, at: datetime) -> list[int]:
        return [1]

    def calendar(self, version: int) -> Calendar | None:
        return CALENDAR if version == 1 else None

    def figures_at(self, key: str, at: datetime) -> list[int]:
        return [BY_KEY[key].value]


def basis(rule: int = 1) -> Basis:
    return Basis({"pause_rule": rule}, 1, None, None, lambda key: [BY_KEY[key].value])


def line(seq: int, type: str, on: date, **data: Any) -> Line:
    at = datetime.combine(on, time(4), UTC)
    told = {"clock": CLOCK, "title": "承诺时限", "on": on.isoformat(), **data}
    return Line(ROOT, seq, type, at, "D11", told, "", "", "", "", "")


@st.composite
def histories(draw: st.DrawFn) -> tuple[int, list[Line]]:
    """A rule for pauses, and the lines of a clock that was paused, went on, was extended and perhaps stopped."""
    rule = draw(st.sampled_from([1, 2, 3]))
    unit: Unit = draw(st.sampled_from(["wd", "cd", "month"]))
    day, quota = FIRST, draw(st.integers(1, 20))
    entries: list[Entry] = [Start(day, quota, unit)]
    lines = [line(1, OPENED, day, quota=quota, unit=unit, due=_due(entries, rule))]
    held = ""
    for seq in range(2, 2 + draw(st.integers(0, 6))):
        day += timedelta(days=draw(st.integers(1, 9)))
        what = draw(st.sampled_from(["pause", "extend"] if not held else ["resume", "extend"]))
        if what == "pause":
            held = f"doc-{seq}"
            entries.append(Pause(day, "鉴定", "", held))
            lines.append(line(seq, PAUSED, day, document=held, reason="鉴定", due=_due(entries, rule)))
        elif what == "resume":
            entries.append(Resume(day, held))
            lines.append(line(seq, RESUMED, day, document=held, due=_due(entries, rule)))
            held = ""
        else:
            more = draw(st.integers(1, 5))
            entries.append(Extend(day, more))
            lines.append(line(seq, EXTENDED, day, days=more, due=_due(entries, rule)))
    if draw(st.booleans()):
        day += timedelta(days=1)
        entries.append(Stop(day))
        lines.append(line(len(lines) + 1, STOPPED, day, due=_due(entries, rule)))
    return rule, lines


def _due(entries: list[Entry], rule: int) -> str:
    due = fold(entries, CALENDAR, tuple(PauseRule)[rule - 1]).due
    return "" if due is None else due.isoformat()


def walk(lines: list[Line], rule: int) -> tuple[int, Difference | Gap] | None:
    clocks = Clocks(cast(Then, Still()))
    for one in lines:
        found = clocks.line(one, basis(rule))
        if found is not None:
            return one.seq, found
    return None


@given(histories())
def test_what_the_ledger_gave_is_given_again(history: tuple[int, list[Line]]):
    rule, lines = history
    assert walk(lines, rule) is None


@given(histories(), st.data())
def test_a_date_that_is_another_is_found_at_its_line(history: tuple[int, list[Line]], data: st.DataObject):
    rule, lines = history
    place = data.draw(st.integers(0, len(lines) - 1))
    told = date.fromisoformat(lines[place].data["due"] or "2026-06-01")
    other = (told + timedelta(days=data.draw(st.integers(1, 400)))).isoformat()
    lines[place].data["due"] = other
    found = walk(lines, rule)
    assert found is not None
    seq, difference = found
    assert seq == lines[place].seq and isinstance(difference, Difference) and difference.recorded == other


def test_a_line_that_repeats_the_date_must_say_the_one_that_stood():
    opened = line(1, OPENED, FIRST, quota=5, unit="wd", due=_due([Start(FIRST, 5, "wd")], 1))
    fired = line(2, FIRED, FIRST + timedelta(days=9), due="2026-02-01")
    assert walk([opened, fired], 1) == (2, Difference("calendar", f"当时的到期日 {opened.data['due']}", "2026-02-01"))


def test_a_clock_without_a_beginning_and_a_calendar_that_is_not_kept_cannot_be_checked():
    stopped = line(1, STOPPED, FIRST, due="2026-01-12")
    assert walk([stopped], 1) == (1, Gap("“承诺时限”没有起算的记录"))
    opened = line(1, OPENED, FIRST, quota=5, unit="wd", due="2026-01-12", calendar=7)
    assert walk([opened], 1) == (1, Gap("所依的工作日历第 7 版没有保存"))


def test_every_figure_of_a_limit_is_held_against_the_clock_that_it_makes():
    kinds = {kind for kind, _ in (*PINNED, *LIVE)}
    assert kinds <= KINDS.keys()
    named = {*PINNED.values(), *LIVE.values()}
    assert named <= BY_KEY.keys()
    # Of the figures that a release pins and that begin with an event, each is the length of some clock.
    clocks = {one.key for one in BY_KEY.values() if one.pinned and one.start and one.unit in ("wd", "cd", "wh")}
    assert clocks <= named
