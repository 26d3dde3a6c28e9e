"""Read the cells of a drawing that is there: a person's places are kept, and only the flows and names laid anew."""

from __future__ import annotations

from collections.abc import Iterable

from lxml import etree

from processes.bpmn_file import tag
from processes.layout.geometry import Point
from processes.layout.graph import Graph
from processes.layout.placing import Cell

NEAR = 40
"""Shapes whose middles are no farther apart than this, in pixels, stand in one column or one row."""


def kept(graph: Graph, root: etree._Element) -> dict[str, Cell] | None:
    """Return the cell of every node but the boundary events, as it is drawn; None if not all of them are drawn."""
    grid = [node for node in graph.nodes.values() if node.host is None]
    middles = {identity: middle for identity, middle in _middles(root) if identity in graph.nodes}
    if any(node.id not in middles for node in grid):
        return None
    columns = _places(middles[node.id][0] for node in grid)
    cells: dict[str, Cell] = {}
    for place, lane in enumerate(graph.lanes):
        here = [node.id for node in grid if node.lane == lane.id]
        rows = _places(middles[node][1] for node in here)
        for node in sorted(here, key=lambda node: middles[node][::-1]):
            x, y = middles[node]
            cells[node] = _free(Cell(place, rows[y], columns[x]), cells.values())
    return cells


def _free(cell: Cell, taken: Iterable[Cell]) -> Cell:
    """Return the cell, or the next free one below it."""
    used = set(taken)
    while cell in used:
        cell = Cell(cell.lane, cell.row + 1, cell.column)
    return cell


def _places(middles: Iterable[int]) -> dict[int, int]:
    """Number the places along one axis; what is near the first of a place belongs to it."""
    places: dict[int, int] = {}
    first, number = 0, -1
    for middle in sorted(set(middles)):
        if number < 0 or middle - first > NEAR:
            first, number = middle, number + 1
        places[middle] = number
    return places


def _middles(root: etree._Element) -> Iterable[tuple[str, Point]]:
    for shape in root.iter(tag("bpmndi", "BPMNShape")):
        bounds = shape.find(tag("dc", "Bounds"))
        if bounds is not None:
            x, y, width, height = (float(bounds.get(name, "0")) for name in ("x", "y", "width", "height"))
            yield shape.get("bpmnElement", ""), (round(x + width / 2), round(y + height / 2))
