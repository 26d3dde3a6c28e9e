"""Results that nobody collects: reminders, three times at most, and the list of those to chase."""

from __future__ import annotations

from datetime import date

import pytest

from engine.casework.issuance.collecting.commands import NoteChase
from engine.casework.issuance.collecting.queries import chases_of, waiting_cases
from engine.casework.issuance.collecting.rules import ChaseNoteMissing, NotUncollected
from engine.casework.issuance.sms.queries import recent_messages
from engine.foundation.clock import city_date
from engine.foundation.vault import Vault
from engine.process.tasks.notifications.queries import notifications_for
from engine.registry.identity.rules import SYSTEM, NotYourAction
from tests.support.courier import ready_to_ship
from tests.support.house import House


def reminders(house: House) -> int:
    actor = house.actor("W03")
    with house.door.read(actor) as view:
        return [one.kind for one in notifications_for(view.connection, actor)].count("uncollected")


def test_after_fifteen_working_days_the_applicant_is_reminded_weekly_three_times(house: House):
    case_no = ready_to_ship(house, "pickup")
    assert house.clocks(case_no)["uncollected"].row.due_on == date(2026, 3, 23)
    house.at(2026, 3, 23, 23)
    house.sweep()
    assert reminders(house) == 0
    for month, day, count in ((3, 24, 1), (3, 30, 1), (4, 2, 2), (4, 12, 3), (5, 1, 3), (6, 1, 3)):
        house.at(2026, month, day)
        house.sweep()
        assert reminders(house) == count, (month, day)
    with house.door.read(SYSTEM) as view:
        texts = [one.text for one in recent_messages(view.connection, view.part(Vault))]
        assert len(chases_of(view.connection, [f"case:{case_no}"])) == 3
    assert len(texts) == 3
    assert "免费邮寄" in texts[0]
    house.pick_up(case_no, "王建国", "410502199003070010")
    assert house.violations() == []


def test_a_collected_result_is_never_reminded_of(sqlite_house: House):
    case_no = ready_to_ship(sqlite_house, "pickup")
    sqlite_house.pick_up(case_no, "王建国", "410502199003070010")
    sqlite_house.wait(days=60)
    sqlite_house.sweep()
    assert reminders(sqlite_house) == 0


def test_a_clerk_notes_how_a_call_went(sqlite_house: House):
    case_no = ready_to_ship(sqlite_house, "pickup")
    with pytest.raises(ChaseNoteMissing):
        sqlite_house.execute("W03", NoteChase(case_no=case_no, note=" 好 "))
    with pytest.raises(NotYourAction):
        sqlite_house.execute("D62", NoteChase(case_no=case_no, note="已电话通知"))
    sqlite_house.execute("W03", NoteChase(case_no=case_no, note="已电话通知，明天来领"))
    with sqlite_house.door.read(SYSTEM) as view:
        [row] = waiting_cases(view.connection, view.scope, city_date(view.now))
        [one] = chases_of(view.connection, [f"case:{case_no}"])
    assert (row.case_no, one.note, one.account) == (case_no, "已电话通知，明天来领", "W03")
    sqlite_house.pick_up(case_no, "王建国", "410502199003070010")
    with pytest.raises(NotUncollected):
        sqlite_house.execute("W03", NoteChase(case_no=case_no, note="再打一次电话"))
