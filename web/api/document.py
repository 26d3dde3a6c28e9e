"""/api/openapi.json (OpenAPI 3.1), made from the operations and schemas themselves."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from engine.foundation.errors import Refusal
from web.api.contract import PROBLEM, Operation, Parameter
from web.api.schema import Components, Schema, ref
from web.errors import status_of_kind

VERSION = "1.0.0"
MOUNT = "/api"

_ABOUT = (
    "政务服务“一窗通办”办件接口。除标明公开的以外，请求须带 Authorization: Bearer 令牌。"
    "时间为带 +08:00 的 RFC 3339，日期为北京时间的法定日；时限以工作日（wd）或自然日（cd）计。"
    "错误为 application/problem+json，code 稳定不变，title 说明原因和办法，errors 逐项指出应改正之处。"
    "写操作可带 Idempotency-Key：同一账号以同一编号重复提交同样内容，得到第一次的回答；内容不同则 409。"
    "未列出的参数和内容中的多余键一律 422；地址不存在为 404 ROUTE_UNKNOWN，方法不对为 405 METHOD_NOT_ALLOWED。"
)
_TAGS = {
    "catalogue": "事项目录与申请",
    "cases": "办件、文书与送达",
    "tasks": "待办",
    "joint": "联审：看板、加入和不再征求分支、催办",
    "oversight": "消息与时限监察",
    "upkeep": "系统管理：未能完成的事项",
    "counter": "综合窗口的日常：多事项申请、咨询与呼叫、补录、交班",
    "outside": "外部系统：把办件等待的消息送进来",
    "open": "公开：服务指南与合规声明",
}


def build(operations: Iterable[Operation], components: Components) -> dict[str, Any]:
    """Return the OpenAPI document of ``operations``."""
    paths: dict[str, dict[str, Any]] = {}
    for operation in operations:
        paths.setdefault(f"{MOUNT}{operation.path}", {})[operation.method.lower()] = _operation(operation)
    return {
        "openapi": "3.1.0",
        "info": {"title": "一窗通 API", "version": VERSION, "description": _ABOUT},
        "servers": [{"url": "/"}],
        "tags": [{"name": name, "description": about} for name, about in _TAGS.items()],
        "security": [{"token": []}],
        "paths": paths,
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "schemas": dict(components),
        },
    }


def _operation(operation: Operation) -> dict[str, Any]:
    told: dict[str, Any] = {
        "operationId": operation.id,
        "tags": [operation.tag],
        "summary": operation.summary,
        "parameters": [*_path_parameters(operation.path), *map(_parameter, operation.query)],
        "responses": {str(operation.status): _success(operation), **_problems(operation)},
    }
    if operation.writes:
        told["parameters"].append(_KEY_PARAMETER)
    if operation.open:
        told["security"] = []
    if operation.body is not None:
        told["requestBody"] = {
            "required": not operation.body_optional,
            "content": {operation.body_type: {"schema": operation.body}},
        }
    return told


def _path_parameters(path: str) -> list[dict[str, Any]]:
    return [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string", "maxLength": 100}}
        for name in re.findall(r"{(\w+)}", path)
    ]


def _parameter(parameter: Parameter) -> dict[str, Any]:
    schema = parameter.schema if parameter.default is None else {**parameter.schema, "default": parameter.default}
    return {"name": parameter.name, "in": parameter.place, "description": parameter.about, "schema": schema}


_KEY_PARAMETER = {
    "name": "Idempotency-Key",
    "in": "header",
    "description": "提交编号；不给则由系统生成，并在回答的同名响应头中给出",
    "schema": {"type": "string", "minLength": 1, "maxLength": 100, "pattern": "^[\\x21-\\x7e]+$"},
}


def _success(operation: Operation) -> dict[str, Any]:
    content = {"application/json": {"schema": operation.answer}}
    content |= {media_type: {"schema": schema} for media_type, schema in operation.also.items()}
    return {"description": operation.summary, "content": content}


def _problems(operation: Operation) -> dict[str, Any]:
    by_status: dict[int, list[type[Refusal]]] = {}
    for refusal in operation.all_refusals():
        by_status.setdefault(status_of_kind(refusal), []).append(refusal)
    return {str(status): _problem(refusals) for status, refusals in sorted(by_status.items())}


def _problem(refusals: list[type[Refusal]]) -> dict[str, Any]:
    sentences = [f"{one.code}：{(one.__doc__ or '').strip().splitlines()[0]}" for one in refusals]
    codes: Schema = {"type": "object", "properties": {"code": {"enum": sorted({one.code for one in refusals})}}}
    return {
        "description": "\n\n".join(sentences),
        "content": {PROBLEM: {"schema": {"allOf": [ref("Problem"), codes]}}},
    }
