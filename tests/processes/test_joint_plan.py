"""The plan of a joint case: order, critical path, circles."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from processes.joint_plan import Branch, JointPlan, critical_path, problems, start_order


def branch(key: str, *depends_on: str, days: str = "1", department: str = "market") -> Branch:
    return Branch(key, department, key, depends_on, Decimal(days), optional=False, veto="none")


def plan(*branches: Branch) -> JointPlan:
    return JointPlan("market", branches, ())


@st.composite
def plans(draw) -> JointPlan:
    """Plans without circles: a branch depends on earlier ones only; the file may list them in any order."""
    count = draw(st.integers(2, 7))
    branches = []
    for place in range(count):
        before = [f"b{other}" for other in range(place)]
        depends_on = draw(st.lists(st.sampled_from(before), unique=True, max_size=3)) if before else []
        days = draw(st.integers(0, 9))
        branches.append(branch(f"b{place}", *depends_on, days=str(days / 2)))
    return plan(*draw(st.permutations(branches)))


def longest_from(key: str, by_key: dict[str, Branch]) -> Decimal:
    before = (longest_from(other, by_key) for other in by_key[key].depends_on)
    return by_key[key].days + max(before, default=Decimal(0))


@given(plans())
def test_the_critical_path_is_the_longest_of_all_chains(each) -> None:
    by_key = {part.key: part for part in each.branches}

    length, chain = critical_path(each)

    assert length == max(longest_from(key, by_key) for key in by_key)
    assert length == sum(by_key[key].days for key in chain)
    assert all(before in by_key[after].depends_on for before, after in pairwise(chain))


@given(plans())
def test_every_branch_starts_after_those_it_waits_for(each) -> None:
    order = start_order(each)

    assert sorted(order) == sorted(part.key for part in each.branches)
    for part in each.branches:
        assert all(order.index(other) < order.index(part.key) for other in part.depends_on)


@given(plans())
def test_I10_a_plan_is_refused_exactly_when_its_critical_path_is_longer_than_the_promise(each) -> None:
    length, _ = critical_path(each)

    assert problems(each, int(length + Decimal("0.5"))) == []
    if length > 0:
        assert any("超过总承诺" in problem for problem in problems(each, int(length - Decimal("0.5"))))


def test_I10_branches_that_wait_for_one_another_are_named() -> None:
    circle = plan(branch("a"), branch("b", "a", "d"), branch("c", "b"), branch("d", "c"))

    assert problems(circle, 9) == ["分支之间互相等待，永远无法开始：b、c、d"]
    assert critical_path(circle) == (Decimal(1), ("a",))


def test_a_branch_that_waits_for_nobody_there_is_told() -> None:
    assert problems(plan(branch("a"), branch("b", "x")), 9)[0] == "分支“b”依赖的分支“x”不存在"


def test_one_branch_is_no_joint_case_and_two_cannot_share_a_key() -> None:
    assert problems(plan(branch("a")), 9) == ["联办计划至少要有两个分支"]
    assert problems(plan(branch("a"), branch("a")), 9) == ["联办计划有同名分支，请改成不同的分支键"]


def test_the_lead_department_has_a_branch_and_shared_visits_name_branches() -> None:
    lonely = JointPlan("health", (branch("a"), branch("b")), ("c",))

    assert problems(lonely, 9) == ["牵头部门没有自己的分支", "可以一次踏勘的分支“c”不存在"]
