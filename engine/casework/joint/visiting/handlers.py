"""联合踏勘: planned by one notice, moved by another in its place, looked at by each department (6.2.2, 4.2.2d)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from engine.casework.cases.file import queries as records
from engine.casework.cases.letters import letter
from engine.casework.cases.receiving import digests_in
from engine.casework.joint import rules as joint_rules
from engine.casework.joint.papers import replace_paper, withdraw_paper
from engine.casework.joint.queries import BranchRow
from engine.casework.joint.rules import GOING
from engine.casework.joint.seats import (
    VISIT,
    Table,
    checked_answer,
    in_one_line,
    led_table,
    own_places,
    people_of,
    running_table,
    tell,
)
from engine.casework.joint.visiting import preparing, queries, rules
from engine.casework.joint.visiting.choosing import chosen_of, day_errors, looked_at, people_errors, sent, told_of
from engine.casework.joint.visiting.commands import (
    CancelJointVisit,
    JoinJointVisit,
    MoveJointVisit,
    NameVisitors,
    OnVisit,
    PlanJointVisit,
    RecordJointFindings,
)
from engine.casework.joint.visiting.preparing import notice_of, planned_keys, visit_numbered, visits_of
from engine.casework.joint.visiting.queries import JointVisit, Looked
from engine.foundation.blobs.queries import take_uploads
from engine.foundation.clock import city_date
from engine.foundation.errors import InvalidFields
from engine.foundation.journal.tags import tag
from engine.foundation.store.commands import Command, Handler
from engine.foundation.store.unit import Unit
from engine.process.documents.issuing import issue
from engine.process.documents.queries import voids_of
from engine.process.tasks.queries import parts_played
from engine.registry.identity.rules import refuse_double_part
from engine.registry.organisation.queries import departments

PLANNED = tag("joint.visit_planned", "安排第 {visit} 次联合踏勘：{on} {time}，{names}（踏勘期间计时不停）")
MOVED = tag("joint.visit_moved", "第 {visit} 次联合踏勘改为 {on} {time}，理由：{reason}")
CANCELLED = tag("joint.visit_cancelled", "取消第 {visit} 次联合踏勘（原定 {on} {time}），理由：{reason}")
JOINED = tag("joint.visit_joined", "{names}加入第 {visit} 次联合踏勘")
NAMED = tag("joint.visitors_named", "{department_name}更换第 {visit} 次联合踏勘的人员：{names}")
FOUND = tag("joint.visit_found", "{department_name}记录第 {visit} 次联合踏勘：“{name}”{conclusion_name}{again}")

NOTICE, CANCEL_NOTICE = "joint_visit_notice", "joint_visit_cancel_notice"
"""What the applicant is told by: that there will be a visit, and that there will be none."""

LINES = (PLANNED, MOVED, CANCELLED, JOINED, NAMED, FOUND)
"""Every line that a case's journal has about joint visits."""


def plan(command: PlanJointVisit, unit: Unit) -> Mapping[str, Any]:
    """Plan a visit of several departments and issue the one notice about it.

    Raises CaseMissing, NoReview, NotLeading, ReviewOver, BranchNotVisitable, InvalidFields and what ``issue`` raises.
    """
    table = led_table(unit, command.case_no, "安排联合踏勘")
    visits = visits_of(unit, table.root_id)
    _refuse_unvisitable(unit, table, command.answer, visits)

    def more(given: Mapping[str, Any]) -> dict[str, str]:
        few = rules.too_few(chosen_of(table, given), visits)
        return {**day_errors(unit, given), **({"branches": few} if few else {}), **people_errors(unit, table, given)}

    answer = checked_answer(command, preparing.PLAN, preparing.prepare_plan(unit, table), more)
    on = date.fromisoformat(answer["visit_on"])
    looked = looked_at(unit, table, answer)
    told = {name: answer[name] for name in ("time", "place", "prepare", "contact", "contact_phone")}
    document = issue(unit, table.root_id, NOTICE, _notice(unit, table, on, told, looked))
    number = len(visits) + 1
    paper = {"document_id": document.id, "document_number": document.number}
    queries.put_visit(unit, table.root_id, {"number": number, "visit_on": on, **told, **paper}, looked)
    unit.record(
        PLANNED, table.root_id, visit=number, on=on.isoformat(), time=told["time"], place=told["place"],
        document=document.id, **told_of(unit, looked),
    )  # fmt: skip
    when = f"{on.isoformat()} {told['time']} 在{told['place']}"
    _tell_all(unit, table, looked, f"第 {number} 次联合踏勘定于{when}，请踏勘人员准时到场，并记录本部门的踏勘情况。")
    return {"case_no": command.case_no, "number": number, "document_id": document.id}


