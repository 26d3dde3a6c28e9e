"""Whatever is done to a countersigning behind the house's back is found."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
import sqlalchemy as sa

from engine.process.tasks.commands import ClaimTask
from engine.process.tasks.countersigning.commands import AskCountersigning, SignTask
from tests.support.house import House

DEFECTS = {
    "an opinion was turned round": ("I7.signature", "UPDATE countersigner SET verdict = 'agree' WHERE account = 'D61'"),
    "an opinion is gone": ("I7.signature", "UPDATE countersigner SET verdict = NULL WHERE account = 'D61'"),
    "an outcome was turned round": ("I7.countersigning", "UPDATE countersigning SET state = 'agreed'"),
    "somebody is asked whose turn it is not":
    ("I7.signer", "UPDATE countersigner SET waits = NOT waits WHERE account = 'W02'"),
    "the task is gone from under it":
    ("I7.countersigning_left", "UPDATE task SET state = 'cancelled' WHERE element = 'ut_head_decide'"),
    "everything said is gone": ("I7.signature", "DELETE FROM countersigner"),
}  # fmt: skip


@pytest.fixture
def asked(sqlite_house: House) -> House:
    task = sqlite_house.task(sqlite_house.accepted_instant(), "ut_head_decide").id
    sqlite_house.execute("D62", ClaimTask(task_id=task))
    sqlite_house.execute("D62", AskCountersigning(task_id=task, mode="all", signers=("D61", "D63", "W02")))
    sqlite_house.execute("D61", SignTask(task_id=task, verdict="disagree", opinion="不足"))
    return sqlite_house


def test_every_defect_of_a_countersigning_is_told_by_its_rule(asked: House):
    assert asked.violations() == []
    engine = asked.door.database
    for what, (rule, statement) in DEFECTS.items():
        with engine.writing() as connection:
            before = {name: connection.execute(sa.text(f"SELECT * FROM {name}")).mappings().all()
                      for name in ("countersigner", "countersigning", "task")}  # fmt: skip
            connection.execute(sa.text(statement))
        assert rule in {one.rule for one in asked.violations()}, what
        _put_back(asked, before)
    assert asked.violations() == []


def _put_back(house: House, before: Mapping[str, Any]) -> None:
    with house.door.database.writing() as connection:
        connection.execute(sa.text("DELETE FROM countersigner"))
        for row in before["countersigner"]:
            names = ", ".join(row)
            connection.execute(
                sa.text(f"INSERT INTO countersigner ({names}) VALUES ({', '.join(':' + name for name in row)})"),
                dict(row),
            )
        for name, key in (("countersigning", "task_id"), ("task", "id")):
            for row in before[name]:
                connection.execute(
                    sa.text(f"UPDATE {name} SET state = :state WHERE {key} = :id"),
                    {"state": row["state"], "id": row[key]},
                )
