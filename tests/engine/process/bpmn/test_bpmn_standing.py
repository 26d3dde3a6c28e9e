"""Where an instance stands is read off its snapshot: tasks, calls and armed boundaries, and nothing is moved."""

from __future__ import annotations

from engine.process.bpmn.releases.bundles import Bundles
from engine.process.bpmn.releases.queries import release_at
from engine.process.bpmn.standing import standing
from engine.process.tasks.queries import instance_of
from engine.registry.identity.rules import SYSTEM
from tests.support.house import PERSON, House


def places(house: House, case_no: str) -> dict[str, str]:
    with house.door.read(SYSTEM) as view:
        row = instance_of(view.connection, f"case:{case_no}", 0)
        assert row is not None
        bundle = house.door.part(Bundles).of(view.connection, release_at(view.connection, row.release_id))
        return {one.element_id: one.process_id for one in standing(bundle, row.snapshot)}


def test_a_case_in_its_intake_stands_at_the_task_the_call_and_the_clock(sqlite_house: House):
    case_no = sqlite_house.receive("W01", "I06", PERSON)
    found = places(sqlite_house, case_no)
    boundaries = {id for id in found if id.startswith("b")}
    assert "bt_deemed" in boundaries
    others = {id: found[id] for id in found.keys() - boundaries}
    assert others == {"ut_formal": "intake", "ca_intake": "one_window_main"}


def test_since_when_is_the_instant_it_was_reached(sqlite_house: House):
    case_no = sqlite_house.receive("W01", "I06", PERSON)
    reached = sqlite_house.clock.now()
    sqlite_house.wait(hours=3)
    with sqlite_house.door.read(SYSTEM) as view:
        row = instance_of(view.connection, f"case:{case_no}", 0)
        assert row is not None
        bundle = sqlite_house.door.part(Bundles).of(view.connection, release_at(view.connection, row.release_id))
        assert {one.since for one in standing(bundle, row.snapshot)} == {reached}


def test_an_ended_process_stands_nowhere(sqlite_house: House):
    case_no = sqlite_house.receive("W01", "I06", PERSON)
    sqlite_house.complete("W01", case_no, "ut_formal", {"formal_result": "reject"})
    refusal = {"ground": "conditions", "reasons": "不符合条件", "legal_basis": "《社会保险法》第五十七条"}
    sqlite_house.complete("W01", case_no, "ut_reject", refusal)
    assert places(sqlite_house, case_no) == {}
