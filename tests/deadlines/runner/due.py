"""Cases whose deadlines have come, and one that cannot be carried on."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa

from engine.process.clocks.queries import DeadlineRow, deadlines_of
from engine.process.tasks.tables import process_instance
from engine.registry.identity.rules import SYSTEM
from tests.support.house import COMPANY, House


def overdue_cases(house: House, count: int) -> list[str]:
    """Return cases received on Monday 2 March 2026; the clock stands where all are deemed accepted (32.4)."""
    house.at(2026, 3, 2, 9, 5)
    cases = []
    for _ in range(count):
        house.wait(seconds=1)
        cases.append(house.receive("W01", "I09", COMPANY))
    house.at(2026, 3, 10, 0, 0)
    return cases


def deadline_of(house: House, case_no: str) -> DeadlineRow:
    """Return the deadline of the case's first boundary."""
    with house.door.read(SYSTEM) as view:
        return next(one for one in deadlines_of(view.connection, f"case:{case_no}") if one.effect == "boundary")


def poison(house: House, case_no: str) -> bytes:
    """Spoil the state of a case on the disk; return what it was."""
    mine = process_instance.c.root_id == f"case:{case_no}"
    with house.door.database.writing() as connection:
        before = bytes(connection.execute(sa.select(process_instance.c.snapshot).where(mine)).scalar_one())
        connection.execute(process_instance.update().where(mine).values(snapshot=b"spoiled"))
    house.reopen()  # else the hot copy of the case would carry it on
    return before


def heal(house: House, case_no: str, snapshot: bytes) -> None:
    """Put the state of a case back."""
    mine = process_instance.c.root_id == f"case:{case_no}"
    with house.door.database.writing() as connection:
        connection.execute(process_instance.update().where(mine).values(snapshot=snapshot))


def deemed(house: House, cases: Iterable[str]) -> list[bool]:
    """Tell of each case whether it was deemed accepted."""
    return [house.case(case_no).deemed for case_no in cases]
