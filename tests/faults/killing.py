"""Killing one command at each of its write points, in forks of a process that has the house composed already."""

from __future__ import annotations

import os
import signal
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from engine.door import Door
from engine.foundation.blobs.storage import Blobs
from engine.foundation.clock import FixedClock
from engine.foundation.store.unit import RootBusy
from engine.oversight.audit.invariants.verifying import verify
from engine.process.bpmn.releases.bundles import Bundles
from engine.registry.identity.rules import SYSTEM
from tests.faults.recording import Wish
from tests.support.processes import kill_me
from tests.support.threads import in_threads
from yichuang.compose import compose

CLICKS = 6
"""A hand on the mouse, and a browser that sends again."""

WRITES = ("INSERT", "UPDATE", "DELETE", "WITH", "COPY")
_UNSCANNABLE = {"sqlite": {"search_index"}, "postgresql": set[str]()}
"""A full-text table without content cannot be read row by row; the tables it lies in can."""

Rows = dict[str, tuple[Any, ...]]


def cut_off(wish: Wish, turn: int | None) -> list[str]:
    """Kill the wish's command at its write points, at the commit and after it; return a sentence for each fault.

    Point n is just before the n-th writing statement, the last one just before the commit.  Without a ``turn`` all are
    tried, otherwise the first, the commit, and one between that goes round with the turn.
    """
    door = compose(wish.settings, clock=FixedClock(wish.now))
    twin = compose(wish.twin, clock=FixedClock(wish.now))
    faults = [f"before: {one}" for one in _violations(door)]
    before = rows(door)
    last = _points(twin, wish)
    chosen = range(1, last + 1) if turn is None else sorted({1, _between(wish, last, turn), last})
    for at in chosen:
        if not _killed(door, wish, at):
            faults.append(f"point {at} of {last} was never reached")
        if rows(door) != before:
            return [*faults, f"half an effect at point {at} of {last}: {_differing(before, rows(door))}"]
    if not _killed(door, wish, last, after=True):
        faults.append("there was no commit to be killed after")
    return [*faults, *_afterwards(door, twin, wish), *_clicked(wish, rows(twin))]


def _between(wish: Wish, last: int, turn: int) -> int:
    """Return the point of this turn: each kind begins elsewhere, and goes on by one from turn to turn."""
    return 1 + (zlib.crc32(wish.kind.encode()) + turn) % last


def _clicked(wish: Wish, whole: Rows) -> Iterator[str]:
    """Give the command under its one key from many threads of two hosts at the same moment: one effect, one answer.

    Who does not wait for a case that another thread has in hand is sent away; at least one is not.
    """
    doors = [compose(wish.clicked, clock=FixedClock(wish.now)) for _ in range(2)]
    answers = in_threads(CLICKS, lambda number: doors[number % 2].execute(wish.command, wish.actor, key=wish.key))
    if not wish.command.waits:
        answers = [one for one in answers if not isinstance(one, RootBusy)] or [AssertionError("all were sent away")]
    if any(one != answers[0] or isinstance(one, Exception) for one in answers):
        yield f"many clicks got many answers: {answers}"
    after = rows(doors[0])
    if sizes := {name: (len(after[name]), len(whole[name])) for name in whole if len(after[name]) != len(whole[name])}:
        yield f"many clicks had more than one effect, or less: {sizes}"
    doors[1].database.close()


def _afterwards(door: Door, twin: Door, wish: Wish) -> Iterator[str]:
    after, whole = rows(door), rows(twin)
    if sizes := {name: (len(after[name]), len(whole[name])) for name in whole if len(after[name]) != len(whole[name])}:
        yield f"not the whole effect is there, or more than it: {sizes}"
    kept = door.answer_to(type(wish.command), wish.actor, wish.key)
    told = twin.answer_to(type(wish.command), wish.actor, wish.key)
    if kept is None or told is None or kept.keys() != told.keys():
        yield f"the answer that is kept is {kept}, undisturbed it is {told}"
    answer = door.execute(wish.command, wish.actor, key=wish.key)
    if answer != kept:
        yield f"the repeated command answers {answer}, and {kept} was kept"
    if rows(door) != after:
        yield f"the repeated command did something: {_differing(after, rows(door))}"
    yield from (f"after: {one}" for one in _violations(door))


def rows(door: Door) -> Rows:
    """Return every row of every table, in no order of its own; the door has no connection open afterwards."""
    found: Rows = {}
    with door.database.reading() as connection:
        for name in set(sa.inspect(connection).get_table_names()) - _UNSCANNABLE[door.database.dialect]:
            found[name] = tuple(sorted(map(repr, connection.exec_driver_sql(f'SELECT * FROM "{name}"'))))
    # A connection may not go through a fork.
    door.database.close()
    return found


def _differing(before: Rows, after: Rows) -> list[str]:
    return [name for name in before if before[name] != after[name]]


def _violations(door: Door) -> list[str]:
    with door.read(SYSTEM) as view:
        found = verify(view.connection, door.part(Bundles), door.part(Blobs))
    door.database.close()
    return [f"{one.invariant} {one.root} {one.sentence}" for one in found]


def _points(twin: Door, wish: Wish) -> int:
    """Return how many points the command has, counted while it goes through undisturbed.

    It goes through in this very process: what is read for it once, no fork reads again.
    """
    never = _Death()
    never.lie_in_wait()
    try:
        twin.execute(wish.command, wish.actor, key=wish.key)
    finally:
        never.go_away()
        twin.database.close()
    return never.seen


def _killed(door: Door, wish: Wish, at: int, *, after: bool = False) -> bool:
    status = _forked(door, wish, _Death(at, after))
    return os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL


def _forked(door: Door, wish: Wish, death: _Death) -> int:
    """Give the command in a fork that dies as ``death`` says; return its wait status."""
    child = os.fork()
    if child:
        return os.waitpid(child, 0)[1]
    try:
        death.lie_in_wait()
        door.execute(wish.command, wish.actor, key=wish.key)
    finally:
        # Whatever happened, this fork must not go on as a second test.
        os._exit(9)


@dataclass
class _Death:
    """Comes at point ``at`` (0: never), with ``after`` when the commit at that point is done."""

    at: int = 0
    after: bool = False
    seen: int = 0

    def lie_in_wait(self) -> None:
        """Watch every statement and every commit of this process from now on."""
        for watched in self._watched():
            sa.event.listen(*watched)

    def go_away(self) -> None:
        """Watch no more."""
        for watched in self._watched():
            sa.event.remove(*watched)

    def _watched(self) -> Iterator[tuple[Any, str, Any]]:
        yield sa.Engine, "before_cursor_execute", self._statement
        yield sa.Engine, "commit", self._point
        yield sa.pool.Pool, "checkin", self._returned

    def _statement(self, _connection: Any, _cursor: Any, text: str, *_: Any) -> None:
        if text.lstrip().upper().startswith(WRITES):
            self._point()

    def _point(self, *_: Any) -> None:
        self.seen += 1
        if self.seen == self.at and not self.after:
            kill_me()

    def _returned(self, *_: Any) -> None:
        """A connection comes back to its pool: its commit is done, and nobody has been told."""
        if self.seen == self.at and self.after:
            kill_me()
