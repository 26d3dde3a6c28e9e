"""The keys of items, forms and messages in words, as a comparison tells them: pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

_ITEM: Final[Mapping[str, str]] = {
    "code": "事项代码", "implement_code": "实施编码", "name": "名称", "item_type": "事项类型", "domain": "领域",
    "department": "实施部门", "use_level": "行使层级", "handle_region": "办理区划", "case_type": "办件类型",
    "statutory": "法定时限", "promise": "承诺时限", "clock_anchor": "时限起算", "extension": "延长期限",
    "special_procedures": "特殊环节", "site_visit": "现场勘验", "notice_commitment": "告知承诺",
    "post_check_months": "事后核查（月）", "home_service": "上门服务", "intake_mode": "收件方式",
    "entry_mode": "进驻方式", "apply_object": "申请对象", "visits_limit": "到场次数", "online_depth": "网办深度",
    "cross_region": "通办范围", "materials": "申请材料", "conditions": "受理条件", "fee": "收费", "result": "办理结果",
    "basis": "依据", "stages": "办理环节", "channels": "咨询投诉", "guide": "办事指南",
    "correction_limit_days": "补正期限（天）", "joint_plan": "联审方案", "main_process": "主流程",
    "ladders": "升级规则",
    "value_sources": "数值来源", "days": "天数", "unit": "单位", "source": "来源", "times": "次数", "form": "形式",
    "copies": "份数", "required": "必要", "deficiency_allowed": "可容缺", "note": "说明", "charged": "是否收费",
    "text": "文字", "validity": "有效期", "consult_phone": "咨询电话", "complaint_phone": "投诉电话", "hotline": "热线",
    "quantity_limit": "数量限制", "prohibitions": "禁止性要求", "delivery": "送达", "remedy": "救济",
    "questions": "常见问题",
    "lead_department": "牵头部门", "branches": "分支", "joint_site_visit": "联合勘验", "depends_on": "先办",
    "optional": "可选", "veto": "否决", "kind": "类型", "procedure": "程序", "returned": "核验后退还",
    "waived_by_commitment": "承诺后免交", "key": "代号",
}  # fmt: skip

_FORM: Final[Mapping[str, str]] = {
    "type": "控件", "subtype": "控件细类", "label": "标签", "dateLabel": "日期标签", "timeLabel": "时间标签",
    "description": "说明", "text": "文字", "key": "键", "path": "键", "id": "标识", "validate": "校验",
    "required": "必填", "min": "最小", "max": "最大", "minLength": "最短", "maxLength": "最长", "pattern": "格式",
    "patternErrorMessage": "格式不符时的提示", "values": "选项", "value": "值", "valuesKey": "选项来源",
    "defaultValue": "默认值", "readonly": "只读", "multiple": "可多选", "accept": "文件类型", "properties": "属性",
    "conditional": "显示条件", "hide": "隐藏的条件", "isRepeating": "可重复", "allowAddRemove": "可增减",
    "defaultRepetitions": "默认行数", "decimalDigits": "小数位", "showOutline": "边框", "check": "核对",
    "control": "控件", "default": "默认值", "options": "选项", "rows": "行数", "max_rows": "最多行数",
    "min_rows": "最少行数", "width": "宽度", "paper_label": "文书上的标签", "at_least": "至少填写",
    "must_equal": "必须等于", "must_all": "必须全选", "not_after": "不晚于", "not_before": "不早于", "unique": "不重复",
}  # fmt: skip

_MESSAGE: Final[Mapping[str, str]] = {
    "message": "名称", "title": "标题", "key": "业务键", "facts": "事实", "clause": "条款", "basis": "依据",
    "mark": "标记", "type": "类型", "least": "最小", "most": "最大", "values": "取值",
}  # fmt: skip

_WORDS: Final[Mapping[str, Mapping[str, str]]] = {"item": _ITEM, "form": _FORM, "message": _MESSAGE}


def worded(kind: str, path: str) -> str:
    """Return a path of keys in words, ``validate.required`` as “校验 · 必填”; what has no word stays as it is written.

    ``kind`` is that of the file; the properties of processes and tables are words already.
    """
    known = _WORDS.get(kind)
    if known is None or not path:
        return path
    return " · ".join(known.get(part, part) for part in path.split("."))
