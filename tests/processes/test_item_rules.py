"""Each rule about a whole item, shown to refuse an item that breaks only this rule."""

from __future__ import annotations

import json
from typing import Any

import pytest

from processes import items, library, words
from processes.items import ItemRefused


def shipped(code: str) -> Any:
    return json.loads((library.SHIPPED / f"items/{code}.json").read_bytes())


def problems(raw: Any) -> tuple[str, ...]:
    try:
        items.load(json.dumps(raw))
    except ItemRefused as refused:
        return refused.problems
    return ()


def changed(code: str, path: str, value: object) -> Any:
    raw = shipped(code)
    place = raw
    *steps, last = path.split(".")
    for step in steps:
        place = place[int(step) if step.isdigit() else step]
    place[int(last) if last.isdigit() else last] = value
    return raw


@pytest.mark.parametrize(
    "code, path, value, sentence",
    [
        ("I02", "code", "食品", "事项代码应为一个大写字母"),
        ("I02", "implement_code", "123", "实施编码应为 31 位"),
        ("I02", "implement_code", "11410500MB1A0000213000131002000", "校验位不对"),
        ("I02", "implement_code", "11410500MB1A0000204000131002000", "第 19 位"),
        ("I02", "implement_code", "11410500MB1A0000203002031002000", "第 22、23 位"),
        ("I02", "online_depth", 5, "1 至 4 级"),
        ("I02", "handle_region", "安阳", "6 位行政区划代码"),
        ("I03", "post_check_months", None, "后续核查的月数"),
        ("I02", "post_check_months", 2, "后续核查的月数"),
        ("I01", "extension", {"days": 3, "times": 1, "source": "x"}, "即办件不得延期"),
        ("I02", "promise.unit", "cd", "单位应当一致"),
        ("I07", "stages.1.procedure", None, "是特别程序时应写明种类"),
        ("I02", "stages.1.kind", "work", "应有一个踏勘环节"),
        ("I02", "stages.2.days", 2, "计时环节合计 5.5 日，与承诺 5 日不一致"),
        ("I02", "stages", [], "至少应有一个环节"),
        ("I02", "materials.1.no", 3, "从 1 起连续、不重复"),
        ("I02", "materials.2.name", "营业执照", "有重名的材料"),
        ("I02", "materials.2.copies", 0, "应写明一式几份"),
        ("I02", "materials.1.copies", 1, "不得再向申请人要"),
        ("I02", "materials.0.deficiency_allowed", True, "不得容缺"),
        ("I02", "fee.text", "免费", "不收费的事项应写“不收费”"),
        ("I02", "conditions.0", "法律、法规规定的其他条件", "不得使用兜底条款"),
        ("I02", "value_sources", {"implement_code": "拟", "promise.days": "拟"}, "缺少 statutory.days 的来源标记"),
    ],
)
def test_an_item_that_breaks_one_rule_is_told_so(code, path, value, sentence) -> None:
    assert problems(shipped(code)) == ()
    assert any(sentence in problem for problem in problems(changed(code, path, value)))


@pytest.mark.parametrize("code, days, sentence", [("I01", 1, "当日办结"), ("I02", 11, "超过法定 10 日")])
def test_T079_a_promise_that_cannot_be_is_refused(code, days, sentence) -> None:
    raw = changed(code, "promise.days", days)
    raw["stages"][-1]["days"] += days - shipped(code)["promise"]["days"]

    assert [sentence in problem for problem in problems(raw)] == [True]


def test_a_commitment_without_a_promise_is_refused() -> None:
    raw = changed("I02", "promise.days", 0)

    assert "promise：承诺件应写明承诺时限" in problems(raw)


def test_T057_an_empty_fee_or_complaint_channel_is_refused() -> None:
    assert "fee.text：应填写文字，不得留空" in problems(changed("I02", "fee.text", " "))
    raw = shipped("I02")
    del raw["channels"]["complaint_phone"]
    assert problems(raw) == ("channels.complaint_phone：缺少该项",)


@pytest.mark.parametrize("item_type", sorted(words.ITEM_TYPES))
def test_T055_each_type_that_is_applied_for_is_accepted(item_type) -> None:
    raw = changed("I02", "item_type", item_type)
    raw["implement_code"] = f"{raw['implement_code'][:21]}{item_type}{raw['implement_code'][23:]}"

    assert problems(raw) == ()


@pytest.mark.parametrize("item_type, name", sorted(words.NOT_APPLIED_FOR.items()))
def test_T055_types_that_nobody_applies_for_are_refused(item_type, name) -> None:
    raw = changed("I02", "item_type", item_type)
    raw["implement_code"] = f"{raw['implement_code'][:21]}{item_type}{raw['implement_code'][23:]}"

    assert problems(raw) == (f"item_type：{name}不是依申请办理的事项，不得进入综合窗口（DB4105/T 229 5.2.1）",)


def test_T055_an_unknown_type_is_refused() -> None:
    raw = changed("I02", "item_type", "55")
    raw["implement_code"] = f"{raw['implement_code'][:21]}55{raw['implement_code'][23:]}"

    assert any("不是事项类型代码" in problem for problem in problems(raw))


def test_T056_a_public_service_without_a_domain_is_refused() -> None:
    assert problems(changed("I06", "domain", "")) == ("domain：应填写文字，不得留空",)


def test_T106_a_stage_may_use_only_the_procedures_the_item_lists() -> None:
    raw = changed("I07", "special_procedures", ["听证"])

    assert any("程序“鉴定”未列入 special_procedures" in problem for problem in problems(raw))
    raw = changed("I07", "special_procedures", ["踏勘"])
    assert any("“踏勘”不在可选范围内" in problem for problem in problems(raw))


def test_a_joint_plan_belongs_to_joint_cases_and_to_no_other() -> None:
    plan = shipped("I12")["joint_plan"]

    assert any("其他办件写 null" in problem for problem in problems(changed("I02", "joint_plan", plan)))
    assert any("联办件应有联办计划" in problem for problem in problems(changed("I12", "joint_plan", None)))


def test_the_lead_department_is_the_department_of_the_item() -> None:
    raw = changed("I12", "joint_plan.lead_department", "police")

    assert problems(raw) == ("joint_plan：牵头部门应是事项的实施部门",)


def test_I10_a_joint_plan_longer_than_the_promise_is_refused() -> None:
    raw = changed("I12", "joint_plan.branches.1.days", 1.5)

    assert problems(raw) == ("joint_plan：关键路径 license→seal 共 2.5 个工作日，超过总承诺 2 个工作日",)


def test_a_joint_item_has_no_stages_of_its_own() -> None:
    raw = changed("I12", "stages", [{"name": "审查", "kind": "work", "days": 1, "procedure": None}])

    assert any("联办件的环节写在联办计划的分支里" in problem for problem in problems(raw))


@pytest.mark.parametrize("path", ["statutory.month", "materials.17.name", "extension.colour", "main.0"])
def test_a_mark_that_points_nowhere_is_refused(path) -> None:
    raw = shipped("I02")
    raw["value_sources"][path] = "拟"

    assert problems(raw) == (f"value_sources：{path} 指向的内容不存在",)


def test_a_mark_outside_the_four_is_refused() -> None:
    raw = shipped("I02")
    raw["value_sources"]["fee.text"] = "真"

    assert problems(raw) == ("value_sources[fee.text]：来源标记应为忆、拟、推、证之一",)
