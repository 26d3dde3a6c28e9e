"""One good surrounding and one good answer for each form: what a clerk would type at the counter."""

from __future__ import annotations

import copy
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from forms import Context, UploadRef
from tests.forms.item_sample import OPTIONS, item_answer
from tests.forms.joint_samples import BRANCHES, JOINT_ANSWERS, OPINIONS

NOW = datetime(2026, 3, 2, 1, 18, tzinfo=UTC)  # 09:18 in Asia/Shanghai
PDF = UploadRef("a" * 64, "申请书.pdf", 1200, "application/pdf")
PHOTO = UploadRef("b" * 64, "现场.jpg", 300_000, "image/jpeg")
PNG = UploadRef("c" * 64, "signature.png", 4000, "image/png")
UPLOADS = {ref.digest: ref for ref in (PDF, PHOTO, PNG)}
SIGNED = {"mode": "drawn", "files": [PNG.as_data()]}

ITEM_ROWS = (
    {"no": 1, "name": "食品经营许可申请书", "copies_required": 1},
    {"no": 2, "name": "营业执照", "copies_required": 0},
    {"no": 3, "name": "食品安全规章制度", "copies_required": 1},
)
DEFECTS = (
    {"no": 1, "name": "食品经营许可申请书", "copies_required": 1, "verdict": "bad_form", "advice": "请加盖公章"},
    {"no": 3, "name": "食品安全规章制度", "copies_required": 1, "verdict": "missing", "advice": "请补交"},
)
SENT = ({"no": 1, "name": "食品经营许可申请书", "copies_sent": 2}, {"no": 3, "name": "规章制度", "copies_sent": 3})
SENT_BEFORE = ({"no": 1, "name": "食品经营许可申请书", "copies_before": 2},)
RESULTS = ({"no": 1, "name": "食品经营许可证", "result_no": "JY2410502"},)
RESULTS_SENT = ({"no": 1, "name": "食品经营许可证", "result_no": "JY2410502", "copies_sent": 1},)
PROMISED = ({"no": 3, "name": "食品安全规章制度", "copies_required": 1, "advice": "请补交"},)
WAIVED = ({"no": 4, "name": "卫生检测报告", "advice": "凭承诺免予提交"},)
UNCORRECTED = ({"no": 3, "name": "食品安全规章制度", "advice": "请补交"},)
VISITORS = ({"account": "D11", "name": "张审查"}, {"account": "D14", "name": "刘审查"})

CHECKED = ({"no": "1", "name": "申请表", "source": "尚未核验"},)


def context(**changes: Any) -> Context:
    """The surroundings of the tests, with some of it changed."""
    return replace(Context(now=NOW, uploads=UPLOADS), **changes)


