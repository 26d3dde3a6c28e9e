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

_STATUS: tuple[tuple[type[Refusal], int], ...] = (
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
    return next((status for family, status in _STATUS if isinstance(refusal, family)), 500)


def problem(refusal: Refusal) -> dict[str, Any]:
    """Return the problem document (RFC 9457) of a refusal: stable ``code``, the sentence, and field errors."""
    body: dict[str, Any] = {
        "type": f"urn:yichuang:problem:{refusal.code.lower()}",
        "title": refusal.sentence,
        "status": status_of(refusal),
        "code": refusal.code,
    }
    if isinstance(refusal, InvalidFields):
        body["errors"] = refusal.errors
    return body
