"""How a result goes to its applicant, as pages show it: the way, its parcels and links, and who holds which paper."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from engine.casework.archive.queries import archive_of
from engine.casework.cases.custody.queries import Difference, Refused, custody_of, differences_of, refusals_of
from engine.casework.cases.custody.rules import Holding
from engine.casework.cases.queries import CaseFile
from engine.casework.cases.sharing.sight import Sight
from engine.casework.issuance.collecting.queries import Chase, chases_of
from engine.casework.issuance.delivering.handlers import before_signing
from engine.casework.issuance.delivering.queries import Choice, choices_of
from engine.casework.issuance.delivering.rules import WAITING_ACTS
from engine.casework.issuance.electronic.queries import Link, links_of
from engine.casework.issuance.shipping.port import Recipient
from engine.casework.issuance.shipping.queries import Reported, Shipment, events_of, recipient_of, shipments_of
from engine.foundation.vault import Vault
from engine.process.tasks.queries import tasks_of
from engine.registry.identity.reading import Reading
from forms import checks


@dataclass(frozen=True)
class Parcel:
    """A shipment with its masked receiver and its track."""

    sent: Shipment
    receiver: str
    events: list[Reported]


@dataclass(frozen=True)
class Issuing:
    """Everything of delivery and papers that a case page says."""

    choices: list[Choice]
    parcels: list[Parcel]
    links: list[Link]
    chases: list[Chase]
    holdings: list[Holding]
    differences: list[Difference]
    refusals: Mapping[int, Refused]
    changeable: bool
    """Whether the way of delivery may still be changed."""

    @property
    def mode(self) -> str | None:
        """The way that counts now."""
        return self.choices[-1].mode if self.choices else None

    @property
    def accounts(self) -> set[str]:
        """Every account that had a hand in it."""
        found = {one.account for one in self.choices} | {one.account for one in self.chases}
        found |= {one.sent.created_by for one in self.parcels}
        found |= {one.account for one in self.refusals.values()}
        for each in self.differences:
            found |= {name for name in (each.noted_by, each.proposed_by, each.confirmed_by) if name}
        return found


def gather_issuing(view: Reading, case: CaseFile, sight: Sight) -> Issuing:
    """Return what is known of the case's delivery and papers: of papers only what is in ``sight``."""
    connection, root = view.connection, case.root_id
    sent = shipments_of(connection, root)
    events = events_of(connection, [one.id for one in sent])
    kept = archive_of(connection, root)
    held = custody_of(connection, root, kept.archived_at if kept else None)
    choices = choices_of(connection, root)
    waiting = any(task.act in WAITING_ACTS for task in tasks_of(connection, root, state="open"))
    return Issuing(
        choices=choices,
        parcels=[Parcel(one, _masked(recipient_of(connection, view.part(Vault), one.id)), events.get(one.id, []))
                 for one in sent],
        links=links_of(connection, root),
        chases=[sight.covered(one) for one in chases_of(connection, [root])],
        holdings=[one for one in held if sight.sees(one.no)],
        differences=[sight.covered(one) for one in differences_of(connection, root) if sight.sees(one.material_no)],
        refusals={number: sight.covered(one) for number, one in refusals_of(connection, root).items()},
        changeable=bool(choices) and (waiting or before_signing(case)),
    )  # fmt: skip


def _masked(who: Recipient) -> str:
    parts = checks.mask_name(who.name), checks.mask_phone(who.phone), checks.mask_address(who.address)
    return " ".join(parts)
