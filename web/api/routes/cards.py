"""监察牌 (4.1.8): listing, reading with the evidence, appealing, deciding."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.casework.cases.queries import case_by_root
from engine.oversight.supervision.cards.commands import AppealCard, CancelCard, DecideAppeal
from engine.oversight.supervision.cards.handlers import visible_card
from engine.oversight.supervision.cards.rules import (
    LEVELS,
    STATES,
    AppealTooLate,
    CardReasonMissing,
    CardSettled,
    NotYourCard,
    OwnAppeal,
)
from engine.oversight.supervision.queries import GivenCard, listed_cards
from engine.process.clocks.cards.queries import CardFilters, CardMissing
from engine.process.clocks.rules import TITLES
from engine.registry.identity.rules import NotYourAction
from web.api.contract import Call, Operation, Parameter, Reply
from web.api.groups import HOUSE
from web.api.schema import Schema, closed, day, listed, maybe, moment, one_of, record, ref, text, whole
from web.api.shapes.common import PAGING, coded, day_text, links, maybe_person, moment_text, named, page_json, people
from web.api.shapes.common import places as places_of
from web.numbers import whole_number

DECISIONS = {"uphold": "维持", "cancel": "撤销"}

SCHEMAS: dict[str, Schema] = {
    "Card": record(
        {
            "id": whole("编号"), "case_no": text("办件编号"), **coded("level", LEVELS, "级别"),
            **coded("kind", TITLES, "时限"), "party": text("对象的部门代号，center 为中心"),
            "party_name": text("对象"), "rule": text("监察规则编号"), "rule_version": whole("规则的版本，0 为未记"),
            "ladder": text("规则所属：center 为中心，否则为事项发布的编号；空为依法发出"),
            "due_on": maybe(day("到期日")),
            "sentence": text("事由"), "at": moment("发牌时间"), **coded("state", STATES, "状态"),
            "responsible": listed(text("账号，或者 岗位@部门"), "责任人"),
            "extract": listed(
                record({"on": day("日期"), "sentence": text("说明"), "delta": whole("天数"), "due": text("到期日")}),
                "发牌时的台账",
            ),
            "appeal": maybe(text("申诉理由")), **maybe_person("appealed_by", "申诉人"),
            "appealed_at": maybe(moment("申诉时间")), "reason": maybe(text("处理理由")),
            **maybe_person("decided_by", "处理人"), "decided_at": maybe(moment("处理时间")), "links": ref("Links"),
        },
        about="一张监察牌，连同依据",
    ),
    "CardList": record({"cards": listed(ref("Card")), "page": ref("Page")}),
    "AppealBody": closed(record({"reason": text("申诉理由", maxLength=500)}, about="申诉")),
    "DecisionBody": closed(
        record({"decision": one_of(DECISIONS, "处理意见"), "reason": text("理由", maxLength=500)},
               about="处理申诉")
    ),
}  # fmt: skip


def list_cards(call: Call) -> Reply:
    """Return a page of the cards that the caller sees, newest first."""
    query = call.query
    with call.door.read(call.actor, action="card.see") as view:
        filters = CardFilters(query["level"], query["party"], query["state"])
        found, total = listed_cards(view, filters, offset=query["offset"], limit=query["limit"])
        names = people(view, {who for one in found for who in (one.card.appealed_by, one.card.decided_by)})
        told = [_card_json(one, places_of(view), names) for one in found]
    around = page_json(call, total, "/cards", level=query["level"], party=query["party"], state=query["state"])
    return Reply({"cards": told, "page": around})


def read_card(call: Call, card_id: str) -> Reply:
    """Return one card; that it was looked at is journalled."""
    told = _read(call, _number(card_id))
    call.door.note_view(call.actor, f"监察牌 {card_id[:20]}")
    return Reply(told)


def appeal_card(call: Call, card_id: str) -> Reply:
    """Appeal against a card."""
    call.door.execute(AppealCard(card_id=_number(card_id), reason=call.body["reason"]), call.actor, key=call.key)
    return Reply(_read(call, _number(card_id)))


def decide_card(call: Call, card_id: str) -> Reply:
    """Decide on the appeal against a card."""
    id, cancel = _number(card_id), call.body["decision"] == "cancel"
    call.door.execute(DecideAppeal(card_id=id, cancel=cancel, reason=call.body["reason"]), call.actor, key=call.key)
    return Reply(_read(call, id))


def cancel_card(call: Call, card_id: str) -> Reply:
    """Cancel a card against which no appeal is open."""
    id = _number(card_id)
    call.door.execute(CancelCard(card_id=id, reason=call.body["reason"]), call.actor, key=call.key)
    return Reply(_read(call, id))


def _number(text: str) -> int:
    number = whole_number(text)
    if number is None:
        raise CardMissing(id=text[:20])
    return number


def _read(call: Call, id: int) -> dict[str, Any]:
    with call.door.read(call.actor, action="card.see") as view:
        card = visible_card(view, id)
        names = people(view, {card.appealed_by, card.decided_by})
        return _card_json(GivenCard(case_by_root(view.connection, card.root_id), card), places_of(view), names)


def _card_json(one: GivenCard, where: Mapping[str, str], names: dict[str, str]) -> dict[str, Any]:
    card = one.card
    return {
        "id": card.id, "case_no": one.case.case_no, **named("level", card.level, LEVELS),
        "kind": card.kind, "kind_name": card.title, "party": card.party,
        "party_name": where.get(card.party, card.party), "rule": card.rule, "rule_version": card.rule_version,
        "ladder": card.ladder, "due_on": day_text(card.due_on), "sentence": card.sentence,
        "at": moment_text(card.at), **named("state", card.state, STATES), "responsible": list(card.responsible),
        "extract": [dict(line) for line in card.extract], "appeal": card.appeal,
        **named("appealed_by", card.appealed_by, names), "appealed_at": moment_text(card.appealed_at),
        "reason": card.reason, **named("decided_by", card.decided_by, names),
        "decided_at": moment_text(card.decided_at),
        "links": links(self=f"/cards/{card.id}", case=f"/cases/{one.case.case_no}"),
    }  # fmt: skip


_FIND = (
    Parameter("level", one_of({"": "不限", **LEVELS}), "级别", ""),
    Parameter("party", text(maxLength=40), "对象的部门代号", ""),
    Parameter("state", one_of({"": "不限", **STATES}), "状态", ""),
    *PAGING,
)

OPERATIONS = (
    Operation(
        "list_cards", "GET", "/v1/cards", "oversight", "监察牌", list_cards, ref("CardList"), query=_FIND,
        refusals=(NotYourAction,),
    ),
    Operation(
        "read_card", "GET", "/v1/cards/{card_id}", "oversight", "一张监察牌", read_card, ref("Card"),
        refusals=(NotYourAction, CardMissing),
    ),
    Operation(
        "appeal_card", "POST", "/v1/cards/{card_id}/appeal", "oversight", "对监察牌申诉", appeal_card, ref("Card"),
        body=ref("AppealBody"),
        refusals=(NotYourAction, CardMissing, NotYourCard, CardSettled, AppealTooLate, CardReasonMissing, *HOUSE),
    ),
    Operation(
        "decide_card", "POST", "/v1/cards/{card_id}/decide", "oversight", "处理监察牌的申诉", decide_card,
        ref("Card"), body=ref("DecisionBody"),
        refusals=(NotYourAction, CardMissing, CardSettled, OwnAppeal, CardReasonMissing, *HOUSE),
    ),
    Operation(
        "cancel_card", "POST", "/v1/cards/{card_id}/cancel", "oversight", "撤销监察牌", cancel_card,
        ref("Card"), body=ref("AppealBody"),
        refusals=(NotYourAction, CardMissing, CardSettled, OwnAppeal, CardReasonMissing, *HOUSE),
    ),
)  # fmt: skip
