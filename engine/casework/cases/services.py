"""What the diagrams' service tasks call: rows only, in the unit, quick."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.casework.cases import queries
from engine.casework.cases.file import queries as records
from engine.casework.cases.outcomes.promising import start_deficiency_clock
from engine.casework.cases.outcomes.queries import commitment_of
from engine.casework.cases.rules import REMOTE
from engine.casework.cases.timing import (
    CONFIRM,
    NOTICE_BOUNDARY,
    start_case_clocks,
    start_feedback_clock,
    start_hand_over_clock,
    start_notice_clock,
)
from engine.foundation.clock import city_date
from engine.foundation.journal.tags import tag
from engine.foundation.store.unit import Unit
from engine.process.clocks.cards.queries import Card, give_card
from engine.process.clocks.ledgers import anchor_of, stop_clock
from engine.process.clocks.queries import clocks_of
from engine.process.tasks.notifications.queries import notify
from engine.process.tasks.registry import Service
from engine.registry.organisation.queries import CENTER

DEEMED = tag("case.deemed_accepted", "逾期未一次告知，自收到申请材料之日 {accepted_on} 起即为受理")
DISPATCHED = tag("case.dispatched", "申请材料通过综合受理系统实时流转至业务主管部门")


def register(unit: Unit, root_id: str) -> Mapping[str, Any]:
    """登记收件: the 5-day clock of one-time notice runs from the day the materials were received.

    When the intake is begun anew after an overturned rejection, it runs from that day: the first clock was stopped
    by the notice that is now void.  What came by net or mail is reviewed first, with feedback within a limit of its
    own (6.1.2, 6.1.4).
    """
    case = queries.case_by_root(unit.connection, root_id)
    anew = any(one.kind == NOTICE_BOUNDARY for one in clocks_of(unit.connection, root_id))
    received_on = city_date(unit.now if anew else case.received_at)
    start_notice_clock(unit, root_id, received_on)
    if case.channel in REMOTE:
        start_feedback_clock(unit, root_id, received_on)
    return {"remote": case.channel in REMOTE}


def deem_accepted(unit: Unit, root_id: str) -> Mapping[str, Any]:
    """视为受理 (行政许可法 32.4): accepted as of the day the clock counted from; a red mark for the window."""
    clock = [one for one in clocks_of(unit.connection, root_id) if one.kind == NOTICE_BOUNDARY][-1]
    accepted_on = anchor_of(unit.connection, clock.id)
    queries.set_case(
        unit, root_id, status="accepted", deemed=True, accepted_at=unit.now, accepted_on=accepted_on,
        accepted_by=unit.actor.account, delay_reason="逾期未一次告知，依法视为受理",
    )  # fmt: skip
    start_case_clocks(unit, queries.case_by_root(unit.connection, root_id), accepted_on)
    start_deficiency_clock(unit, root_id, city_date(unit.now))
    for kind in ("online_feedback", CONFIRM):
        stop_clock(unit, root_id, kind, city_date(unit.now))
    sentence = f"综合窗口未在期限内一次告知，依法视为受理（受理日 {accepted_on.isoformat()}）"
    give_card(unit, Card(
        root_id, clock.id, "red", CENTER, "DL-32.4", sentence, unit.now,
        due_on=clock.due_on, responsible=(f"window_clerk@{CENTER}",),
    ))  # fmt: skip
    notify(unit, root_id, "window_clerk", CENTER, "deemed_acceptance", sentence)
    unit.record(DEEMED, root_id, accepted_on=accepted_on.isoformat(), clock=clock.id)
    return {"intake_outcome": "accepted"}


def dispatch(unit: Unit, root_id: str) -> Mapping[str, Any]:
    """转办 (6.1.5): hand the electronic materials over at once; tell whether paper goes after them.

    The route also learns whether the applicant promised in writing (告知承诺): then it decides at once (T030).
    """
    case = queries.case_by_root(unit.connection, root_id)
    paper = [
        {"no": str(one.no), "name": one.name, "copies_sent": one.copies}
        for one in records.materials_of(unit.connection, root_id)
        if one.copies > 0 and one.provided_form in ("original", "copy") and not one.returned
    ]
    if paper:
        records.give_over(unit, root_id, "materials", paper)
        start_hand_over_clock(unit, root_id)
    queries.set_case(unit, root_id, status="under_review")
    unit.record(DISPATCHED, root_id, department=case.department, paper=len(paper))
    committed = commitment_of(unit.connection, root_id) is not None
    return {"has_paper": bool(paper), "case_type": case.case_type, "notice_commitment": committed}


def tell_ending(unit: Unit, root_id: str) -> Mapping[str, Any]:
    """Tell why a case ends that was never closed: its state says it, for the act that ended it has set it."""
    return {"ending": queries.case_by_root(unit.connection, root_id).status}


SERVICES = (
    Service("cases.register", register, facts=("remote",)),
    Service("cases.deem_accepted", deem_accepted, facts=("intake_outcome",)),
    Service("cases.tell_ending", tell_ending, facts=("ending",)),
    Service("cases.dispatch", dispatch, facts=("has_paper", "case_type", "notice_commitment")),
)
