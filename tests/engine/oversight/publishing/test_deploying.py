"""Publishing: the next case takes the new release, the running one keeps its own."""

from __future__ import annotations

import json

import pytest

from engine.oversight.publishing.commands import Deploy
from engine.oversight.publishing.rules import ProcessRefused
from engine.process.bpmn.releases.queries import NoRelease, current_processes, releases_of
from engine.registry.identity.rules import SYSTEM, NotYourAction
from processes import library
from tests.support.house import COMPANY, House
from tests.support.staff import publish_unrouted

ROUTE = "route_commitment"


def _edited(old: str, new: str) -> str:
    text = library.processes()[ROUTE].xml.decode("utf-8")
    assert old in text
    return text.replace(old, new)


def _release_ids(house: House) -> list[str]:
    with house.door.read(SYSTEM) as view:
        return [one.id for one in releases_of(view.connection, "I02")]


def test_T016_T045_the_next_case_takes_the_new_process_and_the_running_one_does_not(house: House):
    running = house.accepted_commitment()
    house.execute("P61", Deploy(processes={ROUTE: _edited('name="实质审查"', 'name="实质审查（新版）"')}))
    later = house.accepted_commitment()
    assert house.task(running, "ut_substantive").name == "实质审查"
    assert house.task(later, "ut_substantive").name == "实质审查（新版）"
    house.visit(running)
    house.visit(later)
    assert house.case(running).release_id != house.case(later).release_id
    assert house.violations() == []


def test_a_refused_file_changes_nothing_and_names_the_element(sqlite_house: House):
    before = _release_ids(sqlite_house)
    broken = _edited('act="cases.decide"', 'act="cases.conjure"')
    with pytest.raises(ProcessRefused) as refused:
        sqlite_house.execute("P61", Deploy(processes={ROUTE: broken}))
    assert "ut_head_decide" in [problem.element_id for problem in refused.value.problems]
    assert "ut_head_decide" in refused.value.sentence
    assert _release_ids(sqlite_house) == before


def test_the_same_content_makes_no_new_release(sqlite_house: House):
    before = _release_ids(sqlite_house)
    same = library.processes()[ROUTE].xml.decode("utf-8")
    assert sqlite_house.execute("P61", Deploy(processes={ROUTE: same}))["releases"] == {}
    assert _release_ids(sqlite_house) == before


def test_a_changed_promise_holds_for_the_next_case_only(sqlite_house: House):
    running = sqlite_house.accepted_commitment()
    item = json.loads((library.SHIPPED / "items" / "I02.json").read_text("utf-8"))
    item["promise"]["days"] = 4
    item["stages"][2]["days"] = 0.5
    sqlite_house.execute("P61", Deploy(processes={}, items={"I02": json.dumps(item, ensure_ascii=False)}))
    later = sqlite_house.accepted_commitment()
    quota = {no: sqlite_house.clocks(no)["commitment"].reckoning.start.quota for no in (running, later)}
    assert quota == {running: 5, later: 4}


def test_only_designers_publish(sqlite_house: House):
    for account in ("W01", "D12", "A01", "U81"):
        with pytest.raises(NotYourAction):
            sqlite_house.execute(account, Deploy(processes={}))


def test_items_without_a_route_are_in_the_catalogue_but_cannot_be_received(sqlite_house: House):
    code = publish_unrouted(sqlite_house)

    with pytest.raises(NoRelease):
        sqlite_house.receive("W01", code, COMPANY)


def test_what_is_deployed_is_kept_byte_for_byte(sqlite_house: House):
    with sqlite_house.door.read(SYSTEM) as view:
        current = current_processes(view.connection)
    assert current == {id: file.digest for id, file in library.processes().items()}
