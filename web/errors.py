"""What HTTP makes of a refusal: the only place that knows status codes (RFC 9457 for machines)."""

from __future__ import annotations

from typing import Any

from engine.foundation.errors import (
    Conflict,
    Forbidden,
    Invalid,
    InvalidFields,
    NotFound,
    Refusal,
    TooLarge,
    Unauthenticated,
    Unavailable,
)
from web.throttle import TooManyTries


class BadRequest(Refusal):
    """请求无法读取，请核对后再提交。"""

    code = "BAD_REQUEST"


class MethodRefused(Refusal):
    """该地址不接受 {method} 方法，请改用 {allowed}。"""

    code = "METHOD_NOT_ALLOWED"


class MediaTypeRefused(Refusal):
    """请求内容的类型应为 {wanted}，请改正 Content-Type 后再提交。"""

    code = "UNSUPPORTED_MEDIA_TYPE"


_STATUS: tuple[tuple[type[Refusal], int], ...] = (
    (BadRequest, 400),
    (MethodRefused, 405),
    (MediaTypeRefused, 415),
    (TooManyTries, 429),
    (TooLarge, 413),
    (Unauthenticated, 401),
    (Forbidden, 403),
    (NotFound, 404),
    (Conflict, 409),
    (Unavailable, 503),
    (Invalid, 422),
)


def status_of(refusal: Refusal) -> int:
    """Return the HTTP status of a refusal's family."""
    return status_of_kind(type(refusal))


def status_of_kind(kind: type[Refusal]) -> int:
    """Return the HTTP status that every refusal of ``kind`` gets."""
    return next((status for family, status in _STATUS if issubclass(kind, family)), 500)


def problem(refusal: Refusal) -> dict[str, Any]:
    """Return the problem document (RFC 9457) of a refusal.

    ``code`` is stable, ``title`` the sentence, ``params`` what the sentence was filled with (the rule, the
    holder, the time), ``errors`` a sentence for each wrong field.
    """
    body: dict[str, Any] = {
        "type": f"urn:yichuang:problem:{refusal.code.lower()}",
        "title": refusal.sentence,
        "status": status_of(refusal),
        "code": refusal.code,
    }
    if refusal.fields:
        body["params"] = {name: str(value) for name, value in refusal.fields.items()}
    if isinstance(refusal, InvalidFields):
        body["errors"] = refusal.errors
    return body
