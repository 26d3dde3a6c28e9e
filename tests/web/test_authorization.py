"""Role x route x object: each cell of the written matrix is asked, and no route is without its lines."""

from __future__ import annotations

import re
import uuid
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from engine.casework.cases.views.commands import SaveView
from engine.casework.counselling.commands import AskDepartment, CallDepartment, RecordContact
from engine.foundation.vault import token_hash
from engine.oversight.audit.desk.commands import DrawSample
from engine.oversight.audit.desk.sampling import draw as draw_sample
from engine.oversight.audit.findings.commands import WriteFinding
from engine.oversight.audit.reexecution.commands import AskReexecution
from engine.oversight.audit.rollups.tables import rollup_case
from engine.oversight.orders.commands import IssueOrder
from engine.oversight.rehearsal.commands import AskTests
from engine.oversight.standstill.commands import DraftStandstill
from engine.process.clocks.ladder.commands import DraftLadder
from engine.process.tasks.commands import ClaimTask
from engine.process.tasks.phone.commands import OpenPhoneLink
from engine.process.tasks.queries import tasks_of
from engine.process.tasks.rules import Task
from engine.registry.identity.leave.commands import RegisterLeave
from engine.registry.identity.rules import SYSTEM
from processes import library
from tests.engine.casework.cases.barring.test_barring import HAND
from tests.engine.oversight.publishing.test_releases import without
from tests.support.calendars import STORM, draft
from tests.support.cards import carded
from tests.support.drafting import ROUTE, submitted
from tests.support.failing import give_up
from tests.support.figures import draft_figure
from tests.support.house import INSURANCE, MARKET, PNG, House
from tests.support.rehearsing import at_once, kept, script
from tests.support.site import Page, Site
from tests.web.authorization import ACCOUNTS, TABLE
from web.acts import ACTS
from web.security import SAFE_METHODS, SELF_GUARDED
from yichuang.rehearsing.jobs import carry_out
from yichuang.rolling import roll
from yichuang.sealing import seal_all
from yichuang.worker import check_files

OBJECTS = ("open", "foreign", "closed", "absent", "crossed")
LETTERS = {401: "s", 403: "x", 404: "0", 400: "b", 409: "c", 422: "v"}
SEE_ALL = {"W01", "W03", "C01", "S51", "K61", "U81"}
"""Who sees the cases of every department."""
PRESSED: Mapping[str, Mapping[str, str]] = {
    "/tasks/<id>": {"_act": "submit"},
    "/progress": {"case": "{absent}"},
    "/progress/document": {"case": "{absent}"},
}
"""What a form sends besides its token where only that brings the question before whoever decides it; each account
asks for the progress of another case, since one may be asked for a few times only."""
LEAVE = RegisterLeave(account="W01", substitute="W02", from_day="2026-04-01", until_day="2026-04-02", reason="年休假")
"""Some weeks away, so that nobody stands in for anybody yet."""
ABSENT_CASE = "11410500MB1A00007F300203100600020260101"
"""A day without cases: four figures after it make a number that no case has."""
LAST = {"/sign-out"}
"""Asked after everything else: it ends the session."""
NOWHERE = {"/static/<path:filename>"}
"""Routes that serve files which everybody may have."""

Cell = tuple[str, str, str]
"""Method, rule, object."""


@dataclass(frozen=True)
class Asked:
    """A line of the matrix with the address that it asks."""

    cell: Cell
    address: str


