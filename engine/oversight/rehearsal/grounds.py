"""What dates are counted by beside the files: the centre's own published calendar, and its figures."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.engine import Connection

from deadlines.law.rows import DayKind, DayRow, Status, parse_day
from engine.foundation.journal.rules import canonical
from engine.process.clocks.queries import calendar_rows
from engine.registry.policies.queries import figures_at
from processes import library


@dataclass(frozen=True)
class Grounds:
    """``calendar`` is a line of JSON for all days, empty for the shipped ones; ``figures`` those that are set, by key.

    Figures that are not named are the shipped ones.
    """

    calendar: str = ""
    figures: Mapping[str, int] = field(default_factory=dict)

    @property
    def digest(self) -> str:
        """What names exactly these grounds."""
        return library.digest(canonical({"calendar": self.calendar, "figures": dict(self.figures)}).encode("utf-8"))


SHIPPED = Grounds()


def grounds_at(connection: Connection, at: datetime) -> Grounds:
    """Return the calendar in force, and the figures as they hold at ``at`` (UTC)."""
    return Grounds(written_days(calendar_rows(connection)), figures_at(connection, at))


def written_days(rows: list[DayRow]) -> str:
    """Return days as text, which :func:`read_days` reads."""
    days = [[str(one.day), one.is_workday, one.kind, one.name, one.status, one.source] for one in rows]
    return json.dumps(days, ensure_ascii=False)


def read_days(text: str) -> list[DayRow]:
    """Return the days that :func:`written_days` wrote."""
    return [
        DayRow(parse_day(day), bool(is_workday), DayKind(kind), name, Status(status), source)
        for day, is_workday, kind, name, status, source in json.loads(text)
    ]
