"""Choosing the way of delivery, changing it, and choosing anew after a failure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.casework.cases.file.queries import handovers_of
from engine.casework.cases.queries import CaseFile, set_case, visible_case
from engine.casework.issuance.collecting.handlers import start_waiting, stop_waiting
from engine.casework.issuance.delivering import queries
from engine.casework.issuance.delivering.commands import ChangeDelivery
from engine.casework.issuance.delivering.rules import (
    MODES,
    STATUS_OF,
    WAITING_ACTS,
    ChangeReasonMissing,
    ModeUnchanged,
    ModeUnknown,
    NoDeliveryWaiting,
    mode_error,
)
from engine.casework.issuance.electronic.handlers import withdraw_link
from engine.casework.issuance.queries import result_of
from engine.casework.issuance.shipping.queries import shipments_of
from engine.casework.issuance.shipping.rules import STATES
from engine.foundation.errors import InvalidFields
from engine.foundation.journal.tags import tag
from engine.foundation.store.unit import Recorded, Unit
from engine.process.tasks import progress
from engine.process.tasks.queries import tasks_of
from engine.process.tasks.registry import Act, View
from engine.process.tasks.rules import Task
from engine.registry.identity.rules import scope_of
from forms import Context

CHOSEN = tag("delivery.chosen", "送达方式：{mode_name}")
WISHED = tag("delivery.wished", "申请时选择的领取方式：{mode_name}")
CHANGED = tag("delivery.changed", "变更送达方式为“{mode_name}”，理由：{reason}")


AT_APPLICATION = "申请时选择"


def note_wish(unit: Unit, event: Recorded) -> None:
    """Keep the way that the application asks for (a subscriber of the receipt; 6.3.2, 6.3.3): it is proposed later."""
    mode = event.private.get("application", {}).get("delivery_mode")
    if mode in MODES:
        queries.put_choice(unit, event.root, mode, AT_APPLICATION)
        unit.record(WISHED, event.root, mode=mode, mode_name=MODES[mode])


def wished(view: View, root_id: str) -> str:
    """Return the way to propose for a result: the newest choice if the result can go that way, else the window."""
    choices = queries.choices_of(view.connection, root_id)
    return choices[-1].mode if choices and _possible(view, root_id, choices[-1].mode) else "pickup"


def choose(unit: Unit, root_id: str, mode: str, reason: str | None = None) -> None:
    """Note the way of delivery, set the case's state, and run the clock of a result that waits at the window.

    Raises :class:`InvalidFields` for a way that the result cannot go.
    """
    refuse_mode(unit, root_id, mode)
    queries.put_choice(unit, root_id, mode, reason)
    set_case(unit, root_id, status=STATUS_OF[mode])
    if mode == "pickup":
        start_waiting(unit, root_id)
    else:
        stop_waiting(unit, root_id)
    if reason is None:
        unit.record(CHOSEN, root_id, mode=mode, mode_name=MODES[mode])
    else:
        unit.record(CHANGED, root_id, mode=mode, mode_name=MODES[mode], reason=reason)


def refuse_mode(view: View, root_id: str, mode: str) -> None:
    """Raise :class:`InvalidFields` at ``delivery_mode`` for a way that the case's result cannot go."""
    slips = handovers_of(view.connection, root_id, "result")
    copies = sum(int(line["copies_sent"]) for line in slips[-1].lines) if slips else 0
    made = result_of(view.connection, root_id)
    wrong = mode_error(mode, copies, len(made.files) if made else 0)
    if wrong:
        raise InvalidFields({"delivery_mode": wrong})


def change(command: ChangeDelivery, unit: Unit) -> Mapping[str, Any]:
    """Change the way while the result is still at the window; the waiting task gives way to the new one.

    Before the window has the result, only what the applicant wishes changes.
    Raises :class:`NoDeliveryWaiting`, :class:`ModeUnchanged`, :class:`ModeUnknown`, :class:`ChangeReasonMissing`.
    """
    case = visible_case(unit.connection, command.case_no, scope_of(unit.actor))
    if command.mode not in MODES:
        raise ModeUnknown
    if len(command.reason.strip()) < 4:
        raise ChangeReasonMissing
    waiting, choices = _waiting(unit, case.root_id, WAITING_ACTS), queries.choices_of(unit.connection, case.root_id)
    # A case whose release knows no other way than pick-up never chose one.
    if not choices or (waiting is None and not before_signing(case)):
        raise NoDeliveryWaiting
    if choices[-1].mode == command.mode:
        raise ModeUnchanged(mode=MODES[command.mode])
    if waiting is None:
        queries.put_choice(unit, case.root_id, command.mode, command.reason.strip())
        unit.record(CHANGED, case.root_id, mode=command.mode, mode_name=MODES[command.mode],
                    reason=command.reason.strip())  # fmt: skip
        return {"case_no": case.case_no, "mode": command.mode}
    withdraw_link(unit, case.root_id)
    choose(unit, case.root_id, command.mode, command.reason.strip())
    progress.complete(unit, waiting, {"delivery_result": "failed"})
    again = _waiting(unit, case.root_id, frozenset({"issuance.redeliver"}))
    if again is not None:
        progress.complete(unit, again, {"delivery_mode": command.mode})
    return {"case_no": case.case_no, "mode": command.mode}


def before_signing(case: CaseFile) -> bool:
    """Tell whether the window has not signed for the result of a case that goes on."""
    return case.result_signed_at is None and case.outcome is None


def prepare_redeliver(view: View, task: Task) -> Context:
    """Say why the result did not arrive, and offer the ways it can still go."""
    sent = shipments_of(view.connection, task.root_id)
    failed = [f"{STATES[one.state]}：{one.last_note or '物流机构未说明原因'}" for one in sent[-1:]]
    offered = [mode for mode in ("mail", "pickup", "electronic") if _possible(view, task.root_id, mode)]
    return Context(
        now=view.now, values={"last_failure": failed[0] if failed else None}, options={"delivery_mode": offered}
    )


def redeliver(unit: Unit, task: Task, answer: Mapping[str, Any]) -> Mapping[str, Any]:
    """Send again, or turn to pick-up or to electronic delivery."""
    choose(unit, task.root_id, answer["delivery_mode"], answer["reason"])
    return {"delivery_mode": answer["delivery_mode"]}


def _possible(view: View, root_id: str, mode: str) -> bool:
    try:
        refuse_mode(view, root_id, mode)
    except InvalidFields:
        return False
    return True


def _waiting(unit: Unit, root_id: str, acts: frozenset[str]) -> Task | None:
    found = [one for one in tasks_of(unit.connection, root_id, state="open") if one.act in acts]
    return found[0] if found else None


ACTS = (Act("issuance.redeliver", redeliver, prepare_redeliver, facts=("delivery_mode",)),)
