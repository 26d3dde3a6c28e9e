"""请假代理: who may register it, for whom, when; what is refused changes nothing."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from engine.foundation.clock import CITY
from engine.foundation.errors import InvalidFields
from engine.foundation.store.unit import StandIn
from engine.registry.identity.commands import SetAccountState
from engine.registry.identity.leave.commands import RegisterLeave, RevokeLeave
from engine.registry.identity.leave.queries import leaves_of, on_leave
from engine.registry.identity.leave.rules import (
    Leave,
    LeaveMissing,
    LeaveNotYours,
    LeaveOver,
    LeaveOverlaps,
    NothingToSubstitute,
    SubstituteCircular,
    SubstituteDisabled,
    SubstituteElsewhere,
    SubstituteSelf,
    SubstituteUnfit,
    circle_through,
    period,
)
from engine.registry.identity.queries import AccountUnknown, actor_of, put_grant
from engine.registry.identity.rules import SYSTEM, NotYourAction, may, scope_of
from tests.support.house import House
from tests.support.threads import in_threads

NOW = datetime(2026, 3, 2, 9, 5, tzinfo=CITY)


def leave(
    account: str = "D11", substitute: str = "D13", since: str = "2026-03-02", until: str = "2026-03-04"
) -> RegisterLeave:
    return RegisterLeave(account=account, substitute=substitute, from_day=since, until_day=until, reason="年休假")


def posts(house: House, account: str) -> list[tuple[str, str, str]]:
    return [(one.account, one.role, one.department) for one in house.actor(account).stands_in]


def away(house: House, *accounts: str) -> dict[str, str]:
    with house.door.read(SYSTEM) as view:
        return {who: one.substitute for who, one in on_leave(view.connection, accounts, view.now).items()}


def test_while_it_lasts_the_post_is_lent_and_nothing_else_of_it(house: House):
    done = house.execute("D11", leave(since="2026-03-03", until="2026-03-04"))
    assert (posts(house, "D13"), away(house, "D11", "D12")) == ([], {})
    house.at(2026, 3, 3, 0, 0)
    assert house.actor("D13").stands_in == (
        StandIn(account="D11", name="市监审查员", role="dept_reviewer", department="market"),
    )
    assert away(house, "D11", "D12") == {"D11": "D13"}
    assert not house.actor("D13").has("dept_reviewer")
    assert not may(house.actor("D13"), "extension.request")
    line = house.journal("account:D11")[-1]
    assert line.sentence == "市监审查员自 2026-03-03 至 2026-03-04 请假，由市监档案员代理：年休假"
    house.at(2026, 3, 4, 23, 59)
    assert posts(house, "D13") != []
    house.at(2026, 3, 5, 0, 0)
    assert (posts(house, "D13"), away(house, "D11")) == ([], {})
    with pytest.raises(LeaveOver):
        house.execute("D11", RevokeLeave(leave_id=done["leave_id"]))
    assert house.violations() == []


def test_the_actor_is_read_by_no_more_statements_than_without_leaves(house: House):
    house.execute("D11", leave())
    with house.door.read(SYSTEM) as view:
        seen: list[str] = []

        def note(connection: object, cursor: object, statement: str, *rest: object) -> None:
            seen.append(statement)

        sa.event.listen(view.connection.engine, "before_cursor_execute", note)
        actor = actor_of(view.connection, "D13", view.now, channel="web")
        sa.event.remove(view.connection.engine, "before_cursor_execute", note)
    assert len(seen) == 2  # the account, and its posts with the lent ones
    assert [one.account for one in actor.stands_in] == ["D11"]


def test_it_is_revoked_by_whoever_may_register_it_and_ends_at_once(sqlite_house: House):
    house = sqlite_house
    id = house.execute("D12", leave())["leave_id"]
    for stranger in ("D13", "D22", "C01", "X92"):
        with pytest.raises(LeaveMissing):
            house.execute(stranger, RevokeLeave(leave_id=id))
    with pytest.raises(NotYourAction):
        house.execute("S51", RevokeLeave(leave_id=id))
    house.execute("A02", RevokeLeave(leave_id=id))
    assert (posts(house, "D13"), away(house, "D11")) == ([], {})
    assert house.journal("account:D11")[-1].sentence.startswith("撤销市监审查员自 2026-03-02 至 2026-03-04 的请假")
    with pytest.raises(LeaveOver):
        house.execute("D11", RevokeLeave(leave_id=id))
    with pytest.raises(LeaveMissing):
        house.execute("A02", RevokeLeave(leave_id=99))
    house.execute("D11", leave())  # what was revoked is in nobody's way
    with house.door.read(SYSTEM) as view:
        assert [one.state(view.now) for one in leaves_of(view.connection, "D13", ())] == ["on", "revoked"]
        assert leaves_of(view.connection, "D22", ("health",)) == []
        assert len(leaves_of(view.connection, "A02", (), everything=True)) == 2
        assert len(leaves_of(view.connection, "D12", ("market",))) == 2


@pytest.mark.parametrize(
    "who, command, refusal",
    [
        ("D11", leave(substitute="D11"), SubstituteSelf),
        ("X91", leave("X91", "X92"), SubstituteSelf),  # the same natural person
        ("D11", leave(substitute="D21"), SubstituteElsewhere),
        ("W01", leave("W01", "A01"), SubstituteUnfit),
        ("D11", leave(substitute="D99"), AccountUnknown),
        ("D13", leave("D11", "X92"), LeaveNotYours),
        ("D22", leave("D11", "D13"), LeaveNotYours),
        ("C01", leave("D11", "D13"), LeaveNotYours),
        ("A02", leave("S51", "W01"), NothingToSubstitute),
        ("S51", leave("W01", "W02"), NotYourAction),
        ("D11", leave(since="2026-03-01"), InvalidFields),
        ("D11", leave(since="2026-03-05", until="2026-03-04"), InvalidFields),
        ("D11", leave(since="三月", until=""), InvalidFields),
        ("D11", leave(until="2027-03-03"), InvalidFields),
        ("D11", RegisterLeave(account="D11", substitute="D13", from_day="2026-03-02", until_day="2026-03-02",
                              reason=" "), InvalidFields),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_and_nothing_is_registered(sqlite_house: House, who, command, refusal):
    with pytest.raises(refusal):
        sqlite_house.execute(who, command)
    with sqlite_house.door.read(SYSTEM) as view:
        assert leaves_of(view.connection, "A02", (), everything=True) == []
    assert [one for one in sqlite_house.journal(f"account:{command.account}") if one.type == "leave.registered"] == []


def test_overlaps_circles_and_disabled_accounts_are_refused(house: House):
    with house.unit("account:D13") as unit:
        put_grant(unit, "D12", "dept_reviewer", "market")
        put_grant(unit, "D13", "dept_reviewer", "market")
    house.execute("D11", leave("D11", "D12", "2026-03-02", "2026-03-06"))
    with pytest.raises(LeaveOverlaps, match="2026-03-02 至 2026-03-06"):
        house.execute("D11", leave("D11", "D13", "2026-03-06", "2026-03-09"))
    with pytest.raises(SubstituteCircular, match="市监业务负责人 → 市监审查员 → 市监业务负责人"):
        house.execute("D12", leave("D12", "D11", "2026-03-06", "2026-03-09"))
    house.execute("D12", leave("D12", "D13", "2026-03-05", "2026-03-09"))
    with pytest.raises(SubstituteCircular, match="市监档案员 → 市监审查员 → 市监业务负责人 → 市监档案员"):
        house.execute("D13", leave("D13", "D11", "2026-03-06", "2026-03-06"))
    house.execute("D13", leave("D13", "D11", "2026-03-09", "2026-03-10"))  # D11 is back by then: no circle
    house.execute("D11", leave("D11", "D13", "2026-03-11", "2026-03-12"))  # one after the other
    house.execute("A02", SetAccountState(account="X92", state="disabled"))
    for account, substitute in (("X92", "D13"), ("D13", "X92")):
        with pytest.raises(SubstituteDisabled):
            house.execute("D12", leave(account, substitute, "2026-04-01", "2026-04-01"))
    assert len(away(house, "D11", "D12", "D13")) == 1
    assert house.violations() == []


def test_of_two_who_would_stand_in_for_each_other_at_the_same_moment_one_is_refused(house: House):
    doors = (house.door, house.neighbour().door)
    pairs = (("D11", leave("D11", "X92")), ("X92", leave("X92", "D11")))
    actors = [house.actor(account) for account, _ in pairs]
    found = in_threads(2, lambda number: doors[number].execute(pairs[number][1], actors[number], key=f"both{number}"))
    assert sorted(isinstance(one, SubstituteCircular) for one in found) == [False, True]
    assert house.violations() == []


def test_a_post_of_the_centre_lets_its_cases_be_seen_while_it_lasts(sqlite_house: House):
    house = sqlite_house
    assert not may(house.actor("J41"), "task.work")
    house.execute("C01", leave("W01", "J41"))
    substitute = house.actor("J41")
    assert may(substitute, "task.work") and may(substitute, "case.see") and scope_of(substitute).everything
    assert not may(substitute, "application.receive") and not may(substitute, "query_code.show")
    # A disabled account has no post to lend, and one that was taken back is not lent.
    house.execute("A02", SetAccountState(account="W01", state="disabled"))
    assert house.actor("J41").stands_in == ()


# Rules ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "since, until, begins, ends",
    [
        ("2026-03-02", "2026-03-02", NOW, datetime(2026, 3, 3, tzinfo=CITY)),
        ("2026-03-09", "2026-03-11", datetime(2026, 3, 9, tzinfo=CITY), datetime(2026, 3, 12, tzinfo=CITY)),
        ("2026-03-02", "2027-03-02", NOW, datetime(2027, 3, 3, tzinfo=CITY)),
    ],
)
def test_both_days_count_and_one_that_begins_today_begins_now(since, until, begins, ends):
    assert period(since, until, NOW) == (begins, ends)


def test_a_leave_tells_its_days_and_how_it_stands():
    one = Leave(1, "A", "B", NOW, datetime(2026, 3, 5, tzinfo=CITY), "", "A", NOW)
    assert (one.first_day.isoformat(), one.last_day.isoformat()) == ("2026-03-02", "2026-03-04")
    hour = timedelta(hours=1)
    assert [one.state(at) for at in (NOW - hour, NOW, one.ends_at)] == ["coming", "on", "over"]


def _span(absent: str, substitute: str, first: int, last: int) -> tuple[str, str, datetime, datetime]:
    return absent, substitute, NOW + timedelta(days=first), NOW + timedelta(days=last)


@pytest.mark.parametrize(
    "others, circle",
    [
        ([], ""),
        ([_span("b", "a", 0, 9)], "aba"),
        ([_span("b", "a", 5, 9)], ""),
        ([_span("b", "c", 0, 9), _span("c", "a", 0, 9)], "abca"),
        ([_span("b", "c", 0, 2), _span("c", "a", 2, 9)], ""),  # never at the same time
        ([_span("b", "c", 0, 9), _span("c", "b", 9, 12)], ""),  # a circle of others, elsewhere in time
        ([_span("b", "c", 0, 9), _span("c", "d", 1, 9), _span("d", "a", 4, 5)], "abcda"),
    ],
)
def test_circles(others: list[tuple[str, str, datetime, datetime]], circle: str):
    assert "".join(circle_through(_span("a", "b", 0, 5), others)) == circle
