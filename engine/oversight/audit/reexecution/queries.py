"""Rows of re-executions: runs, findings, and which cases a run goes through."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.casework.cases.tables import case_file
from engine.foundation.journal.tables import journal_line
from engine.foundation.store.tables import root
from engine.foundation.store.unit import Unit
from engine.oversight.audit.reexecution.commands import Found
from engine.oversight.audit.reexecution.rules import DIFFERS, QUEUED, RUNNING, UNKNOWN, ReexecutionMissing
from engine.oversight.audit.reexecution.tables import reexecution_finding, reexecution_run
from engine.registry.identity.rules import Scope

MOST = 10_000
"""A list is counted as far as this."""


@dataclass(frozen=True, slots=True)
class Selection:
    """Which cases: each bound that is given must hold.

    ``since`` and ``until`` (UTC) are of their being received, ``changed_since`` of the last line of their journal.
    """

    item: str = ""
    department: str = ""
    since: datetime | None = None
    until: datetime | None = None
    changed_since: datetime | None = None


@dataclass(frozen=True)
class Run:
    """A run over many cases (times UTC); ``total`` is None until somebody has begun with it."""

    id: int
    chosen: Selection
    nightly: bool
    state: str
    asked_by: str
    asked_at: datetime
    cursor: str
    total: int | None
    identical: int
    differing: int
    unknown: int
    lines: int
    ended_at: datetime | None

    @property
    def done(self) -> int:
        """How many cases were done."""
        return self.identical + self.differing + self.unknown

    @property
    def open(self) -> bool:
        """Whether it waits or is being carried out."""
        return self.state in (QUEUED, RUNNING)


@dataclass(frozen=True)
class Finding:
    """What was found of one case, and when (UTC) by whom it was asked."""

    case_no: str
    outcome: str
    lines: int
    seq: int | None
    sentence: str
    at: datetime
    account: str


# Cases --------------------------------------------------------------------------------------------------------------


def cases_after(connection: Connection, chosen: Selection, after: str, limit: int) -> list[tuple[str, str]]:
    """Return (root id, case number) of the chosen cases after a number, in their order, at most ``limit``."""
    query = _chosen(sa.select(case_file.c.root_id, case_file.c.case_no), chosen).where(case_file.c.case_no > after)
    return [(row.root_id, row.case_no) for row in connection.execute(query.order_by(case_file.c.case_no).limit(limit))]


def count_cases(connection: Connection, chosen: Selection) -> int:
    """Return how many cases are chosen."""
    return int(connection.execute(_chosen(sa.select(sa.func.count()).select_from(case_file), chosen)).scalar_one())


def _chosen(query: sa.Select[Any], chosen: Selection) -> sa.Select[Any]:
    at = case_file.c
    if chosen.item:
        query = query.where(at.item_code == chosen.item)
    if chosen.department:
        query = query.where(at.department == chosen.department)
    if chosen.since is not None:
        query = query.where(at.received_at >= chosen.since)
    if chosen.until is not None:
        query = query.where(at.received_at < chosen.until)
    if chosen.changed_since is not None:
        last = (journal_line.c.root_id == root.c.id) & (journal_line.c.seq == root.c.seq)
        changed = sa.select(sa.literal(1)).select_from(root.join(journal_line, last))
        changed = changed.where(root.c.id == at.root_id, journal_line.c.at >= chosen.changed_since)
        query = query.where(changed.exists())
    return query


# Runs ---------------------------------------------------------------------------------------------------------------


def put_run(unit: Unit, chosen: Selection, *, nightly: bool = False) -> int:
    """Insert a run that waits; return its number.  The chain of the runs is held."""
    last = sa.select(sa.func.coalesce(sa.func.max(reexecution_run.c.id), 0))
    id = 1 + int(unit.connection.execute(last).scalar_one())
    values = {
        "id": id, "item_code": chosen.item, "department": chosen.department, "since": chosen.since,
        "until": chosen.until, "changed_since": chosen.changed_since, "nightly": nightly, "state": QUEUED,
        "asked_by": unit.actor.account, "asked_at": unit.now, "host": "", "cursor": "", "identical": 0,
        "differing": 0, "unknown": 0, "lines": 0,
    }  # fmt: skip
    unit.connection.execute(reexecution_run.insert().values(values))
    return id


def run_by_id(connection: Connection, id: int, scope: Scope | None = None) -> Run:
    """Return a run; raise :class:`ReexecutionMissing`, for one outside the reader's ``scope``, too."""
    row = connection.execute(_within(sa.select(*_RUN), scope).where(reexecution_run.c.id == id)).one_or_none()
    if row is None:
        raise ReexecutionMissing(id=id)
    return _run(row)


def runs(connection: Connection, scope: Scope, *, offset: int = 0, limit: int = 20) -> list[Run]:
    """Return the runs in ``scope``, the newest first."""
    query = _within(sa.select(*_RUN), scope).order_by(reexecution_run.c.id.desc()).offset(offset).limit(limit)
    return [_run(row) for row in connection.execute(query)]


