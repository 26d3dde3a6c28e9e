"""Where the time of a whole step goes, part by part: what a reader asks before making anything faster."""

from __future__ import annotations

import cProfile
import pstats
from collections import Counter
from pathlib import Path
from typing import Any, Final

from bench._engine import drawings
from bench._engine.houses import Place

_PARTS: Final = (
    ("engine/process/bpmn/", "process"),
    ("SpiffWorkflow/", "process"),
    ("engine/foundation/journal/", "journal"),
    ("engine/foundation/vault", "journal"),
    ("engine/foundation/store/", "database"),
    ("sqlalchemy/", "database"),
    ("psycopg", "database"),
    ("sqlite3", "database"),
    ("/queries.py", "database"),
    ("forms/", "form"),
    ("engine/registry/", "permission"),
)
"""The part of a file, the first that fits; what fits none is the door and the acts."""

_REST: Final = "door and acts"
_Key = tuple[str, int, str]


def parts(place: Place, cases: int) -> dict[str, Any]:
    """Return the share of each part in the steps of some cases, in hundredths; a profiler runs along and costs, too."""
    profile = cProfile.Profile()
    for root in place.begin("fifteen", drawings.FACTS, cases):
        for _ in range(drawings.STEPS):
            task = place.first_open(root)
            profile.runcall(place.step, task)
    spent: Counter[str] = Counter()
    for key, (_, _, own, _, callers) in pstats.Stats(profile).stats.items():  # type: ignore[attr-defined] # Not in typeshed.
        if _is_builtin(key) and callers:
            # What is written in C belongs to whoever called it.
            for caller, (_, _, own_there, _) in callers.items():
                spent[_part(caller)] += own_there
        else:
            spent[_part(key)] += own
    total = sum(spent.values())
    return {part: round(100 * value / total, 1) for part, value in spent.most_common()}


def _is_builtin(key: _Key) -> bool:
    # Except what talks to the database: that is its own part, whoever calls.
    return key[0] == "~" and not any(name in key[2] for name in ("sqlite3.", "psycopg"))


def _part(key: _Key) -> str:
    path = Path(key[0]).as_posix() if key[0] != "~" else key[2]
    return next((part for piece, part in _PARTS if piece in path), _REST)
