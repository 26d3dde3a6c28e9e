"""合成办件：每秒能造多少件（也供测试和其他测量使用）。

``fill`` writes whole cases into the real tables of a house, much faster than people could: applicants sealed, tasks,
clocks, documents, valid journal chains, list rows and search entries.  The names and numbers are made up.
"""

from __future__ import annotations

import random
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.casework.cases.file.tables import material
from engine.casework.cases.finding.queries import applicant_ref, case_parts
from engine.casework.cases.listing.tables import case_listing
from engine.casework.cases.tables import applicant, application, case_file
from engine.casework.issuance.tables import result
from engine.door import Door
from engine.foundation.clock import CITY, city_date
from engine.foundation.journal.rules import chain_hash, envelope
from engine.foundation.journal.tables import journal_line
from engine.foundation.search.queries import write_many
from engine.foundation.search.tables import search_entry
from engine.foundation.store.tables import root
from engine.foundation.store.unit import GENESIS
from engine.foundation.vault import Vault
from engine.process.bpmn.releases.queries import current_release
from engine.process.clocks.tables import clock, clock_entry
from engine.process.documents.tables import document
from engine.process.tasks.notifications.tables import notification
from engine.process.tasks.tables import process_instance, step, task
from engine.registry.identity.rules import SYSTEM
from engine.registry.items.queries import current_items
from engine.registry.organisation.queries import departments

BATCH = 2_000
DAYS = 500
"""How many days back the cases reach."""

_STAGES = (
    ("received", "ut_formal", "形式审查", "window_clerk", 6),
    ("awaiting_correction", "ut_receive_correction", "接收补正材料", "window_clerk", 3),
    ("under_review", "ut_substantive", "实质审查", "dept_reviewer", 9),
    ("making_result", "ut_make_result", "制作结果", "dept_reviewer", 3),
    ("awaiting_pickup", "ut_pickup", "领取结果", "issue_clerk", 4),
    ("delivered", "ut_collate", "材料归纳", "window_clerk", 3),
    ("rejected", "", "", "", 4),
    ("archived", "", "", "", 68),
)
"""Case status, element and name of the open task, its role, and how many of a hundred cases stand there."""
_FAMILY = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高梁郑谢宋唐许邓冯韩曹曾彭萧蔡潘田董袁于余叶蒋杜苏魏程吕丁任卢姚钟姜崔谭陆"
)
_GIVEN = (
    "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰建国志文德海东红波宁福生荣春梅雪松云飞鹏宇晨佳慧欣怡嘉俊豪子涵"
)
_TRADES = [
    "餐饮",
    "食品",
    "商贸",
    "药房",
    "健身",
    "美容",
    "物流",
    "建材",
    "文化",
    "教育",
    "旅馆",
    "烟酒",
    "照相",
    "洗浴",
    "园林",
]
_PLACES = ["文峰", "北关", "殷都", "龙安", "滑县", "内黄", "汤阴", "林州", "安阳"]


@dataclass
class Filler:
    """What a batch is written with, and where the numbering stands."""

    connection: Connection
    vault: Vault
    now: datetime
    releases: list[tuple[Any, Any, str, str]]
    """(item, release, department name, digest) of the items that the counter receives."""
    chance: random.Random = field(default_factory=lambda: random.Random(20260302))
    numbers: dict[tuple[str, date], int] = field(default_factory=lambda: defaultdict(int))
    rows: dict[sa.Table, list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))
    blanks: dict[sa.Table, dict[str, Any]] = field(default_factory=dict)
    entry: int = 0
    known: set[str] = field(default_factory=set)
    words: list[tuple[int, str, list[str], dict[str, str]]] = field(default_factory=list)

    def add(self, table: sa.Table, **values: Any) -> None:
        """Note a row; columns that are not named get their own default, or what their kind of column begins with."""
        if table not in self.blanks:
            self.blanks[table] = {one.name: _zero(one, self.now) for one in table.c if _must_be_told(one)}
        self.rows[table].append({**self.blanks[table], **values})

    def find(self, kind: str, ref: str, place: str, parts: dict[str, str]) -> None:
        """Note an entry of the search index, unless the same person is known already."""
        if ref in self.known:
            return
        self.known.add(ref)
        self.entry += 1
        self.rows[search_entry].append({"id": self.entry, "kind": kind, "ref": ref, "places": [place], "parts": parts})
        self.words.append((self.entry, kind, [place], parts))

    def write(self) -> None:
        """Insert what was noted, parents first."""
        for table in (root, *(one for one in self.rows if one is not root)):
            self.connection.execute(table.insert(), self.rows[table])
        write_many(self.connection, self.words)
        self.rows.clear()
        self.words.clear()


