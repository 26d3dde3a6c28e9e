"""Acts and services of the archive (6.4)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.casework.archive.queries import archive_of, set_archive
from engine.casework.cases.custody.handlers import (
    refuse_open_differences,
    refuse_supply_on_the_way,
    settle_originals,
)
from engine.casework.cases.custody.queries import custody_of
from engine.casework.cases.custody.rules import unaccounted
from engine.casework.cases.queries import set_case
from engine.casework.cases.timing import ARCHIVE, start_archive_clock
from engine.foundation.clock import city_date
from engine.foundation.errors import Conflict
from engine.foundation.journal.tags import tag
from engine.foundation.store.unit import Unit
from engine.process.clocks.ledgers import stop_clock
from engine.process.tasks.registry import Act, Service, View
from engine.process.tasks.rules import Task
from forms import Context

COLLATED = tag("archive.collated", "综合窗口归纳材料（6.4.1）")
ARCHIVED = tag("archive.archived", "业务主管部门归档，档号 {archive_no}（6.4.1）")
DECIDED = tag("archive.decided", "办件结束，写入归档决定：{outcome_name}")

OUTCOMES = {
    "closed": "办结", "rejected": "不予受理", "lapsed": "逾期未补正", "withdrawn": "撤回申请",
    "terminated": "终止办理", "misfiled": "登记有误已转出",
}  # fmt: skip


class CollationUnfinished(Conflict):
    """综合窗口尚未完成材料归纳，不能封包归档（6.4.1）。请等综合窗口归纳后再办理。"""

    code = "COLLATION_UNFINISHED"


def await_filing(unit: Unit, event: Any) -> None:
    """Open the clock of filing when the result has reached the applicant."""
    start_archive_clock(unit, event.root, city_date(unit.now))


def prepare_archive(view: View, task: Task) -> Context:
    """Name the originals that are not where a closed file may have them."""
    left = sorted({one.name for one in unaccounted(custody_of(view.connection, task.root_id))})
    return Context(now=view.now, values={"missing_originals": bool(left), "unaccounted": "、".join(left) or None})


def collate(unit: Unit, task: Task, answer: Mapping[str, Any]) -> Mapping[str, Any]:
    """The window collates the file: order, names, pages, nothing missing or on the way (T098)."""
    refuse_open_differences(unit, task.root_id)
    refuse_supply_on_the_way(unit, task.root_id)
    set_archive(unit, task.root_id, pages=dict(answer), collated_by=unit.actor.account, collated_at=unit.now)
    set_case(unit, task.root_id, status="collated")
    unit.record(COLLATED, task.root_id)
    return {}


def archive(unit: Unit, task: Task, answer: Mapping[str, Any]) -> Mapping[str, Any]:
    """The department files the case (T099): what the window collated, and no original unaccounted for (6.1.5)."""
    kept = archive_of(unit.connection, task.root_id)
    if kept is None or kept.collated_at is None:
        raise CollationUnfinished
    settle_originals(unit, task.root_id, answer.get("custody_exception") or "")
    set_archive(
        unit, task.root_id, retention=answer["retention_period"], archive_no=answer["archive_no"],
        conclusion=answer["conclusion"], archived_by=unit.actor.account, archived_at=unit.now,
    )  # fmt: skip
    stop_clock(unit, task.root_id, ARCHIVE, city_date(unit.now))
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
    Act("archive.collate", collate, again=True),
    Act("archive.file", archive, prepare_archive),
)
SERVICES = (Service("archive.record_decision", record_decision, parameters=("outcome",)),)
