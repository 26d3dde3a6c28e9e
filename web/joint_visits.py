"""联合踏勘 (6.2.2): the visits of several departments to one place, each department's findings, what may be done."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, make_response, render_template, url_for
from werkzeug.wrappers import Response as AnyResponse

from engine.casework.joint.seats import table_at, whose_files
from engine.casework.joint.visiting import preparing, rules
from engine.casework.joint.visiting.commands import (
    CancelJointVisit,
    JoinJointVisit,
    MoveJointVisit,
    NameVisitors,
    PlanJointVisit,
    RecordJointFindings,
)
from engine.casework.joint.visiting.handlers import LINES
from engine.casework.joint.visiting.preparing import visit_numbered, visitable, visits_of
from engine.casework.joint.visiting.rules import CONCLUSIONS, TIME_RUNS
from engine.foundation.errors import NotFound
from web.jointforms import Address, JointAct, carry_out, places_of, show_act, told_lines, told_names
from web.jointtold import accounts_of_visit, may_plan, told_visits
from web.security import page
from web.sessions import actor, door

blueprint = Blueprint("joint_visits", __name__)


class VisitActUnknown(NotFound):
    """联合踏勘没有这一办理事项，请从踏勘页面重新选择。"""

    code = "JOINT_VISIT_ACT_UNKNOWN"


NEW = JointAct(
    "new", "安排联合踏勘", "向申请人出具一份《联合踏勘告知书》；各部门到场后各自记录踏勘情况。", PlanJointVisit.action,
    preparing.PLAN, lambda case_no, number, answer: PlanJointVisit(case_no=case_no, answer=answer),
    lambda view, table, about: preparing.prepare_plan(view, table), lambda view, root_id, number: None,
)  # fmt: skip
ACTS: Mapping[str, JointAct] = {
    act.word: act
    for act in (
        JointAct(
            "findings", "记录踏勘情况", "只记录本部门的情况；记录后不能修改，再由本部门代表出具意见。",
            RecordJointFindings.action, preparing.FINDINGS,
            lambda case_no, number, answer: RecordJointFindings(case_no=case_no, number=number, answer=answer),
            preparing.prepare_findings, visit_numbered,
        ),
        JointAct(
            "people", "更换踏勘人员", "只更换本部门的人员；记录踏勘情况之前可以更换。", NameVisitors.action,
            preparing.PEOPLE,
            lambda case_no, number, answer: NameVisitors(case_no=case_no, number=number, answer=answer),
            preparing.prepare_people, visit_numbered,
        ),
        JointAct(
            "join", "增加踏勘部门", "同一时间同一地点一起踏勘；原告知书作废，重新出具一份；各部门收到通知。",
            JoinJointVisit.action, preparing.JOIN,
            lambda case_no, number, answer: JoinJointVisit(case_no=case_no, number=number, answer=answer),
            preparing.prepare_join, visit_numbered,
        ),
        JointAct(
            "move", "改期", "原告知书作废，重新出具一份；各部门收到通知。", MoveJointVisit.action, preparing.MOVE,
            lambda case_no, number, answer: MoveJointVisit(case_no=case_no, number=number, answer=answer),
            preparing.prepare_move, visit_numbered,
        ),
        JointAct(
            "cancel", "取消联合踏勘",
            "向申请人出具一份《联合踏勘取消告知书》，原告知书作废；各部门收到通知。取消后不能恢复，需要时另行安排；办理时限照常计算。",
            CancelJointVisit.action, preparing.CANCEL,
            lambda case_no, number, answer: CancelJointVisit(case_no=case_no, number=number, answer=answer),
            preparing.prepare_cancel, visit_numbered,
        ),
    )
}  # fmt: skip


@blueprint.get("/cases/<case_no>/joint/visits")
@page(action="case.see")
def listing(case_no: str) -> AnyResponse:
    """List the joint visits, the newest first."""
    with door().read(actor(), action="case.see") as view:
        table = table_at(view, case_no)
        rows = told_visits(view, table, visits_of(view, table.root_id))
        places, branches = places_of(view), {one.key: one.name for one in table.branches}
        plannable = may_plan(view, table) and bool(visitable(view, table))
    door().note_view(actor(), f"办件 {table.case.case_no} 的联合踏勘")
    html = render_template(
        "joint/visits.html", case=table.case, seen=table.seen, rows=rows[::-1], places=places, branches=branches,
        plannable=plannable, time_runs=TIME_RUNS, conclusions=CONCLUSIONS,
    )  # fmt: skip
    return make_response(html)


@blueprint.get("/cases/<case_no>/joint/visits/new")
@page(action="case.see")
def ask(case_no: str) -> AnyResponse:
    """Ask when, where, and who looks at what."""
    return show_act(NEW, _new(case_no))


@blueprint.post("/cases/<case_no>/joint/visits/new")
@page(action="case.see")
def plan(case_no: str) -> AnyResponse:
    """Plan the visit."""
    return carry_out(NEW, _new(case_no))


@blueprint.get("/cases/<case_no>/joint/visits/<int:number>")
@page(action="case.see")
def show(case_no: str, number: int) -> AnyResponse:
    """Show one visit and what each department found."""
    return _visit_page(case_no, number, "joint/visit.html")


@blueprint.get("/cases/<case_no>/joint/visits/<int:number>/print")
@page(action="case.see")
def sheet(case_no: str, number: int) -> AnyResponse:
    """Show the visit as a sheet to be printed: with room for the pen where nothing was found yet."""
    return _visit_page(case_no, number, "joint/visit_sheet.html")


@blueprint.get("/cases/<case_no>/joint/visits/<int:number>/<act>")
@page(action="case.see")
def ask_act(case_no: str, number: int, act: str) -> AnyResponse:
    """Show the form of an act."""
    return show_act(_act(act), _about(case_no, number, act))


@blueprint.post("/cases/<case_no>/joint/visits/<int:number>/<act>")
@page(action="case.see")
def do_act(case_no: str, number: int, act: str) -> AnyResponse:
    """Carry an act out."""
    return carry_out(_act(act), _about(case_no, number, act))


def _visit_page(case_no: str, number: int, template: str) -> AnyResponse:
    with door().read(actor(), action="case.see") as view:
        table = table_at(view, case_no)
        [told] = told_visits(view, table, [visit_numbered(view, table.root_id, number)])
        told_with: dict[str, Any] = {
            "places": places_of(view), "names": told_names(view, accounts_of_visit(told.visit)),
            "branches": {one.key: one.name for one in table.branches}, "open_files": whose_files(view, table),
            "entries": told_lines(view, table.case, LINES, "visit", number),
        }  # fmt: skip
    door().note_view(actor(), f"办件 {table.case.case_no} 的第 {number} 次联合踏勘")
    html = render_template(
        template, case=table.case, seen=table.seen, told=told, acts=ACTS, visit=told.visit, conclusions=CONCLUSIONS,
        time_runs=rules.TIME_RUNS, **told_with,
    )  # fmt: skip
    return make_response(html)


def _act(word: str) -> JointAct:
    if word not in ACTS:
        raise VisitActUnknown
    return ACTS[word]


def _new(case_no: str) -> Address:
    return Address(
        case_no, 0, url_for("joint_visits.plan", case_no=case_no), url_for("joint_visits.listing", case_no=case_no),
        lambda outcome: url_for("joint_visits.show", case_no=case_no, number=outcome["number"]),
    )  # fmt: skip


def _about(case_no: str, number: int, act: str) -> Address:
    back = url_for("joint_visits.show", case_no=case_no, number=number)
    url = url_for("joint_visits.do_act", case_no=case_no, number=number, act=act)
    return Address(case_no, number, url, back, lambda outcome: back)
