"""Commands about one case: they lock it.  Every room above the case makes its own of these."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.foundation.store.commands import Command


@dataclass(frozen=True, kw_only=True)
class CaseCommand(Command):
    """A command about one case."""

    case_no: str

    def roots(self) -> tuple[str, ...]:
        """Lock the case."""
        return (f"case:{self.case_no}",)


@dataclass(frozen=True, kw_only=True)
class OnCase(CaseCommand):
    """A command about one case, with the answer to its form."""

    answer: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class OnCaseInPart(OnCase):
    """The same, and the answer may be a part of the form."""

    partial: bool = False
    """Keys left out of the answer take the first values a page would show: how programs answer."""
