"""Who may chase a branch, and which one: pure (6.2.2).  How soon again is the rule of all urging."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from engine.casework.joint.queries import BranchRow, Review
from engine.casework.joint.rules import GOING, STATES
from engine.foundation.errors import Conflict, Forbidden
from engine.foundation.store.unit import Actor
from engine.registry.identity.rules import scope_of

PACE: Final = "urge_branch_hours"
"""The figure (working hours) after which whoever has a branch in hand is told again: a chase is read and acted on
within half a working day, and whoever gets one an hour reads none of them."""
USUAL: Final = "请在时限内出具意见。"
"""What a chase says when nothing else was written."""
MOST: Final = 200
"""Characters of a chase's text."""


class ChaseNotYours(Forbidden):
    """只有牵头部门、监察员和中心负责人可以催办联审的分支（6.2.2）。请联系牵头部门催办。"""

    code = "JOINT_CHASE_NOT_YOURS"


class NotChaseable(Conflict):
    """分支“{name}”{why}，现在不用催办。请刷新页面查看联审进展。"""

    code = "JOINT_NOT_CHASEABLE"


@dataclass(frozen=True)
class Chase:
    """One chase of a branch; ``number`` counts its chases from 1, ``told`` are accounts or posts (``role@place``).

    One that was told to nobody is on the file alone: they had been told a short time before.
    """

    key: str
    number: int
    text: str
    told: tuple[str, ...]
    account: str
    at: datetime


def may_chase(actor: Actor, lead: str) -> bool:
    """Tell whether the actor may chase in a review led by the department ``lead``."""
    return actor.has("supervisor", "center_head") or lead in scope_of(actor).departments


def why_not_chased(review: Review, row: BranchRow, rows: Sequence[BranchRow]) -> str:
    """Return why a branch need not be chased, or an empty text; one that waits is told with what it waits for."""
    if review.state != "running" or row.state not in GOING:
        return f"已不在办理（{STATES[row.state]}）"
    ahead = [one.name for one in rows if one.key in row.depends_on and one.state in GOING]
    return f"正在等待前序分支“{ahead[0]}”" if row.state == "waiting" and ahead else ""


def refuse_to_chase(actor: Actor, review: Review, row: BranchRow, rows: Sequence[BranchRow]) -> None:
    """Raise ChaseNotYours or NotChaseable unless the actor may chase the branch; how often, the urging says."""
    if not may_chase(actor, review.lead):
        raise ChaseNotYours
    if why := why_not_chased(review, row, rows):
        raise NotChaseable(name=row.name, why=why)
