"""The database fixtures themselves: fresh, separate, of the dialect they say."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.support.databases import NewDatabase
from tests.support.postgres import PostgresServer, new_home, take_down


def tables(url: str) -> list[str]:
    engine = sa.create_engine(url)
    try:
        return sa.inspect(engine).get_table_names()
    finally:
        engine.dispose()


def write_and_read(url: str) -> list[int]:
    engine = sa.create_engine(url)
    try:
        with engine.begin() as connection:
            connection.execute(sa.text("CREATE TABLE seen (n INTEGER)"))
            connection.execute(sa.text("INSERT INTO seen VALUES (7)"))
            return list(connection.execute(sa.text("SELECT n FROM seen")).scalars())
    finally:
        engine.dispose()


@pytest.mark.parametrize("_round", [1, 2])
def test_each_test_gets_an_empty_database_it_can_write(database_url: str, _round: int) -> None:
    assert tables(database_url) == []
    assert write_and_read(database_url) == [7]


def test_the_id_of_the_test_names_its_dialect(database_url: str, request: pytest.FixtureRequest) -> None:
    dialect = sa.make_url(database_url).get_backend_name()

    assert request.node.callspec.id == dialect
    assert request.node.get_closest_marker(dialect)


@pytest.mark.parametrize("_round", [1, 2])
def test_a_migrated_database_has_the_schema_and_what_one_test_writes_no_other_sees(
    migrated_url: str, _round: int
) -> None:
    assert "alembic_version" in tables(migrated_url)
    assert "seen" not in tables(migrated_url)
    assert write_and_read(migrated_url) == [7]


def test_one_test_may_have_several_databases(new_database: NewDatabase) -> None:
    urls = {new_database(dialect) for dialect in ("sqlite", "sqlite", "postgresql", "postgresql")}

    assert len(urls) == 4
    assert all(write_and_read(url) == [7] for url in urls)


def test_postgresql_keeps_what_it_acknowledges_as_production_must(postgresql_url: str) -> None:
    engine = sa.create_engine(postgresql_url)
    with engine.connect() as connection:
        settings = [
            connection.execute(sa.text(f"SHOW {name}")).scalar()
            for name in ("fsync", "full_page_writes", "synchronous_commit")
        ]
    engine.dispose()

    assert settings == ["on", "on", "on"]


def processes_naming(text: str) -> list[str]:
    running = subprocess.run(["ps", "-eww", "-o", "args"], check=True, capture_output=True, text=True).stdout
    return [line for line in running.splitlines() if text in line]


def wait_until_gone(cluster: str) -> None:
    patience = time.monotonic() + 30
    while processes_naming(cluster) or Path(cluster).exists():
        assert time.monotonic() < patience, processes_naming(cluster)
        time.sleep(0.05)


def test_the_server_is_gone_with_its_folder_when_the_session_ends() -> None:
    home = new_home()
    server = PostgresServer(home)
    server.ensure_started()
    cluster = server.socket_folder
    assert processes_naming(str(cluster))

    take_down(home)

    assert not cluster.exists()
    assert not home.exists()
    wait_until_gone(str(cluster))


def test_the_server_is_gone_when_the_session_was_killed_without_a_word() -> None:
    home = new_home()
    program = (
        "import sys, time; from pathlib import Path; from tests.support.postgres import PostgresServer\n"
        "server = PostgresServer(Path(sys.argv[1])); server.ensure_started(); print(server.socket_folder, flush=True)\n"
        "time.sleep(600)"
    )
    environment = {name: value for name, value in os.environ.items() if name != "YICHUANG_TEST_SESSION_PID"}
    root = Path(__file__).resolve().parents[2]
    with subprocess.Popen(
        [sys.executable, "-c", program, str(home)], stdout=subprocess.PIPE, text=True, cwd=root, env=environment
    ) as session:
        assert session.stdout is not None
        cluster = session.stdout.readline().strip()
        running = processes_naming(cluster)
        session.send_signal(signal.SIGKILL)

    assert running

    wait_until_gone(cluster)
    assert not home.exists()
