"""Service items: the catalogue, an item as its department published it, and the guide for everybody."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from engine.foundation.errors import Refusal
from processes import words
from processes.items import Item, Limit, Material
from processes.library import Windows
from web.api.schema import Schema, day, flag, listed, mapping, maybe, number, record, ref, text, whole
from web.api.shapes.common import coded, links, named, problem_json

_LIMIT = {
    "days": whole("天数，0 为当场办结"), **coded("unit", words.UNITS, "计时单位"), "text": text("时限的写法"),
    "source": text("依据"),
}  # fmt: skip
_MATERIAL = {
    "no": whole("序号"), "name": text("材料名称"), **coded("form", words.MATERIAL_FORMS, "形式"),
    "copies": whole("份数"), "required": flag("是否必要"), "deficiency_allowed": flag("能否容缺"),
    "source": text("来源"), "returned": flag("核验后退还"),
    "waived_by_commitment": flag("凭告知承诺可免予提交"), "note": maybe(text("说明")),
}  # fmt: skip
_SUMMARY: dict[str, Schema] = {
    "code": text("事项代码"),
    "implement_code": text("实施编码（31 位）"),
    "name": text("事项名称"),
    **coded("department", about="实施部门"),
    **coded("case_type", words.CASE_TYPES, "办件类型"),
    "promise": ref("Limit"),
    "statutory": maybe(ref("Limit")),
    "receivable": flag("能否在综合窗口收件"),
    "reason": maybe(ref("Problem")),
    "materials": listed(ref("Material")),
    "links": ref("Links"),
}
_FEE = record({"charged": flag("是否收费"), "text": text("说明")})
_RESULT = record({"name": text("结果名称"), "validity": maybe(text("有效期"))})
_STAGE = record(
    {
        "name": text("环节"), **coded("kind", words.STAGE_KINDS, "环节类别"), "days": number("天数"),
        "procedure": maybe(text("特别程序")),
    }
)  # fmt: skip
_CHANNELS = record({"consult_phone": text("咨询"), "complaint_phone": text("投诉"), "hotline": text("热线")})
_MARKS = mapping(text(), "各项内容出处的标记：证、忆、拟、推")
_BRANCH = record(
    {
        "key": text("分支"), **coded("department", about="部门"), "name": text("名称"),
        "depends_on": listed(text()), "days": number("天数"), "optional": flag("可选"), "veto": text("不同意的后果"),
        "materials": listed(whole(), "需要的材料的序号；空为全部"),
        "automatic": flag("材料都由签发部门共享的，系统核验"),
        "result": maybe(text("同意时制作的结果")),
    }
)  # fmt: skip

CATALOGUE: dict[str, Schema] = {
    "Limit": record(_LIMIT, about="办结时限"),
    "Material": record(_MATERIAL, about="申请材料"),
    "ItemSummary": record(_SUMMARY, about="目录中的事项"),
    "Item": record(
        {
            **_SUMMARY,
            **coded("item_type", words.ITEM_TYPES, "事项类型"),
            "domain": text("领域"),
            **coded("use_level", words.USE_LEVELS, "行使层级"),
            "handle_region": text("行政区划"),
            **coded("clock_anchor", words.CLOCK_ANCHORS, "起算"),
            "extension": maybe(
                record({"days": whole("工作日"), "times": whole("次数"), "source": text("依据")}, about="延期")
            ),
            "special_procedures": listed(text(), "不计入时限的程序"),
            "site_visit": flag("是否踏勘"),
            "notice_commitment": flag("告知承诺"),
            "post_check_months": maybe(whole("后续核查的月数")),
            "home_service": flag("上门服务"),
            **coded("intake_mode", words.INTAKE_MODES, "收件方式"),
            **coded("entry_mode", words.ENTRY_MODES, "办理入口"),
            "apply_object": listed(text("服务对象代码")),
            "visits_limit": whole("到现场次数"),
            "online_depth": whole("网办深度"),
            "cross_region": text("通办范围"),
            "conditions": listed(text()),
            "fee": _FEE,
            "result": _RESULT,
            "basis": listed(text()),
            "stages": listed(_STAGE),
            "channels": _CHANNELS,
            "quantity_limit": text("数量限制"),
            "prohibitions": text("禁止性要求"),
            "delivery": listed(text()),
            "remedy": text("救济途径"),
            "questions": listed(text()),
            "correction_limit_days": maybe(whole("补正期限")),
            "joint_plan": maybe(
                record(
                    {
                        **coded("lead_department", about="牵头部门"),
                        "branches": listed(_BRANCH),
                        "joint_site_visit": listed(text()),
                    }
                )
            ),
            "main_process": maybe(text("办理流程")),
            "value_sources": _MARKS,
            "application": maybe(ref("ApplicationForm")),
        },
        about="事项的全部内容，以及现行版本的申请表",
    ),
    "ApplicationForm": record(
        {
            "form": text("表单标识"),
            "form_schema": ref("FormSchema"),
            "initial": ref("Answer"),
            "context": ref("FormContext"),
            "release": record({"id": text("版本标识"), "number": whole("版本号")}, about="现行发布版本"),
        },
        about="申请表：没有填写的键取 initial 中的值",
    ),
    "Guide": record(
        {
            "code": text("事项代码"),
            "implement_code": text("实施编码"),
            "name": text("事项名称"),
            **coded("item_type", words.ITEM_TYPES, "事项类型"),
            **coded("department", about="实施主体"),
            "uscc": text("实施主体的统一社会信用代码"),
            **coded("use_level", words.USE_LEVELS, "行使层级"),
            "service_objects": listed(text(), "服务对象"),
            **coded("case_type", words.CASE_TYPES, "办件类型"),
            "promise": ref("Limit"),
            "statutory": maybe(ref("Limit")),
            "basis": listed(text(), "设定依据"),
            "conditions": listed(text(), "受理条件"),
            "prohibitions": text("禁止性要求"),
            "quantity_limit": text("数量限制"),
            "materials": listed(ref("Material")),
            "fee": _FEE,
            "stages": listed(_STAGE, "办理流程"),
            "special_procedures": listed(text(), "特别程序"),
            "result": _RESULT,
            "delivery": listed(text(), "结果送达"),
            "channels": _CHANNELS,
            "place": record({"address": text("地点"), "office_hours": text("时间"), "windows": listed(text("窗口"))}),
            "remedy": text("行政复议、诉讼渠道"),
            "online_depth": text("网办深度"),
            "visits_limit": whole("到现场次数"),
            "cross_region": text("通办范围"),
            "joint_departments": listed(text(), "联办机构"),
            "questions": listed(text(), "常见问题"),
            "receivable": flag("能否在综合窗口办理"),
            "marks": _MARKS,
            "links": ref("Links"),
        },
        about="服务指南（5.2.2）",
    ),
    "Guides": record(
        {
            "guides": listed(ref("Guide")),
            "total": whole("共几项"),
            "mark_names": mapping(text(), "标记的含义"),
        }
    ),
    "Standard": record(
        {"number": text("标准号"), "title": text("名称"), "issued_on": day("发布"), "effective_on": day("实施")}
    ),
    "Compliance": record(
        {
            "standard": ref("Standard"),
            "rows": listed(
                record(
                    {
                        "id": text("编号"),
                        "clause": text("条款"),
                        "part": text("内容"),
                        "modality": text("应、宜、可或陈述"),
                        "requirement": text("系统怎样做到"),
                        "role": text("由谁"),
                        "tests": listed(text("测试的名称")),
                    }
                )
            ),
            "total": whole("共几条"),
            "tested": whole("其中有测试的"),
        },
        about="合规声明（T001）",
    ),
}


def limit_json(limit: Limit) -> dict[str, Any]:
    """Return a time limit with its words."""
    name = words.UNITS[limit.unit]
    return {
        "days": limit.days, **named("unit", limit.unit, words.UNITS),
        "text": "当场办结" if limit.days == 0 else f"{limit.days}个{name}", "source": limit.source,
    }  # fmt: skip


def material_json(one: Material) -> dict[str, Any]:
    """Return a line of the list of materials."""
    return {**dataclasses.asdict(one), **named("form", one.form, words.MATERIAL_FORMS)}


def summary_json(item: Item, where: Mapping[str, str], reason: Refusal | None) -> dict[str, Any]:
    """Return an item as the catalogue lists it; ``reason`` is why it cannot be received at the window."""
    return {
        "code": item.code,
        "implement_code": item.implement_code,
        "name": item.name,
        **named("department", item.department, where),
        **named("case_type", item.case_type, words.CASE_TYPES),
        "promise": limit_json(item.promise),
        "statutory": limit_json(item.statutory) if item.statutory else None,
        "receivable": reason is None,
        "reason": problem_json(reason),
        "materials": [material_json(one) for one in item.materials],
        "links": links(self=f"/items/{item.code}", guide=f"/guides/{item.code}"),
    }


def item_json(
    item: Item, where: Mapping[str, str], reason: Refusal | None, application: dict[str, Any] | None
) -> dict[str, Any]:
    """Return an item whole, with the application form of its current release."""
    plain = _plain(dataclasses.asdict(item))
    guide = plain.pop("guide")
    plain.pop("ladders")  # how the house reminds its own people is no matter of whoever applies
    return {
        **plain,
        **guide,
        **summary_json(item, where, reason),
        **named("item_type", item.item_type, words.ITEM_TYPES),
        **named("use_level", item.use_level, words.USE_LEVELS),
        **named("clock_anchor", item.clock_anchor, words.CLOCK_ANCHORS),
        **named("intake_mode", item.intake_mode, words.INTAKE_MODES),
        **named("entry_mode", item.entry_mode, words.ENTRY_MODES),
        "stages": _stages(item),
        "joint_plan": _joint_plan(item, where),
        "application": application,
    }


def guide_json(item: Item, where: Mapping[str, str], uscc: str, centre: Windows, receivable: bool) -> dict[str, Any]:
    """Return the service guide of an item, with the marks of where its figures come from (5.2.2)."""
    return {
        "code": item.code,
        "implement_code": item.implement_code,
        "name": item.name,
        **named("item_type", item.item_type, words.ITEM_TYPES),
        **named("department", item.department, where),
        "uscc": uscc,
        **named("use_level", item.use_level, words.USE_LEVELS),
        "service_objects": [words.APPLY_OBJECTS[code] for code in item.apply_object],
        **named("case_type", item.case_type, words.CASE_TYPES),
        "promise": limit_json(item.promise),
        "statutory": limit_json(item.statutory) if item.statutory else None,
        "basis": list(item.basis),
        "conditions": list(item.conditions),
        "prohibitions": item.guide.prohibitions,
        "quantity_limit": item.guide.quantity_limit,
        "materials": [material_json(one) for one in item.materials],
        "fee": dataclasses.asdict(item.fee),
        "stages": _stages(item),
        "special_procedures": list(item.special_procedures),
        "result": dataclasses.asdict(item.result),
        "delivery": list(item.guide.delivery),
        "channels": dataclasses.asdict(item.channels),
        "place": _place(centre),
        "remedy": item.guide.remedy,
        "online_depth": words.ONLINE_DEPTHS.get(item.online_depth, str(item.online_depth)),
        "visits_limit": item.visits_limit,
        "cross_region": item.cross_region,
        "joint_departments": _joint_departments(item, where),
        "questions": list(item.guide.questions),
        "receivable": receivable,
        "marks": {**item.value_sources, **_place_marks(centre)},
        "links": links(self=f"/guides/{item.code}"),
    }


def _joint_departments(item: Item, where: Mapping[str, str]) -> list[str]:
    branches = item.joint_plan.branches if item.joint_plan else ()
    return sorted({where.get(one.department, one.department) for one in branches})


def _place_marks(centre: Windows) -> dict[str, str]:
    return {"place.address": centre.address[1], "place.office_hours": centre.office_hours[1]}


def _place(centre: Windows) -> dict[str, Any]:
    shown = [f"{one.name}（{one.place}）" for one in centre.windows if one.kind == "integrated"]
    return {"address": centre.address[0], "office_hours": centre.office_hours[0], "windows": shown}


def _stages(item: Item) -> list[dict[str, Any]]:
    return [
        {
            "name": one.name,
            **named("kind", one.kind, words.STAGE_KINDS),
            "days": float(one.days),
            "procedure": one.procedure,
        }
        for one in item.stages
    ]


def _joint_plan(item: Item, where: Mapping[str, str]) -> dict[str, Any] | None:
    plan = item.joint_plan
    if plan is None:
        return None
    return {
        **named("lead_department", plan.lead_department, where),
        "branches": [
            {**_plain(dataclasses.asdict(one)), **named("department", one.department, where)} for one in plan.branches
        ],
        "joint_site_visit": list(plan.joint_site_visit),
    }


def _plain(value: Any) -> Any:
    """Make JSON of a record: tuples become lists, halves of days numbers."""
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return float(value) if isinstance(value, Decimal) else value
