"""Rows of results and deliveries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.casework.issuance.tables import branch_result, delivery, result
from engine.foundation.search import queries as search
from engine.foundation.store.portable import insert_or_update
from engine.foundation.store.unit import Unit
from engine.foundation.vault import Vault


@dataclass(frozen=True)
class Result:
    """The result of a case."""

    title: str
    result_no: str
    valid_from: date
    valid_until: date | None
    files: tuple[str, ...]
    made_by: str
    made_at: datetime
    document_id: str | None = None


@dataclass(frozen=True)
class BranchResult:
    """What a department made out for its part of a joint case."""

    part: str
    department: str
    granted: bool
    title: str
    result_no: str
    valid_from: date
    valid_until: date | None
    files: tuple[str, ...]
    made_by: str
    made_at: datetime
    document_id: str | None = None


@dataclass(frozen=True)
class Delivery:
    """How the result reached the applicant; the receiver's number stays sealed."""

    mode: str
    receiver_kind: str
    receiver_name: str
    id_kind: str
    delivered_at: datetime
    delivered_by: str
    document_id: str
    told_department_at: datetime | None
    relation: str | None = None


def put_result(unit: Unit, root_id: str, values: Mapping[str, Any]) -> None:
    """Insert the result, made by the actor now; from now on its number finds the case."""
    unit.connection.execute(
        result.insert().values(root_id=root_id, made_by=unit.actor.account, made_at=unit.now, **values)
    )
    search.put_part(unit.connection, "case", root_id, "result", str(values["result_no"]))


def reindex_results(connection: Connection, after: str, limit: int) -> str | None:
    """Index the numbers of the next ``limit`` results behind the root id ``after``; return the last one, or None."""
    query = sa.select(result.c.root_id, result.c.result_no).where(result.c.root_id > after)
    rows = connection.execute(query.order_by(result.c.root_id).limit(limit)).all()
    for row in rows:
        search.put_part(connection, "case", row.root_id, "result", row.result_no)
    return rows[-1].root_id if rows else None


def result_of(connection: Connection, root_id: str) -> Result | None:
    """Return the result of a case, or None."""
    row = connection.execute(sa.select(result).where(result.c.root_id == root_id)).one_or_none()
    if row is None:
        return None
    return Result(row.title, row.result_no, row.valid_from, row.valid_until, tuple(row.files), row.made_by, row.made_at,
                  row.document_id)  # fmt: skip


def put_branch_result(unit: Unit, root_id: str, part: str, values: Mapping[str, Any]) -> None:
    """Put down what a department made out for its part; its number finds the case.  An earlier one of it goes."""
    made = {"root_id": root_id, "part": part, "made_by": unit.actor.account, "made_at": unit.now, "valid_until": None,
            "document_id": None, **values}  # fmt: skip
    insert_or_update(unit.connection, branch_result, made, ["root_id", "part"])
    search.put_part(unit.connection, "case", root_id, f"result:{part}", str(values["result_no"]))


def branch_results_of(connection: Connection, root_id: str) -> list[BranchResult]:
    """Return what the departments of a joint case made out, in the order they did."""
    columns = [branch_result.c[name] for name in BranchResult.__dataclass_fields__]
    query = sa.select(*columns).where(branch_result.c.root_id == root_id)
    rows = connection.execute(query.order_by(branch_result.c.made_at, branch_result.c.part))
    return [BranchResult(**{**row._mapping, "files": tuple(row.files)}) for row in rows]


def made_by_branches(connection: Connection, root_ids: Iterable[str]) -> dict[str, dict[str, str]]:
    """Return by root and branch what the departments of joint cases made out: its title and number."""
    columns = (branch_result.c.root_id, branch_result.c.part, branch_result.c.title, branch_result.c.result_no)
    found: dict[str, dict[str, str]] = {}
    for root, part, title, number in connection.execute(
        sa.select(*columns).where(branch_result.c.root_id.in_(list(root_ids)))
    ):
        found.setdefault(root, {})[part] = f"《{title}》{number}"
    return found


def put_delivery(unit: Unit, root_id: str, *, id_no: str, values: Mapping[str, Any]) -> None:
    """Insert the delivery, made by the actor now; the receiver's number is sealed."""
    unit.connection.execute(
        delivery.insert().values(
            root_id=root_id,
            id_sealed=unit.part(Vault).seal(id_no),
            delivered_at=unit.now,
            delivered_by=unit.actor.account,
            **values,
        )
    )


def delivery_of(connection: Connection, root_id: str) -> Delivery | None:
    """Return the delivery of a case, or None."""
    columns = [delivery.c[name] for name in Delivery.__dataclass_fields__]
    row = connection.execute(sa.select(*columns).where(delivery.c.root_id == root_id)).one_or_none()
    return None if row is None else Delivery(*row)


def drop_round(unit: Unit, root_id: str) -> None:
    """Take away result and delivery of a case that is made once more: the journal keeps what they were."""
    for table in (delivery, result):
        unit.connection.execute(table.delete().where(table.c.root_id == root_id))


def note_told(unit: Unit, root_id: str) -> None:
    """Note when the department was told of the delivery (6.3.4)."""
    unit.connection.execute(delivery.update().where(delivery.c.root_id == root_id).values(told_department_at=unit.now))


def follow_document(unit: Unit, root_id: str, old: str, new: str) -> None:
    """Let the result and the delivery that referred to ``old`` refer to ``new``, which stands in its place."""
    for table in (result, branch_result, delivery):
        mine = (table.c.root_id == root_id) & (table.c.document_id == old)
        unit.connection.execute(table.update().where(mine).values(document_id=new))


def number_of_part(unit: Unit, root_id: str, document: str, number: str) -> None:
    """Let the part of a joint case whose denial is ``document`` bear its number: in the list, and in search."""
    mine = (branch_result.c.root_id == root_id) & (branch_result.c.document_id == document)
    for part in unit.connection.scalars(sa.select(branch_result.c.part).where(mine)).all():
        unit.connection.execute(branch_result.update().where(mine).values(result_no=number))
        search.put_part(unit.connection, "case", root_id, f"result:{part}", number)
