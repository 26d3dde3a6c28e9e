"""What the lines of a journal up to a moment say of tasks, clocks and documents: pure folds.

Rows say how a case stands now; these say how it stood then, from what was written down in between.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from engine.foundation.journal.queries import Line
from engine.process.clocks.ledgers import (
    EXCUSED,
    EXTENDED,
    FIRED,
    OPENED,
    ORDERED,
    OVERDUE,
    PAUSED,
    REMINDED,
    RESUMED,
    STOPPED,
)
from engine.process.clocks.yearly.recomputing import RECOMPUTED, UNRECKONED
from engine.process.documents.issuing import ISSUED, RENDERED, VOIDED
from engine.process.tasks.climbing import REASSIGNED
from engine.process.tasks.handing.handlers import DELEGATED, RECALLED, RETURNED, TRANSFERRED
from engine.process.tasks.handlers import CLAIMED, RELEASED
from engine.process.tasks.returning.tags import IN_HAND_AGAIN
from engine.process.tasks.shift.handlers import GIVEN_UP, HANDED_OVER, TAKEN_BACK

FREED = frozenset({RELEASED, REASSIGNED, TAKEN_BACK, GIVEN_UP})
"""After these nobody holds the task."""

TAKEN_BY = {TRANSFERRED: "taker_account", HANDED_OVER: "taker", IN_HAND_AGAIN: "holder"}
"""After these somebody else holds it: an account, or by the older kinds of line a name."""

RUNNING, HALTED, OVER = "running", "paused", "stopped"
CLOCK_STATES = {RUNNING: "计时", HALTED: "停表", OVER: "停止"}
_BECOMES = {OPENED: RUNNING, PAUSED: HALTED, RESUMED: RUNNING, STOPPED: OVER}
_CLOCK_LINES = frozenset(
    {
        OPENED, PAUSED, RESUMED, STOPPED, EXTENDED, EXCUSED, FIRED, REMINDED, OVERDUE, ORDERED, RECOMPUTED, UNRECKONED,
    }
)  # fmt: skip


@dataclass(frozen=True)
class Hand:
    """In whose hands a task is: ``holder`` since when (UTC), and the ``delegate`` who prepares it (委派).

    Each is an account, or a name where the line knows no more; ``holder`` is empty while nobody has taken the task.
    """

    holder: str = ""
    since: datetime | None = None
    delegate: str = ""
    on_behalf: str = ""


@dataclass(frozen=True)
class PastClock:
    """A clock as it stood: its due date as text, its state, and the seq of every line that is about it.

    ``said`` are the sentences of those lines in their order: the explanation of the date as far as it had come.
    """

    id: str
    title: str
    state: str
    due: str
    seqs: tuple[int, ...]
    said: tuple[str, ...]
    overdue: bool = False

    @property
    def due_on(self) -> date | None:
        """The day it comes due; None while that is open."""
        return date.fromisoformat(self.due[:10]) if self.due else None

    @property
    def state_name(self) -> str:
        """The state in words."""
        return CLOCK_STATES[self.state]


@dataclass(frozen=True)
class PastDocument:
    """A document as it stood; ``rendered`` tells whether its file had been made, ``void`` whether it was void."""

    id: str
    title: str
    number: str
    at: datetime
    rendered: bool = False
    void: bool = False


def hands(
    lines: Iterable[Line], again: Mapping[int, str], freed: Mapping[int, Collection[str]]
) -> dict[str, Hand]:  # fmt: skip
    """Return by task id in whose hands each task is after ``lines``; a task that nobody touched is left out.

    By seq of their lines, which do not name them: ``again`` the task that a taking back opened again, ``freed`` the
    tasks that another release gives to other people.
    """
    found: dict[str, Hand] = {}
    for line in lines:
        found |= {task: Hand() for task in freed.get(line.seq, ())}
        task = again.get(line.seq, line.data.get("task"))
        if not isinstance(task, str):
            continue
        before = found.get(task, Hand())
        if line.type == CLAIMED or line.seq in again:
            found[task] = Hand(line.account, line.at, on_behalf=line.on_behalf)
        elif line.type in FREED:
            found[task] = Hand()
        elif line.type in TAKEN_BY:
            found[task] = Hand(line.data[TAKEN_BY[line.type]], line.at)
        elif line.type == DELEGATED:
            found[task] = replace(before, delegate=line.data["delegate_account"])
        elif line.type in (RETURNED, RECALLED):
            found[task] = replace(before, delegate="")
    return found


def clocks(lines: Iterable[Line]) -> dict[str, PastClock]:
    """Return by clock id how each clock stands after ``lines``, in the order in which they were opened."""
    found: dict[str, PastClock] = {}
    for line in lines:
        if line.type not in _CLOCK_LINES or "clock" not in line.data:
            continue
        id, title = str(line.data["clock"]), line.data["title"]
        before = found.get(id) or PastClock(id, title, RUNNING, "", (), ())
        found[id] = replace(
            before,
            state=_BECOMES.get(line.type, before.state),
            due=line.data.get("due", before.due),
            seqs=(*before.seqs, line.seq), said=(*before.said, line.sentence),
            overdue=before.overdue or line.type == OVERDUE,
        )  # fmt: skip
    return found


def documents(lines: Iterable[Line]) -> dict[str, PastDocument]:
    """Return by document id the documents that had been issued after ``lines``, in that order."""
    found: dict[str, PastDocument] = {}
    for line in lines:
        id = line.data.get("document", "")
        if line.type == ISSUED:
            found[id] = PastDocument(id, line.data["title"], line.data["number"], line.at)
        elif id in found and line.type == RENDERED:
            found[id] = replace(found[id], rendered=True)
        elif id in found and line.type == VOIDED:
            found[id] = replace(found[id], void=True)
    return found
