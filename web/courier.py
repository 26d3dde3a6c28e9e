"""The courier's calls: what happened to a parcel, signed by the courier (6.3.3, 6.3.4)."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from flask import Blueprint, Response, jsonify, request

from engine.casework.issuance.shipping.commands import TakeEvents
from engine.casework.issuance.shipping.port import Couriers
from engine.casework.issuance.shipping.queries import shipment_by_id
from engine.casework.issuance.shipping.reading import ReportUnreadable, as_rows, read_events
from engine.foundation.errors import Conflict, Invalid, NotFound, Refusal, TooLarge
from engine.registry.identity.rules import SYSTEM
from web.errors import status_of
from web.security import public
from web.sessions import door, machine_clock

blueprint = Blueprint("courier", __name__)

MOST_BYTES = 64 * 1024
TIMESTAMP, SIGNATURE = "X-Border-Timestamp", "X-Border-Signature"


class CallUnsigned(Refusal):
    """签名或者时间戳不正确，请核对双方的密钥和时钟后重新发送。"""

    code = "COURIER_CALL_UNSIGNED"


class CallUnreadable(Invalid):
    """轨迹内容无法读取：{what}。请按约定的格式重新发送。"""

    code = "COURIER_CALL_UNREADABLE"


class CallTooLarge(TooLarge):
    """一次回传不能超过 64 KB，请分几次发送。"""

    code = "COURIER_CALL_TOO_LARGE"


class NoCourier(NotFound):
    """本中心没有接通物流机构，不接收轨迹。请核对接收地址，或者与本中心系统管理员联系。"""

    code = "NO_COURIER"


@blueprint.post("/courier/events")
@public
def take() -> tuple[Response, int]:
    """Take a signed report; the same call again answers the same and does nothing twice."""
    try:
        return jsonify(_taken()), 200
    except CallUnsigned as refusal:
        return jsonify(code=refusal.code, detail=refusal.sentence), 401
    except (Invalid, NotFound, Conflict, TooLarge) as refusal:
        return jsonify(code=refusal.code, detail=refusal.sentence), status_of(refusal)


def _taken() -> dict[str, Any]:
    courier = door().part(Couriers).courier
    if courier is None:
        raise NoCourier
    if (request.content_length or 0) > MOST_BYTES:
        raise CallTooLarge
    body = request.get_data(cache=False)
    timestamp, signature = request.headers.get(TIMESTAMP, ""), request.headers.get(SIGNATURE, "")
    # The courier's clock is a real one: the demonstration's shifted time has no part in this.
    if not courier.vouches_for(body, timestamp, signature, machine_clock().now()):
        raise CallUnsigned
    order_id, events = _read(body)
    with door().read(SYSTEM) as view:
        sent = shipment_by_id(view.connection, order_id)
    command = TakeEvents(root_id=sent.root_id, shipment_id=sent.id, events=as_rows(events), via="call")
    digest = hashlib.sha256(timestamp.encode() + b"." + body).hexdigest()
    return dict(door().execute(command, SYSTEM, key=f"courier-call:{digest[:40]}"))


def _read(body: bytes) -> tuple[str, Any]:
    try:
        report = json.loads(body)
        if not isinstance(report, dict) or not isinstance(report.get("order_id"), str):
            raise CallUnreadable(what="order_id")
        return report["order_id"], read_events(report.get("events"))
    except ReportUnreadable as error:
        raise CallUnreadable(what=str(error)) from error
    except (ValueError, RecursionError) as error:
        raise CallUnreadable(what="JSON") from error
