"""Rows of drafts: the draft, its files, their versions, comments, who is there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.foundation.store.portable import insert_or_update
from engine.foundation.store.unit import Unit
from engine.oversight.publishing.drafting.rules import (
    EDITING,
    IN_REVIEW,
    DraftFileMissing,
    DraftMissing,
    is_id,
    state_at,
)
from engine.oversight.publishing.drafting.tables import (
    draft,
    draft_comment,
    draft_file,
    draft_presence,
    draft_version,
)
from engine.oversight.publishing.files import KINDS, Key

THERE_FOR = timedelta(minutes=2)
"""How long after its last word a page with a file counts as open."""


@dataclass(frozen=True)
class Draft:
    """A draft; times are UTC.  ``state`` is as it was kept: see :meth:`stands`."""

    root_id: str
    number: int
    title: str
    reason: str
    state: str
    version: int
    copied_from: str
    emergency: str
    created_by: str
    created_at: datetime
    submitted_by: str | None
    submitted_person: str | None
    submitted_at: datetime | None
    decided_by: str | None
    decided_at: datetime | None
    note: str
    effective_from: datetime | None
    releases: Mapping[str, str]
    rolled_back_by: str | None
    rolled_back_at: datetime | None

    @property
    def id(self) -> str:
        """Return what it is called by: ``d-12``."""
        return self.root_id.partition(":")[2]

    def stands(self, now: datetime) -> str:
        """Return its state at ``now``, by which approved and released are told apart."""
        return state_at(self.state, self.effective_from, now)


@dataclass(frozen=True)
class DraftFile:
    """A file of a draft as it was saved last; ``saved_at`` is UTC."""

    kind: str
    name: str
    base_digest: str
    version: int
    content: bytes
    digest: str
    saved_by: str
    saved_at: datetime

    @property
    def key(self) -> Key:
        """Return kind and name."""
        return self.kind, self.name


@dataclass(frozen=True)
class Saving:
    """One saving of a file: which version, by which account, when (UTC)."""

    kind: str
    name: str
    version: int
    digest: str
    saved_by: str
    saved_at: datetime


@dataclass(frozen=True)
class Comment:
    """A remark; ``kind``, ``name`` and ``element_id`` are empty where it is not on a file or an element."""

    number: int
    kind: str
    name: str
    element_id: str
    text: str
    by: str
    at: datetime
    settled_by: str | None
    settled_at: datetime | None


@dataclass(frozen=True)
class Glance:
    """What a list tells of a draft's files: how many there are, who saved one last and when (UTC), whose hands were in.

    ``saved_by`` is empty and ``saved_at`` None where nothing was saved yet; ``hands`` are natural persons.
    """

    files: int
    saved_by: str
    saved_at: datetime | None
    hands: frozenset[str]


def count_drafts(connection: Connection, states: Iterable[str]) -> int:
    """Return how many drafts are kept in one of ``states``."""
    query = sa.select(sa.func.count()).select_from(draft).where(draft.c.state.in_(list(states)))
    return int(connection.execute(query).scalar_one())


def drafts(connection: Connection, states: Iterable[str] = (), *, limit: int = 200, offset: int = 0) -> list[Draft]:
    """Return the drafts, all or those kept in one of ``states``, the newest first."""
    query = sa.select(draft).order_by(draft.c.number.desc()).limit(limit).offset(offset)
    wanted = list(states)
    if wanted:
        query = query.where(draft.c.state.in_(wanted))
    return [_draft(row) for row in connection.execute(query)]


def draft_of(connection: Connection, id: str) -> Draft:
    """Return a draft by its id (``d-12``); raise :class:`DraftMissing`."""
    query = sa.select(draft).where(draft.c.root_id == f"draft:{id}")
    row = connection.execute(query).one_or_none() if is_id(id) else None
    if row is None:
        raise DraftMissing(id=id[:20])
    return _draft(row)


def files_of(connection: Connection, id: str) -> list[DraftFile]:
    """Return the files of a draft by kind and name."""
    order = list(KINDS)
    found = [_file(row) for row in connection.execute(_FILES, {"of_root": f"draft:{id}"})]
    return sorted(found, key=lambda one: (order.index(one.kind), one.name))


def file_of(connection: Connection, id: str, kind: str, name: str) -> DraftFile:
    """Return a file of a draft; raise :class:`DraftFileMissing`."""
    mine = (draft_file.c.kind == kind) & (draft_file.c.name == name)
    row = connection.execute(_FILES.where(mine), {"of_root": f"draft:{id}"}).one_or_none()
    if row is None:
        raise DraftFileMissing(kind=KINDS.get(kind, "文件"), name=name[:80])
    return _file(row)


def has_file(connection: Connection, id: str, kind: str, name: str) -> bool:
    """Tell whether a file is part of a draft."""
    mine = (draft_file.c.root_id == f"draft:{id}") & (draft_file.c.kind == kind) & (draft_file.c.name == name)
    return bool(connection.execute(sa.select(sa.exists().where(mine))).scalar_one())


def history(connection: Connection, id: str, kind: str = "", name: str = "") -> list[Saving]:
    """Return every saving of a draft's files, or of one of them, the newest first."""
    columns = [draft_version.c[column] for column in ("kind", "name", "version", "digest", "saved_by", "saved_at")]
    query = sa.select(*columns).where(draft_version.c.root_id == f"draft:{id}")
    if kind:
        query = query.where(draft_version.c.kind == kind, draft_version.c.name == name)
    query = query.order_by(draft_version.c.saved_at.desc(), draft_version.c.kind, draft_version.c.name,
                           draft_version.c.version.desc())  # fmt: skip
    return [Saving(**row._mapping) for row in connection.execute(query)]


