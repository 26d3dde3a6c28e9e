"""Rows of tasks, instances, steps, parts and drafts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.foundation.store.portable import insert_if_missing, insert_or_update, keep_to_indexes
from engine.foundation.store.unit import Actor, Unit
from engine.foundation.vault import Vault
from engine.process.bpmn import OpenTask
from engine.process.tasks.advancing.queries import drawn, task_of
from engine.process.tasks.handing.queries import end_delegations
from engine.process.tasks.phone.queries import close_links_of_tasks
from engine.process.tasks.rules import InstanceRow, Task, task_id
from engine.process.tasks.tables import participation, process_instance, step, task, task_draft

BOXES: Mapping[str, str] = {"mine": "我的", "role": "本岗位待签收", "department": "本部门"}
MOST = 10_000
"""A box is counted and paged as far as this; beyond it a page says “10000+”."""


@dataclass(frozen=True)
class Step:
    """One element the case passed."""

    number: int
    run: int
    task_no: int
    process: str
    element: str
    kind: str
    name: str
    lane: str
    state: str
    at: datetime
    account: str
    on_behalf: str | None = None
    """For whom, absent, it was done (请假代理)."""
    within: int | None = None
    undone: bool | None = None


def instances_of(connection: Connection, root_id: str) -> list[InstanceRow]:
    """Return the runs of a root, the main process first."""
    mine = process_instance.c.root_id == root_id
    query = sa.select(process_instance).where(mine).order_by(process_instance.c.run)
    return [InstanceRow(*row) for row in connection.execute(query)]


def releases_of_runs(connection: Connection, root_ids: Iterable[str]) -> dict[tuple[str, int], str]:
    """Return the release by which each run of the roots goes, by root and run; the runs' states are not read."""
    runs = sa.select(process_instance.c.root_id, process_instance.c.run, process_instance.c.release_id)
    found = connection.execute(runs.where(process_instance.c.root_id.in_(list(root_ids))))
    return {(row.root_id, row.run): row.release_id for row in found}


def open_runs(connection: Connection, release_ids: Iterable[str]) -> Iterator[InstanceRow]:
    """Yield every run that goes by one of the releases and has not ended, by root and run; in one statement.

    The rows are read as they are asked for: thousands of them need not lie in memory together.
    """
    mine = process_instance.c.release_id.in_(list(release_ids)) & ~process_instance.c.completed
    query = sa.select(process_instance).where(mine).order_by(process_instance.c.root_id, process_instance.c.run)
    for row in connection.execute(query, execution_options={"yield_per": 500}):
        yield InstanceRow(*row)


def main_run(runs: Sequence[InstanceRow]) -> InstanceRow | None:
    """Return the run of the main process that counts: the newest, for it may have been begun anew."""
    mains = [row for row in runs if row.process == runs[0].process]
    return mains[-1] if mains else None


def instance_of(connection: Connection, root_id: str, run: int = 0) -> InstanceRow | None:
    """Return one run of a root, or None."""
    mine = (process_instance.c.root_id == root_id) & (process_instance.c.run == run)
    row = connection.execute(sa.select(process_instance).where(mine)).one_or_none()
    return None if row is None else InstanceRow(*row)


def task_by_id(connection: Connection, id: str) -> Task | None:
    """Return a task, or None."""
    row = connection.execute(sa.select(task).where(task.c.id == id)).one_or_none()
    return None if row is None else _task(row)


def tasks_of(connection: Connection, root_id: str, *, state: str | None = None) -> list[Task]:
    """Return the tasks of a case in the order they were opened, all or those in ``state``."""
    query = sa.select(task).where(task.c.root_id == root_id).order_by(task.c.run, task.c.task_no)
    if state is not None:
        query = query.where(task.c.state == state)
    return [_task(row) for row in connection.execute(query)]


def handling(connection: Connection, root_id: str) -> str | None:
    """Return the department that handles a root, or None for a root without a process."""
    first = sa.select(process_instance.c.department).where(process_instance.c.root_id == root_id)
    return connection.execute(first.order_by(process_instance.c.run).limit(1)).scalar_one_or_none()


