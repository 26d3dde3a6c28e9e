"""Which branch may be added to a running review, and which may be left out: pure (6.2.2)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from engine.casework.joint.queries import BranchRow
from engine.casework.joint.rules import GOING, OUTSIDE
from engine.foundation.errors import Conflict, Forbidden, NotFound

MOST = 99
"""Branches of one case: their numbers have two digits."""


class NotLead(Forbidden):
    """只有牵头部门可以加入分支或者不再征求分支（6.2.2）。请联系牵头部门办理。"""

    code = "JOINT_NOT_LEAD"


class NotRunning(Conflict):
    """本件的联审不在征求意见阶段，不能增减分支。需要时请由牵头部门先退回重新研究。"""

    code = "JOINT_NOT_RUNNING"


class NoReview(NotFound):
    """本件没有进行联审，请核对办件编号。"""

    code = "JOINT_NO_REVIEW"


class OwnProposal(Forbidden):
    """加入分支应由提出人以外的业务负责人批准，您不能批准自己提出的分支。请由其他负责人批准。"""

    code = "JOINT_OWN_PROPOSAL"


class NotProposed(Conflict):
    """分支“{name}”不在待批准状态（现为“{state}”），无需再批。请刷新页面查看。"""

    code = "JOINT_NOT_PROPOSED"


class NotDroppable(Conflict):
    """分支“{name}”{why}，不能不再征求。请等待其出具意见，或者由牵头部门汇总后退回。"""

    code = "JOINT_NOT_DROPPABLE"


def branch_errors(
    answer: Mapping[str, object], rows: Sequence[BranchRow], departments: Mapping[str, str], materials: Sequence[int]
) -> dict[str, str]:
    """Return why a branch may not be added, by field; ``departments`` are those that may be asked, by key."""
    errors: dict[str, str] = {}
    if answer["department"] not in departments:
        errors["department"] = "请选择业务主管部门"
    elif any((one.department, one.name) == (answer["department"], answer["name"]) for one in _asked(rows)):
        errors["name"] = "该部门已有同名分支，请改用其他名称，或者等待它出具意见"
    known = {one.key for one in _asked(rows)}
    if strange := [key for key in _list(answer["depends_on"]) if key not in known]:
        errors["depends_on"] = f"联办计划里没有分支“{strange[0]}”"
    if [no for no in _list(answer["materials"]) if not no.isdigit() or int(no) not in materials]:
        errors["materials"] = "请在材料清单中选择需要的材料"
    if len(rows) >= MOST:
        errors["name"] = f"一个办件最多 {MOST} 个分支"
    return errors


def why_not_dropped(row: BranchRow, rows: Sequence[BranchRow]) -> str:
    """Return why a branch may not be left out, or an empty text."""
    if row.state not in GOING:
        return "已经有结果"
    if not row.optional and row.added_by is None:
        return "是联办计划的必须分支"
    if len(_asked(rows)) <= 2:
        return "是仅有的两个分支之一"
    followers = [one.name for one in _asked(rows) if row.key in one.depends_on and one.state in GOING]
    return f"是“{followers[0]}”的前序分支" if followers else ""


def _asked(rows: Sequence[BranchRow]) -> list[BranchRow]:
    return [one for one in rows if one.state not in OUTSIDE]


def _list(value: object) -> list[str]:
    return [str(one) for one in value] if isinstance(value, (list, tuple)) else []
