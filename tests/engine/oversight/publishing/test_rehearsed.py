"""One rule for every way into force: a kept rehearsal must have passed with exactly what the releases pin."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

import pytest

from engine.foundation.store.commands import Command
from engine.oversight.publishing.commands import CATALOGUE_ROOT, Deploy
from engine.oversight.publishing.drafting.asking import asked_by, subject, walked_for
from engine.oversight.publishing.drafting.commands import ApproveDraft, ReleaseUrgently, RollBack, SubmitDraft
from engine.oversight.publishing.drafting.rules import RollBackOvertaken
from engine.oversight.publishing.files import Files
from engine.oversight.publishing.rehearsed import coming
from engine.oversight.publishing.rules import RehearsalFailed
from engine.oversight.rehearsal import queries
from engine.oversight.rehearsal.commands import AskTests, DropTest
from engine.oversight.rehearsal.gate import Asked
from engine.oversight.rehearsal.report import StepTold
from engine.oversight.rehearsal.rules import NoTests
from engine.process.bpmn.releases.queries import current_release, files_digest, releases_of
from engine.registry.identity.rules import SYSTEM
from tests.engine.oversight.publishing.test_releases import shipped, without
from tests.support.drafting import DESIGNER, REASON, ROUTE, SECOND, approve, draft, drafted, in_force, save, submitted
from tests.support.figures import change_figure
from tests.support.house import House
from tests.support.rehearsing import kept, script, showed

CUT = without("route_commitment", "ut_dept_opinion")
WORDED = shipped("route_commitment").replace('name="实质审查"', 'name="书面审查"')
FAILS = StepTold(2, "办理 ut_accept", "", False, "没有打开")


def keep(house: House, name: str = "承诺件", item: str = "I02") -> int:
    """Keep a script of an item that goes by the route of commitments."""
    return kept(house, script(name=name, item=item))


def asked(house: House, texts: Mapping[str, str], item: str = "I02") -> list[Asked]:
    """Return what a release of processes would ask the scripts of an item for."""
    with house.door.read(SYSTEM) as view:
        found = coming(view, Files(processes={name: text.encode() for name, text in texts.items()}))
    return [one for one in found if one.item_code == item]


def digest(house: House, text: str, item: str = "I02") -> str:
    """Return what an item would pin with another text of the route of commitments."""
    (one,) = asked(house, {"route_commitment": text}, item)
    return one.digest


def by_draft(house: House, id: str, *, undo: bool = False) -> list[Asked]:
    """Return what a draft, or rolling it back, asks the scripts of I02 for."""
    with house.door.read(SYSTEM) as view:
        return [one for one in asked_by(view, subject(view, id, undo)) if one.item_code == "I02"]


def everything(house: House) -> object:
    """Return whatever a release could change."""
    with house.door.read(SYSTEM) as view:
        return releases_of(view.connection), house.journal(CATALOGUE_ROOT), queries.kept_tests(view.connection)


def refused(house: House, account: str, command: Command) -> str:
    """Return the sentence with which a command is refused for a rehearsal; nothing has changed."""
    before = everything(house)
    with pytest.raises(RehearsalFailed) as told:
        house.execute(account, command)
    assert everything(house) == before
    return told.value.sentence


def test_what_is_deployed_from_the_command_line_must_have_passed(house: House):
    id = keep(house)
    deploy = Deploy(processes={"route_commitment": WORDED})
    wanted = digest(house, WORDED)
    assert "“承诺件”还没有用这些文件走过" in refused(house, DESIGNER, deploy)
    showed(house, id, wanted, FAILS)
    told = refused(house, DESIGNER, deploy)
    assert "第 2 步（办理 ut_accept）：没有打开" in told and "请改正后重新演练" in told
    showed(house, id, wanted)
    released = house.execute(DESIGNER, deploy)["releases"]
    with house.door.read(SYSTEM) as view:
        assert current_release(view.connection, "I02", view.now).files == wanted
    assert "I02" in released and house.violations() == []


def test_what_changes_between_rehearsal_and_release_is_refused(sqlite_house: House):
    house = sqlite_house
    id = keep(house)
    showed(house, id, digest(house, WORDED))
    assert "还没有用这些文件走过" in refused(house, DESIGNER, Deploy(processes={"route_commitment": WORDED + "\n"}))
    showed(house, id, asked(house, {"site_visit": shipped("site_visit") + "\n"})[0].digest)
    house.execute(DESIGNER, Deploy(processes={"site_visit": shipped("site_visit") + "\n"}))
    told = refused(house, DESIGNER, Deploy(processes={"route_commitment": WORDED}))
    assert "还没有用这些文件走过" in told, "another file that the case goes by has changed meanwhile"


def test_only_scripts_whose_case_goes_by_a_changed_file_are_asked(sqlite_house: House):
    house = sqlite_house
    keep(house, "即办件", "I06")
    keep(house, "联办件", "I13")
    route = Files(processes={"route_commitment": CUT.encode()})
    # Every item calls all routes through the main process, an item file is one item's alone.
    assert {"I06", "I13"} <= {one.item_code for one in _coming(house, route)}
    with house.door.read(SYSTEM) as view:
        release = current_release(view.connection, "I02", view.now)
        body = view.connection.exec_driver_sql(
            "select body from item_version where digest = ?", (release.item,)
        ).scalar_one()
    changed = str(body).replace('"name": "', '"name": "新', 1)
    assert changed != body
    assert {one.item_code for one in _coming(house, Files(items={"I02": changed.encode()}))} == {"I02"}
    house.execute(DESIGNER, Deploy(processes={}, items={"I02": changed}))


def _coming(house: House, files: Files) -> list[Asked]:
    with house.door.read(SYSTEM) as view:
        return coming(view, files)


def test_what_is_released_unchanged_and_a_figure_ask_for_nothing(sqlite_house: House):
    house = sqlite_house
    keep(house)
    same = Deploy(processes={"route_commitment": shipped("route_commitment")})
    assert house.execute(DESIGNER, same)["releases"] == {}
    change_figure(house, "correction_notice", 3)
    with house.door.read(SYSTEM) as view:
        newest, first = (one for one in releases_of(view.connection, "I02"))
    assert newest.policies != first.policies and newest.files == first.files


def test_a_script_that_is_kept_no_longer_holds_nothing(sqlite_house: House):
    id = keep(sqlite_house)
    refused(sqlite_house, DESIGNER, Deploy(processes={"route_commitment": WORDED}))
    sqlite_house.execute(DESIGNER, DropTest(id=id, reason="事项已取消"))
    assert sqlite_house.execute(DESIGNER, Deploy(processes={"route_commitment": WORDED}))["releases"]


def test_the_digest_is_of_the_files_and_not_of_figures_or_order():
    one = {"item": "i", "main": "m", "processes": {"a": "1", "b": "2"}, "forms": {"f": "3"}, "policies": {"x": 1}}
    other = {**one, "processes": {"b": "2", "a": "1"}, "policies": {"x": 2}, "decisions": {}}
    assert files_digest(one) == files_digest(other)
    assert files_digest(one) != files_digest({**one, "decisions": {"d": "4"}})


# Drafts ---------------------------------------------------------------------------------------------------------------


def test_a_draft_that_was_changed_after_its_rehearsal_is_asked_again_at_its_release(sqlite_house: House):
    house = sqlite_house
    id = keep(house)
    one = drafted(house, (*ROUTE, WORDED))
    (wanted,) = by_draft(house, one)
    showed(house, id, wanted.digest)
    house.execute(DESIGNER, SubmitDraft(draft_id=one))
    house.execute(DESIGNER, _take_back(one))
    save(house, one, *ROUTE, WORDED + "\n")
    assert "还没有用这些文件走过" in refused(house, DESIGNER, SubmitDraft(draft_id=one))


def _take_back(id: str) -> Command:
    from engine.oversight.publishing.drafting.commands import TakeBackDraft

    return TakeBackDraft(draft_id=id)


def test_a_release_from_a_day_on_is_held_by_what_is_in_force_then(house: House):
    id = keep(house)
    plan = drafted(house, ("process", "site_visit", shipped("site_visit") + "\n"))
    showed(house, id, by_draft(house, plan)[0].digest)
    house.execute(DESIGNER, SubmitDraft(draft_id=plan))
    approve(house, plan, effective="2026-03-10")
    one = drafted(house, (*ROUTE, WORDED))
    now, then = by_draft(house, one)
    assert (now.as_of, then.as_of is not None) == (None, True)
    showed(house, id, then.digest)
    house.execute(DESIGNER, SubmitDraft(draft_id=one))
    version = draft(house, one).version
    told = refused(house, SECOND, ApproveDraft(draft_id=one, version=version))
    assert "还没有用这些文件走过" in told, "at once it would meet the other visit for a week"
    house.execute(SECOND, ApproveDraft(draft_id=one, version=version, effective="2026-03-10"))
    house.clock.advance(timedelta(days=8))
    assert in_force(house, *ROUTE) == WORDED.encode()
    with house.door.read(SYSTEM) as view:
        assert current_release(view.connection, "I02", view.now).files == then.digest
    assert house.violations() == []


def test_every_state_that_would_come_is_walked_once(sqlite_house: House):
    house = sqlite_house
    plan = drafted(house, ("process", "site_visit", shipped("site_visit") + "\n"))
    house.execute(DESIGNER, SubmitDraft(draft_id=plan))
    approve(house, plan, effective="2026-03-10")
    id = keep(house)
    one = drafted(house, (*ROUTE, WORDED))
    assert house.execute(DESIGNER, AskTests(draft=one))["asked"] == 2
    assert house.execute(SECOND, AskTests(draft=one))["asked"] == 0
    with house.door.read(SYSTEM) as view:
        runs = queries.runs_of_draft(view.connection, one)
        assert [one.test_id for one in runs] == [id, id]
        assert {one.as_of for one in runs} == {what.as_of for what in asked_by(view, subject(view, one)) if
                                               what.item_code == "I02"}  # fmt: skip


def test_a_draft_with_mistakes_has_no_verdict_and_breaks_no_page(sqlite_house: House):
    house = sqlite_house
    keep(house)
    one = drafted(house, (*ROUTE, "<broken/>"), ("process", "route_new", "<new/>"), ("item", "I02", "{}"))
    with house.door.read(SYSTEM) as view:
        assert [found.item_code for found in walked_for(view, subject(view, one)) if found.item_code == "I02"]


def test_the_urgent_way_leaves_kept_rehearsals_out_and_nothing_else_does(house: House):
    keep(house)
    id = submitted(house, (*ROUTE, WORDED), emergency="全部承诺件停滞")
    version = draft(house, id).version
    refused(house, SECOND, ApproveDraft(draft_id=id, version=version))
    house.execute(SECOND, ReleaseUrgently(draft_id=id, version=version, note="已核对"))
    assert in_force(house, *ROUTE) == WORDED.encode()


# Rolling back ---------------------------------------------------------------------------------------------------------


def released(house: House, text: str, *tests: int) -> str:
    """Release a draft with another text of the route, which the scripts ``tests`` passed; return its id."""
    house.clock.advance(timedelta(minutes=1))
    id = drafted(house, (*ROUTE, text))
    for test in tests:
        showed(house, test, by_draft(house, id)[0].digest)
    house.execute(DESIGNER, SubmitDraft(draft_id=id))
    approve(house, id)
    house.clock.advance(timedelta(minutes=1))
    return id


def test_rolling_back_does_not_ask_scripts_made_for_what_is_undone(house: House):
    id = drafted(house, (*ROUTE, CUT))
    newer = keep(house, "没有书面意见")
    showed(house, newer, by_draft(house, id)[0].digest)
    house.execute(DESIGNER, SubmitDraft(draft_id=id))
    approve(house, id)
    house.clock.advance(timedelta(minutes=1))
    assert by_draft(house, id, undo=True)[0].before is not None
    house.execute(SECOND, RollBack(draft_id=id, reason=REASON))
    assert in_force(house, *ROUTE) == shipped("route_commitment").encode()
    assert house.violations() == []


def test_rolling_back_asks_what_the_older_release_was_asked_and_knows_it_already(house: House):
    id = keep(house)
    released(house, WORDED, id)
    newest = released(house, CUT, id)
    house.execute(SECOND, RollBack(draft_id=newest, reason=REASON))
    assert in_force(house, *ROUTE) == WORDED.encode()
    assert house.violations() == []


def test_rolling_back_to_what_was_never_walked_or_failed_is_refused_until_it_passed(sqlite_house: House):
    house = sqlite_house
    id = keep(house)
    house.clock.advance(timedelta(minutes=1))
    urgent = submitted(house, (*ROUTE, WORDED), emergency="急")
    house.execute(SECOND, ReleaseUrgently(draft_id=urgent, version=draft(house, urgent).version, note="急"))
    newest = released(house, CUT, id)
    (wanted,) = by_draft(house, newest, undo=True)
    back = RollBack(draft_id=newest, reason=REASON)
    assert "还没有用这些文件走过" in refused(house, SECOND, back)
    showed(house, id, wanted.digest, FAILS)
    assert "第 2 步" in refused(house, SECOND, back)
    assert house.execute(DESIGNER, AskTests(draft=newest, undo=True))["asked"] == 1
    showed(house, id, wanted.digest)
    house.execute(SECOND, back)
    assert in_force(house, *ROUTE) == WORDED.encode()


def test_an_item_goes_back_by_the_same_rule(sqlite_house: House):
    house = sqlite_house
    id = keep(house)
    house.clock.advance(timedelta(minutes=1))
    for text in (WORDED, CUT):
        showed(house, id, digest(house, text))
        house.execute(DESIGNER, Deploy(processes={"route_commitment": text}))
        house.clock.advance(timedelta(minutes=1))
    keep(house, "后来的")
    back = RollBack(item_code="I02", reason=REASON)
    showed(house, id, digest(house, WORDED), FAILS)
    assert "“承诺件”没有通过" in refused(house, SECOND, back)
    showed(house, id, digest(house, WORDED))
    house.execute(SECOND, back)
    assert in_force(house, *ROUTE) == WORDED.encode()


def test_what_cannot_be_rolled_back_cannot_be_rehearsed_for_it(sqlite_house: House):
    house = sqlite_house
    id = released(house, WORDED)
    with pytest.raises(NoTests):
        house.execute(DESIGNER, AskTests(draft=id, undo=True))
    house.execute(SECOND, RollBack(draft_id=id, reason=REASON))
    with pytest.raises(RollBackOvertaken):
        house.execute(DESIGNER, AskTests(draft=id, undo=True))
