"""Who may urge a task, and how often: pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from engine.foundation.errors import Conflict, Forbidden
from engine.foundation.store.unit import Actor

TELLS_A_DAY = 1
"""How often a day (Asia/Shanghai) one person has the same task's people told (拟; as the ladders tell: 24 小时去重)."""

MOST_A_DAY = 2
"""How often a day one person urges the same task at all (拟): the second one stays on the file (T081: 催办 2 次 → 记录
入卷) and tells nobody; a third one says nothing new."""

STANDARD = "请抓紧办理。"
"""What is said when nothing is written: one click."""


class UrgeNotYours(Forbidden):
    """“{name}”由监察员、中心负责人、办理部门的业务负责人或牵头协调员、收件人催办。请与他们联系。"""

    code = "URGE_NOT_YOURS"


class UrgedEnough(Conflict):
    """您今天已催办“{name}”{count} 次（最近 {at}），已经记录入卷。请明天再催，或者直接联系办理人。"""

    code = "URGED_ENOUGH"


@dataclass(frozen=True)
class Urge:
    """One urging, as it stands on the case's file."""

    root_id: str
    task_id: str
    number: int
    account: str
    person: str
    at: datetime
    holder: str | None
    role: str
    department: str
    text: str
    told: bool


def may_urge(actor: Actor, department: str | None, receiver: str | None) -> bool:
    """Tell whether the actor may urge tasks of a case.

    ``department`` handles the case; ``receiver`` is the account that received it.
    """
    if actor.has("supervisor", "center_head"):
        return True
    if any((role, department) in actor.grants for role in ("dept_head", "lead_coordinator")):
        return True
    return receiver is not None and receiver == actor.account and actor.has("window_clerk")


def tells(today: int) -> bool:
    """Tell whether one more urging is told, when the same person has urged the task ``today`` times already."""
    return today < TELLS_A_DAY
