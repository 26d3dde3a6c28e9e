"""Read from a BPMN tree what a drawing shows: nodes, lanes, flows, pools and messages."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from types import MappingProxyType

from lxml import etree

from processes.bpmn_file import tag
from processes.layout.text import TASK_WIDTHS, task_width

EVENTS = ("startEvent", "endEvent", "intermediateCatchEvent", "intermediateThrowEvent")
GATEWAYS = ("exclusiveGateway", "inclusiveGateway", "parallelGateway", "eventBasedGateway")
TASKS = (
    *("task", "userTask", "serviceTask", "businessRuleTask", "sendTask", "receiveTask", "manualTask", "scriptTask"),
    "callActivity",
)
KINDS = MappingProxyType(
    dict.fromkeys(EVENTS, "event")
    | dict.fromkeys(GATEWAYS, "gateway")
    | dict.fromkeys(TASKS, "task")
    | {"boundaryEvent": "boundary"}
)
SIZES = MappingProxyType({"event": (36, 36), "boundary": (36, 36), "gateway": (50, 50), "task": (TASK_WIDTHS[0], 84)})
NOT_SHOWN = frozenset(
    {
        *("documentation", "extensionElements", "auditing", "monitoring", "ioSpecification", "property"),
        *("laneSet", "sequenceFlow", "dataObject"),
    }
)
"""What a process may hold besides its shapes; lanes and flows are read apart."""


class LayoutRefused(ValueError):
    """这张流程图不能自动排版：{reason}。请改正后重试，或手工摆放图形。"""

    code = "LAYOUT_REFUSED"

    def __init__(self, reason: str) -> None:
        self.reason = reason
        self.sentence = (type(self).__doc__ or "").strip().format(reason=reason)
        super().__init__(self.sentence)


@dataclass(frozen=True)
class Node:
    """A flow node; ``kind`` is event, boundary, gateway or task; ``host`` carries a boundary event."""

    id: str
    kind: str
    name: str
    lane: str
    host: str | None
    exclusive: bool

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        width, height = SIZES[self.kind]
        return (task_width(self.name), height) if self.kind == "task" else (width, height)


@dataclass(frozen=True)
class Flow:
    """A sequence or message flow."""

    id: str
    source: str
    target: str
    name: str


@dataclass(frozen=True)
class Named:
    """A lane or a pool."""

    id: str
    name: str


@dataclass(frozen=True)
class Graph:
    """Everything on one drawing; a pool above or below is a black box, ``pool`` is the one with the process in it.

    A process without lanes has the one nameless lane "" that is not drawn.
    """

    plane: str
    process: str
    nodes: dict[str, Node]
    flows: tuple[Flow, ...]
    lanes: tuple[Named, ...]
    pool: Named | None
    pools_above: tuple[Named, ...]
    pools_below: tuple[Named, ...]
    messages: tuple[Flow, ...]

    def boundary_events(self, host: str) -> list[Node]:
        """Return the boundary events that sit on ``host``, in order of the file."""
        return [node for node in self.nodes.values() if node.host == host]


def read(root: etree._Element) -> Graph:
    """Return the graph of the one process with content; raise LayoutRefused when the file holds what is not drawn."""
    processes = [process for process in root.iter(tag("bpmn", "process")) if len(process)]
    if len(processes) != 1:
        raise LayoutRefused(f"文件中应有且只有一个有内容的流程，现有 {len(processes)} 个")
    process = processes[0]
    collaboration = root.find(tag("bpmn", "collaboration"))
    lanes, lane_of = _lanes(process)
    nodes = {node.id: node for node in _nodes(process, lanes, lane_of)}
    flows = tuple(_flow(element) for element in process.iterchildren(tag("bpmn", "sequenceFlow")))
    _refuse_loose_ends(nodes, flows)
    pool, above, below = _pools(collaboration, process.get("id", ""))
    messages = () if collaboration is None else _messages(collaboration, nodes)
    plane = process if collaboration is None else collaboration
    return Graph(plane.get("id", ""), process.get("id", ""), nodes, flows, lanes, pool, above, below, messages)


def _lanes(process: etree._Element) -> tuple[tuple[Named, ...], dict[str, str]]:
    lane_of: dict[str, str] = {}
    lanes = []
    for element in process.iterfind(f"{tag('bpmn', 'laneSet')}/{tag('bpmn', 'lane')}"):
        if element.find(tag("bpmn", "childLaneSet")) is not None:
            raise LayoutRefused(f"泳道“{element.get('name')}”里还有泳道")
        lane = Named(element.get("id", ""), element.get("name", ""))
        lanes.append(lane)
        lane_of |= {(ref.text or "").strip(): lane.id for ref in element.iterfind(tag("bpmn", "flowNodeRef"))}
    return tuple(lanes) or (Named("", ""),), lane_of


def _nodes(process: etree._Element, lanes: tuple[Named, ...], lane_of: dict[str, str]) -> Iterable[Node]:
    for element in process.iterchildren("*"):
        name = etree.QName(element).localname
        if name in NOT_SHOWN:
            continue
        if name not in KINDS:
            raise LayoutRefused(f"暂不能排版的图形 {name}（{element.get('id')}）")
        identity = element.get("id", "")
        if lanes[0].id and identity not in lane_of:
            raise LayoutRefused(f"节点“{element.get('name') or identity}”不在任何泳道里")
        yield Node(
            id=identity,
            kind=KINDS[name],
            name=element.get("name", ""),
            lane=lane_of.get(identity, ""),
            host=element.get("attachedToRef"),
            exclusive=name == "exclusiveGateway",
        )


def _flow(element: etree._Element) -> Flow:
    identity, source, target = (element.get(key, "") for key in ("id", "sourceRef", "targetRef"))
    return Flow(identity, source, target, element.get("name", ""))


def _refuse_loose_ends(nodes: dict[str, Node], flows: tuple[Flow, ...]) -> None:
    for flow in flows:
        for end in (flow.source, flow.target):
            if end not in nodes:
                raise LayoutRefused(f"连线 {flow.id} 指向不存在的节点“{end}”")
    for node in nodes.values():
        if node.host is not None and (node.host not in nodes or nodes[node.host].kind != "task"):
            raise LayoutRefused(f"边界事件“{node.name or node.id}”没有附着在任务上")


def _pools(
    collaboration: etree._Element | None, process: str
) -> tuple[Named | None, tuple[Named, ...], tuple[Named, ...]]:
    """Return the pool of the process, and the black boxes written before and after it."""
    if collaboration is None:
        return None, (), ()
    participants = list(collaboration.iterfind(tag("bpmn", "participant")))
    pools = [Named(element.get("id", ""), element.get("name", "")) for element in participants]
    own = [place for place, element in enumerate(participants) if element.get("processRef") == process]
    if len(own) != 1:
        raise LayoutRefused("协作图中应有且只有一个泳池承载本流程")
    return pools[own[0]], tuple(pools[: own[0]]), tuple(pools[own[0] + 1 :])


def _messages(collaboration: etree._Element, nodes: dict[str, Node]) -> tuple[Flow, ...]:
    """Return the message flows; each runs between a node of the process and a black-box pool."""
    messages = tuple(_flow(element) for element in collaboration.iterfind(tag("bpmn", "messageFlow")))
    for message in messages:
        if (message.source in nodes) == (message.target in nodes):
            raise LayoutRefused(f"消息流 {message.id} 应连接本流程的一个节点和一个外部泳池")
    return messages
