"""Two files of decisions compared: each rule by its cells, the table by its columns, an inserted rule alone."""

from __future__ import annotations

import re

from engine.oversight.publishing.comparing.changes import Detail, Part
from engine.oversight.publishing.comparing.decisions import compare_decisions
from engine.process.bpmn import parse_decisions
from tests.support.decisions import TABLE


def changed(before: str, after: str) -> tuple[Part, ...]:
    assert before != after, "the test changes nothing"
    return compare_decisions(parse_decisions(before.encode()), parse_decisions(after.encode()))


def edited(old: str, new: str) -> str:
    assert TABLE.count(old) == 1
    return TABLE.replace(old, new)


def rule(id: str) -> str:
    found = re.search(rf'<rule id="{id}">.*?</rule>', TABLE, re.DOTALL)
    assert found is not None
    return found[0]


def test_a_file_is_like_itself_and_its_annotations_and_picture_are_no_rules():
    file = parse_decisions(TABLE.encode())
    assert compare_decisions(file, file) == ()
    assert changed(TABLE, edited("告知承诺的事后核查", "见核查办法")) == ()
    assert changed(TABLE, edited('x="160" y="240"', 'x="1" y="2"')) == ()


def test_a_cell_is_told_under_the_title_of_its_column():
    lower = changed(TABLE, edited('1"><text>"low"</text>', '1"><text>"high"</text>'))
    assert lower == (
        Part("risk_level:rule_promised", "风险等级 第 1 条", "changed", (Detail("risk", '"low"', '"high"'),)),
    )
    asked = changed(TABLE, edited('"UnaryTests_12"><text>true', '"UnaryTests_12"><text>false'))
    assert [part.details for part in asked] == [(Detail("告知承诺", "true", "false"),)]


def test_a_rule_that_is_gone_or_new_is_told_alone_and_moves_no_other():
    shorter = TABLE.replace(rule("rule_promised"), "")
    assert [(one.id, one.change) for one in changed(TABLE, shorter)] == [("risk_level:rule_promised", "removed")]
    assert [(one.id, one.change) for one in changed(shorter, TABLE)] == [("risk_level:rule_promised", "added")]


def test_another_order_of_the_same_rules_is_told():
    one, two = rule("rule_promised"), rule("rule_visited")
    swapped = TABLE.replace(one, "@").replace(two, one).replace("@", two)
    order = Detail("规则的次序", "rule_promised、rule_visited、rule_other", "rule_visited、rule_promised、rule_other")
    assert [(part.id, part.details) for part in changed(TABLE, swapped)] == [("risk_level", (order,))]


def test_the_columns_the_policy_and_what_is_required_are_told():
    policy = changed(TABLE, edited('hitPolicy="FIRST"', 'hitPolicy="PRIORITY"'))
    assert [(part.id, part.details) for part in policy] == [
        ("risk_level", (Detail("命中策略", "FIRST", "PRIORITY"),))
    ]
    start = '<inputValues id="UnaryTests_values">\n          <text>'
    [part] = changed(TABLE, edited(f'{start}"high","low"', f'{start}"low","high"'))
    assert (part.id, [one.what for one in part.details]) == ("depth_of_review", ["输入 风险"])
    start = '<decision id="risk_level" name='
    named = changed(TABLE, edited(f'{start}"风险等级"', f'{start}"级别"'))
    assert Detail("名称", "风险等级", "级别") in named[0].details


def test_a_decision_that_is_new_comes_with_its_rules():
    alone = re.sub(r'<decision id="depth_of_review".*?</decision>', "", TABLE, flags=re.DOTALL)
    added = [one.id for one in changed(alone, TABLE) if one.change == "added"]
    assert added == ["depth_of_review", "depth_of_review:rule_full", "depth_of_review:rule_simple"]
