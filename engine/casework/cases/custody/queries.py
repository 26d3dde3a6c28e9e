"""Rows of differences, refusals and excuses, and the papers of a case as the fold wants them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.casework.cases.custody.rules import DifferenceMissing, Holding, Missing, Paper, Slip, holdings
from engine.casework.cases.custody.tables import custody_exception, handover_refusal, paper_difference
from engine.casework.cases.file.queries import Handover, handovers_of, materials_of
from engine.casework.cases.queries import case_by_root
from engine.foundation.store.portable import insert_or_update
from engine.foundation.store.unit import Unit

PAPER_SUBJECTS = ("materials", "return", "give_back")
REPLACES = "replaces"
"""In the lines of a slip that was handed over again: the number of the refused slip it stands for."""


@dataclass(frozen=True)
class Difference:
    """A difference as kept (times UTC)."""

    number: int
    handover: int
    material_no: int
    name: str
    copies_sent: int
    copies_received: int
    note: str
    state: str
    noted_by: str
    noted_at: datetime
    document_id: str | None
    resolution: str | None
    explanation: str | None
    proposed_by: str | None
    proposed_at: datetime | None
    confirmed_by: str | None
    confirmed_at: datetime | None


@dataclass(frozen=True)
class Refused:
    """A refused handover."""

    handover: int
    reason: str
    account: str
    at: datetime


@dataclass(frozen=True)
class Excused:
    """An original that the department filed without."""

    material_no: int
    reason: str
    account: str
    at: datetime


def put_difference(unit: Unit, root_id: str, values: Mapping[str, Any]) -> int:
    """Insert an open difference, noted by the actor now; return its number."""
    number = 1 + len(differences_of(unit.connection, root_id))
    unit.connection.execute(
        paper_difference.insert().values(
            root_id=root_id, number=number, state="open", noted_by=unit.actor.account, noted_at=unit.now, **values
        )
    )
    return number


def set_difference(unit: Unit, root_id: str, number: int, **values: Any) -> None:
    """Set columns of a difference."""
    mine = (paper_difference.c.root_id == root_id) & (paper_difference.c.number == number)
    unit.connection.execute(paper_difference.update().where(mine).values(**values))


def differences_of(connection: Connection, root_id: str) -> list[Difference]:
    """Return the differences of a case in order."""
    columns = [paper_difference.c[name] for name in Difference.__dataclass_fields__]
    query = sa.select(*columns).where(paper_difference.c.root_id == root_id).order_by(paper_difference.c.number)
    return [Difference(*row) for row in connection.execute(query)]


def difference_at(connection: Connection, root_id: str, number: int) -> Difference:
    """Return one difference; raise :class:`DifferenceMissing`."""
    for one in differences_of(connection, root_id):
        if one.number == number:
            return one
    raise DifferenceMissing(number=number)


def unresolved(connection: Connection) -> list[tuple[str, Difference]]:
    """Return (root id, difference) of every difference not resolved yet, the oldest first."""
    columns = [paper_difference.c[name] for name in Difference.__dataclass_fields__]
    query = (
        sa.select(paper_difference.c.root_id, *columns)
        .where(paper_difference.c.state != "resolved")
        .order_by(paper_difference.c.noted_at)
        .limit(500)
    )
    return [(row[0], Difference(*row[1:])) for row in connection.execute(query)]


def put_refusal(unit: Unit, root_id: str, handover: int, reason: str) -> None:
    """Note that the actor refused a handover as a whole."""
    unit.connection.execute(
        handover_refusal.insert().values(
            root_id=root_id, handover=handover, reason=reason, account=unit.actor.account, at=unit.now
        )
    )


def refusals_of(connection: Connection, root_id: str) -> dict[int, Refused]:
    """Return the refused handovers of a case by number."""
    columns = [handover_refusal.c[name] for name in Refused.__dataclass_fields__]
    query = sa.select(*columns).where(handover_refusal.c.root_id == root_id)
    return {row.handover: Refused(*row) for row in connection.execute(query)}


def excuse(unit: Unit, root_id: str, material_no: int, reason: str) -> None:
    """Note that the department files without an original, and why."""
    values = {
        "root_id": root_id, "material_no": material_no, "reason": reason, "account": unit.actor.account, "at": unit.now
    }  # fmt: skip
    insert_or_update(unit.connection, custody_exception, values, ["root_id", "material_no"])


def excuses_of(connection: Connection, root_id: str) -> list[Excused]:
    """Return the originals that were excused."""
    columns = [custody_exception.c[name] for name in Excused.__dataclass_fields__]
    query = sa.select(*columns).where(custody_exception.c.root_id == root_id).order_by(custody_exception.c.material_no)
    return [Excused(*row) for row in connection.execute(query)]


def newest_slip(connection: Connection, root_id: str, subject: str) -> Handover | None:
    """Return the newest handover of ``subject``, or None."""
    found = handovers_of(connection, root_id, subject)
    return found[-1] if found else None


def waiting(connection: Connection, root_id: str, subject: str) -> Handover | None:
    """Return the oldest handover of ``subject`` that nobody has signed for or refused yet, or None."""
    refused = refusals_of(connection, root_id)
    slips = handovers_of(connection, root_id, subject)
    return next((one for one in slips if one.taken_by is None and one.number not in refused), None)


def refused_slip(connection: Connection, root_id: str, subject: str) -> Handover | None:
    """Return the oldest refused handover of ``subject`` that no later one stands for (its lines name it), or None."""
    refused, slips = refusals_of(connection, root_id), handovers_of(connection, root_id, subject)
    again = {int(line[REPLACES]) for slip in slips for line in slip.lines if REPLACES in line}
    return next((slip for slip in slips if slip.number in refused and slip.number not in again), None)


def custody_of(connection: Connection, root_id: str, archived_at: datetime | None = None) -> list[Holding]:
    """Return who holds each paper of a case now (6.1.5)."""
    refused = refusals_of(connection, root_id)
    papers = [
        Paper(one.no, one.name, str(one.provided_form), one.copies)
        for one in materials_of(connection, root_id)
        if one.copies > 0 and one.provided_form in ("original", "copy") and not one.returned
    ]
    slips = [
        Slip(one.number, one.subject, tuple(_line(line) for line in one.lines), one.given_at, one.taken_at,
             one.number in refused)
        for one in handovers_of(connection, root_id)
        if one.subject in PAPER_SUBJECTS
    ]  # fmt: skip
    missing = [
        Missing(one.handover, one.material_no, one.copies_sent - one.copies_received,
                one.resolution if one.state == "resolved" else None, one.confirmed_at or one.noted_at)
        for one in differences_of(connection, root_id)
    ]  # fmt: skip
    received_at = case_by_root(connection, root_id).received_at
    return holdings(papers, received_at, slips, missing, archived_at)


def _line(line: Mapping[str, Any]) -> tuple[int, int, int | None]:
    received = line.get("copies_received")
    return int(line["no"]), int(line["copies_sent"]), None if received is None else int(received)
