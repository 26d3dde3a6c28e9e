"""What is told of the log over all chains: that it cannot be sealed, that it was checked, that another key signs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from engine.foundation.store.commands import Command


@dataclass(frozen=True, kw_only=True)
class TellOfSeal(Command):
    """The sealer signs nothing any more (``why``), or it does again (no ``why``): the sealer's command."""

    action: ClassVar[str] = "log.seal"
    why: str


@dataclass(frozen=True, kw_only=True)
class TellOfKey(Command):
    """换封存密钥: another key signs from now on (the operator's command); ``key`` is its public half."""

    action: ClassVar[str] = "log.seal"
    key: str


@dataclass(frozen=True, kw_only=True)
class RecordVerification(Command):
    """What a check of the whole house found; times are UTC text, ``extent`` is chains or all."""

    action: ClassVar[str] = "log.verify"
    began_at: str
    extent: str
    chains: int
    lines: int
    size: int
    found: int
    first: str
