"""The guard of the clock: what it believes, what it holds, whom it tells, and how it lets go."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from deadlines.runner.guard import ClockGuard
from engine.foundation.clock import Glance
from engine.foundation.hosts.queries import machines
from engine.foundation.hosts.rules import Machine
from engine.process.tasks.notifications.queries import notifications_for
from engine.process.tasks.timekeeping.commands import AcceptClock
from engine.process.tasks.timekeeping.handlers import ClockApart, ClockNotHeld
from engine.registry.identity.rules import SYSTEM
from tests.support.house import House, NewHouse
from yichuang.house import OPERATOR

NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
JUMPS = [HOUR, -HOUR, timedelta(days=3), timedelta(seconds=2.5), timedelta(seconds=-2.5)]


class Hands:
    """The clocks of a machine, moved by hand; the database's runs with the machine's until somebody moves it."""

    def __init__(self) -> None:
        self.now = Glance(NOON, timedelta(hours=5))
        self.database_ahead = timedelta()

    def look(self) -> Glance:
        return self.now

    def theirs(self) -> datetime:
        return self.now.wall + self.database_ahead

    def pass_(self, span: timedelta, *, drift: timedelta = timedelta()) -> None:
        """Let time pass; the clock gains ``drift`` in it."""
        self.now = Glance(self.now.wall + span + drift, self.now.up + span)

    def jump(self, by: timedelta) -> None:
        """Somebody sets the machine's clock."""
        self.now = replace(self.now, wall=self.now.wall + by)
        self.database_ahead -= by

    def boot(self, *, off: timedelta) -> None:
        """The machine was switched off for ``off``."""
        self.now = Glance(self.now.wall + off, timedelta(seconds=40))


@pytest.fixture
def hands() -> Hands:
    return Hands()


def guard(house: House, hands: Hands, boot: str = "boot-1") -> ClockGuard:
    return ClockGuard(house.door, look=hands.look, boot=boot, theirs=hands.theirs)


def row(house: House) -> Machine:
    with house.door.read(SYSTEM) as view:
        [one] = machines(view.connection)
    return one


def told(house: House) -> list[str]:
    admin = house.actor("A01")
    with house.door.read(admin) as view:
        return [one.sentence for one in notifications_for(view.connection, admin) if one.kind == "incident"]


def lines(house: House) -> list[str]:
    return [line.type for line in house.journal("account:clock")]


def test_a_clock_that_runs_as_it_should_is_believed_and_written_down(house: House, hands: Hands):
    one = guard(house, hands)
    for _ in range(5):
        assert one.trusted()
        hands.pass_(timedelta(seconds=30))
    assert (row(house).held, row(house).skew, told(house), lines(house)) == ("", timedelta(), [], [])


@pytest.mark.parametrize("by", JUMPS)
def test_a_clock_that_was_set_is_not_believed_until_it_is_right_again(sqlite_house: House, hands: Hands, by: timedelta):
    one = guard(sqlite_house, hands)
    assert one.trusted()
    hands.pass_(timedelta(milliseconds=100))
    hands.jump(by)
    assert not one.trusted(), "within the second, without asking the database"
    hands.pass_(HOUR)
    assert not one.trusted(), "it is not forgotten"
    assert (row(sqlite_house).held, row(sqlite_house).off) == ("step", by)
    [sentence] = told(sqlite_house)
    assert "已停止送达时限" in sentence
    hands.jump(-by)
    hands.pass_(timedelta(seconds=2))
    assert one.trusted()
    assert lines(sqlite_house) == ["time.held", "time.trusted"]
    assert len(told(sqlite_house)) == 1
    assert sqlite_house.violations() == []


def test_a_restart_does_not_make_a_wrong_clock_a_right_one(sqlite_house: House, hands: Hands):
    assert guard(sqlite_house, hands).trusted()
    hands.pass_(timedelta(minutes=1))
    hands.jump(timedelta(days=3))
    again = guard(sqlite_house, hands)
    assert not again.trusted(), "the jump was while nothing ran"
    assert not guard(sqlite_house, hands).trusted()
    assert len(told(sqlite_house)) == 1, "told once, however often it is started"


