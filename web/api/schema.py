"""The part of JSON Schema (2020-12) that this API speaks: builders for the document, and a check of bodies.

The same schema object stands in /api/openapi.json and judges what comes in, so the two cannot differ.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import Any, Final, TypeAlias

Schema: TypeAlias = dict[str, Any]
Components: TypeAlias = Mapping[str, Schema]

_REF: Final = "#/components/schemas/"


# Builders ------------------------------------------------------------------------------------------------------


def text(about: str = "", **more: Any) -> Schema:
    """Return a string schema; ``more`` are keywords such as maxLength or pattern."""
    return _about({"type": "string", **more}, about)


def whole(about: str = "", **more: Any) -> Schema:
    """Return an integer schema."""
    return _about({"type": "integer", **more}, about)


def number(about: str = "") -> Schema:
    """Return a number schema."""
    return _about({"type": "number"}, about)


def flag(about: str = "") -> Schema:
    """Return a boolean schema."""
    return _about({"type": "boolean"}, about)


def moment(about: str = "") -> Schema:
    """Return the schema of an instant: RFC 3339 with the city's offset."""
    return _about({"type": "string", "format": "date-time"}, about)


def day(about: str = "") -> Schema:
    """Return the schema of a legal day (Asia/Shanghai)."""
    return _about({"type": "string", "format": "date"}, about)


def one_of(words: Mapping[Any, str] | tuple[str, ...], about: str = "") -> Schema:
    """Return the schema of a code out of ``words``."""
    meaning = "；".join(f"{code} {name}" for code, name in words.items()) if isinstance(words, Mapping) else ""
    return _about({"type": "string", "enum": list(words)}, "：".join(part for part in (about, meaning) if part))


def listed(items: Schema, about: str = "", **more: Any) -> Schema:
    """Return the schema of a list of ``items``."""
    return _about({"type": "array", "items": items, **more}, about)


def record(required: Mapping[str, Schema], optional: Mapping[str, Schema] | None = None, about: str = "") -> Schema:
    """Return an object schema with its keys; an answer may gain keys later, a body is closed by :func:`closed`."""
    properties = {**required, **(optional or {})}
    return _about({"type": "object", "properties": properties, "required": list(required)}, about)


def mapping(values: Schema, about: str = "") -> Schema:
    """Return the schema of an object whose keys are free and whose values are ``values``."""
    return _about({"type": "object", "additionalProperties": values}, about)


def anything(about: str = "") -> Schema:
    """Return the schema that every value fits."""
    return _about({}, about)


def maybe(schema: Schema) -> Schema:
    """Return ``schema`` or null."""
    if isinstance(schema.get("type"), str) and "enum" not in schema:
        return {**schema, "type": [schema["type"], "null"]}
    return {"anyOf": [schema, {"type": "null"}]}


def ref(name: str) -> Schema:
    """Return a reference to the component ``name``."""
    return {"$ref": f"{_REF}{name}"}


def closed(schema: Schema) -> Schema:
    """Return an object schema that refuses keys it does not name."""
    return {**schema, "additionalProperties": False}


def _about(schema: Schema, about: str) -> Schema:
    return {**schema, "description": about} if about else schema


# Checking ------------------------------------------------------------------------------------------------------


def faults(schema: Schema, value: Any, components: Components) -> dict[str, str]:
    """Return a Chinese sentence for each place (``materials[0].no``) where ``value`` does not fit ``schema``."""
    found: dict[str, str] = {}
    for path, sentence in _faults(schema, value, components, ""):
        found.setdefault(path or "body", sentence)
    return found


Faults = Iterator[tuple[str, str]]


def _faults(schema: Schema, value: Any, components: Components, path: str) -> Faults:
    if "$ref" in schema:
        yield from _faults(components[schema["$ref"].removeprefix(_REF)], value, components, path)
        return
    if "anyOf" in schema:
        yield from _any_of(schema["anyOf"], value, components, path)
    wanted = schema.get("type")
    names = [wanted] if isinstance(wanted, str) else list(wanted or ())
    if names and not any(_TYPES[name](value) for name in names):
        yield path, f"应为{'或'.join(_WORDS[name] for name in names)}"
        return
    if "enum" in schema and value not in schema["enum"]:
        yield path, f"应为 {'、'.join(map(str, schema['enum']))} 之一"
    if isinstance(value, str):
        yield from _text_faults(schema, value, path)
    elif isinstance(value, Mapping):
        yield from _object_faults(schema, value, components, path)
    elif isinstance(value, list):
        yield from _list_faults(schema, value, components, path)
    elif _TYPES["number"](value):
        yield from _number_faults(schema, value, path)


def _any_of(choices: list[Schema], value: Any, components: Components, path: str) -> Faults:
    """Say what is wrong with the choice that was meant: the one that is not null."""
    told = [list(_faults(choice, value, components, path)) for choice in choices]
    if all(told):
        yield from max(told, key=lambda one: max(len(place) for place, _ in one))


def _text_faults(schema: Schema, value: str, path: str) -> Faults:
    if len(value) > schema.get("maxLength", len(value)):
        yield path, f"不能超过{schema['maxLength']}字"
    if len(value) < schema.get("minLength", 0):
        yield path, f"不能少于{schema['minLength']}字"
    if "pattern" in schema and not _compiled(schema["pattern"]).search(value):
        yield path, "格式不对"


def _number_faults(schema: Schema, value: float, path: str) -> Faults:
    if value < schema.get("minimum", value):
        yield path, f"不能小于{schema['minimum']}"
    if value > schema.get("maximum", value):
        yield path, f"不能大于{schema['maximum']}"


def _list_faults(schema: Schema, value: list[Any], components: Components, path: str) -> Faults:
    if len(value) > schema.get("maxItems", len(value)):
        yield path, f"不能超过{schema['maxItems']}项"
    if len(value) < schema.get("minItems", 0):
        yield path, f"不能少于{schema['minItems']}项"
    for index, item in enumerate(value):
        yield from _faults(schema.get("items", {}), item, components, f"{path}[{index}]")


def _object_faults(schema: Schema, value: Mapping[str, Any], components: Components, path: str) -> Faults:
    properties = schema.get("properties", {})
    others = schema.get("additionalProperties", True)
    for key in schema.get("required", ()):
        if key not in value:
            yield _join(path, key), "缺少这一项，请补充"
    for key, item in value.items():
        place = _join(path, key)
        if key in properties:
            yield from _faults(properties[key], item, components, place)
        elif others is False:
            yield place, f"没有“{key[:40]}”这一项，请删去"
        elif isinstance(others, dict):
            yield from _faults(others, item, components, place)


def _join(path: str, key: str) -> str:
    return f"{path}.{key[:80]}" if path else key[:80]


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


_TYPES: Final[Mapping[str, Callable[[Any], bool]]] = {
    "string": lambda value: isinstance(value, str),
    "integer": _is_whole,
    "number": lambda value: _is_whole(value) or isinstance(value, float),
    "boolean": lambda value: isinstance(value, bool),
    "array": lambda value: isinstance(value, list),
    "object": lambda value: isinstance(value, Mapping),
    "null": lambda value: value is None,
}
_WORDS: Final = {
    "string": "文字", "integer": "整数", "number": "数", "boolean": "是或否（true、false）",
    "array": "列表", "object": "对象", "null": "空（null）",
}  # fmt: skip
