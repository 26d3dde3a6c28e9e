"""归档前重办: a result that was delivered with a fault is taken back into the process and made once more.

Only between delivery and archiving, by the head of the department, for a reason.  What was made and delivered
before stays in the journal; the rows are made anew on the second round.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from engine.casework.cases.endings.handlers import asked
from engine.casework.cases.queries import CaseFile, set_case
from engine.casework.cases.rooted import OnCase
from engine.casework.cases.rules import STATUSES
from engine.casework.cases.timing import ARCHIVE, start_delivery_clock
from engine.casework.issuance.queries import delivery_of, drop_round, result_of
from engine.foundation.clock import city_date
from engine.foundation.errors import Conflict
from engine.foundation.journal.tags import tag
from engine.foundation.store.unit import Unit
from engine.process.clocks.ledgers import stop_clock
from engine.process.tasks import progress
from engine.process.tasks.registry import View
from forms import Context

REOPENED = tag("case.reopened", "归档前发现结果有误，重新制作：{reason}")

REOPENING = "reopening"
"""The message that takes a case back from the archive to the making of its result."""
AFTER_DELIVERY = frozenset({"delivered", "collated"})


class NotReopenable(Conflict):
    """本件现为“{status}”，不能重新制作结果，请核对办件状态：只能在送达之后、归档之前发现结果有误时重办（6.2.1、6.4.1）。"""

    code = "NOT_REOPENABLE"


@dataclass(frozen=True, kw_only=True)
class ReopenCase(OnCase):
    """归档前重办: the delivered result is wrong and is made once more (form ``reopen``)."""

    action: ClassVar[str] = "case.reopen"


def prepare_reopening(view: View, case: CaseFile) -> Context:
    """Start with an empty form."""
    return Context(now=view.now)


def reopen(command: ReopenCase, unit: Unit) -> Mapping[str, Any]:
    """Take the case back to the making of its result; a new delivery clock runs from today (行政许可法 44).

    Raises :class:`NotReopenable` before the delivery and after archiving, InvalidFields for the form.
    """
    case, answer = asked(unit, command, "reopen", prepare_reopening)
    if case.status not in AFTER_DELIVERY:
        raise NotReopenable(status=STATUSES[case.status])
    made, delivered = result_of(unit.connection, case.root_id), delivery_of(unit.connection, case.root_id)
    unit.record(
        REOPENED, case.root_id, reason=answer["reason"], result_no=made.result_no if made else "",
        files=list(made.files) if made else [], document=delivered.document_id if delivered else None,
    )  # fmt: skip
    drop_round(unit, case.root_id)
    set_case(unit, case.root_id, status="decided", delivered_at=None)
    stop_clock(unit, case.root_id, ARCHIVE, city_date(unit.now))
    start_delivery_clock(unit, case.root_id, city_date(unit.now))
    progress.deliver(unit, case.root_id, REOPENING, {})
    return {"case_no": case.case_no}
