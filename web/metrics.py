"""Figures for monitoring, in the text form that Prometheus reads; counts only, nothing personal.

What a process counts itself (requests, commands) is added up over all processes of this host when there are several:
each writes to files of its own in the folder that PROMETHEUS_MULTIPROC_DIR names.  What the house as a whole stands
at (deadlines, timers, outbox, incidents, heartbeats) is read from the database when somebody asks.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta

from flask import Blueprint, Response, abort, current_app, request
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from engine.foundation.clock import SystemClock
from engine.foundation.hosts.queries import last_beats, machines
from engine.foundation.hosts.rules import watching
from engine.foundation.journal.sealing.queries import count_waiting, head_of_log, oldest_waiting
from engine.foundation.outbox.queries import standing as outbox_standing
from engine.oversight.audit.queries import verifications
from engine.oversight.audit.reexecution.queries import last_nightly
from engine.process.clocks.queries import deadlines_standing
from engine.process.tasks.incidents.queries import count_open
from engine.process.tasks.timers.queries import timers_standing
from engine.process.tasks.yearly import missing
from engine.registry.identity.reading import Reading
from engine.registry.identity.rules import SYSTEM
from engine.registry.identity.sessions.queries import count_sessions
from engine.registry.policies.queries import figure
from web.health import parts_alive
from web.proxies import UNTRUSTED, Addresses
from web.security import public
from web.sessions import door, machine_clock

blueprint = Blueprint("metrics", __name__)

FOLDER = "PROMETHEUS_MULTIPROC_DIR"
REQUEST_BUCKETS = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)
DOOR_BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)


class Figures:
    """What this process has done since it started; it watches the door, too."""

    def __init__(self) -> None:
        """Start with nothing counted."""
        own = self.registry = CollectorRegistry()
        self._in_use: Callable[[], int] = lambda: 0
        self._requests = Counter("yichuang_requests", "Requests answered", ["method", "route", "status"], registry=own)
        self._seconds = Histogram(
            "yichuang_request_seconds", "How long answers took", buckets=REQUEST_BUCKETS, registry=own
        )
        self._commands = Histogram(
            "yichuang_door_seconds", "How long commands took at the door, by how they ended", ["command", "result"],
            buckets=DOOR_BUCKETS, registry=own,
        )  # fmt: skip
        self._conflicts = Counter(
            "yichuang_door_conflicts", "Commands that met another at the same thing, and were tried again or given up",
            ["command", "then"], registry=own,
        )  # fmt: skip
        self._pool = Gauge(
            "yichuang_pool_in_use", "Connections to the database in use", registry=own, multiprocess_mode="livesum"
        )

    def watch_pool(self, in_use: Callable[[], int]) -> None:
        """Ask ``in_use`` how many connections of the pool are taken."""
        self._in_use = in_use

    def answered(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count one answer: ``route`` is the rule of its address, never the address itself."""
        self._requests.labels(method, route, str(status)).inc()
        self._seconds.observe(seconds)

    def using(self) -> None:
        """Note how many connections are in use."""
        self._pool.set(self._in_use())

    def ended(self, command: str, result: str, seconds: float) -> None:
        """Count one command at the door."""
        self._commands.labels(command, result).observe(seconds)

    def conflicted(self, command: str, then: str) -> None:
        """Count a command that met another."""
        self._conflicts.labels(command, then).inc()


@blueprint.get("/metrics")
@public
def show() -> Response:
    """Show the figures to whoever asks from this machine, or from an address that the settings name."""
    allowed: Addresses = current_app.config["METRICS_FROM"]
    if request.environ.get(UNTRUSTED) or not allowed.hold(str(request.remote_addr)):
        abort(404)
    registry: CollectorRegistry = current_app.config["FIGURES"].registry
    if os.environ.get(FOLDER):
        registry = CollectorRegistry()
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]  # the library has left this one out
    whole = CollectorRegistry()
    whole.register(_House())
    text = generate_latest(registry) + generate_latest(whole)
    return Response(text, content_type=CONTENT_TYPE_LATEST)


class _House(Collector):
    """What the whole house stands at just now."""

    def collect(self) -> Iterable[GaugeMetricFamily]:
        """Return the figures; only whether the parts are alive when the database does not answer."""
        parts = parts_alive()
        alive = GaugeMetricFamily("yichuang_part_alive", "Whether a part is alive on any host", labels=["part"])
        for part, lives in sorted(parts.items()):
            alive.add_metric([part], int(lives))
        yield alive
        if parts["database"]:
            yield from _standing(SystemClock().now())


