"""The schemas of what ``shapes.cases`` writes."""

from __future__ import annotations

from engine.casework.cases.rules import CASE_TYPES, CHANNELS, STATUSES
from engine.process.documents.rules import KINDS, STATES
from web.api.schema import Schema, anything, day, flag, listed, mapping, maybe, moment, one_of, record, ref, text, whole
from web.api.shapes.cases import DECISIONS, OUTCOMES
from web.api.shapes.clocks import CLOCK
from web.api.shapes.common import coded, maybe_coded, maybe_person

_SUMMARY: dict[str, Schema] = {
    "case_no": text("办件编号（43 位）"),
    "item_code": text("事项代码"),
    "item_name": text("事项名称"),
    **coded("case_type", CASE_TYPES, "办件类型"),
    **coded("department", about="承办部门"),
    **coded("status", STATUSES, "办件状态"),
    **maybe_coded("outcome", OUTCOMES, "结局"),
    **coded("channel", CHANNELS, "办理形式"),
    "applicant_name": text("申请人（自然人姓名已脱敏）"),
    "received_at": moment("收到材料的时间"),
    "accepted_on": maybe(day("受理日")),
    "closed_at": maybe(moment("办件结束的时间")),
    "links": ref("Links"),
}
_COURSE: dict[str, Schema] = {
    "registered_at": moment("登记时间"),
    "first_responder": text("首问责任人（账号）"),
    "first_responder_name": text("首问责任人（姓名）"),
    "hall_visits": whole("到现场次数"),
    "accepted_at": maybe(moment("收件（受理）时间")),
    **maybe_person("accepted_by", "受理人"),
    "deemed": flag("是否视为受理"),
    "delay_reason": maybe(text("隔日受理的原因")),
    "excluded_procedures": listed(text(), "不计入承诺时限的程序"),
    **maybe_coded("decision", DECISIONS, "决定"),
    "decided_at": maybe(moment("决定时间")),
    **maybe_person("decided_by", "决定人"),
    "handed_over_at": maybe(moment("结果转交时间（6.3.1）")),
    "signed_at": maybe(moment("综合窗口签收结果的时间（承诺时限到此为止）")),
    "delivered_at": maybe(moment("送达时间")),
}