def departments_at(connection: Connection, root_id: str) -> frozenset[str]:
    """Return the department that handles a root and those that have, or had, a task of it (6.2.2)."""
    handling = sa.select(process_instance.c.department).where(process_instance.c.root_id == root_id)
    asked = sa.select(task.c.department).where(task.c.root_id == root_id)
    return frozenset(connection.scalars(handling.union(asked)))


def renew_tasks(unit: Unit, row: InstanceRow, now_open: Iterable[OpenTask]) -> None:
    """Let the rows of open tasks say what the run's release says of them now; drafts stay.

    A task that is for somebody else now goes back to be claimed.
    """
    for one in now_open:
        before = task_by_id(unit.connection, task_id(row.root_id, row.run, one.task_no))
        values = drawn(row, one)
        if before is None or all(getattr(before, name) == _kept(value) for name, value in values.items()):
            continue
        mine = task.c.id == before.id
        unit.connection.execute(task.update().where(mine).values(**values, revision=task.c.revision + 1))
        if (before.role, before.department) != (values["role"], values["department"]):
            hold(unit, before, None)


def _kept(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def hold(unit: Unit, one: Task, holder: str | None) -> None:
    """Give the task to ``holder`` (an account), or put it back when None; other people's telephones' links end.

    Who was asked to prepare it for the holder before need not any more, and is told.
    """
    absent = unit.on_behalf if holder == unit.actor.account else None
    values = {
        "holder": holder, "held_since": unit.now if holder else None, "delegate": None,
        "on_behalf": None if absent is None else absent.account,
    }  # fmt: skip
    unit.connection.execute(task.update().where(task.c.id == one.id).values(**values, revision=task.c.revision + 1))
    close_links_of_tasks(unit, [one.id], keep=holder)
    if one.delegate is not None:
        end_delegations(unit, one)


def held_by(connection: Connection, account: str) -> list[Task]:
    """Return the open tasks in the hands of ``account``, oldest first."""
    query = sa.select(task).where(task.c.state == "open", task.c.holder == account)
    return [_task(row) for row in connection.execute(query.order_by(task.c.held_since, task.c.id))]


def inbox(
    connection: Connection, actor: Actor, box: str, *, offset: int = 0, limit: int = 50
) -> tuple[list[Task], int]:
    """Return a page of open tasks of ``box`` (mine, role or department), oldest first, and how many there are.

    The count is at most ``MOST + 1``, which means more; nothing behind ``MOST`` is shown.
    """
    keep_to_indexes(connection)
    page = walk(actor, box, min(offset + limit, MOST)).subquery()
    ids = sa.select(page.c.id).order_by(page.c.opened_at, page.c.id).offset(offset).limit(limit)
    return tasks_by_id(connection, connection.scalars(ids)), _count(connection, actor, box)


def box_counts(connection: Connection, actor: Actor) -> dict[str, int]:
    """Return how many open tasks lie in each box, each at most ``MOST + 1``."""
    keep_to_indexes(connection)
    return {box: _count(connection, actor, box) for box in BOXES}


def walk(actor: Actor, box: str, most: int, *, roots: bool = False) -> sa.CompoundSelect[Any]:
    """Return the oldest ``most`` tasks of each part of a box as (id, opened_at), with ``roots`` their root_id too.

    Without the roots the index alone answers.
    One walk along an index for each role or department of the actor: an OR over them would have to sort them all.
    """
    columns = (task.c.id, task.c.opened_at, *((task.c.root_id,) if roots else ()))
    parts = [
        sa.select(*columns)
        .where(_OPEN, *conditions)
        .order_by(task.c.opened_at, task.c.id)
        .limit(most)
        .subquery()
        for conditions in _in_box(actor, box)
    ]
    return sa.union_all(*(sa.select(part) for part in parts))


def tasks_by_id(connection: Connection, ids: Iterable[str]) -> list[Task]:
    """Return tasks in the order of ``ids``; one that does not exist is left out."""
    wanted = list(ids)
    rows = {row.id: row for row in connection.execute(sa.select(task).where(task.c.id.in_(wanted)))}
    return [_task(rows[id]) for id in wanted if id in rows]


def open_tasks_of(connection: Connection, root_ids: Iterable[str]) -> dict[str, list[Task]]:
    """Return the open tasks of several cases by root id, each case's in the order they were opened."""
    query = sa.select(task).where(_OPEN, task.c.root_id.in_(list(root_ids))).order_by(task.c.run, task.c.task_no)
    found: dict[str, list[Task]] = {}
    for row in connection.execute(query):
        found.setdefault(row.root_id, []).append(_task(row))
    return found


def held_roots(account: str) -> sa.Select[tuple[str]]:
    """Return the cases in which ``account`` holds an open task, as a table of root ids."""
    return sa.select(task.c.root_id).distinct().where(_OPEN, task.c.holder == account)


_OPEN = task.c.state == sa.literal_column("'open'")
"""Written out, not bound: only then can both databases see that the partial indexes fit."""


def _count(connection: Connection, actor: Actor, box: str) -> int:
    part = walk(actor, box, MOST + 1).subquery()
    return min(int(connection.execute(sa.select(sa.func.count()).select_from(part)).scalar_one()), MOST + 1)


def _in_box(actor: Actor, box: str) -> list[list[sa.ColumnElement[bool]]]:
    lent = {(post.role, post.department) for post in actor.stands_in}
    if box == "mine":
        absent = [
            [task.c.holder == post.account, task.c.role == post.role, task.c.department == post.department]
            for post in actor.stands_in
        ]
        return [[task.c.holder == actor.account], *absent]
    if box == "role":
        posts = sorted({*actor.grants, *lent}) or [("", "")]
        return [[task.c.holder.is_(None), task.c.role == role, task.c.department == place] for role, place in posts]
    return [[task.c.department == place] for place in sorted(actor.departments()) or [""]]


def steps_of(connection: Connection, root_id: str) -> list[Step]:
    """Return the elements the case passed, in order."""
    columns = [column for column in step.c if column.name != "root_id"]
    query = sa.select(*columns).where(step.c.root_id == root_id).order_by(step.c.number)
    return [Step(*row) for row in connection.execute(query)]


def parts_played(connection: Connection, root_id: str, person: str) -> frozenset[str]:
    """Return the parts that this natural person has played in the case."""
    query = sa.select(participation.c.part).where(participation.c.root_id == root_id, participation.c.person == person)
    return frozenset(connection.scalars(query))


def everybodys_parts(connection: Connection, root_id: str) -> dict[str, frozenset[str]]:
    """Return, for each natural person in the case, the parts played."""
    query = sa.select(participation.c.person, participation.c.part).where(participation.c.root_id == root_id)
    parts: dict[str, frozenset[str]] = {}
    for row in connection.execute(query):
        parts[row.person] = parts.get(row.person, frozenset()) | {row.part}
    return parts


def play_part(unit: Unit, root_id: str, part: str, *, player: Actor | None = None) -> None:
    """Note that the acting person, or the ``player`` whom the act appoints, plays ``part`` in the case."""
    who = player or unit.actor
    values = {"root_id": root_id, "person": who.person, "part": part, "account": who.account, "at": unit.now}
    insert_if_missing(unit.connection, participation, values)


def draft_of(connection: Connection, vault: Vault, task_id: str, account: str) -> Mapping[str, Any] | None:
    """Return what ``account`` has typed so far into the task's form, or None."""
    mine = (task_draft.c.task_id == task_id) & (task_draft.c.account == account)
    sealed = connection.execute(sa.select(task_draft.c.sealed).where(mine)).scalar_one_or_none()
    return None if sealed is None else dict(vault.unseal_json(sealed))


def put_draft(unit: Unit, task_id: str, data: Mapping[str, Any]) -> None:
    """Keep what the actor has typed so far; other people's drafts stay untouched."""
    insert_or_update(
        unit.connection,
        task_draft,
        {
            "task_id": task_id,
            "account": unit.actor.account,
            "sealed": unit.part(Vault).seal_json(data),
            "saved_at": unit.now,
        },
        ["task_id", "account"],
    )


def drafts_of_closed_tasks(connection: Connection) -> list[str]:
    """Return the roots with a draft of a task that is not open any more: there must be none."""
    query = sa.select(task.c.root_id).join(task_draft, task_draft.c.task_id == task.c.id).where(task.c.state != "open")
    return list(connection.scalars(query.distinct().order_by(task.c.root_id)))


def _task(row: Any) -> Task:
    return task_of(row)
