"""Reading a request: the bearer token, the query, the body.  What is wrong is refused before any rule is asked."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from flask import Request

from engine.door import Door
from engine.foundation.errors import InvalidFields
from engine.foundation.store.unit import Actor
from engine.registry.identity.queries import actor_of_token
from engine.registry.identity.rules import SYSTEM
from web.api.contract import JSON, MULTIPART, Operation, Parameter
from web.api.refusals import BodyTooLarge, BodyUnreadable, RouteUnknown, TokenMissing, TokenUnknown
from web.api.schema import Components, faults
from web.errors import MediaTypeRefused

MAX_JSON: Final = 4 * 1024 * 1024
MAX_DEPTH: Final = 20
VISITOR: Final = Actor(account="visitor", person="visitor", name="访客", channel="api")
"""Who asks without a token: sees what is published, and no case."""

_KEY = re.compile(r"[\x21-\x7e]{1,100}")


def bearer(request: Request, door: Door, machine_now: datetime) -> Actor:
    """Return who holds the request's token; raise TokenMissing, TokenUnknown or AccountDisabled.

    Only the Authorization header is read: a browser's cookie opens nothing here, so no page can be made
    to send a request in somebody's name.
    """
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise TokenMissing
    with door.read(SYSTEM) as view:
        actor = actor_of_token(view.connection, token.strip(), machine_now=machine_now, now=view.now)
    if actor is None:
        raise TokenUnknown
    return actor


def idempotency_key(request: Request) -> str:
    """Return the caller's Idempotency-Key, or a fresh one."""
    given = request.headers.get("Idempotency-Key")
    if given is None:
        return uuid.uuid4().hex
    if not _KEY.fullmatch(given):
        raise InvalidFields({"Idempotency-Key": "应为 1 至 100 个可见的 ASCII 字符"})
    return given


def refuse_strange_path(parts: Mapping[str, Any]) -> None:
    """Raise RouteUnknown for a path that no identifier of the house can be: control characters, endless words."""
    if any(len(str(part)) > 100 or not str(part).isprintable() for part in parts.values()):
        raise RouteUnknown


def query_of(request: Request, parameters: tuple[Parameter, ...]) -> dict[str, Any]:
    """Return the checked query with its defaults; raise InvalidFields for what is wrong, repeated or unknown."""
    known = {parameter.name: parameter for parameter in parameters if parameter.place == "query"}
    values = {parameter.name: parameter.default for parameter in parameters}
    wrong: dict[str, str] = {}
    for name, given in request.args.lists():
        if name not in known:
            wrong[name[:80]] = f"没有“{name[:40]}”这一参数，可用的是 {'、'.join(known) or '（无）'}"
        elif len(given) > 1:
            wrong[name] = "只能给出一次"
        else:
            values[name] = _converted(known[name], given[0])
            wrong.update((name, sentence) for sentence in faults(known[name].schema, values[name], {}).values())
            if not given[0].isprintable():
                wrong[name] = "含有不可见的字符"
    for parameter in parameters:
        given = request.headers.getlist(parameter.name) if parameter.place == "header" else []
        if given:
            values[parameter.name] = given[0]
            wrong.update((parameter.name, one) for one in faults(parameter.schema, given[0], {}).values())
    if wrong:
        raise InvalidFields(wrong)
    return values


def _converted(parameter: Parameter, given: str) -> Any:
    """A whole number in the query is text; one that is not a number stays text and is refused by its type."""
    if parameter.schema.get("type") == "integer" and re.fullmatch(r"-?[0-9]{1,9}", given):
        return int(given)
    return given


def body_of(request: Request, operation: Operation, components: Components) -> Mapping[str, Any]:
    """Return the checked JSON body; an upload's parts are read by its own view.

    Raises MediaTypeRefused, BodyTooLarge, BodyUnreadable, or InvalidFields that names each wrong key.
    """
    if operation.body is None:
        return {}
    if operation.body_type == MULTIPART:
        if request.mimetype != MULTIPART:
            raise MediaTypeRefused(wanted=MULTIPART)
        return {}
    request.max_content_length = MAX_JSON
    if (request.content_length or 0) > MAX_JSON:
        raise BodyTooLarge(limit=MAX_JSON // 1024 // 1024)
    raw = request.get_data(cache=False)
    if not raw and operation.body_optional:
        return {}
    if request.mimetype != JSON:
        raise MediaTypeRefused(wanted=JSON)
    body = read_json(raw)
    wrong = faults(operation.body, body, components)
    if wrong:
        raise InvalidFields(wrong)
    checked: Mapping[str, Any] = body
    return checked


def read_json(raw: bytes) -> Any:
    """Return the JSON value in ``raw``: whole numbers, no key twice, no depth, no broken characters.

    Raises BodyUnreadable; InvalidFields for a key or a list entry that no form of the house can have.
    """
    try:
        value = json.loads(raw, parse_float=_no_float, parse_constant=_no_float, object_pairs_hook=_once)
    except (ValueError, RecursionError) as error:
        raise BodyUnreadable(reason=_reason(error)) from error
    _refuse_odd(value, "", 0)
    return value


def _reason(error: Exception) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"第 {error.lineno} 行第 {error.colno} 个字符附近"
    if isinstance(error, UnicodeDecodeError):
        return "应为 UTF-8 编码"
    return "层次过深" if isinstance(error, RecursionError) else "数字过长"


def _no_float(found: str) -> Any:
    raise BodyUnreadable(reason=f"数应为整数，而不是 {found[:20]}")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise BodyUnreadable(reason=f"“{key[:40]}”出现了两次")
        if not key.isascii():
            shown = key[:40].encode(errors="replace").decode()
            raise InvalidFields({shown: f"没有“{shown}”这一项，请删去"})
        found[key] = value
    return found


def _refuse_odd(value: Any, path: str, depth: int) -> None:
    """Refuse what the journal cannot hold, by its place, rather than fail on it later."""
    if depth > MAX_DEPTH:
        raise BodyUnreadable(reason="层次过深")
    if isinstance(value, str) and not value.isascii():
        try:
            value.encode()
        except UnicodeEncodeError as error:
            raise BodyUnreadable(reason=f"{path or '内容'}含有无效的字符") from error
    elif isinstance(value, dict):
        for key, item in value.items():
            _refuse_odd(item, f"{path}.{key}" if path else key, depth + 1)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            if item is None:
                raise InvalidFields({f"{path}[{index}]": "列表中不能有空（null）"})
            _refuse_odd(item, f"{path}[{index}]", depth + 1)
