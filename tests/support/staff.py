"""Who works where in the demonstration: accounts by item."""

from __future__ import annotations

from engine.registry.identity.rules import SYSTEM
from engine.registry.items.queries import current_item
from processes import library
from tests.support.house import House


def staff_of_item(house: House, code: str) -> tuple[str, str, str]:
    """Return reviewer, head and archivist of the department that handles the item ``code``."""
    with house.door.read(SYSTEM) as view:
        _, item = current_item(view.connection, code)
    number = library.departments()[item.department].account_number
    return f"D{number}1", f"D{number}2", f"D{number}3"
