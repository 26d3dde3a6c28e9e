"""The check character of a unified social credit code (GB 32100).

The seed catalogue carries codes of departments inside implementation codes; a wrong check character there would
travel into every case number, so it is checked where the files are read.
"""

from __future__ import annotations

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def check_character(body: str) -> str:
    """Return the 18th character for the first 17 characters of a code (GB 32100: weights 3^i modulo 31).

    Raises ValueError when ``body`` is not 17 characters of the alphabet.
    """
    if len(body) != 17 or any(character not in ALPHABET for character in body):
        raise ValueError("a code body is 17 characters of the GB 32100 alphabet")
    total = sum(ALPHABET.index(character) * pow(3, place, 31) for place, character in enumerate(body))
    return ALPHABET[-total % 31]


def is_uscc(text: str) -> bool:
    """Tell whether ``text`` is a well formed unified social credit code with the right check character."""
    if len(text) != 18 or any(character not in ALPHABET for character in text):
        return False
    return check_character(text[:17]) == text[17]
