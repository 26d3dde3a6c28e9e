"""What people may ask of windows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from engine.foundation.store.commands import Command


@dataclass(frozen=True, kw_only=True)
class TakeSeat(Command):
    """到岗: the actor sits at a window; what is received from now on was received there."""

    action: ClassVar[str] = "window.sit"
    window: str
