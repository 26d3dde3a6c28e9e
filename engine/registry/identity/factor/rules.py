"""Time-based codes (RFC 6238, SHA-1, 6 digits, 30 seconds) and recovery codes: pure apart from chance."""

from __future__ import annotations

import hmac
import secrets
from datetime import datetime

import pyotp

from engine.foundation.errors import Conflict, Forbidden, Unauthenticated

ISSUER = "一窗通"
STEP_SECONDS = 30
DRIFT_STEPS = 1
"""A telephone whose clock is half a minute off is still believed."""

RECOVERY_CODES = 10
_LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"
"""31 letters that are not taken for one another: a code of ten has some 49 random bits."""


class WrongCode(Unauthenticated):
    """验证码不正确或者已经用过。请等验证器显示下一个验证码后再输入，并核对手机时间是否准确。"""

    code = "WRONG_CODE"


class SecondFactorNeeded(Unauthenticated):
    """该账号登录还需要验证码，请输入验证器显示的 6 位数字，或者一个恢复码。"""

    code = "SECOND_FACTOR_NEEDED"


class FactorMissing(Conflict):
    """该账号没有启用第二因素，请刷新页面查看。"""

    code = "FACTOR_MISSING"


class FactorRequired(Forbidden):
    """管理员和业务负责人须使用第二因素，不能停用；更换手机时请选择“更换”。"""

    code = "FACTOR_REQUIRED"


def new_secret() -> str:
    """Return a fresh secret of 160 random bits, as base32."""
    return pyotp.random_base32()


def enrolment_address(secret: str, account: str) -> str:
    """Return the ``otpauth:`` address that an authenticator reads from the QR code."""
    return pyotp.TOTP(secret).provisioning_uri(name=account, issuer_name=ISSUER)


def spaced(secret: str) -> str:
    """Return the secret in groups of four, for typing it in."""
    return " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))


def counter_at(now: datetime) -> int:
    """Return the time step of ``now`` (machine time, aware)."""
    return int(now.timestamp()) // STEP_SECONDS


def matched(secret: str, code: str, now: datetime, *, after: int) -> int | None:
    """Return the time step whose code this is, one step about ``now`` at most and later than ``after``; else None.

    ``after`` is the last step that was used: a code is never taken twice.  Every candidate is compared in full, so
    that the time taken tells nothing.
    """
    totp, given, present = pyotp.TOTP(secret), _digits(code).encode(), counter_at(now)
    found = None
    for step in range(present - DRIFT_STEPS, present + DRIFT_STEPS + 1):
        same = hmac.compare_digest(totp.generate_otp(step).encode(), given) if step >= 0 else False
        if same and step > after:
            found = step
    return found


def _digits(text: str) -> str:
    return "".join(letter for letter in text[:20] if letter.isascii() and letter.isdigit())


def is_recovery(text: str) -> bool:
    """Tell whether what was typed is meant as a recovery code and not as a code of the authenticator."""
    return len(plain(text)) == 10 and not text.strip().isdigit()


def plain(text: str) -> str:
    """Return a recovery code as it is hashed: without hyphens and spaces, in small letters."""
    return "".join(letter for letter in text[:40].casefold() if letter.isalnum() and letter.isascii())


def new_codes() -> list[str]:
    """Return fresh recovery codes, ``abcde-fghjk``."""
    made = ["".join(secrets.choice(_LETTERS) for _ in range(10)) for _ in range(RECOVERY_CODES)]
    return [f"{one[:5]}-{one[5:]}" for one in made]
