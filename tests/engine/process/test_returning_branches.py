"""The ways back among branches and in a multi-instance: a task goes back on its own way, and takes no other along."""

from __future__ import annotations

from itertools import pairwise

import pytest

from engine.oversight.publishing.commands import Deploy
from engine.process.tasks.commands import ClaimTask, CompleteTask
from engine.process.tasks.returning.commands import SendBack, WithdrawStep
from engine.process.tasks.returning.rules import NotWithdrawable
from engine.process.tasks.returning.ways import ways_back
from engine.process.tasks.rules import Task
from engine.registry.identity.rules import SYSTEM
from processes import library
from tests.engine.process.test_returning import OPINION, elements, names, send_back, withdraw
from tests.support import outside
from tests.support.house import House

_TASK = (
    '<bpmn:userTask id="{id}" name="{name}"><bpmn:extensionElements><yc:task form="dept_opinion" role="{role}"'
    '{place}/><yc:clause ref="6.2.1"/></bpmn:extensionElements></bpmn:userTask>'
)
_FLOW = '<bpmn:sequenceFlow id="f_{0}__{1}" sourceRef="{0}" targetRef="{1}"/>'


def plain(id: str, name: str, role: str = "dept_reviewer", place: str = "") -> str:
    return _TASK.format(id=id, name=name, role=role, place=place)


def two_branches() -> str:
    """The route of a 承诺件 in which two branches of plain steps run side by side before the decision."""
    text = library.processes()["route_commitment"].xml.decode()
    into = '<bpmn:sequenceFlow id="f_gw_merge_submitted__ut_head_decide"'
    assert into in text
    text = text.replace('sourceRef="gw_merge_submitted" targetRef="ut_head_decide"',
                        'sourceRef="gw_merge_submitted" targetRef="gw_fork"')  # fmt: skip
    head, mark, tail = text.partition('<bpmn:userTask id="ut_head_decide"')
    tail = tail.replace(
        "<bpmn:incoming>f_gw_merge_submitted__ut_head_decide<", "<bpmn:incoming>f_gw_join__ut_head_decide<", 1
    )
    nodes = [
        '<bpmn:parallelGateway id="gw_fork" name="同时进行"/>', '<bpmn:parallelGateway id="gw_join" name="都已办完"/>',
        plain("ut_left", "左一"), plain("ut_left_two", "左二"), plain("ut_right", "右一"),
    ]  # fmt: skip
    flows = [("gw_fork", "ut_left"), ("ut_left", "ut_left_two"), ("ut_left_two", "gw_join"), ("gw_fork", "ut_right"),
             ("ut_right", "gw_join"), ("gw_join", "ut_head_decide")]  # fmt: skip
    drawn = "".join(nodes) + "".join(_FLOW.format(*one) for one in flows)
    lane = "<bpmn:flowNodeRef>ut_head_decide</bpmn:flowNodeRef>"
    ids = ("gw_fork", "gw_join", "ut_left", "ut_left_two", "ut_right")
    more = "".join(f"<bpmn:flowNodeRef>{id}</bpmn:flowNodeRef>" for id in ids)
    return (head + drawn + mark + tail).replace(lane, lane + more, 1)


def test_among_branches_a_task_goes_back_on_its_own_and_never_takes_another_s_with_it(sqlite_house: House):
    house = sqlite_house
    outside.publish(house, two_branches())
    case_no = house.accepted_commitment()
    house.complete("D11", case_no, "ut_substantive", {"findings": "审查", "site_visit": "no"})
    house.complete("D11", case_no, "ut_dept_opinion", OPINION)
    assert sorted(elements(house, case_no)) == ["ut_left", "ut_right"]
    # Both are open and untouched: what opened them is taken back with both.
    withdraw(house, "D11", case_no, "ut_dept_opinion")
    assert elements(house, case_no) == ["ut_dept_opinion"]
    house.complete("D11", case_no, "ut_dept_opinion", OPINION)
    house.complete("D11", case_no, "ut_left", OPINION)
    # Before the fork lies the other branch's work, too.
    assert names(house, case_no, "ut_left_two") == ["ut_left"]
    house.complete("D11", case_no, "ut_right", OPINION)
    with pytest.raises(NotWithdrawable, match="没有引出新的人工环节"):
        withdraw(house, "D11", case_no, "ut_right")
    send_back(house, "D11", case_no, "ut_left_two", "ut_left")
    house.complete("D11", case_no, "ut_left", OPINION)
    house.complete("D11", case_no, "ut_left_two", OPINION)
    # After the join one branch alone would starve the join.
    assert "ut_right" not in names(house, case_no, "ut_head_decide")
    send_back(house, "D12", case_no, "ut_head_decide", "ut_dept_opinion")
    house.complete("D11", case_no, "ut_dept_opinion", OPINION)
    assert sorted(elements(house, case_no)) == ["ut_left", "ut_right"]
    assert house.violations() == []


_PART = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:yc="urn:yichuang:bpmn:1"
                  id="Definitions_two_steps" targetNamespace="urn:yichuang:processes">
  <bpmn:process id="two_steps" name="两步办理" isExecutable="true">
    <bpmn:ioSpecification>
      <bpmn:dataInput id="case_no" name="case_no"/>
      <bpmn:inputSet><bpmn:dataInputRefs>case_no</bpmn:dataInputRefs></bpmn:inputSet>
      <bpmn:outputSet/>
    </bpmn:ioSpecification>
    <bpmn:laneSet id="LS_two_steps">
      <bpmn:lane id="L_dept" name="业务主管部门">
        {refs}
      </bpmn:lane>
    </bpmn:laneSet>
    <bpmn:startEvent id="two_start" name="开始"/>
    <bpmn:endEvent id="two_end" name="两步办完"/>
    {drawn}
  </bpmn:process>
