"""What a failed rehearsal stops, and the urgent way past it: two people, a reason, and never without the check."""

from __future__ import annotations

import pytest

from engine.foundation.errors import Refusal
from engine.foundation.journal.tags import sentence
from engine.oversight.publishing.drafting import rules
from engine.oversight.publishing.drafting.asking import asked_by, subject
from engine.oversight.publishing.drafting.commands import ReleaseUrgently, SendBackDraft, SubmitDraft
from engine.oversight.publishing.rules import ProcessRefused, RehearsalFailed
from engine.oversight.rehearsal.report import StepTold
from engine.registry.identity.rules import SYSTEM
from tests.engine.oversight.publishing.drafting.test_reviewing import CHANGED, number
from tests.engine.oversight.publishing.test_releases import shipped
from tests.support.drafting import DESIGNER, ROUTE, SECOND, approve, draft, drafted, state, submitted
from tests.support.house import House
from tests.support.rehearsing import kept, script, showed


def keep(house: House) -> int:
    """Keep a script of an item that goes by the route that the drafts change."""
    return kept(house, script(name="容缺", item="I02"))


def test_a_rehearsal_that_fails_keeps_a_draft_from_review_and_from_release(sqlite_house: House):
    house = sqlite_house
    ready, late = drafted(house, CHANGED), submitted(house, ("process", "intake", shipped("intake") + "\n"))
    id = keep(house)
    with house.door.read(SYSTEM) as view:
        (asked,) = [one for one in asked_by(view, subject(view, ready)) if one.item_code == "I02"]
    showed(house, id, asked.digest, StepTold(3, "办理 ut_plan_visit", "", False, "没有打开"))
    with pytest.raises(RehearsalFailed) as refused:
        house.execute(DESIGNER, SubmitDraft(draft_id=ready))
    assert "“容缺”没有通过：第 3 步（办理 ut_plan_visit）：没有打开。" in refused.value.sentence
    assert "紧急发布" in refused.value.sentence, "it says what to do"
    with pytest.raises(RehearsalFailed, match="还没有用这些文件走过"):
        approve(house, late)
    assert (number(house), state(house, late)) == (1, "in_review")


def test_the_urgent_way_leaves_out_the_rehearsal_and_wants_two_people(house: House):
    keep(house)
    id = submitted(house, CHANGED, emergency="书面意见环节使全部承诺件停滞")
    version = draft(house, id).version
    confirm = ReleaseUrgently(draft_id=id, version=version, note="已核对，确需立即恢复")
    with pytest.raises(rules.DraftSamePerson):
        house.execute(DESIGNER, confirm)
    with pytest.raises(RehearsalFailed):
        approve(house, id)
    house.execute(SECOND, confirm)
    assert (state(house, id), number(house)) == ("released", 2)
    line = house.journal(f"draft:{id}")[-1]
    assert sentence(line.type, line.data) == (
        "紧急发布，没有等演练。理由：书面意见环节使全部承诺件停滞；确认：已核对，确需立即恢复"
    )
    assert house.violations() == []


def test_the_urgent_way_never_leaves_out_the_check(sqlite_house: House):
    broken = shipped("route_commitment").replace('role="dept_reviewer"', 'role="nobody"')
    id = drafted(sqlite_house, (*ROUTE, broken))
    with pytest.raises(ProcessRefused):
        sqlite_house.execute(DESIGNER, SubmitDraft(draft_id=id, emergency="急"))


@pytest.mark.parametrize(
    "emergency, command, refusal",
    [
        ("", ReleaseUrgently(draft_id="d-1", version=3, note="急"), rules.DraftNotUrgent),
        ("急", ReleaseUrgently(draft_id="d-1", version=3, note=" "), rules.UrgencyUnwritten),
        ("急", ReleaseUrgently(draft_id="d-1", version=1, note="急"), rules.DraftLookedAtOther),
        ("", SendBackDraft(draft_id="d-1", note=" "), rules.DraftNoteMissing),
    ],
)
def test_what_the_second_person_leaves_out_is_asked_for(
    sqlite_house: House, emergency: str, command, refusal: type[Refusal]
):
    submitted(sqlite_house, CHANGED, emergency=emergency)
    with pytest.raises(refusal):
        sqlite_house.execute(SECOND, command)
    assert state(sqlite_house, "d-1") == "in_review"


def test_an_urgent_reason_is_written(sqlite_house: House):
    id = drafted(sqlite_house, CHANGED)
    with pytest.raises(rules.UrgencyUnwritten):
        sqlite_house.execute(DESIGNER, SubmitDraft(draft_id=id, emergency=" "))
