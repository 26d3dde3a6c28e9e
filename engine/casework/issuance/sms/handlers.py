"""Writing messages to applicants, and noting what became of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.casework.issuance.sms import queries
from engine.casework.issuance.sms.commands import RecordSent, SendingFailed
from engine.foundation.journal.tags import tag
from engine.foundation.outbox.queries import Message, mark_done, put, put_back
from engine.foundation.store.unit import Unit

WRITTEN = tag("sms.written", "向申请对象发送短信：{purpose_name}")
SENT = tag("sms.sent", "短信已交发送平台")
GIVEN_UP = tag("sms.given_up", "发给申请对象的短信多次未能发出，请系统管理员检查短信接口，并请窗口电话告知申请对象")

TOPIC = "sms.send"
PURPOSES = {"uncollected": "催领提醒", "e_delivery": "电子送达通知", "unread": "电子送达查收提醒"}


def send_message(unit: Unit, root_id: str, purpose: str, phone: str, text: str) -> None:
    """Write a message that a worker sends after the commit; the text itself stays sealed."""
    id = queries.put_message(unit, root_id, purpose, phone, text)
    put(unit, TOPIC, root_id, {"message": id})
    unit.record(WRITTEN, root_id, message=id, purpose=purpose, purpose_name=PURPOSES[purpose])


def record_sent(command: RecordSent, unit: Unit) -> Mapping[str, Any]:
    """Note that the messenger took the message; a second note of the same changes nothing."""
    if mark_done(unit, command.message_id):
        queries.set_message(unit, command.applicant_message, state="sent", reference=command.reference[:80])
        unit.record(SENT, command.root_id, message=command.applicant_message)
    return {}


def sending_failed(command: SendingFailed, unit: Unit) -> Mapping[str, Any]:
    """Note a failed try; one that is given up is an incident in the case's journal."""
    tried = Message(command.message_id, command.root_id, TOPIC, {}, command.attempts)
    gave_up = put_back(unit, tried, command.error)
    if gave_up:
        queries.set_message(unit, command.applicant_message, state="failed")
        unit.record(GIVEN_UP, command.root_id, message=command.applicant_message)
    return {"gave_up": gave_up}
