"""The sweep: page by page, each deadline in its own unit, and no case holds up another."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from deadlines.runner.sweeper import Due, Swept, _share
from engine.process.clocks.cards.queries import cards_of
from engine.process.clocks.queries import MAX_ATTEMPTS
from engine.process.tasks.commands import FireDeadline, PutOffDeadline
from engine.process.tasks.notifications.queries import notifications_for
from engine.registry.identity.rules import SYSTEM
from tests.deadlines.runner.due import deadline_of, deemed, heal, overdue_cases, poison
from tests.support.house import COMPANY, House, NewHouse
from tests.support.threads import in_threads, results

FIRE = FireDeadline(root_id="case:0", deadline_id="d")


def incidents(house: House) -> list[str]:
    admin = house.actor("A01")
    with house.door.read(admin) as view:
        return [one.sentence for one in notifications_for(view.connection, admin) if one.kind == "incident"]


def test_a_house_without_cases_has_nothing_to_wake_for(sqlite_house: House):
    assert sqlite_house.sweep() == Swept(0, 0, None)


def test_what_is_not_yet_due_is_left_and_says_when_it_wants_to_be_looked_at(sqlite_house: House):
    case_no = sqlite_house.receive("W01", "I09", COMPANY)
    swept = sqlite_house.sweep()
    assert swept == Swept(0, 0, deadline_of(sqlite_house, case_no).due_at)
    assert swept.next_wake == datetime(2026, 3, 9, 16, 0, tzinfo=UTC), "midnight in the city after five working days"


def test_one_sweep_goes_through_all_pages(sqlite_house: House, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("deadlines.runner.sweeper.PAGE", 2)
    cases = overdue_cases(sqlite_house, 5)
    swept = sqlite_house.sweep()
    assert (swept.fired, swept.failed) == (5, 0)
    assert all(deemed(sqlite_house, cases))
    assert (sqlite_house.sweep().fired, sqlite_house.violations()) == (0, [])


def test_a_poisoned_case_does_not_stop_the_others(house: House):
    cases = overdue_cases(house, 3)
    poison(house, cases[0])
    swept = house.sweep()
    assert (swept.fired, swept.failed) == (2, 1)
    assert deemed(house, cases) == [False, True, True]


def test_a_page_full_of_poisoned_cases_does_not_stop_the_next_page(
    sqlite_house: House, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("deadlines.runner.sweeper.PAGE", 1)
    cases = overdue_cases(sqlite_house, 3)
    for bad in cases[:2]:
        poison(sqlite_house, bad)
    swept = sqlite_house.sweep()
    assert (swept.fired, swept.failed) == (1, 2)
    assert deemed(sqlite_house, cases) == [False, False, True]


def test_a_failed_delivery_is_put_off_and_the_legal_instant_stays(house: House):
    [case_no] = overdue_cases(house, 1)
    before = deadline_of(house, case_no)
    poison(house, case_no)
    swept = house.sweep()
    after = deadline_of(house, case_no)
    assert (after.state, after.attempts, after.fired_at) == ("open", 1, None)
    assert after.last_error
    assert ":" in after.last_error, "the error's name and its words"
    assert after.due_at == before.due_at
    assert after.wake_at == house.clock.now() + timedelta(seconds=2)
    assert swept.next_wake == after.wake_at
    assert house.journal(f"case:{case_no}")[-1].command == "ReceiveApplication", "the failed unit left no line"


def test_it_is_not_tried_again_before_its_time_and_each_time_later(sqlite_house: House):
    [case_no] = overdue_cases(sqlite_house, 1)
    poison(sqlite_house, case_no)
    sqlite_house.sweep()
    assert sqlite_house.sweep().failed == 0
    pauses = []
    for _ in range(4):
        sqlite_house.clock.set(deadline_of(sqlite_house, case_no).wake_at)
        assert sqlite_house.sweep().failed == 1
        pauses.append((deadline_of(sqlite_house, case_no).wake_at - sqlite_house.clock.now()).total_seconds())
    assert pauses == [4, 8, 16, 32]


def test_once_healed_it_is_delivered_as_of_the_day_it_was_due(sqlite_house: House):
    [case_no] = overdue_cases(sqlite_house, 1)
    snapshot = poison(sqlite_house, case_no)
    sqlite_house.sweep()
    heal(sqlite_house, case_no, snapshot)
    sqlite_house.wait(minutes=1)
    assert sqlite_house.sweep().fired == 1
    assert deemed(sqlite_house, [case_no]) == [True]
    assert sqlite_house.violations() == []


def test_the_administrator_is_told_after_many_tries_and_not_before(sqlite_house: House):
    [case_no] = overdue_cases(sqlite_house, 1)
    poison(sqlite_house, case_no)
    for _ in range(MAX_ATTEMPTS - 1):
        sqlite_house.clock.set(max(sqlite_house.clock.now(), deadline_of(sqlite_house, case_no).wake_at))
        assert sqlite_house.sweep().failed == 1
    assert incidents(sqlite_house) == []
    sqlite_house.clock.set(deadline_of(sqlite_house, case_no).wake_at)
    sqlite_house.sweep()
    [told] = incidents(sqlite_house)
    assert f"办件 {case_no} 的一次告知期限届满多次未能触发" in told
    assert deadline_of(sqlite_house, case_no).state == "open", "it is tried on, at longer intervals"


def test_two_hosts_that_sweep_at_once_deliver_each_deadline_exactly_once(house: House):
    cases = overdue_cases(house, 6)
    other = House(house.settings, house.clock.now() + timedelta(seconds=1))
    try:
        swept = results(in_threads(2, lambda number: (house, other)[number].sweep()))
    finally:
        other.door.database.close()
    assert (sum(one.fired for one in swept), sum(one.failed for one in swept)) == (6, 0)
    assert all(deemed(house, cases))
    for case_no in cases:
        root = f"case:{case_no}"
        fired = Counter((line.type, line.key) for line in house.journal(root) if line.command == "FireDeadline")
        assert len({key for _, key in fired}) == 1, "one unit delivered it"
        with house.door.read(SYSTEM) as view:
            assert len(cards_of(view.connection, [root])) == 1
    assert house.violations() == []


def test_a_case_that_another_has_in_hand_is_not_waited_for_and_comes_in_the_next_round(new_house: NewHouse):
    house = new_house("postgresql")
    cases = overdue_cases(house, 3)
    with house.unit(f"case:{cases[1]}"):
        swept = house.sweep()
        assert (swept.fired, swept.failed, swept.left) == (2, 0, 1)
        assert swept.next_wake == deadline_of(house, cases[1]).due_at, "it is due still"
    assert deadline_of(house, cases[1]).attempts == 0, "nothing failed"
    swept = house.sweep()
    assert (swept.fired, swept.failed, swept.left) == (1, 0, 0)
    assert all(deemed(house, cases))
    assert house.violations() == []


def test_a_host_beside_others_takes_a_share_of_the_page_by_chance_and_a_case_whole_in_its_order(
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setattr("deadlines.runner.sweeper.SHARE", 4)
    page = [Due(f"case:{number % 5}", f"{number:02}", FIRE, lambda error: FIRE) for number in range(20)]
    taken = [tuple(one.name for one in _share(page)) for _ in range(30)]
    assert {len(one) for one in taken} == {4}
    assert {tuple(sorted(one)) == one for one in taken} == {True}, "the four of one case, in their order"
    assert len(set(taken)) > 1


def test_a_failed_try_of_what_was_settled_meanwhile_is_noted_nowhere(house: House):
    [case_no] = overdue_cases(house, 1)
    one = deadline_of(house, case_no)
    house.sweep()
    for number in range(MAX_ATTEMPTS):
        put_off = PutOffDeadline(root_id=one.root_id, deadline_id=one.id, error="late")
        house.door.execute(put_off, SYSTEM, key=f"late-{number}")
    assert (deadline_of(house, case_no).attempts, incidents(house)) == (0, [])


def test_threads_of_one_host_at_one_instant_deliver_each_deadline_exactly_once(house: House):
    cases = overdue_cases(house, 3)
    results(in_threads(4, lambda _: house.sweep()))
    assert all(deemed(house, cases))
    assert house.violations() == []
    clerk = house.actor("W01")
    with house.door.read(clerk) as view:
        told = Counter(one.root_id for one in notifications_for(view.connection, clerk))
    assert told == {f"case:{case_no}": 1 for case_no in cases}
