"""``token issue`` and ``account create|reset|disable``: whoever has the shell of the host keeps the keys."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine.foundation.clock import SystemClock, utc_text
from engine.foundation.store.unit import Actor
from engine.foundation.vault import Vault, token_hash
from engine.registry.identity.commands import SignIn
from engine.registry.identity.factor.commands import EnrolFactor
from engine.registry.identity.passwords import WrongPassword, check_password
from engine.registry.identity.queries import (
    AccountDisabled,
    AccountUnknown,
    account_ids,
    actor_of_token,
    password_hash_of,
)
from engine.registry.identity.rules import SYSTEM
from tests.support.house import House
from tests.yichuang.shell import Shell
from yichuang.provision import DEMO_PASSWORD

NEW_PASSWORD = "Wenfeng-Ta-618"
CREATE = ("account", "create", "--account", "W77", "--name", "新受理员", "--role", "window_clerk@center")


def bearer(house: House, token: str, later: timedelta = timedelta()) -> Actor | None:
    """Return whom the token stands for, ``later`` than now by the machine's clock."""
    with house.door.read(SYSTEM) as view:
        machine_now = SystemClock().now() + later
        return actor_of_token(view.connection, token, machine_now=machine_now, now=view.now)


def fits(house: House, account: str, password: str) -> bool:
    """Tell whether the password opens the account."""
    with house.door.read(SYSTEM) as view:
        hash = password_hash_of(view.connection, account)
    try:
        check_password(hash, password)
    except WrongPassword:
        return False
    return True


# Tokens ----------------------------------------------------------------------------------------------------------


def test_the_last_word_is_a_token_that_works(shell: Shell, sqlite_house: House):
    ran = shell("token", "issue", "--account", "D11")
    assert (ran.code, ran.err) == (0, "")
    token = ran.out.split()[-1]
    actor = bearer(sqlite_house, token)
    assert actor is not None
    assert (actor.account, actor.channel, actor.grants) == ("D11", "api", (("dept_reviewer", "market"),))
    assert bearer(sqlite_house, token[:-1]) is None
    assert shell("token", "issue", "--account", "D11").out.split()[-1] != token


def test_a_token_ends_after_its_days_of_the_machine_whatever_the_demonstration_shows(shell: Shell, sqlite_house: House):
    sqlite_house.wait(days=400)
    token = shell("token", "issue", "--account", "W01", "--days", "2").out.split()[-1]
    assert bearer(sqlite_house, token, timedelta(days=1, hours=23)) is not None
    assert bearer(sqlite_house, token, timedelta(days=2, hours=1)) is None


def test_the_token_is_kept_as_a_hash_and_the_issue_is_journalled(shell: Shell, sqlite_house: House):
    token = shell("token", "issue", "--account", "D11").out.split()[-1]
    [line] = [line for line in sqlite_house.journal("account:D11") if line.type == "account.token_issued"]
    assert line.account == "operator"
    assert "D11" in line.sentence
    database = (sqlite_house.settings.data / "yichuang.db").read_bytes()
    assert token.encode() not in database


def test_nobody_unknown_or_disabled_gets_a_token(shell: Shell):
    unknown = shell("token", "issue", "--account", "Z99")
    assert (unknown.code, unknown.out) == (1, "")
    assert unknown.err.startswith("ACCOUNT_UNKNOWN：")
    assert shell("account", "disable", "--account", "D11").code == 0
    assert shell("token", "issue", "--account", "D11").err.startswith("ACCOUNT_DISABLED：")


# Accounts --------------------------------------------------------------------------------------------------------


def test_a_new_account_has_its_roles_and_the_password_of_the_standard_input(shell: Shell, sqlite_house: House):
    ran = shell(*CREATE, "--role", "dept_reviewer@market", stdin=f"{NEW_PASSWORD}\nnot this line\n")
    assert (ran.code, ran.out.strip()) == (0, "已建立账号 W77")
    actor = sqlite_house.actor("W77")
    assert actor.grants == (("dept_reviewer", "market"), ("window_clerk", "center"))
    assert (actor.name, actor.person) == ("新受理员", "person-W77")
    assert fits(sqlite_house, "W77", NEW_PASSWORD)
    assert NEW_PASSWORD not in ran.out
    assert sqlite_house.violations() == []


