"""Everybody who may not give a command gives it: who has not the role, and who does not see the case.

The command waits in a house in which its rightful giver succeeds, so nothing but the person is wrong.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields

import sqlalchemy as sa

from engine.casework.cases.tables import case_file
from engine.door import Door
from engine.foundation.clock import FixedClock
from engine.foundation.errors import NotFound, Refusal
from engine.registry.identity.queries import actor_of
from engine.registry.identity.rules import BLIND, SYSTEM, NotYourAction, may, scope_of
from tests.faults.killing import Rows, rows
from tests.faults.recording import Wish
from yichuang.compose import compose

STRANGERS = (
    "W01", "W03", "D11", "D12", "D13", "D21", "D22", "D23", "D61", "D62", "D63", "L31", "J41", "S51", "K61", "P61",
    "U81", "A01", "A02", "A03",
)  # fmt: skip
"""One of each role, and three departments' people: market, health, human resources."""


def refused_to_strangers(wish: Wish) -> Iterator[str]:
    """Yield a sentence for each stranger who is not refused as he must be."""
    door = compose(wish.strangers, clock=FixedClock(wish.now))
    before = rows(door)
    with door.read(SYSTEM) as view:
        people = [actor_of(view.connection, account, view.now, channel="api") for account in STRANGERS]
        department = _department(view.connection, wish)
    for actor in people:
        if not may(actor, wish.command.action):
            wanted: type[Refusal] = NotYourAction
        elif wish.command.action in BLIND:
            continue
        elif department is not None and not scope_of(actor).covers(department):
            wanted = NotFound
        else:
            continue
        try:
            door.execute(wish.command, actor, key=f"stranger-{actor.account}")
        except wanted:
            pass
        except Refusal as refusal:
            yield f"{actor.account} is told {refusal.code} and not {wanted.code}"
        else:
            yield f"{actor.account} may do it"
    yield from _left_behind(door, before)


def _department(connection: sa.Connection, wish: Wish) -> str | None:
    """Return the department whose case the command names, or None when it names no case."""
    named = {one.name: str(getattr(wish.command, one.name)) for one in fields(wish.command)}
    number = named.get("case_no") or named.get("root_id", "").removeprefix("case:")
    number = number or named.get("task_id", "").rpartition("-")[0]
    query = sa.select(case_file.c.department).where(case_file.c.case_no == number)
    return connection.execute(query).scalar_one_or_none()


def _left_behind(door: Door, before: Rows) -> Iterator[str]:
    """What strangers leave is a line each in their own access journal, and nothing else."""
    after = rows(door)
    for name in after:
        for row in set(after[name]) ^ set(before[name]):
            if name not in {"journal_line", "root"} or "'access:" not in row:
                yield f"strangers left in {name}: {row}"
