"""What the system administrator may ask when a case stands where it cannot go on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from engine.casework.cases.rooted import CaseCommand


@dataclass(frozen=True, kw_only=True)
class ModifyCase(CaseCommand):
    """调整流程: take open elements away, begin before a step, set routing facts; all at once or not at all."""

    action: ClassVar[str] = "process.modify"
    cancel: tuple[int, ...] = ()
    """Numbers of the tokens in the case's main run."""
    begin: tuple[tuple[str, str], ...] = ()
    """(process id, element id): the step is begun, so that whoever has to do it still has to."""
    facts: Mapping[str, Any] = field(default_factory=dict)
    process_id: str = ""
    """Whose facts they are; the main process's when empty."""
    reason: str
