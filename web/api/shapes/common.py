"""Words that many answers share: moments, people, places, pages, problems, links.

A code always stands beside its name: ``status`` and ``status_name``, ``department`` and ``department_name``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from engine.foundation.clock import CITY
from engine.foundation.errors import Refusal
from engine.registry.identity.queries import names_of
from engine.registry.identity.reading import Reading
from engine.registry.identity.rules import ROLES
from engine.registry.organisation.queries import departments
from web.api.contract import Call, Parameter
from web.api.schema import Schema, mapping, maybe, one_of, record, text, whole
from web.errors import problem

MAX_PAGE = 200
ROOT = "/api/v1"
SYSTEM_NAME = {"system": "系统"}

PAGING = (
    Parameter("offset", whole(minimum=0, maximum=100_000_000), "从第几条起（0 为第一条）", 0),
    Parameter("limit", whole(minimum=1, maximum=MAX_PAGE), "最多几条", 50),
)

# Schemas -------------------------------------------------------------------------------------------------------


def coded(name: str, words: Mapping[Any, str] | None = None, about: str = "") -> dict[str, Schema]:
    """Return the two keys of a code and its name."""
    code = text(f"{about}代号") if words is None else one_of(words, about)
    return {name: code, f"{name}_name": text(f"{about}名称")}


def maybe_coded(name: str, words: Mapping[Any, str] | None = None, about: str = "") -> dict[str, Schema]:
    """Return the two keys of a code and its name, both null when there is none."""
    return {key: maybe(schema) for key, schema in coded(name, words, about).items()}


def maybe_person(name: str, about: str) -> dict[str, Schema]:
    """Return the two keys of an account and the person's name, both null when nobody did it."""
    return {name: maybe(text(f"{about}（账号）")), f"{name}_name": maybe(text(f"{about}（姓名）"))}


COMMON: dict[str, Schema] = {
    "Problem": record(
        {
            "type": text("问题的标识（URN）"),
            "title": text("原因与办法"),
            "status": whole("HTTP 状态"),
            "code": text("稳定的错误代码"),
        },
        {
            "params": mapping(text(), "说明中的具体内容，例如规则、办理人、时间"),
            "errors": mapping(text(), "逐项指出应改正之处：键名到说明"),
        },
        "RFC 9457 问题说明",
    ),
    "Links": mapping(text(), "相关接口的地址"),
    "Page": record(
        {
            "total": whole("共几条"), "offset": whole("从第几条起"), "limit": whole("最多几条"),
            "next": maybe(text("下一页的地址")),
        },
        about="分页",
    ),
    "Grant": record({**coded("role", ROLES, "岗位"), **coded("department", about="部门")}, about="在某部门的岗位"),
    "FileRef": record(
        {
            "digest": text("文件内容的 SHA-256"), "name": text("文件名"), "size": whole("字节数"),
            "media_type": text("类型"),
        },
        about="已上传文件的引用",
    ),
}  # fmt: skip


# Writers -------------------------------------------------------------------------------------------------------


def moment_text(instant: datetime | None) -> str | None:
    """Return an instant as RFC 3339 in the city's time, to the millisecond."""
    return None if instant is None else instant.astimezone(CITY).isoformat(timespec="milliseconds")


def day_text(on: date | None) -> str | None:
    """Return a legal day as ISO 8601."""
    return None if on is None else on.isoformat()


def named(key: str, code: str | None, names: Mapping[str, str]) -> dict[str, str | None]:
    """Return a code and its name under ``key`` and ``key_name``; an unknown code is its own name."""
    return {key: code, f"{key}_name": None if code is None else names.get(code, code)}


def places(view: Reading) -> dict[str, str]:
    """Return the names of all departments by key."""
    return {key: one.name for key, one in departments(view.connection).items()}


def people(view: Reading, accounts: Iterable[str | None]) -> dict[str, str]:
    """Return the person's name of each account."""
    return {**SYSTEM_NAME, **names_of(view.connection, {account for account in accounts if account})}


def grants_json(grants: Iterable[tuple[str, str]], where: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return (role, department) pairs as an answer shows them."""
    return [{**named("role", role, ROLES), **named("department", place, where)} for role, place in grants]


def page_json(call: Call, total: int, path: str, **query: str) -> dict[str, Any]:
    """Return where this page stands, and the address of the next."""
    offset, limit = int(call.query["offset"]), int(call.query["limit"])
    following = None
    if offset + limit < total:
        kept = {name: value for name, value in query.items() if value}
        following = f"{ROOT}{path}?" + urlencode({**kept, "offset": offset + limit, "limit": limit})
    return {"total": total, "offset": offset, "limit": limit, "next": following}


def problem_json(refusal: Refusal | None) -> dict[str, Any] | None:
    """Return a refusal that is told in advance, or None."""
    return None if refusal is None else problem(refusal)


def links(**paths: str) -> dict[str, str]:
    """Return addresses below /api/v1."""
    return {name: f"{ROOT}{path}" for name, path in paths.items()}