class World:
    """A house with one object of each kind, and the addresses of all routes in it."""

    def __init__(self, site: Site) -> None:
        house = self.house = site.house
        self.rules = [one for one in site.app.url_map.iter_rules() if one.endpoint.split(".")[0] not in SELF_GUARDED]
        closed = house.decided_commitment()
        house.finish(closed, MARKET, ("李秀兰", "41050219850612002X"))
        foreign = house.accepted_instant()
        house.complete("D62", foreign, "ut_head_decide", {"decision": "grant"})
        house.hand_over(foreign, INSURANCE)
        opened = house.accepted_commitment()
        absent = opened[:-4] + "9998"
        task = house.task(opened, "ut_substantive")
        house.execute("D11", ClaimTask(task_id=task.id))
        self.cases = {"open": opened, "foreign": foreign, "closed": closed, "absent": absent}
        with house.door.read(SYSTEM) as view:
            done = tasks_of(view.connection, f"case:{closed}")[0].id
        self.tasks = {
            "open": task.id, "foreign": house.open_tasks(foreign)[0].id, "closed": done, "absent": f"{absent}-1"
        }  # fmt: skip
        self.single = self._singles(house, task)
        self.audited = self._audited(house, opened)
        check_files(house.door)
        seal_all(house.door)
        roll(house.door)
        with house.door.read(SYSTEM) as view:
            self.way = str(view.connection.scalars(sa.select(rollup_case.c.way)).one())
        self.incident = give_up(house, opened)
        self.numbers = self._numbers(house, opened)
        self.draft = str(draft(house, STORM).id)
        self.ladder = str(house.execute("A01", DraftLadder(clock_kind="relay", rules=(), reason="不再提示"))["draft"])
        self.cards = {name: str(carded(house, case)) for name, case in self.cases.items() if name != "absent"}
        storm = DraftStandstill(reason="特大暴雨停止办公", document_no="安政办〔2026〕18号", from_day="2026-03-02")
        self.standstill = str(house.execute("S51", storm)["id"])
        self.leave = str(house.execute("W01", LEAVE)["leave_id"])
        item = ("item", "I02", (library.SHIPPED / "items" / "I02.json").read_text("utf-8"))
        self.designed = submitted(house, (*ROUTE, without(ROUTE[1], "ut_dept_opinion")), item)
        # A script that is kept would have kept the draft from being submitted.
        self.rehearsal, self.kept_script = self._rehearsed(house)
        self.policy = str(draft_figure(house, "session_idle", 20).id)
        self.digests = {name: self._digest(site, case) for name, case in self.cases.items() if name != "absent"}

    @staticmethod
    def _singles(house: House, task: Task) -> dict[str, str]:
        """Make what belongs to one person alone: a view and an upload of W01, a telephone link of D11."""
        token = "authorization-token-of-a-telephone"
        link = OpenPhoneLink(
            task_id=task.id, root_id=task.root_id, field="files", title="附件", about="", token_hash=token_hash(token)
        )
        view = house.execute("W01", SaveView(name="超期的", list="cases", filters={"overdue": "yes"}))
        return {
            "token": token, "link_id": str(house.execute("D11", link)["link_id"]), "id": str(view["id"]),
            "digest": house.upload("W01", "照片.png", PNG)["digest"], "name": "1", "code": "I02",
            "process_id": "one_window_main", "account": "P62",
        }  # fmt: skip

    @staticmethod
    def _audited(house: House, case_no: str) -> dict[str, str]:
        """Make a finding of U81's own, a sample, a run of executing again; return the number of each by its room."""
        note = WriteFinding(case_no=case_no, kind="note", text="材料登记晚于受理。")
        drawn = draw_sample([case_no], 1, "0" * 32)
        sample = DrawSample(
            purpose="年度审计", question={}, seed="0" * 32, size=1, population=1, digest=drawn.digest,
            drawn=drawn.numbers,
        )  # fmt: skip
        made = {"findings": note, "samples": sample, "reexecution": AskReexecution()}
        return {name: str(house.execute("U81", one)["id"]) for name, one in made.items()}

    def _designed(self, rule: str) -> tuple[str, str]:
        """Return what stands for the id in an address of the designers, and what is not there."""
        if not rule.startswith("/designer/rehearsals"):
            return self.designed, "d-99"
        return self.kept_script if "/tests/" in rule else self.rehearsal, "99"

    @staticmethod
    def _rehearsed(house: House) -> tuple[str, str]:
        """Return a rehearsal that has ended, and the kept script that it is of: no other takes its place."""
        test = kept(house, script())
        house.execute("P61", AskTests())
        return str(carry_out(house.door, "here", at_once)), str(test)

    @staticmethod
    def _numbers(house: House, case_no: str) -> Mapping[str, str]:
        contact = RecordContact(name="王建国", phone="13800001234", about="开小餐馆要办哪些证？")
        asked = AskDepartment(department="market", title="油烟净化", content="是否必须单独安装？")
        made = {
            "contacts": house.execute("W01", contact), "consultations": house.execute("W01", asked),
            "calls": house.execute("W01", CallDepartment(item_code="I02", purpose="guidance")),
            "barrings": house.execute("D12", HAND),
        }  # fmt: skip
        order = IssueOrder(case_no=case_no, content="请说明原因并尽快完成审查。")
        numbers = {room: str(one["number"]) for room, one in made.items()}
        return {**numbers, "orders": str(house.execute("S51", order)["id"])}

    @staticmethod
    def _digest(site: Site, case_no: str) -> str:
        """Return the digest of a file of the case, as its page links it; a digest of nothing when it has none."""
        page = site.visitor("S51").open(f"/cases/{case_no}")
        found = re.search(rf"/cases/{case_no}/files/([0-9a-f]{{64}})", page.text)
        return found[1] if found else "0" * 64

    def asked(self) -> list[Asked]:
        """Return every line of the matrix, reading before writing and ``LAST`` last."""
        found = [
            Asked((method, line, name), address)
            for rule in self.rules
            if rule.rule not in NOWHERE
            for line, name, address in self._lines(rule)
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
        ]
        return sorted(found, key=lambda one: (one.cell[1] in LAST, one.cell[0] not in SAFE_METHODS, one.cell))

    def _lines(self, rule: Rule) -> Iterator[Cell]:
        """Yield (line, object, address): a line for the rule, or one for each act that stands behind it."""
        words = [*ACTS, "none"] if "word" in rule.arguments else [""]
        for word in words:
            for name, address in self._addresses(rule).items():
                yield rule.rule.replace("<word>", word), name, address.replace("<word>", word)

    def _addresses(self, rule: Rule) -> dict[str, str]:
        if not rule.arguments:
            return {"-": rule.rule}
        wanted = [*OBJECTS] if {"case_no", "digest"} <= rule.arguments else [*OBJECTS[:-1]]
        rooms = {"/designer/releases/": self._released, "/audit/figures/": self._counted}
        find = next((rooms[room] for room in rooms if rule.rule.startswith(room)), self._names)
        named = {name: find(rule.rule, name) for name in wanted}
        found = {name: _filled(rule.rule, names) for name, names in named.items() if names is not None}
        return {name: address for name, address in found.items() if address is not None}

    def _counted(self, _rule: str, name: str) -> dict[str, str] | None:
        """Return what stands for a way that cases went and a table of figures."""
        here = {"digest": self.way, "table": "elements", "format": "csv"}
        return {"open": here, "absent": {"digest": "0" * 64, "table": "none", "format": "csv"}}.get(name)

    @staticmethod
    def _released(rule: str, name: str) -> dict[str, str] | None:
        """Return what stands for an item, a release of it or a batch of cases in an address of the designers."""
        here = {"code": "I02", "number": "1"} if "<code>" in rule else None
        return {"open": here, "absent": {"code": "I99", "number": "9", "batch": "9"}}.get(name)

    def _names(self, rule: str, name: str) -> dict[str, str] | None:
        """Return what stands for the parameters of ``rule`` when it is asked about the object ``name``."""
        room = rule.split("/")[1]
        if "<number>" in rule:
            return {"number": {"open": self.numbers[room], "absent": "99999999"}.get(name, "")}
        if room == "tasks":
            return {"id": self.tasks[name]}
        if room in ("incidents", "standstills", "leave", "designer", "audit"):
            opened, gone = {
                "designer": self._designed(rule),
                "incidents": (self.incident, "outbox:99999999"), "standstills": (self.standstill, "99"),
                "leave": (self.leave, "99"), "audit": (self.audited.get(rule.split("/")[2], ""), "99"),
            }[room]  # fmt: skip
            found = {"open": opened, "absent": gone}.get(name)
            one = "I02" if "/items/" in rule else ROUTE[1]
            return None if found is None else {"id": found, "kind": ROUTE[0], "name": one, "number": "1"}
        if room in ("calendar", "ladders", "policies"):
            draft = {"calendar": self.draft, "ladders": self.ladder, "policies": self.policy}[room]
            key = "delivery" if room == "policies" else "none"
            here = {"id": draft, "version": "1", "kind": "commitment", "key": key}
            return {"open": here, "absent": {"id": "99", "version": "99", "kind": "none", "key": "none"}}.get(name)
        if room in ("supervision", "documents"):
            return {"id": self.cards.get(name, "99999999") if room == "supervision" else self._document(name)}
        if room == "applications":
            return self._application(rule, name)
        if "<case_no>" in rule:
            case_no = self.cases["open" if name == "crossed" else name]
            digest = self.digests.get("foreign" if name == "crossed" else name, "0" * 64)
            return {"case_no": case_no, "digest": digest, "seq": "1", "number": "1", "act": "move", "key": "none"}
        absent = {**dict.fromkeys(self.single, "none"), "digest": "0" * 64}
        return {"open": self.single, "absent": absent}.get(name)

    def _document(self, name: str) -> str:
        documents = self.house.documents(self.cases[name]) if name != "absent" else []
        return documents[0].id if documents else "0" * 26

    def _application(self, rule: str, name: str) -> dict[str, str] | None:
        if "<code>" in rule:
            return {"code": {"open": "I02", "absent": "I99"}.get(name, "")}
        if name == "absent":
            return {"application_id": "0" * 26}
        return {"application_id": self.house.case(self.cases[name]).application_id}