def _must_be_told(column: sa.Column[Any]) -> bool:
    return not column.nullable and column.server_default is None


def fill(door: Door, count: int) -> None:
    """Write ``count`` more cases into the house; they came in during the last :data:`DAYS` days."""
    now, vault = door.now(), door.part(Vault)
    with door.read(SYSTEM) as view:
        named = departments(view.connection)
        releases = [
            (item, current_release(view.connection, item.code, view.now), named[item.department].name, digest)
            for digest, item in current_items(view.connection)
            if item.entry_mode == "one_window" and item.main_process and item.case_type in ("instant", "commitment")
        ]
    made = 0
    state: Filler | None = None
    while made < count:
        with door.database.writing() as connection:
            if state is None:
                state = Filler(connection, vault, now, releases)
                last = sa.select(sa.func.coalesce(sa.func.max(search_entry.c.id), 0))
                state.entry = connection.execute(last).scalar_one()
                state.chance.seed(f"cases {state.entry}")
                _go_on(state)
            state.connection = connection
            for number in range(made, min(made + BATCH, count)):
                _case(state, number, count)
            made = min(made + BATCH, count)
            state.write()
            if connection.dialect.name == "postgresql":
                connection.exec_driver_sql(
                    "SELECT setval(pg_get_serial_sequence('search_entry', 'id'), (SELECT max(id) FROM search_entry))"
                )
    settle(door)


def _go_on(state: Filler) -> None:
    """Go on behind the numbers and people that an earlier filling has left."""
    refs = sa.select(search_entry.c.ref).where(search_entry.c.kind == "applicant")
    state.known.update(state.connection.scalars(refs))
    for case_no in state.connection.scalars(sa.select(case_file.c.case_no).order_by(case_file.c.case_no)):
        day = datetime.strptime(case_no[31:39], "%Y%m%d").replace(tzinfo=CITY).date()
        state.numbers[case_no[:31], day] = max(0, int(case_no[39:]) - 5000)


def settle(door: Door) -> None:
    """Let the database look at what it holds now, as its own housekeeping does sooner or later."""
    with door.database.writing() as connection:
        connection.exec_driver_sql("ANALYZE")


def _case(state: Filler, number: int, count: int) -> None:
    chance = state.chance
    item, release, department, digest = chance.choice(state.releases)
    stage = chance.choices(_STAGES, weights=[one[4] for one in _STAGES])[0]
    received = state.now - timedelta(minutes=int((count - number) * DAYS * 1440 / count) + 1)
    day = city_date(received)
    state.numbers[item.implement_code, day] += 1
    # Sequences above 5000 keep clear of the cases that are really received on the same day.
    sequence = 5000 + state.numbers[item.implement_code, day]
    case_no = f"{item.implement_code}{day:%Y%m%d}{sequence:04d}"
    root_id = f"case:{case_no}"
    person = chance.random() < 0.7
    name = _person_name(chance) if person else _firm_name(chance)
    who, responder = f"{state.entry:026x}", chance.choice(("W01", "W02"))
    _applicant(state, who, person, name, received)
    origin = {"channel": chance.choice("1112349"), "received_at": received, "first_responder": responder,
              "receive_region": item.handle_region}  # fmt: skip
    state.add(application, id=who, applicant_id=who, note=None, created_at=received, **origin)
    status, element, title, role, _ = stage
    accepted = received if status not in ("received", "awaiting_correction", "rejected") else None
    shared = {"root_id": root_id, "item_code": item.code, "case_type": item.case_type, "department": item.department}
    state.add(
        case_file, **shared, **origin, case_no=case_no, application_id=who, applicant_id=who, applicant_name=name,
        item_name=item.name, item_digest=digest, release_id=release.id, status=status, created_at=received,
        handle_region=item.handle_region, visits=1, accepted_at=accepted, accepted_on=accepted and day,
        excluded_procedures=[],
    )  # fmt: skip
    running = status in ("received", "under_review", "making_result")
    due = city_date(state.now) + timedelta(days=chance.randint(-6, 12))
    state.add(
        case_listing, **shared, status=status, due_on=due if running else None,
        **{key: value for key, value in origin.items() if key != "receive_region"},
    )  # fmt: skip
    _around(state, root_id, item, release, day, due, status, running)
    _tasks(state, root_id, case_no, item, release, received, (element, title, role))
    parts = case_parts(case_no, name, item.name, department)
    if status in ("archived", "delivered", "awaiting_pickup"):
        parts["result"] = f"安行审字〔{day.year}〕{number + 1:06d}号"
        state.add(result, root_id=root_id, title=item.result.name, result_no=parts["result"], valid_from=day,
                  valid_until=None, files=[], made_by="D11", made_at=received)  # fmt: skip
    state.find("case", root_id, item.department, parts)


