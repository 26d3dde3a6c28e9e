"""Messages from outside in releases: who waits for one pins its file, and no file brings what somebody answers for."""

from __future__ import annotations

import json
from typing import Any

import pytest

from engine.oversight.publishing.commands import CATALOGUE_ROOT, Deploy
from engine.oversight.publishing.rules import ProcessRefused
from engine.process.bpmn.releases.queries import Release, artifact_content, current_messages, releases_of
from engine.registry.identity.rules import SYSTEM
from processes import library
from tests.support.house import House
from tests.support.outside import ROUTE, listening_route, waiting_route

SHIPPED = library.messages()["appraisal_concluded"]


def message(**changes: Any) -> str:
    """The shipped file with something changed."""
    return json.dumps({**json.loads(SHIPPED.text), **changes}, ensure_ascii=False)


def newest(house: House) -> dict[str, Release]:
    with house.door.read(SYSTEM) as view:
        return {one.item_code: one for one in reversed(releases_of(view.connection))}


def refused(house: House, **what: Any) -> list[tuple[str, str]]:
    before = newest(house)
    with pytest.raises(ProcessRefused) as caught:
        house.execute("P61", Deploy(**{"processes": {}, **what}))
    assert newest(house) == before
    assert "请" in caught.value.sentence
    return [(each.element_id, each.rule) for each in caught.value.problems]


def test_a_release_pins_the_files_its_processes_wait_for_byte_for_byte_and_no_others(house: House):
    before = newest(house)
    assert [one for one in before.values() if one.messages] == []
    house.execute("P61", Deploy(processes={ROUTE: waiting_route()}))
    after = newest(house)
    pinned = {"appraisal_concluded": SHIPPED.digest}
    assert (len(after), [one for one in after.values() if one.messages != pinned]) == (len(before), [])
    with house.door.read(SYSTEM) as view:
        assert current_messages(view.connection) == pinned
        assert artifact_content(view.connection, SHIPPED.digest) == SHIPPED.text
    line = house.journal(CATALOGUE_ROOT)[-1]
    assert line.data["messages"] == pinned


def test_without_messages_a_release_says_what_it_said_before_there_were_any(sqlite_house: House):
    before = newest(sqlite_house)
    text = library.processes()[ROUTE].xml.decode("utf-8")
    assert sqlite_house.execute("P61", Deploy(processes={ROUTE: text}))["releases"] == {}
    assert newest(sqlite_house) == before
    released = [one for one in sqlite_house.journal(CATALOGUE_ROOT) if one.type == "release.deployed"]
    assert [one for one in released if "messages" in one.data] == []


def test_a_changed_file_is_published_alone_and_the_items_that_wait_for_it_have_a_new_release(sqlite_house: House):
    sqlite_house.execute("P61", Deploy(processes={ROUTE: waiting_route()}))
    before = newest(sqlite_house)
    changed = message(title="检验检测机构的结论")
    released = sqlite_house.execute("P61", Deploy(processes={}, messages={"appraisal_concluded": changed}))["releases"]
    assert set(released) == set(before)
    digest = library.digest(changed.encode())
    assert {one.messages["appraisal_concluded"] for one in newest(sqlite_house).values()} == {digest}
    again = sqlite_house.execute("P61", Deploy(processes={ROUTE: waiting_route()}))["releases"]
    assert again == {}, "what was published stays in force, not what is shipped"


def test_a_file_nobody_waits_for_or_under_another_name_is_refused(sqlite_house: House):
    assert refused(sqlite_house, messages={"appraisal_concluded": message()}) == [
        ("appraisal_concluded", "message-unused")
    ]
    own = {"processes": {ROUTE: waiting_route()}}
    assert ("appraisal_concluded", "message-name") in refused(sqlite_house, **own, messages={"other": message()})
    assert refused(sqlite_house, **own, messages={"appraisal_concluded": message(title="")}) == [
        ("appraisal_concluded", "message-file")
    ]
    assert refused(sqlite_house, **own, messages={"appraisal_concluded": "{"}) == [
        ("appraisal_concluded", "message-file")
    ]


@pytest.mark.parametrize(
    "fact", ["decision", "formal_result", "intake_outcome", "case_no", "case_type", "has_paper", "branches"]
)
def test_nothing_that_somebody_answers_for_comes_from_outside(sqlite_house: House, fact: str):
    facts = [*json.loads(SHIPPED.text)["facts"], {"name": fact, "title": "结论", "type": "text", "most": 5}]
    told = {"appraisal_concluded": message(facts=facts)}
    assert refused(sqlite_house, processes={ROUTE: waiting_route()}, messages=told) == [
        ("appraisal_concluded", "message-fact")
    ]


def test_the_houses_own_messages_never_come_from_outside(sqlite_house: House):
    for name in ("ending", "reopening"):
        told = {name: message(message=name)}
        assert (name, "message-internal") in refused(sqlite_house, messages=told)


def test_a_message_is_asked_for_by_its_key_or_the_process_is_refused(sqlite_house: House):
    keyless = listening_route().replace(' key="case_no"', "")
    assert refused(sqlite_house, processes={ROUTE: keyless}) == [("bm_paid", "message-key")]
    unknown = listening_route().replace('name="payment_made"', 'name="payment"')
    assert refused(sqlite_house, processes={ROUTE: unknown}) == [("bm_paid", "message-unknown")]
    assert refused(sqlite_house, processes={ROUTE: listening_route("invoice")}) == [("bm_paid", "name-unknown")]


def test_a_process_that_reads_what_the_changed_file_no_longer_brings_is_refused(sqlite_house: House):
    sqlite_house.execute("P61", Deploy(processes={ROUTE: waiting_route()}))
    without = [one for one in json.loads(SHIPPED.text)["facts"] if one["name"] != "appraisal_result"]
    assert refused(sqlite_house, messages={"appraisal_concluded": message(facts=without)}) == [
        ("f_fit", "name-unknown")
    ]
