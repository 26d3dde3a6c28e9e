"""The adapters to the world outside, chosen by the settings."""

from __future__ import annotations

from datetime import timedelta

from engine.casework.issuance.shipping.port import Courier
from engine.casework.issuance.sms.port import Messenger
from yichuang.borders.courier import HttpCourier
from yichuang.borders.messenger import HttpMessenger, ShownMessenger
from yichuang.settings import Settings


def courier_of(settings: Settings) -> Courier | None:
    """Return the courier that the settings name, or None."""
    if not settings.courier_url:
        return None
    every = timedelta(seconds=settings.courier_poll_seconds)
    return HttpCourier(settings.courier_url, settings.courier_secret.encode(), settings.courier_name, poll_every=every)


def messenger_of(settings: Settings) -> Messenger | None:
    """Return the messenger that the settings name; the demonstration shows its messages to its staff instead."""
    if settings.messenger_url:
        return HttpMessenger(settings.messenger_url, settings.messenger_secret.encode())
    return None if settings.production else ShownMessenger()
