"""Which clocks a case runs, from when, and what stops them (domain clocks; 行政许可法 32, 42, 44; 6.3.1)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from deadlines.law.ledger import PauseRule
from deadlines.law.ledger import Unit as LimitUnit
from engine.casework.cases.figures import case_figure
from engine.casework.cases.queries import CaseFile, case_by_root
from engine.foundation.clock import city_date
from engine.foundation.store.unit import Unit
from engine.process.bpmn.releases.bundles import Bundles
from engine.process.clocks.ledgers import open_clock, open_hour_clock
from engine.process.clocks.rules import HourTerms, Terms
from engine.process.tasks.registry import View
from engine.registry.items.queries import item_at

_RULES: Mapping[int, PauseRule] = dict(enumerate(PauseRule, 1))
"""The counting rules by the figure of the policy ``pause_rule``."""

HAND_OVER = "hand_over"
"""The clock from the dispatch of papers to the department's signature."""

CONFIRM = "confirm_correction"
"""The clock from the review's list of defects to the department's word on it."""

ARCHIVE = "archive"
"""The clock from the delivery of the result until the department has filed the case (6.4.1 gives no figure)."""

NOTICE_BOUNDARY = "correction_notice"
"""The clock boundary on the intake: passed without a notice, the application is deemed accepted."""
REPORTED_TYPES = ("report_up", "relay")
"""Case types that a higher authority decides: the law limits the first review here (行政许可法 43)."""

LIMIT_BOUNDARY = "correction_limit"
"""The clock boundary on waiting for the corrected materials: passed, the window deals with what did not come."""

FEEDBACK_CAP = 5
"""Working days which no policy for feedback on an online application may exceed (行政许可法 32.4)."""


def start_notice_clock(unit: Unit, root_id: str, received_on: date) -> None:
    """Open the 5-day clock of one-time notice from the day the materials were received (行政许可法 32.4)."""
    drawn = _drawn(unit, root_id, NOTICE_BOUNDARY)
    days, unit_of = drawn or (case_figure(unit.connection, root_id, "correction_notice"), "wd")
    open_clock(unit, root_id, Terms("correction_notice", received_on, days, unit_of, boundary=NOTICE_BOUNDARY))


def start_feedback_clock(unit: Unit, root_id: str, received_on: date) -> None:
    """Open the clock of feedback on an application that came by net or mail (6.1.2, 6.1.4; T067)."""
    days = min(case_figure(unit.connection, root_id, "online_feedback"), FEEDBACK_CAP)
    open_clock(unit, root_id, Terms("online_feedback", received_on, days, "wd"))


def start_correction_limit(unit: Unit, case: CaseFile, on: date, *, days: int | None = None) -> None:
    """Open the applicant's limit (calendar days) from the notice, or from its extension, where the item sets one."""
    limit = days or item_at(unit.connection, case.item_digest).correction_limit_days
    if limit is not None:
        open_clock(unit, case.root_id, Terms("correction_limit", on, limit, "cd", boundary=LIMIT_BOUNDARY))


def start_case_clocks(unit: Unit, case: CaseFile, accepted_on: date) -> None:
    """Open the commitment clock, and the statutory one where the law sets a limit.

    Both count from acceptance unless the item's law counts from receipt (``clock_anchor``).
    """
    item = item_at(unit.connection, case.item_digest)
    anchor = commitment_anchor(unit, case, accepted_on)
    rule = _RULES[case_figure(unit.connection, case.root_id, "pause_rule")]
    promise = Terms("commitment", anchor, item.promise.days, item.promise.unit, rule=rule)
    open_clock(unit, case.root_id, promise)
    if item.statutory is not None:
        kind = "first_review" if item.case_type in REPORTED_TYPES else "statutory"
        open_clock(unit, case.root_id, Terms(kind, anchor, item.statutory.days, item.statutory.unit, rule=rule))


def commitment_anchor(view: View, case: CaseFile, accepted_on: date) -> date:
    """Return the day from which the commitment counts when the case is accepted on ``accepted_on``."""
    item = item_at(view.connection, case.item_digest)
    return city_date(case.received_at) if item.clock_anchor == "received" else accepted_on


def start_hand_over_clock(unit: Unit, root_id: str) -> None:
    """Open the clock until the department has signed for the papers: working hours from now (T026, 4.1.6)."""
    hours = case_figure(unit.connection, root_id, "hand_over_hours")
    open_hour_clock(unit, root_id, HourTerms(HAND_OVER, unit.now, hours))


def start_confirm_clock(unit: Unit, root_id: str) -> None:
    """Open the clock until the department has confirmed what is to be corrected: working hours from now (T070, 6.1.3).

    The applicant's five days run on meanwhile: what the department takes is not the applicant's time.
    """
    hours = case_figure(unit.connection, root_id, "confirm_correction_hours")
    open_hour_clock(unit, root_id, HourTerms(CONFIRM, unit.now, hours))


def start_delivery_clock(unit: Unit, root_id: str, decided_on: date) -> None:
    """Open the delivery clock from the decision (行政许可法 44: ten days)."""
    open_clock(unit, root_id, Terms("delivery", decided_on, case_figure(unit.connection, root_id, "delivery"), "wd"))


def start_archive_clock(unit: Unit, root_id: str, delivered_on: date) -> None:
    """Open the clock of filing from the delivery: calendar days (T117)."""
    open_clock(unit, root_id, Terms(ARCHIVE, delivered_on, case_figure(unit.connection, root_id, ARCHIVE), "cd"))


def start_policy_clock(unit: Unit, root_id: str, kind: str, on: date) -> None:
    """Open a clock whose quota of working days is the policy of the same name."""
    open_clock(unit, root_id, Terms(kind, on, case_figure(unit.connection, root_id, kind), "wd"))


def _drawn(unit: Unit, root_id: str, clock: str) -> tuple[int, LimitUnit] | None:
    """Return the limit that the case's own drawing gives a clock boundary, or None."""
    bundles = unit.part(Bundles)
    release = bundles.release(unit.connection, case_by_root(unit.connection, root_id).release_id)
    found = bundles.of(unit.connection, release).quota_of(clock)
    return None if found is None else (found[0], "wd" if found[1] == "wd" else "cd")
