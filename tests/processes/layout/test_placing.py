"""Which flows close a loop, and which cell each node gets."""

from __future__ import annotations

from hypothesis import given

from processes import bpmn_file
from processes.layout import graph, placing
from tests.processes.layout.sketches import Sketch, chain, sketches


def read(sketch: Sketch) -> graph.Graph:
    return graph.read(bpmn_file.read(sketch.xml()))


def has_circle(process: graph.Graph, left_out: set[str]) -> bool:
    """Tell by taking away node after node without a way in whether the remaining flows form a circle."""
    flows = [(placing.anchor(process, flow.source), flow.target) for flow in process.flows if flow.id not in left_out]
    nodes = {node for node, each in process.nodes.items() if each.host is None}
    while free := {node for node in nodes if not any(target == node and source in nodes for source, target in flows)}:
        nodes -= free
    return bool(nodes)


@given(sketches())
def test_without_the_back_flows_there_is_no_circle(sketch) -> None:
    process = read(sketch)

    assert not has_circle(process, placing.back_flows(process))


@given(sketches())
def test_no_flow_is_called_a_back_flow_without_need(sketch) -> None:
    process = read(sketch)
    back = placing.back_flows(process)

    assert all(has_circle(process, back - {flow}) for flow in back)


@given(sketches())
def test_no_two_nodes_share_a_cell_and_forward_flows_never_lead_to_the_left(sketch) -> None:
    process = read(sketch)
    cells = placing.place(process)
    back = placing.back_flows(process)

    assert len(set(cells.values())) == len(cells)
    assert set(cells) == {node for node, each in process.nodes.items() if each.host is None}
    for flow in process.flows:
        if flow.id not in back:
            source, target = cells[placing.anchor(process, flow.source)], cells[flow.target]
            assert source.column <= target.column
            assert source.column < target.column or source.lane != target.lane


@given(sketches())
def test_rows_of_every_lane_begin_at_the_top(sketch) -> None:
    cells = placing.place(read(sketch)).values()

    for lane in {cell.lane for cell in cells}:
        assert min(cell.row for cell in cells if cell.lane == lane) == 0


def test_a_flow_back_to_an_earlier_gateway_closes_the_loop() -> None:
    sketch = chain("s", "g1", "u1", "g2", "e")
    sketch.flows.append(("g2", "g1", ""))

    assert placing.back_flows(read(sketch)) == {"f4"}


def test_a_shortcut_forward_closes_no_loop() -> None:
    sketch = chain("s", "g1", "u1", "g2", "e")
    sketch.flows.append(("g1", "g2", ""))

    assert placing.back_flows(read(sketch)) == set()


def test_columns_follow_the_longest_way() -> None:
    sketch = chain("s", "g1", "u1", "u2", "g2", "e")
    sketch.flows.append(("g1", "g2", ""))

    cells = placing.place(read(sketch))

    assert [cells[node].column for node in ("s", "g1", "u1", "u2", "g2", "e")] == [0, 1, 2, 3, 4, 5]


def test_a_branch_goes_above_when_a_flow_already_runs_down_out_of_its_gateway() -> None:
    sketch = Sketch(
        [("s", "L1"), ("g1", "L1"), ("u1", "L1"), ("u2", "L1"), ("u3", "L2"), ("e", "L1")],
        [("s", "g1", ""), ("g1", "u1", ""), ("g1", "u2", ""), ("g1", "u3", ""), ("u1", "e", "")],
        ["L1", "L2"],
    )

    cells = placing.place(read(sketch))

    assert cells["u3"].column == cells["g1"].column
    assert cells["u1"].row == cells["g1"].row
    assert cells["u2"].row < cells["g1"].row


def test_nothing_is_put_into_a_column_a_straight_flow_runs_through() -> None:
    sketch = Sketch(
        [("s", "L1"), ("u1", "L3"), ("u2", "L2"), ("e", "L2")],
        [("s", "u1", ""), ("u1", "u2", ""), ("u2", "e", "")],
        ["L1", "L2", "L3"],
    )

    cells = placing.place(read(sketch))

    assert (cells["s"].column, cells["u1"].column) == (0, 0)
    assert cells["u2"].column == 1
