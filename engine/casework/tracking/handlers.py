"""Giving a code at receipt, and another one when the slip was lost."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.casework.cases.queries import visible_case
from engine.casework.tracking import queries
from engine.casework.tracking.commands import ReissueQueryCode
from engine.casework.tracking.rules import ReissueReasonMissing, new_code
from engine.foundation.journal.tags import tag
from engine.foundation.store.unit import Recorded, Unit
from engine.registry.identity.rules import scope_of

GIVEN = tag("tracking.code_given", "给申请人进度查询码")
REISSUED = tag("tracking.code_reissued", "换发进度查询码（第 {number} 个），原码停用；理由：{reason}")

_SHORTEST, _LONGEST = 2, 200


def give_code(unit: Unit, event: Recorded) -> None:
    """Give a case that has just been received its code, in the unit of the receipt."""
    queries.put_code(unit, event.root, new_code())
    unit.record(GIVEN, event.root)


def reissue(command: ReissueQueryCode, unit: Unit) -> Mapping[str, Any]:
    """Give the case another code; raise CaseMissing or :class:`ReissueReasonMissing`."""
    case = visible_case(unit.connection, command.case_no, scope_of(unit.actor))
    reason = " ".join(command.reason.split())
    if not _SHORTEST <= len(reason) <= _LONGEST:
        raise ReissueReasonMissing
    number = queries.put_code(unit, case.root_id, new_code())
    unit.record(REISSUED, case.root_id, number=number, reason=reason)
    return {"case_no": case.case_no, "number": number}
