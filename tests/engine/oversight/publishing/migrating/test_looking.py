"""Running cases looked at together: the same answers as one by one, by statements that do not grow with the cases."""

from __future__ import annotations

from collections import Counter

import pytest

from engine.casework.cases.tables import case_file
from engine.oversight.publishing.migrating.handlers import look_ahead
from engine.oversight.publishing.migrating.looking import Looked, counted, look
from engine.oversight.publishing.migrating.queries import begun_batch, begun_batches, rows_of
from engine.oversight.publishing.migrating.rules import BatchMissing, CaseIdle, refuse_moving
from engine.oversight.publishing.migrating.working import work_on
from engine.process.bpmn.errors import SnapshotMismatch
from engine.process.bpmn.releases.queries import release_numbered
from engine.process.bpmn.shapes import shape_of
from engine.process.tasks.queries import instances_of, open_runs
from engine.process.tasks.tables import process_instance
from engine.registry.identity.rules import SYSTEM
from tests.engine.oversight.publishing.migrating.test_migrating import DESIGNER, ROUTE, choose, move, renamed
from tests.engine.oversight.publishing.test_releases import deploy, review, shipped, without
from tests.support.counting import statements
from tests.support.house import COMPANY, House
from tests.support.joint import asked, opine, reviewed


def looked(house: House, item: str = "I02", to: int = 2, on: int | None = None, **more) -> list[Looked]:
    with house.door.read(SYSTEM) as view:
        only = release_numbered(view.connection, item, on) if on else None
        return look(view, item, on=only, to=release_numbered(view.connection, item, to), **more)


def one_by_one(house: House, cases: list[str], item: str = "I02", to: int = 2, ids=None) -> dict[str, tuple[str, ...]]:
    with house.door.read(SYSTEM) as view:
        release = release_numbered(view.connection, item, to)
        return {case: look_ahead(view, case, release, ids or {}) for case in cases}


def everywhere(house: House) -> list[str]:
    """Cases of I02 at many places: before and after acceptance, reviewed, asked to be completed, decided."""
    early = house.receive("W01", "I02", COMPANY)
    accepted, same, late, again = (house.accepted_commitment() for _ in range(4))
    review(house, late)
    review(house, again)
    house.complete("D11", again, "ut_dept_opinion", {"opinion": "建议准予", "basis": "办法第三条"})
    visited = house.accepted_commitment()
    house.complete("D11", visited, "ut_substantive", {"findings": "审查", "site_visit": "yes"})
    return [early, accepted, same, late, again, visited, house.decided_commitment()]


# The same answers -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("edited", ["cut", "renamed", "mapped", "same"])
def test_all_together_are_told_what_each_is_told_alone(sqlite_house: House, edited: str):
    house = sqlite_house
    cases = everywhere(house)
    ids = {ROUTE: {"ut_substantive": "ut_material_review"}} if edited == "mapped" else {}
    text = without(ROUTE, "ut_dept_opinion") if edited == "cut" else renamed("ut_substantive", "ut_material_review")
    deploy(house, route_commitment=shipped(ROUTE).replace("</bpmn:definitions>", "<!-- --></bpmn:definitions>")
           if edited == "same" else text)  # fmt: skip
    move(house, cases[0])
    together = {one.case_no: one.reasons for one in looked(house, ids=ids)}
    assert together == one_by_one(house, sorted(cases), ids=ids)
    assert ("无需迁移" in str(together[cases[0]])) and (edited == "same" or any(map(bool, together.values())))


def test_the_branches_of_a_joint_review_are_told_alike_alone_and_together(sqlite_house: House):
    house = sqlite_house
    cases = [asked(house) for _ in range(2)]
    opine(house, cases[0], "fire")
    reviewed(house, cases[1], "food")
    text = shipped("joint_branch").replace('"ut_branch_review"', '"ut_review"')
    text = text.replace(">ut_branch_review<", ">ut_review<")
    deploy(house, joint_branch=text)
    item = house.case(cases[0]).item_code
    together = {one.case_no: one.reasons for one in looked(house, item)}
    assert together == one_by_one(house, sorted(cases), item)
    assert all(together.values())


def test_where_cases_stand_is_counted_by_element_with_how_many_can_move(sqlite_house: House):
    house = sqlite_house
    first, second, late = (house.accepted_commitment() for _ in range(3))
    review(house, late)
    deploy(house, route_commitment=without(ROUTE, "ut_dept_opinion"))
    counts = counted(looked(house))
    assert counts[ROUTE, "ut_substantive"] == (2, 2)
    assert counts[ROUTE, "ut_dept_opinion"] == (1, 0)
    assert not [place for place in counts if place[1].startswith(("be_", "bt_"))], "boundaries are no places"
    assert {first, second, late} == {one.case_no for one in looked(house)}


def test_only_the_cases_of_one_release_are_looked_at_when_asked_so(sqlite_house: House):
    house = sqlite_house
    old, moved = house.accepted_commitment(), house.accepted_commitment()
    deploy(house, route_commitment=without(ROUTE, "ut_dept_opinion"))
    move(house, moved)
    assert [one.case_no for one in looked(house, on=1)] == [old]
    [one] = looked(house, on=2, to=2)
    assert (one.case_no, "无需迁移" in one.reasons[0]) == (moved, True)


