"""当场更正 (6.1.3, 行政许可法 32.3): put right at the counter, confirmed by the applicant, without a notice."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.casework.cases.file.queries import materials_of
from engine.casework.cases.handing import keep_signature
from engine.casework.cases.outcomes.queries import put_fix
from engine.casework.cases.receiving import usable_refs
from engine.casework.cases.saying import say
from engine.foundation.journal.tags import tag
from engine.foundation.store.unit import Unit
from engine.process.tasks.registry import Act, View
from engine.process.tasks.rules import Task
from forms import Context

FIXED = tag("case.fixed_on_site", "当场更正 {count} 处，申请人已确认，不出具补正通知书（6.1.3）")

APPLICATION = ("application", "申请表填写的内容")


def prepare_fix(view: View, task: Task) -> Context:
    """Offer the application form and every material as what may have been wrong."""
    materials = [(str(one.no), f"第{one.no}项 {one.name}") for one in materials_of(view.connection, task.root_id)]
    return Context(
        now=view.now,
        options={"fixes.subject": [APPLICATION, *materials]},
        uploads=usable_refs(view, task.root_id),
    )


def fix_on_site(unit: Unit, task: Task, answer: Mapping[str, Any]) -> Mapping[str, Any]:
    """Keep what was wrong, how it was put right and who confirmed it; the review goes on (T069)."""
    names = dict([APPLICATION]) | {str(one.no): one.name for one in materials_of(unit.connection, task.root_id)}
    fixes = [
        {"subject": one["subject"], "name": names[one["subject"]], "wrong": one["wrong"], "fixed": one["fixed"]}
        for one in answer["fixes"]
    ]
    signed = answer["confirmation"] == "signed"
    signature = keep_signature(unit, task.root_id, answer["signature"]) if signed else None
    name = "" if signed else answer["confirmed_by"]
    number = put_fix(unit, task.root_id, fixes, answer["confirmation"], name, signature)
    say(unit, task, "fix_on_site", "fixed", "；".join(f"{one['name']}：{one['fixed']}" for one in fixes))
    unit.record(
        FIXED, task.root_id, number=number, count=len(fixes), confirmation=answer["confirmation"],
        subjects=[one["subject"] for one in fixes], private={"fixes": fixes, "confirmed_by": name},
    )  # fmt: skip
    return {}


ACTS = (Act("cases.fix_on_site", fix_on_site, prepare_fix, part="accept"),)
"""The act of correcting on the spot."""
