"""What a form may consist of: everything else is refused before it is published.

A form that the server cannot render and check completely would be half a form at the counter, so
unknown components, properties and rules are problems, not things to pass over.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from forms import feel
from forms.checks import IDENTITY_KINDS
from forms.errors import ConditionUnreadable, Problem
from forms.model import CHOICE_KINDS, STATIC_KINDS, VALUE_KINDS
from forms.patterns import pattern_problem

SCHEMA_VERSION: Final = 18
MAX_PARTS: Final = 300
CHECKS: Final = frozenset({"cn-id", "uscc", "phone", "id-by-kind", "kind-by-applicant"})
_KEY = re.compile(r"[a-z][a-z0-9_]{0,49}")
_MARKUP = re.compile(r"\{\{|<[a-zA-Z!/]")
_RULES: Final = frozenset(
    {"required", "min", "max", "minLength", "maxLength", "pattern", "patternErrorMessage", "validationType"}
)
_ROW_PROPS: Final = frozenset(
    {"rows", "row_key", "row_legend", "min_rows", "max_rows", "unique", "at_least", "at_least_key"}
)
_FIELD_PROPS: Final = frozenset({
    "check", "kind_key", "control", "paper_label", "scan", "default", "not_after", "not_before",
    "must_equal", "must_all", "options", "normalise", "width", "message",
})  # fmt: skip
# Keys whose meaning the server would have to guess: they make form-js do what we do not do.
_FOREIGN: Final = frozenset({"valuesKey", "valuesExpression", "disabled", "expression", "decimalDigits", "increment"})


def refused(schema: Mapping[str, Any]) -> tuple[Problem, ...]:
    """Return every problem of a form-js schema; an empty tuple means that it can be used whole."""
    return tuple(_schema_problems(schema))


def _schema_problems(schema: Mapping[str, Any]) -> Iterator[Problem]:
    if schema.get("type") != "default":
        yield Problem("", "type", "表单的 type 应为 default。")
    if schema.get("schemaVersion") != SCHEMA_VERSION:
        yield Problem("", "version", f"表单的 schemaVersion 应为 {SCHEMA_VERSION}，请用本系统的表单设计器保存。")
    if not isinstance(schema.get("id"), str) or not schema["id"]:
        yield Problem("", "id", "表单应有 id。")
    components = schema.get("components")
    if not isinstance(components, list) or not components:
        yield Problem("", "components", "表单没有任何内容。")
        return
    if sum(1 for _ in _all(components)) > MAX_PARTS:
        yield Problem("", "size", f"表单的组件不能超过 {MAX_PARTS} 个。")
        return
    ids: set[str] = set()
    for component in _all(components):
        where = str(component.get("id") or "") if isinstance(component, Mapping) else ""
        if not where or where in ids:
            yield Problem(where, "component_id", f"组件的 id“{where}”为空或重复。")
        ids.add(where)
    yield from _level(components, in_list=False)


def _all(components: list[Any]) -> Iterator[Any]:
    for component in components:
        yield component
        children = component.get("components") if isinstance(component, Mapping) else None
        if isinstance(children, list):
            yield from _all(children)


def _level(components: list[Any], *, in_list: bool) -> Iterator[Problem]:
    keys: set[str] = set()
    for component in _entered(components):
        if not isinstance(component, Mapping):
            yield Problem("", "component", "组件应为 JSON 对象。")
            continue
        yield from _component(component, in_list=in_list)
        key = component.get("path" if component.get("type") == "dynamiclist" else "key")
        if not isinstance(key, str) or component.get("type") in STATIC_KINDS:
            continue
        if key in keys:
            yield Problem(str(component.get("id")), "duplicate_key", f"字段标识“{key}”重复。")
        keys.add(key)


def _entered(components: list[Any]) -> Iterator[Any]:
    """The components of one level, with groups opened: a group does not nest data."""
    for component in components:
        yield component
        if isinstance(component, Mapping) and component.get("type") == "group":
            yield from _entered(component.get("components") or [])


def _component(component: Mapping[str, Any], *, in_list: bool) -> Iterator[Problem]:
    where, kind = str(component.get("id") or ""), component.get("type")
    yield from _common(component, where)
    if kind in STATIC_KINDS:
        return
    if kind == "group":
        if component.get("path"):
            yield Problem(where, "group_path", "分组不能改变数据的层次，请清空分组的 path。")
    elif kind == "dynamiclist":
        yield from _dynamic_list(component, where, in_list=in_list)
    elif kind in VALUE_KINDS:
        yield from _field(component, where)
        if in_list and (component.get("properties") or {}).get("control") == "signature":
            yield Problem(where, "control", "列表中不能放签名控件。")
    else:
        yield Problem(where, "unsupported", f"组件“{kind}”不受支持，请改用文本、数字、选择、日期、文件或列表。")


def _common(component: Mapping[str, Any], where: str) -> Iterator[Problem]:
    for name in ("label", "dateLabel", "description", "text", "readonly"):
        value = component.get(name)
        if isinstance(value, str) and (_MARKUP.search(value) or value.startswith("=")):
            yield Problem(where, "template", f"“{name}”中不能使用表达式、模板或 HTML。")
    for name in sorted(_FOREIGN & component.keys()):
        if component[name] not in (None, False, ""):
            yield Problem(where, "foreign", f"“{name}”不受支持，请在表单设计器中清除。")
    hide = (component.get("conditional") or {}).get("hide")
    if hide is not None:
        try:
            feel.parse(str(hide))
        except ConditionUnreadable as error:
            yield Problem(where, "condition", error.sentence)


def _dynamic_list(component: Mapping[str, Any], where: str, *, in_list: bool) -> Iterator[Problem]:
    if in_list:
        yield Problem(where, "nested_list", "列表中不能再放列表。")
    if not _KEY.fullmatch(str(component.get("path") or "")):
        yield Problem(where, "key", "列表的 path 应为小写英文字母、数字和下划线。")
    props = component.get("properties") or {}
    yield from _unknown_props(props, _ROW_PROPS, where)
    children = component.get("components") or []
    keys = {child.get("key") for child in _entered(children) if isinstance(child, Mapping)}
    named = {"row_key": props.get("row_key"), "unique": props.get("unique"), "at_least_key": props.get("at_least_key")}
    if props.get("rows") == "fixed":
        named["row_key"] = props.get("row_key", "no")
    for prop, key in named.items():
        if key is not None and key not in keys:
            yield Problem(where, prop, f"列表中没有“{key}”这一项。")
    if not isinstance(children, list) or not children:
        yield Problem(where, "components", "列表没有任何内容。")
        return
    yield from _level(children, in_list=True)


def _field(component: Mapping[str, Any], where: str) -> Iterator[Problem]:
    if not _KEY.fullmatch(str(component.get("key") or "")):
        yield Problem(where, "key", "字段标识应为小写英文字母、数字和下划线，以字母开头。")
    if not (component.get("label") or component.get("dateLabel") or component.get("dateTimeLabel")):
        yield Problem(where, "label", "字段应有名称，读屏软件要读给使用者。")
    props = component.get("properties") or {}
    yield from _unknown_props(props, _FIELD_PROPS, where)
    yield from _rules(component.get("validate") or {}, where)
    if component.get("type") in CHOICE_KINDS:
        yield from _choices(component, props, where)
    if component.get("type") == "datetime" and component.get("subtype") not in ("date", "datetime"):
        yield Problem(where, "subtype", "日期组件只能是“日期”或“日期和时间”。")
    if props.get("check") is not None and props["check"] not in CHECKS:
        yield Problem(where, "check", f"没有“{props['check']}”这种校验。")
    if props.get("control") not in (None, "signature"):
        yield Problem(where, "control", f"没有“{props['control']}”这种控件。")
    if props.get("control") == "signature" and component.get("type") != "textfield":
        yield Problem(where, "control", "签名控件应放在文本框组件上。")


def _choices(component: Mapping[str, Any], props: Mapping[str, Any], where: str) -> Iterator[Problem]:
    options = component.get("values") or []
    if not options and props.get("options") != "context":
        yield Problem(where, "values", "选择组件没有选项。")
    shaped = [o for o in options if isinstance(o, Mapping) and isinstance(o.get("value"), str) and o.get("label")]
    if len(shaped) != len(options) or len({o["value"] for o in shaped}) != len(options):
        yield Problem(where, "values", "选项应各有不同的值和名称。")
    kinds = {o.get("value") for o in shaped}
    if props.get("check") == "kind-by-applicant" and not kinds <= IDENTITY_KINDS.keys():
        yield Problem(where, "values", "证件类型中有系统不认识的值。")


def _rules(rules: Mapping[str, Any], where: str) -> Iterator[Problem]:
    for name in sorted(rules.keys() - _RULES):
        yield Problem(where, "rule", f"校验规则“{name}”不受支持。")
    if rules.get("validationType") not in (None, "", "custom"):
        yield Problem(where, "rule", "请用属性 check 指定校验，不要用 validationType。")
    for name in ("min", "max", "minLength", "maxLength"):
        value = rules.get(name)
        if value is not None and (isinstance(value, bool) or not re.fullmatch(r"-?\d{1,9}", str(value))):
            yield Problem(where, "rule", f"校验规则“{name}”应为整数。")
    reason = pattern_problem(str(rules["pattern"])) if rules.get("pattern") else ""
    if reason:
        yield Problem(where, "pattern", f"正则表达式不能使用：{reason}。")


def _unknown_props(props: Mapping[str, Any], known: frozenset[str], where: str) -> Iterator[Problem]:
    for name in sorted(props.keys() - known):
        yield Problem(where, "property", f"属性“{name}”不受支持。")
