"""Who might do what at a moment, from what the journals of accounts say up to then: a pure fold.

Rows say who holds a post now, and a mandate that was given anew keeps nothing of the old one; the lines keep it all.
What is on no line cannot be told: an account of which no line says that it was made is said to be unknown.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime

from engine.foundation.journal.queries import Line
from engine.registry.identity.accounts.handlers import GRANTED, REVOKED
from engine.registry.identity.accounts.rules import validity
from engine.registry.identity.handlers import CREATED, STATE_SET
from engine.registry.identity.leave import handlers as leave
from engine.registry.identity.leave.rules import period
from engine.registry.identity.rules import STOOD_IN

OLD_STATE = "account.state_set"
"""What the first releases wrote where :data:`STATE_SET` says which."""

LINES = (CREATED, GRANTED, REVOKED, *STATE_SET.values(), OLD_STATE, leave.REGISTERED, leave.REVOKED)
"""Every line that says who holds a post, and who stands in for whom."""


@dataclass(frozen=True)
class Post:
    """A role in a department that an account held from ``since`` until before ``until`` (UTC; None: without end)."""

    account: str
    role: str
    department: str
    since: datetime
    until: datetime | None

    def holds(self, at: datetime) -> bool:
        """Tell whether it holds at ``at``."""
        return self.since <= at and (self.until is None or self.until > at)


@dataclass(frozen=True)
class Absence:
    """A leave: who is absent, who stands in, from when until before when (UTC)."""

    account: str
    substitute: str
    since: datetime
    until: datetime


@dataclass
class Rights:
    """Posts and absences as they were at ``at``; ``made`` are the accounts of which a line says that they were made."""

    at: datetime
    posts: dict[tuple[str, str, str], Post] = field(default_factory=dict)
    absences: dict[int, Absence] = field(default_factory=dict)
    disabled: set[str] = field(default_factory=set)
    made: set[str] = field(default_factory=set)

    def holders(self, role: str, department: str) -> list[Post]:
        """Return who held the post then, in order of accounts; a disabled account holds nothing."""
        found = [
            one for one in self.posts.values()
            if (one.role, one.department) == (role, department) and self._stands(one)
        ]  # fmt: skip
        return sorted(found, key=lambda one: one.account)

    def substitutes(self, role: str, department: str) -> list[Absence]:
        """Return who filled the post then for a holder on leave; only posts that work on tasks are filled so."""
        if role not in STOOD_IN:
            return []
        held = {one.account for one in self.holders(role, department)}
        found = [
            one for one in self.absences.values()
            if one.account in held and one.since <= self.at < one.until and one.substitute not in self.disabled
        ]  # fmt: skip
        return sorted(found, key=lambda one: (one.substitute, one.account))

    def of(self, account: str) -> list[Post]:
        """Return the posts that an account held then."""
        found = [one for one in self.posts.values() if one.account == account and self._stands(one)]
        return sorted(found, key=lambda one: (one.department, one.role))

    def might(self, account: str, role: str, department: str) -> bool:
        """Tell whether the account might work on a task for the post then, by its own or by standing in."""
        own = any(one.account == account for one in self.holders(role, department))
        return own or any(one.substitute == account for one in self.substitutes(role, department))

    def _stands(self, post: Post) -> bool:
        return post.account not in self.disabled and post.holds(self.at)


def rights_at(lines: Iterable[Line], at: datetime) -> Rights:
    """Return the rights at ``at`` from the ``lines`` up to then, which are of :data:`LINES` and in order of time."""
    rights = Rights(at)
    for line in lines:
        account = str(line.data.get("account", ""))
        if line.type == CREATED:
            rights.made.add(account)
            for role, department in line.data["grants"]:
                _grant(rights, line, account, role, department)
        elif line.type == GRANTED:
            _grant(rights, line, account, line.data["role"], line.data["department"])
        elif line.type == REVOKED:
            _revoke(rights, line, account)
        elif line.type == leave.REGISTERED:
            since, until = period(line.data["from_day"], line.data["until_day"], line.at)
            rights.absences[line.data["leave"]] = Absence(account, line.data["substitute"], since, until)
        elif line.type == leave.REVOKED:
            rights.absences.pop(line.data["leave"], None)
        elif line.type == STATE_SET["active"] or line.data.get("state") == "active":
            rights.disabled.discard(account)
        else:
            rights.disabled.add(account)
    return rights


def _grant(rights: Rights, line: Line, account: str, role: str, department: str) -> None:
    since, until = validity(line.data.get("from_day") or "", line.data.get("until_day") or "", line.at)
    before = rights.posts.get((account, role, department))
    if before is not None and before.holds(line.at):
        since = before.since  # what holds goes on holding; only its end is set anew
    rights.posts[account, role, department] = Post(account, role, department, since, until)


def _revoke(rights: Rights, line: Line, account: str) -> None:
    key = (account, line.data["role"], line.data["department"])
    before = rights.posts.pop(key, None)
    if before is not None and before.since <= line.at:
        rights.posts[key] = replace(before, until=line.at)
