"""Every rule of check has a file that breaks it; the problem names the element and says what to do."""

from __future__ import annotations

import ast
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from engine.process.bpmn import rules
from engine.process.bpmn import BpmnRefused, Problem, ServiceWords, Vocabulary, check, parse_definition
from tests.engine.process.bpmn.dsl import (
    both, call, chain, clause, clock, end, ext, file, finder, flow, inner, io, lanes, node, process, process_part,
    service, several, some, start, terminate, user, users, xor,
)  # fmt: skip

WORDS = Vocabulary(
    acts={"cases.decide": frozenset({"decision"})},
    forms=frozenset({"form"}),
    roles=frozenset({"clerk"}),
    services={"svc": ServiceWords(facts=frozenset({"n"})), "closing": ServiceWords(parameters=frozenset({"outcome"}))},
    clocks=frozenset({"notice"}),
    clauses=frozenset({"6.1.1"}),
)
OPEN = process(start(), user("w"), end(), chain("s", "w", "e"), id="open")
DECLARED = process(start(), user("w"), end(), chain("s", "w", "e"), id="q", inputs=["case_no"], outputs=["decision"])


def line(*middle: str, ids: str = "a", **more: Any) -> bytes:
    """A start, the given parts and an end in one row."""
    return process(start(), *middle, end(), chain("s", *ids.split(), "e"), **more)


def event(kind: str, definition: str, **attributes: str) -> bytes:
    return line(node(kind, "a", definition, **attributes))


def gateway(made: str, *flows: str) -> bytes:
    return process(start(), made, users("a", "b"), end(), chain("s", "g"), *flows, chain("a", "e"), chain("b", "e"))


def decided(condition: str | None, default: str = "no", **more: Any) -> bytes:
    return process(
        start(), user("u"), xor("g", default), users("a", "b"), end(), chain("s", "u", "g"),
        flow("g", "a", condition, id="yes"), flow("g", "b", id="no"), chain("a", "e"), chain("b", "e"), **more,
    )  # fmt: skip


def boundary(inside: str, attributes: dict[str, str] | None = None) -> bytes:
    made = node("boundaryEvent", "t", inside, **{"attachedToRef": "a", "cancelActivity": "true", **(attributes or {})})
    return process(start(), users("a", "b"), made, end(), end("e2"), chain("s", "a", "e"), chain("t", "b", "e2"))


def looped(mark: str, task: str = "userTask", **more: Any) -> bytes:
    return line(node(task, "a", ext('<yc:task form="form" role="clerk"/>', clause()) + mark), **more)


TIMER = "<timerEventDefinition/>"
NOTICE = ext('<yc:clock name="notice"/>') + TIMER
BARE = '<multiInstanceLoopCharacteristics>{}</multiInstanceLoopCharacteristics>'
LIST = '<loopDataInputRef>items</loopDataInputRef><inputDataItem id="item"/>'

