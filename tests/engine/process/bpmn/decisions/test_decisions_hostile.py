"""Hostile files: whatever they hold they are refused or read, quickly, and nothing of them is ever executed."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.process.bpmn import BpmnRefused
from engine.process.bpmn import decisions as package
from engine.process.bpmn.decisions import DecisionRefused, check_decisions, parse_decisions
from engine.process.bpmn.decisions.cells import compile_cell
from engine.process.bpmn.decisions.feel import compile_expression
from engine.process.bpmn.decisions.values import FeelRefused
from tests.engine.process.bpmn.decisions.dmn import ask, column, decision, file, one, result, table, text

SECONDS = 2.0
"""What a hostile file may cost, in seconds of the processor."""

ATTACKS = [
    "__import__('os').system('touch hacked')",
    "().__class__.__base__.__subclasses__()",
    "x.__class__.__mro__[1]",
    'eval("1")',
    "lambda: 1",
    "[c for c in x]",
    "f'{x}'",
    "9**9**9**9",
    "x if x else y",
    "exec('import os')",
    "open('/etc/passwd').read()",
    '"a".format(x)',
    "x := 1",
    "import os",
    "${T(java.lang.Runtime).getRuntime()}",
    "#{x}",
    'get value(x, "y")',
    'function(a) external {java: {class: "java.lang.Runtime"}}',
]


@pytest.mark.parametrize("attack", ATTACKS)
def test_code_in_a_cell_is_refused_wherever_it_stands(attack: str) -> None:
    places: list[Callable[[str], bytes]] = [
        lambda each: one([column("x")], [result()], [([each], ['"a"'])]),
        lambda each: one([column(each)], [result()], [(["1"], ['"a"'])]),
        lambda each: one([column("x")], [result("n", "number")], [(["1"], [each])]),
        lambda each: one([column("x", values=each)], [result()], [(["1"], ['"a"'])]),
        lambda each: one([column("x")], [result(values=each)], [(["1"], ['"a"'])]),
        lambda each: one([column("x")], [result(default=each)], [(["1"], ['"a"'])]),
        lambda each: file(decision(text("literalExpression", each), variable="v")),
    ]
    for place in places:
        with pytest.raises(BpmnRefused):
            parse_decisions(place(attack))


def test_a_path_reaches_facts_and_nothing_else() -> None:
    xml = one([column("x.__class__", "string")], [result()], [(["-"], ['"a"'])])
    with pytest.raises(DecisionRefused, match="还没有这个信息：x.__class__"):
        ask(xml, x="a")


def test_the_package_never_hands_text_to_python() -> None:
    for source in Path(package.__file__).parent.glob("*.py"):
        written = source.read_text("utf-8")
        assert not any(f"{word}(" in written.replace("re.compile(", "") for word in ("eval", "exec", "compile")), source


LETTERS = st.text(alphabet='0123456789.,<>=!-+*/()[]"\\@ \n\tabnotdurPDTMY_{}?;:“，（', max_size=60)


@settings(max_examples=400, deadline=None)
@given(LETTERS)
def test_any_text_compiles_or_is_refused_in_chinese(written: str) -> None:
    for make in (compile_cell, compile_expression):
        said = _refusal(make, written)
        assert not said or any("\u4e00" <= letter <= "\u9fff" for letter in said)


def _refusal(make: Callable[[str], object], written: str) -> str:
    try:
        make(written)
    except FeelRefused as refused:
        return str(refused)
    return ""


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_a_damaged_file_is_judged_and_never_crashes(data: st.DataObject) -> None:
    whole = one([column("x"), column("k", "string", values='"a"')], [result()], [(["[1..5]", '"a"'], ['"b"'])]).decode()
    start = data.draw(st.integers(0, len(whole)))
    end = data.draw(st.integers(start, min(len(whole), start + 40)))
    damaged = whole[:start] + data.draw(LETTERS) + whole[end:]
    found = check_decisions(damaged.encode())
    assert all(problem.sentence for problem in found)
    errors = [problem for problem in found if problem.level == "error"]
    if not errors:
        parse_decisions(damaged.encode())


def _many_ranges() -> bytes:
    rows = [([f"[{n}..{n + 900}], {n + 2000}, {n + 3000}"], ['"a"']) for n in range(500)]
    return one([column("x")], [result()], rows)


def _wide() -> bytes:
    columns = [column(f"x{n}", "integer") for n in range(15)]
    rows = [([f"not({(n * 7 + m) % 11})" for m in range(15)], ['"a"']) for n in range(300)]
    return one(columns, [result()], rows, policy="FIRST")


def _parity() -> bytes:
    columns = [column(f"x{n}", "integer") for n in range(19)]
    rows = [
        ([f"[{(n * 31 + m * 17) % 97}..{(n * 31 + m * 17) % 97 + 40}]" for m in range(19)], ['"a"']) for n in range(400)
    ]
    return one(columns, [result()], rows, policy="ANY")


@pytest.mark.parametrize(
    "make",
    [
        pytest.param(_many_ranges, id="many-ranges"),
        pytest.param(_wide, id="wide"),
        pytest.param(_parity, id="ranges-in-many-columns"),
        pytest.param(lambda: one([column("x")], [result()], [(["1"], ['"a"'])] * 5000), id="many-rules"),
        pytest.param(lambda: one([column("x")] * 300, [result()], [(["1"] * 300, ['"a"'])] * 30), id="many-columns"),
        pytest.param(lambda: one([column("x")], [result()], [([",".join("1" * 250)], ['"a"'])] * 190), id="long-lists"),
        pytest.param(lambda: one([column("(" * 249 + "x" + ")" * 249)], [result()], []), id="parentheses"),
        pytest.param(lambda: one([column("-" * 499 + "x")], [result()], []), id="signs"),
        pytest.param(lambda: one([column("+".join("x" * 240))], [result()], []), id="sums"),
        pytest.param(lambda: one([column("x")], [result()], [(['"' + "a" * 90_000 + '"'], ['"a"'])]), id="long-cell"),
        pytest.param(lambda: file("<decision>" * 5000 + "</decision>" * 5000), id="deep"),
        pytest.param(lambda: file("<a/>" * 200_000), id="many-elements"),
        pytest.param(lambda: file(*[decision(table([], [result()], []), f"d{n}") for n in range(3000)]), id="many"),
        pytest.param(lambda: file(decision(text("literalExpression", "1"), "a0", variable="v0"), *[
            decision(text("literalExpression", f"v{n - 1}"), f"a{n}", [f"a{n - 1}"] * 50, variable=f"v{n}")
            for n in range(1, 50)]), id="long-chain"),
        pytest.param(lambda: file("x" * 3_000_000), id="too-large"),
    ],
)  # fmt: skip
def test_a_hostile_file_costs_little(make: Callable[[], bytes]) -> None:
    xml = make()
    before = time.process_time()
    check_decisions(xml)
    assert time.process_time() - before < SECONDS


def test_numbers_do_not_grow_without_bound() -> None:
    nines = "9" * 30
    product = " * ".join([nines] * 15)
    xml = one([column("x")], [result("n", "number")], [(["-"], [f"x * {product}"])])
    with pytest.raises(DecisionRefused, match="太大"):
        ask(xml, x=1)
    joined = one([column("x", "string")], [result()], [(["-"], ["x + x + x + x"])])
    with pytest.raises(DecisionRefused, match="算不出结果"):
        ask(joined, x="长" * 300)
