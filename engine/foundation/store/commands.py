"""What a command is: a frozen request to change something, with the action it needs and the roots it locks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, TypeAlias

from engine.foundation.store.unit import Unit


@dataclass(frozen=True, kw_only=True)
class Command:
    """Base of all commands; subclasses add their fields."""

    action: ClassVar[str]
    waits: ClassVar[bool] = True
    """Whether it waits for a root that another unit holds; else it is refused, and whoever gave it comes again."""

    def roots(self) -> tuple[str, ...]:
        """Return the ids of the roots that are locked before the handler runs."""
        return ()


Outcome: TypeAlias = Mapping[str, Any]
"""What a command answers: small JSON values, kept with the idempotency key."""

Handler: TypeAlias = Callable[[Any, Unit], Outcome]
Subscriber: TypeAlias = Callable[[Unit, Any], None]
