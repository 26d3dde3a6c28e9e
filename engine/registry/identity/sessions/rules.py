"""What a session owes before it may work, when a password ends, and the names under which tries count: pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime, timedelta

PASSWORD, FACTOR = "password", "factor"
"""What a session may owe: a new password, or a second factor."""

FACTOR_ROLES = frozenset({"dept_head", "sys_admin", "sec_admin", "audit_admin"})
"""Who signs in with two factors (等保 8.1.4.1: the three administrators and the heads)."""

TRIES_HERE, TRIES_ANYWHERE, CODE_TRIES_HERE, CODE_TRIES_ANYWHERE = (
    "sign_in_tries", "sign_in_all", "code_tries", "code_all"
)  # fmt: skip
"""The kinds of counted tries: at one account from one address, and at one account from all of them."""

FAMILIAR = timedelta(days=30)
"""An address from which the account signed in so lately is not held up by what others try from elsewhere."""

_KEPT_AGENT = 80
_SYSTEMS = (
    ("Windows", "Windows"), ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)  # fmt: skip
_BROWSERS = (
    (r"Edg(?:e|A|iOS)?/(\d+)", "Edge"), (r"OPR/(\d+)", "Opera"), (r"MicroMessenger/(\d+)", "微信"),
    (r"Firefox/(\d+)", "Firefox"), (r"(?:Chrome|CriOS)/(\d+)", "Chrome"), (r"Version/(\d+).*Safari", "Safari"),
)  # fmt: skip


def needs_factor(grants: Iterable[tuple[str, str]], *, demo: bool) -> bool:
    """Tell whether somebody with these (role, department) pairs must sign in with a second factor."""
    return not demo and any(role in FACTOR_ROLES for role, _ in grants)


def password_ends(set_at: datetime, days: int, *, demo: bool) -> datetime | None:
    """Return when a password set at ``set_at`` ends, ``days`` calendar days on; None for the demonstration's."""
    return None if demo else set_at + timedelta(days=days)


def owed(*, must_change: bool, ends: datetime | None, opened_at: datetime, needs: bool, has_factor: bool) -> str:
    """Return what a session owes: PASSWORD, FACTOR, or an empty text.

    A password that ends while somebody works with it ends at the next sign-in; work at hand is not torn away.
    """
    if must_change or (ends is not None and ends <= opened_at):
        return PASSWORD
    return FACTOR if needs and not has_factor else ""


def days_left(ends: datetime | None, now: datetime, warn_days: int) -> int | None:
    """Return in how many days (rounded up) the password ends when that is within ``warn_days``, else None."""
    if ends is None or ends - now > timedelta(days=warn_days):
        return None
    return max(0, -((now - ends) // timedelta(days=1)))


def at_address(account: str, address: str) -> str:
    """Return the name under which tries at ``account`` from ``address`` count."""
    return f"{account}@{address}"


def short_agent(text: str) -> str:
    """Return a browser's name and system in a few words: ``Chrome 140 / Windows``; never more than 80 places."""
    system = next((name for sign, name in _SYSTEMS if sign in text), "")
    for pattern, name in _BROWSERS:
        found = re.search(pattern, text)
        if found:
            return f"{name} {found[1]}" + (f" / {system}" if system else "")
    return "".join(letter for letter in text[:_KEPT_AGENT] if letter.isprintable()) or "未知浏览器"
