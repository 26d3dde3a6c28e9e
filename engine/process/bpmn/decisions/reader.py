"""From DMN 1.3 XML to compiled tables; everything that cannot be used is a problem with its place.

What drawing tools add (the layout, other namespaces' elements and attributes, annotations, input data, knowledge
sources) is passed over: it says nothing about the result.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Final, TypeVar, get_args

from lxml import etree

from engine.process.bpmn.decisions.cells import ANYTHING, Cell, compile_cell, fit_cell
from engine.process.bpmn.decisions.feel import Expression, compile_expression
from engine.process.bpmn.decisions.model import Aggregator, Decision, Input, Output, Policy, Rule, Table
from engine.process.bpmn.decisions.values import KIND_NAMES, TYPES, WRITTEN_AS, FeelRefused, Kind, fitted, kind_of
from engine.process.bpmn.problems import Problem, error
from engine.process.bpmn.xml import local_name, namespace

DMN: Final = "https://www.omg.org/spec/DMN/20191111/MODEL/"
"""Namespace of DMN 1.3."""

MAX_COLUMNS: Final = 40
"""Most columns of a table, inputs and outputs together."""

MAX_RULES: Final = 500
"""Most rules of a table."""

_LANGUAGES: Final = ("", "feel", "s-feel", "https://www.omg.org/spec/dmn/20191111/feel/")
_BOXED: Final = (
    "literalExpression", "decisionTable", "invocation", "context", "functionDefinition", "relation", "list",
    "conditional", "filter", "for", "every", "some",
)  # fmt: skip
_PLAIN_ENTRY: Final = compile_expression("null")
Made = TypeVar("Made")

_cell = lru_cache(maxsize=4096)(compile_cell)
_expression = lru_cache(maxsize=4096)(compile_expression)


def children(node: etree._Element, tag: str) -> list[etree._Element]:
    """Return the direct DMN children of ``node`` with the local name ``tag``."""
    return list(node.iterchildren(f"{{{DMN}}}{tag}"))


def text_in(node: etree._Element | None) -> str:
    """Return what the ``text`` element of ``node`` says (empty when there is none)."""
    texts = children(node, "text") if node is not None else []
    return (texts[0].text or "").strip() if texts else ""


def read_decision(xml: etree._Element, problems: list[Problem]) -> Decision | None:
    """Return the decision in ``xml``, or None when its problems, added to ``problems``, leave nothing to evaluate."""
    return DecisionReader(xml, problems).decision()


class DecisionReader:
    """Reads one decision and notes what is wrong with it."""

    def __init__(self, xml: etree._Element, problems: list[Problem]) -> None:
        self._xml = xml
        self._problems = problems
        self._known = len(problems)
        self.id = xml.get("id", "").strip()
        self.name = xml.get("name", "").strip() or self.id

    def decision(self) -> Decision | None:
        """Return the decision, or None when something is wrong with it."""
        boxes = [child for child in self._xml if namespace(child) == DMN and local_name(child) in _BOXED]
        variables = children(self._xml, "variable")
        variable = variables[0].get("name", "").strip() if variables else ""
        if variable and not is_fact_name(variable):
            # Drawing tools write the decision's title here; it names nothing then.
            variable = ""
        if len(boxes) != 1:
            self._note(self.id, "decision-logic", "没有决策逻辑，或有多个。请画一张决策表")
            return None
        logic: Table | Expression | None = None
        kind: Kind | None = None
        if local_name(boxes[0]) == "decisionTable":
            logic = self._table(boxes[0], variable)
        elif local_name(boxes[0]) == "literalExpression":
            kind = self._kind(variables[0] if variables else boxes[0], self.id)
            logic = self._plain(boxes[0], variable)
        else:
            self._note(
                boxes[0].get("id", self.id), "boxed-expression", f"用了“{local_name(boxes[0])}”，不支持。请改为决策表"
            )
        if logic is None or len(self._problems) > self._known:
            return None
        return Decision(self.id, self.name, variable, self._requires(), logic, kind)

    def _requires(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(ref for kind, ref in requirements(self._xml) if kind == "requiredDecision"))

    def _note(self, element_id: str, rule: str, sentence: str) -> None:
        self._problems.append(error(element_id, rule, f"决策“{self.name}”{sentence}。"))

    def _speaks_feel(self, node: etree._Element, place: str, within: str) -> None:
        language = node.get("expressionLanguage", "").strip()
        if language.lower() not in _LANGUAGES:
            self._note(
                node.get("id", within), "expression-language",
                f"{place}用的语言是“{language[:60]}”，只支持 FEEL。请改写成 FEEL，并去掉这项设置",
            )  # fmt: skip

    def _compiled(
        self, make: Callable[[str], Made], node: etree._Element, text: str, rule: str, place: str, within: str
    ) -> Made | None:
        """Compile what ``node`` says; a fault is told of it, or of ``within`` (its row or column) when it has no id."""
        self._speaks_feel(node, place, within)
        try:
            return make(text)
        except FeelRefused as fault:
            self._note(node.get("id", within), rule, f"{place}“{text[:60]}”不能使用：{fault}。请改正后再发布")
            return None

    def _kind(self, node: etree._Element, element_id: str, place: str = "结果") -> Kind | None:
        written = node.get("typeRef", "").strip().rpartition(":")[2]
        if not written or written == "Any":
            return None
        if written not in TYPES:
            self._note(
                element_id, "type-unknown", f"{place}的类型“{written[:40]}”不认识。请从这些里选：{'、'.join(TYPES)}"
            )
        return TYPES.get(written)

    def _inferred(
        self, texts: list[str], make: Callable[[str], Cell] | Callable[[str], Expression], element_id: str, label: str
    ) -> Kind:
        """Return the kind of a column that does not say its own: that of its first value."""
        for text in texts:
            try:
                made = make(text)
                kind = made.kind if isinstance(made, Cell) else kind_of(made.value_of({})) if made.is_constant else None
            except FeelRefused:
                continue
            if kind is not None:
                return kind
        self._note(element_id, "type-missing", f"的“{label}”看不出类型。请从这些里选一个：{'、'.join(TYPES)}")
        return "string"

    def _plain(self, xml: etree._Element, variable: str) -> Expression | None:
        if not variable:
            self._note(self.id, "output-name", "没有写明结果的名字。请为变量（variable）取一个英文名字")
        return self._compiled(_expression, xml, text_in(xml), "expression", "的表达式", self.id)

    # Tables ----------------------------------------------------------------------------------------------------------

    def _table(self, xml: etree._Element, variable: str) -> Table | None:
        policy: str = xml.get("hitPolicy", "UNIQUE").strip()
        aggregator: str = xml.get("aggregation", "").strip()
        if policy not in get_args(Policy) or aggregator not in get_args(Aggregator):
            self._note(
                xml.get("id", self.id), "hit-policy",
                f"的命中策略“{policy[:20]} {aggregator[:20]}”不认识。请从这些里选：{'、'.join(get_args(Policy))}",
            )  # fmt: skip
            return None
        columns, rows = children(xml, "input"), children(xml, "rule")
        results = children(xml, "output")
        if not results or len(columns) + len(results) > MAX_COLUMNS or len(rows) > MAX_RULES:
            self._note(
                xml.get("id", self.id), "table-size",
                f"有 {len(columns)} 列输入、{len(results)} 列输出、{len(rows)} 条规则。"
                f"至少要有一列输出，最多 {MAX_COLUMNS} 列、{MAX_RULES} 条规则，请拆成几张表",
            )  # fmt: skip
            return None
        inputs = tuple(self._input(each, place, rows) for place, each in enumerate(columns))
        outputs = tuple(self._output(each, place, variable, rows) for place, each in enumerate(results))
        rules = tuple(self._rule(row, number, inputs, outputs) for number, row in enumerate(rows, 1))
        if len(self._problems) > self._known:
            return None
        table_id = xml.get("id", "").strip() or self.id
        if policy != "COLLECT":
            aggregator = ""
        return Table(table_id, policy, aggregator, inputs, outputs, rules)  # type: ignore[arg-type] # Checked above.

    def _input(self, xml: etree._Element, place: int, rows: list[etree._Element]) -> Input:
        label = xml.get("label", "").strip() or f"第 {place + 1} 列输入"
        element_id = xml.get("id", self.id)
        inner = next(iter(children(xml, "inputExpression")), None)
        if inner is None:
            self._note(element_id, "input-expression", f"的输入“{label}”没有写明读什么。请填写信息的名字")
            return Input(label, _PLAIN_ENTRY, "string", None)
        allowed = self._allowed(xml, "inputValues", f"的输入“{label}”的允许值", element_id)
        texts = _texts(rows, "inputEntry", place)
        kind = self._kind(inner, element_id, f"的输入“{label}”") or self._inferred(texts, _cell, element_id, label)
        text = text_in(inner)
        expression = self._compiled(_expression, inner, text, "input-expression", f"的输入“{label}”", element_id)
        self._fit(allowed, kind, element_id, f"的输入“{label}”的允许值")
        return Input(xml.get("label", "").strip() or text, expression or _PLAIN_ENTRY, kind, allowed)

    def _output(self, xml: etree._Element, place: int, variable: str, rows: list[etree._Element]) -> Output:
        name = xml.get("name", "").strip() or (variable if place == 0 else "")
        label = xml.get("label", "").strip() or name or f"第 {place + 1} 列输出"
        element_id = xml.get("id", self.id)
        if not is_fact_name(name):
            self._note(
                element_id, "output-name",
                f"的输出“{label}”没有可用的名字（“{name[:40]}”）。请填写由英文字母、数字和下划线组成的名字",
            )  # fmt: skip
        texts = _texts(rows, "outputEntry", place)
        kind = self._kind(xml, element_id, f"的输出“{label}”") or self._inferred(texts, _expression, element_id, label)
        allowed = self._allowed(xml, "outputValues", f"的输出“{label}”的允许值", element_id)
        self._fit(allowed, kind, element_id, f"的输出“{label}”的允许值")
        made = Output(name, label, kind, allowed, None)
        entries = children(xml, "defaultOutputEntry")
        if not entries or not text_in(entries[0]):
            return made
        default = self._entry(entries[0], made, f"的输出“{label}”的默认值", element_id)
        return Output(name, label, kind, allowed, default)

    def _allowed(self, xml: etree._Element, tag: str, place: str, within: str) -> Cell | None:
        for values in children(xml, tag):
            text = text_in(values)
            cell = self._compiled(_cell, values, text, "allowed-values", place, within)
            return None if cell is None or cell is ANYTHING else cell
        return None

    def _fit(self, cell: Cell | None, kind: Kind, element_id: str, place: str) -> bool:
        if cell is None:
            return False
        try:
            fit_cell(cell, kind)
        except FeelRefused as fault:
            self._note(element_id, "cell-type", f"{place}“{cell.text[:60]}”不能使用：{fault}")
            return False
        return True

    def _rule(self, xml: etree._Element, number: int, inputs: tuple[Input, ...], outputs: tuple[Output, ...]) -> Rule:
        rule_id = xml.get("id", "").strip() or f"rule_{number}"
        tests, entries = children(xml, "inputEntry"), children(xml, "outputEntry")
        if len(tests) != len(inputs) or len(entries) != len(outputs):
            self._note(rule_id, "rule-shape", f"的规则 {number} 的单元格数与列数不符。请在编辑器里补齐或删去")
            return Rule(rule_id, number, (), ())
        return Rule(
            rule_id,
            number,
            tuple(self._test(each, column, number, rule_id) for each, column in zip(tests, inputs, strict=True)),
            tuple(
                self._entry(each, column, f"的规则 {number} 输出“{column.label}”", rule_id)
                for each, column in zip(entries, outputs, strict=True)
            ),
        )

    def _test(self, xml: etree._Element, column: Input, number: int, rule_id: str) -> Cell:
        place = f"的规则 {number} 输入“{column.label}”"
        cell = self._compiled(_cell, xml, text_in(xml), "cell", place, rule_id)
        self._fit(cell, column.kind, xml.get("id", rule_id), place)
        return cell or ANYTHING

    def _entry(self, xml: etree._Element, column: Output, place: str, within: str) -> Expression:
        """Return what an output cell or a default says; ``within`` is the id of its row or column."""
        text = text_in(xml)
        entry = self._compiled(_expression, xml, text or "null", "cell", place, within)
        if entry is not None and entry.is_constant:
            value = entry.value_of({})
            try:
                # A text that reads like a date is one in a date column of facts, but in a cell it is a slip.
                if kind_of(value) == "string" and column.kind != "string":
                    raise FeelRefused(f"这一列是{KIND_NAMES[column.kind]}，应写成{WRITTEN_AS[column.kind]}")
                fitted(value, column.kind)
            except FeelRefused as fault:
                self._note(xml.get("id", within), "cell-type", f"{place}“{text[:60]}”不能使用：{fault}")
        return entry or _PLAIN_ENTRY


def requirements(xml: etree._Element) -> Iterator[tuple[str, str]]:
    """Yield what a decision requires as (local name, id); an id of another file is kept whole."""
    for box in (*children(xml, "informationRequirement"), *children(xml, "knowledgeRequirement")):
        for each in box:
            if namespace(each) == DMN and local_name(each).startswith("required"):
                yield local_name(each), each.get("href", "").strip().removeprefix("#")


def is_fact_name(name: str) -> bool:
    """Whether a fact may be called ``name``: the journal takes ASCII names only."""
    return name.isascii() and name.isidentifier() and not name.startswith("_") and len(name) <= 60


def _texts(rows: list[etree._Element], tag: str, place: int) -> list[str]:
    found = [children(row, tag) for row in rows]
    return [text_in(cells[place]) for cells in found if place < len(cells)]
