"""会商: called, answered, moved, cancelled, and written down in minutes (6.2.2, T081)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from engine.casework.cases.letters import letter
from engine.casework.joint.meeting import preparing, queries, rules
from engine.casework.joint.meeting.commands import (
    AnswerMeeting,
    CallMeeting,
    CancelMeeting,
    MoveMeeting,
    OnMeeting,
    RecordMinutes,
)
from engine.casework.joint.meeting.preparing import meeting_numbered, meetings_of, minutes_paper
from engine.casework.joint.meeting.queries import Meeting, Minutes, Party
from engine.casework.joint.seats import (
    MEETING,
    Table,
    checked_answer,
    in_one_line,
    led_table,
    local_moment,
    minute_text,
    own_places,
    people_of,
    running_table,
    tell,
)
from engine.foundation.errors import InvalidFields
from engine.foundation.journal.tags import tag
from engine.foundation.store.commands import Command, Handler
from engine.foundation.store.unit import Unit
from engine.process.documents.issuing import issue, refuse_missing_glyphs
from engine.process.documents.rules import Document
from engine.registry.identity.queries import names_of
from engine.registry.organisation.queries import departments

CALLED = tag("joint.meeting_called", "召集第 {meeting} 次会商：{at}，{place}，邀请{names}")
ANSWERED = tag("joint.meeting_answered", "{department_name}答复第 {meeting} 次会商：{answer_name}{reason}")
MOVED = tag("joint.meeting_moved", "第 {meeting} 次会商改为 {at}，{place}，理由：{reason}")
CANCELLED = tag("joint.meeting_cancelled", "取消第 {meeting} 次会商，理由：{reason}")
MINUTED = tag("joint.meeting_minuted", "出具第 {meeting} 次会商的纪要 {number}；缺席：{absent}")

LINES = (CALLED, ANSWERED, MOVED, CANCELLED, MINUTED)
"""Every line that a case's journal has about meetings."""


def call(command: CallMeeting, unit: Unit) -> Mapping[str, Any]:
    """Call a meeting and tell every department that is invited.

    Raises CaseMissing, NoReview, NotLeading, ReviewOver, InvalidFields, MeetingInPast, MeetingsOverlap.
    """
    table = led_table(unit, command.case_no, "召集会商")
    said = checked_answer(command, preparing.CALL, preparing.prepare_call(unit, table))
    at, lasts = local_moment(said["at"]), int(said["lasts"])
    others = meetings_of(unit, table.root_id)
    rules.refuse_time(at, lasts, unit.now, others, minute_text)
    agenda = [in_one_line(row["item"]) for row in said["agenda"]]
    refuse_missing_glyphs(said["place"], *agenda)
    number = len(others) + 1
    lead = Party(table.review.lead, True, "attend", "", unit.actor.account, unit.actor.account, unit.now)
    values = {"number": number, "at": at, "lasts": lasts, "place": said["place"], "agenda": agenda}
    parties = [lead, *(Party(key, False) for key in said["departments"])]
    queries.put_meeting(unit, table.root_id, values, parties)
    named = departments(unit.connection)
    unit.record(
        CALLED, table.root_id, meeting=number, at=minute_text(at), place=said["place"], agenda=agenda, lasts=lasts,
        departments=list(said["departments"]),
        names="、".join(named[key].short_name for key in said["departments"]),
    )  # fmt: skip
    told = f"第 {number} 次会商定于 {minute_text(at)} 在{said['place']}召开，请答复是否参加。"
    for key in said["departments"]:
        tell(unit, table.root_id, MEETING, key, told)
    return {"case_no": command.case_no, "number": number}


