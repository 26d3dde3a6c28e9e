"""Checks and masks of identity numbers and telephone numbers.

The resident identity number (GB 11643) is checked for format, date and check digit only.  The
region prefix is a warning and never a refusal: codes change, people keep their numbers, and tables
of codes by year of birth turn away the elderly of this very city.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from forms.text import narrow, one_line

Level = Literal["ok", "warning", "error"]


@dataclass(frozen=True)
class Checkup:
    """The result of a check: the normal form, the level, and the Chinese sentence ("" when ok)."""

    normal: str
    level: Level
    sentence: str = ""


_ID_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID_DIGITS: Final = "10X98765432"
# Ranges of the first two digits: provinces, then Taiwan, Hong Kong, Macao and their residents' permits.
_PROVINCES: Final = frozenset(
    str(code)
    for codes in ((11, 15), (21, 23), (31, 37), (41, 46), (50, 54), (61, 65), (71, 71), (81, 83))
    for code in range(codes[0], codes[1] + 1)
)
_USCC_ALPHABET: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_ORG_ALPHABET: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_ORG_WEIGHTS: Final = (3, 7, 9, 10, 5, 8, 4, 2)
_OLDEST_BIRTH: Final = date(1900, 1, 1)


def _compact(text: str) -> str:
    """Full-width to plain, without spaces, hyphens and dots between groups, in capitals."""
    return re.sub(r"[\s\-·‐-―−]", "", narrow(one_line(text))).upper()


def resident_id(text: str, today: date) -> Checkup:
    """Check an 18-digit resident identity number (GB 11643) as of ``today`` (Asia/Shanghai)."""
    number = _compact(text)
    if not re.fullmatch(r"[0-9]{17}[0-9X]", number):
        return Checkup(number, "error", "居民身份证号码应为18位，前17位是数字，末位是数字或X")
    total = sum(int(digit) * weight for digit, weight in zip(number, _ID_WEIGHTS, strict=False))
    if _ID_DIGITS[total % 11] != number[17]:
        return Checkup(number, "error", "居民身份证号码校验位不符，请对照证件核对每一位")
    try:
        born = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        born = None
    if born is None or not _OLDEST_BIRTH <= born <= today:
        return Checkup(number, "error", "居民身份证号码中的出生日期有误，请对照证件核对")
    if number[:2] not in _PROVINCES and number[0] != "9":
        return Checkup(number, "warning", "居民身份证号码的地区码少见，请对照证件核对")
    return Checkup(number, "ok")


def uscc(text: str) -> Checkup:
    """Check a unified social credit code (GB 32100); the inner organisation code only warns."""
    code = _compact(text)
    if not re.fullmatch(f"[{_USCC_ALPHABET}]{{2}}[0-9]{{6}}[{_USCC_ALPHABET}]{{10}}", code):
        return Checkup(code, "error", "统一社会信用代码应为18位数字和大写字母（不含I、O、S、V、Z）")
    total = sum(_USCC_ALPHABET.index(char) * pow(3, place, 31) for place, char in enumerate(code[:17]))
    if _USCC_ALPHABET[-total % 31] != code[17]:
        return Checkup(code, "error", "统一社会信用代码校验位不符，请对照证照核对每一位")
    if code[16] != _organisation_digit(code[8:16]):
        return Checkup(code, "warning", "统一社会信用代码中的主体标识码校验位少见，请对照证照核对")
    return Checkup(code, "ok")


def _organisation_digit(body: str) -> str:
    """The check digit of an eight-place organisation code (GB 11714)."""
    total = sum(_ORG_ALPHABET.index(char) * weight for char, weight in zip(body, _ORG_WEIGHTS, strict=True))
    rest = 11 - total % 11
    return {10: "X", 11: "0"}.get(rest, str(rest))


def phone(text: str) -> Checkup:
    """Check a mobile or landline number; the normal landline is ``0372-2550001`` or ``…-801``."""
    number = re.sub(r"[\s()]", "", re.sub(r"[‐-―−]", "-", narrow(one_line(text))))
    number = re.sub(r"^(?:\+86|0086)-?", "", number)
    plain = number.replace("-", "")
    if re.fullmatch(r"1[3-9][0-9]{9}", plain):
        return Checkup(plain, "ok")
    landline = re.fullmatch(r"(0(?:10|2[0-9]|[3-9][0-9]{2}))-?([2-9][0-9]{6,7})(?:-([0-9]{1,6}))?", number)
    if landline:
        return Checkup("-".join(part for part in landline.groups() if part), "ok")
    if re.fullmatch(r"[2-9][0-9]{6,7}", plain):
        return Checkup(plain, "warning", "固定电话没有区号，请确认能够拨通")
    return Checkup(number, "error", "电话号码应为11位手机号，或带区号的固定电话（如0372-2550001）")


def _document(label: str, pattern: str, hint: str) -> Callable[[str, date], Checkup]:
    def check(text: str, _today: date) -> Checkup:
        number = re.sub(r"\s", "", narrow(one_line(text))).upper()
        if re.fullmatch(pattern, number):
            return Checkup(number, "ok")
        return Checkup(number, "error", f"{label}号码应为{hint}，请对照证件核对")

    return check


@dataclass(frozen=True)
class IdentityKind:
    """A kind of identity document: its Chinese name and its check (text, today)."""

    label: str
    check: Callable[[str, date], Checkup]


IDENTITY_KINDS: Final[dict[str, IdentityKind]] = {
    "resident_id": IdentityKind("居民身份证", resident_id),
    "uscc": IdentityKind("统一社会信用代码", lambda text, _today: uscc(text)),
    "passport": IdentityKind("护照", _document("护照", r"[A-Z0-9]{5,20}", "5至20位字母和数字")),
    "hk_macao_permit": IdentityKind(
        "港澳居民来往内地通行证", _document("港澳居民来往内地通行证", r"[HM][0-9]{8,10}", "H或M加8至10位数字")
    ),
    "taiwan_permit": IdentityKind(
        "台湾居民来往大陆通行证", _document("台湾居民来往大陆通行证", r"[0-9]{8,10}[A-Z]?", "8至10位数字")
    ),
    "residence_permit": IdentityKind("港澳台居民居住证", resident_id),
    "foreign_residence": IdentityKind(
        "外国人永久居留身份证", _document("外国人永久居留身份证", r"[A-Z]{3}[0-9]{12}|9[0-9]{16}[0-9X]", "15位或18位")
    ),
    "other": IdentityKind("其他证件", _document("证件", r"[A-Z0-9\u4e00-\u9fff()\-]{4,30}", "4至30个汉字、字母或数字")),
}


def identity(kind: str, text: str, today: date) -> Checkup:
    """Check ``text`` as an identity number of ``kind`` (a key of IDENTITY_KINDS)."""
    known = IDENTITY_KINDS.get(kind)
    return known.check(text, today) if known else Checkup(text, "error", "请先选择证件类型")


def mask_resident_id(number: str, *, public: bool = False) -> str:
    """``410502********0010``; on public pages ``4105**********0010`` (T035); other lengths all hidden."""
    if len(number) != 18:
        return "*" * len(number)
    head = 4 if public else 6
    return number[:head] + "*" * (14 - head) + number[-4:]


def mask_phone(number: str) -> str:
    """``138****1234``; of a landline only the last four places are shown after the area code."""
    if re.fullmatch(r"1[0-9]{10}", number):
        return number[:3] + "****" + number[-4:]
    area, _, rest = number.partition("-") if "-" in number else ("", "", number)
    shown = "*" * max(len(rest) - 4, 0) + rest[-4:] if len(rest) > 4 else "*" * len(rest)
    return f"{area}-{shown}" if area else shown


def mask_name(name: str) -> str:
    """``王*国``, ``王*``: the first character and, from three on, the last; the rest hidden."""
    if len(name) <= 1:
        return "*" * len(name)
    return name[0] + "*" if len(name) == 2 else name[0] + "*" * (len(name) - 2) + name[-1]


_ADMINISTRATIVE = re.compile(
    r"(?:[\u4e00-\u9fff]{2,8}?(?:省|自治区))?(?:[\u4e00-\u9fff]{2,8}?(?:自治州|地区|盟|市))?"
    r"(?:[\u4e00-\u9fff]{1,8}?(?:区|县|旗|市))?"
)


def mask_address(address: str) -> str:
    """An address down to the district (``河南省安阳市文峰区****``); without one, all hidden."""
    found = _ADMINISTRATIVE.match(address)
    kept = found.group(0) if found else ""
    return kept if address and kept == address else kept + "****" if address else ""
