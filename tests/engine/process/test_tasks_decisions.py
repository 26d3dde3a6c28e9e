"""What the journal keeps of the decisions of an advance: nothing that a line may not hold."""

from __future__ import annotations

from engine.foundation.journal.rules import canonical
from engine.process.tasks.progress import entered, told_decisions
from tests.engine.process.bpmn.decisions.dmn import column, one, result
from tests.engine.process.bpmn.dsl import Player, asking, bundle, chain, end, process, service, start, user

SHARES = one(
    [column("x", "number")], [result("share", "number"), result("note", "string")],
    [(["< 1"], ["x / 4", ""]), ([">= 1"], ["1", '"全部"'])], id="share_of",
)  # fmt: skip
LISTED = one([column("x", "number")], [result("parts", "number")], [(["-"], ["x"]), (["-"], ["0.5"])],
             policy="RULE ORDER", id="parts_of")  # fmt: skip


def played(xml: bytes, *tables: bytes, **facts: object):
    player = Player(bundle(xml, tables=tables), {"svc": lambda call: {}})
    return player.start(**facts)


def test_fractions_are_text_and_what_is_empty_is_left_out() -> None:
    advance = played(
        process(start(), asking("r", "share_of"), user("u"), end(), chain("s", "r", "u", "e")), SHARES, x=0.5
    )
    assert advance.facts == {"x": 0.5, "share": 0.125, "note": None}
    [made] = told_decisions(advance)["decisions"]
    assert made["inputs"] == [{"expression": "x", "value": "0.5"}]
    assert canonical(made["outputs"]) == '[{"name":"share","value":"0.125"},{"name":"note"}]'
    assert (made["rules"], made["required"]) == (["r1"], [])


def test_lists_are_kept_value_by_value() -> None:
    advance = played(
        process(start(), asking("r", "parts_of"), user("u"), end(), chain("s", "r", "u", "e")), LISTED, x=2
    )
    [made] = told_decisions(advance)["decisions"]
    assert canonical(made["outputs"]) == '[{"name":"parts","value":[2,"0.5"]}]'


def test_a_fraction_may_be_handed_on_to_a_service() -> None:
    xml = process(
        start(), asking("r", "share_of"), service("v", "svc", part="share"), user("u"), end(),
        chain("s", "r", "v", "u", "e"),
    )  # fmt: skip
    kept = entered(played(xml, SHARES, x=0.5))
    assert kept["services"][0]["parameters"] == {"part": "0.125"}
    assert canonical(kept)


def test_an_advance_without_decisions_has_no_word_of_them() -> None:
    advance = played(process(start(), user("u"), end(), chain("s", "u", "e")))
    assert "decisions" not in entered(advance)
