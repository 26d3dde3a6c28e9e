"""会商 and 联合踏勘 (6.2.2): what the departments of a joint review do together."""

from __future__ import annotations

from typing import Any

from engine.casework.cases.rules import CaseMissing
from engine.casework.joint.changing.rules import NoReview
from engine.casework.joint.meeting import rules as meeting_rules
from engine.casework.joint.meeting.commands import (
    AnswerMeeting,
    CallMeeting,
    CancelMeeting,
    MoveMeeting,
    OnMeeting,
    RecordMinutes,
)
from engine.casework.joint.meeting.preparing import meeting_numbered, meetings_of
from engine.casework.joint.meeting.rules import ANSWERS, ATTENDANCE
from engine.casework.joint.seats import NotLeading, ReviewOver, Table, table_at, whose_files
from engine.casework.joint.visiting import rules as visit_rules
from engine.casework.joint.visiting.commands import (
    MoveJointVisit,
    NameVisitors,
    OnVisit,
    PlanJointVisit,
    RecordJointFindings,
)
from engine.casework.joint.visiting.preparing import visit_numbered, visits_of
from engine.casework.joint.visiting.rules import CONCLUSIONS
from engine.foundation.store.unit import RootMissing
from engine.process.documents.rules import DocumentIncomplete, DocumentMissing, GlyphMissing
from engine.registry.identity.reading import Reading
from engine.registry.identity.rules import NotYourAction, SodViolation
from engine.registry.organisation.queries import DepartmentUnknown
from web.api.contract import Call, Operation, Reply
from web.api.groups import FILES
from web.api.schema import Schema, closed, day, flag, listed, maybe, moment, record, ref, text, whole
from web.api.shapes.common import (
    coded,
    day_text,
    links,
    maybe_coded,
    maybe_person,
    moment_text,
    named,
    people,
    places,
)
from web.jointtold import (
    ToldMeeting,
    ToldVisit,
    accounts_of_meeting,
    accounts_of_visit,
    told_meetings,
    told_visits,
)

_PAPER = maybe(record({"id": text("文书标识"), "number": text("文书号")}, about="现行有效的文书；没有的为空"))

SCHEMAS: dict[str, Schema] = {
    "Meeting": record(
        {
            "number": whole("第几次会商"), **coded("state", meeting_rules.STATES, "状态"), "at": moment("会商时间"),
            "lasts": whole("预计时长（分钟）"), "place": text("地点"), "agenda": listed(text(), "议题"),
            **maybe_person("called_by", "召集人"), "reason": text("改期或者取消的理由"),
            "parties": listed(
                record(
                    {
                        **coded("department", about="部门"), "lead": flag("牵头部门"),
                        **maybe_coded("answer", ANSWERS, "答复"), "reason": text("不能参加的理由"),
                        **maybe_person("attendee", "参加人员"), "answered_at": maybe(moment("答复时间")),
                    }
                ),
                "参加的部门，牵头部门在前",
            ),
            "minutes": maybe(
                record(
                    {
                        "version": whole("第几份"), "host": text("主持人"), "issued_at": moment("出具时间"),
                        "attendance": listed(
                            record(
                                {
                                    **coded("department", about="部门"), "person": text("人员"),
                                    **coded("attendance", ATTENDANCE, "出席情况"), "note": text("备注"),
                                }
                            ),
                            "出席和缺席；缺席不视为同意",
                        ),
                        "discussion": listed(record({"agenda": text("议题"), "said": text("发言")})),
                        "points": listed(text(), "议定事项"),
                    },
                    about="最近一份纪要",
                )
            ),
            "document": _PAPER, "links": ref("Links"),
        },
        about="会商（6.2.2）",
    ),
    "MeetingList": record(
        {"case_no": text("办件编号"), "meetings": listed(ref("Meeting")), "links": ref("Links")}
    ),
    "JointVisit": record(
        {
            "number": whole("第几次联合踏勘"), **coded("state", visit_rules.STATES, "状态"),
            "visit_on": day("踏勘日期"), "time": text("到场时间"), "place": text("地点"),
            "prepare": text("请申请人准备"), "contact": text("联系人"), "contact_phone": text("联系人电话"),
            **maybe_person("planned_by", "安排人"), "moved_reason": text("改期的理由"),
            "branches": listed(
                record(
                    {
                        "branch": text("分支"), "branch_name": text("办理内容"), **coded("department", about="部门"),
                        "looks_at": text("查看什么"), "visitors": listed(text(), "踏勘人员（姓名）"),
                        "findings": maybe(text("踏勘情况")), **maybe_coded("conclusion", CONCLUSIONS, "踏勘结论"),
                        "improvement": text("整改要求"), "again": flag("整改后需要再次踏勘"),
                        **maybe_person("found_by", "记录人"), "found_at": maybe(moment("记录时间")),
                        "files": listed(
                            record({"digest": text("SHA-256"), "name": text("文件名")}), "照片和记录；其他部门的不列出"
                        ),
                    }
                )
            ),
            "document": _PAPER, "links": ref("Links"),
        },
        about="联合踏勘：不停止计时",
    ),
    "JointVisitList": record(
        {"case_no": text("办件编号"), "visits": listed(ref("JointVisit")), "links": ref("Links")}
    ),
    "JointAnswerBody": closed(
        record({"answer": ref("Answer")}, about="同名表单的内容；没有给出的键取页面上的初始值")
    )
    | {"examples": [{"answer": {"at": "2026-03-04T14:30", "place": "三楼会商室", "agenda": [{"item": "招牌"}]}}]},
}  # fmt: skip


