"""Review and release: another natural person decides, the check is never left out, the next case takes the new way."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

import forms
from engine.foundation.journal.tags import sentence
from engine.oversight.publishing.commands import Deploy
from engine.oversight.publishing.drafting import rules
from engine.oversight.publishing.drafting.commands import (
    AbandonDraft,
    ApproveDraft,
    ReleaseUrgently,
    RollBack,
    SaveFile,
    SendBackDraft,
    SubmitDraft,
    TakeBackDraft,
)
from engine.oversight.publishing.drafting.judging import drifts
from engine.oversight.publishing.drafting.queries import files_of
from engine.oversight.publishing.rules import ItemsNotLater, PlannedLater, ProcessRefused
from engine.process.bpmn.releases.queries import current_release, releases_of
from engine.registry.identity.queries import put_account, put_grant
from engine.registry.identity.rules import SYSTEM, NotYourAction
from engine.registry.items.queries import current_item, item_text
from tests.engine.oversight.publishing.test_releases import shipped, without
from tests.support.drafting import (
    DESIGNER,
    REASON,
    ROUTE,
    SECOND,
    approve,
    draft,
    drafted,
    file,
    in_force,
    save,
    start,
    state,
    submitted,
    take,
)
from tests.support.house import House

CUT = without("route_commitment", "ut_dept_opinion")
CHANGED = (*ROUTE, CUT)


def number(house: House, code: str = "I02") -> int:
    with house.door.read(SYSTEM) as view:
        return current_release(view.connection, code, view.now).number


def worded(word: str) -> str:
    """The shipped route with another name for its first review: a change that runs as before."""
    return shipped("route_commitment").replace('name="实质审查"', f'name="{word}"')


# Release ----------------------------------------------------------------------------------------------------------


def test_T045_another_person_approves_and_the_next_case_takes_it_while_the_running_one_does_not(house: House):
    running = house.accepted_commitment()
    id = submitted(house, CHANGED)
    assert state(house, id) == "in_review"
    released = approve(house, id)["releases"]
    assert state(house, id) == "released"
    assert "I02" in released
    assert draft(house, id).releases == released
    assert in_force(house, *ROUTE) == CUT.encode()
    assert number(house) == 2
    with house.door.read(SYSTEM) as view:
        [release] = [one for one in releases_of(view.connection, "I02") if one.id == released["I02"]]
    assert house.case(running).release_id != release.id
    assert house.case(house.accepted_commitment()).release_id == release.id
    assert house.violations() == []


def test_a_draft_releases_what_a_deployment_of_the_same_files_would(new_house):
    drafting, deploying = new_house("sqlite"), new_house("sqlite")
    id = submitted(drafting, CHANGED)
    ids = approve(drafting, id)["releases"]
    assert ids == deploying.execute(DESIGNER, Deploy(processes={"route_commitment": CUT}))["releases"]


def test_a_release_from_a_day_on_begins_then_and_not_before(house: House):
    id = submitted(house, CHANGED)
    approve(house, id, effective="2026-03-04")
    assert state(house, id) == "approved"
    assert in_force(house, *ROUTE) == shipped("route_commitment").encode()
    assert number(house) == 1
    house.clock.advance(timedelta(days=1, hours=14, minutes=54))
    assert number(house) == 1
    house.clock.advance(timedelta(minutes=1))
    assert house.clock.now().isoformat() == "2026-03-03T16:00:00+00:00"
    assert number(house) == 2
    assert (state(house, id), in_force(house, *ROUTE)) == ("released", CUT.encode())
    assert house.violations() == []


def test_what_is_published_meanwhile_holds_now_and_does_not_undo_what_was_decided_for_later(house: House):
    later = submitted(house, CHANGED)
    approve(house, later, effective="2026-03-04")
    text = shipped("intake").replace("</bpmn:process>", "<!-- 新版 --></bpmn:process>")
    soon = submitted(house, ("process", "intake", text))
    approve(house, soon)
    assert in_force(house, "process", "intake") == text.encode()
    assert in_force(house, *ROUTE) == shipped("route_commitment").encode()
    house.clock.advance(timedelta(days=3))
    assert in_force(house, *ROUTE) == CUT.encode()
    assert in_force(house, "process", "intake") == text.encode()
    assert house.violations() == []


def test_a_file_that_is_decided_upon_for_later_cannot_be_overtaken(house: House):
    id = submitted(house, CHANGED)
    approve(house, id, effective="2026-03-04")
    with pytest.raises(PlannedLater) as refused:
        house.execute(DESIGNER, Deploy(processes={"route_commitment": worded("书面审查")}))
    assert "route_commitment" in refused.value.sentence
    # A draft begins with what was published last, and may be released from the same day on.
    second = drafted(house, (*ROUTE, worded("书面审查")))
    assert file(house, second, *ROUTE).base_digest == file(house, id, *ROUTE).digest
    house.execute(DESIGNER, SubmitDraft(draft_id=second))
    with pytest.raises(PlannedLater):
        approve(house, second)
    approve(house, second, effective="2026-03-05")
    house.clock.advance(timedelta(days=2))
    assert in_force(house, *ROUTE) == CUT.encode()
    house.clock.advance(timedelta(days=1))
    assert in_force(house, *ROUTE) == worded("书面审查").encode()


@pytest.mark.parametrize("day", ["2026-03-01", "三月四日", "2026-13-01", "2040-01-01"])
def test_a_day_that_cannot_be_is_refused(sqlite_house: House, day: str):
    id = submitted(sqlite_house, CHANGED)
    with pytest.raises(rules.DraftMoment):
        approve(sqlite_house, id, effective=day)
    assert state(sqlite_house, id) == "in_review"


def test_today_means_at_once(sqlite_house: House):
    id = submitted(sqlite_house, CHANGED)
    approve(sqlite_house, id, effective="2026-03-02")
    assert (state(sqlite_house, id), number(sqlite_house)) == ("released", 2)


def test_an_item_is_published_at_once_or_not_at_all(sqlite_house: House):
    house = sqlite_house
    with house.door.read(SYSTEM) as view:
        text = item_text(view.connection, current_item(view.connection, "I02")[0])
    item = json.loads(text)
    item["conditions"] = [*item["conditions"], "拟增的一条"]
    id = submitted(house, ("item", "I02", json.dumps(item, ensure_ascii=False)))
    with pytest.raises(ItemsNotLater):
        approve(house, id, effective="2026-03-04")
    approve(house, id)
    with house.door.read(SYSTEM) as view:
        assert current_item(view.connection, "I02")[1].conditions[-1] == "拟增的一条"


# Who may --------------------------------------------------------------------------------------------------------


def same_person(house: House) -> str:
    """A second account of the person behind the first designer."""
    with house.unit("account:P69") as unit:
        put_account(unit, id="P69", person_id=house.actor(DESIGNER).person, hash="!", demo=True)
        put_grant(unit, "P69", "designer", "center")
    return "P69"


def test_S4_nobody_approves_or_sends_back_what_the_same_person_made_whatever_the_account(house: House):
    id = submitted(house, CHANGED)
    other = same_person(house)
    for account in (DESIGNER, other):
        for command in (
            ApproveDraft(draft_id=id, version=draft(house, id).version),
            SendBackDraft(draft_id=id, note="重来"),
        ):
            with pytest.raises(rules.DraftSamePerson) as refused:
                house.execute(account, command)
            assert "S4" in refused.value.sentence
    assert (state(house, id), number(house)) == ("in_review", 1)


def test_S4_whoever_saved_once_is_out_even_when_the_file_was_put_out_again(sqlite_house: House):
    house = sqlite_house
    id = drafted(house, CHANGED)
    save(house, id, *ROUTE, worded("书面审查"), SECOND)
    save(house, id, *ROUTE, CUT)
    house.execute(DESIGNER, SubmitDraft(draft_id=id))
    with pytest.raises(rules.DraftSamePerson):
        approve(house, id)


@pytest.mark.parametrize("account", ["W01", "A01", "C01", "U81", "X91"])
def test_nobody_but_a_designer_approves_or_rolls_back(sqlite_house: House, account: str):
    id = submitted(sqlite_house, CHANGED)
    for command in (
        ApproveDraft(draft_id=id, version=1), SendBackDraft(draft_id=id, note="重来"),
        ReleaseUrgently(draft_id=id, version=1, note="急"), RollBack(item_code="I02", reason=REASON),
    ):  # fmt: skip
        with pytest.raises(NotYourAction):
            sqlite_house.execute(account, command)


def test_only_its_own_people_take_a_draft_back(sqlite_house: House):
    id = submitted(sqlite_house, CHANGED)
    with pytest.raises(rules.DraftOfOthers):
        sqlite_house.execute(SECOND, TakeBackDraft(draft_id=id))
    sqlite_house.execute(same_person(sqlite_house), TakeBackDraft(draft_id=id))
    assert state(sqlite_house, id) == "editing"


# States ---------------------------------------------------------------------------------------------------------


def test_sent_back_with_reasons_it_is_changed_and_sent_again(house: House):
    id = submitted(house, CHANGED)
    house.execute(SECOND, SendBackDraft(draft_id=id, note="请说明取消的依据"))
    one = draft(house, id)
    assert (one.state, one.note, one.decided_by) == ("editing", "请说明取消的依据", SECOND)
    save(house, id, *ROUTE, worded("书面审查"))
    house.execute(DESIGNER, SubmitDraft(draft_id=id))
    assert draft(house, id).note == ""
    approve(house, id)
    assert in_force(house, *ROUTE) == worded("书面审查").encode()
    said = [sentence(line.type, line.data) for line in house.journal(f"draft:{id}")]
    assert "退回：请说明取消的依据" in said
    assert said[-1] == "批准并发布，立即生效"
    assert house.violations() == []


def commands_on(id: str):
    yield "editing", TakeBackDraft(draft_id=id)
    yield "editing", ApproveDraft(draft_id=id, version=2)
    yield "editing", SendBackDraft(draft_id=id, note="重来")
    yield "editing", RollBack(draft_id=id, reason=REASON)
    yield "in_review", SubmitDraft(draft_id=id)
    yield "in_review", SaveFile(draft_id=id, kind=ROUTE[0], name=ROUTE[1], version=1, text="<a/>")
    for over in ("released", "dropped"):
        yield over, SubmitDraft(draft_id=id)
        yield over, AbandonDraft(draft_id=id)
        yield over, ApproveDraft(draft_id=id, version=2)
        yield over, SaveFile(draft_id=id, kind=ROUTE[0], name=ROUTE[1], version=1, text="<a/>")
    yield "dropped", RollBack(draft_id=id, reason=REASON)


@pytest.mark.parametrize("stands, command", list(commands_on("d-1")))
def test_each_state_lets_only_its_own_acts(sqlite_house: House, stands: str, command):
    house = sqlite_house
    id = drafted(house, CHANGED)
    if stands != "editing":
        house.execute(DESIGNER, SubmitDraft(draft_id=id))
    if stands == "released":
        approve(house, id)
    if stands == "dropped":
        house.execute(DESIGNER, AbandonDraft(draft_id=id))
    before = draft(house, id)
    with pytest.raises(rules.DraftStateWrong) as refused:
        house.execute(SECOND, command)
    assert rules.STATES[stands] in refused.value.sentence
    assert draft(house, id) == before


def test_what_was_looked_at_is_what_is_approved(sqlite_house: House):
    house = sqlite_house
    id = submitted(house, CHANGED)
    seen = draft(house, id).version
    house.execute(DESIGNER, TakeBackDraft(draft_id=id))
    save(house, id, *ROUTE, worded("书面审查"))
    house.execute(DESIGNER, SubmitDraft(draft_id=id))
    with pytest.raises(rules.DraftLookedAtOther):
        house.execute(SECOND, ApproveDraft(draft_id=id, version=seen))
    assert number(house) == 1


# What stands in the way ------------------------------------------------------------------------------------------


def test_an_error_is_named_and_nothing_is_submitted(sqlite_house: House):
    broken = shipped("route_commitment").replace('role="dept_reviewer"', 'role="nobody"')
    id = drafted(sqlite_house, (*ROUTE, broken))
    with pytest.raises(ProcessRefused) as refused:
        sqlite_house.execute(DESIGNER, SubmitDraft(draft_id=id))
    assert any("nobody" in one.sentence and one.element_id for one in refused.value.problems)
    assert state(sqlite_house, id) == "editing"


def test_an_error_in_a_process_in_force_that_must_go_on_with_the_file_is_named_too(sqlite_house: House):
    house = sqlite_house
    schema = forms.load("substantive_review")
    schema["components"] = [one for one in schema["components"] if one.get("key") != "conclusion"][:1]
    id = drafted(house, ("form", "substantive_review", json.dumps(schema, ensure_ascii=False)))
    with pytest.raises(ProcessRefused) as refused:
        house.execute(DESIGNER, SubmitDraft(draft_id=id))
    assert {one.rule for one in refused.value.problems} == {"form-field-missing"}


def test_nothing_changed_is_nothing_to_submit(sqlite_house: House):
    id = start(sqlite_house)
    with pytest.raises(rules.DraftUnchanged):
        sqlite_house.execute(DESIGNER, SubmitDraft(draft_id=id))
    take(sqlite_house, id, *ROUTE)
    with pytest.raises(rules.DraftUnchanged):
        sqlite_house.execute(DESIGNER, SubmitDraft(draft_id=id))


def test_a_base_that_is_in_force_no_more_must_be_merged_first(house: House):
    id = submitted(house, CHANGED)
    house.execute(SECOND, Deploy(processes={"route_commitment": worded("书面审查")}))
    with pytest.raises(rules.DraftDrifted) as refused:
        approve(house, id)
    assert "route_commitment" in refused.value.sentence
    house.execute(DESIGNER, TakeBackDraft(draft_id=id))
    with pytest.raises(rules.DraftDrifted):
        house.execute(DESIGNER, SubmitDraft(draft_id=id))
    with house.door.read(SYSTEM) as view:
        [drift] = drifts(view, files_of(view.connection, id))
    assert [part.id for part in drift.parts or ()] == ["ut_substantive"]
    merged = CUT.replace('name="实质审查"', 'name="书面审查"')
    with pytest.raises(rules.MergedWithOther):
        save(house, id, *ROUTE, merged, merged_with=file(house, id, *ROUTE).base_digest)
    save(house, id, *ROUTE, merged, merged_with=drift.digest)
    house.execute(DESIGNER, SubmitDraft(draft_id=id))
    approve(house, id)
    assert in_force(house, *ROUTE) == merged.encode()


def test_the_same_change_made_by_another_hand_is_no_drift(sqlite_house: House):
    id = drafted(sqlite_house, CHANGED)
    sqlite_house.execute(SECOND, Deploy(processes={"route_commitment": CUT}))
    with sqlite_house.door.read(SYSTEM) as view:
        assert drifts(view, files_of(view.connection, id)) == []
