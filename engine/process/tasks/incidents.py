"""What the house could not do by itself is told to the system administrator."""

from __future__ import annotations

from engine.foundation.journal.tags import sentence
from engine.foundation.store.unit import Recorded, Unit
from engine.process.tasks.notifications.queries import notify
from engine.registry.organisation.queries import CENTER


def tell_administrator(unit: Unit, event: Recorded) -> None:
    """Notify the system administrators of an event that is an incident (a subscriber, registered by compose)."""
    notify(unit, event.root, "sys_admin", CENTER, "incident", sentence(event.type, event.data))
