"""Settings, and the filling of a new house: once, whole, and in production without the demonstration."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from engine.door import Door
from engine.foundation.clock import FixedClock
from engine.foundation.store.migrations import upgrade
from engine.foundation.store.types import METADATA
from engine.foundation.vault import Vault
from engine.oversight.publishing.commands import SeedRegister
from engine.process.bpmn.releases.queries import releases_of
from engine.registry.identity.commands import CreateAccount
from engine.registry.identity.passwords import hash_password
from engine.registry.identity.queries import account_ids, demo_accounts, has_demo_accounts
from engine.registry.identity.rules import ROLES, SYSTEM
from processes import library
from tests.support.house import MONDAY, House
from tests.yichuang.shell import in_chinese, real
from yichuang.cli import main
from yichuang.compose import compose
from yichuang.house import DemoRefused, open_house
from yichuang.provision import DEMO_PASSWORD, provision
from yichuang.readiness import ProductionNeeds, refuse_unready
from yichuang.settings import Settings, read_settings


@pytest.fixture
def settings(quick_path: Path, new_database) -> Settings:
    """The settings of a house that was never opened, ready for production."""
    (quick_path / "settings.json").write_text('{"public_url": "https://ayzwfw.example/"}', "utf-8")
    return read_settings(quick_path, new_database("sqlite"), production=True)


@pytest.fixture
def bare(settings: Settings) -> Iterator[Door]:
    """The door of a house with a schema and nothing in it."""
    upgrade(settings.database_url)
    Vault.open(settings.keys, new=True)
    door = compose(settings, clock=FixedClock(MONDAY))
    yield door
    door.database.close()


def demo(settings: Settings) -> Settings:
    """Return the same without production."""
    return read_settings(settings.data, settings.database_url)


def rows(door: Door) -> dict[str, int]:
    """Return how many rows each table has."""
    with door.database.reading() as connection:
        count = sa.select(sa.func.count())
        return {
            name: connection.execute(count.select_from(table)).scalar_one() for name, table in METADATA.tables.items()
        }


# Settings --------------------------------------------------------------------------------------------------------


def test_without_a_word_the_data_lies_in_the_folder(tmp_path: Path):
    settings = read_settings(tmp_path / "new" / "data", None)
    assert settings.data == tmp_path / "new" / "data"
    assert settings.data.is_dir()
    assert settings.database_url == f"sqlite:///{settings.data}/yichuang.db"
    assert (settings.blobs, settings.keys) == (settings.data / "files", settings.data / "keys.json")
    assert (settings.production, settings.complaint_phone) == (False, "12345")


def test_the_folder_s_settings_say_where_the_house_is_on_the_web(tmp_path: Path):
    chosen = {"public_url": "https://ayzwfw.example/", "complaint_phone": "0372-12345"}
    (tmp_path / "settings.json").write_text(json.dumps(chosen), "utf-8")
    settings = read_settings(tmp_path, "sqlite:////elsewhere.db", production=True)
    assert (settings.public_url, settings.complaint_phone) == ("https://ayzwfw.example", "0372-12345")
    assert settings.database_url == "sqlite:////elsewhere.db"
    assert settings.production


def test_production_needs_to_know_its_address(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    with pytest.raises(ProductionNeeds, match="public_url"):
        refuse_unready(read_settings(tmp_path, None, production=True))
    assert main(["serve", "--production", "--data", str(tmp_path)]) == 1
    said = capsys.readouterr().err
    assert said.startswith("PRODUCTION_NEEDS：")
    assert "public_url" in said


# Filling ---------------------------------------------------------------------------------------------------------


def test_a_new_house_has_the_register_the_catalogue_and_the_demonstration(sqlite_house: House):
    with sqlite_house.door.read(SYSTEM) as view:
        assert {one.item_code for one in releases_of(view.connection)} == {
            item.code for item in library.items().values() if item.main_process
        }
        accounts = demo_accounts(view.connection)
        assert {id for id, _, _ in accounts} == account_ids(view.connection)
    held = {role for _, _, grants in accounts for role, _ in grants}
    assert held == set(ROLES), "every role has somebody to show it"
    assert sqlite_house.actor("X91").person == sqlite_house.actor("X92").person
    assert sqlite_house.violations() == []


def test_opening_a_house_again_changes_nothing(house: House):
    before = rows(house.door)
    house.reopen()
    house.wait(days=30)
    house.reopen()
    assert rows(house.door) == before


def test_what_the_operator_took_away_does_not_come_back(sqlite_house: House):
    assert main(["--data", str(sqlite_house.settings.data), "account", "disable", "--account", "W02"]) == 0
    before = rows(sqlite_house.door)
    sqlite_house.reopen()
    assert rows(sqlite_house.door) == before
    with sqlite_house.door.read(SYSTEM) as view:
        assert "W02" not in {id for id, _, _ in demo_accounts(view.connection)}


def test_a_filling_that_was_cut_off_after_the_register_is_completed(bare: Door, settings: Settings):
    bare.execute(SeedRegister(), SYSTEM, key="provision:register")
    seeded = rows(bare)
    door = open_house(settings, clock=FixedClock(MONDAY))
    with door.read(SYSTEM) as view:
        assert releases_of(view.connection)
    after = rows(door)
    door.database.close()
    assert all(after[name] == seeded[name] for name in ("calendar_day", "department", "service_window"))


def test_a_demonstration_that_was_cut_off_is_completed(bare: Door, settings: Settings, sqlite_house: House):
    provision(bare)
    hash = hash_password(DEMO_PASSWORD)
    for id in ("W01", "D11"):
        command = CreateAccount(
            account=id, person=f"person-{id}", name="先建的", password_hash=hash, demo=True,
            grants=(("window_clerk", "center"),),
        )  # fmt: skip
        bare.execute(command, SYSTEM, key=f"provision:account:{id}")
    door = open_house(demo(settings), clock=FixedClock(MONDAY))
    with door.read(SYSTEM) as view, sqlite_house.door.read(SYSTEM) as whole:
        assert account_ids(view.connection) == account_ids(whole.connection)
        assert {name for id, name, _ in demo_accounts(view.connection) if id in {"W01", "D11"}} == {"先建的"}
    door.database.close()


# Production ------------------------------------------------------------------------------------------------------


def test_a_new_house_in_production_has_processes_and_no_accounts(settings: Settings):
    door = open_house(settings, clock=FixedClock(MONDAY))
    with door.read(SYSTEM) as view:
        assert releases_of(view.connection)
        assert account_ids(view.connection) == set()
        assert not has_demo_accounts(view.connection)
    before = rows(door)
    door.database.close()
    again = open_house(settings, clock=FixedClock(MONDAY))
    assert rows(again) == before
    again.database.close()


def test_production_refuses_to_open_over_demonstration_data(settings: Settings):
    open_house(demo(settings), clock=FixedClock(MONDAY)).database.close()
    with pytest.raises(DemoRefused, match="演示账号"):
        open_house(settings, clock=FixedClock(MONDAY))


def test_the_real_server_refuses_demonstration_data_in_production(sqlite_house: House, tmp_path: Path):
    data = sqlite_house.settings.data
    (data / "settings.json").write_text('{"public_url": "https://ayzwfw.example"}', "utf-8")
    ran = real(tmp_path, "serve", "--production", "--port", "0", "--data", str(data))
    assert ran.code == 1
    assert "DEMO_REFUSED：" in ran.err
    assert in_chinese(ran.err)
    assert "ready" not in ran.out
    assert "Traceback" not in ran.err
