"""Running cases go on with another release of their item: all of a case or nothing, for a reason, each once."""

from __future__ import annotations

from dataclasses import replace

import pytest

from engine.casework.cases.tables import case_file
from engine.foundation.errors import Refusal
from engine.foundation.journal.tags import sentence
from engine.oversight.publishing.migrating.commands import ChooseCases, Ids, MigrateCase
from engine.oversight.publishing.migrating.handlers import look_ahead
from engine.oversight.publishing.migrating.queries import rows_of
from engine.oversight.publishing.migrating.rules import (
    CaseClosed,
    CaseNotStarted,
    CaseOfAnotherItem,
    MapUnreadable,
    NoCases,
    ReasonUnwritten,
    SameRelease,
    read_ids,
    refuse_moving,
)
from engine.oversight.publishing.migrating.working import work_through
from engine.process.bpmn.releases.queries import ReleaseMissing, release_at, release_numbered
from engine.process.tasks.commands import ClaimTask, SaveDraft
from engine.process.tasks.migrating import MIGRATED, NotMovable
from engine.process.tasks.queries import instances_of
from engine.process.tasks.tables import process_instance
from engine.registry.identity.rules import SYSTEM, NotYourAction
from tests.engine.oversight.publishing.test_releases import deploy, elements, review, shipped, without
from tests.support.house import House
from tests.support.joint import SUMMARY, asked, opine, reviewed

ROUTE = "route_commitment"
REASON = "按新修订的办法取消书面意见环节"
DESIGNER = "P61"


def move(house: House, case_no: str, number: int = 2, account: str = DESIGNER, ids: Ids | None = None):
    return house.execute(account, MigrateCase(case_no=case_no, number=number, reason=REASON, ids=ids or {}))


def renamed(old: str, new: str) -> str:
    return shipped(ROUTE).replace(f'"{old}"', f'"{new}"').replace(f">{old}<", f">{new}<")


def pinned(house: House, case_no: str) -> list[int]:
    """The numbers of the releases that the case and its runs have pinned."""
    with house.door.read(SYSTEM) as view:
        runs = [one.release_id for one in instances_of(view.connection, f"case:{case_no}")]
        return [release_at(view.connection, id).number for id in (house.case(case_no).release_id, *runs)]


def choose(house: House, *case_nos: str) -> str:
    command = ChooseCases(item_code="I02", number=2, case_nos=case_nos, reason=REASON)
    return str(house.execute(DESIGNER, command)["batch"])


def outcome(house: House, batch: str) -> list[tuple[str, str]]:
    with house.door.read(SYSTEM) as view:
        return [(row.case_no, row.state) for row in rows_of(view.connection, batch)]


# One case ---------------------------------------------------------------------------------------------------------


def test_a_running_case_goes_the_new_way_and_the_audit_executes_it_again(house: House):
    case_no = house.accepted_commitment()
    deploy(house, route_commitment=without(ROUTE, "ut_dept_opinion"))
    assert move(house, case_no) == {"case_no": case_no, "moved": True, "from": 1, "to": 2}
    assert pinned(house, case_no) == [2, 2]
    assert house.violations() == []
    assert review(house, case_no) == ["ut_head_decide"]
    house.reopen()
    house.complete("D12", case_no, "ut_head_decide", {"decision": "grant"})
    assert house.violations() == []


def test_the_journal_tells_who_moved_it_from_where_to_where_and_why(house: House):
    case_no = house.accepted_commitment()
    deploy(house, route_commitment=without(ROUTE, "ut_dept_opinion"))
    move(house, case_no)
    [line] = [one for one in house.journal(f"case:{case_no}") if one.type == MIGRATED]
    assert (line.account, line.data["from_number"], line.data["to_number"]) == (DESIGNER, 1, 2)
    assert (line.data["reason"], line.data["map"]) == (REASON, {})
    assert sentence(MIGRATED, line.data) == f"改按第 2 版办理流程继续办理（原为第 1 版）。理由：{REASON}"


def test_the_open_task_keeps_its_holder_its_draft_and_its_clocks(house: House):
    case_no = house.accepted_commitment()
    task = house.task(case_no, "ut_substantive")
    house.execute("D11", ClaimTask(task_id=task.id))
    house.execute("D11", SaveDraft(task_id=task.id, data={"findings": "写到一半"}))
    clocks = {kind: (one.row.due_on, one.row.state) for kind, one in house.clocks(case_no).items()}
    deploy(house, route_commitment=without(ROUTE, "ut_dept_opinion"))
    move(house, case_no)
    after = house.task(case_no, "ut_substantive")
    assert (after.id, after.holder, after.revision) == (task.id, "D11", task.revision + 1)
    assert house.desk("D11", after).draft == {"findings": "写到一半"}
    assert {kind: (one.row.due_on, one.row.state) for kind, one in house.clocks(case_no).items()} == clocks


