"""A small model of a 承诺件, written from the diagrams by hand: where a case stands and where each act leads.

It knows nothing of the engine: places are words, acts are the arrows between them.  What runs beside the case (an
extension, the hand-over of a supplied material) is a place of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

UNDER_REVIEW = ("papers", "reviewing", "asking procedure", "approving procedure", "telling procedure", "opining",
                "deciding")  # fmt: skip
SUSPENDED = ("working", "resulting", "approving longer", "telling longer")
INTAKE = ("formal", "accepting", "promising", "refusing", "confirming", "issuing")
ENDS = ("archived", "rejected", "upheld", "withdrawn", "misfiled", "terminated", "lapsed")


@dataclass(frozen=True)
class Standing:
    """Where a case stands: its place, and what else the rules ask about."""

    place: str = "formal"
    corrected: bool = False
    """A correction was asked for and received: the item can no longer be exchanged."""
    owed: str = ""
    """"" nothing was promised, "owed" by the applicant, "on its way" to the department, "there"."""
    extension: str = ""
    """"" not asked for, "asked", "approved", "told"."""


MAIN: Mapping[str, Mapping[str, str]] = {
    "formal": {"accept": "accepting", "accept_lacking": "promising", "correct": "confirming", "refuse": "refusing"},
    "promising": {"promise": "accepting"},
    "accepting": {"do_accept": "papers"},
    "refusing": {"do_refuse": "rejected"},
    "confirming": {"agree": "issuing"},
    "issuing": {"issue": "waiting"},
    "waiting": {"receive": "formal", "days_pass": "late"},
    "late": {"close": "lapsed", "give_more_days": "waiting"},
    "papers": {"take_papers": "reviewing"},
    "reviewing": {"review": "opining", "review_special": "asking procedure"},
    "asking procedure": {"ask_procedure": "approving procedure"},
    "approving procedure": {"approve_procedure": "telling procedure", "refuse_procedure": "reviewing"},
    "telling procedure": {"tell_procedure": "working"},
    "working": {"work": "resulting"},
    "resulting": {"result": "reviewing", "longer": "approving longer"},
    "approving longer": {"approve_procedure": "telling longer", "refuse_procedure": "resulting"},
    "telling longer": {"tell_procedure": "resulting"},
    "opining": {"opine": "deciding", "opine_again": "reviewing"},
    "deciding": {"grant": "making", "deny": "making", "return": "reviewing", "terminate": "terminated"},
    "making": {"make": "handing over"},
    "handing over": {"hand_over": "signing"},
    "signing": {"sign": "giving out", "sign_to_send": "sending"},
    "sending": {"send": "on the way"},
    "on the way": {"arrived": "collating", "not_arrived": "choosing anew"},
    "choosing anew": {"send_again": "sending", "keep": "giving out"},
    "giving out": {"pick_up": "collating"},
    "collating": {"collate": "filing", "reopen": "making"},
    "filing": {"file": "archived", "reopen": "making"},
    "rejected": {"ask_review": "under review"},
    "under review": {"uphold": "upheld", "overturn": "formal"},
}  # fmt: skip
"""Where the acts that move the case itself lead; places without an entry are ends."""

OPEN: Mapping[str, tuple[str, str]] = {
    "formal": ("ut_formal", "received"), "accepting": ("ut_accept", "received"), "refusing": ("ut_reject", "received"),
    "promising": ("ut_deficient_promise", "received"),
    "confirming": ("ut_confirm_correction", "awaiting_confirmation"),
    "issuing": ("ut_issue_correction", "awaiting_confirmation"),
    "waiting": ("ut_receive_correction", "awaiting_correction"),
    "late": ("ut_close_uncorrected", "awaiting_correction"), "papers": ("ut_receive_paper", "under_review"),
    "reviewing": ("ut_substantive", "under_review"), "asking procedure": ("ut_sp_apply", "under_review"),
    "approving procedure": ("ut_sp_approve", "under_review"), "telling procedure": ("ut_sp_notice", "under_review"),
    "working": ("ut_sp_work", "suspended"), "resulting": ("ut_sp_result", "suspended"),
    "approving longer": ("ut_sp_approve", "suspended"), "telling longer": ("ut_sp_notice", "suspended"),
    "opining": ("ut_dept_opinion", "under_review"), "deciding": ("ut_head_decide", "under_review"),
    "making": ("ut_make_result", "decided"), "handing over": ("ut_result_handover", "making_result"),
    "signing": ("ut_result_receipt", "handed_over"), "sending": ("ut_ship", "awaiting_shipment"),
    "on the way": ("ut_track", "in_transit"), "choosing anew": ("ut_redeliver", "awaiting_shipment"),
    "giving out": ("ut_pickup", "awaiting_pickup"), "collating": ("ut_collate", "delivered"),
    "filing": ("ut_archive", "collated"), "under review": ("ut_review_rejection", "rejected"),
    "archived": ("", "archived"), "rejected": ("", "rejected"), "upheld": ("", "rejected"),
    "withdrawn": ("", "withdrawn"), "misfiled": ("", "misfiled"), "terminated": ("", "terminated"),
    "lapsed": ("", "lapsed"),
}  # fmt: skip
"""The open element of the main process and the state of a case at each place."""


def onward(at: Standing) -> dict[str, Standing]:
    """Return every act that is allowed at ``at`` and where it leads."""
    return {act: to if to.place not in ENDS else Standing(to.place) for act, to in _acts(at)}


def opened(at: Standing) -> list[str]:
    """Return the elements at which a task is open, sorted."""
    found = [OPEN[at.place][0]]
    found.append({"asked": "ut_ext_approve", "approved": "ut_ext_notice"}.get(at.extension, ""))
    found.append("ut_receive_supply" if at.owed == "on its way" else "")
    return sorted(filter(None, found))


def status(at: Standing) -> str:
    """Return the state of the case."""
    return OPEN[at.place][1]


def _acts(at: Standing) -> Iterator[tuple[str, Standing]]:
    for act, place in MAIN.get(at.place, {}).items():
        # 4.1.7: a grant without the promised material needs a reason, which this model never gives.
        if act == "grant" and at.owed == "owed":
            continue
        # 6.4.1: the file is not whole while a material is on its way.
        if act == "collate" and at.owed == "on its way":
            continue
        yield act, _moved(at, act, place)
    if at.place in INTAKE and not at.corrected:
        yield "move", Standing("misfiled")
    if at.place in (*INTAKE, "waiting", "late", *UNDER_REVIEW, *SUSPENDED):
        yield "withdraw", Standing("withdrawn")
    yield from _beside(at)


def _moved(at: Standing, act: str, place: str) -> Standing:
    changed: dict[str, str | bool] = {"place": place}
    if act in ("receive", "overturn"):
        changed["corrected"] = True
    if act == "promise":
        changed["owed"] = "owed"
    if act == "deny" and at.owed == "owed":
        # What was promised for a grant is no longer awaited.
        changed["owed"] = ""
    if act in ("grant", "deny", "terminate") and at.extension != "told":
        # Nothing is left to extend when the case is decided.
        changed["extension"] = ""
    return replace(at, **changed)  # type: ignore[arg-type]  # the names above are the fields'


def _beside(at: Standing) -> Iterator[tuple[str, Standing]]:
    accepted = at.place not in (*INTAKE, *ENDS, "waiting", "late", "under review")
    if at.owed == "owed" and accepted and at.place != "filing":
        yield "supply", replace(at, owed="on its way")
    if at.owed == "on its way":
        yield "take_supply", replace(at, owed="there")
    if at.place in UNDER_REVIEW and at.extension == "":
        yield "ask_time", replace(at, extension="asked")
    if at.extension == "asked":
        yield "give_time", replace(at, extension="approved")
        yield "refuse_time", replace(at, extension="")
    if at.extension == "approved" and at.place in UNDER_REVIEW:
        yield "tell_time", replace(at, extension="told")
