"""Everybody who may not give a command gives it: who has not the role, and who does not see the case.

The command waits in a house in which its rightful giver succeeds, so nothing but the person is wrong; then it is given
once more about a case that does not exist, and whoever may give it is told so.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import fields, replace
from typing import Any

import sqlalchemy as sa

from engine.casework.cases.tables import case_file
from engine.door import Door
from engine.foundation.clock import FixedClock
from engine.foundation.errors import NotFound, Refusal
from engine.foundation.store.commands import Command
from engine.foundation.store.unit import Actor
from engine.process.tasks.tables import task
from engine.registry.identity.queries import actor_of
from engine.registry.identity.rules import BLIND, SYSTEM, NotYourAction
from tests.engine.registry.test_identity_permissions import EXPECTED
from tests.faults.killing import Rows, rows
from tests.faults.recording import Wish
from yichuang.compose import compose

STRANGERS = (
    "W01", "W03", "D11", "D12", "D13", "D21", "D22", "D23", "D61", "D62", "D63", "L31", "J41", "C01", "S51", "K61",
    "P61", "U81", "A01", "A02", "A03", "M71",
)  # fmt: skip
"""One of each role, and three departments' people: market, health, human resources."""

SEES_ALL = frozenset({"window_clerk", "issue_clerk", "center_head", "supervisor", "evaluator", "auditor"})
SEES_OWN = frozenset({"dept_reviewer", "dept_head", "dept_archivist", "lead_coordinator"})
"""Who sees the cases of every department, and who those of his own; said here by hand, not asked of the rules."""

NOBODY = "9998"
"""The end of a case number that no case has."""


def refused_to_strangers(wish: Wish) -> Iterator[str]:
    """Yield a sentence for each stranger who is not refused as he must be, and for what is done to what is not there.

    Who may give the command is written in EXPECTED, who sees a case above: the rules themselves are not asked.
    """
    door = compose(wish.strangers, clock=FixedClock(wish.now))
    before = rows(door)
    with door.read(SYSTEM) as view:
        people = [actor_of(view.connection, account, view.now, channel="api") for account in STRANGERS]
        departments = _departments(view.connection, wish)
    absent = _absent(wish.command)
    for actor in people:
        if not _may(actor, wish):
            yield from _refused(door, wish.command, actor, NotYourAction)
            if absent is not None:
                yield from _refused(door, absent, actor, NotYourAction)
            continue
        # Who mends or moves cases need not see them; that a case is there is all that is asked.
        blind = wish.command.action in BLIND
        if departments and not blind and not any(_sees(actor, one) for one in departments):
            yield from _refused(door, wish.command, actor, NotFound)
        if absent is not None:
            yield from _refused(door, absent, actor, NotFound)
    yield from _left_behind(door, before)


def _may(actor: Actor, wish: Wish) -> bool:
    return any(role in EXPECTED[type(wish.command).__name__] for role, _ in actor.grants)


def _sees(actor: Actor, department: str) -> bool:
    return any(role in SEES_ALL or (role in SEES_OWN and place == department) for role, place in actor.grants)


def _refused(door: Door, command: Command, actor: Actor, wanted: type[Refusal]) -> Iterator[str]:
    try:
        door.execute(command, actor, key=f"stranger-{actor.account}-{uuid.uuid4().hex}")
    except wanted:
        pass
    except Refusal as refusal:
        yield f"{actor.account} is told {refusal.code} and not {wanted.code} for {_named(command)}"
    else:
        yield f"{actor.account} may do it to {_named(command)}"


def _named(command: Command) -> dict[str, str]:
    """Return the words of a command by which it may name a case."""
    return {one.name: str(getattr(command, one.name)) for one in fields(command) if one.name in NAMES}


NAMES = ("case_no", "root_id", "task_id")


def _absent(command: Command) -> Command | None:
    """Return the command about a case, or a task of a case, that is not there; None when it names none."""
    named = _named(command)
    changed: dict[str, Any] = {}
    if case_no := named.get("case_no"):
        changed["case_no"] = case_no[:-4] + NOBODY
    elif task_id := named.get("task_id"):
        case_no, _, number = task_id.rpartition("-")
        changed["task_id"] = f"{case_no[:-4]}{NOBODY}-{number}"
    return replace(command, **changed) if changed else None


def _departments(connection: sa.Connection, wish: Wish) -> set[str]:
    """Return who handles the case that the command names, and whom it has asked; nobody when it names no case."""
    named = _named(wish.command)
    number = named.get("case_no") or named.get("root_id", "").removeprefix("case:")
    number = number or named.get("task_id", "").rpartition("-")[0]
    handling = sa.select(case_file.c.department).where(case_file.c.case_no == number)
    asked = sa.select(task.c.department).where(task.c.root_id == f"case:{number}")
    return set(connection.scalars(handling)) | set(connection.scalars(asked))


def _left_behind(door: Door, before: Rows) -> Iterator[str]:
    """What strangers leave is a line each in their own access journal, and nothing else."""
    after = rows(door)
    for name in after:
        for row in set(after[name]) ^ set(before[name]):
            if name not in {"journal_line", "root", "seal_queue"} or "'access:" not in row:
                yield f"strangers left in {name}: {row}"