def test_the_open_task_shows_the_name_the_form_and_the_people_of_the_new_release(house: House):
    case_no = house.accepted_commitment()
    task = house.task(case_no, "ut_substantive")
    house.execute("D11", ClaimTask(task_id=task.id))
    edited = shipped(ROUTE).replace('name="实质审查"', 'name="书面实质审查"', 1)
    head, mark, tail = edited.partition('id="ut_substantive"')
    assert 'name="书面实质审查"' in edited
    before, role, after = tail.partition('role="dept_reviewer"')
    deploy(house, route_commitment=head + mark + before + role.replace("reviewer", "head") + after)
    move(house, case_no)
    renewed = house.task(case_no, "ut_substantive")
    assert (renewed.name, renewed.role, renewed.holder) == ("书面实质审查", "dept_head", None)
    assert renewed.revision > task.revision
    assert house.violations() == []


def test_a_joint_review_goes_on_with_the_opinions_that_were_given(house: House):
    case_no = asked(house)
    opine(house, case_no, "fire")
    reviewed(house, case_no, "food")
    waiting = [(one.id, one.item, one.department) for one in house.open_tasks(case_no)]
    route = shipped("route_joint").replace('name="牵头部门汇总并作出结论"', 'name="牵头部门汇总"')
    branch = shipped("joint_branch").replace('name="代表本部门出具意见"', 'name="代表本部门出具书面意见"')
    deploy(house, route_joint=route, joint_branch=branch)
    move(house, case_no)
    after = house.open_tasks(case_no)
    assert [(one.id, one.item, one.department) for one in after] == waiting
    assert [one.name for one in after] == ["审查本部门负责的内容", "代表本部门出具书面意见"]
    for branch in ("food", "sign"):
        opine(house, case_no, branch)
    assert [(one.element, one.name) for one in house.open_tasks(case_no)] == [("ut_lead_conclude", "牵头部门汇总")]
    house.complete("D12", case_no, "ut_lead_conclude", SUMMARY)
    assert len(house.documents(case_no)[-1].data["rows"]) == 4
    assert house.violations() == []


def test_a_step_that_is_gone_keeps_the_case_where_it_is_and_nothing_is_changed(house: House):
    case_no = house.accepted_commitment()
    review(house, case_no)
    before = house.journal(f"case:{case_no}")
    deploy(house, route_commitment=without(ROUTE, "ut_dept_opinion"))
    with pytest.raises(NotMovable, match="ut_dept_opinion") as refused:
        move(house, case_no)
    assert "新版中没有这个元素" in refused.value.sentence
    assert [one.element_id for one in refused.value.obstacles] == ["ut_dept_opinion"]
    assert house.journal(f"case:{case_no}") == before
    assert pinned(house, case_no) == [1, 1]


def test_a_renamed_step_is_found_by_the_map(house: House):
    case_no = house.accepted_commitment()
    deploy(house, route_commitment=renamed("ut_substantive", "ut_material_review"))
    with pytest.raises(NotMovable):
        move(house, case_no)
    with pytest.raises(MapUnreadable, match="没有元素“ut_nothing”"):
        move(house, case_no, ids={ROUTE: {"ut_substantive": "ut_nothing"}})
    move(house, case_no, ids={ROUTE: {"ut_substantive": "ut_material_review"}})
    assert elements(house, case_no) == ["ut_material_review"]
    house.complete("D11", case_no, "ut_material_review", {"findings": "审查", "site_visit": "no"})
    assert house.violations() == []


def test_the_audit_finds_a_pinned_release_that_nobody_moved_the_case_to(sqlite_house: House):
    case_no = sqlite_house.accepted_commitment()
    deploy(sqlite_house, route_commitment=without(ROUTE, "ut_dept_opinion"))
    with sqlite_house.door.read(SYSTEM) as view:
        newest = release_numbered(view.connection, "I02", 2).id
    with sqlite_house.door.database.writing() as connection:
        connection.execute(case_file.update().where(case_file.c.case_no == case_no).values(release_id=newest))
    assert [one.sentence for one in sqlite_house.violations()] == ["办件固定的发布版本与其流程运行的版本不一致"]


def test_a_case_may_come_back_to_an_earlier_release(house: House):
    case_no = house.accepted_commitment()
    deploy(house, route_commitment=without(ROUTE, "ut_dept_opinion"))
    move(house, case_no)
    move(house, case_no, 1)
    assert review(house, case_no) == ["ut_dept_opinion"]
    assert house.violations() == []


def test_a_look_ahead_says_the_same_and_changes_nothing(house: House):
    early, late = house.accepted_commitment(), house.accepted_commitment()
    review(house, late)
    deploy(house, route_commitment=without(ROUTE, "ut_dept_opinion"))
    with house.door.read(SYSTEM) as view:
        first, second = (release_numbered(view.connection, "I02", number) for number in (1, 2))
        assert look_ahead(view, early, second, {}) == ()
        [told] = look_ahead(view, late, second, {})
        [same] = look_ahead(view, early, first, {})
        [absent] = look_ahead(view, "nowhere", second, {})
    assert "（ut_dept_opinion）" in told
    assert "无需迁移" in same
    assert "没有找到办件" in absent
    assert pinned(house, early) == [1, 1]


# Refusals ---------------------------------------------------------------------------------------------------------


