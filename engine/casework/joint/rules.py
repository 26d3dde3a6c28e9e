"""What the opinions of the departments allow the lead to conclude: pure (6.2.2)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from engine.foundation.errors import Conflict, Invalid

CONCLUSIONS = {"agree": "同意", "deny": "不同意"}

BINDING = frozenset({"terminate_all", "stop_following", "partial_grant", "warn_no_opening"})
"""Effects of a denial that the lead cannot pass over; "none" leaves the other branches as they are."""


class NobodyAsked(Invalid):
    """联办件应当征求两个以上部门的意见（6.2.2），请勾选参加联审的部门。"""

    code = "NOBODY_ASKED"


class CannotOverrule(Conflict):
    """{department}对“{name}”不同意，牵头部门不能作出准予的汇总结论（6.2.2）。请作出不予的结论，或者退回该部门重新研究。"""

    code = "CANNOT_OVERRULE"


@dataclass(frozen=True)
class Said:
    """What a department concluded for its branch, and what its denial means by the plan."""

    department: str
    name: str
    veto: str
    conclusion: str | None


def chosen(required: Sequence[str], offered: Sequence[str], wanted: Sequence[str]) -> list[str]:
    """Return the branches to ask, in the plan's order: all required ones and the optional ones wanted.

    Raises :class:`NobodyAsked` for fewer than two.
    """
    asked = [key for key in offered if key in required or key in wanted]
    if len(asked) < 2:
        raise NobodyAsked
    return asked


def refuse_overruling(decision: str, opinions: Sequence[Said]) -> None:
    """Raise :class:`CannotOverrule` when the lead would grant what a department has denied."""
    for one in opinions:
        if decision == "grant" and one.conclusion == "deny" and one.veto in BINDING:
            raise CannotOverrule(department=one.department, name=one.name)
