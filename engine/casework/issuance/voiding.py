"""What issuing keeps follows a document that is issued anew."""

from __future__ import annotations

from engine.casework.issuance import queries
from engine.casework.issuance.electronic import queries as links
from engine.casework.issuance.shipping import queries as shipments
from engine.foundation.store.unit import Recorded, Unit
from engine.process.documents.queries import document_by_id


def follow_reissue(unit: Unit, event: Recorded) -> None:
    """Let result, delivery, shipment and link refer to the new paper (a subscriber of ``document.voided``)."""
    old, new = event.data["document"], event.data["reissued_as"]
    if new:
        for room in (queries, links, shipments):
            room.follow_document(unit, event.root, old, new)
        queries.number_of_part(unit, event.root, new, document_by_id(unit.connection, new).number)