def answer(command: AnswerMeeting, unit: Unit) -> Mapping[str, Any]:
    """Keep whether a department comes and with whom; it may answer otherwise until the meeting begins.

    Raises CaseMissing, NoReview, ReviewOver, MeetingMissing, MeetingSettled, NotInvited, AnswerLate, InvalidFields.
    """
    table = running_table(unit, command.case_no, "答复会商")
    meeting = _called(unit, table, command, "答复")
    if not own_places(unit) & set(meeting.invited):
        raise rules.NotInvited(number=meeting.number)
    if meeting.at <= unit.now:
        raise rules.AnswerLate(number=meeting.number, at=minute_text(meeting.at))
    said = checked_answer(command, preparing.ANSWER, preparing.prepare_answer(unit, table, meeting))
    place, comes = said["department"], said["answer"] == "attend"
    attendee = said["attendee"] if comes else None
    if comes and attendee not in {one.account for one in people_of(unit, (place,))}:
        raise InvalidFields({"attendee": "请选择本部门的人员参加"})
    reason = "" if comes else said["reason"]
    why = f"（{reason}）" if reason else ""
    queries.set_answer(
        unit, table.root_id, meeting.number, place, answer=said["answer"], attendee=attendee, reason=reason
    )
    name = departments(unit.connection)[place].short_name
    answer_name = rules.ANSWERS[said["answer"]]
    unit.record(
        ANSWERED, table.root_id, meeting=meeting.number, department=place, department_name=name,
        answer=said["answer"], answer_name=answer_name, attendee=attendee or "", reason=why,
    )  # fmt: skip
    sentence = f"{name}答复第 {meeting.number} 次会商：{answer_name}{why}。"
    tell(unit, table.root_id, MEETING, table.review.lead, sentence, lead=True)
    return {"case_no": command.case_no, "number": meeting.number}


def move(command: MoveMeeting, unit: Unit) -> Mapping[str, Any]:
    """Move a meeting; everybody is told why and answers anew.

    Raises CaseMissing, NoReview, NotLeading, ReviewOver, MeetingMissing, MeetingSettled, InvalidFields, MeetingInPast,
    MeetingsOverlap.
    """
    table = led_table(unit, command.case_no, "改动会商")
    meeting = _called(unit, table, command, "改期")
    said = checked_answer(command, preparing.MOVE, preparing.prepare_move(unit, table, meeting))
    at, lasts = local_moment(said["at"]), int(said["lasts"])
    if (at, lasts, said["place"]) == (meeting.at, meeting.lasts, meeting.place):
        raise InvalidFields({"at": "时间和地点都没有改变，请改为新的时间或者地点"})
    others = [one for one in meetings_of(unit, table.root_id) if one.number != meeting.number]
    rules.refuse_time(at, lasts, unit.now, others, minute_text)
    refuse_missing_glyphs(said["place"])
    _change(unit, table, meeting, said["reason"], at=at, lasts=lasts, place=said["place"])
    queries.forget_answers(unit, table.root_id, meeting.number)
    unit.record(
        MOVED, table.root_id, meeting=meeting.number, at=minute_text(at), place=said["place"], lasts=lasts,
        reason=said["reason"],
    )  # fmt: skip
    told = f"第 {meeting.number} 次会商改为 {minute_text(at)}，{said['place']}（{said['reason']}）"
    _tell_invited(unit, table, meeting, f"{told}，请重新答复是否参加。")
    return {"case_no": command.case_no, "number": meeting.number}


def cancel(command: CancelMeeting, unit: Unit) -> Mapping[str, Any]:
    """Cancel a meeting; everybody is told why.

    Raises CaseMissing, NoReview, NotLeading, ReviewOver, MeetingMissing, MeetingSettled, InvalidFields.
    """
    table = led_table(unit, command.case_no, "取消会商")
    meeting = _called(unit, table, command, "取消")
    said = checked_answer(command, preparing.CANCEL, preparing.prepare_cancel(unit, table, meeting))
    _change(unit, table, meeting, said["reason"], state="cancelled")
    unit.record(CANCELLED, table.root_id, meeting=meeting.number, reason=said["reason"])
    _tell_invited(unit, table, meeting, f"第 {meeting.number} 次会商已取消：{said['reason']}。")
    return {"case_no": command.case_no, "number": meeting.number}


