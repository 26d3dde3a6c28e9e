"""The values of S-FEEL: what a table compares, and how routing facts become such values and back.

Facts are strings, numbers, booleans, None and lists.  A number is a decimal here, so that 0.1 + 0.2 is 0.3; a date and
a duration are ISO 8601 strings among the facts (``2026-03-02``, ``P5D``, ``P1Y6M``) and become real ones in a column of
such a type.
"""

from __future__ import annotations

import decimal
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final, Literal, TypeAlias

Kind: TypeAlias = Literal["string", "number", "integer", "boolean", "date", "days", "months"]

TYPES: Final[Mapping[str, Kind]] = {
    "string": "string",
    "number": "number",
    "double": "number",
    "integer": "integer",
    "long": "integer",
    "boolean": "boolean",
    "date": "date",
    "dayTimeDuration": "days",
    "days and time duration": "days",
    "yearMonthDuration": "months",
    "years and months duration": "months",
}
"""What ``typeRef`` may say; ``double``, ``integer`` and ``long`` are written by common editors."""

KIND_NAMES: Final[Mapping[Kind, str]] = {
    "string": "文字",
    "number": "数",
    "integer": "整数",
    "boolean": "真假",
    "date": "日期",
    "days": "日时长",
    "months": "年月时长",
}

WRITTEN_AS: Final[Mapping[Kind, str]] = {
    "string": '文字加英文双引号，如 "food"',
    "number": "如 12.5",
    "integer": "如 12",
    "boolean": "true 或 false",
    "date": '如 date("2026-03-02")',
    "days": '如 duration("P5D")',
    "months": '如 duration("P1Y6M")',
}
"""How a value of the kind is written in a cell, for sentences."""

LARGEST: Final = 2**53 - 1
"""Largest whole number that every reader of the journal reads as itself."""

MAX_TEXT: Final = 1_000
"""Longest text an operator may make, in characters."""

_ARITHMETIC: Final = decimal.Context(
    prec=34, Emax=6144, Emin=-6143, traps=[decimal.DivisionByZero, decimal.Overflow, decimal.InvalidOperation]
)
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_DAYS: Final = re.compile(
    r"(-?)P(?:([0-9]{1,6})D)?(?:T(?=[0-9])(?:([0-9]{1,6})H)?(?:([0-9]{1,6})M)?(?:([0-9]{1,6}(?:\.[0-9]{1,6})?)S)?)?"
)
_MONTHS: Final = re.compile(r"(-?)P(?:([0-9]{1,6})Y)?(?:([0-9]{1,6})M)?")


class FeelRefused(ValueError):
    """What stands in a cell or in a fact cannot be used; the message says why, in Chinese."""


@dataclass(frozen=True, slots=True, order=True)
class Months:
    """A duration in whole months: a year is twelve of them."""

    count: int


def date_of(text: str) -> date:
    """Return the day written as ``2026-03-02``; raise :class:`FeelRefused`."""
    if _DATE.fullmatch(text):
        try:
            return date.fromisoformat(text)
        except ValueError:
            pass
    raise FeelRefused(f"“{text[:40]}”不是日期，应写成 2026-03-02 这样的年月日")


def duration_of(text: str) -> timedelta | Months:
    """Return the duration written in ISO 8601, of days and time or of years and months; raise :class:`FeelRefused`."""
    found = _MONTHS.fullmatch(text)
    if found and (found[2] or found[3]):
        count = int(found[2] or 0) * 12 + int(found[3] or 0)
        return Months(-count if found[1] else count)
    found = _DAYS.fullmatch(text)
    if found and any(found.groups()[1:]):
        whole = timedelta(days=int(found[2] or 0), hours=int(found[3] or 0), minutes=int(found[4] or 0))
        # Decimal, because a float would round a tenth of a second.
        total = whole + timedelta(microseconds=int(Decimal(found[5] or 0) * 1_000_000))
        return -total if found[1] else total
    raise FeelRefused(f"“{text[:40]}”不是时长，应写成 P5D、PT8H 或 P1Y6M 这样的 ISO 8601 时长")


def kind_of(value: Any) -> Kind | None:
    """Return the kind of an S-FEEL value (None for null, lists and contexts)."""
    kinds: tuple[tuple[type, Kind], ...] = (
        (bool, "boolean"), (str, "string"), (Decimal, "number"), (date, "date"), (timedelta, "days"), (Months, "months")
    )  # fmt: skip
    return next((kind for each, kind in kinds if isinstance(value, each)), None)


def incoming(fact: Any) -> Any:
    """Return a routing fact as an S-FEEL value; raise :class:`FeelRefused` for what is none."""
    if fact is None or isinstance(fact, bool | str | date | timedelta | Months | Decimal):
        return fact
    if isinstance(fact, int):
        return Decimal(fact)
    if isinstance(fact, float) and math.isfinite(fact):
        return Decimal(repr(fact))
    if isinstance(fact, list | tuple):
        return [incoming(each) for each in fact]
    if isinstance(fact, Mapping):
        return {name: incoming(each) for name, each in fact.items()}
    raise FeelRefused("值不是文字、数或真假")


