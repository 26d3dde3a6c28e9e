"""Who might do what at a moment: what the lines say up to then is what the rows said then, whatever came after."""

from __future__ import annotations

from datetime import datetime, timedelta

from engine.foundation.journal.queries import few_lines
from engine.oversight.audit.rights import LINES, Rights, rights_at
from engine.registry.identity.accounts.commands import GrantRole, RevokeRole
from engine.registry.identity.commands import CreateAccount, SetAccountState
from engine.registry.identity.leave.commands import RegisterLeave, RevokeLeave
from engine.registry.identity.queries import AccountDisabled, account_ids, actor_of
from engine.registry.identity.rules import SYSTEM
from tests.support.counting import statements
from tests.support.house import House


def rights(house: House, at: datetime) -> Rights:
    with house.door.read(SYSTEM) as view:
        return rights_at(few_lines(view.connection, LINES, until=at), at)


def posts_now(house: House) -> dict[str, tuple[set[tuple[str, str]], set[tuple[str, str, str]]]]:
    """Return by account the posts it holds now and those it fills for others, as the door reads them."""
    found = {}
    with house.door.read(SYSTEM) as view:
        for account in account_ids(view.connection):
            try:
                actor = actor_of(view.connection, account, view.now, channel="test")
            except AccountDisabled:
                found[account] = (set[tuple[str, str]](), set[tuple[str, str, str]]())
            else:
                lent = {(one.account, one.role, one.department) for one in actor.stands_in}
                found[account] = (set(actor.grants), lent)
    return found


def posts_then(house: House, at: datetime, accounts: set[str]) -> dict[str, object]:
    then = rights(house, at)
    posts = {(one.role, one.department) for one in then.posts.values()}
    found: dict[str, object] = {}
    for account in accounts:
        lent = {
            (one.account, role, department)
            for role, department in posts
            for one in then.substitutes(role, department)
            if one.substitute == account
        }
        found[account] = ({(one.role, one.department) for one in then.of(account)}, lent)
    return found


def test_at_every_moment_they_are_what_the_door_read_then(house: House):
    seen: list[tuple[datetime, object, set[str]]] = []

    def look() -> None:
        now = posts_now(house)
        seen.append((house.clock.now(), now, set(now)))
        house.clock.advance(timedelta(minutes=5))

    def did(account: str, command: object) -> int:
        outcome = house.execute(account, command)  # type: ignore[arg-type]  # any command
        look()
        return int(outcome.get("leave_id", 0))

    look()
    did("A02", CreateAccount(account="N01", person="N", name="新人", password_hash="x",
                             grants=(("dept_reviewer", "market"),), until_day="2026-03-05"))  # fmt: skip
    did("A02", GrantRole(account="N01", role="dept_head", department="market", from_day="2026-03-04"))
    leave = did("D12", RegisterLeave(account="D11", substitute="D13", from_day="2026-03-03", until_day="2026-03-06",
                                     reason="年休假"))  # fmt: skip
    for day in (3, 4, 5):
        house.at(2026, 3, day)
        look()
    did("A02", GrantRole(account="N01", role="dept_reviewer", department="market", until_day="2026-03-20"))
    did("A02", RevokeRole(account="N01", role="dept_head", department="market"))
    did("A02", SetAccountState(account="D13", state="disabled"))
    did("A02", SetAccountState(account="D13", state="active"))
    did("D12", RevokeLeave(leave_id=leave))
    did("A02", RevokeRole(account="D11", role="dept_reviewer", department="market"))
    did("A02", GrantRole(account="D11", role="dept_reviewer", department="market"))
    house.at(2026, 3, 23)
    look()
    assert len(seen) > 12
    for at, now, accounts in seen:
        assert posts_then(house, at, accounts) == now, at


def test_an_account_of_which_no_line_says_that_it_was_made_is_not_known(sqlite_house: House):
    at = sqlite_house.clock.now()
    then = rights(sqlite_house, at)
    assert {"W01", "D11", "U81"} <= then.made and "system" not in then.made
    assert rights(sqlite_house, at - timedelta(days=400)).made == set()
    assert not rights(sqlite_house, at - timedelta(days=400)).might("W01", "window_clerk", "center")


def test_it_is_one_statement_however_many_lines_there_are(sqlite_house: House):
    for number in range(5):
        made = CreateAccount(account=f"N{number}", person=f"N{number}", name="新人", password_hash="x", grants=())
        sqlite_house.execute("A02", made)
        with sqlite_house.door.read(SYSTEM) as view, statements(view.connection) as sent:
            few_lines(view.connection, LINES, until=view.now)
        assert len(sent) == 1
