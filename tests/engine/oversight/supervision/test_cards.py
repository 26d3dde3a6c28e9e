"""A card is evidence that may be disputed: by whom, until when, decided by whom, never lost."""

from __future__ import annotations

import pytest

from engine.foundation.errors import Refusal
from engine.oversight.supervision.cards.commands import AppealCard, CancelCard, DecideAppeal
from engine.oversight.supervision.cards.rules import (
    AppealTooLate,
    CardReasonMissing,
    CardSettled,
    NotYourCard,
    OwnAppeal,
)
from engine.oversight.supervision.queries import listed_cards
from engine.process.clocks.cards.queries import Card, CardFilters, CardMissing, card_of, recent_cards
from engine.process.tasks.commands import ClaimTask
from engine.process.tasks.notifications.queries import notifications_for
from engine.registry.identity.rules import SYSTEM, NotYourAction
from tests.support.cards import carded as give
from tests.support.house import House
from tests.support.ladders import without_stages


def carded(house: House) -> Card:
    """Return the yellow card of a case that D11 has in hand, given on Tuesday, 24 February 2026."""
    house.at(2026, 2, 11)
    without_stages(house)
    case_no = house.accepted_commitment()
    house.execute("D11", ClaimTask(task_id=house.task(case_no, "ut_substantive").id))
    house.at(2026, 2, 24, 0, 0)
    house.sweep()
    with house.door.read(SYSTEM) as view:
        [card] = recent_cards(view.connection)
    return card


def now(house: House, card: Card) -> Card:
    with house.door.read(SYSTEM) as view:
        return card_of(view.connection, card.id)


def told(house: House, account: str) -> str:
    actor = house.actor(account)
    with house.door.read(actor) as view:
        return notifications_for(view.connection, actor)[0].sentence


def test_an_appeal_that_is_upheld_cancels_the_card_and_everybody_is_told(house: House) -> None:
    card = carded(house)
    house.execute("D12", AppealCard(card_id=card.id, reason="当日系统停机，附停机记录"))
    assert "被申诉，请处理：当日系统停机" in told(house, "S51")
    house.execute("S51", DecideAppeal(card_id=card.id, cancel=True, reason="停机属实"))
    after = now(house, card)
    assert (after.state, after.appealed_by, after.decided_by, after.reason) == ("cancelled", "D12", "S51", "停机属实")
    assert after.sentence == card.sentence and after.extract == card.extract, "the evidence stays"
    assert told(house, "D12").endswith("已撤销：停机属实")
    lines = [line.sentence for line in house.journal(card.root_id)][-2:]
    assert lines == [
        "对黄牌（规则 EM-NEAR）提出申诉：当日系统停机，附停机记录", "黄牌（规则 EM-NEAR）撤销：停机属实"
    ]  # fmt: skip
    assert house.violations() == []


def test_an_appeal_that_fails_lets_the_card_stand_and_is_made_once(sqlite_house: House) -> None:
    card = carded(sqlite_house)
    sqlite_house.execute("D11", AppealCard(card_id=card.id, reason="材料当日才到"))
    with pytest.raises(CardSettled):
        sqlite_house.execute("D12", AppealCard(card_id=card.id, reason="再申诉"))
    sqlite_house.execute("S51", DecideAppeal(card_id=card.id, cancel=False, reason="材料五日前已到"))
    assert now(sqlite_house, card).state == "upheld"
    assert told(sqlite_house, "D11").endswith("维持：材料五日前已到")
    with pytest.raises(CardSettled):
        sqlite_house.execute("S51", DecideAppeal(card_id=card.id, cancel=True, reason="改主意"))


def test_the_supervisor_cancels_with_a_reason_and_the_card_is_still_to_be_seen(sqlite_house: House) -> None:
    card = carded(sqlite_house)
    with pytest.raises(CardReasonMissing):
        sqlite_house.execute("S51", CancelCard(card_id=card.id, reason="  "))
    sqlite_house.execute("S51", CancelCard(card_id=card.id, reason="误发"))
    with sqlite_house.door.read(sqlite_house.actor("D12")) as view:
        found, total = listed_cards(view, CardFilters(state="cancelled"))
    assert ([one.card.id for one in found], total) == ([card.id], 1)
    with pytest.raises(CardSettled):
        sqlite_house.execute("S51", CancelCard(card_id=card.id, reason="再撤销"))


@pytest.mark.parametrize(
    "account, error",
    [("D22", CardMissing), ("X92", NotYourCard), ("W01", NotYourCard), ("C01", NotYourCard), ("S51", NotYourAction)],
)
def test_only_who_answers_for_it_appeals(account: str, error: type[Refusal], sqlite_house: House) -> None:
    card = carded(sqlite_house)
    with pytest.raises(error):
        sqlite_house.execute(account, AppealCard(card_id=card.id, reason="不服"))
    assert now(sqlite_house, card) == card