def record_minutes(command: RecordMinutes, unit: Unit) -> Mapping[str, Any]:
    """Write down who came and what was said and agreed, and issue it as a document.

    Minutes that hold are not written over: only after their document was made void they may be written anew.  Raises
    CaseMissing, NoReview, NotLeading, ReviewOver, MeetingMissing, MeetingSettled, MeetingNotYet, MinutesStand,
    InvalidFields and what ``issue`` raises.
    """
    table = led_table(unit, command.case_no, "出具会商纪要")
    meeting = meeting_numbered(unit, table.root_id, command.number)
    if meeting.state == "cancelled":
        raise rules.MeetingSettled(number=meeting.number, state=rules.STATES[meeting.state], what="出具纪要")
    if unit.now < meeting.at:
        raise rules.MeetingNotYet(number=meeting.number, at=minute_text(meeting.at))
    if paper := minutes_paper(unit, table.root_id, meeting):
        raise rules.MinutesStand(number=meeting.number, document=paper[1])
    said = checked_answer(command, preparing.MINUTES, preparing.prepare_minutes(unit, table, meeting))
    attendance = _attendance(unit, meeting, said["attendance"])
    points = [in_one_line(row["point"]) for row in said["points"] if row["point"]]
    document = _issue(unit, table, meeting, said, attendance, points)
    queries.put_minutes(unit, table.root_id, meeting.number, Minutes(
        len(meeting.minutes) + 1, said["host"], tuple(attendance), tuple(said["discussion"]), tuple(points),
        document.id, document.number, unit.actor.account, unit.now,
    ))  # fmt: skip
    queries.set_meeting(unit, table.root_id, meeting.number, state="held")
    named = departments(unit.connection)
    absent = [named[key].short_name for key in rules.absent_departments(attendance)]
    unit.record(
        MINUTED, table.root_id, meeting=meeting.number, document=document.id, number=document.number,
        absent="、".join(absent) or "无", points=points,
        attendance=[f"{row['department']}/{row['account'] or ''}/{row['attendance']}" for row in attendance],
    )  # fmt: skip
    told = f"第 {meeting.number} 次会商的纪要已出具（{document.number}）"
    _tell_invited(unit, table, meeting, f"{told}。{rules.NO_CONSENT}")
    return {"case_no": command.case_no, "number": meeting.number, "document_id": document.id}


def _called(unit: Unit, table: Table, command: OnMeeting, what: str) -> Meeting:
    meeting = meeting_numbered(unit, table.root_id, command.number)
    if meeting.state != "called":
        raise rules.MeetingSettled(number=meeting.number, state=rules.STATES[meeting.state], what=what)
    return meeting


def _change(unit: Unit, table: Table, meeting: Meeting, reason: str, **values: Any) -> None:
    by = {"reason": reason, "changed_by": unit.actor.account, "changed_at": unit.now}
    queries.set_meeting(unit, table.root_id, meeting.number, **by, **values)


def _tell_invited(unit: Unit, table: Table, meeting: Meeting, sentence: str) -> None:
    for key in meeting.invited:
        tell(unit, table.root_id, MEETING, key, sentence)


def _attendance(unit: Unit, meeting: Meeting, rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return the attendance with names; raise InvalidFields for strangers, people twice, departments left out."""
    named = departments(unit.connection)
    people = people_of(unit, tuple(one.department for one in meeting.parties))
    errors = rules.attendance_errors(rows, meeting.parties, people, {key: one.name for key, one in named.items()})
    if errors:
        raise InvalidFields(errors)
    names = names_of(unit.connection, {row["account"] for row in rows if row["account"]})
    return [{**row, "person": names.get(row["account"] or "", "")} for row in rows]


def _issue(
    unit: Unit, table: Table, meeting: Meeting, said: Mapping[str, Any], attendance: Sequence[Mapping[str, Any]],
    points: Sequence[str],
) -> Document:  # fmt: skip
    named = departments(unit.connection)
    rows = [
        {
            "department": named[row["department"]].name, "person": row["person"] or "—",
            "attendance": rules.ATTENDANCE[row["attendance"]], "note": row["note"] or "—",
        }
        for row in attendance
    ]  # fmt: skip
    discussion = "\n".join(
        f"议题{place}：{row['agenda']}\n{row['said']}" for place, row in enumerate(said["discussion"], 1)
    )
    told = letter(
        unit, table.case, "joint_minutes", meeting=meeting.number, held_at=meeting.at, place=meeting.place,
        host=said["host"], rows=rows, discussion=discussion,
        points="\n".join(f"{place}. {one}" for place, one in enumerate(points, 1)),
    )  # fmt: skip
    return issue(unit, table.root_id, "joint_minutes", told)


HANDLERS: Mapping[type[Command], Handler] = {
    CallMeeting: call,
    AnswerMeeting: answer,
    MoveMeeting: move,
    CancelMeeting: cancel,
    RecordMinutes: record_minutes,
}
"""The commands about meetings."""
