"""Working through a batch of cases that are moved to another release: one short transaction each.

Killed at any point it is simply begun again: a case whose move was committed is settled in the same transaction.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

from engine.door import Door
from engine.foundation.errors import Refusal, Unavailable
from engine.foundation.store.unit import Actor, LostRace
from engine.oversight.publishing.migrating.commands import Ids, MigrateCase, NoteUnmoved
from engine.oversight.publishing.migrating.queries import BatchRow, batch_by_id, rows_of
from engine.process.bpmn.releases.queries import release_at

LOG = logging.getLogger("yichuang.migrating")


def work_through(door: Door, actor: Actor, batch: str, go_on: Callable[[], bool] = lambda: True) -> list[BatchRow]:
    """Move every case of the batch that is still to be moved; return all its rows as they are then.

    A case that somebody is working on at this very moment stays chosen: the batch is begun again for it.  ``go_on`` is
    asked before each case whether to stop.  Raises :class:`Unavailable` when the database is away.
    """
    with door.read(actor, action=MigrateCase.action) as view:
        said = batch_by_id(view.connection, batch)
        number = release_at(view.connection, said.release_id).number
        waiting = rows_of(view.connection, batch, state="chosen")
    for row in waiting:
        if not go_on():
            break
        _move(door, actor, row, MigrateCase(
            case_no=row.case_no, number=number, ids=_plain(said.ids), reason=said.reason, batch=batch
        ))  # fmt: skip
    with door.read(actor, action=MigrateCase.action) as view:
        return rows_of(view.connection, batch)


def _move(door: Door, actor: Actor, row: BatchRow, command: MigrateCase) -> None:
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


def _note(door: Door, actor: Actor, row: BatchRow, batch: str, sentence: str) -> None:
    key = f"unmoved:{batch.partition(':')[2]}:{row.number}"
    door.execute(NoteUnmoved(batch=batch, number=row.number, sentence=sentence), actor, key=key)


def _plain(ids: Ids) -> dict[str, dict[str, str]]:
    return {process: dict(names) for process, names in ids.items()}
