"""Figures of this process for monitoring, in the text form that Prometheus reads; counts only, nothing personal."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Iterator

from flask import Blueprint, Flask, Response, current_app, g, request

from engine.foundation.outbox.queries import due
from engine.process.clocks.queries import due_deadlines
from engine.registry.identity.rules import SYSTEM
from web.health import parts_alive
from web.security import public
from web.sessions import door

blueprint = Blueprint("metrics", __name__)

BUCKETS = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)
"""Upper bounds of answer times in seconds."""


class Figures:
    """What this process has answered since it started."""

    def __init__(self) -> None:
        """Start with nothing answered."""
        self._lock = threading.Lock()
        self._answers: Counter[tuple[str, int]] = Counter()
        self._within: Counter[float] = Counter()
        self._seconds = 0.0

    def note(self, method: str, status: int, seconds: float) -> None:
        """Count one answer and how long it took."""
        with self._lock:
            self._answers[method, status] += 1
            self._seconds += seconds
            self._within.update(bound for bound in BUCKETS if seconds <= bound)

    def lines(self) -> Iterator[str]:
        """Yield the figures as lines."""
        with self._lock:
            answers, within, seconds = dict(self._answers), dict(self._within), self._seconds
        total = sum(answers.values())
        yield "# TYPE yichuang_requests_total counter"
        for (method, status), count in sorted(answers.items()):
            yield f'yichuang_requests_total{{method="{method}",status="{status}"}} {count}'
        yield "# TYPE yichuang_request_seconds histogram"
        for bound in BUCKETS:
            yield f'yichuang_request_seconds_bucket{{le="{bound}"}} {within.get(bound, 0)}'
        yield f'yichuang_request_seconds_bucket{{le="+Inf"}} {total}'
        yield f"yichuang_request_seconds_sum {seconds:.6f}"
        yield f"yichuang_request_seconds_count {total}"


def count_answers(app: Flask) -> None:
    """Let ``app`` note every answer; call it once, before any other handler is registered."""
    figures = app.config["FIGURES"] = Figures()

    def begin() -> None:
        g.began = time.perf_counter()

    def end(response: Response) -> Response:
        figures.note(request.method, response.status_code, time.perf_counter() - g.began)
        return response

    app.before_request(begin)
    app.after_request(end)


@blueprint.get("/metrics")
@public
def show() -> Response:
    """Show the figures."""
    figures: Figures = current_app.config["FIGURES"]
    lines = [*figures.lines(), *_house()]
    return Response("\n".join(lines) + "\n", content_type="text/plain; version=0.0.4; charset=utf-8")


def _house() -> Iterator[str]:
    parts = parts_alive()
    yield "# TYPE yichuang_part_alive gauge"
    for part, alive in sorted(parts.items()):
        yield f'yichuang_part_alive{{part="{part}"}} {int(alive)}'
    if not parts["database"]:
        return
    with door().read(SYSTEM) as view:
        late, waiting = len(due_deadlines(view.connection, view.now)), len(due(view.connection, view.now))
    yield "# TYPE yichuang_deadlines_waiting gauge"
    yield f"yichuang_deadlines_waiting {late}"
    yield "# TYPE yichuang_outbox_waiting gauge"
    yield f"yichuang_outbox_waiting {waiting}"
