"""A result has reached its applicant: what is kept of it, whichever way it went (6.3.2, 6.3.3, 6.3.4)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.casework.cases.queries import set_case
from engine.casework.issuance import queries
from engine.foundation.clock import city_date
from engine.foundation.journal.tags import tag
from engine.foundation.store.unit import Unit
from engine.process.clocks.ledgers import stop_clock

DELIVERED = tag("result.delivered", "送达：{how}")

CLOCKS = ("delivery", "uncollected", "shipping", "unread")
"""The clocks that a delivery ends."""


def note_arrival(unit: Unit, root_id: str, *, how: str, id_no: str, values: Mapping[str, Any]) -> None:
    """Keep the delivery, end its clocks, and set the case delivered; ``how`` is said in the case's story.

    ``values`` are the columns of the delivery besides the sealed number of the receiver.
    """
    queries.put_delivery(unit, root_id, id_no=id_no, values=values)
    today = city_date(unit.now)
    for kind in CLOCKS:
        stop_clock(unit, root_id, kind, today)
    set_case(unit, root_id, status="delivered", delivered_at=unit.now)
    unit.record(
        DELIVERED, root_id, how=how, mode=values["mode"], receiver_kind=values["receiver_kind"],
        document=values["document_id"],
    )  # fmt: skip