</bpmn:definitions>
"""


def parts_in_two_steps() -> dict[str, str]:
    """The route of a 承诺件 in which two parts of two steps each are done at once before the decision."""
    ids = ("two_start", "ut_draw_up", "ut_look_over", "two_end")
    flows = "".join(_FLOW.format(*pair) for pair in pairwise(ids))
    refs = "".join(f"<bpmn:flowNodeRef>{id}</bpmn:flowNodeRef>" for id in ids)
    part = _PART.format(refs=refs, drawn=plain("ut_draw_up", "拟写") + plain("ut_look_over", "校核") + flows)
    text = library.processes()["route_commitment"].xml.decode()
    text = text.replace('sourceRef="gw_merge_submitted" targetRef="ut_head_decide"',
                        'sourceRef="gw_merge_submitted" targetRef="ca_parts"')  # fmt: skip
    head, mark, tail = text.partition('<bpmn:userTask id="ut_head_decide"')
    tail = tail.replace(
        "<bpmn:incoming>f_gw_merge_submitted__ut_head_decide<", "<bpmn:incoming>f_ca_parts__ut_head_decide<", 1
    )
    call = """<bpmn:callActivity id="ca_parts" name="分头办理" calledElement="two_steps">
      <bpmn:extensionElements><yc:clause ref="6.2.1"/></bpmn:extensionElements>
      <bpmn:multiInstanceLoopCharacteristics isSequential="false">
        <bpmn:loopCardinality xsi:type="bpmn:tFormalExpression">2</bpmn:loopCardinality>
      </bpmn:multiInstanceLoopCharacteristics>
    </bpmn:callActivity>""" + _FLOW.format("ca_parts", "ut_head_decide")
    lane = "<bpmn:flowNodeRef>ut_head_decide</bpmn:flowNodeRef>"
    route = (head + call + mark + tail).replace(lane, lane + "<bpmn:flowNodeRef>ca_parts</bpmn:flowNodeRef>", 1)
    return {"route_commitment": route, "two_steps": part}


def work(house: House, task: Task) -> None:
    house.execute("D11", CompleteTask(task_id=task.id, answer=OPINION, partial=True))


def test_in_a_multi_instance_a_task_goes_back_inside_its_own_child_alone(sqlite_house: House):
    house = sqlite_house
    house.execute("P61", Deploy(processes=parts_in_two_steps()))
    case_no = house.accepted_commitment()
    house.complete("D11", case_no, "ut_substantive", {"findings": "审查", "site_visit": "no"})
    house.complete("D11", case_no, "ut_dept_opinion", OPINION)
    first, second = house.open_tasks(case_no)
    work(house, first)
    over = house.task(case_no, "ut_look_over")
    with house.door.read(SYSTEM) as view:
        assert [one.task.id for one in ways_back(view, over).targets] == [first.id]
        # The neighbour's step is the neighbour's; and what was done before all of them lies outside.
        assert ways_back(view, second).targets == []
        assert ways_back(view, second).barred == []
    work(house, second)
    over, beside = house.open_tasks(case_no)
    with house.door.read(SYSTEM) as view:
        assert [[one.task.id for one in ways_back(view, each).targets] for each in (over, beside)] == [
            [first.id], [second.id],
        ]  # fmt: skip
    house.execute("D11", ClaimTask(task_id=over.id))
    house.execute("D11", SendBack(task_id=over.id, to=first.id, reason="要改"))
    again = house.task(case_no, "ut_draw_up")
    assert (elements(house, case_no), again.holder) == (["ut_look_over", "ut_draw_up"], "D11")
    work(house, again)
    house.execute("D11", WithdrawStep(task_id=again.id))
    assert elements(house, case_no) == ["ut_look_over", "ut_draw_up"]
    work(house, house.task(case_no, "ut_draw_up"))
    for task in house.open_tasks(case_no):
        work(house, task)
    assert elements(house, case_no) == ["ut_head_decide"]
    # The parts have ended: before them the case may go, into one of them it may not.
    assert names(house, case_no, "ut_head_decide") == ["ut_dept_opinion", "ut_substantive"]
    house.reopen()
    assert house.violations() == []


def test_what_a_step_opened_in_a_multi_instance_is_taken_back_whole_or_not_at_all(sqlite_house: House):
    house = sqlite_house
    house.execute("P61", Deploy(processes=parts_in_two_steps()))
    case_no = house.accepted_commitment()
    house.complete("D11", case_no, "ut_substantive", {"findings": "审查", "site_visit": "no"})
    house.complete("D11", case_no, "ut_dept_opinion", OPINION)
    withdraw(house, "D11", case_no, "ut_dept_opinion")
    assert elements(house, case_no) == ["ut_dept_opinion"]
    house.complete("D11", case_no, "ut_dept_opinion", OPINION)
    work(house, house.open_tasks(case_no)[1])
    with pytest.raises(NotWithdrawable, match="流程又有推进"):
        withdraw(house, "D11", case_no, "ut_dept_opinion")
    assert house.violations() == []
