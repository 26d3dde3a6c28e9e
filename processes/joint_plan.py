"""The plan of a joint case (联办件, 一件事): branches of several departments that wait for one another.

The plan is a directed graph without circles.  Its critical path must fit into the promise of the whole item
(6.2.2 of DB4105/T 229: each department decides within its limit; invariant I10 of the model).
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

VETO_EFFECTS = {
    "terminate_all": "全案终止",
    "stop_following": "后续停",
    "partial_grant": "已许可照发，全案部分准予",
    "warn_no_opening": "提示不得营业",
    "none": "不影响其他分支",
}


@dataclass(frozen=True)
class Branch:
    """One department's part of a joint case; ``days`` are working days, halves allowed (0.5 日 = 4 工作小时).

    ``materials`` are the numbers of the materials it needs, and nobody of it sees another (6.1.6); empty: all of them.
    ``automatic``: it is agreed by itself when all its materials come from whoever issued them.  ``result`` is what the
    department makes out when it grants; None for a branch that makes nothing out.
    """

    key: str
    department: str
    name: str
    depends_on: tuple[str, ...]
    days: Decimal
    optional: bool
    veto: str
    materials: tuple[int, ...] = ()
    automatic: bool = False
    result: str | None = None


@dataclass(frozen=True)
class JointPlan:
    """Who leads, which branches there are, and which of them may share one site visit."""

    lead_department: str
    branches: tuple[Branch, ...]
    joint_site_visit: tuple[str, ...]


def start_order(plan: JointPlan) -> tuple[str, ...]:
    """Return the branch keys so that every branch comes after those it depends on.

    Keys left out of the answer lie on a circle or wait for a branch that does not exist.
    """
    done: list[str] = []
    waiting = list(plan.branches)
    while ready := [branch for branch in waiting if all(key in done for key in branch.depends_on)]:
        done.extend(branch.key for branch in ready)
        waiting = [branch for branch in waiting if branch not in ready]
    return tuple(done)


def critical_path(plan: JointPlan) -> tuple[Decimal, tuple[str, ...]]:
    """Return the longest chain of the plan: its length in working days and its branch keys in order.

    Branches on a circle are left out; ``problems`` names them.
    """
    by_key = {branch.key: branch for branch in plan.branches}
    longest: dict[str, tuple[Decimal, tuple[str, ...]]] = {}
    for key in start_order(plan):
        before = [longest[other] for other in by_key[key].depends_on]
        length, chain = max(before, default=(Decimal(0), ()), key=lambda path: path[0])
        longest[key] = (length + by_key[key].days, (*chain, key))
    return max(longest.values(), default=(Decimal(0), ()), key=lambda path: path[0])


def problems(plan: JointPlan, promise_days: int) -> list[str]:
    """Return what is wrong with the plan, in Chinese, for a promise of ``promise_days`` working days."""
    found: list[str] = []
    keys = [branch.key for branch in plan.branches]
    if len(keys) < 2:
        found.append("联办计划至少要有两个分支")
    if len(keys) != len(set(keys)):
        found.append("联办计划有同名分支，请改成不同的分支键")
    for branch in plan.branches:
        missing = [other for other in branch.depends_on if other not in keys]
        found += [f"分支“{branch.key}”依赖的分支“{other}”不存在" for other in missing]
    if plan.lead_department not in {branch.department for branch in plan.branches}:
        found.append("牵头部门没有自己的分支")
    found += [f"可以一次踏勘的分支“{key}”不存在" for key in plan.joint_site_visit if key not in keys]
    return found + _problems_of_time(plan, promise_days)


def _problems_of_time(plan: JointPlan, promise_days: int) -> list[str]:
    """Return the circles of the plan, or a critical path longer than the promise (invariant I10)."""
    circle = sorted({branch.key for branch in plan.branches} - set(start_order(plan)))
    if circle:
        return [f"分支之间互相等待，永远无法开始：{'、'.join(circle)}"]
    length, chain = critical_path(plan)
    if length > promise_days:
        return [f"关键路径 {'→'.join(chain)} 共 {length} 个工作日，超过总承诺 {promise_days} 个工作日"]
    return []
