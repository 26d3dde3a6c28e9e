"""T040: a task whose holder's mandate has ended, or whose account was disabled, lies with the colleagues again."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa

from engine.process.tasks.commands import ClaimTask
from engine.process.tasks.notifications.queries import notifications_for
from engine.process.tasks.queries import inbox
from engine.process.tasks.shift.commands import TakeBackTask
from engine.process.tasks.shift.queries import stranded
from engine.registry.identity.commands import SetAccountState
from engine.registry.identity.queries import put_grant
from engine.registry.identity.rules import SYSTEM
from tests.support.house import House
from yichuang.worker import take_tasks_back


def held(house: House) -> str:
    """Return a case whose decision D62 holds by a mandate of one more hour, with X91 as the deputy."""
    case_no = house.accepted_instant()
    house.execute("D62", ClaimTask(task_id=house.task(case_no, "ut_head_decide").id))
    with house.unit("account:D62", "account:X91") as unit:
        put_grant(unit, "D62", "dept_head", "hrss", until=unit.now + timedelta(hours=1))
        put_grant(unit, "X91", "dept_head", "hrss")
    return case_no


def in_box(house: House, account: str, box: str) -> list[str]:
    with house.door.read(house.actor(account)) as view:
        return [one.element for one in inbox(view.connection, view.actor, box)[0]]


def test_T040_when_the_mandate_ends_the_deputy_finds_the_task_in_the_box(house: House):
    case_no = held(house)
    assert take_tasks_back(house.door) == 0
    assert "ut_head_decide" not in in_box(house, "X91", "role")
    house.wait(hours=2)
    assert take_tasks_back(house.door) == 1
    assert in_box(house, "X91", "role") == ["ut_head_decide"]
    assert house.task(case_no, "ut_head_decide").holder is None
    line = house.journal(f"case:{case_no}")[-1]
    assert (line.type, line.account) == ("task.taken_back", "system")
    assert "退回待签收" in line.sentence
    with house.door.read(house.actor("X91")) as view:
        assert "taken_back" in {one.kind for one in notifications_for(view.connection, view.actor)}
    house.execute("X91", ClaimTask(task_id=house.task(case_no, "ut_head_decide").id))
    assert take_tasks_back(house.door) == 0
    assert house.violations() == []


def test_what_a_disabled_account_held_lies_with_the_colleagues(house: House):
    case_no = house.accepted_instant()
    task = house.task(case_no, "ut_head_decide")
    house.execute("D62", ClaimTask(task_id=task.id))
    house.execute("A02", SetAccountState(account="D62", state="disabled"))
    assert take_tasks_back(house.door) == 1
    assert house.task(case_no, "ut_head_decide").holder is None
    assert house.violations() == []


def test_a_mandate_that_was_renewed_meanwhile_keeps_its_tasks(sqlite_house: House):
    case_no = held(sqlite_house)
    sqlite_house.wait(hours=2)
    with sqlite_house.unit("account:D62") as unit:
        put_grant(unit, "D62", "dept_head", "hrss")
    task = sqlite_house.task(case_no, "ut_head_decide")
    told = sqlite_house.door.execute(TakeBackTask(task_id=task.id), SYSTEM, key="late")
    assert told == {"taken": False}
    assert sqlite_house.task(case_no, "ut_head_decide").holder == "D62"


def test_another_mandate_that_ended_takes_nothing_away(sqlite_house: House):
    case_no = sqlite_house.accepted_instant()
    sqlite_house.execute("D62", ClaimTask(task_id=sqlite_house.task(case_no, "ut_head_decide").id))
    with sqlite_house.unit("account:D62") as unit:
        put_grant(unit, "D62", "dept_archivist", "hrss", until=unit.now + timedelta(hours=1))
        put_grant(unit, "D62", "dept_head", "market", until=unit.now + timedelta(hours=1))
    sqlite_house.wait(hours=2)
    assert take_tasks_back(sqlite_house.door) == 0
    assert sqlite_house.task(case_no, "ut_head_decide").holder == "D62"


def test_looking_for_them_walks_along_the_index_of_holders(house: House):
    held(house)
    with house.door.read(SYSTEM) as view:
        seen: list[str] = []
        engine = view.connection.engine

        def note(connection: object, cursor: object, statement: str, *rest: object) -> None:
            seen.append(statement)

        sa.event.listen(engine, "before_cursor_execute", note)
        stranded(view.connection, datetime(2026, 3, 2, tzinfo=view.now.tzinfo))
        sa.event.remove(engine, "before_cursor_execute", note)
    assert len(seen) == 1
    assert "task.state = 'open'" in seen[0], "written out, or the partial index does not fit"
    assert "LIMIT" in seen[0].upper()