def fitted(value: Any, kind: Kind) -> Any:
    """Return ``value`` as one of ``kind``: ISO text becomes a date or a duration; raise :class:`FeelRefused`."""
    if value is None:
        return None
    if isinstance(value, str) and kind == "date":
        return date_of(value)
    if isinstance(value, str) and kind in ("days", "months"):
        value = duration_of(value)
    found = kind_of(value)
    if found == "number" and kind == "integer" and value == value.to_integral_value():
        return value
    if found != kind:
        raise FeelRefused(f"值{shown(value)}不是{KIND_NAMES[kind]}")
    return value


def outgoing(value: Any) -> Any:
    """Return an S-FEEL value as a routing fact: whole numbers as int, others as float, the rest as ISO text."""
    if isinstance(value, Decimal):
        whole = value == value.to_integral_value()
        if abs(value) > LARGEST:
            raise FeelRefused("算出的数太大")
        return int(value) if whole else float(value)
    if isinstance(value, date | timedelta | Months):
        return iso(value)
    if isinstance(value, list):
        return [outgoing(each) for each in value]
    return value


def iso(value: date | timedelta | Months) -> str:
    """Return a date or a duration in ISO 8601."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Months):
        years, months = divmod(abs(value.count), 12)
        text = (f"{years}Y" if years else "") + (f"{months}M" if months or not years else "")
        return ("-P" if value.count < 0 else "P") + text
    seconds, micro = divmod(abs(value) // timedelta(microseconds=1), 1_000_000)
    days, rest = divmod(seconds, 86_400)
    hours, minutes = rest // 3600, rest % 3600 // 60
    second = f"{rest % 60}" + (f".{micro:06d}".rstrip("0") if micro else "")
    time = (f"{hours}H" if hours else "") + (f"{minutes}M" if minutes else "") + (f"{second}S" if second != "0" else "")
    text = (f"{days}D" if days or not time else "") + (f"T{time}" if time else "")
    return ("-P" if value < timedelta(0) else "P") + text


def shown(value: Any) -> str:
    """Return how a sentence shows an S-FEEL value."""
    if value is None:
        return "（空）"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        # Written out, unless it is so large or so small that the sentence would be all noughts.
        return f"{value.normalize():f}" if -20 < value.adjusted() < 20 else f"{value}"
    if isinstance(value, str):
        return f"“{value[:40]}”"
    if isinstance(value, date | timedelta | Months):
        return iso(value)
    return "（列表）" if isinstance(value, list) else "（多项）"


def aligned(left: Any, right: Any) -> tuple[Any, Any]:
    """Return both sides of a comparison as values of one kind: ISO text beside a date or a duration becomes one.

    Raises :class:`FeelRefused` when they cannot be compared; null may stand on either side.
    """
    for_left, for_right = kind_of(right), kind_of(left)
    if isinstance(left, str) and for_left in ("date", "days", "months"):
        left = fitted(left, for_left)
    elif isinstance(right, str) and for_right in ("date", "days", "months"):
        right = fitted(right, for_right)
    if left is not None and right is not None and (kind_of(left) != kind_of(right) or kind_of(left) is None):
        raise FeelRefused(f"{shown(left)}和{shown(right)}类型不同，不能比较")
    return left, right


def computed(operator: str, left: Any, right: Any) -> Any:
    """Return ``left operator right`` for ``+ - * /``; raise :class:`FeelRefused` when it has no value."""
    kinds = (kind_of(left), kind_of(right))
    try:
        if kinds == ("number", "number"):
            return _OF_NUMBERS[operator](left, right)
        if operator == "+" and kinds == ("string", "string") and len(left) + len(right) <= MAX_TEXT:
            return left + right
        if operator == "-" and kinds == ("date", "date"):
            return left - right
        if operator in "+-":
            return _moved(left, right if operator == "+" else _negative(right), kinds)
    except (ArithmeticError, ValueError, TypeError):
        pass
    raise FeelRefused(f"{shown(left)} {operator} {shown(right)} 算不出结果，请检查类型、除数和大小")


def negated(value: Any) -> Any:
    """Return ``-value``; raise :class:`FeelRefused` unless it is a number or a duration."""
    try:
        return _negative(value)
    except TypeError:
        raise FeelRefused(f"负号不能用在{shown(value)}上") from None


_OF_NUMBERS: Final = {
    "+": _ARITHMETIC.add, "-": _ARITHMETIC.subtract, "*": _ARITHMETIC.multiply, "/": _ARITHMETIC.divide
}  # fmt: skip


def _negative(value: Any) -> Any:
    if isinstance(value, Decimal):
        return _ARITHMETIC.minus(value)
    if isinstance(value, timedelta):
        return -value
    if isinstance(value, Months):
        return Months(-value.count)
    raise TypeError(value)


def _moved(left: Any, right: Any, kinds: tuple[Kind | None, Kind | None]) -> Any:
    if kinds in (("date", "days"), ("days", "days")):
        return left + right
    if kinds == ("months", "months"):
        return Months(left.count + right.count)
    if kinds == ("date", "months"):
        months = left.year * 12 + left.month - 1 + right.count
        return _last_day(months // 12, months % 12 + 1, left.day)
    raise TypeError(kinds)


def _last_day(year: int, month: int, day: int) -> date:
    """Return the day, or the month's last one when it has no such day (31 January and a month: 28 February)."""
    for last in range(day, 27, -1):
        try:
            return date(year, month, last)
        except ValueError:
            if last == 28:
                raise
    return date(year, month, day)
