// A file that nobody has drawn anything in yet: a pool with one lane, from start to end.

/** Return the text of a new process with this id and name. */
export function starter(id, name) {
  return `<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" xmlns:di="http://www.omg.org/spec/DD/20100524/DI" xmlns:yc="urn:yichuang:bpmn:1" id="Definitions_${id}" targetNamespace="urn:yichuang:processes">
  <bpmn:collaboration id="C_${id}">
    <bpmn:participant id="P_${id}" name="${name}" processRef="${id}" />
  </bpmn:collaboration>
  <bpmn:process id="${id}" name="${name}" isExecutable="true">
    <bpmn:extensionElements>
      <yc:process title="${name}" />
    </bpmn:extensionElements>
    <bpmn:laneSet id="LS_${id}">
      <bpmn:lane id="L_${id}" name="综合窗口">
        <bpmn:flowNodeRef>start_${id}</bpmn:flowNodeRef>
        <bpmn:flowNodeRef>end_${id}</bpmn:flowNodeRef>
      </bpmn:lane>
    </bpmn:laneSet>
    <bpmn:startEvent id="start_${id}" name="开始">
      <bpmn:outgoing>f_${id}</bpmn:outgoing>
    </bpmn:startEvent>
    <bpmn:endEvent id="end_${id}" name="结束">
      <bpmn:incoming>f_${id}</bpmn:incoming>
    </bpmn:endEvent>
    <bpmn:sequenceFlow id="f_${id}" sourceRef="start_${id}" targetRef="end_${id}" />
  </bpmn:process>
  <bpmndi:BPMNDiagram id="D_${id}">
    <bpmndi:BPMNPlane id="PL_${id}" bpmnElement="C_${id}">
      <bpmndi:BPMNShape id="S_P_${id}" bpmnElement="P_${id}" isHorizontal="true">
        <dc:Bounds x="160" y="80" width="860" height="220" />
      </bpmndi:BPMNShape>
      <bpmndi:BPMNShape id="S_L_${id}" bpmnElement="L_${id}" isHorizontal="true">
        <dc:Bounds x="190" y="80" width="830" height="220" />
      </bpmndi:BPMNShape>
      <bpmndi:BPMNShape id="S_start_${id}" bpmnElement="start_${id}">
        <dc:Bounds x="242" y="172" width="36" height="36" />
        <bpmndi:BPMNLabel><dc:Bounds x="249" y="215" width="22" height="14" /></bpmndi:BPMNLabel>
      </bpmndi:BPMNShape>
      <bpmndi:BPMNShape id="S_end_${id}" bpmnElement="end_${id}">
        <dc:Bounds x="922" y="172" width="36" height="36" />
        <bpmndi:BPMNLabel><dc:Bounds x="929" y="215" width="22" height="14" /></bpmndi:BPMNLabel>
      </bpmndi:BPMNShape>
      <bpmndi:BPMNEdge id="E_f_${id}" bpmnElement="f_${id}">
        <di:waypoint x="278" y="190" />
        <di:waypoint x="922" y="190" />
      </bpmndi:BPMNEdge>
    </bpmndi:BPMNPlane>
  </bpmndi:BPMNDiagram>
</bpmn:definitions>
`;
}
