"""The turn being played: where task numbers and the time come from while SpiffWorkflow runs.

SpiffWorkflow asks module globals for ids and for the time, so two threads mix theirs.  Here both
come from one context variable that is set for exactly one advance of one instance.  With none set
there is no answer: asking raises, because a task made outside an advance belongs to nobody.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from engine.process.bpmn.advance import DecisionMade, ServiceCall, ServiceResult
from engine.process.bpmn.decisions import DecisionFile

CallService = Callable[[ServiceCall], Mapping[str, Any] | None]


@dataclass(slots=True)
class Turn:
    """One advance of one instance: its time, its task numbers and what has happened in it.

    ``now`` is an aware UTC instant; ``next_id`` the number the next task gets; ``agenda`` holds the
    tasks that became ready to run by themselves, in order; ``finished`` every task that completed
    or was cancelled, in order; ``running`` the task that is being run; ``tables`` the bundle's
    decision files by the id of each decision in them.
    """

    now: datetime
    next_id: int
    call_service: CallService
    agenda: deque[Any] = field(default_factory=deque)
    finished: list[Any] = field(default_factory=list)
    services: list[ServiceResult] = field(default_factory=list)
    tables: Mapping[str, DecisionFile] = field(default_factory=dict)
    decisions: list[DecisionMade] = field(default_factory=list)
    service_failure: BaseException | None = None
    running: Any = None

    def take_id(self) -> int:
        """Return a task number no other task of this instance has."""
        number = self.next_id
        self.next_id += 1
        return number


class NoTurn(RuntimeError):
    """A task was made or moved outside an advance: there is no clock and no number for it."""


_TURN: ContextVar[Turn | None] = ContextVar("yichuang_bpmn_turn", default=None)


def turn() -> Turn:
    """Return the turn being played; raises :class:`NoTurn` when there is none."""
    current = _TURN.get()
    if current is None:
        raise NoTurn("no advance is running: tasks are made and moved only inside Runtime")
    return current


@contextmanager
def playing(current: Turn) -> Iterator[Turn]:
    """Make ``current`` the turn of this thread (and of nothing else) inside the block."""
    token = _TURN.set(current)
    try:
        yield current
    finally:
        _TURN.reset(token)
