"""A figure that is confirmed makes releases: what is taken in from then on goes by it, what is in work does not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from engine.casework.cases.queries import count_running
from engine.foundation.clock import utc_text
from engine.foundation.journal.tags import tag
from engine.foundation.store.unit import Unit
from engine.oversight.publishing.commands import CATALOGUE_ROOT
from engine.oversight.publishing.timeline import changed_figures, follow, pinned_at, stretches
from engine.process.bpmn.releases.queries import newest_manifests, planned_releases
from engine.process.tasks.registry import View
from engine.registry.items.queries import current_items
from engine.registry.policies.commands import ConfirmPolicy
from engine.registry.policies.handlers import put_in_force
from engine.registry.policies.queries import PolicyDraft
from engine.registry.policies.rules import counting, effective_instant
from engine.registry.policies.shipped import PINNED

REFIGURED = tag("release.refigured", "事项 {item} 自 {effective_from} 起收的件按调整后的参数计算")


def confirm_policy(command: ConfirmPolicy, unit: Unit) -> Mapping[str, Any]:
    """Put a figure in force; one that releases pin makes the next release of every item, which differs in it alone.

    All in one transaction, item by item in the order of their codes.  Raises what
    :func:`engine.registry.policies.handlers.put_in_force` raises.  Returns key, version, and how many items took it.
    """
    version = put_in_force(command, unit)
    items = _release_all(unit) if version.key in PINNED else 0
    return {"key": version.key, "version": version.version, "draft": command.draft_id, "items": items}


def _release_all(unit: Unit) -> int:
    unit.lock_or_create(CATALOGUE_ROOT, "release")
    ahead, touched = stretches(unit), 0
    for code in sorted(newest_manifests(unit.connection)):
        planned = planned_releases(unit.connection, code, unit.now)
        found = follow(unit, code, partial(pinned_at, planned), ahead)
        for made in found:
            before = pinned_at(planned, made.effective_from) or made.manifest
            unit.record(
                REFIGURED, CATALOGUE_ROOT, item=code, release=made.id, effective_from=utc_text(made.effective_from),
                changed=changed_figures(before, made.manifest), policies=made.manifest["policies"],
            )  # fmt: skip
        touched += bool(found)
    unit.raise_epoch("release")
    return touched


@dataclass(frozen=True)
class Effect:
    """What a draft would do: the items (code, name) whose next case takes it, and how many cases in work do not."""

    pinned: bool
    items: list[tuple[str, str]]
    running: int


def effect_of(view: View, draft: PolicyDraft) -> Effect:
    """Return what a draft would do if it were confirmed now; a figure that is not pinned touches no case's release."""
    if draft.key not in PINNED:
        return Effect(False, [], 0)
    begins = effective_instant(draft.effective_on, view.now)
    names = {item.code: item.name for _, item in current_items(view.connection)}
    touched = []
    for code in sorted(newest_manifests(view.connection)):
        there = [one for one in planned_releases(view.connection, code, view.now) if one.effective_from <= begins]
        if not there or counting(there[-1].manifest["policies"])[draft.key] != draft.value:
            touched.append((code, names.get(code, code)))
    return Effect(True, touched, count_running(view.connection, [code for code, _ in touched]))