def test_a_spoiled_case_is_told_so_and_hides_no_other(sqlite_house: House):
    house = sqlite_house
    broken, well = house.accepted_commitment(), house.accepted_commitment()
    deploy(house, route_commitment=without(ROUTE, "ut_dept_opinion"))
    with house.door.database.writing() as connection:
        spoiled = process_instance.update().where(process_instance.c.root_id == f"case:{broken}")
        connection.execute(spoiled.values(snapshot=b"nothing", version=99))
    found = {one.case_no: one.reasons for one in looked(house)}
    assert "流程状态" in found[broken][0]
    assert found[well] == ()
    with pytest.raises(SnapshotMismatch):
        shape_of(b"nothing")


def test_a_case_without_an_open_run_is_told_so_alone_and_together(sqlite_house: House):
    house = sqlite_house
    case_no = house.accepted_commitment()
    deploy(house, route_commitment=without(ROUTE, "ut_dept_opinion"))
    with house.door.database.writing() as connection:
        mine = process_instance.c.root_id == f"case:{case_no}"
        connection.execute(process_instance.update().where(mine).values(completed=True))
    [one] = looked(house)
    assert "没有正在进行的流程" in one.reasons[0]
    assert one_by_one(house, [case_no]) == {case_no: one.reasons}
    with house.door.read(SYSTEM) as view:
        runs = instances_of(view.connection, f"case:{case_no}")
        newest = release_numbered(view.connection, "I02", 2)
    with pytest.raises(CaseIdle):
        refuse_moving(house.case(case_no), newest, runs)
    with house.door.database.writing() as connection:
        connection.execute(process_instance.delete().where(process_instance.c.root_id == f"case:{case_no}"))
    [gone] = looked(house)
    assert "还没有启动" in gone.reasons[0]


# The same work ----------------------------------------------------------------------------------------------------


def test_ten_times_the_cases_take_no_more_statements(house: House):
    house.accepted_commitment()
    deploy(house, route_commitment=without(ROUTE, "ut_dept_opinion"))

    def asked_for() -> Counter[str]:
        with house.door.read(SYSTEM) as view:
            first, second = (release_numbered(view.connection, "I02", number) for number in (1, 2))
            look(view, "I02", on=first, to=second)  # What is read once for a release is kept.
            with statements(view.connection) as sent:
                assert look(view, "I02", on=first, to=second)
        return Counter(one.split()[0] for one in sent)

    few = asked_for()
    for _ in range(9):
        house.accepted_commitment()
    with house.door.database.writing() as connection:
        [release] = connection.execute(case_file.select().limit(1)).all()
        connection.execute(case_file.update().values(release_id=release.release_id))
        connection.execute(process_instance.update().values(release_id=release.release_id))
    assert asked_for() == few == Counter({"SELECT": 2})


def test_cases_that_stand_alike_have_one_shape_whatever_they_carry(sqlite_house: House):
    house = sqlite_house
    first = house.accepted_commitment()
    house.wait(hours=3)
    second, late = house.accepted_commitment(), house.accepted_commitment()
    review(house, late)
    with house.door.read(SYSTEM) as view:
        shapes = {
            case: [shape_of(row.snapshot) for row in instances_of(view.connection, f"case:{case}")]
            for case in (first, second, late)
        }
        runs = [row.root_id for row in open_runs(view.connection, [house.case(first).release_id])]
    assert shapes[first] == shapes[second] != shapes[late]
    assert {f"case:{case}" for case in shapes} == set(runs)
    snapshots = {row.snapshot for row in _instances(house, (first, second))}
    assert len(snapshots) == 2


def _instances(house: House, cases: tuple[str, ...]):
    with house.door.read(SYSTEM) as view:
        return [row for case in cases for row in instances_of(view.connection, f"case:{case}")]


# Batches ----------------------------------------------------------------------------------------------------------


def test_a_batch_is_worked_through_in_slices_and_its_page_knows_how_far_it_is(sqlite_house: House):
    house = sqlite_house
    cases = [house.accepted_commitment() for _ in range(3)]
    review(house, cases[2])
    deploy(house, route_commitment=without(ROUTE, "ut_dept_opinion"))
    batch = choose(house, *cases)
    assert work_on(house.door, house.actor(DESIGNER), batch, most=2) == 2
    with house.door.read(SYSTEM) as view:
        begun = begun_batch(view.connection, batch)
        assert (begun.left, begun.total, begun.started_by, begun.counts) == (1, 3, DESIGNER, {"chosen": 1, "done": 2})
        assert [one.batch.id for one in begun_batches(view.connection, "I02")] == [batch]
        assert [row.case_no for row in rows_of(view.connection, batch, offset=1, limit=1)] == cases[1:2]
    assert work_on(house.door, house.actor(DESIGNER), batch, most=2) == 1
    assert work_on(house.door, house.actor(DESIGNER), batch, most=2) == 0
    with house.door.read(SYSTEM) as view:
        assert begun_batch(view.connection, batch).counts == {"done": 2, "refused": 1}
        with pytest.raises(BatchMissing):
            begun_batch(view.connection, "migration:none")
