"""From a checked letter to a sheet: its paragraphs, its list or table, signature block and leaves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, Final

from jinja2 import StrictUndefined, Template
from jinja2.sandbox import ImmutableSandboxedEnvironment

from forms.notices.letters.model import APPLICANT_SIGNS, WINDOW, Field, Letter
from forms.notices.letters.reading import LetterNotice, letter_data, printed

Sheet = dict[str, Any]
_ENVIRONMENT: Final = ImmutableSandboxedEnvironment(
    autoescape=False,
    undefined=StrictUndefined,
)


_SIGNED_WORDS: Final[Mapping[str, str]] = {"drawn": "已电子签名", "paper": "见签字页扫描件"}


@lru_cache(maxsize=512)
def _template(text: str) -> Template:
    return _ENVIRONMENT.from_string(text)


def leaves(letter: Letter, notice: LetterNotice, date: str) -> list[Sheet]:
    """Return the leaves of the letter: one, or the applicant's and the window's (第二联) with the signature."""
    values = letter_data(notice)
    values.update({field.key: printed(field, values[field.key]) for field in letter.fields})
    office = "承办窗口（章）" if notice.side == WINDOW else "业务主管部门（章）"
    common: Sheet = {
        "to": "".join(_paragraphs((letter.to,), values)),
        "body": _paragraphs(letter.body, values),
        **_listing(letter.fields, notice.values),
        "after": _paragraphs(letter.after, values),
        "closing": letter.closing,
        "seal": [notice.signatory, office, date],
    }
    contact = [
        f"经办人：{notice.handler}", f"联系电话：{notice.phone}", f"监督投诉电话：{notice.complaint_phone}",
    ]  # fmt: skip
    signs = _signs(letter.signs, values, date)
    first = {**common, "title": letter.title, "fields": contact, "signs": signs, "notes": []}
    if not letter.two_leaves:
        return [first]
    keeper = "窗口" if notice.side == WINDOW else "部门"
    stub = {
        **common,
        "title": f"{letter.title}存根",
        "fields": [],
        "signs": _signs(APPLICANT_SIGNS, values, date),
        "notes": [],
    }
    return [{**first, "notes": [f"注：第一联申请人留存，第二联{keeper}存档。"]}, stub]


def _signs(places: Sequence[str], values: Mapping[str, Any], date: str) -> list[str]:
    """Return the places to sign; where the applicant has signed on the pad or on a scanned page, they say so."""
    mode = values.get("signature_mode", "") if values.get("signature_digest") else ""
    if tuple(places) != APPLICANT_SIGNS or mode not in _SIGNED_WORDS:
        return list(places)
    person, day = APPLICANT_SIGNS
    return [f"{person}{_SIGNED_WORDS[mode]}", f"{day.partition('：')[0]}：{date}" if mode == "drawn" else day]


def _paragraphs(templates: Sequence[str], values: Mapping[str, Any]) -> list[str]:
    """Fill the templates; each line of the result is a paragraph, empty ones are dropped."""
    lines = (line for text in templates for line in _template(text).render(values).split("\n"))
    return [line for line in lines if line.strip()]


def _listing(fields: Sequence[Field], values: Mapping[str, Any]) -> Sheet:
    """The numbered list and the table of a letter; either may be empty."""
    listed = [text for field in fields if field.kind == "texts" for text in values[field.key]]
    tables = [field for field in fields if field.kind == "rows"]
    if not tables:
        return {"list": listed, "columns": [], "widths": [], "rows": []}
    (table,) = tables
    rows = [
        [str(index), *("" if row[one.key] is None else str(row[one.key]) for one in table.columns)]
        for index, row in enumerate(values[table.key], 1)
    ]
    return {
        "list": listed,
        "columns": ["序号", *(one.label for one in table.columns)],
        "widths": [12, *(one.width for one in table.columns)],
        "rows": rows,
    }