def list_meetings(call: Call, case_no: str) -> Reply:
    """Return the meetings of a joint review, the first one first."""
    with call.door.read(call.actor, action="case.see") as view:
        table = table_at(view, case_no)
        told = told_meetings(view, table, meetings_of(view, table.root_id))
        found = _meetings_json(view, table, told)
    call.door.note_view(call.actor, f"办件 {table.case.case_no} 的会商")
    return Reply({"case_no": case_no, "meetings": found, "links": _links(case_no)})


def call_meeting(call: Call, case_no: str) -> Reply:
    """Call a meeting."""
    outcome = _done(call, CallMeeting(case_no=case_no, answer=call.body["answer"], partial=True))
    return _meeting(call, case_no, outcome)


def answer_meeting(call: Call, case_no: str, meeting: str) -> Reply:
    """Answer whether one's department comes."""
    return _on_meeting(call, case_no, meeting, AnswerMeeting)


def move_meeting(call: Call, case_no: str, meeting: str) -> Reply:
    """Move a meeting."""
    return _on_meeting(call, case_no, meeting, MoveMeeting)


def cancel_meeting(call: Call, case_no: str, meeting: str) -> Reply:
    """Cancel a meeting."""
    return _on_meeting(call, case_no, meeting, CancelMeeting)


def record_minutes(call: Call, case_no: str, meeting: str) -> Reply:
    """Write down who came and what was agreed, and issue it."""
    return _on_meeting(call, case_no, meeting, RecordMinutes)


def list_joint_visits(call: Call, case_no: str) -> Reply:
    """Return the joint visits of a review, the first one first."""
    with call.door.read(call.actor, action="case.see") as view:
        table = table_at(view, case_no)
        told = told_visits(view, table, visits_of(view, table.root_id))
        found = _visits_json(view, table, told)
    call.door.note_view(call.actor, f"办件 {table.case.case_no} 的联合踏勘")
    return Reply({"case_no": case_no, "visits": found, "links": _links(case_no)})


def plan_joint_visit(call: Call, case_no: str) -> Reply:
    """Plan a visit of several departments."""
    outcome = _done(call, PlanJointVisit(case_no=case_no, answer=call.body["answer"], partial=True))
    return _visit(call, case_no, outcome)


def move_joint_visit(call: Call, case_no: str, visit: str) -> Reply:
    """Move a visit; the notice is replaced."""
    return _on_visit(call, case_no, visit, MoveJointVisit)


def name_visitors(call: Call, case_no: str, visit: str) -> Reply:
    """Send other people of one's department."""
    return _on_visit(call, case_no, visit, NameVisitors)


def record_joint_findings(call: Call, case_no: str, visit: str) -> Reply:
    """Write down what one's department found."""
    return _on_visit(call, case_no, visit, RecordJointFindings)


def _done(call: Call, command: Any) -> Any:
    with call.door.read(call.actor, action=command.action) as view:
        table_at(view, command.case_no)  # a case out of sight is not found, before it is locked
    return call.door.execute(command, call.actor, key=call.key)


def _on_meeting(call: Call, case_no: str, meeting: str, kind: type[OnMeeting]) -> Reply:
    command = kind(case_no=case_no, number=_place(meeting), answer=call.body["answer"], partial=True)
    return _meeting(call, case_no, _done(call, command))


