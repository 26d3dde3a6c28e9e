"""Which clocks a case runs, from when, and what stops them (domain clocks; 行政许可法 32, 42, 44; 6.3.1)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from deadlines.law.ledger import PauseRule
from engine.casework.cases.queries import CaseFile, case_by_root
from engine.foundation.clock import city_date
from engine.foundation.store.unit import Unit
from engine.process.bpmn.releases.queries import release_at
from engine.process.clocks.ledgers import open_clock, open_hour_clock
from engine.process.clocks.rules import HourTerms, Terms
from engine.registry.items.queries import item_at
from engine.registry.policies.queries import pinned_figure

_RULES: Mapping[int, PauseRule] = dict(enumerate(PauseRule, 1))
"""The counting rules by the figure of the policy ``pause_rule``."""

HAND_OVER = "hand_over"
"""The clock from the dispatch of papers to the department's signature."""

NOTICE_BOUNDARY = "correction_notice"
"""The clock boundary on the intake: passed without a notice, the application is deemed accepted."""


def start_notice_clock(unit: Unit, root_id: str, received_on: date) -> None:
    """Open the 5-day clock of one-time notice from the day the materials were received (行政许可法 32.4)."""
    days = _policy(unit, root_id, "correction_notice")
    open_clock(unit, root_id, Terms("correction_notice", received_on, days, "wd", boundary=NOTICE_BOUNDARY))


def start_case_clocks(unit: Unit, case: CaseFile, accepted_on: date) -> None:
    """Open the commitment clock, and the statutory one where the law sets a limit.

    Both count from acceptance unless the item's law counts from receipt (``clock_anchor``).
    """
    item = item_at(unit.connection, case.item_digest)
    anchor = city_date(case.received_at) if item.clock_anchor == "received" else accepted_on
    reminder = _policy(unit, case.root_id, "commitment_reminder")
    rule = _RULES[_policy(unit, case.root_id, "pause_rule")]
    promise = Terms("commitment", anchor, item.promise.days, item.promise.unit, reminder_days=reminder, rule=rule)
    open_clock(unit, case.root_id, promise)
    if item.statutory is not None:
        statutory = Terms("statutory", anchor, item.statutory.days, item.statutory.unit, rule=rule)
        open_clock(unit, case.root_id, statutory)


def start_hand_over_clock(unit: Unit, root_id: str) -> None:
    """Open the clock until the department has signed for the papers: working hours from now (T026, 4.1.6)."""
    open_hour_clock(unit, root_id, HourTerms(HAND_OVER, unit.now, _policy(unit, root_id, "hand_over_hours")))


def start_delivery_clock(unit: Unit, root_id: str, decided_on: date) -> None:
    """Open the delivery clock from the decision (行政许可法 44: ten days)."""
    open_clock(unit, root_id, Terms("delivery", decided_on, _policy(unit, root_id, "delivery"), "wd"))


def _policy(unit: Unit, root_id: str, key: str) -> int:
    """Return the figure that the case pinned with its release: a later change does not touch a running case."""
    pinned = release_at(unit.connection, case_by_root(unit.connection, root_id).release_id).policies
    return pinned_figure(pinned, key)
