"""A whole house over a real database: provisioned once per session and dialect, copied for each test.

==============  ===============================================================================================
house           a ``House`` on SQLite and again on PostgreSQL (demo catalogue and accounts, a clock that stands still)
sqlite_house    the same on SQLite only, for tests that have nothing to do with the database
new_house       a function ``(dialect) -> House``
==============  ===============================================================================================
"""

from __future__ import annotations

import base64
import shutil
import sqlite3
import sys
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, closing, contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.engine import Connection

import forms
from deadlines.runner.sweeper import Swept, sweep
from engine.casework.cases.commands import ReceiveApplication
from engine.casework.cases.queries import CaseFile, case_by_root
from engine.casework.cases.receiving import application_context, application_form
from engine.casework.issuance.shipping.port import Couriers
from engine.casework.issuance.sms.port import Messengers
from engine.door import Door
from engine.foundation.blobs.rules import admit
from engine.foundation.blobs.storage import Blobs
from engine.foundation.clock import CITY, FixedClock
from engine.foundation.journal.queries import Line, lines_of
from engine.foundation.journal.writing import write_journal
from engine.foundation.store.commands import Command
from engine.foundation.store.unit import Actor, Unit
from engine.foundation.vault import Vault
from engine.oversight.audit.invariants.verifying import Violation, verify
from engine.process.bpmn import Runtime
from engine.process.bpmn.releases.bundles import Bundles
from engine.process.bpmn.releases.queries import current_release
from engine.process.clocks.arming import Rearms
from engine.process.clocks.calendars import Calendars
from engine.process.clocks.ladder.ladders import Ladders
from engine.process.clocks.ledgers import ClockView, explain
from engine.process.documents.commands import AddUpload
from engine.process.documents.issuing import Centre
from engine.process.documents.queries import documents_of
from engine.process.documents.rules import Document
from engine.process.tasks.commands import CompleteTask
from engine.process.tasks.desk import Desk, open_desk
from engine.process.tasks.queries import tasks_of
from engine.process.tasks.registry import Bindings
from engine.process.tasks.rules import Task
from engine.registry.identity.queries import actor_of
from engine.registry.identity.rules import SYSTEM
from engine.registry.items.queries import current_item
from tests.support.aftermath import look_at
from tests.support.databases import DIALECTS, NewDatabase
from tests.support.postgres import PostgresServer, locked
from yichuang.house import open_house
from yichuang.settings import Settings, read_settings

HOUSE_TEMPLATE = "yichuang_house"
MONDAY = datetime(2026, 3, 2, 9, 5, tzinfo=CITY)
"""When the house's clock stands at first: a Monday with a plain week behind it (the golden vectors start there)."""

PERSON = {
    "applicant_kind": "person", "applicant_name": "王建国", "id_kind": "resident_id", "id_no": "410502199003070010",
    "phone": "13800001234", "address": "安阳市文峰区测试路1号",
}  # fmt: skip
COMPANY = {
    "applicant_kind": "organisation", "applicant_name": "安阳测试餐饮有限公司", "id_kind": "uscc",
    "id_no": "91410500MA9TEXT01Y", "legal_representative": "李秀兰", "phone": "13800005678",
    "address": "安阳市北关区测试路2号",
}  # fmt: skip
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


