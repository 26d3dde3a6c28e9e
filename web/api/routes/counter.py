"""The counter's day: several items at once, questions and calls, visits, back-records, shift, decisions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.casework.cases.commands import DecideBackRecord, ReceiveTogether, RecordVisit
from engine.casework.cases.origin.rules import (
    NotAwaitingApproval,
    OwnBackRecord,
    VerdictReasonMissing,
    VisitReasonMissing,
)
from engine.casework.cases.queries import granted
from engine.casework.cases.rules import ApplicantKindRefused, CaseMissing, CounterFull, NotOneWindow
from engine.casework.counselling.commands import AnswerCall, AnswerConsultation, AskDepartment, CallDepartment
from engine.casework.counselling.consultations import days_overdue
from engine.casework.counselling.queries import Consultation, consultations_for
from engine.casework.counselling.rules import (
    PURPOSES,
    CallAnswered,
    CallMissing,
    ConsultationAnswered,
    ConsultationMissing,
    NotEntrusted,
    NotYourDepartment,
)
from engine.foundation.errors import InvalidFields
from engine.foundation.store.unit import RootMissing
from engine.foundation.vault import Vault
from engine.process.bpmn.releases.queries import NoRelease
from engine.process.tasks.shift.commands import HandOverTasks
from engine.process.tasks.shift.rules import HandOverToSelf, NothingToHandOver
from engine.registry.identity.queries import AccountUnknown
from engine.registry.identity.rules import NotYourAction
from engine.registry.items.queries import ItemUnknown
from web.api.contract import Call, Operation, Parameter, Reply
from web.api.groups import COUNTED, FILES, HOUSE, MOVING, Refusals
from web.api.routes.catalogue import flat_answer, opened_tasks
from web.api.schema import Schema, closed, day, flag, listed, maybe, moment, one_of, record, ref, text, whole
from web.api.shapes.cases import case_links
from web.api.shapes.common import PAGING, moment_text, page_json, places
from web.decisions import published

_ITEM = text("事项代码", minLength=1, maxLength=40, pattern="^[A-Za-z0-9_-]+$")
_ROWS: Schema = {"type": "array", "items": {"type": "object"}, "description": "已提交的材料；没有列出的取初始值"}

SCHEMAS: dict[str, Schema] = {
    "TogetherBody": {
        **record(
            {"items": listed(record({"item": _ITEM}, {"materials": _ROWS}, "一个事项"), minItems=1, maxItems=20)},
            {"answer": ref("Answer"), "applicant": {"type": "object", "description": "申请对象，与单项申请相同"}},
            "一次申请多个事项：共用部分与单项申请相同，材料按事项列出",
        ),
        "additionalProperties": True,
        "examples": [
            {
                "items": [{"item": "I01"}, {"item": "I06"}],
                "applicant": {"name": "王建国", "id_no": "410502199003070010", "phone": "13800001234"},
            }
        ],
    },
    "TogetherReply": record(
        {
            "application": text("申请编号"),
            "cases": listed(
                record(
                    {
                        "item": text("事项代码"),
                        "case_no": text("办件编号"),
                        "tasks": listed(ref("OpenedTask"), "收件后产生的待办"),
                        "links": ref("Links"),
                    }
                )
            ),
        }
    ),
    "VisitBody": closed(record({"reason": text("缘由", maxLength=200)}, about="登记到场")),
    "VisitReply": record({"case_no": text("办件编号"), "visits": whole("到现场次数")}),
    "BackRecordBody": closed(record({"approve": flag("是否批准")}, {"note": text("意见", maxLength=300)}, "审批补录")),
    "BackRecordReply": record({"case_no": text("办件编号"), "tasks": listed(ref("OpenedTask"), "开始办理的待办")}),
    "AskBody": closed(
        record(
            {"department": text("部门代号"), "title": text("标题"), "content": text("内容")},
            {"case_no": text("有关办件")},
            "咨询部门",
        )
    ),
    "AnswerBody": closed(record({"answer": text("答复")}, about="答复咨询")),
    "CallBody": closed(
        record(
            {"item": _ITEM},
            {"purpose": one_of(PURPOSES, "目的"), "request": text("说明"), "case_no": text("有关办件")},
            "呼叫部门",
        )
    ),
    "AnswerCallBody": closed(
        record({"way": text("onsite、phone 或 network")}, {"conclusion": text("结论")}, "回应呼叫")
    ),
    "NumberReply": record(
        {"number": text("编号")},
        {"overdue_days": whole("超期工作日数"), "minutes": whole("响应分钟数")},
        "咨询单或呼叫",
    ),
    "Consultation": record(
        {
            "number": text("编号"),
            "department": text("部门代号"),
            "department_name": text("部门"),
            "title": text("标题"),
            "content": text("内容"),
            "asked_by": text("咨询人（账号）"),
            "asked_at": moment("咨询时间"),
            "due_on": day("承诺答复"),
            "answer": maybe(text("答复")),
            "answered_by": maybe(text("承办人（账号）")),
            "answered_at": maybe(moment("答复时间")),
            "overdue_days": whole("超期工作日数"),
        },
        about="咨询单（GB/T 39046 表10）",
    ),
    "ConsultationList": record({"consultations": listed(ref("Consultation"))}),
    "HandOverBody": closed(
        record(
            {"to": text("接班人（账号）", minLength=1, maxLength=40)},
            {"tasks": listed(text("待办编号")), "note": text("说明", maxLength=500)},
            "交班：不列待办时全部交接",
        )
    ),
    "HandOverReply": record(
        {
            "to": text("接班人（账号）"),
            "given": listed(text(), "已交接的待办"),
            "left": listed(record({"task_id": text("待办"), "name": text("名称"), "reason": text("不能交接的原因")})),
        }
    ),
    "Decision": record(
        {
            "applicant": text("申请对象（自然人已脱敏）"),
            "id_no": text("证件号码（自然人已脱敏）"),
            "item": text("事项"),
            "department": text("决定机关"),
            "decided_on": day("决定日期"),
        },
        about="公开的准予决定",
    ),
    "DecisionList": record({"decisions": listed(ref("Decision")), "page": ref("Page")}),
}


def hand_in_together(call: Call) -> Reply:
    """Register one application for several items, everything or nothing (3.3)."""
    body = {name: value for name, value in call.body.items() if name != "items"}
    codes = [one["item"] for one in call.body["items"]]
    if len(set(codes)) < len(codes):
        raise InvalidFields({"items": "同一事项列出了两次，请只保留一处"})
    materials = {one["item"]: one.get("materials", []) for one in call.body["items"]}
    command = ReceiveTogether(answer=flat_answer(body), materials=materials, partial=True)
    outcome = call.door.execute(command, call.actor, key=call.key)
    cases = [
        {
            "item": one["item"], "case_no": one["case_no"], "tasks": opened_tasks(call, one),
            "links": case_links(one["case_no"]),
        }
        for one in outcome["cases"]
    ]  # fmt: skip
    return Reply({"application": outcome["application"], "cases": cases})


def record_visit(call: Call, case_no: str) -> Reply:
    """Note that the applicant came to the hall once more, and why."""
    command = RecordVisit(case_no=case_no, reason=call.body["reason"])
    return Reply(dict(call.door.execute(command, call.actor, key=call.key)))


def decide_back_record(call: Call, case_no: str) -> Reply:
    """Approve or refuse paper that was taken while the system was down."""
    command = DecideBackRecord(case_no=case_no, approve=call.body["approve"], note=call.body.get("note", ""))
    outcome = call.door.execute(command, call.actor, key=call.key)
    return Reply({"case_no": case_no, "tasks": opened_tasks(call, outcome)})


def list_consultations(call: Call) -> Reply:
    """Return the consultations in the caller's scope, unanswered first."""
    with call.door.read(call.actor, action="consultation.see") as view:
        where = places(view)
        found = consultations_for(view.connection, view.scope, open_only=call.query["open"] == "true")
        told = [_consultation_json(one, where, days_overdue(view, one)) for one in found]
    return Reply({"consultations": told})


