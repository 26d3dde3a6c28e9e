"""What the API itself refuses, before any rule of the house is asked."""

from __future__ import annotations

from engine.foundation.errors import NotFound, Refusal, TooLarge, Unauthenticated
from web.errors import BadRequest


class TokenMissing(Unauthenticated):
    """请在请求头 Authorization 中提供接口令牌（Bearer 令牌）。"""

    code = "TOKEN_MISSING"


class TokenUnknown(Unauthenticated):
    """接口令牌无效或已过期，请由安全管理员重新签发。"""

    code = "TOKEN_INVALID"


class RouteUnknown(NotFound):
    """没有这个接口地址，请核对 /api/openapi.json。"""

    code = "ROUTE_UNKNOWN"


class BodyUnreadable(BadRequest):
    """请求内容不是合格的 JSON（{reason}），请改正后再提交。"""

    code = "BAD_JSON"


class BodyTooLarge(TooLarge):
    """请求内容超过 {limit} MB，请缩小或分开提交。"""

    code = "BODY_TOO_LARGE"


class Crash(Refusal):
    """系统未能完成这一步，请稍后重试；如再次出现，请把时间和办件编号告诉系统管理员。"""

    code = "INTERNAL_ERROR"
