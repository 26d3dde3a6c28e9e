"""A message that may come from outside a case, as a checked record: what it is called, what finds it, what it brings.

A message file is edited by process designers; ``load`` reads it and says all that is wrong in Chinese.  A release pins
the files its processes wait for, so a running case is answered by the words of its own release.
"""

from __future__ import annotations

import json
import keyword
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final

from processes import words
from processes.reading import Reader

TYPES: Final = MappingProxyType({"boolean": "是否", "integer": "整数", "text": "文字", "choice": "选项"})
MAX_BYTES: Final = 20_000
"""Most bytes of a message file."""

MAX_FACTS: Final = 8
MAX_TEXT: Final = 100
"""Most facts, and the longest text: together they stay well below what a process takes at once."""

MAX_INTEGER: Final = 10**15
"""Farthest from zero that a whole number may lie."""

_NAME = re.compile(r"[a-z][a-z0-9_]{1,59}")


class MessageRefused(ValueError):
    """消息“{message}”的内容有 {count} 处不符合要求，请按所列逐项改正后重新载入。"""

    code = "MESSAGE_FILE_REFUSED"

    def __init__(self, message: str, problems: tuple[str, ...]) -> None:
        self.message = message
        self.problems = problems
        self.sentence = (type(self).__doc__ or "").strip().format(message=message, count=len(problems))
        super().__init__("\n".join((self.sentence, *problems)))


@dataclass(frozen=True)
class Fact:
    """One fact that a message brings: ``least`` and ``most`` bound a whole number, ``most`` the letters of a text."""

    name: str
    title: str
    type: str
    least: int = 0
    most: int = 0
    choices: Mapping[str, str] = field(default_factory=dict)

    def fault(self, value: object) -> str | None:
        """Return what is wrong with ``value`` in a Chinese sentence, or None."""
        if self.type == "boolean":
            return None if isinstance(value, bool) else "应为 true 或 false"
        if self.type == "choice":
            return None if isinstance(value, str) and value in self.choices else f"应为 {'、'.join(self.choices)} 之一"
        if self.type == "integer":
            fits = isinstance(value, int) and not isinstance(value, bool) and self.least <= value <= self.most
            return None if fits else f"应为 {self.least} 至 {self.most} 的整数"
        fits = isinstance(value, str) and bool(value.strip()) and len(value) <= self.most and value.isprintable()
        return None if fits else f"应为 1 至 {self.most} 个字的文字，不含换行等控制字符"

    def told(self, value: Any) -> str:
        """Return a value that fits as a person reads it: 结论：符合要求."""
        shown = {True: "是", False: "否"}[value] if self.type == "boolean" else self.choices.get(value, value)
        return f"{self.title}：{shown}"


@dataclass(frozen=True)
class Message:
    """A message from outside: ``key`` is what its business key is called, ``mark`` where its contents come from."""

    name: str
    title: str
    key: str
    facts: tuple[Fact, ...]
    clause: str
    basis: str
    mark: str

    @property
    def brings(self) -> frozenset[str]:
        """The names of the facts it brings: all of them, every time."""
        return frozenset(fact.name for fact in self.facts)

    def faults(self, given: Mapping[str, Any]) -> dict[str, str]:
        """Return a Chinese sentence for each fact that is missing, unknown or does not fit, by its name."""
        known = {fact.name: fact for fact in self.facts}
        found = {name: f"没有“{name[:40]}”这一项，请删去" for name in given if name not in known}
        for name, fact in known.items():
            fault = fact.fault(given[name]) if name in given else "缺少这一项，请补充"
            if fault is not None:
                found[name] = fault
        return found

    def told(self, key: str, given: Mapping[str, Any]) -> str:
        """Return the business key and the facts, which fit, as a person reads them."""
        return "；".join([f"{self.key} {key}", *(fact.told(given[fact.name]) for fact in self.facts)])


def is_message(text: bytes) -> bool:
    """Tell whether a JSON file is one of a message, and not of an item."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return False
    return isinstance(found, dict) and "message" in found


def load(text: bytes) -> Message:
    """Return the message in a file; raise :class:`MessageRefused` with everything that is wrong with it."""
    if len(text) > MAX_BYTES:
        raise MessageRefused("", (f"文件超过 {MAX_BYTES} 字节，请删减",))
    try:
        raw = json.loads(text)
    except (ValueError, RecursionError) as fault:
        raise MessageRefused("", (f"不是合格的 JSON 文件（{fault}）",)) from fault
    faults: list[str] = []
    reader = Reader(raw, faults)
    message = Message(
        name=_named(reader, "message"),
        title=_short(reader, "title"),
        key=_short(reader, "key"),
        facts=tuple(_fact(part) for part in reader.parts("facts")),
        clause=reader.text("clause"),
        basis=reader.text("basis"),
        mark=reader.text("mark", words.VALUE_MARKS),
    )
    reader.no_more()
    names = [fact.name for fact in message.facts]
    if len(names) > MAX_FACTS:
        reader.fault("facts", f"不应超过 {MAX_FACTS} 项")
    if len(names) != len(set(names)):
        reader.fault("facts", "有重复的名字")
    if faults:
        raise MessageRefused(message.name, tuple(faults))
    return message


def _fact(reader: Reader) -> Fact:
    name, title = _named(reader, "name"), _short(reader, "title")
    kind = reader.text("type", TYPES)
    least, most, choices = 0, 0, {}
    if kind == "integer":
        least, most = (_integer(reader, key) for key in ("least", "most"))
        if least > most:
            reader.fault("most", "不应小于 least")
    elif kind == "text":
        most = reader.whole("most", 1)
        if most > MAX_TEXT:
            reader.fault("most", f"不应超过 {MAX_TEXT}")
    elif kind == "choice":
        choices = _choices(reader)
    reader.no_more()
    return Fact(name, title, kind, least, most, MappingProxyType(choices))


def _choices(reader: Reader) -> dict[str, str]:
    given = reader.texts_by_name("choices", least=1)
    for code, shown in given.items():
        if not _NAME.fullmatch(code) or len(shown) > MAX_TEXT:
            reader.fault("choices", f"“{code[:40]}”应由小写字母、数字和下划线组成，名称不超过 {MAX_TEXT} 个字")
    return given


def _integer(reader: Reader, key: str) -> int:
    value = reader.integer(key)
    if abs(value) > MAX_INTEGER:
        reader.fault(key, f"应在 -{MAX_INTEGER} 至 {MAX_INTEGER} 之间")
    return value


def _named(reader: Reader, key: str) -> str:
    name = reader.text(key)
    if name and (not _NAME.fullmatch(name) or keyword.iskeyword(name)):
        reader.fault(key, f"“{name[:40]}”应以小写字母开头，由 2 至 60 个小写字母、数字和下划线组成")
    return name


def _short(reader: Reader, key: str) -> str:
    text = reader.text(key)
    if len(text) > 40 or not text.isprintable():
        reader.fault(key, "不应超过 40 个字，不含换行等控制字符")
    return text
