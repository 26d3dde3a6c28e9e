"""Sessions: how many, from where, what they owe, and what is noted of sign-ins that fail."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.foundation.clock import CITY, utc_text
from engine.foundation.vault import token_hash
from engine.registry.identity.accounts.commands import GrantRole, UnlockAccount
from engine.registry.identity.accounts.queries import Asked, account_file, listed
from engine.registry.identity.commands import ChangePassword, CreateAccount, ResetPassword, SignIn
from engine.registry.identity.passwords import hash_password
from engine.registry.identity.queries import past_hashes
from engine.registry.identity.rules import SYSTEM
from engine.registry.identity.sessions.commands import EndOwnSessions, EndSessions, NoteFailedSignIn
from engine.registry.identity.sessions.handlers import SessionGone
from engine.registry.identity.sessions.queries import (
    OpenSession,
    addresses_of,
    drop_ended_sessions,
    drop_old_addresses,
    is_familiar,
    session_of,
    sessions_of,
)
from engine.registry.identity.sessions.rules import FACTOR, PASSWORD, days_left, needs_factor, owed, short_agent
from tests.support.house import House

HASH = hash_password("Anyang-2026")
IDLE = timedelta(minutes=30)
NOW = datetime(2026, 3, 2, 9, 5, tzinfo=CITY)


def sign_in(house: House, account: str, token: str, *, address: str = "192.0.2.7") -> int:
    now = house.clock.now()
    command = SignIn(
        token_hash=token_hash(token), csrf="c", ends_at=utc_text(now + timedelta(hours=12)), machine_now=utc_text(now),
        address=address, agent="Firefox 140 / Windows",
    )  # fmt: skip
    return int(house.execute(account, command)["ended"])


def opened(house: House, token: str) -> OpenSession | None:
    with house.door.read(SYSTEM) as view:
        return session_of(view.connection, token, machine_now=house.clock.now(), now=view.now)


def fail(house: House, account: str, address: str, *, until: str = "") -> dict[str, object]:
    command = NoteFailedSignIn(account=account, address=address, what="password", paused_until=until)
    return dict(house.door.execute(command, SYSTEM, key=f"{account}{address}{len(house.journal(f'access:{account}'))}"))


def newcomer(house: House, *grants: tuple[str, str], account: str = "N01") -> None:
    command = CreateAccount(
        account=account, person=f"person-{account}", name="新人", password_hash=HASH,
        grants=grants or (("window_clerk", "center"),),
    )  # fmt: skip
    house.execute("A02", command)


# How many -----------------------------------------------------------------------------------------------------------


def test_a_sixth_session_ends_the_oldest_and_says_so(house: House):
    for number in range(5):
        assert sign_in(house, "W01", f"t{number}") == 0
        house.wait(minutes=1)
    assert sign_in(house, "W01", "t5") == 1
    assert opened(house, "t0") is None
    found = opened(house, "t5")
    assert found is not None and found.ended_before == 1
    assert all(opened(house, f"t{number}") for number in range(1, 6))
    assert house.journal("account:W01")[-1].data["ended"] == 1


def test_sessions_left_unused_make_room_first(sqlite_house: House):
    for number in range(5):
        sign_in(sqlite_house, "W01", f"t{number}")
    sqlite_house.wait(minutes=31)
    assert sign_in(sqlite_house, "W01", "new") == 0
    with sqlite_house.door.read(SYSTEM) as view:
        listed_now = sessions_of(view.connection, "W01", machine_now=sqlite_house.clock.now(), idle=IDLE)
    assert [one.token_hash for one in listed_now] == [token_hash("new")]


def test_ended_sessions_are_swept_and_open_ones_stay(house: House):
    sign_in(house, "W01", "old")
    house.wait(minutes=31)
    sign_in(house, "W02", "new")
    with house.door.housekeeping() as connection:
        assert drop_ended_sessions(connection, machine_now=house.clock.now(), idle=IDLE) == 1
    assert opened(house, "old") is None and opened(house, "new") is not None


def test_one_ends_one_of_ones_own_sessions_or_all_others(house: House):
    for name in ("a", "b", "c"):
        sign_in(house, "W01", name)
    sign_in(house, "W02", "d")
    house.execute("W01", EndOwnSessions(keep=token_hash("a"), handle=token_hash("b")[:16]))
    assert opened(house, "b") is None and opened(house, "c") is not None
    with pytest.raises(SessionGone):
        house.execute("W01", EndOwnSessions(keep=token_hash("a"), handle=token_hash("d")[:16]))
    with pytest.raises(SessionGone):
        house.execute("W01", EndOwnSessions(keep=token_hash("a"), handle=token_hash("c")[:2]))
    assert house.execute("W01", EndOwnSessions(keep=token_hash("a")))["ended"] == 1
    assert opened(house, "a") is not None and opened(house, "d") is not None
    house.execute("A02", EndSessions(account="W01"))
    assert opened(house, "a") is None
    assert [line.type for line in house.journal("account:W01")][-3:] == ["account.sessions_ended"] * 3


# The sign-in before --------------------------------------------------------------------------------------------------


def test_a_session_knows_the_sign_in_before_it_and_what_failed_since(house: House):
    sign_in(house, "W01", "one", address="192.0.2.1")
    first, began = opened(house, "one"), house.clock.now()
    assert first is not None and (first.previous_at, first.failed_before) == (None, 0)
    house.wait(hours=1)
    for _ in range(2):
        fail(house, "W01", "198.51.100.9")
        house.wait(minutes=1)
    sign_in(house, "W01", "two")
    second = opened(house, "two")
    assert second is not None
    assert (second.previous_at, second.previous_address, second.failed_before) == (began, "192.0.2.1", 2)
    house.wait(minutes=1)
    sign_in(house, "W01", "three")
    third = opened(house, "three")
    assert third is not None and third.failed_before == 0


def test_a_failed_sign_in_stands_in_the_accounts_own_access_chain_and_a_strangers_nowhere(house: House):
    assert fail(house, "W01", "198.51.100.9") == {"known": True}
    [line] = house.journal("access:W01")
    assert (line.type, line.data["address"]) == ("access.sign_in_failed", "198.51.100.9")
    assert fail(house, "nobody", "198.51.100.9") == {"known": False}
    assert house.journal("access:nobody") == []
    assert house.violations() == []


def test_pauses_are_listed_and_lifted(house: House):
    until = utc_text(house.clock.now() + timedelta(minutes=10))
    fail(house, "W01", "198.51.100.9", until=until)
    sign_in(house, "W01", "t", address="192.0.2.1")
    with house.door.read(SYSTEM) as view:
        now = view.now
        rows, _ = listed(view.connection, Asked(paused=True), now=now, machine_now=now, offset=0, limit=9)
        later = now + timedelta(minutes=10)
        none, _ = listed(view.connection, Asked(paused=True), now=later, machine_now=later, offset=0, limit=9)
        assert [row.id for row in rows] == ["W01"] and rows[0].paused_until is not None and none == []
        assert {one.address for one in addresses_of(view.connection, "W01")} == {"192.0.2.1", "198.51.100.9"}
        assert is_familiar(view.connection, "W01", "192.0.2.1", now)
        assert not is_familiar(view.connection, "W01", "198.51.100.9", now)
        assert not is_familiar(view.connection, "W01", "192.0.2.1", now + timedelta(days=31))
    house.execute("A02", UnlockAccount(account="W01"))
    with house.door.read(SYSTEM) as view:
        assert all(one.paused_until is None for one in addresses_of(view.connection, "W01"))
    assert house.journal("account:W01")[-1].type == "account.unlocked"


def test_addresses_are_forgotten_when_nobody_used_or_tried_them_lately(sqlite_house: House):
    sign_in(sqlite_house, "W01", "t", address="192.0.2.1")
    fail(sqlite_house, "W01", "198.51.100.9")
    sqlite_house.wait(days=40)
    fail(sqlite_house, "W01", "192.0.2.1")
    with sqlite_house.door.housekeeping() as connection:
        assert drop_old_addresses(connection, sqlite_house.clock.now() - timedelta(days=30)) == 1
    with sqlite_house.door.read(SYSTEM) as view:
        assert [one.address for one in addresses_of(view.connection, "W01")] == ["192.0.2.1"]


# What is owed --------------------------------------------------------------------------------------------------------


@given(st.booleans(), st.booleans(), st.booleans(), st.integers(-100, 100))
def test_a_password_is_owed_before_a_factor_and_a_factor_only_where_it_is_needed(
    must: bool, needs: bool, has: bool, left: int
):
    ends = NOW + timedelta(days=left)
    found = owed(must_change=must, ends=ends, opened_at=NOW, needs=needs, has_factor=has)
    if must or left <= 0:
        assert found == PASSWORD
    else:
        assert found == (FACTOR if needs and not has else "")


@pytest.mark.parametrize(
    "role, wanted", [("dept_head", True), ("sys_admin", True), ("sec_admin", True), ("audit_admin", True),
                         ("window_clerk", False), ("dept_reviewer", False), ("auditor", False)],
)  # fmt: skip
def test_the_three_administrators_and_the_heads_need_two_factors(role: str, wanted: bool):
    assert needs_factor([("window_clerk", "center"), (role, "x")], demo=False) is wanted
    assert not needs_factor([(role, "x")], demo=True)


@pytest.mark.parametrize(
    "left, said", [({"days": 8}, None), ({"days": 7, "minutes": 1}, None), ({"days": 7}, 7), ({"hours": 1}, 1),
                       ({"days": 1, "hours": 1}, 2), ({"hours": -1}, 0)],
)  # fmt: skip
def test_the_end_of_a_password_is_said_from_seven_days_before(left: dict[str, int], said: int | None):
    assert days_left(NOW + timedelta(**left), NOW, 7) == said
    assert days_left(None, NOW, 7) is None


def test_an_initial_password_is_owed_until_it_is_changed_and_ends_after_ninety_days(house: House):
    newcomer(house)
    sign_in(house, "N01", "a")
    found = opened(house, "a")
    assert found is not None and found.owes == PASSWORD
    house.execute("N01", ChangePassword(password_hash=hash_password("Wenfeng-Ta-618"), keep=token_hash("a")))
    found = opened(house, "a")
    assert found is not None and found.owes == ""
    house.wait(days=89, hours=23)
    sign_in(house, "N01", "b")
    house.wait(hours=2)
    found = opened(house, "b")
    assert found is not None and found.owes == "", "work at hand is not torn away"
    sign_in(house, "N01", "c")
    found = opened(house, "c")
    assert found is not None and found.owes == PASSWORD


def test_the_demonstrations_passwords_do_not_end_but_a_reset_one_is_owed(house: House):
    house.wait(days=400)
    sign_in(house, "D12", "a")
    found = opened(house, "a")
    assert found is not None and (found.owes, found.password_ends, found.needs_factor) == ("", None, False)
    house.execute("A02", ResetPassword(account="D12", password_hash=HASH))
    sign_in(house, "D12", "b")
    found = opened(house, "b")
    assert found is not None and found.owes == PASSWORD


def test_whoever_becomes_head_owes_a_second_factor_at_once(sqlite_house: House):
    newcomer(sqlite_house, ("dept_reviewer", "market"))
    sign_in(sqlite_house, "N01", "a")
    sqlite_house.execute("N01", ChangePassword(password_hash=HASH, keep=token_hash("a")))
    found = opened(sqlite_house, "a")
    assert found is not None and found.owes == ""
    sqlite_house.execute("A02", GrantRole(account="N01", role="dept_head", department="market"))
    found = opened(sqlite_house, "a")
    assert found is not None and found.owes == FACTOR


def test_a_changed_password_ends_the_other_sessions_and_is_remembered(house: House):
    newcomer(house)
    for name in ("a", "b"):
        sign_in(house, "N01", name)
    hashes = [hash_password(f"Wenfeng-Ta-{number}") for number in range(6)]
    for hashed in hashes:
        house.execute("N01", ChangePassword(password_hash=hashed, keep=token_hash("a")))
    assert opened(house, "a") is not None and opened(house, "b") is None
    with house.door.read(SYSTEM) as view:
        assert past_hashes(view.connection, "N01") == hashes[:0:-1]
        assert not account_file(view.connection, "N01").must_change
    assert not any(hashed in str(line.data) for hashed in hashes for line in house.journal("account:N01"))


# Browsers -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text, said",
    [
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0.0.0 Safari/537.36",
         "Chrome 140 / Windows"),
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/139.0.0.0 Safari/537.36 Edg/139.0.0.0",
         "Edge 139 / Windows"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:141.0) Gecko/20100101 Firefox/141.0", "Firefox 141 / Linux"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605 Version/18.0 Mobile/1 Safari/604",
         "Safari 18 / iPhone"),
        ("curl/8.5.0", "curl/8.5.0"),
        ("", "未知浏览器"),
    ],
)  # fmt: skip
def test_a_browser_is_said_in_a_few_words(text: str, said: str):
    assert short_agent(text) == said


@given(st.text(max_size=400))
def test_whatever_a_browser_calls_itself_fits_its_column(text: str):
    said = short_agent(text)
    assert 0 < len(said) <= 80
    assert said.isprintable()