class House:
    """The door with its clock, and short words for what tests do again and again."""

    def __init__(self, settings: Settings, start: datetime = MONDAY, clock: FixedClock | None = None) -> None:
        """Open the house of ``settings`` with ``clock``, or one that stands at ``start``."""
        self.settings = settings
        self.clock = clock or FixedClock(start)
        self.touched = False
        """Whether a test has written to the database itself, past the door."""
        self.door: Door = self._opened()
        self._neighbours: list[House] = []

    def _opened(self) -> Door:
        """Open the door; whoever writes to its database from a test is noticed."""
        door = open_house(self.settings, clock=self.clock)
        real = door.database.writing

        def writing() -> AbstractContextManager[Connection]:
            self.touched = self.touched or sys._getframe(1).f_globals["__name__"].startswith(("tests.", "bench."))
            return real()

        door.database.writing = writing  # type: ignore[method-assign, assignment]  # only to see who asks
        return door

    @property
    def kept_by_the_door(self) -> bool:
        """Whether everything in it was written by the door."""
        return not any(one.touched for one in (self, *self._neighbours))

    @contextmanager
    def unit(self, *roots: str) -> Iterator[Unit]:
        """Give a unit of the system's hand that holds ``roots``: for tests that write a room's rows themselves."""
        kinds: tuple[type, ...] = (
            Vault, Blobs, Bundles, Runtime, Calendars, Ladders, Rearms, Bindings, Centre, Couriers, Messengers
        )  # fmt: skip
        parts: dict[type, object] = {kind: self.door.part(kind) for kind in kinds}
        with self.door.database.writing() as connection:
            unit = Unit(connection, now=self.clock.now(), actor=SYSTEM, parts=parts)
            for root in roots:
                unit.lock_or_create(root, "case")
            yield unit
            write_journal(unit, command="Test", key="")

    def neighbour(self) -> House:
        """Return the same house on a second host: a door of its own over the same database, files and clock."""
        self._neighbours.append(House(self.settings, clock=self.clock))
        return self._neighbours[-1]

    def close(self) -> None:
        """Close all connections, its neighbours' too."""
        for one in (self, *self._neighbours):
            one.door.database.close()

    def actor(self, account: str) -> Actor:
        """Return the actor of a demo account."""
        with self.door.read(SYSTEM) as view:
            return actor_of(view.connection, account, view.now, channel="api")

    def execute(self, account: str, command: Command, key: str | None = None) -> Mapping[str, Any]:
        """Execute ``command`` as ``account``."""
        return self.door.execute(command, self.actor(account), key=key or uuid.uuid4().hex)

    def upload(self, account: str, name: str = "扫描件.pdf", content: bytes = PDF) -> dict[str, Any]:
        """Upload a file as ``account``; return its reference for a form."""
        safe, media_type = admit(name, content)
        digest = self.door.part(Blobs).put(content)
        command = AddUpload(digest=digest, file_name=safe, media_type=media_type, size=len(content))
        self.execute(account, command)
        return {"digest": digest, "name": safe, "size": len(content), "media_type": media_type}

    def signature(self, account: str) -> dict[str, Any]:
        """Return a drawn signature brought by ``account``."""
        return {"mode": "drawn", "files": [self.upload(account, "签名.png", PNG)]}

    def receive(self, account: str, item: str, answer: Mapping[str, Any], key: str | None = None) -> str:
        """Hand in an application for ``item``; keys not in ``answer`` are what the form starts with."""
        actor = self.actor(account)
        with self.door.read(actor) as view:
            _, known = current_item(view.connection, item)
            schema = application_form(view, current_release(view.connection, item, view.now))
            complete = forms.read_json(schema, dict(answer), application_context(view, known))
        command = ReceiveApplication(item_code=item, answer=complete)
        return str(self.door.execute(command, actor, key=key or uuid.uuid4().hex)["case_no"])

    def open_tasks(self, case_no: str) -> list[Task]:
        """Return the case's open tasks."""
        with self.door.read(SYSTEM) as view:
            return tasks_of(view.connection, f"case:{case_no}", state="open")

    def task(self, case_no: str, element: str) -> Task:
        """Return the open task at ``element``."""
        found = [task for task in self.open_tasks(case_no) if task.element == element]
        assert found, f"{element} is not open, but {[task.element for task in self.open_tasks(case_no)]}"
        return found[0]

    def desk(self, account: str, task: Task) -> Desk:
        """Return the task as ``account`` sees it."""
        with self.door.read(self.actor(account)) as view:
            return open_desk(view, task.id)

    def complete(
        self, account: str, case_no: str, element: str, answer: Mapping[str, Any], *, key: str | None = None
    ) -> Mapping[str, Any]:
        """Complete the open task at ``element``; keys not in ``answer`` are what the form starts with."""
        task = self.task(case_no, element)
        desk = self.desk(account, task)
        complete = forms.read_json(desk.schema, dict(answer), desk.context)
        return self.execute(account, CompleteTask(task_id=task.id, answer=complete), key)

    def complete_again(self, account: str, task: Task) -> None:
        """Try to complete ``task`` with an empty answer, as a page that was left open would."""
        self.execute(account, CompleteTask(task_id=task.id, answer={}))

    def case(self, case_no: str) -> CaseFile:
        """Return the case's row."""
        with self.door.read(SYSTEM) as view:
            return case_by_root(view.connection, f"case:{case_no}")

    def clocks(self, case_no: str) -> dict[str, ClockView]:
        """Return the newest clock of each kind, explained as of today."""
        with self.door.read(SYSTEM) as view:
            calendar = self.door.part(Calendars).current(view.connection)
            today = view.now.astimezone(CITY).date()
            return {one.row.kind: one for one in explain(view.connection, calendar, f"case:{case_no}", today)}

    def documents(self, case_no: str) -> list[Document]:
        """Return the case's documents."""
        with self.door.read(SYSTEM) as view:
            return documents_of(view.connection, f"case:{case_no}")

    def journal(self, root_id: str) -> list[Line]:
        """Return the journal of a root."""
        with self.door.read(SYSTEM) as view:
            return lines_of(view.connection, root_id)

    def violations(self) -> list[Violation]:
        """Return every broken invariant of the whole house."""
        with self.door.read(SYSTEM) as view:
            return verify(view.connection, self.door.part(Bundles), self.door.part(Blobs))

    def at(self, year: int, month: int, day: int, hour: int = 9, minute: int = 0) -> None:
        """Move the clock to a moment in the city."""
        self.clock.set(datetime(year, month, day, hour, minute, tzinfo=CITY))

    def wait(self, **step: float) -> None:
        """Move the clock forward by a ``timedelta``'s arguments."""
        self.clock.advance(timedelta(**step))

    def sweep(self) -> Swept:
        """Deliver what is due now."""
        return sweep(self.door)

    def reopen(self) -> None:
        """Close the house and open it again over the same data, as after a restart."""
        self.door.database.close()
        self.door = self._opened()

    # Whole stretches of a case -----------------------------------------------------------------------------------

    def accepted_instant(self, account: str = "W01") -> str:
        """Return an accepted 即办件 (I06)."""
        case_no = self.receive(account, "I06", PERSON)
        self.complete(account, case_no, "ut_formal", {"formal_result": "accept"})
        self.complete(account, case_no, "ut_accept", {})
        return case_no

    def accepted_commitment(self, account: str = "W01") -> str:
        """Return an accepted 承诺件 (I02) whose papers the department has signed for."""
        case_no = self.receive(account, "I02", COMPANY)
        self.complete(account, case_no, "ut_formal", {"formal_result": "accept"})
        self.complete(account, case_no, "ut_accept", {})
        self.complete("D11", case_no, "ut_receive_paper", {"signature": self.signature("D11")})
        return case_no

    def visit(self, case_no: str) -> None:
        """Review an I02 case up to and including its site visit."""
        self.complete("D11", case_no, "ut_substantive", {"findings": "材料真实有效", "site_visit": "yes"})
        plan = {"visit_date": self.clock.now().astimezone(CITY).date().isoformat(), "place": "测试路2号"}
        self.complete("D11", case_no, "ut_plan_visit", plan)
        self.complete("D11", case_no, "ut_record_visit", {"findings": "符合要求", "conclusion": "pass"})

    def decided_commitment(self) -> str:
        """Return an I02 case that the head has granted."""
        case_no = self.accepted_commitment()
        self.visit(case_no)
        opinion = {"opinion": "建议准予", "basis": "《食品经营许可和备案管理办法》"}
        self.complete("D11", case_no, "ut_dept_opinion", opinion)
        self.complete("D12", case_no, "ut_head_decide", {"decision": "grant"})
        return case_no

    def finish(self, case_no: str, people: tuple[str, str, str], receiver: tuple[str, str]) -> None:
        """Carry a granted case to its end; ``people`` are reviewer, head, archivist; ``receiver`` name and number."""
        self.make_and_sign(case_no, people)
        self.pick_up(case_no, *receiver)
        pages = {"application_pages": 3, "process_pages": 4, "result_pages": 1}
        self.complete("W01", case_no, "ut_collate", {**pages, "collation_checks": ["ordered", "named", "complete"]})
        filed = {"retention_period": "10", "archive_no": "AY-2026-0001", "conclusion": "齐全完整"}
        self.complete(people[2], case_no, "ut_archive", filed)

    def make_and_sign(self, case_no: str, people: tuple[str, str, str]) -> None:
        """Make the result, hand it over and sign for it."""
        self.hand_over(case_no, people)
        self.complete("W03", case_no, "ut_result_receipt", {"signature": self.signature("W03")})

    def hand_over(self, case_no: str, people: tuple[str, str, str]) -> None:
        """Make the result and hand it over."""
        reviewer, head, _ = people
        result = {"result_no": "AY-0001", "long_term": True, "files": [self.upload(reviewer, "证照.pdf")]}
        self.complete(reviewer, case_no, "ut_make_result", result)
        self.complete(head, case_no, "ut_result_handover", {})

    def pick_up(self, case_no: str, name: str, id_no: str) -> None:
        """Give the result to the applicant."""
        answer = {"receiver_name": name, "receiver_id_no": id_no, "identity_checked": True}
        self.complete("W03", case_no, "ut_pickup", {**answer, "signature": self.signature("W03")})


