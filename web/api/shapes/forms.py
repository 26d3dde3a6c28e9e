"""A form as programs see it: the form-js schema, what it starts with, and what it may be answered with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import forms
from forms import Context
from forms.fields import options_of
from forms.model import CHOICE_KINDS, Part, flat, read_form
from web.api.schema import Schema, anything, listed, mapping, record, text

FORMS: dict[str, Schema] = {
    "Option": record({"value": text("值"), "label": text("名称")}, about="可选的一项"),
    "FormContext": record(
        {
            "rows": mapping(listed(mapping(anything())), "列表的各行：固定列表以此为准，其余为初始行"),
            "options": mapping(
                {"type": "array", "items": {"$ref": "#/components/schemas/Option"}},
                "各选择项可用的值；列表中的项写作 列表.项",
            ),
            "values": mapping(anything(), "只读的值"),
            "defaults": mapping(anything(), "可改的初始值"),
        },
        about="表单所处的情况",
    ),
    "FormSchema": {
        "type": "object",
        "description": "form-js 表单（schemaVersion 18）：components 逐项给出键 key、类型、是否必填与显示条件",
        "properties": {"id": {"type": "string"}, "components": {"type": "array", "items": {"type": "object"}}},
        "required": ["id", "components"],
        "additionalProperties": True,
    },
    "Answer": {
        "type": "object",
        "description": (
            '按表单的键填写；没有给出的键取初始值。文件项用上传的引用 {"digest": …}；'
            '签名用 PNG 的 data URL，或 {"mode": "drawn" 或 "paper", "files": [引用]}'
        ),
    },
}


def context_json(schema: Mapping[str, Any], context: Context) -> dict[str, Any]:
    """Return what surrounds a form; options carry their labels."""
    return {
        "rows": {path: [dict(row) for row in rows] for path, rows in context.rows.items()},
        "options": _options(schema, context),
        "values": dict(context.values),
        "defaults": dict(context.defaults),
    }


def initial_json(schema: Mapping[str, Any], context: Context) -> dict[str, Any]:
    """Return the first values of a form."""
    return forms.initial(schema, context)


def _options(schema: Mapping[str, Any], context: Context) -> dict[str, list[dict[str, str]]]:
    found: dict[str, list[dict[str, str]]] = {}
    for part in flat(read_form(schema).parts):
        if part.is_list:
            for inner in flat(part.parts):
                _add(found, inner, context, part.key)
        else:
            _add(found, part, context, "")
    return found


def _add(found: dict[str, list[dict[str, str]]], part: Part, context: Context, path: str) -> None:
    name = f"{path}.{part.key}" if path else part.key
    # A text may have options too: what is proposed, while something else may be written.
    if part.kind in CHOICE_KINDS or name in context.options:
        found[name] = [{"value": one.value, "label": one.label} for one in options_of(part, context, path)]
