"""Eleven places in a drawing that are a shell in stock SpiffWorkflow: none is here.

Each place is tried twice: on stock SpiffWorkflow with our engine put in, to show that no evaluation
gets past it; and by our own reading of the file, which refuses it or never looks at it.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import pytest
from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.parser import BpmnParser
from SpiffWorkflow.spiff.parser import SpiffBpmnParser
from SpiffWorkflow.util.task import TaskState

from engine.process.bpmn import BpmnRefused, Bundle, Runtime, parse_definition
from engine.process.bpmn.expressions import LockedEngine
from tests.engine.process.bpmn.dsl import NOON, chain, end, flow, no_service, node, process, start, user, xor

SPIFF = 'xmlns:spiffworkflow="http://spiffworkflow.org/bpmn/schema/1.0/core"'
MARK = "mark"


def gadgets(mark: Path) -> dict[str, str]:
    """Two ways out of Python's eval; both leave a file behind when they work."""
    touch = f"touch {mark}"
    return {
        "import": f'__import__("os").system("{touch}") or 0',
        "subclasses": (
            "[c for c in ().__class__.__base__.__subclasses__() if c.__name__=='_wrap_close'][0]"
            f".__init__.__globals__['system']('{touch}') or 0"
        ),
    }


def one(middle: str, id: str = "a", extra: str = "") -> bytes:
    return process(start(), middle, end(), chain("s", id, "e"), extra=extra)


def loop(inside: str) -> str:
    return node("userTask", "a", f"<multiInstanceLoopCharacteristics>{inside}</multiInstanceLoopCharacteristics>")


PLACES: dict[str, Callable[[str], bytes]] = {
    "script": lambda x: one(node("scriptTask", "a", f"<script>{x}</script>")),
    "condition": lambda x: process(
        start(), xor("x", "no"), user("a"), user("b"), end(), chain("s", "x"),
        '<sequenceFlow id="yes" sourceRef="x" targetRef="a">'
        f"<conditionExpression>{x}</conditionExpression></sequenceFlow>",
        flow("x", "b", id="no"), chain("a", "e"), chain("b", "e"),
    ),
    "timer": lambda x: one(node(
        "intermediateCatchEvent", "a", f"<timerEventDefinition><timeDuration>{x}</timeDuration></timerEventDefinition>"
    )),
    "cardinality": lambda x: one(loop(f"<loopCardinality>{x}</loopCardinality>")),
    "completion": lambda x: one(loop(
        f"<loopCardinality>2</loopCardinality><completionCondition>{x}</completionCondition>"
    )),
    "loop": lambda x: one(node(
        "userTask", "a",
        f'<standardLoopCharacteristics testBefore="true" loopMaximum="2"><loopCondition>{x}</loopCondition>'
        "</standardLoopCharacteristics>",
    )),
    "conditional": lambda x: one(node(
        "intermediateCatchEvent", "a",
        f"<conditionalEventDefinition><condition>{x}</condition></conditionalEventDefinition>",
    )),
    "prescript": lambda x: one(node(
        "userTask", "a",
        f"<extensionElements><spiffworkflow:preScript {SPIFF}>{x}</spiffworkflow:preScript></extensionElements>",
    )),
    "correlation": lambda x: one(
        node("intermediateThrowEvent", "a", '<messageEventDefinition messageRef="m1"/>'),
        extra='<message id="m1" name="msg"/><correlationProperty id="cp" name="cp">'
        f'<correlationPropertyRetrievalExpression messageRef="m1"><messagePath>{x}</messagePath>'
        '</correlationPropertyRetrievalExpression></correlationProperty><collaboration id="col">'
        '<correlationKey id="ck" name="ck"><correlationPropertyRef>cp</correlationPropertyRef></correlationKey>'
        "</collaboration>",
    ),
    "decision-input": lambda x: one(rule_task()),
    "decision-cell": lambda x: one(rule_task()),
}  # fmt: skip


def rule_task() -> str:
    return node("businessRuleTask", "a", (
        f"<extensionElements><spiffworkflow:calledDecisionId {SPIFF}>dec</spiffworkflow:calledDecisionId>"
        "</extensionElements>"
    ))  # fmt: skip


