"""Journalling an export before its file is sent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.casework.cases.listing.commands import ExportList
from engine.foundation.errors import Invalid
from engine.foundation.journal.tags import tag
from engine.foundation.store.unit import Unit

EXPORTED = tag("access.exported", "导出办件列表 {rows} 件，用途：{purpose}")


class PurposeMissing(Invalid):
    """请填写导出办件列表的用途（至少 4 个字，个人信息保护法第六条），用途会写入访问记录。"""

    code = "PURPOSE_MISSING"


def export(command: ExportList, unit: Unit) -> Mapping[str, Any]:
    """Journal who takes which list for what; raise :class:`PurposeMissing` for fewer than four characters."""
    purpose = command.purpose.strip()
    if len(purpose) < 4:
        raise PurposeMissing
    chain = unit.lock_or_create(f"access:{unit.actor.account}", "access").id
    unit.record(
        EXPORTED, chain, filters=dict(command.filters), words=command.words, purpose=purpose, rows=command.rows,
        digest=command.digest,
    )  # fmt: skip
    return {"rows": command.rows}
