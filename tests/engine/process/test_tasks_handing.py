"""转办 and 委派: one task to somebody who may take it; prepared by a colleague, completed by its holder alone."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from engine.foundation.errors import InvalidFields
from engine.foundation.store.unit import Actor
from engine.foundation.vault import Vault
from engine.process.tasks.commands import ClaimTask, CompleteTask, ReleaseTask, SaveDraft
from engine.process.tasks.handing.commands import DelegateTask, RecallDelegation, ReturnDelegation, TransferTask
from engine.process.tasks.handing.queries import delegated_to, delegations_of
from engine.process.tasks.handing.rules import (
    AlreadyTheirs,
    DelegationCircle,
    GivenToSelf,
    NothingDelegated,
    NotInYourHands,
    NotYoursToGive,
    ReceiverDisabled,
    ReceiverUnfit,
    checked_words,
    heads,
)
from engine.process.tasks.notifications.queries import notifications_for
from engine.process.tasks.rules import DelegatedOut, PreparesOnly, TaskDone, TaskMissing
from engine.process.tasks.shift.commands import HandOverTasks
from engine.process.tasks.shift.queries import DraftCopy, copies_for
from engine.registry.identity.commands import SetAccountState
from engine.registry.identity.queries import AccountUnknown, put_grant
from engine.registry.identity.rules import NotYourAction
from tests.engine.casework.cases.test_endings import withdrawal
from tests.support.house import COMPANY, PERSON, House
from tests.support.threads import in_threads


def review(house: House, holder: str = "D11") -> str:
    """Return the substantive review of an accepted case, in the hands of ``holder`` (``-``: in nobody's)."""
    id = house.task(house.accepted_commitment(), "ut_substantive").id
    if holder != "-":
        house.execute(holder, ClaimTask(task_id=id))
    return id


def case_of(id: str) -> str:
    return id.rpartition("-")[0]


def told(house: House, account: str) -> list[str]:
    with house.door.read(house.actor(account)) as view:
        return [one.sentence for one in notifications_for(view.connection, view.actor) if "“" in one.sentence]


def copies(house: House, account: str, id: str) -> list[DraftCopy]:
    with house.door.read(house.actor(account)) as view:
        return copies_for(view.connection, house.door.part(Vault), id, account)


def last_line(house: House, id: str) -> str:
    return house.journal(f"case:{case_of(id)}")[-1].sentence


def states(house: House, id: str) -> list[tuple[str, str, str]]:
    with house.door.read(house.actor("D11")) as view:
        return [(one.delegator, one.delegate, one.state) for one in delegations_of(view.connection, id)]


def waiting_for(house: House, account: str) -> list[str]:
    with house.door.read(house.actor(account)) as view:
        return [one.task_id for one in delegated_to(view.connection, account)]


def task_of(house: House, id: str):
    return next(one for one in house.open_tasks(case_of(id)) if one.id == id)


# 转办 ---------------------------------------------------------------------------------------------------------------


def test_the_holder_gives_one_task_away_and_the_receiver_is_told_with_the_reason_and_the_draft(house: House):
    id, kept = review(house), review(house)
    house.execute("D11", SaveDraft(task_id=id, data={"findings": "材料齐全"}))
    done = house.execute("D11", TransferTask(task_id=id, to_account="X92", reason=" 本人参加培训 "))
    assert done["to"] == "X92"
    assert (task_of(house, id).holder, task_of(house, kept).holder) == ("X92", "D11")
    assert last_line(house, id) == "转办：“实质审查”由 市监审查员 交给 双岗人员（签收人转办）：本人参加培训"
    assert "市监审查员把“实质审查”转办给您：本人参加培训" in told(house, "X92")
    (copy,) = copies(house, "X92", id)
    assert (copy.giver, copy.data) == ("D11", {"findings": "材料齐全"})
    house.complete("X92", case_of(id), "ut_substantive", {"findings": "真实有效", "site_visit": "no"})
    assert house.violations() == []


def test_the_head_gives_away_what_lies_in_anothers_hands_or_in_nobodys_and_both_are_told(sqlite_house: House):
    house = sqlite_house
    held, free = review(house), review(house, "-")
    house.execute("D11", SaveDraft(task_id=held, data={"findings": "初看齐全"}))
    house.execute("D12", TransferTask(task_id=held, to_account="X92", reason="均衡工作量"))
    house.execute("D12", TransferTask(task_id=free, to_account="D11", reason="指定办理"))
    assert (task_of(house, held).holder, task_of(house, free).holder) == ("X92", "D11")
    assert any("已由市监业务负责人转办给双岗人员：均衡工作量" in one for one in told(house, "D11"))
    assert copies(house, "X92", held)[0].giver == "D11"  # the holder's draft goes along, not the head's
    assert "由 本岗位（待签收） 交给 市监审查员（市监业务负责人转办）" in last_line(house, free)
    # A colleague neither holds it nor is the head; the head of another department does not even see it.
    with pytest.raises(NotYoursToGive):
        house.execute("D11", TransferTask(task_id=held, to_account="D11", reason="我来办"))
    with pytest.raises(TaskMissing):
        house.execute("D22", TransferTask(task_id=held, to_account="D11", reason="我来办"))


def test_the_head_of_the_centre_gives_away_what_the_windows_hold(sqlite_house: House):
    case_no = sqlite_house.receive("W01", "I06", PERSON)
    id = sqlite_house.task(case_no, "ut_formal").id
    sqlite_house.execute("C01", TransferTask(task_id=id, to_account="W02", reason="窗口轮换"))
    assert sqlite_house.task(case_no, "ut_formal").holder == "W02"
    with pytest.raises(NotYourAction):
        sqlite_house.execute("S51", TransferTask(task_id=id, to_account="W01", reason="监察员不分派"))


def test_T025_who_may_not_take_it_does_not_get_it_and_nothing_moves(sqlite_house: House):
    house = sqlite_house
    case_no = house.receive("X91", "I02", COMPANY)
    house.complete("X91", case_no, "ut_formal", {"formal_result": "accept"})
    house.complete("X91", case_no, "ut_accept", {})
    house.complete("D11", case_no, "ut_receive_paper", {"signature": house.signature("D11")})
    id = house.task(case_no, "ut_substantive").id
    house.execute("D11", ClaimTask(task_id=id))
    house.execute("A02", SetAccountState(account="D13", state="disabled"))
    before = len(house.journal(f"case:{case_no}"))
    for to, refusal, sentence in (
        ("X92", ReceiverUnfit, "职责分离规则 S1"),  # another account of the person who accepted
        ("D12", ReceiverUnfit, "没有这一岗位"),
        ("D21", ReceiverUnfit, "没有这一岗位"),
        ("D11", AlreadyTheirs, "已经在市监审查员手中"),
        ("D13", ReceiverDisabled, "已经停用"),
        ("D99", AccountUnknown, "没有账号"),
    ):
        with pytest.raises(refusal, match=sentence):
            house.execute("D11", TransferTask(task_id=id, to_account=to, reason="换人办理"))
        if refusal is ReceiverUnfit and to == "X92":
            with pytest.raises(refusal, match=sentence):  # who may not take it may not prepare it either
                house.execute("D11", DelegateTask(task_id=id, to_account=to))
    for reason in ("", " \n", "字" * 501):
        with pytest.raises(InvalidFields) as wrong:
            house.execute("D11", TransferTask(task_id=id, to_account="X92", reason=reason))
        assert list(wrong.value.errors) == ["reason"]
    assert task_of(house, id).holder == "D11"
    assert len(house.journal(f"case:{case_no}")) == before


def test_a_task_that_is_done_cannot_be_given_away_any_more(sqlite_house: House):
    id = review(sqlite_house)
    sqlite_house.complete("D11", case_of(id), "ut_substantive", {"findings": "真实有效", "site_visit": "yes"})
    for command in (
        TransferTask(task_id=id, to_account="X92", reason="换人"), DelegateTask(task_id=id, to_account="X92"),
        ReturnDelegation(task_id=id), RecallDelegation(task_id=id),
    ):  # fmt: skip
        with pytest.raises(TaskDone):
            sqlite_house.execute("D11", command)


# 委派 ---------------------------------------------------------------------------------------------------------------


def test_the_delegate_fills_the_form_and_hands_it_back_and_only_the_holder_completes_it(house: House):
    id = review(house)
    house.execute("D11", DelegateTask(task_id=id, to_account="D13", text="先核对材料"))
    assert (task_of(house, id).holder, task_of(house, id).delegate) == ("D11", "D13")
    assert last_line(house, id) == "委派：市监审查员 委派 市监档案员 准备“实质审查”，市监审查员 仍负责办理：先核对材料"
    assert waiting_for(house, "D13") == [id]
    desk = house.desk("D13", task_of(house, id))
    assert desk.prepares and isinstance(desk.refusal, PreparesOnly)
    house.execute("D13", SaveDraft(task_id=id, data={"findings": "营业场所证明缺页"}))
    for account, command, refusal in (
        ("D13", CompleteTask(task_id=id, answer={}), PreparesOnly),
        ("D13", ClaimTask(task_id=id), PreparesOnly),
        ("D11", CompleteTask(task_id=id, answer={}), DelegatedOut),
        ("X92", ReturnDelegation(task_id=id), NotInYourHands),
    ):
        with pytest.raises(refusal):
            house.execute(account, command)
    house.execute("D13", ReturnDelegation(task_id=id, note="缺一页，已电话告知"))
    assert task_of(house, id).delegate is None
    assert last_line(house, id) == "归还委派：市监档案员 将“实质审查”交回 市监审查员：缺一页，已电话告知"
    (copy,) = copies(house, "D11", id)
    assert (copy.giver, copy.data) == ("D13", {"findings": "营业场所证明缺页"})
    assert any("归还给您：缺一页，已电话告知" in one for one in told(house, "D11"))
    assert (waiting_for(house, "D13"), states(house, id)) == ([], [("D11", "D13", "returned")])
    house.complete("D11", case_of(id), "ut_substantive", {"findings": "真实有效", "site_visit": "no"})
    assert house.violations() == []


def test_a_chain_is_allowed_and_a_circle_is_refused_whichever_account_of_the_person_is_named(house: House):
    id = review(house)
    with house.unit("account:D13", "account:X91") as unit:
        put_grant(unit, "X91", "dept_archivist", "market")
    house.execute("D11", DelegateTask(task_id=id, to_account="D13"))
    with pytest.raises(DelegationCircle, match="市监审查员 → 市监档案员 → 市监审查员"):
        house.execute("D13", DelegateTask(task_id=id, to_account="D11"))
    house.execute("D13", DelegateTask(task_id=id, to_account="X92"))
    for to in ("D11", "D13"):
        with pytest.raises(DelegationCircle):
            house.execute("X92", DelegateTask(task_id=id, to_account=to))
    with pytest.raises(GivenToSelf):  # X91 is the same natural person
        house.execute("X92", DelegateTask(task_id=id, to_account="X91"))
    with pytest.raises(NotInYourHands):  # the form has gone on
        house.execute("D13", DelegateTask(task_id=id, to_account="D12"))
    with pytest.raises(DelegatedOut):
        house.execute("D11", DelegateTask(task_id=id, to_account="D12"))
    # Each hands back to whoever asked.
    house.execute("X92", ReturnDelegation(task_id=id, data={"findings": "已核对"}))
    assert (task_of(house, id).delegate, copies(house, "D13", id)[0].data) == ("D13", {"findings": "已核对"})
    house.execute("D13", ReturnDelegation(task_id=id))
    assert task_of(house, id).delegate is None
    # What is over is no chain any more.
    house.execute("D11", DelegateTask(task_id=id, to_account="X92"))
    assert states(house, id) == [("D11", "D13", "returned"), ("D13", "X92", "returned"), ("D11", "X92", "open")]
    assert house.violations() == []


def test_recalling_ends_everything_further_out_and_brings_what_was_typed(sqlite_house: House):
    house, id = sqlite_house, review(sqlite_house)
    house.execute("D11", DelegateTask(task_id=id, to_account="D13"))
    house.execute("D13", SaveDraft(task_id=id, data={"findings": "一"}))
    house.execute("D13", DelegateTask(task_id=id, to_account="X92"))
    house.execute("X92", SaveDraft(task_id=id, data={"findings": "二"}))
    with pytest.raises(NothingDelegated):
        house.execute("X92", RecallDelegation(task_id=id))
    house.execute("D11", RecallDelegation(task_id=id))
    assert states(house, id) == [("D11", "D13", "recalled"), ("D13", "X92", "recalled")]
    assert {one.giver: one.data["findings"] for one in copies(house, "D11", id)} == {"D13": "一", "X92": "二"}
    assert task_of(house, id).delegate is None
    assert all(any("收回了委派给您的“实质审查”" in one for one in told(house, who)) for who in ("D13", "X92"))
    with pytest.raises(NothingDelegated):
        house.execute("D11", RecallDelegation(task_id=id))


@pytest.mark.parametrize("to, sentence", [("L31", "同一部门办理待办"), ("D21", "同一部门"), ("W01", "同一部门")])
def test_only_who_works_on_tasks_of_the_same_department_prepares(sqlite_house: House, to: str, sentence: str):
    id = review(sqlite_house)
    with pytest.raises(ReceiverUnfit, match=sentence):
        sqlite_house.execute("D11", DelegateTask(task_id=id, to_account=to))
    assert task_of(sqlite_house, id).delegate is None


def test_whatever_takes_the_task_away_ends_the_delegation_and_tells_the_delegate(sqlite_house: House):
    house = sqlite_house
    ways = (
        lambda one: ReleaseTask(task_id=one),
        lambda one: TransferTask(task_id=one, to_account="X92", reason="换人"),
        lambda one: HandOverTasks(to_account="X92", task_ids=(one,)),
    )
    for way in ways:
        id = review(house)
        house.execute("D11", DelegateTask(task_id=id, to_account="D13"))
        house.execute("D11", way(id))
        assert (task_of(house, id).delegate, states(house, id)) == (None, [("D11", "D13", "ended")])
    assert waiting_for(house, "D13") == []
    assert sum("委派随之结束" in one for one in told(house, "D13")) == 3
    # A task that ends under the delegate's hands is over for the delegate, too, without one more row.
    id = review(house)
    house.execute("D11", DelegateTask(task_id=id, to_account="D13"))
    house.execute("W01", withdrawal(house, case_of(id)))
    assert waiting_for(house, "D13") == []
    assert house.violations() == []


def test_of_two_who_give_one_task_away_at_the_same_moment_the_second_sees_what_the_first_did(house: House):
    doors, id = (house.door, house.neighbour().door), review(house)
    moves = (
        ("D11", DelegateTask(task_id=id, to_account="D13")),
        ("D12", TransferTask(task_id=id, to_account="X92", reason="均衡工作量")),
    )
    actors = [house.actor(account) for account, _ in moves]
    found = in_threads(2, lambda number: doors[number].execute(moves[number][1], actors[number], key=f"both{number}"))
    assert isinstance(found[1], Mapping)
    assert isinstance(found[0], (Mapping, NotInYourHands))
    assert (task_of(house, id).holder, task_of(house, id).delegate) == ("X92", None)
    assert "open" not in {state for _, _, state in states(house, id)}
    assert house.violations() == []


# Rules ---------------------------------------------------------------------------------------------------------------


def test_the_head_of_one_department_is_not_the_head_of_another():
    head = Actor(account="D12", person="p", name="n", grants=(("dept_head", "market"), ("dept_reviewer", "health")))
    assert (heads(head, "market"), heads(head, "health"), heads(head, "center")) == (True, False, False)
    assert heads(Actor(account="C01", person="p", name="n", grants=(("center_head", "center"),)), "center")


@pytest.mark.parametrize("text, kept", [(" 一\r\n二 ", "一\n二"), ("", ""), ("字" * 500, "字" * 500)])
def test_words_are_kept_without_blank_ends(text: str, kept: str):
    assert checked_words("note", text, "说明", required=False) == kept
