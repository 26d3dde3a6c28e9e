"""What the window may do to an accepted case beside its tasks: take what was owed, put right what it entered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from engine.casework.cases.rooted import CaseCommand, OnCase, OnCaseInPart


@dataclass(frozen=True, kw_only=True)
class SupplyDeficient(OnCaseInPart):
    """补交容缺材料: the applicant brings what was promised (4.1.7) (form ``supply_deficient``)."""

    action: ClassVar[str] = "deficiency.supply"


@dataclass(frozen=True, kw_only=True)
class CorrectMaterial(CaseCommand):
    """更正材料登记: what was entered of a material was wrong."""

    action: ClassVar[str] = "material.correct"
    no: int
    provided_form: str | None
    copies: int
    original_checked: bool
    reason: str


@dataclass(frozen=True, kw_only=True)
class CorrectApplicant(OnCase):
    """更正申请对象: the applicant was entered wrongly (form ``correct_applicant``)."""

    action: ClassVar[str] = "applicant.correct"
    reason: str
