"""Keys and what is done with them: nothing opens with the wrong one, and there is only ever one key file."""

from __future__ import annotations

import base64
import json
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.foundation.vault import KeysMissing, Vault, VaultLocked, digest_with, salted_digest, token_hash
from tests.engine.foundation.units import new_vault
from tests.support.processes import in_processes
from tests.support.threads import in_threads

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
VAULT = new_vault()


# Sealing --------------------------------------------------------------------------------------------------------


@given(texts)
def test_what_was_sealed_is_read_again(value: str):
    assert VAULT.unseal(VAULT.seal(value)) == value


@given(st.recursive(texts | st.integers() | st.booleans() | st.none(), lambda one: st.lists(one, max_size=3)))
def test_a_json_value_is_read_again_as_itself(value):
    assert VAULT.unseal_json(VAULT.seal_json(value)) == value


def test_a_sealed_value_shows_its_keys_name_and_nothing_of_the_value():
    sealed = VAULT.seal("410502199003070010")
    assert sealed.startswith("k1:")
    assert b"410502" not in base64.b64decode(sealed.removeprefix("k1:"))


def test_the_same_value_is_sealed_differently_each_time():
    assert len({VAULT.seal("平安") for _ in range(20)}) == 20


def _flipped(sealed: str, place: int) -> str:
    raw = bytearray(base64.b64decode(sealed.removeprefix("k1:")))
    raw[place] ^= 1
    return f"k1:{base64.b64encode(raw).decode()}"


@pytest.mark.parametrize("place", [0, 11, 12, 13, -17, -16, -1])
def test_one_changed_bit_anywhere_and_the_value_does_not_open(place: int):
    with pytest.raises(VaultLocked):
        VAULT.unseal(_flipped(VAULT.seal("平安"), place))


@pytest.mark.parametrize(
    "torn", ["", "k1", "k1:", "k1:AAAA", "k1:not base64 at all", "k1:AAAAAAAAAAAAAAAA", "k2:AAAA", "plain text", "k1:é"]
)
def test_text_that_was_never_sealed_does_not_open_and_says_what_to_restore(torn: str):
    with pytest.raises(VaultLocked) as refused:
        VAULT.unseal(torn)
    assert "keys.json" in refused.value.sentence


def test_another_installations_key_of_the_same_name_does_not_open_it():
    stranger = Vault({"k1": b"2" * 32}, "k1", b"i" * 32)
    with pytest.raises(VaultLocked):
        stranger.unseal(VAULT.seal("平安"))


def test_after_a_rotation_the_old_values_open_and_new_ones_bear_the_new_name():
    rotated = Vault({"k1": b"1" * 32, "k2": b"2" * 32}, "k2", b"i" * 32)
    assert rotated.unseal(VAULT.seal("旧")) == "旧"
    new = rotated.seal("新")
    assert new.startswith("k2:")
    with pytest.raises(VaultLocked):
        VAULT.unseal(new)


# Finding without reading ----------------------------------------------------------------------------------------


@given(texts, texts)
def test_the_blind_index_is_equal_exactly_for_equal_values(one: str, other: str):
    assert (VAULT.blind_index("id", one) == VAULT.blind_index("id", other)) == (one == other)


def test_the_blind_index_differs_by_kind_and_by_installation():
    stranger = Vault({"k1": b"1" * 32}, "k1", b"j" * 32)
    found = {VAULT.blind_index("id", "1"), VAULT.blind_index("phone", "1"), stranger.blind_index("id", "1")}
    assert len(found) == 3
    assert all(len(one) == 64 for one in found)


def test_a_kind_and_a_value_cannot_be_pushed_together():
    assert VAULT.blind_index("id", "x") != VAULT.blind_index("i", "dx")


@given(texts)
def test_a_salted_digest_can_be_checked_and_is_new_each_time(value: str):
    (salt, digest), (other_salt, other) = salted_digest(value), salted_digest(value)
    assert digest_with(salt, value) == digest
    assert (salt, digest) != (other_salt, other)


