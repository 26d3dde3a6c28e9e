"""Working through a batch of cases that are moved to another release: one short transaction each.

Killed at any point it is simply begun again: a case whose move was committed is settled in the same transaction.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from typing import Any, Protocol

from engine.foundation.errors import Refusal, Unavailable
from engine.foundation.store.commands import Command
from engine.foundation.store.unit import Actor, LostRace
from engine.oversight.publishing.migrating.commands import Ids, MigrateCase, NoteUnmoved
from engine.oversight.publishing.migrating.queries import BatchRow, batch_by_id, rows_of
from engine.process.bpmn.releases.queries import release_at
from engine.registry.identity.reading import Reading

LOG = logging.getLogger("yichuang.migrating")


class Hand(Protocol):
    """The door, as whoever works through a batch needs it."""

    def execute(self, command: Command, actor: Actor, *, key: str) -> Mapping[str, Any]:
        """Carry out a command exactly once under its key."""

    def read(self, actor: Actor, *, action: str | None = None) -> AbstractContextManager[Reading]:
        """Open a reading."""


def work_through(
    door: Hand, actor: Actor, batch: str, go_on: Callable[[], bool] = lambda: True, *, most: int | None = None
) -> list[BatchRow]:
    """Move every case of the batch that is still to be moved, or ``most`` of them; return all its rows then.

    A case that somebody is working on at this very moment stays chosen: the batch is begun again for it.  ``go_on`` is
    asked before each case whether to stop.  Raises :class:`Unavailable` when the database is away.
    """
    work_on(door, actor, batch, go_on, most=most)
    with door.read(actor, action=MigrateCase.action) as view:
        return rows_of(view.connection, batch)


def work_on(
    door: Hand, actor: Actor, batch: str, go_on: Callable[[], bool] = lambda: True, *, most: int | None = None
) -> int:
    """Do the same without looking at the rows again; return how many cases were tried."""
    with door.read(actor, action=MigrateCase.action) as view:
        said = batch_by_id(view.connection, batch)
        number = release_at(view.connection, said.release_id).number
        waiting = rows_of(view.connection, batch, state="chosen", limit=most)
    tried = 0
    for row in waiting:
        if not go_on():
            break
        tried += 1
        _move(door, actor, row, MigrateCase(
            case_no=row.case_no, number=number, ids=_plain(said.ids), reason=said.reason, batch=batch
        ))  # fmt: skip
    return tried


def _move(door: Hand, actor: Actor, row: BatchRow, command: MigrateCase) -> None:
    try:
        door.execute(command, actor, key=f"migrate:{command.batch.partition(':')[2]}:{row.number}")
    except Unavailable:
        raise
    except LostRace:
        LOG.warning("%s is being worked on; it stays in the batch", row.case_no)
    except Refusal as refusal:
        _note(door, actor, row, command.batch, refusal.sentence)
    except Exception as error:  # one broken case must not hold up the others
        LOG.exception("%s could not be moved", row.case_no)
        sentence = f"系统出错（{type(error).__name__}），本件没有改动。请系统管理员查看日志后再迁移。"
        _note(door, actor, row, command.batch, sentence)


def _note(door: Hand, actor: Actor, row: BatchRow, batch: str, sentence: str) -> None:
    key = f"unmoved:{batch.partition(':')[2]}:{row.number}"
    door.execute(NoteUnmoved(batch=batch, number=row.number, sentence=sentence), actor, key=key)


def _plain(ids: Ids) -> dict[str, dict[str, str]]:
    return {process: dict(names) for process, names in ids.items()}
