"""Regular expressions that form designers may write: only those that cannot run away.

A quantifier behind a group, a look-around or a back reference can make the matcher take
exponential time on a short text, so they are refused, and at most two parts may repeat freely.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

MAX_LENGTH: Final = 200
_MAX_FREE: Final = 2
_PIECE = re.compile(
    r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\{(?P<low>\d{1,4})(?P<range>,(?P<high>\d{0,4}))?\}\??|[*+?]\??|\(\?|.", re.DOTALL
)


def pattern_problem(pattern: str) -> str:
    """Return why ``pattern`` is refused as a Chinese phrase, or "" when it may be used."""
    if len(pattern) > MAX_LENGTH:
        return f"超过 {MAX_LENGTH} 个字符"
    free, before = 0, ""
    for found in _PIECE.finditer(pattern):
        piece = found.group(0)
        if piece == "(?" and not pattern.startswith("(?:", found.start()):
            return "不能使用环视"
        if re.fullmatch(r"\\[0-9kgpP]", piece):
            return "不能使用反向引用"
        if piece[0] == "[" and re.search(r"\[|--|&&|\|\||~~", piece[1:]):
            # Browsers and later Pythons read these as operations on sets.
            return "字符集中不能再有方括号或连写的运算符"
        repeats = piece[0] in "*+?{" and (piece[0] != "{" or found.group("low") is not None)
        if repeats and before == ")":
            return "括号后不能重复"
        free += piece[0] in "*+" or (found.group("range") is not None and not found.group("high"))
        before = piece
    if free > _MAX_FREE:
        return f"最多 {_MAX_FREE} 处可以任意重复"
    try:
        compiled(pattern)
    except re.error:
        return "不是正则表达式"
    return ""


@lru_cache(maxsize=256)
def compiled(pattern: str) -> re.Pattern[str]:
    """Return the compiled pattern; digits and word characters are the ASCII ones, as in browsers."""
    return re.compile(pattern, re.ASCII)
