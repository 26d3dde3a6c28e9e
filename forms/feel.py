"""The subset of FEEL that a form's conditions may use, with its own small parser.

    condition  = "=" or
    or         = and {"or" and}
    and        = comparison {"and" comparison}
    comparison = atom [("=" | "!=" | "<" | "<=" | ">" | ">=") atom | "in" "[" atom {"," atom} "]"]
    atom       = number | string | true | false | null | not "(" or ")" | path | "(" or ")"

Logic has three values, as FEEL demands: comparing values of different kinds gives null, and a
field is hidden only when its condition is exactly true.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, NoReturn

from forms.errors import ConditionUnreadable

MAX_LENGTH: Final = 500
MAX_DEPTH: Final = 20

Scope = Mapping[str, object]
_Node = Callable[[Scope], object]

_TOKEN = re.compile(
    r"""\s*(?:(?P<number>\d+(?:\.\d+)?)
          |"(?P<string>(?:[^"\\]|\\["\\])*)"
          |(?P<word>[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)*)
          |(?P<sign>!=|<=|>=|[=<>()\[\],]))""",
    re.VERBOSE,
)


@dataclass(frozen=True)
class Expression:
    """A parsed condition: its source, the names it reads, and how to evaluate it."""

    source: str
    names: frozenset[str]
    node: _Node

    def evaluate(self, scope: Scope) -> object:
        """Return the value over ``scope``: True, False, None (unknown), a number or a string."""
        return self.node(scope)

    def holds(self, scope: Scope) -> bool:
        """Return True only when the condition is exactly true."""
        return self.node(scope) is True


@lru_cache(maxsize=512)
def parse(source: str) -> Expression:
    """Return the expression of ``source`` (it starts with ``=``); raise ConditionUnreadable."""
    if len(source) > MAX_LENGTH:
        raise ConditionUnreadable(source=source[:40] + "…", reason=f"超过 {MAX_LENGTH} 个字符")
    if not source.startswith("="):
        raise ConditionUnreadable(source=source, reason="应以 = 开头")
    parser = _Parser(source)
    node = parser.whole()
    return Expression(source, frozenset(parser.names), node)


def _kind(value: object) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int | float):
        return "number"
    return "string" if isinstance(value, str) else "other"


def _equal(left: object, right: object) -> object:
    kinds = _kind(left), _kind(right)
    if "null" in kinds:
        return left is None and right is None
    return left == right if kinds[0] == kinds[1] else None


def _unequal(left: object, right: object) -> object:
    same = _equal(left, right)
    return None if same is None else not same


def _ordered(compare: Callable[[Any, Any], object]) -> Callable[[object, object], object]:
    def test(left: object, right: object) -> object:
        kind = _kind(left)
        return compare(left, right) if kind == _kind(right) and kind in ("number", "string") else None

    return test


_COMPARE: Final[dict[str, Callable[[object, object], object]]] = {
    "=": _equal,
    "!=": _unequal,
    "<": _ordered(operator.lt),
    "<=": _ordered(operator.le),
    ">": _ordered(operator.gt),
    ">=": _ordered(operator.ge),
}


def _either(left: object, right: object) -> object:
    if left is True or right is True:
        return True
    return False if left is False and right is False else None


def _both(left: object, right: object) -> object:
    if left is False or right is False:
        return False
    return True if left is True and right is True else None


def _negated(value: object) -> object:
    return not value if isinstance(value, bool) else None


def _member(value: object, choices: list[object]) -> object:
    found: object = False
    for choice in choices:
        found = _either(found, _equal(value, choice))
    return found


def _lookup(path: tuple[str, ...], scope: Scope) -> object:
    value: object = scope
    for step in path:
        value = value.get(step) if isinstance(value, Mapping) else None
    return value


class _Parser:
    """Recursive descent over one source; collects the first names of the paths it meets."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.names: set[str] = set()
        self.tokens = self._split(source.lstrip("=").rstrip())
        self.at = 0
        self.depth = 0

    def _refuse(self, reason: str) -> NoReturn:
        raise ConditionUnreadable(source=self.source, reason=reason)

    def _split(self, text: str) -> list[tuple[str, str]]:
        tokens: list[tuple[str, str]] = []
        at = 0
        while at < len(text):
            found = _TOKEN.match(text, at)
            if found is None or found.lastgroup is None:
                self._refuse(f"“{text[at : at + 12].strip()}”处")
            tokens.append((found.lastgroup, found.group(found.lastgroup)))
            at = found.end()
        return tokens

    def whole(self) -> _Node:
        node = self._or()
        if self.at < len(self.tokens):
            self._refuse(f"多出“{self.tokens[self.at][1]}”")
        return node

    def _is(self, kind: str, text: str) -> bool:
        if self.at < len(self.tokens) and self.tokens[self.at] == (kind, text):
            self.at += 1
            return True
        return False

    def _need(self, text: str) -> None:
        if not self._is("sign", text):
            self._refuse(f"缺少“{text}”")

    def _or(self) -> _Node:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            self._refuse("括号套得太深")
        node = self._and()
        while self._is("word", "or"):
            node = _joined(_either, node, self._and())
        self.depth -= 1
        return node

    def _and(self) -> _Node:
        node = self._comparison()
        while self._is("word", "and"):
            node = _joined(_both, node, self._comparison())
        return node

    def _comparison(self) -> _Node:
        left = self._atom()
        if self._is("word", "in"):
            return self._choices(left)
        for sign, test in _COMPARE.items():
            if self._is("sign", sign):
                return _joined(test, left, self._atom())
        return left

    def _choices(self, left: _Node) -> _Node:
        self._need("[")
        choices = [self._atom()]
        while self._is("sign", ","):
            choices.append(self._atom())
        self._need("]")
        return lambda scope: _member(left(scope), [choice(scope) for choice in choices])

    def _atom(self) -> _Node:
        if self.at >= len(self.tokens):
            self._refuse("不完整")
        kind, text = self.tokens[self.at]
        self.at += 1
        if kind == "number":
            return _constant(float(text) if "." in text else int(text))
        if kind == "string":
            return _constant(re.sub(r"\\(.)", r"\1", text))
        if (kind, text) == ("sign", "("):
            node = self._or()
            self._need(")")
            return node
        if kind != "word":
            self._refuse(f"“{text}”处")
        return self._word(text)

    def _word(self, text: str) -> _Node:
        literals: dict[str, object] = {"true": True, "false": False, "null": None}
        if text in literals:
            return _constant(literals[text])
        if text in ("and", "or", "in"):
            self._refuse(f"“{text}”处")
        if text == "not":
            self._need("(")
            inner = self._or()
            self._need(")")
            return lambda scope: _negated(inner(scope))
        path = tuple(text.split("."))
        self.names.add(path[0])
        return lambda scope: _lookup(path, scope)


def _constant(value: object) -> _Node:
    return lambda _scope: value


def _joined(test: Callable[[object, object], object], left: _Node, right: _Node) -> _Node:
    return lambda scope: test(left(scope), right(scope))