def test_an_appeal_comes_within_five_working_days(sqlite_house: House) -> None:
    card = carded(sqlite_house)
    sqlite_house.at(2026, 3, 3, 0, 0)
    with pytest.raises(AppealTooLate) as refused:
        sqlite_house.execute("D12", AppealCard(card_id=card.id, reason="不服"))
    assert "2026-03-02" in refused.value.sentence, "28 February is worked"
    sqlite_house.at(2026, 3, 2, 23, 59)
    sqlite_house.execute("D12", AppealCard(card_id=card.id, reason="不服"))
    assert now(sqlite_house, card).state == "appealed"


def test_who_appealed_does_not_decide_whatever_the_account(sqlite_house: House) -> None:
    card = carded(sqlite_house)
    sqlite_house.execute("D12", AppealCard(card_id=card.id, reason="不服"))
    with sqlite_house.unit() as unit:
        unit.connection.exec_driver_sql(
            "UPDATE alert_card SET appealed_person = (SELECT person FROM account WHERE id = 'S51')"
        )
    with pytest.raises(OwnAppeal):
        sqlite_house.execute("S51", DecideAppeal(card_id=card.id, cancel=True, reason="撤销"))
    with pytest.raises(CardSettled):
        sqlite_house.execute("S51", CancelCard(card_id=card.id, reason="绕过申诉"))


def test_a_department_sees_the_cards_that_were_given_to_it(sqlite_house: House) -> None:
    carded(sqlite_house)
    for account, seen in (("D12", 1), ("D22", 0), ("S51", 1), ("W01", 1)):
        with sqlite_house.door.read(sqlite_house.actor(account)) as view:
            assert listed_cards(view, CardFilters())[1] == seen, account
            assert listed_cards(view, CardFilters(level="red"))[1] == 0
            assert listed_cards(view, CardFilters(level="yellow", party="market", state="given"))[1] == seen


def test_a_card_that_is_not_there_is_not_found(sqlite_house: House) -> None:
    for command in (
        AppealCard(card_id=99, reason="x"), CancelCard(card_id=99, reason="x"),
        DecideAppeal(card_id=99, cancel=True, reason="x"),
    ):  # fmt: skip
        with pytest.raises((CardMissing, NotYourAction)):
            sqlite_house.execute("S51", command)


def test_whose_appeal_failed_does_not_cancel_the_card_either_and_the_decision_stays(sqlite_house: House) -> None:
    card = carded(sqlite_house)
    sqlite_house.execute("D12", AppealCard(card_id=card.id, reason="不服"))
    sqlite_house.execute("S51", DecideAppeal(card_id=card.id, cancel=False, reason="理由不成立"))
    with sqlite_house.unit() as unit:
        unit.connection.exec_driver_sql(
            "UPDATE alert_card SET appealed_person = (SELECT person FROM account WHERE id = 'S51')"
        )
    before = now(sqlite_house, card)
    with pytest.raises(OwnAppeal):
        sqlite_house.execute("S51", CancelCard(card_id=card.id, reason="绕过决定"))
    assert now(sqlite_house, card) == before


def test_the_head_who_appealed_is_told_the_outcome_once_and_nobody_who_lost_sight_of_the_case(
    sqlite_house: House,
) -> None:
    card = carded(sqlite_house)
    sqlite_house.execute("D12", AppealCard(card_id=card.id, reason="不服"))
    sqlite_house.execute("S51", DecideAppeal(card_id=card.id, cancel=False, reason="理由不成立"))
    with sqlite_house.door.read(sqlite_house.actor("D12")) as view:
        told_of = [one for one in notifications_for(view.connection, view.actor) if one.kind == "card"]
    assert [one.sentence.endswith("维持：理由不成立") for one in told_of] == [True]


def test_cards_are_filtered_before_they_are_cut_off(sqlite_house: House) -> None:
    """Twenty-one newer cards of another department do not push the one that is asked for off the first page."""
    wanted = carded(sqlite_house)
    sqlite_house.wait(minutes=1)
    newer = [sqlite_house.accepted_instant() for _ in range(21)]
    for case_no in newer:
        give(sqlite_house, case_no)
    for account, filters in (("S51", CardFilters(party="market")), ("D12", CardFilters())):
        with sqlite_house.door.read(sqlite_house.actor(account)) as view:
            found, total = listed_cards(view, filters, limit=20)
        assert ([one.card.id for one in found], total) == ([wanted.id], 1), account
    with sqlite_house.door.read(sqlite_house.actor("S51")) as view:
        first, total = listed_cards(view, CardFilters(), limit=20)
        rest, _ = listed_cards(view, CardFilters(), offset=20, limit=20)
    assert (len(first), len(rest), total) == (20, 2, 22)
