"""Who may appeal against a card and until when, what may be decided, and how it reads: pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final

from deadlines.law.calendar import Calendar
from engine.foundation.clock import city_date
from engine.foundation.errors import Conflict, Forbidden, Invalid
from engine.foundation.store.unit import Actor
from engine.process.clocks.cards.queries import Card
from engine.process.clocks.ladder.rules import LEVEL_NAMES
from engine.registry.organisation.queries import CENTER

APPEAL_DAYS: Final = 5
"""Working days from the card in which an appeal may be made (拟)."""

LEVELS: Mapping[str, str] = {code: name for code, name in LEVEL_NAMES.items() if code != "blue"}
"""The levels of which there are cards; a blue hint is none (GB/T 39046 表 11)."""

STATES: Mapping[str, str] = {
    "given": "已发出",
    "appealed": "申诉中",
    "upheld": "申诉未成立，维持",
    "cancelled": "已撤销",
}


class CardReasonMissing(Invalid):
    """请写明理由（不超过 500 字）：它会记入办件的过程记录。"""

    code = "CARD_REASON_MISSING"


class NotYourCard(Forbidden):
    """这张牌不是发给您的部门的，您也不是责任人，不能申诉。请由责任人或者本部门业务负责人申诉。"""

    code = "NOT_YOUR_CARD"


class AppealTooLate(Conflict):
    """申诉应在发牌之日起 {days} 个工作日内（{until} 以前）提出，现已逾期。请向监察员说明情况。"""

    code = "APPEAL_TOO_LATE"


class CardSettled(Conflict):
    """这张牌{state}，不能再{what}。请刷新页面查看。"""

    code = "CARD_SETTLED"


class OwnAppeal(Forbidden):
    """提出申诉和处理申诉不能是同一个人（4.1.8），请由另一名监察员处理。"""

    code = "OWN_APPEAL"


def appeal_until(card: Card, calendar: Calendar) -> date:
    """Return the last day (Asia/Shanghai) on which an appeal may be made; raises ``CalendarNotCovered``."""
    return calendar.add(city_date(card.at), APPEAL_DAYS).date


def answers_for(actor: Actor, card: Card) -> bool:
    """Tell whether the actor may appeal: the head of the party, or who had, or should have had, the case in hand."""
    head = ("center_head", CENTER) if card.party == CENTER else ("dept_head", card.party)
    posts = {f"{role}@{place}" for role, place in actor.grants}
    return head in actor.grants or actor.account in card.responsible or bool(posts & set(card.responsible))


def refuse_appeal(actor: Actor, card: Card, today: date, calendar: Calendar) -> None:
    """Raise :class:`NotYourCard`, :class:`CardSettled` or :class:`AppealTooLate` unless the actor may appeal today."""
    if not answers_for(actor, card):
        raise NotYourCard
    if card.state != "given":
        raise CardSettled(state=STATES[card.state], what="申诉")
    until = appeal_until(card, calendar)
    if today > until:
        raise AppealTooLate(days=APPEAL_DAYS, until=until.isoformat())


def refuse_decision(actor: Actor, card: Card) -> None:
    """Raise :class:`CardSettled` unless the card is appealed against, :class:`OwnAppeal` for the appellant's person."""
    if card.state != "appealed":
        raise CardSettled(state=STATES[card.state], what="处理申诉")
    if card.appealed_person == actor.person:
        raise OwnAppeal


def refuse_cancelling(actor: Actor, card: Card) -> None:
    """Raise :class:`CardSettled` for a card that is cancelled already, or whose appeal is to be decided.

    Raises :class:`OwnAppeal` for the person whose appeal against it failed.
    """
    if card.state in ("cancelled", "appealed"):
        raise CardSettled(state=STATES[card.state], what="直接撤销")
    if card.appealed_person == actor.person:
        raise OwnAppeal
