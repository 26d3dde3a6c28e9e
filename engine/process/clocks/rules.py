"""The kinds of clocks and how a ledger row becomes an entry of the law: pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any

from deadlines.law.hour_ledger import HourEntry, HourExtend, HourPause, HourResume, HourStart, HourStop
from deadlines.law.hours import OfficeHours
from deadlines.law.ledger import CalendarChange, Entry, Extend, Pause, PauseRule, Resume, Start, Stop, Unit

Party = tuple[str, str]
"""Who is told: a role and its place; the place is a department key, ``center``, or ``department`` for the case's."""

_DEPARTMENT: tuple[Party, ...] = (("dept_reviewer", "department"), ("dept_head", "department"))
_WINDOW: tuple[Party, ...] = (("window_clerk", "center"),)
_ISSUE: tuple[Party, ...] = (("issue_clerk", "center"),)


@dataclass(frozen=True)
class Kind:
    """A kind of clock: its title, who is told when it is overdue (the supervisor is told of each), and the card.

    ``card`` is the level of the mark given to ``party`` then (department or center); None for no mark.
    """

    title: str
    overdue: tuple[Party, ...] = ()
    card: str | None = None
    party: str = "center"


KINDS: Mapping[str, Kind] = {
    "correction_notice": Kind("一次告知期限"),
    "commitment": Kind("承诺时限", _DEPARTMENT, "red", "department"),
    "statutory": Kind("法定时限", _DEPARTMENT, "red", "department"),
    "stage": Kind("环节时限", _DEPARTMENT, "yellow", "department"),
    "delivery": Kind("送达期限", _ISSUE, "red"),
    "confirm_correction": Kind("补正确认时限", (("dept_head", "department"),), "yellow", "department"),
    "hand_over": Kind("转办时限", (*_WINDOW, ("dept_reviewer", "department")), "yellow"),
    "online_feedback": Kind("网上申请反馈时限", _WINDOW, "yellow"),
    "correction_limit": Kind("补齐补正期限", _WINDOW),
    "deficiency": Kind("容缺材料补齐期限", (*_WINDOW, ("dept_reviewer", "department"))),
    "commit_check": Kind("承诺后续核查期限", _DEPARTMENT, "yellow", "department"),
    "first_contact": Kind("首问办结期限"),
    "consult": Kind("咨询答复期限"),
    "entrusted_call": Kind("委托事项到场响应时限", (("dept_head", "department"),), "yellow", "department"),
    "uncollected": Kind("领取期限"),
    "shipping": Kind("寄递期限"),
    "unread": Kind("查收期限"),
    "special_procedure": Kind("特别程序预计时间", _DEPARTMENT),
    "first_review": Kind("初审期限", _DEPARTMENT, "red", "department"),
    "relay": Kind("批复反馈时限", _DEPARTMENT, "yellow", "department"),
    "report_up": Kind("上报时限", _DEPARTMENT, "yellow", "department"),
    "rejection_review": Kind("复核期限", _DEPARTMENT, "yellow", "department"),
}
"""Clock kinds (domain clocks; the commitment clock stops at result handover, 6.3.1; the statutory at the decision)."""

TITLES: Mapping[str, str] = {key: kind.title for key, kind in KINDS.items()}

COUNTED = ("commitment", "statutory")
"""The limits of the whole case."""

STAGE = "stage"
"""The limit of a stage that the drawing names; a case may run several at once."""

PAUSED = (*COUNTED, STAGE)
"""The limits that a special procedure leaves out of the count (行政许可法 45; 附录B)."""

AnyEntry = Entry | HourEntry

_KINDS: Mapping[str, type[Any]] = {
    "start": Start, "pause": Pause, "resume": Resume, "extend": Extend, "calendar": CalendarChange, "stop": Stop,
    "hours": HourStart, "h_pause": HourPause, "h_resume": HourResume, "h_extend": HourExtend, "hours_end": HourStop,
}  # fmt: skip
_NAMES = {entry: name for name, entry in _KINDS.items()}
_FIELDS = {entry: tuple(one.name for one in fields(entry) if one.name not in ("on", "unit")) for entry in _NAMES}
_FIELDS[Start] = ("quota", "unit")


@dataclass(frozen=True)
class Terms:
    """What a clock is opened with: ``quota`` of ``unit`` (wd, cd, month) counted from the legal day ``on``."""

    kind: str
    on: date
    quota: int
    unit: Unit
    reminder_days: int = 0
    """Working days before the due date on which people are reminded; 0 for none."""
    boundary: str | None = None
    """The clock boundary (``yc:clock``) that is delivered when the due date has passed."""
    act_when_due: bool = False
    """Whether the house itself acts when the due date has passed (what it does is bound to the kind)."""
    overdue: tuple[Party, ...] | None = None
    """Who is told, once, when the due date has passed; None for the kind's own, () for nobody."""
    rule: PauseRule = PauseRule.AFTER_P_THROUGH_R
    """How the edge days of a pause count; pinned here when the clock is opened."""
    stage: str | None = None
    """The stage of a run whose limit it is."""
    named: str | None = None
    """What people call it, where the kind does not say enough."""


@dataclass(frozen=True)
class HourTerms:
    """What a clock of working hours is opened with: ``hours`` of them from the instant ``start`` (UTC)."""

    kind: str
    start: datetime
    hours: int
    boundary: str | None = None
    overdue: tuple[Party, ...] | None = None
    """Who is told, once, when the hours are over; None for the kind's own, () for nobody."""
    stage: str | None = None
    named: str | None = None


def overdue_parties(terms: Terms | HourTerms) -> tuple[Party, ...]:
    """Return who is told when a clock of these ``terms`` is overdue; a boundary speaks for itself."""
    if terms.overdue is not None:
        return terms.overdue
    return () if terms.boundary is not None else KINDS[terms.kind].overdue


def entry_row(entry: AnyEntry) -> tuple[str, date, dict[str, Any]]:
    """Return (kind, legal day, JSON body) of a ledger entry."""
    kind = type(entry)
    return _NAMES[kind], entry.on, {name: _plain(getattr(entry, name)) for name in _FIELDS[kind]}


def entry_from(kind: str, on: date, body: Mapping[str, Any]) -> AnyEntry:
    """Return the ledger entry of a row."""
    values = {name: _value(name, value) for name, value in body.items()}
    made: AnyEntry = _KINDS[kind](**values) if "at" in body else _KINDS[kind](on=on, **values)
    return made


def _plain(value: Any) -> Any:
    if isinstance(value, OfficeHours):
        return value.words()
    if isinstance(value, (tuple, list)):
        return [_plain(item) for item in value]
    return value.isoformat() if isinstance(value, date) else value


def _value(name: str, value: Any) -> Any:
    if name == "at":
        return datetime.fromisoformat(value)
    if name == "office":
        return OfficeHours.of(*value)
    if name in ("closed", "opened"):
        return tuple(date.fromisoformat(day) for day in value)
    return tuple(value) if isinstance(value, list) else value
