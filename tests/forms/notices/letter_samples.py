"""Data of one letter of each kind."""

from __future__ import annotations

from typing import Any

from tests.forms.notices.heads import HEAD

COMMON = {
    **HEAD,
    "signatory": "安阳市市场监督管理局",
    "handler": "张审查",
    "phone": "0372-2550002",
    "complaint_phone": "0372-2550123",
    "applicant": "王建国",
    "item": "食品经营许可新办（餐饮）",
}
WINDOW_SIDE = {**COMMON, "signatory": "安阳市政务服务中心综合窗口", "handler": "王晓明"}
REMEDIES = "不服本决定的，可以自收到之日起六十日内申请行政复议，或者六个月内提起行政诉讼。"
DECIDED = {
    "reasons": "经营场所不符合食品安全标准。\n面积不足二十平方米。",
    "legal_basis": "《食品经营许可和备案管理办法》第十三条",
    "remedies": REMEDIES,
}
HEARING = {"held_on": "2026-03-10T09:00:00+08:00", "place": "中心三楼听证室", "host": "李主持"}
LETTER_DATA: dict[str, dict[str, Any]] = {
    "deficiency_notice": {
        **WINDOW_SIDE,
        "materials": [{"name": "食品安全管理制度文本", "copies": 1}, {"name": "平面图", "copies": 0}],
        "supply_by": "2026-03-16",
        "consequence": "终止办理，退回已收材料。",
    },
    "deficiency_promise": {
        **WINDOW_SIDE,
        "materials": [{"name": "食品安全管理制度文本", "copies": 1}],
        "supply_by": "2026-03-16",
        "signature_digest": "b2" * 32,
    },
    "fix_record": {**WINDOW_SIDE, "rows": [{"what": "申请书第二栏地址", "how": "改为测试路1号"}]},
    "commitment_notice": {
        **COMMON,
        "conditions": ["有与经营规模相适应的场所", "场所布局符合卫生要求"],
        "legal_consequence": "承诺不实的，撤销许可并依法追究责任。",
        "check_months": 2,
        "signature_digest": "c3" * 32,
    },
    "post_check_result": {
        **COMMON, "conclusion": "differ", "findings": "现场布局与承诺不一致。", "follow_up": "启动撤销程序。",
    },
    "revocation_decision": {**COMMON, **DECIDED, "revoked": "公共场所卫生许可证（AY-0001）"},
    "special_procedure_notice": {
        **COMMON,
        "procedure": "专家评审",
        "reason": "涉及新工艺，需要专家论证。",
        "legal_basis": "《中华人民共和国行政许可法》第四十五条",
        "expected_days": 10,
        "starts_on": "2026-03-03",
        "expected_end": "2026-03-16",
    },
    "hearing_rights_notice": {**COMMON, "matter": "拟准予的许可直接涉及您与相邻商户之间的重大利益关系。"},
    "hearing_notice": {**COMMON, **HEARING, "matter": "经营场所与相邻住宅的距离。"},
    "hearing_record": {
        **COMMON, **HEARING,
        "recorder": "赵记录",
        "participants": "申请人王建国；利害关系人李秀兰",
        "review_side": "场所与住宅的距离为八米。",
        "applicant_side": "已加装油烟净化设施。",
        "conclusion": "双方对测量数据无异议。",
    },
    "extension_notice": {
        **COMMON, "days": 10, "reason": "案情复杂，需要进一步核实。",
        "new_due": "2026-04-13", "approved_by": "本机关负责人",
    },
    "denial_decision": {**COMMON, **DECIDED},
    "grant_decision": {
        **COMMON, "legal_basis": "《食品经营许可和备案管理办法》第十五条",
        "content": "餐饮服务", "valid_until": "2031年3月1日",
    },
    "termination_notice": {**COMMON, **DECIDED},
    "withdrawal_notice": {
        **WINDOW_SIDE, "withdrawn_on": "2026-03-02", "reason": "不再经营。", "materials_returned": "原件已当场退还。",
    },
    "lapse_notice": {
        **WINDOW_SIDE, "notified_on": "2026-01-30", "due_on": "2026-03-02", "consequence": "本次申请按放弃处理。",
    },
    "rejection_review_decision": {
        **COMMON, **DECIDED, "conclusion": "overturn", "reviewed_number": "安审批（不予受理）〔2026〕000001号",
    },
    "report_up_slip": {
        **COMMON,
        "to_authority": "河南省新闻出版局",
        "opinion": "初审同意。",
        "rows": [{"name": "申请书", "copies": 2}, {"name": "章程", "copies": 0, "note": "电子件随系统上报"}],
    },
    "upper_reply_notice": {
        **COMMON,
        "authority": "河南省新闻出版局",
        "reply_number": "豫新出许〔2026〕12号",
        "replied_on": "2026-03-01",
        "conclusion": "deny",
        "content": "注册资本不足。",
        "remedies": REMEDIES,
    },
    "joint_opinions": {
        **COMMON,
        "rows": [
            {"department": "安阳市城市管理局", "representative": "孙代表", "conclusion": "同意",
             "opinion": "招牌符合规定。",
             "basis": "《城市市容和环境卫生管理条例》", "at": "2026-03-02 10:00"},
            {"department": "安阳市消防救援支队", "representative": "周代表", "conclusion": "不同意",
             "opinion": "疏散通道不足。",
             "basis": "《中华人民共和国消防法》", "at": "2026-03-02 11:00"},
        ],
        "summary": "部分同意。",
    },
    "joint_results": {
        **COMMON,
        "rows": [
            {"department": "安阳市市场监督管理局", "title": "食品经营许可证", "reference": "JY24105020000001",
             "outcome": "准予", "valid": "至2031-03-01"},
            {"department": "安阳市消防救援支队", "title": "不予许可（办理）决定书",
             "reference": "安审批（不予）〔2026〕000001号", "outcome": "不予", "valid": "—"},
        ],
        "note": "",
    },
    "joint_minutes": {
        **COMMON,
        "meeting": 1, "held_at": "2026-03-04T14:30:00+08:00", "place": "政务服务中心三楼会商室", "host": "吴主持",
        "rows": [
            {"department": "安阳市城市管理局", "person": "孙代表", "attendance": "出席", "note": "—"},
            {"department": "安阳市消防救援支队", "person": "—", "attendance": "缺席（请假）", "note": "当日有火场勘验"},
        ],
        "discussion": "议题1：招牌与疏散通道的关系\n城市管理局：招牌不影响疏散。\n议题2：下一步安排\n（没有发言）",
        "points": "1. 招牌位置不变。\n2. 消防部门另行出具意见。",
    },
    "joint_visit_notice": {
        **COMMON,
        "visit_on": "2026-03-05", "time": "09:30", "place": "安阳市北关区人民大道2号",
        "rows": [
            {"department": "安阳市城市管理局", "matter": "户外招牌设置", "looks_at": "招牌的尺寸和位置"},
            {"department": "安阳市消防救援支队", "matter": "营业前检查", "looks_at": "疏散通道和灭火器材"},
        ],
        "prepare": "打开全部经营场所。\n备好平面图。", "contact": "吴联系", "contact_phone": "0372-2550011",
    },
    "joint_visit_cancel_notice": {
        **COMMON,
        "notice_number": "安审批（联合踏勘）〔2026〕000001号", "visit_on": "2026-03-05", "time": "09:30",
        "place": "安阳市北关区人民大道2号", "reason": "申请人停业装修",
        "contact": "吴联系", "contact_phone": "0372-2550011",
    },
    "courier_order": {
        **WINDOW_SIDE,
        "carrier": "安阳邮政速递",
        "receiver": "王**",
        "receiver_phone": "138****1234",
        "receiver_address": "安阳市文峰区****",
        "waybill": "EX000000001CN",
        "rows": [{"name": "食品经营许可证", "copies": 1, "reference": "JY24105020000001"}],
    },
    "e_delivery_receipt": {
        **WINDOW_SIDE,
        "channel": "一体化平台办件中心",
        "address_masked": "138****1234",
        "sent_at": "2026-03-02T09:10:00+08:00",
        "read_at": "2026-03-02T09:15:00+08:00",
        "rows": [{"name": "食品经营许可证（电子）", "reference": "JY24105020000001"}],
    },
    "void_notice": {
        **WINDOW_SIDE,
        "voided_title": "收件（受理）通知书",
        "voided_number": "安审批（受理）〔2026〕000001号",
        "reason": "申请人姓名有误。",
        "new_number": "安审批（受理）〔2026〕000002号",
    },
    "onetime_list": {
        **WINDOW_SIDE,
        "materials": [{"name": "申请书", "copies": 1, "note": "签字"}, {"name": "营业执照", "copies": 0}],
        "conditions": "有固定场所。",
        "time_limit": "5个工作日",
        "place": "一楼A区1号",
    },
    "next_steps": {
        **WINDOW_SIDE,
        "status": "已受理",
        "next_step": "等待业务主管部门审查，结果以短信告知。",
        "originals": "居民身份证",
        "window_address": "安阳市政务服务中心一楼A区1号",
    },
}  # fmt: skip
