"""Who may urge a task, how often those who have it are told, and when it says nothing new: pure.

There is one rule for all kinds of tasks.  Whoever was told is not told again within the working hours that the task's
act names as a figure; what is urged meanwhile stays on the file and tells nobody; and nobody says it a third time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from deadlines.law.calendar import Calendar
from deadlines.law.hours import OfficeHours, land_hours
from engine.foundation.errors import Conflict, Forbidden
from engine.foundation.store.unit import Actor

MOST = 2
"""How often one person urges the same task until its people are told anew (拟): the second one stays on the file (T081:
催办 2 次 → 记录入卷) and tells nobody; a third one says nothing new."""

STANDARD = "请抓紧办理。"
"""What is said when nothing is written: one click."""


class UrgeNotYours(Forbidden):
    """“{name}”由监察员、中心负责人、办理部门的业务负责人或牵头协调员、收件人催办。请与他们联系。"""

    code = "URGE_NOT_YOURS"


class UrgedEnough(Conflict):
    """您已催办“{name}”{count} 次（最近 {at}），已经记录入卷；{until} 起再催的，重新通知。紧急的，请电话联系办理人。"""

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


def told_again_at(
    urges: Sequence[Urge], holder: str | None, hours: int, calendar: Calendar, office: OfficeHours
) -> datetime | None:
    """Return from when (UTC) the people of a task are told again, ``hours`` working hours after the last time.

    None when nobody was told yet, or somebody else had it in hand then; whoever took it from its post was told with it.
    """
    told = [one for one in urges if one.told]
    if not told or told[-1].holder not in (None, holder):
        return None
    until, _ = land_hours(told[-1].at, hours, (), calendar, office)
    return until


def said_since_told(urges: Sequence[Urge], person: str) -> list[datetime]:
    """Return when this natural person has urged the task since its people were last told, that time included."""
    last = max((place for place, one in enumerate(urges) if one.told), default=0)
    return [one.at for one in urges[last:] if one.person == person]
