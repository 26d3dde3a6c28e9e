"""What the layout does not draw it refuses in Chinese, and the command line tells it."""

from __future__ import annotations

import pytest

from processes.bpmn_file import BpmnUnreadable
from processes.layout import LayoutRefused, lay_out
from processes.layout.__main__ import main
from tests.processes.layout.sketches import HEAD, Sketch, chain


def process(body: str) -> bytes:
    return f'{HEAD}<process id="p" isExecutable="true">{body}</process></definitions>'.encode()


@pytest.mark.parametrize(
    "xml, reason",
    [
        (process(""), "现有 0 个"),
        (process('<subProcess id="sub"/>'), "暂不能排版的图形 subProcess（sub）"),
        (process('<textAnnotation id="note"/>'), "暂不能排版的图形 textAnnotation"),
        (process('<userTask id="u"/><sequenceFlow id="f" sourceRef="u" targetRef="x"/>'), "指向不存在的节点“x”"),
        (process('<boundaryEvent id="b" attachedToRef="x"/>'), "没有附着在任务上"),
        (
            process('<laneSet id="s"><lane id="L"/></laneSet><userTask id="u" name="审查"/>'),
            "节点“审查”不在任何泳道里",
        ),
        (
            process('<laneSet id="s"><lane id="L" name="外"><childLaneSet id="c"/></lane></laneSet><userTask id="u"/>'),
            "泳道“外”里还有泳道",
        ),
    ],
)
def test_what_cannot_be_drawn_is_refused_in_chinese(xml, reason) -> None:
    with pytest.raises(LayoutRefused) as refused:
        lay_out(xml)

    assert reason in refused.value.sentence
    assert refused.value.sentence.startswith("这张流程图不能自动排版：")
    assert refused.value.sentence.endswith("请改正后重试，或手工摆放图形。")
    assert refused.value.code == "LAYOUT_REFUSED"


def test_a_message_between_two_nodes_of_the_process_is_refused() -> None:
    sketch = chain("s", "u1", "e")
    sketch.pools = ((), ())
    sketch.messages = [("s", "u1")]

    with pytest.raises(LayoutRefused, match="应连接本流程的一个节点和一个外部泳池"):
        lay_out(sketch.xml())


def test_a_collaboration_without_a_pool_for_the_process_is_refused() -> None:
    box = b'<collaboration id="c0"><participant id="x"/></collaboration>'
    xml = chain("s", "e").xml().replace(b"<process", box + b"<process")

    with pytest.raises(LayoutRefused, match="应有且只有一个泳池承载本流程"):
        lay_out(xml)


def test_data_objects_behind_the_scenes_are_no_hindrance() -> None:
    assert b"BPMNShape" in lay_out(process('<dataObject id="d1"/><property id="x" name="x"/><userTask id="u"/>'))


def test_a_loop_without_any_start_is_still_drawn() -> None:
    sketch = Sketch([("u1", ""), ("u2", "")], [("u1", "u2", ""), ("u2", "u1", "")])

    assert lay_out(sketch.xml()).count(b"<bpmndi:BPMNEdge") == 2


def test_what_is_not_xml_is_refused() -> None:
    with pytest.raises(BpmnUnreadable, match="XML"):
        lay_out(b"hello")


def test_the_command_lays_out_files_in_place(tmp_path) -> None:
    path = tmp_path / "p.bpmn"
    path.write_bytes(chain("s", "e").xml())

    assert main([str(path)]) == 0
    assert path.read_bytes() == lay_out(chain("s", "e").xml())


def test_the_command_leaves_a_refused_file_alone_and_does_the_others(tmp_path, capsys) -> None:
    wrong, right = tmp_path / "wrong.bpmn", tmp_path / "right.bpmn"
    wrong.write_bytes(process('<subProcess id="sub"/>'))
    right.write_bytes(chain("s", "e").xml())

    assert main([str(wrong), str(tmp_path / "missing.bpmn"), str(right)]) == 1

    said = capsys.readouterr().err
    assert "wrong.bpmn：这张流程图不能自动排版" in said
    assert "missing.bpmn：无法读写" in said
    assert wrong.read_bytes() == process('<subProcess id="sub"/>')
    assert b"BPMNDiagram" in right.read_bytes()


def test_the_command_without_files_says_how_it_is_used(capsys) -> None:
    assert main([]) == 2
    assert "用法" in capsys.readouterr().err
