"""Publishing a result electronically, and its reading: only what was read is delivered."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Mapping
from typing import Any

from engine.casework.cases.figures import case_figure
from engine.casework.cases.letters import letter
from engine.casework.cases.queries import Applicant, applicant_of, case_by_root, set_case
from engine.casework.issuance.arrival import note_arrival
from engine.casework.issuance.electronic import queries
from engine.casework.issuance.electronic.commands import OpenElectronic
from engine.casework.issuance.electronic.queries import Link
from engine.casework.issuance.electronic.rules import (
    LOCKED_FOR,
    LinkUsed,
    LinkWithdrawn,
    locked,
    new_code,
    new_token,
    tail_matches,
    tries_left,
)
from engine.casework.issuance.queries import result_of
from engine.casework.issuance.sms.handlers import send_message
from engine.foundation.clock import CITY, city_date
from engine.foundation.journal.tags import tag
from engine.foundation.store.unit import Unit
from engine.foundation.vault import Vault
from engine.process.clocks.ledgers import end_fired_clock, open_clock, stop_clock
from engine.process.clocks.queries import DeadlineRow
from engine.process.clocks.rules import Terms
from engine.process.documents.issuing import Centre, issue
from engine.process.tasks import progress
from engine.process.tasks.notifications.queries import notify
from engine.process.tasks.queries import tasks_of
from engine.process.tasks.registry import Act, Service
from engine.process.tasks.rules import Task
from engine.registry.organisation.queries import CENTER
from forms import checks

PUBLISHED = tag("edelivery.published", "发布电子结果，向申请对象发送查收链接（第 {number} 次）")
WITHDRAWN = tag("edelivery.withdrawn", "电子送达链接停用")
TRIED = tag("edelivery.tried", "有人在电子送达链接填写了错误的查询码或证件号码后四位（连续第 {wrong} 次）")
UNREAD = tag("edelivery.unread", "电子结果尚未查收，已提醒（第 {number} 次）")

CLOCK = "unread"


def publish(unit: Unit, root_id: str) -> Mapping[str, Any]:
    """Publish the result under a one-time link and send link and code to the applicant's telephone."""
    case = case_by_root(unit.connection, root_id)
    _publish(unit, root_id, "e_delivery", f"您申请办理的“{case.item_name}”结果已出，请打开 {{link}} 查收，")
    days = case_figure(unit.connection, root_id, "unread")
    open_clock(unit, root_id, Terms(CLOCK, city_date(unit.now), days, "wd", act_when_due=True))
    return {}


def withdraw_link(unit: Unit, root_id: str) -> None:
    """Make the published links of a case useless: the result goes another way."""
    stop_clock(unit, root_id, CLOCK, city_date(unit.now))
    for one in queries.links_of(unit.connection, root_id):
        if one.state == "published":
            queries.set_link(unit, one.id, state="withdrawn")
            unit.record(WITHDRAWN, root_id, link=one.id)


def open_electronic(command: OpenElectronic, unit: Unit) -> Mapping[str, Any]:
    """Check code and identity; the first right answer is the delivery (6.3.4).

    A wrong answer is kept, so it is told by the outcome and not by a refusal, which would undo it.  Raises
    :class:`LinkUsed` and :class:`LinkWithdrawn`.
    """
    link = queries.link_by_id(unit.connection, command.link_id)
    refuse_spent(link)
    waiting = _waiting(unit, link.root_id)
    if waiting is None:  # the case has ended otherwise, or the result goes another way
        raise LinkWithdrawn
    if locked(link.locked_until, unit.now):
        return {"opened": False, "locked_until": _minute(link.locked_until)}
    case = case_by_root(unit.connection, link.root_id)
    who = applicant_of(unit.connection, unit.part(Vault), case.applicant_id)
    given = unit.part(Vault).blind_index("e-code", f"{link.id}:{command.code.strip()}")
    if not (hmac.compare_digest(given, link.code_index) and tail_matches(who.id_no, command.tail)):
        return _wrong(unit, link)
    _read(unit, link, who, command.reader)
    progress.complete(unit, waiting, {"delivery_result": "delivered"})
    return {"opened": True, "case_no": case.case_no}


def refuse_spent(link: Link) -> None:
    """Raise when the link leads nowhere any more."""
    if link.state == "read":
        raise LinkUsed(at=_minute(link.read_at))
    if link.state != "published":
        raise LinkWithdrawn


def await_reading(unit: Unit, task: Task, answer: Mapping[str, Any]) -> Mapping[str, Any]:
    """The applicant does not read it: the link ends and the window chooses another way."""
    withdraw_link(unit, task.root_id)
    return {"delivery_result": "failed"}