def content_at(connection: Connection, id: str, kind: str, name: str, version: int) -> bytes | None:
    """Return a file as it was saved as ``version``, or None when there is no such version."""
    query = sa.select(draft_version.c.content).where(
        draft_version.c.root_id == f"draft:{id}", draft_version.c.kind == kind, draft_version.c.name == name,
        draft_version.c.version == version,
    )  # fmt: skip
    found = connection.execute(query).scalar_one_or_none()
    return None if found is None else bytes(found)


def hands(connection: Connection, one: Draft) -> set[str]:
    """Return the natural persons who made a draft: whoever saved a file of it, ever, and whoever submitted it."""
    query = sa.select(draft_version.c.saved_person).where(draft_version.c.root_id == one.root_id).distinct()
    return {*connection.scalars(query), *((one.submitted_person,) if one.submitted_person else ())}


def glances(connection: Connection, ones: Iterable[Draft]) -> dict[str, Glance]:
    """Return by root id what a list tells of drafts, in as many statements for many as for one."""
    asked = {one.root_id: one for one in ones}
    mine = draft_file.c.root_id.in_(list(asked))
    count = sa.select(draft_file.c.root_id, sa.func.count()).where(mine).group_by(draft_file.c.root_id)
    files = {row[0]: row[1] for row in connection.execute(count)}
    who = (draft_version.c.root_id, draft_version.c.saved_by, draft_version.c.saved_person)
    newest = (sa.func.max(draft_version.c[name]).label(name) for name in ("saved_at", "version"))
    savers = sa.select(*who, *newest)
    savers = savers.where(draft_version.c.root_id.in_(list(asked))).group_by(*who)
    seen: dict[str, list[Any]] = {}
    for row in connection.execute(savers):
        seen.setdefault(row.root_id, []).append(row)
    found = {}
    for root, one in asked.items():
        rows = seen.get(root, [])
        last = max(rows, key=lambda row: (row.saved_at, row.version), default=None)
        persons = {row.saved_person for row in rows} | ({one.submitted_person} if one.submitted_person else set())
        by, at = (last.saved_by, last.saved_at) if last else ("", None)
        found[root] = Glance(files.get(root, 0), by, at, frozenset(persons))
    return found


def edited_where(connection: Connection) -> dict[Key, list[Draft]]:
    """Return which drafts that are being worked on hold which files."""
    open_ones = {one.root_id: one for one in drafts(connection, (EDITING, IN_REVIEW))}
    query = sa.select(draft_file.c.root_id, draft_file.c.kind, draft_file.c.name).where(
        draft_file.c.root_id.in_(list(open_ones))
    )
    found: dict[Key, list[Draft]] = {}
    for row in connection.execute(query):
        found.setdefault((row.kind, row.name), []).append(open_ones[row.root_id])
    return found


def comments_of(connection: Connection, id: str, kind: str = "", name: str = "") -> list[Comment]:
    """Return the remarks on a draft, all or those on one file, in their order."""
    query = sa.select(draft_comment).where(draft_comment.c.root_id == f"draft:{id}").order_by(draft_comment.c.number)
    if kind:
        query = query.where(draft_comment.c.kind == kind, draft_comment.c.name == name)
    found = []
    for row in connection.execute(query):
        said = {name: value for name, value in row._mapping.items() if name != "root_id"}
        found.append(Comment(**said))
    return found


def next_number(connection: Connection) -> int:
    """Return the number of the next draft; the root ``draft`` is locked."""
    return int(connection.execute(sa.select(sa.func.coalesce(sa.func.max(draft.c.number), 0))).scalar_one()) + 1


def put_draft(unit: Unit, number: int, **values: Any) -> None:
    """Insert a draft whose root is made already."""
    unit.connection.execute(
        draft.insert().values(
            root_id=f"draft:d-{number}", number=number, state=EDITING, version=1, created_by=unit.actor.account,
            created_at=unit.now, **values,
        )
    )  # fmt: skip


