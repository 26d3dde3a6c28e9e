"""Short words for tests about the calendar: drafted by the administrator, looked ahead, confirmed by the head."""

from __future__ import annotations

from typing import Any

from engine.foundation.store.commands import Command
from engine.process.clocks.queries import ClockRow, clocks_of
from engine.process.clocks.yearly import queries
from engine.process.clocks.yearly.commands import ConfirmCalendar, DraftCalendar, DraftClosure
from engine.process.clocks.yearly.queries import Draft, Moved
from engine.registry.identity.rules import SYSTEM
from tests.deadlines.law.notices import NEXT
from tests.support.house import House
from yichuang.calendaring import keep_up, look_ahead

NOTICE = DraftCalendar(year=2027, text=NEXT, source="国办发明电〔2026〕5号")
STORM = DraftClosure(days="2026-07-20", reason="暴雨停止办公", document_no="安政服〔2026〕7号")


def draft(house: House, command: Command = NOTICE) -> Draft:
    """Draft ``command`` and look ahead what it does."""
    id = house.execute("A01", command)["draft"]
    look_ahead(house.door)
    return draft_of(house, id)


def draft_of(house: House, id: int) -> Draft:
    """Return a draft."""
    with house.door.read(SYSTEM) as view:
        return queries.draft_of(view.connection, id)


def preview(house: House, draft: Draft) -> dict[str, Moved]:
    """Return what a draft does to clocks, by clock."""
    with house.door.read(SYSTEM) as view:
        return {one.clock_id: one for one in queries.moved_by(view.connection, draft.id, limit=10_000)}


def confirm(house: House, draft: Draft, account: str = "C01") -> int:
    """Confirm a draft as ``account``; return the version."""
    command = ConfirmCalendar(draft_id=draft.id, base_version=draft.base_version)
    return int(house.execute(account, command)["version"])


def change(house: House, command: Command = NOTICE) -> int:
    """Draft, confirm, and count all clocks again; return the version."""
    version = confirm(house, draft(house, command))
    keep_up(house.door)
    return version


def rows(house: House, root_id: str) -> list[ClockRow]:
    """Return the clocks of a root as kept."""
    with house.door.read(SYSTEM) as view:
        return clocks_of(view.connection, root_id)


def told(house: House, root_id: str) -> list[dict[str, Any]]:
    """Return what the journal of a root says of the calendar."""
    return [dict(line.data) for line in house.journal(root_id) if line.type == "clock.recomputed"]
