"""What the window may do to an accepted case beside its tasks: take what was owed, put right what it entered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from engine.foundation.store.commands import Command


@dataclass(frozen=True, kw_only=True)
class SupplyDeficient(Command):
    """补交容缺材料: the applicant brings what was promised (4.1.7)."""

    action: ClassVar[str] = "deficiency.supply"
    case_no: str
    answer: Mapping[str, Any]
    """The answer to the form ``supply_deficient``."""
    partial: bool = False
    """Keys left out of the answer take the first values a page would show: how programs answer."""

    def roots(self) -> tuple[str, ...]:
        """Lock the case."""
        return (f"case:{self.case_no}",)


@dataclass(frozen=True, kw_only=True)
class CorrectMaterial(Command):
    """更正材料登记: what was entered of a material was wrong."""

    action: ClassVar[str] = "material.correct"
    case_no: str
    no: int
    provided_form: str | None
    copies: int
    original_checked: bool
    reason: str

    def roots(self) -> tuple[str, ...]:
        """Lock the case."""
        return (f"case:{self.case_no}",)


@dataclass(frozen=True, kw_only=True)
class CorrectApplicant(Command):
    """更正申请对象: the applicant was entered wrongly."""

    action: ClassVar[str] = "applicant.correct"
    case_no: str
    answer: Mapping[str, Any]
    """The answer to the form ``correct_applicant``."""
    reason: str

    def roots(self) -> tuple[str, ...]:
        """Lock the case."""
        return (f"case:{self.case_no}",)
