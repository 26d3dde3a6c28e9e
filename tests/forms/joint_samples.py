"""Good answers for the forms of a joint review: its plan, meetings, visits, opinions, conclusion."""

from __future__ import annotations

from typing import Any

BRANCHES = (
    {"key": "food", "name": "食品经营许可", "department_name": "市场监督管理局", "necessity": "必须",
     "after": "受理后即可开始", "effect": "不影响其他分支"},
    {"key": "fire", "name": "消防安全检查", "department_name": "消防救援支队", "necessity": "必须",
     "after": "食品经营许可", "effect": "不影响其他分支"},
)  # fmt: skip
OPINIONS = (
    {"key": "food", "name": "食品经营许可", "department_name": "市场监督管理局", "state": "同意", "opinion": "符合"},
    {"key": "fire", "name": "消防安全检查", "department_name": "消防救援支队", "state": "不同意", "opinion": "不符合"},
)

JOINT_ANSWERS: dict[str, dict[str, Any]] = {
    "plan_joint": {"branches": [{**one, "days": "5", "wanted": True} for one in BRANCHES], "note": "请提出意见"},
    "add_branch": {
        "department": "eco", "name": "油烟排放核查", "days": "1", "depends_on": ["food"], "materials": ["1"],
        "veto": "none", "result": "", "reason": "临近居民楼",
    },
    "meeting_call": {
        "at": "2026-03-04T14:30", "lasts": 60, "place": "三楼会商室", "departments": ["urban", "fire"],
        "agenda": [{"item": "招牌与疏散通道"}],
    },
    "meeting_answer": {"department": "fire", "answer": "attend", "attendee": "D101"},
    "meeting_move": {"at": "2026-03-05T14:30", "lasts": 60, "place": "三楼会商室", "reason": "时间冲突"},
    "meeting_cancel": {"reason": "意见已经一致"},
    "meeting_minutes": {
        "host": "吴主持",
        "attendance": [{"department": "fire", "account": "D101", "attendance": "present", "note": ""}],
        "discussion": [{"no": "1", "agenda": "招牌", "said": "没有发言"}], "points": [{"point": "招牌不变"}],
    },
    "joint_visit_plan": {
        "visit_on": "2026-03-04", "time": "09:30", "place": "人民大道2号",
        "branches": [
            {"key": "fire", "name": "消防检查", "department_name": "消防救援支队", "wanted": True, "looks_at": "通道"}
        ],
        "visitors": [{"branch": "fire", "account": "D101"}, {"branch": "sign", "account": "D91"}],
        "prepare": "打开全部场所", "contact": "吴联系", "contact_phone": "0372-2550011",
    },
    "joint_visit_move": {"visit_on": "2026-03-05", "time": "10:00", "place": "人民大道2号", "reason": "当日停电"},
    "joint_visit_cancel": {"reason": "申请人停业装修"},
    "joint_visit_join": {
        "branches": [
            {"key": "fire", "name": "消防检查", "department_name": "消防救援支队", "wanted": True, "looks_at": "通道"}
        ],
        "visitors": [{"branch": "fire", "account": "D101"}],
    },
    "joint_visit_people": {"branch": "fire", "people": ["D101"]},
    "joint_visit_findings": {
        "branch": "fire", "findings": "通道畅通", "conclusion": "improve", "improvement": "更换灭火器", "again": True,
        "files": [],
    },
    "branch_review": {
        "branch_name": "消防检查", "branch_number": "1-02", "earlier": "无", "visit": "没有安排联合踏勘",
        "findings": "材料齐全", "basis": "", "files": [],
        "materials": [{"no": "1", "name": "申请表", "source": "尚未核验", "verified": True}],
    },
    "branch_opinion": {
        "branch_name": "消防检查", "branch_number": "1-02", "findings": "符合", "visit": "没有",
        "conclusion": "agree", "opinion": "符合条件", "basis": "有关规定", "conditions": "",
    },
    "joint_conclude": {
        "conclusion_name": "准予", "branches": [{**one, "again": False} for one in OPINIONS], "next": "conclude",
        "summary": "各部门均同意",
        "basis": "联合办理规定",
    },
}
