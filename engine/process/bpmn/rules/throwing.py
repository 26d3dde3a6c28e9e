"""Rules about errors and escalations: each has a code, and is caught where the file can tell."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Final

from engine.process.bpmn.elements import thrown_code
from engine.process.bpmn.model import Drawing, Node, Scope, children
from engine.process.bpmn.names import SUBPROCESS_KINDS
from engine.process.bpmn.problems import Problem, error, warning
from engine.process.bpmn.rules.words import called

if TYPE_CHECKING:
    from engine.process.bpmn.definition import Definition

_WORDS: Final = {"errorEventDefinition": ("error", "错误"), "escalationEventDefinition": ("escalation", "升级")}
_UNKNOWN: Final = {"error": "error-unknown", "escalation": "escalation-unknown"}
_WITHOUT_CODE: Final = {"error": "error-without-code", "escalation": "escalation-without-code"}
_TWICE: Final = {"error": "error-twice", "escalation": "escalation-twice"}
_HOST: Final = {"error": "error-host", "escalation": "escalation-host"}
_HOSTS: Final = SUBPROCESS_KINDS | {"callActivity"}


def throwing_problems(node: Node) -> Iterator[Problem]:
    """What is thrown or caught has a code; only what holds a process of its own has something to catch."""
    for event, (kind, word) in _WORDS.items():
        if event in node.events:
            yield from _code(node, kind, word)
            if node.kind == "boundaryEvent":
                yield from _place(node, kind, word)
        codes = [thrown_code(each) for each in node.boundaries if event in each.events]
        for code in sorted({code for code in codes if code is not None and codes.count(code) > 1}):
            yield error(
                node.id,
                _TWICE[kind],
                f"{called(node)}上有两处接住{word}“{code or '任何编码'}”，不知道走哪一条。请删除一个。",
            )


def _code(node: Node, kind: str, word: str) -> Iterator[Problem]:
    code = thrown_code(node)
    if code is None:
        yield error(node.id, _UNKNOWN[kind], f"{called(node)}指向的{word}在文件里没有定义。请重新选择{word}。")
    elif not code and (node.kind != "boundaryEvent" or _names_one(node, kind)):
        yield error(node.id, _WITHOUT_CODE[kind], f"{called(node)}的{word}没有编码，没有人能接住它。请填写{word}编码。")


def _names_one(node: Node, kind: str) -> bool:
    return any(each.get(f"{kind}Ref", "").strip() for each in children(node.xml, f"{kind}EventDefinition"))


def _place(node: Node, kind: str, word: str) -> Iterator[Problem]:
    host = node.scope.nodes.get(node.attached_to)
    if host is not None and host.kind not in _HOSTS:
        yield error(node.id, _HOST[kind], f"{called(node)}所在的环节里不会抛出{word}。请把它放到子流程或调用活动上。")
    if kind == "error" and not node.interrupting:
        yield error(node.id, "error-beside", f"{called(node)}接住错误却不中断所在的环节，引擎不能执行。请改为中断。")


def uncaught_problems(drawing: Drawing) -> Iterator[Problem]:
    """In a process nobody calls every error is caught, and an escalation that nobody hears is worth a second look."""
    called_by_others = bool(children(drawing.scopes[0].xml, "ioSpecification")) if drawing.scopes else True
    for scope in drawing.scopes:
        for node in scope.nodes.values():
            code = thrown_code(node)
            for event, (kind, _) in _WORDS.items():
                thrown = event in node.events and node.kind != "boundaryEvent" and code
                if not thrown or called_by_others or _caught_around(scope, event, str(code)):
                    continue
                if kind == "error":
                    yield error(
                        node.id,
                        "error-uncaught",
                        f"{called(node)}抛出的错误“{code}”没有边界事件接住，走到这里会停住。"
                        "请在外面的子流程上放错误边界事件，或改为普通结束事件。",
                    )
                else:
                    yield warning(
                        node.id,
                        "escalation-uncaught",
                        f"{called(node)}抛出的升级“{code}”没有边界事件接住，不会有任何作用。请确认是否漏画了边界事件。",
                    )


def call_problems(drawing: Drawing, find: Callable[[str], Definition | None]) -> Iterator[Problem]:
    """An error that leaves a called process is caught around the call, unless this process is called itself."""
    if children(drawing.scopes[0].xml, "ioSpecification"):
        return
    for node in drawing.nodes():
        for code in sorted(_leaving(node.called, find, frozenset())) if node.called else ():
            if not _caught_at(node, "errorEventDefinition", code) and not _caught_around(
                node.scope, "errorEventDefinition", code
            ):
                yield error(
                    node.id,
                    "call-error-uncaught",
                    f"{called(node)}调用的流程可能抛出错误“{code}”，这里没有接住。请在它的边框上放错误边界事件。",
                )


def errors_of(drawing: Drawing) -> tuple[frozenset[str], tuple[tuple[str, frozenset[str]], ...]]:
    """Return the codes the process throws out of itself, and for each call the codes that are caught around it.

    Where every code is caught, the set holds the empty code.
    """
    event = "errorEventDefinition"
    out = {
        str(code)
        for node in drawing.nodes()
        if node.kind == "endEvent" and event in node.events and (code := thrown_code(node))
        if not _caught_around(node.scope, event, str(code))
    }
    calls = []
    for node in drawing.nodes():
        if node.called:
            caught = _codes_at(node, event)
            for host in _around(node.scope):
                caught |= _codes_at(host, event)
            calls.append((node.called, frozenset(caught)))
    return frozenset(out), tuple(calls)


def _leaving(process: str, find: Callable[[str], Definition | None], path: frozenset[str]) -> set[str]:
    """Return the codes that can come out of a called process, through whatever it calls."""
    definition = find(process)
    if definition is None or process in path:
        return set()
    out = set(definition.throws)
    for inner, caught in definition.catches:
        if "" not in caught:
            out |= _leaving(inner, find, path | {process}) - caught
    return out


def _caught_around(scope: Scope, event: str, code: str) -> bool:
    return any(_caught_at(host, event, code) for host in _around(scope))


def _caught_at(host: Node, event: str, code: str) -> bool:
    return bool({"", code} & _codes_at(host, event))


def _codes_at(host: Node, event: str) -> set[str]:
    codes = (thrown_code(each) for each in host.boundaries if event in each.events)
    return {code for code in codes if code is not None}


def _around(scope: Scope) -> Iterator[Node]:
    """Yield the subprocesses around a scope, innermost first."""
    while scope.parent is not None:
        if scope.id in scope.parent.nodes:
            yield scope.parent.nodes[scope.id]
        scope = scope.parent
