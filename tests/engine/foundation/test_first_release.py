"""What the first release wrote survives every revision, is read by today's program, and goes on to its end."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing

import pytest

from deadlines.law.hour_ledger import HourStart
from deadlines.law.ledger import Start
from engine.casework.cases.barring.commands import LiftBarring
from engine.casework.cases.barring.handlers import known_barring
from engine.casework.cases.listing.queries import listed
from engine.casework.cases.listing.rules import Filters
from engine.casework.cases.queries import applicant_of, visible_case
from engine.foundation.blobs.storage import Blobs
from engine.foundation.clock import city_date
from engine.foundation.store.database import Database, ReferencesBroken
from engine.foundation.store.migrations import head
from engine.foundation.vault import Vault
from engine.oversight.publishing.commands import CATALOGUE_ROOT
from engine.process.clocks.queries import clocks_of, entries_of
from engine.process.clocks.yearly.commands import ConfirmCalendar
from engine.process.clocks.yearly.queries import stale_count, versions
from engine.process.documents.issuing import digest_of, file_of
from engine.process.tasks.queries import draft_of
from engine.registry.identity.rules import SYSTEM
from engine.registry.policies.queries import policies, policy_named
from engine.registry.policies.shipped import DEFAULTS
from tests.support.calendars import NOTICE
from tests.support.first_release import FirstRelease, upgrade_to
from tests.support.house import COMPANY, MARKET, PERSON, House
from tests.support.site import Site
from yichuang.calendaring import keep_up, look_ahead
from yichuang.house import OPERATOR
from yichuang.worker import work_once

LayOut = Callable[[str], FirstRelease]
STATUSES = {
    "archived": "archived", "decided": "decided", "awaiting_pickup": "awaiting_pickup",
    "awaiting_correction": "awaiting_correction", "rejected": "rejected", "held": "under_review",
    "deemed": "under_review", "received": "received",
}  # fmt: skip
WAITING = {
    "archived": [], "decided": ["ut_make_result"], "awaiting_pickup": ["ut_pickup"],
    "awaiting_correction": ["ut_receive_correction"], "rejected": [], "held": ["ut_substantive"],
    "deemed": ["ut_receive_paper"], "received": ["ut_formal"],
}  # fmt: skip
UNTOUCHED = (
    "journal_line", "case_file", "applicant", "application", "document", "task", "task_draft", "step", "clock",
    "ledger_entry", "participation", "process_instance", "result", "delivery", "archive_file", "upload",
)  # fmt: skip
"""Tables in which neither the upgrade nor a start adds or deletes a row of a case."""


@pytest.fixture(params=[pytest.param("sqlite", marks=pytest.mark.sqlite),
                        pytest.param("postgresql", marks=pytest.mark.postgresql)])  # fmt: skip
def old(request: pytest.FixtureRequest, first_release: LayOut) -> FirstRelease:
    """The first release's house on each dialect, not yet upgraded."""
    return first_release(request.param)


def revision(url: str) -> str:
    database = Database(url)
    try:
        with database.reading() as connection:
            return str(connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar_one())
    finally:
        database.close()


def test_every_row_survives_and_every_invariant_holds(old: FirstRelease):
    assert revision(old.database_url) == "0001"
    before = old.counts()
    house = old.opened()
    assert revision(old.database_url) == head()
    after = old.counts()
    known = [name for name in UNTOUCHED if name in before]
    assert len(known) >= 12
    lost = {name: (before[name], after[name]) for name in before if after.get(name, 0) < before[name]}
    assert lost == {}
    assert {name: after[name] for name in known if name != "journal_line"} == {
        name: before[name] for name in known if name != "journal_line"
    }
    assert house.violations() == []


def test_figures_that_came_later_are_there_and_those_that_were_set_stay(old: FirstRelease):
    database = Database(old.database_url)
    with database.writing() as connection:
        connection.exec_driver_sql("UPDATE policy SET value = 3 WHERE key = 'correction_notice'")
    database.close()
    house = old.opened()
    with house.door.read(SYSTEM) as view:
        assert {one.key for one in policies(view.connection)} == {one.key for one in DEFAULTS}
        assert policy_named(view.connection, "correction_notice").value == 3
    lines = len(house.journal(CATALOGUE_ROOT))
    house.reopen()
    assert len(house.journal(CATALOGUE_ROOT)) == lines, "a second start adds nothing"


