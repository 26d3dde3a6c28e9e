"""What is not supported is refused in its cell: with table, rule, column and the text that stands there."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from engine.process.bpmn import BpmnRefused
from engine.process.bpmn.decisions import check_decisions, parse_decisions
from tests.engine.process.bpmn.decisions.dmn import (
    column,
    decision,
    file,
    one,
    problem,
    result,
    rule,
    rules_of,
    table,
)


@pytest.mark.parametrize(
    "cell, type, says",
    [
        ("food", "string", "文字要加英文双引号"),
        ("餐饮", "string", "文字要加英文双引号"),
        ("“餐饮”", "string", "““”是全角符号"),
        ('"餐饮"，"娱乐"', "string", "“，”是全角符号"),
        ('"open', "string", "引号没有成对"),
        (r'"\x"', "string", "反斜杠"),
        (r'"\ud800"', "string", "半个字符"),
        ("5", "string", "这一列是文字，单元格里却是数"),
        ('"5"', "number", "这一列是数，单元格里却是文字"),
        ('"2026-03-02"', "date", 'date("2026-03-02")'),
        ('date("2026-3-2")', "date", "不是日期"),
        ('date("2026-02-30")', "date", "不是日期"),
        ("date(2026)", "date", "加英文双引号的文字"),
        ('date("2026-01-01"', "date", "这里应当是“)”"),
        ('duration("5 days")', "dayTimeDuration", "不是时长"),
        ('duration("P1Y")', "dayTimeDuration", "这一列是日时长，单元格里却是年月时长"),
        ('duration("P1M"), duration("P5D")', "dayTimeDuration", "请只写一种"),
        ('1, "a"', "number", "请只写一种"),
        ("[1..5", "number", "这里应当是"),
        ("[5..1]", "number", "里没有值"),
        ("(1..1)", "number", "里没有值"),
        ("[1...5]", "number", "里没有值"),
        ('[1.."b"]', "number", "区间的两端类型不同"),
        ("[null..5]", "number", "区间的两端不能是 null"),
        ("[a..5]", "number", "不能写名字“a”"),
        ("< null", "number", "不能是 null"),
        ("< x + 1", "number", "不能写名字“x”"),
        ("5 + 1", "number", "“+”是多余的"),
        ("1..5", "number", "“..”是多余的"),
        ("1 2", "number", "“2”是多余的"),
        ("1,", "number", "应当是一个值"),
        ("not 5", "number", "不支持 FEEL 的“not”"),
        ("not(5", "number", "这里应当是“)”"),
        ("not(not(5))", "number", "不支持 FEEL 的“not”"),
        ("> 5 and < 9", "number", "不支持 FEEL 的“and”"),
        ("> 5 or < 2", "number", "不支持 FEEL 的“or”"),
        ("between 1 and 5", "number", "不支持 FEEL 的“between”"),
        ("in [1..5]", "number", "不支持 FEEL 的“in”"),
        ("if true then 1 else 2", "number", "不支持 FEEL 的“if”"),
        ("for x in y return x", "number", "不支持 FEEL 的“for”"),
        ("some x in y satisfies x", "number", "不支持 FEEL 的“some”"),
        ("function(x) x", "number", "不支持 FEEL 的“function”"),
        ("contains(x, 1)", "number", "不支持函数“contains”"),
        ("now()", "date", "不支持函数“now”"),
        ("? > 5", "number", "不认识“?”"),
        ("{a: 1}", "number", "不认识“{”"),
        ("x; y", "number", "不认识“;”"),
        ("1 ** 2", "number", "“**”是多余的"),
        ("__import__", "number", "不能以下划线开头"),
        ("1" * 31, "number", "数超过 30 位"),
        ("1e5", "number", "“e5”是多余的"),
        ("0x10", "number", "“x10”是多余的"),
        ("-true", "boolean", "负号后面应当是数"),
        ("@5", "date", "“@”后面"),
        ("x" * 501, "string", "超过 500 个字符"),
    ],
)
def test_an_input_cell_that_is_not_supported_is_refused_by_name(cell: str, type: str, says: str) -> None:
    xml = one([column("x", type, label="面积")], [result()], [(["-"], ['"a"']), ([cell], ['"b"'])])
    found = [each for each in check_decisions(xml) if each.level == "error"]
    assert [each.element_id for each in found] == ["r2_c0"], found
    assert "决策“决策d”的规则 2 输入“面积”" in found[0].sentence
    assert cell[:60] in found[0].sentence
    assert says in found[0].sentence
    with pytest.raises(BpmnRefused):
        parse_decisions(xml)


@pytest.mark.parametrize(
    "cell, type, says",
    [
        ("if x > 1 then 2 else 3", "number", "不支持 FEEL 的“if”"),
        ("sum(x)", "number", "不支持函数“sum”"),
        ("x.y()", "number", "“(”是多余的"),
        ("x[1]", "number", "“[”是多余的"),
        ("x and y", "boolean", "不支持 FEEL 的“and”"),
        ("2 ** 9", "number", "“**”是多余的"),
        ("1 / 0", "number", "算不出结果"),
        ('-date("2026-01-01")', "date", "负号不能用在2026-01-01上"),
        ('date("2026-01-01") + date("2026-01-01")', "date", "算不出结果"),
        ('date("9999-12-31") + duration("P1D")', "date", "算不出结果"),
        ('date("9999-12-31") + duration("P1M")', "date", "算不出结果"),
        ('duration("P1D") + duration("P1M")', "dayTimeDuration", "算不出结果"),
        ('"a" * 2', "string", "算不出结果"),
        ('"a"', "number", "这一列是数"),
        ("5", "string", "值5不是文字"),
        ("1.5", "integer", "值1.5不是整数"),
        ('"2026-03-02"', "date", "这一列是日期"),
        ("x +", "number", "应当是一个值"),
        ("(x", "number", "这里应当是“)”"),
        ("-", "number", "应当是一个值"),
        ("[1..2]", "number", "应当是一个值"),
        ("< 5", "number", "应当是一个值"),
        ("_x", "number", "不能以下划线开头"),
        ("().__class__", "number", "应当是一个值"),
        ("x.__class__", "number", ""),
    ],
)
def test_an_output_cell_that_is_not_supported_is_refused_by_name(cell: str, type: str, says: str) -> None:
    xml = one([column("x")], [result("n", type)], [(["1"], [cell])])
    if not says:
        # A path only ever looks a name up among the facts; there is nothing else to reach.
        assert [each for each in check_decisions(xml) if each.level == "error"] == []
        return
    found = [each for each in check_decisions(xml) if each.level == "error"]
    assert len(found) == 1, found
    assert "的规则 1 输出“n”" in found[0].sentence
    assert says in found[0].sentence


@pytest.mark.parametrize(
    "xml, rule_",
    [
        (one([column("x +")], [result()], []), "input-expression"),
        (one([column("")], [result()], []), "input-expression"),
        (one([column("string length(x)")], [result()], []), "input-expression"),
        (one(["<input id='i'/>"], [result()], []), "input-expression"),
        (one([column("x", "tColour")], [result()], []), "type-unknown"),
        (one([column("x", "time")], [result()], []), "type-unknown"),
        (one([column("x", "dateTime")], [result()], []), "type-unknown"),
        (one([column("x", "")], [result()], [(["-"], ['"a"'])]), "type-missing"),
        (one([column("x")], [result(type="")], [(["-"], ["x"])]), "type-missing"),
        (one([column("x")], [result("等级")], []), "output-name"),
        (one([column("x")], [result("_x")], []), "output-name"),
        (one([column("x", values="yes")], [result()], []), "allowed-values"),
        (one([column("x", values='"a"')], [result()], []), "cell-type"),
        (one([column("x")], [result(values="1")], []), "cell-type"),
        (one([column("x")], [result(values='"a"')], [(["1"], ['"b"'])]), "output-not-allowed"),
        (one([column("x")], [result(values='"a"', default='"b"')], []), "output-not-allowed"),
        (one([column("x")], [result(default="f(x)")], []), "cell"),
        (one([column("x")], [result()], [([], ['"a"'])]), "rule-shape"),
        (one([column("x")], [result()], [(["1"], [])]), "rule-shape"),
        (one([column("x")], [], [(["1"], [])]), "table-size"),
        (one([column("x")], [result()], [(["1"], ['"a"'])], policy="BEST"), "hit-policy"),
        (one([column("x")], [result()], [(["1"], ['"a"'])], policy="COLLECT", aggregation="AVG"), "hit-policy"),
        (one([column("x")], [result()], [(["1"], ['"a"'])], policy="PRIORITY"), "priority-missing"),
        (one([column("x")], [result()], [(["1"], ['"a"'])], policy="OUTPUT ORDER"), "priority-missing"),
        (one([column("x")], [result("n", "number", values="[1..5]")], [(["1"], ["1"])], policy="PRIORITY"),
         "priority-missing"),
        (one([column("x")], [result("n", "number", values="1, 2")], [(["1"], ["x"])], policy="PRIORITY"),
         "priority-computed"),
        (one([column("x")], [result()], [(["1"], ['"a"'])], policy="COLLECT", aggregation="SUM"), "aggregation"),
        (one([], [result("a", "number"), result("b", "number")], [], policy="COLLECT", aggregation="MAX"),
         "aggregation"),
        (one([column("x")], [result()], [(["1"], [""])], policy="COLLECT"), "output-empty"),
        (file(), "no-decision"),
        (file(decision(""), id="1a"), "file-id"),
        (file(decision("", id="规则")), "decision-id"),
        (file(decision("", id="a"), decision("", id="b").replace("决策b", "决策a")), "name-duplicate"),
        (file(decision(f"<decisionTable><output name='a' typeRef='string'/>{rule([], ['1'], id='x')}"
                       f"{rule([], ['1'], id='x')}</decisionTable>")), "id-duplicate"),
        (b"<definitions/>", "not-dmn"),
        (b'<definitions xmlns="http://www.omg.org/spec/DMN/20180521/MODEL/" id="a"/>', "not-dmn"),
        (b'<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" id="a"/>', "not-dmn"),
        (b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", "xml-doctype"),
        (b"no xml", "xml-broken"),
        (b"\xff\xfe", "xml-broken"),
    ],
)  # fmt: skip
def test_a_table_that_cannot_be_used_is_refused(xml: bytes, rule_: str) -> None:
    assert rule_ in rules_of(xml), check_decisions(xml)
    assert all("。" in each.sentence for each in check_decisions(xml))
    with pytest.raises(BpmnRefused):
        parse_decisions(xml)


@pytest.mark.parametrize("place", ["text", "inputExpression", "inputEntry", "outputEntry"])
def test_another_expression_language_is_refused_where_it_is_named(place: str) -> None:
    plain = one([column("x")], [result()], [(["1"], ['"a"'])]).decode()
    tag = "inputEntry" if place == "text" else place
    written = plain.replace(f"<{tag}", f'<{tag} expressionLanguage="groovy"').encode()
    assert "groovy" in problem(written, "expression-language").sentence
    spoken = plain.replace(f"<{tag}", f'<{tag} expressionLanguage="FEEL"').encode()
    assert rules_of(spoken) == ["rules-gap"]


def test_what_drawing_tools_add_is_passed_over() -> None:
    inner = decision(
        '<extensionElements><x:a xmlns:x="urn:x" id="r1"/></extensionElements><variable id="v" name="风险 等级"/>'
        '<informationRequirement id="q"><requiredInput href="#in_1"/></informationRequirement>'
        '<authorityRequirement id="w"><requiredAuthority href="#src"/></authorityRequirement>'
        '<decisionTable id="t"><input id="i" label="面积" biodi:width="192">'
        '<inputExpression id="e" typeRef="feel:number"><text>\n  area\n</text></inputExpression></input>'
        '<output id="o" name="risk" typeRef="string"/><annotation name="依据"/>'
        '<rule id="r"><description>小店</description><inputEntry id="c"><text>-</text></inputEntry>'
        '<outputEntry id="x"><text>"low"</text></outputEntry><annotationEntry><text>x(</text></annotationEntry></rule>'
        "</decisionTable>"
    )
    xml = file(
        '<inputData id="in_1" name="area"/><knowledgeSource id="src" name="办法"/>', inner,
        '<dmndi:DMNDI><dmndi:DMNDiagram><dmndi:DMNShape id="s" dmnElementRef="d"/></dmndi:DMNDiagram></dmndi:DMNDI>',
    ).replace(b"<definitions ", b'<definitions xmlns:dmndi="https://www.omg.org/spec/DMN/20191111/DMNDI/" '
                                b'xmlns:biodi="http://bpmn.io/schema/dmn/biodi/2.0" exporter="dmn-js" ')  # fmt: skip
    assert check_decisions(xml) == ()
    assert parse_decisions(xml).reads("d") == {"area"}


def test_types_are_read_off_the_cells_where_the_file_names_none() -> None:
    xml = one(
        [column("on", "")], [result("n", "")], [(['< date("2026-01-01")'], ["1"]), (["-"], ["2"])], policy="FIRST"
    )
    table = parse_decisions(xml).decisions["d"].logic
    assert (table.inputs[0].kind, table.outputs[0].kind) == ("date", "number")  # type: ignore[union-attr] # A table.


def test_all_bad_cells_are_told_at_once_but_no_more_than_a_hundred() -> None:
    def bad(count: int) -> Callable[[], bytes]:
        return lambda: one([column("x")], [result()], [(["f("], ['"a"'])] * count)

    assert len(check_decisions(bad(7)())) == 7
    assert len(check_decisions(bad(300)())) == 100


@pytest.mark.parametrize(
    "cells", [(["weekday(x)"], ['"a"']), (['"five"'], ['"a"']), (["1"], ["now()"]), (["1"], ["5"])], ids=str
)
def test_a_cell_without_an_id_is_told_of_by_its_rule(cells: tuple[list[str], list[str]]) -> None:
    rows = rule(["0"], ['"a"'], "first") + rule(*cells, "second")
    found = check_decisions(file(decision(f"<decisionTable>{column('x')}{result()}{rows}</decisionTable>")))
    assert [each.element_id for each in found] == ["second"], found


def test_a_default_or_an_allowed_value_is_told_of_by_its_column() -> None:
    columns = column("x", values="now()").replace("<input>", '<input id="in">')
    outputs = result(default="now()").replace("<output ", '<output id="out" ')
    found = check_decisions(file(decision(table([columns], [outputs], [(["1"], ['"a"'])]))))
    assert [each.element_id for each in found] == ["in", "out"], found
