"""Cases of the house held against their own releases: what was done to them by hand is told, and nothing else."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from engine.oversight.audit.mining.conformance import Deviation, deviations
from engine.oversight.audit.mining.queries import Selection, drawn_by, records
from engine.oversight.audit.mining.records import Record
from engine.process.bpmn.releases.bundles import Bundles
from engine.process.bpmn.releases.queries import releases_of
from engine.registry.identity.rules import SYSTEM
from tests.engine.oversight.audit.test_past import WALKS
from tests.engine.oversight.publishing.test_releases import deploy, without
from tests.support.house import House

ACTS = {
    "sent back": [("sent_back", "ut_dept_opinion"), ("redone", "ut_dept_opinion")],
    "taken back": [("withdrawn", "ut_substantive"), ("redone", "ut_substantive")] * 2,
    "moved": [("migrated", "")],
    "joint moved": [("migrated", "")],
    "modified": [
        ("modified", "ut_substantive"), ("migrated", ""), ("redone", "ut_substantive"), ("modified", "ut_substantive"),
    ],
}  # fmt: skip
"""What the walks do to their case by hand; the others do nothing."""


def read(house: House) -> list[Record]:
    with house.door.read(SYSTEM) as view:
        return list(records(view.connection, Selection(), papers=True))


def judged(house: House, one: Record, against: str | None = None) -> tuple[Deviation, ...]:
    with house.door.read(SYSTEM) as view:
        return deviations(one, drawn_by(view.connection, house.door.part(Bundles)), against=against)


@pytest.mark.parametrize("walk", WALKS)
def test_a_case_conforms_to_its_own_release_but_for_what_was_done_to_it(sqlite_house: House, walk: str):
    WALKS[walk](sqlite_house)
    found = [one for case in read(sqlite_house) for one in judged(sqlite_house, case)]
    assert [(one.kind, one.element) for one in found] == ACTS.get(walk, [])
    assert all(one.by_hand for one in found)


def test_what_is_missing_on_record_is_told_with_the_line_and_in_words(sqlite_house: House):
    WALKS["instant"](sqlite_house)
    [case] = read(sqlite_house)
    at = next(n for n, one in enumerate(case.passed) if one.step.element == "ut_head_decide")
    gone, after = case.passed[at], case.passed[at + 1]
    [one] = judged(sqlite_house, replace(case, passed=(*case.passed[:at], *case.passed[at + 1 :])))
    assert (one.kind, one.element, one.seq, one.process) == (
        "skipped", "ut_head_decide", after.seq, gone.step.process,
    )  # fmt: skip
    assert one.sentence == f"流程图上应当经过的“{gone.step.name}”没有经过"
    assert not one.by_hand


def test_what_a_called_process_did_is_missed_when_nothing_of_it_is_on_record(sqlite_house: House):
    WALKS["instant"](sqlite_house)
    [case] = read(sqlite_house)
    call = next(one.step for one in case.passed if one.step.element == "ca_intake")
    rest = tuple(one for one in case.passed if one.step.within != call.task_no)
    found = judged(sqlite_house, replace(case, passed=rest))
    assert {one.kind for one in found} == {"skipped"} and {one.process for one in found} == {"intake"}
    assert [one.element for one in found if one.element.startswith("end")] != []


def test_against_the_release_in_force_a_step_it_has_no_more_is_told(sqlite_house: House):
    WALKS["sent back"](sqlite_house)
    deploy(sqlite_house, route_commitment=without("route_commitment", "ut_dept_opinion"))
    [case] = read(sqlite_house)
    with sqlite_house.door.read(SYSTEM) as view:
        newest, first = releases_of(view.connection, case.item_code)
    assert [one.kind for one in judged(sqlite_house, case, first.id)] == ["sent_back", "redone"]
    found = judged(sqlite_house, case, newest.id)
    assert [(one.kind, one.element) for one in found if not one.by_hand] == [("foreign", "ut_dept_opinion")] * 2
    assert {one.sentence for one in found if not one.by_hand} == {"“提出审查意见”不在这一版流程图上"}


def test_the_selection_is_by_item_department_period_and_number(sqlite_house: House):
    WALKS["handed on"](sqlite_house)
    one, other = read(sqlite_house)
    with sqlite_house.door.read(SYSTEM) as view:
        def chosen(selection: Selection) -> list[str]:
            return [each.case_no for each in records(view.connection, selection)]

        both = [one.case_no, other.case_no]
        of_item = [each.case_no for each in (one, other) if each.item_code == one.item_code]
        assert chosen(Selection(item=one.item_code)) == of_item
        assert chosen(Selection(numbers=(other.case_no,))) == [other.case_no]
        assert chosen(Selection(item="none")) == chosen(Selection(department="none")) == []
        assert set(chosen(Selection(department=one.department))) >= {one.case_no}
        now = sqlite_house.door.now() + timedelta(seconds=1)
        assert chosen(Selection(until=now)) == both and chosen(Selection(since=now)) == []
