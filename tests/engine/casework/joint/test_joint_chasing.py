"""催办: whoever has the branch is told, it is put down with its number, and nobody is flooded (T081, 6.2.2)."""

from __future__ import annotations

import pytest

from engine.casework.cases.rules import CaseMissing
from engine.casework.joint.changing.rules import NoReview
from engine.casework.joint.chasing.commands import ChaseBranch
from engine.casework.joint.chasing.queries import chases_of
from engine.casework.joint.chasing.rules import Chase, ChaseNotYours, NotChaseable
from engine.casework.joint.chasing.tables import joint_chase
from engine.casework.joint.queries import BranchMissing
from engine.foundation.errors import InvalidFields
from engine.foundation.journal.tags import sentence
from engine.foundation.store.unit import RootMissing
from engine.process.clocks.calendars import Calendars
from engine.process.tasks.commands import ClaimTask
from engine.process.tasks.notifications.queries import notifications_for
from engine.process.tasks.notifications.rules import digested
from engine.process.tasks.urging.commands import UrgeTask
from engine.process.tasks.urging.rules import UrgedEnough
from engine.registry.identity.rules import SYSTEM, NotYourAction
from tests.support.house import House
from tests.support.joint import account_of, asked, branch_task, head_of, opine, reviewed


def chase(house: House, case_no: str, key: str, by: str = "L31", text: str = "") -> int:
    return int(house.execute(by, ChaseBranch(case_no=case_no, key=key, text=text))["number"])


def told(house: House, account: str, kind: str = "urged") -> list[str]:
    actor = house.actor(account)
    with house.door.read(actor) as view:
        return [one.sentence for one in notifications_for(view.connection, actor) if one.kind == kind]


def test_T081_two_chases_of_the_fire_brigade_are_told_put_down_and_journalled(house: House) -> None:
    case_no = asked(house)
    reviewer, head, root = account_of("fire", 1), head_of("fire"), f"case:{case_no}"
    assert chase(house, case_no, "fire") == 1
    name = "公众聚集场所投入使用、营业前消防安全检查"
    assert told(house, reviewer) == [f"牵头协调员催办“{name}”：请在时限内出具意见。"]
    house.execute(reviewer, ClaimTask(task_id=branch_task(house, case_no, "fire").id))
    house.wait(hours=5)
    assert chase(house, case_no, "fire", text="企业下周开业") == 2

    assert told(house, reviewer)[0] == f"牵头协调员催办“{name}”：企业下周开业"
    assert told(house, head) == []
    with house.door.read(SYSTEM) as view:
        kept = chases_of(view.connection, root)
    assert [(one.key, one.number, one.account, one.told) for one in kept] == [
        ("fire", 1, "L31", ("dept_reviewer@fire",)), ("fire", 2, "L31", (reviewer,)),
    ]  # fmt: skip
    lines = [line for line in house.journal(root) if line.type == "task.urged"]
    assert [line.sentence for line in lines] == [
        f"催办（第 1 次）：牵头协调员 催 审查员岗位 办理“{name}”：请在时限内出具意见。",
        f"催办（第 2 次）：牵头协调员 催 消防审查员 办理“{name}”：企业下周开业",
    ]
    assert [line.data["part"] for line in lines] == ["fire", "fire"]
    assert house.violations() == []


def test_within_four_working_hours_a_chase_is_put_down_and_tells_nobody(sqlite_house: House) -> None:
    house = sqlite_house
    case_no = asked(house)
    reviewer = account_of("fire", 1)
    house.at(2026, 3, 2, 16, 30)
    chase(house, case_no, "fire")
    assert chase(house, case_no, "sign") == 1
    house.at(2026, 3, 3, 11, 29)
    assert chase(house, case_no, "fire", by="S51") == 2
    assert chase(house, case_no, "fire") == 3
    before = house.journal(f"case:{case_no}")
    with pytest.raises(UrgedEnough) as enough:
        chase(house, case_no, "fire")
    # One working hour was left on Monday; the other three end at half past eleven.
    assert "2026-03-03 11:30 起再催的，重新通知" in enough.value.sentence
    assert house.journal(f"case:{case_no}") == before
    assert len(told(house, reviewer)) == 1
    house.at(2026, 3, 3, 11, 30)
    assert chase(house, case_no, "fire", by="S51") == 4
    assert len(told(house, reviewer)) == 2


