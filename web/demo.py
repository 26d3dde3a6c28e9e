"""The demonstration's accounts as the sign-in page lists them: the centre's one by one, the departments' as a table."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from engine.registry.organisation.queries import CENTER, Department

DEPARTMENT_ROLES = ("dept_reviewer", "dept_head", "dept_archivist")
_REGULAR = re.compile(r"^D(\d+)[123]$")
"""Accounts of departments are numbered: the department's number, then 1 reviewer, 2 head, 3 archivist."""

Listed = tuple[str, str, tuple[tuple[str, str], ...]]


@dataclass(frozen=True)
class DemoAccount:
    """One account of the demonstration."""

    account: str
    name: str
    roles: tuple[str, ...]


@dataclass
class DemoDepartment:
    """A department's accounts by role."""

    name: str
    number: int
    accounts: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class DemoAccounts:
    """All accounts as shown."""

    centre: list[DemoAccount]
    departments: list[DemoDepartment]


def sorted_out(listed: Iterable[Listed], named: Mapping[str, Department]) -> DemoAccounts:
    """Return the accounts in the order and the groups in which a person looks for one."""
    single: list[DemoAccount] = []
    rows: dict[str, DemoDepartment] = {}
    for account, name, grants in listed:
        regular = _REGULAR.match(account)
        if regular is None or grants[0][1] == CENTER:
            single.append(DemoAccount(account, name, tuple(role for role, _place in grants)))
            continue
        role, place = grants[0]
        row = rows.setdefault(place, DemoDepartment(named[place].short_name, int(regular[1])))
        row.accounts[role] = account
    single.sort(key=lambda one: ("WXLJCSKUPAM".find(one.account[0]), one.account))
    return DemoAccounts(single, sorted(rows.values(), key=lambda row: row.number))
