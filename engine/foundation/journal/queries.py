"""Reading journals back, with their sentences."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from msgspec.json import decode
from sqlalchemy.engine import Connection

from engine.foundation.journal.rules import ENVELOPE_VERSION
from engine.foundation.journal.tables import FEW, IS_OF_FEW, journal_line, journal_private
from engine.foundation.journal.tags import all_tags, sentence
from engine.foundation.store.tables import idempotency, root
from engine.foundation.vault import Vault, digest_with


@dataclass(frozen=True)
class Line:
    """One journal line as a reader sees it."""

    root: str
    seq: int
    type: str
    at: datetime
    account: str
    data: dict[str, Any]
    hash: str
    previous: str
    sentence: str
    command: str
    key: str
    on_behalf: str = ""
    """The absent account for whom it was done (请假代理), or empty."""
    version: int = ENVELOPE_VERSION
    """The form in which the line was written."""


@dataclass(frozen=True)
class Break:
    """The first line of a chain that does not hold, and why (a Chinese phrase)."""

    root: str
    seq: int
    reason: str


def lines_of(connection: Connection, root_id: str, *, after: int = 0, limit: int = 500) -> list[Line]:
    """Return the lines of ``root_id`` with seq > ``after``, in order, at most ``limit``."""
    asked = {"of_root": root_id, "after_seq": after, "most": limit}
    return [_line(row) for row in connection.execute(_LINES, asked)]


_LINES = (
    sa.select(journal_line)
    .where(journal_line.c.root_id == sa.bindparam("of_root"), journal_line.c.seq > sa.bindparam("after_seq"))
    .order_by(journal_line.c.seq)
    .limit(sa.bindparam("most"))
)


def untold_lines(connection: Connection, root_id: str, limit: int = 500) -> Iterator[Line]:
    """Yield all lines of ``root_id`` in order, ``limit`` at a time, without their sentences: for whoever executes them.

    Raises what reading a spoiled line raises.
    """
    after, more = 0, True
    while more:
        asked = {"of_root": root_id, "after_seq": after, "most": limit}
        rows = connection.execute(_UNTOLD, asked).all()
        for seq, type, at, account, text, hash in rows:
            body = decode(text)
            yield Line(
                root_id, seq, type, at, account, body["data"], hash, body["prev"], "", body["command"], body["key"],
                body["actor"].get("on_behalf", ""), body["v"],
            )  # fmt: skip
        more = len(rows) == limit
        after = rows[-1].seq if rows else after


_UNTOLD = _LINES.with_only_columns(
    journal_line.c.seq, journal_line.c.type, journal_line.c.at, journal_line.c.account, journal_line.c.body,
    journal_line.c.hash,
)  # fmt: skip


def lines_of_types(connection: Connection, root_id: str, types: Iterable[str]) -> list[Line]:
    """Return the lines of ``root_id`` that are of one of ``types``, in order."""
    chosen = (journal_line.c.root_id == root_id) & journal_line.c.type.in_(list(types))
    query = sa.select(journal_line).where(chosen).order_by(journal_line.c.seq)
    return [_line(row) for row in connection.execute(query)]


def roots_with(*types: str) -> sa.Select[tuple[str]]:
    """Return the roots that have a line of one of ``types``, which are of the few, as a table of root ids."""
    return sa.select(journal_line.c.root_id).where(*_of_few(types))


def few_lines(connection: Connection, types: Iterable[str], *, until: datetime) -> list[Line]:
    """Return the lines of all journals that are of ``types``, of the few, not later than ``until``, as they came."""
    # The instant is no condition of the statement: SQLite would walk all lines up to then, not the index.
    rows = connection.execute(sa.select(journal_line).where(*_of_few(types)))
    found = [row for row in rows if row.at <= until]
    return [_line(row) for row in sorted(found, key=lambda row: (row.at, row.root_id, row.seq))]


def _of_few(types: Iterable[str]) -> tuple[Any, ...]:
    asked = list(types)
    if not set(asked) <= set(FEW):
        raise ValueError(f"{asked} are not kinds of lines that may be looked for in all journals")
    # Written out, not bound: only then can both databases see that the index fits.
    return sa.text(f"journal_line.{IS_OF_FEW}"), journal_line.c.type.in_(asked)


def last_of_type(connection: Connection, root_id: str, type: str, *, before: datetime) -> datetime | None:
    """Return when the last line of ``type`` before the instant ``before`` was written to ``root_id``, or None."""
    chosen = (journal_line.c.root_id == root_id) & (journal_line.c.type == type) & (journal_line.c.at < before)
    query = sa.select(journal_line.c.at).where(chosen).order_by(journal_line.c.seq.desc()).limit(1)
    return connection.execute(query).scalar_one_or_none()


def line_bodies(connection: Connection, root_id: str, seqs: Iterable[int]) -> dict[int, str]:
    """Return the canonical text of some lines of ``root_id`` by seq: what their hashes are made of."""
    chosen = (journal_line.c.root_id == root_id) & journal_line.c.seq.in_(list(seqs))
    query = sa.select(journal_line.c.seq, journal_line.c.body).where(chosen)
    return {row.seq: row.body for row in connection.execute(query)}


@dataclass(frozen=True)
class Strange:
    """A line that this program cannot read as it was meant, and why (a Chinese phrase).

    ``newer`` says that it may well be right, for a program that knows more.
    """

    root: str
    seq: int
    why: str
    newer: bool


def strange_lines(connection: Connection, root_ids: Iterable[str]) -> dict[str, Strange]:
    """Return by root the first line that is of another form, or of a kind that this program does not know.

    Such a line was written by a newer program, or by nobody who goes by the rules.
    """
    at, known = journal_line.c, all_tags()
    # The text is canonical, so its last key is the version of its form.
    other = at.type.not_in(sorted(known)) | at.body.not_like(f'%"v":{ENVELOPE_VERSION}}}')
    query = sa.select(at.root_id, at.seq, at.type, at.body).where(at.root_id.in_(list(root_ids)), other)
    found: dict[str, Strange] = {}
    for row in connection.execute(query.order_by(at.root_id, at.seq)):
        why, newer = _strange(row.type, row.body)
        found.setdefault(row.root_id, Strange(row.root_id, row.seq, why, newer))
    return found


def _strange(type: str, body: str) -> tuple[str, bool]:
    version = _version(body)
    if version is None:
        return "读不出来，内容不是过程记录", False
    if version != ENVELOPE_VERSION:
        return f"是第 {version} 版格式，本版程序只认识第 {ENVELOPE_VERSION} 版", version > ENVELOPE_VERSION
    if type not in all_tags():
        return f"的种类“{type[:60]}”本版程序不认识", True
    return "的写法不是本系统写入时的写法", False


def _version(body: str) -> int | None:
    try:
        found = json.loads(body)["v"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    return found if isinstance(found, int) else None


def count_lines(connection: Connection, root_id: str) -> int:
    """Return how many lines the journal of ``root_id`` has."""
    query = sa.select(sa.func.count()).select_from(journal_line).where(journal_line.c.root_id == root_id)
    return int(connection.execute(query).scalar_one())


def private_value(connection: Connection, vault: Vault, root_id: str, digest: str) -> Any | None:
    """Return the personal value behind ``digest``, or None when it was erased; checks it against the digest."""
    row = connection.execute(
        sa.select(journal_private).where(journal_private.c.root_id == root_id, journal_private.c.digest == digest)
    ).one_or_none()
    if row is None:
        return None
    text = vault.unseal(row.sealed)
    if digest_with(row.salt, text) != digest:
        raise ValueError("a private value does not match its digest")
    return json.loads(text)


def private_values(connection: Connection, vault: Vault, root_id: str, digests: Iterable[str]) -> dict[str, Any]:
    """Return by digest the personal values of ``root_id`` that were not erased; checks each against its digest."""
    chosen = (journal_private.c.root_id == root_id) & journal_private.c.digest.in_(list(digests))
    found = {}
    for row in connection.execute(sa.select(journal_private).where(chosen)):
        text = vault.unseal(row.sealed)
        if digest_with(row.salt, text) != row.digest:
            raise ValueError("a private value does not match its digest")
        found[row.digest] = json.loads(text)
    return found


def sealed_values(connection: Connection, root_id: str) -> dict[str, tuple[str, str]]:
    """Return by digest salt and ciphertext of the personal values of ``root_id`` that were not erased."""
    rows = connection.execute(sa.select(journal_private).where(journal_private.c.root_id == root_id))
    return {row.digest: (row.salt, row.sealed) for row in rows}


def roots_with_prefix(connection: Connection, prefix: str) -> list[str]:
    """Return the ids of all roots that begin with ``prefix`` (empty: all), in order."""
    query = sa.select(root.c.id).where(root.c.id.startswith(prefix, autoescape=True)).order_by(root.c.id)
    return list(connection.scalars(query))


def chains_and_lines(connection: Connection, prefix: str) -> tuple[int, int]:
    """Return how many chains begin with ``prefix`` (empty: all), and how many lines they hold together."""
    query = sa.select(sa.func.count(), sa.func.coalesce(sa.func.sum(root.c.seq), 0))
    chains, lines = connection.execute(query.where(root.c.id.startswith(prefix, autoescape=True))).one()
    return int(chains), int(lines)


def lines_without_command(connection: Connection) -> list[tuple[str, int]]:
    """Return (root id, seq) of lines whose command left no idempotency row: a sign of a torn write."""
    told = (idempotency.c.account == journal_line.c.account) & (idempotency.c.key == journal_line.c.command_key)
    query = (
        sa.select(journal_line.c.root_id, journal_line.c.seq)
        .outerjoin(idempotency, told)
        .where(journal_line.c.command_key != "", idempotency.c.key.is_(None))
    )
    return [(row.root_id, row.seq) for row in connection.execute(query)]


def commands_without_their_lines(connection: Connection) -> list[tuple[str, str, int, int]]:
    """Return (account, command, lines left, lines found) of commands whose lines are not all there, or are more."""
    # Counted once over all lines: that is quicker than asking for each command's, and no index has to be kept for it.
    each = (
        sa.select(journal_line.c.account, journal_line.c.command_key, sa.func.count().label("lines"))
        .where(journal_line.c.command_key != "")
        .group_by(journal_line.c.account, journal_line.c.command_key)
        .subquery()
    )
    found = sa.func.coalesce(each.c.lines, 0)
    query = (
        sa.select(idempotency.c.account, idempotency.c.command, idempotency.c.lines, found.label("found"))
        .outerjoin(each, (each.c.account == idempotency.c.account) & (each.c.command_key == idempotency.c.key))
        .where(idempotency.c.lines.is_not(None), found != idempotency.c.lines)
        .order_by(idempotency.c.account, idempotency.c.command)
    )
    return [(row.account, row.command, row.lines, row.found) for row in connection.execute(query)]


def lines_unlike_their_command(connection: Connection) -> list[tuple[str, int]]:
    """Return (root id, seq) of lines that name another command, or another instant, than their key was used for."""
    told = (idempotency.c.account == journal_line.c.account) & (idempotency.c.key == journal_line.c.command_key)
    named = sa.literal('"command":"') + idempotency.c.command + sa.literal('"')
    query = (
        sa.select(journal_line.c.root_id, journal_line.c.seq)
        .join(idempotency, told)
        .where(
            journal_line.c.command_key != "",
            sa.or_(~journal_line.c.body.contains(named), journal_line.c.at != idempotency.c.at),
        )
    )
    return [(row.root_id, row.seq) for row in connection.execute(query)]


def _line(row: Any) -> Line:
    body = _body(row)
    if body is None:
        # Nothing of it is guessed at; who shows it says that it cannot be read.
        why = f"（这一条{_strange(row.type, row.body)[0]}）"
        return Line(row.root_id, row.seq, row.type, row.at, row.account, {}, row.hash, "", why, "", "")
    return Line(
        root=row.root_id, seq=row.seq, type=row.type, at=row.at, account=row.account, data=body["data"],
        hash=row.hash, previous=body["prev"], sentence=sentence(row.type, body["data"]),
        command=body["command"], key=body["key"], on_behalf=body["actor"].get("on_behalf", ""),
        version=body["v"],
    )  # fmt: skip


def _body(row: Any) -> dict[str, Any] | None:
    """Return what a line says, or None when it is not of the form that this program writes."""
    try:
        body = json.loads(row.body)
        whole = body["v"] == ENVELOPE_VERSION and isinstance(body["data"], dict) and isinstance(body["actor"], dict)
        return body if whole and {"prev", "command", "key"} <= body.keys() else None
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
