"""Rows of countersignings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.foundation.store.unit import Actor, Unit
from engine.foundation.vault import Vault
from engine.process.tasks.countersigning.rules import Round, Signer, outcome_of_task
from engine.process.tasks.countersigning.tables import countersigner, countersigning

_SIGNER = tuple(countersigner.c[name] for name in Signer.__dataclass_fields__)


def has_rounds(task_id: sa.ColumnElement[str]) -> sa.ColumnElement[bool]:
    """Say, in a statement about tasks, that a countersigning of the task was ever asked for."""
    return sa.exists().where(countersigning.c.task_id == task_id)


def rounds_of(connection: Connection, task_id: str) -> list[Round]:
    """Return the countersignings of a task, in the order they were asked for."""
    return _rounds(connection, countersigning.c.task_id == task_id, countersigner.c.task_id == task_id)


def rounds_of_case(connection: Connection, root_id: str) -> list[Round]:
    """Return every countersigning of a case, by task."""
    return _rounds(connection, countersigning.c.root_id == root_id, countersigner.c.root_id == root_id)


def _rounds(
    connection: Connection, chosen: sa.ColumnElement[bool], theirs: sa.ColumnElement[bool]
) -> list[Round]:  # fmt: skip
    rows = connection.execute(
        sa.select(countersigning).where(chosen).order_by(countersigning.c.task_id, countersigning.c.round)
    ).all()
    if not rows:
        return []
    signers: dict[tuple[str, int], list[Signer]] = {}
    order = (countersigner.c.task_id, countersigner.c.round, countersigner.c.number)
    query = sa.select(countersigner.c.task_id, countersigner.c.round, *_SIGNER).where(theirs).order_by(*order)
    for row in connection.execute(query):
        signers.setdefault((row.task_id, row.round), []).append(Signer(*tuple(row)[2:]))
    return [
        Round(
            row.root_id, row.task_id, row.round, row.mode, row.percent, row.question, row.state, row.asked_by,
            row.asked_at, row.settled_at, row.ended_by, row.reason, row.sealed is not None,
            tuple(signers.get((row.task_id, row.round), ())),
        )
        for row in rows
    ]  # fmt: skip


def outcome(connection: Connection, task_id: str) -> str | None:
    """Return what the countersigning of a task has come to: ``pending``, ``agreed``, ``refused``; None without one.

    It is the pure rule over the rows as they are; what was called off, or went with its task, says nothing.
    """
    return outcome_of_task(rounds_of(connection, task_id))


def draft_shown(connection: Connection, vault: Vault, task_id: str, round: int) -> Mapping[str, Any] | None:
    """Return the draft that the holder showed to the signers, or None."""
    mine = (countersigning.c.task_id == task_id) & (countersigning.c.round == round)
    sealed = connection.execute(sa.select(countersigning.c.sealed).where(mine)).scalar_one_or_none()
    return None if sealed is None else dict(vault.unseal_json(sealed))


def put_round(
    unit: Unit, root_id: str, task_id: str, round: int, draft: Mapping[str, Any] | None, **values: Any
) -> None:
    """Insert a countersigning that the actor asks for."""
    sealed = None if draft is None else unit.part(Vault).seal_json(draft)
    unit.connection.execute(
        countersigning.insert().values(
            root_id=root_id, task_id=task_id, round=round, sealed=sealed, state="pending",
            asked_by=unit.actor.account, asked_at=unit.now, **values,
        )
    )  # fmt: skip


def put_signers(
    unit: Unit, root_id: str, task_id: str, round: int, asked: Iterable[tuple[int, Actor, str, str]]
) -> None:
    """Insert who is asked: number, who, and the post (role, department) for which they are."""
    unit.connection.execute(
        countersigner.insert(),
        [
            {
                "root_id": root_id, "task_id": task_id, "round": round, "number": number, "account": who.account,
                "person": who.person, "name": who.name, "role": role, "department": department,
                "added_by": unit.actor.account, "added_at": unit.now, "waits": False,
            }
            for number, who, role, department in asked
        ],
    )  # fmt: skip


def set_signer(unit: Unit, task_id: str, round: int, number: int, **values: Any) -> None:
    """Set columns of one signer."""
    mine = _of(task_id, round) & (countersigner.c.number == number)
    unit.connection.execute(countersigner.update().where(mine).values(**values))


def set_waiting(unit: Unit, task_id: str, round: int, numbers: Iterable[int]) -> None:
    """Let exactly these signers of a round have it in their box."""
    wanted = countersigner.c.number.in_(list(numbers))
    unit.connection.execute(countersigner.update().where(_of(task_id, round)).values(waits=wanted))


def set_round(unit: Unit, task_id: str, round: int, **values: Any) -> None:
    """Set columns of one countersigning."""
    mine = (countersigning.c.task_id == task_id) & (countersigning.c.round == round)
    unit.connection.execute(countersigning.update().where(mine).values(**values))


def lapse_of_tasks(unit: Unit, task_ids: Iterable[str]) -> None:
    """Let what is still open of closed tasks lapse, and leave the boxes."""
    gone = list(task_ids)
    mine = countersigning.c.task_id.in_(gone) & (countersigning.c.state == "pending")
    lapsed = countersigning.update().where(mine).values(state="lapsed", settled_at=unit.now)
    if unit.connection.execute(lapsed).rowcount:
        waiting = countersigner.c.task_id.in_(gone) & countersigner.c.waits
        unit.connection.execute(countersigner.update().where(waiting).values(waits=False))


def waiting_for(connection: Connection, account: str, *, limit: int = 200) -> list[str]:
    """Return the tasks whose countersigning waits for ``account``, oldest first."""
    query = sa.select(countersigner.c.task_id).where(countersigner.c.account == account, countersigner.c.waits)
    return list(connection.scalars(query.order_by(countersigner.c.added_at, countersigner.c.task_id).limit(limit)))


def count_waiting(connection: Connection, account: str) -> int:
    """Return how many countersignings wait for ``account``."""
    query = sa.select(sa.func.count()).select_from(countersigner)
    return int(connection.execute(query.where(countersigner.c.account == account, countersigner.c.waits)).scalar_one())


def _of(task_id: str, round: int) -> sa.ColumnElement[bool]:
    return (countersigner.c.task_id == task_id) & (countersigner.c.round == round)
