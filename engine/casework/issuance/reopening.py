"""归档前重办: a result that was delivered with a fault is taken back into the process and made once more.

Only between delivery and archiving, by the head of the department, for a reason.  What was made and delivered
before stays in the journal; the rows are made anew on the second round.

Of a joint case the lead's head says whose results are wrong.  Each of those departments makes its own anew, and the
lead only gathers them once more: no opinion changes by it, for the lead overrules nobody (4.2.2c, 6.2.2).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from engine.casework.cases.endings.handlers import asked
from engine.casework.cases.queries import CaseFile, set_case
from engine.casework.cases.rooted import OnCase
from engine.casework.cases.rules import STATUSES
from engine.casework.cases.timing import ARCHIVE, start_delivery_clock
from engine.casework.issuance.queries import BranchResult, branch_results_of, delivery_of, drop_round, result_of
from engine.foundation.clock import city_date
from engine.foundation.errors import Conflict, Forbidden
from engine.foundation.journal.tags import tag
from engine.foundation.store.unit import Unit
from engine.process.clocks.ledgers import stop_clock
from engine.process.tasks import progress
from engine.process.tasks.registry import View
from engine.registry.identity.rules import may_take
from engine.registry.items.queries import item_at
from engine.registry.organisation.queries import department_named, departments
from forms import Context

REOPENED = tag("case.reopened", "归档前发现结果有误，重新制作：{reason}")

REOPENING = "reopening"
"""The message that takes a case back from the archive to the making of its result."""
REMAKING = "joint_remade"
"""What the departments go through that make their parts anew, beside the case's own process."""
AFTER_DELIVERY = frozenset({"delivered", "collated"})


class NotReopenable(Conflict):
    """本件现为“{status}”，不能重新制作结果，请核对办件状态：只能在送达之后、归档之前发现结果有误时重办（6.2.1、6.4.1）。"""

    code = "NOT_REOPENABLE"


class NotYourReopening(Forbidden):
    """联办件由牵头部门（{department}）的业务负责人提请重办（6.2.2）。请联系牵头部门；您部门自己的文书有误的，请作废并重新出具。"""

    code = "REOPENING_NOT_YOURS"


@dataclass(frozen=True, kw_only=True)
class ReopenCase(OnCase):
    """归档前重办: the delivered result is wrong and is made once more (form ``reopen``)."""

    action: ClassVar[str] = "case.reopen"


def prepare_reopening(view: View, case: CaseFile) -> Context:
    """Start with an empty form; of a joint case list what each department made out."""
    named, parts = departments(view.connection), branch_results_of(view.connection, case.root_id)
    plan = item_at(view.connection, case.item_digest).joint_plan
    titles = {one.key: one.name for one in plan.branches} if plan else {}
    order = list(titles)
    parts.sort(key=lambda one: order.index(one.part) if one.part in titles else len(order))
    rows = [
        {
            "key": one.part, "name": titles.get(one.part, one.title), "again": False,
            "department_name": named[one.department].name, "made": f"《{one.title}》{one.result_no}",
        }
        for one in parts
    ]  # fmt: skip
    return Context(now=view.now, rows={"parts": rows}, values={"joint": bool(rows)})


def reopen(command: ReopenCase, unit: Unit) -> Mapping[str, Any]:
    """Take the case back to the making of its result; a new delivery clock runs from today (行政许可法 44).

    The departments whose parts are ticked make them anew.  Raises :class:`NotReopenable` before the delivery and after
    archiving, :class:`NotYourReopening`, InvalidFields for the form, NotInRelease for parts of an older release.
    """
    case, answer = asked(unit, command, "reopen", prepare_reopening)
    if not may_take(unit.actor, "dept_head", case.department):
        raise NotYourReopening(department=department_named(unit.connection, case.department).short_name)
    if case.status not in AFTER_DELIVERY:
        raise NotReopenable(status=STATUSES[case.status])
    made, delivered = result_of(unit.connection, case.root_id), delivery_of(unit.connection, case.root_id)
    again = {row["key"] for row in answer.get("parts") or () if row.get("again")}
    parts = [one for one in branch_results_of(unit.connection, case.root_id) if one.part in again]
    unit.record(
        REOPENED, case.root_id, reason=answer["reason"], result_no=made.result_no if made else "",
        parts=[one.part for one in parts],
        files=list(made.files) if made else [], document=delivered.document_id if delivered else None,
    )  # fmt: skip
    drop_round(unit, case.root_id)
    set_case(unit, case.root_id, status="decided", delivered_at=None)
    stop_clock(unit, case.root_id, ARCHIVE, city_date(unit.now))
    start_delivery_clock(unit, case.root_id, city_date(unit.now))
    progress.deliver(unit, case.root_id, REOPENING, {})
    if parts:
        _ask_again(unit, case, parts)
    return {"case_no": case.case_no}


def _ask_again(unit: Unit, case: CaseFile, parts: Sequence[BranchResult]) -> None:
    """Let each department make its own part anew, as it had decided; raise NotInRelease."""
    results = [f"{one.department}/{one.part}/{'grant' if one.granted else 'deny'}" for one in parts]
    try:
        facts = {"case_no": case.case_no, "results": results}
        progress.start_beside(unit, case.root_id, REMAKING, facts, several=True)
    except progress.NotInRelease:
        raise progress.NotInRelease(process="重新制作分支结果") from None
