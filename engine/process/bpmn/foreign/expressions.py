"""Conditions of other tools in our writing: the part of JUEL (``${…}``) and FEEL (``= …``) that means the same.

Comparisons of facts with constants, and, or, not.  What calls something, reads into an object or computes is not
translated: nobody could say that it means the same here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

_TOKEN: Final = re.compile(
    r"""\s*(?:
    (?P<number>\d+(?:\.\d+)?)
  | (?P<text>"[^"\\]*"|'[^'\\]*')
  | (?P<sign>==|!=|<=|>=|&&|\|\||<|>|=|!|\(|\))
  | (?P<word>[^\W\d]\w*)
    )""",
    re.VERBOSE,
)
_COMPARED: Final = {
    "==": "==", "=": "==", "eq": "==", "!=": "!=", "ne": "!=", "<": "<", "lt": "<", "<=": "<=", "le": "<=",
    ">": ">", "gt": ">", ">=": ">=", "ge": ">=",
}  # fmt: skip
_CONSTANTS: Final = {"true": "True", "false": "False", "null": "None"}
_AND, _OR, _NOT = frozenset({"&&", "and"}), frozenset({"||", "or"}), frozenset({"!", "not"})
_RESERVED: Final = frozenset({"and", "or", "not", "eq", "ne", "lt", "le", "gt", "ge", "empty", "div", "mod", "in"})
_DEEPEST: Final = 40


class NotTranslated(ValueError):
    """The expression has something that has no sure counterpart here; ``args[0]`` is the reason in Chinese."""


@dataclass
class _Reader:
    tokens: list[tuple[str, str]]
    feel: bool
    at: int = 0
    depth: int = 0

    @property
    def next(self) -> tuple[str, str]:
        return self.tokens[self.at] if self.at < len(self.tokens) else ("", "")

    def take(self) -> tuple[str, str]:
        token = self.next
        self.at += 1
        return token

    def either(self) -> str:
        return self._chain(_OR, "or", self.both)

    def both(self) -> str:
        return self._chain(_AND, "and", self.one)

    def _chain(self, signs: frozenset[str], ours: str, part: Callable[[], str]) -> str:
        parts = [part()]
        while self.next[1] in signs and self.next[0] in ("sign", "word"):
            self.take()
            parts.append(part())
        return parts[0] if len(parts) == 1 else f" {ours} ".join(parts)

    def one(self) -> str:
        left = self._operand()
        kind, sign = self.next
        if kind not in ("sign", "word") or sign not in _COMPARED:
            return left
        if sign == "=" and not self.feel:
            raise NotTranslated("用了赋值号 =")
        self.take()
        right = self._operand()
        if self.next[1] in _COMPARED and self.next[0] in ("sign", "word"):
            raise NotTranslated("把几次比较连在了一起")
        return f"{_closed(left)} {_COMPARED[sign]} {_closed(right)}"

    def _operand(self) -> str:
        if self.next[0] not in ("sign", "word") or self.next[1] not in _NOT:
            return self._value()
        # Both tools bind "not" to what follows it directly, before any comparison.
        self.take()
        return f"not {_closed(self._operand())}"

    def _value(self) -> str:
        kind, text = self.take()
        if (kind, text) == ("sign", "("):
            self.depth += 1
            if self.depth > _DEEPEST:
                raise NotTranslated("写得太复杂")
            inner = self.either()
            if self.take() != ("sign", ")"):
                raise NotTranslated("括号不成对")
            return f"({inner})"
        if kind == "number":
            return text
        if kind == "text":
            return _quoted(text[1:-1])
        if kind == "word" and text in _CONSTANTS:
            return _CONSTANTS[text]
        if kind == "word" and text not in _RESERVED:
            return text
        raise NotTranslated(f"“{text or '结尾'}”处读不懂")


def translated(source: str) -> str:
    """Return a condition in our writing: ``${result == 'ok' && !late}`` is ``result == 'ok' and not late``.

    Raises :class:`NotTranslated` with the reason when it may mean something else here.
    """
    text, feel = _inner(source)
    reader = _Reader(list(_tokens(text)), feel)
    ours = reader.either()
    if reader.at < len(reader.tokens):
        raise NotTranslated(f"“{reader.next[1]}”处读不懂")
    return ours


def is_foreign(source: str) -> bool:
    """Tell whether an expression is written as other tools write it."""
    return source.startswith(("${", "#{", "="))


def constant(source: str) -> str:
    """Return the text that a ``=`` or ``${…}`` expression stands for when it is nothing but a constant, else itself."""
    text = source.strip()
    inner = text[1:].strip() if text.startswith("=") else text[2:-1].strip() if is_foreign(text) else text
    quoted = len(inner) > 1 and inner[0] == inner[-1] and inner[0] in "\"'" and inner[0] not in inner[1:-1]
    return inner[1:-1] if quoted else text


def _inner(source: str) -> tuple[str, bool]:
    text = source.strip()
    if text.startswith("="):
        return text[1:], True
    if text.startswith(("${", "#{")):
        if not text.endswith("}") or "{" in text[2:] or "}" in text[:-1]:
            raise NotTranslated("不是一个完整的表达式")
        return text[2:-1], False
    return text, False


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    at = 0
    while text[at:].strip():
        found = _TOKEN.match(text, at)
        if found is None:
            raise NotTranslated(f"“{text[at:].strip()[:12]}”没有确定相同的写法")
        at = found.end()
        kind = found.lastgroup or ""
        yield kind, found.group(kind)


def _closed(text: str) -> str:
    return f"({text})" if text.startswith("not ") else text


def _quoted(text: str) -> str:
    if text.lower() in ("true", "false", "null") or re.fullmatch(r"[-+]?\d+(\.\d+)?", text):
        # Other tools turn such a text into a truth value or a number before they compare.
        raise NotTranslated(f"和文字“{text}”比较，类型不明")
    return repr(text)
