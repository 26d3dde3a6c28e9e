"""What a letter is made of: fields that are checked, words that are filled in, and who signs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

WINDOW: Final = "window"
DEPARTMENT: Final = "department"
SIDES: Final = (WINDOW, DEPARTMENT)

Values = Mapping[str, Any]
Check = Callable[[Values, date], dict[str, str]]
"""A rule over several fields: from the values and the day of issue to sentences by field."""


@dataclass(frozen=True)
class Column:
    """A column of the letter's table: ``kind`` is text or number; ``width`` in mm, 0 takes what is left."""

    key: str
    label: str
    limit: int = 200
    needed: bool = True
    kind: str = "text"
    width: int = 0


@dataclass(frozen=True)
class Field:
    """One thing that the act must say.

    ``kind``: text (one line), lines, number (``low`` to ``limit``), date (ISO day), moment (ISO with offset), choice
    (one of ``choices``, code to printed word), texts (a numbered list) or rows (a table of ``columns``).
    ``law`` is the sentence told when a needed field is left out: the clause that asks for it.
    """

    key: str
    label: str
    kind: str = "text"
    limit: int = 200
    needed: bool = True
    low: int = 1
    choices: tuple[tuple[str, str], ...] = ()
    columns: tuple[Column, ...] = ()
    law: str = ""


@dataclass(frozen=True)
class Letter:
    """A kind of letter.

    ``series`` the word in its number; ``side`` who signs it unless the act says otherwise; ``to`` the salutation
    (empty: none); ``body`` and ``after`` the paragraphs before and after the list or table, templates over the fields
    (an empty paragraph is dropped); ``two_leaves`` a second leaf with the applicant's signature for the file;
    ``signs`` places to sign on a single leaf; ``check`` a rule over several fields.
    """

    kind: str
    title: str
    series: str
    clause: str
    body: tuple[str, ...]
    fields: tuple[Field, ...] = ()
    side: str = WINDOW
    to: str = "{{ applicant }}："
    after: tuple[str, ...] = ()
    closing: str = "特此告知"
    two_leaves: bool = False
    signs: tuple[str, ...] = ()
    check: Check | None = field(default=None, repr=False, compare=False)


REASONS_LAW: Final = "缺少理由：不予办理或者终止办理应当说明理由（行政许可法第三十八条）"
BASIS_LAW: Final = "缺少依据：书面决定应当写明所依据的规定（行政许可法第三十八条）"
REMEDIES_LAW: Final = "缺少救济渠道：应当告知依法申请行政复议或者提起行政诉讼的权利（行政许可法第三十八条）"

REASONS: Final = Field("reasons", "理由", "lines", 1000, law=REASONS_LAW)
LEGAL_BASIS: Final = Field("legal_basis", "依据", "lines", 1000, law=BASIS_LAW)
REMEDIES: Final = Field("remedies", "救济渠道", "lines", 1000, law=REMEDIES_LAW)
SIGNATURE: Final = Field("signature_digest", "签名图像摘要", limit=64, needed=False)
SIGNATURE_MODE: Final = Field("signature_mode", "签名方式", limit=10, needed=False)
"""drawn, paper, or "" where nobody signed yet and in what was issued before the way was told."""
SIGNED: Final = (
    "{% if signature_digest %}{% if signature_mode == 'paper' %}签字页扫描件摘要{% else %}签名图像摘要{% endif %}"
    "（SHA-256）：{{ signature_digest }}{% endif %}"
)
APPLICANT_SIGNS: Final = ("申请人（签字）：", "签字日期：　　　　年　　月　　日")
