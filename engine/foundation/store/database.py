"""Engines for the two databases, with the settings that keep acknowledged work.

SQLite: one process, one write connection, ``BEGIN IMMEDIATE``, WAL, ``synchronous=FULL``; a lock file
keeps a command-line program and the server from starving each other.  PostgreSQL: row locks under
READ COMMITTED, bounded waits, and connections that notice a dead server.
"""

from __future__ import annotations

import fcntl
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import QueuePool

from engine.foundation.errors import Invalid, Unavailable
from engine.foundation.store import behind
from engine.foundation.store.failures import first_line

LOG = logging.getLogger("yichuang.database")
WRITE_WAIT_SECONDS = 30


class UnsafeDatabase(Unavailable):
    """数据库的设置会丢失已确认的办件：{setting}。请由系统管理员改正后再启动。"""

    code = "UNSAFE_DATABASE"


class ReferencesBroken(Unavailable):
    """升级数据库后有 {count} 处引用的内容不存在（{first}），升级已撤回，数据没有改动。请联系系统管理员核对数据库。"""

    code = "REFERENCES_BROKEN"


class DatabaseAway(Unavailable):
    """连不上数据库 {url}：{reason}。请核对地址、账号和数据库服务是否已启动，再重试。"""

    code = "DATABASE_AWAY"


class DatabaseUnknown(Invalid):
    """不能使用“{url}”作为数据库地址。请写成 sqlite:////绝对路径/yichuang.db 或 postgresql://用户:口令@主机/库名。"""

    code = "DATABASE_UNKNOWN"


def known_url(url: str, *, lasting: bool = True) -> sa.URL:
    """Return the address of a SQLite file or a PostgreSQL database; raise :class:`DatabaseUnknown` for another.

    A database in memory only is none, unless ``lasting`` is false.
    """
    try:
        found = sa.make_url(url)
    except (SQLAlchemyError, ValueError) as error:
        # Whoever mistyped an address may have put a password into it.
        raise DatabaseUnknown(url=url.partition("@")[0].partition(":")[0] + "…") from error
    fleeting = not found.database or found.database == ":memory:"
    if found.get_backend_name() not in {"sqlite", "postgresql"} or (lasting and fleeting):
        raise DatabaseUnknown(url=found.render_as_string(hide_password=True))
    return found


def sqlite_file(url: str) -> Path | None:
    """Return the file of a SQLite database, or None for PostgreSQL; raise :class:`DatabaseUnknown`."""
    known = known_url(url)
    return Path(str(known.database)).absolute() if known.get_backend_name() == "sqlite" else None


class Database:
    """The write and the read connections of one database."""

    def __init__(self, url: str, *, readers: int = 72) -> None:
        """Open ``url`` (``sqlite:////path`` or ``postgresql://…``); ``readers`` bounds the pool of connections."""
        self.url = known_url(url, lasting=False)
        self.dialect = self.url.get_backend_name()
        self._lock: Path | None = None
        if self.dialect == "sqlite":
            self._writer, self._reader, self._lock = _sqlite_engines(self.url, readers)
        else:
            self._writer = self._reader = _postgresql_engine(self.url, readers)

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Give a connection inside one write transaction; commit at the end, roll back on any exception."""
        with (
            _held(self._lock),
            self._writer.begin() as connection,
            behind.waiting(connection) if self._lock is None else nullcontext(),
        ):
            yield connection

    @contextmanager
    def rebuilding(self) -> Iterator[Connection]:
        """Give a connection as :meth:`writing` does, for a revision that builds tables anew.

        SQLite changes a table by making another and dropping the first, which a foreign key to its rows forbids; so
        the keys are looked at once, before the commit.  Raises :class:`ReferencesBroken`, and nothing has happened.
        """
        if self._lock is None:
            with self.writing() as connection:
                yield connection
            return
        with _held(self._lock), self._writer.connect() as connection:
            # Outside of the transaction: within one this setting has no effect.
            driver: Any = connection.connection.driver_connection
            driver.execute("PRAGMA foreign_keys=OFF")
            try:
                with connection.begin():
                    yield connection
                    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
                    if broken:
                        raise ReferencesBroken(count=len(broken), first=broken[0][0])
            finally:
                driver.execute("PRAGMA foreign_keys=ON")

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Give a connection that sees one state of the database and cannot change it."""
        with self._reader.connect() as connection:
            if self.dialect == "postgresql":
                connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            with connection.begin():
                yield connection

    def refuse_if_away(self) -> None:
        """Raise :class:`DatabaseAway` with the reason when the database does not answer."""
        try:
            with self.reading() as connection:
                connection.execute(sa.select(1))
        except SQLAlchemyError as error:
            shown = self.url.render_as_string(hide_password=True)
            raise DatabaseAway(url=shown, reason=first_line(error)) from error

    def refuse_unsafe_settings(self) -> None:
        """Raise :class:`UnsafeDatabase` when the database may lose commits that it has acknowledged."""
        found = self.unsafe_settings()
        if found:
            raise UnsafeDatabase(setting="、".join(found))

    def unsafe_settings(self) -> list[str]:
        """Return every setting (``name=value``, and what it should be) by which acknowledged commits may be lost."""
        found = []
        with self.reading() as connection:
            for setting, wanted in _durability(self.dialect):
                query = f"PRAGMA {setting}" if self.dialect == "sqlite" else f"SHOW {setting}"
                value = str(connection.exec_driver_sql(query).scalar_one())
                if value not in wanted:
                    found.append(f"{setting}={value}（应为 {' 或 '.join(wanted)}）")
        return found

    def now(self) -> datetime:
        """Return the database's own time (UTC)."""
        with self.reading() as connection:
            if self.dialect == "sqlite":
                text = str(connection.exec_driver_sql("SELECT strftime('%Y-%m-%dT%H:%M:%fZ', 'now')").scalar_one())
                return datetime.fromisoformat(text)
            found: datetime = connection.exec_driver_sql("SELECT clock_timestamp()").scalar_one()
        return found.astimezone(UTC)

    def answers(self) -> bool:
        """Tell whether the database can be read just now; the reason why not goes to the log."""
        try:
            with self.reading() as connection:
                connection.execute(sa.select(1))
        except SQLAlchemyError as error:
            LOG.error("the database does not answer: %s", first_line(error))
            return False
        return True

    def connections_allowed(self) -> int:
        """Return how many connections the PostgreSQL server gives to ordinary programs, all hosts together."""
        with self.reading() as connection:
            reserved = "SELECT coalesce(sum(setting::int), 0) FROM pg_settings WHERE name ~ 'reserved_connections$'"
            most = connection.exec_driver_sql("SHOW max_connections").scalar_one()
            return int(most) - int(connection.exec_driver_sql(reserved).scalar_one())

    def in_use(self) -> int:
        """Return how many connections of this process are in use just now."""
        pools = {id(engine.pool): engine.pool for engine in (self._writer, self._reader)}
        return sum(pool.checkedout() for pool in pools.values() if isinstance(pool, QueuePool))

    def close(self) -> None:
        """Close all connections."""
        self._writer.dispose()
        self._reader.dispose()