def _audit(view: Reading) -> Iterator[GaugeMetricFamily]:
    log, now, oldest = head_of_log(view.connection), view.now, oldest_waiting(view.connection)
    late = 0.0 if oldest is None else max(0.0, (now - oldest).total_seconds())
    values: dict[str, tuple[float, str]] = {
        "waiting": (count_waiting(view.connection), "Chains whose heads wait to be sealed, up to 100000 rows"),
        "oldest_waiting_seconds": (late, "How long the oldest of them has waited"),
        "log_size": (0 if log is None else log.size, "Sealed heads in the log"),
        "seal_refused": (log is not None and bool(log.refused), "Whether nothing is sealed: somebody must look"),
    }
    if log is not None and log.size:
        values["last_seal_age_seconds"] = (max(0.0, (now - log.at).total_seconds()), "Since the log last grew")
    for check in verifications(view.connection, 1):
        age = max(0.0, (now - check.ended_at).total_seconds())
        values["last_check_age_seconds"] = (age, "Since all chains were last checked")
        values["last_check_found"] = (check.found, "How much did not hold then: somebody must look")
        values["last_check_seconds"] = ((check.ended_at - check.began_at).total_seconds(), "How long that check took")
        values["last_check_lines"] = (check.lines, "How many lines it checked")
    night = last_nightly(view.connection)
    if night is not None:
        age = max(0.0, (now - night.asked_at).total_seconds())
        values["reexecution_age_seconds"] = (age, "Since the changed cases were last to be executed again")
        values["reexecution_cases"] = (night.done, "How many of them were")
        found = night.differing + night.unknown
        values["reexecution_found"] = (found, "How many were not identical, or could not be: somebody must look")
    for name, (value, said) in values.items():
        yield GaugeMetricFamily(f"yichuang_audit_{name}", said, value=float(value))


def _standing(machine_now: datetime) -> Iterator[GaugeMetricFamily]:
    with door().read(SYSTEM) as view:
        deadlines = deadlines_standing(view.connection, view.now)
        timers = timers_standing(view.connection, view.now)
        outbox = outbox_standing(view.connection, view.now)
        incidents = count_open(view.connection)
        beats = last_beats(view.connection, machine_now)
        clocks = watching(machines(view.connection), machine_now)
        idle = timedelta(minutes=figure(view.connection, "session_idle"))
        signed_in_by = machine_clock().now()
        sessions = count_sessions(view.connection, signed_in_by, signed_in_by - idle)
        absent = missing(view) or 0
        audit = list(_audit(view))
    yield from audit
    values = {
        "deadlines_open": (deadlines.open, "Deadlines still to come or due, counted up to 10000"),
        "deadlines_overdue": (deadlines.overdue, "Running clocks of cases whose day has passed"),
        "deadlines_waiting": (deadlines.due, "Deadlines that are due and not delivered yet"),
        "sweep_lag_seconds": (deadlines.lag_seconds, "How long the oldest due deadline has waited"),
        "timers_armed": (timers.armed, "Plain timers of running processes that wait or are due"),
        "timers_waiting": (timers.due, "Timers that are due and have not rung yet"),
        "timer_lag_seconds": (timers.lag_seconds, "How long the oldest due timer has waited"),
        "outbox_waiting": (outbox.waiting, "Messages whose time has come"),
        "outbox_oldest_seconds": (outbox.oldest_seconds, "How long the oldest of them has waited"),
        "outbox_given_up": (outbox.failed, "Messages that were given up, seen to or not"),
        "incidents": (incidents, "What failed for good and nobody has seen to: somebody must look"),
        "calendar_missing": (absent, "The year whose arrangement of days off is missing, 0 when there is none"),
        "sessions_open": (sessions, "Browsers signed in and in use"),
    }
    for part, name in (("sweep", "last_sweep_age_seconds"), ("worker", "worker_age_seconds")):
        if part in beats:
            age = max(0.0, (machine_now - beats[part]).total_seconds())
            values[name] = (age, f"Since the {part} last came to an end on any host")
    for name, (value, said) in values.items():
        yield GaugeMetricFamily(f"yichuang_{name}", said, value=value)
    said = "How far the database's clock is ahead of a machine's"
    skew = GaugeMetricFamily("yichuang_clock_skew_seconds", said, labels=["machine"])
    held = GaugeMetricFamily("yichuang_clock_held", "Whether a machine's clock is not believed", labels=["machine"])
    for one in clocks:
        skew.add_metric([one.name], one.skew.total_seconds())
        held.add_metric([one.name], int(bool(one.held)))
    yield from (skew, held)
