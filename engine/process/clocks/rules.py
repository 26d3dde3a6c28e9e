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
"""Who is told: a role and its place; the place is a department key or ``center``."""


@dataclass(frozen=True)
class Kind:
    """A kind of clock: its title; whether it counts working ``hours``; whether a ``boundary`` acts when it is due.

    A clock of a ``room`` has no ladder: the room that opened it is told when it is due, and does what is to be done.
    """

    title: str
    hours: bool = False
    boundary: bool = False
    room: bool = False


KINDS: Mapping[str, Kind] = {
    "correction_notice": Kind("一次告知期限", boundary=True),
    "commitment": Kind("承诺时限"),
    "statutory": Kind("法定时限"),
    "stage": Kind("环节时限"),
    "branch": Kind("分支时限"),
    "delivery": Kind("送达期限"),
    "confirm_correction": Kind("补正确认时限", hours=True),
    "hand_over": Kind("转办时限", hours=True),
    "online_feedback": Kind("网上申请反馈时限"),
    "correction_limit": Kind("补齐补正期限", boundary=True),
    "deficiency": Kind("容缺材料补齐期限"),
    "commit_check": Kind("承诺后续核查期限"),
    "first_contact": Kind("首问办结期限", room=True),
    "consult": Kind("咨询答复期限", room=True),
    "entrusted_call": Kind("委托事项到场响应时限", hours=True, room=True),
    "uncollected": Kind("领取期限", room=True),
    "shipping": Kind("寄递期限", room=True),
    "unread": Kind("查收期限", room=True),
    "special_procedure": Kind("特别程序预计时间"),
    "first_review": Kind("初审期限"),
    "relay": Kind("批复反馈时限"),
    "report_up": Kind("上报时限"),
    "archive": Kind("归档期限"),
    "rejection_review": Kind("复核期限"),
    "order": Kind("督办答复期限", room=True),
}
"""Clock kinds (domain clocks; the commitment clock stops at result handover, 6.3.1; the statutory at the decision).
What they do as they near and pass their date stands in their ladder (``ladder``)."""

TITLES: Mapping[str, str] = {key: kind.title for key, kind in KINDS.items()}

LADDERED = frozenset(key for key, kind in KINDS.items() if not kind.room)
"""The kinds that have a ladder: who is reminded, told, given a card, and when."""

ROOMS_OWN = frozenset(key for key, kind in KINDS.items() if kind.room)
"""The kinds that some room arms for itself: limits beside the case, not of it."""

LIVE = ("running", "paused")
"""The states of a clock that has not ended."""

COUNTED = ("commitment", "statutory")
"""The limits of the whole case."""

ORDER = "order"
"""The limit for answering an order of the supervisor (督办): it goes on when the case has ended."""

STAGE = "stage"
"""The limit of a stage that the drawing names; a case may run several at once."""

BRANCH = "branch"
"""The limit of one department in a joint review; its ``stage`` is the branch, ``department/key`` (6.2.2)."""

PAUSED = (*COUNTED, STAGE, BRANCH)
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
    boundary: str | None = None
    """The clock boundary (``yc:clock``) that is delivered when the due date has passed."""
    act_when_due: bool = False
    """Whether the house itself acts when the due date has passed (what it does is bound to the kind)."""
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
    overdue: tuple[Party, ...] = ()
    """Whom the room of the clock tells, once, when the hours are over."""
    act_when_due: bool = False
    """Whether the house itself acts when the hours are over (what it does is bound to the kind)."""
    stage: str | None = None
    named: str | None = None


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
