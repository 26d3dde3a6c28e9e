"""参数: every figure that the standard leaves open, whose it is, its history, and its change by two people (T117)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from engine.foundation.clock import city_date
from engine.foundation.errors import Refusal
from engine.foundation.store.commands import Command
from engine.oversight.publishing.figures import effect_of
from engine.registry.identity.queries import names_of
from engine.registry.identity.reading import Reading
from engine.registry.identity.rules import may
from engine.registry.policies import queries
from engine.registry.policies.commands import ConfirmPolicy, DeclinePolicy, DraftPolicy, DropPolicy
from engine.registry.policies.queries import Policy, PolicyDraft, PolicyVersion
from engine.registry.policies.rules import (
    CLASSES,
    STATES,
    PolicyDraftMissing,
    bounds_said,
    figure_named,
    is_made_up,
    read_value,
    said,
)
from engine.registry.policies.shipped import BY_KEY, GROUPS, ITEM_CLOCKS, Figure
from web.failures import status_for
from web.numbers import whole_number
from web.page import form_key
from web.security import page
from web.sessions import actor, door

blueprint = Blueprint("policies", __name__)

FIELDS = ("value", "source", "reason", "effective")
SHAPES: Mapping[str, str] = {"law": "■", "clause": "◆", "centre": "●"}
"""A mark for each class, so that they are told apart without colour."""


@dataclass(frozen=True)
class Row:
    """A figure as shown: what holds, and what will."""

    figure: Figure
    value: str
    source: str
    made_up: bool
    version: int
    ahead: tuple[PolicyVersion, ...]

    @property
    def mark(self) -> tuple[str, str]:
        """Return shape and word of whose the figure is."""
        return SHAPES[self.figure.kind], CLASSES[self.figure.kind]


@blueprint.get("/policies")
@page(action="policy.see")
def show() -> str:
    """Show every figure by its group, and to those who change them the drafts that wait."""
    with door().read(actor(), action="policy.see") as view:
        rows = _rows(view)
        waiting = queries.drafts(view.connection) if _drafts_seen(view) else []
    groups = [(name, [row for row in rows if row.figure.group == name]) for name in GROUPS]
    return render_template(
        "policies.html", groups=groups, waiting=waiting, figures=BY_KEY, said=said, bounds=bounds_said,
        item_clocks=ITEM_CLOCKS,
    )  # fmt: skip


@blueprint.get("/policies/<key>")
@page(action="policy.see")
def look(key: str) -> AnyResponse:
    """Show one figure with its history; who may, changes it here."""
    return _figure_page(figure_named(key), {})


@blueprint.post("/policies/<key>")
@page(action="policy.draft")
def draft(key: str) -> AnyResponse:
    """Keep the change as a draft, and show what it would do."""
    figure = figure_named(key)
    typed = {name: request.form.get(name, "")[:400] for name in FIELDS}
    try:
        command = DraftPolicy(
            key=key, value=read_value(figure, typed["value"]), source=typed["source"], reason=typed["reason"],
            effective=typed["effective"],
        )  # fmt: skip
        outcome = door().execute(command, actor(), key=form_key())
    except Refusal as refusal:
        return _figure_page(figure, typed, refusal)
    return redirect(url_for("policies.weigh", id=outcome["draft"]), 303)


@blueprint.get("/policies/drafts/<int:id>")
@page(action="policy.see")
def weigh(id: int) -> AnyResponse:
    """Show a draft: which items' next cases it touches, which cases it leaves alone, and who may put it in force."""
    return _draft_page(id)


@blueprint.post("/policies/drafts/<int:id>/confirm")
@page(action="policy.confirm")
def confirm(id: int) -> AnyResponse:
    """Put a draft in force, as another person than its drafter."""
    base = request.form.get("base_version", "0")
    return _done(id, ConfirmPolicy(draft_id=id, base_version=whole_number(base) or 0))


@blueprint.post("/policies/drafts/<int:id>/decline")
@page(action="policy.confirm")
def decline(id: int) -> AnyResponse:
    """Send a draft back for good."""
    return _done(id, DeclinePolicy(draft_id=id))


@blueprint.post("/policies/drafts/<int:id>/drop")
@page(action="policy.draft")
def drop(id: int) -> AnyResponse:
    """Drop a draft."""
    return _done(id, DropPolicy(draft_id=id))


def _done(id: int, command: Command) -> AnyResponse:
    try:
        door().execute(command, actor(), key=form_key())
    except PolicyDraftMissing:
        raise
    except Refusal as refusal:
        return _draft_page(id, refusal)
    return redirect(url_for("policies.weigh", id=id), 303)


def _figure_page(figure: Figure, typed: Mapping[str, str], refusal: Refusal | None = None) -> AnyResponse:
    with door().read(actor(), action="policy.see") as view:
        history = queries.versions_of(view.connection, figure.key)
        row = _row(queries.policy_named(view.connection, figure.key), history)
        waiting = queries.drafts(view.connection, key=figure.key) if _drafts_seen(view) else []
        names = names_of(view.connection, {name for one in history for name in (one.drafted_by, one.confirmed_by)})
        today = city_date(view.now)
    html = render_template(
        "policy.html", row=row, history=history, waiting=waiting, names=names, said=said, bounds=bounds_said,
        typed=typed, refusal=refusal, today=today, first=queries.FIRST,
    )  # fmt: skip
    return make_response(html, status_for(refusal) if refusal else 200)


def _draft_page(id: int, refusal: Refusal | None = None) -> AnyResponse:
    with door().read(actor(), action="policy.see") as view:
        found = queries.draft_of(view.connection, id)
        if not _drafts_seen(view) and found.state != "confirmed":
            raise PolicyDraftMissing(id=id)
        history = queries.versions_of(view.connection, found.key)
        row = _row(queries.policy_named(view.connection, found.key), history)
        effect = effect_of(view, found) if found.state == "open" else None
        names = names_of(view.connection, {found.drafted_by, found.decided_by or ""})
        current = queries.newest_version(view.connection, found.key)
        mine = found.drafted_person == view.actor.person
        passed = found.effective_on is not None and found.effective_on <= city_date(view.now)
    html = render_template(
        "policy_draft.html", draft=found, row=row, effect=effect, names=names, current=current, mine=mine, said=said,
        state=STATES[found.state], refusal=refusal, passed=passed,
        confirmable=_confirmable(found, mine=mine, current=current),
    )  # fmt: skip
    return make_response(html, status_for(refusal) if refusal else 200)


def _confirmable(draft: PolicyDraft, *, mine: bool, current: int) -> bool:
    return draft.state == "open" and not mine and draft.base_version == current and may(actor(), "policy.confirm")


def _drafts_seen(view: Reading) -> bool:
    return may(view.actor, "policy.draft") or may(view.actor, "policy.confirm")


def _rows(view: Reading) -> list[Row]:
    kept = {one.key: one for one in queries.policies(view.connection)}
    versions = queries.versions_of(view.connection)
    return [_row(kept[key], [one for one in versions if one.key == key]) for key in BY_KEY if key in kept]


def _row(kept: Policy, versions: list[PolicyVersion]) -> Row:
    """Return a figure as shown; ``versions`` are its own, newest first."""
    figure = figure_named(kept.key)
    number = max((one.version for one in versions if one.taken), default=queries.FIRST)
    ahead = tuple(one for one in reversed(versions) if not one.taken and one.version > number)
    made_up = is_made_up(kept.source, number)
    return Row(figure, said(kept.value, figure.unit), kept.source, made_up, number, ahead)
