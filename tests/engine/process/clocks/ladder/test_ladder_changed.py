"""The centre's ladder is changed by two people, in versions; a release's own goes before it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest

from deadlines.law.rungs import When
from engine.foundation.clock import CITY
from engine.foundation.errors import Refusal
from engine.oversight.publishing.commands import Deploy
from engine.oversight.publishing.rules import ProcessRefused
from engine.process.bpmn.releases.queries import current_release, release_at
from engine.process.clocks.cards.queries import cards_of
from engine.process.clocks.ladder.commands import ConfirmLadder, DraftLadder, DropLadderDraft
from engine.process.clocks.ladder.handlers import (
    LadderDraftSettled,
    LadderMoved,
    LadderReasonMissing,
    LadderRefused,
    LadderSamePerson,
    LadderUnchanged,
)
from engine.process.clocks.ladder.queries import LadderDraftMissing, rules_in_force, rules_of_version
from engine.process.clocks.ladder.rules import SEED, Rule, body_of
from engine.process.clocks.queries import deadlines_of
from engine.process.tasks.notifications.queries import notifications_for
from engine.registry.identity.rules import SYSTEM
from processes.library import SHIPPED
from tests.support.house import House
from tests.support.ladders import without_stages
from yichuang.laddering import rearm

SEEDED = [rule for rule in SEED if rule.clock_kind == "commitment"]
EARLIER = replace(SEEDED[0], rule_no="EM-EARLY", level="blue", when=When("before", 3), actions=("remind",),
                  card_party=None, source="提前三日：拟")  # fmt: skip


def draft(house: House, *rules: Rule, kind: str = "commitment", reason: str = "提前提醒") -> int:
    command = DraftLadder(clock_kind=kind, rules=tuple(body_of(rule) for rule in rules), reason=reason)
    return int(house.execute("A01", command)["draft"])


def in_force(house: House, kind: str = "commitment") -> tuple[Rule, ...]:
    with house.door.read(SYSTEM) as view:
        return rules_in_force(view.connection).get(kind, ())


def looks(house: House, case_no: str) -> dict[str, datetime]:
    with house.door.read(SYSTEM) as view:
        rows = deadlines_of(view.connection, f"case:{case_no}")
    return {one.clock_id.split(":")[-2]: one.due_at for one in rows if (one.effect, one.state) == ("ladder", "open")}


def test_a_house_starts_with_its_ladder_in_words_of_the_seed(house: House) -> None:
    assert in_force(house) == tuple(sorted(SEEDED, key=lambda rule: rule.rule_no))
    with house.door.read(SYSTEM) as view:
        assert sum(map(len, rules_in_force(view.connection).values())) == len(SEED)


def test_a_draft_is_put_in_force_by_another_person_and_every_running_clock_is_looked_at(house: House) -> None:
    house.at(2026, 3, 2)
    case_no = house.accepted_commitment()
    assert looks(house, case_no)["commitment"] == datetime(2026, 3, 6, tzinfo=CITY)
    id = draft(house, *SEEDED, EARLIER)
    head = house.actor("C01")
    with house.door.read(head) as view:
        assert notifications_for(view.connection, head)[0].sentence == (
            f"承诺时限的升级规则草案 {id} 待确认，请核对后确认。"
        )
    assert len(in_force(house)) == 3, "a draft changes nothing"
    house.execute("C01", ConfirmLadder(draft_id=id))
    assert [(rule.rule_no, rule.version) for rule in in_force(house)] == [
        ("EM-EARLY", 2), ("EM-NEAR", 2), ("EM-ORDER", 2), ("EM-OVERDUE", 2)
    ]  # fmt: skip
    assert rearm(house.door) == 1
    assert looks(house, case_no)["commitment"] == datetime(2026, 3, 4, tzinfo=CITY)
    assert rearm(house.door) == 0
    assert house.violations() == []
    with house.door.read(SYSTEM) as view:
        assert len(rules_of_version(view.connection, "commitment", 1)) == 3, "what a card names is still to be read"
    assert [line.type for line in house.journal("ladder")] == ["ladder.drafted", "ladder.confirmed"]


def test_the_check_waits_while_the_clocks_are_being_looked_at(sqlite_house: House) -> None:
    house = sqlite_house
    house.accepted_commitment()
    house.execute("C01", ConfirmLadder(draft_id=draft(house, *SEEDED, EARLIER)))
    assert house.violations() == []


def test_a_new_rule_does_not_touch_what_lay_before_it(house: House) -> None:
    house.at(2026, 3, 2)
    without_stages(house)
    case_no = house.accepted_commitment()
    house.at(2026, 3, 5, 12, 0)
    yellow = replace(EARLIER, level="yellow", actions=("remind", "card"), card_party="department")
    house.execute("C01", ConfirmLadder(draft_id=draft(house, *SEEDED, yellow)))
    rearm(house.door)
    assert house.sweep().fired == 0
    assert looks(house, case_no)["commitment"] == datetime(2026, 3, 6, tzinfo=CITY)
    house.at(2026, 3, 6)
    house.sweep()
    with house.door.read(SYSTEM) as view:
        [card] = cards_of(view.connection, [f"case:{case_no}"])
    assert (card.rule, card.rule_version) == ("EM-NEAR", 2)
    assert house.violations() == []


def test_a_rule_that_is_taken_out_reminds_nobody_any_more(sqlite_house: House) -> None:
    house = sqlite_house
    house.at(2026, 3, 2)
    case_no = house.accepted_commitment()
    house.execute("C01", ConfirmLadder(draft_id=draft(house)))
    rearm(house.door)
    assert "commitment" not in looks(house, case_no)
    house.at(2026, 3, 20)
    house.sweep()
    with house.door.read(SYSTEM) as view:
        assert [card.clock_id for card in cards_of(view.connection, [f"case:{case_no}"])
                if ":commitment:" in card.clock_id] == []  # fmt: skip
    assert house.violations() == []
    assert draft(house, *SEEDED, reason="恢复") == 2, "and can be put back"


@pytest.mark.parametrize(
    "changed, reason, error",
    [
        ({"who": []}, "改", LadderRefused),
        ({}, "x", LadderReasonMissing),
        ({}, "没有改动", LadderUnchanged),
    ],
)
def test_what_is_refused_changes_nothing(
    changed: Mapping[str, Any], reason: str, error: type[Refusal], sqlite_house: House
) -> None:
    house = sqlite_house
    before = (in_force(house), house.journal("ladder"))
    rules = tuple({**body_of(rule), **changed} for rule in SEEDED)
    with pytest.raises(error):
        house.execute("A01", DraftLadder(clock_kind="commitment", rules=rules, reason=reason))
    assert (in_force(house), house.journal("ladder")) == before


def test_a_draft_is_confirmed_once_by_somebody_else_and_as_it_was_made(sqlite_house: House) -> None:
    house = sqlite_house
    first, second = draft(house, *SEEDED, EARLIER), draft(house, *SEEDED[:2])
    with pytest.raises(LadderDraftMissing):
        house.execute("C01", ConfirmLadder(draft_id=99))
    with house.unit() as unit:
        unit.connection.exec_driver_sql(f"UPDATE ladder_draft SET drafted_person = 'person-C01' WHERE id = {first}")
    with pytest.raises(LadderSamePerson):
        house.execute("C01", ConfirmLadder(draft_id=first))
    house.execute("C01", ConfirmLadder(draft_id=second))
    with house.unit() as unit:
        unit.connection.exec_driver_sql(f"UPDATE ladder_draft SET drafted_person = 'person-A01' WHERE id = {first}")
    with pytest.raises(LadderMoved):
        house.execute("C01", ConfirmLadder(draft_id=first))
    house.execute("A01", DropLadderDraft(draft_id=first))
    for command in (ConfirmLadder(draft_id=first), ConfirmLadder(draft_id=second)):
        with pytest.raises(LadderDraftSettled):
            house.execute("C01", command)
    assert len(in_force(house)) == 2


# A release's own ladder -------------------------------------------------------------------------------------------

TEXT = (SHIPPED / "items" / "I02.json").read_text("utf-8")


def publish(house: House, ladders: Mapping[str, Any] | None) -> None:
    text = TEXT if ladders is None else json.dumps({**json.loads(TEXT), "ladders": ladders}, ensure_ascii=False)
    house.execute("P61", Deploy(processes={}, items={"I02": text}))


def release_id(house: House) -> str:
    with house.door.read(SYSTEM) as view:
        return current_release(view.connection, "I02", view.now).id


def test_a_release_with_a_ladder_of_its_own_replaces_the_centres_for_that_kind_and_later_cases(house: House) -> None:
    house.at(2026, 3, 2)
    without_stages(house)
    before = house.accepted_commitment()
    own = replace(EARLIER, rule_no="I02-EARLY")
    house.at(2026, 3, 2, 10)
    publish(house, {"commitment": [body_of(own)]})
    case_no = house.accepted_commitment()
    house.at(2026, 3, 4, 0, 0)
    assert house.sweep().fired == 1, "the case that pinned the release"
    house.at(2026, 3, 10, 0, 0)
    house.sweep()
    with house.door.read(SYSTEM) as view:
        given = {
            number: [card.rule for card in cards_of(view.connection, [f"case:{number}"])]
            for number in (before, case_no)
        }
    assert given[before] == ["EM-NEAR", "EM-OVERDUE"]
    assert given[case_no] == [], "its release gives no card for the promise"
    assert house.violations() == []


def test_an_item_without_a_ladder_keeps_the_release_it_had(sqlite_house: House) -> None:
    before = release_id(sqlite_house)
    publish(sqlite_house, None)
    assert release_id(sqlite_house) == before
    publish(sqlite_house, {"commitment": [body_of(EARLIER)]})
    assert release_id(sqlite_house) != before
    with sqlite_house.door.read(SYSTEM) as view:
        assert release_at(view.connection, before).ladders == {}


@pytest.mark.parametrize(
    "kind, changed, words",
    [
        ("commitment", {"who": []}, "没有写明告知哪个岗位（4.1.8）"),
        ("commitment", {"who": ["janitor"]}, "不是岗位（4.2）"),
        ("commitment", {"when": {"kind": "before", "n": 5}}, "期限只有 5 日"),
        ("commitment", {"actions": ["card"]}, "要发牌而没有写明对象"),
        ("commitment", {"actions": ["shout"]}, "动作应为"),
        ("commitment", {"level": "pink"}, "预警级别"),
        ("nothing", {}, "不是可以设升级规则的时限"),
    ],
)
def test_a_release_with_an_impossible_ladder_is_refused_and_nothing_changes(
    kind: str, changed: Mapping[str, Any], words: str, sqlite_house: House
) -> None:
    before = release_id(sqlite_house)
    with pytest.raises(ProcessRefused) as refused:
        publish(sqlite_house, {kind: [{**body_of(EARLIER), **changed}]})
    assert words in str(refused.value.sentence) + "".join(one.sentence for one in refused.value.problems)
    assert release_id(sqlite_house) == before


def test_the_day_of_the_promise_is_what_it_was(sqlite_house: House) -> None:
    sqlite_house.at(2026, 2, 11)
    publish(sqlite_house, {"commitment": [body_of(EARLIER)]})
    assert sqlite_house.clocks(sqlite_house.accepted_commitment())["commitment"].row.due_on == date(2026, 2, 25)
