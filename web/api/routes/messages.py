"""Messages from outside: another system tells the case that waits for it, and hears nothing of the case."""

from __future__ import annotations

from engine.process.tasks.awaited.commands import DeliverMessage
from engine.process.tasks.awaited.rules import MessageAmbiguous, MessageNotTaken, MessageUnexpected
from engine.registry.identity.rules import NotYourAction
from web.api.contract import Call, Operation, Reply
from web.api.schema import Schema, closed, flag, mapping, record, ref, text

SCHEMAS: dict[str, Schema] = {
    "MessageBody": {
        **closed(
            record(
                {
                    "message": text("消息的名称，如 payment_made", maxLength=60, pattern="^[a-z][a-z0-9_]+$"),
                    "key": text("业务键，如缴款码、委托编号；与办件等待的一字不差", minLength=1, maxLength=100),
                },
                {
                    "facts": mapping(
                        {"type": ["string", "integer", "boolean"], "maxLength": 100},
                        "消息带来的各项，名称和可用的值由消息文件规定，缺一不可",
                    )
                },
                "送达给办件的消息：只带流转所需的信息，不得带个人信息",
            )
        ),
        "examples": [
            {
                "message": "payment_made",
                "key": "4105260000123456",
                "facts": {"payment_amount": 12000, "payment_receipt_no": "0012345678"},
            }
        ],
    },
    "MessageReply": record({"message": text("消息的名称"), "delivered": flag("已送达；送达给哪一件不在回答中")}),
}


def deliver(call: Call) -> Reply:
    """Deliver a message to the one case that waits for it under its business key."""
    command = DeliverMessage(
        message=call.body["message"], key=call.body["key"], facts=dict(call.body.get("facts", {}))
    )
    outcome = call.door.execute(command, call.actor, key=call.key)
    return Reply({"message": outcome["message"], "delivered": True})


OPERATIONS = (
    Operation(
        "deliver_message", "POST", "/v1/messages", "outside",
        "送达外部消息：凭消息名称和业务键找到等待它的一件。回答丢失时请以同一 Idempotency-Key 再送",
        deliver, ref("MessageReply"), body=ref("MessageBody"),
        refusals=(NotYourAction, MessageUnexpected, MessageAmbiguous, MessageNotTaken),
    ),
)  # fmt: skip
