"""Passwords: argon2id, hashed and checked outside every unit because it is meant to be slow."""

from __future__ import annotations

import secrets

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from engine.foundation.errors import Invalid, Unauthenticated

MIN_LENGTH = 10

_HASHER = PasswordHasher()
_NOBODY = _HASHER.hash(secrets.token_hex(16))
"""What an unknown account's password is checked against, so that it takes as long as a known one's."""


class WrongPassword(Unauthenticated):
    """账号或口令不正确，请核对后重新输入。"""

    code = "WRONG_PASSWORD"


class PasswordWeak(Invalid):
    """口令至少 10 位，并包含大写字母、小写字母、数字、符号中的三类。请重新设置。"""

    code = "PASSWORD_WEAK"


def hash_password(password: str) -> str:
    """Return the argon2id hash of ``password``; raise :class:`PasswordWeak` (等保: 10 places, 3 classes)."""
    kinds = (str.isupper, str.islower, str.isdigit, lambda letter: not letter.isalnum())
    if len(password) < MIN_LENGTH or sum(any(map(kind, password)) for kind in kinds) < 3:
        raise PasswordWeak
    return _HASHER.hash(password)


def check_password(hash: str | None, password: str) -> None:
    """Raise :class:`WrongPassword` unless ``password`` fits ``hash`` (None: no such account)."""
    try:
        _HASHER.verify(hash or _NOBODY, password)
    except (VerificationError, InvalidHashError) as error:
        raise WrongPassword from error
    if hash is None:
        raise WrongPassword
