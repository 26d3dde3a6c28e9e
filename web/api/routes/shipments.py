"""Shipments of results: only the integrated window sends, never the department (6.3.3)."""

from __future__ import annotations

from typing import Any

from engine.casework.cases.queries import visible_case
from engine.casework.cases.rules import CaseMissing
from engine.casework.issuance.shipping.commands import CreateShipment
from engine.casework.issuance.shipping.queries import Shipment, events_of, shipments_of
from engine.casework.issuance.shipping.rules import EVENTS, STATES, CourierMissing, NotReadyForShipping
from engine.registry.identity.reading import Reading
from engine.registry.identity.rules import NotYourAction
from web.api.contract import Call, Operation, Reply
from web.api.groups import DOING, SIGNING
from web.api.routes.catalogue import opened_tasks
from web.api.schema import Schema, closed, listed, maybe, moment, one_of, record, ref, text, whole
from web.api.shapes.cases import case_links
from web.api.shapes.common import ROOT, moment_text

SCHEMAS: dict[str, Schema] = {
    "Shipment": record(
        {
            "id": text("寄递单号"),
            "state": one_of(STATES, "状态"),
            "courier": maybe(text("物流机构")),
            "tracking_no": maybe(text("运单号")),
            "cost_fen": whole("寄递费用（分），由政务服务中心承担"),
            "fee_to_applicant": whole("申请对象应付邮费，恒为 0（6.3.3）"),
            "created_at": moment("委托时间"),
            "signed_by": maybe(text("签收人")),
            "events": listed(
                record(
                    {"kind": one_of({kind: STATES[kind] for kind in EVENTS}), "at": moment("时间"),
                     "place": text("地点"), "note": text("说明")},
                    about="物流轨迹",
                )
            ),
        },
        about="寄递（6.3.3）",
    ),
    "ShipmentList": record({"case_no": text("办件编号"), "shipments": listed(ref("Shipment"))}),
    "ShipmentBody": closed(record({"answer": ref("Answer")}, about="寄递：表单 ship 的内容"))
    | {"examples": [{"answer": {"recipient_name": "王建国", "fee_to_applicant": 0}}]},
    "ShipmentReply": record(
        {
            "case_no": text("办件编号"), "task_id": text("由此办结的待办"), "shipment": ref("Shipment"),
            "opened": listed(ref("OpenedTask")), "links": ref("Links"),
        }
    ),
}  # fmt: skip


def list_shipments(call: Call, case_no: str) -> Reply:
    """Return the shipments of a case with their tracks; the receiver stays with the window."""
    with call.door.read(call.actor, action="case.see") as view:
        case = visible_case(view.connection, case_no, view.scope)
        found = shipments_of(view.connection, case.root_id)
        return Reply({"case_no": case_no, "shipments": [_json(view, one) for one in found]})


def create_shipment(call: Call, case_no: str) -> Reply:
    """Give the result to a courier; the department never does (6.3.3), and the applicant never pays."""
    with call.door.read(call.actor, action=CreateShipment.action) as view:
        visible_case(view.connection, case_no, view.scope)  # a case out of sight is not found, before it is locked
    command = CreateShipment(case_no=case_no, answer=call.body["answer"], partial=True)
    outcome = call.door.execute(command, call.actor, key=call.key)
    with call.door.read(call.actor) as view:
        made = next(one for one in shipments_of(view.connection, f"case:{case_no}") if one.id == outcome["shipment_id"])
        shipment = _json(view, made)
    body = {
        "case_no": case_no, "task_id": outcome["task_id"], "shipment": shipment, "opened": opened_tasks(call, outcome),
        "links": case_links(case_no),
    }  # fmt: skip
    return Reply(body, headers={"Location": f"{ROOT}/cases/{case_no}/shipments"})


def _json(view: Reading, one: Shipment) -> dict[str, Any]:
    events = events_of(view.connection, [one.id]).get(one.id, [])
    return {
        "id": one.id, "state": one.state, "courier": one.courier, "tracking_no": one.tracking_no,
        "cost_fen": one.cost_fen, "fee_to_applicant": one.fee_to_applicant, "created_at": moment_text(one.created_at),
        "signed_by": one.signed_by,
        "events": [
            {"kind": each.event.kind, "at": moment_text(each.event.at), "place": each.event.place,
             "note": each.event.note}
            for each in events
        ],
    }  # fmt: skip


OPERATIONS = (
    Operation(
        "list_shipments", "GET", "/v1/cases/{case_no}/shipments", "cases", "寄递与物流轨迹", list_shipments,
        ref("ShipmentList"), refusals=(NotYourAction, CaseMissing),
    ),
    Operation(
        "create_shipment", "POST", "/v1/cases/{case_no}/shipments", "cases", "寄递结果", create_shipment,
        ref("ShipmentReply"), status=201, body=ref("ShipmentBody"),
        refusals=(*DOING, *SIGNING, NotReadyForShipping, CourierMissing),
    ),
)  # fmt: skip
