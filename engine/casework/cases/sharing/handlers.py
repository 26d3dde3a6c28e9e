"""Showing verified materials of a case to another department."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.casework.cases import queries as cases
from engine.casework.cases.sharing import queries
from engine.casework.cases.sharing.commands import ShareMaterials
from engine.casework.cases.sharing.rules import refuse, sharing_errors
from engine.casework.cases.sharing.sight import materials_in_sight
from engine.foundation.journal.tags import tag
from engine.foundation.store.unit import Unit
from engine.process.tasks.notifications.queries import notify
from engine.registry.identity.rules import scope_of
from engine.registry.organisation.queries import CENTER, departments

SHARED = tag("material.shared", "向{department_name}共享已核验的材料：{names}（用途：{purpose}）")


def share_materials(command: ShareMaterials, unit: Unit) -> Mapping[str, Any]:
    """Share materials that were verified; sharing them again changes nothing (4.1.6 信息共享).

    Raises CaseMissing for a case out of sight, InvalidFields for what may not be shared.
    """
    case = cases.visible_case(unit.connection, command.case_no, scope_of(unit.actor))
    known = departments(unit.connection)
    fits = command.department in known and command.department not in (case.department, CENTER, "regulator")
    materials, purpose = materials_in_sight(unit, case), command.purpose.strip()[:200]
    refuse(sharing_errors(materials, command.numbers, purpose=purpose, department_fits=fits))
    fresh = [
        one.name
        for one in materials
        if one.no in command.numbers and queries.share(unit, case.root_id, one.no, command.department, purpose)
    ]
    if fresh:
        name = known[command.department].name
        unit.record(SHARED, case.root_id, department=command.department, department_name=name, purpose=purpose,
                    names="、".join(fresh))  # fmt: skip
        sentence = f"“{case.item_name}”办件共享了材料：{'、'.join(fresh)}。"
        notify(unit, case.root_id, "dept_reviewer", command.department, "shared_material", sentence)
    return {"case_no": case.case_no, "shared": fresh}
