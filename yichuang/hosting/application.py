"""The application as every edition serves it."""

from __future__ import annotations

from typing import Any

from engine.door import Door
from web.app import Surroundings, create_app
from web.metrics import Figures
from yichuang.hosting.heart import alive, room_of
from yichuang.provision import DEMO_PASSWORD
from yichuang.settings import Settings
from yichuang.told import told_outside


def application(door: Door, settings: Settings, figures: Figures) -> Any:
    """Return the WSGI application over ``door``; ``figures`` count what passes the door, too."""
    around = Surroundings(
        settings.trusted_proxy, settings.trusted_proxy_count, settings.metrics_from, figures, told_outside
    )
    room = room_of(settings)
    demo = not settings.production
    return create_app(door, demo=demo, demo_password=DEMO_PASSWORD, health=lambda: alive(door, room), around=around)
