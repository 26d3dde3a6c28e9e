"""How much is tried: what anybody runs at any time, what every change must pass, and the full size.

====================  ========================================================================================
YICHUANG_SIZE=small   the default: of what is many of a kind, a share that goes round from day to day
YICHUANG_SIZE=change  all kinds, each as often as it needs; .ci/run asks for this
YICHUANG_SIZE=full    as often as there is time for; YICHUANG_FULL=1 says the same
====================  ========================================================================================

YICHUANG_SEED=… sets the day of the small size, so that a red run can be run again.
"""

from __future__ import annotations

import os
import zlib
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import TypeVar

T = TypeVar("T")

SIZES = ("small", "change", "full")
SIZE = "full" if os.environ.get("YICHUANG_FULL") == "1" else os.environ.get("YICHUANG_SIZE", "small")
if SIZE not in SIZES:
    raise SystemExit(f"YICHUANG_SIZE is one of {', '.join(SIZES)}, not {SIZE!r}")
SMALL, FULL = SIZE == "small", SIZE == "full"
TURN = int(os.environ.get("YICHUANG_SEED", datetime.now(UTC).toordinal()))
"""Which share of the many it is the turn of."""


def by_size(small: int, change: int, full: int) -> int:
    """Return the number for the size that was asked for."""
    return {"small": small, "change": change, "full": full}[SIZE]


def share(of: Iterable[T], parts: int, *, name: Callable[[T], str] = str, turn: int = TURN) -> list[T]:
    """Return of many, each called by its ``name``, every one; in the small size one of ``parts`` shares, by the turn.

    Who belongs to a share does not depend on who else there is.
    """
    return [one for one in of if not SMALL or zlib.crc32(name(one).encode()) % parts == turn % parts]