def test_a_machine_that_was_suspended_is_believed(house: House, hands: Hands):
    one = guard(house, hands)
    assert one.trusted()
    hands.pass_(timedelta(hours=9))
    assert one.trusted()


def test_a_clock_that_is_a_little_fast_is_followed_and_one_pushed_in_small_steps_is_not(
    sqlite_house: House, hands: Hands
):
    one = guard(sqlite_house, hands)
    for _ in range(200):
        hands.pass_(timedelta(minutes=10), drift=timedelta(seconds=0.3))
        assert one.trusted(), "five hundred millionths: a minute in all"
    believed = []
    for _ in range(10):
        hands.pass_(timedelta(seconds=10), drift=timedelta(seconds=1.5))
        believed.append(one.trusted())
    assert believed[-1] is False


def test_after_the_machine_was_off_its_clock_may_be_later_but_not_earlier(sqlite_house: House, hands: Hands):
    assert guard(sqlite_house, hands).trusted()
    hands.boot(off=timedelta(days=2))
    assert guard(sqlite_house, hands, "boot-2").trusted()
    hands.boot(off=timedelta(days=-1))
    one = guard(sqlite_house, hands, "boot-3")
    assert not one.trusted()
    assert one.held is not None
    assert one.held.sentence == "本机时钟比上次可信的时间早 86400.0 秒"
    hands.jump(timedelta(days=1, minutes=5))
    hands.pass_(timedelta(seconds=2))
    assert one.trusted(), "the time service has set it"
    hands.pass_(timedelta(days=31))
    assert one.trusted()
    assert row(sqlite_house).boot == "boot-3", "how it stood long ago is forgotten"


@pytest.mark.parametrize("ahead", [5, -5])
def test_a_host_whose_clock_is_not_the_databases_delivers_nothing_and_another_does(
    new_house: NewHouse, hands: Hands, ahead: int
):
    house, right = new_house("postgresql"), Hands()
    hands.database_ahead = timedelta(seconds=ahead)
    here, there = guard(house, hands), guard(house.neighbour(), right, "boot-2")
    assert (here.trusted(), there.trusted()) == (False, True)
    with house.door.read(SYSTEM) as view:
        found = {one.boot: (one.held, one.skew.total_seconds()) for one in machines(view.connection)}
    assert found == {"boot-1": ("skew", ahead), "boot-2": ("", 0)}
    hands.database_ahead = timedelta(seconds=1)
    hands.pass_(timedelta(seconds=2))
    assert here.trusted()


def test_what_the_operator_accepts_is_right_from_then_on_and_stands_in_the_journal(house: House, hands: Hands):
    one = guard(house, hands)
    assert one.trusted()
    hands.jump(HOUR)
    hands.database_ahead = timedelta()
    assert not one.trusted()
    accept = AcceptClock(boot="boot-1", microseconds=hands.now.between // timedelta(microseconds=1))
    house.door.execute(accept, OPERATOR, key="accept")
    hands.pass_(timedelta(seconds=2))
    assert one.trusted()
    line = house.journal("account:clock")[-1]
    assert (line.type, line.account) == ("time.accepted", "operator")
    assert (line.data["before"], line.data["after"]) == ("2026-03-02T04:00:00.000000Z", "2026-03-02T05:00:00.000000Z")
    with pytest.raises(ClockNotHeld):
        house.door.execute(accept, OPERATOR, key="again")


def test_a_clock_that_is_not_the_databases_cannot_be_accepted(new_house: NewHouse, hands: Hands):
    house = new_house("postgresql")
    hands.database_ahead = HOUR
    assert not guard(house, hands).trusted()
    with pytest.raises(ClockApart):
        house.door.execute(AcceptClock(boot="boot-1", microseconds=0), OPERATOR, key="accept")


def test_where_the_system_does_not_name_its_start_only_the_database_watches(sqlite_house: House, hands: Hands):
    one = guard(sqlite_house, hands, boot="")
    assert one.trusted()
    hands.jump(HOUR)
    hands.pass_(timedelta(seconds=2))
    assert one.trusted()