CASES: dict[str, Schema] = {
    "CaseSummary": record(_SUMMARY, about="办件列表中的一件"),
    "CaseList": record({"cases": listed(ref("CaseSummary")), "page": ref("Page")}),
    "Applicant": record(
        {
            "kind": one_of({"person": "自然人", "organisation": "法人或其他组织"}),
            "name": text("姓名（已脱敏）或名称"),
            "id_kind": text("证件类型代号"),
            "id_kind_name": text("证件类型"),
            "id_no": text("统一社会信用代码，或已脱敏的证件号码"),
            "phone": text("电话（已脱敏）"),
            "address": text("地址（已脱敏）"),
            "contact_name": text("联系人（已脱敏）"),
            "legal_representative": text("法定代表人（已脱敏）"),
        },
        about="申请对象",
    ),
    "Clock": record(CLOCK, about="时限"),
    "CaseMaterial": record(
        {
            "no": whole("序号"), "name": text("名称"), "form": text("要求的形式"), "copies_required": whole("应收份数"),
            "required": flag("必要"), "deficiency_allowed": flag("可容缺"), "source": text("来源"),
            "provided_form": maybe(text("提交的形式")), "copies": whole("实收份数"),
            "original_checked": flag("已核对原件"), "shared": flag("共享取得"), "returned": flag("核验后退还"),
            "verdict": maybe(text("形式审查意见")), "advice": maybe(text("补正意见")),
            "files": listed(ref("FileRef")),
        },
        about="办件的一项材料",
    ),
    "Correction": record(
        {
            "round": whole("第几次"),
            "state": one_of(
                {
                    "proposed": "待部门确认", "confirmed": "已确认", "declined": "部门不同意", "issued": "已出具通知书",
                    "received": "已收到补正", "taken_back": "已收回重审",
                }
            ),
            "lines": listed(mapping(anything())),
            **maybe_person("proposed_by", "提出人"),
            "proposed_at": moment("提出时间"),
            **maybe_person("confirmed_by", "确认人"),
            "confirmed_at": maybe(moment("确认时间")),
            "document_id": maybe(text("通知书")),
            "issued_at": maybe(moment("出具时间")),
            "received_at": maybe(moment("收到补正的时间")),
        },
        about="补齐补正（6.1.3）",
    ),
    "Opinion": record(
        {
            "number": whole("序号"), "kind": text("环节"), **coded("department", about="部门"), "account": text("账号"),
            "name": text("姓名"), "conclusion": text("结论"), "text": text("内容"), "basis": maybe(text("依据")),
            "at": moment("时间"),
        },
        about="意见",
    ),
    "Handover": record(
        {
            "number": whole("序号"),
            "subject": one_of({"materials": "纸质材料", "result": "结果"}),
            "lines": listed(mapping(anything())),
            **maybe_person("given_by", "移交人"),
            "given_at": moment("移交时间"),
            **maybe_person("taken_by", "签收人"),
            "taken_at": maybe(moment("签收时间")),
            "signature": maybe(text("签字方式：drawn 或 paper")),
            "document_id": maybe(text("签收单")),
        },
        about="移交与签收（6.1.5、6.3.1）",
    ),
    "SiteVisit": record(
        {
            "number": whole("序号"), "planned_on": day("计划日期"), "place": text("地点"),
            "visitors": listed(mapping(text())), "visited_on": maybe(day("踏勘日期")), "findings": maybe(text("情况")),
            "conclusion": maybe(text("结论")),
        },
        about="踏勘（不停表）",
    ),
    "Result": record(
        {
            "title": text("名称"), "result_no": text("编号"), "valid_from": day("有效期起"),
            "valid_until": maybe(day("有效期止")), "files": listed(text("文件摘要")),
            **maybe_person("made_by", "制作人"), "made_at": moment("制作时间"),
        },
        about="结果文书或证照",
    ),
    "Delivery": record(
        {
            "mode": text("方式"), "receiver_kind": text("领取人类别"), "receiver_name": text("领取人（已脱敏）"),
            "id_kind": text("证件类型"), "delivered_at": moment("送达时间"), **maybe_person("delivered_by", "发放人"),
            "document_id": text("送达回执"), "told_department_at": maybe(moment("反馈部门的时间（6.3.4）")),
        },
        about="送达（6.3.2）",
    ),
    "Archive": record(
        {
            **maybe_person("collated_by", "归纳人"), "collated_at": maybe(moment("归纳时间")),
            "retention": maybe(text("保管期限")), "archive_no": maybe(text("档号")),
            "conclusion": maybe(text("归档意见")),
            **maybe_person("archived_by", "归档人"), "archived_at": maybe(moment("归档时间")),
            "decided_at": maybe(moment("归档决定时间")),
        },
        about="归档（6.4）",
    ),
    "Document": record(
        {
            "id": text("文书标识"),
            "case_no": text("办件编号"),
            "kind": one_of({kind: one.title for kind, one in KINDS.items()}),
            "title": text("名称"),
            "number": text("文号"),
            "state": one_of(STATES, "状态"),
            "issued_at": moment("出具时间"),
            "issued_by": text("出具人（账号）"),
            "template_digest": text("模板摘要"),
            "font_digest": text("字体摘要"),
            "sha256": maybe(text("文件摘要，生成文件后才有")),
            "rendered_at": maybe(moment("生成时间")),
            "void": maybe(
                record(
                    {
                        "at": moment("作废时间"), "by": text("作废人（账号）"), "reason": text("作废理由"),
                        "reissued_as": maybe(text("重新出具的文书标识")), "new_number": maybe(text("重新出具的文号")),
                    },
                    about="作废",
                )
            ),
            "links": ref("Links"),
        },
        about="文书",
    ),
    "DocumentList": record({"case_no": text("办件编号"), "documents": listed(ref("Document"))}),
    "DocumentReply": record(
        {
            "case_no": text("办件编号"),
            "task_id": text("由此办结的待办"),
            "document": record(
                {
                    "id": text("文书标识"), "kind": text("文书种类"), "title": text("名称"), "number": text("文号"),
                    "issued_at": moment("出具时间"), "links": ref("Links"),
                },
                about="出具的文书",
            ),
            "opened": listed(ref("OpenedTask")),
            "links": ref("Links"),
        }
    ),
    "DeliveryReply": record(
        {
            "case_no": text("办件编号"), "task_id": text("由此办结的待办"), "delivery": ref("Delivery"),
            "opened": listed(ref("OpenedTask")), "links": ref("Links"),
        }
    ),
    "ApplicationReply": record(
        {
            "case_no": text("办件编号"), "tasks": listed(ref("OpenedTask"), "收件后产生的待办"), "links": ref("Links"),
        }
    ),
    "Step": record(
        {
            "number": whole("序号"), "run": whole("第几次流程（0 为主流程）"), "task_no": whole("流程内的编号"),
            "process": text("流程"), "element": text("节点"), "kind": text("节点类型"), "name": text("名称"),
            "lane": text("泳道"), "state": text("完成或取消"), "at": moment("时间"),
            **maybe_person("account", "经手人"),
            **maybe_person("on_behalf", "请假、由经手人代理的人"),
        },
        about="办件经过的节点",
    ),
    "StepList": record({"case_no": text("办件编号"), "steps": listed(ref("Step"))}),
    "Line": record(
        {
            "seq": whole("序号"), "type": text("事件"), "at": moment("时间"), **maybe_person("account", "经手人"),
            **maybe_person("on_behalf", "请假、由经手人代理的人"),
            "sentence": text("说明"),
        },
        {
            "data": mapping(anything(), "全部内容（审计员）"), "command": text("办理"), "key": text("提交编号"),
            "hash": text("本条摘要"), "previous": text("上一条摘要"),
        },
        "过程记录的一条",
    ),
    "History": record(
        {
            "case_no": text("办件编号"), "lines": listed(ref("Line")), "total": whole("共几条"),
            "next": maybe(text("后面各条的地址")),
        }
    ),
    "Case": record(
        {
            **_SUMMARY,
            "applicant": ref("Applicant"),
            **_COURSE,
            "clocks": listed(ref("Clock")),
            "materials": listed(ref("CaseMaterial")),
            "corrections": listed(ref("Correction")),
            "opinions": listed(ref("Opinion")),
            "handovers": listed(ref("Handover")),
            "site_visits": listed(ref("SiteVisit")),
            "result": maybe(ref("Result")),
            "delivery": maybe(ref("Delivery")),
            "archive": maybe(ref("Archive")),
            "documents": listed(ref("Document")),
            "open_tasks": listed(ref("Task")),
            "awaited_messages": listed(
                record(
                    {
                        "message": text("消息的名称"), "title": text("消息"), "key_title": text("业务键是什么"),
                        "key": text("业务键"), "since": moment("何时起等待"),
                    }
                ),
                "正在等待的外部消息",
            ),
        },
        about="办件",
    ),
}  # fmt: skip
