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


@dataclass(frozen=True, kw_only=True)
class DraftPolicy(Command):
    """起草参数调整: a figure is to have another value, or to rest on another source (T117)."""

    action: ClassVar[str] = "policy.draft"
    key: str
    value: int
    """In the figure's own unit; a time of day in minutes after midnight."""
    source: str
    """The document that lays it down; empty, where the centre may set it by itself, leaves it marked 拟."""
    reason: str
    effective: str = ""
    """A day to come (2026-07-01) from whose 00:00, Asia/Shanghai, it is to hold; empty for at once."""


@dataclass(frozen=True, kw_only=True)
class ConfirmPolicy(Command):
    """确认参数调整: another person than the drafter puts it in force; cases taken in from then on go by it."""

    action: ClassVar[str] = "policy.confirm"
    draft_id: int
    base_version: int
    """The version of the figure that the person saw as its newest."""


@dataclass(frozen=True, kw_only=True)
class DropPolicy(Command):
    """作废参数草案: its drafter takes it back."""

    action: ClassVar[str] = "policy.draft"
    draft_id: int


@dataclass(frozen=True, kw_only=True)
class DeclinePolicy(Command):
    """不同意参数草案: who would have to confirm it sends it back for good."""

    action: ClassVar[str] = "policy.confirm"
    draft_id: int


@dataclass(frozen=True, kw_only=True)
class TakePolicies(Command):
    """参数到期生效: the day of figures that were confirmed beforehand has come."""

    action: ClassVar[str] = "policy.take"