def test_the_page_of_the_task_and_the_board_are_one_act_with_one_interval(sqlite_house: House) -> None:
    house = sqlite_house
    case_no = asked(house)
    task = branch_task(house, case_no, "fire")
    assert house.execute("L31", UrgeTask(task_id=task.id))["told"] is True
    house.wait(hours=1)
    done = house.execute("D12", ChaseBranch(case_no=case_no, key="fire"))
    assert (done["number"], done["told"]) == (2, False)
    house.wait(hours=5)
    done = house.execute("D12", UrgeTask(task_id=task.id))
    assert (done["number"], done["told"]) == (3, True)
    # The head who is to speak after the review was never told: he is, at once.
    reviewed(house, case_no, "fire")
    assert house.execute("D12", ChaseBranch(case_no=case_no, key="fire"))["told"] is True
    assert len(told(house, head_of("fire"))) == 1


def test_chases_of_the_time_before_are_counted_and_told_of(sqlite_house: House) -> None:
    house = sqlite_house
    case_no = asked(house)
    root = f"case:{case_no}"
    old = [
        {"root_id": root, "key": key, "number": number, "text": "请尽快", "told": [f"dept_reviewer@{key}"],
         "account": "L31", "at": house.clock.now()}
        for key, number in (("fire", 1), ("fire", 2), ("sign", 1))
    ]  # fmt: skip
    with house.unit(root) as unit:
        unit.connection.execute(joint_chase.insert(), old)
    house.wait(hours=1)
    assert chase(house, case_no, "fire") == 3
    with house.door.read(SYSTEM) as view:
        kept = chases_of(view.connection, root)
        numbers = [(one.key, one.number, one.told) for one in kept]
        assert isinstance(kept[0], Chase)
    assert numbers == [
        ("fire", 1, ("dept_reviewer@fire",)), ("fire", 2, ("dept_reviewer@fire",)),
        ("sign", 1, ("dept_reviewer@sign",)),
        ("fire", 3, ("dept_reviewer@fire",)),
    ]  # fmt: skip
    line = {"name": "户外招牌设置", "department_name": "城管", "number": 1, "text": "请尽快"}
    assert sentence("joint.chased", line) == "催办“户外招牌设置”（城管）第 1 次：请尽快"


def test_who_may_chase_and_what_need_not_be(sqlite_house: House) -> None:
    house = sqlite_house
    case_no = asked(house, "I11")
    for account in ("D52", head_of("hrss")):
        # The police are asked only later: the case is out of their sight.
        with pytest.raises(CaseMissing):
            chase(house, case_no, "birth_cert", by=account)
    with pytest.raises(ChaseNotYours):
        chase(house, case_no, "birth_cert", by=account_of("cdc", 1))
    with pytest.raises(NotYourAction):
        chase(house, case_no, "birth_cert", by="W01")
    with pytest.raises(NotChaseable) as waiting:
        chase(house, case_no, "household", by=head_of("health"))
    assert "正在等待前序分支“出生医学证明首次签发”" in waiting.value.sentence
    with pytest.raises(BranchMissing):
        chase(house, case_no, "moon", by=head_of("health"))
    with pytest.raises(InvalidFields):
        chase(house, case_no, "vaccine", by=head_of("health"), text="急" * 201)
    for number, account in enumerate((account_of("health", 1), head_of("health"), "C01"), 1):
        assert chase(house, case_no, "vaccine", by=account) == number
        house.wait(hours=24)
    opine(house, case_no, "vaccine")
    with pytest.raises(NotChaseable) as over:
        chase(house, case_no, "vaccine", by=head_of("health"))
    assert "已不在办理（同意）" in over.value.sentence


def test_a_case_without_a_review_is_not_chased(sqlite_house: House) -> None:
    case_no = sqlite_house.accepted_commitment()
    with pytest.raises(NoReview):
        chase(sqlite_house, case_no, "fire", by="S51")
    with pytest.raises((RootMissing, CaseMissing)):
        chase(sqlite_house, f"{case_no[:-4]}9998", "fire", by="S51")


def test_the_lead_is_told_of_all_late_branches_of_a_day_by_one_digest(sqlite_house: House) -> None:
    house = sqlite_house
    for _ in range(2):
        asked(house, days={"food": "1", "sign": "1", "fire": "1"})
    with house.door.read(SYSTEM) as view:
        due = view.part(Calendars).current(view.connection).add(house.clock.now().date(), 1).date
    assert due.isoformat() == "2026-03-03"
    house.at(2026, 3, 4)
    house.sweep()
    lead = house.actor("L31")
    with house.door.read(lead) as view:
        found = [one for one in notifications_for(view.connection, lead) if "分支时限已于" in one.sentence]
        groups = digested(found)
    assert len(found) == 6
    assert [(group.kind, len(group.places)) for group in groups] == [("overdue", 6)]
    house.at(2026, 3, 5)
    house.sweep()
    with house.door.read(lead) as view:
        again = [one for one in notifications_for(view.connection, lead) if "分支时限已于" in one.sentence]
    assert len(again) == 6