def unread(unit: Unit, due: DeadlineRow) -> None:
    """Nobody has read it yet: a fresh link is sent, twice at most (a policy); then the window must act."""
    clock = end_fired_clock(unit, due.clock_id)
    root_id = clock.root_id
    case = case_by_root(unit.connection, root_id)
    if clock.number > case_figure(unit.connection, root_id, "unread_times"):
        _give_up(unit, root_id, case.item_name)
        return
    for one in queries.links_of(unit.connection, root_id):
        if one.state == "published":
            queries.set_link(unit, one.id, state="withdrawn")
    _publish(unit, root_id, "unread", f"您申请办理的“{case.item_name}”结果尚未查收，请打开 {{link}} 查收，")
    unit.record(UNREAD, root_id, number=clock.number)
    days = case_figure(unit.connection, root_id, "unread")
    open_clock(unit, root_id, Terms(CLOCK, city_date(unit.now), days, "wd", act_when_due=True))


def _give_up(unit: Unit, root_id: str, item_name: str) -> None:
    withdraw_link(unit, root_id)
    set_case(unit, root_id, status="awaiting_shipment")
    sentence = f"“{item_name}”的电子结果多次提醒仍未查收，请另行送达。"
    notify(unit, root_id, "issue_clerk", CENTER, "e_delivery_unread", sentence)
    waiting = _waiting(unit, root_id)
    if waiting is not None:
        progress.complete(unit, waiting, {"delivery_result": "failed"})


def _publish(unit: Unit, root_id: str, purpose: str, words: str) -> None:
    case = case_by_root(unit.connection, root_id)
    who = applicant_of(unit.connection, unit.part(Vault), case.applicant_id)
    id, token, code = secrets.token_hex(13), new_token(), new_code()
    queries.put_link(unit, root_id, id, token, unit.part(Vault).blind_index("e-code", f"{id}:{code}"))
    link = f"{unit.part(Centre).public_url}/e/{token}"
    text = f"{words.format(link=link)}查询码 {code}，并须填写证件号码后四位。链接只能使用一次，请勿转发。"
    send_message(unit, root_id, purpose, who.phone, text)
    unit.record(PUBLISHED, root_id, link=id, number=len(queries.links_of(unit.connection, root_id)))


def _wrong(unit: Unit, link: Link) -> Mapping[str, Any]:
    wrong = link.wrong_tries + 1
    left = tries_left(wrong)
    until = unit.now + LOCKED_FOR if left == 0 else None
    queries.set_link(unit, link.id, wrong_tries=wrong if left else 0, locked_until=until)
    unit.record(TRIED, link.root_id, link=link.id, wrong=wrong)
    return {"opened": False, "locked_until": _minute(until)} if until else {"opened": False, "left": left}


def _read(unit: Unit, link: Link, who: Applicant, reader: str) -> None:
    case, made = case_by_root(unit.connection, link.root_id), result_of(unit.connection, link.root_id)
    if made is None:
        raise LookupError(f"{link.root_id} has no result")
    receipt = letter(
        unit, case, "e_delivery_receipt", channel="短信链接（查询码和证件号码后四位）",
        address_masked=checks.mask_phone(who.phone), sent_at=link.published_at, read_at=unit.now,
        rows=[{"name": made.title, "reference": made.result_no}],
    )  # fmt: skip
    document = issue(unit, link.root_id, "e_delivery_receipt", receipt)
    reader_index = unit.part(Vault).blind_index("reader", reader)
    queries.set_link(
        unit, link.id, state="read", read_at=unit.now, reader_index=reader_index, document_id=document.id, wrong_tries=0
    )
    note_arrival(
        unit, link.root_id, how="电子送达，申请对象凭查询码和证件号码后四位查收", id_no="",
        values={
            "mode": "electronic", "receiver_kind": "reader", "receiver_name": who.name[:60], "id_kind": "none",
            "authorisation": [], "signature": {"mode": "reading", "digests": []}, "document_id": document.id,
        },
    )  # fmt: skip


def _waiting(unit: Unit, root_id: str) -> Task | None:
    found = [one for one in tasks_of(unit.connection, root_id, state="open") if one.act == "issuance.await_reading"]
    return found[0] if found else None


def _minute(instant: Any) -> str:
    return "" if instant is None else instant.astimezone(CITY).strftime("%Y-%m-%d %H:%M")


ACTS = (Act("issuance.await_reading", await_reading, facts=("delivery_result",)),)
SERVICES = (Service("issuance.publish_electronic", publish),)