def libpq_address(url: str) -> tuple[str, str]:
    """Return the address of a PostgreSQL database as its own programs read it, and the password apart from it."""
    known = sa.make_url(url)
    plain = sa.URL.create("postgresql", known.username, None, known.host, known.port, known.database, known.query)
    return plain.render_as_string(hide_password=False), str(known.password or "")


def _durability(dialect: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    if dialect == "sqlite":
        return (("journal_mode", ("wal",)), ("synchronous", ("2", "3")), ("foreign_keys", ("1",)))
    return (
        ("fsync", ("on",)),
        ("full_page_writes", ("on",)),
        ("synchronous_commit", ("on", "remote_write", "remote_apply")),
    )


def _sqlite_engines(url: sa.URL, readers: int) -> tuple[Engine, Engine, Path]:
    path = Path(str(url.database))
    arguments: dict[str, Any] = {"check_same_thread": False, "timeout": WRITE_WAIT_SECONDS}
    writer = sa.create_engine(
        url, poolclass=QueuePool, pool_size=1, max_overflow=0, pool_timeout=WRITE_WAIT_SECONDS, connect_args=arguments,
        hide_parameters=True,
    )  # fmt: skip
    reader = sa.create_engine(
        url, poolclass=QueuePool, pool_size=8, max_overflow=readers, connect_args=arguments, hide_parameters=True
    )
    _on_connect(writer, ())
    _on_connect(reader, ("PRAGMA query_only=ON",))
    sa.event.listen(writer, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    sa.event.listen(reader, "begin", lambda connection: connection.exec_driver_sql("BEGIN"))
    return writer, reader, path.with_name(path.name + ".lock")


def _on_connect(engine: Engine, extra: tuple[str, ...]) -> None:
    def configure(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        for pragma in ("PRAGMA journal_mode=WAL", "PRAGMA synchronous=FULL", "PRAGMA foreign_keys=ON", *extra):
            connection.execute(pragma)

    sa.event.listen(engine, "connect", configure)


def _postgresql_engine(url: sa.URL, readers: int) -> Engine:
    engine = sa.create_engine(
        url.set(drivername="postgresql+psycopg"),
        pool_size=min(8, readers),
        max_overflow=max(0, readers - 8),
        pool_pre_ping=True,
        hide_parameters=True,
        connect_args={
            "connect_timeout": 5,
            "tcp_user_timeout": 5000,
            "options": "-c lock_timeout=10s -c idle_in_transaction_session_timeout=60s",
        },
    )
    behind.watch(engine)
    return engine


@contextmanager
def _held(lock: Path | None) -> Iterator[None]:
    """Hold the lock file while a write transaction runs, so that no writer of another process starves."""
    if lock is None:
        yield
        return
    handle = os.open(lock, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