def decision(asked: str, cell: str) -> str:
    return (
        '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="D" name="n" namespace="x">'
        '<decision id="dec" name="dec"><decisionTable id="dt" hitPolicy="UNIQUE"><input id="i1" label="x">'
        f'<inputExpression id="ie" typeRef="number"><text>{asked}</text></inputExpression></input>'
        '<output id="o1" name="y" typeRef="string"/><rule id="r1"><inputEntry id="a1"><text>'
        f'{cell}</text></inputEntry><outputEntry id="b1"><text>"lo"</text></outputEntry></rule>'
        "</decisionTable></decision></definitions>"
    )


def played_on_stock(place: str, attack: str, engine: Any) -> None:
    """Run the drawing on stock SpiffWorkflow as far as it goes; whatever it raises is its answer."""
    parser = SpiffBpmnParser() if place in ("prescript", "decision-input", "decision-cell") else BpmnParser()
    parser.add_bpmn_str(PLACES[place](attack))
    if place == "decision-input":
        parser.add_dmn_str(decision(attack, "3").encode())
    elif place == "decision-cell":
        parser.add_dmn_str(decision("x", f"== {attack}").encode())
    workflow = BpmnWorkflow(parser.get_spec("p"), script_engine=engine)
    workflow.task_tree.data["x"] = 3
    workflow.do_engine_steps()
    for task in workflow.get_tasks(state=TaskState.READY, manual=True):
        task.run()
    workflow.do_engine_steps()


@pytest.mark.parametrize("gadget", ["import", "subclasses"])
@pytest.mark.parametrize("place", PLACES)
def test_no_place_in_a_drawing_reaches_past_our_engine_even_on_stock_spiffworkflow(
    place: str, gadget: str, tmp_path: Path
) -> None:
    attack = escape(gadgets(tmp_path / MARK)[gadget])
    with pytest.raises(Exception):  # noqa: B017, PT011 # What stock makes of the refusal is its own affair.
        played_on_stock(place, attack, LockedEngine())
    assert not (tmp_path / MARK).exists()


@pytest.mark.parametrize("place", [each for each in PLACES if each not in ("prescript", "decision-cell")])
def test_the_attack_does_work_on_stock_spiffworkflow_with_its_own_engine(place: str, tmp_path: Path) -> None:
    # Some attacks leave nonsense behind that stock then trips over.
    with contextlib.suppress(Exception):
        played_on_stock(place, escape(gadgets(tmp_path / MARK)["import"]), None)
    assert (tmp_path / MARK).exists()


@pytest.mark.parametrize("gadget", ["import", "subclasses"])
@pytest.mark.parametrize("place", PLACES)
def test_our_reading_of_the_file_refuses_the_place_or_never_looks_at_it(
    place: str, gadget: str, tmp_path: Path
) -> None:
    xml = PLACES[place](escape(gadgets(tmp_path / MARK)[gadget]))
    if place == "prescript":  # An extension of another tool is not looked at.
        started = Runtime().start(Bundle.of(parse_definition(xml)), {"x": 3}, now=NOON, call_service=no_service)
        assert [task.element_id for task in started.open_tasks] == ["a"]
    else:
        with pytest.raises(BpmnRefused) as refused:
            parse_definition(xml)
        assert {problem.element_id for problem in refused.value.problems} & {"a", "yes"}
    assert not (tmp_path / MARK).exists()


@pytest.mark.parametrize("gadget", ["import", "subclasses"])
def test_a_parameter_of_a_service_is_no_way_in(gadget: str, tmp_path: Path) -> None:
    attack = escape(gadgets(tmp_path / MARK)[gadget], {'"': "&quot;"})
    xml = one(node("serviceTask", "a", (
        f'<extensionElements><yc:service name="x"><yc:parameter name="n" value="{attack}"/></yc:service>'
        "</extensionElements>"
    )))  # fmt: skip
    with pytest.raises(BpmnRefused) as refused:
        parse_definition(xml)
    assert [problem.rule for problem in refused.value.problems] == ["expression"]
    assert not (tmp_path / MARK).exists()
