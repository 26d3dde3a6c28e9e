"""Following the log to the closed cases that are to be held against drawings, and keeping what was found of each."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.casework.cases.tables import case_file
from engine.foundation.journal.rules import canonical
from engine.foundation.journal.sealing.queries import head_of_log
from engine.foundation.journal.sealing.tables import log_leaf, seal_queue
from engine.foundation.store.portable import insert_if_missing
from engine.foundation.store.tables import root
from engine.oversight.audit.conforming.rules import OWN, PUBLISHED
from engine.oversight.audit.conforming.tables import held_case, held_deviation, held_head
from engine.oversight.audit.mining.conformance import Deviation
from engine.process.bpmn.releases.queries import current_ids
from engine.registry.identity.rules import Scope

ONLY = 1
LOOKED = 2000
"""So many leaves of the log are looked at together."""


@dataclass(frozen=True)
class Due:
    """A closed case to be held: the head of its journal now, and the published release (None where there is none)."""

    root_id: str
    case_no: str
    item_code: str
    department: str
    closed_at: datetime
    head: str
    release_id: str | None


@dataclass(frozen=True)
class Head:
    """How far the log was followed in which round, and the digest of the releases that all that is held was held by.

    The digest is empty where that is not known.
    """

    round: int
    position: int
    published: str


BEGINNING = Head(1, 0, "")


@dataclass(frozen=True)
class Look:
    """Cases that are to be held, as they were found from ``head`` on; with them the log is followed to ``end``.

    ``nothing`` says that there is nothing to be done at all.
    """

    head: Head
    due: tuple[Due, ...]
    end: int
    published: Mapping[str, str]
    nothing: bool


@dataclass(frozen=True)
class Held:
    """What was found of a case: deviations from its own releases and from the published one; ``why`` where not."""

    own: Sequence[Deviation] | None
    published: Sequence[Deviation] | None
    why: str


@dataclass(frozen=True)
class Progress:
    """How many closed cases there are in the reader's sight, and how many of them are held as they are now."""

    closed: int
    waiting: int

    @property
    def held(self) -> int:
        """Those that are held as they are now."""
        return self.closed - self.waiting


# What is to be held --------------------------------------------------------------------------------------------------


def head(connection: Connection) -> Head:
    """Return how far the log was followed; its beginning before the first case was held."""
    row = connection.execute(_HEAD).one_or_none()
    return BEGINNING if row is None else Head(*row)


_HEAD = sa.select(held_head.c.round, held_head.c.position, held_head.c.published).where(held_head.c.id == ONLY)


def look(connection: Connection, now: datetime, limit: int) -> Look:
    """Return at most ``limit`` cases that are to be held, found by the log from where it was followed to.

    A closed case is to be held when it was not yet, and when its journal has a new line or its item a new published
    release since.  However many cases are held, only those that moved are looked at; all, when a release changed.
    """
    at, published = head(connection), current_ids(connection, now)
    end = max(at.position, min(at.position + LOOKED, _size(connection)))
    due = _due(connection, _moved(at.position, end), published, _is_new() | _has_moved(), limit)
    whole, same = len(due) < limit, at.published == digest_of(published)
    if whole and not same:
        known = {one.root_id for one in due}
        found = outdated(connection, published, limit)
        due += [one for one in found if one.root_id not in known][: limit - len(due)]
    nothing = not due and same and end == at.position
    return Look(at, tuple(due), end if whole else at.position, published, nothing)


def outdated(connection: Connection, published: Mapping[str, str], limit: int) -> list[Due]:
    """Return at most ``limit`` held cases whose item has another published release than they were held against."""
    found = list[Due]()
    for item in connection.execute(sa.select(held_case.c.item_code).distinct()).scalars().all():
        if len(found) == limit:
            break
        other = sa.func.coalesce(held_case.c.release_id, "") != published.get(item, "")
        mine = sa.select(held_case.c.root_id).where(held_case.c.item_code == item, other).limit(limit - len(found))
        found += _due(connection, mine.subquery(), published, sa.true(), limit - len(found))
    return found


def _size(connection: Connection) -> int:
    log = head_of_log(connection)
    return 0 if log is None else log.size


def _moved(begin: int, end: int | None) -> sa.FromClause:
    """The roots whose heads were sealed from position ``begin`` up to ``end``, and those that wait to be sealed."""
    sealed = sa.select(log_leaf.c.root_id).where(log_leaf.c.position >= begin)
    if end is not None:
        sealed = sealed.where(log_leaf.c.position < end)
    return sealed.union(sa.select(seal_queue.c.root_id)).subquery()


def _with_cases(some: sa.FromClause) -> sa.FromClause:
    case = some.join(case_file, case_file.c.root_id == some.c.root_id).join(root, root.c.id == case_file.c.root_id)
    return case.outerjoin(held_case, held_case.c.root_id == case_file.c.root_id)


def _is_new() -> sa.ColumnElement[bool]:
    return case_file.c.closed_at.is_not(None) & held_case.c.root_id.is_(None)


def _has_moved() -> sa.ColumnElement[bool]:
    return case_file.c.closed_at.is_not(None) & (held_case.c.head != root.c.head)