def ask_department(call: Call) -> Reply:
    """Ask a department; its working day begins."""
    body = call.body
    command = AskDepartment(
        department=body["department"], title=body["title"], content=body["content"], case_no=body.get("case_no", "")
    )
    return Reply(dict(call.door.execute(command, call.actor, key=call.key)))


def answer_consultation(call: Call, number: str) -> Reply:
    """Answer for the department."""
    command = AnswerConsultation(number=number, answer=call.body["answer"])
    return Reply(dict(call.door.execute(command, call.actor, key=call.key)))


def call_department(call: Call) -> Reply:
    """Call the department of an item to the counter."""
    body = call.body
    command = CallDepartment(
        item_code=body["item"], purpose=body.get("purpose", "entrusted"), request=body.get("request", ""),
        case_no=body.get("case_no", ""),
    )  # fmt: skip
    return Reply(dict(call.door.execute(command, call.actor, key=call.key)))


def answer_call(call: Call, number: str) -> Reply:
    """Answer a call by one of the three ways."""
    command = AnswerCall(number=number, way=call.body["way"], conclusion=call.body.get("conclusion", ""))
    return Reply(dict(call.door.execute(command, call.actor, key=call.key)))


def hand_over_tasks(call: Call) -> Reply:
    """Give one's tasks to a colleague; those that cannot go are listed with the reason."""
    body = call.body
    command = HandOverTasks(to_account=body["to"], task_ids=tuple(body.get("tasks", ())), note=body.get("note", ""))
    return Reply(dict(call.door.execute(command, call.actor, key=call.key)))