MARKET = ("D11", "D12", "D13")
INSURANCE = ("D61", "D62", "D63")
NewHouse = Callable[[str], House]


@pytest.fixture(scope="session")
def house_keys(session_home: Path) -> Path:
    """The key file that all copied houses share: what the template sealed, the copies must open."""
    folder = session_home / "house-keys"
    with locked(session_home / "house.lock"):
        read_settings(folder, None)
        Vault.open(folder / "keys.json", new=True)
    return folder / "keys.json"


@pytest.fixture(scope="session")
def sqlite_house_template(session_home: Path, house_keys: Path) -> Path:
    """A SQLite file of a provisioned house."""
    template = session_home / "house.db"
    with locked(session_home / "house.lock"):
        if not template.exists():
            partial = session_home / "house.partial.db"
            partial.unlink(missing_ok=True)
            _provision(house_keys.parent, f"sqlite:///{partial}")
            with closing(sqlite3.connect(partial)) as connection:
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            partial.rename(template)
    return template


@pytest.fixture(scope="session")
def postgres_house_template(session_home: Path, house_keys: Path, postgres: PostgresServer) -> str:
    """The name of a PostgreSQL database of a provisioned house."""
    with locked(session_home / "house.lock"):
        if not postgres.exists(HOUSE_TEMPLATE):
            postgres.drop("building_house")
            _provision(house_keys.parent, postgres.create("building_house"))
            postgres.rename("building_house", HOUSE_TEMPLATE)
    return HOUSE_TEMPLATE