def _due(
    connection: Connection, some: sa.FromClause, published: Mapping[str, str], wanted: sa.ColumnElement[bool],
    limit: int,
) -> list[Due]:  # fmt: skip
    at = case_file.c
    query = (
        sa.select(at.root_id, at.case_no, at.item_code, at.department, at.closed_at, root.c.head)
        .select_from(_with_cases(some))
        .where(wanted, at.closed_at.is_not(None))
        .order_by(at.closed_at, at.case_no)
        .limit(limit)
    )
    return [Due(*row, published.get(row.item_code)) for row in connection.execute(query)]


def _number(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
    return sa.func.count(sa.case((condition, 1)))


def digest_of(published: Mapping[str, str]) -> str:
    """Return the digest by which the published releases are known again."""
    return hashlib.sha256(canonical(published).encode()).hexdigest()


def progress(connection: Connection, scope: Scope, now: datetime) -> Progress:
    """Return how far the closed cases in the reader's scope are held."""
    published = current_ids(connection, now)
    mine = sa.true() if scope.everything else held_case.c.department.in_(scope.departments)
    each = sa.select(held_case.c.item_code, held_case.c.release_id, sa.func.count()).where(mine)
    rows = connection.execute(each.group_by(held_case.c.item_code, held_case.c.release_id)).all()
    held = sum(count for _, _, count in rows)
    old = sum(count for item, release, count in rows if release != published.get(item))
    wanted = sa.case(published, value=case_file.c.item_code, else_="") if published else sa.literal("")
    fits = sa.func.coalesce(held_case.c.release_id, "") == wanted
    query = sa.select(_number(_is_new()), _number(_has_moved() & fits))
    query = query.select_from(_with_cases(_moved(head(connection).position, None)))
    if not scope.everything:
        query = query.where(case_file.c.department.in_(scope.departments))
    new, moved = map(int, connection.execute(query).one())
    return Progress(held + new, new + moved + old)


# What was found ------------------------------------------------------------------------------------------------------


def keep_all(connection: Connection, seen: Look, found: Sequence[tuple[Due, Held]], now: datetime) -> None:
    """Keep what was found of the cases of ``seen``, at least the first of them, and how far the log is followed now.

    Whoever else is at it waits here; of a case that has moved since it was read nothing is kept, it comes again.
    """
    _begin_if_new(connection)
    at = Head(*connection.execute(_HEAD.with_for_update()).one())
    _forget_reopened(connection, seen)
    heads = sa.select(root.c.id, root.c.head).where(root.c.id.in_([case.root_id for case, _ in found]))
    still = {row.id: row.head for row in connection.execute(heads)}
    for case, held in found:
        if still.get(case.root_id) == case.head:
            _keep(connection, case, held, now)
    used = digest_of(seen.published)
    # What was just kept may rest on other releases than all the rest; then all are looked at for that once more.
    published = at.published if at.published == used else ""
    if not published and not outdated(connection, seen.published, 1):
        published = used
    # Whoever has read before all was begun anew, or before another went on, has not followed the log from here.
    same = (at.round, at.position) == (seen.head.round, seen.head.position)
    position = seen.end if same and len(found) == len(seen.due) else at.position
    connection.execute(held_head.update().where(held_head.c.id == ONLY).values(position=position, published=published))


def begin_anew(connection: Connection) -> None:
    """Forget everything that was found: all closed cases are to be held once more."""
    _begin_if_new(connection)
    # Waits for whoever keeps something just now.
    connection.execute(_HEAD.with_for_update()).one()
    for table in (held_deviation, held_case):
        connection.execute(table.delete())
    connection.execute(held_head.update().values(round=held_head.c.round + 1, position=0, published=""))


def _begin_if_new(connection: Connection) -> None:
    insert_if_missing(connection, held_head, {"id": ONLY, **vars(BEGINNING)})


def _keep(connection: Connection, case: Due, found: Held, now: datetime) -> None:
    for table in (held_deviation, held_case):
        connection.execute(table.delete().where(table.c.root_id == case.root_id))
    connection.execute(
        held_case.insert().values(
            root_id=case.root_id, case_no=case.case_no, item_code=case.item_code, department=case.department,
            closed_at=case.closed_at, head=case.head, release_id=case.release_id, own=_faults(found.own),
            published=_faults(found.published), why=found.why or None, held_at=now,
        )
    )  # fmt: skip
    rows = [
        {
            "root_id": case.root_id, "against": against, "number": number, "kind": one.kind,
            "process": one.process[:60], "element": one.element[:120], "seq": one.seq, "sentence": one.sentence,
        }
        for against, all in ((OWN, found.own), (PUBLISHED, found.published))
        for number, one in enumerate(all or (), 1)
    ]  # fmt: skip
    if rows:
        connection.execute(held_deviation.insert(), rows)


def _forget_reopened(connection: Connection, seen: Look) -> None:
    """Forget what was found of cases that are closed no more, among those that moved."""
    query = sa.select(case_file.c.root_id).select_from(_with_cases(_moved(seen.head.position, seen.end)))
    reopened = connection.execute(query.where(case_file.c.closed_at.is_(None), held_case.c.root_id.is_not(None)))
    gone = reopened.scalars().all()
    for table in (held_deviation, held_case):
        connection.execute(table.delete().where(table.c.root_id.in_(gone)))


def _faults(found: Sequence[Deviation] | None) -> int | None:
    return None if found is None else sum(not one.by_hand for one in found)
