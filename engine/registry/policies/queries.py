"""Reading policies."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.foundation.errors import NotFound
from engine.foundation.store.portable import insert_if_missing
from engine.registry.policies.tables import policy


class PolicyUnknown(NotFound):
    """没有设置“{key}”这一项，请由系统管理员在参数表中补充。"""

    code = "POLICY_UNKNOWN"


@dataclass(frozen=True)
class Policy:
    """One figure that the standard leaves to the centre."""

    key: str
    value: int
    unit: str
    title: str
    source: str


DEFAULTS = (
    Policy("correction_notice", 5, "wd", "一次告知补正的期限", "行政许可法第三十二条（四）"),
    Policy("commitment_reminder", 1, "wd", "承诺期限届满前的提示提前量", "电子监察通行做法：到期前1个工作日"),
    Policy("delivery", 10, "wd", "送达期限", "行政许可法第四十四条"),
)
"""What a new installation starts with."""


def policy_named(connection: Connection, key: str) -> Policy:
    """Return the policy ``key``; raise :class:`PolicyUnknown`."""
    row = connection.execute(sa.select(policy).where(policy.c.key == key)).one_or_none()
    if row is None:
        raise PolicyUnknown(key=key)
    return Policy(*row)


def put_defaults(connection: Connection) -> None:
    """Insert the defaults that are not set yet."""
    for default in DEFAULTS:
        insert_if_missing(connection, policy, vars(default))
