"""联合踏勘 (6.2.2, 4.2.2d) over the API: one day, one place, one notice for several departments."""

from __future__ import annotations

from typing import Any

from engine.casework.joint.seats import NotLeading, Table, table_at, whose_files
from engine.casework.joint.visiting import rules as visit_rules
from engine.casework.joint.visiting.commands import (
    CancelJointVisit,
    JoinJointVisit,
    MoveJointVisit,
    NameVisitors,
    OnVisit,
    PlanJointVisit,
    RecordJointFindings,
)
from engine.casework.joint.visiting.preparing import visit_numbered, visits_of
from engine.casework.joint.visiting.rules import CONCLUSIONS
from engine.process.documents.rules import DocumentIncomplete, DocumentMissing, GlyphMissing
from engine.registry.identity.reading import Reading
from engine.registry.identity.rules import SodViolation
from engine.registry.organisation.queries import DepartmentUnknown
from web.api.contract import Call, Operation, Reply
from web.api.groups import FILES
from web.api.routes.together import ACT, PAPER, TABLE, act_on, carried_out, links_of, paper_of, place_in
from web.api.schema import Schema, day, flag, listed, maybe, moment, record, ref, text, whole
from web.api.shapes.common import (
    coded,
    day_text,
    maybe_coded,
    maybe_person,
    moment_text,
    named,
    people,
    places,
)
from web.jointtold import (
    ToldVisit,
    accounts_of_visit,
    told_visits,
)

SCHEMAS: dict[str, Schema] = {
    "JointVisit": record(
        {
            "number": whole("第几次联合踏勘"), **coded("state", visit_rules.STATES, "状态"),
            "visit_on": day("踏勘日期"), "time": text("到场时间"), "place": text("地点"),
            "prepare": text("请申请人准备"), "contact": text("联系人"), "contact_phone": text("联系人电话"),
            **maybe_person("planned_by", "安排人"), "moved_reason": text("改期的理由"),
            "cancelled_reason": text("取消的理由"), **maybe_person("cancelled_by", "取消人"),
            "cancelled_at": maybe(moment("取消时间")),
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
            "document": PAPER, "links": ref("Links"),
        },
        about="联合踏勘：不停止计时",
    ),
    "JointVisitList": record(
        {"case_no": text("办件编号"), "visits": listed(ref("JointVisit")), "links": ref("Links")}
    ),
}  # fmt: skip


def list_joint_visits(call: Call, case_no: str) -> Reply:
    """Return the joint visits of a review, the first one first."""
    with call.door.read(call.actor, action="case.see") as view:
        table = table_at(view, case_no)
        told = told_visits(view, table, visits_of(view, table.root_id))
        found = _visits_json(view, table, told)
    call.door.note_view(call.actor, f"办件 {table.case.case_no} 的联合踏勘")
    return Reply({"case_no": case_no, "visits": found, "links": links_of(case_no)})


def plan_joint_visit(call: Call, case_no: str) -> Reply:
    """Plan a visit of several departments."""
    outcome = carried_out(call, PlanJointVisit(case_no=case_no, answer=call.body["answer"], partial=True))
    return _visit(call, case_no, outcome)


def move_joint_visit(call: Call, case_no: str, visit: str) -> Reply:
    """Move a visit; the notice is replaced."""
    return _on_visit(call, case_no, visit, MoveJointVisit)


def cancel_joint_visit(call: Call, case_no: str, visit: str) -> Reply:
    """Cancel a visit; the applicant is told in writing."""
    return _on_visit(call, case_no, visit, CancelJointVisit)


def join_joint_visit(call: Call, case_no: str, visit: str) -> Reply:
    """Let more branches take part in a visit; the notice is replaced."""
    return _on_visit(call, case_no, visit, JoinJointVisit)


def name_visitors(call: Call, case_no: str, visit: str) -> Reply:
    """Send other people of one's department."""
    return _on_visit(call, case_no, visit, NameVisitors)


def record_joint_findings(call: Call, case_no: str, visit: str) -> Reply:
    """Write down what one's department found."""
    return _on_visit(call, case_no, visit, RecordJointFindings)


def _on_visit(call: Call, case_no: str, visit: str, kind: type[OnVisit]) -> Reply:
    command = kind(case_no=case_no, number=place_in(visit), answer=call.body["answer"], partial=True)
    return _visit(call, case_no, carried_out(call, command))


def _visit(call: Call, case_no: str, outcome: Any) -> Reply:
    with call.door.read(call.actor, action="case.see") as view:
        table = table_at(view, case_no)
        one = visit_numbered(view, table.root_id, outcome["number"])
        [told] = _visits_json(view, table, told_visits(view, table, [one]))
    return Reply(told)


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
            "number": one.number, **named("state", each.state, visit_rules.STATES),
            "visit_on": day_text(one.visit_on), "time": one.time, "place": one.place, "prepare": one.prepare,
            "contact": one.contact, "contact_phone": one.contact_phone, **named("planned_by", one.planned_by, names),
            "moved_reason": one.moved_reason, "cancelled_reason": one.cancelled_reason,
            **named("cancelled_by", one.cancelled_by, names), "cancelled_at": moment_text(one.cancelled_at),
            "branches": branches, "document": paper_of(each.paper),
            "links": links_of(table.case.case_no),
        })  # fmt: skip
    return found


_VISIT = (*ACT, visit_rules.VisitMissing, visit_rules.VisitCancelled)
_NOTICE = (NotLeading, visit_rules.VisitBegun, GlyphMissing, DocumentIncomplete, DocumentMissing, DepartmentUnknown)
_VISITS, _ONE_VISIT = "/v1/cases/{case_no}/joint/visits", "/v1/cases/{case_no}/joint/visits/{visit}"


OPERATIONS = (
    Operation(
        "list_joint_visits", "GET", _VISITS, "cases", "联合踏勘", list_joint_visits, ref("JointVisitList"),
        refusals=TABLE,
    ),
    act_on(
        "plan_joint_visit", _VISITS, "安排联合踏勘（表单 joint_visit_plan）", plan_joint_visit, "JointVisit", *ACT,
        NotLeading, visit_rules.BranchNotVisitable, GlyphMissing, DocumentIncomplete, DepartmentUnknown,
    ),
    act_on(
        "move_joint_visit", f"{_ONE_VISIT}/move", "联合踏勘改期（表单 joint_visit_move）", move_joint_visit,
        "JointVisit", *_VISIT, *_NOTICE,
    ),
    act_on(
        "cancel_joint_visit", f"{_ONE_VISIT}/cancel", "取消联合踏勘（表单 joint_visit_cancel）", cancel_joint_visit,
        "JointVisit", *_VISIT, *_NOTICE,
    ),
    act_on(
        "join_joint_visit", f"{_ONE_VISIT}/join", "联合踏勘增加分支（表单 joint_visit_join）", join_joint_visit,
        "JointVisit", *_VISIT, *_NOTICE, visit_rules.VisitPast, visit_rules.BranchNotVisitable,
    ),
    act_on(
        "name_visitors", f"{_ONE_VISIT}/people", "更换踏勘人员（表单 joint_visit_people）", name_visitors,
        "JointVisit", *_VISIT, visit_rules.NotVisitor,
    ),
    act_on(
        "record_joint_findings", f"{_ONE_VISIT}/findings", "记录踏勘情况（表单 joint_visit_findings）",
        record_joint_findings, "JointVisit", *_VISIT, visit_rules.NotVisitor, visit_rules.VisitNotYet,
        visit_rules.FindingsThere, visit_rules.BranchSettled, SodViolation, *FILES,
    ),
)  # fmt: skip
