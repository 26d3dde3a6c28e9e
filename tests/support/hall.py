"""The service hall of a walk: its people at their browsers, its clock, and what its database holds at the end.

==============  ===============================================================================================
hall            the people and the clock of the module's running server; each person signs in once per module
==============  ===============================================================================================

A walk sends people to pages only.  The demonstration's clock is moved as the command line moves it, and the house is
opened a second time over the same data to read how a case ended.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import StorageState

from engine.foundation.clock import CITY, FixedClock, city_date
from engine.registry.identity.rules import SYSTEM
from engine.registry.policies.commands import MoveClock
from engine.registry.policies.queries import clock_shift
from tests.support.browser import NewPage
from tests.support.clerk import Clerk
from tests.support.house import House
from tests.support.server import Server
from yichuang.settings import read_settings

MORNING = time(9, 0)


@dataclass
class Hall:
    """One server with its people."""

    server: Server
    new_page: NewPage
    files: Path
    passes: dict[str, StorageState]
    seated: dict[str, Clerk] = field(default_factory=dict)

    def sit(self, account: str) -> Clerk:
        """Return the account's person at a browser: signed in once per module, one window per walk."""
        if account not in self.seated:
            known = self.passes.get(account)
            page = self.new_page(storage_state=known) if known else self.new_page()
            clerk = Clerk(page, self.server.url, account, self.files, signed_in=known is not None)
            self.passes[account] = page.context.storage_state()
            self.seated[account] = clerk
        return self.seated[account]

    def today(self) -> date:
        """Return the day in the house's city."""
        with self.house() as house:
            return city_date(house.door.now())

    def set_clock(self, day: date, at: time = MORNING) -> None:
        """Move the demonstration's clock forward to a moment of ``day`` in the city."""
        with self.house() as house:
            wanted = datetime.combine(day, at, CITY) - house.door.now()
            with house.door.read(SYSTEM) as view:
                shift = clock_shift(view.connection) + int(wanted.total_seconds())
            house.execute("A01", MoveClock(shift_seconds=shift))

    def wait(self, days: int) -> date:
        """Let ``days`` calendar days go by, to nine in the morning; return the new day."""
        day = self.today() + timedelta(days=days)
        self.set_clock(day)
        return day

    @contextmanager
    def house(self) -> Iterator[House]:
        """Open the house a second time over the server's data, to read or to move the clock."""
        house = House(read_settings(self.server.data, self.server.database), clock=FixedClock(datetime.now(UTC)))
        try:
            yield house
        finally:
            house.close()


_LISTED = """async ([number, task]) => {
    for (let look = 0; look < 60; look++) {
        const page = new DOMParser().parseFromString(await (await fetch('/?box=role')).text(), 'text/html')
        const rows = [...page.querySelectorAll('.yc-table tbody tr')].map(row => row.textContent)
        if (rows.some(text => text.includes(number) && text.includes(task))) return true
        await new Promise(done => setTimeout(done, 250))
    }
    return false
}"""


def take_when_due(clerk: Clerk, case_no: str, task: str) -> None:
    """Take a task that a clock brings: the server sees within seconds that its time was moved."""
    clerk.page.goto(f"{clerk.url}/?box=role")
    assert clerk.page.evaluate(_LISTED, [case_no, task]), f"{task} did not come"
    clerk.take(case_no, task)


@pytest.fixture(scope="module")
def passes(server: Server) -> dict[str, StorageState]:
    """What the browsers of the people at one server remember; the next edition's server knows none of it."""
    return {}


@pytest.fixture
def hall(new_page: NewPage, server: Server, tmp_path: Path, passes: dict[str, StorageState]) -> Hall:
    """The people and the clock of the module's server; it is nine o'clock on a Monday morning when they come."""
    found = Hall(server, new_page, tmp_path, passes)
    if not passes:
        today = found.today()
        found.set_clock(today + timedelta(days=7 - today.weekday()))
    return found
