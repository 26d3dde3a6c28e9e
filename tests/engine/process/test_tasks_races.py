"""Two hands at one task at the same moment: one wins, the other is told who and when, and the case stays whole.

Each race is run from two hosts over one database, several times; YICHUANG_FULL=1 runs many more.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import date
from functools import partial
from typing import Any

import forms
from engine.foundation.store.commands import Command
from engine.process.tasks.commands import ClaimTask, CompleteTask, ReleaseTask, SaveDraft
from engine.process.tasks.rules import StaleForm, Task, TaskCancelled, TaskDone, TaskHeld, TaskNotHeld
from tests.engine.casework.cases.procedures.stretches import accepted, asked, people
from tests.engine.casework.cases.test_endings import withdrawal
from tests.support.house import COMPANY, PERSON, House
from tests.support.size import FULL
from tests.support.threads import in_threads

ROUNDS = 40 if FULL else 3


def race(house: House, other: House, *moves: tuple[str, Command]) -> list[Any]:
    """Let each (account, command) be given at the same moment, on the two hosts in turn; return what each got."""
    doors = (house.door, other.door)
    actors = [house.actor(account) for account, _ in moves]
    return in_threads(
        len(moves),
        lambda number: doors[number % 2].execute(moves[number][1], actors[number], key=f"race-{uuid.uuid4().hex}"),
    )


def answer_to(house: House, account: str, task: Task, **answer: Any) -> CompleteTask:
    """Return the command that completes ``task``; keys not given are what the form starts with."""
    desk = house.desk(account, task)
    return CompleteTask(task_id=task.id, answer=forms.read_json(desk.schema, answer, desk.context))


def winners(found: list[Any]) -> list[Any]:
    return [one for one in found if isinstance(one, Mapping)]


def losers(found: list[Any]) -> list[Exception]:
    return [one for one in found if isinstance(one, Exception)]


def lines(house: House, case_no: str, kind: str) -> list[str]:
    return [line.account for line in house.journal(f"case:{case_no}") if line.type == kind]


def test_of_two_who_claim_one_task_one_holds_it_and_the_other_learns_who_and_since_when(house: House):
    other = house.neighbour()
    names = {"W01": "受理员一", "W02": "受理员二", "X91": "双岗人员"}
    for _ in range(ROUNDS):
        case_no = house.receive("W01", "I06", PERSON)
        task = house.task(case_no, "ut_formal")
        found = race(house, other, *((account, ClaimTask(task_id=task.id)) for account in names))
        assert len(winners(found)) == 1
        holder = list(names)[found.index(winners(found)[0])]
        assert house.task(case_no, "ut_formal").holder == holder
        for one in losers(found):
            assert isinstance(one, TaskHeld)
            assert names[holder] in one.sentence and "2026-03-02 09:05" in one.sentence
        assert lines(house, case_no, "task.claimed") == [holder]


def test_of_two_who_complete_one_task_one_has_done_it_and_the_other_learns_who(house: House):
    other = house.neighbour()
    for _ in range(ROUNDS):
        case_no = house.receive("W01", "I06", PERSON)
        task = house.task(case_no, "ut_formal")
        answer = answer_to(house, "W01", task, formal_result="accept")
        found = race(house, other, ("W01", answer), ("W02", answer), ("X91", answer), ("W01", answer))
        assert len(winners(found)) == 1, "two keys of one person are two wishes: only one is granted"
        assert all(isinstance(one, TaskDone) and "2026-03-02 09:05" in one.sentence for one in losers(found))
        assert len(lines(house, case_no, "task.completed")) == 1
        assert [one.element for one in house.open_tasks(case_no)] == ["ut_accept"]
    assert house.violations() == []


def test_claiming_against_completing_ends_with_one_of_the_two(house: House):
    other = house.neighbour()
    for _ in range(ROUNDS):
        case_no = house.receive("W01", "I06", PERSON)
        task = house.task(case_no, "ut_formal")
        answer = answer_to(house, "W02", task, formal_result="accept")
        claimed, completed = race(house, other, ("W01", ClaimTask(task_id=task.id)), ("W02", answer))
        if isinstance(completed, Mapping):
            assert isinstance(claimed, TaskDone) and "受理员二" in claimed.sentence
        else:
            assert isinstance(completed, TaskHeld) and "受理员一" in completed.sentence
            assert house.task(case_no, "ut_formal").holder == "W01"
    assert house.violations() == []


def test_releasing_against_completing_by_one_person_ends_with_one_of_the_two(house: House):
    other = house.neighbour()
    for _ in range(ROUNDS):
        case_no = house.receive("W01", "I06", PERSON)
        task = house.task(case_no, "ut_formal")
        house.execute("W01", ClaimTask(task_id=task.id))
        answer = answer_to(house, "W01", task, formal_result="accept")
        released, completed = race(house, other, ("W01", ReleaseTask(task_id=task.id)), ("W01", answer))
        assert isinstance(completed, Mapping), "it was in my hands, or in nobody's"
        assert isinstance(released, (Mapping, TaskNotHeld))
    assert house.violations() == []


def test_a_draft_saved_while_the_task_is_completed_leaves_no_draft_behind(house: House):
    other = house.neighbour()
    for _ in range(ROUNDS):
        case_no = house.receive("W01", "I06", PERSON)
        task = house.task(case_no, "ut_formal")
        answer = answer_to(house, "W01", task, formal_result="accept")
        draft = SaveDraft(task_id=task.id, data={"opinion": "草稿"})
        saved, completed = race(house, other, ("W01", draft), ("W01", answer))
        assert isinstance(completed, Mapping)
        assert isinstance(saved, (Mapping, TaskDone))
        with house.door.database.reading() as connection:
            assert connection.exec_driver_sql("SELECT count(*) FROM task_draft").scalar_one() == 0


def test_accepting_against_the_deemed_acceptance_ends_with_exactly_one_acceptance(house: House):
    other = house.neighbour()
    for _ in range(ROUNDS):
        house.at(2026, 3, 2)
        case_no = house.receive("W01", "I02", COMPANY)
        house.complete("W01", case_no, "ut_formal", {"formal_result": "accept"})
        house.at(2026, 3, 10)
        task = house.task(case_no, "ut_accept")
        answer = answer_to(house, "W01", task, delay_reason="材料较多")
        accept_or_sweep = (partial(house.execute, "W01", answer), other.sweep)
        accepted, swept = in_threads(2, lambda number, moves=accept_or_sweep: moves[number]())  # type: ignore[misc]  # bound now
        case = house.case(case_no)
        assert not isinstance(swept, Exception)
        if case.deemed:
            assert isinstance(accepted, (TaskDone, TaskCancelled)) and swept.fired
            assert case.accepted_on == date(2026, 3, 2)
        else:
            assert isinstance(accepted, Mapping)
            assert case.accepted_on == date(2026, 3, 10)
        accepting = lines(house, case_no, "case.accepted") + lines(house, case_no, "case.deemed_accepted")
        assert len(accepting) == 1
        assert len([one for one in house.documents(case_no) if one.kind == "acceptance_notice"]) == (not case.deemed)
    assert house.violations() == []


def test_completing_against_withdrawing_ends_with_a_withdrawn_case_and_the_loser_learns_by_whom(house: House):
    other = house.neighbour()
    for _ in range(ROUNDS):
        case_no = house.receive("W01", "I06", PERSON)
        task = house.task(case_no, "ut_formal")
        answer = answer_to(house, "W01", task, formal_result="accept")
        withdraw = withdrawal(house, case_no, "W02")
        completed, withdrawn = race(house, other, ("W01", answer), ("W02", withdraw))
        assert isinstance(withdrawn, Mapping), "whoever was first, the applicant may take it back"
        if not isinstance(completed, Mapping):
            assert isinstance(completed, TaskCancelled)
            assert "受理员二" in completed.sentence and "2026-03-02 09:05" in completed.sentence
        assert len(lines(house, case_no, "task.completed")) == isinstance(completed, Mapping)
        assert (house.case(case_no).status, house.open_tasks(case_no)) == ("withdrawn", [])
    assert house.violations() == []


def test_pausing_against_a_deadline_that_falls_due_leaves_nothing_armed_and_nothing_told_twice(house: House):
    other = house.neighbour()
    for number in range(ROUNDS):
        house.at(2026, 3, 2 + 7 * number)
        case_no = accepted(house)
        asked(house, case_no)
        reviewer, head, _ = people(house, case_no)
        house.complete(head, case_no, "ut_sp_approve", {"approved": "yes"})
        [due] = [one.row.due_on for one in house.clocks(case_no).values() if one.row.kind == "commitment"]
        assert due is not None
        # The morning of its last day: the reminder is due, and so is whoever pauses it.
        house.at(due.year, due.month, due.day)
        pause = answer_to(house, reviewer, house.task(case_no, "ut_sp_notice"), checked=True)
        moves = (partial(house.execute, reviewer, pause), other.sweep)
        paused, swept = in_threads(2, lambda number, moves=moves: moves[number]())  # type: ignore[misc]  # bound now
        assert isinstance(paused, Mapping)
        assert swept.failed == 0
        clock = house.clocks(case_no)["commitment"].row
        assert clock.state == "paused"
        reminded = [one for one in house.journal(f"case:{case_no}") if one.type == "clock.reminded"]
        assert len([one for one in reminded if one.data["clock"] == clock.id]) <= 1
        assert house.sweep().failed == 0
    assert house.violations() == []


def test_a_page_made_before_another_held_the_task_is_stale_even_in_a_race(house: House):
    other = house.neighbour()
    case_no = house.receive("W01", "I06", PERSON)
    task = house.task(case_no, "ut_formal")
    answer = answer_to(house, "W01", task, formal_result="accept")
    stale = CompleteTask(task_id=task.id, answer=answer.answer, revision=task.revision)
    house.execute("W02", ClaimTask(task_id=task.id))
    house.execute("W02", ReleaseTask(task_id=task.id))
    assert all(isinstance(one, StaleForm) for one in race(house, other, ("W01", stale), ("W01", stale)))
    assert len(lines(house, case_no, "task.completed")) == 0


def test_many_cases_move_at_once_and_do_not_disturb_each_other(house: House):
    other = house.neighbour()
    cases = [house.receive("W01", "I06", PERSON) for _ in range(6)]
    for element, answer in (("ut_formal", {"formal_result": "accept"}), ("ut_accept", {})):
        commands = [answer_to(house, "W01", house.task(one, element), **answer) for one in cases]
        found = race(house, other, *(("W01", one) for one in commands))
        assert len(winners(found)) == 6, losers(found)
    found = race(
        house, other,
        *(("D62", answer_to(house, "D62", house.task(one, "ut_head_decide"), decision="grant")) for one in cases),
    )  # fmt: skip
    assert len(winners(found)) == 6, losers(found)
    numbers = sorted(document.number for one in cases for document in house.documents(one))
    assert numbers == [f"安审批（受理）〔2026〕{number:06d}号" for number in range(1, 7)]
    assert house.violations() == []


def test_a_whole_case_goes_from_host_to_host_and_no_host_works_on_an_old_state(house: House):
    hosts = [house, house.neighbour()]
    case_no = hosts[0].receive("W01", "I02", COMPANY)
    steps: list[tuple[str, str, dict[str, Any]]] = [
        ("W01", "ut_formal", {"formal_result": "accept"}), ("W01", "ut_accept", {}),
        ("D11", "ut_receive_paper", {"signature": None}),
    ]  # fmt: skip
    rounds = [("return", {"reason": "请核实"}), ("return", {"reason": "再核实"}), ("grant", {})]
    for decision, more in rounds:
        steps += [
            ("D11", "ut_substantive", {"findings": "审查", "site_visit": "no"}),
            ("D11", "ut_dept_opinion", {"opinion": "建议准予", "basis": "办法"}),
            ("D12", "ut_head_decide", {"decision": decision, **more}),
        ]
    for number, (account, element, answer) in enumerate(steps):
        host = hosts[number % 2]
        if "signature" in answer:
            answer["signature"] = host.signature(account)
        host.complete(account, case_no, element, answer)
    assert [one.element for one in house.open_tasks(case_no)] == ["ut_make_result"]
    assert house.violations() == []


def test_eight_hands_at_one_task_never_see_a_database_in_trouble(house: House):
    other = house.neighbour()
    case_no = house.receive("W01", "I06", PERSON)
    task = house.task(case_no, "ut_formal")
    answer = answer_to(house, "W01", task, formal_result="accept")
    clerks = ("W01", "W02", "X91")
    moves = [(clerks[number % 3], answer if number % 2 else ClaimTask(task_id=task.id)) for number in range(8)]
    found = race(house, other, *moves)
    assert all(isinstance(one, (TaskHeld, TaskDone)) for one in losers(found)), found
