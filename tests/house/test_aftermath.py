"""The tests whose houses are not looked at when they end, each with its reason; and that the look finds anything."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from pathlib import Path

from tests.house.tree import ROOT
from tests.support.aftermath import MARK, left_in
from tests.support.house import House
from tests.yichuang.test_cli_reexecuting import spoil

TAMPERS: Mapping[str, tuple[str, ...]] = {
    "tests/engine/casework/joint/test_joint_board.py": (
        "a hundred cases are rows only: they have no process and no release",
    ),
    "tests/engine/casework/joint/test_joint_random.py": (
        "cases without a main process: only their joint review is carried through",
    ),
    "tests/engine/oversight/audit/reexecution/test_planted.py": (
        "what a case rests on is changed in the database: it must be found",
    ),
    "tests/engine/oversight/audit/test_tampering.py": (
        "somebody has a hand in the database: what he changes must be found",
    ),
}
"""The marks of each file, in their order.  A test that writes to a house's database needs none: it is noticed."""


def marks(path: Path) -> tuple[str, ...]:
    """Return the reason of each ``tampers`` mark in a file; what gives none is an empty text."""
    calls = (node for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.Call))
    mine = (node for node in calls if isinstance(node.func, ast.Attribute) and node.func.attr == MARK)
    return tuple(str(ast.literal_eval(node.args[0])) if node.args else "" for node in mine)


def test_every_mark_stands_here_with_its_reason():
    files = ((path.relative_to(ROOT).as_posix(), marks(path)) for path in sorted((ROOT / "tests").rglob("*.py")))
    found = {name: why for name, why in files if why}
    assert found == TAMPERS
    assert all(len(why) > 20 for reasons in TAMPERS.values() for why in reasons)


def test_a_case_that_is_not_identical_and_a_broken_invariant_are_found(sqlite_house: House):
    case_no = sqlite_house.accepted_commitment()
    assert left_in(sqlite_house) == []
    with sqlite_house.door.database.writing() as connection:
        connection.exec_driver_sql("UPDATE clock SET due_on = '2026-12-01' WHERE kind = 'commitment'")
    assert [one.partition(" ")[0] for one in left_in(sqlite_house)] != []
    assert left_in(sqlite_house, whole=False) == [], "a clock's row is a matter of the invariants"
    spoil(sqlite_house, case_no)
    [told] = left_in(sqlite_house, whole=False)
    assert told.startswith(f"{case_no} 第 ")


def test_who_writes_past_the_door_is_noticed_and_who_goes_through_it_is_not(sqlite_house: House):
    sqlite_house.accepted_commitment()
    sqlite_house.reopen()
    assert sqlite_house.kept_by_the_door
    with sqlite_house.neighbour().door.database.writing():
        pass
    assert not sqlite_house.kept_by_the_door
