"""Who is told about the calendar and the ladders: a year that is missing, a draft that waits for another person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from deadlines.law.arrangement import missing_year
from engine.foundation.clock import city_date
from engine.foundation.journal.tags import tag
from engine.foundation.store.commands import Command
from engine.foundation.store.unit import Unit
from engine.process.clocks.calendars import Calendars
from engine.process.clocks.ladder.handlers import ROOT as LADDERS
from engine.process.clocks.yearly.handlers import ROOT
from engine.process.tasks.notifications.queries import notify
from engine.process.tasks.registry import View
from engine.registry.organisation.queries import CENTER

MISSING = tag("calendar.missing", "提醒登记{year}年放假安排")


@dataclass(frozen=True, kw_only=True)
class WarnMissingYear(Command):
    """提醒登记年度安排: the year whose notice has not been put in."""

    action: ClassVar[str] = "calendar.recompute"
    year: int


def missing(view: View) -> int | None:
    """Return the year whose arrangement is missing today, or None."""
    return missing_year(city_date(view.now), view.part(Calendars).current(view.connection))


def missing_sentence(year: int) -> str:
    """Return what people are told about a missing year."""
    return (
        f"{year}年的放假安排还没有登记，涉及{year}年的到期日都是暂定的。"
        "国务院办公厅发布通知后，请在“工作日历”中粘贴通知全文，经另一人确认后生效。"
    )


def warn_missing_year(command: WarnMissingYear, unit: Unit) -> Mapping[str, Any]:
    """Tell the administrators that the arrangement of a year is missing."""
    unit.lock_or_create(ROOT, "calendar")
    notify(unit, ROOT, "sys_admin", CENTER, "calendar", missing_sentence(command.year))
    unit.record(MISSING, ROOT, year=command.year)
    return {"year": command.year}


def tell_of_draft(unit: Unit, event: Any) -> None:
    """Tell the head of the centre that a draft has been looked ahead and waits for confirmation."""
    draft, moved = event.data["draft"], event.data["moved"]
    sentence = f"工作日历草案 {draft} 已推算完（{moved} 个时限改期），请核对后确认。"
    notify(unit, ROOT, "center_head", CENTER, "calendar", sentence)


def tell_of_ladder(unit: Unit, event: Any) -> None:
    """Tell the head of the centre that a draft of a ladder waits for confirmation."""
    sentence = f"{event.data['title']}的升级规则草案 {event.data['draft']} 待确认，请核对后确认。"
    notify(unit, LADDERS, "center_head", CENTER, "ladder", sentence)
