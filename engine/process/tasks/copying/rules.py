"""To whom a copy may be sent: pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from engine.foundation.errors import Conflict, InvalidFields, NotFound

MOST = 20
"""Receivers of one sending (拟): a copy for everybody is read by nobody."""


class CopyOutOfSight(Conflict):
    """{who}不能查看本件，不能抄送。抄送不增加权限，请选择本件各部门或者中心的人员。"""

    code = "COPY_OUT_OF_SIGHT"


class CopyMissing(NotFound):
    """没有编号为 {id} 的抄送，或者它不是抄送给您的。请刷新页面后再操作。"""

    code = "COPY_MISSING"


@dataclass(frozen=True)
class Copy:
    """A copy as its receiver has it."""

    id: int
    root_id: str
    task_id: str
    sender: str
    receiver: str
    note: str
    at: datetime
    read_at: datetime | None


def checked_receivers(accounts: tuple[str, ...], sender: str) -> list[str]:
    """Return the accounts once each; raise InvalidFields for nobody, oneself or too many."""
    found = list(dict.fromkeys(one.strip() for one in accounts if one.strip()))
    if not found:
        raise InvalidFields({"to": "请选择抄送给谁。"})
    if sender in found:
        raise InvalidFields({"to": "不用抄送给自己，请去掉本人。"})
    if len(found) > MOST:
        raise InvalidFields({"to": f"一次最多抄送 {MOST} 人（拟），请减少。"})
    return found