def test_a_role_without_a_place_is_one_of_the_centre_and_a_person_may_have_two_accounts(
    shell: Shell, sqlite_house: House
):
    words = ("account", "create", "--account", "W78", "--name", "受理员一", "--person", "person-W01", "--role")
    assert shell(*words, "issue_clerk", stdin=NEW_PASSWORD).code == 0
    actor = sqlite_house.actor("W78")
    assert (actor.grants, actor.person) == ((("issue_clerk", "center"),), sqlite_house.actor("W01").person)


@pytest.mark.parametrize("password", ["", "short-1A", "alllowercaseletters", "1234567890123"])
def test_a_weak_password_is_refused_and_makes_no_account(shell: Shell, sqlite_house: House, password: str):
    ran = shell(*CREATE, stdin=f"{password}\n")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith("PASSWORD_WEAK：")
    with sqlite_house.door.read(SYSTEM) as view:
        assert "W77" not in account_ids(view.connection)


def test_an_account_is_created_once(shell: Shell, sqlite_house: House):
    assert shell(*CREATE, stdin=NEW_PASSWORD).code == 0
    again = shell(*CREATE, stdin=NEW_PASSWORD + "x")
    assert (again.code, again.out) == (1, "")
    assert again.err.startswith("ACCOUNT_EXISTS：")
    assert fits(sqlite_house, "W77", NEW_PASSWORD)


def test_a_reset_replaces_the_password(shell: Shell, sqlite_house: House):
    assert fits(sqlite_house, "W01", DEMO_PASSWORD)
    ran = shell("account", "reset", "--account", "W01", stdin=NEW_PASSWORD)
    assert (ran.code, ran.err) == (0, "")
    assert fits(sqlite_house, "W01", NEW_PASSWORD)
    assert not fits(sqlite_house, "W01", DEMO_PASSWORD)
    assert fits(sqlite_house, "W02", DEMO_PASSWORD), "nobody else's"


def test_disabling_ends_tokens_and_lets_nobody_in(shell: Shell, sqlite_house: House):
    token = shell("token", "issue", "--account", "W01").out.split()[-1]
    assert shell("account", "disable", "--account", "W01").code == 0
    assert bearer(sqlite_house, token) is None
    assert not fits(sqlite_house, "W01", DEMO_PASSWORD)
    with pytest.raises(AccountDisabled):
        sqlite_house.actor("W01")


@pytest.mark.parametrize("verb", ["reset", "disable"])
def test_an_account_that_is_not_there_is_refused(shell: Shell, sqlite_house: House, verb: str):
    ran = shell("account", verb, "--account", "Z99", stdin=NEW_PASSWORD)
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith("ACCOUNT_UNKNOWN：")
    with pytest.raises(AccountUnknown):
        sqlite_house.actor("Z99")


def test_whatever_the_operator_does_is_in_the_journal_of_the_account(shell: Shell, sqlite_house: House):
    shell(*CREATE, stdin=NEW_PASSWORD)
    shell("account", "reset", "--account", "W77", stdin=NEW_PASSWORD + "y")
    shell("account", "disable", "--account", "W77")
    lines = sqlite_house.journal("account:W77")
    assert [line.type for line in lines] == ["account.created", "account.password_reset", "account.disabled"]
    assert {line.account for line in lines} == {"operator"}
    assert all(NEW_PASSWORD not in str(line.data) for line in lines)


# Roles, lists, sessions -------------------------------------------------------------------------------------------


def test_the_first_administrators_are_made_as_the_help_says(shell: Shell, sqlite_house: House):
    for account in ("anquan1", "anquan2"):
        verb = ("account", "create", "--account", account, "--name", "张三", "--role", "sec_admin")
        assert shell(*verb, stdin=NEW_PASSWORD).code == 0
        assert sqlite_house.actor(account).grants == (("sec_admin", "center"),)
    mixed = shell("account", "grant", "--account", "anquan1", "--role", "window_clerk")
    assert (mixed.code, mixed.out) == (1, "")
    assert mixed.err.startswith("ADMINISTRATORS_APART：")


