"""``audit verify``: exit 0 when all holds, 1 with the first line that does not."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa

from engine.foundation.journal.tables import journal_line
from tests.support.house import House
from tests.yichuang.shell import Shell


def tamper(house: House, root_id: str, seq: int, **values: object) -> None:
    """Change a journal line behind the house's back."""
    with house.door.database.writing() as connection:
        mine = (journal_line.c.root_id == root_id) & (journal_line.c.seq == seq)
        assert connection.execute(journal_line.update().where(mine).values(**values)).rowcount == 1


def body_of(house: House, root_id: str, seq: int) -> str:
    """Return the text of a journal line."""
    with house.door.database.reading() as connection:
        mine = (journal_line.c.root_id == root_id) & (journal_line.c.seq == seq)
        return str(connection.execute(sa.select(journal_line.c.body).where(mine)).scalar_one())


def test_a_house_in_order_is_told_so(shell: Shell, sqlite_house: House):
    case_no = sqlite_house.accepted_instant()
    for which in (("--all",), ("--case", case_no)):
        ran = shell("audit", "verify", *which)
        assert (ran.code, ran.err) == (0, "")
        assert re.fullmatch(r"核对无误：[1-9]\d* 条过程记录链，[1-9]\d* 条记录，1 件办件", ran.out.strip())
        assert shell("audit", "verify", *which, "--json").json == []


@pytest.mark.parametrize("which", ["case", "all"])
def test_the_first_changed_line_is_named(shell: Shell, sqlite_house: House, which: str):
    case_no = sqlite_house.accepted_instant()
    root = f"case:{case_no}"
    for seq in (3, 2):
        tamper(sqlite_house, root, seq, body=body_of(sqlite_house, root, seq).replace("W01", "W02"))
    words = ("--case", case_no) if which == "case" else ("--all",)
    ran = shell("audit", "verify", *words)
    assert ran.code == 1
    broken = [line for line in ran.out.splitlines() if line.startswith("I3 ")]
    assert broken == [f"I3 {root}：第 2 条记录：内容与摘要不符"]
    assert {"invariant": "I3", "root": root, "sentence": "第 2 条记录：内容与摘要不符"} in shell(
        "audit", "verify", *words, "--json"
    ).json


def test_a_case_in_order_is_in_order_beside_one_that_is_not(shell: Shell, sqlite_house: House):
    good, bad = sqlite_house.accepted_instant(), sqlite_house.accepted_instant()
    tamper(sqlite_house, f"case:{bad}", 1, hash="0" * 64)
    assert shell("audit", "verify", "--case", good).code == 0
    assert shell("audit", "verify", "--case", bad).code == 1
    assert shell("audit", "verify", "--all").code == 1


def test_a_changed_line_of_the_catalogue_is_found_too(shell: Shell, sqlite_house: House):
    tamper(sqlite_house, "release:catalogue", 1, hash="0" * 64)
    ran = shell("audit", "verify", "--all")
    assert ran.code == 1
    assert "I3 release:catalogue：第 1 条记录" in ran.out


def test_a_case_that_does_not_exist_is_not_called_in_order(shell: Shell, sqlite_house: House):
    case_no = sqlite_house.accepted_instant()
    for slip in (case_no[:-1], case_no + "0", "", "%"):
        ran = shell("audit", "verify", "--case", slip)
        assert (ran.code, ran.out) == (1, "")
        assert ran.err.startswith("CASE_MISSING：")


def test_one_must_say_what_is_to_be_verified(shell: Shell):
    with pytest.raises(SystemExit) as ended:
        shell("audit", "verify")
    assert ended.value.code == 2
