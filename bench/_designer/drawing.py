"""A process of as many elements as wanted, drawn in lanes, in which the server's check finds nothing wrong."""

from __future__ import annotations

from dataclasses import dataclass, field
from xml.sax.saxutils import quoteattr

NAME = "bench_large"
_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"'
    ' xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC"'
    ' xmlns:di="http://www.omg.org/spec/DD/20100524/DI" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
    ' xmlns:yc="urn:yichuang:bpmn:1" id="d" targetNamespace="urn:yichuang:processes">'
)
_SIZES = {"task": (100, 80), "gate": (50, 50), "event": (36, 36)}
_LANE, _STEP = 420, 150
"""How high a lane is, and how far apart the middles of two elements of a row stand."""

_STAGE = 10
"""How many elements a stage has."""

_STAGES_A_LANE = 5


@dataclass
class _Sheet:
    """What was drawn so far: elements and lines of the process, and of its picture."""

    nodes: list[str] = field(default_factory=list)
    shapes: list[str] = field(default_factory=list)
    lanes: dict[int, list[str]] = field(default_factory=dict)
    middles: dict[str, tuple[int, int]] = field(default_factory=dict)
    halves: dict[str, int] = field(default_factory=dict)

    def put(self, id: str, kind: str, xml: str, at: tuple[int, int], lane: int) -> str:
        """Draw an element with its middle at a place."""
        width, height = _SIZES[kind]
        self.nodes.append(xml)
        self.lanes.setdefault(lane, []).append(id)
        self.middles[id], self.halves[id] = at, width // 2
        more = ' isMarkerVisible="true"' if kind == "gate" else ""
        bounds = _bounds(at[0] - width // 2, at[1] - height // 2, width, height)
        self.shapes.append(f'<bpmndi:BPMNShape id="S_{id}" bpmnElement="{id}"{more}>{bounds}</bpmndi:BPMNShape>')
        return id

    def join(self, source: str, target: str, condition: str = "") -> str:
        """Draw a line between two elements; return its id."""
        id = f"f_{source}_{target}"
        inner = f'<bpmn:conditionExpression xsi:type="bpmn:tFormalExpression">{condition}</bpmn:conditionExpression>'
        ends = f'sourceRef="{source}" targetRef="{target}"'
        self.nodes.append(f'<bpmn:sequenceFlow id="{id}" {ends}>{inner * bool(condition)}</bpmn:sequenceFlow>')
        (x, y), (to, at) = self.middles[source], self.middles[target]
        x, to = x + self.halves[source], to - self.halves[target]
        way = [(x, y), (to, at)] if y == at else [(x, y), ((x + to) // 2, y), ((x + to) // 2, at), (to, at)]
        points = "".join(f'<di:waypoint x="{x}" y="{y}"/>' for x, y in way)
        self.shapes.append(f'<bpmndi:BPMNEdge id="E_{id}" bpmnElement="{id}">{points}</bpmndi:BPMNEdge>')
        return id


def drawing(count: int) -> str:
    """Return the text of a process of ``count`` elements that lines join: stages of ten, and tasks after them."""
    sheet = _Sheet()
    last = sheet.put("start", "event", '<bpmn:startEvent id="start" name="开始"/>', (240, 240), 0)
    stages, rest = divmod(count - 2, _STAGE)
    for number in range(stages):
        last = _stage(sheet, number, last)
    lane, column = _place(stages)
    for number in range(rest):
        at = (column + number * _STEP, _middle(lane))
        task = sheet.put(f"r{number}", "task", _person(f"r{number}", f"收尾 {number + 1}"), at, lane)
        sheet.join(last, task)
        last = task
    at = (column + rest * _STEP, _middle(lane))
    end = sheet.put("end", "event", '<bpmn:endEvent id="end" name="结束"/>', at, lane)
    sheet.join(last, end)
    return _file(sheet)


def _stage(sheet: _Sheet, number: int, last: str) -> str:
    """Draw one stage after ``last``: a task with a timer, two ways that part and meet, and three more tasks."""
    lane, left = _place(number)
    middle = _middle(lane)
    ids = {letter: f"{letter}{number}" for letter in "abcdef"}

    def task(letter: str, column: int, down: int = 0) -> str:
        xml = _person(ids[letter], f"第 {number + 1} 环节 {letter.upper()}")
        return sheet.put(ids[letter], "task", xml, (left + column * _STEP, middle + down), lane)

    def gate(kind: str, column: int, more: str = "") -> str:
        id = f"{kind}{number}"
        xml = f'<bpmn:exclusiveGateway id="{id}" name="走哪边 {number + 1}"{more}/>'
        return sheet.put(id, "gate", xml, (left + column * _STEP, middle), lane)

    first = task("a", 0)
    _timer(sheet, number, first, lane)
    parts = gate("part", 1, f' default="f_part{number}_{ids["b"]}"')
    above, below = task("b", 2, -60), task("c", 2, 60)
    meets = gate("meet", 3)
    rest = [task(letter, 4 + index) for index, letter in enumerate("def")]
    for source, target in ((last, first), (first, parts), (parts, above), (above, meets), (below, meets)):
        sheet.join(source, target)
    sheet.join(parts, below, "1 == 1")
    for source, target in zip([meets, *rest], rest, strict=False):
        sheet.join(source, target)
    return rest[-1]


def _timer(sheet: _Sheet, number: int, task: str, lane: int) -> None:
    x, y = sheet.middles[task]
    timer, end = f"late{number}", f"noted{number}"
    xml = (
        f'<bpmn:boundaryEvent id="{timer}" name="到时 {number + 1}" attachedToRef="{task}" cancelActivity="false">'
        f'<bpmn:timerEventDefinition id="t_{timer}"><bpmn:timeDuration xsi:type="bpmn:tFormalExpression">P5D'
        "</bpmn:timeDuration></bpmn:timerEventDefinition></bpmn:boundaryEvent>"
    )
    sheet.put(timer, "event", xml, (x, y + 40), lane)
    sheet.put(end, "event", f'<bpmn:endEvent id="{end}" name="已提醒 {number + 1}"/>', (x + 80, y + 130), lane)
    sheet.join(timer, end)


def _place(stage: int) -> tuple[int, int]:
    """Return the lane of a stage and where its first column stands."""
    lane, number = divmod(stage, _STAGES_A_LANE)
    return lane, 340 + number * 7 * _STEP


def _middle(lane: int) -> int:
    return 240 + lane * _LANE


def _person(id: str, name: str) -> str:
    ours = '<yc:task form="decide" role="dept_head"/><yc:clause ref="6.2.1"/>'
    box = f"<bpmn:extensionElements>{ours}</bpmn:extensionElements>"
    return f'<bpmn:userTask id="{id}" name={quoteattr(name)}>{box}</bpmn:userTask>'


def _file(sheet: _Sheet) -> str:
    width = 340 + _STAGES_A_LANE * 7 * _STEP
    lanes, boxes = [], [_box("pool", 160, 80, width, len(sheet.lanes) * _LANE)]
    for number, members in sorted(sheet.lanes.items()):
        refs = "".join(f"<bpmn:flowNodeRef>{id}</bpmn:flowNodeRef>" for id in members)
        lanes.append(f'<bpmn:lane id="lane{number}" name="第 {number + 1} 段">{refs}</bpmn:lane>')
        boxes.append(_box(f"lane{number}", 190, 80 + number * _LANE, width - 30, _LANE))
    pool = f'<bpmn:participant id="pool" name="大图" processRef="{NAME}"/>'
    return (
        f'{_HEAD}<bpmn:collaboration id="c">{pool}</bpmn:collaboration>'
        f'<bpmn:process id="{NAME}" name="大图" isExecutable="true"><bpmn:extensionElements><yc:process title="大图"/>'
        f'</bpmn:extensionElements><bpmn:laneSet id="lanes">{"".join(lanes)}</bpmn:laneSet>{"".join(sheet.nodes)}'
        f'</bpmn:process><bpmndi:BPMNDiagram id="di"><bpmndi:BPMNPlane id="plane" bpmnElement="c">'
        f"{''.join(boxes)}{''.join(sheet.shapes)}</bpmndi:BPMNPlane></bpmndi:BPMNDiagram></bpmn:definitions>"
    )


def _box(id: str, x: int, y: int, width: int, height: int) -> str:
    bounds = _bounds(x, y, width, height)
    return f'<bpmndi:BPMNShape id="S_{id}" bpmnElement="{id}" isHorizontal="true">{bounds}</bpmndi:BPMNShape>'


def _bounds(x: int, y: int, width: int, height: int) -> str:
    return f'<dc:Bounds x="{x}" y="{y}" width="{width}" height="{height}"/>'