def move(command: MoveJointVisit, unit: Unit) -> Mapping[str, Any]:
    """Move a visit of which nothing was found yet; another notice takes the place of the first.

    Raises CaseMissing, NoReview, NotLeading, ReviewOver, VisitMissing, VisitCancelled, VisitBegun, InvalidFields and
    what ``issue`` raises.
    """
    table = led_table(unit, command.case_no, "改动联合踏勘")
    visit = visit_numbered(unit, table.root_id, command.number)
    rules.refuse_begun(visit, "改期")
    context = preparing.prepare_move(unit, table, visit)
    said = checked_answer(command, preparing.MOVE, context, lambda given: day_errors(unit, given))
    on = date.fromisoformat(said["visit_on"])
    if (on, said["time"], said["place"]) == (visit.visit_on, visit.time, visit.place):
        raise InvalidFields({"visit_on": "时间和地点都没有改变，请改为新的日期、时间或者地点"})
    told = {
        "time": said["time"], "place": said["place"], "prepare": visit.prepare, "contact": visit.contact,
        "contact_phone": visit.contact_phone,
    }  # fmt: skip
    change = f"原定于{_day_text(visit)}的踏勘改期，原因：{in_one_line(said['reason']).rstrip('。')}"
    data = _notice(unit, table, on, told, visit.branches, change)
    document = replace_paper(unit, table.root_id, _notice_id(unit, table, visit), data, f"踏勘改期：{said['reason']}")
    queries.set_visit(
        unit, table.root_id, visit.number, visit_on=on, time=said["time"], place=said["place"],
        document_id=document.id, document_number=document.number, moved_reason=said["reason"],
        moved_by=unit.actor.account, moved_at=unit.now,
    )  # fmt: skip
    unit.record(
        MOVED, table.root_id, visit=visit.number, on=on.isoformat(), time=said["time"], place=said["place"],
        reason=said["reason"], document=document.id,
    )  # fmt: skip
    when = f"{on.isoformat()} {said['time']}，{said['place']}"
    _tell_all(unit, table, visit.branches, f"第 {visit.number} 次联合踏勘改为 {when}（{said['reason']}）。")
    return {"case_no": command.case_no, "number": visit.number, "document_id": document.id}


def cancel(command: CancelJointVisit, unit: Unit) -> Mapping[str, Any]:
    """Cancel a visit of which nothing was found yet: the applicant is told in writing, the notice is void.

    No branch owes findings of it any more, and each may be visited anew; no clock had stood still for it.  Raises
    CaseMissing, NoReview, NotLeading, ReviewOver, VisitMissing, VisitCancelled, VisitBegun, InvalidFields and what
    ``issue`` raises.
    """
    table = led_table(unit, command.case_no, "取消联合踏勘")
    visit = visit_numbered(unit, table.root_id, command.number)
    rules.refuse_begun(visit, "取消")
    said = checked_answer(command, preparing.CANCEL, preparing.prepare_cancel(unit, table, visit))
    standing = notice_of(visit, voids_of(unit.connection, table.root_id))
    reason = in_one_line(said["reason"]).rstrip("。")
    data = letter(
        unit, table.case, CANCEL_NOTICE, visit_on=visit.visit_on, time=visit.time, place=visit.place, reason=reason,
        notice_number=visit.document_number if standing is None else standing[1], contact=visit.contact,
        contact_phone=visit.contact_phone,
    )  # fmt: skip
    notice = issue(unit, table.root_id, CANCEL_NOTICE, data)
    withdraw_paper(unit, table.root_id, _notice_id(unit, table, visit), f"取消踏勘：{reason}", notice)
    queries.set_visit(
        unit, table.root_id, visit.number, cancelled_reason=reason, cancelled_by=unit.actor.account,
        cancelled_at=unit.now, cancel_document_id=notice.id, cancel_document_number=notice.number,
    )  # fmt: skip
    on = visit.visit_on.isoformat()
    unit.record(
        CANCELLED, table.root_id, visit=visit.number, on=on, time=visit.time, reason=reason, document=notice.id,
        branches=[one.branch for one in visit.branches],
    )  # fmt: skip
    told = f"第 {visit.number} 次联合踏勘（原定 {on} {visit.time}）已取消：{reason}。办理时限照常计算"
    _tell_all(unit, table, visit.branches, f"{told}，需要到场查看的，请与牵头部门商定另行安排。")
    return {"case_no": command.case_no, "number": visit.number, "document_id": notice.id}


