"""牵头看板: how a joint review stands, branch by branch and as a whole, for one case or many (6.2.2, T081).

Everything is read by a fixed number of statements, however many branches or cases there are; what departments made out
is another room's and is brought along.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Final

from deadlines.law.hour_ledger import HourPause, HourResume
from deadlines.law.hours import OfficeHours
from deadlines.law.ledger import Pause, Resume
from engine.casework.cases.queries import CaseFile, cases_by_root
from engine.casework.joint.chasing.queries import chases_of_many
from engine.casework.joint.chasing.rules import PACE, Chase
from engine.casework.joint.limits import Ledgers, ledgers_of
from engine.casework.joint.queries import BranchRow, Review, branches_of_many, reviews_of_many
from engine.casework.joint.rules import GOING, OUTSIDE, followers, path_ahead
from engine.process.clocks.daybooks import words_of
from engine.process.clocks.ledgers import office_hours, stand
from engine.process.clocks.queries import ClockRow
from engine.process.clocks.rules import AnyEntry
from engine.process.tasks.queries import open_tasks_of
from engine.process.tasks.registry import View
from engine.process.tasks.rules import Task
from engine.process.tasks.urging.queries import urges_by_item
from engine.process.tasks.urging.rules import Urge, told_again_at
from engine.registry.identity.leave.queries import away_in
from engine.registry.identity.queries import names_of
from engine.registry.identity.rules import Scope
from engine.registry.organisation.queries import Department, departments
from engine.registry.policies.queries import figure

STATES: Final[Mapping[str, str]] = {
    "running": "征求意见", "concluding": "待牵头部门汇总", "concluded": "已汇总", "ended": "办件已结束"
}  # fmt: skip
"""How a review stands as a whole."""


@dataclass(frozen=True)
class Stop:
    """A time that does not count: its first day, its last one (None while it lasts), why, and by which document."""

    since: date
    until: date | None
    reason: str
    document: str


@dataclass(frozen=True)
class Limit:
    """A clock as it stands, also in words, with the pauses it had."""

    row: ClockRow
    standing: str
    word: str
    stops: tuple[Stop, ...] = ()

    @property
    def late(self) -> bool:
        """Whether it has passed and is not excused."""
        return self.standing == "overdue"


@dataclass(frozen=True)
class Hand:
    """In whose hands a branch is: a task, and its holder; without one its post waits since ``since`` (UTC)."""

    task: Task
    holder: str
    since: datetime


@dataclass(frozen=True)
class Line:
    """One branch on the board."""

    row: BranchRow
    department: Department
    limit: Limit | None
    hand: Hand | None
    waits_for: tuple[str, ...]
    """Names of the branches that have to end before it begins."""
    holds_up: tuple[str, ...]
    """Names of the branches that cannot begin before it has ended, directly or through others."""
    critical: bool
    """Whether it lies on the longest way to the conclusion."""
    made: str | None
    """What its department has made out."""
    chases: tuple[Chase, ...]
    again_at: datetime | None
    """From when (UTC) it may be chased again; None when it may be at once."""
    phone: str
    absent: str | None = None
    """Who of the department is on leave, in words; None while nothing is known of it."""
    hidden: bool = False
    """Whether what was said for it is kept from this reader (6.1.6)."""

    @property
    def going(self) -> bool:
        """Whether it is still to be decided."""
        return self.row.state in GOING

    @property
    def late(self) -> bool:
        """Whether it is still to be decided and its limit has passed."""
        return self.going and self.limit is not None and self.limit.late


@dataclass(frozen=True)
class Board:
    """A joint review as a whole."""

    case: CaseFile
    review: Review
    lead: Department
    lines: tuple[Line, ...]
    promise: Limit | None
    left: int | None
    """Working days left of the promise; None while none runs in working days."""
    needed: Decimal
    """Working days of the longest way to the conclusion."""
    path: tuple[str, ...]
    """The names of the branches on it, in order."""
    concluding: Hand | None
    """In whose hands the conclusion is."""
    names: Mapping[str, str]

    @property
    def enough(self) -> bool | None:
        """Whether what lies ahead fits into what is left of the promise; None when there is nothing to compare.

        Nothing fits into a promise that has passed, however little is left to do.
        """
        if self.left is None or self.review.state in ("concluded", "ended"):
            return None
        return not self.overdue and self.needed <= self.left

    @property
    def overdue(self) -> bool:
        """Whether the committed date itself has passed."""
        return self.promise is not None and self.promise.late

    @property
    def tight(self) -> bool:
        """Whether what lies ahead only just fits: nothing is left over, or a branch is late and takes longer still."""
        return bool(self.enough) and (self.needed == self.left or bool(self.late))

    @property
    def state(self) -> str:
        """The state in words."""
        return STATES[self.review.state]

    @property
    def asked(self) -> tuple[Line, ...]:
        """The branches that are, or were, asked."""
        return tuple(one for one in self.lines if one.row.state not in OUTSIDE)

    @property
    def late(self) -> tuple[Line, ...]:
        """The branches whose limit has passed while they are still to be decided."""
        return tuple(one for one in self.lines if one.late)

    @property
    def blocking(self) -> tuple[Line, ...]:
        """The open branches that others, or the conclusion, wait for: late ones first, then those that hold up most."""
        opened = [one for one in self.lines if one.row.state == "open"]
        return tuple(sorted(opened, key=lambda one: (not one.late, not one.critical, -len(one.holds_up))))

    def name_of(self, account: str | None) -> str:
        """Return the person's name of an account."""
        return "" if account is None else self.names.get(account, "系统" if account == "system" else account)