def _filled(rule: str, names: Mapping[str, str]) -> str | None:
    """Return the address of ``rule`` with its parameters, or None when one of them stands for nothing."""
    address = re.sub(r"<(?:\w+:)?(\w+)>", lambda found: names.get(found[1], found[0]), rule)
    return None if re.search(r"//|/$|/\.", address) else address


def verdict(client: FlaskClient, one: Asked, csrf: str, place: int) -> str:
    """Ask as the account at ``place``, from an address of its own; return the answer's letter; a fault has none."""
    method, rule, _ = one.cell
    # Without the token a person is told that the form is of another session, which is no verdict on the person.
    pressed = {name: text.format(absent=ABSENT_CASE + f"{place:04}") for name, text in PRESSED.get(rule, {}).items()}
    form = {"_csrf": csrf, "_key": uuid.uuid4().hex, **pressed}
    data = form if method not in SAFE_METHODS else None
    where = {"REMOTE_ADDR": f"127.0.1.{place}"}
    answer = client.open(one.address, method=method, data=data, base_url="http://localhost", environ_overrides=where)
    answer.close()
    if answer.status_code in (301, 302, 303) and answer.headers["Location"].startswith("/sign-in"):
        return "o" if rule == "/sign-out" and csrf else "s"
    if answer.status_code < 400:
        return "o"
    return LETTERS.get(answer.status_code, "!")


