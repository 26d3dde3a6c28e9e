"""The drawing: everything of the file is in it, state is told by sign and outline and not by colour alone."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from lxml import etree

from engine.process.bpmn.picture import read_picture
from processes import library
from web.diagram.svg import Labels, anchor_of, draw
from web.diagram.trail import CANCELLED, PASSED, STANDING, Mark, Trail

SVG = "{http://www.w3.org/2000/svg}"
NINE = datetime(2026, 3, 2, 1, 5, tzinfo=UTC)
MAIN = read_picture(library.processes()["one_window_main"].xml)


def drawn(trail: Trail | None = None, labels: Labels | None = None):
    return etree.fromstring(str(draw(MAIN, trail, labels)))


def element(root, id: str):
    [found] = root.xpath(f"//*[@id='{anchor_of('one_window_main', id)}']")
    return found


def words(root) -> str:
    return "".join(root.itertext())


@pytest.mark.parametrize("name", sorted(library.processes()))
def test_T016_every_lane_node_and_name_of_a_shipped_process_is_drawn(name: str):
    picture = read_picture(library.processes()[name].xml)
    root = etree.fromstring(str(draw(picture)))
    text = words(root)
    for shape in picture.shapes:
        assert shape.name in text.replace("\n", ""), shape.id
        if shape.kind not in ("participant", "lane", "blackBox"):
            assert root.xpath(f"//*[@id='{anchor_of(name, shape.id)}']"), shape.id
    arrows = [path for path in root.iter(f"{SVG}path") if path.get("marker-end")]
    assert len(arrows) == len(picture.edges)


def test_text_is_text_and_the_drawing_is_named_for_assistive_tech():
    root = drawn()
    assert root.get("role") == "group"
    title = root.find(f"{SVG}title")
    assert (title.get("id"), title.text) == (root.get("aria-labelledby"), "“一窗通办”服务提供流程")
    assert {text.text for text in root.iter(f"{SVG}text") if text.text} >= {"综合窗口（受理）"}
    assert len(list(root.iter(f"{SVG}tspan"))) > 20


def test_each_state_has_its_own_sign_and_outline():
    passed, standing, cancelled, plain = [shape.id for shape in MAIN.shapes if shape.kind.endswith("Task")][:4]
    marks = {
        passed: Mark(PASSED, NINE, "W01", 1),
        standing: Mark(STANDING, since=NINE),
        cancelled: Mark(CANCELLED, NINE),
    }
    root = drawn(Trail(marks))
    looks = {}
    for id in (*marks, plain):
        group = element(root, id)
        rect = group.find(f".//{SVG}rect")
        sign = [path.get("d") for path in group.iter(f"{SVG}path")][-1]
        looks[id] = (rect.get("stroke-width"), rect.get("stroke-dasharray"), sign, "起" in words(group))
    assert len(set(looks.values())) == 4
    assert looks[standing][0] == "3.4"
    assert looks[cancelled][1] is not None
    assert "3月2日 09:05" in words(element(root, passed))
    assert "3月2日 09:05 起" in words(element(root, standing))


def test_a_taken_flow_is_thicker_and_ends_in_its_own_arrow():
    edge = next(edge for edge in MAIN.edges if edge.source == "st_register")
    root = drawn(Trail({}, frozenset({edge.id})))
    thick = [path for path in root.iter(f"{SVG}path") if path.get("stroke-width") == "2.6" and path.get("marker-end")]
    assert [path.get("marker-end") for path in thick] == ["url(#yc-d-one_window_main-taken)"]


def test_links_notes_and_sentences_stand_at_their_elements():
    links, notes = {"ca_intake": "/processes/intake"}, {"bt_deemed": "到期 3月9日"}
    labels = Labels(links, notes, lambda shape, mark: f"说{shape.id}")
    root = drawn(labels=labels)
    link = element(root, "ca_intake").getparent()
    assert (link.tag, link.get("href"), link.get("aria-label")) == (f"{SVG}a", "/processes/intake", "说ca_intake")
    assert "到期 3月9日" in words(element(root, "bt_deemed"))
    assert element(root, "bt_deemed").find(f"{SVG}title").text == "说bt_deemed"


def test_a_name_from_a_file_can_not_become_markup():
    xml = library.processes()["intake"].xml.replace("形式审查".encode(), b"&lt;script&gt;1&lt;/script&gt;")
    svg = str(draw(read_picture(xml)))
    assert "<script" not in svg
    etree.fromstring(svg)


def test_nothing_in_the_drawing_needs_a_style_sheet_or_a_script():
    svg = str(draw(MAIN))
    for forbidden in ("style=", "<style", "<script", "onload", "javascript:", "http://www.w3.org/1999/xhtml"):
        assert forbidden not in svg


def test_a_file_without_a_diagram_gives_an_empty_picture():
    xml = library.processes()["intake"].xml
    start, end = xml.index(b"<bpmndi:BPMNDiagram"), xml.index(b"</bpmndi:BPMNDiagram>") + 21
    picture = read_picture(xml[:start] + xml[end:])
    assert (picture.shapes, picture.edges, picture.frame.width) == ((), (), 0)
    etree.fromstring(str(draw(picture)))


@pytest.mark.parametrize("wrong", [b'x="nan"', b'x="1e300"', b'x="far"', b'x=""'])
def test_a_coordinate_that_is_no_place_leaves_its_shape_out(wrong: bytes):
    xml = library.processes()["site_visit"].xml.replace(b'<dc:Bounds x="160"', b"<dc:Bounds " + wrong)
    assert len(read_picture(xml).shapes) == len(read_picture(library.processes()["site_visit"].xml).shapes) - 1
