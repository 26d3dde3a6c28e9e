"""The names a shipped process may use, written out once more: a slip in a file meets an independent list."""

from __future__ import annotations

from typing import NamedTuple


class ActWords(NamedTuple):
    """What the user task of an act must say, and the facts its answer sets with their possible values."""

    forms: frozenset[str]
    role: str
    facts: dict[str, tuple[object, ...]]


def _act(role: str, *forms: str, **facts: tuple[object, ...]) -> ActWords:
    return ActWords(frozenset(forms), role, facts)


REVIEWED = ("accept", "accept_deficient", "accept_commitment", "correct", "reject", "fix_on_site")
"""What a review may conclude; the last only where the applicant stands at the counter."""

ACTS = {
    "cases.formal_review": _act("window_clerk", "formal_review", formal_result=REVIEWED),
    "cases.prereview": _act("window_clerk", "prereview", formal_result=REVIEWED[:-1]),
    "cases.deficient_promise": _act("window_clerk", "deficient_promise"),
    "cases.notice_commit": _act("window_clerk", "notice_commit"),
    "cases.fix_on_site": _act("window_clerk", "fix_on_site"),
    "cases.close_uncorrected": _act(
        "window_clerk", "close_uncorrected", lapse_decision=("extend", "end"), intake_outcome=("lapsed",)
    ),
    "cases.post_check": _act("dept_reviewer", "post_check", check_passed=(True, False)),
    "cases.revoke": _act("dept_head", "revoke"),
    "cases.accept": _act("window_clerk", "accept", intake_outcome=("accepted",)),
    "cases.reject": _act("window_clerk", "reject", intake_outcome=("rejected",)),
    "cases.confirm_correction": _act(
        "dept_head", "confirm_correction", correction_confirmed=(True, False), intake_outcome=("reviewing",)
    ),
    "cases.issue_correction": _act("window_clerk", "issue_correction"),
    "cases.receive_correction": _act("window_clerk", "receive_correction", intake_outcome=("reviewing",)),
    "cases.receive_paper": _act("dept_reviewer", "receive_paper", paper_accepted=(True, False)),
    "cases.hand_over_again": _act("window_clerk", "hand_over_again"),
    "cases.substantive_review": _act(
        "dept_reviewer",
        "substantive_review",
        site_visit=(True, False),
        special_procedure=(True, False),
        further_review=(False,),
    ),
    "cases.plan_visit": _act("dept_reviewer", "plan_visit"),
    "cases.record_visit": _act("dept_reviewer", "record_visit"),
    "cases.give_opinion": _act("dept_reviewer", "dept_opinion", further_review=(True, False)),
    "cases.decide": _act(
        "dept_head",
        "decide",
        "decide_instant",
        decision=("grant", "deny", "return", "terminate", "escalate", "downgrade"),
        notice_commitment=(False,),
    ),
    "cases.decide_collectively": _act("dept_head", "collective", decision=("grant", "deny", "terminate")),
    "cases.apply_special": _act("dept_reviewer", "special_apply"),
    "cases.approve_special": _act("dept_head", "special_approve", sp_next=("notice", "result", "end")),
    "cases.notify_special": _act("dept_reviewer", "special_notice", sp_step=("hearing", "work", "result")),
    "cases.work_special": _act("dept_reviewer", "special_work"),
    "cases.record_special_result": _act("dept_reviewer", "special_result", sp_longer=(True, False)),
    "cases.tell_hearing_rights": _act("dept_reviewer", "hearing_rights"),
    "cases.answer_hearing": _act("dept_reviewer", "hearing_answer", hearing_asked=(True, False)),
    "cases.announce_hearing": _act("dept_reviewer", "hearing_announce"),
    "cases.hold_hearing": _act("dept_reviewer", "hearing_hold"),
    "cases.approve_extension": _act("dept_head", "extension_approve", extension_approved=(True, False)),
    "cases.notify_extension": _act("dept_reviewer", "extension_notice"),
    "issuance.make_result": _act("dept_reviewer", "make_result"),
    "issuance.hand_over_result": _act("dept_head", "hand_over_result"),
    "issuance.make_branch_result": _act("dept_reviewer", "make_result"),
    "joint.plan": _act("dept_reviewer", "plan_joint", branches=("listed",)),
    "joint.review_branch": _act("dept_reviewer", "branch_review"),
    "joint.give_opinion": _act("dept_head", "branch_opinion"),
    "joint.conclude": _act(
        "dept_head", "joint_conclude", decision=("grant", "deny"), joint_next=("again", "decided"),
        branches=("listed",), results=("listed",),
    ),
    "cases.first_review": _act("dept_reviewer", "first_review"),
    "cases.first_decide": _act("dept_head", "first_decide", first_decision=("report", "return")),
    "cases.report_up": _act("dept_reviewer", "report_up"),
    "cases.take_reply": _act("dept_reviewer", "upper_reply", decision=("grant", "deny")),
    "cases.relay_reply": _act("dept_reviewer", "relay_reply"),
    "cases.review_rejection": _act("dept_head", "rejection_review", review_conclusion=("uphold", "overturn")),
    "issuance.sign_result": _act("issue_clerk", "sign_result", delivery_mode=("pickup", "mail", "electronic")),
    "issuance.pick_up": _act("issue_clerk", "pick_up", delivery_result=("delivered", "failed", "returned")),
    "issuance.ship": _act("issue_clerk", "ship", delivery_result=("in_transit", "failed", "delivered")),
    "issuance.track": _act("issue_clerk", "track", delivery_result=("delivered", "failed")),
    "issuance.await_reading": _act("issue_clerk", "await_reading", delivery_result=("delivered", "failed")),
    "issuance.keep_result": _act("dept_head", "keep_result", result_kept=(True, False), delivery_mode=("pickup",)),
    "issuance.fetch_kept": _act("issue_clerk", "fetch_kept", delivery_mode=("pickup", "mail")),
    "issuance.redeliver": _act("issue_clerk", "redeliver", delivery_mode=("pickup", "mail", "electronic")),
    "archive.collate": _act("window_clerk", "collate"),
    "archive.file": _act("dept_archivist", "archive"),
}
SERVICES: dict[str, dict[str, tuple[object, ...]]] = {
    "cases.register": {"remote": (True, False)},
    "cases.deem_accepted": {"intake_outcome": ("accepted",)},
    "cases.dispatch": {
        "has_paper": (True, False),
        "case_type": ("instant", "commitment", "report_up", "joint"),
        "notice_commitment": (True, False),
    },
    "cases.tell_ending": {"ending": ("rejected", "lapsed", "withdrawn", "terminated", "misfiled")},
    "cases.begin_anew": {},
    "issuance.publish_electronic": {},
    "cases.recalculate": {},
    "issuance.tell_department": {},
    "archive.record_decision": {},
    "joint.arrive": {"branch_state": ("open", "wait", "over")},
    "joint.outstanding": {"outstanding": (True, False)},
}
CLOCKS = frozenset({"correction_notice", "correction_limit"})
MESSAGES: dict[str, dict[str, tuple[object, ...]]] = {
    "ending": {},
    "reopening": {},
    "branch_ready": {},
    "branch_over": {},
    "branches_over": {},
}
KEYED = frozenset({"branch_ready", "branch_over", "branches_over"})
"""Messages that find what waits for them by a business key."""
PARAMETERS = {"archive.record_decision": ("outcome",), "joint.arrive": ("branch",)}
"""What a service is told."""
START_FACTS = ("case_no", "case_type", "site_visit_required")
LANES = {
    "L_window": "综合窗口（受理）",
    "L_issue": "综合窗口（统一出件）",
    "L_dept": "业务主管部门",
    "L_system": "系统",
}
LANE_OF_ROLE = {
    "window_clerk": "L_window",
    "issue_clerk": "L_issue",
    "dept_reviewer": "L_dept",
    "dept_head": "L_dept",
    "dept_archivist": "L_dept",
}
PROCESSES = (
    "archive",
    "correction",
    "examination",
    "extension",
    "hearing",
    "intake",
    "issue_delivery",
    "joint_added",
    "joint_branch",
    "joint_remade",
    "keeping",
    "one_window_main",
    "post_check",
    "rejection_review",
    "route_commitment",
    "route_instant",
    "route_joint",
    "route_report_up",
    "site_visit",
    "special_procedure",
    "supply_handover",
    "unfinished",
)
BESIDE = ("extension", "joint_added", "joint_remade", "post_check", "rejection_review", "supply_handover")
"""Processes that no other calls: a command or an event starts them beside the main process of a case."""


def _numbers(chapter: str, *counts: int) -> list[str]:
    return [f"{chapter}.{part}.{point}" for part, count in enumerate(counts, 1) for point in range(1, count + 1)]


THREE_LEVEL_CLAUSES = (
    *_numbers("4", 8, 4),
    *_numbers("5", 4, 2, 2),
    *_numbers("6", 7, 4, 5, 2),
)
TWO_LEVEL_CLAUSES = ("3.1", "3.2", "3.3", "4.1", "4.2", "5.1", "5.2", "5.3", "5.4", "6.1", "6.2", "6.3", "6.4")
STANDARD_CLAUSES = frozenset((*THREE_LEVEL_CLAUSES, *TWO_LEVEL_CLAUSES, "1", "2", "7"))
