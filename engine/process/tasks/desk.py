"""A task as its person sees it: the pinned form, filled in, and what may be done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from engine.foundation.errors import Refusal
from engine.foundation.store.unit import Unit
from engine.foundation.vault import Vault
from engine.process.bpmn.releases.bundles import Bundles
from engine.process.tasks import queries
from engine.process.tasks.advancing.queries import at_desk, keep_in_mind, run_of
from engine.process.tasks.registry import Bindings, View
from engine.process.tasks.rules import Task, refuse_expired, refuse_out_of_sight, refuse_to_take
from engine.registry.identity.queries import lapsed_at, names_of
from engine.registry.identity.rules import may_take, scope_of
from forms import Context


@dataclass(frozen=True)
class Desk:
    """An opened task."""

    task: Task
    schema: Mapping[str, Any]
    context: Context
    draft: Mapping[str, Any] | None
    """What the reader typed and kept earlier, unchecked; None when there is no draft."""
    refusal: Refusal | None
    """Why the reader may not take the task now; None when the buttons are shown."""
    holder_name: str | None
    blank: bool = False
    """Whether there is a paper to print and sign before the form can be sent."""


def find_task(view: View, id: str) -> Task:
    """Return a task that the actor may see; raise :class:`TaskMissing` otherwise.

    It is seen by its own department and by the one that handles the case; a department that was only asked sees no
    other's: its form shows what others found (6.1.6).
    """
    found = at_desk(view.connection, id)
    if found is None:
        return refuse_out_of_sight(None, id, scope_of(view.actor), frozenset())
    if isinstance(view, Unit):
        keep_in_mind(view, found)
    task, scope = found.task, scope_of(view.actor)
    departments = frozenset({task.department})
    if not scope.covers(task.department):
        departments |= {queries.handling(view.connection, task.root_id) or task.department}
    return refuse_out_of_sight(task, id, scope, departments)


def refuse_taking(view: View, task: Task) -> None:
    """Raise when the actor may not take the task now (see :func:`refuse_to_take`, :func:`refuse_expired`).

    A task in the hands of one whose mandate has expired is as free as one in nobody's: it goes to the deputy (T040).
    """
    if not may_take(view.actor, task.role, task.department):
        refuse_expired(task, _lapsed(view, task, view.actor.account))
    if task.holder not in (None, view.actor.account) and _lapsed(view, task, str(task.holder)) is not None:
        task = replace(task, holder=None)
    part = view.part(Bindings).act_of(task).part
    # Only an act that makes somebody something in the case is forbidden to those who were something else.
    played = queries.parts_played(view.connection, task.root_id, view.actor.person) if part else frozenset()
    involved = {who for who in (task.holder, task.closed_by) if who}
    names = names_of(view.connection, involved) if involved else {}
    refuse_to_take(task, view.actor, part, played, names)


def _lapsed(view: View, task: Task, account: str) -> datetime | None:
    return lapsed_at(view.connection, account, task.role, task.department, view.now)


def open_desk(view: View, id: str) -> Desk:
    """Return the task with its form, prepared data (or the reader's draft) and what may be done.

    Raises :class:`TaskMissing` when the case is out of the reader's scope.
    """
    task = find_task(view, id)
    act = view.part(Bindings).act_of(task)
    return Desk(
        task=task,
        schema=pinned_form(view, task),
        context=act.prepare(view, task),
        draft=queries.draft_of(view.connection, view.part(Vault), task.id, view.actor.account),
        refusal=_refusal(view, task),
        holder_name=names_of(view.connection, {task.holder}).get(task.holder) if task.holder else None,
        blank=act.blank is not None,
    )


def pinned_form(view: View, task: Task) -> Mapping[str, Any]:
    """Return the form schema which the task's case pinned at receipt."""
    run = run_of(view, task.root_id, task.run)
    release = view.part(Bundles).release(view.connection, run.release_id)
    return view.part(Bundles).form(view.connection, release.forms[task.form])


def _refusal(view: View, task: Task) -> Refusal | None:
    try:
        refuse_taking(view, task)
    except Refusal as refusal:
        return refusal
    return None
