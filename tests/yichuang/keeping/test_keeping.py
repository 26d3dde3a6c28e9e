"""Backups taken under load are whole, on both databases; a house moved to the other database is the same house."""

from __future__ import annotations

import shutil
import threading
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from engine.foundation.clock import SystemClock
from engine.foundation.errors import Refusal
from engine.foundation.hosts.queries import LAST_BACKUP, beat, beats, fact, keep_machine, machines
from engine.foundation.hosts.rules import Machine
from engine.foundation.journal.sealing.sealer import SealKeyMissing
from engine.foundation.store.copying import Heads, TargetNotEmpty, heads
from engine.foundation.store.database import Database
from engine.foundation.store.migrations import head
from engine.registry.identity.rules import SYSTEM
from tests.support.databases import DIALECTS, NewDatabase
from tests.support.first_release import FirstRelease
from tests.support.house import PDF, PERSON, House, NewHouse
from tests.yichuang.shell import Shell
from yichuang.keeping import backup, tools
from yichuang.keeping.archive import BackupDamaged, read_manifest
from yichuang.keeping.moving import copy_database
from yichuang.keeping.restoring import restore
from yichuang.keeping.upgrading import UpgradeUnkept, upgrade_kept
from yichuang.sealing import new_key, seal_all, verify_chains
from yichuang.settings import Missing, Settings, read_settings


@contextmanager
def load(house: House) -> Iterator[None]:
    """Receive applications with files all the while."""
    stopping, received = threading.Event(), list[str]()

    def receive() -> None:
        while not stopping.is_set():
            received.append(house.receive("W01", "I06", PERSON))
            house.upload("W01", content=PDF.replace(b"trailer", b"% " + received[-1].encode() + b"\ntrailer"))

    threads = [threading.Thread(target=receive) for _ in range(2)]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stopping.set()
        for thread in threads:
            thread.join()
    assert received


def heads_at(url: str) -> Heads:
    database = Database(url, readers=1)
    try:
        with database.reading() as connection:
            return heads(connection)
    finally:
        database.close()


def empty_place(folder: Path, dialect: str, new_database: NewDatabase) -> Settings:
    return read_settings(folder, None if dialect == "sqlite" else new_database(dialect))


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_backup_taken_under_load_is_restored_whole(
    dialect: str, new_house: NewHouse, new_database: NewDatabase, tmp_path: Path
):
    house = new_house(dialect)
    house.accepted_commitment()
    with load(house):
        made = [backup.create(house.settings, tmp_path / f"{number}.zip", with_keys=number == 1) for number in (0, 1)]
    manifests = [read_manifest(path) for path in made]
    assert manifests[0].heads != manifests[1].heads
    for path, manifest in zip(made, manifests, strict=True):
        place = empty_place(tmp_path / path.stem, dialect, new_database)
        restored, violations = restore(path, place)
        assert (restored, violations) == (manifest, [])
        assert heads_at(place.database_url) == Heads(manifest.roots, manifest.heads)
        assert place.keys.exists() == manifest.keys
        with pytest.raises(backup.NotEmpty):
            restore(path, place)
    assert heads_at(house.settings.database_url).roots >= manifests[1].roots


