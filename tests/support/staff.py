"""Who works where in the demonstration: accounts by item."""

from __future__ import annotations

import json

from engine.oversight.publishing.commands import Deploy
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


def publish_unrouted(house: House) -> str:
    """Publish an item that has no process, and return its code: it stands in the catalogue and cannot be received."""
    item = json.loads((library.SHIPPED / "items" / "I09.json").read_text("utf-8"))
    number = item["implement_code"][:-6] + "915000"
    unrouted = {**item, "code": "I15", "name": "尚未发布的事项", "implement_code": number, "main_process": None}
    house.execute("P61", Deploy(processes={}, items={"I15": json.dumps(unrouted, ensure_ascii=False)}))
    return "I15"
