"""升级规则: the ladder of every kind of clock in words, a draft of the next one, and confirming it (4.1.8)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from deadlines.law.rungs import LEVELS
from engine.foundation.errors import NotFound, Refusal
from engine.foundation.store.commands import Command
from engine.process.clocks.ladder import queries
from engine.process.clocks.ladder.commands import ConfirmLadder, DraftLadder, DropLadderDraft
from engine.process.clocks.ladder.queries import LadderDraft, LadderDraftMissing
from engine.process.clocks.ladder.rules import (
    ACTION_NAMES,
    HOLDER,
    LEVEL_NAMES,
    MOST_RULES,
    PARTIES,
    Rule,
    body_of,
    rule_from,
    rule_text,
    sees_cases,
)
from engine.process.clocks.rules import LADDERED, TITLES
from engine.registry.identity.queries import names_of
from engine.registry.identity.rules import ROLES, may
from web.failures import status_for
from web.numbers import whole_number
from web.page import form_key
from web.security import page
from web.sessions import actor, door

blueprint = Blueprint("ladders", __name__)

WHENS: Mapping[str, str] = {
    "before": "到期前若干个工作日", "used": "已用满期限的百分之几", "due": "到期日当天（数字填 0）",
    "after": "超期若干个工作日（0 为刚超期）",
}  # fmt: skip
WHO: Mapping[str, str] = {HOLDER: "办理人", **{role: name for role, name in ROLES.items() if sees_cases(role)}}
STATES: Mapping[str, str] = {
    "drafted": "待确认", "confirmed": "已确认，正在布置在办件", "settled": "已确认", "dropped": "已作废"
}  # fmt: skip
SPARE = 2
"""So many empty rules a form offers beside those there are."""


@dataclass(frozen=True)
class Ladder:
    """The ladder of a kind as shown."""

    kind: str
    title: str
    rules: list[tuple[Rule, str]]
    version: int


class LadderMissing(NotFound):
    """没有这一类时限的升级规则，请从列表中选择。"""

    code = "LADDER_MISSING"


@blueprint.get("/ladders")
@page(action="ladder.see")
def show() -> AnyResponse:
    """Show the centre's ladder of each kind of clock, and the drafts that wait."""
    with door().read(actor(), action="ladder.see") as view:
        found = queries.rules_in_force(view.connection)
        waiting = queries.drafts(view.connection, states=("drafted", "confirmed")) if _drafts_seen() else []
    ladders = [_ladder(kind, found.get(kind, ())) for kind in TITLES if kind in LADDERED]
    return make_response(
        render_template("ladders.html", ladders=ladders, waiting=waiting, titles=TITLES, states=STATES)
    )


@blueprint.get("/ladders/<kind>/edit")
@page(action="ladder.draft")
def ask(kind: str) -> AnyResponse:
    """Ask how the ladder of a kind is to be."""
    if kind not in LADDERED:
        raise LadderMissing
    with door().read(actor(), action="ladder.draft") as view:
        rules = queries.rules_in_force(view.connection).get(kind, ())
    return _form(kind, [body_of(rule) for rule in rules], "")


@blueprint.post("/ladders/<kind>/edit")
@page(action="ladder.draft")
def draft(kind: str) -> AnyResponse:
    """Keep it as a draft for another person to confirm."""
    if kind not in LADDERED:
        raise LadderMissing
    bodies, reason = _typed(), request.form.get("reason", "")[:400]
    try:
        command = DraftLadder(clock_kind=kind, rules=_kept(bodies), reason=reason)
        outcome = door().execute(command, actor(), key=form_key())
    except Refusal as refusal:
        return _form(kind, bodies, reason, refusal=refusal)
    return redirect(url_for("ladders.look", id=outcome["draft"]), 303)


@blueprint.get("/ladders/drafts/<int:id>")
@page(action="ladder.see")
def look(id: int) -> AnyResponse:
    """Show a draft beside what is in force."""
    return _draft_page(id)


@blueprint.post("/ladders/drafts/<int:id>/confirm")
@page(action="ladder.confirm")
def confirm(id: int) -> AnyResponse:
    """Put a draft in force, as another person than its drafter."""
    return _done(id, ConfirmLadder(draft_id=id))


