"""What the letters of this room say: feedback on what came by net or mail, promises, and their consequences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from engine.casework.cases.file.queries import MaterialRow
from engine.casework.cases.letters import letter
from engine.casework.cases.paperwork import signature_said
from engine.casework.cases.queries import case_by_root
from engine.foundation.store.unit import Unit
from engine.process.documents.issuing import Centre, issue
from engine.registry.items.queries import item_at
from processes.items import Item

NEXT_STEP = (
    "预审通过的，窗口随即办理收件（受理）并出具《收件（受理）通知书》；"
    "请保持联系电话畅通，按通知书载明的时限等待办理结果。"
)
"""What an applicant from afar is told first; the clerk may say more (6.1.2)."""


def originals_to_bring(materials: Sequence[MaterialRow]) -> str:
    """Return the materials wanted as originals that came as files only, or 无 (T068: 需带原件)."""
    wanted = [one.name for one in materials if one.form == "original" and one.provided_form == "electronic"]
    return "、".join(wanted) or "无"


def told(item: Item) -> str:
    """Return what an applicant is told before promising (国办发〔2020〕42 号: 一次性书面告知)."""
    conditions = [f"{number}. {text}" for number, text in enumerate(item.conditions, 1)]
    waived = "、".join(one.name for one in item.materials if one.waived_by_commitment) or "无"
    return "\n".join(
        (
            f"办理“{item.name}”应当符合的条件：",
            *conditions,
            f"可以凭承诺免予提交的材料：{waived}。",
            f"作出准予决定后 {item.post_check_months} 个月内，业务主管部门对承诺内容进行核查。",
            LEGAL_CONSEQUENCE,
        )
    )


LEGAL_CONSEQUENCE = "不实承诺的，依法撤销决定，并将申请人列入失信记录；给他人造成损失的，依法承担相应责任。"
"""What follows from an untrue promise."""

LATE_CONSEQUENCE = "业务主管部门不能作出准予决定，可以终止办理并退回申请材料。"
"""What follows when what was promised does not come (RQ: 逾期处置)."""


def tell_next_step(unit: Unit, root_id: str, status: str, next_step: str, originals: str) -> None:
    """Issue the feedback on what came from afar: how it stands, what comes next, what to bring, where (T068)."""
    _issue(
        unit, root_id, "next_steps", status=status, next_step=next_step, originals=originals,
        window_address=unit.part(Centre).address,
    )  # fmt: skip


def promise_letters(
    unit: Unit, root_id: str, rows: Sequence[Mapping[str, Any]], supply_by: date, signature: Mapping[str, Any]
) -> None:
    """Issue the applicant's promise and the notice of 容缺受理, which tells the consequence (4.1.7)."""
    materials = [{"name": row["name"], "copies": int(row["copies_required"])} for row in rows]
    _issue(unit, root_id, "deficiency_promise", materials=materials, supply_by=supply_by,
           **signature_said(signature))  # fmt: skip
    _issue(unit, root_id, "deficiency_notice", materials=materials, supply_by=supply_by, consequence=LATE_CONSEQUENCE)


def commitment_letter(unit: Unit, root_id: str, signature: Mapping[str, Any]) -> None:
    """Issue what was told and promised in writing (4.1.7)."""
    item = item_at(unit.connection, case_by_root(unit.connection, root_id).item_digest)
    _issue(unit, root_id, "commitment_notice", conditions=list(item.conditions), legal_consequence=LEGAL_CONSEQUENCE,
           check_months=item.post_check_months, **signature_said(signature))  # fmt: skip


def check_letter(unit: Unit, root_id: str, conforms: bool, findings: str) -> None:
    """Issue what the later check found."""
    follow_up = "" if conforms else "由业务负责人依法作出处理决定。"
    _issue(unit, root_id, "post_check_result", conclusion="conform" if conforms else "differ", findings=findings,
           follow_up=follow_up)  # fmt: skip


def revocation_letter(unit: Unit, root_id: str, answer: Mapping[str, Any]) -> None:
    """Issue the revocation with reasons, basis and remedies (行政许可法 69)."""
    case = case_by_root(unit.connection, root_id)
    _issue(unit, root_id, "revocation_decision", revoked=f"准予决定（办件编号 {case.case_no}）",
           reasons=answer["reason"], legal_basis=answer["legal_basis"], remedies=answer["remedies"])  # fmt: skip


def lapse_letter(unit: Unit, root_id: str, notified_on: date, due_on: date) -> None:
    """Tell that the case ended because nothing came; nothing of it is deleted (附录C)."""
    _issue(unit, root_id, "lapse_notice", notified_on=notified_on, due_on=due_on, consequence=LAPSED)


LAPSED = "按逾期未补正终结办理，办件材料和记录予以保留。"
"""What follows when the corrected materials do not come."""


def _issue(unit: Unit, root_id: str, kind: str, **fields: Any) -> None:
    issue(unit, root_id, kind, letter(unit, case_by_root(unit.connection, root_id), kind, **fields))