CONTEXTS: dict[str, Context] = {
    "move_to_item": context(options={"item": [("I09", "I09 出版物零售单位设立")]}),
    "plan_joint": context(rows={"branches": BRANCHES}),
    "add_branch": context(options={
        "department": [("eco", "生态环境局")], "depends_on": [("food", "食品经营许可")], "materials": [("1", "申请表")],
        "veto": [("none", "不影响其他分支")],
    }),
    "joint_conclude": context(rows={"branches": OPINIONS}, values={"conclusion_name": "准予"}),
    "branch_review": context(rows={"materials": CHECKED}, values={
        "branch_name": "消防检查", "branch_number": "1-02", "earlier": "无", "visit": "没有安排联合踏勘",
    }),
    "branch_opinion": context(values={
        "branch_name": "消防检查", "branch_number": "1-02", "findings": "符合", "visit": "没有",
    }),
    "item": context(options=OPTIONS),
    "meeting_call": context(options={"departments": [("urban", "城市管理局"), ("fire", "消防救援支队")]}),
    "meeting_answer": context(options={"department": [("fire", "消防救援支队")], "attendee": [("D101", "周代表")]}),
    "meeting_minutes": context(
        options={"attendance.department": [("fire", "消防救援支队")], "attendance.account": [("D101", "周代表")]},
        rows={"discussion": [{"no": "1", "agenda": "招牌"}]},
    ),
    "joint_visit_plan": context(
        options={
            "visitors.branch": [("fire", "消防检查"), ("sign", "招牌")],
            "visitors.account": [("D101", "周代表"), ("D91", "孙代表")],
        },
        rows={"branches": [{"key": "fire", "name": "消防检查", "department_name": "消防救援支队"}]},
    ),
    "joint_visit_join": context(
        options={"visitors.branch": [("fire", "消防检查")], "visitors.account": [("D101", "周代表")]},
        rows={"branches": [{"key": "fire", "name": "消防检查", "department_name": "消防救援支队"}]},
    ),
    "joint_visit_people": context(options={"branch": [("fire", "消防检查")], "people": [("D101", "周代表")]}),
    "joint_visit_findings": context(options={"branch": [("fire", "消防检查")]}),
    "relay_reply": context(values={"decision": "grant"}),
    "hearing_announce": context(options={"host": [("D13", "D13 档案员")]}),
    "application": context(rows={"materials": ITEM_ROWS}),
    "formal_review": context(rows={"materials": ITEM_ROWS}),
    "accept": context(values={"material_count": 3, "commitment": "5个工作日"}),
    "confirm_correction": context(rows={"materials": DEFECTS}),
    "issue_correction": context(rows={"materials": DEFECTS}),
    "receive_correction": context(rows={"materials": DEFECTS}),
    "receive_paper": context(rows={"materials": SENT}),
    "keep_result": context(values={"returned": "已催领 3 次"}),
    "fetch_kept": context(values={"kept": "由业务主管部门保管"}),
    "hand_over_again": context(rows={"materials": SENT_BEFORE}, values={"refused": "第 1 号移交单被拒收"}),
    "record_visit": context(rows={"visitors": VISITORS}),
    "prereview": context(rows={"materials": ITEM_ROWS}),
    "deficient_promise": context(rows={"materials": PROMISED}, values={"latest": "2026-03-09"}),
    "notice_commit": context(rows={"waived": WAIVED}, values={"told": "应当符合的条件"}),
    "close_uncorrected": context(rows={"materials": UNCORRECTED}, values={"limit_on": "2026-03-01"}),
    "post_check": context(
        rows={"waived": ({"no": 4, "name": "卫生检测报告"},)},
        values={"told": "应当符合的条件", "check_due": "2026-05-02"},
    ),
    "revoke": context(values={"findings": "未按承诺检测"}),
    "supply_deficient": context(rows={"materials": PROMISED}),
    "hand_over_result": context(rows={"items": RESULTS}),
    "sign_result": context(rows={"items": RESULTS_SENT}),
    "ship": context(options={"way": ["system", "by_hand"]}),
    "redeliver": context(options={"delivery_mode": ["mail", "pickup", "electronic"]}),
}


def context_of(key: str) -> Context:
    """The surroundings of one form."""
    return CONTEXTS.get(key, context())


