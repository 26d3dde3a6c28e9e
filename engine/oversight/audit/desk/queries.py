"""Asking for cases by what is on record of them, and rows of samples.

A page is one statement and its count another.  What is rare (an extension, an administrator's change, a sending back)
is found by the few lines of its kind, what is common by looking at each case's own rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.casework.cases.listing.tables import case_listing
from engine.casework.cases.queries import CaseFile, cases_by_root
from engine.casework.cases.tables import case_file
from engine.foundation.clock import start_of_city_day
from engine.foundation.journal.queries import roots_with
from engine.foundation.search import queries as search
from engine.foundation.store.portable import keep_to_indexes
from engine.foundation.store.unit import Unit
from engine.oversight.audit.desk.commands import DrawSample
from engine.oversight.audit.desk.rules import Question, SampleMissing
from engine.oversight.audit.desk.tables import audit_sample
from engine.oversight.audit.findings.queries import roots_noted
from engine.process.clocks.ledgers import EXCUSED, EXTENDED
from engine.process.clocks.rules import ROOMS_OWN
from engine.process.clocks.tables import clock
from engine.process.tasks.modifying import MODIFIED
from engine.process.tasks.returning.tags import SENT_BACK, WITHDRAWN
from engine.process.tasks.tables import task
from engine.registry.identity.rules import Scope

MOST = 10_000
"""A list is counted and paged as far as this."""


@dataclass(frozen=True)
class Found:
    """A page of cases by root, newest received first; ``total`` beyond ``MOST`` means more."""

    ids: tuple[str, ...]
    total: int


@dataclass(frozen=True)
class Marks:
    """What befell a case, as a list shows it."""

    overdue: bool = False
    extended: bool = False
    returned: bool = False
    modified: bool = False


def found(
    connection: Connection, scope: Scope, account: str, question: Question, *, offset: int = 0, limit: int = 20
) -> Found:
    """Return a page of the cases of ``scope`` that ``account`` asks for."""
    keep_to_indexes(connection)
    query = _cases(connection, scope, account, question, case_listing.c.root_id)
    total = connection.execute(sa.select(sa.func.count()).select_from(query.limit(MOST + 1).subquery())).scalar_one()
    order = (case_listing.c.received_at.desc(), case_listing.c.root_id.desc())
    query = query.order_by(*order).offset(offset).limit(max(0, min(limit, MOST - offset)))
    rows: Iterable[str] = connection.scalars(query)
    return Found(tuple(rows), int(total))


def numbers(connection: Connection, scope: Scope, account: str, question: Question) -> Iterator[str]:
    """Yield the numbers of all cases that are asked for, in ascending order, however many there are."""
    query = _cases(connection, scope, account, question, case_file.c.case_no).order_by(case_file.c.case_no)
    rows: Iterable[str] = connection.execution_options(yield_per=1000).scalars(query)
    yield from rows


def marks_of(connection: Connection, root_ids: Sequence[str]) -> dict[str, Marks]:
    """Return what befell each case of a page; one statement."""
    ids = list(root_ids)
    query = sa.select(
        case_listing.c.root_id,
        *(flag(case_listing.c.root_id).label(name) for name, flag in _FLAGS.items()),
    ).where(case_listing.c.root_id.in_(ids))
    return {row[0]: Marks(*(bool(one) for one in row[1:])) for row in connection.execute(query)}


def _cases(
    connection: Connection, scope: Scope, account: str, question: Question, column: sa.Column[str]
) -> sa.Select[Any]:
    query: sa.Select[Any] = sa.select(column).select_from(
        case_listing.join(case_file, case_file.c.root_id == case_listing.c.root_id)
    )
    root = case_listing.c.root_id
    chosen: list[sa.ColumnElement[bool]] = []
    if not scope.everything:
        chosen.append(case_listing.c.department.in_(sorted(scope.departments)))
    for name, value in (
        ("item_code", question.item), ("department", question.department), ("status", question.status),
        ("case_type", question.case_type), ("first_responder", question.responder),
    ):  # fmt: skip
        if value:
            chosen.append(case_listing.c[name] == value)
    chosen += _days(question)
    if question.person:
        worked = sa.or_(task.c.closed_by == question.person, task.c.holder == question.person)
        chosen.append(sa.exists().where(task.c.root_id == root, worked))
    for name, flag in _FLAGS.items():
        asked = getattr(question, name)
        if asked:
            chosen.append(flag(root) if asked == "1" else ~flag(root))
    if question.noted:
        mine = root.in_(roots_noted(account, state="open" if question.noted == "open" else ""))
        chosen.append(~mine if question.noted == "none" else mine)
    if question.q:
        chosen.append(_named(connection, scope, question.q, root))
    return query.where(*chosen)


def _days(question: Question) -> Iterator[sa.ColumnElement[bool]]:
    for column, first, last in (
        (case_listing.c.received_at, question.received_from, question.received_to),
        (case_file.c.decided_at, question.decided_from, question.decided_to),
    ):
        if first:
            yield column >= start_of_city_day(first)
        if last:
            yield column < start_of_city_day(last + timedelta(days=1))
    if question.accepted_from:
        yield case_file.c.accepted_on >= question.accepted_from
    if question.accepted_to:
        yield case_file.c.accepted_on <= question.accepted_to


def _named(
    connection: Connection, scope: Scope, words: str, root: sa.ColumnElement[str]
) -> sa.ColumnElement[bool]:  # fmt: skip
    ranked = search.ranking(connection, "case", words, None if scope.everything else scope.departments)
    return sa.false() if ranked is None else root.in_(sa.select(search.ref_of(ranked.c.id)))


# What befell a case ---------------------------------------------------------------------------------------------------


def _overdue(root: sa.ColumnElement[str]) -> sa.ColumnElement[bool]:
    """Whether it was told of a limit of the case that it is overdue; one of another room is not the case's."""
    late = (clock.c.root_id == root) & clock.c.lapsed & clock.c.kind.not_in(sorted(ROOMS_OWN))
    return sa.exists().where(late)