def _applicant(state: Filler, who: str, person: bool, name: str, received: datetime) -> None:
    # A quarter of the people come again: the same number, another application.
    serial = state.chance.randrange(1, max(2, len(state.known))) if state.chance.random() < 0.25 else state.entry
    number = f"990000{serial:012d}" if person else f"99{serial:016d}"
    index = state.vault.blind_index("id", number)
    phone = f"199{serial % 100_000_000:08d}"
    state.add(
        applicant, id=who, kind="person" if person else "organisation", name=name, created_at=received,
        id_kind="resident_id" if person else "uscc", id_sealed=state.vault.seal(number), id_index=index,
        phone_sealed=state.vault.seal(phone), phone_index=state.vault.blind_index("phone", phone),
        address_sealed=None, contact_name=None, legal_representative=None,
    )  # fmt: skip
    place = state.chance.choice(state.releases)[0].department
    state.find("applicant", applicant_ref(index, name), place, {"name": name})


def _around(
    state: Filler, root_id: str, item: Any, release: Any, day: date, due: date, status: str, running: bool
) -> None:
    kind = "correction_notice" if status in ("received", "rejected", "awaiting_correction") else "commitment"
    clock_id = f"{root_id}:{kind}:1"
    state.add(clock, id=clock_id, root_id=root_id, kind=kind, number=1, state="running" if running else "stopped",
              boundary=None, due_on=due, stopped_on=None if running else day)  # fmt: skip
    body = {"quota": 5, "unit": "wd"}
    state.add(clock_entry, root_id=root_id, clock_id=clock_id, number=1, kind="start", on=day, body=body,
              account="system")  # fmt: skip
    one = item.materials[0]
    state.add(material, root_id=root_id, no=1, name=one.name, form=one.form, copies_required=1, required=True,
              source=one.source, provided_form="copy", copies=1, verdict=None, advice=None)  # fmt: skip
    if kind == "commitment":
        mark = root_id.removeprefix("case:")
        state.add(document, id=f"{state.entry:026x}", root_id=root_id, position=1, kind="acceptance_notice",
                  number=f"合受〔{day.year}〕{mark[-12:]}-{state.entry}", title="收件（受理）通知书", data={},
                  verify_code=f"{state.entry:032x}", state="issued", issued_by="W01", sha256=None,
                  rendered_at=None)  # fmt: skip
    _journal(state, root_id, item)


def _journal(state: Filler, root_id: str, item: Any) -> None:
    head, lines = GENESIS, (("case.received", {"item_name": item.name}), ("process.started", {"release": "x"}))
    for seq, (type, data) in enumerate(lines, 1):
        text = envelope(
            root=root_id, seq=seq, previous=head, type=type, at=state.now, command="Fill", key="", data=data,
            actor={"account": "W01", "person": "person-W01", "channel": "web"},
        )  # fmt: skip
        head = chain_hash(text)
        state.add(journal_line, root_id=root_id, seq=seq, type=type, at=state.now, account="W01", command_key="",
                  body=text, hash=head)  # fmt: skip
    state.add(root, id=root_id, kind="case", parent=None, version=1, seq=len(lines), head=head)


