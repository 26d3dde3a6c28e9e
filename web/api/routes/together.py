"""会商 (6.2.2) over the API, and what it shares with 联合踏勘: acts that are answers to a form."""

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
from engine.casework.joint.seats import NotLeading, ReviewOver, Table, table_at
from engine.foundation.store.unit import RootMissing
from engine.process.documents.rules import DocumentIncomplete, GlyphMissing
from engine.registry.identity.reading import Reading
from engine.registry.identity.rules import NotYourAction
from engine.registry.organisation.queries import DepartmentUnknown
from web.api.contract import Call, Operation, Reply
from web.api.schema import Schema, closed, flag, listed, maybe, moment, record, ref, text, whole
from web.api.shapes.common import (
    coded,
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
    accounts_of_meeting,
    told_meetings,
)

PAPER = maybe(record({"id": text("文书标识"), "number": text("文书号")}, about="现行有效的文书；没有的为空"))

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
            "document": PAPER, "links": ref("Links"),
        },
        about="会商（6.2.2）",
    ),
    "MeetingList": record(
        {"case_no": text("办件编号"), "meetings": listed(ref("Meeting")), "links": ref("Links")}
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
    return Reply({"case_no": case_no, "meetings": found, "links": links_of(case_no)})


def call_meeting(call: Call, case_no: str) -> Reply:
    """Call a meeting."""
    outcome = carried_out(call, CallMeeting(case_no=case_no, answer=call.body["answer"], partial=True))
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


def carried_out(call: Call, command: Any) -> Any:
    """Execute a command about a case within sight, by the key of the call; return its outcome."""
    with call.door.read(call.actor, action=command.action) as view:
        table_at(view, command.case_no)  # a case out of sight is not found, before it is locked
    return call.door.execute(command, call.actor, key=call.key)


def _on_meeting(call: Call, case_no: str, meeting: str, kind: type[OnMeeting]) -> Reply:
    command = kind(case_no=case_no, number=place_in(meeting), answer=call.body["answer"], partial=True)
    return _meeting(call, case_no, carried_out(call, command))


def place_in(text: str) -> int:
    """Return the number in an address; what is none is the number of nothing."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 5 else 0


def _meeting(call: Call, case_no: str, outcome: Any) -> Reply:
    with call.door.read(call.actor, action="case.see") as view:
        table = table_at(view, case_no)
        one = meeting_numbered(view, table.root_id, outcome["number"])
        [told] = _meetings_json(view, table, told_meetings(view, table, [one]))
    return Reply(told)


def links_of(case_no: str) -> dict[str, str]:
    """Return where the case, its meetings and its visits are."""
    path = f"/cases/{case_no}"
    return links(case=path, meetings=f"{path}/joint/meetings", visits=f"{path}/joint/visits")


def paper_of(paper: tuple[str, str] | None) -> dict[str, str] | None:
    """Return a document as it is told, or None."""
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
        "document": paper_of(told.paper), "links": links_of(case_no),
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


TABLE = (NotYourAction, CaseMissing, NoReview)
ACT = (*TABLE, RootMissing, ReviewOver)
_MEETING = (*ACT, meeting_rules.MeetingMissing, meeting_rules.MeetingSettled)
_TIME = (meeting_rules.MeetingInPast, meeting_rules.MeetingsOverlap, GlyphMissing)
_MEETINGS, _ONE_MEETING = "/v1/cases/{case_no}/joint/meetings", "/v1/cases/{case_no}/joint/meetings/{meeting}"


def act_on(id: str, path: str, summary: str, view: Any, answer: str, *refusals: Any) -> Operation:
    """Return the operation of one act: its body is the answer to a form, its reply the schema ``answer``."""
    return Operation(
        id, "POST", path, "cases", summary, view, ref(answer), body=ref("JointAnswerBody"), refusals=refusals,
        status=201 if path.endswith(("/meetings", "/visits")) else 200,
    )  # fmt: skip


OPERATIONS = (
    Operation(
        "list_meetings", "GET", _MEETINGS, "cases", "会商与纪要", list_meetings, ref("MeetingList"),
        refusals=TABLE,
    ),
    act_on(
        "call_meeting", _MEETINGS, "召集会商（表单 meeting_call）", call_meeting, "Meeting", *ACT, NotLeading, *_TIME,
    ),
    act_on(
        "answer_meeting", f"{_ONE_MEETING}/answer", "答复会商（表单 meeting_answer）", answer_meeting, "Meeting",
        *_MEETING, meeting_rules.NotInvited, meeting_rules.AnswerLate,
    ),
    act_on(
        "move_meeting", f"{_ONE_MEETING}/move", "会商改期（表单 meeting_move）", move_meeting, "Meeting", *_MEETING,
        NotLeading, *_TIME,
    ),
    act_on(
        "cancel_meeting", f"{_ONE_MEETING}/cancel", "取消会商（表单 meeting_cancel）", cancel_meeting, "Meeting",
        *_MEETING, NotLeading,
    ),
    act_on(
        "record_minutes", f"{_ONE_MEETING}/minutes", "出具会商纪要（表单 meeting_minutes）", record_minutes, "Meeting",
        *_MEETING, NotLeading, meeting_rules.MeetingNotYet, meeting_rules.MinutesStand, GlyphMissing,
        DocumentIncomplete, DepartmentUnknown,
    ),
)  # fmt: skip
