"""Meetings and joint site visits in tests, in few words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.casework.joint.meeting.commands import AnswerMeeting, CallMeeting, RecordMinutes
from engine.casework.joint.meeting.preparing import meeting_numbered, prepare_minutes
from engine.casework.joint.meeting.queries import Meeting
from engine.casework.joint.seats import table_at
from engine.casework.joint.visiting.commands import PlanJointVisit, RecordJointFindings
from engine.casework.joint.visiting.preparing import prepare_plan, visit_numbered
from engine.casework.joint.visiting.queries import JointVisit
from engine.process.tasks.notifications.queries import notifications_for
from engine.registry.identity.rules import SYSTEM
from tests.support.house import House
from tests.support.joint import account_of

PLACE = "政务服务中心三楼会商室"
SITE = "安阳市北关区人民大道2号"
AGENDA = ("招牌与疏散通道的关系", "下一步安排")


def call(house: House, case_no: str, at: str = "2026-03-04T14:30", by: str = "D11", **changes: Any) -> int:
    """Call a meeting as the market department; return its number."""
    answer = {"at": at, "place": PLACE, "agenda": [{"item": one} for one in AGENDA], **changes}
    return int(house.execute(by, CallMeeting(case_no=case_no, answer=answer, partial=True))["number"])


def comes(house: House, case_no: str, department: str, number: int = 1, by: str = "") -> None:
    """Let a department answer that its reviewer comes."""
    answer = {"answer": "attend", "attendee": account_of(department, 1)}
    command = AnswerMeeting(case_no=case_no, number=number, answer=answer, partial=True)
    house.execute(by or account_of(department, 2), command)


def stays_away(house: House, case_no: str, department: str, number: int = 1, reason: str = "当日有火场勘验") -> None:
    answer = {"answer": "absent", "reason": reason}
    command = AnswerMeeting(case_no=case_no, number=number, answer=answer, partial=True)
    house.execute(account_of(department, 2), command)


def minutes(house: House, case_no: str, number: int = 1, by: str = "D11", **changes: Any) -> Mapping[str, Any]:
    """Write the minutes of a meeting from what the departments had answered."""
    actor = house.actor(by)
    with house.door.read(actor) as view:
        table = table_at(view, case_no)
        shown = prepare_minutes(view, table, meeting_numbered(view, table.root_id, number))
    answer = {
        "attendance": [dict(row) for row in shown.defaults["attendance"]],
        "discussion": [{**row, "said": row["said"] or "城管：招牌不影响疏散。"} for row in shown.rows["discussion"]],
        "points": [{"point": "招牌位置不变"}], **changes,
    }  # fmt: skip
    return house.execute(by, RecordMinutes(case_no=case_no, number=number, answer=answer, partial=True))


def meeting(house: House, case_no: str, number: int = 1) -> Meeting:
    with house.door.read(SYSTEM) as view:
        return meeting_numbered(view, f"case:{case_no}", number)


def visit_answer(house: House, case_no: str, *keys: str, by: str = "D11", **changes: Any) -> dict[str, Any]:
    """Return an answer by which ``keys`` are visited together, each by its reviewer and its head."""
    with house.door.read(house.actor(by)) as view:
        table = table_at(view, case_no)
        rows = [dict(row) for row in prepare_plan(view, table).rows["branches"]]
        places = {one.key: one.department for one in table.branches}
    for row in rows:
        row["wanted"] = row["key"] in keys
        if row["wanted"]:
            row["looks_at"] = f"查看{row['name']}"
    people = [{"branch": key, "account": account_of(places[key], 1)} for key in keys]
    if len(keys) == 1:
        people.append({"branch": keys[0], "account": account_of(places[keys[0]], 2)})
    return {
        "visit_on": "2026-03-04", "time": "09:30", "place": SITE, "branches": rows, "visitors": people,
        "prepare": "打开全部经营场所", **changes,
    }  # fmt: skip


def plan(house: House, case_no: str, *keys: str, by: str = "D11", **changes: Any) -> int:
    answer = visit_answer(house, case_no, *(keys or ("food", "sign", "fire")), by=by, **changes)
    return int(house.execute(by, PlanJointVisit(case_no=case_no, answer=answer, partial=True))["number"])


def found(
    house: House, case_no: str, department: str, number: int = 1, conclusion: str = "pass", by: str = "", **changes: Any
) -> None:
    """Write down what the reviewer of a department found for its branch."""
    answer = {"findings": "现场整洁，标志齐全", "conclusion": conclusion, **changes}
    command = RecordJointFindings(case_no=case_no, number=number, answer=answer, partial=True)
    house.execute(by or account_of(department, 1), command)


def visit(house: House, case_no: str, number: int = 1) -> JointVisit:
    with house.door.read(SYSTEM) as view:
        return visit_numbered(view, f"case:{case_no}", number)


def told(house: House, account: str) -> list[str]:
    """Return what somebody was told about joint reviews, newest first."""
    with house.door.read(house.actor(account)) as view:
        return [one.sentence for one in notifications_for(view.connection, view.actor) if one.kind.startswith("joint_")]


def lines(house: House, case_no: str) -> list[str]:
    """Return the types of what the journal tells of meetings and joint visits."""
    words = ("joint.meeting", "joint.visit")
    return [one.type for one in house.journal(f"case:{case_no}") if one.type.startswith(words)]
