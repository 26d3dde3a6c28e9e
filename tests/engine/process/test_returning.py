"""退回 to an earlier step, and 撤回 of one's own last step: nothing that went out or counts in law is done twice."""

from __future__ import annotations

from typing import Any

import pytest

from engine.foundation.vault import Vault
from engine.oversight.audit.replay import process_lines
from engine.oversight.publishing.modifying.commands import ModifyCase
from engine.process.tasks.commands import ClaimTask, SaveDraft
from engine.process.tasks.countersigning.commands import AskCountersigning
from engine.process.tasks.notifications.queries import notifications_for
from engine.process.tasks.queries import draft_of, tasks_of
from engine.process.tasks.returning.commands import SendBack, WithdrawStep
from engine.process.tasks.returning.rules import (
    NotInHand,
    NotWithdrawable,
    NotYourStep,
    NoWayBack,
    SendBackUnwritten,
)
from engine.process.tasks.returning.tags import SENT_BACK
from engine.process.tasks.returning.ways import Ways, ways_back
from engine.process.tasks.rules import Task, TaskMissing
from engine.registry.identity.commands import SetAccountState
from engine.registry.identity.rules import SYSTEM
from tests.engine.casework.cases.procedures import stretches
from tests.support.house import PERSON, House

REASON = "依据写得不全"
OPINION = {"opinion": "建议准予", "basis": "《食品经营许可和备案管理办法》"}


def elements(house: House, case_no: str) -> list[str]:
    return [one.element for one in house.open_tasks(case_no)]


def done(house: House, case_no: str, element: str) -> Task:
    """Return the task that was completed last at ``element``."""
    with house.door.read(SYSTEM) as view:
        return [one for one in tasks_of(view.connection, f"case:{case_no}", state="completed")
                if one.element == element][-1]  # fmt: skip


def ways(house: House, case_no: str, element: str) -> Ways:
    with house.door.read(SYSTEM) as view:
        return ways_back(view, house.task(case_no, element))


def names(house: House, case_no: str, element: str) -> list[str]:
    return [one.task.element for one in ways(house, case_no, element).targets]


def send_back(house: House, account: str, case_no: str, element: str, to: str, reason: str = REASON) -> Any:
    task = house.task(case_no, element)
    if task.holder is None:
        house.execute(account, ClaimTask(task_id=task.id))
    return house.execute(account, SendBack(task_id=task.id, to=done(house, case_no, to).id, reason=reason))


def withdraw(house: House, account: str, case_no: str, element: str) -> Any:
    return house.execute(account, WithdrawStep(task_id=done(house, case_no, element).id))


def reviewed(house: House) -> str:
    """Return a case with its review, visit and opinion done; the head is to decide."""
    case_no = house.accepted_commitment()
    house.visit(case_no)
    house.complete("D11", case_no, "ut_dept_opinion", OPINION)
    return case_no


# 退回 ----------------------------------------------------------------------------------------------------------------


def test_the_head_sends_the_case_back_and_who_did_the_step_has_it_in_hand_again(house: House):
    case_no = reviewed(house)
    assert names(house, case_no, "ut_head_decide") == ["ut_dept_opinion", "ut_substantive"]
    told = send_back(house, "D12", case_no, "ut_head_decide", "ut_dept_opinion")
    again = house.task(case_no, "ut_dept_opinion")
    assert (told["opened"], told["holder"], again.holder) == ([again.id], "D11", "D11")
    said = [line.sentence for line in house.journal(f"case:{case_no}")]
    assert f"退回“提出审查意见”：{REASON}" in said
    assert any(one.startswith("“提出审查意见”回到 ") for one in said)
    with house.door.read(house.actor("D11")) as view:
        assert any(REASON in one.sentence for one in notifications_for(view.connection, view.actor))
    house.complete("D11", case_no, "ut_dept_opinion", OPINION)
    house.complete("D12", case_no, "ut_head_decide", {"decision": "grant"})
    house.reopen()
    assert house.violations() == []
    with house.door.read(SYSTEM) as view:
        assert SENT_BACK in {line.type for line in process_lines(view.connection, f"case:{case_no}")}


def test_back_is_never_forward_past_what_was_asked_for(sqlite_house: House):
    house, case_no = sqlite_house, reviewed(sqlite_house)
    opinion = done(house, case_no, "ut_dept_opinion").id
    send_back(house, "D12", case_no, "ut_head_decide", "ut_substantive")
    assert names(house, case_no, "ut_substantive") == []
    with pytest.raises(NoWayBack):
        house.execute("D11", SendBack(task_id=house.task(case_no, "ut_substantive").id, to=opinion, reason=REASON))
    house.complete("D11", case_no, "ut_substantive", {"findings": "再审", "site_visit": "no"})
    assert names(house, case_no, "ut_dept_opinion") == ["ut_substantive"]
    withdraw(house, "D11", case_no, "ut_substantive")
    assert names(house, case_no, "ut_substantive") == []
    # An administrator's hand leads nowhere else.
    other = reviewed(house)
    gone = (house.task(other, "ut_head_decide").task_no,)
    begin = (("route_commitment", "ut_substantive"),)
    house.execute("A01", ModifyCase(case_no=other, cancel=gone, begin=begin, reason=REASON))
    assert names(house, other, "ut_substantive") == []
    # A loop of the drawing is no going back: the step that led here may be done once more.
    looped = reviewed(house)
    send_back(house, "D12", looped, "ut_head_decide", "ut_dept_opinion")
    house.complete("D11", looped, "ut_dept_opinion", {**OPINION, "further_review": "yes"})
    assert names(house, looped, "ut_substantive") == ["ut_dept_opinion"]
    assert house.violations() == []


