"""Which materials, files and opinions of a case a reader may see: all, or only those of a part (6.1.6, T077).

The department that handles a case sees all of it, and so does whoever sees every case.  A department that was only
asked (6.2.2) sees the materials that were shared with it, the files that its own people brought, its own opinions.
"""

from __future__ import annotations

from collections.abc import Iterable

from engine.casework.cases.file.queries import MaterialRow, Opinion, files_of, materials_of, opinions_of
from engine.casework.cases.queries import CaseFile
from engine.casework.cases.sharing.queries import numbers_shared_with
from engine.foundation.blobs.queries import Upload, UploadMissing, usable_uploads
from engine.process.documents.queries import documents_of
from engine.process.documents.rules import Document
from engine.process.tasks.registry import View
from engine.process.tasks.rules import Task
from engine.registry.identity.queries import staff_of
from engine.registry.identity.rules import scope_of

OF_BRANCHES = frozenset({"branch_review", "branch_opinion"})
"""The kinds of opinions that departments give for their own branches of a joint review."""

GATHERING = frozenset({"joint_opinions"})
"""The kinds of documents that gather what all departments said."""


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
    places = scope_of(view.actor).departments
    own = {account for place in places for account, _ in staff_of(view.connection, place, view.now)}
    return {digest: one for digest, one in uploads.items() if digest in shared or one.account in own}


def opinions_in_sight(view: View, case: CaseFile) -> list[Opinion]:
    """Return the opinions of the case that the reader may read: of a joint review, who was only asked reads its own."""
    found, scope = opinions_of(view.connection, case.root_id), scope_of(view.actor)
    if scope.covers(case.department):
        return found
    return [one for one in found if one.kind not in OF_BRANCHES or one.department in scope.departments]


def tasks_in_sight(view: View, case: CaseFile, tasks: Iterable[Task]) -> list[Task]:
    """Return those of the case's tasks that the reader may open: who was only asked opens its own."""
    scope = scope_of(view.actor)
    return [one for one in tasks if scope.covers(case.department) or one.department in scope.departments]


def documents_in_sight(view: View, case: CaseFile) -> list[Document]:
    """Return the documents of the case that the reader may read: not what gathers the opinions of all departments."""
    found = documents_of(view.connection, case.root_id)
    return [one for one in found if shows(view, case, one)]


def shows(view: View, case: CaseFile, document: Document) -> bool:
    """Tell whether the reader, who may see the case, may read a document of it."""
    return document.kind not in GATHERING or scope_of(view.actor).covers(case.department)


def file_in_sight(view: View, case: CaseFile, digest: str) -> Upload:
    """Return a file of the case; raise UploadMissing for one that is not there or is not the reader's to see."""
    found = files_in_sight(view, case).get(digest)
    if found is None:
        raise UploadMissing
    return found
