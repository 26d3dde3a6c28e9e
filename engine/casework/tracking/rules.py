"""What a query code looks like, and how a typed one is read: pure but for the random source."""

from __future__ import annotations

import secrets

from engine.foundation.errors import Conflict, Invalid, NotFound

LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""No 0 and O, no 1, I and L: people copy the code from paper."""
LENGTH = 8
"""31 letters in 8 places are 8.5e11 codes; with ten tries in ten minutes a guess takes longer than a case."""


class ProgressUnknown(NotFound):
    """办件编号或查询码不正确，请对照收件凭条核对后再试。凭条遗失的，请携带身份证件到综合窗口换发。"""

    code = "PROGRESS_UNKNOWN"


class NoQueryCode(Conflict):
    """办件 {case_no} 还没有查询码。请填写理由后换发一个。"""

    code = "NO_QUERY_CODE"


class ReissueReasonMissing(Invalid):
    """请填写换发查询码的理由（2 至 200 字），理由会写入办件的过程记录。"""

    code = "REISSUE_REASON_MISSING"


def new_code() -> str:
    """Return a fresh random code."""
    return "".join(secrets.choice(LETTERS) for _ in range(LENGTH))


def read_code(typed: str) -> str:
    """Return what a person meant by ``typed``: capitals, without blanks and dashes; wrong letters stay wrong."""
    kept = "".join(letter for letter in typed if letter.isalnum())
    return kept.upper()[: 2 * LENGTH]


def read_case_no(typed: str) -> str:
    """Return a typed case number without blanks, in capitals, at most its 43 places and a little more."""
    return "".join(letter for letter in typed if letter.isascii() and letter.isalnum()).upper()[:60]


def grouped(code: str) -> str:
    """Return the code as it is printed: two groups of four."""
    return f"{code[:4]} {code[4:]}"
