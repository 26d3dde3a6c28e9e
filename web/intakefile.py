"""What the intake of a case left behind, as the pages show it: promises, corrections on the spot, terms."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

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
from engine.casework.cases.sharing.sight import Sight
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


def gather_intake(view: Reading, case: CaseFile, sight: Sight) -> IntakeRecords:
    """Return the records of the case's intake, as far as their materials are in ``sight``."""
    root, connection = case.root_id, view.connection
    at_once = case.accepted_at is not None and not case.deemed
    owing, commitment = owing_of(view, root), commitment_of(connection, root)
    fixes = [replace(one, fixes=_named(sight, one.fixes)) for one in fixes_of(connection, root)]
    return IntakeRecords(
        deficiencies=[sight.covered(one) for one in deficiencies_of(connection, root) if sight.sees(one.no)],
        owing=replace(owing, names=tuple(one for one in owing.names if not sight.veil.hides(one))),
        fixes=[one for one in fixes if one.fixes],
        commitment=commitment and replace(sight.covered(commitment), waived=_named(sight, commitment.waived)),
        terms={number: sight.covered(one) for number, one in terms_of(connection, root).items()},
        lasted=lasted(case.received_at, case.accepted_at) if at_once and case.accepted_at else "",
    )


def _named(sight: Sight, lines: Iterable[Mapping[str, Any]]) -> tuple[Mapping[str, Any], ...]:
    """Return those lines whose name the reader may know, other names in them covered."""
    return tuple(
        {key: sight.veil.over(value) if isinstance(value, str) else value for key, value in line.items()}
        for line in lines
        if not sight.veil.hides(line["name"])
    )
