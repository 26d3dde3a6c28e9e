"""What may be asked of policies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from engine.foundation.store.commands import Command


@dataclass(frozen=True, kw_only=True)
class MoveClock(Command):
    """调整演示时间: the demonstration's clock runs ``shift_seconds`` ahead of the machine's from now on."""

    action: ClassVar[str] = "clock.move"
    shift_seconds: int
