"""When a leave with its substitute may be registered, and when it is over: pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from engine.foundation.clock import city_date, start_of_city_day
from engine.foundation.errors import Conflict, Forbidden, Invalid, InvalidFields, NotFound

LONGEST = 366
"""Days of one leave at most (拟): who is away for longer hands the post over."""


class LeaveMissing(NotFound):
    """没有这条请假登记，或者它不属于您和您的部门。请刷新页面查看。"""

    code = "LEAVE_MISSING"


class LeaveNotYours(Forbidden):
    """请假由本人、本部门的业务负责人（中心为中心负责人）或者安全管理员登记。请由他们办理。"""

    code = "LEAVE_NOT_YOURS"


class LeaveOver(Conflict):
    """这次请假已经结束或者撤销，不需要再处理。"""

    code = "LEAVE_OVER"


class LeaveOverlaps(Conflict):
    """{name}在 {since} 至 {until} 已经登记请假。请先撤销，或者改选日期。"""

    code = "LEAVE_OVERLAPS"


class SubstituteSelf(Invalid):
    """代理人不能是请假人本人（按自然人认定，换账号也不行）。请另选一位。"""

    code = "SUBSTITUTE_SELF"


class SubstituteElsewhere(Invalid):
    """{substitute}与{name}不在同一部门任职，不能代理。请选择本部门的人员。"""

    code = "SUBSTITUTE_ELSEWHERE"


class SubstituteUnfit(Invalid):
    """{substitute}任{role}，与被代理的岗位不相容（S5，管理员和外部系统不代办件岗位）。请另选一位。"""

    code = "SUBSTITUTE_UNFIT"


class SubstituteDisabled(Invalid):
    """账号 {account} 已经停用，不能登记请假代理。请选择在用的账号。"""

    code = "SUBSTITUTE_DISABLED"


class NothingToSubstitute(Invalid):
    """{name}没有办理待办的岗位，不需要代理人。请核对账号。"""

    code = "NOTHING_TO_SUBSTITUTE"


class SubstituteCircular(Conflict):
    """这样登记会循环代理：{chain}。请另选代理人，或者错开日期。"""

    code = "SUBSTITUTE_CIRCULAR"


@dataclass(frozen=True)
class Leave:
    """One leave: the absent ``account``, who stands in, from ``starts_at`` until before ``ends_at`` (UTC)."""

    id: int
    account: str
    substitute: str
    starts_at: datetime
    ends_at: datetime
    reason: str
    registered_by: str
    registered_at: datetime
    revoked_by: str | None = None
    revoked_at: datetime | None = None

    @property
    def first_day(self) -> date:
        """The first day of it, in the city."""
        return city_date(self.starts_at)

    @property
    def last_day(self) -> date:
        """The last day of it, in the city."""
        return city_date(self.ends_at - timedelta(seconds=1))

    def state(self, now: datetime) -> str:
        """Return ``revoked``, ``over``, ``coming`` or ``on`` at ``now``."""
        if self.revoked_at is not None:
            return "revoked"
        return "over" if self.ends_at <= now else "coming" if self.starts_at > now else "on"


STATES = {"on": "请假中", "coming": "尚未开始", "over": "已结束", "revoked": "已撤销"}


def period(from_day: str, until_day: str, now: datetime) -> tuple[datetime, datetime]:
    """Return the instants between which a leave of these days (ISO, the city's zone, both counted) lies.

    One that begins today begins now.  Raises InvalidFields for days that are none, past, inverted or too far apart.
    """
    errors: dict[str, str] = {}
    first, last = _day("from_day", from_day, errors), _day("until_day", until_day, errors)
    today = city_date(now)
    if first is not None and first < today:
        errors["from_day"] = "开始日期已经过去，请从今天或者以后的日期算起。"
    if first is not None and last is not None and last < first:
        errors["until_day"] = "结束日期早于开始日期，请改正。"
    elif first is not None and last is not None and (last - first).days >= LONGEST:
        errors["until_day"] = f"一次请假不超过 {LONGEST} 天（拟），请改正日期；长期离岗的请调整岗位。"
    if errors or first is None or last is None:
        raise InvalidFields(errors)
    return max(now, start_of_city_day(first)), start_of_city_day(last + timedelta(days=1))


def _day(name: str, text: str, errors: dict[str, str]) -> date | None:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        found = None
    if found is None or not 2000 <= found.year <= 2100:
        errors[name] = "请填写日期，如 2026-03-02。"
        return None
    return found


Span = tuple[str, str, datetime, datetime]
"""Absent and substitute (natural persons), from when until before when."""


def circle_through(new: Span, others: Iterable[Span]) -> list[str]:
    """Return the circle that the ``new`` leave would close, from its absent person back to that person; empty: none.

    All leaves of a circle share a moment: substitutes who follow one another in time are no circle.
    """
    nexts: dict[str, list[Span]] = {}
    for one in others:
        nexts.setdefault(one[0], []).append(one)
    absent, substitute, since, until = new
    paths = [([absent, substitute], since, until)]
    while paths:
        path, start, end = paths.pop()
        for _, following, begins, ends in nexts.get(path[-1], ()):
            shared = (max(start, begins), min(end, ends))
            if shared[0] >= shared[1]:
                continue
            if following == absent:
                return [*path, absent]
            if following not in path:
                paths.append(([*path, following], *shared))
    return []
