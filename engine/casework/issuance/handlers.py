"""Acts and services of unified issuance (6.3)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from engine.casework.cases import paperwork
from engine.casework.cases.file import queries as records
from engine.casework.cases.handing import blank_slip, keep_signature, sign_slip, slip_context
from engine.casework.cases.queries import applicant_of, case_by_root, kinds_of, set_case, visible_case
from engine.casework.cases.receiving import digests_in, usable_refs
from engine.casework.issuance import making, queries
from engine.casework.issuance.arrival import note_arrival
from engine.casework.issuance.collecting import keeping
from engine.casework.issuance.commands import CreateDelivery
from engine.casework.issuance.delivering import handlers as delivering
from engine.casework.issuance.delivering.handlers import choose
from engine.casework.issuance.electronic import handlers as electronic
from engine.casework.issuance.rules import NotReadyForDelivery, handing_errors, identity_errors
from engine.casework.issuance.shipping import handlers as shipping
from engine.foundation.blobs.queries import take_uploads
from engine.foundation.clock import city_date
from engine.foundation.errors import InvalidFields
from engine.foundation.journal.tags import tag
from engine.foundation.store.unit import Unit
from engine.foundation.vault import Vault
from engine.process.clocks.ledgers import stop_clock
from engine.process.documents.issuing import issue
from engine.process.tasks.commands import CompleteTask
from engine.process.tasks.handlers import complete
from engine.process.tasks.notifications.queries import notify
from engine.process.tasks.queries import tasks_of
from engine.process.tasks.registry import Act, Service, View
from engine.process.tasks.rules import Task
from engine.registry.identity.rules import scope_of
from forms import Context, checks

HANDED_OVER = tag("result.handed_over", "结果转交综合窗口")
SIGNED = tag("result.signed", "综合窗口签收结果（承诺时限停止，6.3.1）")
TOLD = tag("delivery.told", "已向业务主管部门反馈送达结果（6.3.4）")


def prepare_hand_over(view: View, task: Task) -> Context:
    """Give the result as the one line of the slip."""
    return Context(now=view.now, rows={"items": [{**_line(view, task), "copies": 1}]})


def hand_over_result(unit: Unit, task: Task, answer: Mapping[str, Any]) -> Mapping[str, Any]:
    """Hand the result over to the integrated window (6.3.1)."""
    lines = [
        {"no": row["no"], "name": row["name"], "result_no": row["result_no"], "copies_sent": int(row["copies"])}
        for row in answer["items"]
    ]
    number = records.give_over(unit, task.root_id, "result", lines)
    set_case(unit, task.root_id, status="handed_over", result_handed_over_at=unit.now)
    unit.record(HANDED_OVER, task.root_id, handover=number)
    return {}


def prepare_sign(view: View, task: Task) -> Context:
    """Give the slip's lines as they were sent, and the way of delivery that the applicant wishes."""
    context = slip_context(view, task, "result", "items")
    return replace(context, defaults={"delivery_mode": delivering.wished(view, task.root_id)})


def sign_result(unit: Unit, task: Task, answer: Mapping[str, Any]) -> Mapping[str, Any]:
    """Sign for the result, which stops the commitment clock (6.3.1, T087), and choose the way of its delivery."""
    stop_clock(unit, task.root_id, "commitment", city_date(unit.now))
    set_case(unit, task.root_id, result_signed_at=unit.now)
    number, document = sign_slip(unit, task, "result", "result_slip", answer["items"], answer["signature"])
    unit.record(SIGNED, task.root_id, handover=number, document=document)
    # The form of the first release did not ask: its results are fetched at the window.
    mode = answer.get("delivery_mode") or "pickup"
    choose(unit, task.root_id, mode)
    return {"delivery_mode": mode}


def prepare_pick_up(view: View, task: Task) -> Context:
    """Start with the applicant picking up in person."""
    case = case_by_root(view.connection, task.root_id)
    return Context(
        now=view.now,
        defaults={"receiver_kind": "self", "receiver_id_kind": "resident_id"},
        values={"applicant_name": case.applicant_name},
        uploads=usable_refs(view, task.root_id),
    )


