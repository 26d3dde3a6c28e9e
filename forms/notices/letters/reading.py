"""From what an act says to a checked letter: every field by its record, all problems at once."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from forms.context import SHANGHAI
from forms.notices.head import Head, read_head
from forms.notices.letters.model import SIDES, Field, Letter
from forms.notices.reader import Reader


@dataclass(frozen=True)
class LetterNotice(Head):
    """A letter: the common part, and ``values`` by the keys of its record's fields.

    ``side`` tells whether the window or the department signs; ``signatory`` is its name.
    """

    kind: str
    side: str
    signatory: str
    handler: str
    phone: str
    complaint_phone: str
    applicant: str
    item: str
    values: Mapping[str, Any]


def read_letter(letter: Letter, read: Reader) -> LetterNotice:
    """Return the letter in the reader's data; problems are collected in the reader."""
    values = {field.key: _value(field, read) for field in letter.fields}
    for field in letter.fields:
        if field.law and field.needed and values[field.key] in ("", None, ()) and field.key in read.problems:
            read.problems[field.key] = field.law
    notice = LetterNotice(
        **read_head(read),
        kind=letter.kind,
        side=read.choice("side", "签发单位类别", (letter.side, *(one for one in SIDES if one != letter.side))),
        signatory=read.text("signatory", "签发单位", 100),
        handler=read.text("handler", "经办人", 40),
        phone=read.text("phone", "联系电话", 40),
        complaint_phone=read.text("complaint_phone", "监督投诉电话", 40),
        applicant=read.text("applicant", "申请人", 120),
        item=read.text("item", "事项名称", 200),
        values=values,
    )
    if letter.check is not None and not read.problems:
        read.problems.update(letter.check(values, notice.moment.date()))
    return notice


def letter_data(notice: LetterNotice) -> dict[str, Any]:
    """Return the letter's data flat, as it is kept."""
    common = {key: value for key, value in vars(notice).items() if key not in ("kind", "values")}
    return {**common, **notice.values}


def _value(field: Field, read: Reader) -> Any:
    match field.kind:
        case "lines":
            return read.lines(field.key, field.label, field.limit, needed=field.needed)
        case "number":
            return read.number(field.key, field.label, field.low, field.limit, needed=field.needed)
        case "date":
            return _day(field, read)
        case "moment":
            return read.moment(field.key, field.label, needed=field.needed)
        case "choice":
            return read.chosen(field.key, field.label, tuple(code for code, _ in field.choices))
        case "texts":
            return read.texts(field.key, field.label, field.limit, 300)
        case "rows":
            return read.rows(field.key, field.label, field.limit, lambda row: _row(field, row))
        case _:
            return read.text(field.key, field.label, field.limit, needed=field.needed)


def _day(field: Field, read: Reader) -> str:
    value = read.text(field.key, field.label, 10, needed=field.needed)
    with suppress(ValueError):
        if not value or (date.fromisoformat(value).year >= 1970 and len(value) == 10):
            return value
    read.problems.setdefault(field.key, f"{field.label}应为日期（年-月-日）")
    return ""


def _row(field: Field, row: Reader) -> dict[str, Any]:
    return {
        one.key: row.number(one.key, one.label, 0, one.limit, needed=one.needed)
        if one.kind == "number"
        else row.text(one.key, one.label, one.limit, needed=one.needed)
        for one in field.columns
    }


def printed(field: Field, value: Any) -> Any:
    """Return the value as the sentences show it: dates in Chinese, the words of a choice, many lines as one text."""
    if not value:
        return "" if value is None else value
    if field.kind == "date":
        day = date.fromisoformat(value)
        return f"{day.year}年{day.month}月{day.day}日"
    if field.kind == "moment":
        local = datetime.fromisoformat(value).astimezone(SHANGHAI)
        return f"{local.year}年{local.month}月{local.day}日{local:%H:%M}"
    return dict(field.choices)[value] if field.kind == "choice" else value
