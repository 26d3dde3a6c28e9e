"""Filling a new installation: register, catalogue, processes, and the demonstration's accounts."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from typing import TypeAlias

from engine.door import Door
from engine.oversight.publishing.commands import Deploy, SeedRegister
from engine.process.bpmn.releases.queries import releases_of
from engine.process.clocks.ladder.queries import has_ladder
from engine.registry.identity.commands import CreateAccount
from engine.registry.identity.handlers import AccountExists
from engine.registry.identity.passwords import hash_password
from engine.registry.identity.queries import account_ids
from engine.registry.identity.rules import SYSTEM
from engine.registry.organisation.queries import CENTER
from engine.registry.policies.queries import policies
from engine.registry.policies.shipped import DEFAULTS
from processes import library
from processes.library import SHIPPED

DEMO_PASSWORD = "Anyang-2026"  # noqa: S105 - shown on the sign-in page, refused by --production

_CENTRE_ACCOUNTS: tuple[tuple[str, str, str], ...] = (
    ("W01", "受理员一", "window_clerk"),
    ("W02", "受理员二", "window_clerk"),
    ("W03", "出件员", "issue_clerk"),
    ("J41", "有诉即办专员", "complaint_clerk"),
    ("C01", "中心负责人", "center_head"),
    ("S51", "监察员", "supervisor"),
    ("K61", "考核员", "evaluator"),
    ("P61", "流程设计师一", "designer"),
    ("P62", "流程设计师二", "designer"),
    ("U81", "审计员", "auditor"),
    ("A01", "系统管理员", "sys_admin"),
    ("A02", "安全管理员", "sec_admin"),
    ("A03", "审计管理员", "audit_admin"),
    ("M71", "系统对接", "integrator"),
)
_DEPARTMENT_ROLES = (
    ("1", "审查员", "dept_reviewer"),
    ("2", "业务负责人", "dept_head"),
    ("3", "档案员", "dept_archivist"),
)
_LEAD = "market"
"""The department that leads the catalogue's joint reviews, and of the accounts made to test separation of duties."""


def provision(door: Door) -> None:
    """Seed the register and publish the shipped catalogue and processes when nothing was released yet.

    A house of an older program gets what the register has gained since; figures that were set stay.
    """
    with door.read(SYSTEM) as view:
        done = bool(releases_of(view.connection))
        missing = sorted({one.key for one in DEFAULTS} - {one.key for one in policies(view.connection)})
        missing += [] if has_ladder(view.connection) else ["ladder"]
    if done:
        if missing:
            mark = hashlib.sha256(" ".join(missing).encode()).hexdigest()[:16]
            door.execute(SeedRegister(), SYSTEM, key=f"provision:register:{mark}")
        return
    door.execute(SeedRegister(), SYSTEM, key="provision:register")
    items = {path.stem: path.read_text("utf-8") for path in sorted((SHIPPED / "items").glob("*.json"))}
    processes = {id: file.xml.decode("utf-8") for id, file in library.processes().items()}
    tables = {id: file.xml.decode("utf-8") for id, file in library.decisions().items()}
    door.execute(Deploy(processes=processes, items=items, decisions=tables), SYSTEM, key="provision:catalogue")


def provision_demo(door: Door) -> None:
    """Create the demonstration's accounts that are missing, with one password; usually there is none missing."""
    with door.read(SYSTEM) as view:
        present = account_ids(view.connection)
    missing = [one for one in _demo_accounts() if one[0] not in present]
    hash = hash_password(DEMO_PASSWORD) if missing else ""
    for account, person, name, grants in missing:
        command = CreateAccount(account=account, person=person, name=name, password_hash=hash, grants=grants, demo=True)
        # No two processes hash the password alike, so their commands differ: each has a key of its own.
        with suppress(AccountExists):
            door.execute(command, SYSTEM, key=f"provision:account:{account}:{hash[-16:]}")


DemoAccount: TypeAlias = tuple[str, str, str, tuple[tuple[str, str], ...]]
"""Account, person, name, grants."""


def _demo_accounts() -> list[DemoAccount]:
    """Return every demonstration account."""
    found: list[DemoAccount] = [(id, f"person-{id}", name, ((role, CENTER),)) for id, name, role in _CENTRE_ACCOUNTS]
    for department in library.departments().values():
        if department.account_number is None:
            continue
        for place, title, role in _DEPARTMENT_ROLES:
            id = f"D{department.account_number}{place}"
            found.append((id, f"person-{id}", f"{department.short_name}{title}", ((role, department.key),)))
    found.append(("L31", "person-L31", "牵头协调员", (("lead_coordinator", _LEAD),)))
    both = (("window_clerk", CENTER), ("dept_reviewer", _LEAD))
    found.append(("X91", "person-X9", "双岗人员", both))
    found.append(("X92", "person-X9", "双岗人员", (("dept_reviewer", _LEAD),)))
    return found
