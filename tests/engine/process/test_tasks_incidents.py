"""Incidents: what failed for good is a row somebody sees, tries again or settles, and nobody else waits for it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from deadlines.runner.sweeper import sweep
from engine.foundation.journal.tags import sentence
from engine.process.clocks.ledgers import extend_clock
from engine.process.clocks.queries import MAX_ATTEMPTS
from engine.process.tasks.incidents.commands import ResolveIncident, RetryIncident
from engine.process.tasks.incidents.handlers import HEALED, RESOLVED, RETRIED
from engine.process.tasks.incidents.queries import Incident, incidents, raise_incident, settle
from engine.process.tasks.incidents.rules import (
    IncidentMissing,
    IncidentSettled,
    NotTriedAgain,
    ResolutionUnwritten,
)
from engine.process.tasks.notifications.queries import notifications_for
from engine.process.tasks.timers.queries import MAX_ATTEMPTS as TIMER_ATTEMPTS
from engine.process.tasks.timers.queries import TimerRow, timers_of
from engine.registry.identity.rules import SYSTEM, NotYourAction
from tests.deadlines.runner.due import deadline_of, deemed, heal, overdue_cases, poison
from tests.deadlines.runner.timed import timed_case
from tests.support.courier import SECRET, ready_to_ship
from tests.support.house import PERSON, House
from tests.yichuang.test_worker import disk_in_trouble
from yichuang.worker import work_once


def listed(house: House, *, all_states: bool = False) -> list[Incident]:
    with house.door.read(SYSTEM) as view:
        return incidents(view.connection, all_states=all_states)


def retry(house: House, one: Incident, account: str = "A01") -> None:
    house.execute(account, RetryIncident(root_id=one.root_id, incident=one.id))


def resolve(house: House, one: Incident, reason: str = "已人工视为受理并告知申请对象", account: str = "A01") -> None:
    house.execute(account, ResolveIncident(root_id=one.root_id, incident=one.id, reason=reason))


def failed_for_good(house: House, count: int = 2) -> tuple[list[str], bytes]:
    """Return overdue cases, the first with a process that cannot be moved and was tried as often as it is."""
    cases = overdue_cases(house, count)
    snapshot = poison(house, cases[0])
    for _ in range(MAX_ATTEMPTS):
        house.clock.set(max(house.clock.now(), deadline_of(house, cases[0]).wake_at))
        house.sweep()
    return cases, snapshot


# A clock that cannot be delivered ---------------------------------------------------------------------------------


def test_a_deadline_that_failed_for_good_is_listed_and_the_others_were_delivered(house: House):
    cases, _ = failed_for_good(house)
    [one] = listed(house)
    assert one.id == f"deadline:{deadline_of(house, cases[0]).id}"
    assert (one.root_id, one.attempts, one.state) == (f"case:{cases[0]}", MAX_ATTEMPTS, "open")
    assert one.element == "correction_notice"
    assert "多次未能触发" in one.sentence
    assert deemed(house, cases) == [False, True]


def test_every_further_try_is_counted_in_the_same_row(sqlite_house: House):
    cases, _ = failed_for_good(sqlite_house, 1)
    since = listed(sqlite_house)[0].since
    sqlite_house.clock.set(deadline_of(sqlite_house, cases[0]).wake_at)
    sqlite_house.sweep()
    [one] = listed(sqlite_house)
    assert (one.attempts, one.since) == (MAX_ATTEMPTS + 1, since)


def test_retried_after_the_cause_is_gone_it_comes_through_and_is_healed(house: House):
    cases, snapshot = failed_for_good(house)
    heal(house, cases[0], snapshot)
    [one] = listed(house)
    retry(house, one)
    assert listed(house) == []
    assert house.sweep().fired == 1
    assert deemed(house, cases) == [True, True]
    [settled] = listed(house, all_states=True)
    assert settled.state == "healed"
    told = [line for line in house.journal(one.root_id) if line.type == RETRIED]
    assert [line.account for line in told] == ["A01"]
    assert sentence(RETRIED, told[0].data).endswith(f"此前 {MAX_ATTEMPTS} 次未成")
    assert house.violations() == []


def test_retried_in_vain_it_is_open_again(sqlite_house: House):
    failed_for_good(sqlite_house, 1)
    retry(sqlite_house, listed(sqlite_house)[0])
    assert sqlite_house.sweep().failed == 1
    assert [one.state for one in listed(sqlite_house)] == ["open"]


def test_settled_by_hand_it_stays_settled_with_its_reason_and_the_house_tries_on(sqlite_house: House):
    house = sqlite_house
    cases, snapshot = failed_for_good(house, 1)
    [one] = listed(house)
    with pytest.raises(ResolutionUnwritten):
        resolve(house, one, " ")
    resolve(house, one)
    house.clock.set(deadline_of(house, cases[0]).wake_at)
    assert house.sweep().failed == 1
    assert listed(house) == []
    [settled] = listed(house, all_states=True)
    assert (settled.state, settled.settled_by) == ("resolved", "A01")
    assert [line.data["reason"] for line in house.journal(one.root_id) if line.type == RESOLVED] == [settled.reason]
    heal(house, cases[0], snapshot)
    house.wait(hours=2)
    assert house.sweep().fired == 1, "a legal deadline is nobody's to drop"
    assert house.violations() == []


def test_it_is_settled_once_and_by_the_system_administrator_only(sqlite_house: House):
    failed_for_good(sqlite_house, 1)
    [one] = listed(sqlite_house)
    for account in ("W01", "D12", "P61", "A02", "A03", "U81"):
        with pytest.raises(NotYourAction, match="未能完成的事项"):
            retry(sqlite_house, one, account)
    resolve(sqlite_house, one)
    for again in (retry, resolve):
        with pytest.raises(IncidentSettled):
            again(sqlite_house, one)
    for root_id, id in ((one.root_id, "outbox:0"), (f"case:{sqlite_house.accepted_instant()}", one.id)):
        with pytest.raises(IncidentMissing):
            sqlite_house.execute("A01", RetryIncident(root_id=root_id, incident=id))


def test_what_waits_no_longer_when_it_is_retried_is_over(sqlite_house: House):
    house = sqlite_house
    cases, snapshot = failed_for_good(house, 1)
    heal(house, cases[0], snapshot)
    house.complete("W01", cases[0], "ut_formal", {"formal_result": "accept"})
    house.complete("W01", cases[0], "ut_accept", {"delay_reason": "系统故障"})
    [one] = listed(house)
    retry(house, one)
    assert [settled.state for settled in listed(house, all_states=True)] == ["healed"]
    [line] = [line for line in house.journal(one.root_id) if line.type == HEALED]
    assert (line.account, "已不再等待" in line.sentence) == ("A01", True)
    assert house.sweep().failed == 0
    assert house.violations() == []


def test_a_deadline_that_was_moved_on_is_not_looked_at_before_its_day(sqlite_house: House):
    house = sqlite_house
    cases, snapshot = failed_for_good(house, 1)
    heal(house, cases[0], snapshot)
    [one] = listed(house)
    with house.unit(one.root_id) as unit:
        extend_clock(unit, one.root_id, "correction_notice", 5, "测试", "01J00000000000000000000000")
    later = deadline_of(house, cases[0]).wake_at
    assert later > house.clock.now()
    retry(house, one)
    assert deadline_of(house, cases[0]).wake_at == later
    assert [settled.state for settled in listed(house, all_states=True)] == ["healed"]
    asked = 0

    def go_on() -> bool:
        nonlocal asked
        asked += 1
        return asked < 20

    assert sweep(house.door, go_on).fired == 0
    assert asked == 0, "nothing is due"


@pytest.mark.parametrize("before,after", [("healed", "open"), ("retried", "open"), ("resolved", "resolved")])
def test_what_fails_anew_as_often_is_open_again_unless_it_was_settled_by_hand(
    sqlite_house: House, before: str, after: str
):
    root_id = f"case:{sqlite_house.receive('W01', 'I06', PERSON)}"
    with sqlite_house.unit(root_id) as unit:
        raise_incident(unit, "timer:x:0:1", root_id, "bt_look", "先前的错误", MAX_ATTEMPTS)
        settle(unit, "timer:x:0:1", before)
        raise_incident(unit, "timer:x:0:1", root_id, "bt_look", "后来的错误", MAX_ATTEMPTS)
    [one] = listed(sqlite_house, all_states=True)
    assert (one.state, one.settled_at is None) == (after, after == "open")
    assert one.sentence == ("后来的错误" if after == "open" else "先前的错误")


# A timer that cannot ring -----------------------------------------------------------------------------------------


def never_rings(house: House, text: str = "R/PT1H") -> tuple[str, bytes]:
    """Return a case with a timer that could not ring as often as is tried, and the state that it should have."""
    case_no = timed_case(house, text)
    house.wait(hours=1)
    snapshot = poison(house, case_no)
    for _ in range(TIMER_ATTEMPTS):
        assert house.sweep().failed == 1
        [row] = waiting(house, case_no)
        house.clock.set(row.wake_at)
    return case_no, snapshot


def waiting(house: House, case_no: str) -> list[TimerRow]:
    with house.door.read(SYSTEM) as view:
        return timers_of(view.connection, f"case:{case_no}")


def told(house: House) -> list[str]:
    admin = house.actor("A01")
    with house.door.read(admin) as view:
        return [one.sentence for one in notifications_for(view.connection, admin) if one.kind == "incident"]


def test_a_timer_that_failed_for_good_is_listed_and_told_once(house: House):
    case_no, _ = never_rings(house)
    [row] = waiting(house, case_no)
    [one] = listed(house)
    assert one.id == f"timer:case:{case_no}:0:{row.task_no}"
    assert (one.root_id, one.element, one.state) == (f"case:{case_no}", "bt_look", "open")
    assert one.attempts == TIMER_ATTEMPTS
    assert "多次未能触发" in one.sentence
    house.sweep()
    assert [(again.id, again.attempts, again.since) for again in listed(house)] == [
        (one.id, TIMER_ATTEMPTS + 1, one.since)
    ]
    assert len(told(house)) == 1


def test_a_retried_timer_is_due_at_once_and_healed_when_it_rings(house: House):
    case_no, snapshot = never_rings(house)
    house.sweep()
    assert waiting(house, case_no)[0].wake_at > house.clock.now(), "it is put off"
    retry(house, listed(house)[0])
    assert house.sweep().failed == 1
    assert [one.state for one in listed(house)] == ["open"], "in vain"
    heal(house, case_no, snapshot)
    [one] = listed(house)
    retry(house, one)
    assert listed(house) == []
    assert house.sweep().fired >= 1
    assert "ut_look_after" in [task.element for task in house.open_tasks(case_no)]
    assert [(settled.id, settled.state) for settled in listed(house, all_states=True)] == [(one.id, "healed")]
    assert [line.account for line in house.journal(one.root_id) if line.type == RETRIED] == ["A01", "A01"]
    assert house.violations() == []


def test_a_timer_settled_by_hand_stays_so_and_one_that_fails_after_it_is_an_incident_of_its_own(sqlite_house: House):
    house = sqlite_house
    case_no, snapshot = never_rings(house)
    [one] = listed(house)
    resolve(house, one, "已电话督促审查员")
    assert house.sweep().failed == 1
    assert listed(house) == []
    heal(house, case_no, snapshot)
    house.wait(hours=2)
    assert house.sweep().fired >= 1
    [settled] = listed(house, all_states=True)
    assert (settled.id, settled.state, settled.reason) == (one.id, "resolved", "已电话督促审查员")
    house.wait(hours=1)
    poison(house, case_no)
    for _ in range(TIMER_ATTEMPTS):
        house.sweep()
        house.wait(hours=2)
    [other] = listed(house)
    assert (other.element, other.id != one.id) == ("bt_look", True)


def test_an_incident_about_a_timer_is_over_when_its_element_is_left(sqlite_house: House):
    case_no, snapshot = never_rings(sqlite_house)
    heal(sqlite_house, case_no, snapshot)
    sqlite_house.visit(case_no)
    assert waiting(sqlite_house, case_no) == []
    assert listed(sqlite_house) == []
    [one] = listed(sqlite_house, all_states=True)
    assert one.state == "healed"
    with pytest.raises(IncidentSettled):
        retry(sqlite_house, one)


# Work after the commit --------------------------------------------------------------------------------------------


def given_up(house: House) -> str:
    """Return a case whose notice could not be rendered, for good."""
    case_no = house.accepted_instant()
    with disk_in_trouble(house):
        for _ in range(MAX_ATTEMPTS):
            work_once(house.door)
            house.wait(hours=1)
    return case_no


def test_a_document_that_was_given_up_is_rendered_when_it_is_retried(sqlite_house: House):
    house = sqlite_house
    case_no = given_up(house)
    [one] = listed(house)
    assert (one.root_id, one.element, one.attempts) == (f"case:{case_no}", "document.render", MAX_ATTEMPTS)
    assert "FilesUnwritable" in one.sentence
    with disk_in_trouble(house):
        retry(house, one)
        work_once(house.door)
        [again] = listed(house)
        assert again.attempts == MAX_ATTEMPTS + 1
    retry(house, again)
    work_once(house.door)
    assert [(one.id, one.state) for one in listed(house, all_states=True)] == [(again.id, "healed")]
    assert house.documents(case_no)[0].sha256 is not None
    assert house.violations() == []


def test_a_message_that_was_given_up_is_sent_when_it_is_retried(sqlite_house: House):
    house = sqlite_house
    near, house.settings = house.settings, replace(
        house.settings, messenger_url="http://127.0.0.1:9", messenger_secret=SECRET
    )
    house.reopen()
    ready_to_ship(house, "electronic")
    for _ in range(MAX_ATTEMPTS):
        work_once(house.door)
        house.wait(hours=1)
    [one] = listed(house)
    assert one.element == "sms.send"
    house.settings = near
    house.reopen()
    retry(house, one)
    work_once(house.door)
    assert [(again.id, again.state) for again in listed(house, all_states=True)] == [(one.id, "healed")]
    assert house.violations() == []


def test_work_that_was_settled_otherwise_is_not_done_a_second_time(sqlite_house: House):
    case_no = sqlite_house.accepted_instant()
    with sqlite_house.unit(f"case:{case_no}") as unit:
        raise_incident(unit, "outbox:77", f"case:{case_no}", "courier.order", "物流机构未接单", MAX_ATTEMPTS)
    [one] = listed(sqlite_house)
    with pytest.raises(NotTriedAgain, match="另选送达方式"):
        retry(sqlite_house, one)
    resolve(sqlite_house, one, "申请对象改为到窗口领取")
    assert listed(sqlite_house) == []


def test_one_that_cannot_even_be_put_off_holds_up_nobody(sqlite_house: House, monkeypatch: pytest.MonkeyPatch):
    cases = overdue_cases(sqlite_house, 3)
    poison(sqlite_house, cases[0])

    def broken(*_: object) -> None:
        raise OSError("the disk is gone")

    monkeypatch.setattr("engine.process.tasks.deadlines.put_off", broken)
    swept = sqlite_house.sweep()
    assert (swept.fired, swept.failed) == (2, 1)
    assert deemed(sqlite_house, cases) == [False, True, True]
