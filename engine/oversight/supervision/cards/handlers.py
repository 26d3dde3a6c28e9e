"""Appeal against a card, the decision on it, and cancelling: each with its reason, in the journal of the case."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.casework.cases.queries import case_by_root, is_visible
from engine.foundation.clock import city_date
from engine.foundation.journal.reasons import written_reason
from engine.foundation.journal.tags import tag
from engine.foundation.store.commands import Command, Handler
from engine.foundation.store.unit import Unit
from engine.oversight.supervision.cards.commands import AppealCard, CancelCard, DecideAppeal
from engine.oversight.supervision.cards.rules import (
    CardReasonMissing,
    refuse_appeal,
    refuse_cancelling,
    refuse_decision,
)
from engine.process.clocks.arming import calendar_of
from engine.process.clocks.cards.queries import Card, CardMissing, card_of, set_card
from engine.process.clocks.ladder.rules import LEVEL_NAMES
from engine.process.tasks.notifications.queries import notify, notify_account
from engine.process.tasks.queries import departments_at
from engine.process.tasks.registry import View
from engine.process.tasks.telling import active_actor, sees
from engine.registry.identity.rules import scope_of
from engine.registry.organisation.queries import CENTER

APPEALED = tag("card.appealed", "对{level}（规则 {rule}）提出申诉：{reason}")
UPHELD = tag("card.upheld", "申诉未成立，{level}（规则 {rule}）维持：{reason}")
CANCELLED = tag("card.cancelled", "{level}（规则 {rule}）撤销：{reason}")


def visible_card(view: View, id: int) -> Card:
    """Return a card of a case that the actor may see; raise CardMissing for any other."""
    card = card_of(view.connection, id)
    case = case_by_root(view.connection, card.root_id)
    if not is_visible(view.connection, card.root_id, case.department, scope_of(view.actor)):
        raise CardMissing(id=id)
    return card


def appeal_card(command: AppealCard, unit: Unit) -> Mapping[str, Any]:
    """Keep the appeal; the supervisor is told.

    Raises CardMissing, NotYourCard, CardSettled, AppealTooLate and CardReasonMissing.
    """
    card = _locked(unit, command.card_id)
    refuse_appeal(unit.actor, card, city_date(unit.now), calendar_of(unit))
    reason = written_reason(command.reason, CardReasonMissing)
    set_card(
        unit, card.id, state="appealed", appeal=reason, appealed_by=unit.actor.account,
        appealed_person=unit.actor.person, appealed_at=unit.now,
    )  # fmt: skip
    unit.record(APPEALED, card.root_id, **_said(card), reason=reason)
    notify(unit, card.root_id, "supervisor", CENTER, "card", f"{_named(card)}被申诉，请处理：{reason}")
    return {"card": card.id, "state": "appealed"}


def decide_appeal(command: DecideAppeal, unit: Unit) -> Mapping[str, Any]:
    """Let a card stand or cancel it on its appeal; the appellant and the party's head are told.

    Raises CardMissing, CardSettled, OwnAppeal and CardReasonMissing.
    """
    card = _locked(unit, command.card_id)
    refuse_decision(unit.actor, card)
    return _settle(unit, card, "cancelled" if command.cancel else "upheld", command.reason)


def cancel_card(command: CancelCard, unit: Unit) -> Mapping[str, Any]:
    """Cancel a card; it stays to be seen, with the reason.

    Raises CardMissing, CardSettled, OwnAppeal and CardReasonMissing.
    """
    card = _locked(unit, command.card_id)
    refuse_cancelling(unit.actor, card)
    return _settle(unit, card, "cancelled", command.reason)


def _locked(unit: Unit, id: int) -> Card:
    # Read again under the lock: another may have settled it while this unit waited.
    unit.lock(visible_card(unit, id).root_id)
    return card_of(unit.connection, id)


def _settle(unit: Unit, card: Card, state: str, text: str) -> Mapping[str, Any]:
    reason = written_reason(text, CardReasonMissing)
    set_card(unit, card.id, state=state, reason=reason, decided_by=unit.actor.account, decided_at=unit.now)
    unit.record(CANCELLED if state == "cancelled" else UPHELD, card.root_id, **_said(card), reason=reason)
    sentence = f"{_named(card)}{'已撤销' if state == 'cancelled' else '维持'}：{reason}"
    role = "center_head" if card.party == CENTER else "dept_head"
    notify(unit, card.root_id, role, card.party, "card", sentence)
    if card.appealed_by is not None:
        _tell_appellant(unit, card, role, sentence)
    return {"card": card.id, "state": state}


def _tell_appellant(unit: Unit, card: Card, role: str, sentence: str) -> None:
    """Tell who appealed, if not told with the post already, and only who may still see the case (4.1.6)."""
    appellant = active_actor(unit, str(card.appealed_by))
    if appellant is None or (role, card.party) in appellant.grants:
        return
    if sees(appellant, departments_at(unit.connection, card.root_id)):
        notify_account(unit, card.root_id, appellant.account, role, card.party, "card", sentence)


def _said(card: Card) -> dict[str, Any]:
    return {"card": card.id, "level": LEVEL_NAMES.get(card.level, card.level), "rule": card.rule}


def _named(card: Card) -> str:
    return f"{LEVEL_NAMES.get(card.level, card.level)}（{card.sentence}）"


HANDLERS: Mapping[type[Command], Handler] = {
    AppealCard: appeal_card,
    DecideAppeal: decide_appeal,
    CancelCard: cancel_card,
}
