"""A delivery follows its receipt when that is issued anew."""

from __future__ import annotations

from engine.casework.issuance.queries import follow_document
from engine.foundation.store.unit import Recorded, Unit


def follow_reissue(unit: Unit, event: Recorded) -> None:
    """Let the delivery refer to the new receipt (a subscriber of ``document.voided``, registered by compose)."""
    if event.data["reissued_as"]:
        follow_document(unit, event.root, event.data["document"], event.data["reissued_as"])
