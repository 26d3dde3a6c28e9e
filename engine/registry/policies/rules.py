"""How the figures are said, and what may become of them: pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from engine.foundation.clock import city_date, start_of_city_day
from engine.foundation.errors import Conflict, Forbidden, Invalid, NotFound
from engine.registry.policies.shipped import BY_KEY, DEFAULTS, Figure

UNITS = {
    "wd": "个工作日", "cd": "日（自然日）", "wh": "个工作小时", "month": "个月", "n": "次", "h": "小时", "mi": "分钟",
    "ge": "个", "wei": "位", "mb": "MB",
}  # fmt: skip
"""Units of the figures; ``min`` is a time of day in minutes after midnight, ``opt`` the number of an option."""

CLASSES: Final = {"law": "法定", "clause": "条款要求，标准未定数值", "centre": "本中心设定"}
"""Whose a figure is, in words."""

STATES: Final = {"open": "待确认", "confirmed": "已确认", "dropped": "已作废"}

MADE_UP: Final = "拟"
"""Marks a figure that nobody has laid down yet."""

FARTHEST: Final = timedelta(days=366)
"""No figure is decided upon longer ahead."""


class PolicyUnknown(NotFound):
    """没有设置“{key}”这一项，请由系统管理员在参数表中补充。"""

    code = "POLICY_UNKNOWN"


class PolicyUnread(Invalid):
    """“{title}”的数值应为整数，时刻写作 8:30。请改正后重新提交。"""

    code = "POLICY_UNREAD"


class PolicyOutOfBounds(Invalid):
    """“{title}”须在 {least} 至 {most} 之间（{why}）。请改正后重新提交。"""

    code = "POLICY_OUT_OF_BOUNDS"


class PolicyFixed(Conflict):
    """“{title}”由法律固定为 {value}（{why}），本中心不能调整。法律修改后请升级系统。"""

    code = "POLICY_FIXED"


class PolicyUnchanged(Conflict):
    """“{title}”现在就是这个数值和来源，没有需要改动的。请核对后再提交。"""

    code = "POLICY_UNCHANGED"


class PolicySourceMissing(Invalid):
    """请填写来源（2 至 200 字）：法定的和条款要求的数值，须写明本中心文件的名称或者文号。"""

    code = "POLICY_SOURCE_MISSING"


class PolicyReasonMissing(Invalid):
    """请填写调整的理由（2 至 200 字）。"""

    code = "POLICY_REASON_MISSING"


class PolicyDayWrong(Invalid):
    """生效日期须在 {first} 至 {last} 之间，写作 2026-07-01；立即生效的请留空。"""

    code = "POLICY_DAY_WRONG"


class PolicyTogether(Conflict):
    """调整后与另一项不符：{sentence}。请先调整另一项，或者改正数值后重新提交。"""

    code = "POLICY_TOGETHER"


class PolicySamePerson(Forbidden):
    """起草和确认不能是同一个人（4.1.8），请由另一人确认。"""

    code = "POLICY_SAME_PERSON"


class PolicyMoved(Conflict):
    """草案以“{title}”的第 {base} 版为准，现在已是第 {current} 版。请核对现值，作废后重新起草。"""

    code = "POLICY_MOVED"


class PolicyDraftMissing(NotFound):
    """没有编号为 {id} 的参数草案，请刷新页面后核对编号。"""

    code = "POLICY_DRAFT_MISSING"


class PolicyDraftSettled(Conflict):
    """参数草案 {id} {state}，不能再办理。请刷新页面。"""

    code = "POLICY_DRAFT_SETTLED"


@dataclass(frozen=True)
class Pair:
    """Two figures that must stand in an order: the smaller, in the same unit, is less than (or equals) the larger."""

    smaller: str
    larger: str
    sentence: str
    equal: bool = False
    factor: int = 1
    """How many units of the smaller make one of the larger."""

    def holds(self, figures: Mapping[str, int]) -> bool:
        """Tell whether the order holds among ``figures``."""
        small, large = figures[self.smaller], figures[self.larger] * self.factor
        return small < large or (self.equal and small == large)


PAIRS: Final = (
    Pair("office_opens", "office_closes", "开始办公的时间应早于停止办公的时间"),
    Pair("hearing_notice", "hearing_hold", "听证通知的提前量不能超过组织听证的期限", equal=True),
    Pair("barring", "barring_longest", "首次显示的失信期间不能超过最长期间", equal=True),
    Pair("password_warn", "password_days", "口令到期提示的提前量应短于口令的有效期"),
    Pair("wrong_passwords", "wrong_anywhere", "各处登录失败的上限不能低于同一地址的上限", equal=True),
    Pair("session_idle", "session_longest", "会话无操作的时间不能超过会话最长时间", equal=True, factor=60),
)


def said(value: int, unit: str) -> str:
    """Return a figure in words: ``5个工作日``, ``8:30``; a unit without a word stands as it is."""
    if unit == "min":
        return f"{value // 60}:{value % 60:02d}"
    if unit == "opt":
        return f"第{value}种"
    if unit == "sw":
        return "开启" if value else "关闭"
    return f"{value}{UNITS.get(unit, unit)}"


def bounds_said(figure: Figure) -> str:
    """Return what the centre may make of a figure, in words."""
    if figure.fixed:
        return "法律固定，不能调整"
    return f"{said(figure.least, figure.unit)}至{said(figure.most, figure.unit)}"


def is_made_up(source: str, version: int) -> bool:
    """Tell whether a figure with this source in this version is marked 拟: shipped as such, or set without a paper."""
    return MADE_UP in source if version == 1 else source.startswith(f"{MADE_UP}：")


def figure_named(key: str) -> Figure:
    """Return the figure as shipped; raise :class:`PolicyUnknown`."""
    found = BY_KEY.get(key)
    if found is None:
        raise PolicyUnknown(key=key[:60])
    return found


def read_value(figure: Figure, text: str) -> int:
    """Return the figure that somebody has typed, a time of day as 8:30; raise :class:`PolicyUnread`."""
    typed = text.strip().replace("：", ":")
    hours, colon, minutes = typed.partition(":")
    if not hours.isascii() or not hours.isdigit() or len(hours) > 6:
        raise PolicyUnread(title=figure.title)
    if not colon or figure.unit != "min":
        if colon:
            raise PolicyUnread(title=figure.title)
        return int(hours) * (60 if figure.unit == "min" and len(hours) < 3 else 1)
    if len(minutes) != 2 or not minutes.isascii() or not minutes.isdigit() or int(hours) > 23 or int(minutes) > 59:
        raise PolicyUnread(title=figure.title)
    return int(hours) * 60 + int(minutes)


def refuse_out_of_bounds(figure: Figure, value: int) -> None:
    """Raise :class:`PolicyFixed` or :class:`PolicyOutOfBounds`, which name the law, for what it does not allow."""
    if figure.fixed:
        raise PolicyFixed(title=figure.title, value=said(figure.value, figure.unit), why=figure.why)
    if not figure.least <= value <= figure.most:
        least, most = said(figure.least, figure.unit), said(figure.most, figure.unit)
        raise PolicyOutOfBounds(title=figure.title, least=least, most=most, why=figure.why)


def checked_source(figure: Figure, source: str, reason: str) -> str:
    """Return the source as kept; where the centre may set a figure by itself, none makes it 拟.

    Raises :class:`PolicySourceMissing`.
    """
    said_source = " ".join(source.split())
    if not said_source and figure.kind == "centre":
        return f"{MADE_UP}：{reason}"[:200]
    if not 2 <= len(said_source) <= 200:
        raise PolicySourceMissing
    return said_source


def checked_reason(reason: str) -> str:
    """Return why a figure is changed; raise :class:`PolicyReasonMissing`."""
    said_reason = " ".join(reason.split())
    if not 2 <= len(said_reason) <= 200:
        raise PolicyReasonMissing
    return said_reason


def read_effective(text: str, now: datetime) -> date | None:
    """Return the day (Asia/Shanghai) from whose 00:00 on a figure holds; None for at once, which is nothing typed.

    Raises :class:`PolicyDayWrong` for no day, today or before, and too far ahead.
    """
    typed = text.strip()
    if not typed:
        return None
    today = city_date(now)
    first, last = today + timedelta(days=1), today + FARTHEST
    try:
        day = date.fromisoformat(typed)
    except ValueError:
        day = today
    if not first <= day <= last:
        raise PolicyDayWrong(first=first.isoformat(), last=last.isoformat())
    return day


def effective_instant(day: date | None, now: datetime) -> datetime:
    """Return the instant from which a figure holds that is confirmed at ``now``: never before it is confirmed."""
    return now if day is None else max(now, start_of_city_day(day))


def refuse_apart(figures: Iterable[Mapping[str, int]]) -> None:
    """Raise :class:`PolicyTogether` where figures in force together, at any of the moments given, do not agree.

    A figure that a house does not have yet is taken as shipped.
    """
    shipped = {one.key: one.value for one in DEFAULTS}
    for moment in figures:
        for pair in PAIRS:
            if not pair.holds({**shipped, **moment}):
                raise PolicyTogether(sentence=pair.sentence)


def refuse_same_person(drafted: str, confirms: str) -> None:
    """Raise :class:`PolicySamePerson` when who drafted confirms (natural persons, not accounts)."""
    if drafted == confirms:
        raise PolicySamePerson


def counting(figures: Mapping[str, int]) -> dict[str, int]:
    """Return what a release pins of ``figures``: every counting policy; one that is missing has its first value."""
    return {one.key: figures.get(one.key, one.value) for one in DEFAULTS if one.pinned}