BROKEN: dict[str, list[tuple[bytes, str]]] = {
    # The file
    "not-bpmn": [(b"<html><body/></html>", ""), (b"<definitions/>", "")],
    "no-process": [(file(), ""), (file('<collaboration id="c"/>'), "")],
    "several-processes": [
        (file(process_part(start(), end(), chain("s", "e")), process_part(start("s9"), end("e9"), id="p9")), "p9")
    ],
    "not-executable": [(line(user("a"), executable="false"), "p"), (line(user("a"), executable=""), "p")],
    "id-missing": [
        (line(user("a")).replace(b'<userTask id="a"', b"<userTask"), ""),
        (line(user("a")).replace(b'<sequenceFlow id="f_a_e"', b"<sequenceFlow"), ""),
        (line(user("a"), id=""), ""),
    ],
    "id-duplicate": [(line(user("a"), user("a"), ids="a"), "a"), (line(user("a"), variables=["a"]), "a")],
    "id-reserved": [
        (line(user(id), ids=id), id)
        for id in ("Start", "End", "Root", "x.EndJoin", "x.BoundaryEventSplit", "x.BoundaryEventJoin")
    ],
    "id-invalid": [(process(start(), user("1a"), end(), flow("s", "1a", id="f1"), flow("1a", "e", id="f2")), "1a")],
    "too-many-nodes": [(line(*map(user, (f"u{n}" for n in range(999))), ids=" ".join(f"u{n}" for n in range(999))), "p")],
    "nesting-too-deep": [],  # Built below: six subprocesses in each other.
    # Flows
    "flow-dangling": [
        (line(user("a"), flow("a", "gone", id="lost")), "lost"),
        (process(start(), inner("sub", start("s2"), user("x"), end("e2"), chain("s2", "x", "e2")), end(),
                 chain("s", "sub", "e"), flow("sub", "x", id="lost")), "lost"),
    ],
    "start-missing": [(process(user("a"), end(), chain("a", "e")), "p")],
    "start-several": [(process(start(), start("s2"), user("a"), end(), chain("s", "a", "e"), flow("s2", "a")), "s2")],
    "end-missing": [(process(start(), user("a"), chain("s", "a")), "p")],
    "start-incoming": [(line(user("a"), xor("x", "d"), ids="a x").replace(b"</process>", (
        flow("x", "s", "n", id="back")).encode() + b"</process>"), "s")],
    "end-outgoing": [(line(user("a"), user("b"), end("e2"), flow("e", "b"), flow("b", "e2")), "e")],
    "boundary-unattached": [
        (boundary(NOTICE, {"attachedToRef": "gone"}), "t"), (boundary(NOTICE, {"attachedToRef": "s"}), "t"),
    ],
    "boundary-incoming": [
        (process(start(), both("g"), users("a", "b"), clock("t", "a"), end(), end("e2"), chain("s", "g", "a", "e"),
                 flow("g", "t"), chain("t", "b", "e2")), "t")
    ],
    "implicit-split": [
        (line(users("a", "b"), flow("a", "b"), flow("b", "e", id="f9")), "a"),
        (process(start(), users("a", "b"), end(), chain("s", "a", "e"), flow("s", "b"), flow("b", "e")), "s"),
    ],
    "condition-ignored": [
        (process(start(), users("a", "b"), end(), flow("s", "a"), flow("a", "b", "n", id="c"), flow("b", "e")), "c"),
        (gateway(both("g"), flow("g", "a", "n", id="c"), flow("g", "b")), "c"),
    ],
    "implicit-merge": [
        (process(start(), both("g"), users("a", "b", "c"), end(), chain("s", "g", "a", "c", "e"), chain("g", "b", "c")), "c")
    ],
    "unreachable": [(line(users("a", "b"), flow("b", "e", id="f9")), "b")],
    "dead-end": [
        (process(start(), both("g"), users("a", "b"), end(), chain("s", "g", "a", "e"), flow("g", "b")), "b"),
        (process(start(), user("a"), clock("t", "a"), end(), chain("s", "a", "e")), "t"),
    ],
    "no-way-out": [
        (process(start(), xor("g", "d"), xor("m"), xor("x", "d2"), users("a", "b"), end(), chain("s", "g"),
                 flow("g", "e", id="d"), flow("g", "m", "n"), chain("m", "a", "x"), flow("x", "m", "n", id="l1"),
                 flow("x", "b", id="d2"), flow("b", "m", id="l2")), "a")
    ],
    "loop-without-gateway": [
        (process(start(), users("a", "b"), end(), both("g"), chain("s", "a", "g", "e"), flow("g", "b"), flow("b", "a")), "a")
    ],
    "loop-without-person": [
        (process(start(), xor("m"), service("v", "svc"), xor("x", "d"), end(), chain("s", "m", "v", "x"),
                 flow("x", "m", "n > 1"), flow("x", "e", id="d")), "m")
    ],
    # Gateways
    "complex-gateway": [(gateway(node("complexGateway", "g"), flow("g", "a"), flow("g", "b")), "g")],
    "event-gateway": [(gateway(node("eventBasedGateway", "g"), flow("g", "a"), flow("g", "b")), "g")],
    "event-gateway-timers": [
        (process(start(), node("eventBasedGateway", "g"), node("intermediateCatchEvent", "a", TIMER),
                 node("intermediateCatchEvent", "b", TIMER), end(), chain("s", "g", "a", "e"), chain("g", "b", "e")), "g")
    ],
    "exclusive-without-default": [(gateway(xor("g"), flow("g", "a", "n"), flow("g", "b", "not n")), "g")],
    "inclusive-without-default": [(gateway(some("g"), flow("g", "a", "n"), flow("g", "b", "not n")), "g")],
    "default-unknown": [(gateway(xor("g", "gone"), flow("g", "a", "n"), flow("g", "b", "not n")), "g")],
    "default-with-condition": [(gateway(xor("g", "d"), flow("g", "a", "n"), flow("g", "b", "n", id="d")), "d")],
    "condition-missing": [
        (gateway(xor("g", "d"), flow("g", "a", id="c"), flow("g", "b", id="d")), "c"),
        (gateway(some("g", "d"), flow("g", "a", "", id="c"), flow("g", "b", id="d")), "c"),
    ],
    "condition-alone": [(process(start(), xor("g"), end(), chain("s", "g"), flow("g", "e", "n", id="c")), "c")],
    # Events
    "message-event": [
        (event("intermediateCatchEvent", '<messageEventDefinition messageRef="m"/>'), "a"),
        (event("intermediateThrowEvent", "<messageEventDefinition/>"), "a"),
        (boundary("<messageEventDefinition/>"), "t"),
        (process(start(), end("a", "<messageEventDefinition/>"), chain("s", "a")), "a"),
    ],
    "signal-event": [(event("intermediateThrowEvent", "<signalEventDefinition/>"), "a"), (boundary("<signalEventDefinition/>"), "t")],
    "signal-end-event": [(process(start(), end("a", "<signalEventDefinition/>"), chain("s", "a")), "a")],
    "link-event": [
        (event("intermediateThrowEvent", '<linkEventDefinition name="l"/>'), "a"),
        (event("intermediateCatchEvent", '<linkEventDefinition name="l"/>'), "a"),
    ],
    "compensation": [
        (event("intermediateThrowEvent", "<compensateEventDefinition/>"), "a"),
        (boundary("<compensateEventDefinition/>"), "t"),
        (line(user("a").replace("<userTask ", '<userTask isForCompensation="true" ')), "a"),
    ],
    "conditional-event": [(event("intermediateCatchEvent", "<conditionalEventDefinition><condition>n</condition></conditionalEventDefinition>"), "a")],
    "error-event": [(boundary("<errorEventDefinition/>"), "t"), (process(start(), end("a", "<errorEventDefinition/>"), chain("s", "a")), "a")],
    "escalation-event": [(boundary("<escalationEventDefinition/>"), "t"), (event("intermediateThrowEvent", "<escalationEventDefinition/>"), "a")],
    "cancel-event": [(boundary("<cancelEventDefinition/>"), "t"), (process(start(), end("a", "<cancelEventDefinition/>"), chain("s", "a")), "a")],
    "terminate-misplaced": [(event("intermediateThrowEvent", "<terminateEventDefinition/>"), "a")],
    "event-reference": [(event("intermediateThrowEvent", "<eventDefinitionRef>x</eventDefinitionRef>"), "a")],
    "plain-timer": [
        (event("intermediateCatchEvent", '<timerEventDefinition><timeDuration>PT1H</timeDuration></timerEventDefinition>'), "a"),
        (boundary('<timerEventDefinition><timeDate>"2026-01-01"</timeDate></timerEventDefinition>'), "t"),
        (boundary(TIMER), "t"),
        (event("intermediateCatchEvent", NOTICE), "a"),
    ],
    "start-trigger": [(process(node("startEvent", "s", d), user("a"), end(), chain("s", "a", "e")), "s") for d in (
        TIMER, "<messageEventDefinition/>", "<signalEventDefinition/>", "<conditionalEventDefinition/>")],
    "several-events": [(boundary("<signalEventDefinition/><messageEventDefinition/>"), "t")],
    "catch-without-event": [(event("intermediateCatchEvent", ""), "a")],
    "boundary-without-event": [(boundary(""), "t")],
    "clock-without-name": [
        (boundary(ext("<yc:clock/>") + TIMER), "t"), (boundary(ext('<yc:clock name=" "/>') + TIMER), "t"),
        (boundary(ext('<yc:clock name="notice"/><yc:clock name="notice"/>') + TIMER), "t"),
    ],
    "clock-with-time": [(boundary(ext('<yc:clock name="notice"/>') + "<timerEventDefinition><timeDuration>P5D</timeDuration></timerEventDefinition>"), "t")],
    "clock-twice": [
        (process(start(), users("a", "b"), clock("t", "a"), clock("t2", "a"), xor("m"), end(), chain("s", "a", "m", "e"),
                 chain("t", "b", "m"), flow("t2", "m")), "a")
    ],
    # Activities
    "script-task": [(line(node("scriptTask", "a", "<script>x = 1</script>")), "a")],
    "business-rule-task": [(line(node("businessRuleTask", "a")), "a")],
    "message-task": [(line(node("sendTask", "a")), "a"), (line(node("receiveTask", "a")), "a")],
    "task-without-person": [(line(node("task", "a")), "a"), (line(node("manualTask", "a")), "a")],
    "transaction": [(line(node("transaction", "a", start("s2") + end("e2") + chain("s2", "e2"))), "a")],
    "ad-hoc-subprocess": [(line(node("adHocSubProcess", "a", user("x"))), "a")],
    "event-subprocess": [
        (line(user("a"), node("subProcess", "ev", start("s2") + end("e2") + chain("s2", "e2"), triggeredByEvent="true")), "ev")
    ],
    "service-missing": [
        (line(node("serviceTask", "a")), "a"), (line(node("serviceTask", "a", ext("<yc:service/>"))), "a"),
        (line(node("serviceTask", "a", ext('<yc:service name="svc"/><yc:service name="svc"/>'))), "a"),
    ],
    "service-parameter": [
        (line(node("serviceTask", "a", ext(f'<yc:service name="svc">{p}</yc:service>'))), "a")
        for p in ('<yc:parameter value="1"/>', '<yc:parameter name="n"/>', '<yc:parameter name="n" value="1"/>' * 2)
    ],
    "call-target-missing": [(line(call("a", "")), "a")],
    "quantity": [(line(user("a").replace("<userTask ", '<userTask completionQuantity="2" ')), "a")],
    "standard-loop": [(looped('<standardLoopCharacteristics loopMaximum="2"/>'), "a")],
    "multi-instance-place": [
        (looped(several(), "serviceTask", variables=["items"]), "a"), (looped(several(), "subProcess", variables=["items"]), "a"),
    ],
    "multi-instance-output": [
        (looped(BARE.format(LIST.replace("<inputDataItem", "<loopDataOutputRef>items</loopDataOutputRef><inputDataItem")), variables=["items"]), "a"),
        (looped(BARE.format(LIST + '<outputDataItem id="out"/>'), variables=["items"]), "a"),
    ],
    "multi-instance-behavior": [(looped(several().replace("isSequential", 'behavior="None" isSequential'), variables=["items"]), "a")],
    "multi-instance-item": [
        (looped(several(item="不是 名字"), variables=["items"]), "a"), (looped(several(item="items"), variables=["items"]), "a"),
        (looped(BARE.format(LIST + '<inputDataItem id="second"/>'), variables=["items"]), "a"),
    ],
    "multi-instance-source": [
        (looped(BARE.format("")), "a"), (looped(BARE.format("<loopCardinality>2</loopCardinality>" + LIST), variables=["items"]), "a"),
    ],
    "multi-instance-reference": [(looped(several()), "a"), (looped(several("elsewhere"), variables=["items"]), "a")],
    "element-unknown": [(line(user("a"), '<choreographyTask id="ch"/>'), "ch"), (line(user("a"), '<implicitThrowEvent id="im"/>'), "im")],
    # Data
    "data-store": [(line(user("a"), '<dataStoreReference id="ds" name="库"/>'), "ds")],
    "data-object": [(line(user("a"), '<dataObjectReference id="do" name="材料"/>'), "do")],
    "task-data": [(line(user("a", io(["x"], []))), "a")],
    "data-association": [(line(user("a", "<dataInputAssociation><sourceRef>do</sourceRef></dataInputAssociation>")), "a")],
    "data-name": [(line(user("a"), inputs=["材料-1"]), "材料-1"), (line(user("a"), variables=["_x"]), "_x")],
    # Expressions
    "expression": [
        (decided("n = 1"), "yes"), (decided("${n == 1}"), "yes"), (decided("__import__('os')"), "yes"),
        (line(service("a", "svc", n="1 +")), "a"), (looped(several(until="lambda: 1"), variables=["items"]), "a"),
        (looped(BARE.format("<loopCardinality>n ** 2</loopCardinality>")), "a"),
    ],
    # Words
    "lane-missing": [(line(user("a")).replace(b"<flowNodeRef>a</flowNodeRef>", b""), "a")],
    "task-twice": [(line(node("userTask", "a", ext('<yc:task form="form" role="clerk"/>' * 2))), "a")],
    "form-missing": [(line(user("a", form="")), "a"), (line(node("userTask", "a")), "a")],
    "form-unknown": [(line(user("a", form="formm")), "a")],
    "role-missing": [(line(user("a", role="")), "a"), (line(node("userTask", "a")), "a")],
    "role-unknown": [(line(user("a", role="king")), "a")],
    "act-unknown": [(line(user("a", act="cases.fly")), "a")],
    "service-unknown": [(line(service("a", "fly")), "a")],
    "service-parameter-missing": [(line(service("a", "closing")), "a")],
    "service-parameter-unknown": [(line(service("a", "svc", extra="1")), "a")],
    "clock-unknown": [(boundary(ext('<yc:clock name="alarm"/>') + TIMER), "t")],
    "clause-unknown": [(line(node("userTask", "a", ext('<yc:clause ref="9.9"/>'))), "a"), (line(node("userTask", "a", ext("<yc:clause/>"))), "a")],
    "clause-missing": [(line(node("userTask", "a", ext('<yc:task form="form" role="clerk"/>'))), "a")],
    "name-missing": [(line(user("a")).replace("名a".encode(), b"Review"), "a")],
    "extension-misplaced": [(line(node("userTask", "a", ext('<yc:clock name="notice"/>'))), "a"), (line(node("serviceTask", "a", ext("<yc:task/>"))), "a")],
    "extension-unknown": [(line(node("userTask", "a", ext('<yc:tusk id="k"/>'))), "k")],
    "extension-id": [(line(node("userTask", "a", ext('<yc:task id="k" form="form" role="clerk"/>'))), "k")],
    "foreign-extension": [
        (line(node("userTask", "a", ext('<camunda:properties xmlns:camunda="http://camunda.org/schema/1.0/bpmn"/>'))), ""),
        (line(user("a")).replace(b'<userTask id="a"', b'<userTask xmlns:f="http://flowable.org/bpmn" f:assignee="x" id="a"'), ""),
    ],
    # Calls
    "call-circle": [(line(call("a", "p")), "a")],
    "call-unknown": [(line(call("a", "nowhere")), "a"), (line(call("a", "${process}")), "a")],
    "call-undeclared": [(line(call("a", "open")), "a")],
    "call-input-unknown": [(line(call("a", "q"), inputs=[]), "a")],
    "name-unknown": [
        (decided("outcom == 1", inputs=["outcome"]), "yes"),
        (line(service("a", "svc", x="who"), inputs=[]), "a"),
        (looped(several(until="nrOfInstances > 1"), inputs=[], variables=["items"]), "a"),
    ],
    "output-unknown": [(line(user("a"), inputs=[], outputs=["verdict"]), "p")],
}  # fmt: skip


