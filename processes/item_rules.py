"""What an item must fulfil as a whole, beyond the form of its single fields.

Pure: an item in, Chinese sentences out.  Each rule names the clause or statute it comes from.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING

from processes import joint_plan, uscc, words

if TYPE_CHECKING:
    from processes.items import Item

CODE = re.compile(r"[A-Z]\d{2,4}")
IMPLEMENT_CODE = re.compile(r"[0-9A-Z]{18}\d{13}")
CATCH_ALL = re.compile(r"法律.{0,3}法规.{0,6}规定的其他")


def problems(item: Item, raw: object) -> list[str]:
    """Return everything wrong with a readable item; ``raw`` is its JSON object, for the places the marks point to."""
    rules: tuple[Callable[[Item], Iterable[str]], ...] = (
        _codes,
        _type_of_item,
        _time_limits,
        _stages,
        _materials,
        _guide_words,
        _joint,
    )
    found = [problem for rule in rules for problem in rule(item)]
    return found + list(_value_sources(item, raw))


def _codes(item: Item) -> Iterable[str]:
    """Implementation code = USCC 18 + level 1 + region 2 + type 2 + main item 5 + sub item 3."""
    if not CODE.fullmatch(item.code):
        yield "code：事项代码应为一个大写字母加两到四位数字，例如 I02"
    if not IMPLEMENT_CODE.fullmatch(item.implement_code):
        yield "implement_code：实施编码应为 31 位：统一社会信用代码 18 位、行使层级 1 位、基本编码 12 位"
        return
    if not uscc.is_uscc(item.implement_code[:18]):
        yield "implement_code：前 18 位统一社会信用代码的校验位不对"
    if item.implement_code[18] != item.use_level:
        yield "implement_code：第 19 位应与行使层级 use_level 一致"
    if item.implement_code[21:23] != item.item_type:
        yield "implement_code：第 22、23 位应与事项类型 item_type 一致"


def _type_of_item(item: Item) -> Iterable[str]:
    """5.2.1: only items that are applied for belong at the window; theirs are the listed types."""
    if item.item_type in words.NOT_APPLIED_FOR:
        name = words.NOT_APPLIED_FOR[item.item_type]
        yield f"item_type：{name}不是依申请办理的事项，不得进入综合窗口（DB4105/T 229 5.2.1）"
    elif item.item_type not in words.ITEM_TYPES:
        yield f"item_type：“{item.item_type}”不是事项类型代码（DB4105/T 229 5.2.1、GB/T 39046 A.1）"
    if item.online_depth not in words.ONLINE_DEPTHS:
        yield "online_depth：网办深度应为 1 至 4 级"
    if not re.fullmatch(r"\d{6}", item.handle_region):
        yield "handle_region：办理地应为 6 位行政区划代码"
    if item.notice_commitment != (item.post_check_months is not None):
        yield "post_check_months：实行告知承诺的事项应写明后续核查的月数，其他事项写 null（4.1.7）"


def _time_limits(item: Item) -> Iterable[str]:
    """4.2.2 and the types of case: an instant case is done the same day, a promise never exceeds the law."""
    if item.case_type == "instant" and item.promise.days != 0:
        yield "promise：即办件当日办结，承诺时限应为 0"
    if item.case_type != "instant" and item.promise.days == 0:
        yield f"promise：{words.CASE_TYPES[item.case_type]}应写明承诺时限"
    if item.case_type == "instant" and item.extension is not None:
        yield "extension：即办件不得延期"
    if item.statutory is not None and item.statutory.unit != item.promise.unit:
        yield "promise：承诺时限与法定时限的单位应当一致"
    elif item.statutory is not None and item.promise.days > item.statutory.days:
        yield f"promise：承诺 {item.promise.days} 日超过法定 {item.statutory.days} 日"


def _stages(item: Item) -> Iterable[str]:
    """The counted stages make up the promise; only the listed procedures of appendix B stand outside it."""
    for stage in item.stages:
        if (stage.kind == "special_procedure") != (stage.procedure is not None):
            yield f"stages：环节“{stage.name}”是特别程序时应写明种类，否则写 null"
        if stage.procedure is not None and stage.procedure not in item.special_procedures:
            yield f"stages：环节“{stage.name}”的程序“{stage.procedure}”未列入 special_procedures（附录 B）"
    if item.site_visit != any(stage.kind == "site_visit" for stage in item.stages):
        yield "site_visit：需要踏勘的事项应有一个踏勘环节，不需要的不应有（4.2.2）"
    if item.case_type == "joint":
        if item.stages:
            yield "stages：联办件的环节写在联办计划的分支里，这里应为空"
        return
    counted = sum((stage.days for stage in item.stages if stage.counted), Decimal(0))
    if not item.stages:
        yield "stages：至少应有一个环节"
    elif counted != item.promise.days:
        yield f"stages：计时环节合计 {counted} 日，与承诺 {item.promise.days} 日不一致"


def _materials(item: Item) -> Iterable[str]:
    """Numbers run from 1 without gaps; paper has copies; what is shared is not asked of the applicant again."""
    if [material.no for material in item.materials] != list(range(1, len(item.materials) + 1)):
        yield "materials：材料序号应从 1 起连续、不重复"
    names = [material.name for material in item.materials]
    if len(names) != len(set(names)):
        yield "materials：有重名的材料"
    for material in item.materials:
        if material.form != "electronic" and material.copies < 1:
            yield f"materials：纸质材料“{material.name}”应写明一式几份（附录 C）"
        if material.source == "共享" and (material.form, material.copies) != ("electronic", 0):
            yield f"materials：共享取得的“{material.name}”不得再向申请人要（6.2.4 免证可办），份数应为 0"
        if material.no == 1 and material.deficiency_allowed and material.required:
            yield f"materials：主件“{material.name}”不得容缺（4.1.7）"


def _guide_words(item: Item) -> Iterable[str]:
    """5.2.2: a guide states plainly what is asked; no catch-all conditions, no blank fee."""
    if not item.fee.charged and item.fee.text != "不收费":
        yield "fee：不收费的事项应写“不收费”"
    for condition in item.conditions:
        if CATCH_ALL.search(condition):
            yield f"conditions：不得使用兜底条款“{condition}”"


def _joint(item: Item) -> Iterable[str]:
    """6.2.2: a joint case has a plan led by the item's own department; nothing else has one."""
    if (item.case_type == "joint") != (item.joint_plan is not None):
        yield "joint_plan：联办件应有联办计划，其他办件写 null"
    if item.joint_plan is not None:
        if item.joint_plan.lead_department != item.department:
            yield "joint_plan：牵头部门应是事项的实施部门"
        yield from (f"joint_plan：{problem}" for problem in joint_plan.problems(item.joint_plan, item.promise.days))
        known = {material.no for material in item.materials}
        for branch in item.joint_plan.branches:
            yield from (
                f"joint_plan：分支“{branch.key}”需要的材料 {no} 不在材料清单里（6.1.6）"
                for no in branch.materials
                if no not in known
            )
            if branch.automatic and not branch.materials:
                yield f"joint_plan：分支“{branch.key}”由系统核验，应写明核验哪些材料"


def _value_sources(item: Item, raw: object) -> Iterable[str]:
    """Every figure shown as a fact carries a mark saying how sure it is, and every mark points to something."""
    wanted = {"implement_code", "promise.days"} | ({"statutory.days"} if item.statutory else set())
    wanted |= {"extension.days"} if item.extension else set()
    for path in sorted(wanted - set(item.value_sources)):
        yield f"value_sources：缺少 {path} 的来源标记"
    for path in item.value_sources:
        if not _points_somewhere(raw, path):
            yield f"value_sources：{path} 指向的内容不存在"


def _points_somewhere(raw: object, path: str) -> bool:
    place: object = raw
    for step in path.split("."):
        if isinstance(place, Mapping) and step in place:
            place = place[step]
        elif isinstance(place, list) and step.isdigit() and int(step) < len(place):
            place = place[int(step)]
        else:
            return False
    return place is not None
