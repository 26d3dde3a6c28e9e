"""联合踏勘: planned by one notice, moved by another in its place, looked at by each department (6.2.2, 4.2.2d)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from engine.casework.cases.file import queries as records
from engine.casework.cases.letters import letter
from engine.casework.cases.receiving import digests_in
from engine.casework.joint import rules as joint_rules
from engine.casework.joint.papers import replace_paper
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
from engine.casework.joint.visiting.commands import (
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
from engine.process.clocks.arming import calendar_of
from engine.process.documents.issuing import issue
from engine.process.documents.queries import voids_of
from engine.process.tasks.queries import parts_played
from engine.registry.identity.queries import Staff
from engine.registry.identity.rules import refuse_double_part
from engine.registry.organisation.queries import departments

PLANNED = tag("joint.visit_planned", "安排第 {visit} 次联合踏勘：{on} {time}，{names}（踏勘期间计时不停）")
MOVED = tag("joint.visit_moved", "第 {visit} 次联合踏勘改为 {on} {time}，理由：{reason}")
NAMED = tag("joint.visitors_named", "{department_name}更换第 {visit} 次联合踏勘的人员：{names}")
FOUND = tag("joint.visit_found", "{department_name}记录第 {visit} 次联合踏勘：“{name}”{conclusion_name}{again}")

LINES = (PLANNED, MOVED, NAMED, FOUND)
"""Every line that a case's journal has about joint visits."""


def plan(command: PlanJointVisit, unit: Unit) -> Mapping[str, Any]:
    """Plan a visit of several departments and issue the one notice about it.

    Raises CaseMissing, NoReview, NotLeading, ReviewOver, BranchNotVisitable, InvalidFields, TooFewDepartments,
    NotWorkday and what ``issue`` raises.
    """
    table = led_table(unit, command.case_no, "安排联合踏勘")
    visits = visits_of(unit, table.root_id)
    _refuse_unvisitable(unit, table, command.answer, visits)
    answer = checked_answer(command, preparing.PLAN, preparing.prepare_plan(unit, table))
    wanted = {row["key"]: in_one_line(row["looks_at"]) for row in answer["branches"] if row["wanted"]}
    chosen = [one for one in table.branches if one.key in wanted]
    rules.refuse_too_few(chosen, visits)
    on = _day(unit, answer["visit_on"])
    people = people_of(unit, tuple({one.department for one in chosen}))
    if errors := rules.people_errors(answer["visitors"], chosen, people):
        raise InvalidFields(errors)
    looked = [
        Looked(one.key, one.department, wanted[one.key], _sent(one, answer["visitors"], people)) for one in chosen
    ]
    told = {name: answer[name] for name in ("time", "place", "prepare", "contact", "contact_phone")}
    document = issue(unit, table.root_id, "joint_visit_notice", _notice(unit, table, on, told, looked))
    number = len(visits) + 1
    paper = {"document_id": document.id, "document_number": document.number}
    queries.put_visit(unit, table.root_id, {"number": number, "visit_on": on, **told, **paper}, looked)
    named = departments(unit.connection)
    unit.record(
        PLANNED, table.root_id, visit=number, on=on.isoformat(), time=told["time"], place=told["place"],
        branches=[one.branch for one in looked], document=document.id,
        names="、".join(dict.fromkeys(named[one.department].short_name for one in looked)),
        visitors=[f"{one.branch}/{who['account']}" for one in looked for who in one.visitors],
    )  # fmt: skip
    when = f"{on.isoformat()} {told['time']} 在{told['place']}"
    _tell_all(unit, table, looked, f"第 {number} 次联合踏勘定于{when}，请踏勘人员准时到场，并记录本部门的踏勘情况。")
    return {"case_no": command.case_no, "number": number, "document_id": document.id}


