"""The Flask application: the desks' blueprints over one door."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask

from engine.door import Door
from engine.foundation.blobs.rules import MAX_BYTES

Health = Callable[[], dict[str, bool]]
"""Names the parts of the process and whether each is alive (the sweeper, the renderer)."""


def create_app(door: Door, *, demo: bool, health: Health) -> Flask:
    """Return the application over ``door``; ``demo`` shows the demonstration's banner and password."""
    app = Flask(__name__)
    app.config.update(
        DOOR=door,
        DEMO=demo,
        HEALTH=health,
        MAX_CONTENT_LENGTH=8 * MAX_BYTES,
        MAX_FORM_MEMORY_SIZE=4 * 1024 * 1024,
        MAX_FORM_PARTS=2000,
    )
    return app