def _on_visit(call: Call, case_no: str, visit: str, kind: type[OnVisit]) -> Reply:
    command = kind(case_no=case_no, number=_place(visit), answer=call.body["answer"], partial=True)
    return _visit(call, case_no, _done(call, command))


def _place(text: str) -> int:
    """Return the number in an address; what is none is the number of nothing."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 5 else 0


def _meeting(call: Call, case_no: str, outcome: Any) -> Reply:
    with call.door.read(call.actor, action="case.see") as view:
        table = table_at(view, case_no)
        one = meeting_numbered(view, table.root_id, outcome["number"])
        [told] = _meetings_json(view, table, told_meetings(view, table, [one]))
    return Reply(told)


def _visit(call: Call, case_no: str, outcome: Any) -> Reply:
    with call.door.read(call.actor, action="case.see") as view:
        table = table_at(view, case_no)
        one = visit_numbered(view, table.root_id, outcome["number"])
        [told] = _visits_json(view, table, told_visits(view, table, [one]))
    return Reply(told)


def _links(case_no: str) -> dict[str, str]:
    path = f"/cases/{case_no}"
    return links(case=path, meetings=f"{path}/joint/meetings", visits=f"{path}/joint/visits")


def _paper(paper: tuple[str, str] | None) -> dict[str, str] | None:
    return None if paper is None else {"id": paper[0], "number": paper[1]}


def _meetings_json(view: Reading, table: Table, told: list[ToldMeeting]) -> list[dict[str, Any]]:
    where = places(view)
    names = people(view, {account for one in told for account in accounts_of_meeting(one.meeting)})
    return [_meeting_json(table.case.case_no, one, where, names) for one in told]


def _meeting_json(case_no: str, told: ToldMeeting, where: dict[str, str], names: dict[str, str]) -> dict[str, Any]:
    one = told.meeting
    parties = [
        {
            **named("department", party.department, where), "lead": party.lead,
            **named("answer", party.answer, ANSWERS), "reason": party.reason,
            **named("attendee", party.attendee, names), "answered_at": moment_text(party.answered_at),
        }
        for party in one.parties
    ]  # fmt: skip
    return {
        "number": one.number, **named("state", one.state, meeting_rules.STATES), "at": moment_text(one.at),
        "lasts": one.lasts, "place": one.place, "agenda": list(one.agenda), **named("called_by", one.called_by, names),
        "reason": one.reason, "parties": parties,
        "minutes": _minutes_json(told, where) if one.minutes else None,
        "document": _paper(told.paper), "links": _links(case_no),
    }  # fmt: skip


def _minutes_json(told: ToldMeeting, where: dict[str, str]) -> dict[str, Any]:
    last = told.meeting.minutes[-1]
    return {
        "version": last.version, "host": last.host, "issued_at": moment_text(last.at),
        "attendance": [
            {
                **named("department", row["department"], where), "person": row["person"],
                **named("attendance", row["attendance"], ATTENDANCE), "note": row["note"],
            }
            for row in last.attendance
        ],
        "discussion": [{"agenda": row["agenda"], "said": row["said"]} for row in last.discussion],
        "points": list(last.points),
    }  # fmt: skip


def _visits_json(view: Reading, table: Table, told: list[ToldVisit]) -> list[dict[str, Any]]:
    where = places(view)
    names = people(view, {account for one in told for account in accounts_of_visit(one.visit)})
    titles, open_to = {one.key: one.name for one in table.branches}, whose_files(view, table)
    found = []
    for each in told:
        one = each.visit
        branches = [
            {
                "branch": looked.branch, "branch_name": titles.get(looked.branch, looked.branch),
                **named("department", looked.department, where), "looks_at": looked.looks_at,
                "visitors": [who["name"] for who in looked.visitors], "findings": looked.findings,
                **named("conclusion", looked.conclusion, CONCLUSIONS), "improvement": looked.improvement,
                "again": looked.again, **named("found_by", looked.account, names),
                "found_at": moment_text(looked.at),
                "files": [dict(file) for file in looked.files if looked.department in open_to],
            }
            for looked in one.branches
        ]  # fmt: skip
        found.append({
            "number": one.number, **named("state", "planned" if each.owed else "done", visit_rules.STATES),
            "visit_on": day_text(one.visit_on), "time": one.time, "place": one.place, "prepare": one.prepare,
            "contact": one.contact, "contact_phone": one.contact_phone, **named("planned_by", one.planned_by, names),
            "moved_reason": one.moved_reason, "branches": branches, "document": _paper(each.paper),
            "links": _links(table.case.case_no),
        })  # fmt: skip
    return found


_TABLE = (NotYourAction, CaseMissing, NoReview)
_ACT = (*_TABLE, RootMissing, ReviewOver)
_MEETING = (*_ACT, meeting_rules.MeetingMissing, meeting_rules.MeetingSettled)
_VISIT = (*_ACT, visit_rules.VisitMissing)
_TIME = (meeting_rules.MeetingInPast, meeting_rules.MeetingsOverlap, GlyphMissing)
_MEETINGS, _ONE_MEETING = "/v1/cases/{case_no}/joint/meetings", "/v1/cases/{case_no}/joint/meetings/{meeting}"
_VISITS, _ONE_VISIT = "/v1/cases/{case_no}/joint/visits", "/v1/cases/{case_no}/joint/visits/{visit}"


def _on(id: str, path: str, summary: str, view: Any, answer: str, *refusals: Any) -> Operation:
    return Operation(
        id, "POST", path, "cases", summary, view, ref(answer), body=ref("JointAnswerBody"), refusals=refusals,
        status=201 if path in (_MEETINGS, _VISITS) else 200,
    )  # fmt: skip


OPERATIONS = (
    Operation(
        "list_meetings", "GET", _MEETINGS, "cases", "会商与纪要", list_meetings, ref("MeetingList"),
        refusals=_TABLE,
    ),
    _on(
        "call_meeting", _MEETINGS, "召集会商（表单 meeting_call）", call_meeting, "Meeting", *_ACT, NotLeading, *_TIME,
    ),
    _on(
        "answer_meeting", f"{_ONE_MEETING}/answer", "答复会商（表单 meeting_answer）", answer_meeting, "Meeting",
        *_MEETING, meeting_rules.NotInvited, meeting_rules.AnswerLate,
    ),
    _on(
        "move_meeting", f"{_ONE_MEETING}/move", "会商改期（表单 meeting_move）", move_meeting, "Meeting", *_MEETING,
        NotLeading, *_TIME,
    ),
    _on(
        "cancel_meeting", f"{_ONE_MEETING}/cancel", "取消会商（表单 meeting_cancel）", cancel_meeting, "Meeting",
        *_MEETING, NotLeading,
    ),
    _on(
        "record_minutes", f"{_ONE_MEETING}/minutes", "出具会商纪要（表单 meeting_minutes）", record_minutes, "Meeting",
        *_MEETING, NotLeading, meeting_rules.MeetingNotYet, meeting_rules.MinutesStand, GlyphMissing,
        DocumentIncomplete, DepartmentUnknown,
    ),
    Operation(
        "list_joint_visits", "GET", _VISITS, "cases", "联合踏勘", list_joint_visits, ref("JointVisitList"),
        refusals=_TABLE,
    ),
    _on(
        "plan_joint_visit", _VISITS, "安排联合踏勘（表单 joint_visit_plan）", plan_joint_visit, "JointVisit", *_ACT,
        NotLeading, visit_rules.BranchNotVisitable, visit_rules.TooFewDepartments, visit_rules.NotWorkday,
        GlyphMissing, DocumentIncomplete, DepartmentUnknown,
    ),
    _on(
        "move_joint_visit", f"{_ONE_VISIT}/move", "联合踏勘改期（表单 joint_visit_move）", move_joint_visit,
        "JointVisit", *_VISIT, NotLeading, visit_rules.VisitBegun, visit_rules.NotWorkday, GlyphMissing,
        DocumentIncomplete, DocumentMissing, DepartmentUnknown,
    ),
    _on(
        "name_visitors", f"{_ONE_VISIT}/people", "更换踏勘人员（表单 joint_visit_people）", name_visitors,
        "JointVisit", *_VISIT, visit_rules.NotVisitor,
    ),
    _on(
        "record_joint_findings", f"{_ONE_VISIT}/findings", "记录踏勘情况（表单 joint_visit_findings）",
        record_joint_findings, "JointVisit", *_VISIT, visit_rules.NotVisitor, visit_rules.VisitNotYet,
        visit_rules.FindingsThere, visit_rules.BranchSettled, SodViolation, *FILES,
    ),
)  # fmt: skip
