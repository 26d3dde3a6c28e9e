"""Appending a unit's events to their chains, in the unit's own transaction."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from engine.foundation.journal.rules import canonical, chain_hash, envelope
from engine.foundation.journal.tables import journal_line, journal_private
from engine.foundation.store.tables import root
from engine.foundation.store.unit import LostRace, Recorded, Root, Unit
from engine.foundation.vault import Vault, salted_digest


def write_journal(unit: Unit, *, command: str, key: str) -> None:
    """Write the unit's events as chained lines and move each touched root's version and head.

    Raises :class:`LostRace` when a root moved although it was locked (a second net under the lock).
    """
    vault = unit.part(Vault)
    lines = []
    for event in unit.events:
        held = unit.roots[event.root]
        held.seq += 1
        data = {**event.data, **_sealed(unit, vault, event)}
        actor = {"account": unit.actor.account, "person": unit.actor.person, "channel": unit.actor.channel}
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
    if lines:
        unit.connection.execute(journal_line.insert(), lines)
    for id in dict.fromkeys(event.root for event in unit.events):
        _move(unit, unit.roots[id])


def _sealed(unit: Unit, vault: Vault, event: Recorded) -> Mapping[str, Any]:
    digests: dict[str, Any] = {}
    for name, value in event.private.items():
        text = canonical(value) if not isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        salt, digest = salted_digest(text)
        unit.connection.execute(
            journal_private.insert().values(root_id=event.root, digest=digest, salt=salt, sealed=vault.seal(text))
        )
        digests[name] = {"digest": digest}
    return digests


def _move(unit: Unit, held: Root) -> None:
    moved = unit.connection.execute(
        root.update()
        .where(root.c.id == held.id, root.c.version == held.version)
        .values(version=held.version + 1, seq=held.seq, head=held.head)
    ).rowcount
    if moved != 1:
        raise LostRace
    held.version += 1
