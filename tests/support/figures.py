"""Short words for tests about the centre's figures: drafted by the administrator, confirmed by the head."""

from __future__ import annotations

from datetime import date
from typing import Any

from engine.process.bpmn.releases.queries import current_release
from engine.registry.identity.rules import SYSTEM
from engine.registry.policies import queries
from engine.registry.policies.commands import ConfirmPolicy, DraftPolicy
from engine.registry.policies.queries import PolicyDraft
from tests.support.house import House

PAPER = "安政服〔2026〕12号"


def draft_figure(house: House, key: str, value: int, *, effective: str = "", source: str = PAPER) -> PolicyDraft:
    """Draft that ``key`` is ``value`` from ``effective`` (a day) on, or at once."""
    command = DraftPolicy(key=key, value=value, source=source, reason="主任办公会议定", effective=effective)
    return figure_draft(house, int(house.execute("A01", command)["draft"]))


def figure_draft(house: House, id: int) -> PolicyDraft:
    """Return a draft."""
    with house.door.read(SYSTEM) as view:
        return queries.draft_of(view.connection, id)


def confirm_figure(house: House, draft: PolicyDraft, account: str = "C01") -> dict[str, Any]:
    """Confirm a draft as ``account``; return what came of it."""
    return dict(house.execute(account, ConfirmPolicy(draft_id=draft.id, base_version=draft.base_version)))


def change_figure(house: House, key: str, value: int, *, effective: str = "") -> dict[str, Any]:
    """Draft and confirm; return what came of it."""
    return confirm_figure(house, draft_figure(house, key, value, effective=effective))


def pinned_by(house: House, item: str, key: str, on: date | None = None) -> int:
    """Return the figure that a case of ``item`` would pin now, or at 09:05 in the city on the day ``on``."""
    if on is not None:
        house.at(on.year, on.month, on.day, 9, 5)
    with house.door.read(SYSTEM) as view:
        return int(current_release(view.connection, item, view.now).policies[key])
