"""Cases that are not as drawn, made by a hand in the database: every hash fits, only the course does not."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa

from engine.foundation.journal.rules import canonical, chain_hash
from engine.foundation.store.unit import GENESIS
from engine.registry.identity.commands import CreateAccount
from engine.registry.identity.passwords import hash_password
from engine.registry.identity.rules import SYSTEM
from tests.engine.oversight.audit.test_past import WALKS
from tests.support.house import INSURANCE, PERSON, House
from yichuang.provision import DEMO_PASSWORD


def closed_case(house: House) -> str:
    """Return a case that was granted, handed over and archived."""
    case_no = house.accepted_instant()
    house.complete("D62", case_no, "ut_head_decide", {"decision": "grant"})
    house.finish(case_no, INSURANCE, ("王建国", PERSON["id_no"]))
    return case_no


def forge(house: House, case_no: str, change: Callable[[dict[str, Any]], object]) -> None:
    """Change the lines of a case and make the whole chain fit again."""
    root, head = f"case:{case_no}", GENESIS
    with house.door.database.writing() as connection:
        query = sa.text("SELECT seq, body FROM journal_line WHERE root_id = :root ORDER BY seq")
        for seq, body in connection.execute(query, {"root": root}).all():
            line = {**json.loads(body), "prev": head}
            change(line)
            text = canonical(line)
            head = chain_hash(text)
            connection.execute(
                sa.text(
                    "UPDATE journal_line SET body = :text, hash = :head, type = :type"
                    " WHERE root_id = :root AND seq = :seq"
                ),
                {"text": text, "head": head, "root": root, "seq": seq, "type": line["type"]},
            )
        connection.execute(sa.text("UPDATE root SET head = :head WHERE id = :root"), {"head": head, "root": root})


def leave_out(house: House, case_no: str, element: str) -> None:
    """Take an element out of what is on record of a case."""

    def change(line: dict[str, Any]) -> None:
        passed = line["data"].get("passed")
        if passed is not None:
            line["data"]["passed"] = [one for one in passed if one != element]

    forge(house, case_no, change)
    at = {"root": f"case:{case_no}", "element": element}
    with house.door.database.writing() as connection:
        gone = connection.execute(sa.text("DELETE FROM step WHERE root_id = :root AND element = :element"), at)
        assert gone.rowcount == 1


def department_auditor(house: House, department: str, account: str = "U82") -> str:
    """Return an account that audits one department's cases; it signs in with the demonstration's password."""
    command = CreateAccount(
        account=account, person=f"person-{account}", name="部门审计员", password_hash=hash_password(DEMO_PASSWORD),
        grants=(("auditor", department),), demo=True,
    )  # fmt: skip
    house.door.execute(command, SYSTEM, key=f"account:{account}")
    return account


def newer_version(line: dict[str, Any]) -> None:
    if line["seq"] == 7:
        line.update(v=2, data={"wholly": "otherwise"})


def unknown_type(line: dict[str, Any]) -> None:
    if line["seq"] == 7:
        line["type"] = "case.taught"


STRANGE: dict[str, tuple[Callable[[dict[str, Any]], None], str]] = {
    "newer version": (newer_version, "第 7 条记录是第 2 版格式，本版程序只认识第 1 版"),
    "unknown type": (unknown_type, "第 7 条记录的种类“case.taught”本版程序不认识"),
}
"""What a newer program may have written into a case, and what is said of it."""


def with_gap(house: House) -> tuple[str, str]:
    """Return a case that was moved to another release, whose line now says that it was moved from a third one; why."""
    WALKS["moved"](house)
    with house.door.database.reading() as connection:
        moved = sa.text("SELECT root_id, seq FROM journal_line WHERE type = 'process.migrated'")
        [(root, seq)] = connection.execute(moved).all()
    case_no = root.removeprefix("case:")

    def change(line: dict[str, Any]) -> None:
        if line["seq"] == seq:
            line["data"].update(from_release="f" * 64, from_number=7)

    forge(house, case_no, change)
    return case_no, f"第 {seq} 条记录说原为第 7 版，此前却没有改到第 7 版的记录，中间缺少改用新版的记录"