def nested(depth: int) -> bytes:
    body = user("deep")
    first = "deep"
    for level in range(depth):
        body = inner(f"sub{level}", start(f"s{level}"), body, end(f"e{level}"), chain(f"s{level}", first, f"e{level}"))
        first = f"sub{level}"
    return line(body, ids=first)


BROKEN["nesting-too-deep"] = [(nested(6), "sub0")]

WARNINGS = {"implicit-merge", "data-object", "clause-missing", "name-missing", "foreign-extension"}
ELSEWHERE = {"xml-broken", "xml-doctype", "xml-encoding", "xml-depth", "file-too-large", "engine-refused"}
"""Rules of the door, which has its own tests, and of SpiffWorkflow's parser behind ours."""


def problems(xml: bytes, words: Vocabulary = WORDS) -> tuple[Problem, ...]:
    return check(xml, words, finder(OPEN, DECLARED))


@pytest.mark.parametrize(
    ("rule", "xml", "element"),
    [pytest.param(rule, xml, element, id=f"{rule}-{n}") for rule, cases in BROKEN.items() for n, (xml, element) in enumerate(cases)],
)
def test_a_file_that_breaks_a_rule_is_told_so_with_the_element(rule: str, xml: bytes, element: str) -> None:
    found = [problem for problem in problems(xml) if problem.rule == rule]
    if rule == "no-way-out":  # Everything in the trap is told, so that the page can mark it.
        assert [problem.element_id for problem in found] == ["m", "x", "a", "b"]
        found = [problem for problem in found if problem.element_id == element]
    assert [problem.element_id for problem in found] == [element], problems(xml)
    (problem,) = found
    assert problem.level == ("warning" if rule in WARNINGS else "error")
    assert problem.sentence.endswith("。") and "请" in problem.sentence
    if element:
        named = [element, f"名{element}", f"流程{element}", "材料", "库", "yc:", "Review"]
        assert any(each in problem.sentence for each in named) or "连线" in problem.sentence, problem.sentence


