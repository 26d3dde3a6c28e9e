"""What a program outside may ask of the cases that wait for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from engine.foundation.store.commands import Command


@dataclass(frozen=True, kw_only=True)
class DeliverMessage(Command):
    """送达消息: give a message to the one case that waits for it under the business ``key``.

    Which case that is nobody knows before the rows are asked, so no root is locked beforehand.
    """

    action: ClassVar[str] = "message.deliver"
    message: str
    key: str
    facts: Mapping[str, Any]
