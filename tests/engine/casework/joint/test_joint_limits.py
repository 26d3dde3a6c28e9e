"""A late branch: the lead and the supervisor learn it, it can still be done, the total clock tells the truth."""

from __future__ import annotations

from datetime import date, timedelta

from engine.casework.joint.queries import review_of
from engine.process.clocks.cards.queries import cards_of
from engine.process.clocks.queries import ClockRow, clocks_of
from engine.process.tasks.notifications.queries import notifications_for
from engine.registry.identity.rules import SYSTEM
from engine.registry.policies.commands import ConfirmPolicy, DraftPolicy
from tests.support.house import House
from tests.support.joint import SUMMARY, asked, open_branches, opine, rows, states


def clock_of(house: House, case_no: str, branch: str) -> ClockRow:
    with house.door.read(SYSTEM) as view:
        found = clocks_of(view.connection, f"case:{case_no}")
    return next(one for one in found if one.id == rows(house, case_no)[branch].clock_id)


def told(house: House, account: str) -> list[str]:
    with house.door.read(house.actor(account)) as view:
        return [one.sentence for one in notifications_for(view.connection, view.actor)]


def test_T082_a_late_branch_is_told_to_the_lead_and_the_supervisor_and_can_still_be_done(house: House) -> None:
    case_no = asked(house)
    food = clock_of(house, case_no, "food")
    assert (food.due_on, food.title) == (date(2026, 3, 9), "食品经营许可分支时限")
    assert house.clocks(case_no)["commitment"].row.due_on == date(2026, 3, 18)
    opine(house, case_no, "sign")
    house.at(2026, 3, 10, 0, 1)
    house.sweep()

    late = "食品经营许可分支时限已于 2026-03-09 届满"
    assert any(one.startswith(late) for one in told(house, "L31"))
    assert any(one.startswith(late) for one in told(house, "S51"))
    assert any(one.startswith(late) for one in told(house, "D11"))
    assert not any("消防" in one and "届满" in one for one in told(house, "D42"))
    with house.door.read(SYSTEM) as view:
        cards = cards_of(view.connection, [f"case:{case_no}"])
    assert [(one.level, one.party, one.clock_id) for one in cards] == [("yellow", "market", food.id)]
    assert house.clocks(case_no)["commitment"].standing.word != "overdue"
    assert "food" in open_branches(house, case_no)

    opine(house, case_no, "food")
    assert clock_of(house, case_no, "food").state == "stopped"
    assert clock_of(house, case_no, "food").stopped_on == date(2026, 3, 10)
    assert states(house, case_no)["food"] == "agreed"
    assert house.violations() == []


def test_silence_is_no_consent_unless_the_centre_turns_it_on_and_names_its_source(sqlite_house: House) -> None:
    house = sqlite_house
    waiting = asked(house)
    draft = DraftPolicy(
        key="silent_consent", value=1, source="安阳市联合审批管理办法（试行）第十二条", reason="市政府文件要求",
        effective="",
    )  # fmt: skip
    house.execute("A01", draft)
    house.execute("C01", ConfirmPolicy(draft_id=1, base_version=1))
    silent = asked(house)
    house.clock.advance(timedelta(days=21))
    house.sweep()
    assert states(house, waiting)["fire"] == "open"
    assert (states(house, silent)["fire"], rows(house, silent)["fire"].basis) == (
        "agreed", "安阳市联合审批管理办法（试行）第十二条",
    )  # fmt: skip
    assert [one.element for one in house.open_tasks(silent)] == ["ut_lead_conclude"]
    house.complete("D12", silent, "ut_lead_conclude", SUMMARY)
    with house.door.read(SYSTEM) as view:
        review = review_of(view.connection, f"case:{silent}")
    assert review is not None
    assert review.conclusion == "grant"
    assert house.violations() == []
