"""Keys are made with a new house and never again: who has lost them, or brings others, is told before anything."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from engine.door import Door
from engine.foundation.hosts.queries import KEYS, fact
from engine.foundation.vault import KeysMissing, Vault
from engine.registry.identity.rules import SYSTEM
from tests.support.first_release import FirstRelease
from tests.support.house import PERSON, House
from tests.yichuang.shell import Shell, real
from yichuang.house import open_house
from yichuang.keeping import backup
from yichuang.keeping.doctor import Finding, examine
from yichuang.keeping.keys import KeysWrong
from yichuang.readiness import refuse_unready
from yichuang.settings import Settings, read_settings

VERBS = [
    ("audit", "verify", "--all"), ("token", "issue", "--account", "W01"), ("account", "list"), ("search", "rebuild"),
    ("process", "status"), ("clock", "advance", "1d"), ("calendar", "show", "--year", "2026"),
]  # fmt: skip


def strangers_keys(settings: Settings, folder: Path) -> None:
    """Put the keys of another house in the place of these."""
    Vault.open(folder / "keys.json", new=True)
    shutil.copyfile(folder / "keys.json", settings.keys)


def findings(settings: Settings) -> dict[str, Finding]:
    return {one.name: one for one in examine(settings.data, settings.database_url)}


def probe(door: Door) -> str | None:
    with door.read(SYSTEM) as view:
        found = fact(view.connection, KEYS)
    return None if found is None else found.value


@pytest.fixture
def restored(shell: Shell, sqlite_house: House, tmp_path: Path) -> Path:
    """The folder of a house with sealed data that was restored without its keys."""
    sqlite_house.receive("W01", "I06", PERSON)
    made = backup.create(sqlite_house.settings)
    assert shell("--data", tmp_path / "new", "backup", "restore", made).code == 0
    return tmp_path / "new"


@pytest.mark.parametrize("verb", VERBS, ids=" ".join)
def test_no_verb_makes_new_keys_over_restored_data(shell: Shell, restored: Path, verb: tuple[str, ...]):
    ran = shell("--data", restored, *verb)
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith("KEYS_MISSING：")
    assert str(restored / "keys.json") in ran.err
    assert not (restored / "keys.json").exists()


def test_the_server_does_not_start_over_data_without_its_keys(restored: Path, tmp_path: Path):
    ran = real(tmp_path, "serve", "--port", "0", "--data", str(restored))
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith("KEYS_MISSING：")
    assert not (restored / "keys.json").exists()


def test_with_its_own_keys_again_the_house_opens(shell: Shell, sqlite_house: House, restored: Path):
    shutil.copyfile(sqlite_house.settings.keys, restored / "keys.json")
    assert shell("--data", restored, "audit", "verify", "--all").code == 0


def test_the_keys_of_another_house_are_refused_and_the_doctor_says_so(
    shell: Shell, sqlite_house: House, tmp_path: Path
):
    well = findings(sqlite_house.settings)
    assert well["密钥与数据"].well
    strangers_keys(sqlite_house.settings, tmp_path)
    ran = shell("audit", "verify", "--all")
    assert (ran.code, ran.err.split("：")[0]) == (1, "KEYS_WRONG")
    found = findings(sqlite_house.settings)["密钥与数据"]
    assert not found.well
    assert "keys.json" in found.advice


def test_two_hosts_that_open_a_new_house_with_keys_of_their_own_are_found_out(database_url: str, tmp_path: Path):
    open_house(read_settings(tmp_path / "one", database_url)).database.close()
    other = read_settings(tmp_path / "other", database_url)
    with pytest.raises(KeysMissing):
        open_house(other)
    strangers_keys(other, tmp_path / "third")
    with pytest.raises(KeysWrong):
        open_house(other)


def test_a_house_of_an_older_program_is_asked_for_what_it_sealed_before_its_keys_are_noted(
    first_release: Callable[[str], FirstRelease], tmp_path: Path
):
    old = first_release("sqlite")
    settings = read_settings(old.data, old.url)
    good = settings.keys.read_bytes()
    strangers_keys(settings, tmp_path)
    for opening in (open_house, refuse_unready):
        with pytest.raises(KeysWrong):
            opening(settings)
    settings.keys.unlink()
    for opening in (open_house, refuse_unready):
        with pytest.raises(KeysMissing):
            opening(settings)
    assert not (old.data / "backups").exists(), "it was not upgraded either"
    settings.keys.write_bytes(good)
    house = old.opened()
    noted = probe(house.door)
    assert noted is not None
    assert house.door.part(Vault).is_of(noted)
    house.reopen()
    assert probe(house.door) == noted
