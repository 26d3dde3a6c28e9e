"""From checked data to a sheet: every word of a document in order, without any layout."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import lru_cache
from importlib import resources
from typing import Any, Final

from forms.context import SHANGHAI
from forms.notices.fixed import checked_clauses
from forms.notices.kinds import CorrectionNotice, DeliveryReceipt, HandoverSlip, Notice
from forms.notices.letters import LETTERS
from forms.notices.letters.reading import LetterNotice
from forms.notices.letters.wording import leaves

Sheet = dict[str, Any]


@dataclass(frozen=True)
class VoidMark:
    """That a printed document is void: the day in Chinese, the reason, and the number in its place or ""."""

    day: str
    reason: str
    successor: str


BLANK_NUMBER: Final = "签字用草稿，未编号"
"""What stands in the place of the number on a paper that is signed before its document is issued."""


def void_mark(mark: VoidMark | None) -> Sheet:
    """Return what a void copy bears above and across each page; nothing for a valid document."""
    return {"void": True, "stamp": "作废", "words": [] if mark is None else _lines("void_lines", asdict(mark))}


def blank_mark(title: str) -> Sheet:
    """Return what the blank of a document bears above and across each page."""
    return {"void": False, "stamp": "草稿", "words": _lines("blank_lines", title)}


@lru_cache(maxsize=1)
def _clauses() -> Any:
    """The macros of clauses.j2, whole as the standard prints them: plain text for typst and messages, never HTML."""
    text = (resources.files("forms") / "notices" / "templates" / "clauses.j2").read_text(encoding="utf-8")
    return checked_clauses(text)


def _line(macro: str, *arguments: Any) -> str:
    return str(getattr(_clauses(), macro)(*arguments)).strip("\n")


def _lines(macro: str, *arguments: Any) -> list[str]:
    """The paragraphs of a macro: one a line, empty lines dropped."""
    return [line for line in _line(macro, *arguments).split("\n") if line.strip()]


def chinese_date(local: datetime) -> str:
    """Return ``2026年3月2日`` of a moment in Asia/Shanghai, as official documents write it."""
    return f"{local.year}年{local.month}月{local.day}日"


def sheet(kind: str, notice: Notice) -> Sheet:
    """Return the words of the document: a two-part notice, or a single slip with a table."""
    values: dict[str, Any] = {**asdict(notice), "date": chinese_date(notice.moment)}
    letter = LETTERS.get(kind)
    head = {
        "title": letter.title if letter else _line(f"{kind}_title", values),
        "number": _line("number_line", values),
        "code": _line("code_line", values),
        "replaces": _line("replaces_line", values),
        "case": _line("case_line", values),
        "qr_alt": _line("qr_alt", values),
    }
    if letter and isinstance(notice, LetterNotice):
        return {**head, "layout": "letter", "copies": leaves(letter, notice, values["date"])}
    if isinstance(notice, HandoverSlip | DeliveryReceipt):
        return {**head, "layout": "slip", **_slip(kind, notice, values)}
    return {**head, "layout": "notice", "copies": _copies(kind, notice, values, head["title"])}


def _copies(kind: str, notice: Notice, values: Mapping[str, Any], title: str) -> list[Sheet]:
    """First copy and stub: the same sentences, but each with the fields of its own (T109, T113)."""
    listed = notice.materials if isinstance(notice, CorrectionNotice) else ()
    common: Sheet = {
        "to": _line("salutation", values),
        "body": _lines(f"{kind}_body", values),
        "list": [{"text": _line("wanted", asdict(m)), "advice": _line("wanted_advice", asdict(m))} for m in listed],
        "after": _lines(f"{kind}_after", values),
        "closing": _line("closing"),
        "seal": _lines("seal", values),
    }
    notes, fields = _lines(f"{kind}_notes", values), _lines("counter_fields", values)
    return [
        {**common, "title": title, "fields": fields, "notes": notes},
        {**common, "title": _line("stub_title", title), "fields": _lines("stub_fields"), "notes": []},
    ]


def _slip(kind: str, notice: HandoverSlip | DeliveryReceipt, values: dict[str, Any]) -> Sheet:
    with_received = isinstance(notice, HandoverSlip)
    if isinstance(notice, HandoverSlip):
        values["received"] = _moment(notice.received_at)
        values["short"] = any(row.copies_received not in (None, row.copies) for row in notice.rows)
    else:
        values["delivered"] = _moment(notice.delivered_at)
    rows = []
    for index, row in enumerate(notice.rows, 1):
        received = ["" if row.copies_received is None else str(row.copies_received)] if with_received else []
        rows.append([str(index), row.name, str(row.copies), *received, row.reference])
    return {
        "facts": _lines(f"{kind}_facts", values),
        "columns": _lines(f"{kind}_columns", values),
        "rows": rows,
        "after": _lines(f"{kind}_after", values),
        "signs": _lines(f"{kind}_signs", values),
    }


def _moment(text: str) -> str:
    if not text:
        return ""
    moment = datetime.fromisoformat(text).astimezone(SHANGHAI)
    return f"{chinese_date(moment)} {moment:%H:%M}"


def words(page: Sheet) -> Iterator[str]:
    """Yield every text of a sheet, in order of reading."""
    for key, value in page.items():
        if isinstance(value, str) and key != "layout":
            yield value
        elif isinstance(value, list):
            for entry in value:
                yield from words(entry if isinstance(entry, dict) else {"": entry})


def body_text(page: Sheet) -> list[str]:
    """Return the paragraphs of the first copy (or of the slip) for a web page or a message."""
    head = [line for line in (page["title"], page["number"], page["case"], page["replaces"]) if line]
    if page["layout"] == "slip":
        return [*head, *page["facts"], *_table(page), *page["after"]]
    first = page["copies"][0]
    if page["layout"] == "letter":
        listed = [f"{index}.{text}" for index, text in enumerate(first["list"], 1)]
        words = [first["to"], *first["body"], *listed, *_table(first), *first["after"], first["closing"]]
    else:
        listed = [line for entry in first["list"] for line in (entry["text"], entry["advice"]) if line]
        words = [first["to"], *first["body"], *listed, *first["after"], first["closing"]]
    return [*head, *(one for one in words if one), *first["fields"], *first["seal"], *first["notes"]]


def _table(page: Sheet) -> list[str]:
    return ["　".join(cell for cell in row if cell) for row in page["rows"]]
