"""催办: who has it in hand is told, at most once a day by one person, and every urging is on the file (T081, 6.2.2)."""

from __future__ import annotations

import pytest

from engine.foundation.store.unit import Actor
from engine.process.tasks.commands import ClaimTask
from engine.process.tasks.handing.commands import DelegateTask
from engine.process.tasks.notifications.queries import notifications_for
from engine.process.tasks.rules import TaskDone, TaskMissing
from engine.process.tasks.urging.commands import UrgeTask
from engine.process.tasks.urging.handlers import urge
from engine.process.tasks.urging.queries import urges_of
from engine.process.tasks.urging.rules import UrgedEnough, UrgeNotYours, may_urge, tells
from engine.registry.identity.leave.commands import RegisterLeave
from engine.registry.identity.rules import NotYourAction
from tests.support.house import House


def told(house: House, account: str) -> list[str]:
    with house.door.read(house.actor(account)) as view:
        return [one.sentence for one in notifications_for(view.connection, view.actor) if "催办“" in one.sentence]


def review(house: House) -> tuple[str, str]:
    case_no = house.accepted_commitment()
    return case_no, house.task(case_no, "ut_substantive").id


def test_T081_two_urgings_of_one_day_are_both_on_file_and_the_holder_is_told_once(house: House):
    case_no, id = review(house)
    house.execute("D11", ClaimTask(task_id=id))
    first = house.execute("L31", UrgeTask(task_id=id, text="今日内出具意见"))
    second = house.execute("L31", UrgeTask(task_id=id))
    assert [(one["number"], one["told"]) for one in (first, second)] == [(1, True), (2, False)]
    with pytest.raises(UrgedEnough, match="今天已催办“实质审查”2 次"):
        house.execute("L31", UrgeTask(task_id=id))
    assert told(house, "D11") == ["牵头协调员催办“实质审查”：今日内出具意见"]
    lines = [one.sentence for one in house.journal(f"case:{case_no}") if one.type == "task.urged"]
    assert lines == [
        "催办（第 1 次）：牵头协调员 催 市监审查员 办理“实质审查”：今日内出具意见",
        "催办（第 2 次）：牵头协调员 催 市监审查员 办理“实质审查”：请抓紧办理。（当日已提醒，只记录入卷）",
    ]
    with house.door.read(house.actor("L31")) as view:
        rows = urges_of(view.connection, f"case:{case_no}")
        assert urges_of(view.connection, f"case:{case_no}", "other") == []
    assert [(one.account, one.holder, one.told) for one in rows] == [("L31", "D11", True), ("L31", "D11", False)]
    # Another person's word is another's; and tomorrow is another day.
    assert house.execute("S51", UrgeTask(task_id=id))["told"] is True
    house.wait(days=1)
    assert house.execute("L31", UrgeTask(task_id=id))["told"] is True
    assert len(told(house, "D11")) == 3
    assert house.violations() == []


def test_what_nobody_holds_is_told_to_the_whole_post_and_what_is_given_on_to_all_who_have_it(sqlite_house: House):
    house = sqlite_house
    _, id = review(house)
    house.execute("W01", UrgeTask(task_id=id))  # who received it
    assert len(told(house, "D11")) == len(told(house, "X92")) == 1
    house.execute("D11", ClaimTask(task_id=id))
    house.execute("D11", DelegateTask(task_id=id, to_account="D13"))
    leave = RegisterLeave(account="D11", substitute="X92", from_day="2026-03-02", until_day="2026-03-03", reason="病假")
    house.execute("D12", leave)
    house.execute("C01", UrgeTask(task_id=id))
    assert [len(told(house, who)) for who in ("D11", "X92", "D13", "D12")] == [2, 2, 1, 0]


def test_who_may_not_urge_is_refused_and_a_done_task_is_not_urged(sqlite_house: House):
    house = sqlite_house
    case_no, id = review(house)
    for account, refusal in (("W02", UrgeNotYours), ("D22", TaskMissing), ("D11", NotYourAction)):
        with pytest.raises(refusal):
            house.execute(account, UrgeTask(task_id=id))
    house.complete("D11", case_no, "ut_substantive", {"findings": "真实有效", "site_visit": "yes"})
    with pytest.raises(TaskDone):
        house.execute("S51", UrgeTask(task_id=id))
    assert [one for one in house.journal(f"case:{case_no}") if one.type == "task.urged"] == []


def test_a_room_above_urges_by_one_call(sqlite_house: House):
    case_no, _ = review(sqlite_house)
    task = sqlite_house.task(case_no, "ut_substantive")
    with sqlite_house.unit(f"case:{case_no}") as unit:
        unit.actor = sqlite_house.actor("L31")
        assert urge(unit, task, "联审催办") == {"task_id": task.id, "case_no": case_no, "number": 1, "told": True}
    assert told(sqlite_house, "D11") == ["牵头协调员催办“实质审查”：联审催办"]


def _actor(*grants: tuple[str, str]) -> Actor:
    return Actor(account="W01", person="p", name="n", grants=grants)


@pytest.mark.parametrize(
    "actor, fits",
    [
        (_actor(("supervisor", "center")), True), (_actor(("center_head", "center")), True),
        (_actor(("lead_coordinator", "market")), True), (_actor(("dept_head", "market")), True),
        (_actor(("lead_coordinator", "health")), False), (_actor(("dept_head", "health")), False),
        (_actor(("window_clerk", "center")), True), (_actor(("dept_reviewer", "market")), False),
    ],
)  # fmt: skip
def test_who_may_urge(actor: Actor, fits: bool):
    assert may_urge(actor, "market", "W01") is fits
    assert not may_urge(_actor(("window_clerk", "center")), "market", "W02")
    assert (tells(0), tells(1)) == (True, False)
