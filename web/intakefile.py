"""What the intake of a case left behind, as the pages show it: promises, corrections on the spot, terms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from engine.casework.cases.outcomes.promising import owing_of
from engine.casework.cases.outcomes.queries import (
    CorrectionTerm,
    Deficiency,
    NoticeCommitment,
    OnSiteFix,
    commitment_of,
    deficiencies_of,
    fixes_of,
    terms_of,
)
from engine.casework.cases.outcomes.rules import Owing, lasted
from engine.casework.cases.queries import CaseFile
from engine.registry.identity.reading import Reading

CHECK_RESULTS = {"pass": "与承诺相符", "fail": "与承诺不符"}


@dataclass(frozen=True)
class IntakeRecords:
    """What was promised, put right and asked again; ``owing`` is what is still owed today."""

    deficiencies: list[Deficiency]
    owing: Owing
    fixes: list[OnSiteFix]
    commitment: NoticeCommitment | None
    terms: Mapping[int, CorrectionTerm]
    lasted: str

    @property
    def check_result(self) -> str:
        """What the later check found, in words."""
        return CHECK_RESULTS.get(self.commitment.check_result or "", "") if self.commitment else ""


def gather_intake(view: Reading, case: CaseFile) -> IntakeRecords:
    """Return the records of the case's intake."""
    root, connection = case.root_id, view.connection
    at_once = case.accepted_at is not None and not case.deemed
    return IntakeRecords(
        deficiencies=deficiencies_of(connection, root),
        owing=owing_of(view, root),
        fixes=fixes_of(connection, root),
        commitment=commitment_of(connection, root),
        terms=terms_of(connection, root),
        lasted=lasted(case.received_at, case.accepted_at) if at_once and case.accepted_at else "",
    )
