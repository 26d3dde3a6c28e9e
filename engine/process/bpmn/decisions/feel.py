"""Expressions of S-FEEL, compiled once to closures: names, paths, literals, four operations, comparisons.

Nothing is handed to Python's own compiler: a closure can only do what stands here.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final, TypeAlias

from engine.process.bpmn.decisions.tokens import Token, tokens_of
from engine.process.bpmn.decisions.values import (
    FeelRefused,
    Months,
    aligned,
    computed,
    date_of,
    duration_of,
    negated,
)

Scope: TypeAlias = Mapping[str, Any]
Compiled: TypeAlias = Callable[[Scope], Any]

MAX_DEPTH: Final = 20
"""Deepest nesting of parentheses and signs."""

WORDS: Final[Mapping[str, Any]] = {"true": True, "false": False, "null": None}
_CONVERSIONS: Final[Mapping[str, Callable[[str], Any]]] = {"date": date_of, "duration": duration_of}
_KEYWORDS: Final = frozenset(
    {"if", "then", "else", "for", "in", "return", "some", "every", "satisfies", "instance", "between", "and", "or",
     "not", "function"}
)  # fmt: skip
_COMPARISONS: Final[Mapping[str, Callable[[Any, Any], bool]]] = {
    "=": operator.eq, "!=": operator.ne, "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Expression:
    """A compiled expression; ``names`` are the facts it reads, by the first part of each path."""

    text: str
    names: frozenset[str]
    value_of: Compiled

    @property
    def is_constant(self) -> bool:
        """Whether the value is the same whatever the facts are."""
        return not self.names


class Reader:
    """Goes over the words of one cell from left to right."""

    def __init__(self, text: str) -> None:
        """Raises :class:`FeelRefused` for what is no word."""
        self._tokens = tokens_of(text)
        self._place = 0
        self._depth = 0
        self.names: set[str] = set()

    @property
    def next(self) -> Token:
        """The word that is read next."""
        return self._tokens[self._place]

    def after(self, count: int = 1) -> Token:
        """Return the word ``count`` behind the next one."""
        return self._tokens[min(self._place + count, len(self._tokens) - 1)]

    def take(self) -> Token:
        """Return the next word and go on behind it."""
        token = self.next
        if token.kind != "end":
            self._place += 1
        return token

    def skip(self, *marks: str) -> str:
        """Go on behind the next word when it is one of ``marks``, and return it; else return nothing."""
        if self.next.kind == "mark" and self.next.text in marks:
            return self.take().text
        return ""

    def expect(self, *marks: str) -> str:
        """Return the next word, which must be one of ``marks``."""
        found = self.skip(*marks)
        if not found:
            raise FeelRefused(f"这里应当是“{'”或“'.join(marks)}”，写的却是“{self.next.text or '（结束）'}”")
        return found

    def finish(self) -> None:
        """Insist that nothing is left."""
        if self.next.kind == "name":
            refuse_word(self.next.text, self.after())
        if self.next.kind != "end":
            raise FeelRefused(f"“{self.next.text}”是多余的，或者写法不支持")

    # Values ----------------------------------------------------------------------------------------------------------

    def literal(self) -> Any:
        """Return the value written here: a number, a text, true, false, null, a date or a duration."""
        minus = self.skip("-")
        token = self.next
        if token.kind == "number":
            return negated(self.take().value) if minus else self.take().value
        if minus:
            raise FeelRefused("负号后面应当是数")
        if token.kind == "text":
            return self.take().value
        if token.kind == "mark" and token.text == "@":
            return self._at()
        if token.kind == "name":
            return self._word()
        raise FeelRefused(f"这里应当是一个值，写的却是“{token.text or '（结束）'}”")

    def _at(self) -> Any:
        self.take()
        if self.next.kind != "text":
            raise FeelRefused("“@”后面应当是加英文双引号的日期或时长")
        text = self.take().value
        return duration_of(text) if "P" in text else date_of(text)

    def _word(self) -> Any:
        name = self.take().text
        if name in WORDS:
            return WORDS[name]
        if name in _CONVERSIONS and self.skip("("):
            if self.next.kind != "text":
                raise FeelRefused(f"{name}(…) 的括号里应当是加英文双引号的文字")
            value = _CONVERSIONS[name](self.take().value)
            self.expect(")")
            return value
        refuse_word(name, self.next)
        raise FeelRefused(f"不能写名字“{name}”：文字要加英文双引号；要和别的信息比较，请为它加一列输入")

    # Expressions -----------------------------------------------------------------------------------------------------

    def comparison(self) -> Compiled:
        """Return a sum, or the comparison of two."""
        left = self._sum()
        if not (sign := self.skip(*_COMPARISONS)):
            return left
        compare, right = _COMPARISONS[sign], self._sum()

        def compared(scope: Scope) -> bool:
            first, second = aligned(left(scope), right(scope))
            if sign not in ("=", "!=") and (first is None or second is None):
                raise FeelRefused("空值不能比较大小")
            return compare(first, second)

        return compared

    def _sum(self) -> Compiled:
        return self._chained(self._product, "+", "-")

    def _product(self) -> Compiled:
        return self._chained(self._signed, "*", "/")

    def _chained(self, part: Callable[[], Compiled], *signs: str) -> Compiled:
        value = part()
        while sign := self.skip(*signs):
            value = _joined(sign, value, part())
        return value

    def _signed(self) -> Compiled:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise FeelRefused(f"括号套了 {MAX_DEPTH} 层以上，请简化")
        try:
            if self.skip("-"):
                inner = self._signed()
                return lambda scope: negated(inner(scope))
            if self.skip("("):
                inner = self.comparison()
                self.expect(")")
                return inner
            return self._named()
        finally:
            self._depth -= 1

    def _named(self) -> Compiled:
        token = self.next
        if token.kind != "name" or token.text in WORDS:
            value = self.literal()
            return lambda scope: value
        name = self.take().text
        if name in _CONVERSIONS and self.skip("("):
            inner = self.comparison()
            self.expect(")")
            return _converted(name, inner)
        refuse_word(name, self.next)
        path = [name]
        while self.skip("."):
            if self.next.kind != "name":
                raise FeelRefused("“.”后面应当是名字")
            path.append(self.take().text)
        self.names.add(name)
        return lambda scope: _found(scope, path)


def refuse_word(name: str, following: Token) -> None:
    """Raise :class:`FeelRefused` when ``name`` begins something of full FEEL that is not taken here."""
    if name in _KEYWORDS:
        raise FeelRefused(f"不支持 FEEL 的“{name}”，只能用比较、区间、列表、not 和四则运算")
    if following.kind == "mark" and following.text == "(":
        raise FeelRefused(f"不支持函数“{name}”，只能用 date(…)、duration(…) 和 not(…)")
    if name.startswith("_"):
        raise FeelRefused(f"名字“{name}”不能以下划线开头")


def compile_expression(text: str) -> Expression:
    """Return the expression in ``text``; raise :class:`FeelRefused` with the reason in Chinese."""
    reader = Reader(text)
    value_of = reader.comparison()
    reader.finish()
    expression = Expression(text, frozenset(reader.names), value_of)
    if expression.is_constant:
        # What can be computed now is, so that a division by nought is found when the file is checked.
        value = value_of({})
        return Expression(text, frozenset(), lambda scope: value)
    return expression


def _joined(sign: str, left: Compiled, right: Compiled) -> Compiled:
    return lambda scope: computed(sign, left(scope), right(scope))


def _converted(name: str, inner: Compiled) -> Compiled:
    def value(scope: Scope) -> Any:
        text = inner(scope)
        already: type | tuple[type, ...] = date if name == "date" else (timedelta, Months)
        if text is None or isinstance(text, already):
            return text
        if not isinstance(text, str):
            raise FeelRefused(f"{name}(…) 的括号里应当是文字")
        return _CONVERSIONS[name](text)

    return value


def _found(scope: Scope, path: list[str]) -> Any:
    value: Any = scope
    for place, name in enumerate(path):
        if not isinstance(value, Mapping) or name not in value:
            raise FeelRefused(f"还没有这个信息：{'.'.join(path[: place + 1])}")
        value = value[name]
    return value
