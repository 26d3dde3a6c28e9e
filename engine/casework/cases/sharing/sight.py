"""Which materials and files of a case a reader may see: all of them, or only what was shared for a part (6.1.6, T077).

The department that handles a case sees all of it, and so does whoever sees every case.  A department that was only
asked (6.2.2) sees the materials that were shared with it, and the files that its own people brought.
"""

from __future__ import annotations

from engine.casework.cases.file.queries import files_of
from engine.casework.cases.queries import CaseFile
from engine.casework.cases.sharing.queries import numbers_shared_with
from engine.foundation.blobs.queries import Upload, UploadMissing, usable_uploads
from engine.process.tasks.registry import View
from engine.registry.identity.queries import staff_of
from engine.registry.identity.rules import scope_of


def numbers_in_sight(view: View, case: CaseFile) -> frozenset[int] | None:
    """Return the numbers of the materials that the reader may see; None for all of them."""
    scope = scope_of(view.actor)
    if scope.covers(case.department):
        return None
    return numbers_shared_with(view.connection, case.root_id, scope.departments)


def files_in_sight(view: View, case: CaseFile) -> dict[str, Upload]:
    """Return by digest the files of the case that the reader may see."""
    uploads, numbers = usable_uploads(view.connection, "", case.root_id), numbers_in_sight(view, case)
    if numbers is None:
        return uploads
    shared = {one.digest for one in files_of(view.connection, case.root_id) if one.no in numbers}
    places = scope_of(view.actor).departments
    own = {account for place in places for account, _ in staff_of(view.connection, place, view.now)}
    return {digest: one for digest, one in uploads.items() if digest in shared or one.account in own}


def file_in_sight(view: View, case: CaseFile, digest: str) -> Upload:
    """Return a file of the case; raise UploadMissing for one that is not there or is not the reader's to see."""
    found = files_in_sight(view, case).get(digest)
    if found is None:
        raise UploadMissing
    return found
