"""Rules about events: only those that run rightly, each with what it waits for or throws."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from engine.process.bpmn.elements import read_times
from engine.process.bpmn.model import Drawing, Node, children, extensions
from engine.process.bpmn.names import ACTIVITY_KINDS
from engine.process.bpmn.problems import Problem, error
from engine.process.bpmn.rules import throwing
from engine.process.bpmn.rules.words import called, waited_message
from engine.process.bpmn.timing import TimingRefused, read_timing

_REFUSED: Final = {
    "messageEventDefinition": (
        "message-event",
        "消息只能用来等待：中间捕获事件、边界事件或接收任务，并写明消息名称。对外发出消息请改用服务任务",
    ),
    "signalEventDefinition": ("signal-event", "信号还没有接通，流程会一直等下去。请改用被调用流程或网关表达"),
    "linkEventDefinition": ("link-event", "链接事件会让流程停住且没有提示。请直接用连线连接"),
    "compensateEventDefinition": ("compensation", "补偿不会执行。请画出撤销所做工作的环节"),
    "conditionalEventDefinition": ("conditional-event", "条件事件只在别处有动作时才判断。请用排他网关判断条件"),
    "errorEventDefinition": ("error-event", "错误只能由结束事件抛出、由边界事件接住。请改为错误结束事件或错误边界事件"),
    "escalationEventDefinition": (
        "escalation-event",
        "升级只能由中间抛出事件或结束事件抛出、由边界事件接住。请改为这几种事件",
    ),
    "cancelEventDefinition": ("cancel-event", "取消事件只用于事务子流程，而事务不会回滚。请画出撤销的环节"),
    "terminateEventDefinition": ("terminate-misplaced", "终止只能用在结束事件上。请改为终止结束事件"),
    "eventDefinitionRef": ("event-reference", "引用别处的事件定义不会被读取。请在本元素上直接选择事件类型"),
}

_PLAIN_TIMER: Final = (
    "plain-timer",
    "定时没有写时间，或写了多个。请写一个时长、日期或周期；法定和承诺时限请在环节边框上放定时边界事件，选择时钟名称",
)

_RUN: Final = {
    "timerEventDefinition": ("intermediateCatchEvent", "boundaryEvent"),
    "messageEventDefinition": ("intermediateCatchEvent", "boundaryEvent"),
    "errorEventDefinition": ("endEvent", "boundaryEvent"),
    "escalationEventDefinition": ("endEvent", "intermediateThrowEvent", "boundaryEvent"),
    "terminateEventDefinition": ("endEvent",),
}
"""Where an event of each kind is executed."""


def event_problems(drawing: Drawing) -> Iterator[Problem]:
    """Every event has a trigger that is delivered here, or none where none is needed."""
    for scope in drawing.scopes:
        for node in scope.nodes.values():
            if node.kind.endswith("Event"):
                yield from _event(node)
            yield from _clocks_of(node)
            yield from _messages_of(node)
            yield from throwing.throwing_problems(node)


def _event(node: Node) -> Iterator[Problem]:
    if len(node.events) > 1:
        yield error(node.id, "several-events", f"{called(node)}有多个事件类型。请只留一个，其余另画。")
    if not node.events and node.kind == "intermediateCatchEvent":
        yield error(node.id, "catch-without-event", f"{called(node)}没有说明等什么。请删除它，或改用用户任务。")
    if not node.events and node.kind == "boundaryEvent":
        yield error(node.id, "boundary-without-event", f"{called(node)}没有事件类型。请选择定时、消息、错误或升级。")
    for event in node.events:
        yield from _trigger(node, event)


def _trigger(node: Node, event: str) -> Iterator[Problem]:
    if node.kind in _RUN.get(event, ()):
        if event == "messageEventDefinition" and not extensions(node.xml, "message"):
            yield error(
                node.id, "message-event", f"{called(node)}没有写明等哪个消息，流程会一直等下去。请选择消息名称。"
            )
        elif event == "timerEventDefinition":
            yield from _timer(node)
        return
    rule, reason = _PLAIN_TIMER if event == "timerEventDefinition" else _REFUSED[event]
    if node.kind == "endEvent" and event == "signalEventDefinition":
        rule, reason = "signal-end-event", "引擎会把它当作普通结束，信号发不出去。请改为普通结束事件"
    elif node.kind == "startEvent":
        rule, reason = "start-trigger", "流程只能由系统启动。请改为没有触发条件的开始事件"
    yield error(node.id, rule, f"{called(node)}不能执行：{reason}。")


def _timer(node: Node) -> Iterator[Problem]:
    times = read_times(node)
    if node.kind == "boundaryEvent" and extensions(node.xml, "clock"):
        return  # A clock has no time of its own; the rules about clocks say so.
    if len(times) != 1:
        rule, reason = _PLAIN_TIMER
        yield error(node.id, rule, f"{called(node)}不能执行：{reason}。")
        return
    try:
        timing = read_timing(*times[0])
    except TimingRefused as reason:
        text = times[0][1][:60]
        yield error(node.id, "timer-value", f"{called(node)}的时间“{text}”不能使用：{reason}。请改正后再保存。")
        return
    cycle = times[0][0] == "timeCycle"
    if cycle and (node.kind != "boundaryEvent" or node.interrupting):
        yield error(
            node.id,
            "timer-cycle",
            f"{called(node)}写的是周期，但它只会到一次时。请改为时长，或改为不中断环节的边界事件。",
        )
    elif node.kind == "boundaryEvent" and _leads_back(node, dated=timing.at is not None):
        yield error(
            node.id,
            "timer-back",
            f"{called(node)}到时后又回到它所在的环节，会再次到时，没有尽头。请让它走向别的环节或自己的结束事件。",
        )


def _leads_back(node: Node, *, dated: bool) -> bool:
    """Whether a timer would open its own activity again and again, the one beside it or (past a date) by itself."""
    seen: set[str] = set()
    queue = [node.id] if dated or not node.interrupting else []
    while queue:
        for flow in node.scope.nodes[queue.pop()].outgoing:
            target = node.scope.nodes.get(flow.target)
            if target is None or target.id in seen:
                continue
            seen.add(target.id)
            if not node.interrupting or target.kind not in ACTIVITY_KINDS:
                queue.append(target.id)
    return node.attached_to in seen


def _clocks_of(node: Node) -> Iterator[Problem]:
    clocks = extensions(node.xml, "clock")
    if len(clocks) > 1 or any(not clock.get("name", "").strip() for clock in clocks):
        yield error(node.id, "clock-without-name", f"{called(node)}的时钟没有名称，或写了多个。请选择一个时钟。")
    timed = [each for timer in children(node.xml, "timerEventDefinition") for each in timer if each.tag]
    if clocks and timed:
        yield error(
            node.id,
            "clock-with-time",
            f"{called(node)}既有时钟又写了时间，时间不会起作用。请清空时间，到期日以时限台账为准。",
        )
    names = [clock.get("name", "") for each in node.boundaries for clock in extensions(each.xml, "clock")]
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield error(node.id, "clock-twice", f"{called(node)}上有两个时钟“{name}”，不知道该响哪一个。请删除一个。")


def _messages_of(node: Node) -> Iterator[Problem]:
    messages = extensions(node.xml, "message")
    if len(messages) > 1 or any(not message.get("name", "").strip() for message in messages):
        yield error(node.id, "message-without-name", f"{called(node)}的消息没有名称，或写了多个。请选择一个消息。")
    waited = [waited_message(each) for each in node.boundaries if extensions(each.xml, "message")]
    for name, _ in sorted({each for each in waited if waited.count(each) > 1}):
        yield error(node.id, "message-twice", f"{called(node)}上有两处等待消息“{name}”，不知道走哪一条。请删除一个。")
