"""kill -9 before every statement of a command, before its commit and right after it: whole effect or none.

The command runs in a process of its own, killed at point 1, 2, 3 … until it goes through.  Whatever the point, the
database is afterwards row by row what it was; killed after the commit it is what the command made of it, and the same
command under the same key changes nothing any more.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pytest
import sqlalchemy as sa

import forms
from engine.casework.cases.commands import ReceiveApplication
from engine.door import Door
from engine.foundation.clock import FixedClock
from engine.foundation.store.commands import Command
from engine.foundation.store.migrations.making import import_all_tables
from engine.foundation.store.types import METADATA
from engine.foundation.store.unit import Actor
from engine.oversight.publishing.commands import Deploy
from engine.process.clocks.queries import due_deadlines
from engine.process.documents.commands import RecordRendering
from engine.process.tasks.commands import ClaimTask, CompleteTask, FireDeadline
from engine.registry.identity.queries import actor_of
from engine.registry.identity.rules import SYSTEM
from processes import library
from tests.support.house import COMPANY, PERSON, House, NewHouse
from tests.support.processes import in_process, kill_me
from yichuang.compose import compose
from yichuang.settings import Settings

CHOSEN = None if os.environ.get("YICHUANG_FULL") else 6
"""The small size takes six points, the commit and the moment after it; YICHUANG_FULL=1 takes every one."""

NEVER_WRITTEN_HERE = {"calendar_day", "item_version", "artifact", "department", "service_window", "policy"}
"""Tables of many rows that none of these commands writes: they are counted, not compared."""


@dataclass(frozen=True)
class Wish:
    """A command that somebody gives at an instant, under a key."""

    account: str
    command: Command
    now: datetime
    key: str = "the-wish"

    def actor(self, door: Door) -> Actor:
        """Return who gives it."""
        if self.account == SYSTEM.account:
            return SYSTEM
        with door.read(SYSTEM) as view:
            return actor_of(view.connection, self.account, view.now, channel="api")


def given(settings: Settings, wish: Wish, at: int) -> tuple[Mapping[str, Any], int]:
    """Give the command, and die at point ``at``; return its answer and how many points there were."""
    door = compose(settings, clock=FixedClock(wish.now))
    actor = wish.actor(door)
    seen = 0

    def point(*_: Any) -> None:
        nonlocal seen
        seen += 1
        if seen == at:
            kill_me()

    sa.event.listen(sa.Engine, "before_cursor_execute", point)
    sa.event.listen(sa.Engine, "commit", point)
    answer = door.execute(wish.command, actor, key=wish.key)
    point()
    return answer, seen


def rows(house: House) -> dict[str, Any]:
    """Return every row of the database, in no order of its own."""
    import_all_tables()
    found: dict[str, Any] = {}
    with house.door.database.reading() as connection:
        for name, table in METADATA.tables.items():
            counted = name in NEVER_WRITTEN_HERE
            query = sa.select(sa.func.count()).select_from(table) if counted else sa.select(table)
            found[name] = sorted(map(repr, connection.execute(query)))
    return found


# What is cut off ----------------------------------------------------------------------------------------------------


def receiving(house: House) -> Wish:
    """收件: number, case, materials, sealed data, process, clock."""
    return Wish("W01", ReceiveApplication(item_code="I02", answer=COMPANY, partial=True), house.clock.now())


def claiming(house: House) -> Wish:
    """签收: a small one."""
    case_no = house.receive("W01", "I06", PERSON)
    return Wish("W01", ClaimTask(task_id=house.task(case_no, "ut_formal").id), house.clock.now())


def accepting(house: House) -> Wish:
    """收件（受理）: a running number, a document, two clocks, the process moves on."""
    case_no = house.receive("W01", "I02", COMPANY)
    house.complete("W01", case_no, "ut_formal", {"formal_result": "accept"})
    task = house.task(case_no, "ut_accept")
    desk = house.desk("W01", task)
    answer = forms.read_json(desk.schema, {}, desk.context)
    return Wish("W01", CompleteTask(task_id=task.id, answer=answer), house.clock.now())


def firing(house: House) -> Wish:
    """视为受理: the sweeper's command, with a card and a notification."""
    house.at(2026, 3, 2)
    house.receive("W01", "I02", COMPANY)
    house.at(2026, 3, 10)
    with house.door.read(SYSTEM) as view:
        [(root_id, deadline_id)] = due_deadlines(view.connection, view.now)
    return Wish("system", FireDeadline(root_id=root_id, deadline_id=deadline_id), house.clock.now())


def rendering(house: House) -> Wish:
    """A file was rendered: digest and line, and its message is closed."""
    case_no = house.accepted_instant()
    [document] = house.documents(case_no)
    command = RecordRendering(root_id=document.root_id, document_id=document.id, sha256="f" * 64, message_id=1)
    return Wish("system", command, house.clock.now())


def deploying(house: House) -> Wish:
    """发布: fourteen releases and an epoch."""
    house.receive("W01", "I02", COMPANY)
    text = library.processes()["route_commitment"].xml.decode("utf-8").replace("实质审查", "实质审查（新）")
    return Wish("P61", Deploy(processes={"route_commitment": text}), house.clock.now())


CUT_OFF = (receiving, claiming, accepting, firing, rendering, deploying)


@pytest.mark.parametrize("dialect", ["sqlite", "postgresql"])
@pytest.mark.parametrize("prepare", CUT_OFF, ids=lambda one: one.__name__)
def test_a_command_cut_off_anywhere_has_its_whole_effect_or_none(prepare: Any, dialect: str, new_house: NewHouse):
    house = new_house(dialect)
    wish = prepare(house)
    before = rows(house)

    undisturbed = new_house(dialect)
    answered = in_process(given, undisturbed.settings, prepare(undisturbed), 0)
    last = answered.value[1]
    for at in sorted({*range(1, last, max(1, last // (CHOSEN or last))), last - 1}):
        assert in_process(given, house.settings, wish, at).killed
        assert rows(house) == before, f"half an effect at point {at} of {last}"

    assert in_process(given, house.settings, wish, last).killed, "after the commit, before the answer"
    after = rows(house)
    assert after != before
    repeated = in_process(given, house.settings, wish, 0)
    assert repeated.code == 0
    assert rows(house) == after, "the lost answer is given, and nothing is done twice"
    assert house.violations() == []