def test_a_tokens_hash_is_not_the_token():
    assert token_hash("yc_abc") == token_hash("yc_abc")
    assert token_hash("yc_abc") != token_hash("yc_abd")
    assert "yc_abc" not in token_hash("yc_abc")


def test_the_keys_that_made_a_probe_are_known_by_it_and_no_others():
    probe = VAULT.probe()
    rotated = Vault({"k1": b"1" * 32, "k2": b"3" * 32}, "k2", b"i" * 32)
    strangers = [Vault({"k1": b"2" * 32}, "k1", b"i" * 32), Vault({"k1": b"1" * 32}, "k1", b"j" * 32)]
    assert VAULT.is_of(probe) and rotated.is_of(probe)
    assert not any(one.is_of(probe) for one in strangers)


# The key file ---------------------------------------------------------------------------------------------------


def test_the_first_opening_makes_a_key_file_that_only_its_owner_may_read(tmp_path: Path):
    path = tmp_path / "new" / "keys.json"
    first = Vault.open(path, new=True)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [one.name for one in path.parent.iterdir()] == ["keys.json"]
    again = Vault.open(path)
    assert again.unseal(first.seal("平安")) == "平安"
    assert again.blind_index("id", "1") == first.blind_index("id", "1")


def test_nobody_makes_keys_unless_the_house_is_new(tmp_path: Path):
    with pytest.raises(KeysMissing) as refused:
        Vault.open(tmp_path / "keys.json")
    assert str(tmp_path / "keys.json") in refused.value.sentence
    assert list(tmp_path.iterdir()) == []


def test_two_installations_have_different_keys(tmp_path: Path):
    one, other = (Vault.open(tmp_path / name / "keys.json", new=True) for name in ("a", "b"))
    with pytest.raises(VaultLocked):
        other.unseal(one.seal("平安"))


def test_the_file_holds_three_things_and_keys_of_256_bits(tmp_path: Path):
    Vault.open(tmp_path / "keys.json", new=True)
    body = json.loads((tmp_path / "keys.json").read_text("utf-8"))
    assert sorted(body) == ["current", "index", "keys"]
    assert [len(base64.b64decode(key)) for key in (*body["keys"].values(), body["index"])] == [32, 32]


def index_of(path: Path) -> str:
    """Open the vault at ``path`` and return something that only its key gives."""
    return Vault.open(path, new=True).blind_index("race", "1")


def test_processes_that_race_for_the_first_opening_get_one_key_file(tmp_path: Path):
    path = tmp_path / "keys.json"
    ended = in_processes(4, index_of, path)
    assert [(one.code, one.value) for one in ended] == [(0, index_of(path))] * 4
    assert [one.name for one in tmp_path.iterdir()] == ["keys.json"]


def test_threads_that_race_for_the_first_opening_get_one_key_file(tmp_path: Path):
    path = tmp_path / "keys.json"
    assert in_threads(8, lambda _: index_of(path)) == [index_of(path)] * 8
    assert [one.name for one in tmp_path.iterdir()] == ["keys.json"]


def test_a_set_up_that_was_killed_while_it_wrote_the_keys_can_be_repeated(tmp_path: Path):
    path = tmp_path / "keys.json"
    for leftover in ("keys.json.tmp", "keys.json.1.tmp", f"keys.json.{_own_pid()}.tmp"):
        (tmp_path / leftover).write_text('{"curr')
    assert Vault.open(path, new=True).unseal(Vault.open(path).seal("平安")) == "平安"


def _own_pid() -> int:
    import os

    return os.getpid()


@pytest.mark.parametrize(
    "content", ["", "{", "[]", '{"current": "k1"}', '{"current":"k1","keys":{"k1":"AAAA"},"index":"AAAA"}', "\xff"]
)
def test_a_damaged_key_file_is_named_and_never_replaced(content: str, tmp_path: Path):
    path = tmp_path / "keys.json"
    path.write_text(content, encoding="latin-1")
    with pytest.raises(VaultLocked) as refused:
        Vault.open(path)
    assert "keys.json" in refused.value.sentence
    assert path.read_text(encoding="latin-1") == content
