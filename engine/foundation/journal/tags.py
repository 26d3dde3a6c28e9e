"""Every auditable fact has a tag and a sentence.

A room declares its tags once, at import; the sentence is what a person reads in a time line.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from typing import Any

_SENTENCES: dict[str, str] = {}
_TAG = re.compile(r"^[a-z]+\.[a-z_]+$")


def tag(name: str, sentence: str) -> str:
    """Declare the event ``name`` (``subject.what_happened``) with its Chinese ``sentence`` and return the name.

    The sentence may use fields of the event's data.  Raises ``ValueError`` for a malformed or repeated name.
    """
    if not _TAG.match(name) or name in _SENTENCES:
        raise ValueError(f"event tag {name!r} is malformed or declared twice")
    _SENTENCES[name] = sentence
    return name


def sentence(name: str, data: Mapping[str, Any]) -> str:
    """Return the sentence of event ``name`` filled from ``data``; a missing field is left blank."""
    return _SENTENCES.get(name, name).format_map(defaultdict(str, data))


def all_tags() -> Mapping[str, str]:
    """Return all declared tags with their sentences."""
    return dict(_SENTENCES)