def test_every_rule_has_a_file_that_breaks_it() -> None:
    written: set[str] = set()
    for path in sorted(Path(rules.__file__).parent.glob("*.py")):
        for each in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(each, ast.Constant) and isinstance(each.value, str):
                written |= {each.value} if re.fullmatch(r"[a-z]+(-[a-z]+)+|compensation|transaction|quantity|expression|unreachable", each.value) else set()
    assert written - ELSEWHERE == set(BROKEN)
    assert all(BROKEN.values())


def test_errors_come_before_warnings_and_nothing_is_said_twice() -> None:
    found = problems(line(users("a", "b"), node("scriptTask", "z"), flow("b", "e", id="f9"), ids="a z"))
    levels = [problem.level for problem in found]
    assert levels == sorted(levels) and len(found) == len(set(found))


GOOD = process(
    start(), user("ask", act="cases.decide"), xor("g", "no"), call("c", "q"), clock("t", "c"), service("v", "svc"),
    xor("m"), inner("sub", start("s2"), user("w"), end("e2"), chain("s2", "w", "e2")), both("f"), both("j"),
    users("l", "r"), terminate("e"),
    chain("s", "ask", "g"), flow("g", "c", "decision == 'grant' and n > 1"), flow("g", "m", id="no"), chain("c", "m"),
    chain("t", "v", "m"), chain("m", "sub", "f", "l", "j", "e"), chain("f", "r", "j"),
)  # fmt: skip


