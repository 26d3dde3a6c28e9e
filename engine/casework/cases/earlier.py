"""What the house knows of an applicant from earlier cases (4.1.6, 6.2.4: nobody hands in twice what is at hand)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from engine.casework.cases import queries
from engine.casework.cases.file import queries as records
from engine.casework.cases.queries import Applicant, CaseFile
from engine.foundation.blobs.queries import Upload, usable_uploads
from engine.foundation.vault import Vault
from engine.process.tasks.registry import View
from engine.registry.identity.rules import scope_of
from engine.registry.policies.queries import policy_named


@dataclass(frozen=True)
class EarlierFile:
    """An electronic file of a material in an earlier case of the same applicant."""

    upload: Upload
    material: str
    source_root: str


@dataclass(frozen=True)
class Known:
    """Earlier cases of an applicant, newest first; what the newest said of the applicant; usable files by digest."""

    cases: tuple[CaseFile, ...]
    applicant: Applicant | None
    files: dict[str, EarlierFile]


def known_of(view: View, id_no: str) -> Known:
    """Return what is known of whoever has the number ``id_no``: found by blind index, in the reader's scope.

    Files are those of cases received within the policy ``takeover_days`` (calendar days).  The caller
    journals the look-up in the reader's own chain.
    """
    number = "".join(id_no.split()).upper()
    if not number:
        return Known((), None, {})
    vault = view.part(Vault)
    index = vault.blind_index("id", number)
    cases = queries.cases_of_number(view.connection, index, scope_of(view.actor))
    if not cases:
        return Known((), None, {})
    applicant = queries.applicant_of(view.connection, vault, cases[0].applicant_id)
    since = view.now - timedelta(days=policy_named(view.connection, "takeover_days").value)
    files: dict[str, EarlierFile] = {}
    for case in cases:
        if case.received_at >= since:
            files = {**_files(view, case), **files}
    return Known(tuple(cases), applicant, files)


def _files(view: View, case: CaseFile) -> dict[str, EarlierFile]:
    uploads = usable_uploads(view.connection, "", case.root_id)
    names = {one.no: one.name for one in records.materials_of(view.connection, case.root_id)}
    return {
        one.digest: EarlierFile(uploads[one.digest], names[one.no], case.root_id)
        for one in records.files_of(view.connection, case.root_id)
        if one.digest in uploads
    }
