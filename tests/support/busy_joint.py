"""A joint case in which all has happened that names a material or a file: what one department may not learn of it.

The fire department was asked for one part of I13: it needs the materials 1, 6 and 7.  All else is foreign to it.
"""

from __future__ import annotations

from typing import Any

from engine.casework.cases.custody.commands import HandOverAgain, ProposeResolution, RefuseHandover
from engine.casework.cases.file.queries import files_of, materials_of
from engine.casework.cases.outcomes.commands import CorrectMaterial
from engine.casework.cases.sharing.commands import ShareMaterials
from engine.foundation.blobs.queries import usable_uploads
from engine.process.tasks.commands import CompleteTask
from engine.process.tasks.copying.commands import SendCopies
from engine.registry.identity.rules import SYSTEM
from tests.support.gathering import call, comes, found, minutes, plan
from tests.support.house import COMPANY, PDF, House
from tests.support.joint import DENY, SUMMARY, account_of, branch_task, head_of, make_results, opine

KITCHEN = "主要设备设施布局、操作流程文件"
RULES = "食品安全规章制度"
SIGN_DRAWING = "户外招牌设置效果图"
OWN = ("开餐饮店“一件事”申请表", "场所平面布置图、消防安全制度", "场地使用权证明")
"""The names of the materials that the fire department needs."""
OWN_FILES = frozenset({"疏散平面图.pdf", "消防现场.pdf", "租赁合同.pdf"})


def busy_case(house: House) -> str:
    """Return a joint case that was corrected, refused, disputed, shared, met about and visited; all is still open."""
    case_no = _received(house)
    _corrected(house, case_no)
    _handed_over(house, case_no)
    _asked(house, case_no)
    _worked(house, case_no)
    return case_no


def finished(house: House, case_no: str) -> None:
    """Let every department speak, the lead conclude, and the results be made out and handed over."""
    opine(house, case_no, "food")
    opine(house, case_no, "sign", {**DENY, "opinion": f"{SIGN_DRAWING}与现场不符"})
    opine(house, case_no, "fire")
    house.complete("D12", case_no, "ut_lead_conclude", {**SUMMARY, "summary": f"{KITCHEN}已核"})
    make_results(house, case_no)
    house.complete("D11", case_no, "ut_make_result", {})
    house.complete("D12", case_no, "ut_result_handover", {})
    house.complete("W03", case_no, "ut_result_receipt", {"signature": house.signature("W03")})


def foreign_names(house: House, case_no: str) -> frozenset[str]:
    """Return every name of a material or a file of the case that the fire department has no part in."""
    root = f"case:{case_no}"
    with house.door.read(SYSTEM) as view:
        names = {one.name for one in materials_of(view.connection, root)}
        names |= {one.file_name for one in files_of(view.connection, root)}
        names |= {one.file_name for one in usable_uploads(view.connection, "", root).values()}
    # Signatures are named alike, whoever gave one.
    return frozenset(names - {*OWN, *OWN_FILES, "签名.png"})


def _received(house: House) -> str:
    def file(name: str) -> dict[str, Any]:
        return _scan(house, "W01", name)

    materials: list[dict[str, Any]] = [
        {"no": "1", "provided_form": "original", "copies": 1},
        {"no": "3", "provided_form": "original", "copies": 1, "files": [file("厨房布局扫描.pdf")]},
        {"no": "4", "provided_form": "original", "copies": 2, "files": [file("后厨制度.pdf")]},
        {"no": "5", "provided_form": "original", "copies": 2, "files": [file("招牌效果.pdf")]},
        {"no": "6", "provided_form": "electronic", "files": [file("疏散平面图.pdf")]},
        {"no": "7", "provided_form": "electronic", "files": [file("租赁合同.pdf")]},
    ]
    return house.receive("W01", "I13", {**COMPANY, "materials": materials})


def _scan(house: House, account: str, name: str) -> dict[str, Any]:
    """Upload a file that is like no other: its name stands in it."""
    return house.upload(account, name, PDF.replace(b"1 0 obj", b"%" + name.encode() + b"\n1 0 obj"))


def _corrected(house: House, case_no: str) -> None:
    wrong = [
        {"no": "3", "verdict": "bad_form", "advice": f"请在{KITCHEN}上盖章"},
        {"no": "6", "verdict": "bad_form", "advice": "请标明疏散方向"},
    ]
    house.complete("W01", case_no, "ut_formal", {"formal_result": "correct", "materials": wrong})
    house.complete("D12", case_no, "ut_confirm_correction", {"confirmed": "agree"})
    house.complete("W01", case_no, "ut_issue_correction", {"checked": True})
    house.complete("W01", case_no, "ut_receive_correction", {})
    house.complete("W01", case_no, "ut_formal", {"formal_result": "accept"})
    house.execute("W01", CorrectMaterial(
        case_no=case_no, no=5, provided_form="original", copies=1, original_checked=True,
        reason=f"{SIGN_DRAWING}只收到一份",
    ))  # fmt: skip
    house.complete("W01", case_no, "ut_accept", {})


def _handed_over(house: House, case_no: str) -> None:
    refuse = RefuseHandover(case_no=case_no, subject="materials", reason=f"{KITCHEN}缺页，不能接收")
    house.execute("D11", refuse)
    sent = house.desk("W01", house.task(case_no, "ut_hand_over_again")).context.rows["materials"]
    copies = tuple((str(row["no"]), int(row["copies_sent"])) for row in sent)
    house.execute("W01", HandOverAgain(case_no=case_no, subject="materials", copies=copies))
    counted = [{"no": no, "copies_received": 1} for no, _ in copies]
    house.complete("D11", case_no, "ut_receive_paper", {
        "materials": counted, "receipt": "difference", "difference_note": f"{RULES}少一份",
        "signature": house.signature("D11"),
    })  # fmt: skip
    house.execute("W01", ProposeResolution(
        case_no=case_no, number=1, resolution="corrected", explanation=f"{RULES}只有一份"
    ))  # fmt: skip


def _asked(house: House, case_no: str) -> None:
    rows = [dict(row) for row in house.desk("D11", house.task(case_no, "ut_lead_plan")).context.rows["branches"]]
    house.complete("D11", case_no, "ut_lead_plan", {"branches": rows, "note": "请就本部门职责提出意见"})
    share = ShareMaterials(case_no=case_no, department="urban", numbers=(3,), purpose="核对排烟管道位置")
    house.execute("D11", share)


def _worked(house: House, case_no: str) -> None:
    """Let departments bring files of their own, meet and visit the place."""
    food = branch_task(house, case_no, "food")
    task = SendCopies(task_id=food.id, to_accounts=(head_of("market"),), note=f"请看{KITCHEN}")
    house.execute("D11", task)
    found_there = {"findings": f"{KITCHEN}与现场一致", "basis": "", "files": [_scan(house, "D11", "后厨核查.pdf")]}
    house.execute("D11", CompleteTask(task_id=food.id, answer=found_there, partial=True))
    call(house, case_no)
    comes(house, case_no, "fire")
    plan(house, case_no)
    house.at(2026, 3, 4, 15, 0)
    minutes(house, case_no)
    found(house, case_no, "market", findings=f"核对了{KITCHEN}", files=[_scan(house, "D11", "食品现场.pdf")], by="D11")
    for department, name in (("fire", "消防现场.pdf"), ("urban", "招牌现场.pdf")):
        account = account_of(department, 1)
        found(house, case_no, department, files=[_scan(house, account, name)])