def test_each_step_on_the_way_is_done_again_from_the_one_chosen(house: House):
    case_no = reviewed(house)
    send_back(house, "D12", case_no, "ut_head_decide", "ut_substantive")
    assert elements(house, case_no) == ["ut_substantive"]
    # Review, plan, visit and opinion are carried out over their own rows, then the case goes on as ever.
    house.complete("D11", case_no, "ut_substantive", {"findings": "再审", "site_visit": "yes"})
    day = {"visit_date": "2026-03-02", "place": "测试路2号"}
    house.complete("D11", case_no, "ut_plan_visit", day)
    assert names(house, case_no, "ut_record_visit") == ["ut_plan_visit", "ut_substantive"]
    send_back(house, "D11", case_no, "ut_record_visit", "ut_plan_visit")
    house.complete("D11", case_no, "ut_plan_visit", day)
    house.complete("D11", case_no, "ut_record_visit", {"findings": "整改到位", "conclusion": "pass"})
    house.complete("D11", case_no, "ut_dept_opinion", OPINION)
    house.complete("D12", case_no, "ut_head_decide", {"decision": "grant"})
    assert elements(house, case_no) == ["ut_make_result"]
    assert house.violations() == []


def test_nothing_is_done_twice_that_went_out_or_was_decided(sqlite_house: House):
    house, case_no = sqlite_house, sqlite_house.decided_commitment()
    found = ways(house, case_no, "ut_make_result")
    assert found.targets == []
    assert found.why_none.startswith("没有可以退回的环节：")
    # The acceptance lies in a process that has ended; the receipt of the papers was signed for.
    at_review = house.accepted_commitment()
    found = ways(house, at_review, "ut_substantive")
    assert found.targets == []
    house.execute("D11", ClaimTask(task_id=house.task(at_review, "ut_substantive").id))
    with pytest.raises(NoWayBack):
        house.execute(
            "D11", SendBack(task_id=house.task(at_review, "ut_substantive").id,
                            to=done(house, at_review, "ut_accept").id, reason=REASON),
        )  # fmt: skip
    assert elements(house, at_review) == ["ut_substantive"]
    # A special procedure was told to the applicant and stopped the clock: nobody goes back before it.
    special = stretches.accepted(house)
    stretches.asked(house, special)
    stretches.told(house, special)
    assert names(house, special, "ut_sp_work") == []
    barred = {task.element: why for task, why in ways(house, special, "ut_sp_work").barred}
    assert "不能重来" in barred["ut_sp_notice"]
    assert "不能重来" in barred["ut_substantive"]


def test_the_holder_sends_back_for_a_reason_and_nobody_else(sqlite_house: House):
    house, case_no = sqlite_house, reviewed(sqlite_house)
    task, back = house.task(case_no, "ut_head_decide"), done(sqlite_house, case_no, "ut_dept_opinion").id
    with pytest.raises(NotInHand):
        house.execute("D12", SendBack(task_id=task.id, to=back, reason=REASON))
    house.execute("D12", ClaimTask(task_id=task.id))
    with pytest.raises(NotInHand):
        house.execute("D11", SendBack(task_id=task.id, to=back, reason=REASON))
    with pytest.raises(TaskMissing):
        house.execute("D62", SendBack(task_id=task.id, to=back, reason=REASON))
    for reason in (" ", "长" * 501):
        with pytest.raises(SendBackUnwritten):
            house.execute("D12", SendBack(task_id=task.id, to=back, reason=reason))
    for to in ("", task.id, "nothing-1"):
        with pytest.raises(NoWayBack):
            house.execute("D12", SendBack(task_id=task.id, to=to, reason=REASON))
    assert elements(house, case_no) == ["ut_head_decide"]


def test_a_step_whose_person_is_gone_waits_for_the_colleagues(sqlite_house: House):
    house, case_no = sqlite_house, reviewed(sqlite_house)
    house.execute("A02", SetAccountState(account="D11", state="disabled"))
    assert send_back(house, "D12", case_no, "ut_head_decide", "ut_dept_opinion")["holder"] is None
    assert house.task(case_no, "ut_dept_opinion").holder is None


def test_a_countersigning_goes_with_the_task_that_is_sent_back(sqlite_house: House):
    house, case_no = sqlite_house, reviewed(sqlite_house)
    task = house.task(case_no, "ut_head_decide")
    house.execute("D12", ClaimTask(task_id=task.id))
    house.execute("D12", AskCountersigning(task_id=task.id, mode="all", signers=("D13",)))
    send_back(house, "D12", case_no, "ut_head_decide", "ut_dept_opinion")
    house.complete("D11", case_no, "ut_dept_opinion", OPINION)
    house.complete("D12", case_no, "ut_head_decide", {"decision": "grant"})
    assert house.violations() == []


