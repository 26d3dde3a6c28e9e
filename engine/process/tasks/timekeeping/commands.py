"""What the sweeper and the operator may say of a machine's clock."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from engine.foundation.store.commands import Command


@dataclass(frozen=True, kw_only=True)
class TellOfClock(Command):
    """A machine's clock is not believed any more (``why``), or it is again (no ``why``): the sweeper's command."""

    action: ClassVar[str] = "deadline.fire"
    machine: str
    why: str
    milliseconds: int
    """By how much it is off; below zero it is behind."""


@dataclass(frozen=True, kw_only=True)
class AcceptClock(Command):
    """认可本机时间: the machine's clock as it is now is right (the operator's command, given on that machine)."""

    action: ClassVar[str] = "deadline.fire"
    boot: str
    microseconds: int
    """How far the clock and the time since the machine was switched on are apart now."""
