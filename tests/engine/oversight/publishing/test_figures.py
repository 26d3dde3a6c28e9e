"""A figure that is confirmed holds for what is taken in afterwards; what is in work keeps its own (T117)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from engine.oversight.publishing.commands import Deploy
from engine.oversight.publishing.figures import effect_of
from engine.process.bpmn.releases.queries import releases_of
from engine.registry.identity.rules import SYSTEM
from engine.registry.policies.rules import PolicyTogether
from processes import library
from tests.support.figures import change_figure, confirm_figure, draft_figure, pinned_by
from tests.support.house import COMPANY, House

ITEMS = 14


def releases(house: House, item: str = "I02") -> list[tuple[int, int]]:
    """Return number and days of notice of each release of an item, newest first."""
    with house.door.read(SYSTEM) as view:
        return [(one.number, one.policies["correction_notice"]) for one in releases_of(view.connection, item)]


def test_T117_the_next_case_counts_by_the_new_figure_and_the_running_one_by_its_own(house: House):
    before = house.receive("W01", "I02", COMPANY)
    assert change_figure(house, "correction_notice", 3)["items"] == ITEMS
    after = house.receive("W01", "I02", COMPANY)
    quotas = {no: house.clocks(no)["correction_notice"].reckoning.start.quota for no in (before, after)}
    assert quotas == {before: 5, after: 3}
    due = {no: house.clocks(no)["correction_notice"].row.due_on for no in (before, after)}
    assert due == {before: date(2026, 3, 9), after: date(2026, 3, 5)}
    # A clock that begins only now in the older case counts by the older figure, too.
    change_figure(house, "hand_over_hours", 8)
    for no in (before, after):
        house.complete("W01", no, "ut_formal", {"formal_result": "accept"})
        house.complete("W01", no, "ut_accept", {})
        assert house.clocks(no)["hand_over"].row.due_at == house.clock.now() + timedelta(hours=4)
    assert house.violations() == []


def test_the_releases_differ_in_the_figures_alone_and_each_has_its_line(house: House):
    with house.door.read(SYSTEM) as view:
        old = {one.item_code: one for one in releases_of(view.connection)}
    change_figure(house, "correction_notice", 3)
    with house.door.read(SYSTEM) as view:
        new = {one.item_code: one for one in reversed(releases_of(view.connection))}
    assert len(new) == ITEMS
    for code, one in new.items():
        was = old[code]
        assert one.number == was.number + 1
        assert (one.item, one.main, one.processes, one.forms) == (was.item, was.main, was.processes, was.forms)
        assert (one.decisions, one.messages) == (was.decisions, was.messages)
        assert {key for key in one.policies if one.policies[key] != was.policies[key]} == {"correction_notice"}
    told = [line for line in house.journal("release:catalogue") if line.type == "release.refigured"]
    assert [line.data["item"] for line in told] == sorted(new)
    assert {line.data["release"] for line in told} == {one.id for one in new.values()}
    assert all(line.data["changed"] == ["correction_notice"] for line in told)


def test_a_figure_that_no_release_pins_makes_none_and_deploying_again_neither(sqlite_house: House):
    first = releases(sqlite_house)
    assert change_figure(sqlite_house, "session_idle", 20)["items"] == 0
    text = library.processes()["archive"].xml.decode()
    assert sqlite_house.execute("P61", Deploy(processes={"archive": text}))["releases"] == {}
    assert releases(sqlite_house) == first


def test_from_a_day_to_come_on_and_undone_by_a_new_draft(house: House):
    change_figure(house, "correction_notice", 3, effective="2026-03-09")
    assert pinned_by(house, "I02", "correction_notice") == 5
    assert pinned_by(house, "I02", "correction_notice", date(2026, 3, 8)) == 5
    house.at(2026, 3, 9, 0, 0)
    assert pinned_by(house, "I02", "correction_notice") == 3
    change_figure(house, "correction_notice", 5)
    assert pinned_by(house, "I02", "correction_notice") == 5
    assert [days for _, days in releases(house)] == [5, 3, 5]


def test_what_is_published_before_the_day_holds_after_it_and_so_does_the_figure(house: House):
    change_figure(house, "correction_notice", 3, effective="2026-03-09")
    text = library.processes()["archive"].xml.decode()
    changed = text.replace('name="资料归档">', 'name="部门资料归档">', 1)
    assert changed != text
    house.execute("P61", Deploy(processes={"archive": changed}))
    with house.door.read(SYSTEM) as view:
        newest = releases_of(view.connection, "I02")
    assert [one.policies["correction_notice"] for one in newest] == [3, 5, 3, 5]
    assert newest[0].processes == newest[1].processes != newest[2].processes
    assert pinned_by(house, "I02", "correction_notice") == 5
    assert pinned_by(house, "I02", "correction_notice", date(2026, 3, 9)) == 3
    # The same once more makes nothing, neither for now nor for the day.
    assert house.execute("P61", Deploy(processes={"archive": changed}))["releases"] == {}


def test_a_change_at_once_goes_on_past_the_day_of_another_figure(sqlite_house: House):
    change_figure(sqlite_house, "correction_notice", 3, effective="2026-03-09")
    change_figure(sqlite_house, "delivery", 5)
    assert pinned_by(sqlite_house, "I02", "delivery") == 5
    assert pinned_by(sqlite_house, "I02", "correction_notice") == 5
    assert pinned_by(sqlite_house, "I02", "correction_notice", date(2026, 3, 9)) == 3
    assert pinned_by(sqlite_house, "I02", "delivery") == 5


@pytest.mark.parametrize("value", [5, 3])
def test_a_day_to_come_is_overruled_before_it_comes(sqlite_house: House, value: int):
    change_figure(sqlite_house, "correction_notice", 3, effective="2026-03-09")
    change_figure(sqlite_house, "correction_notice", value)
    assert pinned_by(sqlite_house, "I02", "correction_notice") == value
    assert pinned_by(sqlite_house, "I02", "correction_notice", date(2026, 3, 9)) == value
    assert sqlite_house.violations() == []


def test_a_draft_shows_what_it_would_do_before_it_is_confirmed(house: House):
    case_no = house.receive("W01", "I02", COMPANY)
    made = draft_figure(house, "correction_notice", 3)
    with house.door.read(SYSTEM) as view:
        effect = effect_of(view, made)
        assert (effect.pinned, len(effect.items), effect.running) == (True, ITEMS, 1)
        assert ("I02", house.case(case_no).item_name) in effect.items
    with house.door.read(SYSTEM) as view:
        other = effect_of(view, draft_figure(house, "session_idle", 20))
    assert (other.pinned, other.items, other.running) == (False, [], 0)


def test_it_is_all_or_nothing(sqlite_house: House):
    made = draft_figure(sqlite_house, "hearing_notice", 15)
    change_figure(sqlite_house, "hearing_hold", 10)
    first = releases(sqlite_house)
    with pytest.raises(PolicyTogether):
        confirm_figure(sqlite_house, made)
    assert releases(sqlite_house) == first
    assert pinned_by(sqlite_house, "I02", "hearing_notice") == 7


def test_after_a_restart_the_figures_hold_as_before(sqlite_house: House):
    change_figure(sqlite_house, "correction_notice", 3)
    sqlite_house.reopen()
    assert pinned_by(sqlite_house, "I02", "correction_notice") == 3
    sqlite_house.wait(days=1)
    no = sqlite_house.receive("W01", "I02", COMPANY)
    assert sqlite_house.clocks(no)["correction_notice"].reckoning.start.quota == 3