def count_runs(connection: Connection, scope: Scope) -> int:
    """Return how many runs there are in ``scope``."""
    query = _within(sa.select(sa.func.count()).select_from(reexecution_run), scope)
    return int(connection.execute(query).scalar_one())


def waiting(connection: Connection) -> int:
    """Return how many runs wait or are being carried out."""
    query = sa.select(sa.func.count()).where(reexecution_run.c.state.in_((QUEUED, RUNNING)))
    return int(connection.execute(query).scalar_one())


def last_nightly(connection: Connection) -> Run | None:
    """Return the last run that the house asked for by itself."""
    query = sa.select(*_RUN).where(reexecution_run.c.nightly).order_by(reexecution_run.c.id.desc()).limit(1)
    row = connection.execute(query).one_or_none()
    return None if row is None else _run(row)


def any_to_do(connection: Connection) -> bool:
    """Tell whether a run waits or is being carried out."""
    query = sa.select(reexecution_run.c.id).where(reexecution_run.c.state.in_((QUEUED, RUNNING))).limit(1)
    return connection.execute(query).first() is not None


def claim(connection: Connection, host: str, now: datetime, stale: datetime) -> int | None:
    """Take the run that is to be gone on with, or begun; None when there is none, or another host is at one.

    A host that has said nothing since ``stale`` (machine time) is gone.
    """
    at = reexecution_run.c
    oldest = sa.select(at.id).order_by(at.id).limit(1)
    begun = connection.execute(oldest.where(at.state == RUNNING)).scalar_one_or_none()
    mine = (at.state == RUNNING) & ((at.host == host) | (at.beat_at < stale))
    id = begun or connection.execute(oldest.where(at.state == QUEUED)).scalar_one_or_none()
    free = (at.id == id, mine if begun else at.state == QUEUED)
    taken = connection.execute(reexecution_run.update().where(*free).values(state=RUNNING, host=host, beat_at=now))
    return id if taken.rowcount else None


def note_batch(unit: Unit, id: int, after: str, **values: Any) -> bool:
    """Move a run on from ``after``; return False when it stands elsewhere, or was stopped meanwhile."""
    at = reexecution_run.c
    mine = (at.id == id) & (at.state == RUNNING) & (at.cursor == after)
    added = {name: at[name] + values.pop(name) for name in ("identical", "differing", "unknown", "lines")}
    return bool(unit.connection.execute(reexecution_run.update().where(mine).values(**values, **added)).rowcount)


def end_run(unit: Unit, id: int, state: str) -> None:
    """End a run as ``state``."""
    values = {"state": state, "ended_at": unit.now}
    unit.connection.execute(reexecution_run.update().where(reexecution_run.c.id == id).values(values))


_RUN = [one for one in reexecution_run.c if one.name not in ("host", "beat_at")]


def _within(query: sa.Select[Any], scope: Scope | None) -> sa.Select[Any]:
    if scope is None or scope.everything:
        return query
    return query.where(reexecution_run.c.department.in_(scope.departments))


def _run(row: sa.Row[Any]) -> Run:
    chosen = Selection(row.item_code, row.department, row.since, row.until, row.changed_since)
    return Run(
        row.id, chosen, row.nightly, row.state, row.asked_by, row.asked_at, row.cursor, row.total, row.identical,
        row.differing, row.unknown, row.lines, row.ended_at,
    )  # fmt: skip


# Findings -----------------------------------------------------------------------------------------------------------


def put_findings(unit: Unit, run_id: int | None, found: Iterable[Found]) -> None:
    """Keep what was found of cases."""
    rows = [
        {
            "run_id": run_id, "root_id": f"case:{one.case_no}", "case_no": one.case_no, "outcome": one.outcome,
            "lines": one.lines, "seq": one.seq or None, "ground": one.ground, "sentence": one.sentence,
            "at": unit.now, "account": unit.actor.account,
        }
        for one in found
    ]  # fmt: skip
    if rows:
        unit.connection.execute(reexecution_finding.insert(), rows)


def findings(connection: Connection, run_id: int, *, offset: int = 0, limit: int = 20) -> list[Finding]:
    """Return the cases of a run that are not identical, in the order of their numbers."""
    query = sa.select(*_FINDING).where(reexecution_finding.c.run_id == run_id).order_by(reexecution_finding.c.id)
    return [Finding(*row) for row in connection.execute(query.offset(offset).limit(limit))]


def newest_of_case(connection: Connection, root_id: str, limit: int = 5) -> list[Finding]:
    """Return what was found of one case, asked for by itself or in a run, the newest first."""
    query = sa.select(*_FINDING).where(reexecution_finding.c.root_id == root_id)
    query = query.order_by(reexecution_finding.c.id.desc()).limit(limit)
    return [Finding(*row) for row in connection.execute(query)]


def counted(found: Iterable[Found]) -> dict[str, int]:
    """Return how many differ and how many are unknown."""
    kinds = [one.outcome for one in found]
    return {"differing": kinds.count(DIFFERS), "unknown": kinds.count(UNKNOWN)}


_FINDING = [
    reexecution_finding.c[name] for name in ("case_no", "outcome", "lines", "seq", "sentence", "at", "account")
]
