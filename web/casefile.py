"""A case as the pages show it: gathered once from the rooms' queries, with names and masks already decided."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.casework.cases.barring.queries import Barring, barring_on
from engine.casework.cases.file import queries as records
from engine.casework.cases.queries import CaseFile, applicant_of
from engine.casework.cases.sharing.sight import (
    corrections_in_sight,
    documents_in_sight,
    files_in_sight,
    handovers_in_sight,
    materials_in_sight,
    opinions_in_sight,
    sight_of,
)
from engine.casework.issuance.queries import Delivery, Result, delivery_of, result_of
from engine.casework.joint.board import Board
from engine.foundation.blobs.checks import FileCheck, checks_of
from engine.foundation.blobs.queries import Upload
from engine.foundation.clock import city_date
from engine.foundation.vault import Vault
from engine.process.clocks.calendars import Calendars
from engine.process.clocks.cards.queries import Card, cards_of
from engine.process.documents.queries import voids_of
from engine.process.documents.rules import Document, Void
from engine.process.tasks.awaited.handlers import Wait, waits
from engine.process.tasks.queries import tasks_of
from engine.process.tasks.rules import Task
from engine.registry.identity.queries import names_of
from engine.registry.identity.reading import Reading
from engine.registry.identity.rules import may
from engine.registry.items.queries import item_at
from engine.registry.organisation.queries import departments
from forms import checks
from processes.items import Item
from web import jointview, words
from web.brought import Brought, brought
from web.clockview import ShownClock, shown_clocks
from web.documents import void_refusal
from web.intakefile import IntakeRecords, gather_intake
from web.issuing import Issuing, gather_issuing
from web.procedurefile import Procedures, gather_procedures
from web.standing import OWN_CLOCKS, Due, due_of


@dataclass(frozen=True)
class Person:
    """The applicant as shown; ``clear`` when nothing is masked."""

    kind: str
    name: str
    id_kind: str
    id_no: str
    phone: str
    address: str
    contact: str
    representative: str
    clear: bool
    barred: Barring | None = None
    """The entry of 失信记录 by which the applicant may not promise now."""


@dataclass(frozen=True)
class Material:
    """One line of the list of materials with its files."""

    row: records.MaterialRow
    provided: str
    verdict: str
    files: list[records.MaterialFile]


@dataclass(frozen=True)
class CaseView:
    """Everything that a page says of a case."""

    case: CaseFile
    item: Item
    department: str
    places: Mapping[str, str]
    """The name of every department."""
    own: frozenset[str] | None
    """The departments whose tasks the reader may open; None for a reader who sees the whole case."""
    applicant: Person
    due: Due | None
    clocks: list[ShownClock]
    materials: list[Material]
    documents: list[Document]
    voids: Mapping[str, Void]
    voidable: frozenset[str]
    corrections: list[records.Correction]
    opinions: list[records.Opinion]
    handovers: list[records.Handover]
    visits: list[records.Visit]
    result: Result | None
    delivery: Delivery | None
    uploads: Mapping[str, Upload]
    checks: Mapping[str, FileCheck]
    open_tasks: list[Task]
    waits: list[Wait]
    issuing: Issuing
    cards: list[Card]
    """The cards of the case, for whoever may see cards."""
    names: Mapping[str, str]
    brought: Brought
    intake: IntakeRecords
    procedures: Procedures
    joint: Board | None
    """The joint review of the case; None for a case without one."""

    @property
    def other_files(self) -> list[Upload]:
        """Files of the case that are no material: signatures, photographs, results."""
        listed = {file.digest for one in self.materials for file in one.files}
        return [one for digest, one in self.uploads.items() if digest not in listed]

    def opens(self, task: Task) -> bool:
        """Tell whether the reader may open a task of the case."""
        return self.own is None or task.department in self.own

    def due_for(self, task: Task) -> Due | None:
        """Return how the clock stands that the task's people go by."""
        own = [clock.due for clock in self.clocks if clock.row.kind == OWN_CLOCKS.get(task.process)]
        return own[-1] if own else self.due

    def holder_of(self, task: Task) -> str:
        """Return who holds a task, and for whom when it is for one on leave (请假代理)."""
        return words.acting(self.name_of(task.holder), self.name_of(task.on_behalf)) if task.holder else ""

    def name_of(self, account: str | None) -> str:
        """Return the person's name of an account in this case."""
        return "" if account is None else self.names.get(account, "系统" if account == "system" else account)


