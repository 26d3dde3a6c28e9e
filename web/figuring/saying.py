"""How figures are said: durations, shares, and the addresses of the pages."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from flask import url_for

if TYPE_CHECKING:
    from web.figuring.asking import Choice

DEVIATIONS = {
    "skipped": "应当经过而没有经过", "out_of_order": "没有按顺序经过", "not_enabled": "还不能经过时经过",
    "repeated": "图上没有回路而又经过", "foreign": "不在所依版本的图上", "redone": "退回、撤回、调整以后重新办理",
    "sent_back": "退回", "withdrawn": "撤回", "modified": "管理员调整流程", "migrated": "改用另一版流程",
}  # fmt: skip
"""The kinds of deviation, those that are faults first."""
BY_HAND = ("redone", "sent_back", "withdrawn", "modified", "migrated")
"""What the house allows, or what follows from it: on record, and no fault by itself."""


def brief(span: timedelta) -> str:
    """Say a duration in one or two units: ``3 天 2 小时``, ``412 天``, ``15 分钟``, ``不到 1 分钟``."""
    minutes = round(span.total_seconds() / 60)
    if minutes < 1:
        return "不到 1 分钟"
    days, hours, rest = minutes // 1440, minutes % 1440 // 60, minutes % 60
    if days >= 30 or (days and not hours):
        return f"{round(minutes / 1440)} 天"
    if days:
        return f"{days} 天 {hours} 小时"
    if hours:
        return f"{hours} 小时 {rest} 分钟" if rest and hours < 10 else f"{hours} 小时"
    return f"{rest} 分钟"


def hours(span: timedelta) -> str:
    """Return a duration for a table that is taken away: hours with one decimal."""
    return f"{span.total_seconds() / 3600:.1f}"


def per_cent(part: float, whole: float) -> str:
    """Return a share: ``12.5%``; of nothing it is none."""
    return f"{100 * part / whole:.1f}%" if whole else ""


def url(choice: Choice, **more: Any) -> str:
    """Return the address of the page with this choice, at its map."""
    return url_for("figures.show", **{**choice.pairs, **more}, _anchor="map")
