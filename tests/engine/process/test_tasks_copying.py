"""抄送: a read-only copy to who may see the case anyway, with a row, a read mark and a line."""

from __future__ import annotations

import pytest

from engine.foundation.errors import InvalidFields
from engine.process.tasks.commands import ClaimTask
from engine.process.tasks.copying.commands import ReadCopies, SendCopies
from engine.process.tasks.copying.queries import copies_of_task, copies_to, waiting_counts
from engine.process.tasks.copying.rules import MOST, Copy, CopyMissing, CopyOutOfSight, checked_receivers
from engine.process.tasks.handing.commands import DelegateTask
from engine.process.tasks.notifications.queries import notifications_for
from engine.process.tasks.rules import TaskMissing, TaskNotYours
from engine.registry.identity.rules import NotYourAction
from tests.support.house import House


def mine(house: House, account: str) -> list[Copy]:
    with house.door.read(house.actor(account)) as view:
        return copies_to(view.connection, account)[0]


def counts(house: House, account: str) -> tuple[int, int]:
    with house.door.read(house.actor(account)) as view:
        return waiting_counts(view.connection, account)


def test_each_receiver_has_a_row_is_told_and_marks_it_read_alone(house: House):
    case_no = house.accepted_commitment()
    id = house.task(case_no, "ut_substantive").id
    done = house.execute("D11", SendCopies(task_id=id, to_accounts=("D12", "W01", "D12"), note="请关注时限"))
    assert done["sent"] == ["D12", "W01"]
    (copy,) = mine(house, "D12")
    assert (copy.task_id, copy.sender, copy.note, copy.read_at) == (id, "D11", "请关注时限", None)
    line = house.journal(f"case:{case_no}")[-1]
    assert line.sentence == "抄送：市监审查员 就“实质审查”抄送 市监业务负责人、受理员一：请关注时限"
    with house.door.read(house.actor("W01")) as view:
        assert notifications_for(view.connection, view.actor)[0].sentence == "市监审查员就“实质审查”抄送您：请关注时限"
        assert len(copies_of_task(view.connection, id)) == 2
    house.execute("D11", ClaimTask(task_id=id))
    house.execute("D11", DelegateTask(task_id=id, to_account="D12"))
    assert (counts(house, "D12"), counts(house, "W01"), counts(house, "D11")) == ((1, 1), (1, 0), (0, 0))
    house.execute("D12", ReadCopies(ids=(copy.id,)))
    assert (counts(house, "D12"), counts(house, "W01")) == ((0, 1), (1, 0))
    first = mine(house, "D12")[0].read_at
    house.wait(hours=1)
    house.execute("D12", ReadCopies(ids=(copy.id,)))
    assert mine(house, "D12")[0].read_at == first
    assert house.violations() == []


def test_a_copy_gives_nobody_a_right_and_out_of_scope_nobody_gets_one(sqlite_house: House):
    house = sqlite_house
    case_no = house.accepted_commitment()
    id = house.task(case_no, "ut_substantive").id
    for to in ("D21", "P61", "A01", "J41"):
        with pytest.raises(CopyOutOfSight):
            house.execute("D11", SendCopies(task_id=id, to_accounts=("D12", to)))
    assert mine(house, "D12") == []  # all or none
    house.execute("D11", SendCopies(task_id=id, to_accounts=("K61", "D12")))
    with pytest.raises(TaskNotYours):
        house.execute("D12", ClaimTask(task_id=id))
    with pytest.raises(NotYourAction):
        house.execute("K61", ClaimTask(task_id=id))
    with pytest.raises(CopyMissing):
        house.execute("D13", ReadCopies(ids=(mine(house, "D12")[0].id,)))
    with pytest.raises(TaskMissing):
        house.execute("D21", SendCopies(task_id=id, to_accounts=("D12",)))
    with pytest.raises(NotYourAction):
        house.execute("S51", SendCopies(task_id=id, to_accounts=("D12",)))


@pytest.mark.parametrize("accounts", [(), (" ",), ("W02", "W01"), tuple(f"A{n}" for n in range(MOST + 1))])
def test_nobody_oneself_and_everybody_are_told_at_the_field(accounts: tuple[str, ...]):
    with pytest.raises(InvalidFields) as wrong:
        checked_receivers(accounts, "W01")
    assert list(wrong.value.errors) == ["to"]
