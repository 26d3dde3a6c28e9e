"""Every rule of check has a file that breaks it; the problem names the element and says what to do."""

from __future__ import annotations

import ast
import re
from dataclasses import replace
from pathlib import Path

import pytest

from engine.process.bpmn import BpmnRefused, Problem, Vocabulary, check, parse_definition, rules
from tests.engine.process.bpmn.broken_files import (
    BROKEN,
    CAMUNDA,
    DECLARED,
    ELSEWHERE,
    FAILING,
    FEE,
    GOOD,
    OPEN,
    PASSING,
    WARNINGS,
    WORDS,
    decided,
    line,
)
from tests.engine.process.bpmn.dsl import (
    both,
    call,
    chain,
    end,
    ext,
    file,
    finder,
    flow,
    lanes,
    node,
    process,
    process_part,
    service,
    start,
    table_finder,
    user,
    users,
    xor,
)


def problems(xml: bytes, words: Vocabulary = WORDS) -> tuple[Problem, ...]:
    return check(xml, words, finder(OPEN, DECLARED, FAILING, PASSING), table_finder(FEE))


@pytest.mark.parametrize(
    "rule, xml, element",
    [
        pytest.param(rule, xml, element, id=f"{rule}-{n}")
        for rule, cases in BROKEN.items()
        for n, (xml, element) in enumerate(cases)
    ],
)
def test_a_file_that_breaks_a_rule_is_told_so_with_the_element(rule: str, xml: bytes, element: str) -> None:
    found = [problem for problem in problems(xml) if problem.rule == rule]
    if rule == "no-way-out":  # Everything in the trap is told, so that the page can mark it.
        assert [problem.element_id for problem in found] == ["m", "x", "a", "b"]
        found = [problem for problem in found if problem.element_id == element]
    assert [problem.element_id for problem in found] == [element], problems(xml)
    (problem,) = found
    assert problem.level == ("warning" if rule in WARNINGS else "error")
    assert problem.sentence.endswith("。") and "请" in problem.sentence
    if element:
        named = [element, f"名{element}", f"流程{element}", "材料", "库", "yc:", "Review"]
        assert any(each in problem.sentence for each in named) or "连线" in problem.sentence, problem.sentence


def test_every_rule_has_a_file_that_breaks_it() -> None:
    written: set[str] = set()
    for path in sorted(Path(rules.__file__).parent.glob("*.py")):
        for each in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(each, ast.Constant) and isinstance(each.value, str):
                written |= (
                    {each.value}
                    if re.fullmatch(
                        r"[a-z]+(-[a-z]+)+|compensation|transaction|quantity|expression|unreachable", each.value
                    )
                    else set()
                )
    assert written - ELSEWHERE == set(BROKEN)
    assert all(BROKEN.values())


def test_errors_come_before_warnings_and_nothing_is_said_twice() -> None:
    found = problems(line(users("a", "b"), node("scriptTask", "z"), flow("b", "e", id="f9"), ids="a z"))
    levels = [problem.level for problem in found]
    assert levels == sorted(levels) and len(found) == len(set(found))


def test_a_good_file_has_no_problem_at_all() -> None:
    words = replace(WORDS, facts=frozenset({"case_no"}))
    assert problems(GOOD, words) == ()
    assert parse_definition(GOOD).called == ("q",)


def test_calls_and_clauses_are_not_followed_when_nobody_can_say() -> None:
    xml = line(
        call("a", "nowhere"),
        node("userTask", "b", ext('<yc:task form="form" role="clerk"/><yc:clause ref="9.9"/>')),
        ids="a b",
    )
    assert check(xml, replace(WORDS, clauses=frozenset())) == ()


def test_facts_known_at_the_start_make_names_of_a_main_process_checkable() -> None:
    words = replace(WORDS, facts=frozenset({"case_no"}))
    assert [p.rule for p in problems(decided("case_nо == 1"), words)] == ["name-unknown"]  # A Cyrillic letter.
    assert problems(decided("case_no == '1'"), words) == ()


def test_names_come_from_inputs_acts_services_calls_and_variables() -> None:
    xml = process(
        start(), user("u", act="cases.decide"), service("v", "svc"), call("c", "q"), xor("g", "no"), end(),
        chain("s", "u", "v", "c", "g"),
        flow("g", "e", "decision == 'x' and n and case_no and items", id="yes"), flow("g", "e", id="no"),
        inputs=["case_no"], outputs=["decision"], variables=["items"],
    )  # fmt: skip
    assert problems(xml) == ()


