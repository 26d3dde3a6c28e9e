"""Journalling that an audit bundle is taken, before it is sent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.foundation.errors import Invalid
from engine.foundation.journal.tags import tag
from engine.foundation.store.commands import Command, Handler
from engine.foundation.store.unit import Unit
from engine.oversight.audit.bundling.commands import ExportBundle

EXPORTED = tag("access.bundle_exported", "导出 {count} 件办件的审计包（{cases_told}），用途：{purpose}")


class BundlePurposeMissing(Invalid):
    """请填写导出审计包的用途（至少 4 个字，个人信息保护法第六条），用途会写入访问记录。"""

    code = "BUNDLE_PURPOSE_MISSING"


def export_bundle(command: ExportBundle, unit: Unit) -> Mapping[str, Any]:
    """Journal who takes which cases for what; raise :class:`BundlePurposeMissing` for fewer than four characters."""
    purpose = command.purpose.strip()
    if len(purpose) < 4:
        raise BundlePurposeMissing
    chain = unit.lock_or_create(f"access:{unit.actor.account}", "access").id
    told = "、".join(command.cases[:3]) + ("等" if len(command.cases) > 3 else "")
    unit.record(
        EXPORTED, chain, count=len(command.cases), cases=list(command.cases), cases_told=told, purpose=purpose,
        personal=command.personal, files=command.files, digest=command.digest,
    )  # fmt: skip
    return {"files": command.files}


HANDLERS: Mapping[type[Command], Handler] = {ExportBundle: export_bundle}
