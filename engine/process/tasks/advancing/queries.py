"""The rows that every act reads first and every advance writes last, by statements that are built once.

A row that was read while its root was locked stays as it is until this unit changes it; so it is kept in
``Unit.known`` and not read again, and whoever writes it here puts the new one there.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Protocol

import sqlalchemy as sa
from sqlalchemy import bindparam
from sqlalchemy.engine import Connection

from engine.foundation.store.behind import put
from engine.foundation.store.unit import Unit
from engine.process.bpmn import OpenTask, Passed
from engine.process.tasks.countersigning.queries import has_rounds, lapse_of_tasks
from engine.process.tasks.phone.queries import close_links_of_tasks, has_links
from engine.process.tasks.rules import InstanceRow, Task, place_of, task_id
from engine.process.tasks.shift.queries import drop_copies, has_copies
from engine.process.tasks.tables import process_instance, step, task, task_draft


class Reads(Protocol):
    """Whatever has a connection: a reading, or a unit."""

    @property
    def connection(self) -> Connection:
        """The database."""


@dataclass(frozen=True)
class AtDesk:
    """A task, the run it belongs to, and what an advance of that run has to know besides.

    ``steps`` is how many steps the root has; ``bare`` says that nobody has a draft of the task, a copy of one, or an
    open telephone link for it, nor was asked to countersign it; ``asked`` that somebody was.
    """

    task: Task
    run: InstanceRow
    steps: int
    bare: bool
    asked: bool


def _count_of_steps(root_id: Any) -> Any:
    return sa.select(sa.func.coalesce(sa.func.max(step.c.number), 0)).where(step.c.root_id == root_id).scalar_subquery()


_TASK = (task.c.root_id == bindparam("of_root")) & (task.c.run == bindparam("of_run"))
_RUN = (process_instance.c.root_id == bindparam("of_root")) & (process_instance.c.run == bindparam("of_run"))

_AT_DESK = (
    sa.select(
        *task.c,
        *(column.label(f"run_{column.name}") for column in process_instance.c),
        _count_of_steps(task.c.root_id).label("steps"),
        sa.or_(sa.exists().where(task_draft.c.task_id == task.c.id), has_copies(task.c.id), has_links(task.c.id)).label(
            "loose"
        ),
        has_rounds(task.c.id).label("asked"),
    )
    .join(process_instance, (process_instance.c.root_id == task.c.root_id) & (process_instance.c.run == task.c.run))
    .where(task.c.id == bindparam("of_task"))
)
_THE_RUN = sa.select(process_instance).where(_RUN)
_STEPS = sa.select(_count_of_steps(bindparam("of_root")))
_MOVING = ("release_id", "version", "snapshot", "state_hash", "completed")
"""What changes when a run moves; its release does when it goes on with another one."""

_INSERT_RUN = process_instance.insert()
_MOVE_RUN = process_instance.update().where(_RUN).values({name: bindparam(f"new_{name}") for name in _MOVING})
_CLOSE = (
    task.update()
    .where(_TASK, task.c.task_no == bindparam("of_no"), task.c.state == "open")
    .values(
        state=bindparam("new_state"), closed_at=bindparam("now"), closed_by=bindparam("by"), delegate=None,
        on_behalf=bindparam("for_whom"), revision=task.c.revision + 1,
    )
)  # fmt: skip
_TAKE_AND_CLOSE = _CLOSE.values(holder=bindparam("by"), held_since=bindparam("now"), revision=task.c.revision + 2)
_OPEN = task.insert()
_PASS = step.insert()


def at_desk(connection: Connection, id: str) -> AtDesk | None:
    """Return the task ``id`` and its run, or None."""
    row = connection.execute(_AT_DESK, {"of_task": id}).one_or_none()
    if row is None:
        return None
    values = tuple(row)
    width, wide = len(task.c), len(process_instance.c)
    steps, loose, asked = values[-3:]
    run = InstanceRow(*values[width : width + wide])
    return AtDesk(task_of(values[:width]), run, steps, bare=not (loose or asked), asked=bool(asked))


def task_of(values: Iterable[Any]) -> Task:
    """Return the task whose columns have these ``values``, in the order of the table."""
    told = dict(zip(_TASK_COLUMNS, values, strict=True))
    told["clauses"] = tuple(told["clauses"])
    return Task(**told)


_TASK_COLUMNS = tuple(task.c.keys())


def keep_in_mind(unit: Unit, found: AtDesk) -> None:
    """Keep what was read for the rest of the unit, if its root is locked."""
    root_id = found.task.root_id
    if root_id in unit.roots:
        unit.known["run", root_id, found.run.run] = found.run
        unit.known["steps", root_id] = found.steps
        unit.known["bare", found.task.id] = found.bare
        unit.known["asked", found.task.id] = found.asked


def run_of(view: Reads, root_id: str, run: int) -> InstanceRow:
    """Return a run of a root, in a unit as it stands there; raise LookupError when there is none."""
    if isinstance(view, Unit) and ("run", root_id, run) in view.known:
        known: InstanceRow = view.known["run", root_id, run]
        return known
    row = view.connection.execute(_THE_RUN, {"of_root": root_id, "of_run": run}).one_or_none()
    if row is None:
        raise LookupError(f"{root_id} has no run {run}")
    return InstanceRow(*row)


def put_instance(unit: Unit, moved: InstanceRow) -> None:
    """Insert the row of a run that has just begun, or replace that of one which has moved; its root is locked."""
    if moved.version == 1:
        put(unit.connection, _INSERT_RUN, vars(moved))
    else:
        changed = {f"new_{name}": getattr(moved, name) for name in _MOVING}
        put(unit.connection, _MOVE_RUN, {"of_root": moved.root_id, "of_run": moved.run, **changed})
    unit.known["run", moved.root_id, moved.run] = moved


def open_tasks(unit: Unit, row: InstanceRow, opened: Iterable[OpenTask]) -> None:
    """Insert rows for user tasks that a run has just reached."""
    rows = [
        {
            "id": task_id(row.root_id, row.run, one.task_no),
            "root_id": row.root_id,
            "run": row.run,
            "task_no": one.task_no,
            **drawn(row, one),
            "item": one.item if isinstance(one.item, str) else None,
            "state": "open",
            "opened_at": unit.now,
            "revision": 1,
        }
        for one in opened
    ]
    if rows:
        put(unit.connection, _OPEN, rows)


def drawn(row: InstanceRow, one: OpenTask) -> dict[str, Any]:
    """Return what of a task's row comes from the drawing."""
    return {
        "process": one.process_id,
        "element": one.element_id,
        "name": one.name,
        "lane": one.lane,
        "form": one.form,
        "act": one.act or None,
        "role": one.role,
        "department": place_of(one.role, one.place or row.department),
        "clauses": list(one.clauses),
    }


