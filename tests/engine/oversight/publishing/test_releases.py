"""Releases: everything a case was promised, by digest; what is refused leaves no trace."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from lxml import etree

from engine.foundation.store.unit import LostRace
from engine.oversight.publishing.commands import CATALOGUE_ROOT, Deploy
from engine.oversight.publishing.rules import ProcessRefused
from engine.process.bpmn.releases.queries import (
    NoRelease,
    Release,
    artifact_content,
    current_processes,
    current_release,
    put_artifact,
    put_release,
    release_at,
    releases_of,
)
from engine.process.bpmn.releases.tables import artifact
from engine.registry.identity.rules import SYSTEM
from engine.registry.items.queries import ItemUnfit, current_item
from processes import library
from tests.engine.foundation.units import NOW, Store
from tests.support.figures import change_figure
from tests.support.house import COMPANY, PERSON, House
from tests.support.threads import in_threads

BPMN = {"bpmn": "http://www.omg.org/spec/BPMN/20100524/MODEL"}
ROUTE = "route_commitment"
MANIFEST = {"item": "i" * 64, "main": "m", "processes": {"m": "1"}, "forms": {}, "policies": {"delivery": 10}}


@pytest.fixture
def store(migrated_url: str):
    opened = Store(migrated_url)
    yield opened
    opened.database.close()


def shipped(name: str) -> str:
    return library.processes()[name].xml.decode("utf-8")


def without(name: str, element: str) -> str:
    """Return a shipped process from which a user task was cut out as a designer would: the flow goes on past it."""
    tree: Any = etree.fromstring(shipped(name).encode())
    [task] = tree.xpath(f"//bpmn:userTask[@id='{element}']", namespaces=BPMN)
    [into] = tree.xpath(f"//bpmn:sequenceFlow[@targetRef='{element}']", namespaces=BPMN)
    [out] = tree.xpath(f"//bpmn:sequenceFlow[@sourceRef='{element}']", namespaces=BPMN)
    following = out.get("targetRef")
    into.set("targetRef", following)
    [after] = tree.xpath(f"//*[@id='{following}']")
    for incoming in after.findall("bpmn:incoming", BPMN):
        if incoming.text == out.get("id"):
            incoming.text = into.get("id")
    gone = {element, out.get("id")}
    for node in [task, out, *tree.xpath(f"//bpmn:flowNodeRef[text()='{element}']", namespaces=BPMN)]:
        node.getparent().remove(node)
    for shape in [one for one in tree.iter() if isinstance(one.tag, str) and one.get("bpmnElement") in gone]:
        shape.getparent().remove(shape)
    return etree.tostring(tree, encoding="unicode")


def deploy(house: House, **processes: str) -> dict[str, str]:
    return dict(house.execute("P61", Deploy(processes=processes))["releases"])


def deploy_item(house: House, code: str, text: str) -> dict[str, str]:
    return dict(house.execute("P61", Deploy(processes={}, items={code: text}))["releases"])


def elements(house: House, case_no: str) -> list[str]:
    return [task.element for task in house.open_tasks(case_no)]


def review(house: House, case_no: str) -> list[str]:
    house.complete("D11", case_no, "ut_substantive", {"findings": "审查", "site_visit": "no"})
    return elements(house, case_no)


# Pinning ----------------------------------------------------------------------------------------------------------


def test_T016_T045_a_step_taken_out_of_the_diagram_is_gone_for_the_next_case_only(house: House):
    running = house.accepted_commitment()
    released = deploy(house, route_commitment=without(ROUTE, "ut_dept_opinion"))
    assert "I02" in released
    later = house.accepted_commitment()
    assert review(house, running) == ["ut_dept_opinion"]
    assert review(house, later) == ["ut_head_decide"]
    with house.door.read(SYSTEM) as view:
        pinned = [release_at(view.connection, house.case(one).release_id).number for one in (running, later)]
    assert pinned == [1, 2]
    assert house.violations() == []


def test_a_case_received_before_and_accepted_after_keeps_what_it_was_received_with(house: House):
    early = house.receive("W01", "I02", COMPANY)
    deploy(house, route_commitment=without(ROUTE, "ut_dept_opinion"))
    house.complete("W01", early, "ut_formal", {"formal_result": "accept"})
    house.complete("W01", early, "ut_accept", {})
    house.complete("D11", early, "ut_receive_paper", {"signature": house.signature("D11")})
    assert review(house, early) == ["ut_dept_opinion"]


def test_a_case_goes_on_with_its_own_release_after_a_restart_and_on_another_host(house: House):
    running = house.accepted_commitment()
    deploy(house, route_commitment=without(ROUTE, "ut_dept_opinion"))
    house.reopen()
    assert review(house.neighbour(), running) == ["ut_dept_opinion"]
    assert house.violations() == []


def test_a_called_process_is_pinned_too(sqlite_house: House):
    running = sqlite_house.accepted_commitment()
    deploy(sqlite_house, site_visit=without("site_visit", "ut_plan_visit"))
    later = sqlite_house.accepted_commitment()
    for case_no, first in ((running, "ut_plan_visit"), (later, "ut_record_visit")):
        sqlite_house.complete("D11", case_no, "ut_substantive", {"findings": "审查", "site_visit": "yes"})
        assert elements(sqlite_house, case_no) == [first]


def test_the_form_and_the_figures_of_a_case_are_those_of_its_release(sqlite_house: House):
    running = sqlite_house.accepted_commitment()
    change_figure(sqlite_house, "delivery", 3)
    deploy(sqlite_house, route_commitment=without(ROUTE, "ut_dept_opinion"))
    later = sqlite_house.accepted_commitment()
    with sqlite_house.door.read(SYSTEM) as view:
        delivery = [release_at(view.connection, sqlite_house.case(one).release_id).policies["delivery"]
                    for one in (running, later)]  # fmt: skip
    assert delivery == [10, 3]


def test_going_back_to_the_old_diagram_is_a_new_release_of_the_old_content(sqlite_house: House):
    with sqlite_house.door.read(SYSTEM) as view:
        first = current_release(view.connection, "I02", view.now)
    deploy(sqlite_house, route_commitment=without(ROUTE, "ut_dept_opinion"))
    deploy(sqlite_house, route_commitment=shipped(ROUTE))
    with sqlite_house.door.read(SYSTEM) as view:
        third = current_release(view.connection, "I02", view.now)
    assert (third.number, third.processes) == (3, first.processes)
    assert third.id != first.id


def test_what_was_deployed_is_read_back_byte_for_byte_and_its_journal_names_the_designer(sqlite_house: House):
    text = without(ROUTE, "ut_dept_opinion")
    released = deploy(sqlite_house, route_commitment=text)
    with sqlite_house.door.read(SYSTEM) as view:
        digest = current_processes(view.connection)[ROUTE]
        assert artifact_content(view.connection, digest) == text.encode("utf-8")
    lines = [line for line in sqlite_house.journal(CATALOGUE_ROOT) if line.account == "P61"]
    assert {line.data["item"] for line in lines if line.type == "release.deployed"} == set(released)
    assert all(line.data["processes"][ROUTE] == digest for line in lines)


# Refused ----------------------------------------------------------------------------------------------------------


def _everything(house: House) -> Any:
    with house.door.read(SYSTEM) as view:
        artifacts = set(view.connection.scalars(sa.select(artifact.c.digest)))
        return artifacts, [one.id for one in releases_of(view.connection)], len(house.journal(CATALOGUE_ROOT))


BROKEN = {
    "no XML": {ROUTE: "<x"},
    "nothing": {ROUTE: ""},
    "another language": {ROUTE: "<svg xmlns='http://www.w3.org/2000/svg'/>"},
    "a program inside": {ROUTE: shipped(ROUTE).replace("site_visit", "__import__('os')", 1)},
    "an entity": {ROUTE: '<!DOCTYPE a [<!ENTITY b "c">]>' + shipped(ROUTE).partition("?>")[2]},
    "a flow that leads nowhere": {ROUTE: shipped(ROUTE).replace('targetRef="ut_substantive"', 'targetRef="gone"')},
    "a form nobody has": {ROUTE: shipped(ROUTE).replace('form="dept_opinion"', 'form="x"')},
    "the name of another process": {ROUTE: shipped("site_visit")},
    "a name that is none of ours": {"": shipped("site_visit")},
    "one broken beside a good one": {"site_visit": without("site_visit", "ut_plan_visit"), ROUTE: "<x"},
}


@pytest.mark.parametrize("what", BROKEN)
def test_a_refused_file_leaves_no_trace_and_says_why(what: str, sqlite_house: House):
    before = _everything(sqlite_house)
    with pytest.raises(ProcessRefused) as refused:
        deploy(sqlite_house, **BROKEN[what])
    assert refused.value.problems
    assert all(one.sentence.endswith(("。", "！")) for one in refused.value.problems)
    assert _everything(sqlite_house) == before
    assert elements(sqlite_house, sqlite_house.accepted_commitment()) == ["ut_substantive"]


@pytest.mark.parametrize("text", ["", "{", "{}", "[]", '{"code": "I02"}'])
def test_an_item_file_that_is_wrong_is_refused_with_everything_that_is_wrong(text: str, sqlite_house: House):
    before = _everything(sqlite_house)
    with pytest.raises(ItemUnfit):
        deploy_item(sqlite_house, "I02", text)
    assert _everything(sqlite_house) == before


def test_a_new_item_version_is_the_next_cases_item(house: House):
    running = house.receive("W01", "I06", PERSON)
    item = json.loads((library.SHIPPED / "items" / "I06.json").read_text("utf-8"))
    text = json.dumps({**item, "name": item["name"] + "（新）"}, ensure_ascii=False)
    assert set(deploy_item(house, "I06", text)) == {"I06"}
    later = house.receive("W01", "I06", PERSON)
    assert house.case(later).item_name == house.case(running).item_name + "（新）"
    with house.door.read(SYSTEM) as view:
        assert current_item(view.connection, "I06")[1].name.endswith("（新）")


# At once ----------------------------------------------------------------------------------------------------------


def test_receiving_while_another_host_publishes_gives_each_case_one_whole_release(house: House):
    other = house.neighbour()
    texts = [without(ROUTE, "ut_dept_opinion"), shipped(ROUTE)]
    received: list[str] = []

    def receive_or_publish(number: int) -> None:
        for round in range(3):
            if number == 0:
                other.execute("P61", Deploy(processes={ROUTE: texts[round % 2]}))
            else:
                received.append(house.receive("W01", "I02", COMPANY))

    assert in_threads(3, receive_or_publish) == [None] * 3
    with house.door.read(SYSTEM) as view:
        known = {one.id for one in releases_of(view.connection, "I02")}
    assert {house.case(one).release_id for one in received} <= known
    assert house.violations() == []


def test_two_designers_who_publish_at_once_make_two_releases_one_after_the_other(house: House):
    other = house.neighbour()
    wishes = [
        (house, "P61", Deploy(processes={ROUTE: without(ROUTE, "ut_dept_opinion")})),
        (other, "P62", Deploy(processes={"site_visit": without("site_visit", "ut_plan_visit")})),
    ]
    found = in_threads(2, lambda number: wishes[number][0].execute(*wishes[number][1:]))
    assert not [one for one in found if isinstance(one, Exception) and not isinstance(one, LostRace)]
    with house.door.read(SYSTEM) as view:
        numbers = [one.number for one in releases_of(view.connection, "I02")]
        last = current_release(view.connection, "I02", view.now)
        content = b"".join(artifact_content(view.connection, digest) for digest in last.processes.values())
    assert numbers == [3, 2, 1]
    assert b'"ut_dept_opinion"' not in content, "the second one built on the first"
    assert b'"ut_plan_visit"' not in content


# Rows -------------------------------------------------------------------------------------------------------------


def put(store: Store, manifest: dict[str, Any], from_now: timedelta = timedelta()) -> str | None:
    with store.unit() as unit:
        return put_release(unit, "I01", manifest, NOW + from_now)


def test_a_release_with_an_effective_time_is_taken_from_that_instant_on(store: Store):
    now = put(store, MANIFEST)
    later = put(store, {**MANIFEST, "policies": {"delivery": 8}}, timedelta(days=30))
    with store.database.reading() as connection:

        def at(moment: timedelta) -> str:
            return current_release(connection, "I01", NOW + moment).id

        assert at(timedelta()) == at(timedelta(days=29, hours=23)) == now
        assert at(timedelta(days=30)) == later
        with pytest.raises(NoRelease):
            at(timedelta(microseconds=-1))


def test_the_same_content_is_no_new_release_in_whatever_order_it_is_written(store: Store):
    assert put(store, MANIFEST) is not None
    assert put(store, dict(reversed(MANIFEST.items()))) is None
    with store.database.reading() as connection:
        [one] = releases_of(connection, "I01")
    assert one == Release(one.id, "I01", 1, "i" * 64, "m", {"m": "1"}, {}, {"delivery": 10}, NOW)


def test_an_artifact_is_kept_once_under_its_digest(store: Store):
    with store.unit() as unit:
        first = put_artifact(unit, "process", "m", b"<x/>")
        assert put_artifact(unit, "process", "m", b"<x/>") == first
        other = put_artifact(unit, "process", "m", b"<y/>")
    with store.database.reading() as connection:
        assert (artifact_content(connection, first), artifact_content(connection, other)) == (b"<x/>", b"<y/>")
        assert connection.execute(sa.select(sa.func.count()).select_from(artifact)).scalar_one() == 2
