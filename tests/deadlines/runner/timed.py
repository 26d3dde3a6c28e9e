"""A process with a plain timer on a task, and a case that stands there."""

from __future__ import annotations

from engine.oversight.publishing.commands import Deploy
from processes import library
from tests.support.house import House

ROUTE = "route_commitment"


def with_timer(text: str) -> str:
    """The route for promised items with a timer beside 实质审查: each time it rings somebody is to look after it."""
    xml = library.processes()[ROUTE].xml.decode("utf-8")
    kind = "timeCycle" if text.startswith("R") else "timeDuration"
    added = f"""
    <bpmn:boundaryEvent id="bt_look" name="久未审查" cancelActivity="false" attachedToRef="ut_substantive">
      <bpmn:timerEventDefinition id="td_bt_look"><bpmn:{kind}>{text}</bpmn:{kind}></bpmn:timerEventDefinition>
    </bpmn:boundaryEvent>
    <bpmn:userTask id="ut_look_after" name="督促审查">
      <bpmn:extensionElements><yc:task {_settings(xml)}/></bpmn:extensionElements>
    </bpmn:userTask>
    <bpmn:endEvent id="ee_looked_after" name="已督促"/>
    <bpmn:sequenceFlow id="sf_look" sourceRef="bt_look" targetRef="ut_look_after"/>
    <bpmn:sequenceFlow id="sf_looked" sourceRef="ut_look_after" targetRef="ee_looked_after"/>
  </bpmn:process>"""
    lane = "<bpmn:flowNodeRef>ut_substantive</bpmn:flowNodeRef>"
    assert lane in xml
    xml = xml.replace(lane, lane + "".join(f"<bpmn:flowNodeRef>{id}</bpmn:flowNodeRef>" for id in
                                           ("bt_look", "ut_look_after", "ee_looked_after")))  # fmt: skip
    return xml.replace("</bpmn:process>", added, 1)


def _settings(xml: str) -> str:
    """The form and the role of 实质审查, which the added task shares."""
    task = xml.partition('id="ut_substantive"')[2].partition("<yc:task ")[2].partition("/>")[0]
    return " ".join(each for each in task.split() if each.startswith(("form=", "role=")))


def timed_case(house: House, text: str) -> str:
    """Publish the process and bring a case to the task with the timer."""
    house.execute("P61", Deploy(processes={ROUTE: with_timer(text)}))
    case_no = house.accepted_commitment()
    assert "ut_substantive" in [task.element for task in house.open_tasks(case_no)]
    return case_no
