"""Acts of the competent department (6.2): taking the papers, substantive review, site visit, opinion."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from engine.casework.cases import queries
from engine.casework.cases.custody import handlers as custody
from engine.casework.cases.file import queries as records
from engine.casework.cases.receiving import digests_in, usable_refs
from engine.foundation.blobs.queries import take_uploads
from engine.foundation.errors import InvalidFields
from engine.foundation.journal.tags import tag
from engine.foundation.store.unit import Unit
from engine.process.tasks.registry import Act, View
from engine.process.tasks.rules import Task
from engine.registry.identity.queries import staff_of
from engine.registry.items.queries import item_at
from forms import Context

REVIEWED = tag("case.substantively_reviewed", "实质审查")
VISIT_PLANNED = tag("visit.planned", "安排踏勘：{on} {place}")
VISITED = tag("visit.made", "踏勘：{conclusion_name}（踏勘期间计时不停）")

VISIT_CONCLUSIONS = {"pass": "符合要求", "improve": "需要整改"}


# 实质审查与踏勘 6.2.1、4.2.2d --------------------------------------------------------------------------------------


def prepare_substantive_review(view: View, task: Task) -> Context:
    """Propose a site visit where the item asks for one and none was made yet."""
    row = records.visits_of(view.connection, task.root_id)
    done = any(one.visited_on for one in row)
    return Context(now=view.now, defaults={"site_visit": "no" if done or not _visit_wanted(view, task) else "yes"})


def substantive_review(unit: Unit, task: Task, answer: Mapping[str, Any]) -> Mapping[str, Any]:
    """Keep the findings; say what comes next: a special procedure, people who go and look, or the opinion.

    One step at a time: after a special procedure the case comes back here, and the visit may follow.
    """
    # The form of the first release asked for the visit alone.
    special, visit = answer.get("special_procedure") == "yes", answer["site_visit"] == "yes"
    if special and visit:
        raise InvalidFields({"site_visit": "一次只能选择一项：请先进行特别程序，结束后回到实质审查，再安排踏勘"})
    records.give_opinion(
        unit, task.root_id, kind="substantive_review", department=task.department,
        conclusion="special" if special else "site_visit" if visit else "documents", text=answer["findings"],
    )  # fmt: skip
    unit.record(REVIEWED, task.root_id, site_visit=visit, special_procedure=special)
    return {"site_visit": visit, "special_procedure": special, "further_review": False}


def prepare_plan_visit(view: View, task: Task) -> Context:
    """Offer the department's own people."""
    staff = staff_of(view.connection, task.department, view.now)
    return Context(
        now=view.now,
        options={"visitors.account": [(account, f"{account} {name}") for account, name in staff]},
        defaults={"visitors": [{"account": account, "name": name} for account, name in staff[:2]]},
    )


def plan_visit(unit: Unit, task: Task, answer: Mapping[str, Any]) -> Mapping[str, Any]:
    """Send two people or more (行政许可法 34); the form refuses fewer.  No clock is paused (附录B 只列八类)."""
    on = date.fromisoformat(answer["visit_date"])
    visitors = [{"account": row["account"], "name": row["name"]} for row in answer["visitors"]]
    number = records.plan_visit(unit, task.root_id, on, answer["place"], visitors)
    unit.record(VISIT_PLANNED, task.root_id, visit=number, on=on.isoformat(), place=answer["place"],
                visitors=[one["account"] for one in visitors])  # fmt: skip
    return {}


def prepare_record_visit(view: View, task: Task) -> Context:
    """Give the people who were sent."""
    visit = records.visits_of(view.connection, task.root_id)[-1]
    rows = [{**one, "present": True} for one in visit.visitors]
    return Context(now=view.now, rows={"visitors": rows}, uploads=usable_refs(view, task.root_id))


def record_visit(unit: Unit, task: Task, answer: Mapping[str, Any]) -> Mapping[str, Any]:
    """Keep what was seen and by whom."""
    visit = records.visits_of(unit.connection, task.root_id)[-1]
    present = [{"account": row["account"], "name": row["name"]} for row in answer["visitors"] if row["present"]]
    files = take_uploads(unit, digests_in(answer.get("files")), task.root_id)
    records.set_visit(
        unit, task.root_id, visit.number, visited_on=date.fromisoformat(answer["visited_on"]),
        visitors=present, findings=answer["findings"], conclusion=answer["conclusion"],
    )  # fmt: skip
    text = "；".join(part for part in (answer["findings"], answer.get("improvement") or "") if part)
    records.give_opinion(unit, task.root_id, kind="site_visit", department=task.department,
                         conclusion=answer["conclusion"], text=text)  # fmt: skip
    unit.record(
        VISITED, task.root_id, visit=visit.number, conclusion=answer["conclusion"],
        conclusion_name=VISIT_CONCLUSIONS[answer["conclusion"]], files=[one.digest for one in files],
        present=[one["account"] for one in present],
    )  # fmt: skip
    return {}


def give_opinion(unit: Unit, task: Task, answer: Mapping[str, Any]) -> Mapping[str, Any]:
    """Keep the reviewer's opinion with its basis; it goes to the head, or the review goes on."""
    take_uploads(unit, digests_in(answer.get("files")), task.root_id)
    records.give_opinion(unit, task.root_id, kind="opinion", department=task.department, conclusion="proposed",
                         text=answer["opinion"], basis=answer["basis"])  # fmt: skip
    return {"further_review": answer.get("further_review") == "yes"}


def prepare_with_files(view: View, task: Task) -> Context:
    """Let files be attached."""
    return Context(now=view.now, uploads=usable_refs(view, task.root_id))


def _visit_wanted(view: View, task: Task) -> bool:
    return item_at(view.connection, queries.case_by_root(view.connection, task.root_id).item_digest).site_visit


ACTS = (
    *custody.ACTS,
    Act(
        "cases.substantive_review",
        substantive_review,
        prepare_substantive_review,
        part="review",
        facts=("site_visit", "special_procedure", "further_review"),
        again=True,
    ),
    Act("cases.plan_visit", plan_visit, prepare_plan_visit, again=True),
    Act("cases.record_visit", record_visit, prepare_record_visit, again=True),
    Act("cases.give_opinion", give_opinion, prepare_with_files, part="review", facts=("further_review",), again=True),
)
"""The acts of the department; reviewing is a part that no accepter may play (S1)."""
