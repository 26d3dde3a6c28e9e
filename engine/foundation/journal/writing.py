"""Appending a unit's events to their chains, in the unit's own transaction."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from engine.foundation.journal.rules import canonical, chain_hash, envelope
from engine.foundation.journal.sealing.tables import seal_queue
from engine.foundation.journal.tables import journal_line, journal_private
from engine.foundation.store.behind import put
from engine.foundation.store.tables import root
from engine.foundation.store.unit import LostRace, Recorded, Root, Unit
from engine.foundation.vault import Vault, salted_digest

_LINES = journal_line.insert()
_PRIVATE = journal_private.insert()
_WAIT = seal_queue.insert()
_MOVE = (
    root.update()
    .where(root.c.id == sa.bindparam("of_root"), root.c.version == sa.bindparam("of_version"))
    .values(version=root.c.version + 1, seq=sa.bindparam("new_seq"), head=sa.bindparam("new_head"))
)


def write_journal(unit: Unit, *, command: str, key: str) -> None:
    """Write the unit's events as chained lines, move each touched root's version and head, and let it be sealed.

    Raises :class:`LostRace` when a root moved although it was locked (a second net under the lock).
    """
    lines: list[dict[str, Any]] = []
    sealed: list[dict[str, Any]] = []
    actor = {"account": unit.actor.account, "person": unit.actor.person, "channel": unit.actor.channel}
    if unit.on_behalf is not None:
        actor["on_behalf"] = unit.on_behalf.account
    for event in unit.events:
        held = unit.roots[event.root]
        held.seq += 1
        data = {**event.data, **_sealed(unit, event, sealed)} if event.private else event.data
        text = envelope(
            root=held.id, seq=held.seq, previous=held.head, type=event.type, at=unit.now,
            actor=actor, command=command, key=key, data=data,
        )  # fmt: skip
        held.head = chain_hash(text)
        lines.append(
            {
                "root_id": held.id,
                "seq": held.seq,
                "type": event.type,
                "at": unit.now,
                "account": unit.actor.account,
                "command_key": key,
                "body": text,
                "hash": held.head,
            }
        )
    if sealed:
        put(unit.connection, _PRIVATE, sealed)
    moved = [unit.roots[id] for id in dict.fromkeys(event.root for event in unit.events)]
    if lines:
        put(unit.connection, _LINES, lines)
        put(unit.connection, _WAIT, [{"root_id": one.id, "seq": one.seq} for one in moved])
    for one in moved:
        _move(unit, one)


def _sealed(unit: Unit, event: Recorded, rows: list[dict[str, Any]]) -> Mapping[str, Any]:
    """Return the digests that stand for the personal values of an event; the sealed values join ``rows``."""
    digests: dict[str, Any] = {}
    for name, value in event.private.items():
        text = canonical(value)
        salt, digest = salted_digest(text)
        rows.append({"root_id": event.root, "digest": digest, "salt": salt, "sealed": unit.part(Vault).seal(text)})
        digests[name] = {"digest": digest}
    return digests


def _move(unit: Unit, held: Root) -> None:
    told = {"of_root": held.id, "of_version": held.version, "new_seq": held.seq, "new_head": held.head}
    if unit.connection.execute(_MOVE, told).rowcount != 1:
        raise LostRace
    held.version += 1
