"""What waits for whom: boxes, counts, notifications and drafts."""

from __future__ import annotations

import pytest

from engine.foundation.store.unit import Unit
from engine.process.tasks.commands import ClaimTask, CompleteTask, MarkRead, ReleaseTask, SaveDraft
from engine.process.tasks.notifications.queries import NotificationMissing, notifications_for, notify
from engine.process.tasks.queries import BOXES, box_counts, inbox, steps_of, task_by_id, tasks_of
from engine.process.tasks.rules import TaskHeld, TaskNotYours, place_of
from engine.registry.identity.rules import ROLES, SYSTEM
from engine.registry.organisation.queries import CENTER
from tests.support.house import COMPANY, PERSON, House


def box(house: House, account: str, name: str, **page: int) -> list[str]:
    """Return the elements of the tasks in a box of ``account``."""
    actor = house.actor(account)
    with house.door.read(actor) as view:
        tasks, total = inbox(view.connection, actor, name, **page)
        assert box_counts(view.connection, actor)[name] == total
        assert page or len(tasks) == total
    return [one.element for one in tasks]


def counts(house: House, account: str) -> dict[str, int]:
    actor = house.actor(account)
    with house.door.read(actor) as view:
        return box_counts(view.connection, actor)


# Boxes ------------------------------------------------------------------------------------------------------------


def test_a_new_case_waits_in_the_box_of_its_role_and_nowhere_else(house: House):
    case_no = house.receive("W01", "I06", PERSON)
    assert [one.element for one in house.open_tasks(case_no)] == ["ut_formal"]
    for clerk in ("W01", "W02", "X91"):
        assert box(house, clerk, "role") == ["ut_formal"]
        assert box(house, clerk, "mine") == []
    for stranger in ("W03", "D62", "D12", "S51", "U81", "A01"):
        assert box(house, stranger, "role") == [], stranger


def test_a_claimed_task_lies_in_its_holders_box_and_comes_back_when_released(house: House):
    case_no = house.receive("W01", "I06", PERSON)
    task = house.task(case_no, "ut_formal")
    house.execute("W01", ClaimTask(task_id=task.id))
    assert (box(house, "W01", "mine"), box(house, "W01", "role")) == (["ut_formal"], [])
    assert (box(house, "W02", "mine"), box(house, "W02", "role")) == ([], [])
    assert box(house, "W02", "department") == ["ut_formal"], "the counter sees that it is being worked"
    house.execute("W01", ReleaseTask(task_id=task.id))
    assert (box(house, "W01", "mine"), box(house, "W02", "role")) == ([], ["ut_formal"])


def test_a_completed_task_lies_in_no_box_and_the_next_one_with_whoever_comes_next(house: House):
    house.accepted_instant()
    assert counts(house, "W01") == {"mine": 0, "role": 0, "department": 0}
    assert box(house, "D62", "role") == ["ut_head_decide"]
    assert box(house, "D61", "department") == ["ut_head_decide"], "the reviewer sees what waits for the head"
    assert box(house, "D61", "role") == []


def test_another_departments_tasks_lie_in_no_box_of_mine(house: House):
    house.accepted_commitment()
    assert box(house, "D11", "role") == ["ut_substantive"]
    for stranger in ("D21", "D22", "D62"):
        assert counts(house, stranger) == dict.fromkeys(BOXES, 0)


def test_the_oldest_waits_on_top_and_pages_join_without_a_gap(sqlite_house: House):
    case_nos = []
    for _ in range(5):
        case_nos.append(sqlite_house.receive("W01", "I06", PERSON))
        sqlite_house.wait(minutes=1)
    actor = sqlite_house.actor("W02")
    seen = []
    with sqlite_house.door.read(actor) as view:
        for offset in (0, 2, 4):
            tasks, total = inbox(view.connection, actor, "role", offset=offset, limit=2)
            assert total == 5
            seen += [one.case_no for one in tasks]
    assert seen == case_nos


def test_a_person_with_two_roles_has_both_in_one_box(sqlite_house: House):
    sqlite_house.accepted_commitment()
    sqlite_house.wait(minutes=1)
    sqlite_house.receive("W01", "I06", PERSON)
    assert box(sqlite_house, "X91", "role") == ["ut_substantive", "ut_formal"]


def test_where_a_task_belongs_follows_from_its_role():
    counter = {role for role in ROLES if place_of(role, "market") == CENTER}
    assert counter == {"window_clerk", "issue_clerk", "complaint_clerk", "center_head", "supervisor", "evaluator"}
    assert place_of("dept_head", "market") == "market"


def test_what_the_case_passed_is_kept_step_by_step(sqlite_house: House):
    case_no = sqlite_house.accepted_instant()
    with sqlite_house.door.read(SYSTEM) as view:
        steps = steps_of(view.connection, f"case:{case_no}")
        every = tasks_of(view.connection, f"case:{case_no}")
        assert task_by_id(view.connection, "no-such-task") is None
    assert [one.number for one in steps] == list(range(1, len(steps) + 1))
    assert steps[0].element == "start_window"
    assert [one.element for one in steps if one.kind == "userTask"] == ["ut_formal", "ut_accept"]
    assert [(one.element, one.state) for one in every] == [
        ("ut_formal", "completed"), ("ut_accept", "completed"), ("ut_head_decide", "open")
    ]  # fmt: skip
    assert len({one.task_no for one in every}) == 3


# Notifications ----------------------------------------------------------------------------------------------------