@pytest.mark.parametrize("password", ["W77-Geheim-Wort", "Password-2026"])
def test_a_password_that_names_the_account_or_is_common_is_refused(shell: Shell, password: str):
    ran = shell(*CREATE, stdin=password)
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith("PASSWORD_")


def test_a_role_is_granted_for_days_and_revoked(shell: Shell, sqlite_house: House):
    grant = ("account", "grant", "--account", "D11", "--role", "dept_archivist@market")
    assert shell(*grant, "--until", "2099-05-31").code == 0
    assert sqlite_house.actor("D11").has("dept_archivist")
    assert shell(*grant, "--until", "2020-01-01").err.startswith("INVALID_FIELDS：")
    assert shell("account", "revoke", "--account", "D11", "--role", "dept_archivist@market").code == 0
    assert not sqlite_house.actor("D11").has("dept_archivist")
    again = shell("account", "revoke", "--account", "D11", "--role", "dept_archivist@market")
    assert (again.code, again.err.startswith("MANDATE_UNKNOWN：")) == (1, True)


def test_accounts_are_listed_and_shown_without_secrets(shell: Shell):
    rows = shell("account", "list", "--json").json
    assert {"account": "D12", "name": "市监业务负责人", "state": "active", "second_factor": False, "paused": False,
            "signed_in_at": "", "roles": ["dept_head@market"]} in rows  # fmt: skip
    lines = shell("account", "list", "--role", "sec_admin").out.splitlines()
    assert lines == ["A02\t安全管理员\t启用\tsec_admin@center"]
    assert shell("account", "list", "--state", "disabled").out == ""
    shown = shell("account", "show", "--account", "X91").json
    assert shown["other_accounts"] == ["X92"]
    assert {one["role"] for one in shown["roles"]} == {"window_clerk", "dept_reviewer"}
    assert "hash" not in str(shown) and "argon" not in str(shown)
    assert shell("account", "show", "--account", "Z99").err.startswith("ACCOUNT_UNKNOWN：")


def test_a_disabled_account_is_enabled_again_and_a_pause_is_lifted(shell: Shell, sqlite_house: House):
    for verb in ("disable", "enable", "unlock"):
        assert shell("account", verb, "--account", "W01").code == 0
    assert fits(sqlite_house, "W01", DEMO_PASSWORD)
    kinds = [line.type for line in sqlite_house.journal("account:W01")]
    assert kinds[-3:] == ["account.disabled", "account.enabled", "account.unlocked"]


def test_sessions_are_listed_and_ended(shell: Shell, sqlite_house: House):
    now = SystemClock().now()
    for token in ("a", "b"):
        command = SignIn(
            token_hash=token_hash(token), csrf="c", ends_at=utc_text(now + timedelta(hours=1)),
            machine_now=utc_text(now), address="192.0.2.1", agent="Firefox 141 / Linux",
        )  # fmt: skip
        sqlite_house.execute("W01", command)
    listed = shell("account", "sessions", "--account", "W01").out.splitlines()
    assert len(listed) == 2 and all("192.0.2.1\tFirefox 141 / Linux" in line for line in listed)
    assert shell("account", "sessions", "--account", "W01", "--end", listed[0].split()[0]).code == 0
    assert len(shell("account", "sessions", "--account", "W01").out.splitlines()) == 1
    assert "1 个" in shell("account", "sessions", "--account", "W01", "--end", "all").out
    gone = shell("account", "sessions", "--account", "W01", "--end", listed[0].split()[0])
    assert (gone.code, gone.err.startswith("SESSION_GONE：")) == (1, True)


def test_a_second_factor_is_reset_and_one_that_is_not_there_is_said(shell: Shell, sqlite_house: House):
    vault = sqlite_house.door.part(Vault)
    sqlite_house.execute("D12", EnrolFactor(sealed=vault.seal("A" * 32), counter=1, codes=("x",)))
    assert shell("account", "show", "--account", "D12").json["second_factor"] is True
    assert shell("account", "second-factor", "reset", "--account", "D12").code == 0
    again = shell("account", "second-factor", "reset", "--account", "D12")
    assert (again.code, again.err.startswith("FACTOR_MISSING：")) == (1, True)
