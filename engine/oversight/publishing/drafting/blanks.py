"""What a new file begins as: the least that can be opened in an editor; and a copy under another name: pure."""

from __future__ import annotations

import json
from collections.abc import Mapping

from engine.oversight.publishing.files import DECISIONS, FORM, MESSAGE, PROCESS
from forms.refusal import SCHEMA_VERSION

_PROCESS = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" \
xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" \
xmlns:di="http://www.omg.org/spec/DD/20100524/DI" xmlns:yc="urn:yichuang:bpmn:1" id="definitions_{name}" \
targetNamespace="urn:yichuang:process">
  <bpmn:process id="{name}" name="{name}" isExecutable="true">
    <bpmn:startEvent id="start" name="开始"><bpmn:outgoing>to_end</bpmn:outgoing></bpmn:startEvent>
    <bpmn:endEvent id="end" name="结束"><bpmn:incoming>to_end</bpmn:incoming></bpmn:endEvent>
    <bpmn:sequenceFlow id="to_end" sourceRef="start" targetRef="end" />
  </bpmn:process>
  <bpmndi:BPMNDiagram id="diagram_{name}">
    <bpmndi:BPMNPlane id="plane_{name}" bpmnElement="{name}">
      <bpmndi:BPMNShape id="shape_start" bpmnElement="start"><dc:Bounds x="160" y="100" width="36" height="36" />\
</bpmndi:BPMNShape>
      <bpmndi:BPMNShape id="shape_end" bpmnElement="end"><dc:Bounds x="340" y="100" width="36" height="36" />\
</bpmndi:BPMNShape>
      <bpmndi:BPMNEdge id="edge_to_end" bpmnElement="to_end"><di:waypoint x="196" y="118" />\
<di:waypoint x="340" y="118" /></bpmndi:BPMNEdge>
    </bpmndi:BPMNPlane>
  </bpmndi:BPMNDiagram>
</bpmn:definitions>
"""
_DECISIONS = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="{name}" name="{name}" \
namespace="urn:yichuang:decisions">
  <decision id="{name}_decision" name="{name}">
    <variable id="{name}_variable" name="result" typeRef="string" />
    <decisionTable id="{name}_table" hitPolicy="UNIQUE">
      <input id="{name}_input" label="条件"><inputExpression id="{name}_expression" typeRef="string">\
<text>case_type</text></inputExpression></input>
      <output id="{name}_output" label="结论" name="result" typeRef="string" />
      <rule id="{name}_rule"><inputEntry id="{name}_in"><text>-</text></inputEntry>\
<outputEntry id="{name}_out"><text>"待定"</text></outputEntry></rule>
    </decisionTable>
  </decision>
</definitions>
"""


def _form(name: str) -> str:
    field = {"type": "textarea", "id": f"{name}_note", "key": "note", "label": "说明"}
    schema = {
        "schemaVersion": SCHEMA_VERSION, "type": "default", "id": name,
        "exporter": {"name": "yichuang", "version": "1"}, "components": [field],
    }  # fmt: skip
    return json.dumps(schema, ensure_ascii=False, indent=2) + "\n"


def _message(name: str) -> str:
    message = {
        "message": name, "title": name, "clause": "6.2.1", "key": "业务键", "mark": "拟", "basis": "待补充",
        "facts": [],
    }  # fmt: skip
    return json.dumps(message, ensure_ascii=False, indent=2) + "\n"


def blank(kind: str, name: str) -> str | None:
    """Return the text of a new file, or None for a kind that only begins as a copy (an item)."""
    made: Mapping[str, str] = {
        PROCESS: _PROCESS.format(name=name), DECISIONS: _DECISIONS.format(name=name), FORM: _form(name),
        MESSAGE: _message(name),
    }  # fmt: skip
    return made.get(kind)


def renamed(content: bytes, old: str, new: str) -> str:
    """Return the text of a file in which the whole name ``old``, between quotes, is ``new``: a copy to be worked on."""
    return content.decode("utf-8").replace(f'"{old}"', f'"{new}"')