ANSWERS: dict[str, dict[str, Any]] = {
    "application": {
        "applicant_kind": "person",
        "applicant_name": "王建国",
        "id_kind": "resident_id",
        "id_no": "410502199003070010",
        "contact_name": "",
        "phone": "13800001234",
        "address": "河南省安阳市文峰区光华路12号",
        "by_agent": False,
        "received_at": "2026-03-02T09:05",
        "channel": "1",
        "remote_mode": "local",
        "offline": False,
        "delivery_mode": "pickup",
        "materials": [
            {
                "no": 1,
                "name": "食品经营许可申请书",
                "copies_required": 1,
                "provided_form": "original",
                "copies": 1,
                "original_checked": True,
                "files": [PDF.as_data()],
            },
            {"no": 2, "name": "营业执照", "copies_required": 0, "provided_form": "electronic", "files": []},
            {"no": 3, "name": "食品安全规章制度", "copies_required": 1, "provided_form": "none"},
        ],
        "note": "",
    },
    "formal_review": {
        "materials": [
            {
                "no": row["no"],
                "name": row["name"],
                "copies_required": row["copies_required"],
                "copies": 1,
                "original_checked": False,
                "verdict": "complete",
                "files": [],
            }
            for row in ITEM_ROWS
        ],
        "formal_result": "accept",
        "opinion": "",
    },
    "prereview": {
        "materials": [
            {
                "no": row["no"],
                "name": row["name"],
                "copies_required": row["copies_required"],
                "copies": 1,
                "original_checked": False,
                "verdict": "complete",
                "files": [],
            }
            for row in ITEM_ROWS
        ],
        "formal_result": "accept",
        "next_step": "请保持电话畅通，等待办理结果。",
        "bring": "食品经营许可申请书",
        "opinion": "",
    },
    "deficient_promise": {
        "materials": list(PROMISED),
        "latest": "2026-03-09",
        "supply_by": "2026-03-09",
        "consequence_told": True,
        "signature": SIGNED,
    },
    "notice_commit": {
        "told": "应当符合的条件",
        "waived": list(WAIVED),
        "promises": ["known", "met", "check", "consequence"],
        "signature": SIGNED,
    },
    "fix_on_site": {
        "fixes": [{"subject": "application", "wrong": "漏填联系电话", "fixed": "补填联系电话"}],
        "confirmation": "named",
        "confirmed_by": "王建国",
    },
    "close_uncorrected": {
        "materials": list(UNCORRECTED),
        "limit_on": "2026-03-01",
        "lapse_decision": "extend",
        "more_days": 10,
        "reason": "申请人说明正在办理",
    },
    "post_check": {
        "told": "应当符合的条件",
        "waived": [{"no": 4, "name": "卫生检测报告"}],
        "check_due": "2026-05-02",
        "checked_on": "2026-03-02",
        "check_result": "pass",
        "findings": "现场与承诺相符",
        "files": [PHOTO.as_data()],
    },
    "revoke": {
        "findings": "未按承诺检测",
        "revocation": "revoke",
        "reason": "未履行承诺",
        "legal_basis": "《行政许可法》第六十九条",
        "remedies": "可以依法申请行政复议或者提起行政诉讼。",
    },
    "supply_deficient": {
        "materials": [{**PROMISED[0], "provided_form": "original", "copies": 1, "original_checked": True, "files": []}],
        "note": "",
    },
    "correct_material": {
        "no": "1",
        "provided_form": "copy",
        "copies": 2,
        "original_checked": True,
        "reason": "登记时份数点错",
    },
    "correct_applicant": {
        "applicant_kind": "person",
        "applicant_name": "王建国",
        "id_kind": "resident_id",
        "id_no": "410502199003070010",
        "contact_name": "",
        "phone": "13800001234",
        "address": "河南省安阳市文峰区光华路12号",
        "reason": "身份证号登记有误",
    },
    "accept": {
        "material_count": 3,
        "commitment": "5个工作日",
        "excluded_procedures": ["检验", "专家评审"],
        "opinion": "",
    },
    "reject": {
        "ground": "not_competent",
        "reasons": "申请事项由省级主管部门办理。",
        "legal_basis": "《出版物市场管理规定》第八条",
        "competent_authority": "河南省新闻出版局",
        "remedies": "可以依法申请行政复议或者提起行政诉讼。",
    },
    "confirm_correction": {"materials": list(DEFECTS), "confirmed": "agree"},
    "issue_correction": {"materials": list(DEFECTS), "checked": True, "note": ""},
    "receive_correction": {
        "materials": [
            {
                "no": row["no"],
                "name": row["name"],
                "copies_required": 1,
                "advice": row["advice"],
                "provided_form": "copy",
                "copies": 1,
                "original_checked": True,
                "files": [],
            }
            for row in DEFECTS
        ],
        "received_at": "2026-03-02T09:10",
        "note": "",
    },
    "receive_paper": {
        "materials": [{**row, "copies_received": row["copies_sent"]} for row in SENT],
        "receipt": "all",
        "signature": {"mode": "paper", "files": []},
        "note": "",
    },
    "keep_result": {
        "returned": "已催领 3 次",
        "keep": "yes",
        "place": "三楼档案柜",
        "signature": {"mode": "paper", "files": []},
    },
    "fetch_kept": {
        "kept": "由业务主管部门保管",
        "asked": "申请人来电要求领取",
        "delivery_mode": "pickup",
        "handed_by": "张某",
        "signature": {"mode": "paper", "files": []},
    },
    "hand_over_again": {
        "refused": "第 1 号移交单被拒收",
        "materials": [{**row, "copies_sent": row["copies_before"]} for row in SENT_BEFORE],
        "note": "",
    },
    "substantive_review": {
        "findings": "申请材料真实、合法、有效。",
        "special_procedure": "no",
        "site_visit": "yes",
        "note": "",
    },
    "plan_visit": {
        "visitors": [dict(row) for row in VISITORS],
        "visit_date": "2026-03-03",
        "place": "文峰区光华路12号",
        "note": "",
    },
    "record_visit": {
        "visited_on": "2026-03-02",
        "visitors": [{**row, "present": True} for row in VISITORS],
        "findings": "设备设施与申报一致。",
        "conclusion": "pass",
        "files": [PHOTO.as_data()],
    },
    "dept_opinion": {
        "opinion": "建议准予",
        "basis": "《食品经营许可和备案管理办法》第十二条",
        "further_review": "no",
        "files": [],
    },
    "decide": {"major": False, "decision": "grant", "opinion": ""},
    "collective": {
        "held_on": "2026-03-02",
        "attendance": "全体负责人",
        "minutes": "一致同意准予",
        "decision": "grant",
        "files": [],
    },
    "special_apply": {
        "kind": "专家评审",
        "reason": "结构复杂",
        "legal_basis": "《建筑法》",
        "expected_days": 5,
        "told_anew": False,
        "files": [],
    },
    "special_approve": {"approved": "yes"},
    "special_notice": {"checked": True},
    "outside_reference": {"kind": "entrust", "number": "委（2026）17号"},
    "special_work": {"entrusted": "专家组", "work_on": "2026-03-02", "place": "会议室", "note": "", "files": []},
    "special_result": {"outcome": "done", "result": "同意", "conclusion": "安全", "files": []},
    "hearing_rights": {"matter": "相邻权"},
    "hearing_answer": {"answer": "asked", "answered_on": "2026-03-02", "files": []},
    "hearing_announce": {"held_at": "2026-03-12T09:00", "place": "会议室", "host": "D13", "matter": "相邻权"},
    "hearing_hold": {
        "held_at": "2026-03-02T09:00",
        "recorder": "记录员",
        "participants": "申请人",
        "review_side": "意见",
        "applicant_side": "申辩",
        "conclusion": "可以许可",
        "files": [],
    },
    "extension_approve": {"approved": "yes"},
    "extension_notice": {"checked": True},
    "decide_instant": {"decision": "grant", "opinion": ""},
    "make_result": {
        "title": "食品经营许可证",
        "result_no": "JY2410502",
        "valid_from": "2026-03-02",
        "long_term": False,
        "valid_until": "2031-03-01",
        "files": [PDF.as_data()],
        "note": "",
    },
    "hand_over_result": {"items": [{**RESULTS[0], "copies": 1}], "note": ""},
    "sign_result": {
        "items": [{**RESULTS_SENT[0], "copies_received": 1}],
        "delivery_mode": "pickup",
        "signature": SIGNED,
        "note": "",
    },
    "ship": {
        "way": "by_hand",
        "recipient_name": "王建国",
        "recipient_phone": "13800001234",
        "recipient_address": "河南省安阳市文峰区光华路12号",
        "courier_name": "测试物流",
        "tracking_no": "YZ000000001CN",
        "cost_yuan": 12,
        "fee_to_applicant": 0,
        "note": "",
    },
    "track": {
        "outcome": "delivered",
        "signed_by": "王建国",
        "happened_at": "2026-03-02T09:04",
        "evidence": "物流网站查询",
    },
    "await_reading": {"outcome": "failed", "reason": "申请对象要求改为邮寄"},
    "redeliver": {"delivery_mode": "pickup", "reason": "申请对象要求到窗口领取"},
    "pick_up": {
        "receiver_kind": "self",
        "receiver_name": "王建国",
        "receiver_id_kind": "resident_id",
        "receiver_id_no": "410502199003070010",
        "identity_checked": True,
        "signature": SIGNED,
        "note": "",
    },
    "collate": {
        "application_pages": 12,
        "process_pages": 4,
        "result_pages": 1,
        "collation_checks": ["ordered", "named", "complete"],
        "note": "",
    },
    "withdraw": {
        "withdrawn_on": "2026-03-02",
        "reason": "改变经营计划",
        "materials_returned": "原件退还",
        "signature": SIGNED,
    },
    "ask_review": {"reason": "场所在本市", "signature": SIGNED},
    "rejection_review": {
        "conclusion": "overturn",
        "reasons": "场所在本市",
        "legal_basis": "《行政许可法》第三十二条",
        "remedies": "可以依法申请行政复议或者提起行政诉讼。",
    },
    "reopen": {"reason": "证照上的地址有误", "parts": []},
    "move_to_item": {"item": "I09", "reason": "登记有误"},
    "extension_request": {"days": 10, "reason": "需要核实"},
    "first_review": {"findings": "材料真实有效", "opinion": "建议上报", "basis": "《出版物市场管理规定》", "files": []},
    "first_decide": {"first_decision": "report", "opinion": ""},
    "report_up": {
        "to_authority": "河南省新闻出版局",
        "sent_on": "2026-03-02",
        "signed_by": "赵收件",
        "signed_on": "2026-03-02",
        "files": [PDF.as_data()],
    },
    "upper_reply": {
        "reply_number": "豫新出批〔2026〕12号",
        "replied_on": "2026-03-01",
        "received_on": "2026-03-02",
        "decision": "grant",
        "content": "准予设立",
        "files": [PDF.as_data()],
    },
    "relay_reply": {"content": "准予设立"},
    **JOINT_ANSWERS,
    "item": item_answer(),
    "archive": {"retention_period": "30", "archive_no": "0012-2026-30-0001", "conclusion": "材料齐全，同意归档。"},
}


