"""What the forms about joint visits start with, and the visits of a case as they are read."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from engine.casework.cases.receiving import usable_refs
from engine.casework.joint.papers import standing_of
from engine.casework.joint.planning import plan_of
from engine.casework.joint.queries import branches_of
from engine.casework.joint.seats import Table, own_places, people_of
from engine.casework.joint.visiting import rules
from engine.casework.joint.visiting.queries import JointVisit, Looked, visits_at
from engine.foundation.store.unit import Unit
from engine.process.documents.rules import Void
from engine.process.tasks.registry import View
from engine.registry.items.queries import item_at
from engine.registry.organisation.queries import departments
from forms import Context

PLAN, MOVE, PEOPLE, FINDINGS = "joint_visit_plan", "joint_visit_move", "joint_visit_people", "joint_visit_findings"
CANCEL, JOIN = "joint_visit_cancel", "joint_visit_join"


def visits_of(view: View, root_id: str) -> list[JointVisit]:
    """Return the joint visits of a case in the order they were planned (two statements)."""
    return visits_at(view.connection, root_id)


def visit_numbered(view: View, root_id: str, number: int) -> JointVisit:
    """Return one visit; raise VisitMissing."""
    for one in visits_of(view, root_id):
        if one.number == number:
            return one
    raise rules.VisitMissing(number=number)


def notice_of(visit: JointVisit, voids: Mapping[str, Void]) -> tuple[str, str] | None:
    """Return id and number of the notice that holds now, or None when it was made void without another.

    Of a cancelled visit it is the one which tells that there will be none.
    """
    if visit.cancel_document_id is not None:
        return standing_of(visit.cancel_document_id, visit.cancel_document_number or "", voids)
    return standing_of(visit.document_id, visit.document_number, voids)


def planned_keys(view: View, table: Table) -> tuple[str, ...]:
    """Return the branches that may share a visit: those of the plan, and those that were added with approval."""
    added = tuple(one.key for one in table.branches if one.added_by is not None)
    return plan_of(view, table.root_id).joint_site_visit + added


def visitable(view: View, table: Table) -> list[str]:
    """Return the keys of the branches that may be visited now, in the plan's order."""
    planned, visits = planned_keys(view, table), visits_of(view, table.root_id)
    return [one.key for one in table.branches if not rules.why_not(one.key, planned, table.branches, visits)]


def prepare_plan(view: View, table: Table) -> Context:
    """List the branches that may be visited now, and everybody who may be sent."""
    item = item_at(view.connection, table.case.item_digest)
    told = {"time": "09:30", "contact": view.actor.name, "contact_phone": item.channels.consult_phone}
    return _choice(view, table, visitable(view, table), told)


def prepare_join(view: View, table: Table, visit: JointVisit) -> Context:
    """List the branches that may be visited now and are in no open visit, and everybody who may be sent."""
    return _choice(view, table, visitable(view, table), {})


def _choice(view: View, table: Table, keys: Collection[str], told: Mapping[str, Any]) -> Context:
    named = departments(view.connection)
    rows = [one for one in table.branches if one.key in keys]
    people = people_of(view, tuple({one.department for one in rows}))
    return Context(
        now=view.now,
        options={
            "visitors.branch": [(one.key, f"{one.name}（{named[one.department].short_name}）") for one in rows],
            "visitors.account": [
                (one.account, f"{one.name}（{one.account} {named[one.department].short_name}）") for one in people
            ],
        },
        rows={
            "branches": [
                {"key": one.key, "name": one.name, "department_name": named[one.department].name, "wanted": True}
                for one in rows
            ],
        },
        defaults={**told, "visitors": [{"branch": one.key} for one in rows]},
    )


def prepare_cancel(view: View, table: Table, visit: JointVisit) -> Context:
    """Nothing but the reason is asked."""
    return Context(now=view.now)


def prepare_move(view: View, table: Table, visit: JointVisit) -> Context:
    """Start with the time and place as they are; the day is to be chosen."""
    return Context(now=view.now, defaults={"time": visit.time, "place": visit.place})


def prepare_people(view: View, table: Table, visit: JointVisit) -> Context:
    """Offer the branches of the reader's departments and their people."""
    rows = _own_rows(view, table, visit)
    people = people_of(view, tuple({one["department"] for one in rows}))
    first = visit.of(rows[0]["key"]) if rows else None
    return Context(
        now=view.now,
        options={
            "branch": [(one["key"], one["name"]) for one in rows],
            "people": list({one.account: f"{one.name}（{one.account}）" for one in people}.items()),
        },
        defaults={
            "branch": rows[0]["key"] if rows else None,
            "people": [one["account"] for one in first.visitors] if first else [],
        },
    )


def prepare_findings(view: View, table: Table, visit: JointVisit) -> Context:
    """Offer the branches of the reader's departments that were not looked at yet."""
    rows = _own_rows(view, table, visit)
    return Context(
        now=view.now,
        options={"branch": [(one["key"], one["name"]) for one in rows]},
        defaults={"branch": rows[0]["key"] if rows else None},
        uploads=usable_refs(view, None),
    )


def visit_words(view: View, root_id: str, key: str) -> str:
    """Return in a sentence how the newest joint visit of a branch stands: for whoever reviews it or speaks for it."""
    visits = visits_of(view, root_id)
    visit = rules.last_visit(key, visits)
    looked = visit.of(key) if visit else None
    dropped = [one for one in visits if one.cancelled and one.of(key) and one.number > (visit.number if visit else 0)]
    off = "；".join(f"第 {one.number} 次联合踏勘已取消（{one.cancelled_reason}）" for one in dropped)
    told = "没有安排联合踏勘" if visit is None or looked is None else _said_of(visit, looked)
    return "；".join(one for one in (off, told) if one)


def _said_of(visit: JointVisit, looked: Looked) -> str:
    when = f"第 {visit.number} 次联合踏勘：{visit.visit_on.isoformat()} {visit.time}，{visit.place}"
    if looked.conclusion is None:
        return f"{when}；还没有记录踏勘情况"
    told = f"{when}；{rules.CONCLUSIONS[looked.conclusion]}：{looked.findings}"
    return f"{told}；整改要求：{looked.improvement}" if looked.improvement else told


def refuse_unvisited(unit: Unit, root_id: str, key: str, conclusion: str) -> None:
    """Raise NotVisited for a branch that would agree before its planned visit has findings."""
    if conclusion == "agree":
        rules.refuse_unvisited(key, branches_of(unit.connection, root_id), visits_of(unit, root_id))


def _own_rows(view: View, table: Table, visit: JointVisit) -> list[dict[str, Any]]:
    mine, owed = own_places(view), {one.branch for one in visit.branches if not one.done}
    return [
        {"key": one.key, "name": one.name, "department": one.department}
        for one in table.branches
        if one.key in owed and one.department in mine
    ]
