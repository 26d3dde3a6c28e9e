"""Pure rules of 容缺受理, 告知承诺, corrections and their limits (4.1.7, 6.1.3; 国办发〔2020〕42 号)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from deadlines.law.calendar import Calendar
from engine.foundation.errors import Conflict, Invalid

BEFORE_ACCEPTANCE = frozenset({"received", "awaiting_confirmation", "awaiting_correction"})
"""States in which the window may put right freely what it has entered itself."""

BEFORE_DECISION = BEFORE_ACCEPTANCE | {"accepted", "under_review", "suspended", "reported_up"}
"""States in which what was entered may still be put right, for a reason."""


AFTER_ACCEPTANCE = frozenset(
    {"accepted", "under_review", "suspended", "reported_up", "decided", "making_result", "handed_over",
     "awaiting_pickup", "awaiting_shipment", "in_transit", "awaiting_reading", "kept", "delivered"}
)  # fmt: skip
"""States in which what was promised is still taken: until the window collates the file (6.4.1)."""


class NothingOwed(Conflict):
    """本办件没有尚未补齐的容缺材料（4.1.7），无需登记补交。请打开办件核对。"""

    code = "NOTHING_OWED"


class TooLateToSupply(Conflict):
    """办件现在是“{status}”，不再收取容缺材料（4.1.7、6.4.1）。已经收下的材料，请当面退还申请对象。"""

    code = "TOO_LATE_TO_SUPPLY"


class StillOwed(Conflict):
    """容缺材料尚未补齐（{names}，承诺 {supply_by} 前补齐），不能准予（4.1.7）；确需先行决定的，请写明理由。"""

    code = "STILL_OWED"


class TooLateToCorrect(Conflict):
    """办件已作出决定或者已经结束，登记的内容不能再更正。需要改正的，请按文书作废重出或者撤销程序办理。"""

    code = "TOO_LATE_TO_CORRECT"


class CorrectionReasonMissing(Invalid):
    """请写明更正已登记内容的理由（至少 4 个字），理由写入过程记录（6.1.1）。"""

    code = "CORRECTION_REASON_MISSING"


class MaterialUnknown(Invalid):
    """本办件的材料清单中没有第 {no} 项，请核对后再更正。"""

    code = "MATERIAL_UNKNOWN"


class Promised(Protocol):
    """What the rule of owing asks of a promised material."""

    @property
    def name(self) -> str:
        """The material."""

    @property
    def supply_by(self) -> date:
        """The promised day."""

    @property
    def supplied_at(self) -> datetime | None:
        """When it came."""


@dataclass(frozen=True)
class Owing:
    """What a case still owes: names, the day promised, and whether that day has passed."""

    names: tuple[str, ...]
    supply_by: date | None
    overdue: bool

    @property
    def anything(self) -> bool:
        """Tell whether a material is still owed."""
        return bool(self.names)


def owed(promised: Iterable[Promised], today: date) -> Owing:
    """Return what is still owed on ``today`` (Asia/Shanghai): 容缺受理 4.1.7; the day itself is still in time."""
    missing = [one for one in promised if one.supplied_at is None]
    if not missing:
        return Owing((), None, False)
    supply_by = min(one.supply_by for one in missing)
    return Owing(tuple(one.name for one in missing), supply_by, today > supply_by)


def refuse_grant_while_owed(owing: Owing, decision: str, reason: str) -> None:
    """Raise :class:`StillOwed` for a grant without a reason while a material is owed (4.1.7)."""
    if decision == "grant" and owing.anything and not reason.strip():
        raise StillOwed(names="、".join(owing.names), supply_by=owing.supply_by)


def supply_by_error(supply_by: date, today: date, latest: date, calendar: Calendar) -> str:
    """Return what is wrong with the promised day, or "" (T029: 补齐期限≤承诺办结期限; a day the counter is open)."""
    if supply_by > latest:
        return f"补齐日期不能晚于承诺办结期限 {latest.isoformat()}（4.1.7）"
    if supply_by < today:
        return "补齐日期不能早于今天（4.1.7）"
    if not calendar.is_workday(supply_by):
        return f"{supply_by.isoformat()} 不是工作日，请改为窗口开放的日期（4.1.7）"
    return ""


def extension_error(decision: str, already_extended: bool) -> str:
    """Return why the limit may not be extended, or "" (T114: at most once, 拟)."""
    if decision == "extend" and already_extended:
        return "补正期限只能延长一次，请终结办理（6.1.3）"
    return ""


def lasted(received_at: datetime, accepted_at: datetime) -> str:
    """Return how long receipt to acceptance took, in words: ``13分钟``, ``1天2小时5分钟`` (T064)."""
    minutes = max(int((accepted_at - received_at).total_seconds() // 60), 0)
    days, rest = divmod(minutes, 1440)
    hours, minutes = divmod(rest, 60)
    parts = [f"{days}天" if days else "", f"{hours}小时" if hours else "", f"{minutes}分钟" if minutes else ""]
    return "".join(parts) or "不足1分钟"


def changed_outside(listed: frozenset[int], before: Mapping[int, str | None], after: Mapping[int, str]) -> list[int]:
    """Return the materials outside the notice's list whose verdict changed: they need a new fact (T034, T071)."""
    return [no for no, verdict in sorted(after.items()) if no not in listed and before.get(no) not in (None, verdict)]
