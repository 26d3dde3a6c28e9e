"""What the sweeper asks of timers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from engine.foundation.store.commands import Command


@dataclass(frozen=True, kw_only=True)
class FireTimers(Command):
    """Timers of a process have come due: let them ring (the sweeper's command)."""

    action: ClassVar[str] = "deadline.fire"
    waits: ClassVar[bool] = False
    root_id: str
    run: int

    def roots(self) -> tuple[str, ...]:
        """Lock the case first, then look at the timers again."""
        return (self.root_id,)


@dataclass(frozen=True, kw_only=True)
class PutOffTimers(Command):
    """Timers of a process could not ring: note why and look again later (the sweeper's command)."""

    action: ClassVar[str] = "deadline.fire"
    root_id: str
    run: int
    error: str

    def roots(self) -> tuple[str, ...]:
        """Lock the case first, as everybody does who writes to what belongs to it."""
        return (self.root_id,)