def test_a_backup_that_was_changed_is_found_out(sqlite_house: House, tmp_path: Path):
    sqlite_house.accepted_commitment()
    good = backup.create(sqlite_house.settings)
    manifest, violations = backup.check(good)
    assert (violations, manifest.keys, manifest.revision) == ([], False, head())
    assert not any("keys" in name for name in manifest.members)
    changed = tmp_path / "changed.zip"
    with zipfile.ZipFile(good) as old, zipfile.ZipFile(changed, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            new.writestr(name, content + b"!" if name.startswith("files/") else content)
    with pytest.raises(BackupDamaged, match="摘要不符"):
        backup.check(changed)
    (tmp_path / "torn.zip").write_bytes(good.read_bytes()[:5000])
    with pytest.raises(BackupDamaged):
        backup.check(tmp_path / "torn.zip")
    with pytest.raises(backup.BackupExists):
        backup.create(sqlite_house.settings, good)


@pytest.mark.parametrize("with_keys", [False, True])
def test_a_restored_log_can_be_checked_and_goes_on_with_its_key_or_a_new_one(
    with_keys: bool, sqlite_house: House, tmp_path: Path
):
    seal_all(sqlite_house.door)
    restored = read_settings(tmp_path / "restored", None)
    restore(backup.create(sqlite_house.settings, with_keys=with_keys), restored)
    assert restored.outside.trusted() == sqlite_house.settings.outside.trusted()
    assert restored.outside.key_file.exists() == with_keys
    shutil.copyfile(sqlite_house.settings.keys, restored.keys)
    house = House(restored)
    house.receive("W01", "I06", PERSON)
    if not with_keys:
        with pytest.raises(SealKeyMissing):
            seal_all(house.door)
        new_key(house.door, SYSTEM)
    assert seal_all(house.door) > 0
    assert verify_chains(house.door, SYSTEM) == []
    house.close()


@pytest.mark.parametrize("target", DIALECTS)
def test_a_log_that_was_moved_goes_on_in_the_other_database(
    target: str, sqlite_house: House, new_database: NewDatabase
):
    seal_all(sqlite_house.door)
    url = new_database(target)
    assert copy_database(sqlite_house.settings, sqlite_house.settings.database_url, url).violations == []
    house = House(replace(sqlite_house.settings, database_url=url))
    house.receive("W01", "I06", PERSON)
    assert seal_all(house.door) > 0
    assert verify_chains(house.door, SYSTEM) == []
    house.close()


def test_a_house_moved_to_the_other_database_and_back_is_the_same(
    new_house: NewHouse, new_database: NewDatabase, tmp_path: Path
):
    house = new_house("sqlite")
    case_no = house.accepted_commitment()
    before = heads_at(house.settings.database_url)
    there = new_database("postgresql")
    moved = copy_database(house.settings, house.settings.database_url, there)
    assert moved.heads == before
    assert moved.violations == []
    with pytest.raises(TargetNotEmpty):
        copy_database(house.settings, house.settings.database_url, there)
    # The house goes on there: sequences are set, keys open what they sealed.
    neighbour = House(replace(house.settings, database_url=there), clock=house.clock)
    neighbour.visit(case_no)
    assert neighbour.receive("W01", "I06", PERSON)
    assert neighbour.violations() == []
    neighbour.close()
    back = f"sqlite:///{tmp_path / 'back.db'}"
    assert copy_database(house.settings, there, back).heads == heads_at(there)


def test_the_verbs_make_list_check_and_restore(shell: Shell, sqlite_house: House, tmp_path: Path):
    sqlite_house.accepted_instant()
    assert shell("db", "check").code == 0
    assert shell("db", "current").out.strip() == head()
    made = shell("backup", "create")
    path = made.out.strip()
    assert (made.code, Path(path).exists()) == (0, True)
    assert path in shell("backup", "list").out
    assert "核对无误" in shell("backup", "verify", path).out
    restored = shell("--data", tmp_path / "new", "backup", "restore", path)
    assert restored.code == 0
    assert "keys.json" in restored.out
    assert shell("backup", "restore", path).code == 1
    assert isinstance(shell("backup", "list", "--json").json, list)


def filled(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*")) if folder.exists() else []


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_restore_that_is_refused_leaves_nothing_at_all(
    dialect: str, new_house: NewHouse, new_database: NewDatabase, tmp_path: Path
):
    house = new_house(dialect)
    house.accepted_commitment()
    good = backup.create(house.settings, tmp_path / "good.zip", with_keys=True)
    torn = tmp_path / "torn.zip"
    torn.write_bytes(good.read_bytes()[:5000])
    elsewhere = new_database("postgresql" if dialect == "sqlite" else "sqlite")
    for path, url, refused in (
        (good, house.settings.database_url, backup.NotEmpty),
        (good, elsewhere, BackupDamaged),
        (torn, new_database(dialect), BackupDamaged),
    ):
        place = read_settings(tmp_path / "new", url, missing=Missing.LEAVE)
        with pytest.raises(refused):
            restore(path, place)
        assert filled(tmp_path / "new") == []
        assert not (tmp_path / "new").exists()


@pytest.mark.parametrize("dialect", DIALECTS)
def test_what_was_true_of_the_old_place_is_not_said_of_the_new_one(
    dialect: str, new_house: NewHouse, new_database: NewDatabase, tmp_path: Path
):
    house = new_house(dialect)
    backup.create(house.settings)
    with house.door.housekeeping() as connection:
        now, none = SystemClock().now(), timedelta()
        beat(connection, "a:1", "worker", now)
        keep_machine(connection, Machine("boot-1", "a", none, none, "", none, now, now))
    place = empty_place(tmp_path / "new", dialect, new_database)
    restore(backup.create(house.settings, tmp_path / "one.zip"), place)
    database = Database(place.database_url)
    with database.reading() as connection:
        assert (beats(connection), machines(connection), fact(connection, LAST_BACKUP)) == ([], [], None)
    database.close()


def test_a_postgresql_house_is_not_upgraded_before_it_was_put_away(
    first_release: Callable[[str], FirstRelease], monkeypatch: pytest.MonkeyPatch
):
    old = first_release("postgresql")
    settings = read_settings(old.data, old.url)

    def nowhere() -> list[Path]:
        return []

    with monkeypatch.context() as patched:
        patched.setattr(tools, "_folders", nowhere)
        with pytest.raises(UpgradeUnkept, match="pg_dump"):
            upgrade_kept(settings)
    assert filled(settings.data / "backups") in ([], [settings.data / "backups"])
    kept = upgrade_kept(settings)
    assert kept is not None and kept.name.startswith("before-upgrade-0001-") and kept.stat().st_size > 1000
    assert upgrade_kept(settings) is None


def test_whoever_has_a_backup_of_his_own_upgrades_without_a_copy(first_release: Callable[[str], FirstRelease]):
    old = first_release("sqlite")
    assert upgrade_kept(read_settings(old.data, old.url), copy=False) is None
    assert filled(old.data / "backups") == []


def test_a_database_with_rows_is_kept_before_it_is_upgraded(sqlite_house: House):
    from engine.foundation.store.copying import has_rows
    url = sqlite_house.settings.database_url
    assert upgrade_kept(sqlite_house.settings) is None
    sqlite_house.door.database.close()
    database = Database(url)
    with database.writing() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0001'")
    database.close()
    with pytest.raises((Refusal, Exception)):
        upgrade_kept(sqlite_house.settings)
    kept = list((sqlite_house.settings.data / "backups").glob("before-upgrade-0001-*.sqlite"))
    assert len(kept) == 1
    copy = Database(f"sqlite:///{kept[0]}")
    with copy.reading() as connection:
        assert has_rows(connection)
    copy.close()


def test_a_backup_of_an_older_program_is_really_checked(first_release: Callable[[str], FirstRelease], tmp_path: Path):
    old = first_release("sqlite")
    settings = read_settings(old.data, old.url)
    database = Database(settings.database_url)
    with database.writing() as connection:
        connection.exec_driver_sql("UPDATE journal_line SET body = replace(body, 'W01', 'W02') WHERE seq = 2")
    database.close()
    made = backup.create(settings, tmp_path / "spoiled.zip")
    found = backup.check(made)[1]
    assert found is not None and "I3" in {one.invariant for one in found}
    restored = restore(made, read_settings(tmp_path / "new", None))[1]
    assert restored == found
