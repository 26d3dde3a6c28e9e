"""Finding releases and their artifacts."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.foundation.errors import Conflict, NotFound
from engine.foundation.journal.rules import canonical
from engine.foundation.store.portable import insert_if_missing
from engine.foundation.store.unit import Unit
from engine.process.bpmn.releases.tables import artifact, own_form, release


class NoRelease(Conflict):
    """事项 {code} 尚未发布办理流程，暂不能在综合窗口收件。请联系流程设计师发布后再办理。"""

    code = "NO_RELEASE"


class ReleaseMissing(NotFound):
    """事项 {code} 没有第 {number} 版发布。请用 process status 查看各事项的版本。"""

    code = "RELEASE_MISSING"


@dataclass(frozen=True)
class Release:
    """One release: everything a case was promised, by digest."""

    id: str
    item_code: str
    number: int
    item: str
    main: str
    processes: Mapping[str, str]
    forms: Mapping[str, str]
    policies: Mapping[str, int]
    effective_from: datetime
    decisions: Mapping[str, str] = field(default_factory=dict)
    messages: Mapping[str, str] = field(default_factory=dict)
    ladders: Mapping[str, list[dict[str, Any]]] = field(default_factory=dict)

    @property
    def files(self) -> str:
        """What names exactly the files that a case walks by."""
        return files_digest({part: getattr(self, part) for part in _FILES})


_FILES = ("item", "main", "processes", "forms", "decisions", "messages")
"""What a release pins of files; its figures are no files."""


def files_digest(manifest: Mapping[str, Any]) -> str:
    """Return what names exactly the files that a release with this manifest pins, whatever its figures are."""
    body = {part: manifest[part] for part in _FILES if manifest.get(part)}
    return hashlib.sha256(canonical(body).encode()).hexdigest()


@dataclass(frozen=True)
class Planned:
    """What a release pins, and from when on (UTC) it is in force, or will be."""

    manifest: Mapping[str, Any]
    effective_from: datetime


def current_release(connection: Connection, item_code: str, now: datetime) -> Release:
    """Return the newest release of the item that is effective at ``now``; raise :class:`NoRelease`."""
    row = connection.execute(
        sa.select(release)
        .where(release.c.item_code == item_code, release.c.effective_from <= now)
        .order_by(release.c.number.desc())
        .limit(1)
    ).one_or_none()
    if row is None:
        raise NoRelease(code=item_code)
    return _release(row)


def current_ids(connection: Connection, now: datetime) -> dict[str, str]:
    """Return the id of the release of each item that is effective at ``now``, without reading any release."""
    query = sa.select(release.c.item_code, release.c.id).where(release.c.effective_from <= now)
    # The highest number comes last and stays.
    return {row.item_code: row.id for row in connection.execute(query.order_by(release.c.item_code, release.c.number))}


def planned_releases(connection: Connection, item_code: str, now: datetime) -> list[Planned]:
    """Return the release in force at ``now`` (if any) and those that will be, in the order in which they come.

    One that a later one overrules before its time is left out: of those that are effective the highest number counts.
    """
    query = sa.select(release).where(release.c.item_code == item_code).order_by(release.c.number)
    found: list[Any] = []
    for row in connection.execute(query):
        begins = max(row.effective_from, now)
        found = [one for one in found if max(one.effective_from, now) < begins]
        found.append(row)
    return [Planned(row.manifest, row.effective_from) for row in found]


def newest_manifests(connection: Connection) -> dict[str, Mapping[str, Any]]:
    """Return what the newest release of each item pins, whether it is in force yet or not, by item code."""
    query = sa.select(release).order_by(release.c.item_code, release.c.number)
    return {row.item_code: row.manifest for row in connection.execute(query)}


def release_at(connection: Connection, id: str) -> Release:
    """Return the release that a case pinned."""
    return _release(connection.execute(sa.select(release).where(release.c.id == id)).one())


def release_text(connection: Connection, id: str) -> str | None:
    """Return the text whose SHA-256 is the release's id, or None when there is no such release."""
    row = connection.execute(sa.select(release).where(release.c.id == id)).one_or_none()
    return None if row is None else _text(row.item_code, row.number, row.manifest)