def join(command: JoinJointVisit, unit: Unit) -> Mapping[str, Any]:
    """Let more branches take part in a visit of which nothing was found yet; another notice replaces the first.

    Raises CaseMissing, NoReview, NotLeading, ReviewOver, VisitMissing, VisitCancelled, VisitBegun, VisitPast,
    BranchNotVisitable, InvalidFields and what ``issue`` raises.
    """
    table = led_table(unit, command.case_no, "改动联合踏勘")
    visit = visit_numbered(unit, table.root_id, command.number)
    rules.refuse_begun(visit, "增加分支")
    if city_date(unit.now) > visit.visit_on:
        raise rules.VisitPast(number=visit.number, day=visit.visit_on.isoformat())
    _refuse_unvisitable(unit, table, command.answer, visits_of(unit, table.root_id))

    def more(given: Mapping[str, Any]) -> dict[str, str]:
        none = {} if chosen_of(table, given) else {"branches": "请至少勾选一个参加踏勘的分支"}
        return {**none, **people_errors(unit, table, given, fewest=1)}

    context = preparing.prepare_join(unit, table, visit)
    looked = looked_at(unit, table, checked_answer(command, preparing.JOIN, context, more))
    told = {name: getattr(visit, name) for name in ("time", "place", "prepare", "contact", "contact_phone")}
    who = told_of(unit, looked)
    data = _notice(unit, table, visit.visit_on, told, [*visit.branches, *looked], f"本次踏勘增加{who['names']}参加")
    reason = f"增加踏勘部门：{who['names']}"
    document = replace_paper(unit, table.root_id, _notice_id(unit, table, visit), data, reason)
    queries.set_visit(
        unit, table.root_id, visit.number, document_id=document.id, document_number=document.number
    )
    queries.add_looked(unit, table.root_id, visit.number, looked, len(visit.branches) + 1)
    unit.record(JOINED, table.root_id, visit=visit.number, document=document.id, **who)
    when = f"{visit.visit_on.isoformat()} {visit.time} 在{visit.place}"
    told_new = f"第 {visit.number} 次联合踏勘定于{when}，请踏勘人员准时到场，并记录本部门的踏勘情况。"
    _tell_all(unit, table, looked, told_new)
    _tell_all(unit, table, visit.branches, f"{who['names']}加入第 {visit.number} 次联合踏勘（{when}）。")
    return {"case_no": command.case_no, "number": visit.number, "document_id": document.id}


def name_visitors(command: NameVisitors, unit: Unit) -> Mapping[str, Any]:
    """Let other people of the department go; the whole visit keeps two or more.

    Raises CaseMissing, NoReview, ReviewOver, VisitMissing, VisitCancelled, NotVisitor, InvalidFields.
    """
    table = running_table(unit, command.case_no, "更换踏勘人员")
    visit = _own_visit(unit, table, command, "更换踏勘人员")
    said = checked_answer(command, preparing.PEOPLE, preparing.prepare_people(unit, table, visit))
    row = next(one for one in table.branches if one.key == said["branch"])
    people = people_of(unit, (row.department,))
    if not set(said["people"]) <= {one.account for one in people}:
        raise InvalidFields({"people": "请选择该分支所在部门的人员"})
    visitors = sent(row, [{"branch": row.key, "account": one} for one in said["people"]], people)
    others = {who["person"] for one in visit.branches if one.branch != row.key for who in one.visitors}
    if len(others | {one["person"] for one in visitors}) < rules.FEWEST:
        raise InvalidFields({"people": "踏勘人员合计至少两人（同一人的不同账号只算一人）"})
    queries.set_looked(unit, table.root_id, visit.number, row.key, visitors=visitors)
    name = departments(unit.connection)[row.department].short_name
    unit.record(
        NAMED, table.root_id, visit=visit.number, branch=row.key, department=row.department, department_name=name,
        names="、".join(one["name"] for one in visitors), visitors=[one["account"] for one in visitors],
    )  # fmt: skip
    return {"case_no": command.case_no, "number": visit.number}


def record_findings(command: RecordJointFindings, unit: Unit) -> Mapping[str, Any]:
    """Keep what a department found for its branch: once, from the day of the visit, by one who was named.

    Raises CaseMissing, NoReview, ReviewOver, VisitMissing, VisitCancelled, NotVisitor, VisitNotYet, FindingsThere,
    BranchSettled, SodViolation for whoever accepted the case, InvalidFields and what ``take_uploads`` raises.
    """
    table = running_table(unit, command.case_no, "记录踏勘情况")
    visit = _own_visit(unit, table, command, "记录踏勘情况")
    if city_date(unit.now) < visit.visit_on:
        raise rules.VisitNotYet(number=visit.number, day=visit.visit_on.isoformat())
    _refuse_found(table, visit, command.answer.get("branch"))
    refuse_double_part(parts_played(unit.connection, table.root_id, unit.actor.person), "review")
    said = checked_answer(command, preparing.FINDINGS, preparing.prepare_findings(unit, table, visit))
    row = next(one for one in table.branches if one.key == said["branch"])
    looked = visit.of(row.key)
    if looked is None or unit.actor.person not in {one["person"] for one in looked.visitors}:
        raise rules.NotVisitor(number=visit.number, what="记录踏勘情况")
    if row.state not in GOING:
        raise rules.BranchSettled(name=row.name, state=joint_rules.STATES[row.state])
    files = take_uploads(unit, digests_in(said.get("files")), table.root_id)
    improve = said["conclusion"] == "improve"
    again = improve and bool(said.get("again"))
    improvement = said["improvement"] if improve else ""
    queries.set_looked(
        unit, table.root_id, visit.number, row.key, findings=said["findings"], conclusion=said["conclusion"],
        improvement=improvement, again=again, account=unit.actor.account, at=unit.now,
        files=tuple({"digest": one.digest, "name": one.file_name} for one in files),
    )  # fmt: skip
    told = "；".join(part for part in (said["findings"], f"整改要求：{improvement}" if improvement else "") if part)
    records.give_opinion(
        unit, table.root_id, kind="site_visit", department=row.department, conclusion=said["conclusion"],
        text=f"{row.name}：{told}",
    )  # fmt: skip
    _note_found(unit, table, visit, row, said["conclusion"], again, [one.digest for one in files])
    return {"case_no": command.case_no, "number": visit.number}


