"""Two drawings compared: each element that differs is named with what differs, and the picture is none of it."""

from __future__ import annotations

import re

import pytest

from engine.oversight.publishing.comparing.changes import Detail, Part
from engine.oversight.publishing.comparing.drawings import compare_drawings
from engine.process.bpmn import BpmnRefused
from engine.process.bpmn.names import FLOW_NODE_KINDS
from processes import library
from tests.support.decisions import asking_route

FILES = {id: file.xml.decode("utf-8") for id, file in library.processes().items()}
ROUTE = FILES["route_commitment"]


def changed(before: str, after: str) -> tuple[Part, ...]:
    assert before != after, "the test changes nothing"
    return compare_drawings(before.encode(), after.encode())


def only(parts: tuple[Part, ...]) -> tuple[str, str, tuple[Detail, ...]]:
    [part] = parts
    return part.id, part.change, part.details


@pytest.mark.parametrize("id", FILES)
def test_a_file_is_like_itself(id: str):
    assert compare_drawings(FILES[id].encode(), FILES[id].encode()) == ()


@pytest.mark.parametrize("id", FILES)
def test_whichever_element_gets_another_name_is_told_and_no_other(id: str):
    kinds = "|".join((*FLOW_NODE_KINDS, "sequenceFlow", "lane"))
    named = re.findall(rf'(<bpmn:({kinds}) id="([^"]+)" name=)"([^"]*)"', FILES[id])
    assert len(named) > 3
    for start, tag, element, name in named:
        told = changed(FILES[id], FILES[id].replace(f'{start}"{name}"', f'{start}"别名"'))
        # A lane's name is also what its elements say of themselves.
        assert element in {one.id for one in told}
        assert Detail("名称", name, "别名") in next(one for one in told if one.id == element).details
        assert tag == "lane" or len(told) == 1, (element, told)


def test_what_an_element_says_is_told_in_words_with_before_and_after():
    role = ROUTE.replace('act="cases.decide" role="dept_head"', 'act="cases.decide" role="dept_reviewer"')
    assert only(changed(ROUTE, role)) == (
        "ut_head_decide", "changed", (Detail("岗位", "dept_head", "dept_reviewer"),)
    )  # fmt: skip


def test_the_limit_of_a_stage_and_of_a_clock_are_told_in_words():
    days = ROUTE.replace('title="实质审查"/>', 'title="实质审查" days="2" restart="true"/>', 1)
    stage = Detail("环节时限", "review 实质审查", "review 实质审查 2个工作日，再次进入重新计时")
    assert only(changed(ROUTE, days)) == ("ut_substantive", "changed", (stage,))
    main, bare = FILES["one_window_main"], '<yc:clock name="correction_notice"/>'
    limit = main.replace(bare, '<yc:clock name="correction_notice" quota="3" unit="wd"/>')
    assert only(changed(main, limit)) == ("bt_deemed", "changed", (Detail("期限", "", "3个工作日"),))


def test_a_condition_and_where_a_flow_leads_are_told():
    found = re.search(r'<bpmn:sequenceFlow id="(\w+)"[^>]*>\s*<bpmn:conditionExpression[^>]*>([^<]+)<', ROUTE)
    assert found is not None
    id, condition = found[1], found[2]
    narrowed = found[0].replace(f">{condition}<", f">{condition} and True<")
    told = only(changed(ROUTE, ROUTE.replace(found[0], narrowed)))
    assert (told[0], [one.what for one in told[2]]) == (id, ["条件"])
    into = 'sourceRef="gw_merge_submitted" targetRef="ut_head_decide"'
    moved = only(changed(ROUTE, ROUTE.replace(into, into.replace("ut_head_decide", "ut_dept_opinion"))))
    assert moved[2] == (Detail("至", "ut_head_decide", "ut_dept_opinion"),)


def test_new_elements_and_flows_are_added_and_the_other_way_round_they_are_gone():
    new = {"br_depth", "gw_depth", "ut_legal_check", "gw_reviewed"}
    flows = {"f_depth", "f_full", "f_simple", "f_legal", "f_reviewed"}
    there = changed(ROUTE, asking_route())
    back = changed(asking_route(), ROUTE)
    assert {one.id for one in there if one.change == "added"} == new | flows
    assert {one.id for one in back if one.change == "removed"} == new | flows
    assert {one.name for one in there if one.id == "ut_legal_check"} == {"法制审核"}
    assert [(one.id, one.details) for one in there if one.change == "changed"] == [
        ("f_gw_merge_submitted__ut_head_decide", (Detail("至", "ut_head_decide", "br_depth"),))
    ]


def test_the_picture_the_writing_and_comments_are_no_change_of_an_element():
    moved = re.sub(r'<dc:Bounds x="[\d.]+"', '<dc:Bounds x="1"', ROUTE)
    assert changed(ROUTE, moved) == ()
    assert changed(ROUTE, ROUTE.replace("<bpmn:process ", "<!-- 草稿 -->\n\n<bpmn:process ", 1)) == ()
    assert changed(ROUTE, ROUTE.replace("<bpmn:incoming>", "\n   <bpmn:incoming>")) == ()


def test_the_process_itself_is_told():
    start = '<bpmn:process id="route_commitment" name='
    told = only(changed(ROUTE, ROUTE.replace(f'{start}"承诺件审批"', f'{start}"承诺件新路径"')))
    assert (told[0], told[2]) == ("route_commitment", (Detail("名称", "承诺件审批", "承诺件新路径"),))
    output = re.search(r'<bpmn:dataOutput id="(\w+)"[^>]*/>', ROUTE)
    assert output is not None
    [detail] = only(changed(ROUTE, ROUTE.replace(output[0], "")))[2]
    assert detail.what == "输出"
    assert {*detail.before.split()} - {*detail.after.split()} == {output[1]}


def test_what_has_no_word_of_its_own_is_told_all_the_same():
    start = '<bpmn:userTask id="ut_head_decide"'
    marked = ROUTE.replace(start, f'{start} isForCompensation="true"')
    assert only(changed(ROUTE, marked)) == ("ut_head_decide", "changed", (Detail("其他设置", "", ""),))
    joint = FILES["route_joint"]
    loop = joint.replace('isSequential="false"', 'isSequential="true"', 1)
    assert {one.what for part in changed(joint, loop) for one in part.details} == {"多实例"}


def test_a_draft_that_cannot_be_run_is_compared_and_one_that_is_no_file_is_refused():
    assert len(changed(ROUTE, ROUTE.replace('act="cases.give_opinion"', 'act="cases.give_nothing"'))) == 1
    with pytest.raises(BpmnRefused):
        changed(ROUTE, "<bpmn")
