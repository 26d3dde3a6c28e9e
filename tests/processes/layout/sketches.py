"""Processes to lay out: small ones written by hand, and random ones."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise

from hypothesis import strategies as st

HEAD = (
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" id="d" targetNamespace="t">'
)
KINDS = {"s": "startEvent", "e": "endEvent", "u": "userTask", "g": "exclusiveGateway", "c": "callActivity"}


@dataclass
class Sketch:
    """A process in short: nodes as (id, lane), their kind told by the first letter; flows as (source, target, name)."""

    nodes: list[tuple[str, str]]
    flows: list[tuple[str, str, str]]
    lanes: list[str] = field(default_factory=list)
    boundaries: dict[str, str] = field(default_factory=dict)
    pools: tuple[tuple[str, ...], tuple[str, ...]] | None = None
    messages: list[tuple[str, str]] = field(default_factory=list)
    names: Mapping[str, str] = field(default_factory=dict)

    def xml(self) -> bytes:
        """Return the file."""
        process = f'<process id="p" isExecutable="true">{self._body()}</process>'
        return f"{HEAD}{self._collaboration()}{process}</definitions>".encode()

    def _collaboration(self) -> str:
        if self.pools is None:
            return ""
        above, below = ("".join(f'<participant id="{pool}" name="{pool}"/>' for pool in pools) for pools in self.pools)
        messages = "".join(
            f'<messageFlow id="m{place}" name="消息" sourceRef="{source}" targetRef="{target}"/>'
            for place, (source, target) in enumerate(self.messages)
        )
        own = '<participant id="own" name="own" processRef="p"/>'
        return f'<collaboration id="c0">{above}{own}{below}{messages}</collaboration>'

    def _body(self) -> str:
        return f"{self._lanes()}{''.join(self._nodes())}{''.join(self._flows())}"

    def _lanes(self) -> str:
        if not self.lanes:
            return ""
        lane_of = dict(self.nodes)
        placed = [*self.nodes, *((event, lane_of[host]) for event, host in self.boundaries.items())]
        lanes = "".join(
            f'<lane id="{lane}" name="{lane}">'
            + "".join(f"<flowNodeRef>{node}</flowNodeRef>" for node, where in placed if where == lane)
            + "</lane>"
            for lane in self.lanes
        )
        return f'<laneSet id="ls">{lanes}</laneSet>'

    def _nodes(self) -> Iterable[str]:
        for node, _ in self.nodes:
            yield f'<{KINDS[node[0]]} id="{node}" name="{self.names.get(node, node)}"/>'
        for event, host in self.boundaries.items():
            yield f'<boundaryEvent id="{event}" name="到期" attachedToRef="{host}"/>'

    def _flows(self) -> Iterable[str]:
        for place, (source, target, name) in enumerate(self.flows):
            label = f' name="{name}"' if name else ""
            yield f'<sequenceFlow id="f{place}"{label} sourceRef="{source}" targetRef="{target}"/>'


def chain(*nodes: str, lane: str = "") -> Sketch:
    """Return a process of nodes one after the other."""
    flows = [(source, target, "") for source, target in pairwise(nodes)]
    return Sketch([(node, lane) for node in nodes], flows)


names = st.sampled_from(["", "受理", "形式审查结论", "是否收件（受理）", "作出处理决定并送达结果文书或证照"])


@st.composite
def sketches(draw) -> Sketch:
    """Processes of any shape: lanes, branches, loops, boundary events, black boxes and messages."""
    lanes = draw(st.sampled_from([[], ["L1"], ["L1", "L2"], ["L1", "L2", "L3", "L4"]]))
    lane = st.sampled_from(lanes or [""])
    count = draw(st.integers(1, 10))
    middle = [draw(st.sampled_from("uugc")) + str(place) for place in range(count)]
    nodes = [(node, draw(lane)) for node in ("s", *middle, "e")]
    ids = [node for node, _ in nodes]
    flows = [(draw(st.sampled_from(ids[:place])), ids[place], draw(names)) for place in range(1, len(ids))]
    pairs = st.tuples(st.sampled_from(ids[:-1]), st.sampled_from(ids[1:]), names)
    flows += draw(st.lists(pairs, max_size=5))
    tasks = [node for node in middle if node[0] in "uc"]
    hosts = draw(st.lists(st.sampled_from(tasks), max_size=3)) if tasks else []
    boundaries = {f"b{place}": host for place, host in enumerate(hosts)}
    flows += [(event, draw(st.sampled_from(ids[1:])), "") for event in boundaries]
    sketch = Sketch(nodes, flows, lanes, boundaries, names={node: draw(names) or node for node in ids})
    if draw(st.booleans()):
        sketch.pools = draw(st.sampled_from([((), ()), (("P1",), ()), ((), ("P2",)), (("P1",), ("P2", "P3"))]))
        outside = [*sketch.pools[0], *sketch.pools[1]]
        if outside:
            ends = st.tuples(st.sampled_from(outside), st.sampled_from(ids))
            sketch.messages = draw(st.lists(ends | ends.map(lambda pair: pair[::-1]), max_size=3))
    return sketch
