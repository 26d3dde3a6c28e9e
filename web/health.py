"""Whether the process lives and may be given work: for operators and their tools."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, current_app, jsonify

from web.security import public
from web.sessions import door

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
@public
def alive() -> Any:
    """Say that the process answers; nothing else is asked."""
    return jsonify(status="ok")


@blueprint.get("/readyz")
@public
def ready() -> Any:
    """Say whether the database answers and every part of the process is alive; 503 names the part that is not."""
    parts = parts_alive()
    whole = all(parts.values())
    answer = jsonify(status="ok" if whole else "not ready", parts=parts)
    return answer, 200 if whole else 503


def parts_alive() -> dict[str, bool]:
    """Return each part of this process and whether it is alive."""
    return {"database": door().database.answers(), **current_app.config["HEALTH"]()}
