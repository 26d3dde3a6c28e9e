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
_KEY: Final = re.compile(r"[a-z][a-z0-9_]{0,49}")
_MARKUP: Final = re.compile(r"\{\{|<[a-zA-Z!/]")
_WHOLE: Final = re.compile(r"-?[0-9]{1,9}")
_RULES: Final = frozenset(
    {"required", "min", "max", "minLength", "maxLength", "pattern", "patternErrorMessage", "validationType"}
)
# What is shown to people, as the form editor calls it.
_SAID: Final = {"label": "名称", "dateLabel": "日期的名称", "description": "说明", "text": "文字", "readonly": "只读"}
# Keys whose meaning the server would have to guess: they make form-js do what we do not do.
_FOREIGN: Final = frozenset({"valuesKey", "valuesExpression", "disabled", "expression", "decimalDigits", "increment"})

# The properties of ours, each with the pattern of its values.
_LIST_PROPS: Final[Mapping[str, str]] = {
    "rows": "fixed", "row_key": _KEY.pattern, "row_legend": _KEY.pattern, "unique": _KEY.pattern,
    "at_least_key": _KEY.pattern, "min_rows": "[0-9]{1,3}", "first_rows": "[0-9]{1,3}", "max_rows": "[0-9]{1,3}",
    "at_least": "[0-9]{1,3}",
}  # fmt: skip
_FIELD_PROPS: Final[Mapping[str, str]] = {
    "check": "cn-id|uscc|phone|id-by-kind|kind-by-applicant", "control": "signature", "default": "now|today",
    "not_after": _KEY.pattern, "not_before": _KEY.pattern, "must_equal": _KEY.pattern, "kind_key": _KEY.pattern,
    "must_all": "true", "normalise": "nfkc", "options": "context", "width": "narrow|medium", "scan": "required",
    "paper_label": ".{1,60}", "message": ".{1,200}",
}  # fmt: skip
_INNER_REFERENCES: Final = ("row_key", "row_legend", "unique", "at_least_key")
_REFERENCES: Final = ("not_after", "not_before", "must_equal", "kind_key")
_MOMENTS: Final = frozenset({"now", "today"})


def refused(schema: Mapping[str, Any]) -> tuple[Problem, ...]:
    """Return every problem of a form-js schema; an empty tuple means that it can be used whole."""
    return tuple(_schema_problems(schema))


def _schema_problems(schema: Mapping[str, Any]) -> Iterator[Problem]:
    if schema.get("type") != "default":
        yield Problem("", "type", "表单的 type 应为 default。")
    if schema.get("schemaVersion") != SCHEMA_VERSION:
        yield Problem("", "version", f"表单的 schemaVersion 应为 {SCHEMA_VERSION}，请用本系统的表单设计器保存。")
    if not isinstance(schema.get("id"), str) or not re.fullmatch(r"[A-Za-z0-9_\-]{1,60}", schema["id"]):
        yield Problem("", "id", "表单的 id 应为英文字母、数字、下划线或连字符。")
    components = schema.get("components")
    if not isinstance(components, list) or not components:
        yield Problem("", "components", "表单没有任何内容。")
        return
    everything = list(_all(components))
    if len(everything) > MAX_PARTS:
        yield Problem("", "size", f"表单的组件不能超过 {MAX_PARTS} 个。")
        return
    shapes = [problem for component in everything for problem in _shape(component)]
    # The rules below read shapes; on a misshapen component they would only add noise.
    yield from shapes or _whole(components, everything)


def _whole(components: list[Any], everything: list[Any]) -> Iterator[Problem]:
    ids: set[str] = set()
    for component in everything:
        if component["id"] in ids:
            yield Problem(component["id"], "component_id", f"组件的 id“{component['id']}”重复。")
        ids.add(component["id"])
    yield from _level(components, frozenset(), in_list=False)


def _all(components: Any) -> Iterator[Any]:
    for component in components if isinstance(components, list) else ():
        yield component
        if isinstance(component, Mapping):
            yield from _all(component.get("components"))