def test_the_unit_of_every_clock_is_that_of_its_start(old: FirstRelease):
    house = old.opened()
    units = set()
    with house.door.read(SYSTEM) as view:
        for case_no in old.cases.values():
            for row in clocks_of(view.connection, f"case:{case_no}"):
                start = entries_of(view.connection, row.id)[0]
                assert isinstance(start, (Start, HourStart))
                assert row.unit == start.unit, row
                units.add(row.unit)
    assert units == {"wd"}, "the first release counted working days only"


def test_a_year_can_be_published_in_an_old_house(old: FirstRelease):
    house = old.opened()
    house.at(2026, 12, 1)
    id = house.door.execute(NOTICE, SYSTEM, key="draft")["draft"]
    look_ahead(house.door)
    confirm = ConfirmCalendar(draft_id=id, base_version=1)
    assert house.door.execute(confirm, OPERATOR, key="confirm")["version"] == 2
    keep_up(house.door)
    with house.door.read(SYSTEM) as view:
        assert [one.version for one in versions(view.connection)] == [2, 1]
        assert stale_count(view.connection, 2, 100) == 0
    assert house.violations() == []


def test_what_was_written_is_still_sealed_and_refers_to_what_is_there(first_release: LayOut):
    house = first_release("sqlite").opened()
    with house.door.database.writing() as connection:
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar_one() == 1, "switched on again"
        assert connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []
        rows = connection.exec_driver_sql("SELECT id_sealed, phone_sealed FROM applicant").all()
    assert rows
    assert not any(PERSON["id_no"] in repr(row) or COMPANY["phone"] in repr(row) for row in rows)


def test_an_upgrade_that_finds_a_reference_broken_changes_nothing(first_release: LayOut):
    old = first_release("sqlite")
    with closing(sqlite3.connect(old.data / "yichuang.db")) as connection:
        connection.execute("PRAGMA foreign_keys=OFF")
        connection.execute("DELETE FROM applicant")
        connection.commit()
    before = old.counts()
    with pytest.raises(ReferencesBroken) as refused:
        old.opened()
    assert "升级已撤回" in refused.value.sentence
    assert revision(old.database_url) == "0001"
    assert old.counts() == before


def test_who_was_barred_before_entries_had_names_is_named_and_can_be_lifted(old: FirstRelease):
    root, mark = f"case:{old.cases['held']}", "0123456789abcdef0123456789"
    database = Database(old.database_url)
    with database.rebuilding() as connection:
        upgrade_to(connection, "0012")
        index = Vault.open(old.data / "keys.json").blind_index("id", COMPANY["id_no"])
        connection.exec_driver_sql(
            "INSERT INTO barred_applicant (id, id_index, reason, root_id, barred_at, barred_by)"
            f" VALUES ('{mark}', '{index}', '违反告知承诺', '{root}', '2026-03-11T01:00:00.000000Z', 'D12')"
        )
    database.close()
    house = old.opened()
    with house.door.read(SYSTEM) as view:
        found = known_barring(view, mark)
    assert (found.applicant_name, found.id_no) == (COMPANY["applicant_name"], COMPANY["id_no"])
    assert found.department == "market"
    assert found.until is None
    house.execute("S51", LiftBarring(number=mark, reason="已整改并核实"))
    assert house.journal(f"barring:{mark}")[-1].type == "applicant.bar_lifted"
    assert house.violations() == []


