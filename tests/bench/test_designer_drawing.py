"""./run bench designer, the drawing that is edited: as many elements as wanted, and nothing wrong with it."""

from __future__ import annotations

import pytest
from lxml import etree

from bench._designer.drawing import drawing
from tests.support.designer import problems_of

MODEL = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
NODES = ("startEvent", "endEvent", "boundaryEvent", "userTask", "exclusiveGateway")


@pytest.mark.parametrize("count", [60, 300])
def test_the_drawing_has_so_many_elements_each_with_a_shape_and_no_problem(count: int) -> None:
    text = drawing(count)

    root = etree.fromstring(text.encode())
    ids = [each.get("id") for kind in NODES for each in root.iter(MODEL + kind)]
    assert len(ids) == len(set(ids)) == count
    drawn = {each.get("bpmnElement") for each in root.iter("{http://www.omg.org/spec/BPMN/20100524/DI}BPMNShape")}
    assert set(ids) < drawn
    assert problems_of(text) == []
