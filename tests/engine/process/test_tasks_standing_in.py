"""请假代理 at work: the substitute takes what the absent person may take or has in hand, and both are named."""

from __future__ import annotations

import json

import pytest
import sqlalchemy as sa

from engine.foundation.journal.tables import journal_line
from engine.foundation.vault import Vault
from engine.process.tasks.commands import ClaimTask, ReleaseTask, SaveDraft
from engine.process.tasks.handing.commands import DelegateTask, RecallDelegation, TransferTask
from engine.process.tasks.handing.rules import ReceiverUnfit
from engine.process.tasks.notifications.queries import notifications_for
from engine.process.tasks.queries import held_by, inbox, steps_of, tasks_of
from engine.process.tasks.rules import Task, TaskHeld, TaskNotYours
from engine.process.tasks.shift.queries import copies_for
from engine.registry.identity.leave.commands import RegisterLeave, RevokeLeave
from engine.registry.identity.queries import put_grant
from engine.registry.identity.rules import SYSTEM, SodViolation
from tests.support.house import COMPANY, House
from yichuang.worker import take_tasks_back

ANSWER = {"findings": "真实有效", "site_visit": "no"}


def lend(house: House, substitute: str = "D13", account: str = "D11") -> int:
    command = RegisterLeave(
        account=account, substitute=substitute, from_day="2026-03-02", until_day="2026-03-03", reason="病假"
    )
    return int(house.execute("D12", command)["leave_id"])


def box(house: House, account: str, name: str) -> list[str]:
    with house.door.read(house.actor(account)) as view:
        return [one.id for one in inbox(view.connection, view.actor, name)[0]]


def row(house: House, id: str) -> Task:
    with house.door.read(SYSTEM) as view:
        return next(one for one in tasks_of(view.connection, f"case:{id.rpartition('-')[0]}") if one.id == id)


def test_the_substitute_takes_and_completes_both_kinds_and_every_row_names_both(house: House):
    held, free = house.accepted_commitment(), house.accepted_commitment()
    ids = [house.task(one, "ut_substantive").id for one in (held, free)]
    house.execute("D11", ClaimTask(task_id=ids[0]))
    house.execute("D11", SaveDraft(task_id=ids[0], data={"findings": "看了一半"}))
    assert box(house, "D13", "mine") == box(house, "D13", "role") == []
    with pytest.raises(TaskNotYours):
        house.execute("D13", ClaimTask(task_id=ids[1]))
    lend(house)
    with house.door.read(house.actor("D13")) as view:
        told = [one.sentence for one in notifications_for(view.connection, view.actor)]
    assert told[0] == "市监审查员自 2026-03-02 至 2026-03-03 请假，由您代理：其岗位的待办会出现在您的待办中。"
    assert (box(house, "D13", "mine"), box(house, "D13", "role")) == ([ids[0]], [ids[1]])
    for id in ids:
        house.execute("D13", ClaimTask(task_id=id))
        assert (row(house, id).holder, row(house, id).on_behalf) == ("D13", "D11")
    with house.door.read(house.actor("D13")) as view:
        (copy,) = copies_for(view.connection, house.door.part(Vault), ids[0], "D13")
    assert (copy.giver, copy.data) == ("D11", {"findings": "看了一半"})
    house.complete("D13", held, "ut_substantive", ANSWER)
    done = row(house, ids[0])
    assert (done.closed_by, done.on_behalf, done.state) == ("D13", "D11", "completed")
    with house.door.read(SYSTEM) as view:
        root = f"case:{held}"
        steps = [one for one in steps_of(view.connection, root) if one.element == "ut_substantive"]
        query = sa.select(journal_line.c.body).where(journal_line.c.root_id == root, journal_line.c.account == "D13")
        bodies = [json.loads(body)["actor"] for body in view.connection.scalars(query)]
    assert [(one.account, one.on_behalf) for one in steps] == [("D13", "D11")]
    lines = [one for one in house.journal(root) if one.account == "D13"]
    assert {one.on_behalf for one in lines} == {"D11"} and len(lines) >= 3
    assert {(one["account"], one["on_behalf"]) for one in bodies} == {("D13", "D11")}
    assert house.violations() == []


def test_one_with_the_same_post_acts_in_the_own_right_but_for_what_lies_in_the_absent_hands(sqlite_house: House):
    house = sqlite_house
    ids = [house.task(house.accepted_commitment(), "ut_substantive").id for _ in range(2)]
    house.execute("D11", ClaimTask(task_id=ids[0]))
    lend(house, "X92")
    for id, absent in zip(ids, ("D11", None), strict=True):
        case_no = id.rpartition("-")[0]
        house.complete("X92", case_no, "ut_substantive", ANSWER)
        assert (row(house, id).closed_by, row(house, id).on_behalf) == ("X92", absent)
    assert house.violations() == []


