"""Decisions that require others: evaluated in order, each seeing what it requires and nothing more."""

from __future__ import annotations

import pytest

from engine.process.bpmn import BpmnRefused
from engine.process.bpmn.decisions import DecisionRefused, check_decisions, parse_decisions
from tests.engine.process.bpmn.decisions.dmn import ask, column, decision, file, problem, result, rules_of, table, text

SIZE = decision(
    table([column("area")], [result("size")], [(["< 100"], ['"small"']), ([">= 100"], ['"large"'])]), "size_of_shop"
)
RISK = decision(
    table([column("kind", "string"), column("size", "string", '"small", "large"')], [result("risk", "integer")],
          [(['"food"', '"large"'], ["3"]), (['"food"', '"small"'], ["2"]), (['not("food")', "-"], ["1"])], ids="k"),
    "risk_of_shop", needs=["size_of_shop"],
)  # fmt: skip
VISITS = decision(text("literalExpression", "risk + 1"), "visits", ["risk_of_shop"], variable="visits", type="number")
CHAIN = file(SIZE, RISK, VISITS)


def test_a_chain_is_evaluated_from_its_beginning_and_tells_each_step() -> None:
    assert rules_of(CHAIN) == []
    outcome = ask(CHAIN, "visits", area=120, kind="food")
    assert [step.decision_id for step in outcome.steps] == ["size_of_shop", "risk_of_shop", "visits"]
    assert [step.rules for step in outcome.steps] == [("r2",), ("k1",), ()]
    assert outcome.steps[1].inputs == (("kind", "food"), ("size", "large"))
    assert outcome.last.outputs == {"visits": 4}


def test_any_decision_of_a_chain_may_be_asked() -> None:
    assert len(ask(CHAIN, "size_of_shop", area=1).steps) == 1
    assert ask(CHAIN, "risk_of_shop", area=1, kind="x").last.outputs == {"risk": 1}


def test_a_chain_reads_only_what_it_does_not_give_itself() -> None:
    read = parse_decisions(CHAIN)
    assert read.reads("visits") == {"area", "kind"}
    assert read.reads("size_of_shop") == {"area"}
    assert read.decisions["visits"].gives == ("visits",)


def test_what_a_chain_gives_stands_before_a_fact_of_the_same_name() -> None:
    assert ask(CHAIN, "risk_of_shop", area=120, kind="food", size="small").last.outputs == {"risk": 3}


def test_a_refusal_names_the_table_in_the_chain() -> None:
    with pytest.raises(DecisionRefused, match="决策表“决策size_of_shop”得不出结论"):
        ask(CHAIN, "visits", area="大", kind="food")


def test_several_outputs_are_seen_by_name_and_through_the_variable() -> None:
    first = decision(
        table([], [result("a", "number"), result("b", "number")], [([], ["1", "2"])]), "f", variable="both"
    )
    then = decision(text("literalExpression", "a + both.b"), "t", ["f"], variable="sum")
    assert ask(file(first, then), "t").last.outputs == {"sum": 3}


def test_a_list_of_several_rules_can_be_handed_on() -> None:
    first = decision(table([], [result("a", "number")], [([], ["1"]), ([], ["2"])], policy="COLLECT"), "f")
    assert ask(file(first, decision(text("literalExpression", "a"), "t", ["f"], variable="all")), "t").last.outputs == {
        "all": [1, 2]
    }


def test_dates_stay_dates_along_a_chain() -> None:
    first = decision(table([], [result("due", "date")], [([], ['date("2026-03-02")'])]), "f")
    then = decision(text("literalExpression", 'due + duration("P1D")'), "t", ["f"], variable="next_day")
    assert ask(file(first, then), "t").last.outputs == {"next_day": "2026-03-03"}


def test_the_variable_names_a_single_output_that_has_no_name() -> None:
    logic = table([], [result("")], [([], ['"x"'])])
    assert ask(file(decision(logic, variable="v"))).last.outputs == {"v": "x"}
    assert problem(file(decision(logic)), "output-name").element_id == "d"
    # A title that a drawing tool put there names nothing, and does no harm where the output has a name.
    assert ask(file(decision(table([], [result("n")], [([], ['"x"'])]), variable="风险 等级"))).last.outputs == {
        "n": "x"
    }


def test_a_diamond_is_evaluated_once() -> None:
    left = decision(text("literalExpression", "size"), "left", ["size_of_shop"], variable="l")
    right = decision(text("literalExpression", "size"), "right", ["size_of_shop"], variable="r")
    both = decision(text("literalExpression", "l = r"), "both", ["left", "right"], variable="same")
    outcome = ask(file(SIZE, left, right, both), "both", area=1)
    assert [step.decision_id for step in outcome.steps] == ["size_of_shop", "left", "right", "both"]
    assert outcome.last.outputs == {"same": True}


@pytest.mark.parametrize(
    "xml, rule, element",
    [
        (file(decision(text("literalExpression", "1"), "a", ["b"], variable="x"),
              decision(text("literalExpression", "1"), "b", ["a"], variable="y")), "requirement-circle", "a"),
        (file(decision(text("literalExpression", "1"), "a", ["a"], variable="x")), "requirement-circle", "a"),
        (file(decision(text("literalExpression", "1"), "a", ["nobody"], variable="x")), "requirement-missing", "a"),
        (file(decision("<informationRequirement><requiredInput href='#nothing'/></informationRequirement>"
                       + text("literalExpression", "1"), "a", variable="x")), "requirement-missing", "a"),
        (file(decision("<knowledgeRequirement><requiredKnowledge href='#k'/></knowledgeRequirement>"
                       + text("literalExpression", "1"), "a", variable="x")), "unsupported", "a"),
        (file(SIZE, "<businessKnowledgeModel id='k' name='公式'/>"), "unsupported", "k"),
        (file(SIZE, "<decisionService id='k'/>"), "unsupported", "k"),
        (file(SIZE, "<import id='k'/>"), "unsupported", "k"),
        (file(decision("<invocation id='i'/>", "a")), "boxed-expression", "i"),
        (file(decision("<context id='i'/>", "a")), "boxed-expression", "i"),
        (file(decision("<functionDefinition id='i'/>", "a")), "boxed-expression", "i"),
        (file(decision("<relation id='i'/>", "a")), "boxed-expression", "i"),
        (file(decision("<list id='i'/>", "a")), "boxed-expression", "i"),
        (file(decision("", "a")), "decision-logic", "a"),
        (file(decision(text("literalExpression", "1"), "a")), "output-name", "a"),
        (file(decision(text("literalExpression", "sum(x)", id="e"), "a", variable="v")), "expression", "e"),
        (file(SIZE.replace("<variable/>", ""), SIZE), "id-duplicate", "size_of_shop"),
        (file(decision(text("literalExpression", "a"), "p", variable="v"),
              decision(text("literalExpression", "a"), "q", variable="v"),
              decision(text("literalExpression", "v"), "z", ["p", "q"], variable="w")), "output-duplicate", "z"),
        (file(decision(table([], [result("a"), result("a")], [([], ['"x"', '"y"'])]))), "output-duplicate", "d"),
    ],
)  # fmt: skip
def test_what_cannot_be_followed_is_refused_with_its_element(xml: bytes, rule: str, element: str) -> None:
    found = [problem for problem in check_decisions(xml) if problem.rule == rule]
    assert element in {problem.element_id for problem in found}, check_decisions(xml)
    assert all("请" in problem.sentence for problem in found)
    with pytest.raises(BpmnRefused):
        parse_decisions(xml)