def written() -> dict[Cell, str]:
    """Return the matrix as written: a letter for each account by method, rule and object."""
    found = {}
    for line in TABLE.strip().splitlines():
        method, rule, name, letters = line.split()
        found[method, rule, name] = letters
    return found


@pytest.fixture
def world(site: Site) -> World:
    """A filled house."""
    return World(site)


def test_each_role_gets_at_each_route_and_object_what_the_matrix_says(site: Site, world: World) -> None:
    asked = world.asked()
    found: dict[Cell, str] = defaultdict(str)
    for place, account in enumerate(ACCOUNTS):
        visitor = site.visitor("" if account == "-" else account)
        csrf = "" if account == "-" else visitor.open("/").all("input[name=_csrf]")[0].get("value")
        for one in asked:
            found[one.cell] += verdict(visitor.client, one, csrf, place)
    differs = [
        f"{' '.join(cell):<60} {letters} (written {written().get(cell, 'nowhere')})"
        for cell, letters in found.items()
        if written().get(cell) != letters
    ]
    assert not differs, "\n".join(["", "Written otherwise, or not at all:", *differs])
    assert written().keys() == found.keys(), "lines of routes or objects that are gone"


def test_a_line_has_a_letter_for_each_account() -> None:
    assert all(len(letters) == len(ACCOUNTS) for letters in written().values())


def test_out_of_sight_is_as_absent_in_every_line() -> None:
    matrix = written()
    for (method, rule, name), letters in matrix.items():
        if name in ("foreign", "crossed"):
            absent = matrix[method, rule, "absent"]
            told = [(who, letters[place], absent[place]) for place, who in enumerate(ACCOUNTS) if who not in SEE_ALL]
            assert [one for one in told if one[1] != one[2]] == [], (method, rule, name)


def test_what_is_out_of_sight_is_told_in_the_very_words_of_what_is_not_there(site: Site, world: World) -> None:
    visitor = site.visitor("D22")
    for one in world.asked():
        method, rule, name = one.cell
        if method != "GET" or name != "foreign":
            continue
        foreign, absent = world.cases["foreign"], world.cases["absent"]
        hidden = visitor.open(one.address)
        gone = visitor.open(one.address.replace(foreign, absent))
        assert hidden.status == gone.status, rule
        assert _told(hidden).replace(foreign, absent) == _told(gone), rule


def _told(page: Page) -> str:
    """Return the words of a page without the number that every request has of its own."""
    return page.main.replace(page.headers["X-Request-Id"], "")
