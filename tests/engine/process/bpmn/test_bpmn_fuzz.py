"""Whatever is done to a file, the answer is a definition or a refusal, never anything else."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from engine.process.bpmn import BpmnRefused, Bundle, Definition, Runtime, Vocabulary, check, parse_definition
from engine.process.bpmn.errors import FactsRefused, ProcessFault
from engine.process.bpmn.names import BPMNDI, FLOW_NODE_KINDS, bpmn, yc
from tests.engine.process.bpmn.broken_files import CAMUNDA, GOOD
from tests.engine.process.bpmn.dsl import NOON
from tests.engine.process.bpmn.generator import make

FILES = [path.read_bytes() for path in sorted(Path(__file__).parents[4].joinpath("processes").glob("*.bpmn"))]
FILES += [GOOD, CAMUNDA.encode(), *(make(seed).main for seed in range(4))]

OTHERS = """sequenceFlow process laneSet lane flowNodeRef ioSpecification dataInput dataOutput property incoming
multiInstanceLoopCharacteristics standardLoopCharacteristics loopDataInputRef inputDataItem loopCardinality
completionCondition conditionExpression timerEventDefinition terminateEventDefinition messageEventDefinition
linkEventDefinition dataObject dataObjectReference extensionElements documentation dataInputAssociation sourceRef
dataStore dataStoreReference collaboration"""
TAGS = [*sorted(FLOW_NODE_KINDS), *OTHERS.split()]
WORDS = [
    "",
    " ",
    "Start",
    "End",
    "a",
    "s",
    "${x}",
    "x ==",
    "true",
    "false",
    "0",
    "-1",
    "💥",
    "名字",
    "a b",
    "x.EndJoin",
]


Node = etree._Element
Change = Callable[[random.Random, Node, list[Node]], None]


def remove(rnd: random.Random, node: Node, nodes: list[Node]) -> None:
    parent = node.getparent()
    if parent is not None:
        parent.remove(node)


def double(rnd: random.Random, node: Node, nodes: list[Node]) -> None:
    parent = node.getparent()
    if parent is not None:
        parent.insert(rnd.randint(0, len(parent)), etree.fromstring(etree.tostring(node)))


def rename(rnd: random.Random, node: Node, nodes: list[Node]) -> None:
    node.tag = rnd.choice([bpmn, bpmn, yc])(rnd.choice(TAGS))


def write(rnd: random.Random, node: Node, nodes: list[Node]) -> None:
    node.text = rnd.choice(WORDS)
    if node.attrib:
        node.set(rnd.choice(list(node.attrib)), rnd.choice(WORDS))


def forget(rnd: random.Random, node: Node, nodes: list[Node]) -> None:
    if node.attrib:
        del node.attrib[rnd.choice(list(node.attrib))]


def refer(rnd: random.Random, node: Node, nodes: list[Node]) -> None:
    name = rnd.choice(["id", "sourceRef", "targetRef", "attachedToRef", "default", "calledElement", "name"])
    node.set(name, rnd.choice(nodes).get("id", ""))


def move(rnd: random.Random, node: Node, nodes: list[Node]) -> None:
    host = rnd.choice(nodes)
    if host is not node and node not in host.iterancestors() and node.getparent() is not None:
        host.append(node)


CHANGES: list[Change] = [remove, double, rename, write, forget, refer, move]


def mangle(xml: bytes, seed: int, cuts: int) -> bytes:
    """Change the tree of a good file in ``cuts`` random places."""
    rnd = random.Random(seed)
    root = etree.fromstring(xml)
    for _ in range(cuts):
        nodes = [node for node in root.iter() if isinstance(node.tag, str) and BPMNDI not in node.tag]
        rnd.choice(CHANGES)(rnd, rnd.choice(nodes), nodes)
    return etree.tostring(root)


def refusal(xml: bytes) -> BpmnRefused | None:
    try:
        parse_definition(xml)
    except BpmnRefused as refused:
        return refused
    return None


def judge(xml: bytes) -> Definition | None:
    """Read the file; check and parse_definition agree on whether it can be run."""
    problems = check(xml, Vocabulary())
    assert all(problem.sentence and problem.rule and isinstance(problem.element_id, str) for problem in problems)
    refused = refusal(xml)
    if refused is None:
        return parse_definition(xml)
    errors = {problem for problem in refused.problems if problem.level == "error"}
    assert errors and errors <= set(problems)
    assert "engine-refused" not in {problem.rule for problem in errors}
    return None


def try_to_run(definition: Definition) -> None:
    """A definition that was let through starts, or says in its own words why it cannot."""
    try:
        made = Bundle.of(definition)
        Runtime().start(made, {"n": 1}, now=NOON, call_service=lambda wanted: {})
    except (BpmnRefused, ProcessFault, FactsRefused) as fault:
        told = fault.sentence
    else:
        told = ""
    assert "引擎出错" not in told


@pytest.mark.parametrize("part", range(10))
def test_a_mangled_good_file_is_refused_or_runs_and_never_raises_anything_else(part: int) -> None:
    accepted = 0
    for seed in range(part * 40, part * 40 + 40):
        xml = mangle(FILES[seed % len(FILES)], seed, 1 + seed % 6)
        definition = judge(xml)
        if definition is not None:
            accepted += 1
            try_to_run(definition)
    assert 0 < accepted < 40


@settings(max_examples=150)
@given(st.sampled_from(FILES), st.integers(0, 10**9), st.integers(1, 25))
def test_a_badly_mangled_file_is_refused_or_runs(xml: bytes, seed: int, cuts: int) -> None:
    definition = judge(mangle(xml, seed, cuts))
    if definition is not None:
        try_to_run(definition)


@settings(max_examples=200)
@given(st.sampled_from(FILES), st.data())
def test_a_file_with_damaged_bytes_is_refused_or_read(xml: bytes, data: st.DataObject) -> None:
    damaged = bytearray(xml)
    for _ in range(data.draw(st.integers(1, 8))):
        damaged[data.draw(st.integers(0, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    judge(bytes(damaged))


@settings(max_examples=200)
@given(st.binary(max_size=300))
def test_any_bytes_are_refused_with_a_sentence(data: bytes) -> None:
    assert judge(data) is None


def heap(rnd: random.Random, depth: int) -> str:
    """A random BPMN element with random elements in it."""
    names = rnd.sample(["id", "name", "sourceRef", "targetRef", "attachedToRef", "default"], rnd.randint(0, 4))
    attributes = "".join(f' {name}="{rnd.choice(["a", "b", "c", "s", "e", "true", ""])}"' for name in names)
    inner = "".join(heap(rnd, depth - 1) for _ in range(rnd.randint(0, 3))) if depth else ""
    tag = rnd.choice(TAGS)
    return f"<{tag}{attributes}>{rnd.choice(['', 'a', 'x > 1'])}{inner}</{tag}>"


@pytest.mark.parametrize("part", range(4))
def test_any_heap_of_bpmn_elements_is_refused_or_read(part: int) -> None:
    head = '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"><process id="p" isExecutable="true">'
    for seed in range(part * 75, part * 75 + 75):
        rnd = random.Random(seed)
        parts = "".join(heap(rnd, 2) for _ in range(rnd.randint(1, 8)))
        judge((head + parts + "</process></definitions>").encode())
