"""Reading and taking uploads."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.foundation.blobs.checks import count_of_root, refuse_infected
from engine.foundation.blobs.tables import upload
from engine.foundation.errors import Conflict, NotFound
from engine.foundation.store.unit import Unit


class UploadMissing(NotFound):
    """找不到刚才上传的文件，请重新选择文件后再提交。"""

    code = "UPLOAD_MISSING"


class CaseFilesFull(Conflict):
    """一个办件最多存 {most} 个文件，已达到上限。请合并扫描件后再上传。"""

    code = "CASE_FILES_FULL"


MOST_PER_CASE = 300
"""Files of one case: twenty a field in fifteen fields; more is a mistake of a program (拟)."""


@dataclass(frozen=True)
class Upload:
    """One uploaded file."""

    id: str
    digest: str
    file_name: str
    media_type: str
    size: int
    account: str
    at: datetime
    root_id: str | None


def add_upload(
    unit: Unit, *, digest: str, file_name: str, media_type: str, size: int, account: str | None = None
) -> str:
    """Insert an upload that belongs to no case yet, the actor's own or that of ``account``; return its id."""
    id = secrets.token_hex(13)
    unit.connection.execute(
        upload.insert().values(
            id=id,
            digest=digest,
            file_name=file_name,
            media_type=media_type,
            size=size,
            account=account or unit.actor.account,
            at=unit.now,
            root_id=None,
        )
    )
    return id


def drop_loose(unit: Unit, id: str) -> bool:
    """Delete one upload that no case has taken; tell whether there was one."""
    mine = (upload.c.id == id) & upload.c.root_id.is_(None)
    return unit.connection.execute(upload.delete().where(mine)).rowcount > 0


def take_uploads(unit: Unit, digests: Iterable[str], root_id: str) -> list[Upload]:
    """Bind the actor's own uploads to ``root_id``; files the case has already are returned as they are.

    Raises :class:`UploadMissing` for a file that the actor did not upload, FileInfected for one in which a virus was
    found, and :class:`CaseFilesFull`.
    """
    usable = usable_uploads(unit.connection, unit.actor.account, root_id)
    wanted = list(digests)
    if not usable.keys() >= set(wanted):
        raise UploadMissing
    refuse_infected(unit.connection, {digest: usable[digest].file_name for digest in wanted})
    fresh = {digest for digest in wanted if usable[digest].root_id is None}
    if fresh and count_of_root(unit.connection, root_id) + len(fresh) > MOST_PER_CASE:
        raise CaseFilesFull(most=MOST_PER_CASE)
    taken = []
    for digest in wanted:
        if usable[digest].root_id is None:
            mine = upload.update().where(upload.c.id == usable[digest].id).values(root_id=root_id)
            unit.connection.execute(mine)
        taken.append(usable[digest])
    return taken


def refer_upload(unit: Unit, known: Upload, root_id: str) -> Upload:
    """Bind a file that lies in the store already to ``root_id`` as well; return the new reference.

    The caller has checked that the actor may use it.
    """
    values = {**vars(known), "id": secrets.token_hex(13), "account": unit.actor.account, "at": unit.now}
    values["root_id"] = root_id
    unit.connection.execute(upload.insert().values(**values))
    return Upload(**values)


def usable_uploads(connection: Connection, account: str, root_id: str | None) -> dict[str, Upload]:
    """Return by digest the files that ``account`` may use: its own loose ones, and those of the case."""
    loose = (upload.c.account == account) & upload.c.root_id.is_(None)
    own = loose if root_id is None else loose | (upload.c.root_id == root_id)
    rows = connection.execute(sa.select(upload).where(own).order_by(upload.c.root_id.is_(None).desc(), upload.c.at))
    return {row.digest: _upload(row) for row in rows}


def uploads_of(connection: Connection, root_ids: Collection[str]) -> dict[tuple[str, str], Upload]:
    """Return the files of several roots by (root id, digest)."""
    query = sa.select(upload).where(upload.c.root_id.in_(root_ids)).order_by(upload.c.at)
    return {(row.root_id, row.digest): _upload(row) for row in connection.execute(query)}


def uploads_by_id(connection: Connection, ids: Iterable[str]) -> list[Upload]:
    """Return the uploads ``ids`` that exist, in the order asked."""
    wanted = list(ids)
    if not wanted:
        return []
    rows = {row.id: row for row in connection.execute(sa.select(upload).where(upload.c.id.in_(wanted)))}
    return [_upload(rows[id]) for id in wanted if id in rows]


def upload_by_id(connection: Connection, id: str) -> Upload:
    """Return one upload; raise :class:`UploadMissing`."""
    found = uploads_by_id(connection, [id])
    if not found:
        raise UploadMissing
    return found[0]


def referenced_digests(connection: Connection, root_prefix: str = "") -> set[str]:
    """Return the digests of all uploads, or of those taken by roots whose id begins with ``root_prefix``."""
    query = sa.select(upload.c.digest)
    if root_prefix:
        query = query.where(upload.c.root_id.startswith(root_prefix, autoescape=True))
    return set(connection.scalars(query))


def drop_unclaimed(unit: Unit, before: datetime) -> int:
    """Delete uploads that no case took before ``before`` (UTC); return how many."""
    return unit.connection.execute(upload.delete().where(upload.c.root_id.is_(None), upload.c.at < before)).rowcount


def _upload(row: Any) -> Upload:
    return Upload(row.id, row.digest, row.file_name, row.media_type, row.size, row.account, row.at, row.root_id)
