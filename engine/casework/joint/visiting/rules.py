"""Which branches may share a visit, who goes, when, and what an opinion has to wait for: pure (6.2.2, 4.2.2d)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date

from engine.casework.joint.queries import BranchRow
from engine.casework.joint.rules import GOING
from engine.casework.joint.visiting.queries import JointVisit
from engine.foundation.errors import Conflict, Forbidden, Invalid, NotFound
from engine.registry.identity.queries import Staff

CONCLUSIONS: Mapping[str, str] = {"pass": "符合要求", "improve": "需要整改", "fail": "不符合要求"}
STATES: Mapping[str, str] = {"planned": "待踏勘", "done": "已踏勘"}

TIME_RUNS = "踏勘期间，办理时限照常计算（附录B列明的八种程序才停止计时）。"
FEWEST = 2
"""People at a visit, and departments at a first one."""


class VisitMissing(NotFound):
    """本件没有第 {number} 次联合踏勘，请从列表中选择。"""

    code = "JOINT_VISIT_MISSING"


class BranchNotVisitable(Conflict):
    """分支“{name}”{why}，不能安排联合踏勘。请去掉该分支后再安排。"""

    code = "BRANCH_NOT_VISITABLE"


class TooFewDepartments(Invalid):
    """联合踏勘应有两个以上部门参加。请至少勾选两个部门的分支；只有一个部门的，由该部门自行踏勘（整改后再次踏勘的除外）。"""

    code = "TOO_FEW_DEPARTMENTS"


class NotWorkday(Invalid):
    """{day} 不是工作日，请把踏勘安排在工作日。"""

    code = "VISIT_NOT_WORKDAY"


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
    """第 {number} 次联合踏勘已有部门记录了踏勘情况，不能再改期。还没有记录的部门，请到场查看后各自记录。"""

    code = "JOINT_VISIT_BEGUN"


class BranchSettled(Conflict):
    """分支“{name}”现在是“{state}”，不能再记录踏勘情况。请刷新页面查看。"""

    code = "VISIT_BRANCH_SETTLED"


class NotVisited(Conflict):
    """第 {number} 次联合踏勘（{day}）还没有记录本分支的踏勘情况，不能出具同意的意见。请踏勘人员先记录。"""

    code = "JOINT_NOT_VISITED"


def open_visit(key: str, rows: Collection[BranchRow], visits: Sequence[JointVisit]) -> JointVisit | None:
    """Return the visit that a branch still owes its findings, or None; a branch that has ended owes none."""
    if not any(one.key == key and one.state in GOING for one in rows):
        return None
    return last_visit(key, [one for one in visits if (looked := one.of(key)) and not looked.done])


def last_visit(key: str, visits: Sequence[JointVisit]) -> JointVisit | None:
    """Return the newest visit in which a branch takes part, or None."""
    return next((one for one in reversed(visits) if one.of(key)), None)


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


def refuse_too_few(chosen: Sequence[BranchRow], visits: Sequence[JointVisit]) -> None:
    """Raise TooFewDepartments for one department alone, unless all it looks at again was to be put right."""
    again = bool(chosen) and all(asked_again(one.key, visits) for one in chosen)
    if len({one.department for one in chosen}) < FEWEST and not again:
        raise TooFewDepartments


def refuse_day(on: date, workday: bool) -> None:
    """Raise NotWorkday."""
    if not workday:
        raise NotWorkday(day=on.isoformat())


def people_errors(
    rows: Sequence[Mapping[str, str]], chosen: Sequence[BranchRow], people: Sequence[Staff]
) -> dict[str, str]:
    """Return by field what is wrong with the people who are sent: of their department, each branch one, two in all.

    The same natural person counts once, under whatever account.
    """
    errors: dict[str, str] = {}
    departments = {one.key: one.department for one in chosen}
    known = {(one.department, one.account): one.person for one in people}
    for index, row in enumerate(rows):
        if row["branch"] not in departments:
            errors[f"visitors[{index}].branch"] = f"第{index + 1}项：该分支没有勾选参加这次踏勘"
        elif (departments[row["branch"]], row["account"]) not in known:
            errors[f"visitors[{index}].account"] = f"第{index + 1}项：请选择该分支所在部门的人员"
    if errors:
        return errors
    sent = {row["branch"] for row in rows}
    if left := [one.name for one in chosen if one.key not in sent]:
        return {"visitors": f"请为{'、'.join(f'“{name}”' for name in left)}指派踏勘人员"}
    if len({known[departments[row["branch"]], row["account"]] for row in rows}) < FEWEST:
        return {"visitors": "踏勘人员合计至少两人（同一人的不同账号只算一人）"}
    return {}


def refuse_unvisited(key: str, rows: Collection[BranchRow], visits: Sequence[JointVisit]) -> None:
    """Raise NotVisited while a planned visit of the branch has no findings of it."""
    if owed := open_visit(key, rows, visits):
        raise NotVisited(number=owed.number, day=owed.visit_on.isoformat())
