"""The ways a result may be delivered: pure."""

from __future__ import annotations

from collections.abc import Mapping

from engine.foundation.errors import Conflict, Invalid

MODES: Mapping[str, str] = {"pickup": "窗口领取", "mail": "邮寄", "electronic": "电子送达"}
"""Ways of delivery (domain ``delivery_mode``)."""

STATUS_OF: Mapping[str, str] = {
    "pickup": "awaiting_pickup", "mail": "awaiting_shipment", "electronic": "awaiting_reading"
}  # fmt: skip
"""The state of a case whose result waits for each way."""

WAITING_ACTS = frozenset({"issuance.pick_up", "issuance.ship", "issuance.await_reading"})
"""The acts whose task may still give way to another mode: the result is not on its way."""


class NoDeliveryWaiting(Conflict):
    """本件没有等待送达的环节，不能变更送达方式。已交寄的，请等物流机构退回后再另行送达（6.3.3）。"""

    code = "NO_DELIVERY_WAITING"


class ModeUnchanged(Conflict):
    """送达方式已经是“{mode}”，无需变更。请选择另一种方式，或者返回办件。"""

    code = "MODE_UNCHANGED"


class ChangeReasonMissing(Invalid):
    """请写明变更送达方式的理由（至少 4 个字），理由会写入过程记录。"""

    code = "CHANGE_REASON_MISSING"


class ModeUnknown(Invalid):
    """请在窗口领取、邮寄、电子送达中选择一种送达方式。"""

    code = "MODE_UNKNOWN"


def mode_error(mode: str, copies: int, files: int) -> str | None:
    """Return why a result of ``copies`` paper copies and ``files`` files cannot go by ``mode``, or None."""
    if mode == "mail" and copies < 1:
        return "结果没有纸质件，不能邮寄。请选择电子送达或窗口领取"
    if mode == "electronic" and files < 1:
        return "结果没有电子文件，不能电子送达。请选择窗口领取或邮寄"
    return None
