"""The peers that a demonstration starts for itself when its settings name none."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

from yichuang.demo.courier import DemoCourier
from yichuang.settings import Settings

NAME = "演示物流"
PACE = timedelta(seconds=20)
POLL_SECONDS = 5


@contextmanager
def demo_peers(settings: Settings) -> Iterator[Settings]:
    """Start a courier beside the demonstration and yield the settings that name it; production gets none."""
    if settings.production or settings.courier_url:
        yield settings
        return
    secret = secrets.token_hex(32)
    courier = DemoCourier(secret.encode(), pace=PACE, keep=settings.data / "demo-courier.json")
    courier.start()
    try:
        yield replace(
            settings, courier_url=courier.url, courier_secret=secret, courier_name=NAME,
            courier_poll_seconds=POLL_SECONDS,
        )  # fmt: skip
    finally:
        courier.stop()
