"""Programs that open a new house at the same moment: a server and a command line, or the first hosts of a city."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.oversight.publishing.commands import CATALOGUE_ROOT
from engine.registry.identity.queries import account_ids
from engine.registry.identity.rules import SYSTEM
from tests.support.databases import NewDatabase
from tests.support.house import House
from tests.support.processes import in_process, in_processes, kill_me
from yichuang.provision import _demo_accounts
from yichuang.settings import Settings, read_settings


def settings_for(folder: Path, dialect: str, new_database: NewDatabase) -> Settings:
    folder.mkdir()
    return read_settings(folder, None if dialect == "sqlite" else new_database(dialect))


def opened(settings: Settings) -> set[str]:
    """Open the house and return its accounts."""
    house = House(settings)
    with house.door.read(SYSTEM) as view:
        found = account_ids(view.connection)
    house.close()
    return found


def complete(settings: Settings) -> list[str]:
    """Return what is missing or double in a house that was opened; nothing when it is whole."""
    house = House(settings)
    lines = [line.type for line in house.journal(CATALOGUE_ROOT)]
    faults = [str(one) for one in house.violations()]
    faults += [f"{lines.count(once)} times {once}" for once in ("register.seeded",) if lines.count(once) != 1]
    faults += [f"{one} was made twice" for one in ("W01", "X92") if len(house.journal(f"account:{one}")) != 1]
    house.close()
    return faults


@pytest.mark.parametrize("dialect", ["sqlite", "postgresql"])
def test_programs_that_open_a_new_house_together_all_find_it_whole(
    dialect: str, quick_path: Path, new_database: NewDatabase
):
    settings = settings_for(quick_path / "data", dialect, new_database)
    ended = in_processes(3, opened, settings)
    assert [one.code for one in ended] == [0, 0, 0]
    assert all(one.value == {account for account, *_ in _demo_accounts()} for one in ended)
    assert complete(settings) == []


def opened_and_killed(settings: Settings, wanted: int) -> int:
    """Open a new house and die before commit ``wanted``; return how many commits there were."""
    import sqlalchemy as sa

    seen = 0

    def count(_connection: object) -> None:
        nonlocal seen
        seen += 1
        if seen == wanted:
            kill_me()

    sa.event.listen(sa.Engine, "commit", count)
    opened(settings)
    return seen


@pytest.mark.parametrize("dialect", ["sqlite", "postgresql"])
def test_a_set_up_killed_at_any_of_its_commits_is_completed_by_the_next_opening(
    dialect: str, quick_path: Path, new_database: NewDatabase
):
    commits = in_process(opened_and_killed, settings_for(quick_path / "0", dialect, new_database), 0).value
    for wanted in (2, 4, commits // 2):
        settings = settings_for(quick_path / f"{wanted}", dialect, new_database)
        assert in_process(opened_and_killed, settings, wanted).killed
        assert complete(settings) == [], f"killed at commit {wanted} of {commits}"
