"""Read one JSON object field by field and collect every fault in a Chinese sentence instead of stopping at the first.

A department that edits an item by hand should see all that is wrong at once: 一次性告知 (4.1.7), for our own people
too.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from decimal import Decimal
from typing import Any


class Reader:
    """One JSON object, the path to it, and the list of faults it shares with the readers of its parts."""

    def __init__(self, raw: object, faults: list[str], path: str = "") -> None:
        self._raw: Mapping[str, Any] = raw if isinstance(raw, Mapping) else {}
        self._seen: set[str] = set()
        self.faults = faults
        self.path = path
        if not isinstance(raw, Mapping):
            self.fault("", "应为一组字段（JSON 对象）")

    def fault(self, key: str, sentence: str) -> None:
        """Note a fault of the field ``key`` (empty: of the whole object)."""
        place = ".".join(part for part in (self.path, key) if part)
        self.faults.append(f"{place}：{sentence}" if place else sentence)

    def _take(self, key: str) -> Any:
        self._seen.add(key)
        if key not in self._raw:
            self.fault(key, "缺少该项")
        return self._raw.get(key)

    def has(self, key: str) -> bool:
        """Tell whether the field is there and not null; a null field counts as read."""
        self._seen.add(key)
        return self._raw.get(key) is not None

    def peek(self, key: str) -> Any:
        """Return the field as it is written, unjudged: for one that may be written in more than one way."""
        return self._raw.get(key)

    def text(self, key: str, allowed: Collection[str] | None = None) -> str:
        """Return a text that is not blank, one of ``allowed`` if given."""
        value = self._take(key)
        if not isinstance(value, str) or not value.strip():
            if key in self._raw:
                self.fault(key, "应填写文字，不得留空")
            return ""
        if allowed is not None and value not in allowed:
            self.fault(key, f"“{value}”不在可选范围内：{'、'.join(sorted(allowed))}")
        return value

    def optional_text(self, key: str, allowed: Collection[str] | None = None) -> str | None:
        """Return a text, or None when the field is null; the field itself must be written."""
        self._seen.add(key)
        if key not in self._raw:
            self.fault(key, "缺少该项；没有内容时请写 null")
            return None
        return None if self._raw[key] is None else self.text(key, allowed)

    def whole(self, key: str, least: int = 0) -> int:
        """Return a whole number not below ``least``."""
        value = self._take(key)
        if isinstance(value, bool) or not isinstance(value, int) or value < least:
            if key in self._raw:
                self.fault(key, f"应为不小于 {least} 的整数")
            return least
        return value

    def integer(self, key: str) -> int:
        """Return a whole number, which may be below zero."""
        value = self._take(key)
        if isinstance(value, bool) or not isinstance(value, int):
            if key in self._raw:
                self.fault(key, "应为整数")
            return 0
        return value

    def number(self, key: str) -> Decimal:
        """Return a number not below zero; halves are exact because the file is read with decimals."""
        value = self._take(key)
        if isinstance(value, bool) or not isinstance(value, int | Decimal) or value < 0:
            if key in self._raw:
                self.fault(key, "应为不小于 0 的数")
            return Decimal(0)
        return Decimal(value)

    def written(self, key: str) -> dict[str, Any]:
        """Return an object as it is written, for one who knows what it means to check; numbers are whole ones."""
        raw = self._take(key)
        if not isinstance(raw, Mapping):
            self.fault(key, "应为一组字段（JSON 对象）")
            return {}
        return dict(raw)

    def flag(self, key: str) -> bool:
        """Return true or false."""
        value = self._take(key)
        if not isinstance(value, bool):
            if key in self._raw:
                self.fault(key, "应为 true 或 false")
            return False
        return value

    def texts(self, key: str, allowed: Collection[str] | None = None, least: int = 0) -> tuple[str, ...]:
        """Return a list of different texts, at least ``least`` of them."""
        values = self._list(key, least)
        if any(not isinstance(value, str) or not value.strip() for value in values):
            self.fault(key, "每一项都应是文字，不得留空")
            return ()
        if len(values) != len(set(values)):
            self.fault(key, "有重复的项")
        for value in values:
            if allowed is not None and value not in allowed:
                self.fault(key, f"“{value}”不在可选范围内：{'、'.join(sorted(allowed))}")
        return tuple(values)

    def wholes(self, key: str) -> tuple[int, ...]:
        """Return a list of different whole numbers from 1 on."""
        values = self._list(key, 0)
        if any(isinstance(value, bool) or not isinstance(value, int) or value < 1 for value in values):
            self.fault(key, "每一项都应是不小于 1 的整数")
            return ()
        if len(values) != len(set(values)):
            self.fault(key, "有重复的项")
        return tuple(values)

    def part(self, key: str) -> Reader:
        """Return the reader of a nested object."""
        return Reader(self._take(key), self.faults, self._below(key))

    def parts(self, key: str, least: int = 0) -> list[Reader]:
        """Return the readers of a list of objects, at least ``least`` of them."""
        values = self._list(key, least)
        return [Reader(value, self.faults, f"{self._below(key)}[{place}]") for place, value in enumerate(values)]

    def marks(self, key: str, allowed: Collection[str]) -> dict[str, str]:
        """Return an object of texts whose values are all in ``allowed``."""
        raw = self._take(key)
        if not isinstance(raw, Mapping):
            if key in self._raw:
                self.fault(key, "应为一组字段（JSON 对象）")
            return {}
        for name, value in raw.items():
            if value not in allowed:
                self.fault(f"{key}[{name}]", f"来源标记应为{'、'.join(sorted(allowed))}之一")
        return {str(name): str(value) for name, value in raw.items()}

    def texts_by_name(self, key: str, least: int = 0) -> dict[str, str]:
        """Return an object of texts that are not blank, at least ``least`` of them."""
        raw = self._take(key)
        if not isinstance(raw, Mapping) or any(not isinstance(one, str) or not one.strip() for one in raw.values()):
            if key in self._raw:
                self.fault(key, "应为一组文字（JSON 对象），不得留空")
            return {}
        if len(raw) < least:
            self.fault(key, f"至少应有 {least} 项")
        return dict(raw)

    def no_more(self) -> None:
        """Note every field nobody asked for: a misspelt name must not be silently ignored."""
        for key in self._raw:
            if key not in self._seen:
                self.fault(key, "不认识该项，请核对拼写")

    def _below(self, key: str) -> str:
        return f"{self.path}.{key}" if self.path else key

    def _list(self, key: str, least: int) -> list[Any]:
        value = self._take(key)
        if not isinstance(value, list):
            if key in self._raw:
                self.fault(key, "应为一列（JSON 数组）")
            return []
        if len(value) < least:
            self.fault(key, f"至少应有 {least} 项")
        return value