def gather(view: Reading, case: CaseFile, *, named: bool = False, clear: bool = False) -> CaseView:
    """Return the case as shown: masked; ``clear`` shows everything (a reason was given).

    ``named`` shows the name of an applicant to whoever works for that person; the names of others stay masked.
    """
    root, connection = case.root_id, view.connection
    calendar, today = view.part(Calendars).current(connection), city_date(view.now)
    clocks = shown_clocks(view, case)
    sight = sight_of(view, case)
    handovers, documents = handovers_in_sight(view, case, sight), documents_in_sight(view, case)
    uploads = files_in_sight(view, case)
    delivery, tasks = delivery_of(connection, root), tasks_of(connection, root)
    item = item_at(connection, case.item_digest)
    known = departments(connection)
    places = {key: one.name for key, one in known.items()}
    people = {case.first_responder, case.accepted_by, case.decided_by, *(one.issued_by for one in documents)}
    people |= {one.given_by for one in handovers} | {one.taken_by for one in handovers}
    people |= {who for task in tasks for who in (task.holder, task.closed_by, task.on_behalf, task.delegate)}
    people |= {delivery.delivered_by} if delivery else set()
    issuing = gather_issuing(view, case, sight)
    procedures = gather_procedures(connection, root, sight)
    people |= issuing.accounts | procedures.accounts
    return CaseView(
        case=case,
        item=item,
        department=places[case.department],
        places=places,
        own=None if view.scope.covers(case.department) else view.scope.departments,
        applicant=_person(view, case, named=named, clear=clear),
        due=due_of(case, [one.row for one in clocks], calendar, today, view.now),
        clocks=clocks,
        materials=_materials(view, case),
        documents=documents,
        voids=voids_of(connection, root),
        voidable=frozenset(one.id for one in documents if void_refusal(one, case, view.actor, known) is None),
        corrections=corrections_in_sight(view, case, sight),
        opinions=opinions_in_sight(view, case),
        handovers=handovers,
        visits=[sight.covered(one) for one in records.visits_of(connection, root)],
        result=result_of(connection, root),
        delivery=delivery,
        uploads=uploads,
        checks=checks_of(connection, uploads),
        open_tasks=[task for task in tasks if task.state == "open"],
        waits=waits(view, root),
        issuing=issuing,
        cards=[sight.covered(one) for one in cards_of(connection, [root])] if may(view.actor, "card.see") else [],
        names=names_of(connection, {one for one in people if one}),
        brought=brought(view, case, entrusted=item.intake_mode == "entrusted", clear=clear),
        intake=gather_intake(view, case, sight),
        procedures=procedures,
        joint=jointview.board_if_any(view, case),
    )


def _person(view: Reading, case: CaseFile, *, named: bool, clear: bool) -> Person:
    who = applicant_of(view.connection, view.part(Vault), case.applicant_id)
    firm = who.kind != "person"
    shown: dict[str, Any] = {
        "name": who.name if named or clear or firm else checks.mask_name(who.name),
        "id_no": who.id_no if clear or who.id_kind == "uscc" else checks.mask_resident_id(who.id_no),
        "phone": who.phone if clear else checks.mask_phone(who.phone),
        "address": who.address if clear else checks.mask_address(who.address),
        "contact": who.contact_name if clear else checks.mask_name(who.contact_name),
        "representative": who.legal_representative if clear else checks.mask_name(who.legal_representative),
    }
    kind = checks.IDENTITY_KINDS.get(who.id_kind)
    return Person(
        kind=words.APPLICANT_KINDS.get(who.kind, who.kind), id_kind=kind.label if kind else who.id_kind, clear=clear,
        barred=barring_on(view.connection, view.part(Vault), who.id_no, city_date(view.now)), **shown,
    )  # fmt: skip


def _materials(view: Reading, case: CaseFile) -> list[Material]:
    files: dict[int, list[records.MaterialFile]] = {}
    for file in records.files_of(view.connection, case.root_id):
        files.setdefault(file.no, []).append(file)
    return [
        Material(
            row=row,
            provided="数据共享取得" if row.shared else words.PROVIDED_FORMS.get(row.provided_form, ""),
            verdict=words.VERDICTS.get(row.verdict or "", "未审查"),
            files=files.get(row.no, []),
        )
        for row in materials_in_sight(view, case)
    ]
