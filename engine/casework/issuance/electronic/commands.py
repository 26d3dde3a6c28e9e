"""What may be asked about an electronic delivery."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from engine.foundation.store.commands import Command


@dataclass(frozen=True, kw_only=True)
class OpenElectronic(Command):
    """查收: somebody answered the questions of a link (the public page's command)."""

    action: ClassVar[str] = "e_delivery.open"
    root_id: str
    link_id: str
    code: str
    tail: str
    reader: str
    """The reader's network address; only a keyed digest of it is kept."""

    def roots(self) -> tuple[str, ...]:
        """Lock the case."""
        return (self.root_id,)
