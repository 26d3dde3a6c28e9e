"""The sealer's thread and the check of the night: sealed by itself, refused with an incident, told, healed again."""

from __future__ import annotations

import time
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from engine.foundation.clock import CITY
from engine.foundation.journal.sealing.outside import Outside
from engine.foundation.journal.sealing.queries import Head, count_waiting, head_of_log
from engine.foundation.journal.sealing.sealer import SealRefused
from engine.oversight.audit.queries import verifications
from engine.process.tasks.incidents.commands import RetryIncident
from engine.process.tasks.incidents.queries import Incident, incidents
from engine.process.tasks.notifications.queries import notifications_for
from engine.registry.identity.rules import SYSTEM
from tests.support.house import PERSON, House
from yichuang.sealing import Sealer, is_due, new_key, seal_all, verify_chains, verify_if_due


def log_of(house: House) -> Head:
    with house.door.read(SYSTEM) as view:
        found = head_of_log(view.connection)
    assert found is not None
    return found


def waiting(house: House) -> int:
    with house.door.read(SYSTEM) as view:
        return count_waiting(view.connection)


def sql(house: House, statement: str) -> None:
    with house.door.database.writing() as connection:
        assert connection.execute(sa.text(statement)).rowcount > 0


def told(house: House) -> list[Incident]:
    with house.door.read(SYSTEM) as view:
        return incidents(view.connection, all_states=True)


def said_to(house: House, account: str) -> list[str]:
    actor = house.actor(account)
    with house.door.read(actor) as view:
        return [one.sentence for one in notifications_for(view.connection, actor) if one.kind == "incident"]


def test_a_house_is_sealed_whole_and_verifies(house: House):
    case_no = house.accepted_instant()
    assert waiting(house) > 5
    assert seal_all(house.door) > 5
    assert waiting(house) == 0
    assert seal_all(house.door) == 0
    house.receive("W01", "I06", PERSON)
    assert seal_all(house.door) > 0
    assert verify_chains(house.door, SYSTEM) == []
    assert house.violations() == []
    assert case_no


def test_the_thread_seals_by_itself_and_makes_the_first_check(sqlite_house: House):
    sealer = Sealer(sqlite_house.door, pause_seconds=0.01)
    sealer.start()
    patience = time.monotonic() + 60
    while time.monotonic() < patience:
        with sqlite_house.door.read(SYSTEM) as view:
            if verifications(view.connection):
                break
        time.sleep(0.05)
    sealer.stop()
    assert log_of(sqlite_house).size > 0
    assert sealer.progress.age() is not None
    with sqlite_house.door.read(SYSTEM) as view:
        [check] = verifications(view.connection)
    assert (check.account, check.extent, check.found) == ("system", "chains", 0)
    assert check.lines > check.chains > 0


# Refused ---------------------------------------------------------------------------------------------------------


def test_a_spoiled_log_is_not_sealed_any_more_and_everybody_concerned_is_told_once(house: House):
    seal_all(house.door)
    sql(house, "UPDATE log_leaf SET head = '" + "a" * 64 + "' WHERE position = 0")
    house.receive("W01", "I06", PERSON)
    size = log_of(house).size
    for _ in range(3):
        with pytest.raises(SealRefused):
            seal_all(house.door)
    log = log_of(house)
    assert (log.size, log.refused_at) == (size, house.clock.now())
    assert "与树不符" in str(log.refused)
    [one] = told(house)
    assert (one.id, one.state, one.root_id) == ("seal:log", "open", "audit")
    for account in ("U81", "A03", "A01"):
        assert len(said_to(house, account)) == 1, account
    assert [line.type for line in house.journal("audit")] == ["log.refused"]


def test_what_is_put_right_is_sealed_again_and_the_incident_is_over(sqlite_house: House):
    house = sqlite_house
    seal_all(house.door)
    sql(house, "UPDATE log_head SET size = size + 1")
    house.receive("W01", "I06", PERSON)
    with pytest.raises(SealRefused):
        seal_all(house.door)
    sql(house, "UPDATE log_head SET size = size - 1")
    assert seal_all(house.door) > 0
    assert log_of(house).refused is None
    assert [one.state for one in told(house)] == ["healed"]
    assert [line.type for line in house.journal("audit")] == ["log.refused", "log.sealed_again"]
    assert house.violations() == []


