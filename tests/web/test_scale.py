"""A house with very many cases: no page asks more of the database than in a small one, and none reads a table whole.

The small size has 20,000 cases; YICHUANG_FULL=1 takes 200,000.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from bench.cases import fill
from engine.casework.cases.tables import case_file
from engine.registry.identity.rules import SYSTEM
from tests.support.databases import DIALECTS
from tests.support.house import House, NewHouse
from tests.support.site import Site, Visitor
from tests.support.size import FULL

SMALL = 200
MANY = 200_000 if FULL else 20_000
BIG = 1_000
"""A table with more rows than this is never read whole."""

INBOX = (
    "/?box=mine", "/?box=role", "/?box=department", "/?box=role&page=40", "/?box=role&item=I06", "/?box=role&overdue=1",
    "/?box=role&q=王", "/?box=role&sort=due", "/?box=department&case_type=instant&due_before=2026-03-09",
)  # fmt: skip
CASES = tuple(
    f"/cases?{question}"
    for question in (
        "all=1", "page=450", "status=received", "status=archived", "status=lapsed", "item=I06", "department=market",
        "case_type=instant", "channel=4", "responder=W02", "holder=W01", "received_from=2026-02-01",
        "received_to=2025-06-01", "due_before=2026-03-04", "overdue=1", "sort=due", "sort=due&page=9",
        "status=under_review&item=I02&channel=1", "q=王", "q=王&status=received", "q=餐饮&overdue=1",
        "q=食品经营许可&holder=D11", "status=received&sort=due&department=market",
    )
)  # fmt: skip
DESK = tuple(
    f"/audit/cases?{question}"
    for question in (
        "", "page=400", "item=I06&status=received", "department=market&case_type=instant", "responder=W02",
        "person=W01", "received_from=2026-02-01", "accepted_from=2026-02-01&accepted_to=2026-02-03",
        "decided_from=2026-02-27",
        "overdue=1", "overdue=0&extended=1", "returned=1", "modified=1", "modified=0&returned=0", "noted=any",
        "noted=none&overdue=1", "q=餐饮&extended=0",
    )
)  # fmt: skip
"""The auditor's questions."""
SEARCH = tuple(
    f"/search?q={query}&tab={tab}"
    for query, tab in (
        ("王", "cases"), ("餐饮", "cases"), ("食品经营许可", "cases"), ("安阳市文峰", "cases"), ("1", "cases"),
        ("202601", "cases"), ("王伟", "applicants"), ("有限公司", "applicants"), ("卡", "guides"),
        ("无此词无此词", "cases"),
        ("王 食品", "cases"), ("安阳&page=400", "cases"),
    )
)  # fmt: skip


class Watched:
    """The statements that pages send."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, Any]] = []

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Note every statement of every engine meanwhile."""
        self.sent = []

        def note(
            _connection: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, _executemany: bool
        ) -> None:
            self.sent.append((statement, parameters))

        sa.event.listen(Engine, "before_cursor_execute", note)
        try:
            yield
        finally:
            sa.event.remove(Engine, "before_cursor_execute", note)

    def of(self, visitor: Visitor, address: str) -> list[tuple[str, Any]]:
        """Return what the page at ``address`` sends when everything that is kept is warm."""
        assert visitor.open(address).status == 200, address
        with self.watching():
            visitor.open(address)
        return list(self.sent)


def addresses(house: House) -> list[tuple[str, str]]:
    """Return (account, address) of every page that is looked at."""
    with house.door.read(SYSTEM) as view:
        numbers = sa.select(case_file.c.case_no, case_file.c.department).order_by(case_file.c.root_id)
        first = view.connection.execute(numbers.limit(1)).one()
        person = view.connection.execute(sa.select(case_file.c.applicant_id).limit(1)).scalar_one()
    whole = [f"/search?q={first.case_no}&tab=cases", f"/search?who={person}", f"/cases?applicant={person}"]
    return [
        *((account, address) for account in ("W01", "D11", "X91") for address in INBOX),
        *((account, address) for account in ("W01", "D11") for address in (*CASES, *SEARCH, *whole)),
        ("W01", f"/cases/{first.case_no}"),
        ("S51", "/cases?overdue=1"),
        *(("U81", address) for address in DESK),
    ]


def scans(connection: Connection, statement: str, parameters: Any, big: set[str]) -> list[str]:
    """Return where the plan of a statement reads a big table whole."""
    if connection.dialect.name == "sqlite":
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters).all()
        return [row[3] for row in plan if _whole(row[3], big)]
    plan = connection.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {statement}", parameters).scalar_one()
    return [f"Seq Scan on {table}" for table in _sequential(plan[0]["Plan"]) if table in big]


def whole_reads(house: House, statements: list[tuple[str, Any]], big: set[str]) -> list[str]:
    """Return the steps of a page's plans that read a big table whole, under the settings which the page makes."""
    found = []
    with house.door.database.reading() as connection:
        for statement, parameters in statements:
            if statement.startswith("SET LOCAL"):
                connection.exec_driver_sql(statement)
            if statement.lstrip().startswith(("SELECT", "WITH")):
                found += [f"{step}\n{statement}" for step in scans(connection, statement, parameters, big)]
    return found


def _whole(step: str, big: set[str]) -> bool:
    found = re.match(r"SCAN (\w+?)(_\d+)?(?= |$)(.*)", step)
    if found is None or found[1] not in big:
        return False
    # An index that is walked from one end is how a sorted page is read; the word index is asked, not read.
    return "USING" not in found[3] and "VIRTUAL TABLE INDEX" not in found[3]


def _sequential(node: dict[str, Any]) -> Iterator[str]:
    if node["Node Type"] == "Seq Scan":
        yield node["Relation Name"]
    for inner in node.get("Plans", ()):
        yield from _sequential(inner)


def big_tables(connection: Connection) -> set[str]:
    """Return the tables with more than :data:`BIG` rows."""
    names = set(sa.inspect(connection).get_table_names())
    return {
        name
        for name in names
        if not name.startswith("search_index")
        and len(connection.exec_driver_sql(f"SELECT 1 FROM {name} LIMIT {BIG + 1}").all()) > BIG
    } | {"search_index"}


@pytest.mark.parametrize("dialect", DIALECTS)
def test_no_page_asks_more_or_reads_a_table_whole_however_many_cases_there_are(dialect: str, new_house: NewHouse):
    house = new_house(dialect)
    watched, site = Watched(), Site(house)
    visitors = {account: site.visitor(account) for account in ("W01", "D11", "X91", "S51", "U81")}
    fill(house.door, SMALL)
    pages = addresses(house)
    before = {page: len(watched.of(visitors[page[0]], page[1])) for page in pages}
    fill(house.door, MANY - SMALL)
    sent = {page: watched.of(visitors[page[0]], page[1]) for page in pages}
    assert {page: len(one) for page, one in sent.items()} == before
    with house.door.database.reading() as connection:
        big = big_tables(connection)
    assert {"case_file", "case_listing", "task", "applicant", "search_entry", "notification", "clock"} <= big
    found = [f"{page}: {told}" for page, statements in sent.items() for told in whole_reads(house, statements, big)]
    assert not found, "\n".join(found)