def _shape(component: Any) -> Iterator[Problem]:
    """The JSON shape of one component."""
    if not isinstance(component, Mapping):
        yield Problem("", "component", "组件应为 JSON 对象。")
        return
    where = component.get("id")
    if not isinstance(where, str) or not where:
        yield Problem("", "component_id", "每个组件都应有 id。")
        where = ""
    if not isinstance(component.get("type"), str):
        yield Problem(where, "component", "组件应有 type。")
    for name, kind in (("validate", Mapping), ("conditional", Mapping), ("properties", Mapping), ("values", list),
                       ("components", list)):  # fmt: skip
        if component.get(name) is not None and not isinstance(component[name], kind):
            yield Problem(where, "component", f"组件的“{name}”应为 JSON {'列表' if kind is list else '对象'}。")
    for name in ("key", "path", "label", "dateLabel", "description", "text", "accept"):
        if component.get(name) is not None and not isinstance(component[name], str):
            yield Problem(where, "component", f"组件的“{name}”应为文字。")
    yield from _shape_of_maps(component, where)


def _shape_of_maps(component: Mapping[str, Any], where: str) -> Iterator[Problem]:
    """Properties map texts to texts, rules to single values, options are pairs of texts."""
    for name, kinds in (("properties", (str,)), ("validate", (str, int)), ("conditional", (str,))):
        values = component.get(name)
        if isinstance(values, Mapping) and not all(isinstance(value, kinds) for value in values.values()):
            yield Problem(where, "component", f"组件的“{name}”中有不能理解的值。")
    options = component.get("values")
    for option in options if isinstance(options, list) else ():
        texts = [option.get("value"), option.get("label")] if isinstance(option, Mapping) else [None]
        if not all(isinstance(text, str) and text for text in texts):
            yield Problem(where, "values", "选项应各有值和名称。")


def _entered(components: list[Any]) -> Iterator[Mapping[str, Any]]:
    """The components of one level, with groups opened: a group does not nest data."""
    for component in components:
        yield component
        if component["type"] == "group":
            yield from _entered(component.get("components") or [])


def _key_of(component: Mapping[str, Any]) -> str:
    return component.get("path" if component["type"] == "dynamiclist" else "key") or ""


def _level(components: list[Any], outer: frozenset[str], *, in_list: bool) -> Iterator[Problem]:
    here = [one for one in _entered(components) if one["type"] not in STATIC_KINDS and one["type"] != "group"]
    keys: set[str] = set()
    for component in here:
        key = _key_of(component)
        if key in keys:
            yield Problem(component["id"], "duplicate_key", f"字段标识“{key}”重复。")
        keys.add(key)
    for component in _entered(components):
        yield from _component(component, outer | keys, in_list=in_list)


def _component(component: Mapping[str, Any], reach: frozenset[str], *, in_list: bool) -> Iterator[Problem]:
    where, kind = component["id"], component["type"]
    yield from _common(component, where)
    if kind == "group":
        if component.get("path"):
            yield Problem(where, "group_path", "分组不能改变数据的层次，请清空分组的 path。")
    elif kind == "dynamiclist":
        yield from _dynamic_list(component, where, reach, in_list=in_list)
    elif kind in VALUE_KINDS:
        yield from _field(component, where, reach)
        if in_list and (component.get("properties") or {}).get("control") == "signature":
            yield Problem(where, "control", "列表中不能放签名控件。")
    elif kind not in STATIC_KINDS:
        yield Problem(where, "unsupported", f"组件“{kind}”不受支持，请改用文本、数字、选择、日期、文件或列表。")


def _common(component: Mapping[str, Any], where: str) -> Iterator[Problem]:
    for name, called in _SAID.items():
        value = component.get(name)
        if isinstance(value, str) and (_MARKUP.search(value) or value.startswith("=")):
            yield Problem(where, "template", f"“{called}”（{name}）中不能使用表达式、模板或 HTML。")
    for name in sorted(_FOREIGN & component.keys()):
        if component[name] not in (None, False, ""):
            yield Problem(where, "foreign", f"“{name}”不受支持，请在表单设计器中清除。")
    hide = (component.get("conditional") or {}).get("hide")
    if hide:
        try:
            feel.parse(str(hide))
        except ConditionUnreadable as error:
            yield Problem(where, "condition", error.sentence)