def test_an_incident_that_is_tried_again_in_vain_is_open_again(sqlite_house: House):
    house = sqlite_house
    seal_all(house.door)
    sql(house, "DELETE FROM log_tile")
    house.receive("W01", "I06", PERSON)
    with pytest.raises(SealRefused):
        seal_all(house.door)
    house.execute("A01", RetryIncident(root_id="audit", incident="seal:log"))
    assert [one.state for one in told(house)] == ["retried"]
    house.wait(minutes=1)
    with pytest.raises(SealRefused):
        seal_all(house.door)
    assert [one.state for one in told(house)] == ["open"]


def test_a_log_whose_row_is_gone_is_told_once_too(sqlite_house: House):
    house = sqlite_house
    seal_all(house.door)
    sql(house, "DELETE FROM log_head")
    house.receive("W01", "I06", PERSON)
    for _ in range(3):
        with pytest.raises(SealRefused):
            seal_all(house.door)
        house.wait(minutes=2)
    assert [line.type for line in house.journal("audit")] == ["log.refused"]
    assert len(said_to(house, "U81")) == 1


def test_a_new_key_is_journalled(sqlite_house: House):
    house = sqlite_house
    seal_all(house.door)
    before = log_of(house).key
    house.door.part(Outside).key_file.unlink()
    assert new_key(house.door, SYSTEM) == log_of(house).key != before
    assert [line.type for line in house.journal("audit")] == ["log.key_changed"]
    assert seal_all(house.door) > 0
    assert verify_chains(house.door, SYSTEM) == []


# The check of the night ------------------------------------------------------------------------------------------

NOON = datetime(2026, 3, 3, 12, tzinfo=CITY)
NIGHT = datetime(2026, 3, 4, 2, tzinfo=CITY)


@pytest.mark.parametrize(
    "now, last, due",
    [
        (NOON, None, True),
        (NOON, NOON - timedelta(hours=1), False),
        (NOON, NOON - timedelta(hours=25), False),
        (NOON, NOON - timedelta(hours=37), True),
        (NIGHT, NIGHT - timedelta(hours=24), True),
        (NIGHT, NIGHT - timedelta(hours=3), False),
        (NIGHT + timedelta(hours=4), NIGHT - timedelta(hours=20), False),
        (NOON, NOON + timedelta(days=1), True),
    ],
)
def test_the_whole_is_checked_every_night_or_by_day_when_none_came(now: datetime, last: datetime | None, due: bool):
    assert is_due(now, last) is due


def test_one_host_makes_the_check_and_keeps_what_it_found(house: House):
    neighbour = house.neighbour()
    assert verify_if_due(house.door)
    assert not verify_if_due(neighbour.door), "it is made already"
    house.wait(days=2)
    assert not verify_if_due(neighbour.door), "somebody took it a moment ago"
    sql(house, "UPDATE installation SET at = '2020-01-01T00:00:00.000000Z' WHERE name = 'log_check'")
    assert verify_if_due(neighbour.door)
    with house.door.read(SYSTEM) as view:
        assert [one.found for one in verifications(view.connection)] == [0, 0]


def test_what_the_night_finds_is_told_to_the_auditors(sqlite_house: House):
    house = sqlite_house
    case_no = house.accepted_instant()
    sql(house, f"DELETE FROM journal_line WHERE root_id = 'case:{case_no}' AND seq = 3")
    assert verify_if_due(house.door)
    with house.door.read(SYSTEM) as view:
        [check] = verifications(view.connection)
    assert (check.found, check.first) == (1, f"case:{case_no} 第 3 条记录：缺少这一条记录")
    assert any("第 3 条记录" in one for one in said_to(house, "U81"))
    assert [line.type for line in house.journal("audit")] == ["log.verified"]
