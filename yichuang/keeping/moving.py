"""Moving a whole house to the other database: everything is asked before the first row is written."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path

from sqlalchemy.engine import Connection

from engine.foundation.blobs.storage import Blobs
from engine.foundation.clock import SystemClock
from engine.foundation.errors import Conflict, Invalid
from engine.foundation.hosts.queries import beats, forget_place
from engine.foundation.store.copying import Heads, TargetNotEmpty, copy_rows, has_anything, heads
from engine.foundation.store.database import Database, known_url, sqlite_file
from engine.foundation.store.migrations import refuse_unknown, upgrade
from engine.foundation.vault import KeysMissing, Vault
from engine.oversight.audit.invariants.verifying import Violation, verify
from engine.process.bpmn.releases.bundles import Bundles
from yichuang.compose import compose
from yichuang.finding import rebuild
from yichuang.hosting.alone import alone
from yichuang.hosting.heart import LATE
from yichuang.keeping.backup import digests_of
from yichuang.keeping.keys import KeysWrong, are_wrong
from yichuang.keeping.presence import refuse_missing
from yichuang.settings import Settings


class CopyOntoItself(Invalid):
    """--from 与 --to 是同一个数据库，没有写入任何内容。请在 --to 给出另一个空的数据库。"""

    code = "COPY_ONTO_ITSELF"


class CopyNeedsData(Invalid):
    """来源不是 SQLite 文件，不知道密钥和文件在哪里；没有写入任何内容。请用 --data 指明来源的数据目录。"""

    code = "COPY_NEEDS_DATA"


class CopyWhileServing(Conflict):
    """来源的服务还在运行（最近 {seconds} 秒内有动静），没有写入任何内容。请先停止所有主机上的服务，再复制。"""

    code = "COPY_WHILE_SERVING"


class FilesMissing(Conflict):
    """{folder} 中缺少来源引用的 {count} 个文件（{first}），没有写入任何内容。请用 --data 指明来源的数据目录。"""

    code = "FILES_MISSING"


class TargetUnreachable(Invalid):
    """不能在 {folder} 下建立目标数据库：没有这个目录。请先建立该目录，或改正 --to。"""

    code = "TARGET_UNREACHABLE"


@dataclass(frozen=True)
class Moved:
    """What was copied."""

    counts: dict[str, int]
    heads: Heads
    violations: list[Violation]


def data_of(source_url: str) -> Path:
    """Return the data folder of a SQLite source, in which its file lies; raise :class:`CopyNeedsData`."""
    path = sqlite_file(source_url)
    if path is None:
        raise CopyNeedsData
    return path.parent


def copy_database(settings: Settings, source_url: str, target_url: str) -> Moved:
    """Copy every row from ``source_url`` into the empty database at ``target_url``; the source is only read.

    Keys and files are those of ``settings``, and stay where they are.  Counts and all chain heads are compared before
    the one commit; then the search index is built and the invariants are checked on the target.  Raises DataMissing,
    DatabaseUnknown, DatabaseAway, SchemaUnknown, KeysMissing, KeysWrong, AlreadyServing, TargetNotEmpty, CopyDiffers,
    :class:`CopyOntoItself`, :class:`CopyWhileServing`, :class:`FilesMissing`, :class:`TargetUnreachable`; then nothing
    was written.
    """
    if known_url(source_url) == known_url(target_url) or _same_file(source_url, target_url):
        raise CopyOntoItself
    refuse_missing(replace(settings, database_url=source_url))
    held = alone(settings.data) if sqlite_file(source_url) is not None else nullcontext()
    source = Database(source_url, readers=2)
    try:
        with held, source.reading() as reading:
            refuse_unknown(reading)
            if not settings.keys.exists():
                raise KeysMissing(file=settings.keys)
            if are_wrong(reading, Vault.open(settings.keys)):
                raise KeysWrong(file=settings.keys)
            _refuse_beating(reading, source)
            blobs = Blobs(settings.blobs)
            missing = sorted(one for one in digests_of(reading) if not blobs.has(one))
            if missing:
                raise FilesMissing(folder=settings.blobs, count=len(missing), first=missing[0])
            with _empty(target_url):
                upgrade(target_url)
                return _copied(settings, source, target_url)
    finally:
        source.close()


def _refuse_beating(connection: Connection, source: Database) -> None:
    """Raise :class:`CopyWhileServing` when any host of a PostgreSQL house lives; over SQLite the lock tells."""
    now = SystemClock().now()
    if source.dialect == "postgresql" and any(now - one.at < LATE for one in beats(connection)):
        raise CopyWhileServing(seconds=int(LATE.total_seconds()))


def _same_file(source_url: str, target_url: str) -> bool:
    source, target = sqlite_file(source_url), sqlite_file(target_url)
    return source is not None and target is not None and source.resolve() == target.resolve()


@contextmanager
def _empty(url: str) -> Iterator[None]:
    """Refuse a target that has anything in it; a SQLite file that was made for it is gone again after a failure."""
    path = sqlite_file(url)
    new = path is not None and not path.exists()
    if path is not None and not path.parent.is_dir():
        raise TargetUnreachable(folder=path.parent)
    if not new:
        _refuse_filled(url)
    try:
        yield
    except BaseException:
        if path is not None and new:
            for end in ("", "-wal", "-shm", ".lock"):
                path.with_name(path.name + end).unlink(missing_ok=True)
        raise


def _refuse_filled(url: str) -> None:
    database = Database(url, readers=1)
    try:
        database.refuse_if_away()
        with database.reading() as connection:
            table = has_anything(connection)
    finally:
        database.close()
    if table is not None:
        raise TargetNotEmpty(table=table)


def _copied(settings: Settings, source: Database, target_url: str) -> Moved:
    target = Database(target_url, readers=4)
    try:
        with source.reading() as reading, target.writing() as writing:
            counts = copy_rows(reading, writing)
            forget_place(writing)
        with target.reading() as connection:
            known = heads(connection)
        _index(settings, target_url)
        with target.reading() as connection:
            return Moved(counts, known, verify(connection, Bundles(), Blobs(settings.blobs)))
    finally:
        target.close()


def _index(settings: Settings, url: str) -> None:
    door = compose(replace(settings, database_url=url))
    try:
        rebuild(door)
    finally:
        door.database.close()