def _provision(folder: Path, url: str) -> None:
    house = House(read_settings(folder, url), datetime(2026, 1, 5, tzinfo=CITY))
    house.door.database.close()


@pytest.fixture
def new_house(
    request: pytest.FixtureRequest, quick_path: Path, house_keys: Path, new_database: NewDatabase
) -> Iterator[NewHouse]:
    """A function that opens a fresh copy of the provisioned house; all are closed after the test."""
    opened: list[House] = []
    dropped: list[tuple[PostgresServer, str]] = []

    def make(dialect: str) -> House:
        name = f"h_{uuid.uuid4().hex}"
        data = quick_path / name
        data.mkdir()
        shutil.copyfile(house_keys, data / "keys.json")
        if dialect == "sqlite":
            shutil.copyfile(request.getfixturevalue("sqlite_house_template"), data / "yichuang.db")
            url = None
        else:
            server: PostgresServer = request.getfixturevalue("postgres")
            url = server.create(name, request.getfixturevalue("postgres_house_template"))
            dropped.append((server, name))
        house = House(read_settings(data, url))
        opened.append(house)
        return house

    try:
        yield make
        for house in opened:
            look_at(request.node, house)
    finally:
        for house in opened:
            house.close()
        for server, name in dropped:
            server.drop(name)


@pytest.fixture(params=DIALECTS)
def house(request: pytest.FixtureRequest, new_house: NewHouse) -> House:
    """A provisioned house on each dialect in turn."""
    return new_house(request.param)


@pytest.fixture
def sqlite_house(new_house: NewHouse) -> House:
    """A provisioned house on SQLite."""
    return new_house("sqlite")
