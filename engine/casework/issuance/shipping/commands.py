"""What may be asked about shipments."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from engine.casework.cases.rooted import OnCaseInPart
from engine.foundation.store.commands import Command


@dataclass(frozen=True, kw_only=True)
class CreateShipment(OnCaseInPart):
    """寄递: give the result to a courier; only the integrated window may (6.3.3, T092)."""

    action: ClassVar[str] = "shipment.create"


@dataclass(frozen=True, kw_only=True)
class ShipmentCommand(Command):
    """A command of the house itself about one shipment."""

    action: ClassVar[str] = "shipment.follow"
    root_id: str
    shipment_id: str

    def roots(self) -> tuple[str, ...]:
        """Lock the case."""
        return (self.root_id,)


@dataclass(frozen=True, kw_only=True)
class RecordOrder(ShipmentCommand):
    """The courier took the order (the worker's command)."""

    message_id: int
    tracking_no: str
    cost_fen: int


@dataclass(frozen=True, kw_only=True)
class OrderFailed(ShipmentCommand):
    """The courier did not take the order: try later, or give it up (the worker's command)."""

    message_id: int
    attempts: int
    error: str
    hopeless: bool = False


@dataclass(frozen=True, kw_only=True)
class TakeEvents(ShipmentCommand):
    """The courier reported what happened to a shipment (worker or signed call)."""

    events: tuple[Mapping[str, Any], ...]
    """Each with id, kind, at (UTC text), place, note, signed_by."""
    via: str


@dataclass(frozen=True, kw_only=True)
class PollFailed(ShipmentCommand):
    """The courier could not be asked: look later (the worker's command)."""

    error: str
