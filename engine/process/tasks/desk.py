"""A task as its person sees it: the pinned form, filled in, and what may be done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from engine.foundation.errors import Refusal
from engine.foundation.store.unit import StandIn, Unit
from engine.foundation.vault import Vault
from engine.process.bpmn.releases.bundles import Bundles
from engine.process.tasks import queries
from engine.process.tasks.advancing.queries import at_desk, keep_in_mind, run_of
from engine.process.tasks.registry import Bindings, View
from engine.process.tasks.rules import (
    Task,
    acts_for,
    prepares,
    refuse_delegated,
    refuse_done,
    refuse_expired,
    refuse_out_of_sight,
    refuse_to_take,
)
from engine.registry.identity.leave.queries import stands_in
from engine.registry.identity.queries import holds_post, lapsed_at, names_of
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
    prepares: bool = False
    """Whether the reader fills the form for its holder, and hands it back."""
    absent: StandIn | None = None
    """For whom, absent, the reader would act."""


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
    So is one in the hands of an absent person for whom the actor stands in; then the unit remembers for whom it is.
    Raises DelegatedOut or PreparesOnly for one that was given out to be prepared.
    """
    absent = acts_for(view.actor, task)
    if task.delegate is not None and (absent is None or absent.account != task.holder):
        refuse_delegated(task, view.actor, names_of(view.connection, {task.delegate, str(task.holder)}))
    if not may_take(view.actor, task.role, task.department):
        refuse_expired(task, _lapsed(view, task, view.actor.account))
    if task.holder not in (None, view.actor.account) and _is_free(view, task, absent):
        task = replace(task, holder=None)
    part = view.part(Bindings).act_of(task).part
    # Only an act that makes somebody something in the case is forbidden to those who were something else.
    played = queries.parts_played(view.connection, task.root_id, view.actor.person) if part else frozenset()
    involved = {who for who in (task.holder, task.closed_by) if who}
    names = names_of(view.connection, involved) if involved else {}
    refuse_to_take(task, view.actor, part, played, names)
    if isinstance(view, Unit):
        view.on_behalf = absent


def note_absent(unit: Unit, task: Task) -> None:
    """Let the unit remember for whom, on leave, the actor has the task in hand: its lines name both."""
    if task.holder == unit.actor.account:
        unit.on_behalf = acts_for(unit.actor, task)


def refuse_closed(view: View, task: Task) -> None:
    """Raise TaskDone or TaskCancelled for a task that is not open any more."""
    if task.state != "open":
        refuse_done(task, names_of(view.connection, {task.closed_by}) if task.closed_by else {})


def refuse_filling(view: View, task: Task) -> None:
    """Raise when the actor may not type into the task's form: who may take it may, and who prepares it."""
    if not prepares(view.actor, task):
        refuse_taking(view, task)


def _is_free(view: View, task: Task, absent: StandIn | None) -> bool:
    """Tell whether a task in another's hands may be taken as if it were in nobody's."""
    holder = str(task.holder)
    if absent is not None and absent.account == holder:
        return True
    if _lapsed(view, task, holder) is not None:
        return True
    if task.on_behalf is None or task.state != "open":
        return False
    # Held for one who is back: the substitute may not complete it any more, unless the own post allows it.
    return not (
        stands_in(view.connection, holder, task.on_behalf, task.role, task.department, view.now)
        or holds_post(view.connection, holder, task.role, task.department, view.now)
    )


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
        prepares=prepares(view.actor, task),
        absent=acts_for(view.actor, task),
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
