"""Accounts, sessions and tokens: who is let in, until when, and what ends it at once."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from engine.foundation.clock import utc_text
from engine.foundation.errors import Refusal
from engine.foundation.store.unit import Actor, Unit
from engine.foundation.vault import token_hash
from engine.registry.identity.commands import (
    CreateAccount,
    IssueToken,
    ResetPassword,
    SetAccountState,
    SignIn,
    SignOut,
)
from engine.registry.identity.handlers import AccountExists, RoleUnknown
from engine.registry.identity.passwords import PasswordWeak, WrongPassword, check_password, hash_password
from engine.registry.identity.queries import (
    AccountDisabled,
    AccountUnknown,
    account_ids,
    actor_of,
    actor_of_token,
    demo_accounts,
    has_demo_accounts,
    names_of,
    password_hash_of,
    put_grant,
    staff_of,
)
from engine.registry.identity.rules import SYSTEM
from engine.registry.identity.sessions.queries import OpenSession, session_of, touch_session
from engine.registry.organisation.queries import DepartmentUnknown
from tests.support.house import House

HASH = hash_password("Anyang-2026")


def create(house: House, account: str = "N01", by: str = "A02", **changed: object) -> None:
    given = {
        "account": account, "person": f"person-{account}", "name": "新人", "password_hash": HASH,
        "grants": (("window_clerk", "center"),), **changed,
    }  # fmt: skip
    house.execute(by, CreateAccount(**given))  # type: ignore[arg-type]  # the test knows the fields


def sign_in(house: House, account: str, token: str, hours: int = 12) -> None:
    ends_at = utc_text(house.clock.now() + timedelta(hours=hours))
    house.execute(account, SignIn(token_hash=token_hash(token), csrf="c", ends_at=ends_at))


def session(house: House, token: str, machine_now: datetime | None = None) -> OpenSession | None:
    with house.door.read(SYSTEM) as view:
        return session_of(view.connection, token, machine_now=machine_now or house.clock.now(), now=view.now)


def by_token(house: House, token: str, machine_now: datetime | None = None) -> Actor | None:
    with house.door.read(SYSTEM) as view:
        return actor_of_token(view.connection, token, machine_now=machine_now or house.clock.now(), now=view.now)


# Accounts ---------------------------------------------------------------------------------------------------------


def test_a_new_account_has_its_person_and_roles_and_its_line(house: House):
    create(house, grants=(("window_clerk", "center"), ("dept_head", "market")))
    actor = house.actor("N01")
    assert (actor.person, actor.name) == ("person-N01", "新人")
    assert actor.grants == (("dept_head", "market"), ("window_clerk", "center"))
    [line] = house.journal("account:N01")
    assert (line.type, line.account) == ("account.created", "A02")
    assert HASH not in str(line.data)


def test_an_account_is_made_once(house: House):
    create(house)
    with pytest.raises(AccountExists):
        create(house, name="别人")
    assert house.actor("N01").name == "新人"


@pytest.mark.parametrize("role", ["system", "admin", "", "window_clerk "])
def test_a_role_that_is_none_is_not_given_least_of_all_the_houses_own(role: str, house: House):
    with pytest.raises(RoleUnknown):
        create(house, grants=((role, "center"),))
    with pytest.raises(AccountUnknown):
        house.actor("N01")


def test_a_department_that_is_none_is_named(house: House):
    with pytest.raises(DepartmentUnknown):
        create(house, grants=(("dept_head", "nowhere"),))
    with pytest.raises(AccountUnknown):
        house.actor("N01")


def test_two_accounts_of_one_person_are_one_person(sqlite_house: House):
    create(sqlite_house, "N01")
    create(sqlite_house, "N02", person="person-N01", name="另一个名字")
    assert sqlite_house.actor("N02").person == "person-N01"
    assert sqlite_house.actor("N02").name == "新人", "the person keeps the name"


def test_a_disabled_account_is_nobody_and_comes_back_when_it_is_activated(house: House):
    create(house)
    house.execute("A02", SetAccountState(account="N01", state="disabled"))
    with pytest.raises(AccountDisabled):
        house.actor("N01")
    with house.door.read(SYSTEM) as view:
        assert password_hash_of(view.connection, "N01") is None
    house.execute("A02", SetAccountState(account="N01", state="active"))
    assert house.actor("N01").name == "新人"


def test_an_account_nobody_knows_cannot_be_changed(sqlite_house: House):
    commands = (
        SetAccountState(account="N99", state="disabled"), ResetPassword(account="N99", password_hash=HASH),
        IssueToken(account="N99", token_hash="t", ends_at=utc_text(sqlite_house.clock.now())),
    )  # fmt: skip
    for command in commands:
        with pytest.raises(AccountUnknown):
            sqlite_house.execute("A02", command)
    assert sqlite_house.journal("account:N99") == []


def test_roles_hold_from_their_beginning_to_their_end(house: House):
    create(house, grants=())
    begins = house.clock.now()
    with house.door.database.writing() as connection:
        unit = Unit(connection, now=begins, actor=SYSTEM, parts={})
        put_grant(unit, "N01", "dept_head", "market", until=begins + timedelta(days=1))
    held = {}
    for hours in (-1, 0, 23, 24):
        with house.door.read(SYSTEM) as view:
            now = begins + timedelta(hours=hours)
            held[hours] = actor_of(view.connection, "N01", now, channel="api").has("dept_head")
            assert ("N01" in dict(staff_of(view.connection, "market", now))) == held[hours]
    assert held == {-1: False, 0: True, 23: True, 24: False}


def test_people_are_found_by_department_and_by_account(sqlite_house: House):
    with sqlite_house.door.read(SYSTEM) as view:
        staff = dict(staff_of(view.connection, "market", view.now))
        assert {"D11", "D12", "D13", "L31", "X91", "X92"} == set(staff)
        assert names_of(view.connection, {"W01", "nobody"}) == {"W01": "受理员一"}
        assert names_of(view.connection, set()) == {}
        assert {"W01", "X92"} < account_ids(view.connection)
        assert has_demo_accounts(view.connection)
        assert {one[0] for one in demo_accounts(view.connection)} == account_ids(view.connection)


# Sessions ---------------------------------------------------------------------------------------------------------


def test_a_session_is_opened_and_ends_when_it_is_closed(house: House):
    sign_in(house, "W01", "secret")
    found = session(house, "secret")
    assert found is not None and found.actor.account == "W01" and found.actor.channel == "web"
    assert session(house, "another") is None
    house.execute("W01", SignOut(token_hash=token_hash("secret")))
    assert session(house, "secret") is None
    written = [line.type for line in house.journal("account:W01")]
    assert written == ["account.created", "account.signed_in", "account.signed_out"]


def test_a_session_ends_by_the_machines_clock(house: House):
    sign_in(house, "W01", "secret", hours=12)
    begins = house.clock.now()
    assert session(house, "secret", begins + timedelta(hours=11, minutes=59)) is not None
    assert session(house, "secret", begins + timedelta(hours=12)) is None


def test_the_secret_itself_is_kept_nowhere(sqlite_house: House):
    sign_in(sqlite_house, "W01", "very-secret-token")
    sqlite_house.door.database.close()
    content = b"".join(one.read_bytes() for one in sqlite_house.settings.data.glob("yichuang.db*"))
    assert b"very-secret-token" not in content


def test_a_session_remembers_when_it_was_last_used(sqlite_house: House):
    sign_in(sqlite_house, "W01", "secret")
    later = sqlite_house.clock.now() + timedelta(minutes=5)
    with sqlite_house.door.database.writing() as connection:
        touch_session(connection, "secret", later)
    found = session(sqlite_house, "secret")
    assert found is not None and found.seen_at == later
    assert found.signed_in_at == sqlite_house.clock.now()


@pytest.mark.parametrize("what", ["reset", "disable"])
def test_a_new_password_or_a_disabled_account_ends_every_session_at_once(what: str, house: House):
    for token in ("one", "two"):
        sign_in(house, "W01", token)
    sign_in(house, "W02", "three")
    command = (
        ResetPassword(account="W01", password_hash=HASH) if what == "reset"
        else SetAccountState(account="W01", state="disabled")
    )  # fmt: skip
    house.execute("A02", command)
    assert session(house, "one") is session(house, "two") is None
    assert session(house, "three") is not None


# Tokens -----------------------------------------------------------------------------------------------------------


def test_a_token_is_its_accounts_until_it_ends_and_carries_todays_roles(house: House):
    ends_at = house.clock.now() + timedelta(days=90)
    house.execute("A02", IssueToken(account="W01", token_hash=token_hash("yc_t"), ends_at=utc_text(ends_at)))
    found = by_token(house, "yc_t")
    assert found is not None and (found.account, found.channel) == ("W01", "api")
    assert found.has("window_clerk")
    assert by_token(house, "yc_t", ends_at - timedelta(seconds=1)) is not None
    assert by_token(house, "yc_t", ends_at) is None
    assert by_token(house, "yc_x") is None
    assert "yc_t" not in str([line.data for line in house.journal("account:W01")])


def test_a_disabled_account_gets_no_token_and_loses_those_it_had(house: House):
    ends_at = utc_text(house.clock.now() + timedelta(days=90))
    house.execute("A02", IssueToken(account="W01", token_hash=token_hash("yc_t"), ends_at=ends_at))
    house.execute("A02", SetAccountState(account="W01", state="disabled"))
    assert by_token(house, "yc_t") is None
    with pytest.raises(AccountDisabled):
        house.execute("A02", IssueToken(account="W01", token_hash=token_hash("yc_u"), ends_at=ends_at))
    house.execute("A02", SetAccountState(account="W01", state="active"))
    assert by_token(house, "yc_t") is None, "activating brings no old token back"


# Passwords --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "password",
    ["", "Aa1!", "Aa1!aaaaa", "aaaaaaaaaa", "aaaaa11111", "AAAAAaaaaa", "1234567890", "密码密码密码密码密码"],
)
def test_a_weak_password_is_refused(password: str):
    with pytest.raises(PasswordWeak):
        hash_password(password)


@pytest.mark.parametrize("password", ["Anyang-2026", "aaaaaaaa1!", "AAAAAAAA1!", "Aaaaaaaaa1"])
def test_ten_places_of_three_kinds_are_enough_and_only_the_same_password_fits(password: str):
    hashed = hash_password(password)
    assert hashed.startswith("$argon2id$")
    check_password(hashed, password)
    for wrong in (password[:-1], password + " ", password.swapcase(), ""):
        if wrong != password:
            with pytest.raises(WrongPassword):
                check_password(hashed, wrong)


def test_an_unknown_account_is_refused_like_a_wrong_password():
    sentences = set()
    for hashed in (None, HASH, "not a hash"):
        with pytest.raises(WrongPassword) as refused:
            check_password(hashed, "Wrong-12345")
        sentences.add(refused.value.sentence)
    assert len(sentences) == 1


def test_every_refusal_here_says_what_to_do():
    for kind in (AccountExists, AccountUnknown, AccountDisabled, RoleUnknown):
        sentence = kind(account="N01", role="x").sentence
        assert issubclass(kind, Refusal)
        assert sentence.endswith("。") and ("请" in sentence)
