"""When a meeting may be, who takes part in it, and what its minutes have to say: pure (6.2.2, T081)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from engine.casework.joint.meeting.queries import Meeting, Party
from engine.foundation.errors import Conflict, Forbidden, Invalid, NotFound
from engine.registry.identity.queries import Staff

STATES: Mapping[str, str] = {"called": "待召开", "cancelled": "已取消", "held": "已召开"}
ANSWERS: Mapping[str, str] = {"attend": "参加", "absent": "不能参加"}
ATTENDANCE: Mapping[str, str] = {"present": "出席", "leave": "缺席（请假）", "absent": "缺席（未请假）"}

NO_CONSENT = "会商不代替各部门的意见，缺席不视为同意；各部门仍应在各自的时限内出具意见（6.2.2）。"


class MeetingMissing(NotFound):
    """本件没有第 {number} 次会商，请从会商列表中选择。"""

    code = "MEETING_MISSING"


class MeetingInPast(Invalid):
    """会商时间应在现在以后（现在是 {now}），请改为以后的时间。"""

    code = "MEETING_IN_PAST"


class MeetingsOverlap(Conflict):
    """与第 {number} 次会商（{at} 起 {lasts} 分钟）时间重叠，请改为其他时间，或者先将它改期、取消。"""

    code = "MEETINGS_OVERLAP"


class MeetingSettled(Conflict):
    """第 {number} 次会商现在是“{state}”，不能再{what}。请刷新页面查看。"""

    code = "MEETING_SETTLED"


class NotInvited(Forbidden):
    """贵部门不在第 {number} 次会商的邀请范围内，不需要答复。需要参加的，请联系牵头部门。"""

    code = "MEETING_NOT_INVITED"


class AnswerLate(Conflict):
    """第 {number} 次会商已于 {at} 开始，不能再答复。请联系牵头部门，由其在纪要中登记出席情况。"""

    code = "MEETING_ANSWER_LATE"


class MeetingNotYet(Conflict):
    """第 {number} 次会商定于 {at}，召开之前不能出具纪要。请在会商结束后登记。"""

    code = "MEETING_NOT_YET"


class MinutesStand(Conflict):
    """第 {number} 次会商的纪要已经出具（{document}）。内容有误的，请先将该文书作废（不同时重新出具），再重新登记。"""

    code = "MINUTES_STAND"


def refuse_time(
    at: datetime, lasts: int, now: datetime, others: Sequence[Meeting], text: Callable[[datetime], str]
) -> None:
    """Raise MeetingInPast or MeetingsOverlap for a meeting of ``lasts`` minutes at ``at``.

    ``others`` are the other meetings of the case; ``text`` writes a moment as people say it.
    """
    if at <= now:
        raise MeetingInPast(now=text(now))
    for one in others:
        if one.state == "called" and at < one.until and one.at < at + timedelta(minutes=lasts):
            raise MeetingsOverlap(number=one.number, at=text(one.at), lasts=one.lasts)


def attendance_errors(
    rows: Sequence[Mapping[str, Any]], parties: Sequence[Party], people: Sequence[Staff], names: Mapping[str, str]
) -> dict[str, str]:
    """Return by field what is wrong with the attendance: everybody invited once, nobody else, nobody twice.

    The same natural person is the same person under every account.
    """
    errors: dict[str, str] = {}
    invited = {one.department for one in parties}
    known = {(one.department, one.account): one for one in people}
    persons = {one.account: one.person for one in people}
    listed: set[str] = set()
    for index, row in enumerate(rows):
        place, account = row["department"], row["account"]
        field = f"attendance[{index}].account"
        if place not in invited:
            errors[f"attendance[{index}].department"] = f"第{index + 1}项：该部门没有被邀请参加这次会商"
        elif account is None and row["attendance"] == "present":
            errors[field] = f"第{index + 1}项：出席的，请选择人员"
        elif account is not None and (place, account) not in known:
            errors[field] = f"第{index + 1}项：所选人员不是{names[place]}的人员，没有被邀请"
        elif account is not None and persons[account] in listed:
            errors[field] = f"第{index + 1}项：同一人（不论账号）只能登记一次"
        if account is not None:
            listed.add(persons.get(account, account))
    counted = [row["department"] for row in rows]
    empty = [row["department"] for row in rows if row["account"] is None]
    missing = [names[one.department] for one in parties if one.department not in counted]
    if missing:
        errors["attendance"] = f"请登记{'、'.join(missing)}的出席情况"
    elif doubled := [names[one] for one in set(empty) if counted.count(one) > 1 and one in names]:
        errors["attendance"] = f"{'、'.join(sorted(doubled))}登记了不止一次，请删去没有人员的一行"
    return errors


def first_attendance(parties: Sequence[Party]) -> list[dict[str, Any]]:
    """Return the rows with which the attendance begins: what every department had answered."""
    kinds = {"attend": "present", "absent": "leave", None: "absent"}
    return [
        {"department": one.department, "account": one.attendee, "attendance": kinds[one.answer], "note": one.reason}
        for one in parties
    ]


def absent_departments(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return the departments of which nobody came, in order."""
    came = {row["department"] for row in rows if row["attendance"] == "present"}
    return [place for place in dict.fromkeys(row["department"] for row in rows) if place not in came]
