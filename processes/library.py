"""Find, read and digest the files of this room.

Every function takes an optional ``folder`` laid out like this one (``*.bpmn``, ``*.dmn``, ``items/*.json``,
``messages/*.json``, ``departments.json``, ``windows.json``, ``clauses.json``): a file there stands in for the shipped
file of the same name, a further file is added.  Nothing is cached here; a release pins what it read by digest.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from processes import bpmn_file, uscc, words
from processes import items as item_file
from processes import messages as message_file
from processes.items import Item, ItemRefused
from processes.messages import Message
from processes.reading import Reader

SHIPPED = Path(__file__).parent
DEPARTMENT_KINDS = {
    "department": "业务主管部门",
    "mass_organisation": "群团组织",
    "center": "政务服务中心",
    "regulator": "归口单位",
}
MODALITIES = ("应", "宜", "可", "陈述")
WINDOW_ABILITIES = ("intake", "dispatch", "issue")


class LibraryRefused(ValueError):
    """文件“{file}”不能使用：{reason}。请改正后重新载入。"""

    code = "LIBRARY_REFUSED"

    def __init__(self, file: str, reason: str) -> None:
        self.file = file
        self.reason = reason
        self.sentence = (type(self).__doc__ or "").strip().format(file=file, reason=reason)
        super().__init__(self.sentence)


@dataclass(frozen=True)
class ProcessFile:
    """One BPMN file: its process id (= file stem), where it lies, its bytes and their SHA-256."""

    id: str
    path: Path
    xml: bytes
    digest: str


@dataclass(frozen=True)
class TableFile:
    """One DMN file: its id (= file stem), where it lies, its bytes and their SHA-256."""

    id: str
    path: Path
    xml: bytes
    digest: str


@dataclass(frozen=True)
class MessageFile:
    """One message file: the message, its bytes and their SHA-256."""

    message: Message
    text: bytes
    digest: str


@dataclass(frozen=True)
class Department:
    """An organisation of the catalogue; ``account_number`` is the number in its accounts D<n>1, D<n>2, D<n>3."""

    key: str
    name: str
    short_name: str
    uscc: str
    kind: str
    account_number: int | None
    uscc_source: str


@dataclass(frozen=True)
class Window:
    """A window of the service centre; a 综合窗口 has all three abilities (3.2)."""

    code: str
    name: str
    category: str
    kind: str
    place: str
    abilities: tuple[str, ...]


@dataclass(frozen=True)
class Windows:
    """The window categories of 5.1.1, the windows, and the centre's address and hours as (text, source mark)."""

    categories: tuple[str, ...]
    windows: tuple[Window, ...]
    address: tuple[str, str]
    office_hours: tuple[str, str]


@dataclass(frozen=True)
class ClauseRow:
    """One row of the trace table T001-T117: what the standard asks and what the product does for it."""

    id: str
    clause: str
    part: str
    modality: str
    requirement: str
    role: str


