"""The people of a throw-away house: two for every post, so that no separation of duties stops a case for want of one.

The demonstration's accounts are there too: a script may name them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from engine.door import Door
from engine.foundation.store.unit import Actor
from engine.process.tasks.desk import Desk, open_desk
from engine.process.tasks.rules import Task
from engine.registry.identity.commands import CreateAccount
from engine.registry.identity.queries import account_ids, actor_of, staff_of
from engine.registry.identity.rules import ROLES, SYSTEM
from engine.registry.organisation.queries import CENTER
from processes import library

CHANNEL = "rehearsal"
_CENTRE = ("window_clerk", "issue_clerk", "complaint_clerk", "center_head", "supervisor")
_DEPARTMENT = ("dept_reviewer", "dept_head", "dept_archivist", "lead_coordinator")
_NO_PASSWORD = "!"  # noqa: S105 - no hash: it fits no password at all
"""Nobody signs in to a throw-away house."""


def engage(door: Door) -> None:
    """Create two people for each post of the centre and of every department."""
    with door.read(SYSTEM) as view:
        present = account_ids(view.connection)
    for number, (role, place) in enumerate(_posts(), 1):
        for which in ("1", "2"):
            account = f"R{number:03d}{which}"
            if account not in present:
                command = CreateAccount(
                    account=account, person=f"person-{account}", name=f"演练{ROLES[role]}{which}",
                    password_hash=_NO_PASSWORD, grants=((role, place),), demo=True,
                )  # fmt: skip
                door.execute(command, SYSTEM, key=f"rehearsal:account:{account}")


def _posts() -> Iterator[tuple[str, str]]:
    yield from ((role, CENTER) for role in _CENTRE)
    for one in library.departments().values():
        if one.kind != "center":
            yield from ((role, one.key) for role in _DEPARTMENT)


def actor(door: Door, account: str) -> Actor:
    """Return the actor behind an account; raise AccountUnknown."""
    with door.read(SYSTEM) as view:
        return actor_of(view.connection, account, view.now, channel=CHANNEL)


def somebody_for(door: Door, task: Task) -> tuple[Actor, Desk] | None:
    """Return the first person who may do the task now with the task as that person sees it; None when nobody may."""
    for account in _with_post(door, task):
        one = actor(door, account)
        with door.read(one) as view:
            desk = open_desk(view, task.id)
        if desk.refusal is None:
            return one, desk
    return None


def _with_post(door: Door, task: Task) -> list[str]:
    """Return the accounts with the task's post, the demonstration's own first."""
    with door.read(SYSTEM) as view:
        staff = [account for account, _ in staff_of(view.connection, task.department, view.now)]
        mine = [
            account
            for account in staff
            if (task.role, task.department) in actor_of(view.connection, account, view.now, channel=CHANNEL).grants
        ]
    return in_order(mine)


def in_order(accounts: Iterable[str]) -> list[str]:
    """Return accounts as they are asked to do something: the demonstration's own first."""
    return sorted(accounts, key=lambda account: (account.startswith(("R", "X")), account))
