"""What goes into an advance of a process and what comes out of it: plain, frozen values."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from engine.process.bpmn.decisions import Step


@dataclass(frozen=True, slots=True)
class ServiceCall:
    """A service task asks for its service.  ``facts`` and ``parameters`` are the caller's to keep."""

    task_no: int
    process_id: str
    element_id: str
    name: str
    parameters: dict[str, Any]
    facts: dict[str, Any]


@dataclass(frozen=True, slots=True)
class ServiceResult:
    """A service was called in this advance: with what, and which facts it set."""

    element_id: str
    name: str
    parameters: dict[str, Any]
    result: dict[str, Any]


@dataclass(frozen=True, slots=True)
class DecisionMade:
    """A decision was evaluated in this advance.

    ``digest`` is that of the file it stands in; ``steps`` are what it requires, in order, and last the decision itself.
    """

    element_id: str
    decision_id: str
    digest: str
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class OpenTask:
    """A user task that waits for a person.

    ``lane`` is the lane's id; ``item`` the list item of the innermost multi-instance the task is a
    part of (``department/what`` in a joint review), None outside of any; ``place`` the department
    which the item gives the task to, empty for the case's own.
    """

    task_no: int
    process_id: str
    element_id: str
    name: str
    lane: str
    form: str
    act: str
    role: str
    clauses: tuple[str, ...]
    item: Any = None
    place: str = ""


@dataclass(frozen=True, slots=True)
class Passed:
    """An element the process went through in this advance.

    ``kind`` is the BPMN name of the element (``userTask``, ``exclusiveGateway`` …); ``at`` is an
    aware UTC instant; ``state`` is ``cancelled`` for an open activity that an interruption or a
    terminate end took away; ``within`` the number of the token that called the process it lies in, None in the main
    process.
    """

    task_no: int
    process_id: str
    element_id: str
    kind: str
    name: str
    lane: str
    at: datetime
    state: Literal["completed", "cancelled"]
    within: int | None = None


@dataclass(frozen=True, slots=True)
class ArmedClock:
    """A clock boundary that waits for its clock; ``task_no`` is the number of the boundary event."""

    name: str
    task_no: int
    element_id: str


@dataclass(frozen=True, slots=True)
class ArmedTimer:
    """A plain timer that waits: ``name`` is its element's, ``due`` an aware UTC instant.

    ``left`` says how often it still rings, this time counted; None while its element is open.
    """

    name: str
    task_no: int
    element_id: str
    due: datetime
    left: int | None


@dataclass(frozen=True, slots=True)
class AwaitedMessage:
    """A message that is waited for; ``key`` is its business key, None when the name alone finds the element."""

    name: str
    task_no: int
    element_id: str
    key: str | None


@dataclass(frozen=True, slots=True)
class Instance:
    """A running process as it was stored: its key, the version of its row and its snapshot."""

    key: str
    version: int
    snapshot: bytes


@dataclass(frozen=True, slots=True)
class Advance:
    """What one advance of a process did.

    ``ends`` are the end events of the main process reached in this advance; ``opened`` the user
    tasks that are open now and were not before; ``closed`` the numbers of user tasks that were open
    before and are not any more, completed or cancelled; ``open_tasks``, ``armed`` (clocks), ``awaited`` (messages)
    and ``timers`` (plain timers) all that wait now; ``timers_set`` those that did not before, ``timers_gone`` the
    numbers of those that do no longer; ``awaited_set`` and ``awaited_gone`` the same of the messages with a business
    key; ``passed`` every element gone through, in order;
    ``next_id`` the number the next task will get.
    """

    snapshot: bytes
    state_hash: str
    completed: bool
    ends: tuple[str, ...]
    opened: tuple[OpenTask, ...]
    closed: tuple[int, ...]
    open_tasks: tuple[OpenTask, ...]
    passed: tuple[Passed, ...]
    armed: tuple[ArmedClock, ...]
    awaited: tuple[AwaitedMessage, ...]
    timers: tuple[ArmedTimer, ...]
    timers_set: tuple[ArmedTimer, ...]
    timers_gone: tuple[int, ...]
    awaited_set: tuple[AwaitedMessage, ...]
    awaited_gone: tuple[int, ...]
    services: tuple[ServiceResult, ...]
    decisions: tuple[DecisionMade, ...]
    next_id: int
    read_facts: Callable[[], dict[str, Any]] = field(repr=False, compare=False)
    hot: Any = field(default=None, repr=False, compare=False)
    """The live instance, for :meth:`Runtime.remember` only."""

    @property
    def facts(self) -> dict[str, Any]:
        """The data of the main process, read off the snapshot: the caller's to keep."""
        return self.read_facts()