def digest(content: bytes) -> str:
    """Return the SHA-256 of ``content`` in lower-case hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def processes(folder: Path | None = None) -> dict[str, ProcessFile]:
    """Return every BPMN file by process id; raise LibraryRefused when a file cannot be the process its name says."""
    found = {}
    for path in _files(folder, "*.bpmn"):
        xml = path.read_bytes()
        try:
            process_id = bpmn_file.executable_process_id(bpmn_file.read(xml))
        except bpmn_file.BpmnUnreadable as fault:
            raise LibraryRefused(path.name, fault.reason) from fault
        if process_id != path.stem:
            raise LibraryRefused(path.name, f"文件里的流程编号是“{process_id}”，应与文件名一致")
        found[process_id] = ProcessFile(process_id, path, xml, digest(xml))
    return found


def decisions(folder: Path | None = None) -> dict[str, TableFile]:
    """Return every DMN file by its id; raise LibraryRefused when a file is not the one its name says."""
    found = {}
    for path in _files(folder, "*.dmn"):
        xml = path.read_bytes()
        try:
            file_id = bpmn_file.decisions_id(xml)
        except bpmn_file.BpmnUnreadable as fault:
            raise LibraryRefused(path.name, fault.reason) from fault
        if file_id != path.stem:
            raise LibraryRefused(path.name, f"文件里的决策表文件编号是“{file_id}”，应与文件名一致")
        found[file_id] = TableFile(file_id, path, xml, digest(xml))
    return found


def items(folder: Path | None = None) -> dict[str, Item]:
    """Return every item by code; raise ItemRefused or LibraryRefused when one is not fit for use.

    Besides the item's own rules this checks what it refers to: departments, their codes, and the main process.
    """
    known = departments(folder)
    process_ids = set(processes(folder))
    found: dict[str, Item] = {}
    for path in _files(folder, "items/*.json"):
        item = item_file.load(path.read_bytes())
        if item.code != path.stem:
            raise LibraryRefused(path.name, f"文件里的事项代码是“{item.code}”，应与文件名一致")
        problems = _references(item, known, process_ids)
        if item.implement_code in {other.implement_code for other in found.values()}:
            problems.append("implement_code：实施编码与另一事项相同")
        if problems:
            raise ItemRefused(item.code, tuple(problems))
        found[item.code] = item
    return found


def messages(folder: Path | None = None) -> dict[str, MessageFile]:
    """Return every message that may come from outside by its name; raise MessageRefused or LibraryRefused."""
    found = {}
    for path in _files(folder, "messages/*.json"):
        text = path.read_bytes()
        message = message_of(text)
        if message.name != path.stem:
            raise LibraryRefused(path.name, f"文件里的消息名称是“{message.name}”，应与文件名一致")
        found[message.name] = MessageFile(message, text, digest(text))
    return found


def rehearsals() -> dict[str, bytes]:
    """Return the shipped scripts of rehearsals by file stem, as they are written: one for each way an item goes."""
    return {path.stem: path.read_bytes() for path in sorted((SHIPPED / "rehearsals").glob("*.json"))}


def message_of(text: bytes) -> Message:
    """Return the message in a file, whose clause is one of the standard's; raise MessageRefused."""
    message = message_file.load(text)
    if message.clause not in {row.clause for row in clauses()}:
        raise message_file.MessageRefused(message.name, (f"clause：标准中没有条款“{message.clause[:40]}”",))
    return message


def item_of(text: bytes) -> Item:
    """Return the item in a file that somebody has changed; raise ItemRefused when it is not fit for use."""
    item = item_file.load(text)
    problems = _references(item, departments(), set(processes()))
    if problems:
        raise ItemRefused(item.code, tuple(problems))
    return item


def _references(item: Item, known: Mapping[str, Department], process_ids: set[str]) -> list[str]:
    branches = item.joint_plan.branches if item.joint_plan else ()
    keys = {item.department} | {branch.department for branch in branches}
    problems = [f"department：部门“{key}”不在部门名录中" for key in sorted(keys - set(known))]
    if item.department in known and not item.implement_code.startswith(known[item.department].uscc):
        problems.append("implement_code：前 18 位应为实施部门的统一社会信用代码")
    if item.main_process is not None and item.main_process not in process_ids:
        problems.append(f"main_process：流程“{item.main_process}”不存在")
    return problems


def departments(folder: Path | None = None) -> dict[str, Department]:
    """Return the departments, the centre and the regulator by key (foreword of the standard: T002)."""
    file = "departments.json"
    faults: list[str] = []
    rows = [_department(reader) for reader in Reader(_json(folder, file), faults).parts("departments", least=1)]
    faults += [f"{row.name}的统一社会信用代码校验位不对" for row in rows if not uscc.is_uscc(row.uscc)]
    faults += [f"部门键“{key}”重复" for key in _twice(row.key for row in rows)]
    faults += [f"账号编号 {number} 重复" for number in _twice(row.account_number for row in rows if row.account_number)]
    for kind in ("center", "regulator"):
        if sum(row.kind == kind for row in rows) != 1:
            faults.append(f"{DEPARTMENT_KINDS[kind]}应有且只有一个")
    _refuse(file, faults)
    return {row.key: row for row in rows}