@dataclass(frozen=True)
class _Read:
    """What was read for all the cases at once."""

    ledgers: Ledgers
    named: Mapping[str, Department]
    names: Mapping[str, str]
    office: OfficeHours
    now: datetime
    phones: Mapping[str, str]
    away: Mapping[str, list[tuple[str, str]]]
    """Who of each department is absent now, and who stands in."""
    urges: Mapping[str, list[Urge]]
    """The urgings of each task."""
    pace: int
    """Working hours after which a branch's people are told again."""


def boards(
    view: View, root_ids: Iterable[str], made: Mapping[str, Mapping[str, str]], phones: Mapping[str, str] | None = None
) -> dict[str, Board]:
    """Return the boards of those cases that have a joint review, in the order of ``root_ids``.

    ``made`` tells by root and branch what was made out, ``phones`` the telephone of each department that has one.
    """
    roots, connection = list(root_ids), view.connection
    reviews, rows = reviews_of_many(connection, roots), branches_of_many(connection, roots)
    cases, tasks = cases_by_root(connection, roots), open_tasks_of(connection, roots)
    urged = urges_by_item(connection, roots)
    chases = chases_of_many(connection, roots, urged)
    people = {one.holder for some in tasks.values() for one in some if one.holder}
    people |= {one.account for some in chases.values() for one in some}
    for one in (row for some in rows.values() for row in some):
        people |= {who for who in (one.account, one.added_by, one.approved_by) if who}
    places = {one.department for some in rows.values() for one in some}
    read = _Read(
        ledgers_of(view, roots), departments(connection), names_of(connection, people), office_hours(connection),
        view.now, phones or {}, away_in(connection, places, view.now), _by_task(urged),
        figure(connection, PACE),
    )  # fmt: skip
    return {
        root: _board(read, cases[root], reviews[root], rows.get(root, []), tasks.get(root, []), chases.get(root, []),
                     made.get(root, {}))
        for root in roots if root in reviews
    }  # fmt: skip


def seen_by(board: Board, scope: Scope) -> Board:
    """Return the board as a reader sees it: one that was only asked reads what was said for its own branch (6.1.6)."""
    if scope.covers(board.review.lead):
        return board
    own = scope.departments
    return replace(
        board, lines=tuple(one if one.row.department in own else _covered(one) for one in board.lines), concluding=None
    )


