"""How long a clock must run: by the release that its case pinned, by its item, or by a figure of the moment.  Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from deadlines.law.ledger import PauseRule
from deadlines.law.wording import amount_text
from engine.oversight.audit.reexecution.rules import DEFINITION, POLICY, Difference
from engine.registry.policies.queries import pinned_figure
from engine.registry.policies.shipped import BY_KEY
from processes.items import Item

PINNED: Mapping[tuple[str, str], str] = {
    ("correction_notice", "wd"): "correction_notice",
    ("online_feedback", "wd"): "online_feedback",
    ("delivery", "wd"): "delivery",
    ("archive", "cd"): "archive",
    ("hand_over", "wh"): "hand_over_hours",
    ("confirm_correction", "wh"): "confirm_correction_hours",
    ("rejection_review", "wd"): "rejection_review",
    ("report_up", "wd"): "report_up",
    ("relay", "wd"): "relay",
    ("uncollected", "wd"): "uncollected",
    ("uncollected", "cd"): "uncollected_repeat",
    ("shipping", "cd"): "shipping_inquiry",
    ("unread", "wd"): "unread",
}
"""The figure of a release by which a kind of clock, of this unit, is so long."""

LIVE: Mapping[tuple[str, str], str] = {("order", "wd"): "supervision_order"}
"""The figure that holds for all from its day on."""

PROMISED, BY_LAW, CHECKED = "commitment", ("statutory", "first_review"), "commit_check"

FEEDBACK_CAP = 5
"""Working days that no release may exceed for a feedback (行政许可法 32.4)."""

RULES: Mapping[int, PauseRule] = dict(enumerate(PauseRule, 1))
"""The counting rules by the figure ``pause_rule``."""


@dataclass(frozen=True)
class Basis:
    """What a clock of a case is opened by: the release's figures, its item (None: not kept), what the drawing says.

    ``drawn`` is the quota and unit that the drawing gives the notice; ``figures_at`` the values that a figure which
    holds for all had at the moment.
    """

    policies: Mapping[str, int]
    number: int
    item: Item | None
    drawn: tuple[int, str] | None
    figures_at: Callable[[str], Sequence[int]]


def wrong_quota(kind: str, quota: int, unit: str, basis: Basis) -> Difference | None:
    """Return what a clock of ``kind`` should have been opened with, when it is not what the line says."""
    if kind == "correction_notice" and basis.drawn is not None:
        return _unless(basis.drawn, (quota, unit), DEFINITION, "流程图上的时限")
    if (kind, unit) in PINNED:
        key = PINNED[kind, unit]
        figure = pinned_figure(basis.policies, key)
        wanted = min(figure, FEEDBACK_CAP) if kind == "online_feedback" else figure
        return _unless((wanted, unit), (quota, unit), POLICY, f"第 {basis.number} 号发布版本的“{BY_KEY[key].title}”")
    if (kind, unit) in LIVE:
        key = LIVE[kind, unit]
        held = basis.figures_at(key)
        return None if quota in held else _told((held[-1], unit), (quota, unit), POLICY, f"当时的“{BY_KEY[key].title}”")
    return _unlike_item(kind, quota, unit, basis.item)


def pause_rule(kind: str, policies: Mapping[str, int]) -> PauseRule:
    """Return how the edge days of a pause count for a clock of ``kind``."""
    if kind == PROMISED or kind in BY_LAW:
        return RULES[pinned_figure(policies, "pause_rule")]
    return PauseRule.AFTER_P_THROUGH_R


def _unlike_item(kind: str, quota: int, unit: str, item: Item | None) -> Difference | None:
    if item is None:
        return None
    given = (quota, unit)
    if kind == PROMISED:
        return _unless((item.promise.days, item.promise.unit), given, DEFINITION, "实施清单的承诺时限")
    if kind in BY_LAW and item.statutory is not None:
        return _unless((item.statutory.days, item.statutory.unit), given, DEFINITION, "实施清单的法定时限")
    if kind == CHECKED:
        return _unless((item.post_check_months or 1, "month"), given, DEFINITION, "实施清单的核查期限")
    return None


def _unless(wanted: tuple[int, str], given: tuple[int, str], ground: str, source: str) -> Difference | None:
    return None if wanted == given else _told(wanted, given, ground, source)


def _told(wanted: tuple[int, str], given: tuple[int, str], ground: str, source: str) -> Difference:
    return Difference(ground, f"{source} {amount_text(*wanted)}", amount_text(*given))
