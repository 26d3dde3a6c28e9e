"""How the figures are said: pure."""

from __future__ import annotations

UNITS = {
    "wd": "个工作日", "cd": "日（自然日）", "wh": "个工作小时", "month": "个月", "n": "次", "h": "小时", "mi": "分钟",
    "ge": "个", "wei": "位", "mb": "MB",
}  # fmt: skip
"""Units of the figures; ``min`` is a time of day in minutes after midnight, ``opt`` the number of an option."""


def said(value: int, unit: str) -> str:
    """Return a figure in words: ``5个工作日``, ``8:30``; a unit without a word stands as it is."""
    if unit == "min":
        return f"{value // 60}:{value % 60:02d}"
    if unit == "opt":
        return f"第{value}种"
    return f"{value}{UNITS.get(unit, unit)}"
