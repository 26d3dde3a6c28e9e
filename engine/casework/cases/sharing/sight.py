"""Which materials, files and opinions of a case a reader may see: all, or only those of a part (6.1.6, T077).

The department that handles a case sees all of it, and so does whoever sees every case.  A department that was only
asked (6.2.2) sees the materials that were shared with it, the files that its own people brought, its own opinions;
and it does not learn from a sentence, a list or a document what else was handed in.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from engine.casework.cases.file.queries import (
    Correction,
    Handover,
    MaterialRow,
    Opinion,
    corrections_of,
    files_of,
    handovers_of,
    materials_of,
    opinions_of,
)
from engine.casework.cases.queries import CaseFile
from engine.casework.cases.sharing.queries import numbers_shared_with
from engine.casework.cases.sharing.rules import Veil, veil_over
from engine.foundation.blobs.queries import Upload, UploadMissing, usable_uploads
from engine.foundation.journal.queries import Line
from engine.process.documents.queries import documents_of
from engine.process.documents.rules import Document
from engine.process.tasks.registry import View
from engine.process.tasks.rules import Task
from engine.registry.identity.queries import staff_of
from engine.registry.identity.rules import scope_of
from engine.registry.items.queries import item_at

Row = TypeVar("Row")

OF_BRANCHES = frozenset({"branch_review", "branch_opinion"})
"""The kinds of opinions that departments give for their own branches of a joint review."""

GATHERING = frozenset({"joint_opinions"})
"""The kinds of documents that gather what all departments said."""

AT_THE_TABLE = frozenset({"joint_minutes", "joint_visit_notice"})
"""The kinds of documents that tell every department of a joint review what was said and agreed with it."""

PAPERS = frozenset({"materials", "return", "give_back"})
"""The subjects of handovers whose lines are materials."""


@dataclass(frozen=True)
class Sight:
    """What of a case its reader may see: the numbers of materials (None: all), and the veil over all other names."""

    numbers: frozenset[int] | None = None
    veil: Veil = field(default_factory=Veil)

    def sees(self, no: object) -> bool:
        """Tell whether the material with this number (as a list's line writes it) is in sight."""
        return self.numbers is None or int(str(no)) in self.numbers

    def lines(self, lines: Iterable[Mapping[str, Any]]) -> tuple[Mapping[str, Any], ...]:
        """Return those lines of a list of materials that are in sight, other names in them covered."""
        return tuple(
            {key: self.veil.over(value) if isinstance(value, str) else value for key, value in line.items()}
            for line in lines
            if self.sees(line["no"])
        )

    def covered(self, row: Row) -> Row:
        """Return a row with the names out of sight covered in each of its texts."""
        if self.numbers is None:
            return row
        texts = {key: self.veil.over(value) for key, value in vars(row).items() if isinstance(value, str)}
        return replace(row, **texts)  # type: ignore[type-var]  # every row is a dataclass

    def told(self, lines: Iterable[Line]) -> list[Line]:
        """Return lines of the journal as the reader may read them."""
        return [self.covered(one) for one in lines]


def sight_of(view: View, case: CaseFile) -> Sight:
    """Return what of the case its reader may see."""
    numbers = numbers_in_sight(view, case)
    if numbers is None:
        return Sight()
    materials, seen = materials_of(view.connection, case.root_id), files_in_sight(view, case)
    files = usable_uploads(view.connection, "", case.root_id)
    hidden = {one.name for one in materials if one.no not in numbers}
    hidden |= {one.file_name for digest, one in files.items() if digest not in seen}
    own = {one.name for one in materials if one.no in numbers} | {one.file_name for one in seen.values()}
    return Sight(numbers, veil_over(hidden, own, _phrases(view, case)))


def _phrases(view: View, case: CaseFile) -> set[str]:
    """Return what everybody may read of the item's plan, although a name may be part of it: branches and results."""
    plan = item_at(view.connection, case.item_digest).joint_plan
    branches = plan.branches if plan else ()
    return {case.item_name, *(one.name for one in branches), *(f"《{one.result}》" for one in branches if one.result)}


def numbers_in_sight(view: View, case: CaseFile) -> frozenset[int] | None:
    """Return the numbers of the materials that the reader may see; None for all of them."""
    scope = scope_of(view.actor)
    if scope.covers(case.department):
        return None
    return numbers_shared_with(view.connection, case.root_id, scope.departments)


def materials_in_sight(view: View, case: CaseFile) -> list[MaterialRow]:
    """Return the materials of the case that the reader may see."""
    seen = numbers_in_sight(view, case)
    return [one for one in materials_of(view.connection, case.root_id) if seen is None or one.no in seen]


def files_in_sight(view: View, case: CaseFile) -> dict[str, Upload]:
    """Return by digest the files of the case that the reader may see."""
    uploads, numbers = usable_uploads(view.connection, "", case.root_id), numbers_in_sight(view, case)
    if numbers is None:
        return uploads
    shared = {one.digest for one in files_of(view.connection, case.root_id) if one.no in numbers}
    own = _own_people(view)
    return {digest: one for digest, one in uploads.items() if digest in shared or one.account in own}


def opinions_in_sight(view: View, case: CaseFile) -> list[Opinion]:
    """Return the opinions of the case that the reader may read: of a joint review, who was only asked reads its own."""
    found, scope = opinions_of(view.connection, case.root_id), scope_of(view.actor)
    if scope.covers(case.department):
        return found
    sight = sight_of(view, case)
    return [
        sight.covered(one) for one in found if one.kind not in OF_BRANCHES or one.department in scope.departments
    ]


def handovers_in_sight(view: View, case: CaseFile, sight: Sight) -> list[Handover]:
    """Return the handovers of the case with those of their lines that the reader may see; one without a line goes."""
    found = handovers_of(view.connection, case.root_id)
    if sight.numbers is None:
        return found
    told = [replace(one, lines=sight.lines(one.lines)) if one.subject in PAPERS else one for one in found]
    return [one for one in told if one.lines]


def corrections_in_sight(view: View, case: CaseFile, sight: Sight) -> list[Correction]:
    """Return the correction rounds of the case that ask for something the reader may see, with those lines only."""
    found = corrections_of(view.connection, case.root_id)
    if sight.numbers is None:
        return found
    return [told for one in found if (told := replace(one, lines=sight.lines(one.lines))).lines]


def tasks_in_sight(view: View, case: CaseFile, tasks: Iterable[Task]) -> list[Task]:
    """Return those of the case's tasks that the reader may open: who was only asked opens its own."""
    scope = scope_of(view.actor)
    return [one for one in tasks if scope.covers(case.department) or one.department in scope.departments]


def documents_in_sight(view: View, case: CaseFile) -> list[Document]:
    """Return the documents of the case that the reader may read: nothing that gathers or names what is others'."""
    found = documents_of(view.connection, case.root_id)
    if scope_of(view.actor).covers(case.department):
        return found
    veil, own = sight_of(view, case).veil, _own_people(view)
    return [one for one in found if _readable(one, veil, own)]


def shows(view: View, case: CaseFile, document: Document) -> bool:
    """Tell whether the reader, who may see the case, may read a document of it.

    A document is made out as a whole: one that names a material out of sight is out of sight itself, unless the
    reader's own department issued it.
    """
    if scope_of(view.actor).covers(case.department):
        return True
    return _readable(document, sight_of(view, case).veil, _own_people(view))


def _readable(document: Document, veil: Veil, own: frozenset[str]) -> bool:
    if document.kind in GATHERING:
        return False
    return document.kind in AT_THE_TABLE or document.issued_by in own or not veil.hides(document.data)


def _own_people(view: View) -> frozenset[str]:
    places = scope_of(view.actor).departments
    return frozenset(account for place in places for account, _ in staff_of(view.connection, place, view.now))


def file_in_sight(view: View, case: CaseFile, digest: str) -> Upload:
    """Return a file of the case; raise UploadMissing for one that is not there or is not the reader's to see."""
    found = files_in_sight(view, case).get(digest)
    if found is None:
        raise UploadMissing
    return found
