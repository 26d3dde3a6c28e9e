"""Business rule tasks: a table is evaluated inline, told in the advance, and pinned by the bundle."""

from __future__ import annotations

from dataclasses import replace

import pytest

from engine.process.bpmn import (
    BpmnRefused,
    Bundle,
    DecisionRefused,
    FactsRefused,
    Instance,
    Runtime,
    SnapshotMismatch,
    check,
    parse_decisions,
    parse_definition,
)
from tests.engine.process.bpmn.broken_files import WORDS
from tests.engine.process.bpmn.decisions import dmn
from tests.engine.process.bpmn.decisions.dmn import column, one, result
from tests.engine.process.bpmn.dsl import (
    NOON,
    Player,
    asking,
    bundle,
    call,
    chain,
    end,
    finder,
    flow,
    no_service,
    process,
    service,
    several,
    start,
    table_finder,
    user,
    users,
    xor,
)

ROUTES = one(
    [column("amount", "integer"), column("kind", "string")],
    [result("route"), result("days", "integer")],
    [(["< 100", "-"], ['"short"', "1"]), ([">= 100", '"food"'], ['"long"', "amount - 80"]),
     ([">= 100", 'not("food")'], ['"short"', "5"])],
    id="route_of",
)  # fmt: skip
ASKING = process(
    start(), user("u"), asking("r", "route_of"), xor("g", "no"), users("long", "short"), end(),
    chain("s", "u", "r", "g"),
    flow("g", "long", "route == 'long' and days > 10", id="yes"), flow("g", "short", id="no"),
    chain("long", "e"), chain("short", "e"),
)  # fmt: skip


def test_a_table_decides_the_way_and_the_advance_tells_which_rule_fired() -> None:
    player = Player(bundle(ASKING, tables=[ROUTES]))
    player.start(kind="food")
    advance = player.do("u", amount=120)
    assert player.ready == ["long"]
    assert player.passed == ["u", "r", "g"]
    assert advance.facts == {"kind": "food", "amount": 120, "route": "long", "days": 40}
    [made] = advance.decisions
    assert (made.element_id, made.decision_id, made.digest) == ("r", "route_of", parse_decisions(ROUTES).digest)
    [step] = made.steps
    assert step.inputs == (("amount", 120), ("kind", "food"))
    assert (step.rules, step.outputs) == (("r2",), {"route": "long", "days": 40})
    assert player.last.services == ()


def test_an_advance_without_a_table_tells_none() -> None:
    player = Player(bundle(ASKING, tables=[ROUTES]))
    assert player.start(kind="food").decisions == ()


def test_what_a_table_refuses_leaves_everything_as_it_was() -> None:
    player = Player(bundle(ASKING, tables=[ROUTES]))
    player.start(kind="food")
    with pytest.raises(DecisionRefused, match=r"决策表“决策route_of”得不出结论：输入“amount”：值“多”不是整数"):
        player.do("u", amount="多")
    player.do("u", amount=3)
    assert player.ready == ["short"]


def test_a_table_in_a_called_process_and_its_list_for_a_multi_instance() -> None:
    reviews = one([column("kind", "string")], [result("places")],
                  [(["-"], ['"D1"']), (['"food"'], ['"D2"'])], policy="RULE ORDER", id="places_of")  # fmt: skip
    inside = process(
        start(), asking("r", "places_of"), user("each", several("places", "place")), end(),
        chain("s", "r", "each", "e"), id="q", inputs=["kind"], outputs=[], variables=["places"],
    )  # fmt: skip
    player = Player(bundle(process(start(), call("c", "q"), end(), chain("s", "c", "e")), inside, tables=[reviews]))
    made = player.start(kind="food").decisions
    assert [each.steps[0].rules for each in made] == [("r1", "r2")]
    assert [task.item for task in player.last.open_tasks] == ["D1", "D2"]
    while player.last.open_tasks:
        player.do("each")
    assert player.last.completed


def test_a_loop_through_a_table_evaluates_it_each_time() -> None:
    xml = process(
        start(), xor("m"), user("u"), asking("r", "route_of"), xor("g", "out"), end(), chain("s", "m", "u", "r", "g"),
        flow("g", "m", "route == 'long'", id="back"), flow("g", "e", id="out"),
    )  # fmt: skip
    player = Player(bundle(xml, tables=[ROUTES]))
    player.start(kind="food")
    told = [player.do("u", amount=amount).decisions[0].steps[0].rules for amount in (200, 150, 3)]
    assert told == [("r2",), ("r2",), ("r1",)]
    assert player.last.completed