def test_a_good_file_has_no_problem_at_all() -> None:
    words = replace(WORDS, facts=frozenset({"case_no"}))
    assert problems(GOOD, words) == ()
    assert parse_definition(GOOD).called == ("q",)


def test_calls_and_clauses_are_not_followed_when_nobody_can_say() -> None:
    xml = line(call("a", "nowhere"), node("userTask", "b", ext('<yc:task form="form" role="clerk"/><yc:clause ref="9.9"/>')), ids="a b")
    assert check(xml, replace(WORDS, clauses=frozenset())) == ()


def test_facts_known_at_the_start_make_names_of_a_main_process_checkable() -> None:
    words = replace(WORDS, facts=frozenset({"case_no"}))
    assert [p.rule for p in problems(decided("case_nо == 1"), words)] == ["name-unknown"]  # A Cyrillic letter.
    assert problems(decided("case_no == '1'"), words) == ()


def test_names_come_from_inputs_acts_services_calls_and_variables() -> None:
    xml = process(
        start(), user("u", act="cases.decide"), service("v", "svc"), call("c", "q"), xor("g", "no"), end(),
        chain("s", "u", "v", "c", "g"),
        flow("g", "e", "decision == 'x' and n and case_no and items", id="yes"), flow("g", "e", id="no"),
        inputs=["case_no"], outputs=["decision"], variables=["items"],
    )  # fmt: skip
    assert problems(xml) == ()