def close_task(unit: Unit, row: InstanceRow, task_no: int, state: str, *, take: bool = False) -> None:
    """Mark a task of a run completed or cancelled by the actor; drop all drafts of it, end its telephones' links.

    A countersigning that is still open ends with it.

    With ``take`` the actor takes it in the same stroke: it was in nobody's hands, or in those of one who may not.
    """
    told = {
        "of_root": row.root_id, "of_run": row.run, "of_no": task_no, "new_state": state, "now": unit.now,
        "by": unit.actor.account, "for_whom": None if unit.on_behalf is None else unit.on_behalf.account,
    }  # fmt: skip
    put(unit.connection, _TAKE_AND_CLOSE if take else _CLOSE, told)
    id = task_id(row.root_id, row.run, task_no)
    if not unit.known.get(("bare", id)):
        unit.connection.execute(task_draft.delete().where(task_draft.c.task_id == id))
        drop_copies(unit, [id])
        close_links_of_tasks(unit, [id])
        lapse_of_tasks(unit, [id])


def add_steps(unit: Unit, root_id: str, run: int, passed: Iterable[Passed]) -> None:
    """Append the elements that an advance of a run has passed."""
    last = unit.known.get(("steps", root_id))
    if last is None:
        last = unit.connection.execute(_STEPS, {"of_root": root_id}).scalar_one()
    rows = [
        {
            "root_id": root_id,
            "number": last + offset,
            "run": run,
            "task_no": one.task_no,
            "process": one.process_id,
            "element": one.element_id,
            "kind": one.kind,
            "name": one.name or "",
            "lane": one.lane or "",
            "state": one.state,
            "at": unit.now,
            "account": unit.actor.account,
            "on_behalf": None if unit.on_behalf is None else unit.on_behalf.account,
            "within": one.within,
        }
        for offset, one in enumerate(passed, 1)
    ]
    if rows:
        put(unit.connection, _PASS, rows)
    unit.known["steps", root_id] = last + len(rows)
