"""Input cells: unary tests, kept as sets of values so that tables can be compared rule by rule.

A cell holds constants only.  So it stands for a set: a sorted run of spans between cuts, a cut lying just before or
just behind a value.  Membership, ``not``, overlaps and gaps are all questions about these spans.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from engine.process.bpmn.decisions.feel import Reader
from engine.process.bpmn.decisions.values import KIND_NAMES, WRITTEN_AS, FeelRefused, Kind, kind_of, shown

Cut: TypeAlias = tuple[Any, ...]
Span: TypeAlias = tuple[Cut, Cut]

BOTTOM: Final[Cut] = (-1,)
"""The cut before every value."""

TOP: Final[Cut] = (1,)
"""The cut behind every value."""

_ANYTHING: Final = ("", "-")


def before(value: Any) -> Cut:
    """Return the cut just before ``value``."""
    return (0, value, 0)


def behind(value: Any) -> Cut:
    """Return the cut just behind ``value``."""
    return (0, value, 1)


@dataclass(frozen=True, slots=True)
class Cell:
    """A set of values of one kind.

    ``spans`` are sorted and apart; ``null`` says whether null belongs to it; ``kind`` is None when the cell names no
    value; ``listed`` are the single values it names, in the order they are written, and None when it names ranges.
    """

    text: str
    kind: Kind | None
    spans: tuple[Span, ...]
    null: bool
    listed: tuple[Any, ...] | None

    def holds(self, value: Any) -> bool:
        """Whether ``value``, null or of this kind, belongs to the set."""
        if value is None:
            return self.null
        return any(low <= before(value) < high for low, high in self.spans)


ANYTHING: Final = Cell("-", None, ((BOTTOM, TOP),), null=True, listed=None)


def united(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Return the same set with its spans sorted and apart."""
    joined: list[Span] = []
    for low, high in sorted(spans):
        if joined and low <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(high, joined[-1][1]))
        else:
            joined.append((low, high))
    return tuple(joined)


def complement(spans: tuple[Span, ...]) -> tuple[Span, ...]:
    """Return everything between and around ``spans``, which are sorted and apart."""
    low = BOTTOM
    found: list[Span] = []
    for start, end in spans:
        if low < start:
            found.append((low, start))
        low = end
    return tuple([*found, (low, TOP)] if low < TOP else found)


def compile_cell(text: str) -> Cell:
    """Return the unary tests in ``text``; raise :class:`FeelRefused` with the reason in Chinese."""
    text = text.strip()
    if text in _ANYTHING:
        return ANYTHING
    reader = _Tests(text)
    turned = reader.is_not()
    reader.tests()
    if turned:
        reader.expect(")")
    reader.finish()
    return reader.cell(text, turned=turned)


def fit_cell(cell: Cell, kind: Kind) -> None:
    """Raise :class:`FeelRefused` when the cell names values that are not of ``kind``."""
    if cell.kind in (None, kind) or (kind == "integer" and cell.kind == "number"):
        return
    raise FeelRefused(f"这一列是{KIND_NAMES[kind]}，单元格里却是{KIND_NAMES[cell.kind]}。应写成{WRITTEN_AS[kind]}")


class _Tests(Reader):
    """Reads unary tests."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self._spans: list[Span] = []
        self._null = False
        self._kinds: set[Kind] = set()
        self._listed: list[Any] | None = []

    def is_not(self) -> bool:
        """Go behind ``not(`` when it stands here."""
        if self.next.text != "not" or self.after().text != "(":
            return False
        self.take()
        self.take()
        return True

    def tests(self) -> None:
        """Read tests with commas between them."""
        self._test()
        while self.skip(","):
            self._test()

    def cell(self, text: str, *, turned: bool) -> Cell:
        """Return what was read, turned into its opposite if asked."""
        if len(self._kinds) > 1:
            names = "和".join(sorted(KIND_NAMES[kind] for kind in self._kinds))
            raise FeelRefused(f"同一单元格里有{names}，请只写一种")
        kind = next(iter(self._kinds), None)
        spans = united(self._spans)
        if turned:
            return Cell(text, kind, complement(spans), not self._null, None)
        return Cell(text, kind, spans, self._null, None if self._listed is None else tuple(self._listed))

    def _test(self) -> None:
        if sign := self.skip("<=", "<", ">=", ">", "!=", "="):
            self._compared(sign)
        elif opening := self.skip("[", "(", "]"):
            self._range(opening)
        else:
            self._point(self.literal())

    def _compared(self, sign: str) -> None:
        value = self.literal()
        if sign == "=":
            self._point(value)
            return
        self._listed = None
        if value is None:
            raise FeelRefused(f"“{sign}”后面不能是 null；要排除空值请写 not(null)")
        self._seen(value)
        low, high = before(value), behind(value)
        self._spans += {
            "<": [(BOTTOM, low)],
            "<=": [(BOTTOM, high)],
            ">": [(high, TOP)],
            ">=": [(low, TOP)],
            "!=": [(BOTTOM, low), (high, TOP)],
        }[sign]

    def _range(self, opening: str) -> None:
        low = self._end_of_range()
        self.expect("..")
        high = self._end_of_range()
        closing = self.expect("]", ")", "[")
        if kind_of(low) != kind_of(high):
            raise FeelRefused(f"区间的两端类型不同：{shown(low)}、{shown(high)}")
        start = before(low) if opening == "[" else behind(low)
        end = behind(high) if closing == "]" else before(high)
        if start >= end:
            raise FeelRefused(f"区间从{shown(low)}到{shown(high)}里没有值，请检查两端的先后和括号")
        self._listed = None
        self._spans.append((start, end))

    def _end_of_range(self) -> Any:
        value = self.literal()
        if value is None:
            raise FeelRefused("区间的两端不能是 null")
        self._seen(value)
        return value

    def _point(self, value: Any) -> None:
        if self._listed is not None:
            self._listed.append(value)
        if value is None:
            self._null = True
            return
        self._seen(value)
        self._spans.append((before(value), behind(value)))

    def _seen(self, value: Any) -> None:
        kind = kind_of(value)
        if kind is not None:
            self._kinds.add(kind)
