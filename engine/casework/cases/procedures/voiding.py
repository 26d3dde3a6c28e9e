"""What a special procedure's notice carries goes on with the notice that stands in its place (行政许可法 45)."""

from __future__ import annotations

from engine.casework.cases.procedures import queries
from engine.foundation.clock import city_date
from engine.foundation.journal.tags import tag
from engine.foundation.store.unit import Recorded, Unit
from engine.process.clocks.ledgers import pause_clocks, resume_clocks
from engine.process.documents.queries import document_by_id

RENOTICED = tag("special.renoticed", "特别程序“{kind}”的告知书作废重出，停表改以{number}为凭")


def follow_special_notice(unit: Unit, event: Recorded) -> None:
    """Let the procedure and its pause follow the new notice (a subscriber of ``document.voided``).

    A pause stands on a valid written notice and on nothing else, so its notice is never voided without another
    (``needs_replacement``).  While the clocks stand still, the ledger ends the pause on the void notice and begins one
    on the new the same day: no day is won or lost, and each line names what it stood on.
    """
    old, new = event.data["document"], event.data["reissued_as"]
    one = next((each for each in queries.specials_of(unit.connection, event.root) if each.document_id == old), None)
    if one is None or not new:
        return
    number = document_by_id(unit.connection, new).number
    queries.set_special(unit, one, document_id=new)
    if one.ended_on is None:
        today = city_date(unit.now)
        resume_clocks(unit, event.root, today, old)
        pause_clocks(unit, event.root, today, f"{one.kind}，原告知书作废重出", new, number=number)
    unit.record(RENOTICED, event.root, special=one.number, kind=one.kind, number=number, old=old, new=new)
