"""The processes that are measured, each drawn for this engine and, where it is compared, for stock SpiffWorkflow."""

from __future__ import annotations

import json

FORM = {
    "schemaVersion": 18, "type": "default", "id": "opinion",
    "components": [
        {"type": "radio", "id": "a", "key": "result", "label": "意见", "validate": {"required": True},
         "values": [{"label": "同意", "value": "yes"}, {"label": "不同意", "value": "no"}]},
        {"type": "textarea", "id": "b", "key": "opinion", "label": "说明", "validate": {"maxLength": 1000}},
    ],
}  # fmt: skip
ANSWER = {"result": "yes", "opinion": "同意"}
FACTS = {"kind": "joint", "missing": False, "reject": False, "first": ["a", "b"], "second": ["c"]}
"""The joint route: thirteen completions from the first task to the end."""

STEPS = 13
_HEAD = (
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:yc="urn:yichuang:bpmn:1" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" id="d" targetNamespace="bench">'
)


def form() -> bytes:
    """Return the form that every task of the measured processes has."""
    return json.dumps(FORM, ensure_ascii=False).encode()


def _process(id: str, body: str) -> bytes:
    return f'{_HEAD}<process id="{id}" isExecutable="true">{body}</process></definitions>'.encode()


def _person(id: str, several: str = "") -> str:
    ours = '<extensionElements><yc:task form="opinion" role="dept_reviewer"/></extensionElements>'
    return f'<userTask id="{id}" name="{id}">{ours}{several}</userTask>'


def _several(source: str, item: str, *, stock: bool) -> str:
    out = (f"<loopDataOutputRef>{source}_out</loopDataOutputRef>", f'<outputDataItem id="{item}_out"/>')
    first, last = out if stock else ("", "")
    return (
        f"<multiInstanceLoopCharacteristics><loopDataInputRef>{source}</loopDataInputRef>{first}"
        f'<inputDataItem id="{item}" name="{item}"/>{last}</multiInstanceLoopCharacteristics>'
    )


def _flows(text: str) -> str:
    """Return flows from words ``source>target`` or ``source>target?condition``; in the condition ~ is a blank."""
    made = []
    for word in text.split():
        way, _, condition = word.partition("?")
        source, _, target = way.partition(">")
        told = condition.replace("~", " ")
        inner = f'<conditionExpression xsi:type="tFormalExpression">{told}</conditionExpression>' if told else ""
        ends = f'sourceRef="{source}" targetRef="{target}"'
        made.append(f'<sequenceFlow id="{source}_{target}" {ends}>{inner}</sequenceFlow>')
    return "".join(made)


def _watched(id: str, days: int, *, stock: bool) -> str:
    """Return a clock at the border of an activity that does not interrupt it, and where it leads."""
    ours = f'<extensionElements><yc:clock name="clock_{id}"/></extensionElements><timerEventDefinition/>'
    theirs = f'<timerEventDefinition><timeDuration>"P{days}D"</timeDuration></timerEventDefinition>'
    return (
        f'<boundaryEvent id="late_{id}" attachedToRef="{id}" cancelActivity="false">{theirs if stock else ours}'
        f'</boundaryEvent><endEvent id="noted_{id}"/>{_flows(f"late_{id}>noted_{id}")}'
    )


def fifteen(*, stock: bool = False) -> bytes:
    """Return the process of 15 user tasks: two lists of departments side by side, a call, four clocks, two returns."""
    variables = "" if stock else '<property id="first" name="first"/><property id="second" name="second"/>'
    tasks = "".join(_person(f"t{number}") for number in (1, 2, 3, 4, 5, 6, 7, 10, 11, 12, 13, 14, 15))
    joint = _person("t8", _several("first", "one", stock=stock)) + _person("t9", _several("second", "two", stock=stock))
    gateways = '<exclusiveGateway id="again"/><exclusiveGateway id="meet"/>' + "".join(
        f'<exclusiveGateway id="{id}" default="{default}"/>'
        for id, default in (("whole", "whole_t4"), ("route", "route_t7"), ("end", "end_t14"))
    )
    both = '<parallelGateway id="split"/><parallelGateway id="join"/><callActivity id="call" calledElement="called"/>'
    clocks = "".join(_watched(id, days, stock=stock) for id, days in (("t5", 5), ("t8", 10), ("t9", 10), ("t10", 3)))
    links = _flows(
        "s>t1 t1>again again>t2 t2>whole whole>t3?missing whole>t4 t3>again t4>route route>t5?kind=='commitment' "
        "route>t6?kind=='instant' route>t7 t7>split split>t8 split>t9 t8>join t9>join join>t11 t11>t12 t12>meet "
        "t5>t10 t10>meet t6>meet meet>call call>t13 t13>end end>again?reject end>t14 t14>t15 t15>e"
    )
    ends = '<startEvent id="s"/><endEvent id="e"/>'
    return _process("fifteen", variables + ends + tasks + joint + gateways + both + clocks + links)


def called(*, stock: bool = False) -> bytes:
    """Return the process that :func:`fifteen` calls."""
    declared = (
        '<ioSpecification><dataInput id="kind" name="kind"/><inputSet><dataInputRefs>kind</dataInputRefs></inputSet>'
        "<outputSet/></ioSpecification>"
    )
    body = f'<startEvent id="qs"/>{_person("q1")}<endEvent id="qe"/>{_flows("qs>q1 q1>qe")}'
    return _process("called", ("" if stock else declared) + body)


def rework() -> bytes:
    """Return a loop of one task that is done again and again."""
    body = (
        f'<startEvent id="s"/><exclusiveGateway id="again"/>{_person("work")}'
        '<exclusiveGateway id="enough" default="enough_again"/><endEvent id="e"/>'
        + _flows("s>again again>work work>enough enough>again enough>e?reject")
    )
    return _process("rework", body)


def late() -> bytes:
    """Return a task with a clock: when it has run out the task is taken away, and another person has one instead."""
    clock = '<extensionElements><yc:clock name="clock_t1"/></extensionElements><timerEventDefinition/>'
    body = (
        f'<startEvent id="s"/>{_person("t1")}{_person("t2")}<endEvent id="e"/><endEvent id="late_e"/>'
        f'<boundaryEvent id="late_t1" attachedToRef="t1" cancelActivity="true">{clock}</boundaryEvent>'
        f'{_flows("s>t1 t1>e late_t1>t2 t2>late_e")}'
    )
    return _process("late", body)


def several() -> bytes:
    """Return one task that as many people do as the list ``first`` has items."""
    body = (
        '<property id="first" name="first"/><startEvent id="s"/>'
        + _person("each", _several("first", "one", stock=False))
        + f'<endEvent id="e"/>{_flows("s>each each>e")}'
    )
    return _process("several", body)
