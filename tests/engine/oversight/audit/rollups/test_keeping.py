"""Keeping the roll-ups of a real house: from its log, once each, by whichever host comes first."""

from __future__ import annotations

import threading

import pytest
import sqlalchemy as sa

from engine.oversight.audit.mining.conformance import Deviation, deviations
from engine.oversight.audit.mining.figures import figures
from engine.oversight.audit.mining.queries import Selection, drawn_by, records
from engine.oversight.audit.mining.records import Record
from engine.oversight.audit.rollups import queries
from engine.oversight.audit.rollups.keeping import rolling
from engine.oversight.audit.rollups.keeping.queries import head, sums
from engine.oversight.audit.rollups.keeping.rolling import count_next, keep
from engine.oversight.audit.rollups.queries import Asked
from engine.oversight.audit.rollups.rules import Ended, Share, share_of
from engine.oversight.audit.rollups.tables import SUMS, rollup_case, rollup_element
from engine.process.bpmn.releases.bundles import Bundles
from engine.registry.identity.rules import SYSTEM
from tests.engine.oversight.audit.rollups.test_differential import same_as
from tests.engine.oversight.audit.test_past import WALKS, instant
from tests.support.house import House
from yichuang.rolling import Counter, roll, roll_anew
from yichuang.sealing import seal_all


def all_of(house: House) -> Asked:
    with house.door.read(SYSTEM) as view:
        return Asked(tuple(queries.known(view.connection)), "0000-00", "9999-99")


def kept(house: House) -> dict[object, object]:
    with house.door.read(SYSTEM) as view:
        return dict(sums(view.connection))


@pytest.mark.parametrize("walk", WALKS)
def test_every_walk_is_counted_as_its_lines_tell_it(sqlite_house: House, walk: str):
    WALKS[walk](sqlite_house)
    seal_all(sqlite_house.door)
    roll(sqlite_house.door)
    with sqlite_house.door.read(SYSTEM) as view:
        closed = set(view.connection.scalars(sa.select(rollup_case.c.root_id)))
        ended = [one for one in records(view.connection, Selection()) if one.root in closed]
        drawn = drawn_by(view.connection, sqlite_house.door.part(Bundles))
        wanted = sum(len(deviations(one, drawn)) for one in ended)
        same_as(view.connection, all_of(sqlite_house), figures(ended))
        assert sum(one.count for one in queries.deviating(view.connection, all_of(sqlite_house))) == wanted
        outcome = view.connection.exec_driver_sql("SELECT count(*) FROM case_file WHERE outcome IS NOT NULL").scalar()
    assert len(closed) == outcome
    assert sqlite_house.violations() == []


def test_a_case_is_counted_once_it_has_ended_however_often_it_is_looked_at(house: House):
    case_no = house.accepted_instant()
    seal_all(house.door)
    assert roll(house.door) > 0 and kept(house) == {}
    house.complete("D62", case_no, "ut_head_decide", {"decision": "grant"})
    instant(house)
    seal_all(house.door)
    assert roll(house.door) > 0
    once = kept(house)
    assert once and roll(house.door) == 0
    with house.door.housekeeping() as connection:
        connection.exec_driver_sql("UPDATE rollup_head SET position = 0")
    assert roll(house.door) > 0
    assert kept(house) == once
    assert house.violations() == []


def test_counted_anew_the_figures_are_the_same(house: House):
    instant(house)
    seal_all(house.door)
    roll(house.door)
    before = kept(house)
    with house.door.housekeeping() as connection:
        connection.execute(rollup_element.update().values(count=rollup_element.c.count + 1))
    assert [one.rule for one in house.violations()] == ["I7.rollup"]
    roll_anew(house.door)
    assert kept(house) == before
    with house.door.read(SYSTEM) as view:
        now = head(view.connection)
    assert now is not None and now.round == 2 and not now.making
    assert house.violations() == []


def test_counting_that_was_stopped_goes_on_where_it_was(house: House):
    instant(house)
    instant(house)
    seal_all(house.door)
    roll(house.door)
    whole = kept(house)
    with house.door.read(SYSTEM) as view:
        assert count_next(view.connection, house.door.part(Bundles)) is None, "nothing is left to count"
    turns = iter([True] * 3)
    roll_anew(house.door, lambda: next(turns, False), batch=1)
    with house.door.read(SYSTEM) as view:
        now = head(view.connection)
    assert now is not None and now.making
    roll(house.door)
    assert kept(house) == whole
    assert house.violations() == []


def test_two_hosts_count_together_and_nothing_twice(house: House):
    instant(house)
    seal_all(house.door)
    other = house.neighbour()
    with house.door.read(SYSTEM) as view:
        mine = count_next(view.connection, house.door.part(Bundles))
    assert mine is not None
    with other.door.read(SYSTEM) as view:
        theirs = count_next(view.connection, other.door.part(Bundles))
    assert theirs is not None
    with house.door.housekeeping() as connection:
        assert keep(connection, mine, house.door.now())
    once = kept(house)
    with other.door.housekeeping() as connection:
        assert not keep(connection, theirs, other.door.now())
    assert kept(house) == once
    instant(house)
    seal_all(house.door)
    hosts = [threading.Thread(target=roll, args=(one.door,)) for one in (house, other)]
    for one in hosts:
        one.start()
    for one in hosts:
        one.join()
    roll(house.door)
    assert house.violations() == []


def test_what_was_read_before_all_was_forgotten_is_not_added(house: House):
    instant(house)
    seal_all(house.door)
    roll(house.door)
    whole = kept(house)
    with house.door.housekeeping() as connection:
        connection.exec_driver_sql("UPDATE rollup_head SET position = 0")
    with house.door.read(SYSTEM) as view:
        stale = count_next(view.connection, house.door.part(Bundles))
    assert stale is not None
    roll_anew(house.door)
    with house.door.housekeeping() as connection:
        connection.exec_driver_sql("UPDATE rollup_head SET position = 0")
        assert not keep(connection, stale, house.door.now())
    roll(house.door)
    assert kept(house) == whole


def test_a_case_that_cannot_be_read_is_said_and_holds_up_no_other(
    house: House, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    instant(house)
    instant(house)
    seal_all(house.door)
    broken: list[str] = []

    def spoiled(record: Record, ended: Ended, found: tuple[Deviation, ...]) -> Share:
        broken.append(record.root)
        if record.root == broken[0]:
            raise ValueError("spoiled")
        return share_of(record, ended, found)

    monkeypatch.setattr(rolling, "share_of", spoiled)
    roll(house.door)
    with house.door.read(SYSTEM) as view:
        assert queries.counted_cases(view.connection) == (1, 1)
        assert sum(one.tally.count for one in queries.ways(view.connection, all_of(house))) == 1
    assert "cannot be counted" in caplog.text
    monkeypatch.undo()
    assert {one.rule for one in house.violations()} == {"I7.counted"}
    roll_anew(house.door)
    with house.door.read(SYSTEM) as view:
        assert queries.counted_cases(view.connection) == (2, 0)


def test_no_personal_data_is_in_a_sum(house: House):
    instant(house)
    seal_all(house.door)
    roll(house.door)
    with house.door.read(SYSTEM) as view:
        for table in SUMS.values():
            text = str(view.connection.execute(sa.select(table)).all())
            assert "王建国" not in text and "410502" not in text and "W01" not in text


def test_the_thread_counts_by_itself(house: House):
    instant(house)
    seal_all(house.door)
    counter = Counter(house.door, pause_seconds=0.05)
    counter.start()
    for _ in range(200):
        if kept(house):
            break
        threading.Event().wait(0.05)
    counter.stop()
    assert kept(house)
