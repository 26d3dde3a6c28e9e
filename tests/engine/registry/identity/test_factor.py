"""The second factor: codes of one's own telephone, each once, within half a minute; recovery codes, each once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pyotp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.foundation.clock import utc_text
from engine.foundation.vault import Vault, token_hash
from engine.registry.identity.commands import CreateAccount, SignIn
from engine.registry.identity.factor.commands import EnrolFactor, RemoveFactor, RenewCodes, ResetFactor
from engine.registry.identity.factor.queries import digest_of, factor_of
from engine.registry.identity.factor.rules import (
    FactorMissing,
    FactorRequired,
    SecondFactorNeeded,
    WrongCode,
    counter_at,
    enrolment_address,
    is_recovery,
    matched,
    new_codes,
    new_secret,
    spaced,
)
from engine.registry.identity.passwords import hash_password
from engine.registry.identity.rules import SYSTEM
from engine.registry.identity.sessions.queries import session_of
from tests.support.house import House

# RFC 6238, appendix B: the secret of the SHA-1 vectors, and the last six digits of its codes.
RFC_SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
RFC = [(59, "287082"), (1111111109, "081804"), (1111111111, "050471"), (1234567890, "005924"), (2000000000, "279037")]
moments = st.integers(1767225600, 2208988800).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))


def enrol(house: House, account: str, keep: str = "") -> tuple[str, list[str]]:
    secret, codes = new_secret(), new_codes()
    vault = house.door.part(Vault)
    digests = tuple(digest_of(vault, account, one) for one in codes)
    counter = counter_at(house.clock.now())
    house.execute(account, EnrolFactor(sealed=vault.seal(secret), counter=counter, codes=digests, keep=keep))
    return secret, codes


def sign_in(house: House, account: str, token: str, **proof: object) -> None:
    ends_at = utc_text(house.clock.now() + timedelta(hours=12))
    command = SignIn(token_hash=token_hash(token), csrf="c", ends_at=ends_at, **proof)  # type: ignore[arg-type]  # the test knows the fields
    house.execute(account, command)


def is_open(house: House, token: str) -> bool:
    with house.door.read(SYSTEM) as view:
        return session_of(view.connection, token, machine_now=house.clock.now(), now=view.now) is not None


# Codes --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seconds, code", RFC)
def test_codes_are_those_of_the_standard(seconds: int, code: str):
    assert matched(RFC_SECRET, code, datetime.fromtimestamp(seconds, UTC), after=-1) == seconds // 30


@given(moments, st.integers(-5, 5))
def test_a_code_holds_one_step_about_its_own_and_never_twice(now: datetime, drift: int):
    code = pyotp.TOTP(RFC_SECRET).at(now, counter_offset=drift)
    found = matched(RFC_SECRET, code, now, after=-1)
    if abs(drift) <= 1:
        assert found is not None and abs(found - counter_at(now)) <= 1
        again = matched(RFC_SECRET, code, now, after=found)
        assert again is None or again > found
    elif found is not None:  # six digits may repeat by chance: then it is a code of now
        assert code in {pyotp.TOTP(RFC_SECRET).at(now, counter_offset=step) for step in (-1, 0, 1)}


@given(moments, st.text(max_size=30))
def test_nothing_but_the_code_fits(now: datetime, text: str):
    right = {pyotp.TOTP(RFC_SECRET).at(now, counter_offset=step) for step in (-1, 0, 1)}
    digits = "".join(letter for letter in text[:20] if letter in "0123456789")
    assert (matched(RFC_SECRET, text, now, after=-1) is not None) == (digits in right)


def test_a_code_may_be_typed_with_a_space():
    now = datetime(2026, 3, 2, 1, 5, tzinfo=UTC)
    code = pyotp.TOTP(RFC_SECRET).at(now)
    assert matched(RFC_SECRET, f" {code[:3]} {code[3:]} ", now, after=-1) == counter_at(now)


def test_the_address_for_the_authenticator_names_house_account_and_secret():
    parsed = pyotp.parse_uri(enrolment_address(RFC_SECRET, "D12"))
    assert isinstance(parsed, pyotp.TOTP)
    assert (parsed.secret, parsed.name, parsed.issuer, parsed.digits, parsed.interval) == (
        RFC_SECRET, "D12", "一窗通", 6, 30,
    )  # fmt: skip
    assert spaced(RFC_SECRET).replace(" ", "") == RFC_SECRET


def test_recovery_codes_are_ten_different_ones_that_are_not_taken_for_codes():
    codes = new_codes()
    assert len(set(codes)) == 10
    assert all(is_recovery(one) and is_recovery(one.upper().replace("-", " ")) for one in codes)
    assert not any(is_recovery(text) for text in ("123456", "123 456", "", "1234567890", "abc"))


# In the house -------------------------------------------------------------------------------------------------------


def test_an_account_with_a_second_factor_is_not_opened_by_its_password_alone(house: House):
    enrol(house, "D12")
    for proof in ({}, {"counter": counter_at(house.clock.now())}, {"recovery": "0" * 64}):
        with pytest.raises((SecondFactorNeeded, WrongCode)):
            sign_in(house, "D12", "t", **proof)
    assert not is_open(house, "t")
    step = counter_at(house.clock.now()) + 1
    sign_in(house, "D12", "t", counter=step)
    assert is_open(house, "t")
    with pytest.raises(WrongCode):
        sign_in(house, "D12", "u", counter=step)
    assert house.journal("account:D12")[-1].data["how"] == "totp"


def test_a_recovery_code_opens_once(house: House):
    _, codes = enrol(house, "D12")
    digest = digest_of(house.door.part(Vault), "D12", codes[3].upper())
    sign_in(house, "D12", "t", recovery=digest)
    with pytest.raises(WrongCode):
        sign_in(house, "D12", "u", recovery=digest)
    enrol(house, "D11")
    with pytest.raises(WrongCode):
        sign_in(house, "D11", "v", recovery=digest_of(house.door.part(Vault), "D12", codes[4]))
    with house.door.read(SYSTEM) as view:
        factor = factor_of(view.connection, "D12")
    assert factor is not None and factor.codes_left == 9
    assert "account.code_used" in [line.type for line in house.journal("account:D12")]


def test_enrolling_ends_every_session_that_was_opened_without_it(house: House):
    for name in ("a", "b"):
        sign_in(house, "D12", name)
    enrol(house, "D12", keep=token_hash("a"))
    assert is_open(house, "a") and not is_open(house, "b")
    assert house.journal("account:D12")[-1].type == "account.factor_enrolled"
    enrol(house, "D12", keep=token_hash("a"))
    assert house.journal("account:D12")[-1].type == "account.factor_renewed"


def test_neither_secret_nor_codes_lie_anywhere_in_clear(sqlite_house: House):
    secret, codes = enrol(sqlite_house, "D12")
    sqlite_house.door.database.close()
    content = b"".join(one.read_bytes() for one in sqlite_house.settings.data.glob("yichuang.db*"))
    for text in (secret, *codes, *(one.replace("-", "") for one in codes)):
        assert text.encode() not in content


def test_who_must_have_one_cannot_remove_it_and_everybody_else_can(house: House):
    command = CreateAccount(
        account="N01", person="person-N01", name="新人", password_hash=hash_password("Anyang-2026"),
        grants=(("dept_head", "market"),),
    )  # fmt: skip
    house.execute("A02", command)
    enrol(house, "N01")
    with pytest.raises(FactorRequired):
        house.execute("N01", RemoveFactor())
    enrol(house, "W01")
    house.execute("W01", RemoveFactor())
    for command_of_one_without in (RemoveFactor(), RenewCodes(codes=("x",))):
        with pytest.raises(FactorMissing):
            house.execute("W01", command_of_one_without)
    sign_in(house, "W01", "t")
    assert is_open(house, "t")


def test_new_recovery_codes_end_the_earlier_ones(sqlite_house: House):
    _, codes = enrol(sqlite_house, "D12")
    vault, fresh = sqlite_house.door.part(Vault), new_codes()
    sqlite_house.execute("D12", RenewCodes(codes=tuple(digest_of(vault, "D12", one) for one in fresh)))
    with pytest.raises(WrongCode):
        sign_in(sqlite_house, "D12", "t", recovery=digest_of(vault, "D12", codes[0]))
    sign_in(sqlite_house, "D12", "t", recovery=digest_of(vault, "D12", fresh[0]))


def test_the_security_administrator_resets_a_lost_one_and_every_session_ends(house: House):
    enrol(house, "D12")
    sign_in(house, "D12", "t", counter=counter_at(house.clock.now()) + 1)
    house.execute("A02", ResetFactor(account="D12"))
    assert not is_open(house, "t")
    with house.door.read(SYSTEM) as view:
        assert factor_of(view.connection, "D12") is None
    assert (house.journal("account:D12")[-1].type, house.journal("account:D12")[-1].account) == (
        "account.factor_reset", "A02",
    )  # fmt: skip
    with pytest.raises(FactorMissing):
        house.execute("A02", ResetFactor(account="D12"))