def test_only_who_may_deploy_moves_cases_and_never_without_a_reason(sqlite_house: House):
    house = sqlite_house
    case_no = house.accepted_commitment()
    deploy(house, route_commitment=without(ROUTE, "ut_dept_opinion"))
    for account in ("W01", "D11", "D12", "A01", "A02", "U81"):
        with pytest.raises(NotYourAction, match="改用另一版流程"):
            move(house, case_no, account=account)
    with pytest.raises(ReasonUnwritten):
        house.execute(DESIGNER, MigrateCase(case_no=case_no, number=2, reason="  "))


def test_closed_foreign_and_unstarted_cases_are_refused(sqlite_house: House):
    house = sqlite_house
    running, instant = house.accepted_commitment(), house.accepted_instant()
    finished = house.decided_commitment()
    house.finish(finished, ("D11", "D12", "D13"), ("李秀兰", "41050219850612002X"))
    deploy(house, route_commitment=without(ROUTE, "ut_dept_opinion"))
    with pytest.raises(ReleaseMissing):
        move(house, running, 9)
    with pytest.raises(CaseOfAnotherItem):
        choose(house, instant)
    with pytest.raises(SameRelease):
        move(house, running, 1)
    with pytest.raises(CaseClosed):
        move(house, finished, 2)
    waiting = replace(house.case(running), release_id="another")
    with house.door.read(SYSTEM) as view, pytest.raises(CaseNotStarted):
        refuse_moving(waiting, release_at(view.connection, house.case(running).release_id), [])


def test_the_map_is_read_as_it_is_written():
    assert read_ids(["a:x=y", "a:z=w", "b:x=y"]) == {"a": {"x": "y", "z": "w"}, "b": {"x": "y"}}
    for text in ("x=y", "a:x", "a:=y", ":x=y", ""):
        with pytest.raises(MapUnreadable, match="缺少"):
            read_ids([text])
    with pytest.raises(MapUnreadable, match="已对应"):
        read_ids(["a:x=y", "a:x=z"])


# Batches ----------------------------------------------------------------------------------------------------------


def test_a_batch_moves_each_case_once_and_keeps_why_one_was_refused(house: House):
    early, late = house.accepted_commitment(), house.accepted_commitment()
    review(house, late)
    deploy(house, route_commitment=without(ROUTE, "ut_dept_opinion"))
    batch = choose(house, early, late)
    assert outcome(house, batch) == [(early, "chosen"), (late, "chosen")]
    rows = work_through(house.door, house.actor(DESIGNER), batch)
    assert [(row.case_no, row.state) for row in rows] == [(early, "done"), (late, "refused")]
    assert "（ut_dept_opinion）" in str(rows[1].sentence)
    assert work_through(house.door, house.actor(DESIGNER), batch) == rows
    assert [line.type for line in house.journal(f"case:{early}")].count(MIGRATED) == 1
    assert [line.type for line in house.journal(batch)] == ["migration.chosen", "migration.refused"]
    assert house.violations() == []


def test_a_batch_that_was_stopped_goes_on_where_it_stopped(house: House):
    cases = [house.accepted_commitment() for _ in range(3)]
    deploy(house, route_commitment=without(ROUTE, "ut_dept_opinion"))
    batch = choose(house, *cases)
    turns = iter([True, False])
    work_through(house.door, house.actor(DESIGNER), batch, lambda: next(turns))
    assert [state for _, state in outcome(house, batch)] == ["done", "chosen", "chosen"]
    # The next host does not know what the first one did; the rows do.
    rows = work_through(house.neighbour().door, house.actor(DESIGNER), batch)
    assert [row.state for row in rows] == ["done"] * 3
    for case_no in cases:
        assert [line.type for line in house.journal(f"case:{case_no}")].count(MIGRATED) == 1


def test_a_case_with_a_spoiled_process_does_not_stop_the_others(house: House):
    broken, well = house.accepted_commitment(), house.accepted_commitment()
    deploy(house, route_commitment=without(ROUTE, "ut_dept_opinion"))
    batch = choose(house, broken, well)
    with house.door.read(SYSTEM) as view:
        second = release_numbered(view.connection, "I02", 2)
    with house.door.database.writing() as connection:
        spoiled = process_instance.update().where(process_instance.c.root_id == f"case:{broken}")
        connection.execute(spoiled.values(snapshot=b"nothing", version=99))
    with house.door.read(SYSTEM) as view:
        assert "流程状态" in look_ahead(view, broken, second, {})[0]
        assert look_ahead(view, well, second, {}) == ()
    rows = work_through(house.door, house.actor(DESIGNER), batch)
    assert [(row.case_no, row.state) for row in rows] == [(broken, "refused"), (well, "done")]


def test_a_batch_wants_cases_and_none_that_do_not_exist(sqlite_house: House):
    with pytest.raises(ReleaseMissing):
        choose(sqlite_house, "nowhere")
    deploy(sqlite_house, route_commitment=without(ROUTE, "ut_dept_opinion"))
    with pytest.raises(NoCases):
        choose(sqlite_house)
    with pytest.raises(Refusal, match="没有找到办件"):
        choose(sqlite_house, "nowhere")
