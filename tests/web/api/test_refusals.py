"""Every refusal that the code below an operation can raise stands in the description of that operation."""

from __future__ import annotations

import pytest

from engine.casework.cases.barring.rules import BarringMissing
from engine.casework.cases.rules import NothingChosen, NotOneWindow
from engine.casework.counselling.rules import PurposeUnknown
from engine.casework.issuance.shipping.rules import ShipmentMissing
from engine.casework.joint.meeting.rules import MeetingMissing
from engine.casework.joint.queries import BranchMissing
from engine.casework.joint.visiting.rules import VisitMissing
from engine.foundation.blobs.checks import FileInfected
from engine.foundation.errors import Refusal
from engine.oversight.orders.rules import OrderMissing
from engine.process.bpmn import MessageNotAwaited, ModificationRefused, SnapshotMismatch
from engine.process.bpmn.releases.queries import NoRelease
from engine.process.clocks.ledgers import ClockRefused, PauseWithoutNotice
from engine.process.clocks.yearly.rules import DraftMissing
from engine.process.documents.rules import DocumentMissing
from engine.process.tasks.countersigning.rules import (
    CountersigningMissing,
    NotYourTurn,
    SignerHasSigned,
    SignerMissing,
    SignerUnfit,
)
from engine.process.tasks.rules import (
    DelegatedOut,
    MandateExpired,
    PreparesOnly,
    TaskCancelled,
    TaskDone,
    TaskHeld,
    TaskMissing,
    TaskNotYours,
)
from engine.registry.identity.queries import AccountUnknown
from engine.registry.identity.rules import NotYourAction, SodViolation
from engine.registry.policies.rules import PolicyDraftMissing
from tests.web.api.raising import raised_by
from web.api import OPERATIONS
from web.api.contract import Operation
from web.api.groups import MOVING
from web.api.routes import tasks

ONE_ACT = {
    "issue_document": "cases.issue_correction", "create_delivery": "issuance.pick_up",
    "create_shipment": "issuance.ship", "decide_extension": "cases.approve_extension",
}  # fmt: skip
"""Operations that work one act alone."""

TOLD: dict[str, tuple[str, set[type[Refusal]]]] = {
    "list_items": ("told with the item", {NotOneWindow, NoRelease}),
    "read_item": ("told with the item", {NotOneWindow, NoRelease}),
    "find_guides": ("told with the guide", {NotOneWindow, NoRelease}),
    "read_guide": ("told with the guide", {NotOneWindow, NoRelease}),
    "read_task": (
        "told beforehand, beside the form",
        {SodViolation, TaskNotYours, TaskCancelled, TaskDone, TaskHeld, MandateExpired, DelegatedOut, PreparesOnly},
    ),
    "transfer_task": ("told with whom it cannot be given to", {SodViolation}),
    "delegate_task": ("told with whom it cannot be given to", {SodViolation}),
    "read_countersigning": (
        "told beside the opinions",
        {CountersigningMissing, MandateExpired, NotYourTurn, SignerHasSigned, SignerMissing, SignerUnfit},
    ),
    "ask_countersigning": ("who has no account is told as unfit", {AccountUnknown}),
    "add_signers": ("who has no account is told as unfit", {AccountUnknown}),
    "read_ways_back": ("told with each step that is barred", {ModificationRefused}),
    "send_back_task": (
        "told as no way back; whose account is gone has the step in nobody's hands",
        {ModificationRefused, AccountUnknown},
    ),
    "withdraw_step": ("told as not withdrawable", {ModificationRefused}),
    "revoke_substitution": ("a substitute who has no account any more is not told", {AccountUnknown}),
    "complete_task": (
        "a branch's task is there with its branch, a denial that is made anew was issued, only what is awaited is told",
        {BranchMissing, DocumentMissing, MessageNotAwaited},
    ),
    "hand_over_tasks": ("told with each task that stays", {SodViolation, TaskNotYours}),
    "hand_in_together": ("the schema of the body wants one item at least", {NothingChosen}),
    "call_department": ("the schema of the body knows the purposes", {PurposeUnknown}),
    "issue_document": ("the document was made a moment before", {DocumentMissing}),
    "create_shipment": ("the shipment was made a moment before", {ShipmentMissing}),
    "bar_applicant": ("the entry was made a moment before", {BarringMissing}),
    "decide_card": ("who appealed and has no account any more is not told", {AccountUnknown}),
    "cancel_card": ("who appealed and has no account any more is not told", {AccountUnknown}),
    "issue_order": ("the order was made a moment before", {OrderMissing}),
    "drop_branch": ("only what the process waits for is told to it", {MessageNotAwaited}),
    "draft_calendar": ("the draft was made a moment before", {DraftMissing}),
    "draft_policy": ("the draft was made a moment before", {PolicyDraftMissing}),
    "call_meeting": ("the meeting was called a moment before", {MeetingMissing}),
    "plan_joint_visit": ("the visit was planned a moment before", {VisitMissing}),
    **dict.fromkeys(
        ("move_joint_visit", "cancel_joint_visit", "join_joint_visit"),
        ("only the notice of a special procedure pauses a clock", {ClockRefused, PauseWithoutNotice}),
    ),
    "deliver_message": (
        "what keeps the case from going on is told as one refusal",
        {MessageNotAwaited, *(one for one in MOVING if one is not SnapshotMismatch)},
    ),
}
"""Refusals that the walk finds and a caller never gets, with the reason."""


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda one: one.id)
def test_an_operation_lists_every_refusal_that_it_can_raise(operation: Operation) -> None:
    raised = raised_by(operation.view, ONE_ACT.get(operation.id, ""))
    _, told = TOLD.get(operation.id, ("", set()))
    listed = {*operation.all_refusals(), *told}
    missing = {kind.code: where for kind, where in raised.items() if kind not in listed and not _family(kind)}
    assert missing == {}


@pytest.mark.parametrize("name", TOLD)
def test_what_is_excepted_is_still_found_and_still_not_listed(name: str) -> None:
    operation = next(one for one in OPERATIONS if one.id == name)
    raised, excepted = raised_by(operation.view, ONE_ACT.get(name, "")), TOLD[name][1]
    assert excepted <= set(raised)
    assert not excepted & set(operation.all_refusals())


def test_the_walk_goes_through_commands_handlers_acts_and_events() -> None:
    found = raised_by(tasks.complete)
    assert {NotYourAction, TaskMissing, SodViolation, FileInfected, MandateExpired} <= set(found)
    assert found[FileInfected].startswith("engine.foundation.blobs.checks.")
    assert FileInfected not in raised_by(tasks.claim)
    assert FileInfected not in raised_by(tasks.complete, act="cases.approve_extension")


def test_every_operation_that_takes_files_may_answer_that_one_is_infected() -> None:
    taking = {"complete_task", "hand_in", "hand_in_together", "issue_document", "create_delivery", "create_shipment"}
    assert {one.id for one in OPERATIONS if FileInfected in one.all_refusals()} >= taking


def _family(kind: type[Refusal]) -> bool:
    """Tell whether it is a family of refusals, which nobody raises as it is."""
    return kind.__module__ == "engine.foundation.errors"
