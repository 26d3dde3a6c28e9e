"""What a case may need besides its tasks: the applicant in clear for a reason, and an extension of its limit."""

from __future__ import annotations

from typing import Any

from engine.casework.cases.commands import Unmask
from engine.casework.cases.handlers import ReasonMissing
from engine.casework.cases.procedures.commands import RequestExtension
from engine.casework.cases.procedures.rules import (
    ExtendedAlready,
    ExtensionLate,
    ExtensionPaused,
    ExtensionReasonMissing,
    ExtensionTooLong,
    NotExtendable,
)
from engine.casework.cases.queries import applicant_of, visible_case
from engine.casework.cases.rules import CaseMissing
from engine.foundation.errors import Conflict
from engine.foundation.store.unit import RootMissing
from engine.foundation.vault import Vault
from engine.process.tasks.commands import CompleteTask
from engine.process.tasks.queries import tasks_of
from engine.registry.identity.rules import NotYourAction, SodViolation
from forms import checks
from web.api.contract import Call, Operation, Reply
from web.api.groups import DOING, MOVING
from web.api.routes.catalogue import opened_tasks
from web.api.schema import Schema, closed, flag, listed, record, ref, text, whole
from web.api.shapes.cases import case_links

APPROVE = "cases.approve_extension"


class NoExtensionAsked(Conflict):
    """本办件没有等待批准的延长办理期限申请（行政许可法第四十二条）。请打开办件核对。"""

    code = "NO_EXTENSION_ASKED"


SCHEMAS: dict[str, Schema] = {
    "UnmaskBody": closed(
        record({"reason": text("理由，至少 4 个字，写入访问记录", maxLength=200)}, about="查看完整信息")
    ),
    "ClearApplicant": record(
        {
            "case_no": text("办件编号"), "kind": text("person 或 organisation"), "name": text("姓名（名称）"),
            "id_kind": text("证件类型代号"), "id_kind_name": text("证件类型"), "id_no": text("证件号码"),
            "phone": text("电话"), "address": text("地址"), "contact_name": text("联系人"),
            "legal_representative": text("法定代表人"),
        },
        about="申请对象的完整信息：只在说明理由后给出，不得留存",
    ),
    "ExtensionBody": closed(
        record({"days": whole("延长的工作日数"), "reason": text("理由", maxLength=1000)}, about="申请延长办理期限")
    ),
    "ExtensionReply": record(
        {
            "case_no": text("办件编号"), "extension": whole("第几次申请"),
            "tasks": listed(ref("OpenedTask"), "产生的待办"), "links": ref("Links"),
        }
    ),
    "ExtensionDecisionBody": closed(
        record({"approved": flag("是否批准")}, {"opinion": text("意见", maxLength=1000)}, "批准延长办理期限")
    ),
    "ExtensionDecisionReply": record(
        {
            "case_no": text("办件编号"), "approved": flag("是否批准"), "tasks": listed(ref("OpenedTask"), "产生的待办"),
            "links": ref("Links"),
        }
    ),
}  # fmt: skip


def unmask(call: Call, case_no: str) -> Reply:
    """Return the applicant in clear; who looked and why stands in the caller's own journal first."""
    call.door.execute(Unmask(case_no=case_no, reason=call.body["reason"]), call.actor, key=call.key)
    with call.door.read(call.actor, action="case.unmask") as view:
        case = visible_case(view.connection, case_no, view.scope)
        who = applicant_of(view.connection, view.part(Vault), case.applicant_id)
    told: dict[str, Any] = {name: value for name, value in vars(who).items() if name != "id"}
    return Reply({"case_no": case_no, **told, "id_kind_name": checks.IDENTITY_KINDS[who.id_kind].label})


def request_extension(call: Call, case_no: str) -> Reply:
    """Ask for more time before the limit is over (行政许可法 42)."""
    command = RequestExtension(case_no=case_no, days=call.body["days"], reason=call.body["reason"])
    outcome = call.door.execute(command, call.actor, key=call.key)
    return Reply(
        {
            "case_no": case_no, "extension": outcome["extension"], "tasks": _waiting(call, case_no),
            "links": case_links(case_no),
        }
    )  # fmt: skip


def decide_extension(call: Call, case_no: str) -> Reply:
    """Approve or refuse what was asked: works the task that waits for it."""
    with call.door.read(call.actor, action="task.work") as view:
        case = visible_case(view.connection, case_no, view.scope)
        # Done ones too: a decision that is repeated with its key gets the answer of the first.
        asked = [task for task in tasks_of(view.connection, case.root_id) if task.act == APPROVE]
    if not asked:
        raise NoExtensionAsked
    answer = {"approved": "yes" if call.body["approved"] else "no", "opinion": call.body.get("opinion", "")}
    command = CompleteTask(task_id=asked[-1].id, answer=answer, partial=True)
    outcome = call.door.execute(command, call.actor, key=call.key)
    return Reply(
        {
            "case_no": case_no, "approved": call.body["approved"], "tasks": opened_tasks(call, outcome),
            "links": case_links(case_no),
        }
    )  # fmt: skip


def _waiting(call: Call, case_no: str) -> list[dict[str, Any]]:
    with call.door.read(call.actor, action="case.see") as view:
        case = visible_case(view.connection, case_no, view.scope)
        ids = [one.id for one in tasks_of(view.connection, case.root_id, state="open") if one.act == APPROVE]
    return opened_tasks(call, {"opened": ids})


OPERATIONS = (
    Operation(
        "unmask", "POST", "/v1/cases/{case_no}/unmask", "cases", "查看申请对象的完整信息", unmask,
        ref("ClearApplicant"), body=ref("UnmaskBody"), refusals=(NotYourAction, CaseMissing, ReasonMissing),
    ),
    Operation(
        "request_extension", "POST", "/v1/cases/{case_no}/extensions", "cases", "申请延长办理期限", request_extension,
        ref("ExtensionReply"), status=201, body=ref("ExtensionBody"),
        refusals=(
            NotYourAction, CaseMissing, RootMissing, SodViolation, NotExtendable, ExtendedAlready, ExtensionTooLong,
            ExtensionReasonMissing, ExtensionLate, ExtensionPaused, *MOVING,
        ),
    ),
    Operation(
        "decide_extension", "POST", "/v1/cases/{case_no}/extensions/decision", "cases", "批准延长办理期限",
        decide_extension, ref("ExtensionDecisionReply"), body=ref("ExtensionDecisionBody"),
        refusals=(*DOING, NoExtensionAsked),
    ),
)  # fmt: skip