def test_an_expression_that_cannot_be_read_is_told_once_and_not_for_its_names_too() -> None:
    found = problems(decided("n = 1", inputs=[]))
    assert [each.rule for each in found] == ["expression"]


def test_an_answer_without_an_act_gives_no_fact() -> None:
    assert [p.rule for p in problems(decided("decision == 'x'", inputs=[]))] == ["name-unknown"]


def test_a_definition_is_refused_for_what_forbids_running_but_not_for_house_rules() -> None:
    with pytest.raises(BpmnRefused) as refused:
        parse_definition(line(node("scriptTask", "a")))
    assert refused.value.code == "BPMN_REFUSED" and "名a" in refused.value.sentence and "a" in refused.value.sentence
    assert parse_definition(line(node("userTask", "a", ext('<yc:task form="?" role="?"/>')))).elements["a"].form == "?"


def test_a_definition_is_not_refused_for_warnings() -> None:
    xml = process(start(), both("g"), users("a", "b", "c"), end(), chain("s", "g", "a", "c", "e"), chain("g", "b", "c"))
    assert parse_definition(xml).process_id == "p"


def test_black_box_pools_and_message_flows_are_no_problem_and_not_executed() -> None:
    pools = (
        '<collaboration id="col"><participant id="P_applicant" name="申请对象"/>'
        '<participant id="P_center" name="中心" processRef="p"/>'
        '<messageFlow id="mf" sourceRef="P_applicant" targetRef="s"/></collaboration>'
    )
    assert problems(line(user("a"), extra=pools)) == ()
    before = file(pools, process_part(start(), user("a"), end(), chain("s", "a", "e")))
    assert parse_definition(before).elements["a"].lane == "L_window"


def test_an_empty_process_beside_the_real_one_is_overlooked() -> None:
    empty = '<process id="Process_1" isExecutable="false"/>'
    assert problems(file(empty, process_part(start(), user("a"), end(), chain("s", "a", "e")))) == ()


@pytest.mark.parametrize("host", ["userTask", "callActivity"])
def test_what_stands_on_the_page_only_as_a_note_is_no_problem(host: str) -> None:
    notes = (
        '<textAnnotation id="ta"><text>注</text></textAnnotation><group id="gr"/>'
        '<association id="as" sourceRef="a" targetRef="ta"/>'
    )
    task = user("a") if host == "userTask" else call("a", "q")
    words = replace(WORDS, facts=frozenset({"case_no"}))
    assert problems(line(task, notes), words) == ()


def test_a_gateway_that_only_merges_needs_neither_name_nor_default() -> None:
    xml = process(
        start(), both("f"), xor("m"), users("a", "b"), end(), chain("s", "f", "a", "m", "e"), chain("f", "b", "m")
    )
    assert problems(xml.replace("名m".encode(), b"")) == ()


def test_a_lane_inside_a_lane_is_the_lane() -> None:
    body = start() + user("a") + end() + chain("s", "a", "e")
    lane_set = lanes({"outer": body}).replace("</lane>", (
        '<childLaneSet id="cl"><lane id="inner" name="内"><flowNodeRef>a</flowNodeRef></lane></childLaneSet></lane>'
    ))  # fmt: skip
    xml = file(f'<process id="p" isExecutable="true">{lane_set}{body}</process>')
    definition = parse_definition(xml)
    assert definition.elements["a"].lane == "inner" and definition.elements["s"].lane == "outer"
    assert definition.lanes == {"outer": "综合窗口", "inner": "内"}


def test_a_file_of_another_tool_is_explained_element_by_element() -> None:
    found = {(problem.element_id, problem.rule) for problem in problems(CAMUNDA.encode())}
    assert {
        ("Gateway_1", "exclusive-without-default"), ("F4", "condition-missing"), ("F3", "expression"),
        ("Pay", "service-missing"), ("Pay", "multi-instance-source"), ("Pay", "multi-instance-place"),
        ("Late", "dead-end"), ("Check", "form-missing"), ("Check", "role-missing"),
        ("Check", "lane-missing"), ("", "foreign-extension"),
    } <= found  # fmt: skip
    (hint,) = [p.sentence for p in problems(CAMUNDA.encode()) if p.rule == "expression"]
    assert "其他流程软件的写法" in hint
