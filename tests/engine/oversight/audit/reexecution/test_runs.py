"""A run over many cases: chosen, carried out batch by batch, gone on with, stopped, and what it found."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine.foundation.clock import SystemClock
from engine.foundation.errors import InvalidFields
from engine.oversight.audit.reexecution import queries, rules
from engine.oversight.audit.reexecution.commands import (
    AskReexecution,
    Found,
    KeepReexecution,
    NoteReexecuted,
    StopReexecution,
)
from engine.oversight.audit.reexecution.queries import Finding, Run
from engine.process.tasks.notifications.queries import notifications_for
from engine.registry.identity.rules import SYSTEM, NotYourAction
from tests.engine.oversight.audit.test_tampering import forge
from tests.support.house import COMPANY, PERSON, House
from tests.yichuang.test_cli_reexecuting import bound_elsewhere, spoil
from yichuang import reexecuting
from yichuang.reexecuting import ask_nightly, carry_out


def ask(house: House, **which: str) -> int:
    return int(house.execute("U81", AskReexecution(**which))["id"])


def run_of(house: House, id: int) -> Run:
    with house.door.read(SYSTEM) as view:
        return queries.run_by_id(view.connection, id)


def found_in(house: House, id: int) -> list[Finding]:
    with house.door.read(SYSTEM) as view:
        return queries.findings(view.connection, id)


def told(house: House, account: str = "U81") -> list[str]:
    actor = house.actor(account)
    with house.door.read(actor) as view:
        return [one.sentence for one in notifications_for(view.connection, actor) if one.kind == "incident"]


def test_every_case_is_executed_again_and_what_differs_is_told(house: House):
    good, bad, lost = house.accepted_instant(), house.accepted_commitment(), house.accepted_instant()
    seq = 0
    if house.door.database.dialect == "sqlite":
        seq = spoil(house, bad)
        forge(house, lost, bound_elsewhere)
    id = ask(house)
    assert run_of(house, id).state == rules.QUEUED
    assert carry_out(house.door) == 3
    run = run_of(house, id)
    assert (run.state, run.total, run.done, run.ended_at) == (rules.ENDED, 3, 3, house.clock.now())
    if house.door.database.dialect == "postgresql":
        assert (run.identical, run.differing, run.unknown) == (3, 0, 0)
        assert run.lines == sum(len(house.journal(f"case:{one}")) for one in (good, bad, lost))
        assert (found_in(house, id), told(house)) == ([], [])
        return
    assert (run.identical, run.differing, run.unknown) == (1, 1, 1)
    outcomes = {one.case_no: one for one in found_in(house, id)}
    assert (outcomes[bad].outcome, outcomes[bad].seq, outcomes[lost].outcome) == ("differs", seq, "unknown")
    assert told(house) == [f"重新执行核对 {id} 完成：1 件不一致，1 件无法核对，请查看。"]
    lines = [(line.type, line.data.get("case_no")) for line in house.journal("reexecution")]
    assert lines[0] == ("reexecution.asked", None) and lines[-1] == ("reexecution.ended", None)
    assert set(lines[1:-1]) == {("reexecution.found", bad), ("reexecution.found", lost)}
    assert carry_out(house.door) == 0


def test_the_cases_of_an_item_a_department_and_a_period(sqlite_house: House):
    house = sqlite_house
    one, other = house.accepted_instant(), house.accepted_commitment()
    house.wait(days=40)
    late = house.receive("W01", "I06", PERSON)
    day = house.clock.now().date()
    wanted = {
        ask(house, item="I06"): 2, ask(house, department=house.case(other).department): 1,
        ask(house, since=day.isoformat()): 1, ask(house, until=(day - timedelta(days=1)).isoformat()): 2,
        ask(house): 3, ask(house, item="I06", since=day.isoformat(), until=day.isoformat()): 1,
    }  # fmt: skip
    while carry_out(house.door):
        pass
    assert {id: run_of(house, id).identical for id in wanted} == wanted
    assert all(run_of(house, id).state == rules.ENDED for id in wanted)
    assert one and late


def test_a_run_goes_on_from_where_it_stopped_on_this_host_and_on_another(
    sqlite_house: House, monkeypatch: pytest.MonkeyPatch
):
    house = sqlite_house
    for _ in range(5):
        house.receive("W01", "I06", PERSON)
    monkeypatch.setattr(reexecuting, "BATCH", 2)
    id = ask(house)
    assert carry_out(house.door, host="one") == 2
    assert (run_of(house, id).state, run_of(house, id).done) == (rules.RUNNING, 2)
    # Another host leaves it alone while the first is alive; a second run does not begin meanwhile.
    second = ask(house)
    assert carry_out(house.door, host="other") == 0
    with house.door.housekeeping() as connection:
        gone = SystemClock().now() + timedelta(hours=1)
        assert queries.claim(connection, "other", gone, gone - reexecuting.STALE) == id
    assert carry_out(house.door, host="other") == 2
    assert carry_out(house.door, host="one") == 0, "it is the other's now"
    assert carry_out(house.door, host="other") == 1
    assert (run_of(house, id).state, run_of(house, id).identical) == (rules.ENDED, 5)
    assert run_of(house, second).state == rules.QUEUED


def test_a_worker_that_is_to_stop_ends_with_the_case_at_hand(sqlite_house: House):
    house = sqlite_house
    for _ in range(3):
        house.receive("W01", "I06", PERSON)
    id = ask(house)
    assert carry_out(house.door, lambda: False) == 1
    assert (run_of(house, id).state, run_of(house, id).done) == (rules.RUNNING, 1)


def test_a_run_that_was_stopped_takes_nothing_more(house: House):
    for _ in range(2):
        house.receive("W01", "I06", PERSON)
    id = ask(house)
    with house.door.housekeeping() as connection:
        now = SystemClock().now()
        queries.claim(connection, "here", now, now)
    house.execute("U81", StopReexecution(id=id))
    late = NoteReexecuted(
        id=id, after="", cursor="9", total=2, identical=2, lines=9, found=(), done=True
    )
    assert house.door.execute(late, SYSTEM, key="late") == {"kept": False}
    run = run_of(house, id)
    assert (run.state, run.done) == (rules.STOPPED, 0)
    assert carry_out(house.door) == 0
    with pytest.raises(rules.ReexecutionSettled):
        house.execute("U81", StopReexecution(id=id))
    assert [line.type for line in house.journal("reexecution")] == ["reexecution.asked", "reexecution.stopped"]


def test_a_batch_that_was_kept_is_not_counted_twice(sqlite_house: House):
    house = sqlite_house
    house.receive("W01", "I06", PERSON)
    id = ask(house)
    with house.door.housekeeping() as connection:
        now = SystemClock().now()
        queries.claim(connection, "here", now, now)
    batch = NoteReexecuted(id=id, after="", cursor="1", total=1, identical=1, lines=9, found=(), done=False)
    assert house.door.execute(batch, SYSTEM, key="first") == {"kept": True}
    assert house.door.execute(batch, SYSTEM, key="second") == {"kept": False}
    assert run_of(house, id).identical == 1


def test_a_run_over_no_cases_ends_at_once(sqlite_house: House):
    id = ask(sqlite_house)
    assert carry_out(sqlite_house.door) == 0
    assert (run_of(sqlite_house, id).state, run_of(sqlite_house, id).total) == (rules.ENDED, 0)


# Refused ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "which, wrong",
    [
        ({"item": "I99"}, "item"), ({"department": "none"}, "department"), ({"since": "today"}, "since"),
        ({"since": "2026-03-02", "until": "2026-03-01"}, "until"),
    ],
)  # fmt: skip
def test_a_selection_that_cannot_be_is_refused(sqlite_house: House, which: dict[str, str], wrong: str):
    with pytest.raises(InvalidFields) as refused:
        ask(sqlite_house, **which)
    assert set(refused.value.errors) == {wrong}


def test_no_more_than_a_few_wait(sqlite_house: House):
    for _ in range(rules.MOST_WAITING):
        ask(sqlite_house)
    with pytest.raises(rules.ReexecutionsWaiting):
        ask(sqlite_house)


def test_only_auditors_ask_stop_and_keep(sqlite_house: House):
    case_no = sqlite_house.receive("W01", "I02", COMPANY)
    keep = KeepReexecution(found=Found(case_no=case_no, outcome="identical", lines=3, sentence="逐条一致，至第 3 条"))
    for command in (AskReexecution(), StopReexecution(id=1), keep):
        for account in ("W01", "D11", "A01", "A03", "P61"):
            with pytest.raises(NotYourAction):
                sqlite_house.execute(account, command)
    with pytest.raises(rules.ReexecutionMissing):
        sqlite_house.execute("U81", StopReexecution(id=1))


def test_what_one_case_gave_is_kept_and_a_difference_is_told(sqlite_house: House):
    case_no = sqlite_house.receive("W01", "I02", COMPANY)
    for outcome, sentence in (("identical", "逐条一致，至第 3 条"), ("differs", "第 2 条（流程）：应为甲，记录为乙")):
        one = Found(case_no=case_no, outcome=outcome, lines=3, seq=2, ground="process", sentence=sentence)
        sqlite_house.execute("U81", KeepReexecution(found=one))
    with sqlite_house.door.read(SYSTEM) as view:
        newest, first = queries.newest_of_case(view.connection, f"case:{case_no}")
    assert (newest.outcome, newest.account, first.outcome) == ("differs", "U81", "identical")
    assert len(told(sqlite_house)) == 1 and case_no in told(sqlite_house)[0]
    # Looking at a case changes nothing of it.
    assert all(not line.type.startswith("reexecution.") for line in sqlite_house.journal(f"case:{case_no}"))


# By night -----------------------------------------------------------------------------------------------------------


def test_the_house_asks_for_what_was_changed_since_it_last_did(sqlite_house: House):
    house = sqlite_house
    old = house.receive("W01", "I06", PERSON)
    house.wait(minutes=1)
    first = ask_nightly(house.door)
    assert ask_nightly(house.door) == first, "one goes on already"
    assert carry_out(house.door) == 1
    house.wait(days=1)
    fresh = house.receive("W01", "I06", PERSON)
    house.wait(minutes=1)
    second = ask_nightly(house.door)
    assert carry_out(house.door) == 1
    run = run_of(house, second)
    assert (run.nightly, run.total, run.cursor) == (True, 1, fresh)
    house.wait(days=1)
    house.complete("W01", old, "ut_formal", {"formal_result": "accept"})
    third = ask_nightly(house.door)
    house.execute("U81", StopReexecution(id=third))
    # What was stopped is done by the next one.
    fourth = ask_nightly(house.door)
    assert carry_out(house.door) == 1 and run_of(house, fourth).cursor == old