def test_an_answer_without_an_act_gives_no_fact() -> None:
    assert [p.rule for p in problems(decided("decision == 'x'", inputs=[]))] == ["name-unknown"]


def test_a_definition_is_refused_for_what_forbids_running_but_not_for_house_rules() -> None:
    with pytest.raises(BpmnRefused) as refused:
        parse_definition(line(node("scriptTask", "a")))
    assert refused.value.code == "BPMN_REFUSED" and "名a" in refused.value.sentence and "a" in refused.value.sentence
    assert parse_definition(line(node("userTask", "a", ext('<yc:task form="?" role="?"/>')))).elements["a"].form == "?"


def test_a_definition_is_not_refused_for_warnings() -> None:
    xml = process(start(), both("g"), users("a", "b", "c"), end(), chain("s", "g", "a", "c", "e"), chain("g", "b", "c"))
    assert parse_definition(xml).process_id == "p"


def test_black_box_pools_and_message_flows_are_no_problem_and_not_executed() -> None:
    pools = (
        '<collaboration id="col"><participant id="P_applicant" name="申请对象"/>'
        '<participant id="P_center" name="中心" processRef="p"/>'
        '<messageFlow id="mf" sourceRef="P_applicant" targetRef="s"/></collaboration>'
    )
    assert problems(line(user("a"), extra=pools)) == ()
    before = file(pools, process_part(start(), user("a"), end(), chain("s", "a", "e")))
    assert parse_definition(before).elements["a"].lane == "L_window"


