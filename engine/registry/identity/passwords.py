"""Passwords: argon2id, hashed and checked outside every unit because it is meant to be slow; and what a good one is."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from engine.foundation.errors import Invalid, Unauthenticated

MIN_LENGTH = 10
LONGEST = 200

_HASHER = PasswordHasher()
_NOBODY = _HASHER.hash(secrets.token_hex(16))
"""What an unknown account's password is checked against, so that it takes as long as a known one's."""

_COMMON = frozenset(
    {
        "password", "passwd", "pass", "admin", "administrator", "root", "user", "guest", "test", "demo",
        "welcome", "hello", "iloveyou", "woaini", "letmein", "qwerty", "qwertyuiop", "qwer", "qwe", "asdf",
        "asdfgh", "asd", "zxcvbn", "zxc", "abc", "abcd", "abcde", "abcdef", "aaa", "qaz", "qazwsx",
        "qazwsxedc", "wsx", "huawei", "zhengwu", "government", "anyang", "henan", "yichuang",
        "yichuangtong", "changeme", "default", "system", "login", "master", "secret",
    }
)  # fmt: skip
"""What many choose first, without the digits and marks they put around it; short on purpose (ASVS 6.2.4)."""
_ROWS = ("01234567890", "09876543210", "1qaz2wsx3edc4rfv", "qwertyuiop", "abcdefghijklmnop")
_LEET = str.maketrans("@4301$5!7", "aaeoissit")


class WrongPassword(Unauthenticated):
    """账号或口令不正确，请核对后重新输入。"""

    code = "WRONG_PASSWORD"


class PasswordWeak(Invalid):
    """口令至少 {least} 位，并包含大写字母、小写字母、数字、符号中的三类。请重新设置。"""

    code = "PASSWORD_WEAK"


class PasswordNamesYou(PasswordWeak):
    """口令不能包含账号或者姓名，请重新设置。"""

    code = "PASSWORD_NAMES_YOU"


class PasswordCommon(PasswordWeak):
    """这个口令太常见，容易被猜中。请换一个与常用词、键盘顺序无关的口令。"""

    code = "PASSWORD_COMMON"


class PasswordUsed(PasswordWeak):
    """不能使用最近 {past} 次用过的口令，请重新设置。"""

    code = "PASSWORD_USED"


def hash_password(password: str, least: int = MIN_LENGTH) -> str:
    """Return the argon2id hash of ``password`` of ``least`` places at least, never fewer than ten.

    Raises :class:`PasswordWeak` (等保: 10 places, 3 classes).
    """
    least = max(least, MIN_LENGTH)
    kinds = (str.isupper, str.islower, str.isdigit, lambda letter: not letter.isalnum())
    if not least <= len(password) <= LONGEST or sum(any(map(kind, password)) for kind in kinds) < 3:
        raise PasswordWeak(least=least)
    return _HASHER.hash(password)


def chosen_hash(
    password: str, *, account: str, name: str, past: Iterable[str] = (), most: int = 0, least: int = MIN_LENGTH
) -> str:
    """Return the hash of a password that a person chose for ``account`` of the person ``name``.

    It has ``least`` places at least; ``past`` are the hashes of the last ``most`` passwords.  Raises
    :class:`PasswordWeak`, :class:`PasswordNamesYou`, :class:`PasswordCommon` or :class:`PasswordUsed`.
    """
    hashed = hash_password(password, least)
    plain = password.casefold()
    if any(part and part.casefold() in plain for part in (account, name)):
        raise PasswordNamesYou
    if is_common(password):
        raise PasswordCommon
    for one in past:
        if _fits(one, password):
            raise PasswordUsed(past=most)
    return hashed


def is_common(password: str) -> bool:
    """Tell whether a password is what many choose: a common word dressed up, or a row of the keyboard."""
    plain = password.casefold()
    dressed = plain.strip("0123456789")
    cores = {re.sub(r"[^a-z]", "", form) for form in (plain, plain.translate(_LEET), dressed.translate(_LEET))}
    if cores & _COMMON:
        return True
    keys = re.sub(r"[^a-z0-9]", "", plain)
    return any(keys[at : at + 8] in row for row in _ROWS for at in range(len(keys) - 7))


def check_password(hash: str | None, password: str) -> None:
    """Raise :class:`WrongPassword` unless ``password`` fits ``hash`` (None: no such account)."""
    fits = _fits(hash or _NOBODY, password)
    if hash is None or not fits:
        raise WrongPassword


def _fits(hash: str, password: str) -> bool:
    try:
        return _HASHER.verify(hash, password)
    except (VerificationError, InvalidHashError):
        return False