def tell(house: House, *told: tuple[str, str, str]) -> None:
    """Notify (role, place, sentence) about a new case."""
    case_no = house.receive("W01", "I06", PERSON)
    with house.door.database.writing() as connection:
        unit = Unit(connection, now=house.clock.now(), actor=SYSTEM, parts={})
        for role, place, sentence in told:
            notify(unit, f"case:{case_no}", role, place, "reminder", sentence)


def told_to(house: House, account: str, limit: int = 50) -> list[tuple[str, bool]]:
    actor = house.actor(account)
    with house.door.read(actor) as view:
        return [(one.sentence, one.read) for one in notifications_for(view.connection, actor, limit=limit)]


def test_a_notification_reaches_everybody_of_the_role_in_that_place(house: House):
    tell(house, ("dept_head", "market", "市监"), ("dept_head", "housing", "住建"), ("window_clerk", "center", "窗口"))
    assert told_to(house, "D12") == [("市监", False)]
    assert told_to(house, "W01") == told_to(house, "W02") == [("窗口", False)]
    assert told_to(house, "D11") == told_to(house, "A01") == []


def test_the_newest_is_on_top_and_only_so_many_are_shown(sqlite_house: House):
    tell(sqlite_house, *(("window_clerk", "center", f"第{number}条") for number in range(5)))
    assert [one for one, _ in told_to(sqlite_house, "W01", limit=3)] == ["第4条", "第3条", "第2条"]


def test_what_one_has_read_is_still_new_to_the_others(house: House):
    tell(house, ("window_clerk", "center", "一"), ("window_clerk", "center", "二"))
    clerk = house.actor("W01")
    with house.door.read(clerk) as view:
        newest = notifications_for(view.connection, clerk)[0]
    for _ in range(2):
        house.execute("W01", MarkRead(ids=(newest.id,)))
    assert told_to(house, "W01") == [("二", True), ("一", False)]
    assert told_to(house, "W02") == [("二", False), ("一", False)]


def test_reading_a_notification_changes_no_case(sqlite_house: House):
    tell(sqlite_house, ("window_clerk", "center", "一"))
    clerk = sqlite_house.actor("W01")
    with sqlite_house.door.read(clerk) as view:
        [one] = notifications_for(view.connection, clerk)
    before = len(sqlite_house.journal(one.root_id))
    sqlite_house.execute("W01", MarkRead(ids=(one.id,)))
    assert len(sqlite_house.journal(one.root_id)) == before


def test_what_was_told_to_others_or_to_nobody_cannot_be_read(house: House):
    tell(house, ("window_clerk", "center", "一"))
    clerk = house.actor("W01")
    with house.door.read(clerk) as view:
        [one] = notifications_for(view.connection, clerk)
    for account, id in (("D11", one.id), ("W01", one.id + 1)):
        with pytest.raises(NotificationMissing, match="没有编号为"):
            house.execute(account, MarkRead(ids=(id,)))
    assert told_to(house, "W01") == [("一", False)]


# Drafts -----------------------------------------------------------------------------------------------------------


def draft(house: House, account: str, case_no: str, element: str) -> object:
    return house.desk(account, house.task(case_no, element)).draft


def test_a_draft_is_kept_word_for_word_and_replaced_by_the_next(house: House):
    case_no = house.receive("W01", "I02", COMPANY)
    task = house.task(case_no, "ut_formal")
    assert draft(house, "W01", case_no, "ut_formal") is None
    for typed in ({"opinion": "一", "unknown": [1, {"a": True}]}, {"opinion": "二"}):
        house.execute("W01", SaveDraft(task_id=task.id, data=typed))
        assert draft(house, "W01", case_no, "ut_formal") == typed


def test_a_draft_does_not_take_the_task_and_leaves_no_line(house: House):
    case_no = house.receive("W01", "I02", COMPANY)
    before = len(house.journal(f"case:{case_no}"))
    task = house.task(case_no, "ut_formal")
    house.execute("W01", SaveDraft(task_id=task.id, data={"opinion": "一"}))
    assert len(house.journal(f"case:{case_no}")) == before
    assert house.task(case_no, "ut_formal").holder is None


def test_drafts_of_a_task_go_when_it_is_done(house: House):
    case_no = house.receive("W01", "I06", PERSON)
    task = house.task(case_no, "ut_formal")
    for account in ("W01", "W02"):
        house.execute(account, SaveDraft(task_id=task.id, data={"opinion": "草稿"}))
    house.complete("W01", case_no, "ut_formal", {"formal_result": "accept"})
    with house.door.database.reading() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM task_draft").scalar_one() == 0


def test_nobody_drafts_what_another_holds_or_what_is_not_theirs(sqlite_house: House):
    case_no = sqlite_house.receive("W01", "I06", PERSON)
    task = sqlite_house.task(case_no, "ut_formal")
    sqlite_house.execute("W01", ClaimTask(task_id=task.id))
    with pytest.raises(TaskHeld):
        sqlite_house.execute("W02", SaveDraft(task_id=task.id, data={}))
    with pytest.raises(TaskNotYours):
        sqlite_house.execute("W03", SaveDraft(task_id=task.id, data={}))


def test_a_program_drafts_part_of_a_form_and_finds_the_rest_filled(sqlite_house: House):
    case_no = sqlite_house.receive("W01", "I06", PERSON)
    task = sqlite_house.task(case_no, "ut_formal")
    sqlite_house.execute("W01", SaveDraft(task_id=task.id, data={"formal_result": "accept"}, partial=True))
    kept = sqlite_house.desk("W01", task).draft
    assert kept is not None and kept["formal_result"] == "accept"
    assert kept["materials"], "the rows a page would show"
    sqlite_house.execute("W01", CompleteTask(task_id=task.id, answer=kept))