# 撤回 ----------------------------------------------------------------------------------------------------------------


def test_the_last_step_is_taken_back_with_what_was_answered_while_nobody_acted(house: House):
    case_no = house.accepted_commitment()
    house.complete("D11", case_no, "ut_substantive", {"findings": "误点", "site_visit": "no"})
    assert elements(house, case_no) == ["ut_dept_opinion"]
    told = withdraw(house, "D11", case_no, "ut_substantive")
    again = house.task(case_no, "ut_substantive")
    assert (told["opened"], again.holder, elements(house, case_no)) == ([again.id], "D11", ["ut_substantive"])
    with house.door.read(house.actor("D11")) as view:
        draft = draft_of(view.connection, view.part(Vault), again.id, "D11")
    assert draft is not None
    assert (draft["findings"], draft["site_visit"]) == ("误点", "no")
    assert any(line.sentence.startswith("撤回“实质审查") for line in house.journal(f"case:{case_no}"))
    house.complete("D11", case_no, "ut_substantive", {"findings": "再审", "site_visit": "yes"})
    # Now the step opened a called process; it goes whole.
    withdraw(house, "D11", case_no, "ut_substantive")
    assert elements(house, case_no) == ["ut_substantive"]
    house.complete("D11", case_no, "ut_substantive", {"findings": "再审", "site_visit": "no"})
    house.complete("D11", case_no, "ut_dept_opinion", OPINION)
    house.complete("D12", case_no, "ut_head_decide", {"decision": "grant"})
    house.reopen()
    assert house.violations() == []


def test_one_s_own_claim_is_no_act_of_another_but_a_colleague_s_claim_or_draft_is(sqlite_house: House):
    house = sqlite_house
    mine = house.receive("W01", "I06", PERSON)
    house.complete("W01", mine, "ut_formal", {"formal_result": "accept"})
    # The page hands the next task to whoever is at work: it must not bar the way back.
    house.execute("W01", ClaimTask(task_id=house.task(mine, "ut_accept").id))
    withdraw(house, "W01", mine, "ut_formal")
    assert elements(house, mine) == ["ut_formal"]
    house.complete("W01", mine, "ut_formal", {"formal_result": "accept"})
    house.execute("W02", ClaimTask(task_id=house.task(mine, "ut_accept").id))
    with pytest.raises(NotWithdrawable, match="已由 受理员二 签收"):
        withdraw(house, "W01", mine, "ut_formal")
    drafted = house.receive("W01", "I06", PERSON)
    house.complete("W01", drafted, "ut_formal", {"formal_result": "accept"})
    house.execute("W02", SaveDraft(task_id=house.task(drafted, "ut_accept").id, data={}))
    with pytest.raises(NotWithdrawable, match="他人暂存"):
        withdraw(house, "W01", drafted, "ut_formal")
    asked = house.receive("W01", "I06", PERSON)
    house.complete("W01", asked, "ut_formal", {"formal_result": "accept"})
    task = house.task(asked, "ut_accept").id
    house.execute("W01", ClaimTask(task_id=task))
    house.execute("W01", AskCountersigning(task_id=task, mode="any", signers=("W02",)))
    with pytest.raises(NotWithdrawable, match="提请会签"):
        withdraw(house, "W01", asked, "ut_formal")


def test_nobody_takes_back_what_went_out_what_another_did_or_what_has_moved_on(sqlite_house: House):
    house = sqlite_house
    accepted = house.accepted_instant()
    with pytest.raises(NotWithdrawable, match="不能重来"):
        withdraw(house, "W01", accepted, "ut_accept")
    with pytest.raises(NotWithdrawable, match="流程又有推进"):
        withdraw(house, "W01", accepted, "ut_formal")
    case_no = house.accepted_commitment()
    house.complete("D11", case_no, "ut_substantive", {"findings": "审查", "site_visit": "no"})
    with pytest.raises(NotYourStep):
        withdraw(house, "D12", case_no, "ut_substantive")
    with pytest.raises(NotYourStep):
        house.execute("D11", WithdrawStep(task_id=house.task(case_no, "ut_dept_opinion").id))
    with pytest.raises(TaskMissing):
        withdraw(house, "D61", case_no, "ut_substantive")
    withdraw(house, "D11", case_no, "ut_substantive")
    # Taken back once, there is nothing more to take back.
    with pytest.raises(NotWithdrawable, match="流程又有推进"):
        withdraw(house, "D11", case_no, "ut_substantive")
    decided = house.decided_commitment()
    with pytest.raises(NotWithdrawable, match="不能重来"):
        withdraw(house, "D12", decided, "ut_head_decide")
    # The last step of a called process: it has ended, and nothing leads into it again.
    visited = house.accepted_commitment()
    house.visit(visited)
    with pytest.raises(NotWithdrawable, match="所在的流程已经办完"):
        withdraw(house, "D11", visited, "ut_record_visit")
    assert house.violations() == []
