"""The reason that somebody writes for an act out of the ordinary, and that stands in the journal with it: pure."""

from __future__ import annotations

from engine.foundation.errors import Invalid

LONGEST = 500
"""In characters; the sentence of each caller's refusal names it."""


def written_reason(text: str, unwritten: type[Invalid]) -> str:
    """Return ``text`` without blanks around it.

    Raises ``unwritten``, the caller's own refusal, when nothing is written or more than :data:`LONGEST` characters.
    """
    reason = text.strip()
    if not reason or len(reason) > LONGEST:
        raise unwritten
    return reason
