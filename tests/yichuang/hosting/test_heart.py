"""What /readyz of every web process hears of the parts: by rows, not by what its own process happens to know."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from engine.foundation.clock import SystemClock
from engine.foundation.hosts.queries import beat, beats, keep_machine
from engine.foundation.hosts.rules import STEP, Machine
from engine.foundation.store.database import Database
from engine.registry.identity.rules import SYSTEM
from tests.support.family import until
from tests.support.house import House
from yichuang.hosting.heart import LATE, Room, alive
from yichuang.hosting.work import WorkPart
from yichuang.house import ProductionData, open_house

ALL = {"schema": True, "scheduler": True, "worker": True, "clock": True}


def hosts(house: House) -> set[str]:
    with house.door.read(SYSTEM) as view:
        return {one.host for one in beats(view.connection)}


def test_a_part_is_alive_while_any_host_makes_progress_with_it(house: House):
    now = SystemClock().now()
    assert alive(house.door) == {**ALL, "scheduler": False, "worker": False}
    with house.door.housekeeping() as connection:
        beat(connection, "a:1", "scheduler", now - LATE - timedelta(seconds=1))
        beat(connection, "a:1", "worker", now)
    assert alive(house.door) == {**ALL, "scheduler": False}
    with house.door.housekeeping() as connection:
        beat(connection, "b:1", "scheduler", now - LATE / 2)
    assert alive(house.door) == ALL


def test_a_beat_from_the_future_is_no_sign_of_life(house: House):
    now = SystemClock().now()
    with house.door.housekeeping() as connection:
        beat(connection, "a:1", "scheduler", now + timedelta(hours=1))
        beat(connection, "a:1", "worker", now)
    assert alive(house.door) == {**ALL, "scheduler": False}, "the clock was put back since"
    with house.door.housekeeping() as connection:
        beat(connection, "b:1", "scheduler", now)
    assert alive(house.door) == ALL


def test_the_house_is_not_ready_when_no_machines_clock_is_believed(house: House):
    now, span = SystemClock().now(), timedelta(hours=1)
    believed = Machine("boot-1", "a", span, timedelta(), "", timedelta(), now, now)
    with house.door.housekeeping() as connection:
        keep_machine(connection, replace(believed, held=STEP, off=span, at=now + span))
    assert alive(house.door)["clock"] is False
    with house.door.housekeeping() as connection:
        keep_machine(connection, replace(believed, boot="boot-2", name="b"))
    assert alive(house.door)["clock"] is True, "another host delivers"
    with house.door.housekeeping() as connection:
        keep_machine(connection, replace(believed, boot="boot-2", name="b", at=now - span))
    assert alive(house.door)["clock"] is False, "it did"


def test_the_work_part_tells_every_process_and_says_when_it_ends(house: House):
    neighbour = house.neighbour()
    part = WorkPart(house.door, production=False)
    part.start()
    try:
        until(lambda: alive(neighbour.door) == ALL, "seen by the neighbour")
    finally:
        part.stop()
    assert hosts(house) == set()


def test_a_database_of_another_program_or_none_at_all_is_not_ready(sqlite_house: House):
    # Nothing is left that could be looked at when the test has ended.
    sqlite_house.touched = True
    with sqlite_house.door.housekeeping() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    assert alive(sqlite_house.door) == {"schema": False, "scheduler": False, "worker": False}
    database = Database("postgresql://127.0.0.1:1/nowhere", readers=1)
    sqlite_house.door.database.close()
    sqlite_house.door.database = database
    assert alive(sqlite_house.door) == {"scheduler": False, "worker": False}
    database.close()


def test_without_room_to_write_the_house_is_not_ready_though_its_heart_beats(sqlite_house: House, tmp_path: Path):
    folder = tmp_path / "disk"
    folder.mkdir()
    room = Room(folder)
    assert alive(sqlite_house.door, room)["storage"] is True
    assert list(folder.iterdir()) == []
    folder.rmdir()
    assert alive(sqlite_house.door, room)["storage"] is True, "asked again at once it does not write again"
    assert alive(sqlite_house.door, Room(folder))["storage"] is False


def test_a_house_of_real_work_never_gets_demonstration_accounts_from_a_command_line(tmp_path):
    from engine.registry.identity.queries import account_ids
    from yichuang.settings import read_settings

    (tmp_path / "settings.json").write_text('{"public_url": "https://example.test"}')
    settings = read_settings(tmp_path, None)
    open_house(replace(settings, production=True)).database.close()
    door = open_house(settings)
    with door.read(SYSTEM) as view:
        assert account_ids(view.connection) == set()
    door.database.close()
    with pytest.raises(ProductionData):
        open_house(settings, serving=True)
