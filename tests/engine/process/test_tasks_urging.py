"""催办: who has it in hand is told, not again within the interval, and every urging is on the file (T081, 6.2.2)."""

from __future__ import annotations

from datetime import datetime

import pytest

from engine.foundation.clock import CITY
from engine.foundation.store.unit import Actor
from engine.process.clocks.calendars import Calendars
from engine.process.clocks.ledgers import office_hours
from engine.process.tasks.commands import ClaimTask
from engine.process.tasks.handing.commands import DelegateTask, TransferTask
from engine.process.tasks.notifications.queries import notifications_for
from engine.process.tasks.rules import TaskDone, TaskMissing
from engine.process.tasks.urging.commands import UrgeTask
from engine.process.tasks.urging.handlers import urge
from engine.process.tasks.urging.queries import urges_of
from engine.process.tasks.urging.rules import Urge, UrgedEnough, UrgeNotYours, may_urge, said_since_told, told_again_at
from engine.registry.identity.leave.commands import RegisterLeave
from engine.registry.identity.rules import SYSTEM, NotYourAction
from tests.support.figures import change_figure
from tests.support.house import House


def told(house: House, account: str) -> list[str]:
    with house.door.read(house.actor(account)) as view:
        return [one.sentence for one in notifications_for(view.connection, view.actor) if "催办“" in one.sentence]


def review(house: House) -> tuple[str, str]:
    case_no = house.accepted_commitment()
    return case_no, house.task(case_no, "ut_substantive").id


def test_T081_two_urgings_are_both_on_file_and_the_holder_is_told_once(house: House):
    case_no, id = review(house)
    house.execute("D11", ClaimTask(task_id=id))
    first = house.execute("L31", UrgeTask(task_id=id, text="今日内出具意见"))
    second = house.execute("L31", UrgeTask(task_id=id))
    assert [(one["number"], one["told"]) for one in (first, second)] == [(1, True), (2, False)]
    with pytest.raises(UrgedEnough, match="2 次（最近 2026-03-02 09:05），已经记录入卷；2026-03-02 17:05 起再催"):
        house.execute("L31", UrgeTask(task_id=id))
    assert told(house, "D11") == ["牵头协调员催办“实质审查”：今日内出具意见"]
    lines = [one.sentence for one in house.journal(f"case:{case_no}") if one.type == "task.urged"]
    assert lines == [
        "催办（第 1 次）：牵头协调员 催 市监审查员 办理“实质审查”：今日内出具意见",
        "催办（第 2 次）：牵头协调员 催 市监审查员 办理“实质审查”：请抓紧办理。（已通知过，只记录入卷）",
    ]
    with house.door.read(house.actor("L31")) as view:
        rows = urges_of(view.connection, f"case:{case_no}")
        assert urges_of(view.connection, f"case:{case_no}", "other") == []
    assert [(one.account, one.holder, one.told) for one in rows] == [("L31", "D11", True), ("L31", "D11", False)]
    # Whoever has been told is not told by another either; what that one says stays on the file.
    assert house.execute("S51", UrgeTask(task_id=id))["told"] is False
    house.wait(days=1)
    assert house.execute("L31", UrgeTask(task_id=id))["told"] is True
    assert len(told(house, "D11")) == 2
    assert house.violations() == []


def test_what_nobody_holds_is_told_to_the_whole_post_and_what_is_given_on_to_all_who_have_it(sqlite_house: House):
    house = sqlite_house
    _, id = review(house)
    house.execute("W01", UrgeTask(task_id=id))  # who received it
    assert len(told(house, "D11")) == len(told(house, "X92")) == 1
    house.execute("D11", ClaimTask(task_id=id))
    house.execute("D11", DelegateTask(task_id=id, to_account="D13"))
    leave = RegisterLeave(account="D11", substitute="X92", from_day="2026-03-02", until_day="2026-03-04", reason="病假")
    house.execute("D12", leave)
    house.execute("C01", UrgeTask(task_id=id))
    assert [len(told(house, who)) for who in ("D11", "X92", "D13", "D12")] == [1, 1, 0, 0], "the post was just told"
    house.wait(days=1)
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


def test_whoever_takes_over_was_not_told_and_is_told_at_once(sqlite_house: House):
    house = sqlite_house
    _, id = review(house)
    house.execute("D11", ClaimTask(task_id=id))
    assert house.execute("L31", UrgeTask(task_id=id))["told"] is True
    house.execute("D12", TransferTask(task_id=id, to_account="X92", reason="另有任务"))
    assert house.execute("L31", UrgeTask(task_id=id))["told"] is True
    assert house.execute("L31", UrgeTask(task_id=id))["told"] is False
    assert (len(told(house, "D11")), len(told(house, "X92"))) == (1, 1)


def test_the_interval_is_the_centres_figure(sqlite_house: House):
    house = sqlite_house
    _, id = review(house)
    change_figure(house, "urge_hours", 1)
    house.execute("L31", UrgeTask(task_id=id))
    house.wait(minutes=59)
    assert house.execute("L31", UrgeTask(task_id=id))["told"] is False
    house.wait(minutes=1)
    assert house.execute("L31", UrgeTask(task_id=id))["told"] is True


def urge_at(hour: int, *, person: str = "p", told: bool = True, holder: str | None = "D11") -> Urge:
    at = datetime(2026, 3, 2, hour, tzinfo=CITY)
    return Urge("case:1", "t", 1, "L31", person, at, holder, "dept_reviewer", "market", "急", told)


def test_from_when_people_are_told_again(sqlite_house: House):
    with sqlite_house.door.read(SYSTEM) as view:
        calendar, office = view.part(Calendars).current(view.connection), office_hours(view.connection)

    def again(urges: list[Urge], holder: str | None = "D11", hours: int = 4) -> datetime | None:
        return told_again_at(urges, holder, hours, calendar, office)

    assert again([]) is None
    assert again([urge_at(9, told=False)]) is None
    # What was only put down does not put off the next telling.
    assert again([urge_at(9), urge_at(10, told=False)]) == again([urge_at(9)])
    assert again([urge_at(9)], "D13") is None
    assert again([urge_at(9, holder=None)]) == again([urge_at(9)])
    later = again([urge_at(9)], hours=8)
    assert later is not None
    assert later.astimezone(CITY) == datetime(2026, 3, 2, 17, tzinfo=CITY)


def test_what_one_person_has_said_since_the_last_telling():
    urges = [urge_at(9), urge_at(9, person="q"), urge_at(10, told=False), urge_at(11, person="q", told=False)]
    assert said_since_told(urges, "p") == [urges[2].at]
    assert said_since_told(urges, "q") == [urges[1].at, urges[3].at]
    assert said_since_told([], "p") == []

