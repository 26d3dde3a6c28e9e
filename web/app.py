"""The Flask application: the desks' blueprints over one door."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta

from flask import Flask

from engine.door import Door
from engine.foundation.blobs.rules import MAX_BYTES
from engine.foundation.clock import Clock, SystemClock
from web import (
    about,
    accountacts,
    accounts,
    acts,
    assets,
    audit,
    auditing,
    barrings,
    bulk,
    bundles,
    calendar,
    cards,
    cases,
    clocks,
    comparing,
    conformance,
    contacts,
    counselling,
    countersigning,
    courier,
    decisions,
    delays,
    delivery,
    designing,
    documents,
    edelivery,
    export,
    factor,
    failures,
    files,
    findings,
    flows,
    goingback,
    guides,
    handing,
    health,
    inbox,
    incidents,
    intake,
    joint,
    joint_meetings,
    joint_visits,
    ladders,
    leave,
    metrics,
    myself,
    notes,
    orders,
    origins,
    page,
    papers,
    phone,
    photos,
    policies,
    progress,
    reexecution,
    replay,
    sealing,
    search,
    security,
    sharing,
    shift,
    sign_in,
    slips,
    standstills,
    supervision,
    tasks,
    together,
    verify,
    views,
    words,
)
from web.api import blueprint as api
from web.designing import clause_matrix, impact, releases
from web.figuring import pages as figures
from web.health import Sight
from web.paging import counted
from web.proxies import Addresses, BehindProxies
from web.throttle import Throttle
from web.watching import request_id, watch

Health = Callable[[], dict[str, bool]]
"""Names the parts of the process and whether each is alive (the sweeper, the renderer)."""

LOOPBACK = ("127.0.0.0/8", "::1")

VERIFICATIONS = 30
"""Questions a minute from one address: a code has 64 random bits, so this leaves no hope of guessing one."""
PROGRESS_QUESTIONS = 30
"""Questions for a case's progress in ten minutes from one address (a family at one router, not a list of numbers)."""
WRONG_CODES = 10
"""Wrong query codes for one case number in ten minutes: 8.5e11 codes cannot be tried through."""
PHONE_SENDINGS = 120
"""Openings and sendings by one link for a telephone in ten minutes: pages and photographs of two or three people."""
PHONE_STRAYS = 300
"""Links that open nothing, asked from one address in ten minutes (a waiting room may share one): a token has 192
random bits."""

DESKS = (
    sign_in, inbox, intake, tasks, cases, acts, documents, supervision, audit, replay, verify, about, health, metrics,
    search, views, bulk, export, calendar, clocks, cards, ladders, policies,
    orders, delays, standstills, joint,
    guides, courier, delivery, edelivery, papers,
)  # fmt: skip

JOINT_DESKS = (joint_meetings, joint_visits)
"""What the departments of a joint review do together."""

OPEN_DESKS = (flows, progress, slips, files, phone, photos)
"""What an applicant follows and what belongs to it: the drawn processes, the progress page, the slip, files, and the
photographs from a telephone on both sides."""

ACCOUNT_DESKS = (myself, factor, accounts, accountacts)
"""One's own account, and everybody's for the security administrator."""

TASK_DESKS = (countersigning, goingback)
"""What may be done with a task besides completing it."""

UPKEEP_DESKS = (incidents, sealing, reexecution, figures, conformance, designing, releases, impact, clause_matrix)
"""What administrators and auditors see to, and where processes are changed."""

AUDIT_DESKS = (bundles, auditing, findings, comparing)
"""What an auditor looks for, notes and carries away."""

HANDING_DESKS = (handing, leave)
"""Tasks that go into other hands, and who is on leave."""

COUNTER_DESKS = (together, origins, contacts, counselling, notes, shift, decisions, sharing, barrings)
"""The counter's day beside the process: several items, questions and calls, messages, the end of a shift."""


@dataclass(frozen=True)
class Surroundings:
    """What stands around the application."""

    trusted_proxy: tuple[str, ...] = ()
    """Addresses and networks of the proxies before it."""
    trusted_proxy_count: int = 1
    metrics_from: tuple[str, ...] = ()
    """Addresses and networks that may read the figures, besides the loopback."""
    figures: metrics.Figures | None = None
    """Where the door counts, too; the application makes its own when there are none."""
    outside: Callable[[], Iterable[type[Exception]]] = tuple
    """Gives the coded errors of the command line and of a start: they are looked up here, too."""


def create_app(
    door: Door,
    *,
    demo: bool,
    health: Health,
    demo_password: str = "",
    machine_clock: Clock | None = None,
    around: Surroundings = Surroundings(),
) -> Flask:
    """Return the application over ``door``.

    ``demo`` shows the demonstration's banner, accounts and ``demo_password``; ``machine_clock`` is the clock by
    which sessions end, the machine's own unless a test gives one.
    """
    app = Flask(__name__)
    app.config.update(
        DOOR=door,
        DEMO=demo,
        DEMO_PASSWORD=demo_password if demo else "",
        HEALTH=health,
        SIGHT=Sight(door),
        MACHINE_CLOCK=machine_clock or SystemClock(),
        OUTSIDE=around.outside,
        METRICS_FROM=Addresses((*LOOPBACK, *around.metrics_from)),
        VERIFY_TRIES=Throttle(door, "verify_tries", VERIFICATIONS, timedelta(minutes=1)),
        PROGRESS_TRIES=Throttle(door, "progress_tries", PROGRESS_QUESTIONS, timedelta(minutes=10)),
        PROGRESS_WRONG=Throttle(door, "progress_wrong", WRONG_CODES, timedelta(minutes=10)),
        PHONE_TRIES=Throttle(door, "phone_tries", PHONE_SENDINGS, timedelta(minutes=10)),
        PHONE_WRONG=Throttle(door, "phone_wrong", PHONE_STRAYS, timedelta(minutes=10)),
        MAX_CONTENT_LENGTH=8 * MAX_BYTES,
        MAX_FORM_MEMORY_SIZE=4 * 1024 * 1024,
        MAX_FORM_PARTS=2000,
    )
    figures = app.config["FIGURES"] = around.figures or metrics.Figures()
    watch(app, figures)
    _prepare_templates(app)
    case_desks, task_desks = (*DESKS, *JOINT_DESKS), (*HANDING_DESKS, *TASK_DESKS)
    for desk in (*case_desks, *task_desks, *OPEN_DESKS, *COUNTER_DESKS, *ACCOUNT_DESKS, *UPKEEP_DESKS, *AUDIT_DESKS):
        app.register_blueprint(desk.blueprint)
    app.register_blueprint(api)
    security.protect(app)
    failures.register(app)
    app.wsgi_app = BehindProxies(  # type: ignore[method-assign]  # this is how Flask is wrapped
        app.wsgi_app, around.trusted_proxy, around.trusted_proxy_count
    )
    return app


def _prepare_templates(app: Flask) -> None:
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(words.FILTERS)
    app.jinja_env.globals.update(
        asset=assets.asset, scripts=assets.scripts, styles=assets.styles, words=words, counted=counted,
        licences=assets.licences, request_id=request_id,
    )  # fmt: skip
    app.context_processor(page.around)
