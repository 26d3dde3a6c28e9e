"""Which branches may share a visit, who goes, when, and what an opinion has to wait for: pure (6.2.2, 4.2.2d)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from engine.casework.joint.queries import BranchRow
from engine.casework.joint.rules import GOING
from engine.casework.joint.visiting.queries import JointVisit
from engine.foundation.errors import Conflict, Forbidden, NotFound
from engine.registry.identity.queries import Staff

CONCLUSIONS: Mapping[str, str] = {"pass": "符合要求", "improve": "需要整改", "fail": "不符合要求"}
STATES: Mapping[str, str] = {"planned": "待踏勘", "done": "已踏勘", "cancelled": "已取消", "lapsed": "不再踏勘"}
"""A visit has lapsed when all its branches came to a result and nobody had looked."""

TIME_RUNS = "踏勘期间，办理时限照常计算（附录B列明的八种程序才停止计时）。"
FEWEST = 2
"""People at a visit, and departments at a first one."""


class VisitMissing(NotFound):
    """本件没有第 {number} 次联合踏勘，请从列表中选择。"""

    code = "JOINT_VISIT_MISSING"


class BranchNotVisitable(Conflict):
    """分支“{name}”{why}，不能安排联合踏勘。请去掉该分支后再安排。"""

    code = "BRANCH_NOT_VISITABLE"


class VisitNotYet(Conflict):
    """第 {number} 次联合踏勘定于 {day}，当日之前不能记录踏勘情况。请到场查看后记录，或者由牵头部门改期。"""

    code = "JOINT_VISIT_NOT_YET"


class NotVisitor(Forbidden):
    """您不是第 {number} 次联合踏勘中本部门的踏勘人员，不能{what}。请由踏勘人员办理，或者先更换踏勘人员。"""

    code = "NOT_VISITOR"


class FindingsThere(Conflict):
    """分支“{name}”在第 {number} 次联合踏勘中的情况已经记录，不能再改。需要补充的，请在审查情况中写明。"""

    code = "FINDINGS_THERE"


class VisitBegun(Conflict):
    """第 {number} 次联合踏勘已有部门记录了踏勘情况，不能再{what}。还没有记录的部门，请到场查看后各自记录。"""

    code = "JOINT_VISIT_BEGUN"


class VisitCancelled(Conflict):
    """第 {number} 次联合踏勘已经取消，不能再{what}。需要到场查看的，请由牵头部门另行安排。"""

    code = "JOINT_VISIT_CANCELLED"


class VisitPast(Conflict):
    """第 {number} 次联合踏勘定于 {day}，这一天已过，不能再增加分支。请先改期，或者另行安排联合踏勘。"""

    code = "JOINT_VISIT_PAST"


class BranchSettled(Conflict):
    """分支“{name}”现在是“{state}”，不能再记录踏勘情况。请刷新页面查看。"""

    code = "VISIT_BRANCH_SETTLED"


class NotVisited(Conflict):
    """第 {number} 次联合踏勘（{day}）还没有记录本分支的踏勘情况，不能出具同意的意见。请踏勘人员先记录。"""

    code = "JOINT_NOT_VISITED"


def refuse_cancelled(visit: JointVisit, what: str) -> None:
    """Raise VisitCancelled."""
    if visit.cancelled:
        raise VisitCancelled(number=visit.number, what=what)


def refuse_begun(visit: JointVisit, what: str) -> None:
    """Raise VisitCancelled, or VisitBegun once a department has written down what it found."""
    refuse_cancelled(visit, what)
    if visit.begun:
        raise VisitBegun(number=visit.number, what=what)


def owed(visit: JointVisit, rows: Collection[BranchRow]) -> tuple[str, ...]:
    """Return the branches that still owe their findings of a visit, in its order."""
    if visit.cancelled:
        return ()
    going = {one.key for one in rows if one.state in GOING}
    return tuple(one.branch for one in visit.branches if not one.done and one.branch in going)


def state_of(visit: JointVisit, rows: Collection[BranchRow]) -> str:
    """Return how a visit stands: planned, done, cancelled, or lapsed."""
    if visit.cancelled:
        return "cancelled"
    if owed(visit, rows):
        return "planned"
    return "done" if visit.begun else "lapsed"


def open_visit(key: str, rows: Collection[BranchRow], visits: Sequence[JointVisit]) -> JointVisit | None:
    """Return the visit that a branch still owes its findings, or None; a branch that has ended owes none."""
    if not any(one.key == key and one.state in GOING for one in rows):
        return None
    return last_visit(key, [one for one in visits if (looked := one.of(key)) and not looked.done])


def last_visit(key: str, visits: Sequence[JointVisit]) -> JointVisit | None:
    """Return the newest visit in which a branch takes part and which was not cancelled, or None."""
    return next((one for one in reversed(visits) if one.of(key) and not one.cancelled), None)


def asked_again(key: str, visits: Sequence[JointVisit]) -> bool:
    """Tell whether the last findings of a branch ask for another visit."""
    last = last_visit(key, visits)
    looked = last.of(key) if last else None
    return looked is not None and looked.again


def why_not(key: str, planned: Collection[str], rows: Collection[BranchRow], visits: Sequence[JointVisit]) -> str:
    """Return why a branch may not be visited, or an empty text; ``planned`` are those that may share a visit."""
    row = next((one for one in rows if one.key == key), None)
    if key not in planned:
        return "不在联办计划可以一起踏勘的范围内"
    if row is None:
        return "没有征求意见"
    if row.state not in GOING:
        return "已经有结果"
    return "还有没有完成的联合踏勘" if open_visit(key, rows, visits) else ""


def too_few(chosen: Sequence[BranchRow], visits: Sequence[JointVisit]) -> str:
    """Say that one department alone is too few, unless all it looks at again was to be put right; else nothing."""
    again = bool(chosen) and all(asked_again(one.key, visits) for one in chosen)
    if len({one.department for one in chosen}) < FEWEST and not again:
        return "请至少勾选两个部门的分支；只有一个部门的，由该部门自行踏勘（整改后再次踏勘的除外）"
    return ""


def people_errors(
    rows: Sequence[Mapping[str, Any]], chosen: Sequence[BranchRow], people: Sequence[Staff], fewest: int = FEWEST
) -> dict[str, str]:
    """Return by field what is wrong with the people who are sent: of their department, each branch one.

    They are ``fewest`` in all; the same natural person counts once, under whatever account.
    """
    errors: dict[str, str] = {}
    departments = {one.key: one.department for one in chosen}
    known = {(one.department, one.account): one.person for one in people}
    for index, row in enumerate(rows):
        if row.get("branch") not in departments:
            errors[f"visitors[{index}].branch"] = f"第{index + 1}项：该分支没有勾选参加这次踏勘"
        elif (departments[row["branch"]], row.get("account")) not in known:
            errors[f"visitors[{index}].account"] = f"第{index + 1}项：请选择该分支所在部门的人员"
    if errors:
        return errors
    sent = {row["branch"] for row in rows}
    if left := [one.name for one in chosen if one.key not in sent]:
        return {"visitors": f"请为{'、'.join(f'“{name}”' for name in left)}指派踏勘人员"}
    if len({known[departments[row["branch"]], row["account"]] for row in rows}) < fewest:
        return {"visitors": "踏勘人员合计至少两人（同一人的不同账号只算一人）"}
    return {}


def refuse_unvisited(key: str, rows: Collection[BranchRow], visits: Sequence[JointVisit]) -> None:
    """Raise NotVisited while a planned visit of the branch has no findings of it."""
    if owed := open_visit(key, rows, visits):
        raise NotVisited(number=owed.number, day=owed.visit_on.isoformat())
