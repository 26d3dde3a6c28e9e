"""What the house knows of an applicant from earlier cases (4.1.6, 6.2.4: nobody hands in twice what is at hand)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from engine.casework.cases import queries
from engine.casework.cases.file import queries as records
from engine.casework.cases.queries import Applicant, CaseFile
from engine.foundation.blobs.queries import Upload, uploads_of
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
    recent = [one.root_id for one in cases if one.received_at >= since]
    return Known(tuple(cases), applicant, _files(view, recent))


def _files(view: View, newest_first: Sequence[str]) -> dict[str, EarlierFile]:
    """A file that several cases have is that of the newest."""
    uploads = uploads_of(view.connection, newest_first)
    named = records.named_files_of(view.connection, newest_first)
    return {
        digest: EarlierFile(uploads[root_id, digest], name, root_id)
        for root_id in reversed(newest_first)
        for digest, name in named.get(root_id, ())
        if (root_id, digest) in uploads
    }
