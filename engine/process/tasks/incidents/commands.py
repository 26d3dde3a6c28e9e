"""What the system administrator may do about an incident."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from engine.foundation.store.commands import Command


@dataclass(frozen=True, kw_only=True)
class IncidentCommand(Command):
    """A command about one incident; what it belongs to is locked."""

    action: ClassVar[str] = "incident.settle"
    root_id: str
    incident: str

    def roots(self) -> tuple[str, ...]:
        """Lock the case, or whatever the failed work belongs to."""
        return (self.root_id,)


@dataclass(frozen=True, kw_only=True)
class RetryIncident(IncidentCommand):
    """重试: the delivery or the work is due again at once."""


@dataclass(frozen=True, kw_only=True)
class ResolveIncident(IncidentCommand):
    """人工处置: somebody saw to it by other means, and says how."""

    reason: str
