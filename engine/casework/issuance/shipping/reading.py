"""Reading what a courier reports: JSON from outside becomes events, or is refused whole.  Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from engine.casework.issuance.shipping.rules import EVENTS, Event
from engine.foundation.clock import utc_text

MOST_EVENTS = 200


class ReportUnreadable(ValueError):
    """The report is not what was agreed."""


def read_events(raw: Any) -> tuple[Event, ...]:
    """Return the events in ``raw``: a list of objects with id, kind, at (ISO, with its zone), place, note, signed_by.

    Raises :class:`ReportUnreadable` for anything else: half a report is not acted upon.
    """
    if not isinstance(raw, list) or len(raw) > MOST_EVENTS:
        raise ReportUnreadable("events: a list is wanted")
    return tuple(_event(one) for one in raw)


def _event(raw: Any) -> Event:
    if not isinstance(raw, dict):
        raise ReportUnreadable("an event must be an object")
    kind = raw.get("kind")
    if kind not in EVENTS:
        raise ReportUnreadable("kind")
    id = _text(raw, "id", 80)
    if not id or id.startswith("clerk:"):
        raise ReportUnreadable("id")
    return Event(
        id=id, kind=kind, at=_moment(raw.get("at")), place=_text(raw, "place", 120), note=_text(raw, "note", 300),
        signed_by=_text(raw, "signed_by", 60),
    )  # fmt: skip


def _text(raw: dict[str, Any], key: str, limit: int) -> str:
    value = raw.get(key, "")
    if not isinstance(value, str) or len(value) > limit or not value.isprintable():
        raise ReportUnreadable(key)
    return value


def _moment(value: Any) -> datetime:
    try:
        moment = datetime.fromisoformat(value)
        return moment.astimezone(UTC) if moment.tzinfo else _refuse()
    except (TypeError, ValueError, OverflowError) as error:
        raise ReportUnreadable("at") from error


def _refuse() -> datetime:
    raise ReportUnreadable("at")


def as_rows(events: Iterable[Event]) -> tuple[Mapping[str, Any], ...]:
    """Return events as a command carries them: plain values, the time as UTC text."""
    return tuple({**vars(one), "at": utc_text(one.at)} for one in events)