def test_an_empty_process_beside_the_real_one_is_overlooked() -> None:
    empty = '<process id="Process_1" isExecutable="false"/>'
    assert problems(file(empty, process_part(start(), user("a"), end(), chain("s", "a", "e")))) == ()


@pytest.mark.parametrize("host", ["userTask", "callActivity"])
def test_what_stands_on_the_page_only_as_a_note_is_no_problem(host: str) -> None:
    notes = '<textAnnotation id="ta"><text>注</text></textAnnotation><association id="as" sourceRef="a" targetRef="ta"/><group id="gr"/>'
    task = user("a") if host == "userTask" else call("a", "q")
    words = replace(WORDS, facts=frozenset({"case_no"}))
    assert problems(line(task, notes), words) == ()


def test_a_gateway_that_only_merges_needs_neither_name_nor_default() -> None:
    xml = process(start(), both("f"), xor("m"), users("a", "b"), end(), chain("s", "f", "a", "m", "e"), chain("f", "b", "m"))
    assert problems(xml.replace("名m".encode(), b"")) == ()


def test_a_lane_inside_a_lane_is_the_lane() -> None:
    body = start() + user("a") + end() + chain("s", "a", "e")
    lane_set = lanes({"outer": body}).replace("</lane>", (
        '<childLaneSet id="cl"><lane id="inner" name="内"><flowNodeRef>a</flowNodeRef></lane></childLaneSet></lane>'
    ))  # fmt: skip
    xml = file(f'<process id="p" isExecutable="true">{lane_set}{body}</process>')
    definition = parse_definition(xml)
    assert definition.elements["a"].lane == "inner" and definition.elements["s"].lane == "outer"
    assert definition.lanes == {"outer": "综合窗口", "inner": "内"}