def answer(key: str, **changes: Any) -> dict[str, Any]:
    """A fresh copy of the good answer of one form, with some of it changed."""
    return {**copy.deepcopy(ANSWERS[key]), **changes}


def pairs(data: dict[str, Any]) -> list[tuple[str, str]]:
    """The name/value pairs a browser sends for an answer: everything is text, unchecked boxes are absent."""
    sent: list[tuple[str, str]] = []
    for key, value in data.items():
        if isinstance(value, list) and value and isinstance(value[0], dict) and "digest" not in value[0]:
            for index, row in enumerate(value):
                sent += [(f"{key}[{index}].{name}", text) for name, text in pairs(row)]
        else:
            sent += _sent(key, value)
    return sent


def _sent(key: str, value: Any) -> list[tuple[str, str]]:
    if value is None or value is False:
        return []
    if value is True:
        return [(key, "true")]
    if isinstance(value, dict):
        kept = ".kept" if value["mode"] == "drawn" else ".scan.kept"
        paper = [(f"{key}.on_paper", "true")] if value["mode"] == "paper" else []
        return [*paper, *[(key + kept, ref["digest"]) for ref in value["files"]]]
    if isinstance(value, list):
        return [(f"{key}.kept", one["digest"]) if isinstance(one, dict) else (key, one) for one in value]
    return [(key, str(value))]