def release_numbered(connection: Connection, item_code: str, number: int) -> Release:
    """Return a release of an item by its number; raise :class:`ReleaseMissing`."""
    row = connection.execute(
        sa.select(release).where(release.c.item_code == item_code, release.c.number == number)
    ).one_or_none()
    if row is None:
        raise ReleaseMissing(code=item_code, number=number)
    return _release(row)


def releases_of(connection: Connection, item_code: str | None = None) -> list[Release]:
    """Return all releases, newest first within an item."""
    query = sa.select(release).order_by(release.c.item_code, release.c.number.desc())
    if item_code is not None:
        query = query.where(release.c.item_code == item_code)
    return [_release(row) for row in connection.execute(query)]


@dataclass(frozen=True)
class Issued:
    """A release as it was made: when (UTC) and by which account."""

    release: Release
    deployed_at: datetime
    deployed_by: str


def issued_releases(connection: Connection, item_code: str | None = None) -> list[Issued]:
    """Return all releases with when and by whom each was made, newest first within an item."""
    query = sa.select(release).order_by(release.c.item_code, release.c.number.desc())
    if item_code is not None:
        query = query.where(release.c.item_code == item_code)
    return [Issued(_release(row), row.deployed_at, row.deployed_by) for row in connection.execute(query)]


def releases_with_ladders(connection: Connection) -> dict[str, Mapping[str, list[dict[str, Any]]]]:
    """Return the ladders of the releases that bring any, by the release's id: kind of clock to the bodies of rules."""
    # Only these few manifests are read; the text is searched, for no column says so.
    named = sa.type_coerce(release.c.manifest, sa.Text).like('%"ladders":%')
    found = connection.execute(sa.select(release).where(named).order_by(release.c.id))
    return {row.id: row.manifest["ladders"] for row in found if row.manifest.get("ladders")}


def current_processes(connection: Connection, at: datetime | None = None) -> dict[str, str]:
    """Return process id to digest of what the newest release of each item uses; the latest deployment wins.

    With ``at`` only releases count that are effective at that instant (UTC); else those planned for later, too.
    """
    return _current(connection, "processes", at)


def current_decisions(connection: Connection, at: datetime | None = None) -> dict[str, str]:
    """Return the id of each decision file in use to its digest, as :func:`current_processes` does for processes."""
    return _current(connection, "decisions", at)


def current_messages(connection: Connection, at: datetime | None = None) -> dict[str, str]:
    """Return the name of each message from outside that is waited for to its file's digest, in the same way."""
    return _current(connection, "messages", at)


def own_forms(connection: Connection, at: datetime | None = None) -> dict[str, str]:
    """Return the key of each form that the centre has made its own to its digest, in the same way."""
    query = sa.select(own_form).order_by(own_form.c.key, own_form.c.number)
    if at is not None:
        query = query.where(own_form.c.effective_from <= at)
    found = {row.key: row.digest for row in connection.execute(query)}
    return {key: digest for key, digest in found.items() if digest}


def put_own_form(unit: Unit, key: str, digest: str, effective_from: datetime) -> None:
    """Let the form with ``digest`` stand under ``key`` from an instant (UTC) on; empty: the program's own again."""
    newest = sa.select(sa.func.coalesce(sa.func.max(own_form.c.number), 0)).where(own_form.c.key == key)
    number = unit.connection.execute(newest).scalar_one() + 1
    unit.connection.execute(
        own_form.insert().values(
            key=key, number=number, digest=digest, effective_from=effective_from, at=unit.now, by=unit.actor.account
        )
    )


def release_moments(connection: Connection, after: datetime) -> list[datetime]:
    """Return the instants (UTC) after ``after`` from which releases are effective that are made already."""
    query = sa.select(release.c.effective_from).where(release.c.effective_from > after).distinct()
    return sorted(connection.execute(query).scalars())


def _current(connection: Connection, part: str, at: datetime | None) -> dict[str, str]:
    query = sa.select(release).order_by(release.c.item_code, release.c.number)
    if at is not None:
        query = query.where(release.c.effective_from <= at)
    newest = {row.item_code: row for row in connection.execute(query)}
    current: dict[str, str] = {}
    for row in sorted(newest.values(), key=lambda one: (one.deployed_at, one.item_code)):
        current.update(row.manifest.get(part, {}))
    return current


