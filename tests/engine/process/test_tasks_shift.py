"""交班: what one holds goes to a colleague who may do it; the rest stays with its reason; drafts are only copied."""

from __future__ import annotations

import pytest

from engine.foundation.errors import Refusal
from engine.foundation.store.unit import RootMissing
from engine.foundation.vault import Vault
from engine.process.tasks.commands import ClaimTask, SaveDraft
from engine.process.tasks.messages.queries import received
from engine.process.tasks.queries import draft_of
from engine.process.tasks.shift.commands import HandOverTasks
from engine.process.tasks.shift.queries import DraftCopy, copies_for
from engine.process.tasks.shift.rules import HandOverToSelf, NothingToHandOver
from engine.registry.identity.queries import AccountUnknown
from engine.registry.identity.rules import NotYourAction
from tests.support.house import COMPANY, PERSON, House


def holding(house: House, account: str, case_no: str, element: str = "ut_formal") -> str:
    task = house.task(case_no, element)
    house.execute(account, ClaimTask(task_id=task.id))
    return task.id


def copies(house: House, account: str, task_id: str) -> list[DraftCopy]:
    with house.door.read(house.actor(account)) as view:
        return copies_for(view.connection, house.door.part(Vault), task_id, account)


def test_all_tasks_go_to_the_colleague_each_with_a_line_in_its_case_and_one_message(house: House):
    cases = [house.receive("W01", "I06", PERSON), house.receive("W01", "I02", COMPANY)]
    ids = {holding(house, "W01", one) for one in cases}
    done = house.execute("W01", HandOverTasks(to_account="W02", task_ids=(), note="下午请假"))
    assert (set(done["given"]), done["left"]) == (ids, [])
    for one in cases:
        assert house.task(one, "ut_formal").holder == "W02"
        assert house.journal(f"case:{one}")[-1].sentence == "交班：“形式审查”由 受理员一 交给 受理员二"
    with house.door.read(house.actor("W02")) as view:
        told = [one.text for one in received(view.connection, house.door.part(Vault), view.actor)]
    assert told == ["受理员一交班，交给您 2 件待办。下午请假"]
    house.complete("W02", cases[0], "ut_formal", {"formal_result": "accept"})
    assert house.violations() == []


def test_only_the_chosen_ones_go_and_what_others_hold_stays_theirs(house: House):
    first, second = (house.receive("W01", "I06", PERSON) for _ in range(2))
    mine, kept = holding(house, "W01", first), holding(house, "W01", second)
    third = house.receive("W01", "I06", PERSON)
    foreign = holding(house, "W02", third)
    done = house.execute("W01", HandOverTasks(to_account="W02", task_ids=(mine, foreign)))
    assert done["given"] == [mine]
    assert house.task(second, "ut_formal").holder == "W01"
    assert kept != mine and house.task(third, "ut_formal").holder == "W02"


def test_what_the_colleague_has_no_post_for_stays_with_the_reason(house: House):
    case_no = house.accepted_commitment()
    id = holding(house, "D11", case_no, "ut_substantive")
    done = house.execute("D11", HandOverTasks(to_account="D12", task_ids=(id,)))
    assert done["given"] == []
    assert done["left"] == [{"task_id": id, "name": "实质审查", "reason": done["left"][0]["reason"]}]
    assert "由审查员办理" in done["left"][0]["reason"]
    assert house.task(case_no, "ut_substantive").holder == "D11"


def test_T025_who_accepted_does_not_get_the_review_of_the_same_case_by_a_hand_over(house: House):
    case_no = house.receive("X91", "I02", COMPANY)
    house.complete("X91", case_no, "ut_formal", {"formal_result": "accept"})
    house.complete("X91", case_no, "ut_accept", {})
    house.complete("D11", case_no, "ut_receive_paper", {"signature": house.signature("D11")})
    other = house.accepted_commitment()
    ids = (holding(house, "D11", case_no, "ut_substantive"), holding(house, "D11", other, "ut_substantive"))
    done = house.execute("D11", HandOverTasks(to_account="X92", task_ids=ids))
    # X92 is another account of the person who accepted: separation of duties counts persons.
    assert done["given"] == [ids[1]]
    assert "职责分离规则 S1" in done["left"][0]["reason"]
    assert house.task(case_no, "ut_substantive").holder == "D11"
    assert house.violations() == []


def test_the_givers_draft_stays_his_own_and_the_colleague_reads_a_copy(house: House):
    case_no = house.receive("W01", "I06", PERSON)
    id = holding(house, "W01", case_no)
    house.execute("W01", SaveDraft(task_id=id, data={"opinion": "照片尺寸不符"}))
    house.execute("W01", HandOverTasks(to_account="W02", task_ids=(id,)))
    (copy,) = copies(house, "W02", id)
    assert (copy.giver, copy.data) == ("W01", {"opinion": "照片尺寸不符"})
    house.execute("W02", SaveDraft(task_id=id, data={"opinion": "已核对"}))
    with house.door.read(house.actor("W01")) as view:
        vault = house.door.part(Vault)
        assert draft_of(view.connection, vault, id, "W01") == {"opinion": "照片尺寸不符"}
        assert draft_of(view.connection, vault, id, "W02") == {"opinion": "已核对"}
    assert copies(house, "W01", id) == []
    house.complete("W02", case_no, "ut_formal", {"formal_result": "accept"})
    assert copies(house, "W02", id) == []


@pytest.mark.parametrize(
    "account, command, refusal",
    [
        ("W01", HandOverTasks(to_account="W01", task_ids=()), HandOverToSelf),
        ("W01", HandOverTasks(to_account="W99", task_ids=()), AccountUnknown),
        ("W02", HandOverTasks(to_account="W01", task_ids=()), NothingToHandOver),
        ("W01", HandOverTasks(to_account="W02", task_ids=("9" * 43 + "-1",)), RootMissing),
        ("S51", HandOverTasks(to_account="W02", task_ids=()), NotYourAction),
    ],
)
def test_what_cannot_be_handed_over_is_refused_and_nothing_moves(sqlite_house, account, command, refusal):
    case_no = sqlite_house.receive("W01", "I06", PERSON)
    holding(sqlite_house, "W01", case_no)
    with pytest.raises(refusal) as refused:
        sqlite_house.execute(account, command)
    assert isinstance(refused.value, Refusal)
    assert sqlite_house.task(case_no, "ut_formal").holder == "W01"


def test_a_second_sending_gives_nothing_twice(sqlite_house: House):
    case_no = sqlite_house.receive("W01", "I06", PERSON)
    id = holding(sqlite_house, "W01", case_no)
    command = HandOverTasks(to_account="W02", task_ids=(id,))
    first = sqlite_house.execute("W01", command, key="shift")
    assert sqlite_house.execute("W01", command, key="shift") == first
    lines = [line for line in sqlite_house.journal(f"case:{case_no}") if line.type == "task.handed_over"]
    assert len(lines) == 1
