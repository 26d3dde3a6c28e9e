"""Who may make which document void, and what a case stands on: tables."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from engine.foundation.errors import InvalidFields, Refusal
from engine.foundation.store.unit import Actor
from engine.process.documents.rules import (
    KINDS,
    AlreadyVoid,
    Document,
    NotVoidable,
    NotYourDocument,
    VoidOfArchived,
    checked_reason,
    needs_replacement,
    refuse_voiding,
    voider_of,
)
from engine.registry.identity.rules import ROLES
from forms.notices.letters import LETTERS

VOIDERS = """
acceptance_notice          window_clerk
correction_notice          window_clerk
rejection_notice           window_clerk
handover_slip              dept_reviewer
result_slip                issue_clerk
delivery_receipt           issue_clerk
deficiency_notice          window_clerk
deficiency_promise         window_clerk
fix_record                 window_clerk
commitment_notice          window_clerk
onetime_list               window_clerk
next_steps                 window_clerk
lapse_notice               window_clerk
withdrawal_notice          window_clerk
grant_decision             dept_head
denial_decision            dept_head
termination_notice         dept_head
revocation_decision        dept_head
rejection_review_decision  dept_head
post_check_result          dept_head
special_procedure_notice   dept_head
hearing_rights_notice      dept_head
hearing_notice             dept_head
hearing_record             dept_head
extension_notice           dept_head
report_up_slip             dept_head
upper_reply_notice         dept_head
joint_opinions             dept_head
joint_minutes              dept_head
joint_results              dept_head
joint_visit_notice         dept_head
joint_visit_cancel_notice  dept_head
courier_order              issue_clerk
e_delivery_receipt         issue_clerk
void_notice                -
"""
TABLE: dict[str, str] = dict(line.split() for line in VOIDERS.strip().splitlines())


def document(kind: str, state: str = "issued") -> Document:
    at = datetime(2026, 3, 2, tzinfo=UTC)
    return Document(
        "d1", "case:1", 1, kind, "安审批（受理）〔2026〕000001号", KINDS[kind].title, {}, "", "", "c", state, at, "W01",
        None, None,
    )  # fmt: skip


def refusal(kind: str, role: str, place: str, *, status: str = "under_review", state: str = "issued") -> str:
    who = Actor(account="X", person="x", name="某", grants=((role, place),))
    try:
        refuse_voiding(document(kind, state), status=status, department="market", actor=who)
    except Refusal as refused:
        return type(refused).__name__
    return ""


def test_each_kind_has_its_role():
    assert set(KINDS) - {"void_notice"} <= {kind for kind in KINDS if voider_of(kind)}
    assert {kind: voider_of(kind) or "-" for kind in TABLE} == TABLE


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_no_other_role_and_no_other_place_may_void_it(kind: str):
    mine = voider_of(kind)
    if mine is None:
        assert {refusal(kind, role, "center") for role in ROLES} == {NotVoidable.__name__}
        return
    place = "center" if mine in ("window_clerk", "issue_clerk") else "market"
    assert refusal(kind, mine, place) == ""
    for role in ROLES:
        for where in ("center", "market", "health"):
            if (role, where) != (mine, place):
                assert refusal(kind, role, where) == NotYourDocument.__name__


def test_a_void_document_and_an_archived_case_are_told_to_whoever_might():
    assert refusal("acceptance_notice", "window_clerk", "center", state="void") == AlreadyVoid.__name__
    assert refusal("acceptance_notice", "window_clerk", "center", status="archived") == VoidOfArchived.__name__
    assert refusal("acceptance_notice", "issue_clerk", "center", state="void") == NotYourDocument.__name__


@pytest.mark.parametrize(
    "kind, status, needed",
    [
        ("acceptance_notice", "accepted", False),
        ("acceptance_notice", "under_review", False),
        ("acceptance_notice", "decided", True),
        ("acceptance_notice", "delivered", True),
        ("acceptance_notice", "withdrawn", False),
        ("acceptance_notice", "misfiled", False),
        ("correction_notice", "awaiting_correction", False),
        ("correction_notice", "received", False),
        ("rejection_notice", "rejected", True),
        ("special_procedure_notice", "suspended", True),
        ("special_procedure_notice", "under_review", True),
        ("special_procedure_notice", "withdrawn", False),
        ("denial_decision", "decided", True),
        ("grant_decision", "delivered", True),
        ("next_steps", "accepted", False),
        ("deficiency_notice", "under_review", False),
    ],
)
def test_what_a_case_stands_on_is_replaced(kind: str, status: str, needed: bool):
    assert (needs_replacement(kind, status) is not None) is needed


def test_every_kind_that_is_stood_on_is_known():
    assert {kind for kind in KINDS if needs_replacement(kind, "decided")} <= set(KINDS)
    assert set(LETTERS) <= set(KINDS)


@pytest.mark.parametrize("reason", ["", "　 ", "三个字", "字" * 121, "\u200b" * 9])
def test_a_reason_is_between_four_and_a_hundred_and_twenty_characters(reason: str):
    with pytest.raises(InvalidFields):
        checked_reason(reason)


def test_a_reason_is_kept_on_one_line():
    assert checked_reason("  姓名\n写错了　") == "姓名 写错了"
    assert checked_reason("字" * 120) == "字" * 120
