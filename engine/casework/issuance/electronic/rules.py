"""Who may open an electronic result, and how often one may guess: pure."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from engine.foundation.errors import Conflict, NotFound, Refusal

TRIES = 5
"""So many wrong answers in a row lock the link for a while."""

LOCKED_FOR = timedelta(minutes=30)
TAIL = 4
"""So many last characters of the identity number are asked for."""


class LinkUnknown(NotFound):
    """没有找到这个电子送达链接。请核对短信中的网址是否完整，或到综合窗口查询。"""

    code = "LINK_UNKNOWN"


class LinkUsed(Conflict):
    """这份结果已于 {at} 查收，链接只能使用一次。如需再次取得，请到综合窗口办理。"""

    code = "LINK_USED"


class LinkWithdrawn(Conflict):
    """这个电子送达链接已失效：结果已改用其他方式送达。请到综合窗口查询。"""

    code = "LINK_WITHDRAWN"


class CodeWrong(Refusal):
    """查询码或证件号码后四位不正确，还可以再试 {left} 次。请核对短信和证件。"""

    code = "CODE_WRONG"


class LinkLocked(Refusal):
    """连续多次填写错误，为保护您的信息，请于 {until} 之后再试。"""

    code = "LINK_LOCKED"


def new_token() -> str:
    """Return a fresh link token: 192 random bits."""
    return secrets.token_urlsafe(24)


def new_code() -> str:
    """Return a fresh query code of six digits."""
    return f"{secrets.randbelow(1_000_000):06d}"


def tail_matches(id_no: str, tail: str) -> bool:
    """Tell whether ``tail`` is the end of the identity number, a final X in either case."""
    given = tail.strip().upper()
    return len(given) == TAIL and secrets.compare_digest(id_no.upper()[-TAIL:].encode(), given.encode())


def tries_left(wrong: int) -> int:
    """Return how many more wrong answers are allowed after ``wrong`` in a row."""
    return max(0, TRIES - wrong)


def locked(until: datetime | None, now: datetime) -> bool:
    """Tell whether the link is locked at ``now``."""
    return until is not None and now < until
