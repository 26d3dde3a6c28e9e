"""A few words to write small DMN files with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from engine.process.bpmn import Problem
from engine.process.bpmn.decisions import DecisionFile, Outcome, check_decisions, decide, parse_decisions

HEAD = '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="{id}" name="规则" namespace="t">'


def file(*parts: str, id: str = "tables") -> bytes:
    """A whole document around ``parts``."""
    return (HEAD.format(id=id) + "".join(parts) + "</definitions>").encode()


def text(tag: str, content: str, **attributes: str) -> str:
    return f"<{tag}{given(attributes)}><text>{escape(content)}</text></{tag}>"


def given(attributes: Mapping[str, str]) -> str:
    return "".join(f" {key}={quoteattr(value)}" for key, value in attributes.items() if value)


def column(expression: str, type: str = "number", values: str = "", label: str = "") -> str:
    """An input column."""
    inner = text("inputExpression", expression, typeRef=type)
    allowed = text("inputValues", values) if values else ""
    return f"<input{given({'label': label})}>{inner}{allowed}</input>"


def result(name: str = "level", type: str = "string", values: str = "", default: str | None = None) -> str:
    """An output column."""
    allowed = text("outputValues", values) if values else ""
    otherwise = text("defaultOutputEntry", default) if default is not None else ""
    return f"<output{given({'name': name, 'typeRef': type})}>{allowed}{otherwise}</output>"


def rule(tests: Sequence[str], entries: Sequence[str], id: str = "", cell_ids: str = "") -> str:
    made = "".join(
        text("inputEntry", each, id=f"{cell_ids}{n}" if cell_ids else "") for n, each in enumerate(tests)
    ) + "".join(text("outputEntry", each) for each in entries)
    return f"<rule{given({'id': id})}>{made}</rule>"


def table(
    columns: Iterable[str],
    results: Iterable[str],
    rows: Iterable[tuple[Sequence[str], Sequence[str]]],
    *,
    policy: str = "UNIQUE",
    aggregation: str = "",
    ids: str = "r",
) -> str:
    rules = "".join(
        rule(tests, entries, id=f"{ids}{n}", cell_ids=f"{ids}{n}_c") for n, (tests, entries) in enumerate(rows, 1)
    )
    named = given({"hitPolicy": policy, "aggregation": aggregation})
    return f"<decisionTable{named}>{''.join(columns)}{''.join(results)}{rules}</decisionTable>"


def decision(logic: str, id: str = "d", needs: Iterable[str] = (), variable: str = "", type: str = "") -> str:
    required = "".join(
        f'<informationRequirement><requiredDecision href="#{each}"/></informationRequirement>' for each in needs
    )
    named = f"<variable{given({'name': variable, 'typeRef': type})}/>" if variable else ""
    return f'<decision id="{id}" name="决策{id}">{named}{required}{logic}</decision>'


def one(
    columns: Iterable[str],
    results: Iterable[str],
    rows: Iterable[tuple[Sequence[str], Sequence[str]]],
    *,
    policy: str = "UNIQUE",
    aggregation: str = "",
    id: str = "d",
) -> bytes:
    """A file with one table; its rules are r1, r2 …"""
    return file(decision(table(columns, results, rows, policy=policy, aggregation=aggregation), id))


def cell_file(cell: str, type: str = "number") -> bytes:
    """A table that asks one question: is ``x`` in ``cell``?"""
    return one([column("x", type)], [result("yes", "boolean", default="false")], [([cell], ["true"])])


def holds(cell: str, value: Any, type: str = "number") -> bool:
    """Whether the fact ``value`` is in ``cell`` of a column of ``type``."""
    return bool(ask(cell_file(cell, type), x=value).last.outputs["yes"])


def ask(xml: bytes | DecisionFile, decision_id: str = "d", **facts: Any) -> Outcome:
    read = xml if isinstance(xml, DecisionFile) else parse_decisions(xml)
    return decide(read, decision_id, facts)


def rules_of(xml: bytes) -> list[str]:
    """The names of the rules a file breaks."""
    return [problem.rule for problem in check_decisions(xml)]


def problem(xml: bytes, rule: str) -> Problem:
    """The one problem of a rule that the file must have."""
    found = [each for each in check_decisions(xml) if each.rule == rule]
    assert len(found) == 1, check_decisions(xml)
    return found[0]