def pick_up(unit: Unit, task: Task, answer: Mapping[str, Any]) -> Mapping[str, Any]:
    """Check the identity, take the signature and give the result out (6.3.2); issue the delivery receipt."""
    case = case_by_root(unit.connection, task.root_id)
    who = applicant_of(unit.connection, unit.part(Vault), case.applicant_id)
    kind, name, id_no = answer["receiver_kind"], answer["receiver_name"], answer["receiver_id_no"]
    letters = take_uploads(unit, digests_in(answer.get("authorisation")), task.root_id)
    signature = keep_signature(unit, task.root_id, answer["signature"])
    errors = identity_errors(who, kind, name, id_no)
    errors |= handing_errors(kind, answer.get("relation") or "", len(letters), len(signature["digests"]))
    if errors:
        raise InvalidFields(errors)
    line = _line(unit, task)
    receipt = paperwork.delivery_receipt(unit, case, line["name"], line["result_no"], answer, signature)
    document = issue(unit, task.root_id, "delivery_receipt", receipt)
    note_arrival(
        unit, task.root_id, how="已核对身份并签收（6.3.2）", id_no=id_no,
        values={
            "mode": "pickup",
            "receiver_kind": kind,
            "receiver_name": name,
            "relation": answer.get("relation") or None,
            "id_kind": answer["receiver_id_kind"],
            "authorisation": [one.digest for one in letters],
            "document_id": document.id,
            "signature": signature,
        },
    )  # fmt: skip
    return {"delivery_result": "delivered"}


def blank_receipt(view: View, task: Task) -> tuple[str, Mapping[str, Any]]:
    """Return the paper of the receipt, for the pen of a receiver who signs on paper."""
    case, line = case_by_root(view.connection, task.root_id), _line(view, task)
    return "delivery_receipt", paperwork.blank_receipt(view, case, line["name"], line["result_no"])


def create_delivery(command: CreateDelivery, unit: Unit) -> Mapping[str, Any]:
    """Work the case's task that waits for the applicant; raise :class:`NotReadyForDelivery` while there is none."""
    visible_case(unit.connection, command.case_no, scope_of(unit.actor))
    root_id = f"case:{command.case_no}"
    waiting = [one for one in tasks_of(unit.connection, root_id, state="open") if one.act == "issuance.pick_up"]
    if not waiting:
        raise NotReadyForDelivery
    wanted = CompleteTask(task_id=waiting[0].id, answer=command.answer, partial=command.partial)
    return complete(wanted, unit)


def tell_department(unit: Unit, root_id: str) -> Mapping[str, Any]:
    """反馈 (6.3.4): tell the department that the result was delivered."""
    case = case_by_root(unit.connection, root_id)
    person = kinds_of(unit.connection, {case.applicant_id})[case.applicant_id] == "person"
    name = checks.mask_name(case.applicant_name) if person else case.applicant_name
    sentence = f"“{case.item_name}”（{name}）的结果已送达申请对象。"
    for role in ("dept_head", "dept_reviewer"):
        notify(unit, root_id, role, case.department, "delivered", sentence)
    queries.note_told(unit, root_id)
    unit.record(TOLD, root_id, department=case.department)
    return {}


def _line(view: View, task: Task) -> dict[str, Any]:
    made = queries.result_of(view.connection, task.root_id)
    if made is None:
        raise LookupError(f"{task.root_id} has no result")
    return {"no": "1", "name": made.title, "result_no": made.result_no}


ACTS = (
    *making.ACTS,
    Act("issuance.hand_over_result", hand_over_result, prepare_hand_over, part="hand_over_result"),
    Act(
        "issuance.sign_result",
        sign_result,
        prepare_sign,
        part="sign_result",
        facts=("delivery_mode",),
        blank=lambda view, task: blank_slip(view, task, "result", "result_slip"),
    ),
    Act("issuance.pick_up", pick_up, prepare_pick_up, facts=("delivery_result",), blank=blank_receipt),
    *delivering.ACTS,
    *shipping.ACTS,
    *electronic.ACTS,
    *keeping.ACTS,
)
SERVICES = (Service("issuance.tell_department", tell_department), *electronic.SERVICES)