def move(command: MoveJointVisit, unit: Unit) -> Mapping[str, Any]:
    """Move a visit of which nothing was found yet; another notice takes the place of the first.

    Raises CaseMissing, NoReview, NotLeading, ReviewOver, VisitMissing, VisitBegun, InvalidFields, NotWorkday and what
    ``issue`` raises.
    """
    table = led_table(unit, command.case_no, "改动联合踏勘")
    visit = visit_numbered(unit, table.root_id, command.number)
    if any(one.done for one in visit.branches):
        raise rules.VisitBegun(number=visit.number)
    said = checked_answer(command, preparing.MOVE, preparing.prepare_move(unit, table, visit))
    on = _day(unit, said["visit_on"])
    if (on, said["time"], said["place"]) == (visit.visit_on, visit.time, visit.place):
        raise InvalidFields({"visit_on": "时间和地点都没有改变，请改为新的日期、时间或者地点"})
    told = {
        "time": said["time"], "place": said["place"], "prepare": visit.prepare, "contact": visit.contact,
        "contact_phone": visit.contact_phone,
    }  # fmt: skip
    data = _notice(unit, table, on, told, visit.branches)
    standing = notice_of(visit, voids_of(unit.connection, table.root_id))
    # A notice that was made void by hand stands for nothing any more; the new one is then the only one.
    old = visit.document_id if standing is None else standing[0]
    document = replace_paper(unit, table.root_id, old, data, f"踏勘改期：{said['reason']}")
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


def name_visitors(command: NameVisitors, unit: Unit) -> Mapping[str, Any]:
    """Let other people of the department go; the whole visit keeps two or more.

    Raises CaseMissing, NoReview, ReviewOver, VisitMissing, NotVisitor, InvalidFields.
    """
    table = running_table(unit, command.case_no, "更换踏勘人员")
    visit = _own_visit(unit, table, command, "更换踏勘人员")
    said = checked_answer(command, preparing.PEOPLE, preparing.prepare_people(unit, table, visit))
    row = next(one for one in table.branches if one.key == said["branch"])
    people = people_of(unit, (row.department,))
    if not set(said["people"]) <= {one.account for one in people}:
        raise InvalidFields({"people": "请选择该分支所在部门的人员"})
    visitors = _sent(row, [{"branch": row.key, "account": one} for one in said["people"]], people)
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

    Raises CaseMissing, NoReview, ReviewOver, VisitMissing, NotVisitor, VisitNotYet, FindingsThere, BranchSettled,
    SodViolation for whoever accepted the case, InvalidFields and what ``take_uploads`` raises.
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
    return visit


def _day(unit: Unit, text: str) -> date:
    on = date.fromisoformat(text)
    calendar = calendar_of(unit)
    rules.refuse_day(on, calendar.covers(on) and calendar.is_workday(on))
    return on


def _sent(row: BranchRow, given: Sequence[Mapping[str, str]], people: Sequence[Staff]) -> tuple[dict[str, str], ...]:
    known = {one.account: one for one in people if one.department == row.department}
    accounts = dict.fromkeys(one["account"] for one in given if one["branch"] == row.key)
    return tuple({"account": one, "person": known[one].person, "name": known[one].name} for one in accounts)


def _notice(unit: Unit, table: Table, on: date, told: Mapping[str, str], looked: Sequence[Looked]) -> Mapping[str, Any]:
    named, names = departments(unit.connection), {one.key: one.name for one in table.branches}
    rows = [
        {
            "department": named[one.department].name, "matter": names.get(one.branch, one.branch),
            "looks_at": one.looks_at,
        }
        for one in looked
    ]  # fmt: skip
    return letter(unit, table.case, "joint_visit_notice", visit_on=on, rows=rows, **told)


def _tell_all(unit: Unit, table: Table, looked: Sequence[Looked], sentence: str) -> None:
    for key in dict.fromkeys(one.department for one in looked):
        tell(unit, table.root_id, VISIT, key, sentence)


HANDLERS: Mapping[type[Command], Handler] = {
    PlanJointVisit: plan,
    MoveJointVisit: move,
    NameVisitors: name_visitors,
    RecordJointFindings: record_findings,
}
"""The commands about joint visits."""
