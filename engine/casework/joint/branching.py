"""What a department does for its branch: it reviews what was shared with it, and its representative speaks (4.2.2c)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from engine.casework.cases.file import queries as records
from engine.casework.cases.receiving import digests_in, usable_refs
from engine.casework.joint import rules
from engine.casework.joint.chasing.rules import PACE
from engine.casework.joint.queries import BranchRow, branch_named, branches_of, checks_of_case, note_check, set_branch
from engine.casework.joint.running import settle, stop_limit
from engine.casework.joint.visiting.preparing import refuse_unvisited, visit_words
from engine.foundation.blobs.queries import take_uploads
from engine.foundation.clock import CITY
from engine.foundation.journal.tags import tag
from engine.foundation.store.unit import Unit
from engine.process.tasks.countersigning.queries import outcome
from engine.process.tasks.registry import Act, View
from engine.process.tasks.rules import Task
from engine.registry.organisation.queries import departments
from forms import Context

REVIEWED = tag("joint.reviewed", "分支“{name}”审查完毕，等待代表本部门出具意见")
OPINED = tag("joint.opined", "{department}对“{name}”的意见：{conclusion_name}")


def branch_of(view: View, task: Task) -> BranchRow:
    """Return the branch that a task is about."""
    return branch_named(view.connection, task.root_id, (task.item or "").partition("/")[2])


def prepare_review(view: View, task: Task) -> Context:
    """Show the branch, what earlier branches decided, and let files be attached."""
    row = branch_of(view, task)
    before = [one for one in branches_of(view.connection, task.root_id) if one.key in row.depends_on]
    told = "；".join(f"{one.name}：{rules.STATES[one.state]}" for one in before)
    return Context(
        now=view.now,
        rows={"materials": _materials(view, task, row)},
        values={
            "branch_name": row.name, "branch_number": row.number, "earlier": told or "无",
            "visit": visit_words(view, task.root_id, row.key),
        },
        defaults={"findings": row.findings or ""},
        uploads=usable_refs(view, None),
    )


def _materials(view: View, task: Task, row: BranchRow) -> list[dict[str, Any]]:
    """List what was shared for the branch, each with who has verified it already (6.1.6: once is enough)."""
    named, checks = departments(view.connection), checks_of_case(view.connection, task.root_id)
    return [
        {
            "no": str(one.no), "name": one.name, "verified": task.department in dict(checks.get(one.no, ())),
            "source": _sources(one, [(named[place].short_name, at) for place, at in checks.get(one.no, ())]),
        }
        for one in records.materials_of(view.connection, task.root_id)
        if not row.materials or one.no in row.materials
    ]  # fmt: skip


def _sources(one: records.MaterialRow, checks: list[tuple[str, datetime]]) -> str:
    """Return in words who has verified a material: whoever issued it, the window, other departments."""
    said = ["数据共享取得"] if one.shared else ["综合窗口形式审查齐全"] if one.verdict == "complete" else []
    said += [f"{name}已核验（{at.astimezone(CITY):%Y-%m-%d %H:%M}）" for name, at in checks]
    return "；".join(said) or "尚未核验"


def review_branch(unit: Unit, task: Task, answer: Mapping[str, Any]) -> Mapping[str, Any]:
    """Keep what the department's reviewer found; its representative decides."""
    row = branch_of(unit, task)
    take_uploads(unit, digests_in(answer.get("files")), task.root_id)
    verified = [int(one["no"]) for one in answer.get("materials") or () if one.get("verified")]
    fresh = [no for no in verified if note_check(unit, task.root_id, no, task.department)]
    set_branch(unit, task.root_id, row.key, findings=answer["findings"])
    records.give_opinion(
        unit, task.root_id, kind="branch_review", department=task.department, conclusion="proposed",
        text=f"{row.name}：{answer['findings']}", basis=answer.get("basis") or None,
    )  # fmt: skip
    unit.record(REVIEWED, task.root_id, branch=row.key, name=row.name, verified=fresh)
    return {}


def prepare_opinion(view: View, task: Task) -> Context:
    """Show what the reviewer found."""
    row = branch_of(view, task)
    return Context(
        now=view.now,
        values={
            "branch_name": row.name,
            "branch_number": row.number,
            "findings": row.findings or "（本分支没有审查记录）",
            "visit": visit_words(view, task.root_id, row.key),
        },
    )


def _representative(unit: Unit) -> str:
    """Return who speaks for the department, with whom that person stands in for (请假代理)."""
    return unit.actor.name if unit.on_behalf is None else f"{unit.actor.name} 代 {unit.on_behalf.name}"


def give_branch_opinion(unit: Unit, task: Task, answer: Mapping[str, Any]) -> Mapping[str, Any]:
    """The head speaks for the department: conclusion, opinion, basis, conditions, name and time (T042).

    What follows from it in the other branches follows at once: they begin, or they stop.  Raises NotVisited, and
    CountersigningRefused for an agreement that the people asked to countersign have refused.
    """
    row = branch_of(unit, task)
    refuse_unvisited(unit, task.root_id, row.key, answer["conclusion"])
    said = {name: answer.get(name) or None for name in ("conclusion", "opinion", "basis", "conditions")}
    agreed = answer["conclusion"] == "agree"
    if agreed and outcome(unit.connection, task.id) == "refused":
        raise rules.CountersigningRefused(name=row.name)
    set_branch(
        unit,
        task.root_id,
        row.key,
        **said,
        representative=_representative(unit),
        account=unit.actor.account,
        at=unit.now,
        state="agreed" if agreed else "denied",
    )
    stop_limit(unit, row)
    records.give_opinion(
        unit, task.root_id, kind="branch_opinion", department=task.department, conclusion=answer["conclusion"],
        text=answer["opinion"], basis=answer["basis"],
    )  # fmt: skip
    named = departments(unit.connection)
    unit.record(
        OPINED, task.root_id, branch=row.key, name=row.name, department=named[task.department].short_name,
        conclusion=answer["conclusion"], conclusion_name=rules.CONCLUSIONS[answer["conclusion"]],
    )  # fmt: skip
    settle(unit, task.root_id)
    return {}


ACTS = (
    Act("joint.review_branch", review_branch, prepare_review, part="review", again=True, urged_by=PACE),
    Act("joint.give_opinion", give_branch_opinion, prepare_opinion, part="represent", urged_by=PACE),
)
"""Nobody who accepted the case reviews or represents a branch (S1)."""
