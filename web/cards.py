"""监察牌: the list, one card with its evidence, the appeal against it and the decision (4.1.8, 6.2.1)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from engine.casework.cases.queries import CaseFile, case_by_root
from engine.foundation.clock import city_date
from engine.foundation.errors import Refusal
from engine.foundation.store.commands import Command
from engine.oversight.supervision.cards.commands import AppealCard, CancelCard, DecideAppeal
from engine.oversight.supervision.cards.handlers import visible_card
from engine.oversight.supervision.cards.rules import (
    STATES,
    appeal_until,
    refuse_appeal,
    refuse_cancelling,
    refuse_decision,
)
from engine.oversight.supervision.queries import GivenCard, listed_cards
from engine.process.clocks.calendars import Calendars
from engine.process.clocks.cards.queries import Card, CardFilters, CardMissing
from engine.process.clocks.ladder.ladders import Ladders
from engine.process.clocks.ladder.rules import LEVEL_NAMES, rule_text
from engine.registry.identity.queries import names_of
from engine.registry.identity.reading import Reading
from engine.registry.identity.rules import ROLES, may
from engine.registry.organisation.queries import departments
from web.failures import status_for
from web.page import form_key
from web.paging import MOST, Page, asked_number
from web.security import page
from web.sessions import actor, door

blueprint = Blueprint("cards", __name__)

MARKS: Mapping[str, tuple[str, str]] = {"yellow": ("▲", "soon"), "red": ("●", "late"), "black": ("■", "late")}
"""The shape and the tone of a level: it is never told by its colour alone."""


@dataclass(frozen=True)
class Told:
    """A card as a line of the list."""

    card: Card
    case: CaseFile
    mark: str
    tone: str
    level: str
    kind: str
    party: str
    state: str


@blueprint.get("/supervision/cards")
@page(action="card.see")
def listing() -> AnyResponse:
    """List the cards that the reader sees, newest first, by level, department and state."""
    asked = {name: request.args.get(name, "") for name in ("level", "party", "state")}
    number = asked_number(request.args.get("page"))
    with door().read(actor(), action="card.see") as view:
        named = {key: one.short_name for key, one in departments(view.connection).items()}
        known = {"level": LEVEL_NAMES, "party": named, "state": STATES}
        asked = {name: value if value in known[name] else "" for name, value in asked.items()}
        found, total = listed_cards(
            view,
            CardFilters(asked["level"], asked["party"], asked["state"]),
            offset=Page(number, 0).offset,
            most=MOST + 1,
        )
        rows = [told_of(one, named) for one in found]
        everything = view.scope.everything
    html = render_template(
        "cards.html", rows=rows, page=Page(number, total), asked=asked, everything=everything,
        levels={code: LEVEL_NAMES[code] for code in MARKS}, states=STATES, parties=named,
        kept={name: value for name, value in asked.items() if value},
    )  # fmt: skip
    return make_response(html)


@blueprint.get("/supervision/cards/<int:id>")
@page(action="card.see")
def show(id: int) -> AnyResponse:
    """Show one card with everything that it rests on; that it was looked at stands in the reader's own journal."""
    shown = _page(id)
    door().note_view(actor(), f"监察牌 {id}")
    return shown


@blueprint.post("/supervision/cards/<int:id>/appeal")
@page(action="card.appeal")
def appeal(id: int) -> AnyResponse:
    """Appeal against the card."""
    return _done(id, "appeal", AppealCard(card_id=id, reason=_reason()))


@blueprint.post("/supervision/cards/<int:id>/decide")
@page(action="card.decide")
def decide(id: int) -> AnyResponse:
    """Let the card stand, or cancel it, on the appeal."""
    cancel = request.form.get("decision") == "cancel"
    return _done(id, "decide", DecideAppeal(card_id=id, cancel=cancel, reason=_reason()))


@blueprint.post("/supervision/cards/<int:id>/cancel")
@page(action="card.decide")
def cancel(id: int) -> AnyResponse:
    """Cancel the card without an appeal."""
    return _done(id, "cancel", CancelCard(card_id=id, reason=_reason()))


def told_of(one: GivenCard, named: Mapping[str, str]) -> Told:
    """Return a card as it is listed; ``named`` are the departments' short names."""
    card = one.card
    mark, tone = MARKS.get(card.level, ("■", "late"))
    return Told(
        card, one.case, mark, tone, LEVEL_NAMES.get(card.level, card.level), card.title,
        named.get(card.party, card.party), STATES[card.state],
    )  # fmt: skip


def _reason() -> str:
    return request.form.get("reason", "")[:1000]


def _done(id: int, act: str, command: Command) -> AnyResponse:
    try:
        door().execute(command, actor(), key=form_key())
    except CardMissing:
        raise
    except Refusal as refusal:
        return _page(id, typed={act: _reason(), "decision": request.form.get("decision", "")[:10]}, refusal=refusal)
    return redirect(url_for("cards.show", id=id), 303)


def _page(id: int, *, typed: Mapping[str, str] | None = None, refusal: Refusal | None = None) -> AnyResponse:
    with door().read(actor(), action="card.see") as view:
        card = visible_card(view, id)
        case = case_by_root(view.connection, card.root_id)
        named = {key: one.short_name for key, one in departments(view.connection).items()}
        told = told_of(GivenCard(case, card), named)
        accounts = {one for one in (card.appealed_by, card.decided_by, *card.responsible) if one and "@" not in one}
        names = names_of(view.connection, accounts)
        acts = _acts(view, card)
        rule = _rule(view, card, told.kind)
        until = appeal_until(card, view.part(Calendars).current(view.connection))
        case_seen = may(view.actor, "case.see")
    html = render_template(
        "card.html", told=told, card=card, case=case, rule=rule, until=until, names=names, acts=acts,
        responsible=[_who(one, names, named) for one in card.responsible], typed=typed or {}, refusal=refusal,
        case_seen=case_seen,
    )  # fmt: skip
    return make_response(html, status_for(refusal) if refusal else 200)


def _acts(view: Reading, card: Card) -> frozenset[str]:
    """Return what the reader may do with the card now: the page shows no button that the door would refuse."""
    calendar, today = view.part(Calendars).current(view.connection), city_date(view.now)
    asked: Mapping[str, tuple[str, Callable[[], None]]] = {
        "appeal": ("card.appeal", lambda: refuse_appeal(view.actor, card, today, calendar)),
        "decide": ("card.decide", lambda: refuse_decision(view.actor, card)),
        "cancel": ("card.decide", lambda: refuse_cancelling(view.actor, card)),
    }
    return frozenset(act for act, (action, refuse) in asked.items() if may(view.actor, action) and _free(refuse))


def _free(refuse: Callable[[], None]) -> bool:
    try:
        refuse()
    except Refusal:
        return False
    return True


def _rule(view: Reading, card: Card, title: str) -> str:
    """Return the rule as it was in the version under which the card was given, in words."""
    rule = view.part(Ladders).named(view.connection, card)
    return "" if rule is None else f"{title}：{rule_text(rule)}（{rule.source}）"


def _who(one: str, names: Mapping[str, str], named: Mapping[str, str]) -> str:
    role, _, place = one.partition("@")
    return f"{named.get(place, place)}{ROLES.get(role, role)}" if place else f"{names.get(one, one)}（{one}）"