def _department(reader: Reader) -> Department:
    row = Department(
        key=reader.text("key"),
        name=reader.text("name"),
        short_name=reader.text("short_name"),
        uscc=reader.text("uscc"),
        kind=reader.text("kind", DEPARTMENT_KINDS),
        account_number=reader.whole("account_number", 1) if reader.has("account_number") else None,
        uscc_source=reader.text("uscc_source", words.VALUE_MARKS),
    )
    reader.no_more()
    return row


def windows(folder: Path | None = None) -> Windows:
    """Return the window categories and windows; more than six categories are refused (5.1.1)."""
    file = "windows.json"
    faults: list[str] = []
    reader = Reader(_json(folder, file), faults)
    categories = reader.texts("categories", least=1)
    if len(categories) > 6:
        faults.append("综合窗口的分类区域不应超过6类（DB4105/T 229 5.1.1）")
    rows = tuple(_window(part, categories) for part in reader.parts("windows", least=1))
    faults += [f"窗口代码“{code}”重复" for code in _twice(row.code for row in rows)]
    for row in rows:
        if row.kind in ("integrated", "theme", "cross_region") and row.abilities != WINDOW_ABILITIES:
            faults.append(f"{row.name}：综合窗口须具备受理、转办、出件三项能力（3.2）")
    found = Windows(categories, rows, _marked(reader.part("address")), _marked(reader.part("office_hours")))
    reader.no_more()
    _refuse(file, faults)
    return found


def _window(reader: Reader, categories: tuple[str, ...]) -> Window:
    row = Window(
        code=reader.text("code"),
        name=reader.text("name"),
        category=reader.text("category", categories),
        kind=reader.text("kind", words.WINDOW_KINDS),
        place=reader.text("place"),
        abilities=reader.texts("abilities", WINDOW_ABILITIES),
    )
    reader.no_more()
    return row


def _marked(reader: Reader) -> tuple[str, str]:
    found = (reader.text("text"), reader.text("mark", words.VALUE_MARKS))
    reader.no_more()
    return found


def clauses(folder: Path | None = None) -> tuple[ClauseRow, ...]:
    """Return the trace table in order of its numbers (T001: the compliance page shows it)."""
    file = "clauses.json"
    faults: list[str] = []
    rows = tuple(_clause(reader) for reader in Reader(_json(folder, file), faults).parts("clauses", least=1))
    faults += [f"编号“{number}”重复" for number in _twice(row.id for row in rows)]
    _refuse(file, faults)
    return rows


def _clause(reader: Reader) -> ClauseRow:
    row = ClauseRow(
        id=reader.text("id"),
        clause=reader.text("clause"),
        part=reader.text("part"),
        modality=reader.text("modality", MODALITIES),
        requirement=reader.text("requirement"),
        role=reader.text("role"),
    )
    reader.no_more()
    return row


def _files(folder: Path | None, pattern: str) -> list[Path]:
    """Return the files of both folders in order of name, ``folder`` winning over what is shipped."""
    by_name = {path.name: path for path in SHIPPED.glob(pattern)}
    if folder is not None:
        by_name |= {path.name: path for path in folder.glob(pattern)}
    return [by_name[name] for name in sorted(by_name)]


def _json(folder: Path | None, name: str) -> object:
    path = SHIPPED / name
    if folder is not None and (folder / name).exists():
        path = folder / name
    try:
        return json.loads(path.read_bytes())
    except (json.JSONDecodeError, UnicodeDecodeError) as fault:
        raise LibraryRefused(name, f"不是合格的 JSON 文件（{fault}）") from fault


def _twice(values: Iterable[Hashable]) -> list[Hashable]:
    return [value for value, times in Counter(values).items() if times > 1]


def _refuse(file: str, faults: list[str]) -> None:
    if faults:
        raise LibraryRefused(file, "；".join(faults))
