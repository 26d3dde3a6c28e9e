"""Acts and services by id: what completing a user task does, and what a service task calls.

A diagram names them; deployment checks the names; compose registers the functions.  What part an act
makes a person play is said here in code, so that no edit of a diagram can take away 受审分离.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, TypeVar

from sqlalchemy.engine import Connection

from engine.foundation.store.unit import Actor, Unit
from engine.process.tasks.rules import Task
from forms import Context

Part = TypeVar("Part")


class View(Protocol):
    """What both a unit and a reading offer."""

    @property
    def connection(self) -> Connection:
        """The database."""

    @property
    def now(self) -> datetime:
        """The instant, UTC."""

    @property
    def actor(self) -> Actor:
        """Who looks."""

    def part(self, kind: type[Part]) -> Part:
        """Return a concrete part."""


CarryOut = Callable[[Unit, Task, Mapping[str, Any]], Mapping[str, Any]]
Prepare = Callable[[View, Task], Context]
Blank = Callable[[View, Task], tuple[str, Mapping[str, Any]]]
"""Gives the kind and the data of the document that is signed on paper before the task can be sent."""


def nothing_prepared(view: View, task: Task) -> Context:
    """Start with an empty form."""
    return Context(now=view.now)


@dataclass(frozen=True)
class Act:
    """What completing a user task does: ``carry_out`` returns the routing ``facts`` it sets.

    ``blank`` is the paper for a pen, where the signed page must be there before its document can be issued.
    ``again`` says that carrying the act out once more, over the rows of the first time, is right: nothing that went out
    or counts in law came about by it (a notice issued, a clock stopped, a decision taken).  Only past such steps a case
    is sent back (退回) or a step taken back (撤回).
    ``urged_by`` is the figure (working hours) after which whoever is urged (催办) is told again.
    """

    name: str
    carry_out: CarryOut
    prepare: Prepare = nothing_prepared
    part: str | None = None
    facts: tuple[str, ...] = ()
    blank: Blank | None = None
    again: bool = False
    urged_by: str = "urge_hours"


@dataclass(frozen=True)
class Service:
    """What a service task calls, inline, in the unit: rows only, and quick."""

    name: str
    call: Callable[..., Mapping[str, Any]]
    parameters: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()


class Bindings:
    """All acts and services of this house."""

    def __init__(self, acts: tuple[Act, ...], services: tuple[Service, ...]) -> None:
        """Raises ``ValueError`` for a name given twice."""
        self.acts = {act.name: act for act in acts}
        self.services = {service.name: service for service in services}
        if len(self.acts) != len(acts) or len(self.services) != len(services):
            raise ValueError("an act or a service is bound twice")

    def act_of(self, task: Task) -> Act:
        """Return the task's act; a task without one only journals its answer."""
        return self.acts[task.act] if task.act else _PLAIN


_PLAIN = Act("", carry_out=lambda unit, task, answer: {}, again=True)