def list_decisions(call: Call) -> Reply:
    """Return the granted decisions, masked, newest first (行政许可法 40)."""
    query = call.query
    with call.door.read(call.actor) as view:
        found, total = granted(
            view.connection, view.part(Vault), find=query["q"], offset=query["offset"], limit=query["limit"]
        )
        where = places(view)
    lines = [published(one, where[one.department]) for one in found]
    told = [{**vars(one), "decided_on": one.decided_on.isoformat()} for one in lines]
    return Reply({"decisions": told, "page": page_json(call, total, "/decisions", q=query["q"])})


def _consultation_json(one: Consultation, where: Mapping[str, str], overdue: int) -> dict[str, Any]:
    return {
        "number": one.number, "department": one.department, "department_name": where[one.department],
        "title": one.title, "content": one.content, "asked_by": one.asked_by, "asked_at": moment_text(one.asked_at),
        "due_on": one.due_on.isoformat(), "answer": one.answer, "answered_by": one.answered_by,
        "answered_at": moment_text(one.answered_at), "overdue_days": overdue,
    }  # fmt: skip


_RECEIVING: Refusals = (
    NotYourAction, ItemUnknown, NoRelease, NotOneWindow, ApplicantKindRefused, CounterFull, *FILES, *MOVING
)  # fmt: skip

OPERATIONS = (
    Operation(
        "hand_in_together", "POST", "/v1/applications/together", "counter", "一次提交多个事项的申请", hand_in_together,
        ref("TogetherReply"), status=201, body=ref("TogetherBody"), refusals=_RECEIVING,
    ),
    Operation(
        "record_visit", "POST", "/v1/cases/{case_no}/visits", "counter", "登记到场", record_visit, ref("VisitReply"),
        body=ref("VisitBody"), refusals=(NotYourAction, CaseMissing, RootMissing, VisitReasonMissing, *HOUSE),
    ),
    Operation(
        "decide_back_record", "POST", "/v1/cases/{case_no}/back-record", "counter", "审批补录", decide_back_record,
        ref("BackRecordReply"), body=ref("BackRecordBody"),
        refusals=(
            NotYourAction, CaseMissing, RootMissing, NotAwaitingApproval, OwnBackRecord, VerdictReasonMissing,
            *MOVING,
        ),
    ),
    Operation(
        "list_consultations", "GET", "/v1/consultations", "counter", "咨询单", list_consultations,
        ref("ConsultationList"), refusals=(NotYourAction,),
        query=(Parameter("open", one_of({"true": "未答复", "false": "全部"}), "只要未答复的", "false"),),
    ),
    Operation(
        "ask_department", "POST", "/v1/consultations", "counter", "咨询部门", ask_department, ref("NumberReply"),
        status=201, body=ref("AskBody"), refusals=(NotYourAction, CaseMissing, RootMissing, *COUNTED),
    ),
    Operation(
        "answer_consultation", "POST", "/v1/consultations/{number}/answer", "counter", "答复咨询", answer_consultation,
        ref("NumberReply"), body=ref("AnswerBody"),
        refusals=(NotYourAction, ConsultationMissing, RootMissing, ConsultationAnswered, NotYourDepartment, *COUNTED),
    ),
    Operation(
        "call_department", "POST", "/v1/calls", "counter", "呼叫部门", call_department, ref("NumberReply"), status=201,
        body=ref("CallBody"),
        refusals=(NotYourAction, ItemUnknown, CaseMissing, RootMissing, NotEntrusted, *COUNTED),
    ),
    Operation(
        "answer_call", "POST", "/v1/calls/{number}/answer", "counter", "回应呼叫", answer_call, ref("NumberReply"),
        body=ref("AnswerCallBody"),
        refusals=(NotYourAction, CallMissing, RootMissing, CallAnswered, NotYourDepartment, *COUNTED),
    ),
    Operation(
        "hand_over_tasks", "POST", "/v1/shift", "counter", "交班", hand_over_tasks, ref("HandOverReply"),
        body=ref("HandOverBody"),
        refusals=(NotYourAction, HandOverToSelf, NothingToHandOver, AccountUnknown, RootMissing),
    ),
    Operation(
        "list_decisions", "GET", "/v1/decisions", "open", "准予决定公开", list_decisions, ref("DecisionList"),
        open=True,
        query=(*PAGING, Parameter("q", text(maxLength=60), "事项名称的一部分", "")),
    ),
)  # fmt: skip