def _covered(one: Line) -> Line:
    # Names and states are everybody's who is in the case; what was found and said is not.
    row = replace(
        one.row, findings=None, opinion=None, basis=None, conditions=None, representative=None, account=None,
        added_reason=None, dropped_reason=None,
    )  # fmt: skip
    return replace(one, row=row, hand=None, chases=(), again_at=None, made="已制作" if one.made else None, hidden=True)


def _board(
    read: _Read, case: CaseFile, review: Review, rows: Sequence[BranchRow], tasks: Sequence[Task],
    chases: Sequence[Chase], made: Mapping[str, str],
) -> Board:  # fmt: skip
    parts = [read.ledgers.part(one) for one in rows]
    needed, path = path_ahead(parts)
    named = {one.key: one for one in rows}
    waiting = {one.key for one in rows if one.state in GOING}
    promise = read.ledgers.promise(case.root_id)
    lines = []
    for row in rows:
        held = followers(parts, [row.key]) & waiting if row.key in waiting else frozenset()
        own = tuple(one for one in chases if one.key == row.key)
        clock = read.ledgers.clocks.get(row.clock_id or "")
        lines.append(
            Line(
                row, read.named[row.department],
                limit=None if clock is None else _limit(read, clock),
                hand=_hand(read, [one for one in tasks if one.item == row.item]),
                waits_for=tuple(named[key].name for key in row.depends_on if key in waiting and row.key in waiting),
                holds_up=tuple(one.name for one in rows if one.key in held),
                critical=row.key in path,
                made=made.get(row.key),
                chases=own,
                again_at=_again(read, [one for one in tasks if one.item == row.item]),
                phone=read.phones.get(row.department, ""),
                absent=_absent(read, row) if row.key in waiting else None,
            )
        )  # fmt: skip
    return Board(
        case, review, read.named[review.lead], tuple(lines), None if promise is None else _limit(read, promise),
        read.ledgers.promise_left(case.root_id), needed, tuple(named[key].name for key in path),
        _hand(read, [one for one in tasks if one.act == "joint.conclude"]), read.names,
    )  # fmt: skip


def _absent(read: _Read, row: BranchRow) -> str | None:
    away = read.away.get(row.department)
    return f"请假：{'；'.join(f'{name}（由{other}代理）' for name, other in away)}" if away else None


def _limit(read: _Read, row: ClockRow) -> Limit:
    ledgers = read.ledgers
    word = words_of(row, ledgers.calendar, ledgers.today, read.now)
    return Limit(row, stand(row, ledgers.calendar, ledgers.today).word, word, _stops(ledgers.entries[row.id]))


def _stops(entries: Sequence[AnyEntry]) -> tuple[Stop, ...]:
    """Return the pauses of a ledger, each with the day it ended."""
    ended = {one.key: one.on for one in entries if isinstance(one, (Resume, HourResume))}
    return tuple(
        Stop(one.on, ended.get(one.key), one.reason, one.document)
        for one in entries
        if isinstance(one, (Pause, HourPause))
    )


def _hand(read: _Read, tasks: Sequence[Task]) -> Hand | None:
    if not tasks:
        return None
    one = tasks[-1]
    name = "" if one.holder is None else read.names.get(one.holder, one.holder)
    return Hand(one, name, one.held_since or one.opened_at)


def _by_task(urged: Mapping[str, list[tuple[str, Urge]]]) -> dict[str, list[Urge]]:
    found: dict[str, list[Urge]] = {}
    for some in urged.values():
        for _, one in some:
            found.setdefault(one.task_id, []).append(one)
    return found


def _again(read: _Read, tasks: Sequence[Task]) -> datetime | None:
    if not tasks:
        return None
    last = tasks[-1]
    until = told_again_at(
        read.urges.get(last.id, []), last.holder, read.pace, read.ledgers.calendar, read.office
    )
    return until if until is not None and until > read.now else None
