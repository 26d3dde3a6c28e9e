"""Messages with a business key go to the run that waits under it, and are told again when the case is re-executed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from engine.oversight.publishing.commands import Deploy
from engine.process.bpmn import MessageNotAwaited, Vocabulary
from engine.process.tasks import progress
from processes import library
from tests.support.house import House

ROUTE = "route_commitment"


def listening() -> str:
    """The route for promised items: while 实质审查 is open, a message with the case's type as its key is taken."""
    xml = library.processes()[ROUTE].xml.decode("utf-8")
    lane = "<bpmn:flowNodeRef>ut_substantive</bpmn:flowNodeRef>"
    assert lane in xml
    more = "".join(f"<bpmn:flowNodeRef>{id}</bpmn:flowNodeRef>" for id in ("bm_asked", "ee_asked"))
    return xml.replace(lane, lane + more).replace("</bpmn:process>", """
    <bpmn:boundaryEvent id="bm_asked" name="来函询问" cancelActivity="false" attachedToRef="ut_substantive">
      <bpmn:extensionElements><yc:message name="reopening" key="1 + 1"/></bpmn:extensionElements>
      <bpmn:messageEventDefinition id="md_bm_asked"/>
    </bpmn:boundaryEvent>
    <bpmn:endEvent id="ee_asked" name="已登记询问"/>
    <bpmn:sequenceFlow id="sf_asked" sourceRef="bm_asked" targetRef="ee_asked"/>
  </bpmn:process>""", 1)  # fmt: skip


def passed(house: House, case_no: str) -> int:
    return sum(line.data.get("passed", []).count("bm_asked") for line in house.journal(f"case:{case_no}"))


def test_a_message_finds_its_run_by_the_business_key_and_is_run_again_by_the_audit(
    house: House, monkeypatch: pytest.MonkeyPatch
):
    words = house.door.part(Vocabulary)
    parts = {**house.door._parts, Vocabulary: replace(words, keyed=frozenset({"reopening"}))}
    monkeypatch.setattr(house.door, "_parts", parts)
    house.execute("P61", Deploy(processes={ROUTE: listening()}))
    case_no = house.accepted_commitment()
    root = f"case:{case_no}"
    for wrong in (None, "3"):
        with house.unit(root) as unit, pytest.raises(MessageNotAwaited):
            progress.deliver(unit, root, "reopening", {}, key=wrong)
    for _ in range(2):
        with house.unit(root) as unit:
            progress.deliver(unit, root, "reopening", {}, key="2")
    assert passed(house, case_no) == 2
    assert [one for one in house.violations() if one.invariant in ("I2", "I4", "I6")] == []
