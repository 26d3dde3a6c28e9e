"""Acts and services of the archive (6.4)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.casework.archive.queries import set_archive
from engine.casework.cases.queries import set_case
from engine.foundation.journal.tags import tag
from engine.foundation.store.unit import Unit
from engine.process.tasks.registry import Act, Service
from engine.process.tasks.rules import Task

COLLATED = tag("archive.collated", "综合窗口归纳材料（6.4.1）")
ARCHIVED = tag("archive.archived", "业务主管部门归档，档号 {archive_no}（6.4.1）")
DECIDED = tag("archive.decided", "办件结束，写入归档决定：{outcome_name}")

OUTCOMES = {
    "closed": "办结", "rejected": "不予受理", "lapsed": "逾期未补正", "withdrawn": "撤回申请",
    "terminated": "终止办理", "misfiled": "登记有误已转出",
}  # fmt: skip


def collate(unit: Unit, task: Task, answer: Mapping[str, Any]) -> Mapping[str, Any]:
    """The window collates the file: order, names, pages, nothing missing (T098)."""
    set_archive(unit, task.root_id, pages=dict(answer), collated_by=unit.actor.account, collated_at=unit.now)
    set_case(unit, task.root_id, status="collated")
    unit.record(COLLATED, task.root_id)
    return {}


def archive(unit: Unit, task: Task, answer: Mapping[str, Any]) -> Mapping[str, Any]:
    """The department files the case (T099)."""
    set_archive(
        unit, task.root_id, retention=answer["retention_period"], archive_no=answer["archive_no"],
        conclusion=answer["conclusion"], archived_by=unit.actor.account, archived_at=unit.now,
    )  # fmt: skip
    set_case(unit, task.root_id, status="archived")
    unit.record(ARCHIVED, task.root_id, archive_no=answer["archive_no"])
    return {}


def record_decision(unit: Unit, root_id: str, *, outcome: str) -> Mapping[str, Any]:
    """Write the archive decision at an end of the case: the evidence of a rejection is kept too."""
    set_archive(unit, root_id, outcome=outcome, decided_at=unit.now)
    set_case(unit, root_id, outcome=outcome, closed_at=unit.now)
    unit.record(DECIDED, root_id, outcome=outcome, outcome_name=OUTCOMES.get(outcome, outcome))
    return {}


ACTS = (
    Act("archive.collate", collate),
    Act("archive.file", archive),
)
SERVICES = (Service("archive.record_decision", record_decision, parameters=("outcome",)),)