def set_draft(unit: Unit, id: str, **values: Any) -> None:
    """Change a draft's row; its version counts on."""
    mine = draft.update().where(draft.c.root_id == f"draft:{id}")
    unit.connection.execute(mine.values(version=draft.c.version + 1, **values))


def put_version(unit: Unit, id: str, key: Key, content: bytes, digest: str, base_digest: str) -> int:
    """Append the next version of a file and let it be the draft's; return its number."""
    mine = {"root_id": f"draft:{id}", "kind": key[0], "name": key[1]}
    chosen = sa.and_(*(draft_version.c[name] == value for name, value in mine.items()))
    newest = sa.select(sa.func.coalesce(sa.func.max(draft_version.c.version), 0)).where(chosen)
    version = int(unit.connection.execute(newest).scalar_one()) + 1
    unit.connection.execute(
        draft_version.insert().values(
            **mine, version=version, content=content, digest=digest, saved_by=unit.actor.account,
            saved_person=unit.actor.person, saved_at=unit.now,
        )
    )  # fmt: skip
    values = {**mine, "base_digest": base_digest, "version": version}
    insert_or_update(unit.connection, draft_file, values, ("root_id", "kind", "name"))
    return version


def drop_file(unit: Unit, id: str, key: Key) -> None:
    """Take a file out of a draft; its versions stay."""
    unit.connection.execute(
        draft_file.delete().where(
            draft_file.c.root_id == f"draft:{id}", draft_file.c.kind == key[0], draft_file.c.name == key[1]
        )
    )


def put_comment(unit: Unit, id: str, key: Key, element_id: str, text: str) -> int:
    """Append a remark; return its number."""
    mine = draft_comment.c.root_id == f"draft:{id}"
    newest = sa.select(sa.func.coalesce(sa.func.max(draft_comment.c.number), 0)).where(mine)
    number = int(unit.connection.execute(newest).scalar_one()) + 1
    unit.connection.execute(
        draft_comment.insert().values(
            root_id=f"draft:{id}", number=number, kind=key[0], name=key[1], element_id=element_id, text=text,
            by=unit.actor.account, at=unit.now,
        )
    )  # fmt: skip
    return number


def settle_comment(unit: Unit, id: str, number: int) -> bool:
    """Note that a remark is settled; return False when there is no such open one."""
    chosen = (draft_comment.c.root_id == f"draft:{id}") & (draft_comment.c.number == number)
    noted = draft_comment.update().where(chosen, draft_comment.c.settled_by.is_(None))
    done = unit.connection.execute(noted.values(settled_by=unit.actor.account, settled_at=unit.now))
    return done.rowcount == 1


def note_presence(connection: Connection, id: str, key: Key, account: str, now: datetime) -> None:
    """Note that an account has a file open; it counts since ``now`` (UTC) when it did not count any more."""
    mine = {"root_id": f"draft:{id}", "kind": key[0], "name": key[1], "account": account}
    chosen = sa.and_(*(draft_presence.c[name] == value for name, value in mine.items()))
    row = connection.execute(sa.select(draft_presence).where(chosen)).one_or_none()
    since = now if row is None or row.at < now - THERE_FOR else row.since
    insert_or_update(
        connection, draft_presence, {**mine, "since": since, "at": now}, ("root_id", "kind", "name", "account")
    )


def present(connection: Connection, id: str, key: Key, now: datetime) -> list[tuple[str, datetime]]:
    """Return who has a file open at ``now``: account, and since when (UTC)."""
    query = (
        sa.select(draft_presence.c.account, draft_presence.c.since)
        .where(
            draft_presence.c.root_id == f"draft:{id}", draft_presence.c.kind == key[0],
            draft_presence.c.name == key[1], draft_presence.c.at >= now - THERE_FOR,
        )
        .order_by(draft_presence.c.since, draft_presence.c.account)
    )  # fmt: skip
    return [(row.account, row.since) for row in connection.execute(query)]


_FILES = (
    sa.select(
        draft_file.c.kind, draft_file.c.name, draft_file.c.base_digest, draft_file.c.version,
        draft_version.c.content, draft_version.c.digest, draft_version.c.saved_by, draft_version.c.saved_at,
    )
    .join(
        draft_version,
        (draft_version.c.root_id == draft_file.c.root_id) & (draft_version.c.kind == draft_file.c.kind)
        & (draft_version.c.name == draft_file.c.name) & (draft_version.c.version == draft_file.c.version),
    )
    .where(draft_file.c.root_id == sa.bindparam("of_root"))
)  # fmt: skip


def _draft(row: Any) -> Draft:
    return Draft(**row._mapping)


def _file(row: Any) -> DraftFile:
    said = dict(row._mapping)
    return DraftFile(**{**said, "content": bytes(said["content"])})
