"""Fixtures that hand out fresh databases, on both dialects, in a few milliseconds.

==================  ==========================================================================================
database_url        an *empty* database; the test runs twice, as ``[sqlite]`` and as ``[postgresql]``
migrated_url        the same, but with our schema at its head revision
sqlite_url          an empty SQLite file          migrated_sqlite_url      with our schema
postgresql_url      an empty PostgreSQL database  migrated_postgresql_url  with our schema
postgres            the running server: ``.create(name)``, ``.drop(name)``, ``.url(name)``
new_database        a function ``(dialect, migrated=False) -> url`` for tests that need several
quick_path          the test's own folder like ``tmp_path``, in memory where there is room
==================  ==========================================================================================

The schema is built once per session by our own migrations and then copied: a file for SQLite, TEMPLATE for PostgreSQL.
To run a test on one dialect only, ask for its own fixture, or ``-m "not postgresql"``.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.support.postgres import PostgresServer, locked, new_home, take_down

TEMPLATE = "yichuang_template"
DIALECTS = [
    pytest.param("sqlite", marks=pytest.mark.sqlite, id="sqlite"),
    pytest.param("postgresql", marks=pytest.mark.postgresql, id="postgresql"),
]
NewDatabase = Callable[..., str]
_HOME = pytest.StashKey[Path]()


# One home per session, shared by all its workers -----------------------------------------------------------------


def pytest_configure(config: pytest.Config) -> None:
    """Make the session's folder, or take the one the controlling process made."""
    worker_input = getattr(config, "workerinput", None)
    if worker_input is None:
        config.stash[_HOME] = new_home()
        os.environ["YICHUANG_TEST_SESSION_PID"] = str(os.getpid())
    else:
        config.stash[_HOME] = Path(worker_input["yichuang_home"])


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: object) -> None:
    """Tell an xdist worker where the session's folder is."""
    node.workerinput["yichuang_home"] = str(node.config.stash[_HOME])  # type: ignore[attr-defined]  # xdist has no types


def pytest_unconfigure(config: pytest.Config) -> None:
    """Take the server down when the whole session (not one worker) ends."""
    if not hasattr(config, "workerinput") and _HOME in config.stash:
        take_down(config.stash[_HOME])


def _upgrade(url: str) -> None:
    # Imported here, so that the tests of the leaf packages run without the store.
    from engine.foundation.store import migrations

    migrations.upgrade(url)


# Servers and templates -------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def session_home(pytestconfig: pytest.Config) -> Path:
    """The temporary folder that all workers of this session share."""
    return pytestconfig.stash[_HOME]


@pytest.fixture(scope="session")
def postgres(session_home: Path) -> PostgresServer:
    """The session's PostgreSQL server, started by whoever asks first."""
    server = PostgresServer(session_home)
    server.ensure_started()
    return server


@pytest.fixture(scope="session")
def sqlite_template(session_home: Path) -> Path:
    """A SQLite file with our schema, made once per session."""
    template = session_home / "template.db"
    with locked(session_home / "template.lock"):
        if not template.exists():
            partial = session_home / "template.partial.db"
            partial.unlink(missing_ok=True)
            _upgrade(f"sqlite:///{partial}")
            with contextlib.closing(sqlite3.connect(partial)) as connection:
                # The copy must be one file: what still stands in the write-ahead log is moved into it.
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            partial.rename(template)
    return template


@pytest.fixture(scope="session")
def postgres_template(postgres: PostgresServer, session_home: Path) -> str:
    """The name of a PostgreSQL database with our schema, made once per session."""
    with locked(session_home / "template.lock"):
        if not postgres.exists(TEMPLATE):
            postgres.drop("building")
            _upgrade(postgres.create("building"))
            postgres.rename("building", TEMPLATE)
    return TEMPLATE


# What tests ask for ----------------------------------------------------------------------------------------------


@pytest.fixture
def quick_path(session_home: Path) -> Iterator[Path]:
    """The test's own folder beside the session's: in memory where there is room, unlike ``tmp_path``."""
    folder = session_home / uuid.uuid4().hex
    folder.mkdir()
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def new_database(request: pytest.FixtureRequest, quick_path: Path) -> Iterator[NewDatabase]:
    """A function ``(dialect, migrated=False) -> url``; what it made is gone after the test."""
    with contextlib.ExitStack() as after:

        def make(dialect: str, *, migrated: bool = False) -> str:
            name = f"t_{uuid.uuid4().hex}"
            if dialect == "sqlite":
                path = quick_path / f"{name}.db"
                if migrated:
                    shutil.copyfile(request.getfixturevalue("sqlite_template"), path)
                return f"sqlite:///{path}"
            server: PostgresServer = request.getfixturevalue("postgres")
            template = request.getfixturevalue("postgres_template") if migrated else "template1"
            after.callback(server.drop, name)
            return server.create(name, template)

        yield make


@pytest.fixture(params=DIALECTS)
def database_url(request: pytest.FixtureRequest, new_database: NewDatabase) -> str:
    """The URL of an empty database of each dialect in turn."""
    return new_database(request.param)


@pytest.fixture(params=DIALECTS)
def migrated_url(request: pytest.FixtureRequest, new_database: NewDatabase) -> str:
    """The URL of a database of each dialect in turn, with our schema and no rows."""
    return new_database(request.param, migrated=True)


@pytest.fixture
def sqlite_url(new_database: NewDatabase) -> str:
    """The URL of an empty SQLite file."""
    return new_database("sqlite")


@pytest.fixture
def migrated_sqlite_url(new_database: NewDatabase) -> str:
    """The URL of a SQLite file with our schema and no rows."""
    return new_database("sqlite", migrated=True)


@pytest.fixture
def postgresql_url(new_database: NewDatabase) -> str:
    """The URL of an empty PostgreSQL database."""
    return new_database("postgresql")


@pytest.fixture
def migrated_postgresql_url(new_database: NewDatabase) -> str:
    """The URL of a PostgreSQL database with our schema and no rows."""
    return new_database("postgresql", migrated=True)
