"""One command over many roots: in one unit, and where that fails, root by root, so that one holds up none."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable, Sequence

from engine.door import Door
from engine.foundation.errors import Unavailable
from engine.foundation.store.commands import Command
from engine.registry.identity.rules import SYSTEM

LOG = logging.getLogger("yichuang.together")


def together(door: Door, roots: Sequence[str], command: Callable[[tuple[str, ...]], Command]) -> set[str]:
    """Carry ``command`` out for ``roots``; return those for which it failed.  Raises Unavailable."""
    asked = command(tuple(roots))
    try:
        door.execute(asked, SYSTEM, key=f"together:{uuid.uuid4().hex}")
    except Unavailable:
        raise
    except Exception:
        LOG.exception("%s failed for %s roots, %s first", type(asked).__name__, len(roots), roots[0])
        if len(roots) == 1:
            return {roots[0]}
        return {root for one in roots for root in together(door, [one], command)}
    return set()