def test_T025_the_substitutes_own_person_counts_for_the_separation_of_duties(sqlite_house: House):
    house = sqlite_house
    case_no = house.receive("X91", "I02", COMPANY)
    house.complete("X91", case_no, "ut_formal", {"formal_result": "accept"})
    house.complete("X91", case_no, "ut_accept", {})
    house.complete("D11", case_no, "ut_receive_paper", {"signature": house.signature("D11")})
    id = house.task(case_no, "ut_substantive").id
    house.execute("D11", ClaimTask(task_id=id))
    lend(house, "X92")
    with pytest.raises(SodViolation):
        house.execute("X92", ClaimTask(task_id=id))
    assert row(house, id).holder == "D11"


@pytest.mark.parametrize("how", ["over", "revoked", "mandate"])
def test_when_the_leave_is_over_the_task_lies_with_the_post_again(house: House, how: str):
    case_no = house.accepted_commitment()
    id = house.task(case_no, "ut_substantive").id
    leave_id = lend(house)
    house.execute("D13", ClaimTask(task_id=id))
    assert take_tasks_back(house.door) == 0
    with pytest.raises(TaskHeld):
        house.execute("X92", ClaimTask(task_id=id))
    if how == "over":
        house.at(2026, 3, 4, 9)
    elif how == "revoked":
        house.execute("D11", RevokeLeave(leave_id=leave_id))
    else:
        with house.unit("account:D11") as unit:
            put_grant(unit, "D11", "dept_reviewer", "market", until=unit.now)
    with pytest.raises(TaskNotYours):
        house.complete("D13", case_no, "ut_substantive", ANSWER)
    assert take_tasks_back(house.door) == 1
    assert (row(house, id).holder, row(house, id).on_behalf) == (None, None)
    line = house.journal(f"case:{case_no}")[-1]
    assert line.sentence == "市监档案员对市监审查员的请假代理已结束，“实质审查”退回待签收"
    assert house.violations() == []


def test_what_is_put_back_given_out_and_given_away_for_another_names_both_as_well(sqlite_house: House):
    house = sqlite_house
    id = house.task(house.accepted_commitment(), "ut_substantive").id
    lend(house)
    for command in (
        ClaimTask(task_id=id), DelegateTask(task_id=id, to_account="X92"), RecallDelegation(task_id=id),
        ReleaseTask(task_id=id), ClaimTask(task_id=id), TransferTask(task_id=id, to_account="X92", reason="换人"),
    ):  # fmt: skip
        house.execute("D13", command)
    lines = [one for one in house.journal(f"case:{id.rpartition('-')[0]}") if one.account == "D13"]
    assert [one.type.partition(".")[2] for one in lines] == [
        "claimed", "delegated", "delegation_recalled", "released", "claimed", "transferred"
    ]  # fmt: skip
    assert {one.on_behalf for one in lines} == {"D11"}
    assert (row(house, id).holder, row(house, id).on_behalf) == ("X92", None)


def test_before_the_worker_comes_the_task_of_an_ended_leave_is_free_to_the_post(sqlite_house: House):
    house = sqlite_house
    id = house.task(house.accepted_commitment(), "ut_substantive").id
    lend(house)
    house.execute("D13", ClaimTask(task_id=id))
    house.at(2026, 3, 4, 9)
    house.execute("D11", ClaimTask(task_id=id))
    assert (row(house, id).holder, row(house, id).on_behalf) == ("D11", None)


def test_who_has_the_post_as_well_keeps_what_was_taken_for_another(sqlite_house: House):
    house = sqlite_house
    id = house.task(house.accepted_commitment(), "ut_substantive").id
    house.execute("D11", ClaimTask(task_id=id))
    lend(house, "X92")
    house.execute("X92", ClaimTask(task_id=id))
    house.at(2026, 3, 4, 9)
    assert take_tasks_back(house.door) == 0
    house.complete("X92", id.rpartition("-")[0], "ut_substantive", ANSWER)
    assert row(house, id).on_behalf is None  # by the own right, now that the other is back


def test_a_lent_post_is_not_lent_on_and_gets_nothing_for_good(sqlite_house: House):
    house = sqlite_house
    id = house.task(house.accepted_commitment(), "ut_substantive").id
    house.execute("D11", ClaimTask(task_id=id))
    lend(house)
    lend(house, "D12", "D13")
    assert {one.account for one in house.actor("D12").stands_in} == {"D13"}
    with pytest.raises(TaskNotYours):
        house.execute("D12", ClaimTask(task_id=id))
    with pytest.raises(ReceiverUnfit):
        house.execute("D11", TransferTask(task_id=id, to_account="D13", reason="请假"))
    with house.door.read(SYSTEM) as view:
        assert [one.id for one in held_by(view.connection, "D11")] == [id]
