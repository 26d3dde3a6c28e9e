"""Reading the course of cases, one after another: a selection of any size takes no more memory than one case."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.casework.cases.tables import case_file
from engine.foundation.journal.queries import lines_of_types
from engine.oversight.audit.legible import refuse_gap, refuse_strange
from engine.oversight.audit.mining.graphs import Graph, graphs_of
from engine.oversight.audit.mining.levels import Drawn
from engine.oversight.audit.mining.records import Paper, Record, Run, Stay, passed_by
from engine.oversight.audit.replay import MOVING
from engine.process.bpmn.releases.bundles import Bundles
from engine.process.documents.queries import documents_of
from engine.process.tasks.queries import steps_of, tasks_of
from engine.process.tasks.tables import process_instance


@dataclass(frozen=True, slots=True)
class Selection:
    """Which cases: each bound that is given must hold.  ``since`` and ``until`` (UTC) are of their being received."""

    item: str = ""
    department: str = ""
    since: datetime | None = None
    until: datetime | None = None
    numbers: tuple[str, ...] = ()


def records(connection: Connection, chosen: Selection, *, papers: bool = False) -> Iterator[Record]:
    """Yield the course of every chosen case that has a process, by case number; with their ``papers`` when asked.

    Raises JournalIllegible for a case of which a line cannot be read, or of which a migration is missing.
    """
    after = ""
    while found := _page(connection, chosen, after):
        refuse_strange(connection, [(row.root_id, row.case_no) for row in found])
        for row in found:
            record = _record(connection, row, papers=papers)
            if record.runs:
                yield record
        after = found[-1].case_no


def records_of(connection: Connection, root_ids: Iterable[str]) -> Iterator[Record]:
    """Yield the course of each of some cases that has a process, by root."""
    at = case_file.c
    query = sa.select(at.root_id, at.case_no, at.item_code, at.item_name, at.department)
    rows: list[sa.Row[Any]] = list(connection.execute(query.where(at.root_id.in_(list(root_ids))).order_by(at.root_id)))
    for row in rows:
        record = _record(connection, row, papers=False)
        if record.runs:
            yield record


def drawn_by(connection: Connection, bundles: Bundles) -> Drawn:
    """Return where the drawings of releases are read."""

    def drawn(release_id: str, process: str) -> Mapping[str, Graph] | None:
        release = bundles.release(connection, release_id)
        digest = release.processes.get(process)
        return None if digest is None else graphs_of(bundles.definition(connection, digest).xml)

    return drawn


_PAGE = 200


def _page(connection: Connection, chosen: Selection, after: str) -> list[sa.Row[Any]]:
    at = case_file.c
    query = sa.select(at.root_id, at.case_no, at.item_code, at.item_name, at.department).where(at.case_no > after)
    if chosen.item:
        query = query.where(at.item_code == chosen.item)
    if chosen.department:
        query = query.where(at.department == chosen.department)
    if chosen.since is not None:
        query = query.where(at.received_at >= chosen.since)
    if chosen.until is not None:
        query = query.where(at.received_at < chosen.until)
    if chosen.numbers:
        query = query.where(at.case_no.in_(chosen.numbers))
    return list(connection.execute(query.order_by(at.case_no).limit(_PAGE)))


def _record(connection: Connection, row: sa.Row[Any], *, papers: bool) -> Record:
    root, case_no, item_code, item_name, department = tuple(row)
    lines = lines_of_types(connection, root, sorted(MOVING))
    refuse_gap(connection, case_no, lines)
    documents = documents_of(connection, root) if papers else []
    return Record(
        root=root, case_no=case_no, item_code=item_code, item_name=item_name, department=department,
        runs=tuple(_runs(connection, root)), lines=tuple(lines),
        passed=tuple(passed_by(lines, steps_of(connection, root))),
        stays=tuple(
            Stay(
                one.id, one.run, one.task_no, one.process, one.element, one.name, one.department, one.opened_at,
                one.closed_at, one.closed_by or "", one.state,
            )
            for one in tasks_of(connection, root)
        ),
        papers=tuple(Paper(one.id, one.title, one.number, one.issued_at, one.issued_by) for one in documents),
    )  # fmt: skip


def _runs(connection: Connection, root: str) -> Iterator[Run]:
    at = process_instance.c
    query = sa.select(at.run, at.process, at.release_id, at.completed).where(at.root_id == root).order_by(at.run)
    for row in connection.execute(query):
        yield Run(*row)
