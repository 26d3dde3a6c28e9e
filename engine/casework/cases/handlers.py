"""Commands on a case besides its tasks: looking at sealed data, with a reason."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.casework.cases.commands import Unmask
from engine.casework.cases.queries import visible_case
from engine.foundation.errors import Invalid
from engine.foundation.journal.tags import tag
from engine.foundation.store.unit import Unit
from engine.registry.identity.rules import scope_of

UNMASKED = tag("access.unmasked", "查看办件 {case_no} 申请对象的完整信息，理由：{reason}")


class ReasonMissing(Invalid):
    """请填写查看完整个人信息的理由（至少 4 个字），理由会写入访问记录。"""

    code = "REASON_MISSING"


def unmask(command: Unmask, unit: Unit) -> Mapping[str, Any]:
    """Journal who looks at whose data and why, in the reader's own chain; the case's version stays.

    The values themselves are read afterwards in a reading: an outcome is kept with its idempotency key and
    must not hold personal data.
    """
    if len(command.reason.strip()) < 4:
        raise ReasonMissing
    case = visible_case(unit.connection, command.case_no, scope_of(unit.actor))
    chain = unit.lock_or_create(f"access:{unit.actor.account}", "access").id
    unit.record(UNMASKED, chain, case_no=case.case_no, reason=command.reason.strip())
    return {"case_no": case.case_no}
