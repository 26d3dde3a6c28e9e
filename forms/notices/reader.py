"""A strict reader of notice data: collects every problem, so that the clerk mends them in one go."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final, TypeVar

from forms.text import many_lines, one_line

_Row = TypeVar("_Row")
_EARLIEST: Final = 1970


class Reader:
    """Reads the keys of one mapping; ``problems`` maps key to sentence."""

    def __init__(self, data: Mapping[str, Any], prefix: str = "", words: str = "") -> None:
        self.data = data
        self.prefix = prefix
        self.words = words
        self.problems: dict[str, str] = {}
        self.seen: set[str] = set()

    def _get(self, key: str) -> Any:
        self.seen.add(key)
        return self.data.get(key)

    def _problem(self, key: str, sentence: str) -> None:
        self.problems[self.prefix + key] = self.words + sentence

    def ignore(self, key: str) -> None:
        """Let ``key`` stand in the data without reading it: it is worked out anew."""
        self.seen.add(key)

    def finish(self) -> None:
        """Report every key that nobody asked for: a misspelt key must not vanish silently."""
        for key in self.data:
            if key not in self.seen:
                self._problem(str(key), f"文书数据中有多余的内容“{key}”")

    def text(self, key: str, label: str, limit: int, *, needed: bool = True) -> str:
        """Return a text on one line."""
        return self._text(key, label, limit, needed, one_line)

    def lines(self, key: str, label: str, limit: int, *, needed: bool = True) -> str:
        """Return a text that may have several lines."""
        return self._text(key, label, limit, needed, many_lines)

    def texts(self, key: str, label: str, most: int, limit: int) -> tuple[str, ...]:
        """Return at least one and at most ``most`` texts on one line of at most ``limit`` characters each."""
        raw = self._get(key)
        if not isinstance(raw, list | tuple) or not all(isinstance(one, str) for one in raw):
            self._problem(key, f"缺少{label}")
            return ()
        found = tuple(one_line(one) for one in raw)
        if not 1 <= len(found) <= most or any(not 1 <= len(one) <= limit for one in found):
            self._problem(key, f"{label}应有1至{most}条，每条1至{limit}字")
        return found

    def _text(self, key: str, label: str, limit: int, needed: bool, clean: Callable[[str], str]) -> str:
        raw = self._get(key)
        if raw is not None and not isinstance(raw, str):
            self._problem(key, f"{label}应为文字")
            return ""
        value = clean(raw or "")
        if needed and not value:
            self._problem(key, f"缺少{label}")
        if len(value) > limit:
            self._problem(key, f"{label}不能超过{limit}字")
        return value

    def number(self, key: str, label: str, low: int, high: int, *, needed: bool = True) -> int | None:
        """Return a whole number between ``low`` and ``high``, or None."""
        raw = self._get(key)
        if raw is None:
            if needed:
                self._problem(key, f"缺少{label}")
            return None
        if isinstance(raw, bool) or not isinstance(raw, int) or not low <= raw <= high:
            self._problem(key, f"{label}应为{low}至{high}的整数")
            return None
        return raw

    def flag(self, key: str, label: str) -> bool:
        """Return a boolean; left out means False."""
        raw = self._get(key)
        if raw is not None and not isinstance(raw, bool):
            self._problem(key, f"{label}应为是或否")
        return raw is True

    def choice(self, key: str, label: str, allowed: tuple[str, ...]) -> str:
        """Return one of ``allowed``; left out means the first."""
        raw = self._get(key)
        if raw is not None and raw not in allowed:
            self._problem(key, f"{label}应为{'、'.join(allowed)}之一")
        return raw if raw in allowed else allowed[0]

    def chosen(self, key: str, label: str, allowed: tuple[str, ...]) -> str:
        """Return one of ``allowed``; it must be said."""
        raw = self._get(key)
        if raw not in allowed:
            self._problem(key, f"{label}应为{'、'.join(allowed)}之一" if raw else f"缺少{label}")
            return ""
        return str(raw)

    def subset(self, key: str, label: str, allowed: tuple[str, ...]) -> tuple[str, ...]:
        """Return the chosen ones of ``allowed``, in the order of ``allowed``."""
        raw = self._get(key)
        chosen = [] if raw is None else raw
        if not isinstance(chosen, list | tuple) or any(entry not in allowed for entry in chosen):
            self._problem(key, f"{label}只能是{'、'.join(allowed)}")
            return ()
        return tuple(entry for entry in allowed if entry in chosen)

    def moment(self, key: str, label: str, *, needed: bool = True) -> str:
        """Return an ISO moment with offset, as given; "" when it may be left out."""
        value = self.text(key, label, 40, needed=needed)
        if not value:
            return ""
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            moment = None
        if moment is None or moment.tzinfo is None or moment.year < _EARLIEST:
            self._problem(key, f"{label}应为带时区的时间")
        return value

    def rows(self, key: str, label: str, limit: int, make: Callable[[Reader], _Row]) -> tuple[_Row, ...]:
        """Return at least one and at most ``limit`` rows, each made by ``make``."""
        raw = self._get(key)
        if not isinstance(raw, list | tuple) or not all(isinstance(row, Mapping) for row in raw):
            self._problem(key, f"缺少{label}")
            return ()
        if not 1 <= len(raw) <= limit:
            self._problem(key, f"{label}应有1至{limit}项")
            return ()
        made: list[_Row] = []
        for index, row in enumerate(raw):
            reader = Reader(row, f"{key}[{index}].", f"第{index + 1}项：")
            made.append(make(reader))
            reader.finish()
            self.problems.update(reader.problems)
        return tuple(made)
