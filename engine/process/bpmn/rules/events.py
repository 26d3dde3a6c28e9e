"""Rules about events: only those that run rightly, and legal deadlines only as clock boundaries."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from engine.process.bpmn.model import Drawing, Node, children, extensions
from engine.process.bpmn.problems import Problem, error
from engine.process.bpmn.rules.words import called

_REFUSED: Final = {
    "messageEventDefinition": (
        "message-event",
        "消息只能画成环节边框上的中断边界事件并写明消息名称，否则流程会一直等下去。请改用用户任务登记收到的内容",
    ),
    "signalEventDefinition": ("signal-event", "信号还没有接通，流程会一直等下去。请改用被调用流程或网关表达"),
    "linkEventDefinition": ("link-event", "链接事件会让流程停住且没有提示。请直接用连线连接"),
    "compensateEventDefinition": ("compensation", "补偿不会执行。请画出撤销所做工作的环节"),
    "conditionalEventDefinition": ("conditional-event", "条件事件只在别处有动作时才判断。请用排他网关判断条件"),
    "errorEventDefinition": ("error-event", "错误事件没有人接住时流程会当作正常结束。请用结果信息加排他网关表达"),
    "escalationEventDefinition": ("escalation-event", "升级事件还没有接通。请用结果信息加排他网关表达"),
    "cancelEventDefinition": ("cancel-event", "取消事件只用于事务子流程，而事务不会回滚。请画出撤销的环节"),
    "terminateEventDefinition": ("terminate-misplaced", "终止只能用在结束事件上。请改为终止结束事件"),
    "eventDefinitionRef": ("event-reference", "引用别处的事件定义不会被读取。请在本元素上直接选择事件类型"),
}

_PLAIN_TIMER: Final = (
    "plain-timer",
    "定时还没有人去触发。法定和承诺时限请画成时钟边界：在环节边框上放定时边界事件，清空时间，选择时钟名称",
)


def event_problems(drawing: Drawing) -> Iterator[Problem]:
    """Every event has a trigger that is delivered here, or none where none is needed."""
    for scope in drawing.scopes:
        for node in scope.nodes.values():
            if node.kind.endswith("Event"):
                yield from _event(node)
            yield from _clocks_of(node)
            yield from _messages_of(node)


def _event(node: Node) -> Iterator[Problem]:
    if len(node.events) > 1:
        yield error(node.id, "several-events", f"{called(node)}有多个事件类型。请只留一个，其余另画。")
    if not node.events and node.kind == "intermediateCatchEvent":
        yield error(node.id, "catch-without-event", f"{called(node)}没有说明等什么。请删除它，或改用用户任务。")
    if not node.events and node.kind == "boundaryEvent":
        yield error(node.id, "boundary-without-event", f"{called(node)}没有事件类型。请改为带时钟名称的定时边界事件。")
    for event in node.events:
        yield from _trigger(node, event)


def _trigger(node: Node, event: str) -> Iterator[Problem]:
    named = {"timerEventDefinition": "clock", "messageEventDefinition": "message"}.get(event)
    if named and node.kind == "boundaryEvent" and extensions(node.xml, named):
        return
    if (node.kind == "endEvent" and event == "terminateEventDefinition"):
        return
    rule, reason = _PLAIN_TIMER if event == "timerEventDefinition" else _REFUSED[event]
    if node.kind == "endEvent" and event == "signalEventDefinition":
        rule, reason = "signal-end-event", "引擎会把它当作普通结束，信号发不出去。请改为普通结束事件"
    elif node.kind == "startEvent":
        rule, reason = "start-trigger", "流程只能由系统启动。请改为没有触发条件的开始事件"
    yield error(node.id, rule, f"{called(node)}不能执行：{reason}。")


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
    if messages and not node.interrupting:
        yield error(
            node.id,
            "message-beside",
            f"{called(node)}不中断所在的环节，只会触发一次。请改为中断，或用命令另起流程。",
        )
    names = [message.get("name", "") for each in node.boundaries for message in extensions(each.xml, "message")]
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield error(node.id, "message-twice", f"{called(node)}上有两处等待消息“{name}”，不知道走哪一条。请删除一个。")
