"""The kinds of clocks and how a ledger row becomes an entry of the law: pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from deadlines.law.ledger import CalendarChange, Entry, Extend, Pause, Resume, Start, Stop

TITLES: Mapping[str, str] = {
    "correction_notice": "一次告知期限",
    "commitment": "承诺时限",
    "statutory": "法定时限",
    "delivery": "送达期限",
    "rejection_review": "复核期限",
    "first_review": "初审期限",
    "report_up": "上报时限",
    "relay": "批复反馈时限",
    "first_contact": "首问办结期限",
    "consult": "咨询答复期限",
}
"""Clock kinds (domain clocks; the commitment clock stops at result handover, 6.3.1; the statutory at the decision)."""

_KINDS: Mapping[str, type[Any]] = {
    "start": Start, "pause": Pause, "resume": Resume, "extend": Extend, "calendar": CalendarChange, "stop": Stop
}  # fmt: skip
_NAMES = {entry: name for name, entry in _KINDS.items()}


@dataclass(frozen=True)
class Terms:
    """What a clock is opened with: ``quota`` days of ``unit`` (wd working, cd calendar) counted from ``on``."""

    kind: str
    on: date
    quota: int
    unit: str
    reminder_days: int = 0
    """Working days before the due date on which people are reminded; 0 for none."""
    boundary: str | None = None
    """The clock boundary (``yc:clock``) that is delivered when the due date has passed."""


def entry_row(entry: Entry) -> tuple[str, date, dict[str, Any]]:
    """Return (kind, legal day, JSON body) of a ledger entry."""
    body = {name: _plain(value) for name, value in asdict(entry).items() if name != "on"}
    return _NAMES[type(entry)], entry.on, body


def entry_from(kind: str, on: date, body: Mapping[str, Any]) -> Entry:
    """Return the ledger entry of a row."""
    made: Entry = _KINDS[kind](on=on, **{name: _dates(name, value) for name, value in body.items()})
    return made


def _plain(value: Any) -> Any:
    if isinstance(value, (tuple, list)):
        return [_plain(item) for item in value]
    return value.isoformat() if isinstance(value, date) else value


def _dates(name: str, value: Any) -> Any:
    if name in ("closed", "opened"):
        return tuple(date.fromisoformat(day) for day in value)
    return tuple(value) if isinstance(value, list) else value