CAMUNDA = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:camunda="http://camunda.org/schema/1.0/bpmn"
  xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" id="Definitions_1" targetNamespace="http://bpmn.io/schema/bpmn">
  <bpmn:process id="loan" isExecutable="true">
    <bpmn:startEvent id="StartEvent_1" camunda:formKey="embedded:app:forms/start.html"><bpmn:outgoing>F1</bpmn:outgoing></bpmn:startEvent>
    <bpmn:sequenceFlow id="F1" sourceRef="StartEvent_1" targetRef="Check" />
    <bpmn:userTask id="Check" name="Check" camunda:candidateGroups="sales"><bpmn:outgoing>F2</bpmn:outgoing></bpmn:userTask>
    <bpmn:sequenceFlow id="F2" sourceRef="Check" targetRef="Gateway_1" />
    <bpmn:exclusiveGateway id="Gateway_1"><bpmn:outgoing>F3</bpmn:outgoing><bpmn:outgoing>F4</bpmn:outgoing></bpmn:exclusiveGateway>
    <bpmn:sequenceFlow id="F3" sourceRef="Gateway_1" targetRef="Pay">
      <bpmn:conditionExpression xsi:type="bpmn:tFormalExpression">${approved}</bpmn:conditionExpression></bpmn:sequenceFlow>
    <bpmn:sequenceFlow id="F4" sourceRef="Gateway_1" targetRef="End_1" />
    <bpmn:serviceTask id="Pay" camunda:class="org.example.Pay"><bpmn:outgoing>F5</bpmn:outgoing>
      <bpmn:multiInstanceLoopCharacteristics camunda:collection="items" camunda:elementVariable="item" /></bpmn:serviceTask>
    <bpmn:sequenceFlow id="F5" sourceRef="Pay" targetRef="End_1" />
    <bpmn:boundaryEvent id="Late" attachedToRef="Check"><bpmn:timerEventDefinition>
      <bpmn:timeDuration xsi:type="bpmn:tFormalExpression">P3D</bpmn:timeDuration></bpmn:timerEventDefinition></bpmn:boundaryEvent>
    <bpmn:endEvent id="End_1" />
  </bpmn:process>
</bpmn:definitions>"""


def test_a_file_of_another_tool_is_explained_element_by_element() -> None:
    found = {(problem.element_id, problem.rule) for problem in problems(CAMUNDA.encode())}
    assert {
        ("Gateway_1", "exclusive-without-default"), ("F4", "condition-missing"), ("F3", "expression"),
        ("Pay", "service-missing"), ("Pay", "multi-instance-source"), ("Pay", "multi-instance-place"),
        ("Late", "plain-timer"), ("Late", "dead-end"), ("Check", "form-missing"), ("Check", "role-missing"),
        ("Check", "lane-missing"), ("", "foreign-extension"),
    } <= found  # fmt: skip
    (hint,) = [p.sentence for p in problems(CAMUNDA.encode()) if p.rule == "expression"]
    assert "其他流程软件的写法" in hint