def _tasks(
    state: Filler, root_id: str, case_no: str, item: Any, release: Any, received: datetime, stage: tuple[str, str, str]
) -> None:
    element, title, role = stage
    state.add(process_instance, root_id=root_id, release_id=release.id, department=item.department, version=1,
              process=release.main, snapshot=b"", state_hash="0" * 64, completed=not element)  # fmt: skip
    counter = role in ("", "window_clerk", "issue_clerk")
    state.add(step, root_id=root_id, number=1, task_no=1, process="one_window_main", element="start_window",
              kind="startEvent", name="提交申请", lane="L_window", state="completed", at=received,
              account="W01")  # fmt: skip
    state.add(notification, root_id=root_id, role=role or "window_clerk", kind="arrived", sentence="有新的待办。",
              department="center" if counter else item.department, at=received)  # fmt: skip
    state.rows[notification][-1].pop("id", None)
    for task_no, name, open in ((2, "形式审查", False), (3, title, True)):
        if open and not element:
            continue
        place = "center" if not open or role in ("window_clerk", "issue_clerk") else item.department
        number = {key: str(one) for key, one in _PEOPLE.items()}.get(item.department, "1")
        pool = ("W01", "W02") if role == "window_clerk" else ("W03",) if role == "issue_clerk" else (f"D{number}1",)
        held = state.chance.choice(pool) if open and state.chance.random() < 0.3 else None
        state.add(
            task, id=f"{case_no}-{task_no}", root_id=root_id, task_no=task_no, process="intake",
            element=element if open else "ut_formal", name=name, lane="L_window", form="formal_review", act=None,
            role=role if open else "window_clerk", department=place, clauses=["6.1.1"],
            state="open" if open else "completed", holder=held, held_since=held and received, opened_at=received,
            closed_at=None if open else received, closed_by=None if open else "W01", revision=1,
        )  # fmt: skip


_PEOPLE: Mapping[str, int] = {"market": 1, "health": 2, "urban": 3, "fire": 4, "police": 5, "hrss": 6, "medical": 7}


def _person_name(chance: random.Random) -> str:
    return chance.choice(_FAMILY) + "".join(chance.choice(_GIVEN) for _ in range(chance.choice((1, 2, 2))))


def _firm_name(chance: random.Random) -> str:
    trade = chance.choice(_TRADES)
    return f"安阳市{chance.choice(_PLACES)}{chance.choice(_GIVEN)}{chance.choice(_GIVEN)}{trade}有限公司"


def _zero(column: sa.Column[Any], now: datetime) -> Any:
    kind = column.type.python_type if not isinstance(column.type, sa.types.TypeDecorator) else None
    if kind is None:
        return now if type(column.type).__name__ == "Instant" else []
    return {bool: False, int: 0, str: "", date: now.astimezone(CITY).date(), bytes: b""}[kind]


def houses(sizes: tuple[int, ...]) -> Iterator[tuple[int, Door]]:
    """Yield a SQLite house in a temporary folder, filled to each of ``sizes`` in turn."""
    from yichuang.house import open_house
    from yichuang.settings import read_settings

    with tempfile.TemporaryDirectory() as folder:
        door = open_house(read_settings(Path(folder), None))
        have = 0
        for size in sizes:
            fill(door, size - have)
            have = size
            yield size, door
        door.database.close()


def run(*, quick: bool) -> dict[str, Any]:
    """Return how many cases a second are written into SQLite, and how many bytes one takes."""
    size = 500 if quick else 20_000
    begin = seconds = 0.0
    empty = stored = 0
    for made, door in houses((0, size)):
        file = Path(str(door.database.url.database))
        if not made:
            begin, empty = time.perf_counter(), file.stat().st_size
            continue
        seconds, stored = time.perf_counter() - begin, file.stat().st_size - empty
    return {"cases": size, "per_second": round(size / seconds), "bytes_per_case": round(stored / size)}
