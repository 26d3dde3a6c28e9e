"""Where a shipment stands, and what free delivery means: pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from engine.foundation.errors import Conflict, InvalidFields, NotFound

STATES: Mapping[str, str] = {
    "queued": "待下单",
    "ordered": "已下单",
    "collected": "已揽收",
    "in_transit": "运输中",
    "delivered": "已签收",
    "failed": "投递失败",
    "returned": "已退回",
    "unplaced": "未能下单",
}
"""States of a shipment."""

EVENTS = ("collected", "in_transit", "failed", "delivered", "returned")
"""What a courier reports, in the order of one clean journey; it decides between two of the same instant."""

OPEN_STATES = frozenset({"queued", "ordered", "collected", "in_transit"})
"""States in which something is still to come."""


class NotReadyForShipping(Conflict):
    """本件没有等待寄递的环节。请先由综合窗口签收结果并选择邮寄（6.3.1、6.3.3）。"""

    code = "NOT_READY_FOR_SHIPPING"


class CourierMissing(Conflict):
    """尚未接通物流机构，不能由系统下单。请选择“已线下交寄，登记运单号”，或请系统管理员配置物流接口。"""

    code = "COURIER_MISSING"


class ShipmentMissing(NotFound):
    """没有找到寄递单 {id}，请核对单号。"""

    code = "SHIPMENT_MISSING"


@dataclass(frozen=True)
class Event:
    """One report of the courier; ``id`` is the courier's own and makes it count once (times UTC)."""

    id: str
    kind: str
    at: datetime
    place: str = ""
    note: str = ""
    signed_by: str = ""


@dataclass(frozen=True)
class Track:
    """Where a shipment stands after all its events."""

    state: str
    signed_by: str = ""
    note: str = ""
    at: datetime | None = None


def fold(events: Iterable[Event]) -> Track:
    """Return where a shipment stands; the same for any order of arrival and any number of repetitions.

    A signature ends the matter: whatever else is reported, it was delivered.  So does a return, unless it was
    signed for.  Otherwise the latest event counts, for a failed attempt may be followed by a new one.
    """
    known = sorted({one.id: one for one in events}.values(), key=lambda one: (one.at, EVENTS.index(one.kind), one.id))
    if not known:
        return Track("ordered")
    delivered = [one for one in known if one.kind == "delivered"]
    returned = [one for one in known if one.kind == "returned"]
    counting = (delivered or returned or known[-1:])[0]
    return Track(counting.kind, counting.signed_by, counting.note, counting.at)


def refuse_fee(fee: int) -> None:
    """Raise :class:`InvalidFields` unless the applicant pays nothing (6.3.3, T090)."""
    if fee != 0:
        sentence = "结果文书或证照免费邮寄，邮费由政务服务中心承担，申请对象应付邮费必须为 0（6.3.3）"
        raise InvalidFields({"fee_to_applicant": sentence})


def track_errors(outcome: str, signed_by: str, happened_at: datetime, sent_at: datetime) -> dict[str, str]:
    """Return what is wrong with an outcome that a clerk enters by hand: nothing arrives before it was sent."""
    errors = {}
    if outcome == "delivered" and not signed_by.strip():
        errors["signed_by"] = "请填写签收人；无人签收的不能登记为送达（6.3.2）"
    if happened_at < sent_at.replace(second=0, microsecond=0):
        errors["happened_at"] = "时间不能早于寄递委托的时间"
    return errors


def next_look(failures: int, every: timedelta) -> timedelta:
    """Return how long to wait before the courier is asked again: longer after each failure, a day at most."""
    return min(timedelta(days=1), every * (1 << min(failures, 12)))
