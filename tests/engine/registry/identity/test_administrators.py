"""三员互斥 and the security administrator's acts on roles: by natural person, from day to day, never on one's own."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.foundation.clock import CITY, utc_text
from engine.foundation.errors import InvalidFields
from engine.foundation.vault import token_hash
from engine.registry.identity.accounts.commands import GrantRole, RevokeRole, RevokeToken, UnlockAccount
from engine.registry.identity.accounts.handlers import MandateUnknown, TokenUnknown
from engine.registry.identity.accounts.queries import Asked, account_file, listed, tokens_of
from engine.registry.identity.accounts.rules import (
    ADMINISTRATORS,
    AdministratorsApart,
    IntegratorApart,
    OwnAccount,
    WrongPlace,
    initial_password,
    refuse_mixed_duties,
    validity,
)
from engine.registry.identity.commands import CreateAccount, IssueToken, ResetPassword, SetAccountState, SignIn
from engine.registry.identity.factor.commands import ResetFactor
from engine.registry.identity.handlers import RoleUnknown
from engine.registry.identity.passwords import hash_password
from engine.registry.identity.queries import AccountUnknown
from engine.registry.identity.rules import ROLES, SYSTEM
from engine.registry.identity.sessions.commands import EndSessions
from engine.registry.identity.sessions.queries import sessions_of
from tests.support.house import House

HASH = hash_password("Anyang-2026")
role_sets = st.frozensets(st.sampled_from(sorted(ROLES)), max_size=4)


def create(house: House, account: str, *grants: tuple[str, str], person: str = "", by: str = "A02") -> None:
    command = CreateAccount(
        account=account, person=person or f"person-{account}", name="新人", password_hash=HASH, grants=grants
    )
    house.execute(by, command)


def sessions(house: House, account: str) -> int:
    with house.door.read(SYSTEM) as view:
        return len(sessions_of(view.connection, account, machine_now=house.clock.now(), idle=timedelta(minutes=30)))


def sign_in(house: House, account: str) -> None:
    ends_at = utc_text(house.clock.now() + timedelta(hours=12))
    house.execute(account, SignIn(token_hash=token_hash("t"), csrf="c", ends_at=ends_at))


# The rule -----------------------------------------------------------------------------------------------------------


@given(held=role_sets, wanted=role_sets)
def test_S5_whoever_holds_an_administration_holds_nothing_else(held: frozenset[str], wanted: frozenset[str]):
    everything = held | wanted
    mixed = bool(wanted) and len(everything) > 1 and bool(everything & set(ADMINISTRATORS))
    if mixed:
        with pytest.raises(AdministratorsApart) as refused:
            refuse_mixed_duties("某人", held, wanted)
        assert "S5" in refused.value.sentence
        assert any(ROLES[role] in refused.value.sentence for role in everything)
    elif wanted and "integrator" in everything and len(everything) > 1:
        with pytest.raises(IntegratorApart) as apart:
            refuse_mixed_duties("某人", held, wanted)
        assert any(ROLES[role] in apart.value.sentence for role in everything - {"integrator"})
    else:
        refuse_mixed_duties("某人", held, wanted)


@given(first=st.dates(date(2026, 3, 1), date(2027, 1, 1)), days=st.integers(0, 400))
def test_a_role_holds_from_its_first_day_to_the_end_of_its_last(first: date, days: int):
    now = datetime(2026, 3, 2, 9, 5, tzinfo=CITY)
    last = first + timedelta(days=days)
    if last < now.date():
        with pytest.raises(InvalidFields):
            validity(first.isoformat(), last.isoformat(), now)
        return
    begins, until = validity(first.isoformat(), last.isoformat(), now)
    assert until == datetime(last.year, last.month, last.day, tzinfo=CITY) + timedelta(days=1)
    assert begins == (datetime(first.year, first.month, first.day, tzinfo=CITY) if first > now.date() else now)
    assert begins < until


@pytest.mark.parametrize(
    "first, last, field",
    [("2026-13-01", "", "from_day"), ("", "morgen", "until_day"), ("", "2026-03-01", "until_day"),
     ("2026-05-02", "2026-05-01", "until_day"), ("9999-01-01", "", "from_day")],
)  # fmt: skip
def test_days_that_make_no_sense_are_said_at_their_field(first: str, last: str, field: str):
    with pytest.raises(InvalidFields) as refused:
        validity(first, last, datetime(2026, 3, 2, 9, 5, tzinfo=CITY))
    assert set(refused.value.errors) == {field}


def test_an_initial_password_is_strong_and_never_the_same():
    made = {initial_password() for _ in range(200)}
    assert len(made) == 200
    for one in made:
        assert len(one) == 14
        assert any(map(str.isupper, one)) and any(map(str.islower, one)) and any(map(str.isdigit, one))


# Roles --------------------------------------------------------------------------------------------------------------


def test_S5_counts_the_natural_person_over_all_accounts(house: House):
    create(house, "N01", ("sys_admin", "center"), person="P1")
    for role, place in (("audit_admin", "center"), ("sec_admin", "center"), ("dept_head", "market")):
        with pytest.raises(AdministratorsApart):
            create(house, "N02", (role, place), person="P1")
        with pytest.raises(AdministratorsApart):
            house.execute("A02", GrantRole(account="N01", role=role, department=place))
    with pytest.raises(AdministratorsApart):
        create(house, "N03", ("window_clerk", "center"), ("sec_admin", "center"))
    house.execute("A02", RevokeRole(account="N01", role="sys_admin", department="center"))
    house.execute("A02", GrantRole(account="N01", role="dept_head", department="market"))
    assert house.actor("N01").grants == (("dept_head", "market"),)


def test_an_outside_system_is_nobody_who_works_here_by_any_of_his_accounts(house: House):
    create(house, "N01", ("dept_reviewer", "market"), person="P1")
    with pytest.raises(IntegratorApart):
        create(house, "N02", ("integrator", "center"), person="P1")
    with pytest.raises(IntegratorApart):
        house.execute("A02", GrantRole(account="M71", role="window_clerk", department="center"))
    with pytest.raises(WrongPlace):
        create(house, "N03", ("integrator", "market"))
    create(house, "N04", ("integrator", "center"))
    assert house.actor("N04").grants == (("integrator", "center"),)


def test_S5_a_role_that_begins_later_counts_already(sqlite_house: House):
    create(sqlite_house, "N01", ("window_clerk", "center"))
    sqlite_house.execute("A02", RevokeRole(account="N01", role="window_clerk", department="center"))
    later = GrantRole(account="N01", role="audit_admin", department="center", from_day="2026-06-01")
    sqlite_house.execute("A02", later)
    with pytest.raises(AdministratorsApart):
        sqlite_house.execute("A02", GrantRole(account="N01", role="dept_head", department="market"))


def test_nobody_manages_an_account_of_the_same_person(house: House):
    create(house, "N01", ("sec_admin", "center"), person="person-X")
    create(house, "N02", person="person-X")
    own = (
        GrantRole(account="N02", role="sec_admin", department="center"),
        RevokeRole(account="N02", role="sec_admin", department="center"),
        ResetPassword(account="N02", password_hash=HASH),
        SetAccountState(account="N02", state="disabled"),
        EndSessions(account="N02"),
        UnlockAccount(account="N02"),
        ResetFactor(account="N02"),
        RevokeToken(account="N02"),
    )
    for command in own:
        with pytest.raises(OwnAccount):
            house.execute("N01", command)
    with pytest.raises(OwnAccount):
        create(house, "N03", person="person-X", by="N01")
    assert [line.type for line in house.journal("account:N02")] == ["account.created"]


def test_a_granted_role_holds_in_its_days_and_its_end_can_be_moved(house: House):
    create(house, "N01")
    given = {"account": "N01", "role": "dept_reviewer", "department": "market"}
    house.execute("A02", GrantRole(**given, from_day="2026-03-04", until_day="2026-03-05"))
    held = {}
    for day in (3, 4, 5, 6):
        house.at(2026, 3, day, 12)
        held[day] = house.actor("N01").has("dept_reviewer")
    assert held == {3: False, 4: True, 5: True, 6: False}
    house.at(2026, 3, 5, 12)
    house.execute("A02", GrantRole(**given, from_day="2026-04-01", until_day="2026-12-31"))
    assert house.actor("N01").has("dept_reviewer"), "what holds goes on holding"
    house.at(2026, 12, 31, 23)
    assert house.actor("N01").has("dept_reviewer")
    line = house.journal("account:N01")[-1]
    assert (line.type, line.account, line.data["until_day"]) == ("account.role_granted", "A02", "2026-12-31")


@pytest.mark.parametrize(
    "role, place", [("dept_head", "center"), ("lead_coordinator", "center"), ("sys_admin", "market")]
)
def test_a_role_is_held_where_it_belongs(role: str, place: str, sqlite_house: House):
    create(sqlite_house, "N01")
    with pytest.raises(WrongPlace):
        sqlite_house.execute("A02", GrantRole(account="N01", role=role, department=place))
    with pytest.raises(RoleUnknown):
        sqlite_house.execute("A02", GrantRole(account="N01", role="system", department="center"))


def test_a_revoked_role_is_gone_at_once_and_with_the_last_one_the_sessions(house: House):
    create(house, "N01", ("window_clerk", "center"), ("issue_clerk", "center"))
    sign_in(house, "N01")
    house.execute("A02", RevokeRole(account="N01", role="issue_clerk", department="center"))
    assert house.actor("N01").grants == (("window_clerk", "center"),)
    assert sessions(house, "N01") == 1
    house.execute("A02", RevokeRole(account="N01", role="window_clerk", department="center"))
    assert house.actor("N01").grants == ()
    assert sessions(house, "N01") == 0
    for command in (
        RevokeRole(account="N01", role="window_clerk", department="center"),
        RevokeRole(account="N01", role="designer", department="center"),
    ):
        with pytest.raises(MandateUnknown):
            house.execute("A02", command)
    with pytest.raises(AccountUnknown):
        house.execute("A02", RevokeRole(account="N99", role="designer", department="center"))


def test_a_role_that_has_not_begun_is_taken_back_without_a_trace_but_in_the_journal(sqlite_house: House):
    create(sqlite_house, "N01")
    sqlite_house.execute("A02", GrantRole(account="N01", role="designer", department="center", from_day="2026-09-01"))
    sqlite_house.execute("A02", RevokeRole(account="N01", role="designer", department="center"))
    with sqlite_house.door.read(SYSTEM) as view:
        assert account_file(view.connection, "N01").mandates == ()
    assert [line.type for line in sqlite_house.journal("account:N01")][-2:] == [
        "account.role_granted", "account.role_revoked",
    ]  # fmt: skip


def test_a_token_is_taken_back_without_its_value_being_known(house: House):
    ends_at = utc_text(datetime(2099, 1, 1, tzinfo=UTC))
    for name in ("one", "two", "three"):
        house.execute("A02", IssueToken(account="W01", token_hash=token_hash(name), ends_at=ends_at))
    with house.door.read(SYSTEM) as view:
        handles = [one.handle for one in tokens_of(view.connection, "W01", view.now)]
    assert len(handles) == 3 and not {token_hash(name) for name in ("one", "two", "three")} & set(handles)
    house.execute("A02", RevokeToken(account="W01", handle=handles[0]))
    for wrong in (handles[0], handles[1][:4]):
        with pytest.raises(TokenUnknown):
            house.execute("A02", RevokeToken(account="W01", handle=wrong))
    assert house.execute("A02", RevokeToken(account="W01"))["revoked"] == 2


# Lists --------------------------------------------------------------------------------------------------------------


def found(house: House, **asked: object) -> list[str]:
    with house.door.read(SYSTEM) as view:
        now = view.now
        wanted = Asked(**asked)  # type: ignore[arg-type]  # the test knows the fields
        rows, total = listed(view.connection, wanted, now=now, machine_now=now, offset=0, limit=500)
    assert total == len(rows)
    return [row.id for row in rows]


def test_accounts_are_found_by_what_is_asked(house: House):
    house.execute("A02", SetAccountState(account="W02", state="disabled"))
    assert {"W01", "W02", "A01", "X92"} <= set(found(house))
    assert found(house, state="disabled") == ["W02"]
    assert found(house, role="sec_admin") == ["A02"]
    assert found(house, department="market", role="dept_head") == ["D12"]
    assert found(house, find="双岗") == ["X91", "X92"]
    assert found(house, find="D11")[0] == "D11"
    assert found(house, find="%") == []
    assert found(house, paused=True) == []


def test_a_page_of_accounts_has_its_rows_and_the_whole_count(sqlite_house: House):
    with sqlite_house.door.read(SYSTEM) as view:
        now = view.now
        first, total = listed(view.connection, Asked(), now=now, machine_now=now, offset=0, limit=7)
        last, _ = listed(view.connection, Asked(), now=now, machine_now=now, offset=total - 2, limit=7)
    assert (len(first), len(last)) == (7, 2)
    assert first[0].id < last[-1].id