def test_each_step_of_a_chain_is_told() -> None:
    first = dmn.decision(dmn.table([], [result("a", "number")], [([], ["x + 1"])]), "first")
    second = dmn.decision(dmn.text("literalExpression", "a * 2"), "second", ["first"], variable="twice")
    xml = process(start(), asking("r", "second"), user("u"), end(), chain("s", "r", "u", "e"))
    player = Player(bundle(xml, tables=[dmn.file(first, second)]))
    advance = player.start(x=2)
    assert [(step.decision_id, step.outputs) for step in advance.decisions[0].steps] == [
        ("first", {"a": 3}), ("second", {"twice": 6})
    ]  # fmt: skip
    assert advance.facts == {"x": 2, "twice": 6}


def test_the_bundle_is_pinned_to_its_tables() -> None:
    changed = ROUTES.replace(b"amount - 80", b"amount - 90")
    old, new = bundle(ASKING, tables=[ROUTES]), bundle(ASKING, tables=[changed])
    assert old.digest != new.digest
    assert set(old.decisions) == {"route_of"}
    started = Runtime().start(old, {"kind": "food"}, now=NOON, call_service=no_service)
    with pytest.raises(SnapshotMismatch):
        Runtime().complete(
            new,
            Instance("k", 1, started.snapshot),
            started.open_tasks[0].task_no,
            {},
            now=NOON,
            call_service=no_service,
        )


def test_a_bundle_without_tables_has_the_digest_it_always_had() -> None:
    plain = parse_definition(process(start(), user("u"), end(), chain("s", "u", "e")))
    assert Bundle.of(plain).digest == Bundle.of(plain, {}, {"route_of": parse_decisions(ROUTES)}).digest
    assert Bundle.of(plain).decisions == {}


def test_a_bundle_that_lacks_a_table_is_refused_with_the_element() -> None:
    with pytest.raises(BpmnRefused) as refused:
        bundle(ASKING)
    assert [(each.element_id, each.rule) for each in refused.value.problems] == [("r", "decision-unknown")]


def test_outputs_too_large_for_facts_are_refused() -> None:
    big = one([], [result("a")], [([], [f'"{"长" * 400}"'])] * 5, policy="COLLECT", id="big")
    xml = process(start(), asking("r", "big"), user("u"), end(), chain("s", "r", "u", "e"))
    with pytest.raises(FactsRefused):
        Player(bundle(xml, tables=[big])).start()


# check -----------------------------------------------------------------------------------------------------------


def rules_of(
    xml: bytes, *tables: bytes, facts: frozenset[str] = frozenset({"kind", "amount"})
) -> list[tuple[str, str]]:
    words = replace(WORDS, facts=facts)
    return [(each.element_id, each.rule) for each in check(xml, words, finder(), table_finder(*tables))]


def test_what_a_table_gives_is_known_to_expressions_behind_it() -> None:
    assert rules_of(ASKING, ROUTES) == []
    assert rules_of(ASKING) == [("r", "decision-unknown"), ("yes", "name-unknown"), ("yes", "name-unknown")]


def test_what_a_table_reads_must_be_given_by_somebody() -> None:
    assert rules_of(ASKING, ROUTES, facts=frozenset({"kind"})) == [("r", "decision-input-unknown")]
    assert rules_of(ASKING, ROUTES, facts=frozenset({"case_no"})) == [("r", "decision-input-unknown")] * 2
    assert rules_of(ASKING, ROUTES, facts=frozenset()) == []  # Nobody says what is known at the start.


def test_a_service_may_be_given_what_a_table_gives() -> None:
    xml = process(
        start(), asking("r", "route_of"), service("v", "closing", outcome="route"), user("u"), end(),
        chain("s", "r", "v", "u", "e"),
    )  # fmt: skip
    assert rules_of(xml, ROUTES) == []


def test_a_decision_is_at_home_on_a_business_rule_task_only() -> None:
    xml = process(start(), user("u"), end(), chain("s", "u", "e")).replace(
        b"<yc:clause", b'<yc:decision ref="route_of"/><yc:clause', 1
    )
    assert ("u", "extension-misplaced") in rules_of(xml, ROUTES)
