"""Rolling back: one act puts back what a release changed, for every item that shares it, through the same checks."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

import forms
from engine.foundation.journal.tags import sentence
from engine.oversight.publishing.commands import CATALOGUE_ROOT, Deploy
from engine.oversight.publishing.drafting import rules
from engine.oversight.publishing.drafting.commands import RollBack
from engine.oversight.publishing.drafting.undoing import before_item
from engine.process.bpmn.releases.queries import NoRelease, current_release, own_forms
from engine.registry.identity.rules import SYSTEM
from engine.registry.items.queries import current_item, item_text
from tests.engine.oversight.publishing.test_releases import shipped, without
from tests.support.drafting import DESIGNER, REASON, ROUTE, SECOND, approve, draft, in_force, state, submitted
from tests.support.figures import change_figure
from tests.support.house import House

CUT = without("route_commitment", "ut_dept_opinion")


def pinned(house: House, code: str = "I02"):
    """The release of an item that the next case takes."""
    with house.door.read(SYSTEM) as view:
        return current_release(view.connection, code, view.now)


def test_one_act_puts_a_draft_back_and_the_next_case_goes_the_old_way(house: House):
    before = pinned(house)
    id = submitted(house, (*ROUTE, CUT))
    approve(house, id)
    between = house.accepted_commitment()
    released = house.execute(SECOND, RollBack(draft_id=id, reason="新版有误"))["releases"]
    assert in_force(house, *ROUTE) == shipped("route_commitment").encode()
    after = pinned(house)
    assert (after.number, after.processes, after.item) == (3, before.processes, before.item)
    assert released["I02"] == after.id
    assert house.case(between).release_id != after.id
    assert house.case(house.accepted_commitment()).release_id == after.id
    one = draft(house, id)
    assert (one.state, one.rolled_back_by) == ("released", SECOND)
    line = house.journal(CATALOGUE_ROOT)[-1]
    assert sentence(line.type, line.data) == f"回退草案 {id} 的发布。理由：新版有误"
    assert house.violations() == []


def test_the_last_release_of_an_item_goes_back_for_every_item_that_shares_the_file(house: House):
    text = shipped("intake").replace("</bpmn:process>", "<!-- 新版 --></bpmn:process>")
    house.execute(DESIGNER, Deploy(processes={"intake": text}))
    with house.door.read(SYSTEM) as view:
        assert list(before_item(view, "I02")) == [("process", "intake")]
    released = house.execute(SECOND, RollBack(item_code="I02", reason=REASON))["releases"]
    assert set(released) >= {"I01", "I02"}
    assert in_force(house, "process", "intake") == shipped("intake").encode()


def test_a_release_that_changed_a_figure_only_is_passed_over(sqlite_house: House):
    house = sqlite_house
    house.execute(DESIGNER, Deploy(processes={"route_commitment": CUT}))
    change_figure(house, "correction_notice", 3)
    house.execute(SECOND, RollBack(item_code="I02", reason=REASON))
    assert in_force(house, *ROUTE) == shipped("route_commitment").encode()
    assert pinned(house).policies["correction_notice"] == 3


def test_an_item_and_a_form_go_back_word_for_word(house: House):
    with house.door.read(SYSTEM) as view:
        old = item_text(view.connection, current_item(view.connection, "I02")[0])
    item = {**json.loads(old), "name": "新名称"}
    schema = forms.load("substantive_review")
    schema["components"][0]["label"] = "审查情况"
    id = submitted(
        house, ("item", "I02", json.dumps(item, ensure_ascii=False)),
        ("form", "substantive_review", json.dumps(schema, ensure_ascii=False)),
    )  # fmt: skip
    approve(house, id)
    with house.door.read(SYSTEM) as view:
        assert current_item(view.connection, "I02")[1].name == "新名称"
        assert "substantive_review" in own_forms(view.connection)
    house.clock.advance(timedelta(minutes=1))
    house.execute(SECOND, RollBack(draft_id=id, reason=REASON))
    with house.door.read(SYSTEM) as view:
        digest, now = current_item(view.connection, "I02")
        assert item_text(view.connection, digest) == old
        assert own_forms(view.connection) == {}
    assert now.name != "新名称"
    assert pinned(house).item == digest
    assert in_force(house, "form", "substantive_review") == forms.source("substantive_review")
    assert house.violations() == []


def test_what_is_planned_is_undone_at_its_own_time(house: House):
    id = submitted(house, (*ROUTE, CUT))
    approve(house, id, effective="2026-03-04")
    house.execute(SECOND, RollBack(draft_id=id, reason=REASON))
    for _ in range(4):
        assert in_force(house, *ROUTE) == shipped("route_commitment").encode()
        house.clock.advance(timedelta(days=1))
    assert house.violations() == []


def test_a_release_that_was_overtaken_is_not_undone_under_the_later_one(sqlite_house: House):
    house = sqlite_house
    id = submitted(house, (*ROUTE, CUT))
    approve(house, id)
    later = shipped("route_commitment").replace('name="实质审查"', 'name="书面审查"')
    house.execute(SECOND, Deploy(processes={"route_commitment": later}))
    with pytest.raises(rules.RollBackOvertaken) as refused:
        house.execute(SECOND, RollBack(draft_id=id, reason=REASON))
    assert "route_commitment" in refused.value.sentence
    assert in_force(house, *ROUTE) == later.encode()


def test_what_was_undone_is_not_undone_twice(sqlite_house: House):
    id = submitted(sqlite_house, (*ROUTE, CUT))
    approve(sqlite_house, id)
    sqlite_house.execute(SECOND, RollBack(draft_id=id, reason=REASON))
    with pytest.raises(rules.RollBackOvertaken):
        sqlite_house.execute(SECOND, RollBack(draft_id=id, reason=REASON))


def test_without_anything_before_there_is_nothing_to_go_back_to(sqlite_house: House):
    with pytest.raises(rules.NothingToRollBack) as refused:
        sqlite_house.execute(SECOND, RollBack(item_code="I02", reason=REASON))
    assert "I02" in refused.value.sentence
    with pytest.raises(NoRelease):
        sqlite_house.execute(SECOND, RollBack(item_code="I77", reason=REASON))
    with pytest.raises(rules.RollBackReasonMissing):
        sqlite_house.execute(SECOND, RollBack(item_code="I02", reason=" "))


def test_a_new_file_stays_and_nothing_uses_it_any_more(sqlite_house: House):
    house = sqlite_house
    quick = shipped("route_commitment").replace('"route_commitment"', '"route_quick"')
    id = submitted(house, (*ROUTE, CUT), ("process", "route_quick", quick))
    approve(house, id)
    house.execute(SECOND, RollBack(draft_id=id, reason=REASON))
    assert in_force(house, *ROUTE) == shipped("route_commitment").encode()
    assert state(house, id) == "released"


def test_what_was_rolled_back_can_be_released_again(sqlite_house: House):
    house = sqlite_house
    for _ in range(2):
        id = submitted(house, (*ROUTE, CUT))
        approve(house, id)
        house.execute(SECOND, RollBack(draft_id=id, reason=REASON))
    assert pinned(house).number == 5