def _extended(root: sa.ColumnElement[str]) -> sa.ColumnElement[bool]:
    """Whether a limit was given more time, or lateness was excused by an approval."""
    return root.in_(roots_with(EXTENDED, EXCUSED))


def _returned(root: sa.ColumnElement[str]) -> sa.ColumnElement[bool]:
    return root.in_(roots_with(SENT_BACK, WITHDRAWN))


def _modified(root: sa.ColumnElement[str]) -> sa.ColumnElement[bool]:
    return root.in_(roots_with(MODIFIED))


_FLAGS = {"overdue": _overdue, "extended": _extended, "returned": _returned, "modified": _modified}


# Samples --------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Sample:
    """A sample as kept (time UTC); ``departments`` None means that it was drawn from all of the centre's cases."""

    id: int
    account: str
    at: datetime
    purpose: str
    question: Mapping[str, str]
    departments: tuple[str, ...] | None
    shared: bool
    seed: str
    size: int
    population: int
    digest: str
    drawn: tuple[str, ...]

    @property
    def scope(self) -> Scope:
        """The scope it was drawn from."""
        return Scope(self.departments is None, frozenset(self.departments or ()))


def put_sample(unit: Unit, command: DrawSample, purpose: str, departments: list[str] | None) -> int:
    """Insert a sample of the actor's and return its id."""
    values: dict[str, Any] = {
        "account": unit.actor.account, "at": unit.now, "purpose": purpose, "question": dict(command.question),
        "departments": departments, "shared": "noted" not in command.question, "seed": command.seed,
        "size": command.size, "population": command.population,
        "digest": command.digest, "drawn": list(command.drawn),
    }  # fmt: skip
    made = unit.connection.execute(audit_sample.insert().values(values).returning(audit_sample.c.id))
    return int(made.scalar_one())


def sample_of(connection: Connection, account: str, scope: Scope, id: int) -> Sample:
    """Return a sample of one's own, or one within one's scope; raise :class:`SampleMissing` for any other."""
    row = connection.execute(sa.select(audit_sample).where(audit_sample.c.id == id)).one_or_none()
    one = None if row is None else _sample(row)
    if one is None or (one.account != account and not (one.shared and _within(one, scope))):
        raise SampleMissing(id=id)
    return one


def samples(
    connection: Connection, account: str, scope: Scope, *, offset: int = 0, limit: int = 20
) -> tuple[list[Sample], int]:
    """Return a page of the samples one may see, newest first, and how many there are.

    Whoever sees all cases sees everybody's: another auditor repeats them.  Who sees some sees the own ones.  What was
    drawn by an auditor's own notes is nobody else's to see.
    """
    mine = audit_sample.c.account == account
    mine = sa.or_(mine, audit_sample.c.shared) if scope.everything else mine
    total = connection.execute(sa.select(sa.func.count()).select_from(audit_sample).where(mine)).scalar_one()
    query = sa.select(audit_sample).where(mine).order_by(audit_sample.c.id.desc()).offset(offset).limit(limit)
    return [_sample(row) for row in connection.execute(query)], int(total)


def visible_in_order(connection: Connection, scope: Scope, case_nos: Sequence[str]) -> list[CaseFile]:
    """Return the cases with these numbers that lie in ``scope``, in this order."""
    cases = cases_by_root(connection, [f"case:{number}" for number in case_nos])
    seen = {case.case_no: case for case in cases.values() if scope.covers(case.department)}
    return [seen[number] for number in case_nos if number in seen]


def _within(sample: Sample, scope: Scope) -> bool:
    return scope.everything or (sample.departments is not None and scope.departments >= set(sample.departments))


def _sample(row: Any) -> Sample:
    values = dict(row._mapping)
    departments = values["departments"]
    return Sample(**{
        **values, "drawn": tuple(values["drawn"]), "departments": None if departments is None else tuple(departments),
    })  # fmt: skip
