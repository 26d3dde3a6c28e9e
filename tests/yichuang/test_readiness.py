"""``serve --production`` refuses what is not fit for real work: every finding at once, each with what to do."""

from __future__ import annotations

import os
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from engine.foundation.clock import Clock, ShiftedClock, SystemClock
from engine.foundation.store.database import Database
from engine.registry.identity.commands import CreateAccount
from tests.support.databases import DIALECTS, NewDatabase
from tests.support.house import House
from yichuang.house import OPERATOR, open_house
from yichuang.readiness import ProductionNeeds, refuse_unready, tell_first_steps
from yichuang.settings import Settings, SettingsUnreadable, read_settings

GOOD = '{"public_url": "https://ayzwfw.example", "courier_url": "https://x.example", "courier_secret": "%s"}'
DRAWN = "9f2c41d87ab06e35c1d4f8027b9a6e53"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder that is fit."""
    folder = tmp_path / "data"
    folder.mkdir(mode=0o700)
    (folder / "settings.json").write_text(GOOD % DRAWN, "utf-8")
    return folder


def codes(settings: Settings, environment: dict[str, str] | None = None, *, clock: Clock | None = None) -> list[str]:
    """Return the codes of what is found, each line of which says what to do."""
    try:
        refuse_unready(settings, environment=environment or {}, clock=clock)
    except ProductionNeeds as refused:
        told = refused.sentence
    else:
        return []
    lines = [line for line in told.splitlines() if line[:1].isdigit()]
    assert all("请" in line and line.endswith("。") for line in lines)
    assert f"{len(lines)} 处" in told
    return [line.split("：")[0].split(". ")[1] for line in lines]


def production(data: Path, database: str | None = None) -> Settings:
    return read_settings(data, database, production=True)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_house_that_is_fit_is_not_refused_and_opens(data: Path, new_database: NewDatabase, dialect: str):
    settings = production(data, new_database(dialect))
    assert codes(settings) == []
    open_house(settings).database.close()
    assert codes(settings) == []


@pytest.mark.parametrize(
    "environment", [{"FLASK_DEBUG": "1"}, {"PYTHONDEVMODE": "1"}, {"FLASK_ENV": "development"}, {"FLASK_DEBUG": "True"}]
)
def test_debugging_is_refused(data: Path, environment: dict[str, str]):
    assert codes(production(data), environment) == ["DEBUG_ON"]
    assert codes(production(data), {"FLASK_DEBUG": "0", "FLASK_ENV": "production"}) == []


@pytest.mark.parametrize("address", ["http://ayzwfw.example", "", "ayzwfw.example", "https://"])
def test_an_address_without_https_is_refused(data: Path, address: str):
    (data / "settings.json").write_text(f'{{"public_url": "{address}"}}', "utf-8")
    assert codes(production(data)) == ["ADDRESS_NOT_HTTPS"]
    with pytest.raises(ProductionNeeds, match=re.escape(str(data / "settings.json"))):
        refuse_unready(production(data), environment={})


@pytest.mark.parametrize(
    "secret", ["a" * 40, "demo-" * 8, "0123456789abcdef0123456789abcdef", "my-very-secret-courier-key-2026-x"]
)
def test_a_secret_from_an_example_is_refused(data: Path, secret: str):
    (data / "settings.json").write_text(GOOD % secret, "utf-8")
    assert codes(production(data)) == ["SECRET_WEAK"]


def test_one_secret_for_two_peers_is_refused(data: Path):
    both = ("courier", "messenger")
    peers = ", ".join(f'"{one}_url": "https://x.example", "{one}_secret": "{DRAWN}"' for one in both)
    (data / "settings.json").write_text(f'{{"public_url": "https://ayzwfw.example", {peers}}}', "utf-8")
    assert codes(production(data)) == ["SECRET_SHARED"]


def test_signing_by_sm2_without_its_extension_is_refused(data: Path, monkeypatch: pytest.MonkeyPatch):
    (data / "settings.json").write_text('{"public_url": "https://ayzwfw.example", "seal_algorithm": "sm2"}', "utf-8")
    assert codes(production(data)) == []
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    assert codes(production(data)) == ["GUOMI_MISSING"]
    (data / "settings.json").write_text('{"seal_algorithm": "rsa"}', "utf-8")
    with pytest.raises(SettingsUnreadable):
        production(data)


def test_files_that_others_may_read_are_refused(data: Path):
    settings = production(data)
    open_house(settings).database.close()
    data.chmod(0o750)
    settings.keys.chmod(0o640)
    settings.outside.make_key("yichuang/test")
    settings.outside.key_file.chmod(0o604)
    assert codes(settings) == ["DATA_OPEN", "KEYS_OPEN", "SEAL_KEY_OPEN"]
    data.chmod(0o700)
    settings.outside.key_file.chmod(0o600)
    settings.keys.chmod(0o600)
    assert codes(settings) == []


def test_a_new_data_folder_is_closed_to_others(tmp_path: Path):
    before = os.umask(0o000)
    try:
        settings = read_settings(tmp_path / "new", None)
    finally:
        os.umask(before)
    assert settings.data.stat().st_mode & 0o077 == 0


@pytest.mark.postgresql
def test_a_database_that_may_lose_commits_is_refused_with_each_setting(data: Path, new_database: NewDatabase):
    url = new_database("postgresql")
    database = Database(url)
    with database.writing() as connection:
        name = connection.exec_driver_sql("SELECT current_database()").scalar_one()
        connection.exec_driver_sql(f'ALTER DATABASE "{name}" SET synchronous_commit = off')
    database.close()
    with pytest.raises(ProductionNeeds, match="synchronous_commit=off"):
        refuse_unready(production(data, url), environment={})


@pytest.mark.parametrize("dialect", DIALECTS)
def test_the_database_tells_its_time_and_a_clock_apart_is_refused(data: Path, new_database: NewDatabase, dialect: str):
    url = new_database(dialect)
    database = Database(url)
    assert abs(database.now() - datetime.now(UTC)) < timedelta(seconds=60)
    database.close()

    for seconds, found in ((90, ["CLOCK_SKEW"]), (-90, ["CLOCK_SKEW"]), (0, [])):
        clock = ShiftedClock(SystemClock())
        clock.shift = timedelta(seconds=seconds)
        assert codes(production(data, url), clock=clock) == found


def test_everything_is_told_at_once(sqlite_house: House):
    settings = sqlite_house.settings
    settings.data.chmod(0o755)
    settings.keys.chmod(0o644)
    found = codes(read_settings(settings.data, settings.database_url, production=True), {"FLASK_DEBUG": "1"})
    assert found == ["DEBUG_ON", "ADDRESS_NOT_HTTPS", "DEMO_REFUSED", "DATA_OPEN", "KEYS_OPEN"]


def test_a_house_without_accounts_says_how_to_make_the_first(data: Path, capsys: pytest.CaptureFixture[str]):
    settings = production(data)
    door = open_house(settings)
    tell_first_steps(door, settings)
    said = capsys.readouterr().out
    assert "account create" in said and "sec_admin" in said and str(data) in said
    for number, warned in ((1, True), (2, False)):
        command = CreateAccount(
            account=f"anquan{number}", person=f"p{number}", name="张三", password_hash="x",
            grants=(("sec_admin", "center"),),
        )  # fmt: skip
        door.execute(command, OPERATOR, key=f"account {number}")
        tell_first_steps(door, settings)
        said = capsys.readouterr().out
        assert ("只有 1 名安全管理员" in said) is warned
        assert warned or said == ""
    door.database.close()
