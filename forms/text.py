"""Cleaning of what people type: one rule for pages and for the API."""

from __future__ import annotations

import re
import unicodedata

# Characters that are invisible or that turn the direction of the text: pasted by accident from
# office documents, or on purpose to make one name look like another.
_INVISIBLE = re.compile("[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufe00-\ufe0f\ufeff]")
_NEWLINE = re.compile("\r\n|[\r\u0085\u2028\u2029]")
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_EDGE = " \t\n\u00a0\u3000"


def one_line(value: str) -> str:
    """Return ``value`` without invisible characters, on one line, trimmed at both ends."""
    return _CONTROL.sub(" ", _INVISIBLE.sub("", _NEWLINE.sub("\n", value)).replace("\n", " ")).strip(_EDGE)


def many_lines(value: str) -> str:
    """Return ``value`` without invisible characters, with ``\\n`` line ends, trimmed at both ends."""
    text = _CONTROL.sub(" ", _INVISIBLE.sub("", _NEWLINE.sub("\n", value)))
    return "\n".join(line.rstrip(_EDGE) for line in text.split("\n")).strip(_EDGE)


def narrow(value: str) -> str:
    """Return ``value`` in NFKC: full-width digits and letters become plain ones (numbers only).

    Names and addresses are left as typed: NFKC would change some characters of real names.
    """
    return unicodedata.normalize("NFKC", value)
