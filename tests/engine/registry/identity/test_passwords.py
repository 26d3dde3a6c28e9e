"""What a good password is: the words of 等保 8.1.4.1, and what people choose nevertheless."""

from __future__ import annotations

import pytest

from engine.registry.identity.accounts.rules import initial_password
from engine.registry.identity.passwords import (
    PasswordCommon,
    PasswordNamesYou,
    PasswordUsed,
    PasswordWeak,
    check_password,
    chosen_hash,
    hash_password,
    is_common,
)


def chosen(password: str, past: tuple[str, ...] = ()) -> str:
    return chosen_hash(password, account="W01", name="王建国", past=past, most=5)


@pytest.mark.parametrize("password", ["Wenfeng-Ta-618", "红旗渠的水Hong7", "x9-Qm4t_Tvb2", "Chang'e 6 lai-le"])
def test_a_good_password_is_taken(password: str):
    check_password(chosen(password), password)


@pytest.mark.parametrize("password", ["Geheim-W01-x", "geheim-w01-X", "王建国-Geheim1"])
def test_a_password_that_names_its_owner_is_refused(password: str):
    with pytest.raises(PasswordNamesYou):
        chosen(password)


@pytest.mark.parametrize(
    "password",
    ["Password123!", "P@ssw0rd1234", "Admin@123456", "Qwerty-12345", "Anyang-2026", "1qaz@WSX3edc",
     "Abc123456789", "Huawei@2026!", "ChangeMe-2026", "Xy-1234567890", "Root!!!!2026"],
)  # fmt: skip
def test_what_many_choose_is_refused(password: str):
    assert is_common(password)
    with pytest.raises(PasswordCommon):
        chosen(password)


def test_none_of_the_last_passwords_is_taken_again():
    old = tuple(hash_password(f"Wenfeng-Ta-{number}") for number in range(5))
    with pytest.raises(PasswordUsed, match="最近 5 次"):
        chosen("Wenfeng-Ta-3", old)
    check_password(chosen("Wenfeng-Ta-9", old), "Wenfeng-Ta-9")


def test_the_centre_may_ask_for_more_places_and_never_for_fewer():
    with pytest.raises(PasswordWeak, match="至少 14 位"):
        chosen_hash("Wenfeng-Ta-61", account="W01", name="x", least=14)
    with pytest.raises(PasswordWeak, match="至少 10 位"):
        chosen_hash("Wen-Ta-61", account="W01", name="x", least=6)


def test_a_password_longer_than_its_field_is_refused_and_initial_ones_are_good():
    with pytest.raises(PasswordWeak):
        hash_password("Aa1-" * 60)
    for _ in range(3):
        chosen(initial_password())