def _note_found(
    unit: Unit, table: Table, visit: JointVisit, row: BranchRow, conclusion: str, again: bool, files: list[str]
) -> None:
    name = departments(unit.connection)[row.department].short_name
    unit.record(
        FOUND, table.root_id, visit=visit.number, branch=row.key, name=row.name, department=row.department,
        department_name=name, conclusion=conclusion, conclusion_name=rules.CONCLUSIONS[conclusion], files=files,
        again="，整改后需要再次踏勘" if again else "", asked_again=again,
    )  # fmt: skip
    if again:
        sentence = f"{name}要求整改后再次踏勘“{row.name}”，请安排联合踏勘。"
        tell(unit, table.root_id, VISIT, table.review.lead, sentence, lead=True)


def _refuse_unvisitable(unit: Unit, table: Table, answer: Mapping[str, Any], visits: Sequence[JointVisit]) -> None:
    """Raise BranchNotVisitable for a branch that is wanted and may not be: before the form says less of it."""
    planned, given = planned_keys(unit, table), answer.get("branches")
    names = {one.key: one.name for one in table.branches}
    for row in given if isinstance(given, list) else []:
        if not isinstance(row, Mapping) or not row.get("wanted"):
            continue
        key = str(row.get("key"))
        if why := rules.why_not(key, planned, table.branches, visits):
            raise rules.BranchNotVisitable(name=names.get(key, key[:40]), why=why)


def _refuse_found(table: Table, visit: JointVisit, key: object) -> None:
    """Raise FindingsThere for a branch that is asked about by name and was looked at already."""
    looked = visit.of(str(key))
    if looked is not None and looked.done:
        name = next((one.name for one in table.branches if one.key == key), str(key))
        raise rules.FindingsThere(name=name, number=visit.number)


def _own_visit(unit: Unit, table: Table, command: OnVisit, what: str) -> JointVisit:
    visit = visit_numbered(unit, table.root_id, command.number)
    if not own_places(unit) & {one.department for one in visit.branches}:
        raise rules.NotVisitor(number=visit.number, what=what)
    rules.refuse_cancelled(visit, what)
    return visit


def _notice_id(unit: Unit, table: Table, visit: JointVisit) -> str:
    """Return the notice that holds now, or the last there was when it was made void by hand without another."""
    standing = notice_of(visit, voids_of(unit.connection, table.root_id))
    return visit.document_id if standing is None else standing[0]


def _day_text(visit: JointVisit) -> str:
    day = visit.visit_on
    return f"{day.year}年{day.month}月{day.day}日{visit.time}"


def _notice(
    unit: Unit, table: Table, on: date, told: Mapping[str, str], looked: Sequence[Looked], change: str = ""
) -> Mapping[str, Any]:
    named, names = departments(unit.connection), {one.key: one.name for one in table.branches}
    rows = [
        {
            "department": named[one.department].name, "matter": names.get(one.branch, one.branch),
            "looks_at": one.looks_at,
        }
        for one in looked
    ]  # fmt: skip
    return letter(unit, table.case, NOTICE, visit_on=on, rows=rows, change=change, **told)


def _tell_all(unit: Unit, table: Table, looked: Sequence[Looked], sentence: str) -> None:
    for key in dict.fromkeys(one.department for one in looked):
        tell(unit, table.root_id, VISIT, key, sentence)


HANDLERS: Mapping[type[Command], Handler] = {
    PlanJointVisit: plan,
    MoveJointVisit: move,
    CancelJointVisit: cancel,
    JoinJointVisit: join,
    NameVisitors: name_visitors,
    RecordJointFindings: record_findings,
}
"""The commands about joint visits."""
