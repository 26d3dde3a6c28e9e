"""Whether the process lives and may be given work: for operators and their tools."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

from flask import Blueprint, current_app, jsonify

from engine.door import Door
from engine.foundation.clock import Stopwatch, SystemClock
from engine.foundation.errors import Refusal
from engine.foundation.hosts.queries import last_beats, machines
from engine.foundation.hosts.rules import watching
from engine.foundation.journal.sealing.queries import head_of_log
from engine.oversight.audit.queries import verifications
from engine.registry.identity.rules import SYSTEM
from web.security import public
from web.sessions import door

blueprint = Blueprint("health", __name__)

LOOK_EVERY = timedelta(seconds=2)
PATIENCE_SECONDS = 0.5
"""So long does an answer wait for the database, which may not answer at all: the process lives nevertheless."""


@blueprint.get("/healthz")
@public
def alive() -> Any:
    """Say that the process answers, and what was last seen of the sweep and of the clocks it goes by.

    ``last_sweep_age_seconds`` is of any host, ``skew_seconds`` of the machine whose clock is furthest from the
    database's, ``held`` how many machines deliver nothing because their clock is not believed, ``seal_refused``
    whether the journals are sealed no more, ``last_check_found`` how much the last check of all chains found; null is
    not known.
    """
    return jsonify(status="ok", **current_app.config["SIGHT"].told())


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


class Sight:
    """What was last seen of the sweep and of the clocks; the database is asked beside the answer, not before it."""

    def __init__(self, of: Door) -> None:
        """Look at the house behind the door ``of``."""
        self._door = of
        self._looking = threading.Lock()
        self._looked = Stopwatch()
        self._sweep_age: timedelta | None = None
        self._clocks: dict[str, Any] = {"skew_seconds": None, "held": None}
        self._log: dict[str, Any] = {"seal_refused": None, "last_check_found": None}

    def told(self) -> dict[str, Any]:
        """Return what was seen, at most a few seconds ago unless the database is away; the age goes on counting."""
        if not self._looked.within(LOOK_EVERY) and self._looking.acquire(blocking=False):
            looking = threading.Thread(target=self._look, name="sight", daemon=True)
            looking.start()
            looking.join(PATIENCE_SECONDS)
        age, since = self._sweep_age, self._looked.age()
        known = None if age is None or since is None else round((age + since).total_seconds(), 1)
        return {"last_sweep_age_seconds": known, **self._clocks, **self._log}

    def _look(self) -> None:
        now = SystemClock().now()
        try:
            with self._door.read(SYSTEM) as view:
                swept = last_beats(view.connection, now).get("sweep")
                clocks = watching(machines(view.connection), now)
                log, check = head_of_log(view.connection), next(iter(verifications(view.connection, 1)), None)
        except Refusal:
            return
        finally:
            self._looking.release()
        self._sweep_age = None if swept is None else now - swept
        skew = max((abs(one.skew).total_seconds() for one in clocks), default=None)
        self._clocks = {"skew_seconds": skew, "held": sum(bool(one.held) for one in clocks) if clocks else None}
        self._log = {
            "seal_refused": None if log is None else bool(log.refused),
            "last_check_found": None if check is None else check.found,
        }
        self._looked.note()