def artifact_content(connection: Connection, digest: str) -> bytes:
    """Return the content of an artifact."""
    return bytes(connection.execute(sa.select(artifact.c.content).where(artifact.c.digest == digest)).scalar_one())


def artifact_contents(connection: Connection, digests: Iterable[str]) -> dict[str, bytes]:
    """Return the contents of artifacts by digest, in one statement."""
    query = sa.select(artifact.c.digest, artifact.c.content).where(artifact.c.digest.in_(list(digests)))
    return {row.digest: bytes(row.content) for row in connection.execute(query)}


def newest_artifact(connection: Connection, kind: str, name: str) -> bytes | None:
    """Return the content that was published last under ``name``, or None; what was published before does not count."""
    mine = (artifact.c.kind == kind) & (artifact.c.name == name)
    query = sa.select(artifact.c.content).where(mine).order_by(artifact.c.added_at.desc(), artifact.c.digest).limit(1)
    found = connection.execute(query).scalar_one_or_none()
    return None if found is None else bytes(found)


@dataclass(frozen=True)
class Version:
    """One published version of a process: ``number`` counts from 1 in the order of publication."""

    process: str
    number: int
    digest: str
    added_at: datetime


def versions_of(connection: Connection, process: str) -> list[Version]:
    """Return all published versions of a process, the first one first."""
    query = sa.select(artifact.c.digest, artifact.c.added_at).where(
        artifact.c.kind == "process", artifact.c.name == process
    )
    rows = connection.execute(query.order_by(artifact.c.added_at, artifact.c.digest))
    return [Version(process, number, row.digest, row.added_at) for number, row in enumerate(rows, 1)]


def put_artifact(unit: Unit, kind: str, name: str, content: bytes) -> str:
    """Keep ``content`` under its digest and return the digest."""
    digest = hashlib.sha256(content).hexdigest()
    insert_if_missing(
        unit.connection,
        artifact,
        {"digest": digest, "kind": kind, "name": name, "content": content, "added_at": unit.now},
    )
    return digest


def put_release(unit: Unit, item_code: str, manifest: Mapping[str, Any], effective_from: datetime) -> str | None:
    """Insert the item's next release; return its id, or None when the newest one says exactly the same."""
    _, same = _newest(unit.connection, item_code, manifest)
    return None if same else add_release(unit, item_code, manifest, effective_from)


def add_release(unit: Unit, item_code: str, manifest: Mapping[str, Any], effective_from: datetime) -> str:
    """Insert the item's next release, whatever the newest one says; return its id."""
    number, _ = _newest(unit.connection, item_code, manifest)
    id = hashlib.sha256(_text(item_code, number + 1, manifest).encode()).hexdigest()
    unit.connection.execute(
        release.insert().values(
            id=id,
            item_code=item_code,
            number=number + 1,
            manifest=dict(manifest),
            effective_from=effective_from,
            deployed_at=unit.now,
            deployed_by=unit.actor.account,
        )
    )
    return id


def _text(item_code: str, number: int, manifest: Mapping[str, Any]) -> str:
    return canonical({"item": item_code, "number": number, **manifest})


def _newest(connection: Connection, item_code: str, manifest: Mapping[str, Any]) -> tuple[int, bool]:
    row = connection.execute(
        sa.select(release.c.number, release.c.manifest)
        .where(release.c.item_code == item_code)
        .order_by(release.c.number.desc())
        .limit(1)
    ).one_or_none()
    return (0, False) if row is None else (row.number, canonical(row.manifest) == canonical(manifest))


def _release(row: Any) -> Release:
    body = row.manifest
    return Release(
        id=row.id, item_code=row.item_code, number=row.number, item=body["item"], main=body["main"],
        processes=body["processes"], forms=body["forms"], policies=body["policies"],
        effective_from=row.effective_from, decisions=body.get("decisions", {}), messages=body.get("messages", {}),
        ladders=body.get("ladders", {}),
    )  # fmt: skip