def test_todays_program_reads_every_case_as_it_was(old: FirstRelease):
    house = old.opened()
    assert {name: house.case(no).status for name, no in old.cases.items()} == STATUSES
    assert {name: [one.element for one in house.open_tasks(no)] for name, no in old.cases.items()} == WAITING
    with house.door.read(house.actor("W01")) as view:
        case = visible_case(view.connection, old.cases["held"], view.scope)
        who = applicant_of(view.connection, view.part(Vault), case.applicant_id)
        assert (who.name, who.id_no, who.phone) == (COMPANY["applicant_name"], COMPANY["id_no"], COMPANY["phone"])
        found = listed(view.connection, view.scope, Filters(q="餐饮"), city_date(view.now))
        assert found.total == 5
        assert listed(view.connection, view.scope, Filters(), city_date(view.now)).total == len(old.cases)
    with house.door.read(SYSTEM) as view:
        held = house.task(old.cases["held"], "ut_substantive")
        draft = draft_of(view.connection, view.part(Vault), held.id, "D11")
    assert held.holder == "D11"
    assert draft == {"findings": "正在核对现场照片"}
    assert house.case(old.cases["deemed"]).deemed


def test_its_pages_and_documents_open(first_release: LayOut):
    old = first_release("sqlite")
    house = old.opened()
    site = Site(house)
    for case_no in old.cases.values():
        page = site.visitor("W01").open(f"/cases/{case_no}")
        assert page.status == 200
        assert house.case(case_no).item_name in page.main
        for document in house.documents(case_no):
            told = site.visitor("W01").open(f"/documents/{document.id}.pdf")
            assert (told.status, told.response.data[:5]) == (200, b"%PDF-")
    for account, name, element in (("W01", "received", "ut_formal"), ("D11", "held", "ut_substantive"),
                                   ("W03", "awaiting_pickup", "ut_pickup")):  # fmt: skip
        task = house.task(old.cases[name], element)
        assert site.visitor(account).open(f"/tasks/{task.id}").status == 200


def test_a_file_that_was_rendered_is_the_same_and_what_waits_is_rendered_now(first_release: LayOut):
    old = first_release("sqlite")
    house = old.opened()
    rendered = [one for one in house.documents(old.cases["archived"]) if one.sha256]
    assert len(rendered) == 3
    for one in rendered:
        assert digest_of(house.door.part(Blobs).get(str(one.sha256))) == one.sha256
        assert digest_of(file_of(one, house.door.part(Blobs))) == one.sha256
    while work_once(house.door):
        pass
    for case_no in old.cases.values():
        assert all(one.sha256 for one in house.documents(case_no)), case_no
    assert house.violations() == []


def test_its_cases_go_on_to_their_end_on_the_release_they_were_received_under(old: FirstRelease):
    house = old.opened()
    _instant(house, old.cases["received"])
    house.make_and_sign(old.cases["decided"], MARKET)
    _collect(house, old.cases["decided"], MARKET)
    _collect(house, old.cases["awaiting_pickup"], MARKET)
    house.visit(old.cases["held"])
    opinion = {"opinion": "建议准予", "basis": "《食品经营许可和备案管理办法》"}
    house.complete("D11", old.cases["held"], "ut_dept_opinion", opinion)
    house.complete("D12", old.cases["held"], "ut_head_decide", {"decision": "grant"})
    house.complete("D11", old.cases["deemed"], "ut_receive_paper", {"signature": house.signature("D11")})
    house.complete("W01", old.cases["awaiting_correction"], "ut_receive_correction", {})
    house.sweep()
    assert house.case(old.cases["decided"]).status == "archived"
    assert house.case(old.cases["awaiting_pickup"]).status == "archived"
    assert house.case(old.cases["held"]).decision == "grant"
    assert house.violations() == []


def _instant(house: House, case_no: str) -> None:
    house.complete("W01", case_no, "ut_formal", {"formal_result": "accept"})
    house.complete("W01", case_no, "ut_accept", {})
    house.complete("D62", case_no, "ut_head_decide", {"decision": "grant"})
    assert house.case(case_no).decision == "grant"


def _collect(house: House, case_no: str, people: tuple[str, str, str]) -> None:
    receiver = ("李秀兰", "41050219850612002X")
    house.pick_up(case_no, *receiver)
    pages = {"application_pages": 3, "process_pages": 4, "result_pages": 1}
    house.complete("W01", case_no, "ut_collate", {**pages, "collation_checks": ["ordered", "named", "complete"]})
    filed = {"retention_period": "10", "archive_no": "AY-2026-0001", "conclusion": "齐全完整"}
    house.complete(people[2], case_no, "ut_archive", filed)
