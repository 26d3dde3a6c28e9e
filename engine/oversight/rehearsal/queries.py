"""Rows of rehearsals and of the scripts kept as tests."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.foundation.store.portable import insert_or_update
from engine.foundation.store.unit import Unit
from engine.oversight.rehearsal.rules import RehearsalMissing, RehearsalTestMissing
from engine.oversight.rehearsal.tables import rehearsal_run, rehearsal_test, rehearsal_verdict

QUEUED, RUNNING, ENDED = "queued", "running", "ended"
STATES: Mapping[str, str] = {QUEUED: "排队", RUNNING: "正在演练", ENDED: "已结束"}


@dataclass(frozen=True)
class Run:
    """A rehearsal that was asked for (times UTC); ``report`` is read only where it is asked for."""

    id: int
    draft_id: str
    undo: bool
    as_of: datetime | None
    test_id: int | None
    state: str
    asked_by: str
    asked_at: datetime
    step: int
    steps: int
    doing: str
    outcome: str
    files_digest: str
    ended_at: datetime | None


@dataclass(frozen=True)
class KeptTest:
    """A kept script."""

    id: int
    name: str
    item_code: str
    script: str
    kept_by: str
    kept_at: datetime


@dataclass(frozen=True)
class Verdict:
    """What a kept script showed with certain files; ``told`` is the first step that differs."""

    outcome: str
    told: str
    at: datetime


_RUN = tuple(rehearsal_run.c[name] for name in Run.__dataclass_fields__)
_TEST = tuple(rehearsal_test.c[name] for name in KeptTest.__dataclass_fields__)
_KEPT = rehearsal_test.c.dropped_at.is_(None)


def put_run(
    unit: Unit, id: int, script: str, draft: str, test_id: int | None, *, undo: bool = False,
    as_of: datetime | None = None,
) -> None:  # fmt: skip
    """Insert a rehearsal that waits."""
    values = {
        "id": id, "draft_id": draft, "test_id": test_id, "script": script, "state": QUEUED,
        "asked_by": unit.actor.account, "asked_at": unit.now, "undo": undo, "as_of": as_of,
    }  # fmt: skip
    unit.connection.execute(rehearsal_run.insert().values(values))


def run_by_id(connection: Connection, id: int) -> Run:
    """Return a rehearsal; raise :class:`RehearsalMissing`."""
    row = connection.execute(sa.select(*_RUN).where(rehearsal_run.c.id == id)).one_or_none()
    if row is None:
        raise RehearsalMissing(id=id)
    return Run(*row)


def script_of_run(connection: Connection, id: int) -> str:
    """Return the script of a rehearsal that is there."""
    return str(connection.execute(sa.select(rehearsal_run.c.script).where(rehearsal_run.c.id == id)).scalar_one())


def report_of_run(connection: Connection, id: int) -> Mapping[str, Any] | None:
    """Return what a rehearsal showed, or None while it has not ended."""
    found = connection.execute(sa.select(rehearsal_run.c.report).where(rehearsal_run.c.id == id)).scalar_one()
    return None if found is None else dict(found)


def runs_of_draft(connection: Connection, draft: str, limit: int = 50) -> list[Run]:
    """Return the rehearsals of a draft (empty: of what is in force), the newest first."""
    query = sa.select(*_RUN).where(rehearsal_run.c.draft_id == draft).order_by(rehearsal_run.c.id.desc()).limit(limit)
    return [Run(*row) for row in connection.execute(query)]


def waiting(connection: Connection) -> int:
    """Return how many rehearsals wait or run."""
    query = sa.select(sa.func.count()).where(rehearsal_run.c.state.in_((QUEUED, RUNNING)))
    return int(connection.execute(query).scalar_one())


def forget_run(unit: Unit, id: int) -> None:
    """Delete a rehearsal."""
    unit.connection.execute(rehearsal_run.delete().where(rehearsal_run.c.id == id))


def end_run(unit: Unit, id: int, outcome: str, digest: str, report: Mapping[str, Any]) -> bool:
    """Keep what a rehearsal showed; return False when it had ended before, or is not there any more."""
    mine = (rehearsal_run.c.id == id) & (rehearsal_run.c.state != ENDED)
    values = {"state": ENDED, "outcome": outcome, "files_digest": digest, "report": dict(report), "ended_at": unit.now}
    return bool(unit.connection.execute(rehearsal_run.update().where(mine).values(values)).rowcount)


def forget_older(unit: Unit, run: Run) -> None:
    """Delete the earlier ended rehearsals of the same kept script with the same files in view."""
    same = (rehearsal_run.c.test_id == run.test_id) & (rehearsal_run.c.draft_id == run.draft_id)
    same &= (rehearsal_run.c.undo == run.undo) & (
        rehearsal_run.c.as_of.is_(None) if run.as_of is None else rehearsal_run.c.as_of == run.as_of
    )
    older = (rehearsal_run.c.state == ENDED) & (rehearsal_run.c.id < run.id)
    unit.connection.execute(rehearsal_run.delete().where(same, older))


# Tests -----------------------------------------------------------------------------------------------------------


def put_test(unit: Unit, name: str, item_code: str, script: str) -> int:
    """Insert a kept script; return its number.  The root of all rehearsals is held."""
    newest = sa.select(sa.func.coalesce(sa.func.max(rehearsal_test.c.id), 0))
    id = 1 + int(unit.connection.execute(newest).scalar_one())
    values = {
        "id": id, "name": name, "item_code": item_code, "script": script, "kept_by": unit.actor.account,
        "kept_at": unit.now,
    }  # fmt: skip
    unit.connection.execute(rehearsal_test.insert().values(values))
    return id


def kept_tests(connection: Connection) -> list[KeptTest]:
    """Return the kept scripts in the order in which they were kept."""
    return [KeptTest(*row) for row in connection.execute(sa.select(*_TEST).where(_KEPT).order_by(rehearsal_test.c.id))]


def test_by_id(connection: Connection, id: int) -> KeptTest:
    """Return a kept script; raise :class:`RehearsalTestMissing`."""
    row = connection.execute(sa.select(*_TEST).where(_KEPT, rehearsal_test.c.id == id)).one_or_none()
    if row is None:
        raise RehearsalTestMissing(id=id)
    return KeptTest(*row)


def drop_test(unit: Unit, id: int, reason: str) -> None:
    """Ask for a kept script no longer."""
    values = {"dropped_by": unit.actor.account, "dropped_at": unit.now, "dropped_reason": reason}
    unit.connection.execute(rehearsal_test.update().where(rehearsal_test.c.id == id).values(values))


def ended_tests(connection: Connection, draft: str, undo: bool = False) -> list[Run]:
    """Return the ended rehearsals of kept scripts with the files of a draft (or of what it undoes), in their order."""
    mine = (rehearsal_run.c.draft_id == draft) & (rehearsal_run.c.undo == undo) & (rehearsal_run.c.state == ENDED)
    query = sa.select(*_RUN).where(mine, rehearsal_run.c.test_id.is_not(None)).order_by(rehearsal_run.c.id)
    return [Run(*row) for row in connection.execute(query)]


def waiting_tests(connection: Connection, draft: str, undo: bool = False) -> frozenset[tuple[int, datetime | None]]:
    """Return the kept scripts, each with the instant of its files, whose rehearsal waits or runs."""
    mine = (rehearsal_run.c.draft_id == draft) & (rehearsal_run.c.undo == undo) & (rehearsal_run.c.state != ENDED)
    query = sa.select(rehearsal_run.c.test_id, rehearsal_run.c.as_of).where(mine, rehearsal_run.c.test_id.is_not(None))
    return frozenset((row.test_id, row.as_of) for row in connection.execute(query))


def put_verdict(unit: Unit, test_id: int, files_digest: str, outcome: str, told: str) -> None:
    """Keep what a kept script showed with these files, in the place of what it showed before."""
    values = {"test_id": test_id, "files_digest": files_digest, "outcome": outcome, "told": told, "at": unit.now}
    insert_or_update(unit.connection, rehearsal_verdict, values, key=("test_id", "files_digest"))


def verdicts(connection: Connection, files_digests: Iterable[str]) -> dict[tuple[int, str], Verdict]:
    """Return what kept scripts showed with these files, by script and digest."""
    query = sa.select(rehearsal_verdict).where(rehearsal_verdict.c.files_digest.in_(list(files_digests)))
    found = connection.execute(query)
    return {(row.test_id, row.files_digest): Verdict(row.outcome, row.told, row.at) for row in found}


# The worker's, by the machine's clock ------------------------------------------------------------------------------


def claim(connection: Connection, host: str, now: datetime, stale: datetime) -> int | None:
    """Take the rehearsal that has waited longest, or one whose host has said nothing since ``stale``; None: no row."""
    free = (rehearsal_run.c.state == QUEUED) | ((rehearsal_run.c.state == RUNNING) & (rehearsal_run.c.beat_at < stale))
    found = connection.execute(
        sa.select(rehearsal_run.c.id).where(free).order_by(rehearsal_run.c.id).limit(1)
    ).scalar_one_or_none()
    if found is None:
        return None
    values = {"state": RUNNING, "host": host, "beat_at": now, "step": 0, "steps": 0, "doing": ""}
    taken = connection.execute(rehearsal_run.update().where(rehearsal_run.c.id == found, free).values(values))
    return found if taken.rowcount else None


def any_waiting(connection: Connection, stale: datetime) -> bool:
    """Tell whether there is anything to claim."""
    states = (rehearsal_run.c.state == QUEUED, (rehearsal_run.c.state == RUNNING) & (rehearsal_run.c.beat_at < stale))
    return any(connection.execute(sa.select(rehearsal_run.c.id).where(one).limit(1)).first() for one in states)


def tell_step(connection: Connection, id: int, host: str, now: datetime, step: int, steps: int, doing: str) -> bool:
    """Note how far a rehearsal is; return False when the host does not have it any more."""
    mine = (rehearsal_run.c.id == id) & (rehearsal_run.c.host == host) & (rehearsal_run.c.state == RUNNING)
    values = {"beat_at": now, "step": step, "steps": steps, "doing": doing}
    return bool(connection.execute(rehearsal_run.update().where(mine).values(values)).rowcount)