def _dynamic_list(
    component: Mapping[str, Any], where: str, reach: frozenset[str], *, in_list: bool
) -> Iterator[Problem]:
    if in_list:
        yield Problem(where, "nested_list", "列表中不能再放列表。")
        return
    if not _KEY.fullmatch(component.get("path") or ""):
        yield Problem(where, "key", "列表的 path 应为小写英文字母、数字和下划线，以字母开头。")
    props = component.get("properties") or {}
    yield from _properties(props, _LIST_PROPS, where)
    children = component.get("components") or []
    if not children:
        yield Problem(where, "components", "列表没有任何内容。")
    inner = {_key_of(child): child for child in _entered(children)}
    named = {prop: props[prop] for prop in _INNER_REFERENCES if prop in props}
    if props.get("rows") == "fixed":
        named["row_key"] = props.get("row_key", "no")
        if inner.get(named["row_key"], {}).get("readonly") is not True:
            yield Problem(where, "row_key", f"固定列表中“{named['row_key']}”应为只读项，用来区分各行。")
    for prop, key in named.items():
        if key not in inner:
            yield Problem(where, prop, f"列表中没有“{key}”这一项。")
    if ("at_least" in props) != ("at_least_key" in props):
        yield Problem(where, "at_least", "at_least 与 at_least_key 应同时设置。")
    yield from _level(children, reach, in_list=True)


def _field(component: Mapping[str, Any], where: str, reach: frozenset[str]) -> Iterator[Problem]:
    if not _KEY.fullmatch(component.get("key") or ""):
        yield Problem(where, "key", "字段标识应为小写英文字母、数字和下划线，以字母开头。")
    if not (component.get("label") or component.get("dateLabel")):
        yield Problem(where, "label", "字段应有名称，读屏软件要读给使用者。")
    props = component.get("properties") or {}
    yield from _properties(props, _FIELD_PROPS, where)
    for prop in _REFERENCES:
        if prop in props and props[prop] not in reach | _MOMENTS:
            yield Problem(where, prop, f"表单中没有“{props[prop]}”这一项。")
    yield from _rules(component.get("validate") or {}, where)
    if component["type"] in CHOICE_KINDS:
        yield from _choices(component, props, where)
    if component["type"] == "datetime" and component.get("subtype") not in ("date", "datetime"):
        yield Problem(where, "subtype", "日期组件只能是“日期”或“日期和时间”。")
    if props.get("control") == "signature" and component["type"] != "textfield":
        yield Problem(where, "control", "签名控件应放在文本框组件上。")


def _choices(component: Mapping[str, Any], props: Mapping[str, Any], where: str) -> Iterator[Problem]:
    options = component.get("values") or []
    if not options and props.get("options") != "context":
        yield Problem(where, "values", "选择组件没有选项。")
    values = {option["value"] for option in options}
    if len(values) < len(options):
        yield Problem(where, "values", "选项的值不能重复。")
    if props.get("check") == "kind-by-applicant" and not values <= IDENTITY_KINDS.keys():
        yield Problem(where, "values", "证件类型中有系统不认识的值。")


def _rules(rules: Mapping[str, Any], where: str) -> Iterator[Problem]:
    for name in sorted(str(name) for name in rules.keys() - _RULES):
        yield Problem(where, "rule", f"校验规则“{name}”不受支持。")
    if rules.get("validationType") not in (None, "", "custom"):
        yield Problem(where, "rule", "请用属性 check 指定校验，不要用 validationType。")
    for name in ("min", "max", "minLength", "maxLength"):
        value = rules.get(name)
        if value is not None and (isinstance(value, bool) or not _WHOLE.fullmatch(str(value))):
            yield Problem(where, "rule", f"校验规则“{name}”应为整数。")
    reason = pattern_problem(str(rules["pattern"])) if rules.get("pattern") else ""
    if reason:
        yield Problem(where, "pattern", f"正则表达式不能使用：{reason}。")


def _properties(props: Mapping[str, Any], known: Mapping[str, str], where: str) -> Iterator[Problem]:
    for name, value in props.items():
        if name not in known:
            yield Problem(where, "property", f"属性“{name}”不受支持。")
        elif not re.fullmatch(known[name], value):
            yield Problem(where, "property", f"属性“{name}”的值“{value}”不受支持。")
