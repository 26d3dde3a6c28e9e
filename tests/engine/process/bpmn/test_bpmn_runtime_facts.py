"""Facts go in and come out of an instance as they are, and nobody shares them."""

from __future__ import annotations

from tests.engine.process.bpmn.dsl import (
    Player,
    both,
    bundle,
    chain,
    end,
    flow,
    process,
    start,
    user,
    users,
    xor,
)  # fmt: skip

LINE = process(start(), users("a", "b"), end(), chain("s", "a", "b", "e"))
DECIDED = process(
    start(), user("a"), xor("x", "no"), users("b", "c"), end(),
    chain("s", "a", "x"), flow("x", "b", "answer == '同意'"), flow("x", "c", id="no"), chain("b", "e"), flow("c", "e"),
)  # fmt: skip


def test_facts_with_chinese_text_and_nested_lists_come_back_as_they_went_in() -> None:
    facts = {
        "名称": "安阳测试餐饮有限公司🍜",
        "depts": ["消防", "环保"],
        "deep": {"表": [1, [2, {"x": None}]]},
        "n": -1.5,
    }
    player = Player(bundle(LINE))
    player.start(**facts)
    assert player.last.facts == facts
    player.do("a")
    assert player.do("b").facts == facts


def test_a_list_given_as_a_fact_is_not_shared_with_the_giver_nor_between_tasks() -> None:
    given = ["消防"]
    drawing = process(start(), both("g"), both("j"), users("a", "b", "c"), end(),
                      chain("s", "g", "a", "j", "c", "e"), flow("g", "b"), flow("b", "j"))  # fmt: skip
    player = Player(bundle(drawing))
    player.start(depts=given)
    given.append("环保")
    player.last.facts["depts"].append("卫健")
    assert player.do("a").facts == {"depts": ["消防"]}
    player.do("b")
    assert player.last.facts == {"depts": ["消防"]}