@blueprint.post("/ladders/drafts/<int:id>/drop")
@page(action="ladder.draft")
def drop(id: int) -> AnyResponse:
    """Drop a draft."""
    return _done(id, DropLadderDraft(draft_id=id))


def _done(id: int, command: Command) -> AnyResponse:
    try:
        door().execute(command, actor(), key=form_key())
    except LadderDraftMissing:
        raise
    except Refusal as refusal:
        return _draft_page(id, refusal)
    return redirect(url_for("ladders.look", id=id), 303)


def _ladder(kind: str, rules: tuple[Rule, ...]) -> Ladder:
    shown = sorted(rules, key=lambda rule: (list(WHENS).index(rule.when.kind), LEVELS.index(rule.level)))
    return Ladder(
        kind, TITLES[kind], [(rule, rule_text(rule)) for rule in shown], max((r.version for r in rules), default=0)
    )


def _drafts_seen() -> bool:
    return may(actor(), "ladder.draft") or may(actor(), "ladder.confirm")


def _draft_page(id: int, refusal: Refusal | None = None) -> AnyResponse:
    with door().read(actor(), action="ladder.see") as view:
        found = queries.draft_of(view.connection, id)
        if not _drafts_seen() and found.state not in ("confirmed", "settled"):
            raise LadderDraftMissing(id=id)
        now = queries.rules_of_version(view.connection, found.clock_kind, found.base_version)
        names = names_of(view.connection, {found.drafted_by, found.decided_by or ""})
    html = render_template(
        "ladder_draft.html", draft=found, title=TITLES[found.clock_kind], state=STATES[found.state], names=names,
        rules=_ladder(found.clock_kind, _parsed(found)).rules, before=_ladder(found.clock_kind, now).rules,
        mine=found.drafted_person == actor().person, refusal=refusal,
    )  # fmt: skip
    return make_response(html, status_for(refusal) if refusal else 200)


def _parsed(found: LadderDraft) -> tuple[Rule, ...]:
    return tuple(rule_from(found.clock_kind, body) for body in found.rules)


def _typed() -> list[dict[str, Any]]:
    """Return the rules as they were typed; a block that was left as it was offered is none."""
    found: list[dict[str, Any]] = []
    for place in range(MOST_RULES + SPARE):
        said = {name: request.form.get(f"{name}-{place}", "")[:200].strip() for name in FIELDS}
        who = [role for role in request.form.getlist(f"who-{place}") if role in WHO]
        actions = [one for one in request.form.getlist(f"actions-{place}") if one in ACTION_NAMES]
        if not (said["rule_no"] or said["source"] or said["card_party"] or who or actions):
            continue
        number = whole_number(said["n"], 4)
        found.append({
            "rule_no": said["rule_no"], "level": said["level"], "source": said["source"],
            "when": {"kind": said["when"], "n": said["n"] if number is None else number},
            "who": who, "actions": actions, "card_party": said["card_party"] or None,
            DROPPED: bool(request.form.get(f"drop-{place}")),
        })  # fmt: skip
    return found


def _kept(typed: list[dict[str, Any]]) -> tuple[dict[str, Any], ...]:
    """Return the rules that are to be, without those marked to be left out."""
    return tuple({name: value for name, value in one.items() if name != DROPPED} for one in typed if not one[DROPPED])


DROPPED = "dropped"
FIELDS = ("rule_no", "level", "when", "n", "card_party", "source")


def _form(kind: str, bodies: list[dict[str, Any]], reason: str, refusal: Refusal | None = None) -> AnyResponse:
    html = render_template(
        "ladder_edit.html", kind=kind, title=TITLES[kind], bodies=[*bodies, *({} for _ in range(SPARE))],
        reason=reason, refusal=refusal, problems=refusal.sentence.splitlines() if refusal else [],
        levels=LEVEL_NAMES, whens=WHENS, who=WHO, actions=ACTION_NAMES, parties=PARTIES,
    )  # fmt: skip
    return make_response(html, status_for(refusal) if refusal else 200)
