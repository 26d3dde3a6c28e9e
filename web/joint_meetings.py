"""会商 (6.2.2, T081): the meetings of a joint review, one with its answers and minutes, what may be done."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, make_response, render_template, url_for
from werkzeug.wrappers import Response as AnyResponse

from engine.casework.joint.meeting import preparing
from engine.casework.joint.meeting.commands import (
    AnswerMeeting,
    CallMeeting,
    CancelMeeting,
    MoveMeeting,
    RecordMinutes,
)
from engine.casework.joint.meeting.handlers import LINES
from engine.casework.joint.meeting.preparing import meeting_numbered, meetings_of
from engine.casework.joint.meeting.rules import ANSWERS, ATTENDANCE, NO_CONSENT
from engine.casework.joint.seats import table_at
from engine.foundation.errors import NotFound
from web.jointforms import Address, JointAct, carry_out, places_of, show_act, told_lines, told_names
from web.jointtold import accounts_of_meeting, may_call, told_meetings
from web.security import page
from web.sessions import actor, door

blueprint = Blueprint("joint_meetings", __name__)


class MeetingActUnknown(NotFound):
    """会商没有这一办理事项，请从会商页面重新选择。"""

    code = "MEETING_ACT_UNKNOWN"


NEW = JointAct(
    "new", "召集会商", "受邀部门的审查员和业务负责人收到通知，答复是否参加。", CallMeeting.action, preparing.CALL,
    lambda case_no, number, answer: CallMeeting(case_no=case_no, answer=answer),
    lambda view, table, about: preparing.prepare_call(view, table), lambda view, root_id, number: None,
)  # fmt: skip
ACTS: Mapping[str, JointAct] = {
    act.word: act
    for act in (
        JointAct(
            "answer", "答复会商", "会商开始之前可以改变答复。不能参加不视为同意。", AnswerMeeting.action,
            preparing.ANSWER,
            lambda case_no, number, answer: AnswerMeeting(case_no=case_no, number=number, answer=answer),
            preparing.prepare_answer, meeting_numbered,
        ),
        JointAct(
            "minutes", "登记出席并出具纪要", "纪要作为文书出具，有编号；出具后不能修改，有误的作废后重新登记。",
            RecordMinutes.action, preparing.MINUTES,
            lambda case_no, number, answer: RecordMinutes(case_no=case_no, number=number, answer=answer),
            preparing.prepare_minutes, meeting_numbered,
        ),
        JointAct(
            "move", "改期", "受邀部门收到通知，重新答复是否参加。", MoveMeeting.action, preparing.MOVE,
            lambda case_no, number, answer: MoveMeeting(case_no=case_no, number=number, answer=answer),
            preparing.prepare_move, meeting_numbered,
        ),
        JointAct(
            "cancel", "取消会商", "受邀部门收到通知；取消后不能恢复，需要时另行召集。", CancelMeeting.action,
            preparing.CANCEL,
            lambda case_no, number, answer: CancelMeeting(case_no=case_no, number=number, answer=answer),
            preparing.prepare_cancel, meeting_numbered,
        ),
    )
}  # fmt: skip


@blueprint.get("/cases/<case_no>/joint/meetings")
@page(action="case.see")
def listing(case_no: str) -> AnyResponse:
    """List the meetings of the review, the newest first."""
    with door().read(actor(), action="case.see") as view:
        table = table_at(view, case_no)
        rows = told_meetings(view, table, meetings_of(view, table.root_id))
        callable_ = may_call(view, table)
    door().note_view(actor(), f"办件 {table.case.case_no} 的会商")
    html = render_template(
        "joint/meetings.html", case=table.case, seen=table.seen, rows=rows[::-1], callable=callable_,
        no_consent=NO_CONSENT,
    )  # fmt: skip
    return make_response(html)


@blueprint.get("/cases/<case_no>/joint/meetings/new")
@page(action="case.see")
def ask(case_no: str) -> AnyResponse:
    """Ask when, where, about what and with whom."""
    return show_act(NEW, _new(case_no))


@blueprint.post("/cases/<case_no>/joint/meetings/new")
@page(action="case.see")
def call(case_no: str) -> AnyResponse:
    """Call the meeting."""
    return carry_out(NEW, _new(case_no))


@blueprint.get("/cases/<case_no>/joint/meetings/<int:number>")
@page(action="case.see")
def show(case_no: str, number: int) -> AnyResponse:
    """Show one meeting: who answered what, and afterwards who came and what was agreed."""
    return _meeting_page(case_no, number, "joint/meeting.html")


@blueprint.get("/cases/<case_no>/joint/meetings/<int:number>/print")
@page(action="case.see")
def sheet(case_no: str, number: int) -> AnyResponse:
    """Show the meeting as a sheet to be printed."""
    return _meeting_page(case_no, number, "joint/meeting_sheet.html")


@blueprint.get("/cases/<case_no>/joint/meetings/<int:number>/<act>")
@page(action="case.see")
def ask_act(case_no: str, number: int, act: str) -> AnyResponse:
    """Show the form of an act."""
    return show_act(_act(act), _about(case_no, number, act))


@blueprint.post("/cases/<case_no>/joint/meetings/<int:number>/<act>")
@page(action="case.see")
def do_act(case_no: str, number: int, act: str) -> AnyResponse:
    """Carry an act out."""
    return carry_out(_act(act), _about(case_no, number, act))


def _meeting_page(case_no: str, number: int, template: str) -> AnyResponse:
    with door().read(actor(), action="case.see") as view:
        table = table_at(view, case_no)
        [told] = told_meetings(view, table, [meeting_numbered(view, table.root_id, number)])
        told_with: dict[str, Any] = {
            "places": places_of(view), "names": told_names(view, accounts_of_meeting(told.meeting)),
            "entries": told_lines(view, table.case, LINES, "meeting", number),
        }  # fmt: skip
    door().note_view(actor(), f"办件 {table.case.case_no} 的第 {number} 次会商")
    html = render_template(
        template, case=table.case, seen=table.seen, told=told, acts=ACTS, meeting=told.meeting, answers=ANSWERS,
        attendance=ATTENDANCE, no_consent=NO_CONSENT, **told_with,
    )  # fmt: skip
    return make_response(html)


def _act(word: str) -> JointAct:
    if word not in ACTS:
        raise MeetingActUnknown
    return ACTS[word]


def _new(case_no: str) -> Address:
    return Address(
        case_no, 0, url_for("joint_meetings.call", case_no=case_no), url_for("joint_meetings.listing", case_no=case_no),
        lambda outcome: url_for("joint_meetings.show", case_no=case_no, number=outcome["number"]),
    )  # fmt: skip


def _about(case_no: str, number: int, act: str) -> Address:
    back = url_for("joint_meetings.show", case_no=case_no, number=number)
    url = url_for("joint_meetings.do_act", case_no=case_no, number=number, act=act)
    return Address(case_no, number, url, back, lambda outcome: back)
