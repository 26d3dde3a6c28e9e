"""The words of S-FEEL: a cell's text cut into numbers, texts, names and marks."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final, Literal

from engine.process.bpmn.decisions.values import FeelRefused

MAX_LENGTH: Final = 500
"""Longest cell taken, in characters."""

MAX_DIGITS: Final = 30
"""Longest number taken, in digits: more than a decimal of 34 digits keeps."""

_TOKEN: Final = re.compile(
    r"(?P<space>\s+)"
    r"|(?P<number>[0-9]+(?:\.[0-9]+)?|\.[0-9]+)"
    r'|(?P<text>"(?:[^"\\]|\\.)*")'
    r"|(?P<name>[^\W\d]\w*)"
    r"|(?P<mark>\.\.|\*\*|<=|>=|!=|[-+*/<>=()\[\],.@])",
    re.DOTALL,
)
_ESCAPE: Final = re.compile(r'\\(?:u([0-9A-Fa-f]{4})|(["\\/nrt]))')
_WIDE: Final = frozenset("“”‘’（），。：；＜＞＝【】－＋")


@dataclass(frozen=True, slots=True)
class Token:
    """One word; ``value`` is what a number or a text stands for."""

    kind: Literal["number", "text", "name", "mark", "end"]
    text: str
    value: Any = None


def tokens_of(text: str) -> list[Token]:
    """Return the words of ``text`` and an end; raise :class:`FeelRefused` for what is no word."""
    if len(text) > MAX_LENGTH:
        raise FeelRefused(f"内容超过 {MAX_LENGTH} 个字符，请拆成几条规则")
    found: list[Token] = []
    place = 0
    while place < len(text):
        match = _TOKEN.match(text, place)
        if match is None:
            raise FeelRefused(_complaint(text[place]))
        place = match.end()
        if match.lastgroup != "space":
            found.append(_token(str(match.lastgroup), match.group()))
    found.append(Token("end", ""))
    return found


def _complaint(letter: str) -> str:
    if letter == '"':
        return "引号没有成对"
    if letter in _WIDE:
        return f"“{letter}”是全角符号，请改用英文半角符号"
    return f"不认识“{letter}”，只能用比较、区间、列表、not 和四则运算"


def _token(kind: str, text: str) -> Token:
    if kind == "number":
        if len(text) > MAX_DIGITS:
            raise FeelRefused(f"数超过 {MAX_DIGITS} 位")
        return Token("number", text, Decimal(text))
    if kind == "text":
        return Token("text", text, _plain(text[1:-1]))
    return Token("name" if kind == "name" else "mark", text)


def _plain(written: str) -> str:
    letters = {"n": "\n", "r": "\r", "t": "\t"}

    def letter(match: re.Match[str]) -> str:
        return chr(int(match[1], 16)) if match[1] else letters.get(match[2], match[2])

    if "\\" in _ESCAPE.sub("", written):
        raise FeelRefused("文字里的反斜杠写法不对，请写成 \\\\")
    plain = _ESCAPE.sub(letter, written)
    if any("\ud800" <= each <= "\udfff" for each in plain):
        raise FeelRefused("文字里有半个字符，请直接写出这个字")
    return plain
