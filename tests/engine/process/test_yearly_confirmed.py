"""Who puts a version of the calendar in force, what is refused, and who is told that a year is missing."""

from __future__ import annotations

from dataclasses import replace

import pytest

from engine.process.clocks.calendars import Calendars
from engine.process.clocks.yearly import queries
from engine.process.clocks.yearly.commands import ConfirmCalendar, DraftClosure, DraftUndo, DropDraft
from engine.process.clocks.yearly.rules import (
    CalendarMoved,
    CalendarPreviewMissing,
    CalendarReasonMissing,
    CalendarRefused,
    CalendarSamePerson,
    CalendarSourceMissing,
    CalendarUnchanged,
    CalendarYearFar,
    DraftMissing,
    DraftSettled,
    VersionMissing,
    VersionNotUndone,
)
from engine.process.tasks.notifications.queries import notifications_for
from engine.registry.identity.rules import SYSTEM, NotYourAction
from tests.support.calendars import NOTICE, STORM, change, confirm, draft, draft_of
from tests.support.house import House
from yichuang.calendaring import look_ahead, warn_of_missing_year


def test_whoever_drafted_does_not_confirm_not_even_by_another_account(house: House):
    house.at(2026, 12, 1)
    made = draft(house)
    other = replace(house.actor("C01"), person=house.actor("A01").person)
    with pytest.raises(CalendarSamePerson):
        house.door.execute(ConfirmCalendar(draft_id=made.id, base_version=1), other, key="k")
    with pytest.raises(NotYourAction):
        confirm(house, made, "A01")
    assert draft_of(house, made.id).state == "ready"
    assert confirm(house, made) == 2


def test_a_draft_is_confirmed_as_it_was_seen_or_not_at_all(house: House):
    house.at(2026, 12, 1)
    id = house.execute("A01", NOTICE)["draft"]
    with pytest.raises(CalendarPreviewMissing):
        confirm(house, draft_of(house, id))
    look_ahead(house.door)
    other = draft(house, DraftClosure(days="2026-12-03", reason="设备检修", document_no="安政服〔2026〕9号"))
    confirm(house, other)
    with pytest.raises(CalendarMoved):
        confirm(house, draft_of(house, id))
    house.execute("A01", DropDraft(draft_id=id))
    with pytest.raises(DraftSettled):
        confirm(house, draft_of(house, id))
    with pytest.raises(DraftSettled):
        house.execute("A01", DropDraft(draft_id=other.id))
    with pytest.raises(DraftMissing):
        house.execute("A01", DropDraft(draft_id=99))


def test_what_makes_no_sense_is_refused_and_nothing_is_kept(house: House):
    house.at(2026, 7, 17)
    wrong = [
        (replace(NOTICE, text=NOTICE.text.replace("02-20", "02-22")), CalendarRefused),
        (replace(NOTICE, text=""), CalendarRefused),
        (replace(NOTICE, source=" "), CalendarSourceMissing),
        (replace(NOTICE, year=2031), CalendarYearFar),
        (replace(NOTICE, year=2025), CalendarYearFar),
        (replace(STORM, days="2026-07-14"), CalendarRefused),
        (replace(STORM, days="2026-07-18"), CalendarRefused),
        (replace(STORM, days="七月"), CalendarRefused),
        (replace(STORM, reason=""), CalendarReasonMissing),
        (replace(STORM, document_no=""), CalendarSourceMissing),
        (replace(NOTICE, year=2026, text="国庆节 放假 2026-10-01至2026-10-07"), CalendarUnchanged),
        (DraftUndo(version=7, reason="撤销"), VersionMissing),
        (DraftUndo(version=1, reason="撤销"), VersionNotUndone),
    ]
    for command, refusal in wrong:
        with pytest.raises(refusal):
            house.execute("A01", command)
    with house.door.read(SYSTEM) as view:
        assert queries.drafts(view.connection) == []


def test_a_notice_is_not_taken_back_once_later_versions_touch_its_days(house: House):
    house.at(2026, 12, 1)
    change(house)
    change(house, DraftClosure(days="2027-03-01", reason="设备检修", document_no="安政服〔2026〕9号"))
    with pytest.raises(VersionNotUndone):
        house.execute("A01", DraftUndo(version=2, reason="通知有误"))
    change(house, DraftUndo(version=3, reason="检修取消"))
    change(house, DraftUndo(version=2, reason="通知有误"))
    with house.door.read(SYSTEM) as view:
        assert 2027 not in house.door.part(Calendars).current(view.connection).confirmed


def test_the_missing_year_is_told_once_a_week_from_October_on_until_it_is_published(house: House):
    house.at(2026, 9, 30)
    assert not warn_of_missing_year(house.door)
    house.at(2026, 10, 9)
    assert warn_of_missing_year(house.door)
    assert warn_of_missing_year(house.neighbour().door)
    house.at(2026, 10, 12)
    assert warn_of_missing_year(house.door)
    with house.door.read(house.actor("A01")) as view:
        found = [one for one in notifications_for(view.connection, house.actor("A01")) if one.kind == "calendar"]
    assert len(found) == 2
    assert "2027年的放假安排还没有登记" in found[0].sentence
    change(house)
    assert not warn_of_missing_year(house.door)
